"""What a simulated cluster was told to watch: slow subscriptions and the metrics of single topics."""

from typing import NamedTuple

from emqx_tui.demo.changes import SlowSettings
from emqx_tui.demo.population import Population
from emqx_tui.demo.world import RATE_SECONDS, Cluster, Node


class SlowSubscription(NamedTuple):
    """A subscription whose messages take long: `timespan` in ms, `updated_at` in seconds since 1970."""

    clientid: str
    node: str
    topic: str
    timespan: int
    updated_at: float


def slow_settings(cluster: Cluster) -> SlowSettings:
    """Enabled in big clusters unless somebody changed that."""
    written = cluster.changes.slow_settings
    return SlowSettings(not cluster.small) if written is None else written


def slow_subscriptions(cluster: Cluster, now: float) -> list[SlowSubscription]:
    """The slowest first; none while it is disabled."""
    settings = slow_settings(cluster)
    nodes = cluster.running(now)
    if not settings.enabled or not nodes or now - cluster.changes.slow_cleared < 30:
        return []
    population, found = Population(cluster), []
    for number in range(2 * settings.most):
        node = nodes[number % len(nodes)]
        client = population.at(node, 3 + 11 * number, now)
        topic = f"cmd/{client.clientid}/run"
        late = (number * 37 + node.jitter(now, 7)) % 200
        span = int(40_000 / (number + 1) ** 1.3) + 20 * node.jitter(now, 6)
        found.append(SlowSubscription(client.clientid, node.plan.name, topic, span, now - late))
    slow = [row for row in found if row.timespan >= settings.threshold]
    return sorted(slow, key=lambda row: -row.timespan)[: settings.most]


class TopicCounts(NamedTuple):
    """What was counted on one node for one topic, in, out and dropped; by QoS 0, 1, 2; rates a second."""

    received: tuple[int, int, int]
    sent: tuple[int, int, int]
    dropped: int
    received_rates: tuple[float, float, float]
    sent_rates: tuple[float, float, float]
    dropped_rate: float


class TopicMetrics(NamedTuple):
    """A topic that is watched; times in seconds since 1970, `reset_at` None when it never was reset."""

    topic: str
    created_at: float
    reset_at: float | None


_TOPICS = (("site/north/line1/telemetry", 0.011), ("orders/new", 0.0013), ("alerts/fire", 0.0))


def topic_metrics(cluster: Cluster) -> list[TopicMetrics]:
    """The topics that are watched; small deployments watch none."""
    if cluster.small:
        return []
    return [
        TopicMetrics(topic, cluster.start - 86_400 * (place + 2), cluster.changes.resets.get(("topic", topic)))
        for place, (topic, _) in enumerate(_TOPICS)
    ]


def topic_counts(topic: TopicMetrics, node: Node, now: float) -> TopicCounts:
    """What was counted on a node since its boot or the reset."""
    part = next((share for name, share in _TOPICS if name == topic.topic), 0.0)
    since = topic.reset_at or topic.created_at
    after, before, recent = node.traffic(now), node.since(since, now), node.since(now - RATE_SECONDS, now)

    def counted(late: int, early: int) -> int:
        return int(part * (late - early))

    def rate(late: int, early: int) -> float:
        return round(part * (late - early) / RATE_SECONDS, 4)

    received = tuple(map(counted, after.received_qos, before.received_qos))
    sent = tuple(map(counted, after.sent_qos, before.sent_qos))
    in_rates = tuple(map(rate, after.received_qos, recent.received_qos))
    out_rates = tuple(map(rate, after.sent_qos, recent.sent_qos))
    return TopicCounts(
        (received[0], received[1], received[2]),
        (sent[0], sent[1], sent[2]),
        counted(after.dropped, before.dropped),
        (in_rates[0], in_rates[1], in_rates[2]),
        (out_rates[0], out_rates[1], out_rates[2]),
        rate(after.dropped, recent.dropped),
    )
