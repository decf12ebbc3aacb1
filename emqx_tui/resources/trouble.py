"""Trouble clients: out of all of them those whose messages wait, get lost or are not acknowledged, the worst first."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.clients import ClientDetail
from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.domain.trouble import FULL_MAILBOX, Matter, Trouble, trouble
from emqx_tui.i18n import N_, _
from emqx_tui.resources.client_facts import detail_of, queue, state
from emqx_tui.resources.clients import FILTERS, NOT_NANOMQ
from emqx_tui.resources.facts import Fact, Heading, Note
from emqx_tui.resources.operations import BAN, KICK
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, Worst, listed
from emqx_tui.text import MISSING, percent, short_number


Row = Entry[Trouble]

ROWS = 1000
"""Rows of a page: with two pages a second 100,000 clients are swept in less than a minute."""

SERIOUS = 30.0
"""The score from which on a client is marked as serious: a queue of which three quarters are taken has it."""

MATTERS: Mapping[Matter, str] = {
    Matter.QUEUE: N_("queue"),
    Matter.DROPPED: N_("dropped"),
    Matter.INFLIGHT: N_("in flight"),
    Matter.MAILBOX: N_("mailbox"),
}

MEANINGS: Mapping[Matter, str] = {
    Matter.QUEUE: N_(
        "Messages wait: it is away or takes them more slowly than they come. When the queue is full, messages are "
        "dropped. Look at what it subscribes to, and at its connection."
    ),
    Matter.DROPPED: N_(
        "Messages to it were lost: its queue was full, or they were too old or too large. The counter is since "
        "its session began."
    ),
    Matter.INFLIGHT: N_(
        "It does not acknowledge what it was sent, so nothing more is sent to it. It hangs, or its connection does."
    ),
    Matter.MAILBOX: N_(
        "The process of its connection does not come up to what it is to do: the node is busy, or this client "
        "publishes or receives too much."
    ),
}

FIELDS = (
    *("deployment", "clientid", "score", "matters", "username", "node", "connected", "queue", "queue_limit"),
    *("messages_dropped", "inflight", "inflight_limit", "mailbox"),
)


def record(row: Row) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; the score is from 0 to 100."""
    one = row.item.client
    return {
        "deployment": row.deployment,
        "clientid": one.clientid,
        "score": round(row.item.score, 1),
        "matters": " ".join(row.item.matters),
        "username": one.username,
        "node": one.node,
        "connected": one.connected,
        "queue": one.queue,
        "queue_limit": one.queue_max,
        "messages_dropped": one.dropped,
        "inflight": one.inflight,
        "inflight_limit": one.inflight_max,
        "mailbox": one.mailbox,
    }


def detail(row: Row, more: Any) -> list[Fact]:  # noqa: ANN401  what `Asked.more` brought
    """What is the matter and what that means, then everything about the client."""
    told = more if isinstance(more, ClientDetail) else None
    title, *facts = detail_of(row.item.client, told, row.now)
    matters = [Note(f"▲ {_said(row, one)}. {_(MEANINGS[one])}", Tone.WARNING) for one in row.item.matters]
    return [title, *matters, Heading(_("client")), *facts]


def _said(row: Row, matter: Matter) -> str:
    """What is the matter, with its figure."""
    one = row.item.client
    share = {Matter.QUEUE: one.queue_share, Matter.INFLIGHT: one.inflight_share}.get(matter)
    if share is not None:
        return f"{_(MATTERS[matter])} {percent(min(share, 99.99))}"
    count = {Matter.QUEUE: one.queue, Matter.DROPPED: one.dropped, Matter.MAILBOX: one.mailbox}.get(matter)
    return f"{_(MATTERS[matter])} {short_number(count)}"


async def page(broker: Broker, query: Query, after: str | None) -> Page[Trouble]:
    """Asks the broker for a page of clients; those that are in trouble are the items.

    NanoMQ tells nothing of queues: that nobody is in trouble there could not be said.
    """
    if broker.kind is Kind.NANOMQ:
        raise Unsupported(path="/clients")
    found = await broker.clients(query, after, ROWS)
    await asyncio.sleep(0)  # keys have their turn
    items = [one for client in found.items if (one := trouble(client)) is not None]
    return Page(items, found.after, found.total, len(found.items))


async def more(broker: Broker, item: Trouble) -> ClientDetail:
    """Asks for one client."""
    return await broker.client(item.client)


def _mark(row: Row) -> Cell:
    return Cell("✖", Tone.CRITICAL) if row.item.score >= SERIOUS else Cell("▲", Tone.WARNING)


