"""The first line of a screen: what this is, whether it can be trusted to be of now, and what stays in sight."""

from collections.abc import Sequence

from textual.color import Color

from emqx_tui.domain.account import AccountDeployment
from emqx_tui.domain.findings import Severity
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.rows import DeploymentRow
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import _, ngettext
from emqx_tui.resources.deployments import kind_of
from emqx_tui.resources.spec import Tone
from emqx_tui.resources.wording import FRESHNESS, WARNINGS
from emqx_tui.text import cell_width, short_duration, short_number
from emqx_tui.tui.themes import deployment_colour
from emqx_tui.tui.widgets.cells import wrapped
from emqx_tui.tui.widgets.lines import Span, SpanLine, left_and_right, spans_width


_GAP = Span("  ")


def deployment_header(row: DeploymentRow, state: DeploymentState, width: int) -> list[SpanLine]:
    """Name, product and nodes on the left; mode, freshness and interval on the right; standing warnings below."""
    name, right = _name(row.name, deployment_colour(state.colour)), _right(row, state)
    room = width - spans_width([name, _GAP, *right]) - 1
    left = [name, _GAP, Span(_about(row, room), Tone.STRONG)]
    lines = [left_and_right(left, right, width)]
    if state.warnings:
        # On a line of their own: nothing on the line above may push them out of sight.
        told = " · ".join(_(WARNINGS[warning]) for warning in state.warnings)
        lines.append((Span(f"▲ {told}", Tone.WARNING),))
    return lines


def _about(row: DeploymentRow, width: int) -> str:
    """Product, edition and nodes; where there is no room for all, the edition gives way first and the nodes stay."""
    nodes = "" if row.up is None else _("{up}/{known} nodes").format(up=row.up, known=row.known)
    product, edition = kind_of(row), row.edition or ""
    choices = [" · ".join(filter(None, parts)) for parts in ((product, edition, nodes), (product, nodes))]
    return next((told for told in choices if cell_width(told) <= width), nodes or product)


def _name(name: str, colour: Color | None) -> Span:
    return Span(name, Tone.ACCENT, bold=True) if colour is None else Span(f" {name} ", bold=True, colour=colour)


def _right(row: DeploymentRow, state: DeploymentState) -> list[Span]:
    mode = Span(_("write"), Tone.WARNING, bold=True) if state.write else Span(_("read-only"), Tone.MUTED)
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
    if row.fresh is Freshness.STALE and row.age is None:
        # Nothing was ever read that could be old.
        return [Span("✖ " + _("not readable"), Tone.CRITICAL)]
    age = "" if row.age is None else " " + short_duration(row.age)
    sign = FRESHNESS[row.fresh]
    told = f"{sign.mark} {_(sign.word)}"
    match row.fresh:
        case Freshness.LIVE:
            return [Span(told, sign.tone), Span(age, Tone.MUTED)]
        case Freshness.WAITING:
            return [Span(told, sign.tone)]
    return [Span(told + age, sign.tone)]


def account_lines(found: AccountDeployment, key: str, width: int) -> list[SpanLine]:
    """What the account tells of a deployment that is not configured; `key` adds it."""
    plan = [
        found.kind,
        found.version,
        found.status,
        found.platform,
        found.region,
        _("project {name}").format(name=found.project) if found.project else "",
        "" if found.connections is None else _("{count} connections").format(count=short_number(found.connections)),
        "" if found.tps is None else _("{count} messages/s").format(count=short_number(found.tps)),
    ]
    told = _("It is in the EMQX Cloud account and not configured here: it needs an API key of its own.")
    adding = "" if not key else " " + _("{key} adds it.").format(key=key)
    lines = [(Span(line, Tone.MUTED),) for line in wrapped(" · ".join(filter(None, plan)), max(20, width))]
    lines += [(Span(line, Tone.NORMAL),) for line in wrapped(told + adding, max(20, width))]
    return [(Span(found.name, Tone.ACCENT, bold=True),), *lines]


def fleet_header(rows: Sequence[DeploymentRow], clock: str, width: int, others: int = 0) -> list[SpanLine]:
    """How many deployments there are and how many are well; `others` are in the account and not configured."""
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
    if others:
        left += [_GAP, Span("○ " + _("{count} not configured").format(count=others), Tone.MUTED)]
    right = [Span(clock, Tone.MUTED)]
    if spans_width(left) > width:
        # What is wrong is worth more than the program's name, as it is worth more than the time.
        left = left[2:]
    return [left_and_right(left, right if spans_width([*left, *right]) < width else [], width)]
