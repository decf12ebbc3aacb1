"""A simulated EMQX 4.4: what it answers to each request (EMQX API reference, chapters 3A and 5)."""

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from emqx_tui.demo.counters import metrics_v4, stats_v4
from emqx_tui.demo.exchange import (
    JSON,
    TEXT,
    Answer,
    Clock,
    Request,
    basic_credentials,
    cowboy,
    cowboy_json,
    held,
)
from emqx_tui.demo.v4_bodies import BodiesV4, paging
from emqx_tui.demo.world import Cluster, Node


HANG_SECONDS = 60.0
"""After so long without a byte Cowboy closes the connection."""

_COUNT_SECONDS = 5.0
_BASE = "/api/v4"
_ATOMS = frozenset({"nonode@nohost", "undefined"})
"""Names that are no nodes of the cluster but that every Erlang system knows: they count as nodes that are down."""

_NODE_PATH = re.compile(r"/(brokers|nodes)/([^/]+)(?:/(.+))?")
_ALARM_LISTS = frozenset({"alarms", "alarms/activated", "alarms/deactivated"})
_Look = Callable[[Node, float], object]
_CLOSED = Answer(None)
_UNENCODABLE = Answer(204)
_NOT_FOUND = cowboy(404, b"Not found.", TEXT)
_INTERNAL = cowboy(500, b"Internal Error", TEXT)
_MORE_PATHS = (
    "/routes",
    "/clients",
    "/clients/:clientid",
    "/subscriptions",
    "/subscriptions/:clientid",
    "/brokers/:node",
    "/nodes/:node",
    "/nodes/:node/stats",
    "/nodes/:node/metrics",
    "/nodes/:node/alarms",
    "/nodes/:node/alarms/activated",
    "/nodes/:node/clients",
    "/nodes/:node/subscriptions",
)


class Emqx4:
    """One simulated EMQX 4.4 cluster behind its management API; the first node answers."""

    idle_seconds: float | None = 5.0
    garbage = Answer(400, headers=(("connection", "close"),))

    def __init__(self, cluster: Cluster, app_id: str, app_secret: str, clock: Clock) -> None:
        self._cluster = cluster
        self._credentials = (app_id, app_secret)
        self._clock = clock
        self._bodies = bodies = BodiesV4(cluster)
        self._lists: dict[str, _Look] = {
            "/brokers": bodies.broker,
            "/nodes": bodies.node,
            "/stats": bodies.stats,
            "/metrics": bodies.metrics,
            "/alarms": partial(bodies.named_alarms, activated=None),
            "/alarms/activated": partial(bodies.named_alarms, activated=True),
            "/alarms/deactivated": partial(bodies.named_alarms, activated=False),
        }
        self._of_one: dict[str, _Look] = {
            "": bodies.node,
            "stats": partial(stats_v4, cluster),
            "metrics": partial(metrics_v4, cluster),
            "alarms": partial(bodies.alarms, activated=None),
            "alarms/activated": partial(bodies.alarms, activated=True),
            "alarms/deactivated": partial(bodies.alarms, activated=False),
        }

    def answer(self, request: Request) -> Answer:
        """The answer to one request: credentials come first, then the path, as in EMQX 4."""
        now = self._clock()
        path = request.path.rstrip("/")
        if path == "/status" and request.method == "GET":
            name = self._cluster.nodes[0].plan.name
            return cowboy(200, f"Node {name} is started\nemqx is running".encode(), TEXT)
        if path != _BASE and not path.startswith(_BASE + "/"):
            return cowboy(404, b"")
        if basic_credentials(request.headers.get("authorization", "")) != self._credentials:
            return cowboy(401, b"UNAUTHORIZED", ("www-authenticate", 'Basic Realm="minirest-server"'))
        if request.method != "GET":
            return _NOT_FOUND
        return self._get(path.removeprefix(_BASE), request, now)

    def _get(self, path: str, request: Request, now: float) -> Answer:
        if not path:
            return _success([_route(known) for known in (*self._lists, *_MORE_PATHS)])
        if path in self._lists:
            look, running = self._lists[path], self._cluster.running(now)
            return self._held(now) or _success([look(node, now) for node in running])
        found = _NODE_PATH.fullmatch(path)
        if found:
            return self._of_node(found[1], found[2], found[3] or "", request, now)
        hung = self._cluster.hung_for(now)
        if path != "/routes" and hung and path.partition("/")[2] in {"clients", "subscriptions"}:
            return held(hung, _COUNT_SECONDS, _INTERNAL)
        running = self._cluster.running(now)
        if path.count("/") > 1 and path.startswith(("/clients/", "/subscriptions/")):
            return self._held(now) or self._rows(path[1:], request, running, now)
        return self._rows(path[1:], request, running, now)

    def _rows(self, path: str, request: Request, nodes: list[Node], now: float) -> Answer:
        kind, _, clientid = path.partition("/")
        wanted = paging(request.parameters())
        if kind not in {"clients", "subscriptions", "routes"} or (kind == "routes" and clientid):
            return _NOT_FOUND
        if clientid:
            look = self._bodies.client if kind == "clients" else self._bodies.subscriptions_of
            return cowboy(200, look(unquote(clientid), nodes, now), JSON)
        if wanted is None:
            return _INTERNAL
        if kind == "clients":
            return cowboy(200, self._bodies.clients(nodes, wanted, request.parameters(), now), JSON)
        page = self._bodies.routes if kind == "routes" else self._bodies.subscriptions
        return cowboy(200, page(nodes, wanted, now), JSON)

    def _of_node(self, kind: str, name: str, rest: str, request: Request, now: float) -> Answer:
        node = self._cluster.node(name)
        if (node is None and name not in _ATOMS) or (kind == "brokers" and rest):
            return _NOT_FOUND
        if node is not None and node is self._cluster.hung(now):
            return held(self._cluster.hung_for(now), HANG_SECONDS, _CLOSED)
        if node is None or not node.runs(now):
            return _down(kind, name, rest)
        look = self._bodies.broker if kind == "brokers" else self._of_one.get(rest)
        if look is not None:
            return _success(look(node, now))
        return _NOT_FOUND if rest == "routes" else self._rows(rest, request, [node], now)

    def _held(self, now: float) -> Answer | None:
        """What becomes of a request that asks every node, while one of them hangs."""
        hung = self._cluster.hung_for(now)
        return held(hung, HANG_SECONDS, _CLOSED) if hung else None


def _success(value: object) -> Answer:
    return cowboy_json(200, {"code": 0, "data": value})


def _route(path: str) -> dict[str, str]:
    return {"name": path[1:].replace("/", "_"), "method": "GET", "path": path, "descr": f"GET {path}"}


def _down(kind: str, name: str, rest: str) -> Answer:
    """The many ways in which EMQX 4.4 says that a node is down."""
    if kind == "brokers":
        return cowboy_json(200, {"code": 102, "message": "nodedown"})
    if rest == "":
        return _success({"node": name, "error": "nodedown"})
    if rest in {"stats", "metrics", "subscriptions"}:
        return cowboy_json(200, {"message": "nodedown"})
    if rest == "clients":
        return cowboy_json(200, {"code": 101, "message": "nodedown"})
    if rest in _ALARM_LISTS or rest.startswith(("clients/", "subscriptions/")):
        return _UNENCODABLE
    return _NOT_FOUND
