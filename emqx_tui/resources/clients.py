"""Clients: who is connected or has a session, what waits for each, what was lost, and what it subscribes to."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.clients import PROTOCOLS, Client, ClientDetail, moment_of
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import N_
from emqx_tui.resources.client_facts import ORDER, detail_of, fills_up, mark, protocol, queue, seconds_since, since
from emqx_tui.resources.facts import Fact
from emqx_tui.resources.operations import BAN, KICK
from emqx_tui.resources.spec import (
    Align,
    Asked,
    Cell,
    Column,
    Resource,
    Scalar,
    ServerFilter,
    Sign,
    Tone,
    listed,
)
from emqx_tui.text import MISSING, short_number


Row = Entry[Client]

NOT_NANOMQ = (Kind.EMQX4, Kind.EMQX5, Kind.SERVERLESS)
"""What tells of more than who there is."""

_NODES = (Kind.EMQX4, Kind.EMQX5)

FILTERS = (
    ServerFilter("like_clientid", N_("Part of the client id"), searches=True),
    ServerFilter("clientid", N_("The whole client id")),
    ServerFilter("like_username", N_("Part of the user name"), searches=True),
    ServerFilter("username", N_("The whole user name")),
    ServerFilter("ip_address", N_("The client's address"), kinds=NOT_NANOMQ),
    ServerFilter("node", N_("The node that it is connected to, such as emqx@10.0.0.1"), kinds=_NODES),
    ServerFilter("state", N_("Whether it has a connection now"), choices=("connected", "disconnected")),
    ServerFilter("proto", N_("The version of MQTT"), choices=tuple(PROTOCOLS)),
    ServerFilter(
        "connected_since",
        N_("Connected later than so long ago (30m, 2h, 1d), or than a time (2026-11-21T19:00:00Z)"),
        kinds=NOT_NANOMQ,
        takes=lambda value: moment_of(value, 0.0) is not None,
    ),
)

_STATES: Mapping[bool | None, str] = {True: "connected", False: "disconnected"}
"""As the broker's own filter calls them."""

FIELDS = (
    *("deployment", "clientid", "username", "node", "connected", "ip_address", "port", "protocol", "listener"),
    *("keepalive_seconds", "clean_start", "expiry_seconds", "connected_at", "created_at", "disconnected_at"),
    *("subscriptions", "subscriptions_limit", "queue", "queue_limit", "queue_dropped", "inflight", "inflight_limit"),
    *("awaiting_release", "awaiting_release_limit", "mailbox", "messages_received", "messages_sent"),
    *("messages_dropped", "received_bytes", "sent_bytes", "heap_words", "reductions", "packets_received"),
    *("packets_sent", "bridge", "durable", "mountpoint"),
)


def record(row: Row) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    one = row.item
    return {
        "deployment": row.deployment,
        "clientid": one.clientid,
        "username": one.username,
        "node": one.node,
        "connected": one.connected,
        "ip_address": one.address,
        "port": one.port,
        "protocol": one.protocol,
        "listener": one.listener,
        "keepalive_seconds": one.keepalive,
        "clean_start": one.clean_start,
        "expiry_seconds": one.expiry,
        "connected_at": one.connected_at,
        "created_at": one.created_at,
        "disconnected_at": one.disconnected_at,
        "subscriptions": one.subscriptions,
        "subscriptions_limit": one.subscriptions_max,
        "queue": one.queue,
        "queue_limit": one.queue_max,
        "queue_dropped": one.queue_dropped,
        "inflight": one.inflight,
        "inflight_limit": one.inflight_max,
        "awaiting_release": one.awaiting,
        "awaiting_release_limit": one.awaiting_max,
        "mailbox": one.mailbox,
        "messages_received": one.received,
        "messages_sent": one.sent,
        "messages_dropped": one.dropped,
        "received_bytes": one.received_bytes,
        "sent_bytes": one.sent_bytes,
        "heap_words": one.heap,
        "reductions": one.reductions,
        "packets_received": one.received_packets,
        "packets_sent": one.sent_packets,
        "bridge": one.bridge,
        "durable": one.durable,
        "mountpoint": one.mountpoint,
    }


def matches(row: Row) -> Sequence[str]:
    """The texts that a filter looks into."""
    one = row.item
    return (one.clientid, one.username or "", one.node or "", one.address or "", one.listener or "")


def detail(row: Row, more: Any) -> list[Fact]:  # noqa: ANN401  what `Asked.more` brought
    """Everything about a client, with its newest figures once they are there."""
    return detail_of(row.item, more if isinstance(more, ClientDetail) else None, row.now)


async def page(broker: Broker, query: Query, after: str | None) -> Page[Client]:
    """Asks the broker."""
    return await broker.clients(query, after)


async def more(broker: Broker, item: Client) -> ClientDetail:
    """Asks for one client."""
    return await broker.client(item)


def _dropped(row: Row) -> Cell:
    count = row.item.dropped
    return Cell(short_number(count), Tone.WARNING if count else Tone.NORMAL)


