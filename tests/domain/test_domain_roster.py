from hypothesis import given, settings
from hypothesis import strategies as st

from emqx_tui.domain.models import Node
from emqx_tui.domain.roster import REPLICANT_KEPT, Member, NodeState, Observation, Roster, dismiss, observe


A, B, C = "emqx@10.0.0.1", "emqx@10.0.0.2", "emqx@10.0.0.3"
RUNNING, STOPPED, UNREACHABLE, GONE = NodeState.RUNNING, NodeState.STOPPED, NodeState.UNREACHABLE, NodeState.GONE


def up(name: str, **figures: int | str) -> Node:
    return Node(name, running=True)._replace(**figures)  # type: ignore[arg-type]  # whichever the test names


def down(name: str, role: str | None = None) -> Node:
    return Node(name, running=False, role=role)


def listed(*nodes: Node, members: frozenset[str] | None = None, first: bool = False) -> Observation:
    return Observation(nodes, complete=True, members=members, first=first)


def states(roster: Roster) -> dict[str, NodeState]:
    return {name: member.state for name, member in roster.items()}


def test_a_node_that_runs_at_first_sight_has_no_time_since() -> None:
    roster = observe({}, listed(up(A, sessions=5), first=True), now=100)
    assert roster == {A: Member(A, RUNNING, up(A, sessions=5), seen_at=100, since=None, exact=True)}


def test_a_node_that_is_down_at_first_sight_was_so_before() -> None:
    roster = observe({}, listed(down(A), first=True), now=100)
    assert (roster[A].state, roster[A].since, roster[A].exact, roster[A].seen_at) == (STOPPED, 100, False, None)


def test_a_node_that_stops_keeps_its_last_figures_and_the_time_of_its_stop() -> None:
    roster = observe({}, listed(up(A, sessions=81_000, role="core")), now=100)
    roster = observe(roster, listed(down(A)), now=105)
    roster = observe(roster, listed(down(A)), now=110)
    stopped = roster[A]
    assert (stopped.state, stopped.since, stopped.exact, stopped.seen_at) == (STOPPED, 105, True, 100)
    assert (stopped.last.sessions, stopped.last.role) == (81_000, "core")


def test_a_node_that_is_no_longer_listed_is_gone_and_stays_on_the_roster() -> None:
    roster = observe({}, listed(up(A), up(B, sessions=7)), now=100)
    roster = observe(roster, listed(up(A)), now=105)
    roster = observe(roster, listed(up(A)), now=10**9)
    assert states(roster) == {A: RUNNING, B: GONE}
    assert (roster[B].since, roster[B].exact, roster[B].last.sessions) == (105, True, 7)


def test_what_was_already_wrong_when_looking_again_after_a_restart_is_not_told_exactly() -> None:
    before = observe({}, listed(up(A), up(B)), now=100)
    roster = observe(before, listed(up(A), first=True), now=5000)
    assert (roster[B].state, roster[B].since, roster[B].exact) == (GONE, 5000, False)
    assert observe(roster, listed(up(A), up(B), first=True), now=5005)[B].exact


def test_an_answer_about_one_node_says_nothing_of_the_others() -> None:
    roster = observe({}, listed(up(A), up(B)), now=100)
    roster = observe(roster, Observation((up(A, sessions=1),)), now=105)
    assert states(roster) == {A: RUNNING, B: RUNNING}
    assert (roster[A].seen_at, roster[B].seen_at) == (105, 100)


def test_a_node_that_was_asked_by_itself_and_kept_silent_is_unreachable() -> None:
    roster = observe({}, listed(up(A), up(B)), now=100)
    roster = observe(roster, Observation(silent=frozenset({B})), now=105)
    assert (roster[B].state, roster[B].since, roster[B].exact) == (UNREACHABLE, 105, True)


def test_a_silent_node_that_was_never_seen_before_is_put_on_the_roster() -> None:
    roster = observe({}, Observation(silent=frozenset({C})), now=100)
    assert roster[C] == Member(C, UNREACHABLE, Node(C), seen_at=None, since=100, exact=False)


def test_a_node_that_the_broker_could_not_ask_is_unreachable() -> None:
    roster = observe({}, listed(up(A), Node(B, error="timeout")), now=100)
    assert states(roster) == {A: RUNNING, B: UNREACHABLE}


def test_a_member_that_the_list_leaves_out_is_unreachable_and_not_gone() -> None:
    roster = observe({}, listed(up(A), up(B)), now=100)
    assert states(observe(roster, listed(up(A), members=frozenset({A, B})), now=105)) == {A: RUNNING, B: UNREACHABLE}
    assert states(observe(roster, listed(up(A), members=frozenset({A})), now=105)) == {A: RUNNING, B: GONE}


def test_a_member_that_no_list_ever_described_does_not_answer() -> None:
    roster = observe({}, listed(up(A)), now=100)
    roster = observe(roster, Observation(members=frozenset({A, C})), now=101)
    assert states(roster) == {A: RUNNING, C: UNREACHABLE}
    assert (roster[C].since, roster[C].exact) == (101, False)


def test_a_node_of_which_the_broker_knows_nothing_is_gone() -> None:
    roster = observe({}, listed(up(A), up(B)), now=100)
    assert states(observe(roster, Observation(absent=frozenset({B})), now=105)) == {A: RUNNING, B: GONE}


