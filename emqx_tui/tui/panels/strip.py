"""The strip under the header: why the deployment cannot be read, and what is wrong with it, worst first."""

from collections.abc import Sequence

from emqx_tui.api.result_codes import Explanation, explain
from emqx_tui.domain.broker import Part
from emqx_tui.domain.errors import Forbidden, Unsupported
from emqx_tui.domain.findings import Finding, Severity
from emqx_tui.domain.models import Kind
from emqx_tui.domain.rows import DeploymentRow, Snapshot
from emqx_tui.fleet.store import DeploymentState, Phase
from emqx_tui.i18n import _
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.resources.spec import Tone
from emqx_tui.resources.wording import SEVERITY_MARKS, SEVERITY_TONES, clock_time, finding
from emqx_tui.text import short_duration
from emqx_tui.tui.widgets.cells import wrapped
from emqx_tui.tui.widgets.lines import Span, SpanLine, left_and_right


PARTS = {
    Part.NODES: "/nodes",
    Part.BROKERS: "/brokers",
    Part.STATS: "/stats",
    Part.METRICS: "/metrics",
    Part.TOTALS: "/monitor_current",
    Part.HISTORY: "/monitor",
    Part.ALARMS: "/alarms",
    Part.MEMBERS: "/cluster",
}
"""The API's words for the parts, so that they can be searched."""


def strip(seen: Snapshot, state: DeploymentState, width: int, most: int, keymap: Keymap) -> list[SpanLine]:
    """At most `most` lines; when there are more, the last one says how many."""
    now = seen.deployment.now
    critical = [found for found in seen.findings if found.severity is Severity.CRITICAL]
    lines = _failure(seen.deployment, state, keymap)
    lines += [_finding(found, now) for found in critical]
    lines += _apart(state, now)
    lines += [_finding(found, now) for found in seen.findings if found.severity is not Severity.CRITICAL]
    lines += _limits(state)
    if len(lines) > most:
        more = len(lines) - most
        last = left_and_right(lines[most - 1], [Span(f"+{more} " + _("more"), Tone.MUTED)], width)
        return [*lines[: most - 1], last]
    return lines


def _failure(row: DeploymentRow, state: DeploymentState, keymap: Keymap) -> list[SpanLine]:
    if not state.failed or state.error is None:
        return []
    told = explain(state.error, state.kind)
    return [(Span("✖ " + told.what, Tone.CRITICAL), Span(" · " + next_step(row, state, keymap), Tone.NORMAL))]


def next_step(row: DeploymentRow, state: DeploymentState, keymap: Keymap) -> str:
    """What the poller does next about a deployment that cannot be read, and how old the figures are."""
    key = keymap.long("poll.now")
    if state.phase is Phase.HALTED:
        step = _("not asked again until {key}").format(key=key) if key else _("not asked again")
    elif row.waits is not None and row.waits > 0:
        told = _("next try in {time}, now with {key}") if key else _("next try in {time}")
        step = told.format(time=short_duration(max(1.0, row.waits)), key=key)
    else:
        step = _("trying again")
    if row.age is None:
        return step
    return step + " · " + _("figures are {age} old").format(age=short_duration(row.age))


def explanation_lines(told: Explanation, width: int, *, headline: bool = True) -> list[SpanLine]:
    """What happened, why, and what to do; what is longer than the width goes on below.

    Without the headline what happened is left out, where it can be read already.
    """
    lines = _wrapped(told.what, Tone.CRITICAL, width) if headline or not (told.why or told.next) else []
    if told.why:
        lines += _wrapped(told.why, Tone.NORMAL, width)
    if told.next:
        lines += _wrapped(told.next, Tone.ACCENT, width, mark="→ ")
    return lines


def _wrapped(text: str, tone: Tone, width: int, *, mark: str = "") -> list[SpanLine]:
    first, *more = wrapped(text, max(20, width - len(mark)))
    return [(Span(mark + first, tone),), *((Span(" " * len(mark) + line, tone),) for line in more)]


def _apart(state: DeploymentState, now: float) -> list[SpanLine]:
    if state.apart_since is None:
        return []
    since = clock_time(state.apart_since, now)
    told = _("lists do not answer since {time}, as when a node hangs: nodes are asked one by one").format(time=since)
    return [(Span("▲ " + told, Tone.WARNING),)]


def _finding(found: Finding, now: float) -> SpanLine:
    tone = SEVERITY_TONES[found.severity]
    return (Span(SEVERITY_MARKS[found.severity] + " ", tone), Span(finding(found, now), tone))


def _limits(state: DeploymentState) -> list[SpanLine]:
    """What this service does not offer or this key may not read: said, so that nobody takes it for nothing."""
    if state.kind is Kind.SERVERLESS:
        return []
    settled = {part: known.error for part, known in state.parts.items() if known.settled}
    missing = [PARTS[part] for part, error in settled.items() if isinstance(error, Unsupported)]
    lines: list[SpanLine] = []
    if missing:
        lines.append((Span("· " + _("not offered here: {parts}").format(parts=", ".join(missing)), Tone.MUTED),))
    by_scope: dict[str, list[str]] = {}
    for part, error in settled.items():
        if isinstance(error, Forbidden):
            by_scope.setdefault(error.scope or "?", []).append(PARTS[part])
    for scope, parts in by_scope.items():
        told = _("the key may not read {parts}: needs scope {scope}").format(parts=", ".join(parts), scope=scope)
        lines.append((Span("▲ " + told, Tone.WARNING),))
    lines += _troubles(state)
    return lines


def _troubles(state: DeploymentState) -> list[SpanLine]:
    failing = [
        (part, known)
        for part, known in state.parts.items()
        if known.error is not None and not known.settled and known.error is not state.error
    ]
    if state.apart_since is not None or state.failed:
        return []
    return [
        (
            Span("▲ " + PARTS[part] + ": ", Tone.WARNING),
            Span(explain(known.error, state.kind).what if known.error else "", Tone.WARNING),
        )
        for part, known in failing
    ]


def fleet_notices(problems: Sequence[str]) -> list[SpanLine]:
    """Mistakes in the configuration."""
    return [(Span("▲ " + problem, Tone.WARNING),) for problem in problems]
