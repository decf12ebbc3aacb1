"""The routes of a simulated cluster: which topics have a subscriber on which node."""

from emqx_tui.demo.messages import matches
from emqx_tui.demo.population import KINDS, Population, second_subscription
from emqx_tui.demo.search import unshared
from emqx_tui.demo.world import Cluster


_SHARED = tuple(
    dict.fromkeys(second_subscription(kind, lot)[0] for lot in (0, 5, 6, 7, 13) for kind in KINDS),
)
"""The topics that many clients have: shared ones keep their `$share/…` or `$queue/…`, as EMQX 5 lists them."""


class Routing:
    """The routes of one cluster: first those that many clients share, then each client's own, as far as is counted."""

    def __init__(self, cluster: Cluster, population: Population) -> None:
        self._cluster = cluster
        self._population = population

    def routes(
        self, now: float, offset: int, limit: int, *, topic: str | None = None, node: str | None = None
    ) -> tuple[list[tuple[str, str]], int]:
        """Topics with their node from `offset` on, at most `limit`, and how many there are.

        With `topic` only the routes of exactly this topic filter, with `node` only those to this node.
        """
        nodes = [each for each in self._cluster.running(now) if node in {None, each.plan.name}]
        added = self._population.added_subscriptions(now, nodes)
        first = [(shared, each.plan.name) for shared in _SHARED for each in nodes]
        first += dict.fromkeys((row.topic, row.node) for row in added)
        if topic is not None:
            rows = [row for row in first if row[0] == topic]
            client = self._population.find(topic.removeprefix("cmd/").removesuffix("/#"), now, nodes)
            if client is not None and topic == f"cmd/{client.clientid}/#":
                rows.append((topic, client.node))
            return rows[offset : offset + limit], len(rows)
        sessions = self._population.count(now, nodes)
        share = sessions / max(1, self._cluster.sessions(now))
        own = min(sessions, max(0, int(self._cluster.topics(now) * share) - len(first)))
        rows = first[offset : offset + limit]
        start = max(0, offset - len(first))
        left = min(limit - len(rows), own - start)
        if left > 0:
            rows += self._population.topics(now, nodes, start, left)
        return rows, len(first) + own

    def anybody(self, now: float, topic: str) -> bool:
        """Whether anybody is subscribed to this topic."""
        if any(matches(topic, unshared(shared)) for shared in _SHARED):
            return True
        nodes = self._cluster.running(now)
        first, _, rest = topic.partition("/")
        if first == "cmd" and self._population.find(rest.partition("/")[0], now, nodes) is not None:
            return True
        return any(matches(topic, unshared(row.topic)) for row in self._population.added_subscriptions(now, nodes))
