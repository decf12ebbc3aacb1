"""Clients, subscriptions and routes in the words of EMQX 4.4 (EMQX API reference, 3A.2 and 3A.3)."""

from collections.abc import Mapping

from emqx_tui.demo.exchange import dump
from emqx_tui.demo.formats import HOURS_EAST
from emqx_tui.demo.population import Client, Population, Subscription
from emqx_tui.demo.rows import client_v4
from emqx_tui.demo.search import Search, SubscriptionFilter, unshared
from emqx_tui.demo.v4_filters import Paging, client_filter, client_search, subscription_filter, written
from emqx_tui.demo.world import Cluster, Node


_ALL = 1 << 32


class SessionsV4:
    """The answers about sessions, as bytes that are JSON already."""

    def __init__(self, cluster: Cluster) -> None:
        self._population = Population(cluster)
        self._search = Search(self._population)

    def clients(self, nodes: list[Node], wanted: Paging, parameters: Mapping[str, str], now: float) -> bytes:
        """A page of /clients; with a filter the count is -1. Raises FilterError."""
        accept = client_filter(parameters)
        if accept is None:
            count = self._population.count(now, nodes)
            found = self._population.page(now, nodes, wanted.offset, wanted.limit)
            return _page(_written(found), {**wanted.meta(count), "hasnext": wanted.offset + wanted.limit < count})
        if "clientid" in parameters:
            known = self._population.find(parameters["clientid"], now, nodes)
            found = [known] if known and accept(known) and 0 in wanted.wanted else []
            return _page(_written(found), {**wanted.meta(0, known=False), "hasnext": False})
        search = client_search(parameters)
        if search is not None:
            found, more = self._search.clients(now, nodes, search, wanted.offset, wanted.limit)
        else:
            part = parameters.get("_like_clientid", "")
            found, more = self._population.matching(now, nodes, accept, wanted.wanted, part_of_id=part)
        return _page(_written(found), {**wanted.meta(0, known=False), "hasnext": more})

    def client(self, clientid: str, nodes: list[Node], now: float) -> bytes:
        """The client of this id, as a list of one or none; `username/…` gives all clients of a user."""
        kind, _, user = clientid.partition("/")
        if kind == "username" and user:
            clients, _more = self._population.matching(now, nodes, lambda each: each.username == user, range(_ALL))
            return _data(_written(clients))
        found = self._population.find(clientid, now, nodes)
        return _data(_written([found] if found else []))

    def subscriptions(self, nodes: list[Node], wanted: Paging, parameters: Mapping[str, str], now: float) -> bytes:
        """A page of /subscriptions; with a filter the count is -1, but for the topic alone, which is looked up."""
        wished = subscription_filter(parameters)
        rows, more = self._search.subscriptions(now, nodes, wished, wanted.offset, wanted.limit)
        if wished != SubscriptionFilter(topic=wished.topic):
            return _page(_listed(rows), {**wanted.meta(0, known=False), "hasnext": more})
        count = self._search.count_subscriptions(now, nodes, wished)
        return _page(_listed(rows), {**wanted.meta(count), "hasnext": more})

    def subscriptions_of(self, clientid: str, nodes: list[Node], now: float) -> bytes:
        """The subscriptions of one client."""
        found = self._population.find(clientid, now, nodes)
        return _data(_listed(self._population.subscriptions_of(found) if found else []))

    def routes(self, nodes: list[Node], wanted: Paging, now: float) -> bytes:
        """A page of /routes."""
        topics = self._population.topics(now, nodes, wanted.offset, wanted.limit)
        rows = [{"topic": topic, "node": node} for topic, node in topics]
        return _page(dump(rows), wanted.meta(self._population.count(now, nodes)))

    def route(self, topic: str, nodes: list[Node], now: float) -> bytes:
        """The nodes that a topic filter is subscribed on, as a list: one row each, none when nobody subscribes to it.

        Of filters that many clients share all running nodes have subscribers.
        """
        parts = topic.split("/")
        if parts[0] == "cmd" and len(parts) == 3:
            known = self._population.find(parts[1], now, nodes)
            names = (
                [row.node for row in self._population.subscriptions_of(known) if row.topic == topic] if known else []
            )
        else:
            sample = self._population.subscriptions(now, nodes, 0, 400)
            names = [node.plan.name for node in nodes if any(unshared(row.topic) == topic for row in sample)]
        return _data(dump([{"topic": topic, "node": name} for name in names]))


def _page(rows: bytes, meta: Mapping[str, object]) -> bytes:
    return b'{"code":0,"meta":%b,"data":%b}' % (dump(meta), rows)


def _data(rows: bytes) -> bytes:
    return b'{"code":0,"data":%b}' % rows


def _written(clients: list[Client]) -> bytes:
    return f"[{','.join(client_v4(client, HOURS_EAST) for client in clients)}]".encode()


def _listed(rows: list[Subscription]) -> bytes:
    return dump(
        [{"clientid": row.clientid, "node": row.node, "topic": written(row.topic), "qos": row.qos} for row in rows]
    )
