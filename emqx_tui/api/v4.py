"""EMQX 4.x: envelope with result codes, per-node lists, counters only as totals since the start."""

from collections.abc import Mapping, Sequence
from typing import Any

from emqx_tui.api import wire
from emqx_tui.api.base import figures
from emqx_tui.api.guard import guarded
from emqx_tui.api.v4_access import AccessV4
from emqx_tui.api.v4_changes import ChangesV4
from emqx_tui.api.v4_clients import ClientsV4
from emqx_tui.api.v4_integration import IntegrationV4
from emqx_tui.api.v4_messages import MessagesV4
from emqx_tui.api.v4_monitoring import MonitoringV4, alarm
from emqx_tui.api.v4_system import SystemV4
from emqx_tui.domain.broker import Attention, Pace, Part
from emqx_tui.domain.errors import NotFound, ResultCodeError, Unsupported
from emqx_tui.domain.models import Alarm, Counters, Kind, Node


_EACH, _SLOW = Pace.EACH, Pace.SLOW
_PARTS: Mapping[Attention, Mapping[Part, Pace]] = {
    Attention.OPEN: {
        Part.NODES: _EACH,
        Part.METRICS: _EACH,
        Part.STATS: _EACH,
        Part.ALARMS: _EACH,
        Part.BROKERS: _SLOW,
    },
    Attention.HEARTBEAT: {Part.NODES: _EACH, Part.METRICS: _EACH, Part.ALARMS: _EACH},
    Attention.LOOK: {Part.NODES: _EACH, Part.BROKERS: _EACH},
}

DOWN = "nodedown"
"""The broker's word for a node that it knows and that does not run."""

ROUTES = "/routes"


def node(row: Mapping[str, Any]) -> Node:
    """A node from an element of `/nodes` or `/brokers` (API reference, 4.1)."""
    status, failed = wire.text(row.get("node_status")), row.get("error")
    error = wire.text(failed) or (wire.short(failed) if failed and not isinstance(failed, str) else None)
    running = None if status is None else status.casefold() == "running"
    return Node(
        name=wire.text(row.get("node")) or wire.text(row.get("name")),
        running=running if error is None else False if DOWN in error else None,
        status=status,
        error=error,
        version=wire.text(row.get("version")),
        description=wire.text(row.get("sysdescr")),
        otp_release=wire.text(row.get("otp_release")),
        uptime=wire.uptime_text(row.get("uptime")),
        datetime=wire.text(row.get("datetime")),
        **figures(row),
    )


class V4Broker(AccessV4, ChangesV4, ClientsV4, MonitoringV4, IntegrationV4, MessagesV4, SystemV4):
    """A deployment of EMQX 4.x."""

    kind = Kind.EMQX4
    asks_nodes_apart = True
    paced = _PARTS

    @guarded
    async def nodes(self) -> Sequence[Node]:
        """`/nodes`."""
        return [node(row) for row in wire.rows(await self._get("/nodes"), "/nodes")]

    @guarded
    async def brokers(self) -> Sequence[Node]:
        """`/brokers`: description and clock of every node."""
        return [node(row) for row in wire.rows(await self._get("/brokers"), "/brokers")]

    @guarded
    async def stats(self) -> Mapping[str, Counters]:
        """`/stats`: gauges by node."""
        return _by_node(await self._get("/stats"), "stats")

    @guarded
    async def metrics(self) -> Mapping[str, Counters]:
        """`/metrics`: counters by node."""
        return _by_node(await self._get("/metrics"), "metrics")

    @guarded
    async def alarms(self) -> Sequence[Alarm]:
        """`/alarms/activated` of all nodes."""
        rows = wire.rows(await self._get("/alarms/activated"), "/alarms/activated")
        return [
            alarm(one, wire.text(row.get("node")))
            for row in rows
            for one in wire.rows(row.get("alarms") or [], "/alarms/activated")
        ]

    @guarded
    async def members(self) -> frozenset[str]:
        """Nodes that have subscribers: the routes are a local table, which no hung peer blocks (behaviour of 4.4)."""
        rows = wire.rows(await self._get(ROUTES, {"_limit": 50}), ROUTES)
        return frozenset(name for row in rows if (name := wire.text(row.get("node"))))

    @guarded
    async def node(self, name: str) -> Node:
        """`/nodes/{node}`, or `/brokers/{node}` where a service offers only that. `@` stays literal."""
        try:
            row = await self._get(f"/nodes/{name}")
        except ResultCodeError as error:
            if DOWN in error.detail:
                return Node(name, running=False, error=DOWN)
            raise
        except (Unsupported, NotFound):
            return await self._broker(name)
        return node({**wire.mapping(row, "/nodes"), "node": name})

    async def _broker(self, name: str) -> Node:
        try:
            row = await self._get(f"/brokers/{name}")
        except ResultCodeError as error:
            if DOWN in error.detail:
                return Node(name, running=False, error=DOWN)
            raise
        except Unsupported as error:
            # "Not found." below both is the answer to a name that the broker has never heard of.
            raise NotFound(error.detail, path=error.path, status=error.status) from None
        return node({**wire.mapping(row, "/brokers"), "node": name})

    @guarded
    async def node_stats(self, name: str) -> Counters:
        """`/nodes/{node}/stats`."""
        return wire.counters(await self._get(f"/nodes/{name}/stats"))

    @guarded
    async def node_metrics(self, name: str) -> Counters:
        """`/nodes/{node}/metrics`."""
        return wire.counters(await self._get(f"/nodes/{name}/metrics"))

    @guarded
    async def node_alarms(self, name: str) -> Sequence[Alarm]:
        """`/nodes/{node}/alarms/activated`."""
        path = f"/nodes/{name}/alarms/activated"
        return [alarm(row, name) for row in wire.rows(await self._get(path), path)]


def _by_node(data: Any, field: str) -> dict[str, Counters]:  # noqa: ANN401  JSON
    found: dict[str, Counters] = {}
    for row in wire.rows(data, "/" + field):
        name = wire.text(row.get("node"))
        if name is not None and isinstance(row.get(field), dict):
            found[name] = wire.counters(row[field])
    return found
