"""What happens to the simulated fleet, and when: outages as functions of the seconds since the start."""

from dataclasses import dataclass
from enum import Enum, auto


SCENARIOS: tuple[str, ...] = ("healthy", "node-down", "node-hung", "large")
"""The names that `start_fleet` takes."""

LARGE_NODES = 50
USUAL_NODES = 3
MOVING_SECONDS = 15.0
"""Seconds in which the clients of a failed node find another one, and come back afterwards."""

UNNOTICED_SECONDS = 5.0
"""Seconds in which a killed node of EMQX 5 is missing before it is listed as stopped."""


class Fate(Enum):
    """What is the matter with a node."""

    RUNNING = auto()
    VANISHED = auto()
    """Killed a moment ago: no list knows it yet as stopped."""
    STOPPED = auto()
    HUNG = auto()


@dataclass(frozen=True, slots=True)
class Outage:
    """A node fails `begins` seconds after the start, returns at `ends`, and again every `period` seconds."""

    hangs: bool
    begins: float
    ends: float
    period: float

    def fate(self, since: float) -> Fate:
        """What the failing node is, so many seconds after the start."""
        _, within = self._cycle(since)
        if not self.begins <= within < self.ends:
            return Fate.RUNNING
        if self.hangs:
            return Fate.HUNG
        return Fate.VANISHED if within < self.begins + UNNOTICED_SECONDS else Fate.STOPPED

    def remaining(self, since: float) -> float:
        """Seconds until the node is back; 0 while it runs."""
        _, within = self._cycle(since)
        return self.ends - within if self.begins <= within < self.ends else 0.0

    def restarted(self, since: float) -> float | None:
        """Seconds after the start at which the node last came up again; None if it never went down."""
        if self.hangs:
            return None
        cycle, within = self._cycle(since)
        if within < self.ends:
            cycle -= 1
        return None if cycle < 0 else cycle * self.period + self.ends

    def moved(self, since: float) -> float:
        """Which part of the node's moving clients is on the other nodes, 0 to 1."""
        _, within = self._cycle(since)
        arrived = min(1.0, max(0.0, (within - self.begins) / MOVING_SECONDS))
        returned = min(1.0, max(0.0, (within - self.ends) / MOVING_SECONDS))
        return arrived - returned

    def moved_seconds(self, since: float) -> float:
        """`moved` summed over time: what the other nodes had to do in addition."""
        cycle, within = self._cycle(since)
        whole = self.ends - self.begins
        return cycle * whole + _ramped(within - self.begins) - _ramped(within - self.ends)

    def lost_seconds(self, since: float) -> float:
        """Seconds of full work that the failing node has missed, those of its slow return included."""
        cycle, within = self._cycle(since)
        whole = self.ends - self.begins + MOVING_SECONDS / 2
        missed = max(0.0, within - self.begins)
        return cycle * whole + missed - _ramped(within - self.ends)

    def _cycle(self, since: float) -> tuple[int, float]:
        if since < 0:
            return 0, 0.0
        cycle, within = divmod(since, self.period)
        return int(cycle), within


def _ramped(seconds: float) -> float:
    """The integral of a ramp that climbs from 0 to 1 within MOVING_SECONDS and stays there."""
    if seconds <= 0:
        return 0.0
    if seconds < MOVING_SECONDS:
        return seconds * seconds / (2 * MOVING_SECONDS)
    return seconds - MOVING_SECONDS / 2


def outage_of(scenario: str) -> Outage | None:
    """What befalls one node of each cluster in this scenario."""
    if scenario == "node-down":
        return Outage(hangs=False, begins=8, ends=90, period=120)
    if scenario == "node-hung":
        return Outage(hangs=True, begins=8, ends=90, period=150)
    return None


def nodes_of(scenario: str, wanted: int | None) -> int:
    """How many nodes the biggest cluster has; raises ValueError for a number or a scenario that cannot be."""
    if scenario not in SCENARIOS:
        raise ValueError(f"no scenario {scenario!r}; there are {', '.join(SCENARIOS)}")
    nodes = (LARGE_NODES if scenario == "large" else USUAL_NODES) if wanted is None else wanted
    fewest = 1 if outage_of(scenario) is None else 2
    if not fewest <= nodes <= 1000:
        raise ValueError(f"{scenario} needs {fewest} to 1000 nodes, not {nodes}")
    return nodes
