"""What a resource tells of one row, as lines."""

from collections.abc import Sequence

from emqx_tui.i18n import _
from emqx_tui.resources.facts import Fact, Gauge, Grid, Heading, Hop, Note, Pair, Pipeline, Title
from emqx_tui.resources.spec import Cell, Tone
from emqx_tui.text import MISSING, bar, cell_width, fit, percent
from emqx_tui.tui.widgets.cells import wrapped
from emqx_tui.tui.widgets.lines import Span, SpanLine, crop_spans


LABEL = 12
"""Cells of a label, the blank behind it included; a longer one has a line of its own."""


def fact_lines(facts: Sequence[Fact], width: int) -> list[SpanLine]:
    """The facts, one below the other, in lines of at most `width` cells where their texts can be broken."""
    lines: list[SpanLine] = []
    for fact in facts:
        match fact:
            case Title(mark, name, state):
                spans = (Span(mark.text + " ", mark.tone), Span(name, Tone.STRONG), Span("  " + state.text, state.tone))
                lines.append(spans)
            case Heading(text):
                lines += [(), (Span(text, Tone.MUTED, bold=True),)]
            case Pair(label, text, tone):
                lines += pair(label, text, width, tone)
            case Gauge():
                lines.append(gauge(fact))
            case Note(text, tone):
                lines += [(Span(line, tone),) for line in wrapped(text, width)]
            case Grid():
                lines += _grid(fact, width)
            case Pipeline():
                lines += _pipeline(fact, width)
    return lines


def pair(label: str, text: str, width: int, tone: Tone = Tone.NORMAL) -> list[SpanLine]:
    """A label and its text, which goes on below itself where it is longer than the line, and below a long label."""
    tone = Tone.MUTED if text == MISSING else tone
    if cell_width(label) >= LABEL:
        return [(Span(label, Tone.MUTED),), *((Span("  " + line, tone),) for line in wrapped(text, width - 2))]
    first, *more = wrapped(text, width - LABEL) or [MISSING]
    lines: list[SpanLine] = [(Span(fit(label, LABEL), Tone.MUTED), Span(first, tone))]
    return [*lines, *((Span(" " * LABEL + line, tone),) for line in more)]


def gauge(fact: Gauge) -> SpanLine:
    """A bar, the share in per cent, and both figures."""
    tone = Tone.WARNING if (fact.share or 0.0) >= fact.warns else Tone.CHART
    return (
        Span(fit(fact.label, LABEL - 1) + " ", Tone.MUTED),
        Span(bar(fact.share, 16) + " ", tone),
        Span(f"{percent(fact.share):>5} ", tone if tone is Tone.WARNING else Tone.NORMAL),
        Span(fact.text, Tone.MUTED),
    )


def _grid(grid: Grid, width: int) -> list[SpanLine]:
    rows = [[Cell(text, Tone.MUTED) for text in grid.head], *grid.rows]
    widths = [max(cell_width(row[at].text) for row in rows) for at in range(len(grid.head))]
    # The first column gives way: figures say nothing when they are cut.
    others = sum(widths[1:]) + 2 * (len(widths) - 1)
    widths[0] = max(4, min(widths[0], width - others))
    lines: list[SpanLine] = []
    for row in rows:
        spans = []
        for at, (cell, wide) in enumerate(zip(row, widths, strict=True)):
            spans.append(Span(("  " if at else "") + fit(cell.text, wide, right=at > 0), cell.tone))
        lines.append(crop_spans(spans, width))
    return lines


def _pipeline(pipeline: Pipeline, width: int) -> list[SpanLine]:
    lines: list[SpanLine] = []
    for depth, hops in enumerate(pipeline.hops):
        for hop in hops:
            lines += _hop(hop, depth, width)
    return lines


def _hop(hop: Hop, depth: int, width: int) -> list[SpanLine]:
    way = "" if depth == 0 else "   " * (depth - 1) + ("└✖ " if hop.broken else "└▶ ")
    tone = Tone.CRITICAL if hop.broken else Tone.MUTED
    name = Span(hop.name, Tone.CRITICAL if hop.broken else Tone.STRONG)
    spans = [Span(way, tone), Span(hop.kind + " ", Tone.MUTED), name, Span("  " + hop.state.text, hop.state.tone)]
    if hop.broken:
        spans.append(Span("  ◀ " + _("broken here"), Tone.CRITICAL))
    indent = " " * cell_width(way)
    notes = [(Span(indent + line, Tone.MUTED),) for line in wrapped(hop.note, width - len(indent))] if hop.note else []
    return [crop_spans(spans, width), *notes]
