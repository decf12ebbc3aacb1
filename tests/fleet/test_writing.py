"""Which deployments may be changed: the session's word goes before the configuration's."""

from pathlib import Path
from typing import Any

import pytest

from emqx_tui.api import decode
from emqx_tui.config import Confirm, Deployment, InlineSecret, Secret, Settings
from emqx_tui.domain.actions import Attempt, Outcome, Seen
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.acting import Acting, Where
from emqx_tui.fleet.connecting import connect
from emqx_tui.fleet.journal import Journal
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import Store
from emqx_tui.tui.app import EmqxTui
from fleet.fakes import A, FakeBroker, FakeClock, Load, deployment
from tape import PASSWORD, USER, Tape


@pytest.mark.parametrize(
    ("session", "configured", "expected"),
    [
        (None, False, False),
        (None, True, True),
        (True, False, True),
        (True, True, True),
        (False, True, False),
        (False, False, False),
    ],
)
async def test_a_deployment_is_open_for_writing_as_the_session_or_else_the_configuration_says(
    *, session: bool | None, configured: bool, expected: bool
) -> None:
    clock, connected = FakeClock(), list[bool]()

    async def connect_to(one: Deployment, _remembered: Remembered | None) -> Broker:
        connected.append(one.write)
        return FakeBroker(clock, [A], Kind.EMQX5, Load())

    one = Deployment(name="prod", url=deployment("prod").url, app_id="x", write=configured)
    poller = Poller(Store(), clock=clock, connect_to=connect_to, write=session)
    poller.add([one])
    assert poller.store.deployments["prod"].write is expected
    await poller.watches["prod"]._connect_to(None)
    # What the form saves while the program runs is no way round the session's word.
    await poller.replace("prod", one)
    assert poller.store.deployments["prod"].write is expected
    await poller.watches["prod"]._connect_to(None)
    assert connected == [expected, expected]


@pytest.mark.parametrize(("own", "expected"), [(None, 7), (3, 3), (50, 50)])
def test_what_an_action_wants_and_may_touch_is_known_of_a_deployment(own: int | None, expected: int) -> None:
    poller = Poller(Store(), clock=FakeClock(), max_bulk=7)
    poller.add([Deployment(name="a", url="http://127.0.0.1:1", max_bulk=own, confirm=Confirm.NAME)])
    poller.add([Deployment(name="b", url="http://127.0.0.1:1")])
    a, b = poller.store.deployments["a"], poller.store.deployments["b"]
    assert (a.max_bulk, a.confirm_by_name) == (expected, True)
    assert (b.max_bulk, b.confirm_by_name) == (7, False)
    assert Poller(Store())._max_bulk == Settings().max_bulk, "the usual is the usual everywhere"


@pytest.mark.parametrize("write", [False, True])
async def test_an_action_reaches_a_broker_only_when_its_deployment_is_open_for_writing(
    tmp_path: Path, *, write: bool
) -> None:
    async with Tape("emqx-5.8.9-cluster", "emqx-5.8.9-writes") as tape:
        one = Deployment(
            name="prod", url=tape.url, app_id=USER, secret=InlineSecret(Secret(PASSWORD)), write=write, max_bulk=5
        )
        broker: Any = await connect(one, None)
        await broker.nodes()  # what detection has asked already
        tape.requests.clear()

        async def kick() -> None:
            decode.v5_done(await broker._send("DELETE", "/clients/idle-client"), "/clients/idle-client")

        async def look() -> Seen:
            await broker.nodes()
            return Seen(done=True)

        journal = Journal(tmp_path / "journal.jsonl")
        changes = [Attempt("idle-client", "DELETE /clients/idle-client", kick, look)] * 2
        report = await Acting(journal).run(Where("prod", USER, broker.kind, 5), "kick", changes)
        await broker.aclose()
    methods = [seen.method for seen in tape.requests]
    outcomes = [result.outcome for result in report.results]
    if write:
        assert (methods, outcomes) == (["DELETE", "GET"] * 2, [Outcome.DONE] * 2)
    else:
        assert (methods, outcomes) == ([], [Outcome.FAILED, Outcome.NOT_TRIED])
        assert "write = true" in report.results[0].why
    assert journal.path is not None
    assert PASSWORD not in journal.path.read_text("utf-8")


def test_the_screens_write_their_actions_down_where_the_state_is(tmp_path: Path) -> None:
    app = EmqxTui(Poller(Store()), state=tmp_path)
    assert app.carrying_out.acting._journal.path == tmp_path / "journal.jsonl"
    assert app.carrying_out is app.carrying_out
    assert EmqxTui(Poller(Store())).carrying_out.acting._journal.path is None, "the demo keeps nothing"
