"""The clients of a simulated cluster: found by number, so that a page of fifty thousand costs what a page costs."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from emqx_tui.demo.world import LIVE_PART, Cluster, Node


_KINDS = ("meter", "pump", "gateway", "forklift", "valve", "tracker", "panel", "sensor")
_USERS = (None, "line-a", "line-b", "depot", "field", None, "lab", "yard")
_KEEPALIVES = (30, 60, 60, 120, 300)
_DIGITS = 7
_ODD = 2654435761
_MASK = 0xFFFFFFFF
_SUBSCRIPTIONS_EACH = 2


class Client(NamedTuple):
    """One session, connected or not; times in seconds since 1970, expiry in seconds."""

    clientid: str
    username: str | None
    node: str
    proto_ver: int
    keepalive: int
    expiry: int
    ip_address: str
    port: int
    connected: bool
    connected_at: float
    disconnected_at: float
    received: int
    sent: int
    queued: int
    dropped: int


class Subscription(NamedTuple):
    """One subscription of a client."""

    clientid: str
    node: str
    topic: str
    qos: int


Accept = Callable[[Client], bool]


class Population:
    """Who is connected to a cluster. A client keeps its id, its node and its time of connecting between requests."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def count(self, now: float, nodes: list[Node]) -> int:
        """Sessions on these nodes."""
        return sum(node.sessions(now) for node in nodes)

    def page(self, now: float, nodes: list[Node], offset: int, limit: int) -> list[Client]:
        """The clients from `offset` on, at most `limit`."""
        return [self._client(node, number, now) for node, number in self._numbers(now, nodes, offset, limit)]

    def matching(
        self, now: float, nodes: list[Node], accept: Accept, wanted: range, *, part_of_id: str = ""
    ) -> tuple[list[Client], bool]:
        """The accepted clients that have these numbers among the accepted ones, and whether there are more.

        Only clients with `part_of_id` in their id are looked at, which is much faster than to refuse the others.
        """
        numbers = self._numbers(now, nodes, 0, _MASK)
        if part_of_id:
            numbers = (place for place in numbers if part_of_id in self._identity(*place)[0])
        accepted = (client for client in (self._client(*place, now) for place in numbers) if accept(client))
        found = list(islice(accepted, wanted.start, wanted.stop + 1))
        return found[: len(wanted)], len(found) > len(wanted)

    def find(self, clientid: str, now: float, nodes: list[Node]) -> Client | None:
        """The client of this id, if it is on one of these nodes."""
        kind, _, digits = clientid.partition("-")
        if kind not in _KINDS or len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
            return None
        number, index = divmod(int(digits), len(self._cluster.nodes))
        node = self._cluster.nodes[index]
        if node not in nodes or number >= node.sessions(now):
            return None
        client = self._client(node, number, now)
        return client if client.clientid == clientid else None

    def subscriptions(self, now: float, nodes: list[Node], offset: int, limit: int) -> list[Subscription]:
        """The subscriptions from `offset` on, at most `limit`; each client has two."""
        first, skipped = divmod(offset, _SUBSCRIPTIONS_EACH)
        clients = self.page(now, nodes, first, limit // _SUBSCRIPTIONS_EACH + 2)
        rows = [row for client in clients for row in self.subscriptions_of(client)]
        return rows[skipped : skipped + limit]

    def subscriptions_of(self, client: Client) -> list[Subscription]:
        """The subscriptions of one client."""
        kind = client.clientid.partition("-")[0]
        return [
            Subscription(client.clientid, client.node, f"cmd/{client.clientid}/#", 1),
            Subscription(client.clientid, client.node, f"$share/{kind}s/jobs/{kind}/+", 0),
        ]

    def topics(self, now: float, nodes: list[Node], offset: int, limit: int) -> list[tuple[str, str]]:
        """Topics with their node, from `offset` on, at most `limit`."""
        clients = self.page(now, nodes, offset, limit)
        return [(f"cmd/{client.clientid}/#", client.node) for client in clients]

    def _numbers(self, now: float, nodes: list[Node], offset: int, limit: int) -> Iterator[tuple[Node, int]]:
        left = limit
        for node in nodes:
            here = node.sessions(now)
            if offset >= here:
                offset -= here
                continue
            for number in range(offset, min(here, offset + left)):
                yield node, number
            left -= min(here, offset + left) - offset
            offset = 0
            if left <= 0:
                return

    def _identity(self, node: Node, number: int) -> tuple[str, int]:
        """The id of a client, and a number that looks drawn by lot, from which all else about it follows."""
        serial = number * len(self._cluster.nodes) + node.index
        mixed = ((serial + 1) * _ODD) & _MASK
        mixed ^= mixed >> 15
        return f"{_KINDS[(mixed >> 5) & 7]}-{serial:0{_DIGITS}d}", mixed

    def _client(self, node: Node, number: int, now: float) -> Client:
        clientid, mixed = self._identity(node, number)
        connected = mixed % 100 < LIVE_PART * 100
        start = self._cluster.start
        connected_at = min(now, max(node.booted(now) + mixed % 12, start - (mixed >> 3) % 250_000))
        gone_at = max(connected_at + 1, start - (mixed >> 7) % 3600)
        lasted = max(0.0, (now if connected else gone_at) - connected_at)
        received = int(lasted * (1 + mixed % 13) / 40)
        return Client(
            clientid=clientid,
            username=_USERS[(mixed >> 9) & 7],
            node=node.plan.name,
            proto_ver=(5, 5, 4, 4, 4, 5, 4, 3)[(mixed >> 12) & 7],
            keepalive=_KEEPALIVES[mixed % 5],
            expiry=0 if connected and mixed & 64 else 7200,
            ip_address=f"{'203.0.113' if mixed & 32 else '198.51.100'}.{1 + (mixed >> 8) % 254}",
            port=20_000 + (mixed >> 4) % 40_000,
            connected=connected,
            connected_at=connected_at,
            disconnected_at=gone_at,
            received=received,
            sent=received * 2 + 3,
            queued=(0 if mixed & 255 else 40 + mixed % 60) if connected else mixed % 1000,
            dropped=0 if mixed % 97 else mixed % 4000,
        )
