"""Active alarms, and what is told of any alarm."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.broker import Part
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.models import Alarm
from emqx_tui.domain.rows import AlarmRow
from emqx_tui.i18n import N_, _, ngettext
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.operations import DEACTIVATE
from emqx_tui.resources.spec import Cell, Column, Resource, Scalar, Sign, Tone
from emqx_tui.resources.wording import clock_time, since
from emqx_tui.text import MISSING, exact, exact_number, short_duration, short_number


MEMBERS_SHOWN = 50
"""Congested connections that are listed one by one: a detail is read, not searched."""


def record(row: AlarmRow) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    alarm = row.alarm
    return {
        "deployment": row.deployment,
        "name": row.name,
        "node": " ".join(row.nodes) or None,
        "activated_at": alarm.activated_at,
        "message": alarm.message,
        "count": row.size,
        "duration_seconds": None if row.since is None else max(0.0, row.now - row.since),
        "details": told_details(alarm),
    }


def told_details(alarm: Alarm) -> str:
    """What an alarm's free map says, on one line: `usage=81.2 high_watermark=70`."""
    return " ".join(f"{key}={text}" for key, text in alarm.details)


def _name(row: AlarmRow) -> Cell:
    return Cell(f"{row.name} ({short_number(row.size)})" if row.members else row.name)


def _node(row: AlarmRow) -> Cell:
    nodes = row.nodes
    if len(nodes) < 2:
        return Cell(nodes[0] if nodes else MISSING)
    return Cell(ngettext("{count} node", "{count} nodes", len(nodes)).format(count=short_number(len(nodes))))


def _message(row: AlarmRow) -> str:
    if not row.members:
        return row.alarm.message
    shown = ngettext("{count} client congested", "{count} clients congested", row.size)
    return shown.format(count=short_number(row.size))


def detail(row: AlarmRow, _more: object) -> list[Fact]:
    """Everything about an active alarm, or about all congested connections."""
    shown = MISSING if row.since is None else f"{clock_time(row.since, row.now)}, {short_duration(row.now - row.since)}"
    facts: list[Fact] = [
        Title(Cell("▲", Tone.WARNING), _name(row).text, Cell(_("active"), Tone.WARNING)),
        Pair(_("node"), ", ".join(row.nodes) or MISSING),
        Pair(_("since"), shown),
        Pair(_("message"), _message(row) or MISSING),
    ]
    if row.members:
        facts += meaning_facts(row.alarm)
        facts += _members(row)
    else:
        facts += detail_facts(row.alarm)
        facts += meaning_facts(row.alarm)
    return [*facts, Heading(_("History")), Note(_(":alarm-history shows the alarms that are over."), Tone.MUTED)]


def detail_facts(alarm: Alarm) -> list[Fact]:
    """What the broker adds in its free map."""
    if not alarm.details:
        return []
    return [Heading(_("Details")), *(Pair(key, text or MISSING) for key, text in alarm.details)]


def meaning_facts(alarm: Alarm) -> list[Fact]:
    """What the alarm means and what to do about it, as far as this version knows it."""
    # The texts are long and wanted only when one looks at an alarm: no start waits for them.
    from emqx_tui.resources.alarm_meanings import meaning_of  # noqa: PLC0415

    meaning = meaning_of(alarm)
    if meaning is None:
        return [Heading(_("Meaning")), Note(_("This name is not known to this version of emqx-tui."), Tone.MUTED)]
    return [Heading(_("Meaning")), Note(_(meaning.means)), Heading(_("What to do")), Note(_(meaning.do))]


def _members(row: AlarmRow) -> list[Fact]:
    offset = 0.0 if row.since is None or row.alarm.activated_at is None else row.alarm.activated_at - row.since
    longest = sorted(row.members, key=lambda one: (one.activated_at is None, one.activated_at or 0.0, one.name))
    cells: list[Sequence[Cell]] = []
    for alarm in longest[:MEMBERS_SHOWN]:
        at = None if alarm.activated_at is None else alarm.activated_at - offset
        when = MISSING if at is None else since(at, row.now, exact=True)
        cells.append((Cell(alarm.name.partition("/")[2]), Cell(alarm.node or MISSING), Cell(when)))
    facts: list[Fact] = [Heading(_("Clients, the longest congested first"))]
    facts.append(Grid((_("client/user"), _("node"), _("since")), cells))
    if len(longest) > MEMBERS_SHOWN:
        left = exact_number(len(longest) - MEMBERS_SHOWN)
        facts.append(Note(_("and {count} more").format(count=left), Tone.MUTED))
    return facts


ALARMS: Resource[AlarmRow] = Resource(
    name="alarms",
    title=N_("Alarms"),
    rows=lambda snapshot: snapshot.alarms,
    key=lambda row: row.name if row.members else f"{row.alarm.node}/{exact(row.alarm.name)}",
    columns=(
        Column(
            "mark",
            "",
            1,
            lambda _row: Cell("▲", Tone.WARNING),
            lambda row: row.name,
            about=N_("▲ the alarm is active"),
        ),
        Column(
            "name",
            N_("ALARM"),
            24,
            _name,
            lambda row: row.name,
            grows=True,
            about=N_("Its name, as EMQX gives it; congested connections are one row with their number"),
        ),
        Column(
            "node",
            N_("NODE"),
            20,
            _node,
            lambda row: row.alarm.node,
            priority=2,
            about=N_("The node that raised it, or how many did"),
        ),
        Column(
            "since",
            N_("SINCE"),
            10,
            lambda row: Cell(since(row.since, row.now, exact=True)),
            lambda row: row.since,
            priority=1,
            about=N_("How long it has been active: d days, h hours, m minutes, s seconds"),
            value=lambda row: None if row.since is None else row.now - row.since,
            measure=Measure.SECONDS,
        ),
        Column(
            "message",
            N_("MESSAGE"),
            24,
            lambda row: Cell(_message(row), Tone.MUTED),
            _message,
            grows=True,
            priority=3,
            about=N_("What EMQX says of it"),
        ),
    ),
    fields=(
        "deployment",
        "name",
        "node",
        "activated_at",
        "message",
        "count",
        "duration_seconds",
        "details",
    ),
    record=record,
    matches=lambda row: (
        row.name,
        *row.nodes,
        row.alarm.message,
        *(one.name for one in row.members),
    ),
    sort="-since",
    empty=N_("No active alarms. :alarm-history shows those that are over."),
    signs=(Sign("▲", N_("active"), N_("EMQX clears an alarm by itself when its cause is gone."), Tone.WARNING),),
    page=lambda _row: "alarm",
    detail=detail,
    actions=(DEACTIVATE,),
    part=Part.ALARMS,
)
