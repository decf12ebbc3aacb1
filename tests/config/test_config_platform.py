"""The table of the EMQX Cloud account in the configuration file."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.config import EnvironmentSecret, InlineSecret, Platform, Secret, load
from emqx_tui.config.schema import schema
from emqx_tui.config.show import show


WHOLE = """\
[platform]
url = "https://cloud.example/public_api/v1"
api_key = "k"
api_secret_env = "PLATFORM_SECRET"

[[deployments]]
name = "prod"
url = "https://a.example/api/v5"
platform_id = "ab12"
"""


def loaded(tmp_path: Path, text: str) -> Any:  # noqa: ANN401  what load gives
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return load(path, environ={})


def test_the_account_stands_in_a_table_of_its_own(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE)
    assert found.problems == ()
    assert found.settings.platform == Platform(
        url="https://cloud.example/public_api/v1", app_id="k", secret=EnvironmentSecret("PLATFORM_SECRET")
    )
    assert found.settings.deployments[0].platform_id == "ab12"


def test_without_the_table_there_is_no_account(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").settings.platform is None


KEYS = 'app_id = "k"\napp_secret = "s"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[platform]\n" + KEYS, "platform: url is missing"),
        ('[platform]\nurl = "https://a.example"\n', "platform: app_id is missing"),
        ('[platform]\nurl = "https://a.example"\napp_id = "k"', "platform: the secret is missing"),
        ('platform = "https://a.example"', "platform: expected a table, not text"),
        ('[platform]\nurl = "https://a.example"\nname = "x"\n' + KEYS, "platform.name: unknown key"),
        ('[platform]\nurl = "ftp://a.example"\n' + KEYS, "platform.url: must begin with https://"),
        ('[platform]\nurl = "https://u:p@a.example"\n' + KEYS, "platform.url: must not hold a user"),
        ('[platform]\nurl = "https://a.example"\napi_secret = "t"\n' + KEYS, "more than one secret"),
    ],
)
def test_what_is_wrong_with_it_is_told_and_the_deployments_stay(tmp_path: Path, text: str, message: str) -> None:
    found = loaded(tmp_path, text + '\n[[deployments]]\nname = "prod"\nurl = "https://a.example/api/v5"\n')
    assert message in "\n".join(map(str, found.problems))
    assert [one.name for one in found.settings.deployments] == ["prod"]
    assert (found.settings.platform is None) == ("unknown key" not in message)


def test_a_secret_that_others_can_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[platform]\nurl = "https://a.example"\napp_id = "k"\napp_secret = "s"\n', "utf-8")
    path.chmod(0o644)
    found = load(path, environ={})
    assert "other users can read" in str(found.problems[0])
    assert found.settings.platform is not None
    assert found.settings.platform.secret == InlineSecret(Secret("s"))


def test_it_is_shown_with_its_secret_masked(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[platform]\nurl = "https://a.example"\napp_id = "k"\napp_secret = "hunter2"\nunknwon = "hunter3"\n', "utf-8"
    )
    shown = show(path)
    assert "hunter" not in shown
    assert tomllib.loads(shown) == {
        "platform": {"url": "https://a.example", "app_id": "k", "app_secret": "***", "unknwon": "***"}
    }


def test_the_schema_has_it() -> None:
    found: Any = schema()
    assert found["properties"]["platform"]["$ref"] == "#/$defs/platform"
    assert {"url", "app_id", "api_key", "app_secret_command"} <= set(found["$defs"]["platform"]["properties"])
    assert "platform_id" in found["$defs"]["deployment"]["properties"]
