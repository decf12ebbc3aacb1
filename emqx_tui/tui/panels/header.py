"""The first line of a screen: what this is, whether it can be trusted to be of now, and what stays in sight."""

from collections.abc import Sequence

from textual.color import Color

from emqx_tui.domain.findings import Severity
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.rows import DeploymentRow
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import _, ngettext
from emqx_tui.resources.deployments import kind_of
from emqx_tui.resources.spec import Tone
from emqx_tui.resources.wording import FRESHNESS, WARNINGS
from emqx_tui.text import short_duration
from emqx_tui.tui.themes import deployment_colour
from emqx_tui.tui.widgets.lines import Span, SpanLine, left_and_right


_GAP = Span("  ")


def deployment_header(row: DeploymentRow, state: DeploymentState, width: int) -> list[SpanLine]:
    """Name, product and nodes on the left; mode, freshness and interval on the right; standing warnings below."""
    about = [part for part in (kind_of(row), row.edition) if part]
    if row.up is not None:
        about.append(_("{up}/{known} nodes").format(up=row.up, known=row.known))
    left = [_name(row.name, deployment_colour(state.colour)), _GAP, Span(" · ".join(about), Tone.STRONG)]
    lines = [left_and_right(left, _right(row, state), width)]
    if state.warnings:
        # On a line of their own: nothing on the line above may push them out of sight.
        told = " · ".join(_(WARNINGS[warning]) for warning in state.warnings)
        lines.append((Span(f"▲ {told}", Tone.WARNING),))
    return lines


def _name(name: str, colour: Color | None) -> Span:
    return Span(name, Tone.ACCENT, bold=True) if colour is None else Span(f" {name} ", bold=True, colour=colour)


def _right(row: DeploymentRow, state: DeploymentState) -> list[Span]:
    mode = Span(_("write"), Tone.WARNING) if state.write else Span(_("read-only"), Tone.MUTED)
    if state.failed:
        return [mode, _GAP, *freshness_spans(row)]
    return [
        mode,
        _GAP,
        *freshness_spans(row),
        Span(_(" · every {interval}").format(interval=short_duration(state.interval)), Tone.MUTED),
    ]


def freshness_spans(row: DeploymentRow) -> list[Span]:
    """Live, slow, stale or paused, in a symbol, a word and the age."""
    age = "" if row.age is None else " " + short_duration(row.age)
    sign = FRESHNESS[row.fresh]
    told = f"{sign.mark} {_(sign.word)}"
    match row.fresh:
        case Freshness.LIVE:
            return [Span(told, sign.tone), Span(age, Tone.MUTED)]
        case Freshness.WAITING:
            return [Span(told, sign.tone)]
    return [Span(told + age, sign.tone)]


def fleet_header(rows: Sequence[DeploymentRow], clock: str, width: int) -> list[SpanLine]:
    """How many deployments there are and how many are well."""
    count = len(rows)
    silent = sum(bool(row.reason) for row in rows)
    worst = [row.worst.severity for row in rows if row.worst is not None and not row.reason]
    critical = worst.count(Severity.CRITICAL)
    troubled = len(worst) - critical
    shown = ngettext("{count} deployment", "{count} deployments", count).format(count=count)
    left = [Span("emqx-tui", Tone.ACCENT, bold=True), _GAP, Span(shown, Tone.STRONG)]
    if silent:
        left += [_GAP, Span("✖ " + _("{count} not readable").format(count=silent), Tone.CRITICAL)]
    if critical:
        left += [_GAP, Span("✖ " + _("{count} with a node down").format(count=critical), Tone.CRITICAL)]
    if troubled:
        left += [_GAP, Span("▲ " + _("{count} with findings").format(count=troubled), Tone.WARNING)]
    paused = sum(row.fresh is Freshness.PAUSED for row in rows)
    if paused:
        left += [_GAP, Span("‖ " + _("{count} paused").format(count=paused), Tone.WARNING)]
    if count and not silent and not worst and not paused and all(row.age is not None for row in rows):
        left += [_GAP, Span("● " + _("all well"), Tone.GOOD)]
    return [left_and_right(left, [Span(clock, Tone.MUTED)], width)]
