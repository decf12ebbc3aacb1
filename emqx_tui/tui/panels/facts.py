"""What a resource tells of one row, as lines."""

from collections.abc import Sequence

from emqx_tui.i18n import _
from emqx_tui.resources.facts import Fact, Gauge, Grid, Heading, Hop, Note, Pair, Pipeline, Title
from emqx_tui.resources.spec import Cell, Tone
from emqx_tui.text import MISSING, bar, cell_width, crop, fit, percent
from emqx_tui.tui.widgets.cells import wrapped
from emqx_tui.tui.widgets.lines import Span, SpanLine, crop_spans


LABEL = 12
"""Cells of a label, the blank behind it included; a longer one moves its text, or has a line of its own."""

NAME = 16
"""Cells that the name of a hop has before its state goes to a line of its own."""


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
    """A label and its text, which goes on below itself where it is longer than the line, or below a long label."""
    tone = Tone.MUTED if text == MISSING else tone
    if cell_width(label) >= LABEL:
        beside = wrapped(text, width - cell_width(label) - 1)
        if len(beside) == 1 and cell_width(label) + 1 + cell_width(beside[0]) <= width:
            return [(Span(label + " ", Tone.MUTED), Span(beside[0] or MISSING, tone))]
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
            spans.append(Span(("  " if at else "") + fit(cell.text, wide, right=at >= grid.left), cell.tone))
        lines.append(crop_spans(spans, width))
    return lines


def _pipeline(pipeline: Pipeline, width: int) -> list[SpanLine]:
    levels = [level for level in pipeline.hops if level]
    if not levels:
        return []
    first, *rest = levels
    lines: list[SpanLine] = []
    for at, hop in enumerate(first):
        lines += _hop(hop, rest if at == len(first) - 1 else [], "", "", width)
    return lines


def _hop(hop: Hop, rest: Sequence[Sequence[Hop]], way: str, below: str, width: int) -> list[SpanLine]:
    """A hop and all that comes behind it: what goes on from it alone, then what all of its level go on to.

    Args:
        hop: The hop.
        rest: The levels behind it, drawn below the last one of its level.
        way: What leads to it.
        below: What stands before the lines below it.
        width: Cells.
    """
    following = [(one, list[Sequence[Hop]]()) for one in hop.to]
    if rest:
        level, *behind = rest
        following += [(one, behind if at == len(level) - 1 else []) for at, one in enumerate(level)]
    lines = _hop_lines(hop, way, below + ("│  " if following else "   "), width)
    for at, (one, behind) in enumerate(following):
        last = at == len(following) - 1
        corner = "└" if last else "├"
        head = below + corner + ("─✖ " if one.broken else "─▶ ")
        lines += _hop(one, behind, head, below + ("   " if last else "│  "), width)
    return lines


def _hop_lines(hop: Hop, way: str, below: str, width: int) -> list[SpanLine]:
    """The hop itself: where there is little room its name gives way, then its state has a line of its own."""
    tone = Tone.CRITICAL if hop.broken else Tone.MUTED
    told = [Span(hop.state.text, hop.state.tone)] if hop.state.text else []
    if hop.broken:
        told.append(Span("◀ " + _("broken here"), Tone.CRITICAL))
    room = width - cell_width(way) - cell_width(hop.kind) - 1
    beside = sum(cell_width(span.text) + 2 for span in told)
    name = Tone.CRITICAL if hop.broken else Tone.STRONG
    shown = crop(hop.name, max(room - beside, min(room, NAME)))
    fits = cell_width(shown) + beside <= room
    first = [Span(way, tone), Span(hop.kind + " ", Tone.MUTED), Span(shown if fits else crop(hop.name, room), name)]
    if fits:
        first += [span for one in told for span in (Span("  "), one)]
    lines: list[SpanLine] = [crop_spans(first, width)]
    if told and not fits:
        together = [span for one in told for span in (Span("  "), one)][1:]
        split = [together] if cell_width(below) + beside - 2 <= width else [[one] for one in told]
        lines += [crop_spans([Span(below, Tone.MUTED), *spans], width) for spans in split]
    notes = wrapped(hop.note, max(1, width - cell_width(below))) if hop.note else []
    return [*lines, *(crop_spans([Span(below, Tone.MUTED), Span(line)], width) for line in notes)]
