"""EMQX 5.x and 6.x, and the subset of it that EMQX Cloud Serverless offers."""

from collections.abc import Mapping, Sequence
from typing import Any

from emqx_tui.api import wire
from emqx_tui.api.base import figures
from emqx_tui.api.guard import guarded
from emqx_tui.api.v5_access import AccessV5
from emqx_tui.api.v5_changes import ChangesV5
from emqx_tui.api.v5_clients import ClientsV5
from emqx_tui.api.v5_integration import IntegrationV5
from emqx_tui.api.v5_messages import MessagesV5
from emqx_tui.api.v5_monitoring import MonitoringV5, alarm
from emqx_tui.api.v5_system import SystemV5
from emqx_tui.domain.broker import Attention, Pace, Part
from emqx_tui.domain.history import STEP
from emqx_tui.domain.models import Alarm, Counters, Kind, Node, Sample, Totals


_EACH = Pace.EACH
_PARTS: Mapping[Attention, Mapping[Part, Pace]] = {
    Attention.OPEN: {
        Part.NODES: _EACH,
        Part.TOTALS: _EACH,
        Part.METRICS: _EACH,
        Part.ALARMS: _EACH,
        Part.STATS: Pace.SLOW,
        Part.MEMBERS: Pace.SLOW,
        Part.HISTORY: Pace.ONCE,
    },
    Attention.HEARTBEAT: {Part.NODES: _EACH, Part.TOTALS: _EACH, Part.ALARMS: _EACH},
    Attention.LOOK: {Part.NODES: _EACH},
}

_ALARM_PAGE = 1000
_ALARM_PAGES = 10


def node(row: Mapping[str, Any]) -> Node:
    """A node from an element of `/nodes`; a stopped one has little more than its name (API reference, 4.2)."""
    status = wire.text(row.get("node_status"))
    return Node(
        name=wire.text(row.get("node")),
        running=None if status is None else status.casefold() == "running",
        status=status,
        role=wire.text(row.get("role")),
        version=wire.text(row.get("version")),
        edition=wire.text(row.get("edition")),
        otp_release=wire.text(row.get("otp_release")),
        uptime=wire.milliseconds(row.get("uptime")),
        **figures(row),
    )


class V5Broker(AccessV5, ChangesV5, ClientsV5, MonitoringV5, IntegrationV5, MessagesV5, SystemV5):
    """A deployment of EMQX 5.x or 6.x."""

    kind = Kind.EMQX5
    asks_nodes_apart = True
    paced = _PARTS

    @guarded
    async def nodes(self) -> Sequence[Node]:
        """`/nodes`."""
        return [node(row) for row in wire.rows(await self._get("/nodes"), "/nodes")]

    @guarded
    async def stats(self) -> Mapping[str, Counters]:
        """`/stats`: gauges by node."""
        return _by_node(await self._get("/stats"), "/stats")

    @guarded
    async def metrics(self) -> Mapping[str, Counters]:
        """`/metrics`: counters by node."""
        return _by_node(await self._get("/metrics"), "/metrics")

    @guarded
    async def totals(self) -> Totals:
        """`/monitor_current`: figures and rates of the whole cluster."""
        row = wire.mapping(await self._get("/monitor_current"), "/monitor_current")
        return Totals(
            sessions=wire.count(row.get("connections")),
            live_connections=wire.count(row.get("live_connections")),
            topics=wire.count(row.get("topics")),
            subscriptions=wire.count(row.get("subscriptions")),
            retained=wire.count(row.get("retained_msg_count")),
            received_rate=wire.number(row.get("received_msg_rate")),
            sent_rate=wire.number(row.get("sent_msg_rate")),
            dropped_rate=wire.number(row.get("dropped_msg_rate")),
        )

    @guarded
    async def history(self, seconds: int) -> Sequence[Sample]:
        """`/monitor?latest=…`: a point every ten seconds; points at which nothing was measured are left out."""
        rows = wire.rows(await self._get("/monitor", {"latest": seconds}), "/monitor")
        timed = [(at, row) for row in rows if (at := wire.milliseconds(row.get("time_stamp"))) is not None]
        # The grid ends at the broker's now, so ages need no comparison of its clock with ours.
        newest = max((at for at, _ in timed), default=0.0)
        return [Sample(newest - at, _sampled(row)) for at, row in timed if len(row) > 1]

    @guarded
    async def alarms(self) -> Sequence[Alarm]:
        """`/alarms`: the active ones, page by page while the broker says that there are more."""
        found: list[Alarm] = []
        for page in range(1, _ALARM_PAGES + 1):
            params: dict[str, str | int] = {"activated": "true", "page": page, "limit": _ALARM_PAGE}
            body = wire.mapping(await self._get("/alarms", params), "/alarms")
            rows = wire.rows(body.get("data"), "/alarms")
            found += [alarm(row) for row in rows]
            meta = body.get("meta")
            if not rows or not isinstance(meta, dict) or not meta.get("hasnext") or meta.get("page") != page:
                break
        return found

    @guarded
    async def members(self) -> frozenset[str]:
        """`/cluster`: answered from a local table, so it still names a hung peer."""
        body = wire.mapping(await self._get("/cluster"), "/cluster")
        names = body.get("nodes")
        return frozenset(name for item in (names if isinstance(names, list) else ()) if (name := wire.text(item)))

    @guarded
    async def node(self, name: str) -> Node:
        """`/nodes/{node}`."""
        row = wire.mapping(await self._get(f"/nodes/{name}"), "/nodes")
        return node({**row, "node": name})

    @guarded
    async def node_stats(self, name: str) -> Counters:
        """`/nodes/{node}/stats`."""
        return wire.counters(await self._get(f"/nodes/{name}/stats"))

    @guarded
    async def node_metrics(self, name: str) -> Counters:
        """`/nodes/{node}/metrics`."""
        return wire.counters(await self._get(f"/nodes/{name}/metrics"))


class ServerlessBroker(V5Broker):
    """EMQX Cloud Serverless: clients and publishing, but no nodes, counters or alarms."""

    kind = Kind.SERVERLESS
    asks_nodes_apart = False
    both_styles = True
    paced = {attention: {Part.TOTALS: _EACH} for attention in Attention}

    @guarded
    async def totals(self) -> Totals:
        """Sessions from the count beside one row of `/clients`."""
        body = wire.mapping(await self._get("/clients", {"limit": 1}), "/clients")
        meta = body.get("meta")
        return Totals(sessions=wire.count(meta.get("count")) if isinstance(meta, dict) else None)


def _by_node(data: Any, path: str) -> dict[str, Counters]:  # noqa: ANN401  JSON
    read: dict[str, Counters] = {}
    for row in wire.rows(data, path):
        # Without the one text that is among them the numbers are read much faster.
        counters = dict(row)
        name = wire.text(counters.pop("node", None))
        if name:
            read[name] = wire.counters(counters)
    return read


def _sampled(row: Mapping[str, Any]) -> Totals:
    def rate(field: str) -> float | None:
        delta = wire.number(row.get(field))
        return None if delta is None else delta / STEP

    return Totals(
        sessions=wire.count(row.get("connections")),
        live_connections=wire.count(row.get("live_connections")),
        topics=wire.count(row.get("topics")),
        subscriptions=wire.count(row.get("subscriptions")),
        received_rate=rate("received"),
        sent_rate=rate("sent"),
        dropped_rate=rate("dropped"),
    )
