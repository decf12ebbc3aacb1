"""Numbers that move as those of a living system do: pure functions of time, drawn once from a seed."""

import math
from collections.abc import Sequence
from functools import lru_cache
from random import Random


SLOT_SECONDS = 10.0
"""Within a slot the noise of a counter is even; the grid of /monitor lies on the slots' edges."""

_PATTERN = 509
"""Slots after which the noise repeats: a prime, so that it never falls in step with the waves."""

_RESTLESS = 499
_RESTLESS_RANGE = 18


class Tide:
    """The rhythm that the nodes of a cluster share: a day's wave and shorter ones, on average 1.

    `level` is the height at a time, `rise` its integral since `origin`: a counter that follows `rise` has a rate that
    follows `level`, exactly. `breath` is for gauges. All remember what they were asked: every node asks for the same
    moments.
    """

    WAVES: tuple[tuple[float, float], ...] = ((86400.0, 0.25), (2820.0, 0.09), (420.0, 0.06), (61.0, 0.04))
    """Period in seconds, height; together below 1, so that a rate never stops and a counter never falls."""

    SLOW_WAVES: tuple[tuple[float, float], ...] = ((86400.0, 0.12), (2820.0, 0.04), (420.0, 0.015))
    """The same for gauges: low and slow, as clients come and go less than messages do."""

    def __init__(self, random: Random, origin: float) -> None:
        self._origin = origin
        self._waves = [(2 * math.pi / period, height, random.uniform(0, 6)) for period, height in self.WAVES]
        self._slow = [(2 * math.pi / period, height, random.uniform(0, 6)) for period, height in self.SLOW_WAVES]
        self.breath = lru_cache(maxsize=512)(self._breath)
        self.rise = lru_cache(maxsize=4096)(self._rise)
        self.level = lru_cache(maxsize=64)(self._level)

    def _rise(self, now: float) -> float:
        since = now - self._origin
        return since - sum(height / speed * math.cos(speed * since + phase) for speed, height, phase in self._waves)

    def _breath(self, now: float) -> float:
        since = now - self._origin
        return 1 + sum(height * math.sin(speed * since + phase) for speed, height, phase in self._slow)

    def _level(self, now: float) -> float:
        since = now - self._origin
        return 1 + sum(height * math.sin(speed * since + phase) for speed, height, phase in self._waves)


class Noise:
    """Seeded values between 0 and 1, one for each slot of ten seconds, with straight lines between them."""

    def __init__(self, random: Random) -> None:
        self.values = [random.random() for _ in range(_PATTERN)]

    def at(self, now: float) -> float:
        """The value at this time."""
        slot, part = divmod(now, SLOT_SECONDS)
        index = int(slot) % _PATTERN
        before, after = self.values[index], self.values[(index + 1) % _PATTERN]
        return before + (after - before) * part / SLOT_SECONDS


class Jitter:
    """Small whole numbers, one a second: each differs by two or more from those of the three seconds before.

    A figure that it is added to is never the same in two looks that are a second or two apart.
    """

    HIGHEST = _RESTLESS_RANGE - 1

    def __init__(self, random: Random) -> None:
        values = [0, 9, 4]
        while len(values) < _RESTLESS:
            near = [*values[-3:], *values[: max(0, len(values) - _RESTLESS + 4)]]
            value = random.randrange(_RESTLESS_RANGE)
            if all(abs(value - other) > 1 for other in near):
                values.append(value)
        self._values = values

    def at(self, now: float, offset: int = 0) -> int:
        """The number of this second; different offsets give unlike ones."""
        return self._values[(int(now) + offset) % _RESTLESS]

    def summed(self, offsets: Sequence[int]) -> "Sum":
        """What `at` gives for all these offsets together."""
        turns = [offset % _RESTLESS for offset in offsets]
        return Sum(1.0, [(1.0, self._values[turn:] + self._values[:turn]) for turn in turns])


class Sum:
    """Patterns of the same length added up once, so that many nodes cost what one costs; each with its weight."""

    def __init__(self, step: float, patterns: Sequence[tuple[float, Sequence[float]]]) -> None:
        self._step = step
        total = [0.0] * len(patterns[0][1])
        for weight, values in patterns:
            total = [sum_so_far + weight * value for sum_so_far, value in zip(total, values, strict=True)]
        self._total = total

    def at(self, now: float) -> float:
        """The sum at this time, which has to be a multiple of the step."""
        return self._total[int(now // self._step) % len(self._total)]


def summed(noises: Sequence[tuple[float, Noise]]) -> Sum:
    """The noises of many nodes together, each with its weight, at the edges of the slots."""
    return Sum(SLOT_SECONDS, [(weight, noise.values) for weight, noise in noises])
