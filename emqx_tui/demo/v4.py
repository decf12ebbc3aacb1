"""A simulated EMQX 4.4: what it answers to each request (EMQX API reference, chapters 3A and 5)."""

import re
from collections.abc import Callable, Mapping, Sequence
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
from emqx_tui.demo.v4_bodies import BodiesV4
from emqx_tui.demo.v4_filters import FilterError, paging
from emqx_tui.demo.v4_objects import SLOW_SUBS, TOPIC_METRICS, TRACE, ObjectsV4
from emqx_tui.demo.v4_routes import ROUTES
from emqx_tui.demo.v4_rules import RulesV4
from emqx_tui.demo.v4_sessions import SessionsV4
from emqx_tui.demo.v4_writes import INTERNAL, NOT_FOUND, WritesV4, failed, told
from emqx_tui.demo.world import Cluster, Node


HANG_SECONDS = 60.0
"""After so long without a byte Cowboy closes the connection."""

_COUNT_SECONDS = 5.0
_BASE = "/api/v4"
_ATOMS = frozenset({"nonode@nohost", "undefined"})
"""Names that are no nodes of the cluster but that every Erlang system knows: they count as nodes that are down."""

_NODE_PATH = re.compile(r"/(brokers|nodes)/([^/]+)(?:/(.+))?")
_ONE_PATH = re.compile(r"/(rules|resources|resource_status|topic-metrics|trace)/([^/]+)(/detail)?")
_MANY_SLASHES = re.compile(r"//+")
_ALARM_LISTS = frozenset({"alarms", "alarms/activated", "alarms/deactivated"})
_SESSIONS = frozenset({"clients", "subscriptions"})
_Look = Callable[[Node, float], object]
_CLOSED = Answer(None)
_UNENCODABLE = Answer(204)


