"""Nodes that stop, hang or vanish: four states, since when, and what is remembered of them from run to run."""

import time

import pytest

from emqx_tui.domain.errors import ServerError
from emqx_tui.domain.models import Kind, Node
from emqx_tui.domain.roster import REPLICANT_KEPT
from emqx_tui.resources import wording
from fleet.fakes import NOON, A, B, C, Fleet, alarm, node


STOPPED = Node(B, running=False, status="stopped", role="core")


async def test_running_stopped_unreachable_and_gone_are_four_states(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B, C, "emqx@10.0.0.4"])
    await fleet.start("prod")
    broker.rows[B] = STOPPED
    del broker.rows[C], broker.rows["emqx@10.0.0.4"]
    broker.cluster = frozenset({A, B, C})
    await fleet.clock.advance(6)
    assert fleet.states() == {A: "running", B: "stopped", C: "unreachable", "emqx@10.0.0.4": "gone"}
    assert (fleet.row().up, fleet.row().known) == (1, 4)


async def test_a_node_that_stops_is_seen_to_the_second_and_keeps_its_last_figures(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.rows[B] = node(B, sessions=81_000)
    await fleet.start("prod")
    await fleet.clock.advance(2)
    broker.rows[B] = STOPPED
    await fleet.clock.advance(5)
    stopped_at = fleet.clock.wall()
    await fleet.clock.advance(42)
    row = fleet.nodes()[B]
    assert (row.member.since, row.member.exact, row.node.sessions) == (stopped_at, True, 81_000)
    assert wording.finding(fleet.seen().findings[0], row.now) == f"{B} stopped, 42 s (core, had 81k sessions)"


async def test_a_node_of_4_x_that_vanishes_from_the_list_is_gone(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    await fleet.start("prod")
    del broker.rows[B]
    await fleet.clock.advance(6)
    assert fleet.states() == {A: "running", B: "gone"}
    assert "members" not in broker.questions(), "the routes name no node that has no subscribers"


async def test_a_node_that_vanishes_is_gone_when_the_members_cannot_be_asked(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    del broker.rows[B]
    broker.fail(ServerError(status=500), "members")
    await fleet.clock.advance(6)
    assert fleet.states() == {A: "running", B: "gone"}
    assert fleet.row().reason == ""


async def test_a_member_that_no_list_describes_is_unreachable(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A])
    broker.cluster = frozenset({A, B})
    await fleet.start("prod")
    await fleet.clock.advance(1)
    assert fleet.states() == {A: "running", B: "unreachable"}


async def test_a_gone_node_stays_until_it_returns(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    back = broker.rows.pop(B)
    await fleet.clock.advance(3600)
    assert fleet.states()[B] == "gone"
    broker.rows[B] = back
    await fleet.clock.advance(5)
    assert fleet.states()[B] == "running"
    assert fleet.seen().findings == ()


async def test_a_gone_node_stays_until_it_is_dismissed_and_only_gone_ones_can_be(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    del broker.rows[B]
    await fleet.clock.advance(5)
    fleet.poller.dismiss("prod", [A, B])
    assert fleet.states() == {A: "running"}
    await fleet.restart()
    assert fleet.states() == {A: "running"}, "the state file has forgotten it too"


async def test_a_replicant_that_is_gone_is_dropped_after_a_day_and_a_core_is_not(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B, C])
    broker.rows[B] = node(B, role="replicant")
    await fleet.start("prod")
    del broker.rows[B], broker.rows[C]
    await fleet.clock.advance(5)
    watch = fleet.poller.watches["prod"]
    for hours, left in ((23.9, {A, B, C}), (0.2, {A, C})):
        watch.pause(paused=True)
        await fleet.clock.advance(hours * 3600)
        watch.pause(paused=False)
        await fleet.clock.advance(0)
        assert set(fleet.states()) == left


async def test_a_replicant_that_is_gone_is_a_warning_and_a_core_critical(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B, C])
    broker.rows[B] = node(B, role="replicant")
    await fleet.start("prod")
    del broker.rows[B], broker.rows[C]
    await fleet.clock.advance(5)
    assert [(one.subject, one.severity.value) for one in fleet.seen().findings] == [(C, "critical"), (B, "warning")]


async def test_a_node_that_died_before_the_program_started_is_shown_too(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.rows[B] = node(B, sessions=500)
    await fleet.start()
    await fleet.stop()
    del broker.rows[B]
    await fleet.clock.advance(3600)
    await fleet.restart("prod")
    row = fleet.nodes()[B]
    assert row.member.state == "gone"
    assert row.node.sessions == 500
    assert (row.member.since, row.member.exact) == (NOON + 3600, False)
    at = time.strftime("%H:%M", time.localtime(NOON + 3600))
    assert wording.finding(fleet.seen().findings[0], row.now).startswith(f"{B} gone, before {at}")


async def test_what_was_wrong_at_the_first_look_is_not_said_to_have_begun_then(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.rows[B] = STOPPED
    await fleet.start("prod")
    assert fleet.nodes()[B].member.exact is False
    broker.rows[B] = node(B)
    await fleet.clock.advance(5)
    broker.rows[B] = STOPPED
    await fleet.clock.advance(5)
    assert fleet.nodes()[B].member.exact is True


async def test_since_when_a_node_is_gone_is_remembered_from_run_to_run(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(2)
    del broker.rows[B]
    await fleet.clock.advance(5)
    gone_at = fleet.clock.wall()
    await fleet.clock.advance(600)
    await fleet.restart("prod")
    assert (fleet.nodes()[B].member.since, fleet.nodes()[B].member.exact) == (gone_at, True)


async def test_known_nodes_are_shown_before_the_first_answer(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    broker.takes["connect"] = 5.0
    await fleet.restart("prod")
    assert set(fleet.states()) == {A, B}
    assert fleet.row().fresh == "waiting"


async def test_a_change_of_the_roster_is_kept_at_once(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    del broker.rows[B]
    await fleet.clock.advance(5)
    state = fleet.state()
    assert fleet.files.load("prod", state.url).roster[B].state == "gone"


async def test_figures_are_kept_once_a_minute(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.rows[B] = node(B, sessions=777)
    await fleet.clock.advance(30)
    url = fleet.state().url
    assert fleet.files.load("prod", url).roster[B].last.sessions == 10
    await fleet.clock.advance(40)
    assert fleet.files.load("prod", url).roster[B].last.sessions == 777


async def test_a_node_that_its_broker_could_not_ask_is_unreachable(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    await fleet.start("prod")
    broker.rows[B] = Node(B, error="timeout")
    await fleet.clock.advance(5)
    assert fleet.states() == {A: "running", B: "unreachable"}


async def test_nanomqs_only_node_has_no_name(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.NANOMQ, nodes=[])
    broker.rows[""] = Node(None, running=True, version="0.25.4")
    await fleet.start("prod")
    assert fleet.states() == {"": "running"}
    assert fleet.row().version == "0.25.4"


async def test_serverless_has_no_nodes_and_is_well(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.SERVERLESS, nodes=[])
    await fleet.start("prod")
    await fleet.clock.advance(20)
    row = fleet.row()
    assert (row.up, row.known, row.reason, row.fresh) == (None, 0, "", "live")
    assert row.totals is not None
    assert row.totals.sessions == 20
    assert set(broker.questions()) == {"connect", "totals"}


async def test_alarms_are_counted_on_their_nodes_and_told_in_our_time(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.clock_offset = 30.0
    broker.active = [alarm(on=B, at=NOON - 30), alarm("license", on=None)]
    await fleet.start("prod")
    assert [row.alarms for row in fleet.seen().nodes] == [0, 1]
    assert [row.since for row in fleet.seen().alarms] == [NOON - 60, NOON - 90]
    assert fleet.row().alarms == 2


async def test_a_clock_that_is_off_by_less_than_its_header_tells_is_not_corrected(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.clock_offset = 1.9
    broker.active = [alarm()]
    await fleet.start("prod")
    assert fleet.seen().alarms[0].since == NOON - 60


def remembers(fleet: Fleet, name: str) -> list[str]:
    """Where something is kept of a node."""
    state = fleet.state()
    kept = ("node_answered", "described", "gauges", "readings", "rates", "node_history")
    return [where for where in kept if name in getattr(state, where)]


@pytest.mark.parametrize("dismissed", [True, False])
async def test_nothing_is_kept_of_a_node_that_has_left_the_roster(fleet: Fleet, dismissed: bool) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    broker.rows[B] = node(B, role="replicant")
    broker.gauges[B] = {"connections.count": 1}
    await fleet.start("prod")
    await fleet.clock.advance(7)
    assert len(remembers(fleet, B)) == 6
    del broker.rows[B]
    await fleet.clock.advance(10)
    assert fleet.states()[B] == "gone"
    if dismissed:
        fleet.poller.dismiss("prod", [B])
    else:
        await fleet.clock.advance(REPLICANT_KEPT + 10)
    assert B not in fleet.states()
    assert remembers(fleet, B) == []


async def test_what_happens_under_our_eyes_is_exact_though_the_program_was_started_during_a_hang(
    fleet: Fleet,
) -> None:
    broker = fleet.add(nodes=[A, B, C])
    broker.hang(C)
    await fleet.start("prod")
    await fleet.clock.advance(30)
    assert fleet.states() == {A: "running", B: "running", C: "unreachable"}
    broker.rows[B] = node(B, running=False)
    await fleet.clock.advance(6)
    members = {row.name: row.member for row in fleet.seen().nodes}
    assert members[B].state.value == "stopped"
    assert (members[B].exact, members[C].exact) == (True, False)
