"""Deployments: the rows of the fleet screen, each as one sees it without opening it."""

from collections.abc import Mapping

from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import Totals
from emqx_tui.domain.rows import DeploymentRow
from emqx_tui.i18n import N_, _
from emqx_tui.resources import wording
from emqx_tui.resources.spec import Align, Cell, Column, Resource, Scalar, Sign, Tone
from emqx_tui.text import MISSING, short_duration, short_number, short_rate


_NOTHING = Totals()
_RIGHT = Align.RIGHT
_AGE_TONES = {
    Freshness.STALE: Tone.CRITICAL,
    Freshness.SLOW: Tone.WARNING,
    Freshness.PAUSED: Tone.WARNING,
}


def kind_of(row: DeploymentRow) -> str:
    """What answers there: `EMQX 5.8.9`, `NanoMQ 0.25`; empty before it is known."""
    if row.account is not None:
        return " ".join(part for part in (row.account.kind, row.account.version) if part)
    if row.kind is None:
        return ""
    return " ".join(part for part in (wording.KINDS[row.kind], row.version) if part)


def problem(row: DeploymentRow) -> int:
    """How bad it is: not to be read, then by its worst finding, then not asked."""
    if row.reason:
        return 6
    if row.fresh is Freshness.PAUSED:
        return 2
    if row.worst is not None:
        return 5 - list(wording.SEVERITY_MARKS).index(row.worst.severity)
    return 0


def _problems(row: DeploymentRow) -> tuple[Scalar, ...]:
    # What nobody watches stands below what is.
    return (-problem(row) if row.account is None else 1, row.name)


def key_of(row: DeploymentRow) -> str:
    """Names of an account may come twice in it."""
    return row.name if row.account is None else f"{ACCOUNT}{row.account.id}"


ACCOUNT = "\N{NULL}account/"
"""How keys begin of what is not configured: no name of a configured deployment can."""


def _mark(row: DeploymentRow) -> Cell:
    if row.account is not None:
        return Cell("○", Tone.MUTED)
    if row.reason:
        return Cell("✖", Tone.CRITICAL)
    if row.fresh is Freshness.PAUSED:
        return Cell("‖", Tone.WARNING)
    if row.worst is not None:
        return Cell(wording.SEVERITY_MARKS[row.worst.severity], wording.SEVERITY_TONES[row.worst.severity])
    return Cell("…", Tone.MUTED) if row.fresh is Freshness.WAITING else Cell("●", Tone.GOOD)


def _nodes(row: DeploymentRow) -> Cell:
    if row.up is None:
        return Cell(MISSING, Tone.MUTED)
    tone = Tone.NORMAL if row.up == row.known else Tone.CRITICAL
    return Cell(f"{row.up}/{row.known}", _told(row, tone))


def _told(row: DeploymentRow, tone: Tone = Tone.NORMAL) -> Tone:
    """Old figures are grey, so that they are not taken for new ones."""
    return tone if row.fresh in {Freshness.LIVE, Freshness.SLOW} else Tone.MUTED


def _figure(row: DeploymentRow, text: str) -> Cell:
    return Cell(text, Tone.MUTED if text == MISSING else _told(row))


def _age(row: DeploymentRow) -> Cell:
    if row.age is None:
        return Cell(MISSING, Tone.MUTED)
    tone = _AGE_TONES.get(row.fresh, Tone.MUTED)
    return Cell(short_duration(row.age), tone)


def _state(row: DeploymentRow) -> Cell:
    if row.account is not None:
        told = (_("needs API key"), row.account.status, kind_of(row), row.account.region)
        return Cell(" · ".join(part for part in told if part), Tone.MUTED)
    if row.reason:
        return Cell(row.reason, Tone.CRITICAL)
    if row.fresh is Freshness.PAUSED:
        return Cell(_("paused: not asked"), Tone.WARNING)
    if row.worst is not None:
        more = f"  +{row.findings - 1}" if row.findings > 1 else ""
        return Cell(wording.finding(row.worst, row.now) + more, wording.SEVERITY_TONES[row.worst.severity])
    if row.fresh is Freshness.WAITING:
        return Cell(_("waiting for the first answer"), Tone.MUTED)
    return Cell(_("all well"), Tone.GOOD)


def record(row: DeploymentRow) -> Mapping[str, Scalar]:
    """The row for JSON and CSV. `finding` is the worst one's stable id, such as `node.stopped`, `subject` its node."""
    totals = row.totals or _NOTHING
    return {
        "deployment": row.name,
        "kind": None if row.kind is None else row.kind.value,
        "version": row.version,
        "nodes_running": row.up,
        "nodes_known": row.known,
        "live_connections": totals.live_connections,
        "sessions": totals.sessions,
        "error": row.reason or None,
        "topics": totals.topics,
        "subscriptions": totals.subscriptions,
        "retained": totals.retained,
        "received_per_second": totals.received_rate,
        "sent_per_second": totals.sent_rate,
        "dropped_per_second": totals.dropped_rate,
        "alarms": row.alarms,
        "severity": None if row.worst is None else row.worst.severity.value,
        "finding": None if row.worst is None else row.worst.rule,
        "subject": None if row.worst is None else row.worst.subject or None,
        "configured": row.account is None,
        "account_id": None if row.account is None else row.account.id,
        "account_status": None if row.account is None else row.account.status or None,
        "account_type": None if row.account is None else row.account.kind or None,
        "account_version": None if row.account is None else row.account.version or None,
        "account_region": None if row.account is None else row.account.region or None,
    }


