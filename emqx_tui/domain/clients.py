"""Clients: one session each, connected or not, with its queues, its traffic and its subscriptions."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.listing import Page, Query


_DURATION = re.compile(r"(?:[0-9]{1,9}[smhdw])+")
_PART = re.compile(r"([0-9]+)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

PROTOCOLS: Mapping[str, int] = {"3": 3, "4": 4, "5": 5, "3.1": 3, "3.1.1": 4, "5.0": 5}
"""Versions of MQTT as people write them, by the number that is in the CONNECT packet."""


class Client(NamedTuple):
    """One session (API reference, 3A.2 and 3B.3). Every field but the id may be missing: None is not known.

    Times are seconds since 1970 by the broker's clock. Limits are None where there is none or none is known.

    Attributes:
        clientid: As it can be shown.
        exact: The id as the broker has it, where it cannot be shown like that; only for asking, never shown.
        listener: `tcp:default` (5.x).
        zone: 4.x and 5.0.
        clean_start: The session began anew with its connection.
        durable: It is kept in durable storage (5.7 and later).
        local_time: When it connected by the clock of its node, where nobody can say which zone that is (4.x).
        protocol: 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5.0.
        keepalive: Seconds, like `expiry`, for which the session outlives its connection.
        queue: Messages that wait, of at most `queue_max`.
        queue_dropped: Messages that found the queue full, or were too old, since the session began.
        inflight: Messages sent and not yet acknowledged, of at most `inflight_max`.
        awaiting: QoS 2 messages received and not yet released, of at most `awaiting_max`.
        mailbox: Messages that wait for the process of the connection within the broker.
        heap: Words of memory of that process.
        received: Messages that the client has published; `sent`: those that went to it.
    """

    clientid: str
    exact: str | None = None
    username: str | None = None
    node: str | None = None
    connected: bool | None = None
    address: str | None = None
    listener: str | None = None
    zone: str | None = None
    mountpoint: str | None = None
    protocol_name: str | None = None
    clean_start: bool | None = None
    durable: bool | None = None
    bridge: bool | None = None
    connected_at: float | None = None
    created_at: float | None = None
    disconnected_at: float | None = None
    local_time: str | None = None
    subscriptions_max: int | None = None
    queue_max: int | None = None
    inflight_max: int | None = None
    awaiting_max: int | None = None
    port: int | None = None
    protocol: int | None = None
    keepalive: int | None = None
    expiry: int | None = None
    subscriptions: int | None = None
    queue: int | None = None
    queue_dropped: int | None = None
    inflight: int | None = None
    awaiting: int | None = None
    mailbox: int | None = None
    heap: int | None = None
    reductions: int | None = None
    received: int | None = None
    received_dropped: int | None = None
    received_packets: int | None = None
    received_bytes: int | None = None
    sent: int | None = None
    sent_dropped: int | None = None
    sent_packets: int | None = None
    sent_bytes: int | None = None

    @property
    def id(self) -> str:
        """The id by which the broker knows it."""
        return self.clientid if self.exact is None else self.exact

    @property
    def queue_share(self) -> float | None:
        """Messages that wait of those that may, 0 to 1."""
        return _share(self.queue, self.queue_max)

    @property
    def inflight_share(self) -> float | None:
        """Messages in flight of those that may be, 0 to 1."""
        return _share(self.inflight, self.inflight_max)

    @property
    def dropped(self) -> int | None:
        """Messages to it that were dropped: the larger of two counters, for a full queue is counted by both."""
        known = [one for one in (self.queue_dropped, self.sent_dropped) if one is not None]
        return max(known) if known else None


class Subscribed(NamedTuple):
    """One subscription of a client. What EMQX 4 and NanoMQ do not tell is None.

    Attributes:
        topic: The filter, with `$share/group/` where it is shared.
        no_local: What the client publishes itself does not come back.
        retain_as_published: Retained messages keep their flag.
        retain_handling: 0 sends retained messages, 1 only for a new subscription, 2 never.
    """

    topic: str
    qos: int | None = None
    no_local: bool | None = None
    retain_as_published: bool | None = None
    retain_handling: int | None = None


class ClientDetail(NamedTuple):
    """What is asked about one client.

    Attributes:
        client: Its newest figures; None when it has gone.
        counters: Its traffic by EMQX's own names, such as `recv_msg.qos1` and `send_msg.dropped.queue_full`.
        subscriptions: None when they could not be had.
    """

    client: Client | None
    counters: Mapping[str, int] = {}
    subscriptions: Sequence[Subscribed] | None = None


def moment_of(text: str, now: float) -> float | None:
    """Seconds since 1970 of `2h`, `1d12h` (so long before now) or an RFC 3339 time; None for what is neither.

    A time without an offset is taken for UTC, as the broker's API has it.
    """
    if _DURATION.fullmatch(text):
        return now - sum(int(amount) * _SECONDS[unit] for amount, unit in _PART.findall(text))
    try:
        # A + in front of the offset may have become a blank on its way.
        read = datetime.fromisoformat(text.replace(" ", "+") if text.count(":") > 2 else text)
        return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


class OffersClients(Protocol):
    """What can be asked of clients; an adapter answers what its generation offers."""

    async def clients(self, query: Query, after: str | None, rows: int | None = None) -> Page[Client]:
        """A page of sessions, disconnected ones included.

        Args:
            query: `clientid`, `like_clientid`, `username`, `like_username`, `ip_address`, `node`, `state`
                (`connected`, `disconnected`), `proto` (see `PROTOCOLS`), `connected_since` (see `moment_of`).
            after: What the page before gave.
            rows: Rows of a page; None for as many as suit a screen.

        Raises:
            BadRequest: A value cannot be asked for.
        """
        raise Unsupported(path="/clients")

    async def client(self, client: Client) -> ClientDetail:
        """The newest figures of one session, and its subscriptions."""
        raise Unsupported(path="/clients")
