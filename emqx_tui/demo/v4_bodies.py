"""The world in the words of EMQX 4.4 (EMQX API reference, chapters 3A and 4)."""

from emqx_tui.demo.alarms import Alarm, alarms_v4
from emqx_tui.demo.counters import metrics_v4, stats_v4
from emqx_tui.demo.formats import HOURS_EAST, kmg, local_time, uptime_words
from emqx_tui.demo.world import Cluster, Node


class BodiesV4:
    """What the data of the answers about nodes is."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def broker(self, node: Node, now: float) -> object:
        """One element of /brokers."""
        return {
            "node": node.plan.name,
            "node_status": "Running",
            "version": self._cluster.plan.version,
            "sysdescr": "EMQX Broker",
            "otp_release": self._cluster.plan.otp_release,
            "uptime": uptime_words(node.uptime(now)),
            "datetime": local_time(now, HOURS_EAST),
        }

    def node(self, node: Node, now: float) -> object:
        """One element of /nodes."""
        load1, load5, load15 = node.loads(now)
        live = node.live(now)
        return {
            "node": node.plan.name,
            "node_status": "Running",
            "version": self._cluster.plan.version,
            "otp_release": self._cluster.plan.otp_release,
            "uptime": uptime_words(node.uptime(now)),
            "connections": node.sessions(now),
            "live_connections": live,
            "load1": f"{load1:.2f}",
            "load5": f"{load5:.2f}",
            "load15": f"{load15:.2f}",
            "memory_used": kmg(node.memory_used(now)),
            "memory_total": kmg(node.plan.memory_total),
            "max_fds": 1_048_576,
            "process_used": 590 + live * 2,
            "process_available": 2_097_152,
        }

    def stats(self, node: Node, now: float) -> object:
        """One element of /stats."""
        return {"node": node.plan.name, "stats": stats_v4(self._cluster, node, now)}

    def metrics(self, node: Node, now: float) -> object:
        """One element of /metrics."""
        return {"node": node.plan.name, "metrics": metrics_v4(self._cluster, node, now)}

    def alarms(self, node: Node, now: float, *, activated: bool | None) -> list[object]:
        """The alarms of a node: active ones, past ones, or all of them (None)."""
        return [
            _alarm(alarm, now)
            for alarm in alarms_v4(self._cluster, now)
            if alarm.node == node.plan.name and activated in {None, alarm.over is None}
        ]

    def named_alarms(self, node: Node, now: float, *, activated: bool | None) -> object:
        """One element of /alarms."""
        return {"node": node.plan.name, "alarms": self.alarms(node, now, activated=activated)}


def _alarm(alarm: Alarm, now: float) -> object:
    until = now if alarm.over is None else alarm.over
    return {
        "name": alarm.name,
        "message": alarm.message,
        "details": alarm.details,
        "activated": alarm.over is None,
        "activate_at": int(alarm.since * 1e6),
        "deactivate_at": "infinity" if alarm.over is None else int(alarm.over * 1e6),
        "duration": int((until - alarm.since) * 1e6),
    }
