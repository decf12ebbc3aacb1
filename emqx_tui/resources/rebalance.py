"""Rebalance: nodes that are being emptied, and how far that is (EMQX Enterprise)."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.system import Move
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Gauge, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.links import or_missing, texts
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.text import MISSING, exact_number, percent, short_number


_PROHIBITING = "prohibiting"
_MARKS: Mapping[str, tuple[str, Tone]] = {
    "evacuation": ("◐", Tone.WARNING),
    "rebalance": ("◐", Tone.ACCENT),
    "purge": ("◐", Tone.WARNING),
    "eviction": ("▲", Tone.WARNING),
}

STATES: Mapping[str, str] = {
    "wait_health_check": N_("It waits until load balancers have noticed that the node takes no new clients."),
    "evicting_conns": N_("It disconnects clients, which come back on other nodes."),
    "wait_takeover": N_("It waits for those that were disconnected to take their sessions over."),
    "waiting_takeover": N_("It waits for those that were disconnected to take their sessions over."),
    "evicting_sessions": N_("It moves the sessions of clients that did not come back."),
    _PROHIBITING: N_("The node is empty and takes nobody in: it can be stopped."),
    "purging": N_("It ends sessions, with all that waits in them."),
    "cleaning_data": N_("It deletes what belonged to the sessions."),
}


def _mark(row: Entry[Move]) -> Cell:
    if row.item.state == _PROHIBITING:
        return Cell("●", Tone.GOOD)
    return Cell(*_MARKS.get(row.item.kind, ("?", Tone.MUTED)))


def problem(row: Entry[Move]) -> int:
    """How bad it is: 1 for a node that takes nobody in, even if that was asked for; a rebalance is no trouble."""
    return int(row.item.kind != "rebalance")


def record(row: Entry[Move]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV."""
    item = row.item
    return {
        "deployment": row.deployment,
        "kind": item.kind,
        "node": item.node or None,
        "state": item.state or None,
        "done_share": item.done,
        "donors": " ".join(item.donors) or None,
        "recipients": " ".join(item.recipients) or None,
        "connections": item.connections,
        "connections_before": item.connections_before,
        "connections_goal": item.connections_goal,
        "connections_per_second": item.connections_rate,
        "sessions": item.sessions,
        "sessions_before": item.sessions_before,
        "sessions_goal": item.sessions_goal,
        "sessions_per_second": item.sessions_rate,
    }


def detail(row: Entry[Move], _more: object) -> list[Fact]:
    """Everything about it: who gives, who takes, and how many there are to go."""
    item = row.item
    facts: list[Fact] = [
        Title(_mark(row), item.node or item.kind, Cell(item.kind)),
        Pair(_("state"), item.state or MISSING),
    ]
    if item.done is not None:
        facts.append(Gauge(_("done"), item.done, percent(item.done), 2.0))
    facts += [Pair(_("from"), ", ".join(item.donors))] if item.donors else []
    facts += [Pair(_("to"), ", ".join(item.recipients))] if item.recipients else []
    head = (_("what"), _("before"), _("now"), _("goal"), _("a second"))
    connections = (item.connections_before, item.connections, item.connections_goal, item.connections_rate)
    sessions = (item.sessions_before, item.sessions, item.sessions_goal, item.sessions_rate)
    rows = [
        (Cell(word), *(Cell(exact_number(figure)) for figure in figures))
        for word, figures in ((_("connections"), connections), (_("sessions"), sessions))
    ]
    facts += [Heading(_("How many")), Grid(head, rows)]
    if item.kind == "rebalance":
        facts.append(
            Note(_("Now is what a donor has on average; of sessions, those without a connection."), Tone.MUTED)
        )
    if item.kind == "eviction":
        told = _("The node that answered turns clients away, and nothing that goes on in the cluster says why.")
        facts.append(Note(told, Tone.WARNING))
    return [*facts, Note(_(STATES[item.state]))] if item.state in STATES else facts


async def page(broker: Broker, query: Query, after: str | None) -> Page[Move]:
    """Asks the broker."""
    return await broker.moves(query, after)


REBALANCE: Resource[Entry[Move]] = Resource(
    name="rebalance",
    title=N_("Rebalance and evacuation"),
    rows=listed("rebalance"),
    key=lambda row: f"{row.item.kind}/{row.item.node}",
    columns=(
        Column("mark", "", 1, _mark, lambda row: -problem(row), about=N_("What goes on, as a symbol")),
        Column(
            "node",
            N_("NODE"),
            20,
            lambda row: or_missing(row.item.node),
            lambda row: row.item.node or None,
            grows=True,
            about=N_("The node that is emptied; of a rebalance, the one that runs it"),
        ),
        Column(
            "kind",
            N_("WHAT"),
            10,
            lambda row: Cell(row.item.kind),
            lambda row: row.item.kind,
            about=N_("evacuation, rebalance, purge, or eviction that nothing else explains"),
        ),
        Column(
            "state",
            N_("STATE"),
            17,
            lambda row: or_missing(row.item.state),
            lambda row: row.item.state or None,
            about=N_("The step that it is at, in EMQX's word"),
        ),
        Column(
            "done",
            N_("DONE"),
            5,
            lambda row: Cell(percent(row.item.done)),
            lambda row: row.item.done,
            Align.RIGHT,
            priority=1,
            about=N_("How much of what was to be moved has been, in per cent"),
            measure=Measure.SHARE,
        ),
        Column(
            "connections",
            N_("CONNS"),
            6,
            lambda row: Cell(short_number(row.item.connections)),
            lambda row: row.item.connections,
            Align.RIGHT,
            priority=1,
            about=N_("Connections that it has now; of a rebalance, a donor on average"),
        ),
        Column(
            "sessions",
            N_("SESSIONS"),
            8,
            lambda row: Cell(short_number(row.item.sessions)),
            lambda row: row.item.sessions,
            Align.RIGHT,
            priority=2,
            about=N_("Sessions that it has now; of a rebalance, a donor on average"),
        ),
        Column(
            "recipients",
            N_("TO"),
            20,
            lambda row: or_missing(" ".join(row.item.recipients)),
            lambda row: " ".join(row.item.recipients) or None,
            grows=True,
            priority=3,
            about=N_("Where clients, or their sessions, go to"),
        ),
    ),
    fields=(
        "deployment",
        "kind",
        "node",
        "state",
        "done_share",
        "donors",
        "recipients",
        "connections",
        "connections_before",
        "connections_goal",
        "connections_per_second",
        "sessions",
        "sessions_before",
        "sessions_goal",
        "sessions_per_second",
    ),
    record=record,
    matches=lambda row: texts(row.item.node, row.item.kind, row.item.state, *row.item.donors, *row.item.recipients),
    sort="node",
    empty=N_("No node is being emptied, and nothing is rebalanced."),
    signs=(
        Sign(
            "◐",
            N_("goes on"),
            N_("Clients are being moved to other nodes, or their sessions ended (purge)."),
            Tone.WARNING,
        ),
        Sign("●", N_("empty"), N_("The evacuation is done: the node can be stopped."), Tone.GOOD),
        Sign("▲", N_("eviction"), N_("The node that answered turns clients away; nothing says why."), Tone.WARNING),
        Sign("?", N_("not known"), N_("EMQX has another word for what goes on.")),
    ),
    asked=Asked(
        page,
        every=5.0,
        whole=True,
        offered=N_("EMQX Enterprise 4.4, 5 and later"),
        scope="cluster_operations",
        ctl="emqx ctl rebalance status",
    ),
    detail=detail,
    problem=problem,
)
