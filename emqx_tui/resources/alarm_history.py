"""Alarms that are over."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Alarm
from emqx_tui.i18n import N_, _
from emqx_tui.resources.alarms import detail_facts, meaning_facts, told_details
from emqx_tui.resources.facts import Fact, Pair, Title
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, long_duration, short_duration


def _lasted(row: Entry[Alarm]) -> float | None:
    begun, over = row.item.activated_at, row.item.deactivated_at
    return None if begun is None or over is None else max(0.0, over - begun)


def _ago(row: Entry[Alarm]) -> float | None:
    over = row.item.deactivated_at
    return None if over is None else max(0.0, row.now - over)


def record(row: Entry[Alarm]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    alarm = row.item
    return {
        "deployment": row.deployment,
        "name": alarm.name,
        "node": alarm.node,
        "activated_at": alarm.activated_at,
        "deactivated_at": alarm.deactivated_at,
        "duration_seconds": _lasted(row),
        "message": alarm.message,
        "details": told_details(alarm),
    }


def detail(row: Entry[Alarm], _more: object) -> list[Fact]:
    """Everything about an alarm that is over."""
    alarm = row.item
    return [
        Title(Cell("○", Tone.MUTED), alarm.name, Cell(_("over"), Tone.MUTED)),
        Pair(_("node"), alarm.node or MISSING),
        Pair(_("from"), MISSING if alarm.activated_at is None else clock_time(alarm.activated_at, row.now)),
        Pair(_("until"), MISSING if alarm.deactivated_at is None else clock_time(alarm.deactivated_at, row.now)),
        Pair(_("lasted"), long_duration(_lasted(row))),
        Pair(_("message"), alarm.message or MISSING),
        *detail_facts(alarm),
        *meaning_facts(alarm),
    ]


async def page(broker: Broker, query: Query, after: str | None) -> Page[Alarm]:
    """Asks the broker."""
    return await broker.past_alarms(query, after)


ALARM_HISTORY: Resource[Entry[Alarm]] = Resource(
    name="alarm-history",
    title=N_("Alarm history"),
    rows=listed("alarm-history"),
    key=lambda row: f"{row.item.node}/{row.item.name}/{row.item.activated_at}/{row.item.deactivated_at}",
    columns=(
        Column(
            "mark",
            "",
            1,
            lambda _row: Cell("○", Tone.MUTED),
            lambda row: row.item.name,
            about=N_("○ the alarm is over"),
        ),
        Column(
            "name",
            N_("ALARM"),
            24,
            lambda row: Cell(row.item.name),
            lambda row: row.item.name,
            grows=True,
            about=N_("Its name, as EMQX gives it"),
        ),
        Column(
            "node",
            N_("NODE"),
            20,
            lambda row: Cell(row.item.node or MISSING),
            lambda row: row.item.node,
            priority=3,
            about=N_("The node that raised it"),
        ),
        Column(
            "until",
            N_("ENDED"),
            10,
            lambda row: Cell(short_duration(_ago(row))),
            lambda row: row.item.deactivated_at,
            priority=1,
            about=N_("How long ago it ended: d days, h hours, m minutes, s seconds"),
            value=_ago,
            measure=Measure.SECONDS,
        ),
        Column(
            "lasted",
            N_("LASTED"),
            10,
            lambda row: Cell(short_duration(_lasted(row))),
            _lasted,
            Align.RIGHT,
            priority=2,
            about=N_("How long it was active: d days, h hours, m minutes, s seconds"),
            measure=Measure.SECONDS,
        ),
        Column(
            "message",
            N_("MESSAGE"),
            24,
            lambda row: Cell(row.item.message or MISSING, Tone.MUTED),
            lambda row: row.item.message or None,
            grows=True,
            priority=4,
            about=N_("What EMQX said of it"),
        ),
    ),
    fields=(
        "deployment",
        "name",
        "node",
        "activated_at",
        "deactivated_at",
        "duration_seconds",
        "message",
        "details",
    ),
    record=record,
    matches=lambda row: (row.item.name, row.item.node or "", row.item.message),
    sort="-until",
    empty=N_("No alarms in the history: EMQX keeps those of the last day, 1000 at most."),
    signs=(Sign("○", N_("over"), N_("The alarm is over, or somebody has deactivated it."), Tone.MUTED),),
    asked=Asked(page, every=30.0, whole=True, offered=N_("EMQX 4.1 and later"), scope="monitoring"),
    detail=detail,
    page=lambda _row: "alarm/history-alarm",
)