def test_a_node_that_returns_runs_since_its_return() -> None:
    roster = observe({}, listed(up(A), up(B, role="core")), now=100)
    for now, seen in ((105, listed(up(A))), (110, listed(up(A), up(B, sessions=3)))):
        roster = observe(roster, seen, now)
    back = roster[B]
    assert (back.state, back.since, back.exact, back.seen_at) == (RUNNING, 110, True, 110)
    assert (back.last.sessions, back.last.role) == (3, "core")


def test_one_outage_has_one_beginning_whatever_it_is_called_in_its_course() -> None:
    roster = observe({}, listed(up(A)), now=100)
    roster = observe(roster, Observation(silent=frozenset({A})), now=105)
    roster = observe(roster, listed(down(A)), now=120)
    assert (roster[A].state, roster[A].since) == (STOPPED, 105)
    roster = observe(roster, listed(up(B)), now=130)
    assert (roster[A].state, roster[A].since) == (GONE, 105)


def test_a_node_that_was_gone_and_is_a_member_again_does_not_answer() -> None:
    roster = observe({}, listed(up(A), up(B)), now=100)
    roster = observe(roster, listed(up(A)), now=105)
    assert states(roster) == {A: RUNNING, B: GONE}
    roster = observe(roster, Observation(members=frozenset({A, B})), now=110)
    assert states(roster) == {A: RUNNING, B: UNREACHABLE}
    assert roster[B].since == 105


def test_what_befalls_a_node_that_was_seen_running_is_exact_even_before_the_first_list() -> None:
    roster = observe({}, listed(up(A), up(B)), now=100)
    seen = Observation(silent=frozenset({A, B}), first=True, witnessed=frozenset({A}))
    roster = observe(roster, seen, now=200)
    assert (roster[A].exact, roster[B].exact) == (True, False)


def test_only_what_is_gone_can_be_dismissed() -> None:
    roster = observe({}, listed(up(A), up(B), up(C)), now=100)
    roster = observe(roster, listed(up(A), down(B)), now=105)
    assert states(dismiss(roster, [A, B, C, "nobody"])) == {A: RUNNING, B: STOPPED}


def test_a_dismissed_node_that_comes_back_is_shown_again() -> None:
    roster = observe(observe({}, listed(up(A), up(B)), 100), listed(up(A)), 105)
    assert states(observe(dismiss(roster, [B]), listed(up(A), up(B)), 110)) == {A: RUNNING, B: RUNNING}


def test_a_replicant_that_is_gone_leaves_the_roster_after_a_day_and_a_core_never_does() -> None:
    roster = observe({}, listed(up(A, role="core"), up(B, role="core"), up(C, role="replicant")), now=0)
    roster = observe(roster, listed(up(A, role="core")), now=10)
    assert states(observe(roster, listed(up(A)), now=10 + REPLICANT_KEPT)) == {A: RUNNING, B: GONE, C: GONE}
    assert states(observe(roster, listed(up(A)), now=11 + REPLICANT_KEPT)) == {A: RUNNING, B: GONE}


def test_a_stopped_replicant_that_is_still_listed_stays() -> None:
    roster = observe({}, listed(up(C, role="replicant")), now=0)
    roster = observe(roster, listed(down(C, "replicant")), now=10)
    assert states(observe(roster, listed(down(C, "replicant")), now=10 * REPLICANT_KEPT)) == {C: STOPPED}


def test_the_only_node_of_a_nanomq_has_the_empty_name() -> None:
    roster = observe({}, listed(Node(None, running=True, sessions=10)), now=1)
    assert states(roster) == {"": RUNNING}


names = st.sampled_from([A, B, C, ""])
roles = st.sampled_from([None, "core", "replicant"])
nodes = st.builds(
    Node, name=names, running=st.sampled_from([True, False, None]), error=st.sampled_from([None, "x"]), role=roles
)
some = st.frozensets(names)
observations = st.builds(
    Observation,
    nodes=st.lists(nodes, max_size=4, unique_by=lambda node: node.name).map(tuple),
    complete=st.booleans(),
    silent=some,
    absent=some,
    members=st.one_of(st.none(), some),
    first=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(st.tuples(observations, st.floats(min_value=1, max_value=40_000)), max_size=12))
def test_no_node_ever_disappears_but_by_dismissal_or_as_a_replicant_that_is_long_gone(
    seen: list[tuple[Observation, float]],
) -> None:
    roster: Roster = {}
    now = 0.0
    for observation, later in seen:
        now += later
        after = observe(roster, observation, now)
        for name in roster.keys() - after.keys():
            lost = roster[name]
            assert (lost.state is RUNNING, lost.last.role) == (False, "replicant")
            assert now - (lost.since or now) > REPLICANT_KEPT
        described = {node.name or "" for node in observation.nodes}
        assert described <= after.keys()
        for name, member in after.items():
            assert member.since is None or member.since <= now
            if name in roster and roster[name].state is member.state:
                assert member.since == roster[name].since
        roster = after
    assert all(member.state is GONE for name, member in roster.items() if name not in dismiss(roster, roster))
