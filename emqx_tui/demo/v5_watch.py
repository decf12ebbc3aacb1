"""Alarms, listeners, slow subscriptions and topic metrics of a simulated EMQX 5.8 (EMQX API reference, 3B.5)."""

from emqx_tui.demo.alarms import Alarm, alarms_v5
from emqx_tui.demo.changes import SlowSettings
from emqx_tui.demo.exchange import Answer, cowboy, cowboy_json
from emqx_tui.demo.formats import rfc3339, rfc3339_seconds
from emqx_tui.demo.listeners import Listener, listeners
from emqx_tui.demo.v5_errors import ParameterError, RefusedError, error, pages, truth
from emqx_tui.demo.v5_routes import CLOSED, NO_CONTENT, Call, Route, get, late, needing_all, page_of
from emqx_tui.demo.watch import TopicMetrics, slow_settings, slow_subscriptions, topic_counts, topic_metrics
from emqx_tui.demo.world import Cluster


_DONE = cowboy(200, b"")
_NO_LISTENER = error(404, "BAD_LISTENER_ID", "Listener id not found")
_TYPES = frozenset({"tcp", "ssl", "ws", "wss", "quic"})
_SETTINGS = ("enable", "expire_interval", "stats_type", "threshold", "top_k_num")
_QOS = (0, 1, 2)


