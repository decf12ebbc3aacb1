"""What a broker tells of itself when asked: alarms that are over, listeners, slow subscriptions, single topics."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.models import Alarm


class ListenerNode(NamedTuple):
    """A listener on one node.

    Attributes:
        running: None when the node did not say.
        limit: How many connections it takes; None when it does not say, and when there is no limit.
        unlimited: There is no limit.
        shutdowns: How many connections ended for which reason, since the node started (EMQX 4).
        error: Why the node told nothing of its listeners; empty when it did.
    """

    node: str
    running: bool | None = None
    bind: str | None = None
    connections: int | None = None
    limit: int | None = None
    unlimited: bool = False
    shutdowns: Mapping[str, int] = {}
    error: str = ""


class Listener(NamedTuple):
    """A listener of a deployment, put together from its nodes (API reference, 3A.4 and 3B.5).

    Attributes:
        id: As EMQX names it: `tcp:default`, on 4.x `mqtt:tcp:external`. Where 4.x gives none, its protocol.
        kind: `tcp`, `ssl`, `ws`, `wss`, `quic`, `http` …
        bind: Where it listens; on EMQX 5 sometimes only as the answering node has it.
        enabled: The configuration wants it to run; None where it does not say.
        acceptors: Processes that accept connections, on each node.
    """

    id: str
    kind: str
    bind: str | None = None
    enabled: bool | None = None
    acceptors: int | None = None
    nodes: tuple[ListenerNode, ...] = ()

    @property
    def running(self) -> int:
        """Nodes on which it runs."""
        return sum(one.running is True for one in self.nodes)

    @property
    def connections(self) -> int | None:
        """Connections on all nodes; None when no node tells."""
        told = [one.connections for one in self.nodes if one.connections is not None]
        return sum(told) if told else None

    @property
    def unlimited(self) -> bool:
        """No node limits its connections."""
        return bool(self.nodes) and all(one.unlimited for one in self.nodes)

    @property
    def limit(self) -> int | None:
        """Connections that its nodes together take; None when one of them does not limit or tell them."""
        limits = [one.limit for one in self.nodes if one.running is not False]
        return sum(one for one in limits if one is not None) if limits and None not in limits else None

    @property
    def share(self) -> float | None:
        """The fullest node's connections of its limit, 0 to 1: a full node refuses clients though others have room."""
        shares = [one.connections / one.limit for one in self.nodes if one.limit and one.connections is not None]
        return max(shares) if shares else None


class SlowSubscription(NamedTuple):
    """A subscriber to which messages of a topic took long (API reference, 3A.5 and 3B.5).

    Attributes:
        seconds: The longest time from publication to delivery that is on the list.
        at: When that was last so, in seconds since 1970 by the broker's clock.
    """

    client_id: str
    topic: str
    node: str | None = None
    seconds: float | None = None
    at: float | None = None


class TopicMetrics(NamedTuple):
    """What went through one topic since it has been counted.

    Attributes:
        since: Since when, in seconds since 1970 by the broker's clock; None on EMQX 4.
        reset_at: When its counters were last set to 0.
        counts: Messages, by EMQX's names without the end `.count`: `messages.in`, `messages.qos1.out` …
        rates: Messages per second, likewise.
    """

    topic: str
    since: float | None = None
    reset_at: float | None = None
    counts: Mapping[str, int] = {}
    rates: Mapping[str, float] = {}


class OffersMonitoring(Protocol):
    """What can be asked of how a broker does; an adapter answers what its generation offers."""

    async def past_alarms(self, query: Query, after: str | None) -> Page[Alarm]:
        """Alarms that are over, as long as the broker keeps them."""
        raise Unsupported(path="/alarms")

    async def listeners(self, query: Query, after: str | None) -> Page[Listener]:
        """The listeners of all nodes."""
        raise Unsupported(path="/listeners")

    async def slow_subscriptions(self, query: Query, after: str | None) -> Page[SlowSubscription]:
        """The slowest subscriptions.

        Raises:
            SwitchedOff: The broker does not measure them.
        """
        raise Unsupported(path="/slow_subscriptions")

    async def topic_metrics(self, query: Query, after: str | None) -> Page[TopicMetrics]:
        """Topics that are counted one by one.

        Raises:
            SwitchedOff: The broker does not count them.
        """
        raise Unsupported(path="/topic_metrics")
