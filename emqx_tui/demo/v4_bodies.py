"""The world in the words of EMQX 4.4 (EMQX API reference, chapters 3A and 4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from emqx_tui.demo.alarms import Alarm, alarms_v4
from emqx_tui.demo.counters import metrics_v4, stats_v4
from emqx_tui.demo.exchange import dump
from emqx_tui.demo.formats import kmg, local_time, uptime_words
from emqx_tui.demo.population import Client, Population, Subscription
from emqx_tui.demo.rows import client_v4
from emqx_tui.demo.world import Cluster, Node


HOURS_EAST = 8
"""The cluster's hosts keep Chinese time, and EMQX 4 writes local time without saying so."""

_DEFAULT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that was asked for."""

    page: int
    limit: int

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (max(1, self.page) - 1) * self.limit

    def meta(self, count: int, *, known: bool = True) -> dict[str, object]:
        """What stands beside the rows of a list that has no `hasnext`."""
        return {"page": self.page, "limit": self.limit, "count": count if known else -1}


def paging(parameters: Mapping[str, str]) -> Paging | None:
    """The page that the parameters ask for; None for what EMQX 4 answers with an internal error."""
    try:
        page, limit = int(parameters.get("_page", "1")), int(parameters.get("_limit", str(_DEFAULT_LIMIT)))
    except ValueError:
        return None
    return Paging(page, limit) if limit >= 0 else None


class BodiesV4:
    """What the data of each answer is. Rows come as JSON already, everything else as plain objects."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._population = Population(cluster)

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

    def routes(self, nodes: list[Node], wanted: Paging, now: float) -> bytes:
        """A page of /routes."""
        topics = self._population.topics(now, nodes, wanted.offset, wanted.limit)
        rows = [{"topic": topic, "node": node} for topic, node in topics]
        return _page(dump(rows), wanted.meta(self._population.count(now, nodes)))

    def clients(self, nodes: list[Node], wanted: Paging, parameters: Mapping[str, str], now: float) -> bytes:
        """A page of /clients; with a filter the count is -1."""
        filters = [
            (name, value)
            for name, value in parameters.items()
            if name in {"clientid", "username", "conn_state", "_like_clientid", "_like_username"}
        ]
        if filters:
            found, more = self._population.matching(
                now,
                nodes,
                lambda client: _passes(client, filters),
                range(wanted.offset, wanted.offset + wanted.limit),
                part_of_id=parameters.get("_like_clientid", ""),
            )
            return _page(self._written(found), {**wanted.meta(0, known=False), "hasnext": more})
        count = self._population.count(now, nodes)
        found = self._population.page(now, nodes, wanted.offset, wanted.limit)
        return _page(self._written(found), {**wanted.meta(count), "hasnext": wanted.offset + wanted.limit < count})

    def client(self, clientid: str, nodes: list[Node], now: float) -> bytes:
        """The client of this id, as a list of one or none; `username/…` gives all clients of a user."""
        kind, _, user = clientid.partition("/")
        if kind == "username" and user:
            wanted = range(_DEFAULT_LIMIT)
            clients, _more = self._population.matching(now, nodes, lambda each: each.username == user, wanted)
            return b'{"code":0,"data":%b}' % self._written(clients)
        found = self._population.find(clientid, now, nodes)
        return b'{"code":0,"data":%b}' % self._written([found] if found else [])

    def subscriptions(self, nodes: list[Node], wanted: Paging, now: float) -> bytes:
        """A page of /subscriptions."""
        count = 2 * self._population.count(now, nodes)
        rows = self._population.subscriptions(now, nodes, wanted.offset, wanted.limit)
        meta = {**wanted.meta(count), "hasnext": wanted.offset + wanted.limit < count}
        return _page(dump([_subscription(row) for row in rows]), meta)

    def subscriptions_of(self, clientid: str, nodes: list[Node], now: float) -> bytes:
        """The subscriptions of one client."""
        found = self._population.find(clientid, now, nodes)
        rows = self._population.subscriptions_of(found) if found else []
        return b'{"code":0,"data":%b}' % dump([_subscription(row) for row in rows])

    @staticmethod
    def _written(clients: list[Client]) -> bytes:
        return f"[{','.join(client_v4(client, HOURS_EAST) for client in clients)}]".encode()


def _page(rows: bytes, meta: Mapping[str, object]) -> bytes:
    return b'{"code":0,"meta":%b,"data":%b}' % (dump(meta), rows)


def _passes(client: Client, filters: list[tuple[str, str]]) -> bool:
    for name, value in filters:
        if name == "conn_state":
            if value != ("connected" if client.connected else "disconnected"):
                return False
            continue
        have = client.clientid if name.endswith("clientid") else client.username or "undefined"
        if value not in have if name.startswith("_like") else value != have:
            return False
    return True


def _subscription(row: Subscription) -> dict[str, object]:
    return {"clientid": row.clientid, "node": row.node, "topic": row.topic, "qos": row.qos}


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
