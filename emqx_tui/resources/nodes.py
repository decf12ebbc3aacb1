"""Nodes: the rows of the home screen."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import Kind
from emqx_tui.domain.roster import NodeState
from emqx_tui.domain.rows import NodeRow
from emqx_tui.i18n import N_, _
from emqx_tui.resources.spec import Align, Cell, Column, Resource, Scalar, Sign, Tone
from emqx_tui.resources.wording import STATE_MARKS, STATE_MEANINGS, STATE_TONES, STATES, since
from emqx_tui.text import MISSING, bar, percent, short_duration, short_number, short_rate


HIGH_MEMORY = 0.8
"""Share of memory from which it is marked: EMQX's own alarm comes at 0.7 of the host by default, a warning."""

BACK_SHOWN = 3600.0
"""Seconds for which a node that came back is marked as such."""

_RANK = {NodeState.STOPPED: 0, NodeState.UNREACHABLE: 0, NodeState.GONE: 1, NodeState.RUNNING: 3}


def name_of(row: NodeRow) -> str:
    """The node's name, or words in its place on NanoMQ."""
    return row.name or _("(the broker)")


def _problems(row: NodeRow) -> tuple[Scalar, ...]:
    rank = _RANK[row.member.state]
    if rank == 3 and row.alarms:
        rank = 2
    return (rank, row.name)


def problem(row: NodeRow) -> int:
    """How bad its state is, then whether alarms are active on it, then whether its figures are old."""
    rank = _RANK[row.member.state]
    if rank < 3:
        return 5 - rank
    return 2 if row.alarms else int(row.fresh is Freshness.STALE)


def _mark(row: NodeRow) -> Cell:
    state = row.member.state
    if state is NodeState.RUNNING and row.alarms:
        return Cell("▲", Tone.MUTED if _old(row) else Tone.WARNING)
    return Cell(STATE_MARKS[state], _state_tone(row))


def _old(row: NodeRow) -> bool:
    """Nobody knows whether it still is so: drawn grey, so that it is not taken for now."""
    return row.fresh is not Freshness.LIVE


def _state_tone(row: NodeRow) -> Tone:
    return Tone.MUTED if row.running and _old(row) else STATE_TONES[row.member.state]


def _state(row: NodeRow) -> Cell:
    return Cell(_(STATES[row.member.state]), _state_tone(row))


def _since(row: NodeRow) -> Cell:
    member = row.member
    if member.state is NodeState.RUNNING:
        back = member.since is not None and row.now - member.since < BACK_SHOWN
        return Cell(_("back {time}").format(time=since(member.since, row.now, exact=True)) if back else "", Tone.GOOD)
    return Cell(since(member.since, row.now, exact=member.exact), STATE_TONES[member.state])


def _figure(row: NodeRow, text: str) -> Cell:
    """A figure of now; of a node that does not run there is none."""
    if not row.running:
        return Cell(MISSING, Tone.MUTED)
    tone = Tone.MUTED if text == MISSING or _old(row) else Tone.NORMAL
    return Cell(text, tone)


def _sessions(row: NodeRow) -> Cell:
    if not row.running and row.node.sessions is not None:
        return Cell(f"({short_number(row.node.sessions)})", Tone.MUTED)
    return _figure(row, short_number(row.node.sessions))


def _dropped(row: NodeRow) -> Cell:
    cell = _figure(row, short_rate(row.dropped))
    return Cell(cell.text, Tone.WARNING) if row.running and row.dropped and cell.tone is Tone.NORMAL else cell


def _memory(row: NodeRow) -> Cell:
    cell = _figure(row, percent(row.memory_share))
    high = row.running and (row.memory_share or 0.0) >= HIGH_MEMORY
    return Cell(cell.text, Tone.WARNING) if high and not _old(row) else cell


def _memory_bar(row: NodeRow) -> Cell:
    share = row.memory_share if row.running else None
    tone = Tone.WARNING if (share or 0.0) >= HIGH_MEMORY else Tone.CHART
    return Cell(bar(share, 10), Tone.MUTED if _old(row) else tone)


def _alarms(row: NodeRow) -> Cell:
    if row.alarms is None:
        return Cell(MISSING, Tone.MUTED)
    return Cell(short_number(row.alarms), Tone.WARNING if row.alarms and not _old(row) else Tone.MUTED)


