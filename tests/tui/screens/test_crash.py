"""A bug ends the program with a short word, and neither it nor anything else tells a secret."""

import logging
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from emqx_tui.config import Deployment, InlineSecret, Secret
from emqx_tui.domain.errors import ServerError, Unauthorized
from emqx_tui.logs import Log
from emqx_tui.tui.screens import deployment as deployment_screen
from fleet.fakes import Fleet
from tui.screens.stage import FleetStage


CANARY = "canary-4b7e"


async def test_a_panel_that_raises_ends_the_program_with_1_and_names_the_log(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        secret = CANARY
        raise LookupError(f"no such thing{secret[:0]}")

    fleet.add()
    log = Path("/home/me/emqx-tui.log")
    stage = FleetStage(fleet, log=Log(log))

    async def open_a_deployment() -> None:
        async with stage:
            monkeypatch.setattr(deployment_screen, "deployment_header", broken)
            await stage.pilot.press("enter")
            await stage.until(lambda: stage.app._exception is not None)

    caplog.set_level(logging.INFO, "emqx_tui")
    with pytest.raises(LookupError, match="no such thing"):
        await open_a_deployment()
    assert stage.app.return_code == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "emqx-tui stopped because of a bug: LookupError." in told
    assert f"The log has the details: {log}" in told
    assert "Traceback" not in told
    assert CANARY not in told
    assert "no such thing" in caplog.text
    assert "in broken" in caplog.text
    assert CANARY not in caplog.text


async def test_a_bug_in_the_poller_is_in_the_log_with_the_place_where_it_happened(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken() -> None:
        raise LookupError("no such thing")

    monkeypatch.setattr(fleet.add(), "nodes", broken)
    stage = FleetStage(fleet, log=Log(Path("/home/me/emqx-tui.log")))

    async def watch() -> None:
        async with stage:
            await stage.until(lambda: stage.app._exception is not None)

    with pytest.raises(WorkerFailed):
        await watch()
    assert stage.app.return_code == 1
    assert "stopped because of a bug: LookupError." in " ".join(capsys.readouterr().err.split())
    assert "LookupError: no such thing" in caplog.text
    assert "in broken" in caplog.text


async def test_a_secret_is_in_no_screen_log_or_repr(fleet: Fleet, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    well, dead = fleet.add("well"), fleet.add("dead")
    refused = fleet.add("refused")
    dead.fail(ServerError("boom", status=500))
    refused.fail(Unauthorized(status=401))
    fleet.poller = fleet._new_poller()
    made = [
        Deployment(name=name, url=f"http://127.0.0.1/{name}", app_id="key", secret=InlineSecret(Secret(CANARY)))
        for name in fleet.brokers
    ]
    fleet.poller.add(made)
    async with FleetStage(fleet, size=(160, 50)) as stage:
        for line in ("nodes well", "alarms well", "nodes dead", "nodes refused", "fleet", "help"):
            await stage.app.follow(line)
            await stage.advance(10)
            assert CANARY not in stage.text
        assert CANARY not in stage.sent
        for thing in (*made, stage.app, stage.poller, stage.poller.store, *stage.poller.watches.values(), well):
            assert CANARY not in repr(thing)
        assert CANARY not in repr(stage.poller.store.deployments)
    assert CANARY not in caplog.text