def _mailbox(row: Row) -> Cell:
    count = row.item.client.mailbox
    return Cell(short_number(count), Tone.WARNING if (count or 0) >= FULL_MAILBOX else Tone.NORMAL)


def _dropped(row: Row) -> Cell:
    count = row.item.client.dropped
    return Cell(short_number(count), Tone.WARNING if count else Tone.NORMAL)


def matches(row: Row) -> Sequence[str]:
    """The texts that a filter looks into."""
    one = row.item.client
    return (one.clientid, one.username or "", one.node or "", *(_(MATTERS[each]) for each in row.item.matters))


TROUBLE: Resource[Row] = Resource(
    name="trouble",
    title=N_("Trouble clients"),
    rows=listed("trouble"),
    key=lambda row: row.item.client.id,
    columns=(
        Column(
            "mark",
            "",
            1,
            _mark,
            lambda row: -row.item.score,
            about=N_("✖ serious, ▲ worth a look"),
        ),
        Column(
            "clientid",
            N_("CLIENT ID"),
            18,
            lambda row: Cell(row.item.client.clientid),
            lambda row: row.item.client.clientid,
            grows=True,
            about=N_("The id of the client that is in trouble"),
        ),
        Column(
            "trouble",
            N_("TROUBLE"),
            25,
            lambda row: Cell(", ".join(_(MATTERS[one]) for one in row.item.matters), Tone.WARNING),
            lambda row: ", ".join(row.item.matters),
            grows=True,
            about=N_("What is the matter: queue, dropped, in flight or mailbox, the worst first"),
        ),
        Column(
            "score",
            N_("SCORE"),
            6,
            lambda row: Cell(f"{row.item.score:.0f}"),
            lambda row: row.item.score,
            Align.RIGHT,
            about=N_("0 to 100: 40 for a full queue, 30 for a million dropped, 20 in flight, 10 mailbox"),
        ),
        Column(
            "queue",
            N_("QUEUE"),
            11,
            lambda row: queue(row.item.client.queue, row.item.client.queue_max),
            lambda row: row.item.client.queue,
            Align.RIGHT,
            priority=3,
            about=N_("Messages that wait for it, and their share of what may wait"),
            kinds=NOT_NANOMQ,
            share=lambda row: row.item.client.queue_share,
        ),
        Column(
            "dropped",
            N_("DROPPED"),
            7,
            _dropped,
            lambda row: row.item.client.dropped,
            Align.RIGHT,
            priority=2,
            about=N_("Messages to it that were dropped since its session began"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "inflight",
            N_("INFLIGHT"),
            8,
            lambda row: queue(row.item.client.inflight, row.item.client.inflight_max, share=False),
            lambda row: row.item.client.inflight,
            Align.RIGHT,
            priority=4,
            about=N_("Messages sent to it that it has not acknowledged"),
            kinds=NOT_NANOMQ,
            share=lambda row: row.item.client.inflight_share,
        ),
        Column(
            "mailbox",
            N_("MAILBOX"),
            7,
            _mailbox,
            lambda row: row.item.client.mailbox,
            Align.RIGHT,
            priority=5,
            about=N_("Messages that wait for the process of its connection within the broker"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "state",
            N_("STATE"),
            13,
            lambda row: state(row.item.client),
            lambda row: state(row.item.client).text,
            priority=6,
            about=N_("Whether it is connected now"),
        ),
        Column(
            "node",
            N_("NODE"),
            18,
            lambda row: Cell(row.item.client.node or MISSING),
            lambda row: row.item.client.node,
            priority=7,
            about=N_("The node that it is connected to, or that keeps its session"),
            kinds=NOT_NANOMQ,
        ),
        Column(
            "username",
            N_("USERNAME"),
            12,
            lambda row: Cell(row.item.client.username or MISSING),
            lambda row: row.item.client.username,
            priority=8,
            about=N_("The user name that it connected with"),
        ),
    ),
    fields=FIELDS,
    record=record,
    matches=matches,
    sort="-score",
    empty=N_("No client is in trouble: no queue fills up, nothing was dropped, everything is acknowledged."),
    signs=(
        Sign(
            "✖",
            N_("serious"),
            N_("Its score is 30 or more: most of its queue is taken, or several things at once."),
            Tone.CRITICAL,
        ),
        Sign("▲", N_("trouble"), N_("Messages wait, were dropped, or are not acknowledged."), Tone.WARNING),
    ),
    asked=Asked(
        page,
        filters=FILTERS,
        bare="like_clientid",
        more=more,
        offered=N_("EMQX 4 and later"),
        scope="connections",
        worst=Worst(lambda item: item.score),
    ),
    detail=detail,
    problem=lambda row: round(row.item.score * 10),
    actions=(KICK, BAN),
)
