"""The data integration of a simulated cluster: rules, and the actions, sources and connectors behind them.

What is the matter where: `telemetry_to_kafka` is healthy; `orders_to_webhook` ends at a connector that is refused;
`measurements_to_influx` queues ever more; `alerts_to_cloud` leaves over a connector that one node cannot reach;
`legacy_export` is disabled with all behind it; `decode_legacy` fails on some messages. Small deployments have the
first two rules only, over MQTT and HTTP.
"""

from collections.abc import Mapping
from typing import NamedTuple

from emqx_tui.demo.access import NodeState
from emqx_tui.demo.world import RATE_SECONDS, Cluster, Node


DAY = 86_400.0


class Connector(NamedTuple):
    """A connector (4.x: a resource) with its state on each running node; `target` is what it is connected to."""

    type: str
    name: str
    target: str
    description: str
    enabled: bool
    states: tuple[NodeState, ...]

    @property
    def id(self) -> str:
        """As in EMQX 5's paths."""
        return f"{self.type}:{self.name}"


class Hop(NamedTuple):
    """An action or a source: what stands between the rules and a connector, with its state on each running node.

    `kind` is "action" or "source"; the connector has the same type. Times in seconds since 1970.
    """

    kind: str
    type: str
    name: str
    connector: str
    parameters: Mapping[str, object]
    description: str
    enabled: bool
    created_at: float
    changed_at: float
    rules: tuple[str, ...]
    states: tuple[NodeState, ...]

    @property
    def id(self) -> str:
        """As in EMQX 5's paths."""
        return f"{self.type}:{self.name}"


class Rule(NamedTuple):
    """A rule; `actions` are ids of actions as text, or {"function": …} objects. Times in seconds since 1970."""

    id: str
    name: str
    sql: str
    topics: tuple[str, ...]
    description: str
    enabled: bool
    actions: tuple[object, ...]
    created_at: float
    changed_at: float


class RuleCounts(NamedTuple):
    """What a rule has counted on one node since its boot or a reset; rates in messages a second."""

    matched: int
    passed: int
    failed_exception: int
    failed_no_result: int
    actions_success: int
    actions_failed: int
    actions_discarded: int
    rate: float
    rate_last5m: float
    rate_max: float

    @property
    def failed(self) -> int:
        """Failed for whatever reason."""
        return self.failed_exception + self.failed_no_result


class HopCounts(NamedTuple):
    """What an action or a source has counted on one node; gauges are queuing (messages), its bytes, and inflight."""

    matched: int
    success: int
    failed: int
    dropped_queue_full: int
    dropped_stopped: int
    dropped_expired: int
    queuing: int
    queuing_bytes: int
    inflight: int
    retried: int
    received: int
    rate: float
    rate_last5m: float
    rate_max: float

    @property
    def dropped(self) -> int:
        """Dropped for whatever reason."""
        return self.dropped_queue_full + self.dropped_stopped + self.dropped_expired


REFUSED = "Connection refused"
UNREACHED = "timeout: no CONNACK from mqtts://uplink.cloud.example:8883"
NOT_OPERATIONAL = "Resource not operational"
QUEUE_BYTES = 256 * 1024 * 1024
"""The most that an action buffers on a node before it drops."""

_QUEUE_SECONDS = 6 * 3600.0
"""So long before the start the slow action began to queue."""

_QUEUED_EACH = 412

