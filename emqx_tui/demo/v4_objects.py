"""Listeners, plugins, modules, bans and what is watched, in the words of EMQX 4.4 (EMQX API reference, 3A.4, 3A.5)."""

from collections.abc import Sequence
from typing import NamedTuple

from emqx_tui.demo.access import DAY, bans
from emqx_tui.demo.changes import BACK_SECONDS, Ban
from emqx_tui.demo.formats import rfc3339_seconds
from emqx_tui.demo.listeners import Listener, listeners_of
from emqx_tui.demo.traces import traces
from emqx_tui.demo.watch import (
    TopicCounts,
    TopicMetrics,
    slow_settings,
    slow_subscriptions,
    topic_counts,
    topic_metrics,
)
from emqx_tui.demo.world import Cluster, Node


_MOST = 1_024_000
_HTTP_MOST = 512
_FOR_EVER = 3650 * DAY
SLOW_SUBS = "emqx_mod_slow_subs"
TOPIC_METRICS = "emqx_mod_topic_metrics"
TRACE = "emqx_mod_trace"
_MODULES = (
    ("emqx_mod_delayed", "EMQX Delayed Publish Module", False),
    (TOPIC_METRICS, "EMQX Topic Metrics Module", True),
    ("emqx_mod_subscription", "EMQX Subscription Module", False),
    ("emqx_mod_acl_internal", "EMQX Internal ACL Module", True),
    ("emqx_mod_rewrite", "EMQX Topic Rewrite Module", False),
    ("emqx_mod_presence", "EMQX Presence Module", True),
    (TRACE, "EMQX Trace Module", True),
    (SLOW_SUBS, "EMQX Slow Subscribers Statistics Module", True),
)
_PLUGINS = (
    ("emqx_auth_http", "EMQX Authentication/ACL with HTTP API", "auth", 1),
    ("emqx_auth_jwt", "EMQX Authentication with JWT", "auth", 0),
    ("emqx_auth_mnesia", "EMQX Authentication with Mnesia", "auth", 2),
    ("emqx_bridge_mqtt", "EMQX Bridge to MQTT Broker", "bridge", 2),
    ("emqx_dashboard", "EMQX Web Dashboard", "feature", 2),
    ("emqx_management", "EMQX Management API and CLI", "feature", 2),
    ("emqx_psk_file", "EMQX PSK Plugin from File", "feature", 0),
    ("emqx_recon", "EMQX Recon Plugin", "feature", 2),
    ("emqx_retainer", "EMQX Retainer", "feature", 2),
    ("emqx_rule_engine", "EMQX Rule Engine", "feature", 2),
    ("emqx_sasl", "EMQX SASL", "feature", 0),
    ("emqx_sn", "EMQX MQTT-SN Plugin", "protocol", 0),
    ("emqx_stomp", "EMQX Stomp Protocol Plugin", "protocol", 0),
    ("emqx_telemetry", "EMQX Telemetry", "feature", 0),
    ("emqx_web_hook", "EMQX WebHook Plugin", "feature", 2),
)
"""Name, description, type, and on how many of the two nodes it is active: one was forgotten on the second."""


class _Row(NamedTuple):
    """A listener as EMQX 4.4 lists it, without its identifier, which only some have."""

    protocol: str
    listen_on: str
    acceptors: int
    current_conns: int
    max_conns: int
    ended: tuple[tuple[str, int], ...] = ()

    def written(self, **more: str) -> dict[str, object]:
        """The row. What ended for no reason yet is an empty list, not an empty object."""
        reasons = {reason: count for reason, count in self.ended if count}
        row = {name: value for name, value in self._asdict().items() if name != "ended"}
        return {**row, **more, "shutdown_count": reasons or []}


_OTHERS = (
    _Row("mqtt:tcp", "127.0.0.1:11883", 4, 0, _MOST).written(identifier="mqtt:tcp:internal"),
    _Row("http:dashboard", "18083", 4, 0, _HTTP_MOST).written(),
    _Row("http:management", "8081", 2, 1, _HTTP_MOST).written(),
)


def identifier(listener: Listener) -> str:
    """What a listener is called in the paths of EMQX 4.4."""
    return f"mqtt:{listener.type}:external"


