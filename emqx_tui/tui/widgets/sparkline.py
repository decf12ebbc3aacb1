"""Charts made of characters. A missing value is a blank, never a zero."""

import math
from collections.abc import Sequence


_BLOCKS = "▁▂▃▄▅▆▇█"
_LINE = _BLOCKS[:-1]
"""For charts of one line: they stand below each other, and a full block would join the one above."""
_ASCII = ".:-=+*#"
_MISSING = " "


def spark(
    values: Sequence[float | None],
    width: int,
    *,
    top: float | None = None,
    peaks: bool = True,
    ascii: bool = False,  # noqa: A002  the word that says it
) -> str:
    """The values, the newest at the right edge, in at most `width` characters.

    Args:
        values: From the oldest to the newest; None where nothing was measured.
        width: Characters. Fewer values than that stand at the right.
        top: The value of the highest block; the largest of the values when it is not given.
        peaks: Where several values share a character the largest is drawn; else their mean. A short spike shows
            as a peak only.
        ascii: Without block characters.
    """
    cells = resampled(values, width, peaks=peaks)
    steps = _ASCII if ascii else _LINE
    scale = _scale(cells, top)
    drawn = (_MISSING if cell is None else steps[_level(cell, scale, len(steps))] for cell in cells)
    return "".join(drawn).rjust(max(width, 0), _MISSING)


def chart(  # noqa: PLR0913  all but the first three have a default that fits
    values: Sequence[float | None],
    width: int,
    height: int,
    *,
    top: float | None = None,
    peaks: bool = True,
    ascii: bool = False,  # noqa: A002  the word that says it
) -> list[str]:
    """The values as `height` lines of `width` characters, from the top; else as `spark`."""
    cells = resampled(values, width, peaks=peaks)
    cells = [*[None] * (width - len(cells)), *cells]
    steps = _ASCII if ascii else _BLOCKS
    scale = _scale(cells, top)
    levels = [None if cell is None else 1 + _level(cell, scale, len(steps) * max(height, 1)) for cell in cells]
    return ["".join(_block(level, row * len(steps), steps) for level in levels) for row in reversed(range(height))]


def resampled(values: Sequence[float | None], width: int, *, peaks: bool = True) -> list[float | None]:
    """At most `width` values that stand for all of them, None where nothing was measured."""
    count = len(values)
    if count <= width:
        return [_known(value) for value in values]
    return [
        _summary(values[count * cell // width : count * (cell + 1) // width], peaks=peaks)
        for cell in range(max(width, 0))
    ]


def _summary(values: Sequence[float | None], *, peaks: bool) -> float | None:
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return None
    if peaks:
        return max(known)
    # In parts of the largest, whose sum is no larger than their number: that of the values may be no number any more.
    largest = max(abs(value) for value in known)
    return largest and largest * (math.fsum(value / largest for value in known) / len(known))


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _scale(cells: Sequence[float | None], top: float | None) -> float:
    if top is not None and math.isfinite(top):
        return top
    return max((cell for cell in cells if cell is not None), default=0.0)


def _level(value: float, scale: float, steps: int) -> int:
    if scale <= 0 or value <= 0:
        return 0
    return min(steps - 1, int(min(value / scale, 1.0) * steps))


def _block(level: int | None, below: int, steps: str) -> str:
    if level is None or level <= below:
        return _MISSING
    return steps[min(level - below, len(steps)) - 1]
