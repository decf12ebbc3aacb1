"""The first line of a screen: what this is, whether it can be trusted to be of now, and what stays in sight."""

from collections.abc import Sequence

from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.rows import DeploymentRow
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import _, ngettext
from emqx_tui.resources.deployments import kind_of
from emqx_tui.resources.spec import Tone
from emqx_tui.resources.wording import WARNINGS
from emqx_tui.text import short_duration
from emqx_tui.tui.widgets.lines import Span, SpanLine, left_and_right


_GAP = Span("  ")


def deployment_header(row: DeploymentRow, state: DeploymentState, width: int) -> list[SpanLine]:
    """Name, standing warnings, product and nodes on the left; mode, freshness and interval on the right."""
    about = [part for part in (kind_of(row), row.edition) if part]
    if row.up is not None:
        about.append(_("{up}/{known} nodes").format(up=row.up, known=row.known))
    left = [Span(row.name, Tone.ACCENT, bold=True)]
    for warning in state.warnings:
        # Before the rest of the line, which gives way first on a narrow terminal.
        left += [_GAP, Span(f"▲ {_(WARNINGS[warning])}", Tone.WARNING)]
    left += [_GAP, Span(" · ".join(about), Tone.STRONG)]
    return [left_and_right(left, _right(row, state), width)]


def _right(row: DeploymentRow, state: DeploymentState) -> list[Span]:
    mode = Span(_("write"), Tone.WARNING) if state.write else Span(_("read-only"), Tone.MUTED)
    return [
        mode,
        _GAP,
        *freshness_spans(row),
        Span(_(" · every {interval}").format(interval=short_duration(state.interval)), Tone.MUTED),
    ]


def freshness_spans(row: DeploymentRow) -> list[Span]:
    """Live, slow, stale or paused, in a symbol, a word and the age."""
    age = "" if row.age is None else " " + short_duration(row.age)
    match row.fresh:
        case Freshness.LIVE:
            return [Span("● " + _("live"), Tone.GOOD), Span(age, Tone.MUTED)]
        case Freshness.SLOW:
            return [Span("◐ " + _("slow") + age, Tone.WARNING)]
        case Freshness.STALE:
            return [Span("✖ " + _("stale") + age, Tone.CRITICAL)]
        case Freshness.PAUSED:
            return [Span("‖ " + _("paused") + age, Tone.WARNING)]
        case Freshness.WAITING:
            return [Span("… " + _("waiting"), Tone.MUTED)]


def fleet_header(rows: Sequence[DeploymentRow], clock: str, width: int) -> list[SpanLine]:
    """How many deployments there are and how many are well."""
    count = len(rows)
    silent = sum(bool(row.reason) for row in rows)
    troubled = sum(row.worst is not None and not row.reason for row in rows)
    shown = ngettext("{count} deployment", "{count} deployments", count).format(count=count)
    left = [Span("emqx-tui", Tone.ACCENT, bold=True), _GAP, Span(shown, Tone.STRONG)]
    if silent:
        left += [_GAP, Span("✖ " + _("{count} not readable").format(count=silent), Tone.CRITICAL)]
    if troubled:
        left += [_GAP, Span("▲ " + _("{count} with findings").format(count=troubled), Tone.WARNING)]
    if count and not silent and not troubled and all(row.age is not None for row in rows):
        left += [_GAP, Span("● " + _("all well"), Tone.GOOD)]
    return [left_and_right(left, [Span(clock, Tone.MUTED)], width)]
