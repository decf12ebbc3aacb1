"""What brokers tell, cleaned: frozen values with every field optional. What the API did not give is None, never 0."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What answers at a deployment's address."""

    EMQX4 = "emqx4"
    EMQX5 = "emqx5"
    SERVERLESS = "serverless"
    NANOMQ = "nanomq"


class Node(NamedTuple):
    """One node as one answer described it.

    Fields are EMQX's own (API reference, section 4.1), in plain units: seconds, bytes, counts.

    Attributes:
        name: `emqx@10.0.0.1`; None on NanoMQ, which has no node names.
        running: What the API says; None when the answer does not say.
        status: The API's own word, kept for words that are not known yet.
        error: The broker's word for why it could not ask this node (`nodedown`).
        role: `core` or `replicant` (5.x).
        edition: `Opensource` or `Enterprise` (5.x).
        description: `sysdescr` (4.x, NanoMQ).
        uptime: Seconds.
        datetime: The node's clock as given: local time without a zone (4.x, NanoMQ).
        sessions: What the API calls `connections`: disconnected persistent sessions included.
        live_connections: Open sockets.
        memory_used: Bytes, of the host on current versions.
    """

    name: str | None
    running: bool | None = None
    status: str | None = None
    error: str | None = None
    role: str | None = None
    version: str | None = None
    edition: str | None = None
    description: str | None = None
    otp_release: str | None = None
    uptime: float | None = None
    datetime: str | None = None
    sessions: int | None = None
    live_connections: int | None = None
    load1: float | None = None
    load5: float | None = None
    load15: float | None = None
    memory_used: int | None = None
    memory_total: int | None = None
    processes_used: int | None = None
    processes_limit: int | None = None
    fd_limit: int | None = None

    def completed_by(self, other: "Node") -> "Node":
        """This node with what it lacks taken from another answer about the same node."""
        if None not in self:
            return self
        return Node._make(theirs if own is None else own for own, theirs in zip(self, other, strict=True))


Counters = Mapping[str, int]
"""A node's counters or gauges by EMQX's dotted names (API reference, 3A.1 and 3B.1)."""


MEMORY = "memory.used"
"""The name of NanoMQ's memory, in bytes, among its gauges."""


def node_from_gauges(name: str, gauges: Counters) -> Node:
    """What a node's gauges (`/stats`) tell of it, for services that do not offer `/nodes`."""
    return Node(
        name or None,
        sessions=gauges.get("connections.count"),
        live_connections=gauges.get("live_connections.count"),
        memory_used=gauges.get(MEMORY),
    )


class Alarm(NamedTuple):
    """One alarm, active or over.

    Attributes:
        activated_at: Seconds since 1970 by the broker's clock; None when not given.
        details: The broker's free map as (key, text) pairs.
        deactivated_at: When it was over, likewise; None while it is active.
    """

    name: str
    node: str | None = None
    message: str = ""
    activated_at: float | None = None
    details: tuple[tuple[str, str], ...] = ()
    deactivated_at: float | None = None


class Totals(NamedTuple):
    """Figures of the whole deployment. Rates are messages per second.

    Attributes:
        partial: Some running nodes are not in it.
    """

    sessions: int | None = None
    live_connections: int | None = None
    topics: int | None = None
    subscriptions: int | None = None
    retained: int | None = None
    received_rate: float | None = None
    sent_rate: float | None = None
    dropped_rate: float | None = None
    partial: bool = False


class Sample(NamedTuple):
    """Totals at a time in the past.

    Attributes:
        age: Seconds before the newest sample of the same answer, by the broker's clock.
    """

    age: float
    totals: Totals


class Series(StrEnum):
    """What is kept for an hour."""

    LIVE = "live"
    SESSIONS = "sessions"
    RECEIVED = "received"
    SENT = "sent"
    DROPPED = "dropped"
    MEMORY = "memory"
    LOAD = "load"
