"""Retained messages: what the broker keeps for whoever subscribes later."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.messages import Payload, Retained
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.operations import DELETE_RETAINED
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, ServerFilter, Sign, Tone, listed
from emqx_tui.resources.subscriptions import qos_cell, qos_words
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, exact, exact_number, percent, short_bytes, short_duration


BROKERS_OWN = "$SYS/"
"""What topics begin with that the broker itself publishes to."""

MOST_PREFIXES = 8
"""Prefixes of one depth that are told of."""


def _own(row: Entry[Retained]) -> bool:
    return row.item.topic.startswith(BROKERS_OWN)


def _mark(row: Entry[Retained]) -> Cell:
    return Cell("○", Tone.MUTED) if _own(row) else Cell("●", Tone.GOOD)


def _age(row: Entry[Retained]) -> float | None:
    return None if row.item.at is None else max(0.0, row.now - row.item.at)


def record(row: Entry[Retained]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; `published_at` is in seconds since 1970 by the broker's clock."""
    one = row.item
    return {
        "deployment": row.deployment,
        "topic": one.topic,
        "qos": one.qos,
        "published_at": one.at,
        "age_seconds": _age(row),
        "from_clientid": one.clientid,
        "from_username": one.username,
        "id": one.id,
    }


def _content(more: object) -> list[Fact]:
    """Size, and the beginning of the payload when it was asked for."""
    if not isinstance(more, Payload):
        return [Pair(_("size"), MISSING)]
    if more.size is None:
        return [Pair(_("size"), _("more than 1 MiB: EMQX does not give it")), *_preview(more)]
    exact = _("{count} bytes").format(count=exact_number(more.size))
    size = exact if more.size < 1000 else f"{short_bytes(more.size)} ({exact})"
    return [Pair(_("size"), size), *_preview(more)]


def _preview(payload: Payload) -> list[Fact]:
    if payload.preview is None:
        return []
    heading = _("Payload, hexadecimal") if payload.binary else _("Payload")
    if payload.cut:
        heading = _("{payload}, its beginning").format(payload=heading)
    return [Heading(heading), Note(payload.preview or _("(empty)"))]


def detail(row: Entry[Retained], more: object) -> list[Fact]:
    """Everything about a retained message; its payload only when it was asked for."""
    one, age = row.item, _age(row)
    at = MISSING if one.at is None or age is None else f"{clock_time(one.at, row.now)} ({short_duration(age)})"
    state = Cell(_("broker's own"), Tone.MUTED) if _own(row) else Cell(_("retained"), Tone.GOOD)
    return [
        Title(_mark(row), one.topic, state),
        # First, so that a payload that was asked for is seen at once.
        *_content(more),
        Heading(_("Published")),
        Pair(_("at"), at),
        Pair(_("by client"), one.clientid or MISSING),
        Pair(_("user"), one.username or MISSING),
        Pair(_("QoS"), qos_words(one.qos)),
        Pair(_("id"), one.id or MISSING),
    ]


def _grid(title: str, prefixes: Iterable[str], among: int) -> Grid:
    rows = [
        (Cell(prefix), Cell(exact_number(count)), Cell(percent(count / among)))
        for prefix, count in Counter(prefixes).most_common(MOST_PREFIXES)
    ]
    return Grid((title, _("messages"), _("share")), rows)


def summary(rows: Sequence[Entry[Retained]]) -> list[Fact]:
    """Below which first levels most of the messages that are loaded are."""
    if not rows:
        return []
    levels = [row.item.topic.split("/", 2) for row in rows]
    one = [parts[0] + ("/" if len(parts) > 1 else "") for parts in levels]
    two = ["/".join(parts[:2]) + ("/" if len(parts) > 2 else "") for parts in levels]
    return [
        Heading(_("Topics by prefix, of {count} loaded").format(count=exact_number(len(rows)))),
        _grid(_("first level"), one, len(rows)),
        *([_grid(_("first two levels"), two, len(rows))] if set(two) != set(one) else []),
    ]


async def page(broker: Broker, query: Query, after: str | None) -> Page[Retained]:
    """Asks the broker."""
    return await broker.retained(query, after)


async def more(broker: Broker, one: Retained) -> Payload:
    """Asks how large it is."""
    return await broker.retained_size(one.topic)


async def reveal(broker: Broker, one: Retained) -> Payload:
    """Asks what is in it."""
    return await broker.retained_payload(one.topic)


RETAINED: Resource[Entry[Retained]] = Resource(
    name="retained",
    title=N_("Retained messages"),
    rows=listed("retained"),
    key=lambda row: exact(row.item.topic),
    columns=(
        Column("mark", "", 1, _mark, _own, about=N_("● a client's message, ○ one of the broker's own ($SYS)")),
        Column(
            "topic",
            N_("TOPIC"),
            30,
            lambda row: Cell(row.item.topic),
            lambda row: row.item.topic,
            grows=True,
            about=N_("The topic; there is one retained message for each"),
        ),
        Column(
            "qos",
            N_("QOS"),
            3,
            lambda row: qos_cell(row.item.qos),
            lambda row: row.item.qos,
            Align.RIGHT,
            priority=3,
            about=N_("The QoS it was published with"),
        ),
        Column(
            "age",
            N_("AGE"),
            9,
            lambda row: Cell(short_duration(_age(row)), Tone.MUTED if _age(row) is None else Tone.NORMAL),
            _age,
            Align.RIGHT,
            priority=1,
            about=N_("How long ago it was published: d days, h hours, m minutes, s seconds"),
            measure=Measure.SECONDS,
        ),
        Column(
            "clientid",
            N_("CLIENT"),
            18,
            lambda row: Cell(row.item.clientid or MISSING, Tone.NORMAL if row.item.clientid else Tone.MUTED),
            lambda row: row.item.clientid,
            grows=True,
            priority=2,
            about=N_("Who published it"),
        ),
        Column(
            "username",
            N_("USER"),
            12,
            lambda row: Cell(row.item.username or MISSING, Tone.NORMAL if row.item.username else Tone.MUTED),
            lambda row: row.item.username,
            priority=4,
            about=N_("The user name of who published it"),
        ),
    ),
    fields=("deployment", "topic", "qos", "published_at", "age_seconds", "from_clientid", "from_username", "id"),
    record=record,
    matches=lambda row: (row.item.topic, row.item.clientid or "", row.item.username or ""),
    sort="topic",
    empty=N_("No message is retained."),
    signs=(
        Sign("●", N_("retained"), N_("A client published it; whoever subscribes gets it."), Tone.GOOD),
        Sign("○", N_("broker's own"), N_("The broker publishes it about itself, below $SYS."), Tone.MUTED),
    ),
    asked=Asked(
        page,
        every=30.0,
        filters=(ServerFilter("topic", N_("The topic; with + or #, all that fit it")),),
        bare="topic",
        more=more,
        reveal=reveal,
        offered=N_("EMQX 5 and later; EMQX 4 only counts them (retained.count of the stats)"),
        scope="connections",
        ctl="emqx ctl retainer topics",
    ),
    detail=detail,
    summary=summary,
    actions=(DELETE_RETAINED,),
)
