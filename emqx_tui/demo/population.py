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


KINDS = ("meter", "pump", "gateway", "forklift", "valve", "tracker", "panel", "sensor")
_USERS = (None, "line-a", "line-b", "depot", "field", None, "lab", "yard")
_VERSIONS = (5, 5, 4, 4, 4, 5, 4, 3)
_LIVE_PERCENT = LIVE_PART * 100
_KEEPALIVES = (30, 60, 60, 120, 300)
_DIGITS = 7
_ODD = 2654435761
_MASK = 0xFFFFFFFF
_SUBSCRIPTIONS_EACH = 2
_TROUBLED = 1499
"""One in so many clients is in trouble."""

_ALWAYS_TROUBLED = frozenset({5, 12, 19, 26})
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
    subscriptions: int = 2


class Subscription(NamedTuple):
    """One subscription of a client."""

    clientid: str
    node: str
    topic: str
    qos: int


class Traits:
    """What filters ask about a client, each worked out only when it is asked; all but the time follows from its lot."""

    __slots__ = ("_booted", "_mixed", "_serial", "_start")

    def __init__(self, serial: int, mixed: int, booted: float, start: float) -> None:
        self._serial = serial
        self._mixed = mixed
        self._booted = booted
        self._start = start

    @property
    def kind(self) -> str:
        """The first part of the id."""
        return KINDS[(self._mixed >> 5) & 7]

    @property
    def clientid(self) -> str:
        """The whole id."""
        return f"{KINDS[(self._mixed >> 5) & 7]}-{self._serial:0{_DIGITS}d}"

    @property
    def lot(self) -> int:
        """0 to 15, see `second_subscription`."""
        return self._serial % 8 + 8 * (self._mixed >> 4 & 1)

    @property
    def username(self) -> str | None:
        """None for a client without one."""
        return _USERS[(self._mixed >> 9) & 7]

    @property
    def proto_ver(self) -> int:
        """3, 4 or 5."""
        return _VERSIONS[(self._mixed >> 12) & 7]

    @property
    def connected(self) -> bool:
        """Whether it has a connection."""
        return self._mixed % 100 < _LIVE_PERCENT

    @property
    def clean_start(self) -> bool:
        """Whether its session ends with its connection."""
        return self._mixed & 64 != 0 and self.connected

    @property
    def ip_address(self) -> str:
        """Of the client."""
        return f"{'203.0.113' if self._mixed & 32 else '198.51.100'}.{1 + (self._mixed >> 8) % 254}"

    @property
    def port(self) -> int:
        """Of the client."""
        return 20_000 + (self._mixed >> 4) % 40_000

    @property
    def connected_at(self) -> float:
        """Seconds since 1970."""
        return max(self._booted + self._mixed % 12, self._start - (self._mixed >> 3) % 250_000)


Accept = Callable[[Client], bool]


def second_subscription(kind: str, lot: int) -> tuple[str, int]:
    """Topic and QoS of the second subscription of a client of this kind and lot (0 to 15)."""
    if lot & 7 == 5:
        return f"site/{'north' if lot & 8 else 'south'}/+/telemetry", 1
    if lot & 7 == 6:
        return f"$queue/orders/{kind}", 1
    if lot & 7 == 7:
        return f"firmware/{kind}/#", 2
    return f"$share/{kind}s/jobs/{kind}/+", 0


def _mixed(serial: int) -> int:
    """A number that looks drawn by lot, from which all else about a client follows."""
    mixed = ((serial + 1) * _ODD) & _MASK
    return mixed ^ mixed >> 15


def _trouble(serial: int, mixed: int) -> str:
    """What is the matter with a client; some of the first ones are in trouble however few there are."""
    if mixed % _TROUBLED != 7 and serial not in _ALWAYS_TROUBLED:
        return ""
    return ("queue", "inflight", "drops", "mailbox")[(mixed >> 11) & 3]


