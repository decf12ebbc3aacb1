"""A node that hangs blocks every list of its cluster: the others are asked one by one and stay as fresh as before."""

import itertools
from collections.abc import Callable

import pytest

from emqx_tui.domain.errors import (
    BadAnswer,
    BrokerError,
    Forbidden,
    RateLimited,
    ResultCodeError,
    ServerError,
    Step,
    Unauthorized,
    Unreachable,
)
from emqx_tui.domain.models import Kind, Node, Series
from emqx_tui.fleet.store import Phase
from fleet.fakes import A, B, C, D, E, FakeBroker, Fleet, alarm, node


CLUSTERS = [Kind.EMQX4, Kind.EMQX5]


async def watched(fleet: Fleet, seconds: float, check: Callable[[], bool]) -> list[float]:
    """The times within these seconds at which something was not so."""
    wrong = []
    for _ in range(int(seconds * 4)):
        await fleet.clock.advance(0.25)
        if not check():
            wrong.append(fleet.clock.monotonic() - 1000)
    return wrong


@pytest.mark.parametrize("kind", CLUSTERS)
async def test_a_healthy_nodes_row_stays_as_fresh_as_before_while_its_peer_hangs(fleet: Fleet, kind: Kind) -> None:
    broker = fleet.add(kind=kind)
    await fleet.start("prod")
    await fleet.clock.advance(11)
    broker.hang(B)
    assert await watched(fleet, 180, lambda: fleet.nodes()[A].fresh == "live") == []
    assert fleet.states() == {A: "running", B: "unreachable"}
    assert (fleet.row().reason, fleet.row().fresh, fleet.row().up) == ("", "live", 1)


@pytest.mark.parametrize("hung", [(A, B), (D, E), (A, E)])
async def test_with_two_of_five_nodes_hung_the_three_healthy_ones_stay_fresh(
    fleet: Fleet, hung: tuple[str, str]
) -> None:
    broker = fleet.add(nodes=[A, B, C, D, E])
    healthy = {A, B, C, D, E} - set(hung)
    await fleet.start("prod")
    await fleet.clock.advance(11)
    broker.hang(*hung)
    assert await watched(fleet, 150, lambda: all(fleet.nodes()[name].fresh == "live" for name in healthy)) == []
    assert {name for name, state in fleet.states().items() if state == "unreachable"} == set(hung)


async def test_a_healthy_node_is_not_called_unreachable_for_a_moment(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B, C])
    await fleet.start("prod")
    broker.hang(B)
    assert await watched(fleet, 130, lambda: {fleet.states()[A], fleet.states()[C]} == {"running"}) == []


