"""The statistics and metrics of a node, by the names that EMQX gives them (EMQX API reference, /stats, /metrics)."""

from emqx_tui.demo.messages import delayed
from emqx_tui.demo.world import CHURN, LIVE_PART, Cluster, Node


_GAUGES = ("channels", "connections", "sessions")
_KEEPALIVE_SECONDS = 55

_SILENT = dict.fromkeys(
    (
        "delivery.dropped.expired",
        "delivery.dropped.no_local",
        "delivery.dropped.qos0_msg",
        "delivery.dropped.too_large",
        "messages.delayed",
        "messages.dropped.await_pubrel_timeout",
        "packets.auth.received",
        "packets.auth.sent",
        "packets.connack.error",
        "packets.disconnect.sent",
        "packets.puback.inuse",
        "packets.puback.missed",
        "packets.pubcomp.inuse",
        "packets.pubcomp.missed",
        "packets.publish.auth_error",
        "packets.publish.dropped",
        "packets.publish.error",
        "packets.publish.inuse",
        "packets.pubrec.inuse",
        "packets.pubrec.missed",
        "packets.pubrel.missed",
        "packets.subscribe.auth_error",
        "packets.subscribe.error",
        "packets.unsubscribe.error",
        "session.discarded",
    ),
    0,
)

_SILENT_V5 = _SILENT | dict.fromkeys(
    (
        "authorization.matched.deny",
        "authorization.nomatch",
        "authorization.superuser",
        "authentication.success.anonymous",
        "client.auth.anonymous",
        "messages.persisted",
        "messages.transformation_failed",
        "messages.transformation_succeeded",
        "messages.validation_failed",
        "messages.validation_succeeded",
        "overload_protection.delay.ok",
        "overload_protection.delay.timeout",
        "overload_protection.gc",
        "overload_protection.hibernation",
        "overload_protection.new_conn",
    ),
    0,
)


def stats_v4(cluster: Cluster, node: Node, now: float) -> dict[str, int]:
    """The statistics of an EMQX 4.4 node."""
    return _stats(cluster, node, now) | _twice("routes", cluster.topics(now), cluster.plan.topics + 500)


def stats_v5(cluster: Cluster, node: Node, now: float, cluster_sessions: int) -> dict[str, int]:
    """The statistics of an EMQX 5.8 node; `cluster_sessions` is the cluster's figure, which each node repeats."""
    most, waiting = sum(other.peak(now) for other in cluster.nodes), len(delayed(cluster, now))
    return (
        _stats(cluster, node, now)
        | _twice("cluster_sessions", cluster_sessions, most)
        | _twice("delayed", waiting, waiting)
    )


def _stats(cluster: Cluster, node: Node, now: float) -> dict[str, int]:
    sessions, peak, topics = node.sessions(now), node.peak(now), cluster.topics(now)
    retained = cluster.retained(now)
    stats: dict[str, int] = {}
    for name in _GAUGES:
        stats |= _twice(name, sessions, peak)
    stats |= _twice("live_connections", node.live(now), int(peak * LIVE_PART))
    stats |= _twice("subscribers", sessions, peak)
    stats |= _twice("suboptions", 2 * sessions, 2 * peak)
    stats |= _twice("subscriptions", 2 * sessions, 2 * peak)
    stats |= _twice("subscriptions.shared", cluster.plan.shared, cluster.plan.shared)
    stats |= _twice("retained", retained, cluster.plan.retained + 20)
    return stats | _twice("topics", topics, cluster.plan.topics + 500)


def _twice(name: str, count: int, most: int) -> dict[str, int]:
    return {f"{name}.count": count, f"{name}.max": max(count, most)}


def metrics_v4(cluster: Cluster, node: Node, now: float) -> dict[str, int]:
    """The 84 counters of an EMQX 4.4 node since its boot; messages.retained and messages.delayed are gauges."""
    counted = _SILENT | _messages(node, now) | _clients(node, now)
    connected, refused = counted["client.connected"], counted["packets.connack.auth_error"]
    looked_up = counted["client.subscribe"] + counted["messages.received"]
    asked = looked_up // 40
    return counted | {
        "client.acl.allow": looked_up,
        "client.acl.cache_hit": looked_up - asked,
        "client.acl.deny": 0,
        "client.auth.failure": refused,
        "client.auth.success": connected,
        "client.auth.success.anonymous": 0,
        "client.check_acl": asked,
        "messages.retained": cluster.retained(now),
        "session.takeovered": connected // 180,
    }


