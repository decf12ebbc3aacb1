"""The detail pane: everything that is known of the row under the cursor."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import Alarm, Series
from emqx_tui.domain.roster import NodeState
from emqx_tui.domain.rows import NodeRow
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.fleet.views import clock_offset
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Gauge
from emqx_tui.resources.nodes import name_of
from emqx_tui.resources.spec import Tone
from emqx_tui.resources.wording import STATE_MARKS, STATE_MEANINGS, STATE_TONES, STATES, clock_time, since
from emqx_tui.text import (
    MISSING,
    exact_number,
    long_duration,
    percent,
    short_bytes,
    short_number,
    short_rate,
)
from emqx_tui.tui.panels.facts import LABEL, gauge, pair
from emqx_tui.tui.widgets.cells import wrapped
from emqx_tui.tui.widgets.lines import Span, SpanLine, crop_spans, muted, spans_width
from emqx_tui.tui.widgets.sparkline import spark


COUNTERS: tuple[tuple[str, str], ...] = (
    ("messages.received", N_("messages received")),
    ("messages.sent", N_("messages sent")),
    ("messages.dropped", N_("messages dropped")),
    ("messages.dropped.no_subscribers", N_("  without subscribers")),
    ("delivery.dropped", N_("deliveries dropped")),
    ("delivery.dropped.queue_full", N_("  queue full")),
    ("bytes.received", N_("bytes received")),
    ("bytes.sent", N_("bytes sent")),
    ("packets.received", N_("packets received")),
    ("packets.sent", N_("packets sent")),
    ("client.connected", N_("clients connected")),
    ("client.disconnected", N_("clients disconnected")),
    ("authentication.failure", N_("authentication failures")),
    ("client.auth.failure", N_("authentication failures")),
    ("authorization.deny", N_("authorization denials")),
    ("client.acl.deny", N_("authorization denials")),
)
"""EMQX's counters that tell most of a node, 5.x and 4.x names."""

_CHARTS: tuple[tuple[Series, str], ...] = (
    (Series.LIVE, N_("live")),
    (Series.SESSIONS, N_("sessions")),
    (Series.RECEIVED, N_("in/s")),
    (Series.SENT, N_("out/s")),
    (Series.DROPPED, N_("dropped/s")),
    (Series.LOAD, N_("load")),
    (Series.MEMORY, N_("memory")),
)

_TWO_COLUMNS = 100


def node_detail(row: NodeRow, state: DeploymentState, now: float, width: int) -> list[SpanLine]:
    """A node: what it is, its limits, its last hour, its counters, its alarms."""
    column = width // 2 - 2 if width >= _TWO_COLUMNS else width
    limits, charts = _limits(row, column), _charts(row, state, now, _chart_width(column))
    right = [*_alarms(row, state, column), *_counters(row.name, state)]
    if not row.running or row.fresh is not Freshness.LIVE:
        # A chart tells of the past, and that has not changed.
        limits, charts, right = muted(limits), muted(charts, keep=Tone.CHART), muted(right)
    left = [*_identity(row, column), (), *limits, (), *charts]
    lines = [_title(row), *_state_note(row, width)]
    if width < _TWO_COLUMNS:
        return [*lines, *left, (), *right]
    return [*lines, *_beside(left, right, width)]


def _chart_width(column: int) -> int:
    return max(8, min(60, column - LABEL - 8))


def _beside(left: Sequence[SpanLine], right: Sequence[SpanLine], width: int) -> list[SpanLine]:
    half = width // 2
    lines = []
    for at in range(max(len(left), len(right))):
        one = crop_spans(left[at], half - 2) if at < len(left) else ()
        other = right[at] if at < len(right) else ()
        lines.append((*one, Span(" " * (half - spans_width(one))), *other))
    return lines


def _title(row: NodeRow) -> SpanLine:
    state = row.member.state
    tone = Tone.MUTED if row.running and row.fresh is not Freshness.LIVE else STATE_TONES[state]
    spans = [
        Span(STATE_MARKS[state] + " ", tone),
        Span(name_of(row), Tone.STRONG),
        Span("  "),
        Span(_(STATES[state]), tone),
    ]
    if row.node.role:
        spans.append(Span(f"  {row.node.role}", Tone.MUTED))
    return tuple(spans)


def _state_note(row: NodeRow, width: int) -> list[SpanLine]:
    member = row.member
    if member.state is NodeState.RUNNING:
        return []
    when = since(member.since, row.now, exact=member.exact)
    if member.exact and member.since is not None:
        when = _("since {time}, for {duration}").format(time=clock_time(member.since, row.now), duration=when)
    lines: list[SpanLine] = [(Span(when, Tone.CRITICAL),)] if when else []
    meaning = _(STATE_MEANINGS[member.state])
    lines += [(Span(line),) for line in wrapped(meaning, width)]
    if member.seen_at is not None:
        seen = _("Last figures: {time}").format(time=clock_time(member.seen_at, row.now))
        lines.append((Span(seen, Tone.MUTED),))
    if member.state is NodeState.GONE:
        lines.append((Span("x", Tone.ACCENT, "screen.dismiss_node", bold=True), Span(_(" takes it off the list"))))
    return lines