_CONNECTORS: tuple[tuple[str, str, str, str], ...] = (
    ("kafka_producer", "kafka-main", "kafka-1.plant.example:9092,kafka-2.plant.example:9092", "Plant data bus"),
    ("http", "orders-webhook", "http://erp.plant.example:8080", "Orders into the ERP"),
    ("influxdb", "metrics-db", "influx.plant.example:8086", ""),
    ("mqtt", "cloud-uplink", "uplink.cloud.example:8883", "Group-wide broker"),
    ("mysql", "legacy-db", "10.20.9.4:3306", "To be removed"),
)
_HOPS: tuple[tuple[str, str, str, str, dict[str, object], str], ...] = (
    ("action", "kafka_producer", "telemetry-out", "kafka-main", {"topic": "plant.telemetry"}, "telemetry_to_kafka"),
    ("action", "http", "orders-out", "orders-webhook", {"path": "/orders", "method": "post"}, "orders_to_webhook"),
    ("action", "influxdb", "measurements", "metrics-db", {"precision": "ms"}, "measurements_to_influx"),
    ("action", "mqtt", "alerts-up", "cloud-uplink", {"topic": "plant/${topic}", "qos": 1}, "alerts_to_cloud"),
    ("action", "mysql", "legacy-rows", "legacy-db", {"sql": "INSERT INTO rows(v) VALUES(${v})"}, "legacy_export"),
    ("source", "mqtt", "cloud-commands", "cloud-uplink", {"topic": "commands/#", "qos": 1}, "commands_from_cloud"),
)
_RULES: tuple[tuple[str, str, tuple[str, ...], tuple[object, ...], str, float], ...] = (
    (
        "telemetry_to_kafka",
        'SELECT payload, topic, timestamp FROM "site/+/+/telemetry"',
        ("site/+/+/telemetry",),
        ("kafka_producer:telemetry-out",),
        "All telemetry onto the bus",
        0.41,
    ),
    ("orders_to_webhook", 'SELECT * FROM "orders/#"', ("orders/#",), ("http:orders-out",), "", 0.013),
    (
        "measurements_to_influx",
        'SELECT payload.v AS v, clientid FROM "state/#", "site/+/+/telemetry"',
        ("state/#", "site/+/+/telemetry"),
        ("influxdb:measurements",),
        "For the dashboards of the shift",
        0.22,
    ),
    (
        "alerts_to_cloud",
        'SELECT * FROM "alerts/#" WHERE payload.level > 2',
        ("alerts/#",),
        ("mqtt:alerts-up",),
        "",
        0.006,
    ),
    ("legacy_export", 'SELECT * FROM "legacy/#"', ("legacy/#",), ("mysql:legacy-rows",), "To be removed", 0.0),
    (
        "commands_from_cloud",
        'SELECT * FROM "$bridges/mqtt:cloud-commands"',
        ("$bridges/mqtt:cloud-commands",),
        ({"function": "republish", "args": {"topic": "cmd/${payload.to}/run", "qos": 1, "retain": False}},),
        "",
        0.002,
    ),
    (
        "decode_legacy",
        'SELECT sparkplug_decode(payload) AS v FROM "legacy/+/raw"',
        ("legacy/+/raw",),
        ({"function": "console"},),
        "Fails on old firmware",
        0.018,
    ),
)
_SMALL_TYPES = frozenset({"http", "mqtt"})


def connectors(cluster: Cluster, now: float) -> list[Connector]:
    """All connectors."""
    return [_connector(cluster, now, known) for known in _CONNECTORS if _offered(cluster, known[0])]


def hops(cluster: Cluster, now: float, kind: str) -> list[Hop]:
    """All actions ("action") or sources ("source")."""
    return [_hop(cluster, now, known) for known in _HOPS if known[0] == kind and _offered(cluster, known[1])]


def rules(cluster: Cluster) -> list[Rule]:
    """All rules, as edits have left them."""
    return [_rule(cluster, place) for place in range(len(_RULES)) if not cluster.small or place in {1, 3}]


def rule_counts(cluster: Cluster, rule: Rule, node: Node, now: float) -> RuleCounts:
    """What a rule has counted on a node."""
    part = next((known[5] for known in _RULES if known[0] == rule.id), 0.0) if rule.enabled else 0.0
    since = cluster.changes.resets.get(("rule", rule.id), 0.0)

    matched = _counted(node, since, now, part)
    exceptions = matched // 31 if rule.id == "decode_legacy" else 0
    empty = matched * 2 // 5 if rule.id == "alerts_to_cloud" else 0
    passed = matched - exceptions - empty
    refused = rule.id == "orders_to_webhook"
    failed = passed if refused else 0
    success = passed - failed
    rate, last5m = _rates(node, since, now, part)
    return RuleCounts(matched, passed, exceptions, empty, success, failed, 0, rate, last5m, round(1.4 * last5m, 2))