def _load(row: NodeRow, load: float | None) -> Cell:
    return _figure(row, MISSING if load is None else f"{load:.2f}" if load < 100 else f"{load:.0f}")


def _identity(text: str | None) -> Cell:
    return Cell(text, Tone.NORMAL) if text else Cell(MISSING, Tone.MUTED)


def _now(row: NodeRow, value: float | None) -> float | None:
    return value if row.running else None


def record(row: NodeRow) -> Mapping[str, Scalar]:
    """The row for JSON and CSV. Figures of a node that does not run are null; what it is stays.

    Rates and alarms are those of the screen; the command line asks for nodes alone, and has null for them.
    """
    node, running = row.node, row.running
    figures: dict[str, Scalar] = {
        "uptime_seconds": None if node.uptime is None else int(node.uptime),
        "datetime": node.datetime,
        "live_connections": node.live_connections,
        "sessions": node.sessions,
        "load1": node.load1,
        "load5": node.load5,
        "load15": node.load15,
        "memory_used_bytes": node.memory_used,
        "memory_total_bytes": node.memory_total,
        "processes_used": node.processes_used,
        "processes_limit": node.processes_limit,
        "fd_limit": node.fd_limit,
        "received_per_second": row.received,
        "sent_per_second": row.sent,
        "dropped_per_second": row.dropped,
        "alarms": row.alarms,
    }
    return {
        "deployment": row.deployment,
        "node": row.name or None,
        "status": row.member.state.value,
        "role": node.role,
        "version": node.version,
        "description": node.description,
        "otp_release": node.otp_release,
        **{name: value if running else None for name, value in figures.items()},
        "edition": node.edition,
        # A time that is only an upper bound would be taken for more than that.
        "state_since": row.member.since if row.member.exact else None,
    }


def _texts(row: NodeRow) -> Sequence[str]:
    node = row.node
    return (row.name, _(STATES[row.member.state]), node.role or "", node.version or "")


_RIGHT = Align.RIGHT
_EMQX = (Kind.EMQX4, Kind.EMQX5)


def _longer_load(minutes: int) -> Column[NodeRow]:
    def value(row: NodeRow) -> float | None:
        return row.node.load5 if minutes == 5 else row.node.load15

    return Column(
        f"load{minutes}",
        f"LOAD{minutes}",
        6,
        lambda row: _load(row, value(row)),
        lambda row: _now(row, value(row)),
        _RIGHT,
        priority=10,
        about=N_("Load average of the host in the last 5 minutes")
        if minutes == 5
        else N_("Load average of the host in the last 15 minutes"),
        kinds=_EMQX,
    )


