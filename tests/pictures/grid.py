"""What a terminal shows, cell by cell, without the terminal."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from rich.color import Color
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App

from emqx_tui.tui.widgets.cells import width_of


class Look(NamedTuple):
    """How a text looks; colours are `#rrggbb`."""

    ink: str
    paper: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False


class Run(NamedTuple):
    """Text of one look from a column on, counted in cells from 0."""

    column: int
    text: str
    look: Look

    @property
    def end(self) -> int:
        """The column after it."""
        return self.column + width_of(self.text)


class Grid(NamedTuple):
    """A whole screen.

    Attributes:
        columns: Its width in cells.
        paper: The colour behind everything.
        lines: The runs of each line; together they cover it.
    """

    columns: int
    paper: str
    lines: tuple[tuple[Run, ...], ...]

    @property
    def text(self) -> str:
        """What can be read on it, without the blanks at the ends of lines."""
        return "\n".join("".join(run.text for run in line).rstrip() for line in self.lines)


_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d{5}|(?<= port )\d{5}")


def grid_of(app: App[Any]) -> Grid:
    """What the app shows now; the ports of the simulated fleet are the one that EMQX has."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    base = app.theme_variables
    ink, paper = base["foreground"].lower(), base["background"].lower()
    lines = []
    for parts in update.strips:
        looks: list[tuple[str, Look]] = []
        for strip in parts:
            looks += [(one.text, _look(one.style, ink, paper)) for one in strip if one.text and not one.control]
        lines.append(tuple(_runs(looks)))
    return Grid(app.size.width, paper, tuple(lines))


def _runs(parts: list[tuple[str, Look]]) -> Iterator[Run]:
    """Neighbours that look the same as one run."""
    column = 0
    whole = _PORT.sub("18083", "".join(text for text, _look in parts))
    done = 0
    for look, group in groupby(parts, lambda part: part[1]):
        length = sum(len(text) for text, _look in group)
        run = Run(column, whole[done : done + length], look)
        yield run
        column, done = run.end, done + length


def _look(style: Style | None, ink: str, paper: str) -> Look:
    if style is None:
        return Look(ink, paper)
    front, back = _hex(style.color, ink), _hex(style.bgcolor, paper)
    if style.reverse:
        front, back = back, front
    if style.dim:
        front = _between(front, back)
    return Look(front, back, bool(style.bold), bool(style.italic), bool(style.underline), bool(style.strike))


def _hex(color: Color | None, default: str) -> str:
    if color is None or color.is_default:
        return default
    return color.get_truecolor().hex


def _between(one: str, other: str) -> str:
    """A colour half way between two."""
    mixed = ((int(one[at : at + 2], 16) + int(other[at : at + 2], 16)) // 2 for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in mixed)
