"""The system on EMQX 4: plugins, traces, nodes, the licence of its Enterprise edition (API reference, 3A)."""

from collections.abc import Sequence

from emqx_tui.api import decode, wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.integration import prose
from emqx_tui.api.licences import license_of
from emqx_tui.api.moves import GLOBAL, moves
from emqx_tui.api.traces import trace
from emqx_tui.api.v4_asking import V4Asking
from emqx_tui.api.v4_monitoring import OFF
from emqx_tui.domain.errors import BrokerError, ResultCodeError, SwitchedOff
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.system import RUNNING, ClusterNode, License, Move, Plugin, PluginOnNode, Trace


STOPPED = "stopped"
DOWN = "nodedown"


def put_together(rows: Sequence[wire.Json], listed: str = "plugins") -> list[Plugin]:
    """The plugins, or the modules, of a deployment from those of its nodes: `[{node, plugins: [{name, active}]}]`.

    A node that has no such plugin is not among the nodes of it.
    """
    found: dict[str, Plugin] = {}
    for row in rows:
        node, told = wire.text(row.get("node")) or "?", row.get(listed)
        for one in told if isinstance(told, list) else ():
            name = wire.text(one.get("name")) if isinstance(one, dict) else None
            if name is None:
                continue
            known = found.get(name) or Plugin(
                name, kind=prose(one.get("type"), 40), description=prose(one.get("description"))
            )
            active = one.get("active")
            word = {True: RUNNING, False: STOPPED}.get(active, "") if isinstance(active, bool) else ""
            found[name] = known._replace(nodes=(*known.nodes, PluginOnNode(node, word)))
    return list(found.values())


def cluster_node(row: wire.Json) -> ClusterNode | None:
    """An element of `/nodes`; None without a name. EMQX 4 has no roles."""
    name = wire.text(row.get("node"))
    if name is None:
        return None
    failed = wire.short(row["error"]) if row.get("error") else ""
    status = STOPPED if DOWN in failed else failed or prose(row.get("node_status"), 40).casefold()
    return ClusterNode(name, status, "", wire.text(row.get("version")) or "", wire.uptime_text(row.get("uptime")))


class SystemV4(V4Asking):
    """What EMQX 4 tells of the system."""

    @guarded
    async def plugins(self, query: Query, after: str | None) -> Page[Plugin]:  # noqa: ARG002  one answer
        """`/plugins` of all nodes."""
        return Page(put_together(wire.rows(await self._get("/plugins"), "/plugins")))

    @guarded
    async def traces(self, query: Query, after: str | None) -> Page[Trace]:  # noqa: ARG002  one answer
        """`/trace` of the module of 4.4, whose errors have texts for codes."""
        try:
            rows = wire.rows(await self._get("/trace"), "/trace")
        except ResultCodeError as error:
            if OFF in error.detail:
                raise SwitchedOff(error.detail, feature="trace", path="/trace", status=error.status) from None
            raise
        return Page([one for row in rows if (one := trace(row))])

    @guarded
    async def moves(self, query: Query, after: str | None) -> Page[Move]:  # noqa: ARG002  one answer
        """`/load_rebalance/global_status` of Enterprise 4.4, which has no envelope where nothing is wrong."""
        answer = await self._client.get(GLOBAL)
        body = decode.body_json(answer)
        told = isinstance(body, dict) and answer.status == 200 and "evacuations" in body
        return Page(moves(wire.mapping(body if told else decode.v4(answer, GLOBAL), GLOBAL)))

    @guarded
    async def license(self, query: Query, after: str | None) -> Page[License]:  # noqa: ARG002  one answer
        """`/license`, which only the Enterprise edition has; sessions are added up over `/nodes`."""
        row = wire.mapping(await self._get("/license"), "/license")
        try:
            nodes = wire.rows(await self._get("/nodes"), "/nodes")
            counted = [count for node in nodes if (count := wire.count(node.get("connections"))) is not None]
        except BrokerError:
            counted = []
        return Page([license_of(row, sum(counted) if counted else None)])

    @guarded
    async def cluster_nodes(self, query: Query, after: str | None) -> Page[ClusterNode]:  # noqa: ARG002  one answer
        """`/nodes`: all that EMQX 4 tells of its cluster."""
        return Page([one for row in wire.rows(await self._get("/nodes"), "/nodes") if (one := cluster_node(row))])