NODES: Resource[NodeRow] = Resource(
    name="nodes",
    title=N_("Nodes"),
    rows=lambda snapshot: snapshot.nodes,
    key=lambda row: row.name,
    columns=(
        Column("mark", "", 1, _mark, _problems, about=N_("● running, ▲ with alarms, ✖ stopped, ? unreachable, ○ gone")),
        Column(
            "node",
            N_("NODE"),
            16,
            lambda row: Cell(name_of(row)),
            lambda row: row.name,
            grows=True,
            about=N_("Its name, of the form name@host"),
        ),
        Column(
            "role",
            N_("ROLE"),
            9,
            lambda row: _identity(row.node.role),
            lambda row: row.node.role,
            priority=5,
            about=N_("Core or replicant (EMQX 5 and later)"),
            kinds=(Kind.EMQX5, Kind.SERVERLESS),
        ),
        Column("status", N_("STATUS"), 11, _state, _problems, about=N_("Its state; sorted by it, problems come first")),
        Column(
            "since",
            N_("SINCE"),
            12,
            _since,
            lambda row: row.member.since,
            priority=6,
            about=N_("How long it has not been running, or for an hour how long it is back"),
            value=lambda row: None if row.member.since is None else row.now - row.member.since,
            measure=Measure.SECONDS,
        ),
        Column(
            "version",
            N_("VERSION"),
            8,
            lambda row: _identity(row.node.version),
            lambda row: row.node.version,
            priority=7,
            about=N_("The version of EMQX on this node"),
        ),
        Column(
            "uptime",
            N_("UPTIME"),
            9,
            lambda row: _figure(row, short_duration(row.node.uptime)),
            lambda row: _now(row, row.node.uptime),
            _RIGHT,
            priority=4,
            about=N_("How long it has run: d days, h hours, m minutes, s seconds"),
            measure=Measure.SECONDS,
        ),
        Column(
            "live",
            N_("LIVE"),
            5,
            lambda row: _figure(row, short_number(row.node.live_connections)),
            lambda row: _now(row, row.node.live_connections),
            _RIGHT,
            priority=1,
            about=N_("Live connections: number of open sockets"),
        ),
        Column(
            "sessions",
            N_("SESSIONS"),
            8,
            _sessions,
            lambda row: row.node.sessions,
            _RIGHT,
            priority=2,
            about=N_("Number of sessions, disconnected ones included; in brackets what a lost node last had"),
        ),
        Column(
            "in",
            N_("IN/s"),
            5,
            lambda row: _figure(row, short_rate(row.received)),
            lambda row: row.received,
            _RIGHT,
            priority=1,
            about=N_("Messages received a second"),
        ),
        Column(
            "out",
            N_("OUT/s"),
            5,
            lambda row: _figure(row, short_rate(row.sent)),
            lambda row: row.sent,
            _RIGHT,
            priority=1,
            about=N_("Messages sent a second"),
        ),
        Column(
            "drop",
            N_("DROP/s"),
            6,
            _dropped,
            lambda row: row.dropped,
            _RIGHT,
            priority=2,
            about=N_("Messages dropped a second, those without subscribers included"),
        ),
        Column(
            "load",
            N_("LOAD"),
            5,
            lambda row: _load(row, row.node.load1),
            lambda row: _now(row, row.node.load1),
            _RIGHT,
            priority=3,
            about=N_("Load average of the host in the last minute: processes that run or wait"),
        ),
        *(_longer_load(minutes) for minutes in (5, 15)),
        Column(
            "memory",
            N_("MEM"),
            5,
            _memory,
            lambda row: _now(row, row.memory_share),
            _RIGHT,
            priority=3,
            about=N_("Memory in use, in per cent of what the host has"),
            measure=Measure.SHARE,
        ),
        Column(
            "memory_bar",
            "",
            10,
            _memory_bar,
            lambda row: _now(row, row.memory_share),
            priority=8,
            about=N_("The same as a bar, full at 100 %"),
            measure=Measure.SHARE,
        ),
        Column(
            "processes",
            N_("PROCS"),
            5,
            lambda row: _figure(row, percent(row.process_share)),
            lambda row: _now(row, row.process_share),
            _RIGHT,
            priority=9,
            about=N_("Erlang processes, in per cent of what the node may have"),
            measure=Measure.SHARE,
            kinds=_EMQX,
        ),
        Column(
            "alarms",
            N_("ALARMS"),
            6,
            _alarms,
            lambda row: row.alarms,
            _RIGHT,
            priority=3,
            about=N_("Number of active alarms on the node"),
        ),
    ),
    fields=(
        "deployment",
        "node",
        "status",
        "role",
        "version",
        "description",
        "otp_release",
        "uptime_seconds",
        "datetime",
        "live_connections",
        "sessions",
        "load1",
        "load5",
        "load15",
        "memory_used_bytes",
        "memory_total_bytes",
        "processes_used",
        "processes_limit",
        "fd_limit",
        "received_per_second",
        "sent_per_second",
        "dropped_per_second",
        "alarms",
        "edition",
        "state_since",
    ),
    record=record,
    matches=_texts,
    sort="status",
    empty=N_("No nodes yet."),
    signs=(
        *(Sign(STATE_MARKS[one], STATES[one], STATE_MEANINGS[one], STATE_TONES[one]) for one in NodeState),
        Sign("▲", N_("alarms"), N_("It runs, and alarms are active on it."), Tone.WARNING),
    ),
    problem=problem,
    ctl="emqx ctl cluster status",
    page=lambda row: f"dashboard/nodes/{quote(row.name, safe='')}" if row.name else "dashboard/nodes",
)
