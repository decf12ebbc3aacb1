"""`emqx-tui info`: what it tells for a bug report, and what it never tells."""

import importlib.metadata
import io
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from emqx_tui import __version__
from emqx_tui.config import CommandSecret, Deployment, EnvironmentSecret, FileSecret, InlineSecret, Secret
from emqx_tui.logs import Log
from emqx_tui.report.info import show
from fleet.servers import listening, silent
from report.looks import ROOT
from tape import PASSWORD, USER, Tape


SET = "emqx-5.8.9-cluster"
CANARY = "canary-7f3a-s3cr3t"
KEY = "canary-app-id-9c01"


def deployment(url: str, name: str = "prod-eu", **choices: Any) -> Deployment:  # noqa: ANN401  any field
    """A deployment with the tape's credentials."""
    fields: dict[str, Any] = {"name": name, "url": url, "app_id": USER, "secret": InlineSecret(Secret(PASSWORD))}
    return Deployment(**fields | choices)


class Shown:
    """What was printed, in sections."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        self.text = text
        self.sections: dict[str, dict[str, str]] = {}
        for block in text.strip("\n").split("\n\n"):
            title, *lines = block.split("\n")
            assert title[0] + title[-1] == "[]"
            self.sections[title[1:-1]] = dict(line.split(": ", 1) for line in lines)


async def told(
    *deployments: Deployment, home: Path | None = None, environ: dict[str, str] | None = None, log: Log | None = None
) -> Shown:
    """What is printed of these deployments; the files are below the home directory."""
    at = home or Path("missing")
    out = io.StringIO()
    code = await show(
        deployments,
        config=at / "config.toml",
        log=log or Log(at / "log" / "emqx-tui.log"),
        out=out,
        environ=environ if environ is not None else {"EMQX_TUI_STATE_DIR": str(at / "state")},
    )
    return Shown(code, out.getvalue())


async def test_without_a_deployment_it_tells_of_the_program_and_the_terminal() -> None:
    shown = await told()
    assert shown.code == 0
    assert list(shown.sections) == ["program", "files", "terminal", "deployments"]
    program = shown.sections["program"]
    assert program["emqx-tui"] == __version__
    assert program["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    assert {name: program[name] for name in ("textual", "rich", "httpx")} == {
        name: importlib.metadata.version(name) for name in ("textual", "rich", "httpx")
    }
    assert shown.sections["deployments"] == {"configured": "none"}


async def test_a_deployment_is_told_with_what_answers_and_how_fast() -> None:
    async with Tape(SET) as tape:
        shown = await told(deployment(tape.url))
        asked = len(tape.requests)
    about = shown.sections["deployment prod-eu"]
    assert list(about) == ["url", "api", "proxy", "warnings", "kind", "nodes", "latency", "clock offset"]
    assert about["url"] == f"{tape.url}/api/v5"
    assert about["kind"].startswith("EMQX 5.8.9")
    assert about["nodes"] == "2 nodes"
    assert about["latency"].endswith(" ms")
    assert about["clock offset"].endswith(" s")
    assert (shown.code, asked) == (0, 8)  # all that is ever asked, and the nodes once more for how long it takes


async def test_what_the_key_may_not_read_is_named_with_the_scope_it_lacks() -> None:
    refused = {"code": "UNAUTHORIZED_ROLE", "message": "not allowed"}
    async with Tape(SET) as tape:
        for path in ("alarms", "cluster"):
            tape.answer(f"/api/v5/{path}", body=refused, status=403)
        about = (await told(deployment(tape.url))).sections["deployment prod-eu"]
    errors = {key: words for key, words in about.items() if key.startswith("error")}
    assert set(errors) == {"error of alarms", "error of members"}
    assert "needs scope monitoring" in errors["error of alarms"]
    assert "needs scope cluster_operations" in errors["error of members"]


async def test_one_that_cannot_be_read_is_told_with_its_error_and_the_others_all_the_same() -> None:
    async with Tape(SET) as tape, Tape("emqx-4.4.19-cluster") as closed:
        await closed.pause()
        shown = await told(deployment(closed.url, "dead"), deployment(tape.url), deployment("ftp://x", "odd"))
    assert shown.code == 1
    assert list(shown.sections)[3:] == ["deployment dead", "deployment prod-eu", "deployment odd"]
    assert "refused" in shown.sections["deployment dead"]["error"].lower()
    assert "kind" not in shown.sections["deployment dead"]
    assert shown.sections["deployment prod-eu"]["nodes"] == "2 nodes"
    assert shown.sections["deployment odd"]["url"] == "not an address"


async def test_what_a_deployment_does_not_tell_is_missing_and_not_nought() -> None:
    async with Tape() as tape:
        tape.answer("/api/v5/clients", body={"data": [], "meta": {"count": 7}}, headers={"date": "yesterday"})
        about = (await told(deployment(tape.url))).sections["deployment prod-eu"]
    assert about["kind"] == "EMQX Serverless"
    assert (about["nodes"], about["clock offset"]) == ("-", "-")


async def test_a_broker_whose_clock_is_wrong_is_told_by_how_much() -> None:
    async with Tape(SET) as tape:
        for path in ("nodes", "monitor_current", "metrics", "alarms", "stats", "cluster", "monitor"):
            tape.answer(f"/api/v5/{path}", body=[], headers={"date": "Sat, 21 Nov 2020 19:37:20 GMT"})
        offset = (await told(deployment(tape.url))).sections["deployment prod-eu"]["clock offset"]
    assert float(offset.removesuffix(" s")) < -3600


async def test_the_files_are_told_with_their_modes_and_the_home_directory_without_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "owner-of-it-all"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (home / "config.toml").write_text("")
    (home / "config.toml").chmod(0o640)
    (home / "state").mkdir(mode=0o700)
    secret = FileSecret(home / "secret")
    shown = await told(deployment("http://127.0.0.1:9", secret=secret), home=home)
    assert shown.sections["files"] == {
        "config": "~/config.toml (file, mode 0640)",
        "state": "~/state (directory, mode 0700)",
        "log": "~/log/emqx-tui.log (does not exist)",
        "log level": "info",
        "log rotation": "at 2 MB, 3 older files are kept",
    }
    assert "~/secret" in shown.sections["deployment prod-eu"]["error"]
    assert "owner-of-it-all" not in shown.text


async def test_what_set_the_level_of_the_log_is_told() -> None:
    shown = await told(log=Log(Path("x"), "debug", "EMQX_TUI_LOG_LEVEL"))
    assert shown.sections["files"]["log level"] == "debug (EMQX_TUI_LOG_LEVEL)"


async def test_the_terminal_is_told_by_what_it_says_of_itself() -> None:
    environ = {"TERM": "tmux-256color", "COLORTERM": "truecolor", "NO_COLOR": "1", "TMUX": "/tmp/owner,1,0"}  # noqa: S108
    terminal = (await told(environ=environ)).sections["terminal"]
    assert terminal["TERM"] == "tmux-256color"
    assert terminal["COLORTERM"] == "truecolor"
    assert terminal["NO_COLOR"] == "1"
    assert (terminal["TMUX"], terminal["STY"]) == ("set", "not set")
    assert terminal["LANG"] == "not set"
    assert "owner" not in str(terminal)


async def test_hostile_text_is_only_text() -> None:
    environ = {"TERM": "x\x1b]0;evil\x07\nTMUX: forged", "LANG": "\u202e"}
    async with Tape(SET) as tape:
        tape.answer("/", text="\x1b[31m[@click=app.quit]\n[files]\nconfig: forged\u009b")
        shown = await told(deployment(tape.url), environ=environ)
    assert all(line.isprintable() for line in shown.text.split("\n"))
    assert list(shown.sections) == ["program", "files", "terminal", "deployment prod-eu"]
    assert shown.sections["terminal"]["TMUX"] == "not set"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"status": 401, "body": {"code": "BAD_API_KEY_OR_SECRET"}},
        {"status": 500, "text": "oops"},
        {"text": "<html>"},
    ],
)
async def test_no_secret_and_no_key_is_told_whatever_happens(
    answer: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMQX_TEST_SECRET", CANARY)
    (tmp_path / "secret").write_text(CANARY)
    sources = [
        InlineSecret(Secret(CANARY)),
        EnvironmentSecret("EMQX_TEST_SECRET"),
        FileSecret(tmp_path / "secret"),
        CommandSecret("/bin/echo", (CANARY,)),
        CommandSecret("/bin/false", (CANARY,)),
    ]
    async with Tape(SET) as tape:
        if answer is not None:
            tape.answer("/", **answer)
        asked = [deployment(tape.url, f"d{number}", app_id=KEY, secret=source) for number, source in enumerate(sources)]
        userinfo = tape.url.replace("://", f"://{KEY}:{CANARY}@")
        odd = [deployment(userinfo, "odd"), deployment(tape.url + f"/api/v5?token={CANARY}#{CANARY}", "query")]
        environ = dict(os.environ) | {"EMQX_TUI_APP_SECRET": CANARY}
        shown = await told(*asked, *odd, environ=environ)
    assert len(shown.sections) == 3 + len(asked) + len(odd)
    for canary in (CANARY, KEY, b64encode(f"{KEY}:{CANARY}".encode()).decode()):
        assert canary not in shown.text


def test_it_needs_no_terminal_no_configuration_and_no_textual() -> None:
    program = (
        "import asyncio, io, sys\n"
        "from pathlib import Path\n"
        "from emqx_tui.logs import Log\n"
        "from emqx_tui.report.info import show\n"
        "out = io.StringIO()\n"
        "code = asyncio.run(show([], config=Path('none'), log=Log(Path('none')), out=out))\n"
        "assert 'stdin: no terminal' in out.getvalue()\n"
        "assert 'textual: ' in out.getvalue()\n"
        "unwanted = {'textual', 'rich', 'httpx', 'tomli_w'} & {name.split('.')[0] for name in sys.modules}\n"
        "sys.exit(str(unwanted) if unwanted else code)\n"
    )
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")


async def test_a_broker_that_never_answers_is_not_waited_for_longer_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emqx_tui.report.info.LONGEST", 0.2)
    async with listening(silent) as port:
        shown = await told(deployment(f"http://127.0.0.1:{port}/api/v5"))
    assert shown.code == 1
    assert shown.sections["deployment prod-eu"]["error"] == "no answer within 0.2 s"
