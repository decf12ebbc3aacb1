"""Counters and gauges on the screen of a deployment, and the mark from which counters are counted."""

import pytest

from emqx_tui.domain.errors import Forbidden, SwitchedOff
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.domain.monitoring import SlowSubscription
from fleet.fakes import A, B, Fleet, node
from tui.screens.stage import FleetStage


LOST = "delivery.dropped.queue_full"


async def test_all_counters_of_all_nodes_are_there_with_a_meaning(fleet: Fleet) -> None:
    broker = fleet.add("prod", nodes=[A, B])
    broker.counters = {A: {"messages.sent": 1000, LOST: 3}, B: {"messages.sent": 500, LOST: 4, "x.y": 1}}
    async with FleetStage(fleet, size=(100, 36), opened="prod") as stage:
        await stage.press("colon")
        await stage.type("metrics")
        assert "1 500" in stage.line_with("messages.sent")
        assert "7" in stage.line_with(LOST).split()
        assert "x.y" in stage.text
        assert "of 2 nodes" in stage.text
        await stage.press("slash", *"queue", "enter", "d")
        assert "x.y" not in stage.text
        if "Messages pushed out" not in stage.text:
            await stage.press("d")
        assert "Messages pushed out of a client's full queue" in stage.text
        assert stage.text.count(B) == 1


async def test_m_sets_a_mark_and_counters_are_told_since_it(fleet: Fleet) -> None:
    broker = fleet.add("prod", nodes=[A])
    broker.counters = {A: {"messages.sent": 1000}}
    async with FleetStage(fleet, size=(100, 30), opened="prod") as stage:
        await stage.press("colon")
        await stage.type("metrics")
        assert "SINCE MARK" not in stage.text
        assert "m sets a mark" in stage.text
        await stage.press("m")
        assert "SINCE MARK" in stage.text
        assert "mark set 0 s ago" in stage.text
        broker.counters = {A: {"messages.sent": 1042}}
        await stage.advance(10)
        assert "mark set 10 s ago" in stage.text
        assert "42" in stage.line_with("messages.sent").split()
        broker.counters = {A: {"messages.sent": 17}}
        broker.rows[A] = node(A, uptime=3.0)
        await stage.advance(10)
        assert "17+" in stage.line_with("messages.sent"), "never less than nothing after a restart"
        await stage.press("m")
        assert stage.line_with("messages.sent").split()[-2:] != ["17+", "nodes"]
        await stage.press("M")
        assert "SINCE MARK" not in stage.text


async def test_a_mark_is_not_offered_where_nothing_is_counted(fleet: Fleet) -> None:
    fleet.add("prod", nodes=[], kind=Kind.SERVERLESS)
    async with FleetStage(fleet, size=(100, 30), opened="prod") as stage:
        await stage.press("colon")
        await stage.type("metrics")
        assert "mark" not in stage.text


async def test_the_mark_is_for_counters(fleet: Fleet) -> None:
    fleet.add("prod", nodes=[A])
    async with FleetStage(fleet, size=(100, 30), opened="prod") as stage:
        await stage.press("m")
        assert stage.poller.store.deployments["prod"].mark is None
        assert "The mark is for counters" in stage.text


async def test_gauges_have_now_and_at_most_in_one_row(fleet: Fleet) -> None:
    broker = fleet.add("prod", nodes=[A, B])
    broker.gauges = {
        A: {"connections.count": 7, "connections.max": 9, "topics.count": 30, "topics.max": 31},
        B: {"connections.count": 4, "connections.max": 5, "topics.count": 30, "topics.max": 31},
    }
    async with FleetStage(fleet, size=(100, 30), opened="prod") as stage:
        await stage.press("colon")
        await stage.type("stats")
        await stage.advance(60)
        assert stage.line_with("● connections").split() == ["●", "connections", "11", "14", "nodes"]
        assert stage.line_with("◆ topics").split()[:5] == ["◆", "topics", "30", "31", "cluster"]


async def test_counters_that_the_key_may_not_read_say_so(fleet: Fleet) -> None:
    fleet.add("prod", nodes=[A]).fail(Forbidden(code="UNAUTHORIZED_ROLE", scope="monitoring"), "metrics", "alarms")
    async with FleetStage(fleet, size=(100, 30), opened="prod") as stage:
        for name in ("metrics", "alarms"):
            await stage.press("colon")
            await stage.type(name)
            assert "needs scope monitoring" in stage.text
            assert "No active alarms" not in stage.text


async def test_serverless_has_no_counters(fleet: Fleet) -> None:
    fleet.add("prod", nodes=[], kind=Kind.SERVERLESS)
    async with FleetStage(fleet, size=(100, 30), opened="prod") as stage:
        await stage.press("colon")
        await stage.type("metrics")
        assert "offers no nodes, counters or alarms" in " ".join(stage.text.split())


async def test_gauges_say_how_old_they_are(fleet: Fleet) -> None:
    broker = fleet.add("prod", nodes=[A])
    broker.gauges = {A: {"connections.count": 7}}
    async with FleetStage(fleet, size=(100, 36), opened="prod") as stage:
        await stage.press("colon")
        await stage.type("stats")
        assert "read 0 s ago" in stage.text
        await stage.advance(7)
        assert "read 7 s ago" in stage.text
        assert "charts: 1 h" not in stage.text


async def test_what_is_switched_off_says_how_to_turn_it_on(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    async def off(_query: Query, _after: str | None) -> Page[SlowSubscription]:
        raise SwitchedOff(feature="slow_subscriptions", path="/slow_subscriptions")

    monkeypatch.setattr(fleet.add("prod", nodes=[A]), "slow_subscriptions", off)
    async with FleetStage(fleet, size=(100, 36), opened="prod") as stage:
        await stage.press("colon")
        await stage.type("slow-subscriptions")
        await stage.advance(1)
        told = " ".join(stage.text.split())
        assert "slow subscriptions are off" in told
        assert "To turn it on: dashboard, Diagnose, Slow Subscriptions" in told


async def test_what_is_not_offered_says_who_offers_it(fleet: Fleet) -> None:
    fleet.add("prod", nodes=[A])
    async with FleetStage(fleet, size=(100, 36), opened="prod") as stage:
        for name, which in [("slow-subscriptions", "EMQX 4.4 and later"), ("alarm-history", "EMQX 4.1 and later")]:
            await stage.press("colon")
            await stage.type(name)
            await stage.advance(1)
            assert "Not offered by EMQX" in stage.text
            assert f"It is offered by {which}." in stage.text
