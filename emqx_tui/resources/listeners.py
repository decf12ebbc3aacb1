"""Listeners: where clients come in, on how many nodes they run, and how full they are."""

from collections import Counter
from collections.abc import Mapping, Sequence

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.changes import Part
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.domain.monitoring import Listener, ListenerNode
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Gauge, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.operations import FIVE, restarting, switches
from emqx_tui.resources.room import FULL, room_columns
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.text import MISSING, exact, exact_number, short_number


SHUTDOWNS: Mapping[str, str] = {
    "normal": N_("the client said goodbye"),
    "takeovered": N_("another connection took the session over"),
    "takenover": N_("another connection took the session over"),
    "discarded": N_("another connection of the same client began anew"),
    "kicked": N_("an operator or a ban ended it"),
    "keepalive_timeout": N_("the client was silent for longer than its keepalive"),
    "idle_timeout": N_("it was opened and nobody sent CONNECT"),
    "tcp_closed": N_("the other side closed without DISCONNECT"),
    "ssl_closed": N_("the other side closed without DISCONNECT"),
    "sock_closed": N_("the other side closed without DISCONNECT"),
    "closed": N_("the other side closed without DISCONNECT"),
    "peername_changed": N_("the client's address changed"),
    "tcp_error": N_("the network failed"),
    "ssl_error": N_("TLS failed"),
    "ssl_upgrade_timeout": N_("the TLS handshake took too long"),
    "ssl_upgrade_fail": N_("the TLS handshake failed: certificate, version or ciphers"),
    "einval": N_("it was closed before it could be used"),
    "enotconn": N_("it was closed before it could be used"),
    "etimedout": N_("the network did not answer"),
    "ehostunreach": N_("the client's host could not be reached"),
    "econnreset": N_("the other side broke it off"),
    "epipe": N_("the other side was gone while data was sent"),
    "timeout": N_("data could not be sent in time"),
    "send_timeout": N_("data could not be sent in time"),
    "frame_error": N_("it sent what is no MQTT"),
    "frame_too_large": N_("it sent a packet larger than allowed"),
    "protocol_error": N_("it broke the rules of MQTT"),
    "not_authorized": N_("refused: not authorized"),
    "bad_username_or_password": N_("refused: wrong user or password"),
    "banned": N_("refused: on the ban list"),
    "server_busy": N_("refused: too many"),
    "quota_exceeded": N_("a quota was exceeded"),
    "connack_error": N_("the connection was refused"),
    "message_queue_too_long": N_("the process was killed: too many messages in its mailbox"),
    "proc_heap_too_large": N_("the process was killed: too much memory"),
    "emsgsize": N_("it sent more than fits"),
    "oom": N_("the process was killed: too much memory"),
}
"""Why connections end, by EMQX 4's reasons."""

_STATES: Mapping[str, tuple[str, str, Tone, int]] = {
    "running": ("●", N_("running"), Tone.GOOD, 0),
    "inconsistent": ("▲", N_("running on {running} of {nodes}"), Tone.WARNING, 2),
    "stopped": ("✖", N_("stopped"), Tone.CRITICAL, 3),
    "disabled": ("○", N_("disabled"), Tone.MUTED, 0),
    "unknown": ("?", N_("not known"), Tone.MUTED, 1),
}


def state_of(listener: Listener) -> str:
    """One of `running`, `inconsistent`, `stopped`, `disabled`, `unknown`."""
    if listener.running and listener.running == len(listener.nodes):
        return "running"
    if listener.running:
        return "inconsistent"
    if listener.enabled is False:
        return "disabled"
    return "stopped" if any(one.running is False for one in listener.nodes) else "unknown"


def _mark(row: Entry[Listener]) -> Cell:
    mark, _word, tone, _rank = _STATES[state_of(row.item)]
    return Cell(mark, tone)


def _status(row: Entry[Listener]) -> Cell:
    _mark, word, tone, _rank = _STATES[state_of(row.item)]
    return Cell(_(word).format(running=row.item.running, nodes=len(row.item.nodes)), tone)


