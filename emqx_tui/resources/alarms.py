"""Active alarms."""

from collections.abc import Mapping

from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.rows import AlarmRow
from emqx_tui.i18n import N_
from emqx_tui.resources.spec import Cell, Column, Resource, Scalar, Sign, Tone
from emqx_tui.resources.wording import since
from emqx_tui.text import MISSING


def record(row: AlarmRow) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    alarm = row.alarm
    return {
        "deployment": row.deployment,
        "name": alarm.name,
        "node": alarm.node,
        "activated_at": alarm.activated_at,
        "message": alarm.message,
    }


ALARMS: Resource[AlarmRow] = Resource(
    name="alarms",
    title=N_("Alarms"),
    rows=lambda snapshot: snapshot.alarms,
    key=lambda row: f"{row.alarm.node}/{row.alarm.name}",
    columns=(
        Column(
            "mark",
            "",
            1,
            lambda _row: Cell("▲", Tone.WARNING),
            lambda row: row.alarm.name,
            about=N_("▲ the alarm is active"),
        ),
        Column(
            "name",
            N_("ALARM"),
            24,
            lambda row: Cell(row.alarm.name),
            lambda row: row.alarm.name,
            grows=True,
            about=N_("Its name, as EMQX gives it"),
        ),
        Column(
            "node",
            N_("NODE"),
            20,
            lambda row: Cell(row.alarm.node or MISSING),
            lambda row: row.alarm.node,
            priority=2,
            about=N_("The node that raised it"),
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
            lambda row: Cell(row.alarm.message, Tone.MUTED),
            lambda row: row.alarm.message,
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
    ),
    record=record,
    matches=lambda row: (row.alarm.name, row.alarm.node or "", row.alarm.message),
    sort="-since",
    empty=N_("No active alarms."),
    signs=(Sign("▲", N_("active"), N_("EMQX clears an alarm by itself when its cause is gone."), Tone.WARNING),),
    page=lambda _row: "alarm",
)
