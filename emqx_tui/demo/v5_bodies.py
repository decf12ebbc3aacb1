"""The world in the words of EMQX 5.8 (EMQX API reference, chapters 3B and 4)."""

from emqx_tui.demo.counters import metrics_v5, stats_v5
from emqx_tui.demo.formats import kmg
from emqx_tui.demo.history import History, Sample, grid
from emqx_tui.demo.scenario import Fate
from emqx_tui.demo.tide import SLOT_SECONDS
from emqx_tui.demo.world import LIVE_PART, RATE_SECONDS, Cluster, Node


WEEK = 7 * 86_400
_QUIET = ("persisted", "validation_succeeded", "validation_failed", "transformation_succeeded")
_ALWAYS_ZERO = dict.fromkeys((*_QUIET, "transformation_failed"), 0)
_ZERO_RATES = {f"{name}_rate": 0 for name in _ALWAYS_ZERO}


class BodiesV5:
    """What each answer about nodes holds, as plain objects."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._history = History(cluster)

    def nodes(self, now: float) -> list[object]:
        """The data of /nodes: running nodes in full, a stopped core by name and role only."""
        sessions = self._cluster.sessions(now)
        rows: list[object] = []
        for node in self._cluster.nodes:
            if node.runs(now):
                rows.append(self._node(node, now, sessions))
            elif node.fate(now) is Fate.STOPPED and node.plan.role == "core":
                rows.append({"node": node.plan.name, "node_status": "stopped", "role": "core"})
        return rows

    def node(self, node: Node, now: float) -> object:
        """The data of /nodes/{node}."""
        return self._node(node, now, self._cluster.sessions(now))

    def _node(self, node: Node, now: float, cluster_sessions: int) -> dict[str, object]:
        load1, load5, load15 = node.loads(now)
        sessions = node.sessions(now)
        live = int(sessions * LIVE_PART)
        plan = self._cluster.plan
        return {
            "node": node.plan.name,
            "node_status": "running",
            "role": node.plan.role,
            "version": plan.version,
            "edition": plan.edition,
            "otp_release": plan.otp_release,
            "uptime": int(node.uptime(now) * 1000),
            "connections": sessions,
            "live_connections": live,
            "cluster_sessions": cluster_sessions,
            "load1": load1,
            "load5": load5,
            "load15": load15,
            "memory_used": kmg(node.memory_used(now)),
            "memory_total": kmg(node.plan.memory_total),
            "max_fds": 1_048_576,
            "process_used": 640 + live * 2,
            "process_available": 2_097_152,
            "log_path": "/opt/emqx/log",
            "sys_path": "/opt/emqx",
        }

    def stats(self, node: Node, now: float) -> dict[str, int]:
        """The data of /nodes/{node}/stats."""
        return stats_v5(self._cluster, node, now, self._cluster.sessions(now))

    def all_stats(self, now: float, *, aggregate: bool) -> object:
        """The data of /stats."""
        sessions, running = self._cluster.sessions(now), self._cluster.running(now)
        each = [stats_v5(self._cluster, node, now, sessions) for node in running]
        if aggregate:
            shared = ("topics.", "retained.", "delayed.", "subscriptions.shared.")
            return {
                name: value if name.startswith(shared) else sum(stats[name] for stats in each)
                for name, value in each[0].items()
            }
        return [{"node": node.plan.name} | stats for node, stats in zip(running, each, strict=True)]

    def metrics(self, node: Node, now: float) -> dict[str, int]:
        """The data of /nodes/{node}/metrics."""
        return metrics_v5(node, now)

    def all_metrics(self, now: float, *, aggregate: bool, wanted: str | None) -> object:
        """The data of /metrics, of one node if it is wanted; a node that is not there is no error."""
        running = [node for node in self._cluster.running(now) if wanted in {None, node.plan.name}]
        each = [metrics_v5(node, now) for node in running]
        if aggregate:
            return {name: sum(metrics[name] for metrics in each) for name in (each[0] if each else ())}
        return [{"node": node.plan.name} | metrics for node, metrics in zip(running, each, strict=True)]

    def cluster(self, now: float) -> object:
        """The data of /cluster: the nodes that are not known to be stopped."""
        names = [node.plan.name for node in self._cluster.nodes if node.runs(now) or node.fate(now) is Fate.HUNG]
        return {"name": self._cluster.plan.name, "nodes": names, "self": names[0]}

    def topology(self, now: float) -> object:
        """The data of /cluster/topology: which replicant is connected to which core."""
        running = self._cluster.running(now)
        cores = [node for node in running if node.plan.role == "core"]
        replicants = [node for node in running if node.plan.role != "core"]
        return [
            {
                "core_node": core.plan.name,
                "replicant_nodes": [{"node": node.plan.name, "streams": 4} for node in replicants[place :: len(cores)]],
            }
            for place, core in enumerate(cores)
        ]

    def monitor(self, now: float, latest: int | None, node: Node | None) -> list[object]:
        """The data of /monitor: a point a step, with nothing but its time where there are no figures."""
        step, points = grid(now, WEEK if latest is None else latest)
        topics = self._cluster.topics(now)
        rows: list[object] = []
        for at in points:
            sample = None
            if at % SLOT_SECONDS == 0:
                span = max(step, SLOT_SECONDS)
                sample = self._history.of_node(node, at, span) if node else self._history.of_cluster(at, span)
            if sample is not None:
                rows.append(_point(at, sample, topics, whole=node is None))
            elif latest is not None:
                rows.append({"time_stamp": int(at * 1000)})
        return rows

    def monitor_current(self, now: float, node: Node | None) -> object:
        """The data of /monitor_current, of one node or of the cluster."""
        nodes = [node] if node else self._cluster.running(now)
        received = sent = dropped = sessions = live = 0.0
        for each in nodes:
            after, before = each.traffic(now), each.since(now - RATE_SECONDS, now)
            received += after.received - before.received
            sent += after.sent - before.sent
            dropped += after.dropped - before.dropped
            sessions += each.sessions(now)
            live += each.live(now)
        current: dict[str, object] = {
            "connections": int(sessions),
            "live_connections": int(live),
            "subscriptions": int(2 * sessions),
            "topics": self._cluster.topics(now),
            "retained_msg_count": self._cluster.retained(now),
            "shared_subscriptions": self._cluster.plan.shared,
            "received_msg_rate": round(received / RATE_SECONDS),
            "sent_msg_rate": round(sent / RATE_SECONDS),
            "dropped_msg_rate": round(dropped / RATE_SECONDS),
            **_ZERO_RATES,
        }
        if node:
            return current | {"node_uptime": int(node.uptime(now) * 1000)}
        return current | {
            "subscriptions_ram": int(2 * sessions),
            "subscriptions_durable": 0,
            "disconnected_durable_sessions": 0,
        }


def _point(at: float, sample: Sample, topics: int, *, whole: bool) -> dict[str, int]:
    point = {
        "time_stamp": int(at * 1000),
        "received": sample.received,
        "sent": sample.sent,
        "dropped": sample.dropped,
        "connections": sample.connections,
        "live_connections": sample.live_connections,
        "subscriptions": 2 * sample.connections,
        "topics": topics,
        "subscriptions_durable": 0,
        "disconnected_durable_sessions": 0,
        **_ALWAYS_ZERO,
    }
    return point | {"subscriptions_ram": 2 * sample.connections} if whole else point
