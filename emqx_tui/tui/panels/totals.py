"""Totals of a deployment with the last hour of each."""

import itertools
from typing import NamedTuple

from emqx_tui.domain.models import Series, Totals
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import N_, _
from emqx_tui.resources.spec import Tone
from emqx_tui.text import short_number, short_rate
from emqx_tui.tui.widgets.lines import Span, SpanLine, muted, spans_width
from emqx_tui.tui.widgets.sparkline import chart, spark


_NOTHING = Totals()

_SHORT = {"sessions": N_("sess"), "dropped/s": N_("drop/s")}
_LONGEST, _GAP = 5, 2

TALL_WIDTH = 75
"""Cells from which on each figure has room above its chart."""


class _Figure(NamedTuple):
    label: str
    text: str
    series: Series | None = None
    tone: Tone = Tone.STRONG


def _figures(state: DeploymentState) -> list[_Figure]:
    totals = state.totals or _NOTHING
    dropped = totals.dropped_rate
    return [
        _Figure(N_("live"), short_number(totals.live_connections), Series.LIVE),
        _Figure(N_("sessions"), short_number(totals.sessions), Series.SESSIONS),
        _Figure(N_("in/s"), short_rate(totals.received_rate), Series.RECEIVED),
        _Figure(N_("out/s"), short_rate(totals.sent_rate), Series.SENT),
        _Figure(N_("dropped/s"), short_rate(dropped), Series.DROPPED, Tone.WARNING if dropped else Tone.STRONG),
    ]


def _rest(totals: Totals) -> list[Span]:
    spans: list[Span] = []
    for label, value in (
        (_("topics"), totals.topics),
        (_("subscriptions"), totals.subscriptions),
        (_("retained"), totals.retained),
    ):
        if value is not None:
            spans += [Span(f"{label} ", Tone.MUTED), Span(short_number(value) + "  ", Tone.STRONG)]
    if totals.partial:
        spans.append(Span(_("without the nodes that do not answer") + "  ", Tone.WARNING))
    return spans


def _bare_width(figures: list[_Figure]) -> int:
    return sum(len(_(one.label)) + 1 + _LONGEST + _GAP for one in figures)


def compact(state: DeploymentState, now: float, width: int) -> list[SpanLine]:
    """One line: figures, with sparklines as long as there is room, and short words where there is little."""
    figures = _figures(state)
    bare = _bare_width(figures)
    if bare - _GAP > width:
        short = [one._replace(label=_SHORT.get(one.label, one.label)) for one in figures]
        pairs = [(Span(_(one.label) + " ", Tone.MUTED), Span(f"{one.text:<{_LONGEST + 1}}", one.tone)) for one in short]
        line = tuple(itertools.chain(*pairs))
        return muted([line]) if state.failed else [line]
    room = max(0, width - bare) // len(figures) - 1
    spans: list[Span] = []
    for one in figures:
        spans += [Span(_(one.label) + " ", Tone.MUTED), Span(f"{one.text:<5}", one.tone)]
        if room >= 4 and one.series is not None:
            spans.append(Span(" " + spark(state.history[one.series].cells(now, room), room), Tone.CHART))
        spans.append(Span("  "))
    if spans_width(spans) + 12 < width:
        spans += _rest(state.totals or _NOTHING)
    return muted([tuple(spans)], keep=Tone.CHART) if state.failed else [tuple(spans)]


def tall(state: DeploymentState, now: float, width: int) -> list[SpanLine]:
    """Four lines: the figures, two lines of charts under each, and what has no chart.

    One line is enough where nothing was ever read.
    """
    if state.failed and state.totals is None:
        return compact(state, now, width)
    figures = _figures(state)
    each = max(12, width // len(figures))
    room = each - 3
    heading: list[Span] = []
    rows: list[list[Span]] = [[], []]
    for one in figures:
        label = Span(_(one.label) + " ", Tone.MUTED)
        figure = Span(one.text, one.tone)
        heading += [label, figure, Span(" " * max(1, each - spans_width((label, figure))))]
        values = state.history[one.series].cells(now, room) if one.series else []
        for row, line in zip(rows, chart(values, room, 2), strict=True):
            row.append(Span(line + "   ", Tone.CHART))
    rest = _rest(state.totals or _NOTHING)
    lines = [tuple(heading), *(tuple(row) for row in rows), (*rest, Span(_("charts: 1 h"), Tone.MUTED))]
    return muted(lines, keep=Tone.CHART) if state.failed else lines