def hop_counts(cluster: Cluster, hop: Hop, node: Node, now: float) -> HopCounts:
    """What an action or a source has counted on a node."""
    part = next((known[5] for known in _RULES if known[0] in hop.rules), 0.0) if hop.enabled else 0.0
    since = cluster.changes.resets.get((hop.kind, hop.id), 0.0)
    rate, last5m = _rates(node, since, now, part)
    rates = (rate, last5m, round(1.4 * last5m, 2))
    seen = _counted(node, since, now, part)
    if "alerts_to_cloud" in hop.rules:
        seen -= seen * 2 // 5
    if hop.kind == "source":
        return HopCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, seen, *rates)
    state = next((state.status for state in hop.states if state.node == node.plan.name), "disconnected")
    if state != "connected":
        expired = seen * 3 // 4
        waiting = min(seen - expired, 4000 + node.jitter(now))
        gone = seen - expired - waiting
        return HopCounts(seen, 0, 0, 0, gone, expired, waiting, waiting * _QUEUED_EACH, 0, seen // 9, 0, *rates)
    if hop.name != "measurements":
        inflight = node.jitter(now, 5) % 7
        failed = 0 if hop.name == "telemetry-out" else seen // 4800
        return HopCounts(seen, seen - failed, failed, 0, 0, 0, 0, 0, inflight, failed * 2, 0, *rates)
    began = max(cluster.start - _QUEUE_SECONDS, node.booted(now))
    grown = int(max(0.0, now - began) * (3 + node.index % 5))
    waiting = min(grown, QUEUE_BYTES // _QUEUED_EACH, seen if not since else grown)
    full = max(0, grown - waiting)
    success = max(0, seen - waiting - full)
    return HopCounts(seen, success, 0, full, 0, 0, waiting, waiting * _QUEUED_EACH, 100, grown // 60, 0, *rates)


def _counted(node: Node, since: float, now: float, part: float) -> int:
    return int(part * (node.traffic(now).received - node.since(since, now).received))


def _rates(node: Node, since: float, now: float, part: float) -> tuple[float, float]:
    """Messages a second over ten seconds and over five minutes, no longer than since the reset."""
    found = []
    for seconds in (RATE_SECONDS, 300.0):
        began = max(now - seconds, since, node.booted(now))
        received = node.traffic(now).received - node.since(began, now).received
        found.append(round(part * received / max(1.0, now - began), 2) if now > began else 0.0)
    return found[0], found[1]


def _offered(cluster: Cluster, kind: str) -> bool:
    return not cluster.small or kind in _SMALL_TYPES


def _enabled(cluster: Cluster, kind: str, ident: str, *, before: bool) -> bool:
    return cluster.changes.enabled.get((kind, ident), before)


def _connector(cluster: Cluster, now: float, known: tuple[str, str, str, str]) -> Connector:
    kind, name, target, description = known
    ident = f"{kind}:{name}"
    enabled = _enabled(cluster, "connector", ident, before=name != "legacy-db")
    states = []
    for node in cluster.running(now):
        state = NodeState(node.plan.name, "connected")
        if not enabled:
            state = NodeState(node.plan.name, "stopped")
        elif name == "orders-webhook":
            again = cluster.changes.restarted.get(("connector", ident), 0.0)
            tried = again <= now < again + 2
            state = NodeState(node.plan.name, "connecting" if tried else "disconnected", "" if tried else REFUSED)
        elif name == "cloud-uplink" and node is cluster.nodes[-1] and len(cluster.nodes) > 1:
            state = NodeState(node.plan.name, "disconnected", UNREACHED)
        states.append(state)
    return Connector(kind, name, target, description, enabled, tuple(states))


def _hop(cluster: Cluster, now: float, known: tuple[str, str, str, str, dict[str, object], str]) -> Hop:
    part, kind, name, connector, parameters, rule = known
    ident = f"{kind}:{name}"
    enabled = _enabled(cluster, part, ident, before=name != "legacy-rows")
    below = next(found for found in connectors(cluster, now) if found.id == f"{kind}:{connector}")
    states = []
    for state in below.states:
        if not enabled:
            states.append(NodeState(state.node, "stopped"))
        elif state.status == "connected":
            states.append(NodeState(state.node, "connected"))
        else:
            states.append(NodeState(state.node, "disconnected", NOT_OPERATIONAL))
    created = cluster.start - 60 * DAY + 3600 * len(name)
    using = tuple(found.id for found in rules(cluster) if ident in found.actions or found.id == rule)
    if part == "action":
        using = tuple(found.id for found in rules(cluster) if ident in found.actions)
    return Hop(part, kind, name, connector, parameters, "", enabled, created, created, using, tuple(states))


def _rule(cluster: Cluster, place: int) -> Rule:
    ident, sql, topics, actions, description, _ = _RULES[place]
    created = cluster.start - 60 * DAY + 7200 * (place + 1)
    rule = Rule(ident, ident, sql, topics, description, ident != "legacy_export", actions, created, created)
    edit = cluster.changes.rules.get(ident)
    if edit is None:
        return rule
    return rule._replace(
        name=rule.name if edit.name is None else edit.name,
        sql=rule.sql if edit.sql is None else edit.sql,
        topics=rule.topics if edit.sql is None else topics_of(edit.sql),
        description=rule.description if edit.description is None else edit.description,
        enabled=rule.enabled if edit.enabled is None else edit.enabled,
        actions=rule.actions if edit.actions is None else edit.actions,
        changed_at=edit.at,
    )


def topics_of(sql: str) -> tuple[str, ...]:
    """The topics that a rule's SQL reads from; none when it is no SQL of a rule."""
    words = sql.split()
    upper = [word.upper() for word in words]
    if "FROM" not in upper or upper[0] not in {"SELECT", "FOREACH"}:
        return ()
    found = []
    for word in words[upper.index("FROM") + 1 :]:
        found.append(word.strip(",").strip("\"'"))
        if not word.endswith(","):
            break
    return tuple(found)
