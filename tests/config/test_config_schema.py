import json
import math
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.config import load
from emqx_tui.config.keys import DEPLOYMENT_NAMES, SETTING_KEYS
from emqx_tui.config.schema import schema


EXAMPLE = Path(__file__).parents[2] / "config.toml.example"
HEAD = '[[deployments]]\nname = "a"\nurl = "https://a.example/api/v5"\n'

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
}
SAID = {"$schema", "title", "description", "default", "$defs"}


def fits(value: Any, rule: dict[str, Any]) -> bool:  # noqa: ANN401  any JSON
    """Whether the value fits a rule of the schema; an unknown word in the rule is a KeyError."""
    return all(CHECKS[word](value, wanted, rule) for word, wanted in rule.items() if word not in SAID)


def of_type(value: Any, wanted: str, _rule: object) -> bool:  # noqa: ANN401
    return isinstance(value, TYPES[wanted]) and (wanted not in {"number", "integer"} or not isinstance(value, bool))


CHECKS: dict[str, Any] = {
    "type": of_type,
    "properties": lambda value, wanted, _: all(fits(value[key], wanted[key]) for key in wanted if key in value),
    "additionalProperties": lambda value, wanted, rule: wanted or not value.keys() - rule["properties"].keys(),
    "required": lambda value, wanted, _: value.keys() >= set(wanted),
    "dependentRequired": lambda value, wanted, _: all(
        value.keys() >= set(needs) for key, needs in wanted.items() if key in value
    ),
    "items": lambda value, wanted, _: not isinstance(value, list) or all(fits(entry, wanted) for entry in value),
    "enum": lambda value, wanted, _: value in wanted,
    "pattern": lambda value, wanted, _: not isinstance(value, str) or re.search(wanted, value) is not None,
    "minimum": lambda value, wanted, _: not isinstance(value, int | float) or (wanted <= value < math.inf),
    "not": lambda value, wanted, _: not fits(value, wanted),
    "allOf": lambda value, wanted, _: all(fits(value, each) for each in wanted),
    "anyOf": lambda value, wanted, _: any(fits(value, each) for each in wanted),
    "oneOf": lambda value, wanted, _: sum(fits(value, each) for each in wanted) == 1,
    "$ref": lambda value, wanted, _: fits(value, schema()["$defs"][wanted.removeprefix("#/$defs/")]),  # type: ignore[index]
}


def accepted(text: str) -> bool:
    return fits(tomllib.loads(text), schema())


def loads_whole(path: Path, text: str) -> bool:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return load(path, environ={}).problems == ()


def test_the_example_fits(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path)
    assert accepted(EXAMPLE.read_text("utf-8"))
    uncommented = re.sub(
        r"^# (?=(?:api|verify|proxy|dashboard|refresh|write|confirm|max_bulk|colour|tags) = )",
        "",
        EXAMPLE.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    assert uncommented.count("colour") > 1
    assert accepted(uncommented)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "refresh = 1.5",
        HEAD,
        HEAD + 'app_id = "i"\napp_secret = "s"',
        HEAD + 'api_key = "i"\napi_secret_command = "pass x"',
        HEAD + 'client_cert = "c.pem"\nclient_key = "c.pem"\nca_file = "c.pem"',
        HEAD
        + 'api = "nanomq"\nverify = false\nallow_http = true\nwrite = true\ntags = ["x"]\ncolour = "#a0b"\nrefresh = 9',
        "max_bulk = 1\n" + HEAD + 'confirm = "name"\nmax_bulk = 500',
        HEAD.replace("https://a.example/api/v5", "localhost:18083") + 'proxy = "HTTP://proxy:3128"',
        HEAD.replace("https://a.example/api/v5", "[::1]:8081/api"),
        '[keys]\n"view.sort" = "O"\n"poll.now" = ["f5", "ctrl+r"]\n"row.copy" = ""\n"row.copy_all" = []',
        '[keys]\nview.sort = "O"\n[keys.poll]\nnow = ["f5"]',
    ],
)
def test_what_loads_without_a_problem_fits(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.pem").touch()
    assert loads_whole(tmp_path / "config.toml", text)
    assert accepted(text)


@pytest.mark.parametrize(
    "text",
    [
        "refresh = 0.5",
        "refresh = '5'",
        "refresh = true",
        "max_bulk = 0",
        "max_bulk = 2.5",
        "max_bulk = '5'",
        "max_bulk = true",
        HEAD + "max_bulk = -1",
        HEAD + "confirm = 'never'",
        "refesh = 5",
        "deployments = 5",
        "deployments = [5]",
        "[[deployments]]\nname = 'a'",
        "[[deployments]]\nurl = 'https://a'",
        "keys = 'vim'",
        "[keys]\nsort = 'o'",
        "[keys]\n'view.sort' = 5",
        "[keys]\nview.sort = [5]",
        "[keys]\nview.sorted = 'o'",
        HEAD.replace('"a"', "' '"),
        *(
            HEAD.replace("https://a.example/api/v5", url)
            for url in ("ftp://a", "https://", "https://u:p@a", "http:/a", "a b", "")
        ),
        *(
            HEAD + line
            for line in (
                "app_secret = 's'",
                "app_id = 'i'\napp_secret = 's'\napp_secret_env = 's'",
                "app_id = 'i'\napi_key = 'i'",
                "app_id = 5",
                "api = 'V5'",
                "client_key = 'c.pem'",
                "verify = 'false'",
                "write = 1",
                "refresh = nan",
                "colour = '#12'",
                "tags = 'x'",
                "tags = [1]",
                "proxy = {}",
                "password = 's'",
            )
        ),
    ],
)
def test_what_does_not_load_without_a_problem_does_not_fit(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.pem").touch()
    assert not loads_whole(tmp_path / "config.toml", text)
    assert not accepted(text)


def test_every_key_of_the_schema_is_known_to_load_and_the_other_way_round(tmp_path: Path) -> None:
    found: Any = schema()
    for prefix, keys in (("", found["properties"]), (HEAD, found["$defs"]["deployment"]["properties"])):
        for key in keys:
            path = tmp_path / "config.toml"
            if key not in {"name", "url"}:
                path.write_text(f"{prefix}{key} = 1979-05-27\n")
                assert [each for each in load(path, environ={}).problems if "unknown key" in each.message] == []
    assert set(found["properties"]) == {key.name for key in SETTING_KEYS}
    assert set(found["$defs"]["deployment"]["properties"]) == set(DEPLOYMENT_NAMES)
    assert all(each["description"] for each in found["$defs"]["deployment"]["properties"].values())


def test_the_schema_is_json() -> None:
    assert json.loads(json.dumps(schema())) == schema()