class ObjectsV4:
    """What the data of these answers is, as plain objects."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def listeners(self, node: Node, now: float) -> list[object]:
        """The listeners that run on a node; EMQX 4.4 lists no others."""
        mqtt = [found for found in listeners_of(self._cluster, node, now) if found.running]
        rows: list[object] = [self._listener(found, node, now) for found in mqtt]
        return [*rows, *_OTHERS]

    def named_listeners(self, node: Node, now: float) -> object:
        """One element of /listeners."""
        return {"node": node.plan.name, "listeners": self.listeners(node, now)}

    def _listener(self, found: Listener, node: Node, now: float) -> dict[str, object]:
        """A listener that was restarted begins anew: its clients come back within seconds, its counters with them."""
        current, ended = found.current, dict(found.shutdowns)
        again = self._cluster.changes.restarted.get(("listener", found.id))
        if again is not None:
            current = int(current * min(1.0, max(0.0, (now - again) / BACK_SECONDS)))
            before = next(one for one in listeners_of(self._cluster, node, again) if one.id == found.id)
            ended = {reason: count - dict(before.shutdowns).get(reason, 0) for reason, count in ended.items()}
        port = found.bind.rpartition(":")[2]
        web = found.type in {"ws", "wss"}
        protocol = f"mqtt:{found.type}:{port}" if web else f"mqtt:{found.type}"
        row = _Row(protocol, found.bind, found.acceptors, current, found.most or _MOST, tuple(ended.items()))
        return row.written() if web else row.written(identifier=identifier(found))

    def plugins(self, node: Node, now: float) -> list[object]:  # noqa: ARG002  as the others
        """The plugins of a node, active or not."""
        return [
            {"name": name, "description": about, "active": node.index < active, "type": kind}
            for name, about, kind, active in _PLUGINS
        ]

    def named_plugins(self, node: Node, now: float) -> object:
        """One element of /plugins."""
        return {"node": node.plan.name, "plugins": self.plugins(node, now)}

    def modules(self, node: Node, now: float) -> list[object]:  # noqa: ARG002  as the others
        """The modules of a node, which are the same on all."""
        return [
            {"name": name, "description": about, "active": self.active(name) is True} for name, about, _ in _MODULES
        ]

    def named_modules(self, node: Node, now: float) -> object:
        """One element of /modules."""
        return {"node": node.plan.name, "modules": self.modules(node, now)}

    def active(self, module: str) -> bool | None:
        """Whether a module is loaded; None for one that there is not."""
        if module == SLOW_SUBS:
            return slow_settings(self._cluster).enabled
        known = {name: before for name, _, before in _MODULES}
        if module not in known:
            return None
        return self._cluster.changes.enabled.get(("module", module), known[module])

    def load(self, module: str, *, active: bool) -> None:
        """Load or unload a module on all nodes."""
        if module == SLOW_SUBS:
            self._cluster.changes.slow_settings = slow_settings(self._cluster)._replace(enabled=active)
        self._cluster.changes.enabled["module", module] = active

    def bans(self, now: float) -> list[dict[str, object]]:
        """All bans that hold."""
        return [banned(ban) for ban in bans(self._cluster, now)]

    def slow(self, now: float) -> list[object]:
        """The slow subscriptions, the slowest first."""
        return [
            {
                "clientid": row.clientid,
                "node": row.node,
                "topic": row.topic,
                "timespan": row.timespan,
                "last_update_time": int(row.updated_at * 1000),
            }
            for row in slow_subscriptions(self._cluster, now)
        ]

    def traces(self, now: float) -> list[object]:
        """The log traces, the newest first."""
        return [
            {
                "name": found.name,
                "type": "clientid",
                "clientid": found.clientid,
                "status": found.status(now),
                "start_at": rfc3339_seconds(found.starts),
                "end_at": rfc3339_seconds(found.ends),
                "log_size": found.sizes,
            }
            for found in traces(self._cluster, now)
        ]

    def topic_metrics(self, now: float) -> list[object]:
        """The topics that are watched, each with what all nodes counted."""
        return [{"topic": topic.topic, "metrics": self._counted(topic, now)} for topic in topic_metrics(self._cluster)]

    def topic(self, wanted: str, now: float) -> object:
        """What was counted of one topic; empty when nobody watches it."""
        found = next((topic for topic in topic_metrics(self._cluster) if topic.topic == wanted), None)
        return {} if found is None else self._counted(found, now)

    def _counted(self, topic: TopicMetrics, now: float) -> dict[str, object]:
        each = [topic_counts(topic, node, now) for node in self._cluster.running(now)]
        received, sent = _each(each, "received"), _each(each, "sent")
        received_rates, sent_rates = _each(each, "received_rates"), _each(each, "sent_rates")
        counted: dict[str, object] = {
            "messages.in.count": sum(received),
            "messages.in.rate": round(float(sum(received_rates)), 2),
            "messages.out.count": sum(sent),
            "messages.out.rate": round(float(sum(sent_rates)), 2),
            "messages.dropped.count": sum(one.dropped for one in each),
            "messages.dropped.rate": round(float(sum(one.dropped_rate for one in each)), 2),
        }
        for level in range(3):
            counted |= {
                f"messages.qos{level}.in.count": received[level],
                f"messages.qos{level}.in.rate": round(float(received_rates[level]), 2),
                f"messages.qos{level}.out.count": sent[level],
                f"messages.qos{level}.out.rate": round(float(sent_rates[level]), 2),
            }
        return counted


def banned(ban: Ban) -> dict[str, object]:
    """A ban as EMQX 4.4 writes it, which knows none for ever: whole seconds since 1970."""
    until = ban.at + _FOR_EVER if ban.until is None else ban.until
    return {
        "who": ban.who,
        "as": ban.kind,
        "by": ban.by,
        "reason": ban.reason,
        "at": int(ban.at),
        "until": int(until),
    }


def _each(counts: Sequence[TopicCounts], name: str) -> list[float]:
    """A part of the counts by QoS, over all nodes."""
    parts = [getattr(one, name) for one in counts]
    return [sum(part[level] for part in parts) for level in range(3)]