class WatchV5:
    """The answers about what is watched in one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def routes(self) -> list[Route]:
        """The paths that are answered here."""
        return [
            Route("/alarms", {"GET": self._alarms, "DELETE": self._forget_alarms}),
            Route("/alarms/force_deactivate", {"POST": self._deactivate}),
            get("/listeners", self._listeners),
            get("/listeners/{}", self._listener),
            Route("/listeners/{}/start", {"POST": lambda call: self._switch(call, "start")}),
            Route("/listeners/{}/stop", {"POST": lambda call: self._switch(call, "stop")}),
            Route("/listeners/{}/restart", {"POST": lambda call: self._switch(call, "restart")}),
            Route("/slow_subscriptions", {"GET": self._slow, "DELETE": self._forget_slow}),
            Route("/slow_subscriptions/settings", {"GET": self._slow_settings, "PUT": self._set_slow}),
            Route("/mqtt/topic_metrics", {"GET": self._topics, "PUT": self._reset_topic}),
            get("/mqtt/topic_metrics/{}", self._topic),
        ]

    def _alarms(self, call: Call) -> Answer:
        page, limit = pages(call.parameters)
        activated = truth(call.parameters, "activated", default=True)
        found = [alarm for alarm in alarms_v5(self._cluster, call.now) if (alarm.over is None) is activated]
        answer = page_of([_alarm(alarm, call.now) for alarm in found], page, limit)
        return needing_all(self._cluster, call.now) or answer

    def _forget_alarms(self, call: Call) -> Answer:
        self._cluster.changes.forgotten_before = call.now
        return NO_CONTENT

    def _deactivate(self, call: Call) -> Answer:
        """Only the alarms of the node that answers, as in EMQX up to 5.8."""
        name = str(call.fields(("name", "message"), ("name",))["name"])
        first = self._cluster.nodes[0].plan.name
        mine = [alarm for alarm in alarms_v5(self._cluster, call.now) if alarm.node == first and alarm.over is None]
        if all(alarm.name != name for alarm in mine):
            return error(400, "BAD_REQUEST", "not_found")
        self._cluster.changes.deactivated[name, first] = call.now
        return NO_CONTENT

    def _listeners(self, call: Call) -> Answer:
        if self._cluster.hung_for(call.now):
            return late(self._cluster, call.now, 60, CLOSED)
        wanted = call.parameters.get("type")
        found: dict[str, list[Listener]] = {}
        for one in listeners(self._cluster, call.now):
            if wanted in {None, one.type}:
                found.setdefault(one.id, []).append(one)
        return cowboy_json(200, [_listener(found[ident]) for ident in sorted(found)])

    def _listener(self, call: Call) -> Answer:
        here = self._known(call)[0]
        row = {
            "id": here.id,
            "type": here.type,
            "bind": here.bind,
            "enable": here.enabled,
            "enable_authn": True,
            "acceptors": here.acceptors,
            "access_rules": ["allow all"],
            "running": here.running,
            "current_connections": here.current,
            "max_connections": "infinity" if here.most is None else here.most,
            "max_conn_rate": "infinity",
            "mountpoint": "",
            "proxy_protocol": False,
            "proxy_protocol_timeout": "3s",
            "tcp_options": _TCP_OPTIONS,
            "zone": "default",
        }
        return cowboy_json(200, row)

    def _known(self, call: Call) -> list[Listener]:
        ident = call.parts[0]
        kind, colon, _ = ident.partition(":")
        if not colon or kind not in _TYPES:
            raise ParameterError("id", ident, f"{{invalid_listener_id,{ident}}}")
        found = [one for one in listeners(self._cluster, call.now) if one.id == ident]
        if not found:
            raise RefusedError(_NO_LISTENER)
        return found

    def _switch(self, call: Call, what: str) -> Answer:
        ident = self._known(call)[0].id
        self._cluster.changes.switch_listener(ident, running=what != "stop")
        if what == "restart":
            self._cluster.changes.restarted["listener", ident] = call.now
        return _DONE

    def _slow(self, call: Call) -> Answer:
        if self._cluster.hung_for(call.now):
            return late(self._cluster, call.now, 60, CLOSED)
        rows = [
            {
                "clientid": row.clientid,
                "node": row.node,
                "topic": row.topic,
                "timespan": row.timespan,
                "last_update_time": int(row.updated_at * 1000),
            }
            for row in slow_subscriptions(self._cluster, call.now)
        ]
        return cowboy_json(200, {"data": rows})

    def _forget_slow(self, call: Call) -> Answer:
        self._cluster.changes.slow_cleared = call.now
        return NO_CONTENT

    def _slow_settings(self, _: Call) -> Answer:
        now = slow_settings(self._cluster)
        row = {
            "enable": now.enabled,
            "expire_interval": f"{now.expires}s",
            "stats_type": now.measure,
            "threshold": f"{now.threshold}ms",
            "top_k_num": now.most,
        }
        return cowboy_json(200, row)

    def _set_slow(self, call: Call) -> Answer:
        sent, before = call.fields(_SETTINGS, ()), slow_settings(self._cluster)
        self._cluster.changes.slow_settings = SlowSettings(
            bool(sent.get("enable", before.enabled)),
            _duration(sent, "threshold", before.threshold, {"ms": 1, "s": 1000}),
            _duration(sent, "expire_interval", before.expires, {"s": 1, "m": 60}),
            int(str(sent.get("top_k_num", before.most))),
            str(sent.get("stats_type", before.measure)),
        )
        return self._slow_settings(call)

    def _topics(self, call: Call) -> Answer:
        return cowboy_json(200, [self._counted(topic, call.now) for topic in topic_metrics(self._cluster)])

    def _topic(self, call: Call) -> Answer:
        for topic in topic_metrics(self._cluster):
            if topic.topic == call.parts[0]:
                return cowboy_json(200, self._counted(topic, call.now))
        return error(404, "TOPIC_NOT_FOUND", "Topic not found")

    def _reset_topic(self, call: Call) -> Answer:
        """Of one topic, or without one of all."""
        sent = call.fields(("action", "topic"), ("action",))
        if sent["action"] != "reset":
            raise ParameterError("root.action", sent["action"], "not_a_enum_symbol")
        known = [topic.topic for topic in topic_metrics(self._cluster)]
        wanted = known if sent.get("topic") is None else [str(sent["topic"])]
        if not set(wanted) <= set(known):
            return error(404, "TOPIC_NOT_FOUND", "Topic not found")
        for topic in wanted:
            self._cluster.changes.resets["topic", topic] = call.now
        return NO_CONTENT

    def _counted(self, topic: TopicMetrics, now: float) -> dict[str, object]:
        each = [topic_counts(topic, node, now) for node in self._cluster.running(now)]
        metrics: dict[str, float] = {
            "messages.dropped.count": sum(one.dropped for one in each),
            "messages.dropped.rate": sum(one.dropped_rate for one in each),
            "messages.in.count": sum(sum(one.received) for one in each),
            "messages.in.rate": sum(sum(one.received_rates) for one in each),
            "messages.out.count": sum(sum(one.sent) for one in each),
            "messages.out.rate": sum(sum(one.sent_rates) for one in each),
        }
        for qos in _QOS:
            metrics |= {
                f"messages.qos{qos}.in.count": sum(one.received[qos] for one in each),
                f"messages.qos{qos}.in.rate": sum(one.received_rates[qos] for one in each),
                f"messages.qos{qos}.out.count": sum(one.sent[qos] for one in each),
                f"messages.qos{qos}.out.rate": sum(one.sent_rates[qos] for one in each),
            }
        metrics = {name: float(value) if name.endswith("rate") else value for name, value in metrics.items()}
        row: dict[str, object] = {
            "topic": topic.topic,
            "create_time": rfc3339_seconds(topic.created_at),
            "metrics": metrics,
        }
        return row if topic.reset_at is None else row | {"reset_time": rfc3339_seconds(topic.reset_at)}


_TCP_OPTIONS = {
    "active_n": 100,
    "backlog": 1024,
    "buffer": "4KB",
    "high_watermark": "1MB",
    "keepalive": "none",
    "nodelay": True,
    "nolinger": False,
    "reuseaddr": True,
    "send_timeout": "15s",
    "send_timeout_close": True,
}


def _duration(sent: dict[str, object], name: str, before: int, units: dict[str, int]) -> int:
    text = str(sent.get(name, before))
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = text[len(digits) :]
    if not digits.isdigit() or (unit and unit not in units):
        raise ParameterError(f"root.{name}", text, "Unable to parse string")
    return int(digits) * units.get(unit, 1)


def _listener(each: list[Listener]) -> dict[str, object]:
    """One listener over all its nodes: as EMQX does, `inconsistent` where it does not run on all of them."""
    first = each[0]
    unlimited = any(one.most is None for one in each)
    running = {one.running for one in each}
    return {
        "id": first.id,
        "type": first.type,
        "name": first.name,
        "enable": first.enabled,
        "acceptors": first.acceptors,
        "bind": first.bind,
        "number": len(each),
        "status": {
            "running": first.running if len(running) == 1 else "inconsistent",
            "max_connections": "infinity" if unlimited else sum(one.most or 0 for one in each),
            "current_connections": sum(one.current for one in each),
        },
        "node_status": [
            {
                "node": one.node,
                "status": {
                    "running": one.running,
                    "max_connections": "infinity" if one.most is None else one.most,
                    "current_connections": one.current,
                },
            }
            for one in each
        ],
    }


def _alarm(alarm: Alarm, now: float) -> dict[str, object]:
    until = now if alarm.over is None else alarm.over
    row: dict[str, object] = {
        "node": alarm.node,
        "name": alarm.name,
        "message": alarm.message,
        "details": alarm.details,
        "activate_at": rfc3339(alarm.since),
        "duration": int((until - alarm.since) * 1000),
    }
    return row if alarm.over is None else row | {"deactivate_at": rfc3339(alarm.over)}
