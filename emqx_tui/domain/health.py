"""What is wrong with a deployment: pure rules from the roster and the alarms to findings."""

from collections.abc import Iterable

from emqx_tui.domain.findings import Finding, Severity, ranked
from emqx_tui.domain.models import Alarm
from emqx_tui.domain.roster import Member, NodeState, Roster


CONGESTION = "conn_congestion/"
"""Prefix of the alarms that EMQX raises for each congested client; thousands of them are one finding."""

_NODE_RULES = {
    NodeState.STOPPED: ("node.stopped", Severity.CRITICAL),
    NodeState.UNREACHABLE: ("node.unreachable", Severity.CRITICAL),
    NodeState.GONE: ("node.gone", Severity.CRITICAL),
}


def findings(roster: Roster, alarms: Iterable[Alarm], *, clock_offset: float = 0.0) -> tuple[Finding, ...]:
    """What is wrong, worst first.

    Args:
        roster: Every node ever seen.
        alarms: The active alarms.
        clock_offset: Seconds that the broker's clock is ahead of ours, taken off the alarms' times.
    """
    found = [_node_finding(member) for member in roster.values() if member.state in _NODE_RULES]
    return ranked(found + _alarm_findings(alarms, clock_offset))


def _node_finding(member: Member) -> Finding:
    rule, severity = _NODE_RULES[member.state]
    last = member.last
    if member.state is NodeState.GONE and last.role == "replicant":
        severity = Severity.WARNING
    return Finding(
        rule,
        severity,
        member.name,
        {"role": last.role, "sessions": last.sessions, "version": last.version},
        member.since,
        member.exact,
    )


def _alarm_findings(alarms: Iterable[Alarm], clock_offset: float) -> list[Finding]:
    found: list[Finding] = []
    congested: list[Alarm] = []
    for alarm in alarms:
        if alarm.name.startswith(CONGESTION):
            congested.append(alarm)
        else:
            found.append(_alarm_finding(alarm, clock_offset))
    if congested:
        times = [alarm.activated_at - clock_offset for alarm in congested if alarm.activated_at is not None]
        found.append(
            Finding(
                "alarm.congestion",
                Severity.WARNING,
                values={"count": len(congested)},
                since=min(times, default=None),
            )
        )
    return found


def _alarm_finding(alarm: Alarm, clock_offset: float) -> Finding:
    since = None if alarm.activated_at is None else alarm.activated_at - clock_offset
    values = {"name": alarm.name, "message": alarm.message}
    return Finding("alarm.active", Severity.WARNING, alarm.node or "", values, since)
