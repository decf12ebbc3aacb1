"""A simulated EMQX 5.8: what it answers to each request (EMQX API reference, chapters 3B and 5)."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from emqx_tui.demo.exchange import JSON, TEXT, Answer, Clock, Request, cowboy, cowboy_json, held
from emqx_tui.demo.rows import FIELDS_V5
from emqx_tui.demo.v5_bodies import BodiesV5
from emqx_tui.demo.v5_errors import (
    ParameterError,
    error,
    natural,
    one_of,
    pages,
    refused,
    unknown_node,
    unknown_path,
)
from emqx_tui.demo.world import Cluster, Node


_BASE = "/api/v5"
_NODE_PATH = re.compile(r"/(nodes|monitor/nodes|monitor_current/nodes)/([^/]+)(/stats|/metrics)?")
_CLIENT_PATH = re.compile(r"/clients/([^/]+)(/subscriptions)?")
_TIMEOUT = 'error, {erpc,timeout}, [{erpc,call,5,[{file,"erpc.erl"},{line,714}]}]'
_NO_CLAUSE = "error, function_clause, [{emqx_mgmt_api_nodes,format,[{error,timeout}],[]}]"
_CLOSED = Answer(None)
_RETRY = ("retry-after", "15")

Parameters = dict[str, str]
_Reply = Callable[[Parameters, float], Answer]


class Emqx5:
    """One simulated EMQX 5.8 cluster behind its dashboard's API; the first node answers."""

    idle_seconds: float | None = 5.0
    garbage = Answer(400, headers=(("connection", "close"),))

    def __init__(self, cluster: Cluster, api_key: str, secret: str, clock: Clock) -> None:
        self._cluster = cluster
        self._credentials = (api_key, secret)
        self._clock = clock
        self._bodies = BodiesV5(cluster)
        self._paths: dict[str, _Reply] = {
            "/nodes": self._nodes,
            "/cluster": lambda _, now: cowboy_json(200, self._bodies.cluster(now)),
            "/cluster/topology": self._topology,
            "/stats": self._stats,
            "/metrics": self._metrics,
            "/monitor": lambda asked, now: self._monitor(asked, now, None),
            "/monitor_current": lambda _, now: self._monitor_current(now, None),
            "/alarms": self._alarms,
            "/clients": self._clients,
            "/subscriptions": self._subscriptions,
        }

    def answer(self, request: Request) -> Answer:
        """The answer to one request: the path comes first, then the method and the credentials, as in EMQX 5."""
        path = request.path.rstrip("/")
        if path in {"/status", f"{_BASE}/status"}:
            return self._status(request)
        if not path:
            return cowboy(404, b"", ("accept-ranges", "bytes"))
        if not path.startswith(_BASE + "/") or not self._knows(path.removeprefix(_BASE)):
            return unknown_path(request)
        try:
            return self._unasked(request) or self._get(path.removeprefix(_BASE), request.parameters())
        except ParameterError as wrong:
            return wrong.answer()

    def _unasked(self, request: Request) -> Answer | None:
        """The answer to a request with a wrong method or wrong credentials."""
        if request.method == "OPTIONS":
            return cowboy(500, b"")
        if request.method != "GET":
            return cowboy(405, b"", ("allow", "GET"))
        return refused(request, *self._credentials)

    def _knows(self, path: str) -> bool:
        if path in self._paths or _CLIENT_PATH.fullmatch(path):
            return True
        found = _NODE_PATH.fullmatch(path)
        return found is not None and not (found[3] and found[1] != "nodes")

    def _get(self, path: str, parameters: Parameters) -> Answer:
        now = self._clock()
        if path in self._paths:
            return self._paths[path](parameters, now)
        found = _CLIENT_PATH.fullmatch(path)
        if found:
            return self._client(unquote(found[1]), now, subscriptions=found[2] is not None)
        found = _NODE_PATH.fullmatch(path)
        if found is None:
            raise ValueError(path)
        return self._of_node(found[1], unquote(found[2]), found[3] or "", parameters, now)

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

    def _nodes(self, _: Parameters, now: float) -> Answer:
        return self._late(now, 30, cowboy_json(200, self._bodies.nodes(now)))

    def _topology(self, _: Parameters, now: float) -> Answer:
        return self._late(now, 30, cowboy_json(200, self._bodies.topology(now)))

    def _stats(self, parameters: Parameters, now: float) -> Answer:
        if self._cluster.hung_for(now):
            return self._late(now, 60, _CLOSED)
        return cowboy_json(200, self._bodies.all_stats(now, aggregate=_truth(parameters, "aggregate")))

    def _metrics(self, parameters: Parameters, now: float) -> Answer:
        if self._cluster.hung_for(now):
            return self._late(now, 5, error(500, "INTERNAL_ERROR", _TIMEOUT))
        wanted, aggregate = parameters.get("node"), _truth(parameters, "aggregate")
        return cowboy_json(200, self._bodies.all_metrics(now, aggregate=aggregate, wanted=wanted))

    def _monitor(self, parameters: Parameters, now: float, node: Node | None) -> Answer:
        latest = natural(parameters, "latest", 0, "1..inf") or None
        if node is None and self._cluster.hung_for(now):
            return self._late(now, 5, error(500, "INTERNAL_ERROR", _TIMEOUT))
        return cowboy_json(200, self._bodies.monitor(now, latest, node))

    def _monitor_current(self, now: float, node: Node | None) -> Answer:
        if node is None and self._cluster.hung_for(now):
            return self._late(now, 5, error(500, "INTERNAL_ERROR", _TIMEOUT))
        return cowboy_json(200, self._bodies.monitor_current(now, node))

    def _alarms(self, parameters: Parameters, now: float) -> Answer:
        page, limit = pages(parameters)
        activated = _truth(parameters, "activated", default=True)
        return self._needing_all(now) or cowboy_json(200, self._bodies.alarms(now, page, limit, activated=activated))

    def _clients(self, parameters: Parameters, now: float) -> Answer:
        page, limit = pages(parameters)
        one_of(parameters, "conn_state", ("connected", "idle", "disconnected"), "not_a_enum_symbol")
        for name in parameters.get("fields", "clientid").split(","):
            one_of({"fields": name}, "fields", FIELDS_V5, "not_a_enum_symbol")
        nodes = self._wanted(parameters, now)
        if isinstance(nodes, Answer):
            return nodes
        return cowboy(200, self._bodies.clients(now, page, limit, parameters, nodes), JSON)

    def _subscriptions(self, parameters: Parameters, now: float) -> Answer:
        page, limit = pages(parameters)
        nodes = self._wanted(parameters, now)
        if isinstance(nodes, Answer):
            return nodes
        return cowboy(200, self._bodies.subscriptions(now, page, limit, nodes), JSON)

    def _wanted(self, parameters: Parameters, now: float) -> list[Node] | Answer:
        """The nodes whose rows are asked for, or the answer when they cannot be had."""
        running = self._cluster.running(now)
        name = parameters.get("node")
        if name is None:
            return self._needing_all(now) or running
        hung = self._cluster.hung(now)
        if hung is not None and hung.plan.name == name:
            return self._needing_all(now) or running
        chosen = [node for node in running if node.plan.name == name]
        return chosen or error(500, "NODE_DOWN", f"bad rpc call '{name}', Reason nodedown")

    def _client(self, clientid: str, now: float, *, subscriptions: bool) -> Answer:
        body = (self._bodies.subscriptions_of if subscriptions else self._bodies.client)(clientid, now)
        if body is None:
            return error(404, "CLIENTID_NOT_FOUND", "Client ID not found")
        return cowboy(200, body, JSON)

    def _of_node(self, kind: str, name: str, rest: str, parameters: Parameters, now: float) -> Answer:
        node = self._cluster.node(name)
        if node is not None and node is self._cluster.hung(now):
            return self._of_hung(kind, rest, now)
        if node is None or not node.runs(now):
            return unknown_node(name)
        if kind == "monitor/nodes":
            return self._monitor(parameters, now, node)
        if kind == "monitor_current/nodes":
            return self._monitor_current(now, node)
        look = {"": self._bodies.node, "/stats": self._bodies.stats, "/metrics": self._bodies.metrics}[rest]
        return cowboy_json(200, look(node, now))

    def _of_hung(self, kind: str, rest: str, now: float) -> Answer:
        if kind != "nodes":
            return self._late(now, 5, error(500, "INTERNAL_ERROR", _TIMEOUT))
        if rest:
            return self._late(now, 60, _CLOSED)
        return self._late(now, 30, error(500, "INTERNAL_ERROR", _NO_CLAUSE))

    def _needing_all(self, now: float) -> Answer | None:
        """What becomes of a request that needs every node's rows while one hangs."""
        hung = self._cluster.hung(now)
        if hung is None:
            return None
        told = f"bad rpc call '{hung.plan.name}', Reason {{badrpc,timeout}}"
        return self._late(now, 50, error(500, "NODE_DOWN", told))

    def _late(self, now: float, seconds: float, outcome: Answer) -> Answer:
        """The outcome; late by so many seconds while a node hangs."""
        hung = self._cluster.hung_for(now)
        return held(hung, seconds, outcome) if hung else outcome


def _truth(parameters: Parameters, name: str, *, default: bool = False) -> bool:
    text = one_of(parameters, name, ("true", "false"), "Unable to parse boolean value")
    return default if text is None else text == "true"