WRITE = "mode"
"""The column of what is open for actions; it is shown where anything is."""

DEPLOYMENTS: Resource[DeploymentRow] = Resource(
    name="fleet",
    title=N_("Fleet"),
    rows=lambda snapshot: (snapshot.deployment,),
    key=key_of,
    columns=(
        Column(
            "mark", "", 1, _mark, _problems, about=N_("● well, ▲ warning, ✖ critical or not readable, ○ not configured")
        ),
        Column(
            "deployment",
            N_("DEPLOYMENT"),
            12,
            lambda row: Cell(row.name, Tone.STRONG if row.account is None else Tone.MUTED),
            lambda row: row.name,
            grows=True,
            about=N_("Its name in the configuration"),
        ),
        Column(
            WRITE,
            N_("MODE"),
            5,
            lambda row: Cell(_("write"), Tone.WARNING) if row.write else Cell(MISSING, Tone.MUTED),
            lambda row: not row.write,
            priority=1,
            about=N_("Whether it is open for actions: write, or - for reading only"),
            value=lambda row: "write" if row.write else "read-only",
        ),
        Column(
            "kind",
            N_("KIND"),
            15,
            lambda row: Cell(kind_of(row) or MISSING),
            kind_of,
            priority=5,
            about=N_("What answers there, with the versions of its nodes"),
        ),
        Column(
            "nodes",
            N_("NODES"),
            6,
            _nodes,
            lambda row: row.up,
            _RIGHT,
            priority=1,
            about=N_("Number of nodes that run, and of all that are known: 2/3"),
        ),
        Column(
            "live",
            N_("LIVE"),
            5,
            lambda row: _figure(row, short_number((row.totals or _NOTHING).live_connections)),
            lambda row: (row.totals or _NOTHING).live_connections,
            _RIGHT,
            priority=2,
            about=N_("Live connections: number of open sockets"),
        ),
        Column(
            "sessions",
            N_("SESSIONS"),
            8,
            lambda row: _figure(row, short_number((row.totals or _NOTHING).sessions)),
            lambda row: (row.totals or _NOTHING).sessions,
            _RIGHT,
            priority=2,
            about=N_("Number of sessions, disconnected ones included"),
        ),
        Column(
            "in",
            N_("IN/s"),
            5,
            lambda row: _figure(row, short_rate((row.totals or _NOTHING).received_rate)),
            lambda row: (row.totals or _NOTHING).received_rate,
            _RIGHT,
            priority=3,
            about=N_("Messages received a second"),
        ),
        Column(
            "out",
            N_("OUT/s"),
            5,
            lambda row: _figure(row, short_rate((row.totals or _NOTHING).sent_rate)),
            lambda row: (row.totals or _NOTHING).sent_rate,
            _RIGHT,
            priority=3,
            about=N_("Messages sent a second"),
        ),
        Column(
            "drop",
            N_("DROP/s"),
            6,
            lambda row: _figure(row, short_rate((row.totals or _NOTHING).dropped_rate)),
            lambda row: (row.totals or _NOTHING).dropped_rate,
            _RIGHT,
            priority=6,
            about=N_("Messages dropped a second, those without subscribers included"),
        ),
        Column(
            "alarms",
            N_("ALARMS"),
            6,
            lambda row: _figure(row, short_number(row.alarms)),
            lambda row: row.alarms,
            _RIGHT,
            priority=4,
            about=N_("Number of active alarms"),
        ),
        Column(
            "age",
            N_("AGE"),
            6,
            _age,
            lambda row: row.age,
            _RIGHT,
            priority=3,
            about=N_("How long ago it last answered: s seconds, m minutes, h hours, d days"),
            measure=Measure.SECONDS,
        ),
        Column(
            "state", N_("STATE"), 34, _state, _problems, grows=True, about=N_("The worst finding, or why it is silent")
        ),
    ),
    fields=(
        "deployment",
        "kind",
        "version",
        "nodes_running",
        "nodes_known",
        "live_connections",
        "sessions",
        "error",
        "topics",
        "subscriptions",
        "retained",
        "received_per_second",
        "sent_per_second",
        "dropped_per_second",
        "alarms",
        "severity",
        "finding",
        "subject",
        "configured",
        "account_id",
        "account_status",
        "account_type",
        "account_version",
        "account_region",
    ),
    record=record,
    matches=lambda row: (row.name, kind_of(row), _state(row).text),
    sort="state",
    empty=N_("No deployment is configured."),
    signs=(
        Sign("●", N_("well"), N_("It answers, and nothing is found wrong."), Tone.GOOD),
        Sign("✖", N_("critical"), N_("A node is down, or the deployment cannot be read."), Tone.CRITICAL),
        Sign("▲", N_("warning"), N_("Worth a look: an active alarm, a replicant that is gone."), Tone.WARNING),
        Sign("◆", N_("notice"), N_("Good to know, and nothing has to be done about it."), Tone.ACCENT),
        Sign("○", N_("not configured"), N_("A deployment of the EMQX Cloud account; it needs an API key."), Tone.MUTED),
    ),
    problem=problem,
    page=lambda _row: "dashboard/overview",
)
