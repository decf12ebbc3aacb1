"""An hour of one figure in fixed memory."""

import itertools
import math
from array import array


STEP = 10.0
"""Seconds that one point stands for: the step at which EMQX samples itself (API reference, 3B.2)."""

POINTS = 360
"""Points that are kept: one hour."""


class Ring:
    """The last hour of one figure, a point every ten seconds; several values within a point are averaged.

    Times are seconds of any clock that never steps, the same for every call.
    """

    __slots__ = ("_counts", "_newest", "_values")

    def __init__(self) -> None:
        self._values = array("d", [math.nan]) * POINTS
        self._counts = array("L", [0]) * POINTS
        self._newest: int | None = None

    def add(self, at: float, value: float | None) -> None:
        """Take a value measured at a time; a missing one and one older than an hour leave no trace."""
        if value is None or not math.isfinite(value):
            return
        point = math.floor(at / STEP)
        if self._newest is None:
            self._newest = point
        elif point > self._newest:
            self._clear(self._newest + 1, point)
            self._newest = point
        elif point <= self._newest - POINTS:
            return
        slot = point % POINTS
        count = self._counts[slot]
        self._values[slot] = value if count == 0 else (self._values[slot] * count + value) / (count + 1)
        self._counts[slot] = count + 1

    def _clear(self, first: int, last: int) -> None:
        for point in range(max(first, last - POINTS + 1), last + 1):
            self._values[point % POINTS] = math.nan
            self._counts[point % POINTS] = 0

    def values(self, now: float) -> list[float | None]:
        """One value a point for the hour up to `now`, oldest first; None where nothing was measured."""
        if self._newest is None:
            return [None] * POINTS
        # What is kept, oldest first; the hour asked for may end before or after it.
        oldest = (self._newest + 1) % POINTS
        kept = self._values[oldest:] + self._values[:oldest]
        ahead = math.floor(now / STEP) - self._newest
        known = [None if value != value else value for value in kept]  # noqa: PLR0124  NaN alone differs from itself
        missing: list[float | None] = [None] * min(abs(ahead), POINTS)
        return [*known[ahead:], *missing] if ahead >= 0 else [*missing, *known[:ahead]]

    def cells(self, now: float, width: int) -> list[float | None]:
        """The hour up to `now` in at most `width` values, the largest of each stretch, oldest first.

        The stretches keep their edges from call to call, so that a chart moves on and its past does not flicker.
        """
        if width <= 0:
            return []
        size = -(-POINTS // width)
        values = self.values(now)
        filled = (math.floor(now / STEP) + 1) % size or size
        edges = [*range(len(values) - filled, 0, -size), 0]
        stretches = [values[-filled:]] if filled else []
        stretches += [values[low:high] for high, low in itertools.pairwise(edges)]
        largest = [
            max(known) if (known := [one for one in stretch if one is not None]) else None
            for stretch in reversed(stretches)
        ]
        return largest[-width:]

    @property
    def empty(self) -> bool:
        """Nothing was ever measured."""
        return self._newest is None
