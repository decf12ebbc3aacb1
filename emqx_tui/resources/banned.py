"""The ban list: who is kept out, by whom, why and until when."""

from collections.abc import Mapping

from emqx_tui.domain.access import Ban
from emqx_tui.domain.broker import Broker
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Note, Pair, Title
from emqx_tui.resources.operations import UNBAN
from emqx_tui.resources.spec import Asked, Cell, Column, Resource, Scalar, ServerFilter, Sign, Tone, listed
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, exact, short_duration


FLAPPING = "flapping detector"
"""Whom EMQX names as the one who banned a client that connects and disconnects all the time."""

_KINDS = (Kind.EMQX5,)

FILTERS = (
    ServerFilter("clientid", N_("Bans of exactly this client id."), kinds=_KINDS),
    ServerFilter("username", N_("Bans of exactly this user name."), kinds=_KINDS),
    ServerFilter("peerhost", N_("Bans of exactly this address."), kinds=_KINDS),
    ServerFilter("like_clientid", N_("Bans of client ids, or patterns of them, with this in it."), kinds=_KINDS),
    ServerFilter("like_username", N_("Bans of user names, or patterns of them, with this in it."), kinds=_KINDS),
    ServerFilter("like_peerhost", N_("Bans of addresses with this in it."), kinds=_KINDS),
    ServerFilter("like_peerhost_net", N_("Bans of networks with this in it."), kinds=_KINDS),
)
"""What EMQX 5.8.1 and later filter by; of an earlier one all bans come, and those that do not fit are left out."""


def _left(row: Entry[Ban]) -> float | None:
    return None if row.item.until is None else row.item.until - row.now


def _over(row: Entry[Ban]) -> bool:
    left = _left(row)
    return left is not None and left <= 0


def _mark(row: Entry[Ban]) -> Cell:
    if _over(row):
        return Cell("○", Tone.MUTED)
    return Cell("◆", Tone.ACCENT) if row.item.by == FLAPPING else Cell("●", Tone.WARNING)


def _until(row: Entry[Ban]) -> Cell:
    left = _left(row)
    if row.item.forever:
        return Cell(_("for ever"))
    if left is None:
        return Cell(MISSING, Tone.MUTED)
    return Cell(_("over"), Tone.MUTED) if left <= 0 else Cell(short_duration(left))


def _by(row: Entry[Ban]) -> Cell:
    return Cell(row.item.by or MISSING, Tone.WARNING if row.item.by == FLAPPING else Tone.NORMAL)


def record(row: Entry[Ban]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    ban = row.item
    return {
        "deployment": row.deployment,
        "as": ban.kind,
        "who": ban.who,
        "by": ban.by,
        "reason": ban.reason,
        "at": ban.at,
        "until": ban.until,
        "forever": ban.forever,
    }


def detail(row: Entry[Ban], _more: object) -> list[Fact]:
    """Everything about a ban."""
    told = [] if row.item.by != FLAPPING else [Note(_(_BY_ITSELF), Tone.MUTED)]
    return [*_facts(row), *told]


_BY_ITSELF = N_(
    "EMQX bans a client that connects and disconnects too often by itself. Look why it does: two devices with one "
    "client id throw each other out."
)


def _facts(row: Entry[Ban]) -> list[Fact]:
    ban = row.item
    until = _("for ever") if ban.forever else clock_time(ban.until, row.now) if ban.until is not None else MISSING
    return [
        Title(_mark(row), ban.who, Cell(_("over"), Tone.MUTED) if _over(row) else Cell(_("banned"), Tone.WARNING)),
        Pair(_("as"), ban.kind),
        Pair(_("by"), ban.by or MISSING),
        Pair(_("reason"), ban.reason or MISSING),
        Pair(_("since"), MISSING if ban.at is None else clock_time(ban.at, row.now)),
        Pair(_("until"), until),
    ]


async def page(broker: Broker, query: Query, after: str | None) -> Page[Ban]:
    """Asks the broker."""
    return await broker.bans(query, after)


BANNED: Resource[Entry[Ban]] = Resource(
    name="banned",
    title=N_("Banned"),
    rows=listed("banned"),
    key=lambda row: f"{row.item.kind}/{exact(row.item.who)}",
    columns=(
        Column("mark", "", 1, _mark, _over, about=N_("● the ban holds, ◆ so it does for flapping, ○ it is over")),
        Column(
            "who",
            N_("WHO"),
            20,
            lambda row: Cell(row.item.who),
            lambda row: row.item.who,
            grows=True,
            about=N_("The client id, user name, address or pattern that is banned"),
        ),
        Column(
            "as",
            N_("AS"),
            12,
            lambda row: Cell(row.item.kind),
            lambda row: row.item.kind,
            about=N_("What it is: clientid, username, peerhost, or a pattern of one of them"),
        ),
        Column(
            "until",
            N_("ENDS IN"),
            11,
            _until,
            lambda row: float("inf") if row.item.forever else _left(row),
            priority=1,
            about=N_("How long the ban still holds: d days, h hours, m minutes, s seconds"),
        ),
        Column(
            "since",
            N_("SINCE"),
            9,
            lambda row: Cell(MISSING if row.item.at is None else short_duration(max(0.0, row.now - row.item.at))),
            lambda row: None if row.item.at is None else row.now - row.item.at,
            priority=4,
            about=N_("How long it has been there"),
        ),
        Column("by", N_("BY"), 18, _by, lambda row: row.item.by, priority=3, about=N_("Who banned it")),
        Column(
            "reason",
            N_("REASON"),
            14,
            lambda row: Cell(row.item.reason or MISSING, Tone.MUTED),
            lambda row: row.item.reason,
            grows=True,
            priority=2,
            about=N_("Why, as whoever banned it said"),
        ),
    ),
    fields=("deployment", "as", "who", "by", "reason", "at", "until", "forever"),
    record=record,
    matches=lambda row: (row.item.who, row.item.kind, row.item.by or "", row.item.reason or ""),
    sort="-since",
    empty=N_("Nobody is banned."),
    signs=(
        Sign("●", N_("banned"), N_("The ban holds."), Tone.WARNING),
        Sign(
            "◆",
            N_("flapping"),
            N_("EMQX banned it by itself, for a while, because it came and went all the time."),
            Tone.ACCENT,
        ),
        Sign("○", N_("over"), N_("The ban has run out; EMQX takes it off the list some time later."), Tone.MUTED),
    ),
    asked=Asked(
        page,
        whole=True,
        filters=FILTERS,
        bare="like_clientid",
        offered=N_("EMQX 4 and later"),
        scope="connections",
    ),
    detail=detail,
    page=lambda _row: "banned-clients",
    actions=(UNBAN,),
)
