"""Gateways: how clients that do not speak MQTT come in, on how many nodes, and how full they are."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.system import RUNNING, UNLOADED, Gateway, GatewayOnNode, ListenerOnNode
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Gauge, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.links import or_missing, texts
from emqx_tui.resources.room import FULL, room_columns
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, exact_number, short_duration


_STATES: Mapping[str, tuple[str, str, Tone, int]] = {
    "inconsistent": ("▲", N_("on {running} of {nodes}"), Tone.WARNING, 3),
    "deaf": ("▲", N_("listener down"), Tone.WARNING, 2),
    "running": ("●", N_("running"), Tone.GOOD, 0),
    "stopped": ("○", N_("stopped"), Tone.MUTED, 0),
    UNLOADED: ("○", N_("not set up"), Tone.MUTED, 0),
    "unknown": ("?", N_("not known"), Tone.MUTED, 1),
}


def state_of(gateway: Gateway) -> str:
    """One of `inconsistent`, `deaf` (a listener of it does not run), `running`, `stopped`, `unloaded`, `unknown`."""
    if 0 < gateway.running < len(gateway.nodes):
        return "inconsistent"
    runs = gateway.running > 0 or gateway.status == RUNNING
    if runs and any(one.running is False for one in gateway.listeners):
        return "deaf"
    if runs:
        return RUNNING
    return gateway.status if gateway.status in _STATES else "unknown"


def problem(row: Entry[Gateway]) -> int:
    """How bad it is: it runs on some nodes only, a listener of it is down, it is nearly full or not known."""
    return max(_STATES[state_of(row.item)][3], int((row.item.share or 0.0) >= FULL))


def _mark(row: Entry[Gateway]) -> Cell:
    mark, _word, tone, _rank = _STATES[state_of(row.item)]
    return Cell(mark, tone)


def _status(row: Entry[Gateway]) -> Cell:
    _mark, word, tone, _rank = _STATES[state_of(row.item)]
    return Cell(_(word).format(running=row.item.running, nodes=len(row.item.nodes)), tone)


def _up(row: Entry[Gateway]) -> float | None:
    started = row.item.started_at
    return None if started is None or row.item.status != RUNNING else max(0.0, row.now - started)


def _down(gateway: Gateway) -> Sequence[str]:
    """The nodes on which it does not run, where it is to run somewhere."""
    return [one.node for one in gateway.nodes if one.status != RUNNING] if gateway.status != UNLOADED else []


def record(row: Entry[Gateway]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    item = row.item
    return {
        "deployment": row.deployment,
        "name": item.name,
        "status": state_of(item),
        "nodes_running": item.running,
        "nodes": len(item.nodes),
        "not_running_on": " ".join(_down(item)) or None,
        "connections": item.connections,
        "connections_max": item.limit,
        "unlimited": item.unlimited,
        "use_share": item.share,
        "listeners": " ".join(one.id for one in item.listeners) or None,
        "listeners_down": " ".join(one.id for one in item.listeners if one.running is False) or None,
        "started_at": item.started_at,
        "stopped_at": item.stopped_at,
        "uptime_seconds": _up(row),
    }


def detail(row: Entry[Gateway], more: Sequence[ListenerOnNode] | None) -> list[Fact]:
    """Everything about a gateway, node by node, with its listeners on each."""
    item = row.item
    facts: list[Fact] = [Title(_mark(row), item.name, _status(row))]
    if item.status == UNLOADED:
        return [*facts, Note(_("EMQX has it and nobody has set it up."), Tone.MUTED)]
    if item.limit is not None:
        of = _("{used} of {limit}").format(used=exact_number(item.connections), limit=exact_number(item.limit))
        facts.append(Gauge(_("connections"), item.share, of, FULL))
    else:
        facts.append(Pair(_("connections"), exact_number(item.connections)))
    facts.append(Pair(_("started"), MISSING if item.started_at is None else clock_time(item.started_at, row.now)))
    facts += [] if item.stopped_at is None else [Pair(_("stopped"), clock_time(item.stopped_at, row.now))]
    if item.nodes:
        grid = Grid((_("node"), _("state"), _("now"), _("limit")), [_node(one) for one in item.nodes], 2)
        facts += [Heading(_("Nodes")), grid]
    if state_of(item) == "inconsistent":
        facts.append(Note(_("Clients that a load balancer sends to the other nodes are refused there."), Tone.WARNING))
    facts.append(Heading(_("Listeners")))
    if more:
        head = (_("listener"), _("node"), _("state"), _("now"), _("limit"))
        facts.append(Grid(head, [_listener(one) for one in more], 3))
        binds = {one.id: one.bind for one in more if one.bind}
        facts += [Pair(ident, bind) for ident, bind in binds.items()]
    elif item.listeners:
        rows = [(Cell(one.id), _runs(one.running)) for one in item.listeners]
        facts.append(Grid((_("listener"), _("where EMQX was asked")), rows, 2))
    else:
        facts.append(Note(_("It has none, so nobody can come in."), Tone.MUTED))
    return facts


def _runs(running: bool | None) -> Cell:
    mark, word, tone, _rank = _STATES[{True: RUNNING, False: "stopped", None: "unknown"}[running]]
    return Cell(f"{mark} {_(word)}", Tone.WARNING if running is False else tone)


def _node(one: GatewayOnNode) -> Sequence[Cell]:
    mark, word, tone, _rank = _STATES.get(one.status, _STATES["unknown"])
    told = f"{mark} {_(word) if one.status in _STATES else one.status or _(word)}"
    limit = _("no limit") if one.unlimited else exact_number(one.limit)
    return Cell(one.node), Cell(told, tone), Cell(exact_number(one.connections)), Cell(limit)


def _listener(one: ListenerOnNode) -> Sequence[Cell]:
    limit = _("no limit") if one.unlimited else exact_number(one.limit)
    return Cell(one.id), Cell(one.node), _runs(one.running), Cell(exact_number(one.connections)), Cell(limit)


async def page(broker: Broker, query: Query, after: str | None) -> Page[Gateway]:
    """Asks the broker."""
    return await broker.gateways(query, after)


async def more(broker: Broker, gateway: Gateway) -> Sequence[ListenerOnNode]:
    """Asks for its listeners on every node."""
    return await broker.gateway_listeners(gateway)


_CONNECTIONS, _MAX, _USE = room_columns(
    Gateway,
    N_("Its clients on all nodes; they are not among those of MQTT"),
    N_("Connections that its listeners take on all nodes together"),
    N_("Connections in per cent of the limit"),
    priorities=(1, 3, 2),
)

GATEWAYS: Resource[Entry[Gateway]] = Resource(
    name="gateways",
    title=N_("Gateways"),
    rows=listed("gateways"),
    key=lambda row: row.item.name,
    columns=(
        Column("mark", "", 1, _mark, lambda row: -problem(row), about=N_("The state as a symbol")),
        Column(
            "name",
            N_("GATEWAY"),
            12,
            lambda row: Cell(row.item.name),
            lambda row: row.item.name,
            grows=True,
            about=N_("The protocol that it speaks: stomp, mqttsn, coap, lwm2m, exproto …"),
        ),
        Column(
            "status",
            N_("STATUS"),
            13,
            _status,
            lambda row: (-problem(row), state_of(row.item) == UNLOADED, state_of(row.item)),
            about=N_("Whether it runs, on how many of the nodes, or was never set up"),
            value=lambda row: state_of(row.item),
        ),
        _CONNECTIONS,
        _MAX,
        _USE,
        Column(
            "uptime",
            N_("UPTIME"),
            9,
            lambda row: Cell(short_duration(_up(row))),
            _up,
            Align.RIGHT,
            priority=4,
            about=N_("How long it has been running: d days, h hours, m minutes, s seconds"),
            measure=Measure.SECONDS,
        ),
        Column(
            "listeners",
            N_("LISTENERS"),
            20,
            lambda row: or_missing(" ".join(one.id for one in row.item.listeners)),
            lambda row: " ".join(one.id for one in row.item.listeners) or None,
            grows=True,
            priority=2,
            about=N_("Where its clients come in: the gateway, the transport, the name"),
        ),
    ),
    fields=(
        "deployment",
        "name",
        "status",
        "nodes_running",
        "nodes",
        "not_running_on",
        "connections",
        "connections_max",
        "unlimited",
        "use_share",
        "listeners",
        "listeners_down",
        "started_at",
        "stopped_at",
        "uptime_seconds",
    ),
    record=record,
    matches=lambda row: texts(row.item.name, state_of(row.item), *(one.id for one in row.item.listeners)),
    sort="status",
    empty=N_("The broker has no gateway."),
    signs=(
        Sign("●", N_("running"), N_("It runs on every node, and all of its listeners do."), Tone.GOOD),
        Sign(
            "▲",
            N_("look at it"),
            N_("It runs on some of the nodes only, or one of its listeners is down."),
            Tone.WARNING,
        ),
        Sign("○", N_("stopped"), N_("It is stopped, or was never set up."), Tone.MUTED),
        Sign("?", N_("not known"), N_("The broker does not say whether it runs."), Tone.MUTED),
    ),
    asked=Asked(
        page,
        every=15.0,
        whole=True,
        more=more,
        offered=N_("EMQX 5 and later"),
        scope="gateways",
        ctl="emqx ctl gateway list",
    ),
    detail=detail,
    problem=problem,
    page=lambda _row: "gateway",
)
