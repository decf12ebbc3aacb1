"""The licence: whose it is, how much of it is used, and until when it holds."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.system import License
from emqx_tui.i18n import N_, _, ngettext
from emqx_tui.resources.facts import Fact, Gauge, Note, Pair, Title
from emqx_tui.resources.links import or_missing, texts
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, exact_number, percent, short_duration, short_number


DAY = 86400.0

SOON = 30 * DAY
"""Seconds before its end from which on a licence is worth a warning."""

FULL = 0.8
"""The share of the limit from which on it is worth a warning: EMQX raises an alarm at the same."""

_STATES: Mapping[str, tuple[str, str, Tone, int]] = {
    "expired": ("✖", N_("expired"), Tone.CRITICAL, 3),
    "exceeded": ("✖", N_("limit reached"), Tone.CRITICAL, 3),
    "ending": ("▲", N_("ends soon"), Tone.WARNING, 2),
    "filling": ("▲", N_("nearly full"), Tone.WARNING, 1),
    "valid": ("●", N_("valid"), Tone.GOOD, 0),
}


def left(row: Entry[License]) -> float | None:
    """Seconds until it ends; negative when it is over, None when the broker does not say."""
    return None if row.item.ends_at is None else row.item.ends_at - row.now


def state_of(row: Entry[License]) -> str:
    """One of `expired`, `exceeded`, `ending`, `filling`, `valid`."""
    share, rest = row.item.share, left(row)
    if row.item.expired or (row.item.expired is None and rest is not None and rest <= 0):
        return "expired"
    if share is not None and share >= 1:
        return "exceeded"
    if rest is not None and rest < SOON:
        return "ending"
    return "filling" if share is not None and share >= FULL else "valid"


def problem(row: Entry[License]) -> int:
    """How bad it is."""
    return _STATES[state_of(row)][3]


def _mark(row: Entry[License]) -> Cell:
    mark, _word, tone, _rank = _STATES[state_of(row)]
    return Cell(mark, tone)


def _status(row: Entry[License]) -> Cell:
    _mark, word, tone, _rank = _STATES[state_of(row)]
    return Cell(_(word), tone)


def _days(row: Entry[License]) -> Cell:
    rest = left(row)
    if rest is None:
        return Cell(MISSING, Tone.MUTED)
    tone = Tone.CRITICAL if rest <= 0 else Tone.WARNING if rest < SOON else Tone.NORMAL
    days = int(abs(rest) // DAY)
    shown = ngettext("{count} day", "{count} days", days).format(count=exact_number(days))
    shown = shown if days else short_duration(abs(rest))
    return Cell(shown if rest > 0 else _("{days} ago").format(days=shown), tone)


def _used(row: Entry[License]) -> Cell:
    share = row.item.share
    tone = Tone.NORMAL if share is None or share < FULL else Tone.WARNING if share < 1 else Tone.CRITICAL
    return Cell(percent(share), tone)


def record(row: Entry[License]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970."""
    item = row.item
    return {
        "deployment": row.deployment,
        "customer": item.customer or None,
        "license_deployment": item.deployment or None,
        "type": item.kind or None,
        "customer_type": item.customer_type or None,
        "status": state_of(row),
        "sessions": item.sessions,
        "sessions_max": item.sessions_limit,
        "use_share": item.share,
        "tps_max": item.tps_limit,
        "starts_at": item.starts_at,
        "ends_at": item.ends_at,
        "seconds_left": left(row),
    }


def detail(row: Entry[License], _more: object) -> list[Fact]:
    """Everything about the licence."""
    item = row.item
    facts: list[Fact] = [Title(_mark(row), item.customer or _("licence"), _status(row))]
    facts += [Pair(_("type"), item.kind or MISSING), Pair(_("customer"), item.customer_type or MISSING)]
    facts += [Pair(_("deployment"), item.deployment)] if item.deployment else []
    if item.sessions_limit is None:
        facts.append(Pair(_("sessions"), exact_number(item.sessions)))
    else:
        of = _("{used} of {limit}").format(used=exact_number(item.sessions), limit=exact_number(item.sessions_limit))
        facts.append(Gauge(_("sessions"), item.share, of, FULL))
    facts += [Pair(_("messages/s allowed"), exact_number(item.tps_limit))] if item.tps_limit is not None else []
    facts.append(Pair(_("since"), MISSING if item.starts_at is None else clock_time(item.starts_at, row.now)))
    days = _days(row)
    until = MISSING if item.ends_at is None else f"{clock_time(item.ends_at, row.now)} ({days.text})"
    facts.append(Pair(_("until"), until, days.tone))
    told = {
        "expired": _("EMQX lets no new client in when it has been over for long. Get a new one and apply it."),
        "exceeded": _("EMQX refuses new clients as long as there are more sessions than the licence allows."),
        "ending": _("Get a new one before it ends; it is applied without a restart."),
    }.get(state_of(row))
    return facts if told is None else [*facts, Note(told, _STATES[state_of(row)][2])]


