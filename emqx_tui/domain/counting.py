"""Counters and gauges of a deployment as rows: each with its nodes, per second, and since a mark that somebody set."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import Counters
from emqx_tui.domain.rates import GAUGES, Reading


COUNT: Final = ".count"
MAX: Final = ".max"

CLUSTER_WIDE: Final = frozenset(
    {
        *("topics", "routes", "retained", "delayed", "subscriptions.shared", "cluster_sessions"),
        *("durable_subscriptions", "rules", "actions", "resources"),
        *GAUGES,
    }
)
"""Gauges of tables that the whole cluster shares: each node tells the same figure, so they are never added up."""

SLACK: Final = 60.0
"""Seconds that a node's uptime may lag behind its counters: the two come with different questions."""


class Mark(NamedTuple):
    """What counters were when somebody set the mark.

    Attributes:
        at: Monotonic seconds.
        wall: Seconds since 1970.
        readings: The newest reading of each node then.
    """

    at: float
    wall: float
    readings: Mapping[str, Reading]


class Count(NamedTuple):
    """A counter on one node.

    Attributes:
        value: Since the node started.
        rate: Per second; None when there is none of now.
        since_mark: How much has been added since the mark; None when that is not known.
        restarted: The node has restarted since the mark: what it counted before that is missing in `since_mark`.
    """

    node: str
    value: int
    rate: float | None = None
    since_mark: int | None = None
    restarted: bool = False


class CounterRow(NamedTuple):
    """A counter of a deployment.

    Attributes:
        gauge: It goes up and down, and the whole cluster shares it: no rate, no sum.
        fresh: How far its figures are of now.
        lost: Nodes that were there at the mark are not there now.
    """

    deployment: str
    name: str
    nodes: tuple[Count, ...]
    gauge: bool = False
    fresh: Freshness = Freshness.LIVE
    lost: bool = False

    @property
    def group(self) -> str:
        """What it is about, such as `packets`, `messages` or `client`."""
        return self.name.partition(".")[0]

    @property
    def total(self) -> int:
        """Of all nodes."""
        values = [one.value for one in self.nodes]
        return max(values, default=0) if self.gauge else sum(values)

    @property
    def rate(self) -> float | None:
        """Per second, of the nodes that have a rate."""
        return _sum([one.rate for one in self.nodes])

    @property
    def since_mark(self) -> int | None:
        """Added since the mark, as far as it is known."""
        found = _sum([one.since_mark for one in self.nodes])
        return None if found is None else int(found)

    @property
    def at_least(self) -> bool:
        """More was added since the mark than `since_mark`: a node restarted, is gone, or was not read at the mark."""
        return self.lost or any(one.restarted or one.since_mark is None for one in self.nodes)


class Level(NamedTuple):
    """A gauge on one node.

    Attributes:
        value: Now.
        peak: The highest since the node started; None where it is not told.
    """

    node: str
    value: int
    peak: int | None = None


class GaugeRow(NamedTuple):
    """A gauge of a deployment.

    Attributes:
        shared: The whole cluster has one figure, which each node tells.
        fresh: How far its figures are of now.
    """

    deployment: str
    name: str
    nodes: tuple[Level, ...]
    shared: bool = False
    fresh: Freshness = Freshness.LIVE

    @property
    def value(self) -> int:
        """Of the deployment."""
        values = [one.value for one in self.nodes]
        return max(values, default=0) if self.shared else sum(values)

    @property
    def peak(self) -> int | None:
        """The highest one; of figures that are added up the sum of the nodes' own, which is never less than it was."""
        peaks = [one.peak for one in self.nodes if one.peak is not None]
        if not peaks:
            return None
        return max(peaks) if self.shared else sum(peaks)


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def restarted(before: Reading, now: Reading) -> bool:
    """The node has restarted between two readings: a counter fell, or it is up for less long than it should be."""
    if any(value < before.counters.get(name, 0) for name, value in now.counters.items() if _counts(name)):
        return True
    if before.uptime is None or now.uptime is None:
        return False
    return now.uptime < before.uptime + (now.monotonic - before.monotonic) - SLACK


def _counts(name: str) -> bool:
    return name not in GAUGES and not name.endswith(COUNT)


def counter_rows(
    deployment: str,
    readings: Mapping[str, Reading],
    rates: Mapping[str, Mapping[str, float]],
    mark: Mark | None,
    fresh: Freshness,
) -> list[CounterRow]:
    """A row for each counter that any node tells, in the order in which they are told.

    Args:
        deployment: Its name.
        readings: The newest counters of each node.
        rates: Changes per second of nodes whose rates are of now.
        mark: What counters were when the mark was set; None without one.
        fresh: How far all of them are of now.
    """
    again = {
        name: mark is not None and name in mark.readings and restarted(mark.readings[name], reading)
        for name, reading in readings.items()
    }
    names = dict.fromkeys(
        name for reading in readings.values() for name in reading.counters if not name.endswith(COUNT)
    )
    lost = mark is not None and bool(mark.readings.keys() - readings.keys())
    rows = []
    for name in names:
        gauge = name in GAUGES
        nodes = tuple(
            Count(
                node,
                reading.counters[name],
                None if gauge else rates.get(node, {}).get(name),
                None if gauge or mark is None else _since(name, reading, mark, node, again=again[node]),
                again[node],
            )
            for node, reading in readings.items()
            if name in reading.counters
        )
        rows.append(CounterRow(deployment, name, nodes, gauge, fresh, lost))
    return rows


def _since(name: str, reading: Reading, mark: Mark, node: str, *, again: bool) -> int | None:
    """What a node has added to a counter since the mark; after a restart all that it has counted since."""
    value, before = reading.counters[name], mark.readings.get(node)
    if before is None:
        young = reading.uptime is not None and reading.uptime <= reading.monotonic - mark.at
        return value if young else None
    if again:
        return value
    known = before.counters.get(name)
    return None if known is None else value - known


def gauge_rows(deployment: str, gauges: Mapping[str, Counters], fresh: Freshness) -> list[GaugeRow]:
    """A row for each gauge that any node tells; its `.count` and its `.max` are one."""
    names = dict.fromkeys(
        name.removesuffix(COUNT) for told in gauges.values() for name in told if not name.endswith(MAX)
    )
    rows = []
    for name in names:
        nodes = tuple(
            Level(node, value, told.get(name + MAX))
            for node, told in gauges.items()
            if (value := told.get(name + COUNT, told.get(name))) is not None
        )
        rows.append(GaugeRow(deployment, name, nodes, name in CLUSTER_WIDE, fresh))
    return rows
