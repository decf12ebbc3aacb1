"""Gateways, log traces and evacuations of a simulated EMQX 5.8 (EMQX API reference, 3B.1, 3B.5 and 3B.7)."""

from emqx_tui.demo.exchange import Answer, cowboy_json
from emqx_tui.demo.formats import rfc3339, rfc3339_seconds
from emqx_tui.demo.gateways import UNLOADED, Gateway, gateways
from emqx_tui.demo.traces import traces
from emqx_tui.demo.v5_errors import error
from emqx_tui.demo.v5_routes import CLOSED, Call, Route, get, late
from emqx_tui.demo.world import Cluster, Node


_NO_GATEWAY = error(404, "RESOURCE_NOT_FOUND", "Gateway not found")
_MANY = 10
_EVACUATED = 7
"""Of a cluster of many nodes the eighth is being evacuated."""


class SystemV5:
    """The answers about what one cluster is made of, beyond its nodes."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def routes(self) -> list[Route]:
        """The paths that are answered here."""
        found = [
            get("/gateways", self._gateways),
            get("/gateways/{}/listeners", self._listeners),
            get("/trace", self._traces),
        ]
        if self._cluster.plan.edition != "Enterprise":
            return found
        return [
            *found,
            get("/load_rebalance/global_status", self._moves),
            # The first node answers, which is not the one that is evacuated.
            get("/node_eviction/status", lambda _: cowboy_json(200, {"status": "disabled"})),
        ]

    def _moves(self, call: Call) -> Answer:
        nodes = self._cluster.running(call.now)
        rows = [self._evacuation(nodes[_EVACUATED], call.now)] if len(nodes) > _MANY else []
        return cowboy_json(200, {"evacuations": rows, "purges": [], "rebalances": []})

    def _evacuation(self, node: Node, now: float) -> dict[str, object]:
        others = [one.plan.name for one in self._cluster.running(now) if one.plan.role == "core"]
        before = int(node.usual_sessions * 1.4)
        return {
            "node": node.plan.name,
            "state": "evicting_conns",
            "connection_eviction_rate": 5,
            "session_eviction_rate": 5,
            "connection_goal": 0,
            "session_goal": 0,
            "session_recipients": others,
            "stats": {
                "initial_connected": before,
                "current_connected": min(before, node.live(now)),
                "initial_sessions": before + before // 10,
                "current_sessions": min(before + before // 10, node.sessions(now)),
            },
        }

    def _traces(self, call: Call) -> Answer:
        rows = [
            {
                "name": found.name,
                "type": "clientid",
                "clientid": found.clientid,
                "status": found.status(call.now),
                "start_at": rfc3339_seconds(found.starts),
                "end_at": rfc3339_seconds(found.ends),
                "log_size": found.sizes,
                "payload_encode": "text",
                "formatter": "text",
            }
            for found in traces(self._cluster, call.now)
        ]
        return cowboy_json(200, rows)

    def _gateways(self, call: Call) -> Answer:
        rows = [self._gateway(found, call.now) for found in gateways(self._cluster)]
        return late(self._cluster, call.now, 60, self._whole(call.now) or cowboy_json(200, rows))

    def _whole(self, now: float) -> Answer | None:
        """Every node that runs is asked, so a hung one holds the answer up until the connection is closed."""
        return CLOSED if self._cluster.hung_for(now) else None

    def _gateway(self, found: Gateway, now: float) -> dict[str, object]:
        if not found.loaded:
            return {"name": found.name, "status": UNLOADED}
        nodes = self._cluster.running(now)
        each = [_on_node(found, node, now) for node in nodes]
        here = nodes[0]
        times = {"created_at": rfc3339(here.booted(now) + 1.5), "started_at": rfc3339(here.booted(now) + 1.75)}
        return {
            "name": found.name,
            "status": each[0]["status"],
            **times,
            "max_connections": _sum(each, "max_connections"),
            "current_connections": _sum(each, "current_connections"),
            "listeners": [
                {
                    "id": f"{found.name}:{one.type}:{one.name}",
                    "type": one.type,
                    "name": one.name,
                    "running": found.runs(here),
                }
                for one in found.listeners
            ],
            "node_status": each,
        }

    def _listeners(self, call: Call) -> Answer:
        found = next((one for one in gateways(self._cluster) if one.name == call.parts[0]), None)
        if found is None:
            return _NO_GATEWAY
        if not found.loaded:
            return error(404, "RESOURCE_NOT_FOUND", "Gateway not loaded")
        nodes, rows = self._cluster.running(call.now), []
        for one in found.listeners:
            each = [
                {
                    "running": found.runs(node),
                    "current_connections": found.connections(one, node, call.now),
                    "max_connections": one.most,
                }
                for node in nodes
            ]
            rows.append(
                {
                    "id": f"{found.name}:{one.type}:{one.name}",
                    "type": one.type,
                    "name": one.name,
                    "bind": one.bind,
                    "enable": True,
                    "acceptors": 16,
                    "max_connections": one.most,
                    "max_conn_rate": 1000,
                    "status": {
                        "running": all(state["running"] for state in each),
                        "current_connections": _sum(each, "current_connections"),
                        "max_connections": _sum(each, "max_connections"),
                    },
                    "node_status": [
                        {"node": node.plan.name, "status": state} for node, state in zip(nodes, each, strict=True)
                    ],
                }
            )
        return late(self._cluster, call.now, 60, self._whole(call.now) or cowboy_json(200, rows))


def _sum(rows: "list[dict[str, object]] | list[dict[str, int]]", key: str) -> int:
    return sum(int(str(row[key])) for row in rows)


def _on_node(found: Gateway, node: Node, now: float) -> dict[str, object]:
    return {
        "node": node.plan.name,
        "status": "running" if found.runs(node) else "stopped",
        "max_connections": sum(one.most for one in found.listeners),
        "current_connections": sum(found.connections(one, node, now) for one in found.listeners),
    }