class Population:
    """Who is connected to a cluster. A client keeps its id, its node and its time of connecting between requests."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._nodes = len(cluster.nodes)

    def count(self, now: float, nodes: list[Node]) -> int:
        """Sessions on these nodes."""
        return sum(node.sessions(now) - len(self.gone(node, now)) for node in nodes)

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
            numbers = (place for place in numbers if part_of_id in self._clientid(*place))
        accepted = (client for client in (self._client(*place, now) for place in numbers) if accept(client))
        found = list(islice(accepted, wanted.start, wanted.stop + 1))
        return found[: len(wanted)], len(found) > len(wanted)

    def find(self, clientid: str, now: float, nodes: list[Node]) -> Client | None:
        """The client of this id, if it is on one of these nodes."""
        place = self._place(clientid)
        if place is None:
            return None
        node, number = place
        if node not in nodes or number >= node.sessions(now) or number in self.gone(node, now):
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
        rows = self.usual_subscriptions(client)
        changes = self._cluster.changes
        if changes.unsubscribed or changes.subscribed:
            rows = [row for row in rows if (client.clientid, row.topic) not in changes.unsubscribed]
            rows += self._added(client)
        return rows

    def usual_subscriptions(self, client: Client) -> list[Subscription]:
        """The two that a client subscribes to when it connects."""
        clientid, node = client.clientid, client.node
        kind, _, digits = clientid.partition("-")
        second = second_subscription(kind, int(digits) % 8 + 8 * (client.port & 1))
        return [Subscription(clientid, node, f"cmd/{clientid}/#", 1), Subscription(clientid, node, *second)]

    @property
    def unsubscribed(self) -> set[tuple[str, str]]:
        """Client ids and topics that were unsubscribed by hand."""
        return self._cluster.changes.unsubscribed

    def added_subscriptions(self, now: float, nodes: list[Node]) -> list[Subscription]:
        """What was subscribed by hand for clients on these nodes."""
        clients = (self.find(clientid, now, nodes) for clientid in self._cluster.changes.subscribed)
        return [row for client in clients if client is not None for row in self._added(client)]

    def _added(self, client: Client) -> list[Subscription]:
        more = self._cluster.changes.subscribed.get(client.clientid, {})
        return [Subscription(client.clientid, client.node, topic, qos) for topic, qos in more.items()]

    def topics(self, now: float, nodes: list[Node], offset: int, limit: int) -> list[tuple[str, str]]:
        """Topics with their node, from `offset` on, at most `limit`."""
        clients = self.page(now, nodes, offset, limit)
        return [(f"cmd/{client.clientid}/#", client.node) for client in clients]

    def _numbers(self, now: float, nodes: list[Node], offset: int, limit: int) -> Iterator[tuple[Node, int]]:
        left = limit
        for node in nodes:
            gone = self.gone(node, now)
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
        if kind not in KINDS or len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
            return None
        number, index = divmod(int(digits), len(self._cluster.nodes))
        node = self._cluster.nodes[index]
        return (node, number) if self._clientid(node, number) == clientid else None

    def gone(self, node: Node, now: float) -> frozenset[int]:
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

    def _clientid(self, node: Node, number: int) -> str:
        return self.traits(node, number, 0.0).clientid

    def traits(self, node: Node, number: int, booted: float) -> Traits:
        """What filters ask about the client with this number on a node that came up at this time."""
        serial = number * self._nodes + node.index
        return Traits(serial, _mixed(serial), booted, self._cluster.start)

    def _client(self, node: Node, number: int, now: float) -> Client:
        serial = number * self._nodes + node.index
        mixed = _mixed(serial)
        traits = Traits(serial, mixed, node.booted(now), self._cluster.start)
        clientid, connected, connected_at = traits.clientid, traits.connected, traits.connected_at
        start = self._cluster.start
        connected_at = min(now, connected_at)
        gone_at = max(connected_at + 1, start - (mixed >> 7) % 3600)
        kicked = self._cluster.changes.kicked
        if kicked and clientid in kicked and connected:
            connected_at = max(connected_at, min(now, kicked[clientid] + BACK_SECONDS))
        lasted = max(0.0, (now if connected else gone_at) - connected_at)
        received = int(lasted * (1 + mixed % 13) / 40)
        trouble = _trouble(serial, mixed) if connected else ""
        # By place, not by name: naming the fields of a thousand clients costs as much as all the rest.
        client = Client(
            clientid,
            traits.username,
            node.plan.name,
            traits.proto_ver,
            _KEEPALIVES[mixed % 5],
            0 if traits.clean_start else 7200,
            traits.ip_address,
            traits.port,
            connected,
            connected_at,
            gone_at,
            received,
            received * 2 + 3,
            (0 if mixed & 255 else 40 + mixed % 60) if connected else mixed % 1000,
            0 if mixed % 97 else mixed % 4000,
            0,
            0,
            listener_of(mixed >> 18),
        )
        changes = self._cluster.changes
        if changes.unsubscribed or changes.subscribed:
            client = client._replace(subscriptions=len(self.subscriptions_of(client)))
        return self._troubled(client, trouble, node, mixed, now) if trouble else client

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
