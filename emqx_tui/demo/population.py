"""The clients of a simulated cluster: found by number, so that a page of fifty thousand costs what a page costs.

A few are in trouble (see `Client.trouble`): what a sweep over all clients is to find. Clients that were kicked vanish
and come back as `changes` tells, under the same id.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from emqx_tui.demo.changes import BACK_SECONDS
from emqx_tui.demo.listeners import listener_of
from emqx_tui.demo.world import LIVE_PART, Cluster, Node


_KINDS = ("meter", "pump", "gateway", "forklift", "valve", "tracker", "panel", "sensor")
_USERS = (None, "line-a", "line-b", "depot", "field", None, "lab", "yard")
_KEEPALIVES = (30, 60, 60, 120, 300)
_DIGITS = 7
_ODD = 2654435761
_MASK = 0xFFFFFFFF
_SUBSCRIPTIONS_EACH = 2
_TROUBLED = 1499
"""One in so many clients is in trouble."""

MOST_QUEUED = 1000
MOST_INFLIGHT = 32


class Client(NamedTuple):
    """One session, connected or not; times in seconds since 1970, expiry in seconds.

    `queued` of MOST_QUEUED, `inflight` of MOST_INFLIGHT, `mailbox` in messages; `listener` as `type:name`; `trouble`
    says what is the matter with it: "" (nothing), "queue", "inflight", "drops" or "mailbox".
    """

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
    inflight: int = 0
    mailbox: int = 0
    listener: str = "tcp:default"
    trouble: str = ""


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
        return sum(node.sessions(now) - len(self._gone(node, now)) for node in nodes)

    def at(self, node: Node, number: int, now: float) -> Client:
        """The client with this number on a node, whether it was kicked or not."""
        return self._client(node, number, now)

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
        place = self._place(clientid)
        if place is None:
            return None
        node, number = place
        if node not in nodes or number >= node.sessions(now) or number in self._gone(node, now):
            return None
        return self._client(node, number, now)

    def kick(self, clientid: str, now: float) -> bool:
        """End the session of this client; False when there is none."""
        found = self.find(clientid, now, self._cluster.running(now))
        if found is not None:
            self._cluster.changes.kick(clientid, now)
        return found is not None

    def subscriptions(self, now: float, nodes: list[Node], offset: int, limit: int) -> list[Subscription]:
        """The subscriptions from `offset` on, at most `limit`; each client has two."""
        first, skipped = divmod(offset, _SUBSCRIPTIONS_EACH)
        clients = self.page(now, nodes, first, limit // _SUBSCRIPTIONS_EACH + 2)
        rows = [row for client in clients for row in self.subscriptions_of(client)]
        return rows[skipped : skipped + limit]

    def subscriptions_of(self, client: Client) -> list[Subscription]:
        """The subscriptions of one client: its own commands, and a shared or a wildcard one, unless changed."""
        clientid, node = client.clientid, client.node
        kind, _, digits = clientid.partition("-")
        lot = int(digits) % 8
        second = (f"$share/{kind}s/jobs/{kind}/+", 0)
        if lot == 5:
            second = (f"site/{'north' if client.port % 2 else 'south'}/+/telemetry", 1)
        elif lot == 6:
            second = (f"$queue/work/{kind}", 1)
        elif lot == 7:
            second = (f"firmware/{kind}/#", 2)
        rows = [Subscription(clientid, node, f"cmd/{clientid}/#", 1), Subscription(clientid, node, *second)]
        changes = self._cluster.changes
        if changes.unsubscribed or changes.subscribed:
            rows = [row for row in rows if (clientid, row.topic) not in changes.unsubscribed]
            more = changes.subscribed.get(clientid, {})
            rows += [Subscription(clientid, node, topic, qos) for topic, qos in more.items()]
        return rows

    def topics(self, now: float, nodes: list[Node], offset: int, limit: int) -> list[tuple[str, str]]:
        """Topics with their node, from `offset` on, at most `limit`."""
        clients = self.page(now, nodes, offset, limit)
        return [(f"cmd/{client.clientid}/#", client.node) for client in clients]

    def _numbers(self, now: float, nodes: list[Node], offset: int, limit: int) -> Iterator[tuple[Node, int]]:
        left = limit
        for node in nodes:
            gone = self._gone(node, now)
            whole = node.sessions(now)
            here = whole - len(gone)
            if offset >= here:
                offset -= here
                continue
            first, wanted = offset, min(here - offset, left)
            for number in sorted(gone):
                first += number <= first
            given = 0
            for number in range(first, whole):
                if number in gone:
                    continue
                if given >= wanted:
                    break
                given += 1
                yield node, number
            left -= wanted
            offset = 0
            if left <= 0:
                return

    def _place(self, clientid: str) -> tuple[Node, int] | None:
        """The node and the number of a client id that there is."""
        kind, _, digits = clientid.partition("-")
        if kind not in _KINDS or len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
            return None
        number, index = divmod(int(digits), len(self._cluster.nodes))
        node = self._cluster.nodes[index]
        return (node, number) if self._identity(node, number)[0] == clientid else None

    def _gone(self, node: Node, now: float) -> frozenset[int]:
        """The numbers of those who were kicked and are not back: never those who had no connection to begin with."""
        kicked = self._cluster.changes.kicked
        if not kicked:
            return frozenset()
        gone = set()
        for clientid in kicked:
            place = self._place(clientid)
            if place is not None and place[0] is node and self._away(place, clientid, now):
                gone.add(place[1])
        return frozenset(number for number in gone if number < node.sessions(now))

    def _away(self, place: tuple[Node, int], clientid: str, now: float) -> bool:
        at = self._cluster.changes.kicked[clientid]
        client = self._client(*place, now)
        if now < at + BACK_SECONDS or not client.connected:
            return now >= at
        return self._cluster.changes.banned(clientid, client.username, client.ip_address, now)

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
        kicked = self._cluster.changes.kicked
        if kicked and clientid in kicked and connected:
            connected_at = max(connected_at, kicked[clientid] + BACK_SECONDS)
        lasted = max(0.0, (now if connected else gone_at) - connected_at)
        received = int(lasted * (1 + mixed % 13) / 40)
        trouble = self._trouble(number, mixed) if connected else ""
        client = Client(
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
            listener=listener_of(mixed >> 18),
        )
        return self._troubled(client, trouble, node, mixed, now) if trouble else client

    def _trouble(self, number: int, mixed: int) -> str:
        if mixed % _TROUBLED != 7 and number not in {4, 5}:
            return ""
        return ("queue", "inflight", "drops", "mailbox")[(mixed >> 11) & 3]

    def _troubled(self, client: Client, trouble: str, node: Node, mixed: int, now: float) -> Client:
        """The client with what is the matter with it; the figures move from second to second."""
        wobble = node.jitter(now, mixed & 63)
        lasted = now - client.connected_at
        if trouble == "queue":
            queued = MOST_QUEUED - wobble * 2
            return client._replace(trouble=trouble, queued=queued, inflight=MOST_INFLIGHT - wobble % 3)
        if trouble == "inflight":
            return client._replace(trouble=trouble, queued=120 + mixed % 300 + wobble, inflight=MOST_INFLIGHT)
        if trouble == "drops":
            dropped = int(lasted * (1 + mixed % 7) / 2)
            return client._replace(trouble=trouble, queued=MOST_QUEUED, dropped=dropped, inflight=MOST_INFLIGHT)
        return client._replace(trouble=trouble, queued=wobble, mailbox=1800 + mixed % 9000 + 90 * wobble)
