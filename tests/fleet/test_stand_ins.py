"""Services that do not offer what others do, and addresses at which something else answers than before."""

import itertools

import pytest

from emqx_tui.domain.broker import Attention, Broker, Part, Remembered
from emqx_tui.domain.errors import BadAnswer, BrokerError, Forbidden, NotFound, ResultCodeError, Unsupported
from emqx_tui.domain.models import Kind, Node
from fleet.fakes import BASE, A, B, FakeBroker, Fleet, node


NOT_OFFERED = Unsupported(path="/nodes", status=404)
OLD = Remembered(BASE.replace("v5", "v4"), Kind.EMQX4)


async def test_where_4_x_does_not_offer_nodes_its_rows_come_from_brokers(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    broker.fail(NOT_OFFERED, "nodes")
    broker.says["brokers"] = [Node(A, running=True, version="4.4.19"), Node(B, running=True, version="4.4.19")]
    broker.gauges[A] = {"connections.count": 31, "live_connections.count": 30}
    await fleet.start("prod")
    await fleet.clock.advance(6)
    assert fleet.states() == {A: "running", B: "running"}
    row = fleet.nodes()[A]
    assert (row.node.version, row.node.sessions, row.node.live_connections) == ("4.4.19", 31, 30)
    assert (fleet.row().reason, fleet.row().fresh) == ("", "live")


async def test_where_5_x_does_not_allow_nodes_its_rows_come_from_stats(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.fail(Forbidden("scope", scope="cluster_operations"), "nodes")
    broker.gauges = {A: {"connections.count": 31, "live_connections.count": 30}, B: {"connections.count": 2}}
    await fleet.start("prod")
    await fleet.clock.advance(6)
    assert fleet.states() == {A: "running", B: "running"}
    assert [row.node.sessions for row in fleet.nodes().values()] == [31, 2]
    error = fleet.state().parts[Part.NODES].error
    assert isinstance(error, Forbidden), "the reason stays beside the rows"


@pytest.mark.parametrize(("kind", "part"), [(Kind.EMQX4, "brokers"), (Kind.EMQX5, "stats")])
async def test_what_is_not_offered_is_not_asked_again_until_refresh(fleet: Fleet, kind: Kind, part: str) -> None:
    broker = fleet.add(kind=kind)
    broker.fail(NOT_OFFERED, "nodes")
    await fleet.start("prod")
    await fleet.clock.advance(600)
    assert len(broker.times("nodes")) == 1
    assert len(broker.times(part)) >= 100
    broker.says.clear()
    fleet.poller.watches["prod"].refresh()
    await fleet.clock.advance(1)
    assert len(broker.times("nodes")) == 2
    assert fleet.nodes()[A].node.version == "5.8.9"


@pytest.mark.parametrize(("kind", "part"), [(Kind.EMQX4, "brokers"), (Kind.EMQX5, "stats")])
async def test_the_heartbeat_uses_the_stand_in_too(fleet: Fleet, kind: Kind, part: str) -> None:
    broker = fleet.add(kind=kind)
    broker.fail(NOT_OFFERED, "nodes")
    await fleet.start()
    await fleet.clock.advance(40)
    assert len(broker.times(part)) == 3
    begun = fleet.clock.monotonic()
    await fleet.clock.advance(15)
    assert len(broker.questions(since=begun)) <= 3
    assert (fleet.row().up, fleet.row().fresh) == (2, "live")
    del broker.rows[B]
    await fleet.clock.advance(15)
    assert fleet.states() == {A: "running", B: "gone"}


async def test_where_even_the_stand_in_is_not_offered_the_next_one_tells_the_nodes(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    broker.fail(NOT_OFFERED, "nodes", "brokers", "stats")
    await fleet.start("prod")
    await fleet.clock.advance(6)
    assert fleet.states() == {A: "running", B: "running"}


async def test_a_service_that_offers_nothing_cannot_be_read(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.fail(NOT_OFFERED)
    del broker.says["connect"]
    await fleet.start("prod")
    await fleet.clock.advance(300)
    assert fleet.row().reason == "not offered: /nodes (404)"
    assert len(broker.asked) < 40


async def test_a_slow_stand_in_is_asked_less_often_too(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    broker.fail(NOT_OFFERED, "nodes")
    broker.takes["brokers"] = 4.0
    await fleet.start("prod")
    await fleet.clock.advance(60)
    times = broker.times("brokers")[2:]
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {8.0}


async def test_a_404_after_answers_is_only_a_boot_that_passes(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(NOT_OFFERED, "nodes", "totals", "alarms")
    await fleet.clock.advance(6)
    assert fleet.row().fresh == "stale"
    assert fleet.states() == {A: "running", B: "running"}
    broker.says.clear()
    await fleet.clock.advance(30)
    assert (fleet.row().fresh, fleet.row().reason) == ("live", "")
    assert len(broker.times("nodes")) > 3


async def test_a_part_that_is_not_offered_is_settled_without_harm_to_the_others(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.fail(Unsupported(path="/alarms", status=404), "alarms")
    await fleet.start("prod")
    await fleet.clock.advance(60)
    assert len(broker.times("alarms")) == 1
    assert fleet.row().alarms is None, "not 0: nobody knows"
    assert {row.alarms for row in fleet.seen().nodes} == {None}


class Moved:
    """An address at which EMQX 5 answers now, whatever was remembered."""

    def __init__(self, fleet: Fleet, error: BrokerError) -> None:
        self.now = fleet.add()
        self.before = FakeBroker(fleet.clock, [A, B], Kind.EMQX4, fleet.load)
        self.before.fail(error)
        self.before.takes = dict.fromkeys(["nodes", "metrics", "stats", "brokers", "alarms"], 0.1)
        fleet.poller.watches["prod"].remembered = OLD
        fleet.poller.watches["prod"]._connect_to = self.connect  # no setter: only this test swaps brokers
        self.connects: list[Remembered | None] = []

    async def connect(self, remembered: Remembered | None) -> Broker:
        self.connects.append(remembered)
        return self.before if remembered is not None else self.now


@pytest.mark.parametrize(
    "error",
    [NOT_OFFERED, BadAnswer("<html>", status=200), ResultCodeError(code=105), NotFound(status=404)],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("attention", [Attention.OPEN, Attention.HEARTBEAT])
async def test_a_remembered_kind_that_no_longer_fits_is_forgotten_and_detection_runs_again(
    fleet: Fleet, error: BrokerError, attention: Attention
) -> None:
    moved = Moved(fleet, error)
    fleet.poller.watches["prod"].attend(attention)
    await fleet.start()
    await fleet.clock.advance(6)
    assert moved.connects == [OLD, None]
    assert moved.before.closed
    assert fleet.state().kind is Kind.EMQX5
    assert (fleet.row().up, fleet.row().reason, fleet.row().fresh) == (2, "", "live")
    remembered = fleet.poller.watches["prod"].remembered
    assert remembered is not None
    assert remembered.kind is Kind.EMQX5


async def test_what_was_found_is_remembered_for_the_next_start(fleet: Fleet) -> None:
    fleet.add()
    await fleet.start()
    await fleet.restart()
    assert [remembered for _, remembered in fleet.connects] == [None, Remembered(BASE, Kind.EMQX5)]


async def test_a_remembered_kind_that_answered_once_is_not_doubted_at_the_next_errors(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    await fleet.restart("prod")
    broker.rows[A] = node(A)
    broker.fail(NOT_OFFERED, "nodes")
    await fleet.clock.advance(12)
    assert len(fleet.connects) == 2


class Upgraded:
    """An address at which EMQX 4 answered well and EMQX 5 answers now, with paths of its own."""

    def __init__(self, fleet: Fleet) -> None:
        self.before = fleet.add(kind=Kind.EMQX4)
        self.after = FakeBroker(fleet.clock, [A, B], Kind.EMQX5, fleet.load)
        self.broker = self.before
        fleet.poller.watches["prod"]._connect_to = self.connect  # no setter: only these tests swap brokers

    async def connect(self, _remembered: Remembered | None) -> Broker:
        return self.broker

    def happens(self, error: BrokerError) -> None:
        self.before.fail(error)
        self.broker = self.after


@pytest.mark.parametrize("error", [NOT_OFFERED, BadAnswer("[]", status=200), NotFound(status=404)], ids=repr)
async def test_a_broker_that_was_upgraded_while_we_watched_is_found_again(fleet: Fleet, error: BrokerError) -> None:
    upgraded = Upgraded(fleet)
    await fleet.start("prod")
    await fleet.clock.advance(20)
    upgraded.happens(error)
    await fleet.clock.advance(60)
    assert upgraded.before.closed
    assert (fleet.state().kind, fleet.row().reason, fleet.row().fresh, fleet.row().up) == (Kind.EMQX5, "", "live", 2)
    remembered = fleet.poller.watches["prod"].remembered
    assert (None if remembered is None else remembered.kind) is Kind.EMQX5


async def test_refresh_finds_out_at_once_what_answers_now_and_what_it_offers(fleet: Fleet) -> None:
    upgraded = Upgraded(fleet)
    upgraded.before.fail(NOT_OFFERED, "alarms")
    await fleet.start("prod")
    await fleet.clock.advance(20)
    upgraded.happens(NOT_OFFERED)
    await fleet.clock.advance(6)
    assert fleet.row().reason != ""
    fleet.poller.watches["prod"].refresh()
    await fleet.clock.advance(0)
    assert (fleet.state().kind, fleet.row().reason, fleet.row().alarms) == (Kind.EMQX5, "", 0)


async def test_refresh_of_a_deployment_that_answers_detects_nothing(fleet: Fleet) -> None:
    fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(20)
    fleet.poller.watches["prod"].refresh()
    await fleet.clock.advance(10)
    assert len(fleet.connects) == 1
