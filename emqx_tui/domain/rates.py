"""Counters into rates: per node, from the difference of two readings of the same node."""

from collections.abc import Iterator, Mapping
from operator import gt
from typing import NamedTuple

from emqx_tui.domain.models import Counters


GAUGES = frozenset({"messages.retained", "messages.delayed"})
"""Names among the metrics that go up and down (API reference, 3A.1): they have no rate."""

GAUGE_ENDING = ".count"
"""How gauges that come together with the counters end (NanoMQ): connections, sessions and topics go up and down."""

LONGEST_GAP = 60.0
"""Seconds between two readings beyond which their difference tells nothing of now."""

_SHORTEST = 0.5
_DISAGREEMENT = 1.0


class Reading(NamedTuple):
    """A node's counters at one moment.

    Attributes:
        monotonic: Seconds of a clock that never steps, but may stand still while the machine sleeps.
        wall: Seconds since 1970, which may step.
        uptime: The node's uptime in seconds, when known.
    """

    monotonic: float
    wall: float
    counters: Counters
    uptime: float | None = None


def too_close(before: Reading, now: Reading) -> bool:
    """The two readings are so close together that a rate between them would be noise."""
    return 0 <= now.monotonic - before.monotonic < _SHORTEST


class Rates(Mapping[str, float]):
    """Changes per second between two readings, worked out for the counters that somebody asks for.

    A node has a hundred counters and a table shows three of them.
    """

    __slots__ = ("_before", "_now", "_seconds")

    def __init__(self, before: Counters, now: Counters, seconds: float) -> None:
        self._before = before
        self._now = now
        self._seconds = seconds

    def __getitem__(self, name: str) -> float:
        if not _has_rate(name):
            raise KeyError(name)
        return (self._now[name] - self._before[name]) / self._seconds

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._now if name in self._before and _has_rate(name))

    def __len__(self) -> int:
        return sum(1 for _name in self)


def _has_rate(name: str) -> bool:
    return name not in GAUGES and not name.endswith(GAUGE_ENDING)


def _fell(before: Counters, now: Counters) -> bool:
    """Any counter is lower than it was."""
    if tuple(before) == tuple(now) and not any(map(gt, before.values(), now.values())):
        return False
    return any(value < before[name] and _has_rate(name) for name, value in now.items() if name in before)


def rates(before: Reading, now: Reading, longest: float = LONGEST_GAP) -> Mapping[str, float] | None:
    """Changes per second between two readings, or None when nothing can be said.

    Nothing can be said when the node restarted in between (its uptime or any counter fell), when this machine
    slept or its clock was stepped (the two clocks disagree on how long it was), when no time has passed, or when
    the readings are more than `longest` seconds apart: their difference would be a mean over the past.
    A counter that one of the readings lacks has no rate. A rate is never negative.
    """
    seconds = now.monotonic - before.monotonic
    if not _SHORTEST <= seconds <= longest:
        return None
    if abs((now.wall - before.wall) - seconds) > max(_DISAGREEMENT, seconds * 0.1):
        return None
    if before.uptime is not None and now.uptime is not None and now.uptime < before.uptime:
        return None
    return None if _fell(before.counters, now.counters) else Rates(before.counters, now.counters, seconds)
