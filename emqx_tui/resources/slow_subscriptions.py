"""Subscribers to which messages take long."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.monitoring import SlowSubscription
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Heading, Note, Pair, Title
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, exact_number, short_duration


BAD = 10.0
"""Seconds from which on waiting is marked: nobody calls that a delivery any more."""


def latency(seconds: float | None) -> str:
    """A delay with its unit: `504 ms`, `14.9 s`, `3 m 20 s`."""
    if seconds is None:
        return MISSING
    if seconds < 1:
        return _("{number} ms").format(number=round(seconds * 1000))
    return _("{number} s").format(number=f"{seconds:.1f}") if seconds < 60 else short_duration(seconds)


def _mark(row: Entry[SlowSubscription]) -> Cell:
    return Cell("▲", Tone.WARNING) if _bad(row) else Cell("◆", Tone.ACCENT)


def _bad(row: Entry[SlowSubscription]) -> bool:
    return (row.item.seconds or 0.0) >= BAD


def _ago(row: Entry[SlowSubscription]) -> float | None:
    return None if row.item.at is None else max(0.0, row.now - row.item.at)


def record(row: Entry[SlowSubscription]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    item = row.item
    return {
        "deployment": row.deployment,
        "client_id": item.client_id,
        "topic": item.topic,
        "node": item.node,
        "latency_seconds": item.seconds,
        "last_seen_at": item.at,
    }


def detail(row: Entry[SlowSubscription], _more: object) -> list[Fact]:
    """Everything about a slow subscription, and where to look next."""
    item = row.item
    exact = MISSING if item.seconds is None else _("{number} ms").format(number=exact_number(item.seconds * 1000))
    seen = MISSING if item.at is None else f"{clock_time(item.at, row.now)}, {short_duration(_ago(row))}"
    return [
        Title(_mark(row), item.client_id, Cell(latency(item.seconds), _mark(row).tone)),
        Pair(_("topic"), item.topic),
        Pair(_("node"), item.node or MISSING),
        Pair(_("latency"), exact),
        Pair(_("last seen"), seen),
        Heading(_("What to do")),
        Note(
            _(
                "If one client is slow on many topics, look at its network, its queue and its in-flight window in its "
                "detail. If many clients are slow on one topic, the publisher sends too much at a time, or a "
                "shared group "
                "has too few members. If all are slow on one node, look at that node's load."
            )
        ),
    ]


async def page(broker: Broker, query: Query, after: str | None) -> Page[SlowSubscription]:
    """Asks the broker."""
    return await broker.slow_subscriptions(query, after)


SLOW_SUBSCRIPTIONS: Resource[Entry[SlowSubscription]] = Resource(
    name="slow-subscriptions",
    title=N_("Slow subscriptions"),
    rows=listed("slow-subscriptions"),
    key=lambda row: f"{row.item.node}/{row.item.client_id}/{row.item.topic}",
    columns=(
        Column("mark", "", 1, _mark, lambda row: int(_bad(row)), about=N_("▲ it takes ten seconds or more")),
        Column(
            "client",
            N_("CLIENT"),
            20,
            lambda row: Cell(row.item.client_id),
            lambda row: row.item.client_id,
            grows=True,
            about=N_("The subscriber's client id"),
        ),
        Column(
            "topic",
            N_("TOPIC"),
            22,
            lambda row: Cell(row.item.topic),
            lambda row: row.item.topic,
            grows=True,
            about=N_("The topic of the messages that took long"),
        ),
        Column(
            "latency",
            N_("LATENCY"),
            9,
            lambda row: Cell(latency(row.item.seconds), Tone.WARNING if _bad(row) else Tone.NORMAL),
            lambda row: row.item.seconds,
            Align.RIGHT,
            about=N_("The longest time a message took: ms milliseconds, s seconds"),
            measure=Measure.SECONDS,
        ),
        Column(
            "last_seen",
            N_("LAST SEEN"),
            10,
            lambda row: Cell(short_duration(_ago(row))),
            lambda row: row.item.at,
            Align.RIGHT,
            priority=1,
            about=N_("How long ago it was last so slow: m minutes, s seconds"),
            value=_ago,
            measure=Measure.SECONDS,
        ),
        Column(
            "node",
            N_("NODE"),
            18,
            lambda row: Cell(row.item.node or MISSING),
            lambda row: row.item.node,
            priority=2,
            about=N_("The node to which the client is connected"),
        ),
    ),
    fields=("deployment", "client_id", "topic", "node", "latency_seconds", "last_seen_at"),
    record=record,
    matches=lambda row: (row.item.client_id, row.item.topic, row.item.node or ""),
    sort="-latency",
    empty=N_("No subscription was slower than the threshold that is set on the broker."),
    signs=(
        Sign("▲", N_("very slow"), N_("A message took ten seconds or more."), Tone.WARNING),
        Sign("◆", N_("slow"), N_("A message took longer than the broker's threshold."), Tone.ACCENT),
    ),
    asked=Asked(page, whole=True, offered=N_("EMQX 4.4 and later"), scope="monitoring"),
    detail=detail,
    problem=lambda row: int(_bad(row)),
    page=lambda _row: "slow-sub",
)
