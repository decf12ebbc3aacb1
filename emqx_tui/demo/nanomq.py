"""A simulated NanoMQ 0.25: what it answers to each request (measured on 0.25.3)."""

import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from emqx_tui.demo.exchange import JSON, TEXT, Answer, Clock, Request, basic_credentials, dump
from emqx_tui.demo.formats import local_time
from emqx_tui.demo.nanomq_objects import BRIDGES, ROUTES, RULES, bridges, topic_tree
from emqx_tui.demo.population import Client, Population, Subscription
from emqx_tui.demo.publishing import KEPT, Message, WrongMessageError, nanomq_messages
from emqx_tui.demo.world import Cluster


_BASE = "/api/v4"
_PAGE = b"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>"
_WRITES = frozenset({"POST", "PUT", "DELETE"})
_WORDS: dict[str, frozenset[str]] = {
    "conn_state": frozenset({"connected", "disconnected"}),
    "clean_start": frozenset({"true", "false"}),
    "proto_ver": frozenset({"3", "4", "5"}),
}
_FREE = frozenset({"clientid", "client_id", "username", "proto_name"})


class NanoMq:
    """One simulated NanoMQ behind its HTTP server."""

    idle_seconds: float | None = None
    garbage = Answer(None)

    def __init__(self, cluster: Cluster, user: str, password: str, clock: Clock) -> None:
        self._cluster = cluster
        self._node = cluster.nodes[0]
        self._credentials = (user, password)
        self._clock = clock
        self._population = Population(cluster)
        self._data: dict[str, Callable[[float], object]] = {
            "": lambda _: [_Route(*route)._asdict() for route in ROUTES],
            "brokers": self._brokers,
            "nodes": self._nodes,
            "subscriptions": lambda now: list(map(_subscription, self._subscriptions(now))),
            "topic-tree": lambda now: topic_tree(self._subscriptions(now)),
            "rules": lambda _: [rule._asdict() for rule in self._rules],
            "bridges": lambda _: bridges(self._bridges),
        }
        self._rules, self._bridges = list(RULES), list(BRIDGES)
        self.published: deque[Message] = deque(maxlen=KEPT)
        """The last messages that came through the API, as their subscribers got them."""

    def answer(self, request: Request) -> Answer:
        """The answer to one request; nothing in it is percent-decoded, as in NanoMQ.

        An error comes back in the content type that the request had.
        """
        path = request.path.removesuffix("/")
        if path != _BASE and not path.startswith(_BASE + "/"):
            return Answer(404, _PAGE, (("content-type", "text/html; charset=UTF-8"),))
        answer = self._answer(path, request)
        kept = request.headers.get("content-type")
        return answer if answer.headers or kept is None else Answer(answer.status, answer.body, ((JSON[0], kept),))

    def _answer(self, path: str, request: Request) -> Answer:
        header = request.headers.get("authorization", "")
        if not header.startswith("Basic "):
            return _code(401, 104)
        if basic_credentials(header) != self._credentials:
            return _code(401, 103)
        path = path.removeprefix(_BASE).removeprefix("/")
        if request.method in _WRITES:
            return self._written(path, request)
        return self._get(path, request.query, self._clock()) if request.method == "GET" else _code(405, 102)

    def _written(self, path: str, request: Request) -> Answer:
        """What becomes of a write."""
        kind, _, name = path.rpartition("/")
        writes: dict[tuple[str, str], Callable[[str, object], Answer]] = {
            ("POST", "mqtt/publish"): self._publish,
            ("POST", "mqtt/publish_batch"): self._publish_batch,
            ("PUT", "rules"): self._update_rule,
            ("POST", "bridges/switch"): self._switch_bridge,
        }
        if (request.method, kind) == ("DELETE", "rules"):
            return self._delete_rule(name)
        write = writes.get((request.method, path)) or writes.get((request.method, kind))
        if write is None:
            return _code(404, 102)
        try:
            body, _ = json.JSONDecoder().raw_decode(request.body.decode().lstrip())
        except ValueError:
            body = None
        batch = path == "mqtt/publish_batch"
        return write(name, body) if isinstance(body, list if batch else dict) else _code(400, 109)

    def _publish(self, _name: str, body: object) -> Answer:
        code = self._take(body)
        return _code(200, code) if code else _succeeded({})

    def _publish_batch(self, _name: str, body: object) -> Answer:
        each = [one for one in body if isinstance(one, dict)] if isinstance(body, list) else []
        data = [{"topic": one.get("topic", one.get("topics")), "code": self._take(one)} for one in each]
        return _succeeded({"data": data})

    def _take(self, wanted: object) -> int:
        """Publish what one object wants; the result code."""
        try:
            self.published.extend(nanomq_messages(wanted if isinstance(wanted, dict) else {}))
        except WrongMessageError as error:
            return error.code
        return 0

    def _update_rule(self, name: str, body: object) -> Answer:
        place = self._rule_place(name)
        enabled = body.get("enabled") if isinstance(body, dict) else None
        if place is None or not isinstance(enabled, bool):
            return _code(400, 108)
        self._rules[place] = self._rules[place]._replace(enabled=enabled)
        return _succeeded({"data": self._rules[place]._asdict()})

    def _delete_rule(self, name: str) -> Answer:
        place = self._rule_place(name)
        if place is None:
            return _code(400, 107)
        del self._rules[place]
        return _succeeded({})

    def _rule_place(self, name: str) -> int | None:
        """Where the rule is that a path calls `rule:1`."""
        ids = [f"rule:{rule.id}" for rule in self._rules]
        return ids.index(name) if name in ids else None

    def _switch_bridge(self, name: str, body: object) -> Answer:
        """Switch a bridge on or off; to do so twice is an error. To one that is not there, the answer has no body."""
        data = body.get("data") if isinstance(body, dict) else None
        wanted = data.get("bridge_switch") if isinstance(data, dict) else None
        names = [bridge.name for bridge in self._bridges]
        if not isinstance(wanted, bool):
            return _code(400, 108)
        if name not in names:
            return Answer(204, headers=(JSON,))
        bridge = self._bridges[names.index(name)]
        if bridge.enabled == wanted:
            return _code(400, 108)
        self._bridges[names.index(name)] = bridge._replace(enabled=wanted)
        return _succeeded({})

    def _get(self, path: str, query: str, now: float) -> Answer:
        if path in self._data:
            return _success(self._data[path](now))
        if path == "metrics":
            return Answer(200, dump(self._metrics(now)), (JSON,))
        if path == "prometheus":
            return Answer(200, self._prometheus(now).encode(), (TEXT,))
        if path == "clients":
            return self._clients(query, now)
        kind, _, wanted = path.partition("/")
        if kind == "clients" and wanted and wanted.count("/") == int(wanted.startswith("username/")):
            name = "username" if wanted.startswith("username/") else "client_id"
            return _success(self._matching({name: wanted.rpartition("/")[2]}, now))
        return self._one(kind, wanted, now) if wanted and "/" not in wanted else _code(404, 102)

    def _one(self, kind: str, wanted: str, now: float) -> Answer:
        if kind == "subscriptions":
            found = [row for row in self._subscriptions(now) if row.clientid == wanted]
            return _success(list(map(_subscription, found)))
        if kind == "bridges":
            return _success(bridges(bridge for bridge in self._bridges if bridge.name == wanted))
        if kind == "rules":
            place = self._rule_place(wanted)
            return _code(400, 107) if place is None else _success(self._rules[place]._asdict())
        return _code(404, 102)

    def _brokers(self, now: float) -> object:
        return [
            {
                "datetime": local_time(now, 1),
                "node_status": "Running",
                "sysdescr": "NanoMQ Broker",
                "uptime": self._uptime(now),
                "version": self._cluster.plan.version,
            }
        ]

    def _nodes(self, now: float) -> object:
        return [
            {
                "connections": self._node.sessions(now),
                "node_status": "Running",
                "uptime": self._uptime(now),
                "version": self._cluster.plan.version,
            }
        ]

    def _uptime(self, now: float) -> str:
        left = int(self._node.uptime(now))
        return f"{left // 3600} Hours, {left // 60 % 60} minutes, {left % 60} seconds"

    def _metrics(self, now: float) -> object:
        """The only answer without a code: bytes as text, and the processor's part since anybody asked last."""
        bridge = {
            "bridge name": "uplink",
            "sent messages": self._node.traffic(now).received // 2,
            "received messages": self._node.traffic(now).sent // 90,
            "sent bytes": self._node.traffic(now).received * 74,
            "received bytes": self._node.traffic(now).sent // 90 * 120,
            "MQTT reconnect times": 3,
            "uplink msg dropped": self._node.traffic(now).dropped,
            "downlink msg dropped": 0,
        }
        return {
            "metrics": [bridge] if self._bridges[0].enabled else [],
            "cpuinfo": f"{self._cpu(now):.2f}%",
            "memory": str(self._memory(now)),
            "connections": self._node.sessions(now),
        }

    def _cpu(self, now: float) -> float:
        return 1.2 * self._cluster.tide.level(now) + 0.07 * self._node.jitter(now)

    def _memory(self, now: float) -> int:
        return 11_400_000 + 4096 * (self._node.sessions(now) + self._node.jitter(now, 1))

    def _prometheus(self, now: float) -> str:
        traffic, sessions = self._node.traffic(now), self._node.sessions(now)
        peak, live, topics = self._node.peak(now), self._node.live(now), self._cluster.topics(now)
        cpu, memory = self._cpu(now), self._memory(now)
        families = (
            ("connections_count", "gauge", "", live),
            ("connections_max", "gauge", "", peak),
            ("sessions_count", "gauge", "", sessions),
            ("sessions_max", "gauge", "", peak),
            ("topics_count", "gauge", "", topics),
            ("topics_max", "gauge", "", self._cluster.plan.topics + 500),
            ("subscribers_count", "gauge", "", sessions),
            ("subscribers_max", "gauge", "", peak),
            ("messages_received", "counter", "", traffic.received),
            ("messages_sent", "counter", "", traffic.sent),
            ("messages_dropped", "counter", "", traffic.dropped),
            ("memory_usage", "gauge", " (b)", memory),
            ("memory_usage_max", "gauge", " (b)", 11_400_000 + 4096 * (peak + 40)),
            ("cpu_usage", "gauge", " (%)", f"{cpu:.2f}"),
            ("cpu_usage_max", "gauge", " (%)", "4.71"),
        )
        return "".join(
            f"# TYPE nanomq_{name} {kind}\n# HELP nanomq_{name}{unit}\nnanomq_{name} {value}\n"
            for name, kind, unit, value in families
        )

    def _clients(self, query: str, now: float) -> Answer:
        wanted: dict[str, str] = {}
        for part in filter(None, query.split("&")):
            name, _, value = part.partition("=")
            if name not in _FREE and (name not in _WORDS or value not in _WORDS[name]):
                return _code(400, 108)
            if value:
                wanted["client_id" if name == "clientid" else name] = value
        return _success(self._matching(wanted, now))

    def _matching(self, wanted: dict[str, str], now: float) -> list[dict[str, object]]:
        rows = map(_client, self._everybody(now))
        return [row for row in rows if all(_text(row.get(name)) == value for name, value in wanted.items())]

    def _everybody(self, now: float) -> Iterable[Client]:
        return self._population.page(now, [self._node], 0, self._node.sessions(now))

    def _subscriptions(self, now: float) -> list[Subscription]:
        return [row for client in self._everybody(now) for row in self._population.subscriptions_of(client)]


class _Route(NamedTuple):
    method: str
    path: str
    name: str
    descr: str


def _subscription(row: Subscription) -> dict[str, object]:
    return {"clientid": row.clientid, "topic": row.topic, "qos": row.qos}


def _client(client: Client) -> dict[str, object]:
    row: dict[str, object] = {
        "client_id": client.clientid,
        "username": client.username or "",
        "keepalive": client.keepalive,
        "conn_state": "connected" if client.connected else "disconnected",
        "clean_start": client.expiry == 0 or not client.connected,
        "proto_name": "MQIsdp" if client.proto_ver == 3 else "MQTT",
        "proto_ver": client.proto_ver,
    }
    if client.port % 5 == 0:
        row |= {"will_topic": f"state/{client.clientid}", "will_msg": "offline"}
    return row


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _success(data: object) -> Answer:
    return _succeeded({"data": data})


def _succeeded(more: dict[str, object]) -> Answer:
    return Answer(200, dump({"code": 0, **more}), (JSON,))


def _code(status: int, code: int) -> Answer:
    """An error in the shape that NanoMQ gives it: a number, no message, no content type."""
    return Answer(status, dump({"code": code}))