class Emqx4:
    """One simulated EMQX 4.4 cluster behind its management API; the first node answers."""

    idle_seconds: float | None = 5.0
    garbage = Answer(400, headers=(("connection", "close"),))

    def __init__(self, cluster: Cluster, app_id: str, app_secret: str, clock: Clock) -> None:
        self._cluster = cluster
        self._credentials = (app_id, app_secret)
        self._clock = clock
        self._sessions = SessionsV4(cluster)
        self._objects = objects = ObjectsV4(cluster)
        self._rules = RulesV4(cluster)
        self._writes = WritesV4(cluster, objects, self._rules)
        self.published = self._writes.published
        bodies = BodiesV4(cluster)
        self._lists: dict[str, _Look] = {
            "/brokers": bodies.broker,
            "/nodes": bodies.node,
            "/stats": bodies.stats,
            "/metrics": bodies.metrics,
            "/alarms": partial(bodies.named_alarms, activated=None),
            "/alarms/activated": partial(bodies.named_alarms, activated=True),
            "/alarms/deactivated": partial(bodies.named_alarms, activated=False),
            "/listeners": objects.named_listeners,
            "/plugins": objects.named_plugins,
            "/modules": objects.named_modules,
        }
        self._of_one: dict[str, _Look] = {
            "": bodies.node,
            "stats": partial(stats_v4, cluster),
            "metrics": partial(metrics_v4, cluster),
            "alarms": partial(bodies.alarms, activated=None),
            "alarms/activated": partial(bodies.alarms, activated=True),
            "alarms/deactivated": partial(bodies.alarms, activated=False),
            "listeners": objects.listeners,
            "plugins": objects.plugins,
            "modules": objects.modules,
        }
        self._broker = bodies.broker
        self._whole: dict[str, Callable[[Mapping[str, str], float], Answer]] = {
            "/rules": lambda parameters, now: _paged(self._rules.rules(now), parameters, more=True),
            "/resources": lambda _, now: _success(self._rules.resources(now)),
            "/topic-metrics": lambda _, now: self._loaded(TOPIC_METRICS) or _success(objects.topic_metrics(now)),
            "/slow_subscriptions": lambda _, now: self._loaded(SLOW_SUBS) or _success(objects.slow(now)),
            "/trace": lambda _, now: self._loaded(TRACE) or _success(objects.traces(now)),
        }
        self._local: dict[str, Callable[[Mapping[str, str], float], Answer]] = {
            "": lambda *_: _success([route._asdict() for route in ROUTES]),
            "/banned": lambda parameters, now: _paged(objects.bans(now), parameters, more=False),
        }

    def answer(self, request: Request) -> Answer:
        """The answer to one request: credentials come first, then the path, as in EMQX 4."""
        now = self._clock()
        path = _MANY_SLASHES.sub("/", request.path).rstrip("/")
        if path == "/status" and request.method == "GET":
            name = self._cluster.nodes[0].plan.name
            return cowboy(200, f"Node {name} is started\nemqx is running".encode(), TEXT)
        if path != _BASE and not path.startswith(_BASE + "/"):
            return cowboy(404, b"")
        if basic_credentials(request.headers.get("authorization", "")) != self._credentials:
            return cowboy(401, b"UNAUTHORIZED", ("www-authenticate", 'Basic Realm="minirest-server"'))
        path = path.removeprefix(_BASE)
        if request.method == "GET":
            return self._get(path, request, now)
        waits = None if self._writes.local(request.method, path) else self._held(now)
        return waits or self._writes.answer(request.method, path, request.body, now)

    def _get(self, path: str, request: Request, now: float) -> Answer:
        if path in self._local:
            return self._local[path](request.parameters(), now)
        if path in self._lists:
            look, running = self._lists[path], self._cluster.running(now)
            return self._held(now) or _success([look(node, now) for node in running])
        if path in self._whole:
            return self._held(now) or self._whole[path](request.parameters(), now)
        found = _NODE_PATH.fullmatch(path)
        if found:
            return self._of_node(found[1], found[2], found[3] or "", request, now)
        found = _ONE_PATH.fullmatch(path)
        if found:
            return self._held(now) or self._one(found[1], unquote(found[2]), found[3], now)
        return self._of_sessions(path[1:], request, now)

    def _of_sessions(self, path: str, request: Request, now: float) -> Answer:
        """Clients, subscriptions and routes of all nodes; routes are in a table of every node's own."""
        kind, _, name = path.partition("/")
        if kind in _SESSIONS and not name and self._cluster.hung_for(now):
            return held(self._cluster.hung_for(now), _COUNT_SECONDS, INTERNAL)
        waits = self._held(now) if kind in _SESSIONS else None
        return waits or self._rows(path, request, self._cluster.running(now), now)

    def _rows(self, path: str, request: Request, nodes: list[Node], now: float) -> Answer:
        kind, _, name = path.partition("/")
        looks = {
            "clients": self._sessions.client,
            "subscriptions": self._sessions.subscriptions_of,
            "routes": self._sessions.route,
        }
        if kind not in looks:
            return NOT_FOUND
        if name:
            return cowboy(200, looks[kind](unquote(name), nodes, now), JSON)
        parameters = request.parameters()
        wanted = paging(parameters)
        if wanted is None:
            return INTERNAL
        if kind == "routes":
            return cowboy(200, self._sessions.routes(nodes, wanted, now), JSON)
        page = self._sessions.clients if kind == "clients" else self._sessions.subscriptions
        try:
            return cowboy(200, page(nodes, wanted, parameters, now), JSON)
        except FilterError as error:
            return failed(108, str(error))

    def _one(self, kind: str, wanted: str, detail: str | None, now: float) -> Answer:
        """One rule, resource or watched topic; of a trace only the details could be asked for."""
        if kind == "trace" and detail:
            return failed("NOT_FOUND", f"{wanted} NOT FOUND")
        if kind == "trace" or detail:
            return NOT_FOUND
        if kind == "topic-metrics":
            return self._loaded(TOPIC_METRICS) or _success(self._objects.topic(wanted, now))
        looks = {"rules": self._rules.rule, "resources": self._rules.resource, "resource_status": self._rules.alive}
        found = looks[kind](wanted, now)
        if found is not None:
            return _success(found)
        return failed(400, f"Resource {wanted} Not Found") if kind == "resource_status" else failed(404, "Not Found")

    def _loaded(self, module: str) -> Answer | None:
        """What is answered in place of a module's data while it is not loaded."""
        return None if self._objects.active(module) else told("module_not_loaded")

    def _of_node(self, kind: str, name: str, rest: str, request: Request, now: float) -> Answer:
        node = self._cluster.node(name)
        if (node is None and name not in _ATOMS) or (kind == "brokers" and rest):
            return NOT_FOUND
        if node is not None and node is self._cluster.hung(now):
            return held(self._cluster.hung_for(now), HANG_SECONDS, _CLOSED)
        if node is None or not node.runs(now):
            return _down(kind, name, rest)
        look = self._broker if kind == "brokers" else self._of_one.get(rest)
        if look is not None:
            return _success(look(node, now))
        return NOT_FOUND if rest.startswith("routes") else self._rows(rest, request, [node], now)

    def _held(self, now: float) -> Answer | None:
        """What becomes of a request that asks every node, while one of them hangs."""
        hung = self._cluster.hung_for(now)
        return held(hung, HANG_SECONDS, _CLOSED) if hung else None


def _success(value: object) -> Answer:
    return cowboy_json(200, {"code": 0, "data": value})


def _paged(rows: Sequence[object], parameters: Mapping[str, str], *, more: bool) -> Answer:
    """A page of rows that are all there already; `more` says whether this list has `hasnext`."""
    wanted = paging(parameters)
    if wanted is None:
        return INTERNAL
    meta = wanted.meta(len(rows)) | ({"hasnext": wanted.wanted.stop < len(rows)} if more else {})
    page = rows[wanted.wanted.start : wanted.wanted.stop]
    return cowboy_json(200, {"code": 0, "meta": meta, "data": page})


def _down(kind: str, name: str, rest: str) -> Answer:
    """The many ways in which EMQX 4.4 says that a node is down."""
    answers = {
        "": _success({"node": name, "error": "nodedown"}),
        "stats": told("nodedown"),
        "metrics": told("nodedown"),
        "subscriptions": told("nodedown"),
        "clients": failed(101, "nodedown"),
        "listeners": _success({"error": "nodedown"}),
        "plugins": INTERNAL,
        "modules": INTERNAL,
    }
    if kind == "brokers":
        return failed(102, "nodedown")
    if rest in answers:
        return answers[rest]
    if rest in _ALARM_LISTS or rest.startswith(("clients/", "subscriptions/")):
        return _UNENCODABLE
    return NOT_FOUND