CLIENTS: Resource[Row] = Resource(
    name="clients",
    title=N_("Clients"),
    rows=listed("clients"),
    key=lambda row: row.item.id,
    columns=(
        Column(
            "mark",
            "",
            1,
            lambda row: mark(row.item),
            lambda row: ORDER.index(mark(row.item).text),
            about=N_("● connected, ○ not connected, ▲ its queue fills up; state=disconnected in a filter"),
            value=lambda row: _STATES.get(row.item.connected),
            also=("state",),
        ),
        Column(
            "clientid",
            N_("CLIENT ID"),
            24,
            lambda row: Cell(row.item.clientid),
            lambda row: row.item.clientid,
            grows=True,
            about=N_("The id that the client has given itself, or was given"),
        ),
        Column(
            "username",
            N_("USERNAME"),
            12,
            lambda row: Cell(row.item.username or MISSING),
            lambda row: row.item.username,
            priority=3,
            about=N_("The user name that it connected with"),
        ),
        Column(
            "node",
            N_("NODE"),
            18,
            lambda row: Cell(row.item.node or MISSING),
            lambda row: row.item.node,
            priority=5,
            about=N_("The node that it is connected to, or that keeps its session"),
            kinds=_NODES,
        ),
        Column(
            "address",
            N_("ADDRESS"),
            15,
            lambda row: Cell(row.item.address or MISSING),
            lambda row: row.item.address,
            priority=4,
            about=N_("The address that it connects from, as the broker sees it"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "protocol",
            N_("MQTT"),
            5,
            lambda row: Cell(protocol(row.item.protocol)),
            lambda row: row.item.protocol,
            priority=9,
            about=N_("The version of MQTT: 3.1, 3.1.1 or 5.0"),
        ),
        Column(
            "connected",
            N_("SINCE"),
            9,
            lambda row: since(row.item, row.now),
            lambda row: seconds_since(row.item, row.now),
            priority=2,
            about=N_("How long it has been connected; grey: how long ago it left"),
            kinds=NOT_NANOMQ,
            measure=Measure.SECONDS,
        ),
        Column(
            "subscriptions",
            N_("SUBS"),
            5,
            lambda row: Cell(short_number(row.item.subscriptions)),
            lambda row: row.item.subscriptions,
            Align.RIGHT,
            priority=7,
            about=N_("How many topic filters it subscribes to"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "queue",
            N_("QUEUE"),
            11,
            lambda row: queue(row.item.queue, row.item.queue_max),
            lambda row: row.item.queue,
            Align.RIGHT,
            priority=1,
            about=N_("Messages that wait for it, and their share of what may wait"),
            kinds=NOT_NANOMQ,
            share=lambda row: row.item.queue_share,
        ),
        Column(
            "inflight",
            N_("INFLIGHT"),
            8,
            lambda row: queue(row.item.inflight, row.item.inflight_max, share=False),
            lambda row: row.item.inflight,
            Align.RIGHT,
            priority=6,
            about=N_("Messages sent to it that it has not acknowledged"),
            kinds=NOT_NANOMQ,
            share=lambda row: row.item.inflight_share,
        ),
        Column(
            "dropped",
            N_("DROPPED"),
            7,
            _dropped,
            lambda row: row.item.dropped,
            Align.RIGHT,
            priority=2,
            about=N_("Messages to it that were dropped since its session began"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "in",
            N_("IN"),
            6,
            lambda row: Cell(short_number(row.item.received)),
            lambda row: row.item.received,
            Align.RIGHT,
            priority=8,
            about=N_("Messages that it has published, since it connected"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "out",
            N_("OUT"),
            6,
            lambda row: Cell(short_number(row.item.sent)),
            lambda row: row.item.sent,
            Align.RIGHT,
            priority=8,
            about=N_("Messages that went to it, since it connected"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "mailbox",
            N_("MAILBOX"),
            7,
            lambda row: Cell(short_number(row.item.mailbox)),
            lambda row: row.item.mailbox,
            Align.RIGHT,
            priority=10,
            about=N_("Messages that wait for the process of its connection within the broker"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "keepalive",
            N_("KEEPALIVE"),
            9,
            lambda row: Cell(MISSING if row.item.keepalive is None else f"{row.item.keepalive} s"),
            lambda row: row.item.keepalive,
            Align.RIGHT,
            priority=11,
            about=N_("Seconds of silence after which it sends a ping; 0 for none"),
        ),
    ),
    fields=FIELDS,
    record=record,
    matches=matches,
    sort="",
    empty=N_("Nobody is connected, and nobody has a session."),
    signs=(
        Sign("●", N_("connected"), N_("It has a connection."), Tone.GOOD),
        Sign("○", N_("not connected"), N_("Its session is kept, and messages wait for it."), Tone.MUTED),
        Sign("▲", N_("queue fills up"), N_("Four fifths of the messages that may wait for it do."), Tone.WARNING),
        Sign("?", N_("unknown"), N_("The broker does not say whether it is connected."), Tone.MUTED),
    ),
    asked=Asked(
        page,
        filters=FILTERS,
        bare="like_clientid",
        more=more,
        offered=N_("EMQX 4 and later, and NanoMQ"),
        scope="connections",
        ctl="emqx ctl clients list",
    ),
    detail=detail,
    problem=lambda row: 2 if fills_up(row.item) else int(bool(row.item.dropped)),
    page=lambda row: f"clients/detail/{quote(row.item.id, safe='')}",
    actions=(KICK, BAN),
)
