import tomllib
from pathlib import Path

import pytest

from emqx_tui.config import ConfigError
from emqx_tui.config.show import show


CANARY = "s3cr3t-canary"


def shown(tmp_path: Path, text: str, name: str | None = None) -> str:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    return show(file, name)


def test_a_secret_is_masked_and_the_way_to_one_is_shown(tmp_path: Path) -> None:
    text = (
        f"refresh = 3\n[[deployments]]\nname = 'a'\napp_secret = '{CANARY}' # {CANARY}\n# app_secret = '{CANARY}'\n"
        f"[[deployments]]\nname = 'b'\napi_secret = '{CANARY}'\ntags = ['x']\nrefresh = 1.5\nwrite = true\n"
        "[[deployments]]\nname = 'c'\napp_secret_command = 'pass show c'\n"
        "[[deployments]]\nname = 'd'\napi_secret_env = 'D'\n"
    )
    assert shown(tmp_path, text) == (
        'refresh = 3\n\n[[deployments]]\nname = "a"\napp_secret = "***"\n\n[[deployments]]\nname = "b"\n'
        'api_secret = "***"\ntags = ["x"]\nrefresh = 1.5\nwrite = true\n\n[[deployments]]\nname = "c"\n'
        'app_secret_command = "pass show c"\n\n[[deployments]]\nname = "d"\napi_secret_env = "D"\n'
    )
    assert shown(tmp_path, text, " c ") == '[[deployments]]\nname = "c"\napp_secret_command = "pass show c"\n'


@pytest.mark.parametrize(
    "line",
    [
        f"url = 'https://me:{CANARY}@a.example/x'",
        f"url = 'https://me:x/@{CANARY} y//@a.example/x'",
        f"url = 'me:{CANARY}@a.example'",
        f"proxy = 'http://{CANARY}@p:3128'",
        f"app_secret_command = 'curl https://me:{CANARY}@vault.example/x'",
        f"tags = ['https://{CANARY}@x']",
        f"app_secrt = '{CANARY}'",
        f"password = ['{CANARY}']",
        f"app_secret = {{ x = '{CANARY}' }}",
        f"url = {{ x = '{CANARY}' }}",
        f"[deployments.more]\nx = '{CANARY}'",
    ],
)
def test_no_secret_is_shown_wherever_it_was_put(tmp_path: Path, line: str) -> None:
    text = shown(tmp_path, f"[[deployments]]\nname = 'a'\n{line}\n")
    assert CANARY not in text
    assert "***" in text
    assert tomllib.loads(text)["deployments"][0]["name"] == "a"


@pytest.mark.parametrize(
    "text", [f"password = '{CANARY}'\n", f"deployments = '{CANARY}'\n", f"deployments = ['{CANARY}']\n"]
)
def test_what_is_unknown_at_the_top_is_masked(tmp_path: Path, text: str) -> None:
    assert CANARY not in shown(tmp_path, text)


def test_text_that_could_steer_a_terminal_is_made_visible(tmp_path: Path) -> None:
    text = shown(tmp_path, '[[deployments]]\nname = "a\\u001b[31m\\u202e"\n"odd\\u009b" = 1\n')
    assert all(line.isprintable() for line in text.splitlines())
    assert '"odd\ufffd" = "***"' in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[deployments]]\nname = 'prod'\n", "config.toml: there is no deployment prot. Did you mean 'prod'?"),
        (f"app_secret = '{CANARY}", "config.toml:1: is not valid TOML"),
    ],
)
def test_what_cannot_be_shown_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        shown(tmp_path, text, "prot")
    assert str(caught.value).startswith(said)
    assert CANARY not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no configuration file"):
        show(tmp_path / "none.toml")