async def page(broker: Broker, query: Query, after: str | None) -> Page[License]:
    """Asks the broker."""
    return await broker.license(query, after)


LICENSE: Resource[Entry[License]] = Resource(
    name="license",
    title=N_("Licence"),
    rows=listed("license"),
    key=lambda row: f"{row.item.customer}/{row.item.deployment}/{row.item.starts_at}",
    columns=(
        Column("mark", "", 1, _mark, lambda row: -problem(row), about=N_("The state as a symbol")),
        Column(
            "customer",
            N_("CUSTOMER"),
            18,
            lambda row: or_missing(row.item.customer),
            lambda row: row.item.customer or None,
            grows=True,
            about=N_("Whom it was issued to"),
        ),
        Column(
            "status",
            N_("STATUS"),
            13,
            _status,
            lambda row: (-problem(row), state_of(row)),
            about=N_("valid, ends soon (30 days), nearly full (80 %), limit reached, expired"),
            value=state_of,
        ),
        Column(
            "type",
            N_("TYPE"),
            10,
            lambda row: or_missing(row.item.kind),
            lambda row: row.item.kind or None,
            priority=3,
            about=N_("official, trial, community"),
        ),
        Column(
            "customer_type",
            N_("CUSTOMER TYPE"),
            17,
            lambda row: or_missing(row.item.customer_type),
            lambda row: row.item.customer_type or None,
            priority=4,
            about=N_("small, medium, large, business critical, BYOC, education, evaluation, developer"),
        ),
        Column(
            "sessions",
            N_("SESSIONS"),
            8,
            lambda row: Cell(short_number(row.item.sessions)),
            lambda row: row.item.sessions,
            Align.RIGHT,
            priority=1,
            about=N_("Number of sessions now, in the whole cluster"),
        ),
        Column(
            "max",
            N_("MAX"),
            6,
            lambda row: Cell(short_number(row.item.sessions_limit)),
            lambda row: row.item.sessions_limit,
            Align.RIGHT,
            priority=1,
            about=N_("Number of sessions that it allows"),
        ),
        Column(
            "use",
            N_("USE"),
            5,
            _used,
            lambda row: row.item.share,
            Align.RIGHT,
            about=N_("Sessions of the limit, in per cent"),
            measure=Measure.SHARE,
        ),
        Column(
            "ends",
            N_("ENDS IN"),
            14,
            _days,
            left,
            Align.RIGHT,
            about=N_("Days until it ends; amber below 30"),
            measure=Measure.SECONDS,
        ),
    ),
    fields=(
        "deployment",
        "customer",
        "license_deployment",
        "type",
        "customer_type",
        "status",
        "sessions",
        "sessions_max",
        "use_share",
        "tps_max",
        "starts_at",
        "ends_at",
        "seconds_left",
    ),
    record=record,
    matches=lambda row: texts(row.item.customer, row.item.kind, row.item.customer_type, state_of(row)),
    sort="ends",
    empty=N_("There is no licence."),
    signs=(
        Sign("●", N_("valid"), N_("It holds, and there is room."), Tone.GOOD),
        Sign("▲", N_("look at it"), N_("It ends within 30 days, or 80 % of the sessions are used."), Tone.WARNING),
        Sign("✖", N_("over"), N_("It has expired, or all sessions that it allows are used."), Tone.CRITICAL),
    ),
    asked=Asked(
        page,
        every=30.0,
        whole=True,
        offered=N_("EMQX Enterprise, and by every EMQX 5.9 and later"),
        scope="license",
        ctl="emqx ctl license info",
    ),
    detail=detail,
    problem=problem,
)
