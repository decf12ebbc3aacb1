from pathlib import Path

import pytest

from emqx_tui.config import config_path, log_dir, state_dir
from emqx_tui.config.paths import expanded


def test_the_file_that_is_named_wins_over_the_environment_over_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    environ = {"EMQX_TUI_CONFIG": "/e/c.toml"}
    assert config_path(Path("/x/c.toml"), environ=environ) == Path("/x/c.toml")
    assert config_path(environ=environ) == Path("/e/c.toml")
    usual = config_path(environ={"EMQX_TUI_CONFIG": ""})
    assert usual.is_relative_to(tmp_path)
    assert usual.parts[-2:] == ("emqx-tui", "config.toml")


def test_state_and_logs_go_where_the_environment_says(tmp_path: Path) -> None:
    environ = {"EMQX_TUI_STATE_DIR": str(tmp_path)}
    assert state_dir(environ=environ) == tmp_path
    assert log_dir(environ=environ) == tmp_path / "log"
    assert state_dir(environ={}).name == "emqx-tui"
    assert "emqx-tui" in log_dir(environ={}).parts


def test_an_unknown_home_is_left_as_it_is() -> None:
    assert expanded(Path("~no-such-user-here/x"), Path("/base")) == Path("~no-such-user-here/x")
    assert expanded(Path("x"), Path("/base")) == Path("/base/x")
    assert expanded(Path("~/x"), Path("/base")) == Path.home() / "x"
