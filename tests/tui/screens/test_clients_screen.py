"""Lists of clients on screen: read on as one scrolls, searched by the broker, swept for those in trouble."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from emqx_tui.domain.clients import Client
from emqx_tui.domain.listing import Page, Query
from fleet.fakes import FakeBroker, Fleet
from tui.screens.stage import FleetStage


@pytest_asyncio.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    made = Fleet(tmp_path / "rosters")
    yield made
    await made.stop()


def clients(count: int) -> list[Client]:
    return [
        Client(f"pump-{number:05d}", connected=True, queue=900 if number % 100 == 7 else 0, queue_max=1000)
        for number in range(count)
    ]


def asked(broker: FakeBroker) -> list[str]:
    return [question for _, question in broker.asked if question.startswith("clients")]


async def test_pages_come_as_one_scrolls_and_end_with_the_last_one(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.sessions = clients(1200)
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.press("colon", *"clients", "enter")
        assert "500 of 1.2k loaded" in stage.text
        assert asked(broker) == ["clients"], "nothing that nobody looks at"
        for _ in range(5):
            await stage.press("pagedown")
        assert asked(broker) == ["clients"]
        await stage.press("end")
        assert "1 000 of 1.2k loaded" in stage.text
        assert "pump-00499" in stage.text, "the cursor stays on its row"
        await stage.press("end", "end")
        assert "1 200 rows" in stage.text
        await stage.press("end", "end")
        assert "pump-01199" in stage.text
        assert asked(broker) == ["clients", "clients 2", "clients 3"]


async def test_a_broker_that_gives_the_same_page_again_and_again_has_an_end(fleet: Fleet) -> None:
    broker = fleet.add()
    given: list[str | None] = []

    async def same(_query: Query, after: str | None, _rows: int | None = None) -> Page[Client]:
        given.append(after)
        return Page(clients(100), f"@{len(given)}", 4)

    broker.clients = same  # type: ignore[method-assign, assignment]
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.press("colon", *"clients", "enter")
        for _ in range(4):
            await stage.press("end")
        assert given == [None, "@1"]
        assert "100 rows" in stage.text


async def test_a_filter_of_ones_own_says_that_it_knows_only_what_is_loaded(fleet: Fleet) -> None:
    fleet.add().sessions = clients(1200)
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.press("colon", *"clients", "enter")
        await stage.press("slash", *"0001", "enter")
        assert "11 of 500 loaded rows" in stage.text
        assert "500 of 1.2k loaded" in stage.text, "what is filtered here makes nobody read on"
        await stage.press("s")
        assert "Sort by (of what is loaded)" in stage.text
        await stage.press("escape", "escape", "end")
        await stage.press("end")
        await stage.press("slash", *"0001", "enter")
        assert "11 of 1 200 rows" in stage.text
        await stage.press("s")
        assert "of what is loaded" not in stage.text


async def test_a_search_waits_for_three_characters_and_for_a_pause(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = fleet.add()
    broker.sessions = clients(1200)
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.press("colon", *"clients", "enter")
        monkeypatch.setattr("emqx_tui.tui.screens.deployment.PAUSE", 3600.0)
        await stage.press("f", *"00")
        assert asked(broker) == ["clients"]
        await stage.press("7")
        assert asked(broker) == ["clients"], "more may be typed"
        monkeypatch.setattr("emqx_tui.tui.screens.deployment.PAUSE", 0.01)
        await stage.press("7")
        await stage.until(lambda: "12 rows" in stage.text or "11 rows" in stage.text)
        assert len(asked(broker)) == 2
        assert "the broker filters by like_clientid=0077" in stage.text
        monkeypatch.setattr("emqx_tui.tui.screens.deployment.PAUSE", 3600.0)
        await stage.press("f", "ctrl+u", *"00")
        await stage.press("enter")
        assert "like_clientid needs at least 3 characters" in stage.text
        assert len(asked(broker)) == 2


async def test_the_detail_has_a_clients_session_and_what_waits_for_it(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.sessions = [Client("pump-1", connected=True, queue=900, queue_max=1000, keepalive=60, expiry=7200)]
    async with FleetStage(fleet, size=(160, 50), opened="prod") as stage:
        await stage.press("colon", *"clients", "enter")
        assert "▲ pump-1  connected" in stage.text
        for part in ("queue", "90 %", "900 of 1 000", "2 hours after the connection", "60 s"):
            assert part in stage.text, part
        await stage.advance(1.0)
        assert "client pump-1" in [question for _, question in broker.asked]


async def test_clients_in_trouble_are_swept_for_until_a_key_stops_it(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.sessions = clients(5000)
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.press("colon", *"trouble", "enter")
        assert "▇▇▁▁▁▁▁▁▁▁ 20 %, 1 000 of 5.0k swept, S stops" in stage.text
        assert "S stop" in stage.lines[-1]
        await stage.advance(0.5)
        assert "40 %, 2 000 of 5.0k swept" in stage.text
        await stage.press("S")
        assert "stopped 0 s ago, Ctrl-R goes on" in stage.text
        assert "S stop" not in stage.lines[-1]
        await stage.advance(30.0)
        assert len(asked(broker)) == 2
        await stage.press("ctrl+r")
        await stage.advance(10.0)
        assert "all 5 000 swept" in stage.text
        assert "50 in trouble" in stage.text
        assert "✖  pump-00007" in stage.text
        await stage.press("S", "escape")
        assert "Trouble clients" not in stage.lines[1], "the key does nothing any more"


async def test_a_sweep_ends_when_one_goes_elsewhere(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.sessions = clients(5000)
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.press("colon", *"trouble", "enter")
        await stage.press("escape")
        await stage.advance(30.0)
        assert len(asked(broker)) == 1
        await stage.press("colon", *"trouble", "enter")
        assert "20 %, 1 000 of 5.0k swept  ‖ stopped" in stage.text


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("connected_since=soon", "connected_since: Connected later than"),
        ("state=asleep", "state is one of: connected, disconnected"),
    ],
)
async def test_what_the_broker_cannot_be_asked_is_said_before_it_is_asked(
    fleet: Fleet, line: str, complaint: str
) -> None:
    broker = fleet.add()
    broker.sessions = clients(10)
    async with FleetStage(fleet, size=(160, 30), opened="prod") as stage:
        await stage.press("colon", *"clients", "enter")
        await stage.press("f")
        await stage.type(line)
        await stage.press("enter")
        assert complaint in " ".join(stage.text.split())
        assert asked(broker) == ["clients"]