async def test_the_healthy_nodes_figures_go_on(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    broker.counters[A] = {"messages.received": 0}
    await fleet.start("prod")
    broker.hang(B)
    await fleet.clock.advance(20)
    for _ in range(20):
        broker.counters[A] = {"messages.received": broker.counters[A]["messages.received"] + 50}
        broker.rows[A] = node(A, sessions=77)
        broker.gauges[A] = {"topics.count": 5}
        broker.active = [alarm(on=A)]
        await fleet.clock.advance(5)
    row = fleet.nodes()[A]
    assert (row.received, row.node.sessions, row.alarms) == (10.0, 77, 1)
    totals = fleet.row().totals
    assert totals is not None
    assert (totals.received_rate, totals.topics, totals.partial) == (10.0, 5, True)
    assert fleet.nodes()[B].received is None


async def test_a_hung_node_is_asked_one_thing_at_a_time(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.hang(B)
    await fleet.clock.advance(300)
    assert broker.own.most[f"node {B}"] == 1
    assert all(most == 1 for question, most in broker.own.most.items() if question not in {"small", "page"})
    assert f"node_metrics {B}" not in broker.questions()


async def test_while_a_peer_hangs_the_list_is_tried_again_every_minute(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.hang(B)
    await fleet.clock.advance(400)
    tries = broker.times("nodes")[2:]
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert len(tries) in {6, 7}
    assert all(60 <= gap <= 65 for gap in gaps)


async def test_a_list_that_hangs_while_every_node_answers_is_tried_again_every_minute(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.takes["nodes"] = 8.0
    broker.fail(Unreachable(Step.TIMEOUT), "nodes")
    await fleet.clock.advance(400)
    assert len(broker.times("nodes")) <= 9
    assert fleet.states() == {A: "running", B: "running"}
    assert fleet.row().fresh == "live"


async def test_when_the_hung_node_wakes_its_row_runs_again_and_lists_are_used_again(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.hang(B)
    await fleet.clock.advance(100)
    broker.wake()
    await fleet.clock.advance(6)
    assert fleet.states() == {A: "running", B: "running"}
    assert fleet.state().apart_since is None
    woken = fleet.clock.monotonic()
    await fleet.clock.advance(30)
    assert not [question for question in broker.questions(since=woken + 0.1) if question.startswith("node ")]
    assert len([at for at in broker.times("nodes") if at > woken]) == 6


async def test_a_hung_node_that_dies_is_gone_while_nodes_are_still_asked_one_by_one(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B, C])
    await fleet.start("prod")
    broker.hang(B, C)
    await fleet.clock.advance(30)
    del broker.rows[B]
    broker.wake(B)
    await fleet.clock.advance(10)
    assert fleet.states() == {A: "running", B: "gone", C: "unreachable"}


async def test_a_node_that_the_broker_knows_to_be_down_is_stopped(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4, nodes=[A, B, C])
    await fleet.start("prod")
    broker.hang(C)
    await fleet.clock.advance(20)
    broker.rows[B] = Node(B, running=False, error="nodedown")
    await fleet.clock.advance(10)
    assert fleet.states() == {A: "running", B: "stopped", C: "unreachable"}


@pytest.mark.parametrize("kind", CLUSTERS)
async def test_when_the_whole_broker_hangs_nothing_is_called_unreachable(fleet: Fleet, kind: Kind) -> None:
    broker = fleet.add(kind=kind, nodes=[A, B, C])
    await fleet.start("prod")
    await fleet.clock.advance(6)
    broker.hang_whole()
    calm = lambda: set(fleet.states().values()) == {"running"}  # noqa: E731  a check
    assert await watched(fleet, 300, calm) == []
    assert fleet.row().fresh == "stale"
    assert fleet.row().reason.startswith("unreachable: no answer within 8 s")
    assert {row.fresh.value for row in fleet.nodes().values()} == {"stale"}


async def test_a_broker_that_hangs_wholly_is_backed_off_from(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.hang_whole()
    await fleet.clock.advance(200)
    began = fleet.clock.monotonic()
    await fleet.clock.advance(400)
    assert len([at for at in broker.times("nodes") if at > began]) <= 14
    broker.wake()
    await fleet.clock.advance(70)
    assert fleet.row().fresh == "live"
    assert fleet.state().apart_since is None


@pytest.mark.parametrize("kind", CLUSTERS)
async def test_when_the_server_dies_while_nodes_are_asked_one_by_one_it_is_unreachable_as_a_whole(
    fleet: Fleet, kind: Kind
) -> None:
    broker = fleet.add(kind=kind, nodes=[A, B, C, D])
    await fleet.start("prod")
    broker.hang(D)
    await fleet.clock.advance(30)
    broker.wake()
    broker.fail(Unreachable(Step.CONNECT, "Connection refused"))
    others = lambda: {fleet.states()[name] for name in (A, B, C)} == {"running"}  # noqa: E731  a check
    assert await watched(fleet, 60, others) == []
    assert fleet.row().reason == "unreachable: no connection (Connection refused)"
    assert fleet.row().fresh == "stale"
    assert fleet.state().phase is Phase.WAITING


@pytest.mark.parametrize(
    "error",
    [ServerError(status=500), BadAnswer(status=204), ResultCodeError("timeout"), Unreachable(Step.CLOSED)],
    ids=repr,
)
async def test_a_list_that_fails_at_once_is_replaced_by_the_nodes_one_by_one(fleet: Fleet, error: BrokerError) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(error, "nodes")
    broker.hang(B)
    await fleet.clock.advance(20)
    assert fleet.states() == {A: "running", B: "unreachable"}
    assert (fleet.row().reason, fleet.nodes()[A].fresh) == ("", "live")


async def test_a_failed_list_and_silent_nodes_together_are_not_asked_in_a_whirl(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(ServerError(status=500), "nodes")
    broker.takes = {f"node {A}": 8.0, f"node {B}": 8.0}
    broker.fail(Unreachable(Step.TIMEOUT), f"node {A}", f"node {B}")
    await fleet.clock.advance(300)
    assert len(broker.times("nodes")) < 20
    assert fleet.row().reason != ""


async def test_on_5_x_a_member_that_was_never_listed_is_asked_too(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A])
    broker.cluster = frozenset({A, B})
    broker.rows[B] = node(B)
    broker.hang(B)
    await fleet.start("prod")
    await fleet.clock.advance(30)
    assert fleet.states() == {A: "running", B: "unreachable"}
    assert fleet.nodes()[B].member.exact is False


async def test_a_cluster_of_which_nothing_is_known_and_that_names_no_members_is_stale(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.hang_whole()
    broker.hung.discard("")
    broker.fail(Unreachable(Step.TIMEOUT), "members")
    await fleet.start("prod")
    await fleet.clock.advance(60)
    assert fleet.states() == {}
    assert fleet.row().fresh == "stale"


@pytest.mark.parametrize("error", [RateLimited(retry_after=90.0), Unauthorized(status=401)], ids=repr)
async def test_a_refusal_to_a_single_node_is_taken_for_what_it_is(fleet: Fleet, error: BrokerError) -> None:
    broker = fleet.add(nodes=[A, B, C])
    await fleet.start("prod")
    broker.hang(C)
    await fleet.clock.advance(30)
    broker.fail(error, f"node {B}")
    await fleet.clock.advance(6)
    assert fleet.states() == {A: "running", B: "running", C: "unreachable"}
    assert str(error.status) in fleet.row().reason
    before = len(broker.asked)
    await fleet.clock.advance(80)
    assert len(broker.asked) == before


async def test_a_part_that_only_one_node_cannot_answer_leaves_its_row_as_it_is(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.hang(B)
    broker.fail(Forbidden(), f"node_metrics {A}")
    await fleet.clock.advance(30)
    assert fleet.nodes()[A].fresh == "live"


async def test_the_heartbeat_survives_a_hung_peer_too(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    broker.hang(B)
    assert await watched(fleet, 200, lambda: fleet.row().fresh == "live") == []
    assert fleet.states() == {A: "running", B: "unreachable"}


async def test_the_charts_of_a_healthy_node_have_no_gap(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.hang(B)
    await fleet.clock.advance(200)
    values = fleet.state().node_history[A][Series.SESSIONS].values(fleet.clock.monotonic())
    assert values[-20:-1] == [10.0] * 19


async def test_a_list_that_is_only_slow_is_waited_for(fleet: Fleet) -> None:
    broker: FakeBroker = fleet.add()
    broker.takes["nodes"] = 1.8
    await fleet.start("prod")
    await fleet.clock.advance(60)
    usual = fleet.clock.monotonic()
    await fleet.clock.advance(60)
    assert not [question for question in broker.questions(since=usual) if question.startswith("node ")]
    assert fleet.states() == {A: "running", B: "running"}


async def test_a_key_that_may_not_read_nodes_is_not_refused_each_single_one_during_a_hang(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.fail(Forbidden(path="/nodes"), "nodes", f"node {A}", f"node {B}")
    await fleet.start("prod")
    await fleet.clock.advance(11)
    broker.hang(B)
    await fleet.clock.advance(60)
    assert fleet.state().apart_since is None
    assert broker.times(f"node {A}") == []
    assert "403" not in fleet.row().reason
    assert fleet.row().reason != ""


async def test_no_rate_is_made_of_a_node_by_itself_and_a_list(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4, nodes=[A, B])
    await fleet.start("prod")
    broker.counters[A] = {"messages.received": 1000}
    broker.hang(B)
    await fleet.clock.advance(30)
    assert fleet.state().apart_since is not None
    broker.counters[A] = {"messages.received": 9000}
    broker.wake(B)
    for _ in range(40):
        await fleet.clock.advance(0.25)
        received = fleet.nodes()[A].received
        assert received is None or received < 2000
    assert fleet.state().apart_since is None
