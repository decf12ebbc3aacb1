"""The system on EMQX 5 and 6: plugins, gateways, traces, licence, cluster (API reference, 3B.1 to 3B.7)."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.integration import flag, mapping, names, part, prose, reason
from emqx_tui.api.licences import license_of
from emqx_tui.api.moves import GLOBAL, LOCAL, eviction, moves
from emqx_tui.api.traces import trace
from emqx_tui.api.v5_asking import V5Asking
from emqx_tui.domain.errors import BrokerError
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.system import (
    UNLOADED,
    ClusterNode,
    Gateway,
    GatewayListener,
    GatewayOnNode,
    License,
    ListenerOnNode,
    Move,
    Plugin,
    PluginOnNode,
    Topology,
    Trace,
)


T = TypeVar("T")


def plugin(row: wire.Json) -> Plugin | None:
    """An element of `/plugins`; None without a name. Its configuration is not looked at."""
    name = wire.text(row.get("name"))
    if name is None:
        return None
    told = row.get("running_status")
    health = mapping(row.get("health_status"))
    nodes = [
        PluginOnNode(node, prose(one.get("status"), 40).casefold())
        for one in (told if isinstance(told, list) else ())
        if isinstance(one, dict) and (node := wire.text(one.get("node")))
    ]
    return Plugin(
        name,
        wire.text(row.get("rel_vsn")),
        description=prose(row.get("description")),
        author=", ".join(names(row.get("author"))),
        health=prose(health.get("status"), 40).casefold(),
        complaint=reason(health.get("message")),
        nodes=nodes,
    )


def gateway(row: wire.Json) -> Gateway | None:
    """An element of `/gateways`; None without a name. One that was never set up has nothing but that and its status."""
    name = wire.text(row.get("name"))
    if name is None:
        return None
    limit, unlimited = _limit(row.get("max_connections"))
    return Gateway(
        name,
        prose(row.get("status"), 40).casefold(),
        wire.count(row.get("current_connections")),
        limit,
        unlimited,
        wire.moment(row.get("started_at")),
        wire.moment(row.get("stopped_at")),
        tuple(
            GatewayListener(ident, prose(one.get("type"), 40), flag(one.get("running")))
            for one in _objects(row.get("listeners"))
            if (ident := wire.text(one.get("id")))
        ),
        tuple(
            GatewayOnNode(
                node,
                prose(one.get("status"), 40).casefold(),
                wire.count(one.get("current_connections")),
                *_limit(one.get("max_connections")),
            )
            for one in _objects(row.get("node_status"))
            if (node := wire.text(one.get("node")))
        ),
    )


def listener_on_nodes(row: wire.Json) -> list[ListenerOnNode]:
    """An element of `/gateways/{name}/listeners`, node by node. What else it is configured with is not looked at.

    5.0 has the figures beside the node's name, later versions in its `status`.
    """
    ident = wire.text(row.get("id"))
    found = []
    for one in _objects(row.get("node_status")):
        node = wire.text(one.get("node"))
        if ident is not None and node is not None:
            told = mapping(one.get("status")) or one
            connections = wire.count(told.get("current_connections"))
            limit = _limit(told.get("max_connections"))
            bind = prose(row.get("bind"), 80)
            found.append(ListenerOnNode(ident, bind, node, flag(told.get("running")), connections, *limit))
    return found


def _limit(value: object) -> tuple[int | None, bool]:
    """How many connections are taken, and whether there is no limit."""
    return wire.count(value), value == "infinity"


def _objects(value: object) -> list[wire.Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def topology(body: wire.Json, cores: list[wire.Json] | None) -> Topology:
    """The cluster from `/cluster` and the elements of `/cluster/topology`, None where there are none to be had."""
    known: dict[str, tuple[str, ...]] | None = None if cores is None else {}
    for row in cores or ():
        core, told = wire.text(row.get("core_node")), row.get("replicant_nodes")
        if core is not None and known is not None:
            rows = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
            known[core] = tuple(name for one in rows if (name := wire.text(one.get("node"))))
    return Topology(
        wire.text(body.get("name")) or "", wire.text(body.get("self")) or "", names(body.get("nodes")), known
    )


def nodes_of(whole: Topology, rows: list[wire.Json]) -> list[ClusterNode]:
    """Every node that any of the answers names; of one that `/nodes` does not describe little is known."""
    described = {name: row for row in rows if (name := wire.text(row.get("node")))}
    cores = whole.cores or {}
    below = [name for found in cores.values() for name in found]
    every = dict.fromkeys((*whole.nodes, *cores, *below, *described))
    return [_node(name, described.get(name, {}), whole) for name in every]


def _node(name: str, row: wire.Json, whole: Topology) -> ClusterNode:
    cores = whole.cores or {}
    above = [core for core, found in cores.items() if name in found]
    role = wire.text(row.get("role")) or ("core" if name in cores else "replicant" if above else "")
    status = prose(row.get("node_status"), 40).casefold()
    version, uptime = wire.text(row.get("version")) or "", wire.milliseconds(row.get("uptime"))
    return ClusterNode(name, status, role, version, uptime, tuple(above), whole)


class SystemV5(V5Asking):
    """What EMQX 5 tells of the system."""

    @guarded
    async def plugins(self, query: Query, after: str | None) -> Page[Plugin]:  # noqa: ARG002  one answer
        """`/plugins`, which say how they stand on each node."""
        rows = wire.rows(await self._get("/plugins"), "/plugins")
        return Page([one for row in rows if (one := plugin(row))])

    @guarded
    async def gateways(self, query: Query, after: str | None) -> Page[Gateway]:  # noqa: ARG002  one answer
        """`/gateways`, which ask every node that runs."""
        rows = wire.rows(await self._get("/gateways"), "/gateways")
        return Page([one for row in rows if (one := gateway(row))])

    @guarded
    async def gateway_listeners(self, gateway: Gateway) -> Sequence[ListenerOnNode]:
        """`/gateways/{name}/listeners`; one that was never set up has none, and is not asked."""
        if gateway.status == UNLOADED:
            return ()
        path = f"/gateways/{part(gateway.name)}/listeners"
        return [one for row in wire.rows(await self._get(path), path) for one in listener_on_nodes(row)]

    @guarded
    async def traces(self, query: Query, after: str | None) -> Page[Trace]:  # noqa: ARG002  one answer
        """`/trace`: 30 at most."""
        return Page([one for row in wire.rows(await self._get("/trace"), "/trace") if (one := trace(row))])

    @guarded
    async def moves(self, query: Query, after: str | None) -> Page[Move]:  # noqa: ARG002  one answer
        """`/load_rebalance/global_status` of Enterprise; when nothing goes on, `/node_eviction/status` as well."""
        found = moves(wire.mapping(await self._get(GLOBAL), GLOBAL))
        if found:
            return Page(found)
        here = eviction(mapping(await _if_told(self._get(LOCAL))))
        return Page([here] if here else [])

    @guarded
    async def license(self, query: Query, after: str | None) -> Page[License]:  # noqa: ARG002  one answer
        """`/license`; the sessions that count against it are those of `/monitor_current`."""
        row = wire.mapping(await self._get("/license"), "/license")
        now = await _if_told(self._get("/monitor_current"))
        return Page([license_of(row, wire.count(mapping(now).get("connections")))])

    @guarded
    async def cluster_nodes(self, query: Query, after: str | None) -> Page[ClusterNode]:  # noqa: ARG002  one answer
        """`/cluster`, with what `/cluster/topology` (5.2 and later) and `/nodes` add.

        The first is answered from a local table; the others wait for a hung peer, and what they do not tell is missing.
        """
        body = wire.mapping(await self._get("/cluster"), "/cluster")
        told, described = await asyncio.gather(_if_told(self._get("/cluster/topology")), _if_told(self._get("/nodes")))
        cores = wire.rows(told, "/cluster/topology") if isinstance(told, list) else None
        rows = wire.rows(described, "/nodes") if isinstance(described, list) else []
        return Page(nodes_of(topology(body, cores), rows))


async def _if_told(question: Awaitable[T]) -> T | None:
    """The answer, or None where there is none to be had: it only adds to another answer."""
    try:
        return await question
    except BrokerError:
        return None