def metrics_v5(node: Node, now: float) -> dict[str, int]:
    """The 99 counters of an EMQX 5.8 node since its boot."""
    counted = _SILENT_V5 | _messages(node, now) | _clients(node, now)
    connected, refused = counted["client.connected"], counted["packets.connack.auth_error"]
    looked_up = counted["client.subscribe"] + counted["messages.received"]
    missed = looked_up // 40
    return counted | {
        "authentication.failure": refused,
        "authentication.success": connected,
        "authorization.allow": looked_up,
        "authorization.cache_hit": looked_up - missed,
        "authorization.cache_miss": missed,
        "authorization.deny": 0,
        "authorization.matched.allow": missed,
        "client.authorize": missed,
        "session.takenover": connected // 180,
    }


def _messages(node: Node, now: float) -> dict[str, int]:
    traffic = node.traffic(now)
    (in0, in1, in2), (out0, out1, out2) = traffic.received_qos, traffic.sent_qos
    received, sent, dropped = traffic.received, traffic.sent, traffic.dropped
    return {
        "messages.received": received,
        "messages.publish": received,
        "messages.sent": sent,
        "messages.delivered": sent,
        "messages.acked": out1 + out2,
        "messages.forward": received // 2,
        "messages.dropped": dropped,
        "messages.dropped.no_subscribers": dropped,
        "messages.qos0.received": in0,
        "messages.qos1.received": in1,
        "messages.qos2.received": in2,
        "messages.qos0.sent": out0,
        "messages.qos1.sent": out1,
        "messages.qos2.sent": out2,
        "delivery.dropped": dropped // 3,
        "delivery.dropped.queue_full": dropped // 3,
        "packets.publish.received": received,
        "packets.publish.sent": sent,
        "packets.puback.received": out1,
        "packets.puback.sent": in1,
        "packets.pubrec.received": out2,
        "packets.pubrec.sent": in2,
        "packets.pubrel.received": in2,
        "packets.pubrel.sent": out2,
        "packets.pubcomp.received": out2,
        "packets.pubcomp.sent": in2,
    }


def _clients(node: Node, now: float) -> dict[str, int]:
    traffic = node.traffic(now)
    (_, in1, in2), (_, out1, out2) = traffic.received_qos, traffic.sent_qos
    churned = traffic.connects
    connected, refused = churned + node.usual_sessions, churned // 90
    # As many pings as traffic: both stand still with the node, and a ping a keep-alive is what idle clients send.
    pings = int(churned / CHURN / _KEEPALIVE_SECONDS)
    left = churned - churned // 400
    inwards = traffic.received + out1 + 2 * out2 + in2 + 3 * connected + refused + pings + left
    outwards = traffic.sent + in1 + 2 * in2 + out2 + 3 * connected + refused + pings
    return {
        "bytes.received": 148 * traffic.received + 4 * (out1 + 2 * out2 + in2) + 96 * connected + 2 * pings,
        "bytes.sent": 152 * traffic.sent + 4 * (in1 + 2 * in2 + out2) + 9 * connected + 2 * pings,
        "packets.received": inwards,
        "packets.sent": outwards,
        "packets.connect.received": connected + refused,
        "packets.connack.sent": connected + refused,
        "packets.connack.auth_error": refused,
        "packets.disconnect.received": left,
        "packets.pingreq.received": pings,
        "packets.pingresp.sent": pings,
        "packets.subscribe.received": 2 * connected,
        "packets.suback.sent": 2 * connected,
        "packets.unsubscribe.received": churned // 12,
        "packets.unsuback.sent": churned // 12,
        "client.connect": connected + refused,
        "client.connack": connected + refused,
        "client.authenticate": connected + refused,
        "client.connected": connected,
        "client.disconnected": left,
        "client.subscribe": 2 * connected,
        "client.unsubscribe": churned // 12,
        "session.created": connected - churned // 3,
        "session.resumed": churned // 3,
        "session.terminated": churned * 3 // 5,
    }
