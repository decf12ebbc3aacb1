"""The alarms of the simulated clusters, apart from how a broker writes them (EMQX API reference, /alarms).

Those of clients whose connections are congested (`conn_congestion/…`) are in the scenario `large` only. An alarm that
was deactivated by hand is in the past from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from emqx_tui.demo.population import Population
from emqx_tui.demo.world import Cluster, Node


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
_MEMORY = "high_system_memory_usage"
_MEMORY_V4 = "System memory usage is higher than 70%"
_MANY = 10
_CONGESTED = 48


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
            _MEMORY,
            f"{usage:.2f}% mem usage",
            {"high_watermark": 70.0, "usage": usage},
            cluster.start - 5417,
        ),
        _past_cpu(cluster, decimals=True),
        *_past(cluster),
        *(_congestions(cluster) if len(cluster.nodes) >= _MANY else ()),
    ]
    return _of_running(cluster, alarms, now)


def alarms_v4(cluster: Cluster, now: float) -> list[Alarm]:
    """The alarms of the 4.x cluster, active and past ones, of the nodes that run."""
    first = cluster.nodes[0]
    usage = round(100 * first.memory_used(now) / first.plan.memory_total, 2)
    alarms = [
        Alarm(
            first.plan.name,
            _MEMORY,
            _MEMORY_V4,
            {"high_watermark": 70, "usage": usage},
            cluster.start - 764,
        ),
        _past_cpu(cluster, decimals=False),
        *(replace(alarm, message=_MEMORY_V4) if alarm.name == _MEMORY else alarm for alarm in _past(cluster)),
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


def _past(cluster: Cluster) -> list[Alarm]:
    """What was over before anybody looked."""
    first, last = cluster.nodes[0].plan.name, cluster.nodes[-1].plan.name
    start = cluster.start
    usage: dict[str, object] = {"high_watermark": 70.0, "usage": 71.82}
    processes: dict[str, object] = {"high_watermark": 80.0, "usage": "82%"}
    return [
        Alarm(first, _MEMORY, "71.82% mem usage", usage, start - 86_000, start - 84_320),
        Alarm(last, "too_many_processes", "82% process usage", processes, start - 61_200, start - 60_930),
        _congestion(cluster, cluster.nodes[-1], 12, start - 5400, start - 5290),
    ]


def _congestions(cluster: Cluster) -> list[Alarm]:
    """Clients that read more slowly than they are sent to."""
    nodes = cluster.nodes
    places = ((nodes[number * 7 % len(nodes)], number) for number in range(_CONGESTED))
    return [_congestion(cluster, node, 9 + number, cluster.start - 40 - 61 * number) for node, number in places]


def _congestion(cluster: Cluster, node: Node, number: int, since: float, over: float | None = None) -> Alarm:
    """The alarm of the client with this number on a node."""
    client = Population(cluster).at(node, number, since)
    username = client.username or "unknown_user"
    details: dict[str, object] = {
        "clientid": client.clientid,
        "username": username,
        "conn_state": "connected",
        "peername": f"{client.ip_address}:{client.port}",
        "sockname": f"{node.plan.name.rpartition('@')[2]}:1883",
        "proto_name": "MQTT",
        "proto_ver": client.proto_ver,
        "connected_at": int(client.connected_at * 1000),
        "high_watermark": 1_048_576,
        "high_msgq_watermark": 8192,
        "send_pend": 140 + number,
        "sndbuf": 87_040,
        "recbuf": 131_072,
        "buffer": 4096,
        "memory": 420_000 + 1000 * number,
        "message_queue_len": number * 3,
        "reductions": 9_000_000 + number,
        "recv_cnt": client.received + 4,
        "recv_oct": 148 * client.received + 96,
        "send_cnt": client.sent + 4,
        "send_oct": 152 * client.sent + 30,
    }
    name = f"conn_congestion/{client.clientid}/{username}"
    message = f"connection congested: {client.clientid}"
    return Alarm(node.plan.name, name, message, details, since, over)


def _of_running(cluster: Cluster, alarms: list[Alarm], now: float) -> list[Alarm]:
    up = {node.plan.name for node in cluster.running(now)}
    ended = cluster.changes.deactivated
    found = []
    for alarm in alarms:
        over = alarm.over if alarm.over is not None else ended.get((alarm.name, alarm.node))
        if alarm.node in up and (over is None or over > cluster.changes.forgotten_before):
            found.append(replace(alarm, over=over))
    return found
