"""What a terminal shows as an SVG file that needs nothing else: no font from the network, no script."""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from rich.color import Color
from rich.style import Style
from textual.strip import Strip

from emqx_tui.tui.widgets.cells import width_of


_WIDE, _HIGH, _BASE, _EDGE = 9, 19, 14, 10
"""Of a cell, of its base line from its top, and of the edge round all of them, in units of the drawing."""

_FONTS: Final = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
_NO_XML: Final = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(lines: Sequence[Strip], title: str, *, ink: str, paper: str) -> str:
    """The file's text.

    Args:
        lines: What is shown.
        title: What it is a picture of.
        ink: The colour `#rrggbb` of a text that has none of its own.
        paper: The colour behind everything.
    """
    columns = max((line.cell_length for line in lines), default=0)
    width, height = columns * _WIDE + 2 * _EDGE, len(lines) * _HIGH + 2 * _EDGE
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family={quoteattr(_FONTS)} font-size="15" xml:space="preserve">'
    )
    parts = [head, f"<title>{_safe(title)}</title>", f'<rect width="{width}" height="{height}" fill="{paper}"/>']
    for number, line in enumerate(lines):
        cells = "".join(_line(line, ink, paper))
        parts.append(f'<g transform="translate({_EDGE} {_EDGE + number * _HIGH})">{cells}</g>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _line(line: Strip, ink: str, paper: str) -> Iterator[str]:
    column = 0
    for segment in line:
        text, style = segment.text, segment.style or Style()
        if segment.control:
            continue
        cells = width_of(text)
        front, back = _hex(style.color, ink), _hex(style.bgcolor, paper)
        if style.reverse:
            front, back = back, front
        if back != paper:
            yield (
                f'<rect x="{column * _WIDE}" width="{cells * _WIDE}" height="{_HIGH}" fill="{back}"'
                ' shape-rendering="crispEdges"/>'
            )
        yield from _text(column, text, style, front)
        column += cells


def _text(column: int, text: str, style: Style, ink: str) -> Iterator[str]:
    column += len(text) - len(text.lstrip(" "))
    # Pieces are apart where there are several blanks, so that a font of other widths keeps the columns.
    for found in re.finditer(r"\S+(?: \S+)*", text.strip(" ")):
        before = width_of(text.strip(" ")[: found.start()])
        looks = [
            *(['font-weight="700"'] if style.bold else []),
            *(['font-style="italic"'] if style.italic else []),
            *(['text-decoration="underline"'] if style.underline else []),
            *(['opacity=".6"'] if style.dim else []),
        ]
        place = f'x="{(column + before) * _WIDE}" y="{_BASE}" textLength="{width_of(found[0]) * _WIDE}"'
        yield f'<text {" ".join([place, *looks])} fill="{ink}">{_safe(found[0])}</text>'


def _safe(text: str) -> str:
    return escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def _hex(color: Color | None, default: str) -> str:
    return default if color is None or color.is_default else color.get_truecolor().hex
