"""Who is asked how often: what somebody looks at closely, everything else by a light heartbeat."""

import random
from itertools import pairwise

import pytest

from emqx_tui.domain.broker import Attention
from emqx_tui.domain.models import Kind, Sample, Series, Totals
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import Phase, Store
from fleet.fakes import A, Fleet, deployment


def gaps(times: list[float]) -> list[float]:
    return [round(later - earlier, 3) for earlier, later in pairwise(times)]


async def test_the_open_deployment_is_asked_every_five_seconds(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(33)
    assert gaps(broker.times("nodes"))[1:] == [5.0] * 6


async def test_rates_are_there_after_two_seconds_because_they_take_two_readings(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4, nodes=[A])
    broker.counters[A] = {"messages.received": 100}
    await fleet.start("prod")
    broker.counters[A] = {"messages.received": 120}
    await fleet.clock.advance(2)
    assert fleet.nodes()[A].received == 10.0
    assert gaps(broker.times("nodes")) == [2.0]


async def test_every_other_deployment_is_asked_every_fifteen_seconds(fleet: Fleet) -> None:
    fleet.add("prod")
    other = fleet.add("test")
    await fleet.start("prod")
    await fleet.clock.advance(61)
    assert gaps(other.times("nodes")) == [15.0] * 4


@pytest.mark.parametrize("kind", Kind)
async def test_a_heartbeat_is_at_most_three_requests(fleet: Fleet, kind: Kind) -> None:
    broker = fleet.add(kind=kind)
    await fleet.start()
    asked = [question for question in broker.questions() if question != "connect"]
    assert 1 <= len(asked) <= 3
    await fleet.clock.advance(3)
    begun = fleet.clock.monotonic()
    await fleet.clock.advance(30)
    assert broker.questions(since=begun) == asked * 2


async def test_a_heartbeat_tells_nodes_alarms_and_rates(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    assert broker.questions() == ["connect", "nodes", "totals", "alarms"]
    row = fleet.row()
    assert (row.up, row.known, row.alarms) == (2, 2, 0)
    assert row.totals is not None
    assert row.totals.received_rate == 5.0


async def test_an_interval_of_the_deployments_own_goes_before_the_usual_one(fleet: Fleet) -> None:
    broker = fleet.add(refresh=2.0)
    await fleet.start("prod")
    await fleet.clock.advance(9)
    assert gaps(broker.times("nodes")) == [2.0] * 4


async def test_the_interval_can_be_changed_while_it_runs_and_counts_at_once(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(3)
    fleet.poller.watches["prod"].set_interval(2)
    await fleet.clock.advance(6)
    assert gaps(broker.times("nodes")) == [2.0, 3.0, 2.0, 2.0]


async def test_the_interval_is_never_below_one_second(fleet: Fleet) -> None:
    broker = fleet.add(refresh=0.01)
    await fleet.start("prod")
    fleet.poller.watches["prod"].set_interval(0.1)
    await fleet.clock.advance(5)
    assert min(gaps(broker.times("nodes"))) >= 1.0


async def test_intervals_differ_by_up_to_a_tenth_so_that_many_watchers_do_not_ask_in_step(fleet: Fleet) -> None:
    fleet.rng.seed(7)
    watcher = Poller(Store(), clock=fleet.clock, rng=random.Random(7), connect_to=fleet.connect)  # noqa: S311  jitter
    fleet.poller = watcher
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(300)
    found = gaps(broker.times("nodes"))[1:]
    assert all(4.5 <= gap <= 5.5 for gap in found)
    assert min(found) < 4.8
    assert max(found) > 5.2


async def test_opening_a_deployment_asks_it_at_once(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    await fleet.clock.advance(3)
    fleet.poller.open("prod")
    await fleet.clock.advance(0)
    assert broker.times("nodes")[-1] == fleet.clock.monotonic()
    assert "stats" in broker.questions()


async def test_a_deployment_that_nobody_looks_at_any_more_goes_back_to_its_heartbeat(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    fleet.poller.open("prod")
    fleet.poller.leave("prod")
    await fleet.clock.advance(6)
    assert fleet.state().attention is Attention.OPEN, "one of two viewers still looks"
    fleet.poller.leave("prod")
    left = fleet.clock.monotonic()
    await fleet.clock.advance(31)
    assert gaps(broker.times("nodes"))[-2:] == [15.0, 15.0]
    assert "stats" not in broker.questions(since=left)


async def test_the_past_is_asked_once_on_opening(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(120)
    assert len(broker.times("history")) == 1
    fleet.poller.leave("prod")
    fleet.poller.open("prod")
    await fleet.clock.advance(120)
    assert len(broker.times("history")) == 2


async def test_the_brokers_past_fills_the_charts(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.past = [Sample(age, Totals(live_connections=int(age))) for age in (3600.0, 1800.0, 10.0, 0.0)]
    await fleet.start("prod")
    await fleet.clock.advance(1)
    values = fleet.state().history[Series.LIVE].values(fleet.clock.monotonic())
    assert len(values) == 360
    assert values[-1 - 180] == 1800
    assert values[-2] == 10
    assert values[-1] == 18, "the newest point is measured, not told"


async def test_what_was_measured_stays_as_it_is_when_the_past_is_asked_again(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(60)
    broker.past = [Sample(float(age), Totals(live_connections=10)) for age in range(3600, 0, -10)]
    fleet.poller.leave("prod")
    fleet.poller.open("prod")
    await fleet.clock.advance(0)
    values = fleet.state().history[Series.LIVE].values(fleet.clock.monotonic())
    assert values[-7:] == [18.0] * 7
    assert values[-20] == 10.0


async def test_charts_keep_an_hour_and_no_more(fleet: Fleet) -> None:
    broker = fleet.add(refresh=10.0)
    await fleet.start("prod")
    broker.says["totals"] = Totals(live_connections=18)
    await fleet.clock.advance(3692)
    values = fleet.state().history[Series.LIVE].values(fleet.clock.monotonic())
    assert set(values) == {18.0}
    nodes = fleet.state().node_history[A]
    assert nodes[Series.SESSIONS].values(fleet.clock.monotonic())[-1] == 10.0
    assert nodes[Series.MEMORY].values(fleet.clock.monotonic())[-1] == 0.25


async def test_pause_stops_asking_and_resume_goes_on_at_once(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(1)
    watch = fleet.poller.watches["prod"]
    watch.pause(paused=True)
    before = len(broker.asked)
    await fleet.clock.advance(600)
    assert len(broker.asked) == before
    assert fleet.row().fresh == "paused"
    watch.pause(paused=False)
    await fleet.clock.advance(0)
    assert broker.times("nodes")[-1] == fleet.clock.monotonic()
    assert fleet.row().fresh == "live"


async def test_what_waits_for_its_turn_is_not_asked_any_more_after_a_pause(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.takes.update(nodes=1.0, totals=1.0)
    await fleet.start("prod")
    fleet.poller.watches["prod"].pause(paused=True)
    await fleet.clock.advance(30)
    assert broker.questions() == ["connect", "nodes", "totals"]
    assert fleet.states() != {}, "what was under way is taken in"
    fleet.poller.watches["prod"].pause(paused=False)
    await fleet.clock.advance(3)
    assert "history" in broker.questions(), "what was left out is asked when it goes on"


async def test_refresh_asks_at_once(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    await fleet.clock.advance(2)
    fleet.poller.watches["prod"].refresh()
    await fleet.clock.advance(0)
    assert broker.times("nodes")[-1] == fleet.clock.monotonic()


@pytest.mark.parametrize("kind", [Kind.EMQX5, Kind.NANOMQ])
async def test_a_slow_broker_is_asked_less_often(fleet: Fleet, kind: Kind) -> None:
    broker = fleet.add(kind=kind)
    broker.takes["nodes"] = 4.0
    broker.asks_nodes_apart = False
    await fleet.start("prod")
    await fleet.clock.advance(60)
    assert set(gaps(broker.times("nodes"))[1:]) == {8.0}


async def test_a_listener_is_told_of_every_change_until_it_stops_listening(fleet: Fleet) -> None:
    fleet.add()
    told: list[str] = []
    stop = fleet.poller.store.listen(told.append)
    await fleet.start("prod")
    version = fleet.state().version
    assert set(told) == {"prod"}
    assert version >= 1
    stop()
    before = len(told)
    await fleet.clock.advance(6)
    assert len(told) == before
    assert fleet.state().version > version


async def test_nothing_is_asked_of_a_fleet_without_deployments(fleet: Fleet) -> None:
    await fleet.start()
    await fleet.clock.advance(60)
    await fleet.poller.look()
    assert fleet.connects == []


async def test_ending_the_program_closes_every_connection(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    assert fleet.state().phase is Phase.POLLING
    await fleet.stop()
    assert broker.closed


def test_a_deployment_that_is_not_open_has_its_own_interval_for_later() -> None:
    poller = Poller(Store(), refresh=7.0)
    poller.add([deployment("prod"), deployment("test", 2.0)])
    assert [state.interval for state in poller.store.deployments.values()] == [7.0, 2.0]


async def test_a_slow_broker_is_fresh_for_as_long_as_it_is_really_left_alone(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.asks_nodes_apart = False
    broker.takes["nodes"] = 7.0
    await fleet.start("prod")
    await fleet.clock.advance(8)
    assert fleet.state().pace == 14.0
    for _ in range(100):
        await fleet.clock.advance(1)
        assert fleet.row().fresh == "live"


async def test_the_pace_follows_who_looks_and_what_is_set(fleet: Fleet) -> None:
    fleet.add()
    await fleet.start()
    assert fleet.state().pace == 15.0
    fleet.poller.open("prod")
    await fleet.clock.advance(0)
    assert fleet.state().pace == 5.0
    fleet.poller.watches["prod"].set_interval(60)
    assert fleet.state().pace == 60.0
    fleet.poller.leave("prod")
    await fleet.clock.advance(0)
    assert fleet.state().pace == 15.0
