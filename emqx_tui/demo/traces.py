"""The log traces of a simulated cluster: one that somebody looks at, and one that is over."""

from collections.abc import Mapping
from typing import NamedTuple

from emqx_tui.demo.population import Population
from emqx_tui.demo.world import Cluster


_LONG = 3600.0
_EARLIER = 5400.0


class Trace(NamedTuple):
    """A trace of a client, from `starts` to `ends` in seconds since 1970; `sizes` are bytes of its log by node."""

    name: str
    clientid: str
    starts: float
    ends: float
    sizes: Mapping[str, int]

    def status(self, now: float) -> str:
        """In EMQX's words."""
        return "waiting" if now < self.starts else "running" if now < self.ends else "stopped"


def traces(cluster: Cluster, now: float) -> list[Trace]:
    """The newest first, as EMQX lists them; small deployments have none. A client's log is on its node alone."""
    nodes = cluster.running(now)
    if cluster.small or not nodes:
        return []
    first, second = (Population(cluster).at(nodes[0], number, now) for number in (5, 9))
    begun = cluster.start - 600 + _LONG * max(0, (now - cluster.start + 600) // _LONG)
    # Somebody begins it again whenever it is over, so that one always runs.
    written = [("pump-north-drops", first.clientid, begun, begun + _LONG, 310.0)]
    written.append(("reconnects", second.clientid, cluster.start - _LONG - _EARLIER, cluster.start - _EARLIER, 41.0))
    return [
        Trace(
            name,
            clientid,
            starts,
            ends,
            {node.plan.name: int(rate * (min(now, ends) - starts)) if node is nodes[0] else 0 for node in nodes},
        )
        for name, clientid, starts, ends, rate in written
    ]
