"""What /monitor shows: steps of the past, of one node or of the cluster (EMQX API reference, /monitor)."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from emqx_tui.demo.tide import Sum, summed
from emqx_tui.demo.world import LIVE_PART, UNEVEN, UNEVEN_LOSS, Cluster, Node


@dataclass(frozen=True, slots=True)
class Sample:
    """Messages within one step of time, and the gauges at its end."""

    received: int
    sent: int
    dropped: int
    connections: int
    live_connections: int


class History:
    """The past of a cluster, on edges of ten seconds; a step is worked out once and remembered."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        steady = [node for node in cluster.nodes if not node.failing]
        self._steady = steady
        self._failing = [node for node in cluster.nodes if node.failing]
        self._moving = steady[0].moving
        self._all_up = max(node.first_boot for node in steady)
        self._weights = tuple(sum(node.weights[kind] for node in steady) for kind in range(3))
        self._sessions = sum(node.usual_sessions for node in steady)
        self.of_cluster = lru_cache(maxsize=4096)(self._of_cluster)
        self.of_node = lru_cache(maxsize=4096)(self._of_node)

    def _of_cluster(self, at: float, step: float) -> Sample | None:
        """The step that ends at this time, over the nodes that were up then; None if none was."""
        if at - step < self._all_up:
            parts = [self._of_node(node, at, step) for node in self._cluster.nodes]
        else:
            parts = [self._of_steady(at, step)]
            parts += [self._of_node(node, at, step) for node in self._failing]
        found = [part for part in parts if part is not None]
        if not found:
            return None
        return Sample(
            sum(part.received for part in found),
            sum(part.sent for part in found),
            sum(part.dropped for part in found),
            sum(part.connections for part in found),
            sum(part.live_connections for part in found),
        )

    def _of_node(self, node: Node, at: float, step: float) -> Sample | None:
        """The step that ends at this time, on one node; None if it was not up then."""
        if not node.runs(at):
            return None
        after, before = node.traffic(at), node.since(at - step, at)
        sessions = node.sessions(at)
        return Sample(
            after.received - before.received,
            after.sent - before.sent,
            after.dropped - before.dropped,
            sessions,
            int(sessions * LIVE_PART),
        )

    def _of_steady(self, at: float, step: float) -> Sample:
        """The nodes that never fail, taken together: fifty of them cost what one costs."""
        after, before = self._passed(at), self._passed(at - step)
        part = 1 + self._moving * self._cluster.moved(at)
        sessions = int(self._sessions * part * self._cluster.tide.breath(at))
        sessions += int(self._jitter.at(at))
        received, sent, dropped = (round(late - early) for late, early in zip(after, before, strict=True))
        return Sample(received, sent, dropped, sessions, int(sessions * LIVE_PART))

    def _passed(self, at: float) -> tuple[float, float, float]:
        cluster = self._cluster
        rise = cluster.tide.rise(at)
        if cluster.outage is not None:
            rise += self._moving * cluster.outage.moved_seconds(at - cluster.start)
        inwards, outwards, lost = (noise.at(at) for noise in self._noises)
        weights = self._weights
        return (
            weights[0] * rise + UNEVEN * inwards,
            weights[1] * rise + UNEVEN * outwards,
            weights[2] * rise + UNEVEN_LOSS * lost,
        )

    @cached_property
    def _noises(self) -> tuple[Sum, Sum, Sum]:
        inwards, outwards, lost = (
            summed([(node.weights[kind], node.noises[kind]) for node in self._steady]) for kind in range(3)
        )
        return inwards, outwards, lost

    @cached_property
    def _jitter(self) -> Sum:
        return self._cluster.restless.summed([node.offset for node in self._steady])


def grid(now: float, latest: int) -> tuple[float, list[float]]:
    """The step and the points in time that EMQX 5.8 shows for the last so many seconds."""
    step = next(
        (step for span, step in ((60, 1.0), (3600, 10.0), (86_400, 60.0), (259_200, 300.0)) if latest <= span),
        600.0,
    )
    last = now // step * step
    points = int(latest // step) + 1
    return step, [last - step * back for back in range(points - 1, -1, -1)]
