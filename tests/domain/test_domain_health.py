import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emqx_tui.domain.findings import RANK, Finding, Severity, ranked
from emqx_tui.domain.freshness import Freshness, freshness
from emqx_tui.domain.health import CONGESTION, findings
from emqx_tui.domain.models import Alarm, Node, node_from_gauges
from emqx_tui.domain.roster import Member, NodeState, Roster
from emqx_tui.domain.totals import totals_of_nodes


A, B, C, D = "emqx@10.0.0.1", "emqx@10.0.0.2", "emqx@10.0.0.3", "emqx@10.0.0.4"


def member(name: str, state: NodeState, since: float | None = None, role: str | None = None, **figures: int) -> Member:
    return Member(name, state, Node(name, role=role, **figures), since=since)  # type: ignore[arg-type]  # figures


def roster(*members: Member) -> Roster:
    return {one.name: one for one in members}


@pytest.mark.parametrize(
    ("age", "failed", "told"),
    [
        (None, False, Freshness.WAITING),
        (0.0, False, Freshness.LIVE),
        (7.49, False, Freshness.LIVE),
        (7.5, False, Freshness.SLOW),
        (15.0, False, Freshness.SLOW),
        (15.01, False, Freshness.STALE),
        (0.1, True, Freshness.STALE),
        (None, True, Freshness.STALE),
    ],
)
def test_data_is_live_slow_or_stale_at_one_and_a_half_and_three_intervals(
    age: float | None, failed: bool, told: Freshness
) -> None:
    assert freshness(age, 5.0, failed=failed) is told


def test_a_healthy_deployment_has_no_findings() -> None:
    assert findings(roster(member(A, NodeState.RUNNING)), []) == ()


@pytest.mark.parametrize(
    ("state", "role", "rule", "severity"),
    [
        (NodeState.STOPPED, "core", "node.stopped", Severity.CRITICAL),
        (NodeState.UNREACHABLE, None, "node.unreachable", Severity.CRITICAL),
        (NodeState.GONE, "core", "node.gone", Severity.CRITICAL),
        (NodeState.GONE, "replicant", "node.gone", Severity.WARNING),
        (NodeState.STOPPED, "replicant", "node.stopped", Severity.CRITICAL),
    ],
)
def test_each_state_of_a_node_is_a_finding_with_its_evidence(
    state: NodeState, role: str | None, rule: str, severity: Severity
) -> None:
    (found,) = findings(roster(member(A, state, since=42.0, role=role, sessions=81_000)), [])
    assert (found.rule, found.severity, found.subject, found.since) == (rule, severity, A, 42.0)
    assert found.values == {"role": role, "sessions": 81_000, "version": None}


def test_an_alarm_is_a_finding_since_its_activation_by_our_clock() -> None:
    (found,) = findings({}, [Alarm("high_cpu_usage", A, "81 % cpu usage", 1000.0)], clock_offset=30.0)
    assert (found.rule, found.severity, found.subject, found.since) == ("alarm.active", Severity.WARNING, A, 970.0)
    assert found.values == {"name": "high_cpu_usage", "message": "81 % cpu usage"}


def test_an_alarm_without_a_node_or_a_time_is_one_of_the_whole_deployment() -> None:
    (found,) = findings({}, [Alarm("license_quota")])
    assert (found.subject, found.since) == ("", None)


def test_thousands_of_congested_connections_are_one_finding_with_their_number() -> None:
    congested = [Alarm(f"{CONGESTION}client-{number}/user", A, "", 2000.0 - number) for number in range(1000)]
    found = findings({}, [*congested, Alarm("high_cpu_usage", A)], clock_offset=10.0)
    assert sorted(one.rule for one in found) == ["alarm.active", "alarm.congestion"]
    (folded,) = [one for one in found if one.rule == "alarm.congestion"]
    assert (folded.values, folded.since, folded.severity) == ({"count": 1000}, 991.0, Severity.WARNING)


