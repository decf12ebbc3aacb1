"""Delayed messages: what was published to `$delayed/…` and waits for its time."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.messages import Delayed
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Pair, Title
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.resources.subscriptions import qos_cell, qos_words
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, short_duration


def _over(row: Entry[Delayed]) -> bool:
    left = row.item.remaining
    return left is not None and left <= 0


def _mark(row: Entry[Delayed]) -> Cell:
    return Cell("○", Tone.MUTED) if _over(row) else Cell("◐", Tone.ACCENT)


def _duration(seconds: float | None) -> Cell:
    return Cell(short_duration(seconds), Tone.MUTED if seconds is None else Tone.NORMAL)


def record(row: Entry[Delayed]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    one = row.item
    return {
        "deployment": row.deployment,
        "id": one.id,
        "topic": one.topic,
        "qos": one.qos,
        "node": one.node,
        "remaining_seconds": one.remaining,
        "interval_seconds": one.interval,
        "published_at": one.at,
        "due_at": one.due,
        "from_clientid": one.clientid,
        "from_username": one.username,
    }


def _clock(at: float | None, now: float) -> str:
    return MISSING if at is None else clock_time(at, now)


def detail(row: Entry[Delayed], _more: object) -> list[Fact]:
    """Everything about a delayed message."""
    one = row.item
    return [
        Title(_mark(row), one.topic, Cell(_("due"), Tone.MUTED) if _over(row) else Cell(_("waits"), Tone.ACCENT)),
        Pair(_("in"), short_duration(one.remaining)),
        Pair(_("due at"), _clock(one.due, row.now)),
        Pair(_("handed in"), _clock(one.at, row.now)),
        Pair(_("delayed by"), short_duration(one.interval)),
        Pair(_("by client"), one.clientid or MISSING),
        Pair(_("user"), one.username or MISSING),
        Pair(_("QoS"), qos_words(one.qos)),
        Pair(_("node"), one.node or MISSING),
        Pair(_("id"), one.id),
    ]


async def page(broker: Broker, query: Query, after: str | None) -> Page[Delayed]:
    """Asks the broker."""
    return await broker.delayed(query, after)


DELAYED: Resource[Entry[Delayed]] = Resource(
    name="delayed",
    title=N_("Delayed messages"),
    rows=listed("delayed"),
    key=lambda row: f"{row.item.id}\0{row.item.node or ''}",
    columns=(
        Column("mark", "", 1, _mark, _over, about=N_("◐ the message waits, ○ it is due")),
        Column(
            "topic",
            N_("TOPIC"),
            24,
            lambda row: Cell(row.item.topic),
            lambda row: row.item.topic,
            grows=True,
            about=N_("The topic it will be published to"),
        ),
        Column(
            "remaining",
            N_("IN"),
            9,
            lambda row: _duration(row.item.remaining),
            lambda row: row.item.remaining,
            Align.RIGHT,
            about=N_("When it will be published: d days, h hours, m minutes, s seconds from now"),
            measure=Measure.SECONDS,
        ),
        Column(
            "interval",
            N_("DELAY"),
            9,
            lambda row: _duration(row.item.interval),
            lambda row: row.item.interval,
            Align.RIGHT,
            priority=3,
            about=N_("By how long it is delayed: d days, h hours, m minutes, s seconds"),
            measure=Measure.SECONDS,
        ),
        Column(
            "qos",
            N_("QOS"),
            3,
            lambda row: qos_cell(row.item.qos),
            lambda row: row.item.qos,
            Align.RIGHT,
            priority=4,
            about=N_("The QoS it was published with"),
        ),
        Column(
            "clientid",
            N_("CLIENT"),
            18,
            lambda row: Cell(row.item.clientid or MISSING, Tone.NORMAL if row.item.clientid else Tone.MUTED),
            lambda row: row.item.clientid,
            grows=True,
            priority=1,
            about=N_("Who published it"),
        ),
        Column(
            "node",
            N_("NODE"),
            16,
            lambda row: Cell(row.item.node or MISSING, Tone.NORMAL if row.item.node else Tone.MUTED),
            lambda row: row.item.node,
            grows=True,
            priority=5,
            about=N_("The node that keeps it"),
        ),
    ),
    fields=(
        "deployment",
        "id",
        "topic",
        "qos",
        "node",
        "remaining_seconds",
        "interval_seconds",
        "published_at",
        "due_at",
        "from_clientid",
        "from_username",
    ),
    record=record,
    matches=lambda row: (row.item.topic, row.item.clientid or "", row.item.username or "", row.item.node or ""),
    sort="remaining",
    empty=N_("No message waits to be published."),
    signs=(
        Sign("◐", N_("waits"), N_("It will be published when its time has come."), Tone.ACCENT),
        Sign("○", N_("due"), N_("Its time has come."), Tone.MUTED),
    ),
    asked=Asked(page, offered=N_("EMQX 5 and later"), scope="connections"),
    detail=detail,
)
