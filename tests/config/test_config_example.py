import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from emqx_tui.config import Api, Deployment, Settings, load
from emqx_tui.config.keys import SECRET_KEYS


EXAMPLE = Path(__file__).parents[2] / "config.toml.example"


def test_the_example_loads_without_a_problem(tmp_path: Path) -> None:
    found = load(Path(shutil.copy(EXAMPLE, tmp_path / "config.toml")), environ={})
    assert found.problems == ()
    assert len(found.settings.deployments) == 6
    assert {deployment.api for deployment in found.settings.deployments} == {Api.AUTO, Api.V4, Api.NANOMQ}


@pytest.mark.parametrize(
    "key",
    [
        *(
            field.name
            for kind in (Settings, Deployment)
            for field in dataclasses.fields(kind)
            if field.name != "secret"
        ),
        *(key for key in SECRET_KEYS if key.startswith("app_")),
        "api_key",
        "api_secret_keyring",
    ],
)
def test_the_example_explains_every_key(key: str) -> None:
    pattern = rf"^(# )?{key} = |^(# )?\[?\[{key}\]\]?$"
    assert re.search(pattern, EXAMPLE.read_text("utf-8"), re.MULTILINE)


def test_what_the_example_calls_a_default_is_one(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8")
    spelled_out, count = re.subn(r"^# (api|verify|allow_http|write|confirm) = ", r"\1 = ", text, flags=re.MULTILINE)
    file = tmp_path / "config.toml"
    file.write_text(spelled_out, "utf-8")
    (tmp_path / "plain.toml").write_text(text, "utf-8")
    assert count == 5
    assert load(file, environ={}).require() == load(tmp_path / "plain.toml", environ={}).settings
    assert Settings().max_bulk == load(file, environ={}).settings.max_bulk
    assert Settings().refresh == load(file, environ={}).settings.refresh