def _identity(row: NodeRow, width: int) -> list[SpanLine]:
    node = row.node
    version = " ".join(part for part in (node.description, node.version, node.edition) if part)
    lines = pair(_("version"), version or MISSING, width)
    if node.uptime is None or not row.running:
        lines += pair(_("uptime"), MISSING, width)
    else:
        # On lines of their own: both fit at any time, so that nothing below them moves when minutes become ten.
        lines += pair(_("uptime"), long_duration(node.uptime), width)
        lines += pair(_("started"), clock_time(row.now - node.uptime, row.now), width)
    if node.otp_release:
        lines += pair("Erlang/OTP", node.otp_release, width)
    if node.datetime and row.running:
        lines += pair(_("its clock"), node.datetime, width)
    return lines


def _limits(row: NodeRow, width: int) -> list[SpanLine]:
    node = row.node
    lines: list[SpanLine] = []
    if node.memory_used is not None and node.memory_total is None:
        lines += pair(_("memory"), short_bytes(node.memory_used), width)
    elif node.memory_used is not None:
        lines.append(
            _limit(_("memory"), row.memory_share, short_bytes(node.memory_used), short_bytes(node.memory_total))
        )
    if node.processes_used is not None:
        lines.append(
            _limit(
                _("processes"), row.process_share, short_number(node.processes_used), short_number(node.processes_limit)
            )
        )
    if node.fd_limit is not None:
        live = node.live_connections
        share = None if live is None or not node.fd_limit else live / node.fd_limit
        shown = _("{live} live").format(live=short_number(live))
        lines.append(_limit(_("fd limit"), share, shown, short_number(node.fd_limit)))
    loads = [load for load in (node.load1, node.load5, node.load15) if load is not None]
    if loads:
        lines += pair(_("load"), "  ".join(f"{load:.2f}" for load in loads), width)
    return lines


def _limit(label: str, share: float | None, used: str, limit: str) -> SpanLine:
    of = used if limit == MISSING else _("{used} of {limit}").format(used=used, limit=limit)
    return gauge(Gauge(label, share, of))


def _charts(row: NodeRow, state: DeploymentState, now: float, width: int) -> list[SpanLine]:
    rings = state.node_history.get(row.name, {})
    lines: list[SpanLine] = []
    for series, label in _CHARTS:
        ring = rings.get(series)
        if ring is None or ring.empty:
            continue
        values = ring.cells(now, width)
        newest = next((value for value in reversed(values) if value is not None), None)
        shown = _worded(series, newest)
        top = 1.0 if series is Series.MEMORY else None
        lines.append(
            (
                Span(f"{_(label):<{LABEL}}", Tone.MUTED),
                Span(f"{shown:>6} ", Tone.STRONG),
                Span(spark(values, width, top=top), Tone.CHART),
            )
        )
    return lines


def _worded(series: Series, value: float | None) -> str:
    if series is Series.MEMORY:
        return percent(value)
    if series is Series.LOAD:
        return MISSING if value is None else f"{value:.2f}"
    return short_rate(value) if series in {Series.RECEIVED, Series.SENT, Series.DROPPED} else short_number(value)


def _counters(name: str, state: DeploymentState) -> list[SpanLine]:
    reading = state.readings.get(name)
    if reading is None:
        return []
    rates: Mapping[str, float] = state.rates.get(name, {})
    lines: list[SpanLine] = [(Span(f"{_('counters since its start'):<26}{_('total'):>16}{_('per s'):>8}", Tone.MUTED),)]
    for counter, label in COUNTERS:
        total = reading.counters.get(counter)
        if total is not None:
            rate = short_rate(rates.get(counter))
            lines.append(
                (
                    Span(f"{_(label):<26}", Tone.MUTED),
                    Span(f"{exact_number(total):>16}"),
                    Span(f"{rate:>8}", Tone.STRONG),
                )
            )
    return lines if len(lines) > 1 else []


def _alarms(row: NodeRow, state: DeploymentState, width: int) -> list[SpanLine]:
    lines: list[SpanLine] = []
    for alarm in state.alarms.get(row.name, ()):
        lines.append((Span("▲ " + alarm.name, Tone.WARNING),))
        told = _alarm_text(alarm, row.now, clock_offset(state))
        lines += [(Span("  " + line),) for line in wrapped(told, width - 2)]
    return [*lines, ()] if lines else []


def _alarm_text(alarm: Alarm, now: float, offset: float) -> str:
    at = None if alarm.activated_at is None else alarm.activated_at - offset
    when = since(at, now, exact=True)
    return "  ".join(part for part in (when, alarm.message) if part)
