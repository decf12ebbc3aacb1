"""What the adapters have in common: the connection, and every question answered with "not offered"."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict

from emqx_tui.api import wire
from emqx_tui.api.http import Answer, Client
from emqx_tui.domain.broker import Attention, Pace, Part
from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.models import Alarm, Counters, Kind, Node, Sample, Totals
from emqx_tui.domain.offered import Offered


class Figures(TypedDict):
    """What a node's figures are called in `Node`."""

    sessions: int | None
    live_connections: int | None
    load1: float | None
    load5: float | None
    load15: float | None
    memory_used: int | None
    memory_total: int | None
    processes_used: int | None
    processes_limit: int | None
    fd_limit: int | None


def figures(row: Mapping[str, Any]) -> Figures:
    """A node's figures, which all generations call the same in `/nodes` (API reference, 4.1)."""
    return Figures(
        sessions=wire.count(row.get("connections")),
        live_connections=wire.count(row.get("live_connections")),
        load1=wire.number(row.get("load1")),
        load5=wire.number(row.get("load5")),
        load15=wire.number(row.get("load15")),
        memory_used=wire.memory(row.get("memory_used")),
        memory_total=wire.memory(row.get("memory_total")),
        processes_used=wire.count(row.get("process_used")),
        processes_limit=wire.count(row.get("process_available")),
        fd_limit=wire.count(row.get("max_fds")),
    )


class HttpBroker(Offered):
    """A broker of which nothing is known yet; an adapter answers the questions that its generation offers.

    Every question here raises `Unsupported` with the path at which other generations answer it.
    """

    kind: ClassVar[Kind]
    asks_nodes_apart: ClassVar[bool] = False
    paced: ClassVar[Mapping[Attention, Mapping[Part, Pace]]]

    def __init__(self, client: Client) -> None:
        self._client = client

    async def _send(self, method: str, path: str, body: object = None) -> Answer:
        """Ask for a change, once; `api/permitted` lists what there is. `decode.v4` or `v5_done` reads the answer."""
        return await self._client.send(self.kind, method, path, body)

    @property
    def base(self) -> str:
        """The address that is asked."""
        return self._client.base

    @property
    def clock_offset(self) -> float | None:
        """Seconds that the broker's clock is ahead of ours."""
        return self._client.clock_offset

    def parts(self, attention: Attention) -> Mapping[Part, Pace]:
        """What to ask; the first one tells whether the deployment answers at all."""
        return self.paced[attention]

    async def nodes(self) -> Sequence[Node]:
        """Not offered."""
        raise Unsupported(path="/nodes")

    async def brokers(self) -> Sequence[Node]:
        """Not offered."""
        raise Unsupported(path="/brokers")

    async def stats(self) -> Mapping[str, Counters]:
        """Not offered."""
        raise Unsupported(path="/stats")

    async def metrics(self) -> Mapping[str, Counters]:
        """Not offered."""
        raise Unsupported(path="/metrics")

    async def totals(self) -> Totals:
        """Not offered."""
        raise Unsupported(path="/monitor_current")

    async def history(self, seconds: int) -> Sequence[Sample]:  # noqa: ARG002  the protocol's
        """Not offered."""
        raise Unsupported(path="/monitor")

    async def alarms(self) -> Sequence[Alarm]:
        """Not offered."""
        raise Unsupported(path="/alarms")

    async def members(self) -> frozenset[str]:
        """Not offered."""
        raise Unsupported(path="/cluster")

    async def node(self, name: str) -> Node:
        """Not offered."""
        raise Unsupported(path=f"/nodes/{name}")

    async def node_stats(self, name: str) -> Counters:
        """Not offered."""
        raise Unsupported(path=f"/nodes/{name}/stats")

    async def node_metrics(self, name: str) -> Counters:
        """Not offered."""
        raise Unsupported(path=f"/nodes/{name}/metrics")

    async def node_alarms(self, name: str) -> Sequence[Alarm]:
        """Not offered."""
        raise Unsupported(path=f"/nodes/{name}/alarms")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
