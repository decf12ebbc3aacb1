"""The log of the whole program: what never gets into it, and that it is never in the way."""

import re
from base64 import b64encode
from pathlib import Path

import pytest

from e2e.terminal import Terminal
from tape import USER, Tape


CANARY = "canary-5ec3e7-of-prod"
ENCODED = b64encode(f"{USER}:{CANARY}".encode()).decode()


def configured(tmp_path: Path, url: str) -> Path:
    """A configuration with one deployment at the URL and everything logged; where the log will be."""
    config = tmp_path / "config.toml"
    config.write_text(
        'log_level = "debug"\nrefresh = 1\n[[deployments]]\n'
        f'name = "prod"\nurl = "{url}/api/v5"\napp_id = "{USER}"\napp_secret = "{CANARY}"\n',
        "utf-8",
    )
    config.chmod(0o600)
    return tmp_path / "state" / "log" / "emqx-tui.log"


def assert_nothing_leaked(log: Path) -> str:
    """No secret, no header and no body is in the log; what is."""
    written = log.read_text("utf-8")
    assert written
    for canary in (CANARY, ENCODED, ENCODED.rstrip("="), "body-canary"):
        assert canary not in written
    assert not re.search(r"authorization|basic ", written, re.IGNORECASE)
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700
    return written


async def watched(log: Path, tmp_path: Path, shows: str, script: str | None = None) -> str:
    """The log of a program that watches the deployment until the screen shows this, or until its end."""
    async with Terminal("prod", home=tmp_path, size=(140, 30), script=script) as terminal:
        if script is None:
            await terminal.shows(shows)
            terminal.send("q")
            assert await terminal.ended() == 0
        else:
            assert await terminal.ended() == 1
            assert shows in terminal.text
        assert CANARY.encode() not in terminal.raw
    return assert_nothing_leaked(log)


async def test_everything_that_is_asked_with_the_right_secret_is_logged_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tape._CREDENTIALS", f"Basic {ENCODED}")
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer(
            "/api/v5/nodes", body=[{"node": "emqx@well", "node_status": "running", "body-canary": "body-canary"}]
        )
        log = configured(tmp_path, tape.url)
        written = await watched(log, tmp_path, r"emqx@well .*running")
        assert f"DEBUG emqx_tui.api.http: GET {tape.url}/api/v5/nodes: 200 in " in written
        assert all(ENCODED in seen.headers["authorization"] for seen in tape.requests), "it was sent"
        assert {seen.body for seen in tape.requests} == {b""}


async def test_a_secret_that_is_refused_is_not_logged(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        log = configured(tmp_path, tape.url)
        written = await watched(log, tmp_path, "credentials refused")
    assert "/nodes: 401 in " in written
    assert "WARNING emqx_tui.fleet.outage: prod cannot be read: Unauthorized(" in written


async def test_a_tls_handshake_that_fails_logs_no_secret(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        log = configured(tmp_path, tape.url.replace("http:", "https:"))
        written = await watched(log, tmp_path, "TLS")
        assert tape.requests == []
    assert "prod cannot be read: tls: Unreachable(" in written


CRASH = """
import sys
import httpx
from emqx_tui.cli import main

sent = httpx.Response.aiter_bytes

def broken(self, *told):
    headers = dict(self.request.headers)
    secret = headers["authorization"]
    body = self.num_bytes_downloaded
    raise LookupError("boom")

httpx.Response.aiter_bytes = broken
sys.exit(main())
"""


async def test_a_crash_with_the_header_at_hand_logs_the_place_and_no_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tape._CREDENTIALS", f"Basic {ENCODED}")
    async with Tape("emqx-5.8.9-cluster") as tape:
        log = configured(tmp_path, tape.url)
        written = await watched(log, tmp_path, "emqx-tui stopped because of a bug: LookupError.", CRASH)
    assert "LookupError: boom" in written
    assert "in broken" in written


@pytest.mark.parametrize("level", ["debug", "error"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
async def test_a_full_disk_is_not_noticed_on_the_screen(tmp_path: Path, level: str) -> None:
    async with Terminal(
        "demo", "--log-file", "/dev/full", "--log-level", level, home=tmp_path, size=(140, 30)
    ) as terminal:
        await terminal.shows(r"prod-eu +EMQX 5\.8\.9 +3/3", never="Error|Traceback")
        terminal.send("\x0c")
        terminal.send("?")
        await terminal.shows("Choose the column to sort by")
        terminal.send("\x1b")
        await terminal.shows_no("Choose the column to sort by")
        await terminal.shows("6 deployments", never="Error|Traceback")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []
        assert not re.search(rb"Traceback|Logging error|No space left", terminal.raw)


async def test_a_place_where_nothing_can_be_written_is_told_of_and_the_program_works(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with Terminal("demo", "--log-file", "file/log", home=tmp_path, size=(140, 30)) as terminal:
        await terminal.shows(r"▲ no log: file/log: Not a directory")
        await terminal.shows(r"prod-eu +EMQX 5\.8\.9 +3/3")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []
