"""A simulated EMQX 5.8: what it answers to each request (EMQX API reference, chapters 3B and 5)."""

from emqx_tui.demo.exchange import TEXT, Answer, Clock, Request, cowboy, cowboy_json
from emqx_tui.demo.population import Population
from emqx_tui.demo.v5_access import AccessV5
from emqx_tui.demo.v5_bodies import BodiesV5
from emqx_tui.demo.v5_clients import ClientsV5
from emqx_tui.demo.v5_errors import error, natural, truth, unknown_node, unknown_path
from emqx_tui.demo.v5_integration import IntegrationV5
from emqx_tui.demo.v5_messages import MessagesV5
from emqx_tui.demo.v5_routes import CLOSED, TIMEOUT, Call, Route, Router, get, late
from emqx_tui.demo.v5_system import SystemV5
from emqx_tui.demo.v5_watch import WatchV5
from emqx_tui.demo.world import Cluster, Node


_BASE = "/api/v5"
_NO_CLAUSE = "error, function_clause, [{emqx_mgmt_api_nodes,format,[{error,timeout}],[]}]"
_RETRY = ("retry-after", "15")


class Emqx5:
    """One simulated EMQX 5.8 cluster behind its dashboard's API; the first node answers."""

    idle_seconds: float | None = 5.0
    garbage = Answer(400, headers=(("connection", "close"),))

    def __init__(self, cluster: Cluster, api_key: str, secret: str, clock: Clock) -> None:
        self._cluster = cluster
        self._credentials = (api_key, secret)
        self._clock = clock
        self._bodies = BodiesV5(cluster)
        population = Population(cluster)
        self._router = Router(
            [
                *self._routes(),
                *ClientsV5(cluster, population).routes(),
                *WatchV5(cluster).routes(),
                *MessagesV5(cluster, population).routes(),
                *IntegrationV5(cluster).routes(),
                *AccessV5(cluster, population).routes(),
                *SystemV5(cluster).routes(),
            ]
        )

    def answer(self, request: Request) -> Answer:
        """The answer to one request: the path comes first, then the method and the credentials, as in EMQX 5."""
        path = request.path.rstrip("/")
        if path in {"/status", f"{_BASE}/status"}:
            return self._status(request)
        if not path:
            return cowboy(404, b"", ("accept-ranges", "bytes"))
        if not path.startswith(_BASE + "/"):
            return unknown_path(request)
        return self._router.answer(request, path.removeprefix(_BASE), self._credentials, self._clock())

    def _routes(self) -> list[Route]:
        bodies = self._bodies
        return [
            get("/nodes", lambda call: self._late(call, 30, cowboy_json(200, bodies.nodes(call.now)))),
            get("/cluster", lambda call: cowboy_json(200, bodies.cluster(call.now))),
            get("/cluster/topology", lambda call: self._late(call, 30, cowboy_json(200, bodies.topology(call.now)))),
            get("/stats", self._stats),
            get("/metrics", self._metrics),
            get("/monitor", lambda call: self._monitor(call, None)),
            get("/monitor_current", lambda call: self._monitor_current(call, None)),
            get("/nodes/{}", lambda call: self._of_node("nodes", "", call)),
            get("/nodes/{}/stats", lambda call: self._of_node("nodes", "stats", call)),
            get("/nodes/{}/metrics", lambda call: self._of_node("nodes", "metrics", call)),
            get("/monitor/nodes/{}", lambda call: self._of_node("monitor", "", call)),
            get("/monitor_current/nodes/{}", lambda call: self._of_node("monitor_current", "", call)),
        ]

    def _status(self, request: Request) -> Answer:
        name = self._cluster.nodes[0].plan.name
        if request.parameters().get("format") != "json":
            return cowboy(200, f"Node {name} is started\nemqx is running".encode(), TEXT, _RETRY)
        plan = self._cluster.plan
        status = {
            "node_name": name,
            "rel_vsn": f"{'e' if plan.edition == 'Enterprise' else 'v'}{plan.version}",
            "broker_status": "started",
            "app_status": "running",
        }
        return cowboy_json(200, status, _RETRY)

    def _stats(self, call: Call) -> Answer:
        if self._cluster.hung_for(call.now):
            return self._late(call, 60, CLOSED)
        aggregate = truth(call.parameters, "aggregate")
        return cowboy_json(200, self._bodies.all_stats(call.now, aggregate=aggregate))

    def _metrics(self, call: Call) -> Answer:
        if self._cluster.hung_for(call.now):
            return self._late(call, 5, error(500, "INTERNAL_ERROR", TIMEOUT))
        wanted, aggregate = call.parameters.get("node"), truth(call.parameters, "aggregate")
        return cowboy_json(200, self._bodies.all_metrics(call.now, aggregate=aggregate, wanted=wanted))

    def _monitor(self, call: Call, node: Node | None) -> Answer:
        latest = natural(call.parameters, "latest", 0, "1..inf") or None
        if node is None and self._cluster.hung_for(call.now):
            return self._late(call, 5, error(500, "INTERNAL_ERROR", TIMEOUT))
        return cowboy_json(200, self._bodies.monitor(call.now, latest, node))

    def _monitor_current(self, call: Call, node: Node | None) -> Answer:
        if node is None and self._cluster.hung_for(call.now):
            return self._late(call, 5, error(500, "INTERNAL_ERROR", TIMEOUT))
        return cowboy_json(200, self._bodies.monitor_current(call.now, node))

    def _of_node(self, kind: str, rest: str, call: Call) -> Answer:
        name, now = call.parts[0], call.now
        node = self._cluster.node(name)
        if node is not None and node is self._cluster.hung(now):
            return self._of_hung(kind, rest, call)
        if node is None or not node.runs(now):
            return unknown_node(name)
        if kind == "monitor":
            return self._monitor(call, node)
        if kind == "monitor_current":
            return self._monitor_current(call, node)
        look = {"": self._bodies.node, "stats": self._bodies.stats, "metrics": self._bodies.metrics}[rest]
        return cowboy_json(200, look(node, now))

    def _of_hung(self, kind: str, rest: str, call: Call) -> Answer:
        if kind != "nodes":
            return self._late(call, 5, error(500, "INTERNAL_ERROR", TIMEOUT))
        if rest:
            return self._late(call, 60, CLOSED)
        return self._late(call, 30, error(500, "INTERNAL_ERROR", _NO_CLAUSE))

    def _late(self, call: Call, seconds: float, outcome: Answer) -> Answer:
        return late(self._cluster, call.now, seconds, outcome)