def problem(row: Entry[Listener]) -> int:
    """How bad it is: stopped, running on some nodes only, nearly full."""
    rank = _STATES[state_of(row.item)][3]
    return max(rank, int((row.item.share or 0.0) >= FULL))


def _enabled(enabled: bool | None) -> str:
    return MISSING if enabled is None else _("yes") if enabled else _("no")


def record(row: Entry[Listener]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; `ended` is why connections ended, as EMQX 4 counts it: `keepalive_timeout=12 …`."""
    item = row.item
    return {
        "deployment": row.deployment,
        "id": item.id,
        "type": item.kind,
        "status": state_of(item),
        "nodes_running": item.running,
        "nodes": len(item.nodes),
        "enabled": item.enabled,
        "bind": item.bind,
        "connections": item.connections,
        "connections_max": item.limit,
        "unlimited": item.unlimited,
        "use_share": item.share,
        "acceptors": item.acceptors,
        "not_running_on": " ".join(one.node for one in item.nodes if one.running is False) or None,
        "ended": " ".join(f"{reason}={number}" for reason, number in _ended(item.nodes).most_common()) or None,
    }


def detail(row: Entry[Listener], _more: object) -> list[Fact]:
    """Everything about a listener, node by node."""
    item = row.item
    facts: list[Fact] = [Title(_mark(row), item.id, _status(row)), Pair(_("type"), item.kind)]
    facts += [Pair(_("bind"), item.bind or MISSING), Pair(_("enabled"), _enabled(item.enabled))]
    facts.append(Pair(_("acceptors"), MISSING if item.acceptors is None else short_number(item.acceptors)))
    if item.limit is not None:
        of = _("{used} of {limit}").format(used=exact_number(item.connections), limit=exact_number(item.limit))
        whole = None if not item.limit or item.connections is None else item.connections / item.limit
        facts.append(Gauge(_("connections"), whole, of, FULL))
    else:
        facts.append(Pair(_("connections"), exact_number(item.connections)))
    facts += [Heading(_("Nodes")), Grid((_("node"), _("state"), _("now"), _("limit")), _nodes(item.nodes))]
    facts += [Note(f"{one.node}: {one.error}", Tone.WARNING) for one in item.nodes if one.error]
    if state_of(item) == "inconsistent":
        facts.append(Note(_("Clients that a load balancer sends to the other nodes are refused there."), Tone.WARNING))
    facts += _shutdowns(item.nodes)
    facts.append(Note(_("Connections are counted as sockets, those that are not logged in yet included."), Tone.MUTED))
    return facts


def _nodes(nodes: Sequence[ListenerNode]) -> list[Sequence[Cell]]:
    cells: list[Sequence[Cell]] = []
    for one in nodes:
        state = {True: "running", False: "stopped", None: "unknown"}[one.running]
        mark, word, tone, _rank = _STATES[state]
        near = bool(one.limit) and one.connections is not None and one.connections / (one.limit or 1) >= FULL
        connections = Cell(exact_number(one.connections), Tone.WARNING if near else Tone.NORMAL)
        limit = _("no limit") if one.unlimited else exact_number(one.limit)
        cells.append((Cell(one.node), Cell(f"{mark} {_(word)}", tone), connections, Cell(limit)))
    return cells


def _ended(nodes: Sequence[ListenerNode]) -> Counter[str]:
    """Connections that ended, by reason, of all nodes."""
    counts: Counter[str] = Counter()
    for one in nodes:
        counts.update(one.shutdowns)
    return counts


def _shutdowns(nodes: Sequence[ListenerNode]) -> list[Fact]:
    counts = _ended(nodes)
    if not counts:
        return []
    # What is unknown is told as it comes: reasons are an open set.
    named = [(f"{name}: {_(SHUTDOWNS[name])}" if name in SHUTDOWNS else name, n) for name, n in counts.most_common()]
    grid = Grid((_("reason"), _("connections")), [(Cell(text), Cell(exact_number(number))) for text, number in named])
    return [Heading(_("Connections that ended, since the nodes started")), grid]


async def page(broker: Broker, query: Query, after: str | None) -> Page[Listener]:
    """Asks the broker."""
    return await broker.listeners(query, after)


def _all_run(row: Entry[Listener]) -> bool | None:
    """Whether it runs; None when only some nodes run it."""
    running = row.item.running
    return None if 0 < running < len(row.item.nodes) else bool(running)


_CONNECTIONS, _MAX, _USE = room_columns(
    Listener,
    N_("Connections on all nodes, those that are not logged in yet included"),
    N_("Connections that the nodes on which it runs take together"),
    N_("Connections of the limit on the fullest node, in per cent"),
    priorities=(1, 4, 3),
)

LISTENERS: Resource[Entry[Listener]] = Resource(
    name="listeners",
    title=N_("Listeners"),
    rows=listed("listeners"),
    key=lambda row: exact(row.item.id),
    columns=(
        Column("mark", "", 1, _mark, lambda row: -problem(row), about=N_("The state as a symbol")),
        Column(
            "id",
            N_("LISTENER"),
            20,
            lambda row: Cell(row.item.id),
            lambda row: row.item.id,
            grows=True,
            about=N_("Its id, as EMQX gives it; on 4.x its protocol where it has none"),
        ),
        Column(
            "status",
            N_("STATUS"),
            17,
            _status,
            lambda row: (-problem(row), state_of(row.item)),
            about=N_("Whether it runs, or on how many of the nodes"),
            value=lambda row: state_of(row.item),
        ),
        Column(
            "type",
            N_("TYPE"),
            5,
            lambda row: Cell(row.item.kind),
            lambda row: row.item.kind,
            priority=5,
            about=N_("tcp, ssl, ws, wss, quic, or http for the API and the dashboard"),
        ),
        Column(
            "bind",
            N_("BIND"),
            16,
            lambda row: Cell(row.item.bind or MISSING),
            lambda row: row.item.bind,
            grows=True,
            priority=2,
            about=N_("Address and port at which it listens; on 5.x as the answering node has it"),
        ),
        _CONNECTIONS,
        _MAX,
        _USE,
        Column(
            "enabled",
            N_("ENABLED"),
            7,
            lambda row: Cell(_enabled(row.item.enabled)),
            lambda row: row.item.enabled,
            priority=6,
            about=N_("Whether the configuration wants it to run"),
            kinds=(Kind.EMQX5, Kind.SERVERLESS),
        ),
        Column(
            "acceptors",
            N_("ACCEPTORS"),
            9,
            lambda row: Cell(short_number(row.item.acceptors)),
            lambda row: row.item.acceptors,
            Align.RIGHT,
            priority=7,
            about=N_("Processes on each node that accept connections"),
        ),
    ),
    fields=(
        "deployment",
        "id",
        "type",
        "status",
        "nodes_running",
        "nodes",
        "enabled",
        "bind",
        "connections",
        "connections_max",
        "unlimited",
        "use_share",
        "acceptors",
        "not_running_on",
        "ended",
    ),
    record=record,
    matches=lambda row: (row.item.id, row.item.kind, row.item.bind or "", state_of(row.item)),
    sort="status",
    empty=N_("No node has a listener."),
    signs=(
        Sign("●", N_("running"), N_("It runs on all nodes."), Tone.GOOD),
        Sign("▲", N_("inconsistent"), N_("It runs on some of the nodes only."), Tone.WARNING),
        Sign("✖", N_("stopped"), N_("It is to run and does not, on no node."), Tone.CRITICAL),
        Sign("○", N_("disabled"), N_("The configuration does not want it to run."), Tone.MUTED),
        Sign("?", N_("not known"), N_("The nodes do not say whether it runs."), Tone.MUTED),
    ),
    asked=Asked(page, whole=True, offered=N_("EMQX 4 and later"), scope="system", ctl="emqx ctl listeners"),
    detail=detail,
    problem=problem,
    page=lambda _row: "listener",
    actions=(*switches(Part.LISTENER, FIVE, _all_run), restarting(Part.LISTENER)),
)
