"""The rows that screens and reports show, made from the state of the store at one moment."""

import math
from collections.abc import Sequence
from functools import partial

from emqx_tui.api.result_codes import explain
from emqx_tui.domain.broker import Part
from emqx_tui.domain.counting import CounterRow, GaugeRow, counter_rows, gauge_rows
from emqx_tui.domain.findings import Finding
from emqx_tui.domain.freshness import Freshness, freshness
from emqx_tui.domain.health import CONGESTION
from emqx_tui.domain.health import findings as findings_of
from emqx_tui.domain.models import Alarm, Kind
from emqx_tui.domain.roster import NodeState
from emqx_tui.domain.rows import AlarmRow, DeploymentRow, NodeRow, Snapshot
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.listed import rows_of
from emqx_tui.fleet.store import DeploymentState, Phase


SKEW = 2.0
"""Seconds by which the broker's clock has to differ from ours before its times are corrected."""


def poll_interval(state: DeploymentState) -> float:
    """Seconds between two polls of the deployment as it is really watched now."""
    return state.pace


def age(state: DeploymentState, clock: Clock) -> float | None:
    """Seconds since the deployment last answered."""
    return None if state.answered_at is None else clock.monotonic() - state.answered_at


def deployment_freshness(state: DeploymentState, clock: Clock) -> Freshness:
    """How far the deployment's figures are of now."""
    if state.phase is Phase.PAUSED:
        return Freshness.PAUSED
    return freshness(age(state, clock), poll_interval(state), failed=state.failed)


def node_rows(state: DeploymentState, clock: Clock) -> list[NodeRow]:
    """A row for each node on the roster."""
    whole = deployment_freshness(state, clock)
    return [_node_row(state, name, whole, clock) for name in state.roster]


def _node_row(state: DeploymentState, name: str, whole: Freshness, clock: Clock) -> NodeRow:
    member = state.roster[name]
    # Old rates are no rates of now, but stay beside the other figures where all of them are marked as old.
    current = whole in {Freshness.PAUSED, Freshness.STALE} or state.has_rates(name, clock.monotonic())
    rates = state.rates.get(name, {}) if current else {}
    answered = state.node_answered.get(name)
    fresh = whole
    if state.apart_since is not None and whole is not Freshness.PAUSED:
        since = None if answered is None else clock.monotonic() - answered
        fresh = freshness(since, poll_interval(state), failed=member.state is NodeState.UNREACHABLE)
    alarms = state.parts[Part.ALARMS]
    known = alarms.answered_at is not None or name in state.alarms
    return NodeRow(
        deployment=state.name,
        member=member,
        received=rates.get("messages.received"),
        sent=rates.get("messages.sent"),
        dropped=rates.get("messages.dropped"),
        alarms=len(state.alarms.get(name, ())) if known else None,
        fresh=fresh,
        now=clock.wall(),
    )


def active_alarms(state: DeploymentState) -> list[Alarm]:
    """All active alarms of the deployment."""
    return [alarm for alarms in state.alarms.values() for alarm in alarms]


def clock_offset(state: DeploymentState) -> float:
    """Seconds to take off the broker's times; 0 while the clocks agree."""
    offset = state.clock_offset or 0.0
    return offset if abs(offset) > SKEW else 0.0


def alarm_rows(state: DeploymentState, clock: Clock) -> list[AlarmRow]:
    """A row for each active alarm; one for all congested connections, of which there can be thousands."""
    alarms = active_alarms(state)
    congested = [alarm for alarm in alarms if alarm.name.startswith(CONGESTION)]
    if len(congested) > 1:
        longest = min(congested, key=lambda alarm: math.inf if alarm.activated_at is None else alarm.activated_at)
        others = [alarm for alarm in alarms if not alarm.name.startswith(CONGESTION)]
        return [*(_alarm_row(state, alarm, clock) for alarm in others), _alarm_row(state, longest, clock, congested)]
    return [_alarm_row(state, alarm, clock) for alarm in alarms]


def _alarm_row(state: DeploymentState, alarm: Alarm, clock: Clock, members: Sequence[Alarm] = ()) -> AlarmRow:
    since = None if alarm.activated_at is None else alarm.activated_at - clock_offset(state)
    return AlarmRow(state.name, alarm, since, clock.wall(), tuple(members))


def findings(state: DeploymentState) -> tuple[Finding, ...]:
    """What is wrong with the deployment, worst first."""
    return findings_of(state.roster, active_alarms(state), clock_offset=clock_offset(state))


def reason(state: DeploymentState) -> str:
    """Why the deployment cannot be read now, in a few words; empty when it can."""
    return explain(state.error, state.kind).what if state.failed and state.error is not None else ""


def snapshot(state: DeploymentState, clock: Clock) -> Snapshot:
    """All that is known of the deployment now."""
    return Snapshot(
        deployment_row(state, clock),
        tuple(node_rows(state, clock)),
        tuple(alarm_rows(state, clock)),
        findings(state),
        rows_of(state.listings),
        partial(_counters, state, clock),
        partial(_gauges, state, clock),
    )


def _counters(state: DeploymentState, clock: Clock) -> list[CounterRow]:
    now = clock.monotonic()
    rates = {name: found for name, found in state.rates.items() if state.has_rates(name, now)}
    return counter_rows(state.name, state.readings, rates, state.mark, deployment_freshness(state, clock))


def _gauges(state: DeploymentState, clock: Clock) -> list[GaugeRow]:
    running = {name for name, member in state.roster.items() if member.state is NodeState.RUNNING}
    told = {name: found for name, found in state.gauges.items() if name in running or not state.roster}
    return gauge_rows(state.name, told, deployment_freshness(state, clock))


def deployment_row(state: DeploymentState, clock: Clock) -> DeploymentRow:
    """The deployment's row in the fleet."""
    found = findings(state)
    members = state.roster.values()
    versions = {member.last.version for member in members if member.last.version}
    editions = {member.last.edition for member in members if member.last.edition}
    nodes_told = state.kind is not Kind.SERVERLESS and (state.looked or bool(state.roster))
    alarms = state.parts[Part.ALARMS]
    return DeploymentRow(
        name=state.name,
        kind=state.kind,
        version=" ".join(sorted(versions)) or None,
        edition=" ".join(sorted(editions)) or None,
        up=sum(member.state is NodeState.RUNNING for member in members) if nodes_told else None,
        known=len(state.roster),
        totals=state.totals,
        alarms=len(active_alarms(state)) if alarms.answered_at is not None or state.alarms else None,
        worst=found[0] if found else None,
        findings=len(found),
        fresh=deployment_freshness(state, clock),
        age=age(state, clock),
        reason=reason(state),
        waits=None if state.next_try is None else max(0.0, state.next_try - clock.monotonic()),
        halted=state.phase is Phase.HALTED,
        now=clock.wall(),
        write=state.write,
    )
