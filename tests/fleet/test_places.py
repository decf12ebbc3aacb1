"""How much is under way at once, and that a dead deployment takes nobody else's place."""

import asyncio

import pytest

from emqx_tui.domain.models import Kind
from emqx_tui.fleet.slots import Slots
from fleet.fakes import FakeClock, Fleet


@pytest.mark.parametrize("kind", Kind)
async def test_a_deployment_has_one_request_of_a_kind_under_way_and_two_in_all(fleet: Fleet, kind: Kind) -> None:
    broker = fleet.add(kind=kind, refresh=1.0)
    broker.asks_nodes_apart = False
    broker.takes = dict.fromkeys(["nodes", "brokers", "stats", "metrics", "totals", "alarms", "members"], 1.7)
    await fleet.start("prod")
    await fleet.clock.advance(60)
    fleet.poller.watches["prod"].refresh()
    fleet.poller.leave("prod")
    fleet.poller.open("prod")
    await fleet.clock.advance(60)
    most = dict(broker.own.most)
    assert most.pop("small") <= 2
    assert set(most.values()) == {1}


async def test_sixty_four_small_requests_are_under_way_over_all_deployments(fleet: Fleet) -> None:
    for number in range(100):
        broker = fleet.add(f"d{number}")
        broker.takes = {"nodes": 0.9, "totals": 0.9, "alarms": 0.9}
    await fleet.start()
    await fleet.clock.advance(40)
    assert fleet.load.most["small"] == 64
    assert all(fleet.row(name).up == 2 for name in fleet.brokers)


async def test_eight_pages_are_under_way_over_all_deployments(fleet: Fleet) -> None:
    for number in range(20):
        fleet.add(f"d{number}").takes["history"] = 0.9
    await fleet.start(*fleet.brokers)
    await fleet.clock.advance(20)
    assert fleet.load.most["page"] == 8
    assert all(len(broker.times("history")) == 1 for broker in fleet.brokers.values())


@pytest.mark.parametrize("dead", ["connect", "nodes"])
async def test_forty_dead_deployments_do_not_keep_a_healthy_one_from_being_asked(fleet: Fleet, dead: str) -> None:
    for number in range(40):
        broker = fleet.add(f"dead{number}")
        broker.asks_nodes_apart = False
        if dead == "connect":
            broker.takes["connect"] = 3600.0
        else:
            broker.takes = dict.fromkeys(["nodes", "totals", "alarms"], 3600.0)
    broker = fleet.add("prod")
    await fleet.start("prod")
    await fleet.clock.advance(3)
    assert fleet.row().up == 2
    await fleet.clock.advance(57)
    assert len(broker.times("nodes")) >= 12
    assert fleet.row().fresh == "live"


async def test_a_request_that_waits_for_a_dead_peer_still_counts_against_its_own_deployment() -> None:
    clock = FakeClock()
    slots = Slots(clock, in_all=2)
    own = asyncio.Semaphore(2)
    began: list[str] = []

    async def ask(name: str, places: asyncio.Semaphore, seconds: float) -> None:
        async with slots.small(places):
            began.append(name)
            await clock.sleep(seconds)

    dead = [asyncio.create_task(ask(f"dead {number}", own, 60.0)) for number in range(3)]
    await clock.idle()
    alive = asyncio.create_task(ask("alive", asyncio.Semaphore(2), 0.1))
    await clock.advance(0.9)
    assert began == ["dead 0", "dead 1"]
    await clock.advance(0.3)
    assert began == ["dead 0", "dead 1", "alive"]
    await clock.advance(0.1)
    assert alive.done()
    await clock.advance(58)
    assert len(began) == 3
    await clock.advance(2)
    assert began[-1] == "dead 2"
    await clock.advance(60)
    assert all(task.done() for task in dead)


async def test_places_are_given_back_when_a_request_is_cancelled() -> None:
    clock = FakeClock()
    slots = Slots(clock, in_all=1, pages_in_all=1)
    own = asyncio.Semaphore(1)

    async def ask() -> None:
        async with slots.small(own):
            await clock.sleep(60)

    async def page() -> None:
        async with slots.page(own):
            await clock.sleep(60)

    for question in (ask, page, ask):
        task = asyncio.create_task(question())
        await clock.advance(0.5)
        task.cancel()
        await clock.advance(5)
        assert task.cancelled()
    assert not own.locked()
