"""A screen as an SVG file that needs nothing else: no font from the network, no script."""

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from emqx_tui.tui.widgets.cells import width_of
from pictures.grid import Grid, Look, Run
from pictures.shapes import HEIGHT, SHAPES, WIDTH, Shape, is_bar


MARGIN = 12
"""Round the cells, in units of the drawing."""

RADIUS = 7
"""Of the corners."""

EDGES = {True: ("#000000", 0.25), False: ("#ffffff", 0.2)}
"""Colour and strength of the edge, by whether the paper is bright."""

FONTS = "'Fira Code',ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
FONT_SIZE = 15
BASELINE = 14

_PIECES = re.compile("([" + "".join(map(re.escape, SHAPES)) + r"])\1*| {2,}")


def svg_of(grid: Grid, title: str) -> str:
    """The file's text, a line of it for each line of the screen."""
    width, height = grid.columns * WIDTH + 2 * MARGIN, len(grid.lines) * HEIGHT + 2 * MARGIN
    drawn = sorted(
        {
            char
            for line in grid.lines
            for run in line
            for char in run.text
            if char in SHAPES and not is_bar(SHAPES[char])
        }
    )
    edge, strength = EDGES[bright(grid.paper)]
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            f' role="img" font-family={quoteattr(FONTS)} font-size="{FONT_SIZE}" style="font-variant-ligatures:none"'
            ' xml:space="preserve">'
        ),
        f"<title>{escape(title)}</title>",
        f"<desc>\n{escape(grid.text)}\n</desc>",
        "<defs>",
        *(f'<path id="{_id(char)}" fill-rule="evenodd" d="{_path(SHAPES[char])}"/>' for char in drawn),
        "</defs>",
        (
            f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="{RADIUS}" fill="{grid.paper}"'
            f' stroke="{edge}" stroke-opacity="{strength:g}"/>'
        ),
        *(
            f'<g transform="translate({MARGIN} {MARGIN + number * HEIGHT})">{"".join(_line(line, grid.paper))}</g>'
            for number, line in enumerate(grid.lines)
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class Substance(NamedTuple):
    """The part of a file that shows the screen, line by line: its text, and its cells with their colours."""

    words: list[str]
    cells: list[str]


def substance(svg: str) -> Substance:
    """What the text of a file shows."""
    words = svg.partition("<desc>")[2].partition("</desc>")[0].strip("\n").split("\n")
    return Substance(words, [line for line in svg.split("\n") if line.startswith("<g ")])


def mark_of(svg: str) -> str:
    """What tells a screen from every other one; files that were drawn from it keep it."""
    shown = substance(svg)
    return hashlib.sha256("\n".join([*shown.words, *shown.cells]).encode()).hexdigest()


def bright(colour: str) -> bool:
    """Whether black shows on it better than white."""
    return sum(int(colour[at : at + 2], 16) for at in (1, 3, 5)) > 384


def _id(char: str) -> str:
    return f"u{ord(char):x}"


def _path(shape: Shape) -> str:
    return "".join("M" + "L".join(f"{x:.4g} {y:.4g}" for x, y in polygon) + "Z" for polygon in shape)


def _line(line: tuple[Run, ...], paper: str) -> Iterator[str]:
    for run in line:
        if run.look.paper != paper:
            x, width = run.column * WIDTH, (run.end - run.column) * WIDTH
            yield (
                f'<rect x="{x}" width="{width}" height="{HEIGHT}" fill="{run.look.paper}"'
                ' shape-rendering="crispEdges"/>'
            )
    for run in line:
        yield from _run(run)


def _run(run: Run) -> Iterator[str]:
    done, column = 0, run.column
    for found in _PIECES.finditer(run.text):
        before = run.text[done : found.start()]
        yield from _text(column, before, run.look)
        column += width_of(before)
        if found[1]:
            yield from _drawn(column, found[0], run.look.ink)
        column += width_of(found[0])
        done = found.end()
    yield from _text(column, run.text[done:], run.look)


def _drawn(column: int, chars: str, ink: str) -> Iterator[str]:
    """The same drawn character once or more often."""
    x, shape = column * WIDTH, SHAPES[chars[0]]
    if is_bar(shape):
        (_left, top), _, (_right, bottom), _ = shape[0]
        size = f'width="{len(chars) * WIDTH}" height="{bottom - top:g}"'
        yield f'<rect x="{x}" y="{top:g}" {size} fill="{ink}" shape-rendering="crispEdges"/>'
        return
    for number in range(len(chars)):
        yield f'<use href="#{_id(chars[0])}" x="{x + number * WIDTH}" fill="{ink}"/>'


def _text(column: int, text: str, look: Look) -> Iterator[str]:
    column += len(text) - len(text.lstrip(" "))
    text = text.strip(" ")
    if not text:
        return
    styles = [
        *(['font-weight="700"'] if look.bold else []),
        *(['font-style="italic"'] if look.italic else []),
        *(['text-decoration="underline"'] if look.underline else []),
        *(['text-decoration="line-through"'] if look.strike else []),
    ]
    place = f'x="{column * WIDTH}" y="{BASELINE}" textLength="{width_of(text) * WIDTH}"'
    yield f'<text {" ".join([place, *styles])} fill="{look.ink}">{escape(text)}</text>'
