"""Counters into rates: per node, from the difference of two readings of the same node."""

from collections.abc import Mapping
from dataclasses import dataclass

from emqx_tui.domain.models import Counters


GAUGES = frozenset({"messages.retained", "messages.delayed"})
"""Names among the metrics that go up and down (API reference, 3A.1): they have no rate."""

GAUGE_ENDING = ".count"
"""How gauges that come together with the counters end (NanoMQ): connections, sessions and topics go up and down."""

LONGEST_GAP = 60.0
"""Seconds between two readings beyond which their difference tells nothing of now."""

_SHORTEST = 0.5
_DISAGREEMENT = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
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
    changes: dict[str, float] = {}
    for name, value in now.counters.items():
        earlier = before.counters.get(name)
        if earlier is None or name in GAUGES or name.endswith(GAUGE_ENDING):
            continue
        if value < earlier:
            return None
        changes[name] = (value - earlier) / seconds
    return changes