def test_findings_stand_worst_first_then_newest_then_by_name() -> None:
    nodes = roster(
        member(A, NodeState.GONE, since=50.0, role="replicant"),
        member(B, NodeState.STOPPED, since=10.0),
        member(D, NodeState.STOPPED, since=20.0),
        member(C, NodeState.STOPPED, since=20.0),
    )
    found = findings(nodes, [Alarm("high_cpu_usage", A, "", 60.0), Alarm("no_time", A)])
    assert [(one.rule, one.subject) for one in found] == [
        ("node.stopped", C),
        ("node.stopped", D),
        ("node.stopped", B),
        ("alarm.active", A),
        ("node.gone", A),
        ("alarm.active", A),
    ]
    assert found[-1].since is None


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Finding,
            rule=st.sampled_from(["node.stopped", "alarm.active"]),
            severity=st.sampled_from(Severity),
            subject=st.sampled_from([A, B]),
            since=st.one_of(st.none(), st.floats(min_value=0, max_value=1e9)),
        )
    )
)
def test_ranking_loses_nothing_and_does_not_depend_on_the_order(found: list[Finding]) -> None:
    once = ranked(found)
    assert len(once) == len(found)
    assert [RANK[one.severity] for one in once] == sorted(RANK[one.severity] for one in found)
    again = ranked(found[::-1])
    assert [(one.rule, one.subject, one.since or 0) for one in again] == [
        (one.rule, one.subject, one.since or 0) for one in once
    ]


def test_totals_sum_what_is_per_node() -> None:
    nodes = roster(
        member(A, NodeState.RUNNING, sessions=10, live_connections=9),
        member(B, NodeState.RUNNING, sessions=5, live_connections=4),
    )
    flows = {
        A: {"messages.received": 1.5, "messages.sent": 2.0},
        B: {"messages.received": 3.0, "messages.dropped": 1.0},
    }
    gauges = {A: {"subscriptions.count": 14}, B: {"subscriptions.count": 15}}
    totals = totals_of_nodes(nodes, flows, gauges)
    assert totals is not None
    assert (totals.sessions, totals.live_connections, totals.subscriptions) == (15, 13, 29)
    assert (totals.received_rate, totals.sent_rate, totals.dropped_rate) == (4.5, 2.0, 1.0)
    assert not totals.partial


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=5))
def test_what_every_node_reports_of_the_whole_cluster_is_never_summed(topics: list[int]) -> None:
    nodes = roster(*(member(str(place), NodeState.RUNNING) for place in range(len(topics))))
    gauges = {str(place): {"topics.count": value, "retained.count": value} for place, value in enumerate(topics)}
    totals = totals_of_nodes(nodes, {}, gauges)
    assert totals is not None
    assert (totals.topics, totals.retained) == (max(topics), max(topics))


def test_what_no_node_tells_is_missing_and_no_zero() -> None:
    totals = totals_of_nodes(roster(member(A, NodeState.RUNNING)), {}, {})
    assert totals is not None
    assert (totals.sessions, totals.live_connections, totals.topics, totals.subscriptions) == (None,) * 4
    assert (totals.received_rate, totals.sent_rate, totals.dropped_rate) == (None,) * 3


def test_the_last_figures_of_a_node_that_is_down_are_in_no_total() -> None:
    nodes = roster(
        member(A, NodeState.RUNNING, sessions=10),
        member(B, NodeState.STOPPED, sessions=81_000),
        member(C, NodeState.GONE, sessions=5),
    )
    totals = totals_of_nodes(nodes, {B: {"messages.sent": 9.0}}, {B: {"topics.count": 99}})
    assert totals is not None
    assert (totals.sessions, totals.topics, totals.sent_rate, totals.partial) == (10, None, None, False)


def test_totals_lack_a_member_that_does_not_answer() -> None:
    totals = totals_of_nodes(roster(member(A, NodeState.RUNNING), member(B, NodeState.UNREACHABLE)), {}, {})
    assert totals is not None
    assert totals.partial


def test_without_a_running_node_there_are_no_totals() -> None:
    assert totals_of_nodes(roster(member(A, NodeState.STOPPED, sessions=1)), {}, {}) is None
    assert totals_of_nodes({}, {}, {}) is None


def test_a_node_takes_what_it_lacks_from_another_answer_and_keeps_what_it_has() -> None:
    node = Node(A, running=True, version="4.4.19", sessions=0)
    described = Node(A, version="4.4.0", description="EMQX Broker", sessions=9)
    assert node.completed_by(described) == Node(
        A, running=True, version="4.4.19", sessions=0, description="EMQX Broker"
    )


def test_gauges_describe_a_node_of_a_service_that_lists_none() -> None:
    gauges = {"connections.count": 31, "live_connections.count": 30}
    assert node_from_gauges(A, gauges) == Node(A, sessions=31, live_connections=30)
    assert node_from_gauges("", {}) == Node(None)
