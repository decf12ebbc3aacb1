"""Characters that are drawn and not written: lines have to meet, bars to fill their cell, symbols to be there at all.

Which font a viewer has is not known, and what it takes from another one has another width, or is a coloured emoji.
"""

import math
import unicodedata
from collections.abc import Mapping
from itertools import product
from typing import Final, TypeAlias


WIDTH, HEIGHT = 9, 19
"""A cell, in units of the drawing; odd, so that a line of one unit has a middle to be in."""

Shape: TypeAlias = tuple[tuple[tuple[float, float], ...], ...]
"""Polygons inside a cell; what two of them share is left out."""

_MIDDLE_X, _MIDDLE_Y = WIDTH / 2, HEIGHT / 2


def _box(left: float, top: float, right: float, bottom: float) -> tuple[tuple[float, float], ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _lines() -> dict[str, Shape]:
    """Light and heavy lines, corners and crossings: an arm for each side that has one."""
    found: dict[str, Shape] = {}
    for weight, half in (("LIGHT", 0.5), ("HEAVY", 1.5)):
        for arms in product((False, True), repeat=4):
            up, down, left, right = arms
            names = [
                *(["VERTICAL"] if up and down else ["UP"] if up else ["DOWN"] if down else []),
                *(["HORIZONTAL"] if left and right else ["LEFT"] if left else ["RIGHT"] if right else []),
            ]
            try:
                char = unicodedata.lookup(f"BOX DRAWINGS {weight} {' AND '.join(names)}")
            except KeyError:
                continue
            upright = _box(
                _MIDDLE_X - half,
                0 if up else _MIDDLE_Y - half,
                _MIDDLE_X + half,
                HEIGHT if down else _MIDDLE_Y + half,
            )
            # beside the upright, so that nothing is drawn twice
            sides = [
                *([_box(0, _MIDDLE_Y - half, _MIDDLE_X - half, _MIDDLE_Y + half)] if left else []),
                *([_box(_MIDDLE_X + half, _MIDDLE_Y - half, WIDTH, _MIDDLE_Y + half)] if right else []),
            ]
            found[char] = (upright, *sides) if up or down else (_box(0, sides[0][0][1], WIDTH, sides[0][2][1]),)
    return found


def _blocks() -> dict[str, Shape]:
    """Bars from the bottom, from the left, and halves."""
    lower = {
        char: (_box(0, HEIGHT - round(eighths * HEIGHT / 8), WIDTH, HEIGHT),)
        for eighths, char in enumerate("▁▂▃▄▅▆▇█", start=1)
    }
    left = {char: (_box(0, 0, WIDTH * eighths / 8, HEIGHT),) for eighths, char in enumerate("▏▎▍▌▋▊▉", start=1)}
    return {
        **lower,
        **left,
        "▀": (_box(0, 0, WIDTH, round(_MIDDLE_Y)),),
        "▐": (_box(_MIDDLE_X, 0, WIDTH, HEIGHT),),
        "▔": (_box(0, 0, WIDTH, round(HEIGHT / 8)),),
        "▕": (_box(WIDTH * 7 / 8, 0, WIDTH, HEIGHT),),
    }


def _arc(radius: float, start: int = 0, end: int = 360, step: int = 12) -> tuple[tuple[float, float], ...]:
    """Round the middle of the symbols, in degrees clockwise from the right."""
    return tuple(
        (_MIDDLE_X + radius * math.cos(math.radians(angle)), _SYMBOL_Y + radius * math.sin(math.radians(angle)))
        for angle in range(start, end + (0 if end - start == 360 else 1), step)
    )


def _stroke(*points: tuple[float, float], width: float) -> tuple[tuple[float, float], ...]:
    """A line of this width through the points, with a mitre at each corner."""
    sides: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for number, (x, y) in enumerate(points):
        before, after = points[max(0, number - 1)], points[min(len(points) - 1, number + 1)]
        into, out = _normal(before, (x, y)), _normal((x, y), after)
        into, out = (out, out) if number == 0 else (into, into) if number == len(points) - 1 else (into, out)
        scale = width / (1 + into[0] * out[0] + into[1] * out[1])
        dx, dy = (into[0] + out[0]) * scale / 2, (into[1] + out[1]) * scale / 2
        sides.append(((x + dx, y + dy), (x - dx, y - dy)))
    return (*(one for one, _other in sides), *(other for _one, other in reversed(sides)))


def _normal(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    return -dy / length, dx / length


_SYMBOL_Y = 10.0
"""The height at which symbols sit: the middle of a digit, not of the cell."""


def _cross(size: float, thick: float) -> tuple[tuple[float, float], ...]:
    """A saltire as one outline."""
    half = thick / math.sqrt(2)
    notch = [(half, 0), (size, size - half), (size - half, size), (0, half)]
    outline: list[tuple[float, float]] = []
    for turn in range(4):
        for x, y in notch[:3]:
            for _quarter in range(turn):
                x, y = -y, x  # noqa: PLW2901  turned by a right angle
            outline.append((_MIDDLE_X + x, _SYMBOL_Y + y))
    return tuple(outline)


def _symbols() -> dict[str, Shape]:
    """The symbols beside states and findings, and the marks of a test."""
    x, y = _MIDDLE_X, _SYMBOL_Y
    return {
        "●": (_arc(3.6),),
        "○": (_arc(3.6), _arc(2.4)),
        "◐": (_arc(3.6), _arc(2.5, -90, 90)),
        "◆": (((x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)),),
        "▲": (((x, y - 4), (x + 4.2, y + 3.5), (x - 4.2, y + 3.5)),),
        "▼": (((x, y + 4), (x + 4.2, y - 3.5), (x - 4.2, y - 3.5)),),
        "▶": (((x + 4, y), (x - 3.5, y + 4.2), (x - 3.5, y - 4.2)),),
        "✖": (_cross(4.1, 2.7),),
        "✓": (_stroke((x - 3.4, y + 0.4), (x - 1, y + 2.8), (x + 3.4, y - 3.4), width=1.3),),
        "✔": (_stroke((x - 3.4, y + 0.2), (x - 1, y + 2.6), (x + 3.4, y - 3.4), width=2.2),),
        "‖": (_box(x - 2.5, y - 5, x - 1, y + 5), _box(x + 1, y - 5, x + 2.5, y + 5)),
    }


SHAPES: Final[Mapping[str, Shape]] = {**_lines(), **_blocks(), **_symbols()}
"""The drawn characters."""


def is_bar(shape: Shape) -> bool:
    """Whether it is one box from the left to the right: several beside each other are a longer one."""
    return len(shape) == 1 and shape[0] == _box(0, shape[0][0][1], WIDTH, shape[0][2][1])
