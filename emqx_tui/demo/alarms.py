"""The alarms of the simulated clusters, apart from how a broker writes them (EMQX API reference, /alarms)."""

from collections.abc import Mapping
from dataclasses import dataclass

from emqx_tui.demo.world import Cluster


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: on a node, since a time, over at a time or still active; seconds since 1970."""

    node: str
    name: str
    message: str
    details: Mapping[str, object]
    since: float
    over: float | None = None


CONNECTOR = "connector:http:orders-webhook"
ACTION = f"action:http:orders-out:{CONNECTOR}"


def alarms_v5(cluster: Cluster, now: float) -> list[Alarm]:
    """The alarms of the 5.x cluster, active and past ones, of the nodes that run."""
    first, short = cluster.nodes[0], cluster.nodes[min(2, len(cluster.nodes) - 1)]
    usage = round(100 * short.memory_used(now) / short.plan.memory_total, 1)
    alarms = [
        Alarm(
            first.plan.name,
            CONNECTOR,
            "resource down: Connection refused",
            {"reason": "resource_down", "resource_id": CONNECTOR},
            cluster.start - 2832,
        ),
        Alarm(
            first.plan.name,
            ACTION,
            "resource down: #{error => not_added_yet,status => disconnected}",
            {"reason": "resource_down", "resource_id": ACTION},
            cluster.start - 2831.9,
        ),
        Alarm(
            short.plan.name,
            "high_system_memory_usage",
            f"{usage:.2f}% mem usage",
            {"high_watermark": 70.0, "usage": usage},
            cluster.start - 5417,
        ),
        _past_cpu(cluster, decimals=True),
    ]
    return _of_running(cluster, alarms, now)


def alarms_v4(cluster: Cluster, now: float) -> list[Alarm]:
    """The alarms of the 4.x cluster, active and past ones, of the nodes that run."""
    first = cluster.nodes[0]
    usage = round(100 * first.memory_used(now) / first.plan.memory_total, 2)
    alarms = [
        Alarm(
            first.plan.name,
            "high_system_memory_usage",
            "System memory usage is higher than 70%",
            {"high_watermark": 70, "usage": usage},
            cluster.start - 764,
        ),
        _past_cpu(cluster, decimals=False),
    ]
    return _of_running(cluster, alarms, now)


def _past_cpu(cluster: Cluster, *, decimals: bool) -> Alarm:
    last = cluster.nodes[-1]
    usage = 84.72916331
    shown = f"{usage:.2f}" if decimals else str(usage)
    return Alarm(
        last.plan.name,
        "high_cpu_usage",
        f"{shown}% cpu usage",
        {"high_watermark": 80.0, "low_watermark": 60.0, "usage": usage},
        cluster.start - 9210,
        cluster.start - 9048,
    )


def _of_running(cluster: Cluster, alarms: list[Alarm], now: float) -> list[Alarm]:
    up = {node.plan.name for node in cluster.running(now)}
    return [alarm for alarm in alarms if alarm.node in up]
