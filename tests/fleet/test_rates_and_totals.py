"""Rates of nodes from their counters, and figures of whole deployments."""

import pytest

from emqx_tui.domain.errors import ServerError, Unsupported
from emqx_tui.domain.models import Kind, Node, Series, Totals
from fleet.fakes import A, B, FakeBroker, Fleet, node


async def counted(fleet: Fleet) -> FakeBroker:
    """An open cluster of 4.x with two nodes whose first counters have been read, at rest for one interval."""
    broker = fleet.add(kind=Kind.EMQX4)
    broker.counters = {A: dict.fromkeys(NAMES, 1000), B: dict.fromkeys(NAMES, 0)}
    await fleet.start("prod")
    await fleet.clock.advance(7)
    return broker


NAMES = ("messages.received", "messages.sent", "messages.dropped")


def count(broker: FakeBroker, name: str, more: int) -> None:
    broker.counters[name] = {key: value + more for key, value in broker.counters[name].items()}


async def test_there_is_no_rate_before_two_readings(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    broker.counters[A] = dict.fromkeys(NAMES, 1000)
    await fleet.start("prod")
    assert fleet.nodes()[A].received is None
    assert fleet.row().totals == Totals(sessions=20, live_connections=18)


async def test_the_rate_of_a_node_is_the_difference_of_its_counters_over_time(fleet: Fleet) -> None:
    broker = await counted(fleet)
    count(broker, A, 50)
    await fleet.clock.advance(5)
    assert [(row.received, row.sent, row.dropped) for row in fleet.nodes().values()] == [(10.0,) * 3, (0.0,) * 3]


async def test_after_counters_were_reset_there_is_no_rate_until_the_next_reading(fleet: Fleet) -> None:
    broker = await counted(fleet)
    broker.counters[A] = dict.fromkeys(NAMES, 0)
    await fleet.clock.advance(5)
    assert fleet.nodes()[A].received is None
    assert fleet.nodes()[B].received == 0.0
    count(broker, A, 50)
    await fleet.clock.advance(5)
    assert fleet.nodes()[A].received == 10.0


async def test_a_restarted_node_has_no_rate_even_when_its_counters_are_higher_already(fleet: Fleet) -> None:
    broker = await counted(fleet)
    broker.rows[B] = node(B, uptime=3.0)
    count(broker, B, 100_000)
    await fleet.clock.advance(5)
    assert fleet.nodes()[B].received is None


@pytest.mark.parametrize("step", [3600.0, -3600.0])
async def test_a_clock_that_is_set_makes_no_rate(fleet: Fleet, step: float) -> None:
    broker = await counted(fleet)
    count(broker, A, 50)
    fleet.clock.step(step)
    await fleet.clock.advance(5)
    assert fleet.nodes()[A].received is None
    count(broker, A, 50)
    await fleet.clock.advance(5)
    assert fleet.nodes()[A].received == 10.0


async def test_a_node_that_stopped_has_no_rate_and_no_jump_when_it_is_back(fleet: Fleet) -> None:
    broker = await counted(fleet)
    broker.rows[B] = Node(B, running=False)
    await fleet.clock.advance(10)
    assert fleet.nodes()[B].received is None
    broker.rows[B] = node(B, uptime=90_000.0)
    count(broker, B, 1_000_000)
    await fleet.clock.advance(5)
    assert fleet.nodes()[B].received in {None, 0.0}


async def test_totals_are_the_sums_of_what_is_per_node_where_the_broker_gives_none(fleet: Fleet) -> None:
    broker = await counted(fleet)
    count(broker, A, 50)
    count(broker, B, 25)
    await fleet.clock.advance(5)
    totals = fleet.row().totals
    assert totals is not None
    assert (totals.sessions, totals.live_connections, totals.received_rate) == (20, 18, 15.0)


async def test_what_every_node_tells_of_the_whole_cluster_is_never_summed(fleet: Fleet) -> None:
    broker = await counted(fleet)
    broker.gauges = {A: {"topics.count": 30, "retained.count": 7}, B: {"topics.count": 31, "retained.count": 7}}
    await fleet.clock.advance(5)
    totals = fleet.row().totals
    assert totals is not None
    assert (totals.topics, totals.retained) == (31, 7)


async def test_on_5_x_totals_are_what_the_broker_says(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.current = Totals(sessions=35, live_connections=30, topics=9, received_rate=4.5)
    await fleet.start("prod")
    await fleet.clock.advance(6)
    assert fleet.row().totals == broker.current


async def test_on_5_x_totals_come_from_the_nodes_while_the_broker_fails_to_give_them(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(7)
    broker.fail(ServerError(status=500), "totals")
    broker.rows[A] = node(A, sessions=90)
    await fleet.clock.advance(11)
    totals = fleet.row().totals
    assert totals is not None
    assert totals.sessions == 100
    broker.says.clear()
    await fleet.clock.advance(65)
    assert fleet.row().totals == broker.current


async def test_on_5_x_totals_come_from_the_nodes_where_the_broker_has_none(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.fail(Unsupported(status=404), "totals")
    broker.rows[A] = node(A, sessions=90)
    await fleet.start("prod")
    await fleet.clock.advance(11)
    totals = fleet.row().totals
    assert totals is not None
    assert totals.sessions == 100
    assert len(broker.times("totals")) == 1


async def test_rates_are_charted_by_node_and_for_the_whole(fleet: Fleet) -> None:
    broker = await counted(fleet)
    for _ in range(12):
        count(broker, A, 50)
        await fleet.clock.advance(5)
    now = fleet.clock.monotonic()
    assert fleet.state().node_history[A][Series.RECEIVED].values(now)[-5:-1] == [10.0] * 4
    assert fleet.state().history[Series.SENT].values(now)[-5:-1] == [10.0] * 4


async def test_data_is_live_then_slow_then_stale_as_its_newest_answer_grows_old(fleet: Fleet) -> None:
    broker = fleet.add()
    assert fleet.row().fresh == "waiting"
    await fleet.start("prod")
    await fleet.clock.advance(2)
    broker.asks_nodes_apart = False
    broker.takes["nodes"] = 1000.0
    seen = {}
    for seconds in range(1, 21):
        await fleet.clock.advance(1)
        seen[seconds] = fleet.row().fresh.value
    assert {seconds for seconds, fresh in seen.items() if fresh == "live"} == set(range(1, 8)), "below 7.5 s"
    assert {seconds for seconds, fresh in seen.items() if fresh == "slow"} == set(range(8, 16)), "up to 15 s"
    assert seen[16] == "stale"


async def test_a_heartbeat_is_live_for_longer_because_it_comes_less_often(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    broker.asks_nodes_apart = False
    broker.takes["nodes"] = 1000.0
    for seconds, fresh in ((22, "live"), (1, "slow"), (22, "slow"), (1, "stale")):
        await fleet.clock.advance(seconds)
        assert fleet.row().fresh == fresh


@pytest.mark.parametrize("kind", [Kind.EMQX4, Kind.EMQX5])
async def test_rates_are_forgotten_when_counters_cannot_be_read_any_more(fleet: Fleet, kind: Kind) -> None:
    broker = fleet.add(kind=kind)
    broker.counters = {A: dict.fromkeys(NAMES, 0), B: dict.fromkeys(NAMES, 0)}
    await fleet.start("prod")
    await fleet.clock.advance(7)
    assert fleet.nodes()[A].received == 0.0
    broker.fail(ServerError(status=500), "metrics")
    await fleet.clock.advance(22)
    assert fleet.nodes()[A].fresh == "live"
    assert {row.received for row in fleet.nodes().values()} == {None}
    assert fleet.state().rates == {}
    if kind is Kind.EMQX4:
        assert (fleet.row().totals or Totals()).received_rate is None
    broker.says.clear()
    await fleet.clock.advance(40)
    assert fleet.nodes()[A].received == 0.0


async def test_rates_that_are_not_asked_for_any_more_are_not_shown(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.counters = {A: dict.fromkeys(NAMES, 0), B: dict.fromkeys(NAMES, 0)}
    await fleet.start("prod")
    await fleet.clock.advance(7)
    fleet.poller.leave("prod")
    await fleet.clock.advance(60)
    assert (fleet.nodes()[A].fresh, fleet.nodes()[A].received) == ("live", None)


async def test_the_first_rate_after_a_long_heartbeat_is_of_now(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.counters = {A: dict.fromkeys(NAMES, 0), B: dict.fromkeys(NAMES, 0)}
    await fleet.start("prod")
    await fleet.clock.advance(7)
    fleet.poller.leave("prod")
    await fleet.clock.advance(3600)
    count(broker, A, 36_000)
    fleet.poller.open("prod")
    await fleet.clock.advance(1)
    assert fleet.nodes()[A].received is None, "a mean over an hour is no rate"
    count(broker, A, 40)
    await fleet.clock.advance(1)
    assert fleet.nodes()[A].received == 20.0


async def test_who_is_polled_every_two_minutes_has_rates_all_the_same(fleet: Fleet) -> None:
    broker = fleet.add(refresh=120.0)
    broker.counters = {A: dict.fromkeys(NAMES, 0), B: dict.fromkeys(NAMES, 0)}
    await fleet.start("prod")
    await fleet.clock.advance(3)
    count(broker, A, 240)
    await fleet.clock.advance(120)
    assert (fleet.nodes()[A].received, fleet.nodes()[A].fresh) == (2.0, "live")
