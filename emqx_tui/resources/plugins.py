"""Plugins: which are installed, and on how many of the nodes they run."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.domain.system import RUNNING, Plugin
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.links import or_missing, texts
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.text import MISSING


_STATES: Mapping[str, tuple[str, str, Tone, int]] = {
    "failing": ("✖", N_("not healthy"), Tone.CRITICAL, 3),
    "inconsistent": ("▲", N_("on {running} of {nodes}"), Tone.WARNING, 2),
    "running": ("●", N_("running"), Tone.GOOD, 0),
    "stopped": ("○", N_("stopped"), Tone.MUTED, 0),
    "unknown": ("?", N_("not known"), Tone.MUTED, 1),
}
_HEALTHY = ("", "ok", "healthy", "unknown", "loaded")


def state_of(plugin: Plugin) -> str:
    """One of `failing`, `inconsistent`, `running`, `stopped`, `unknown`."""
    if not any(one.status for one in plugin.nodes):
        return "unknown"
    if plugin.running and plugin.health not in _HEALTHY:
        return "failing"
    if plugin.running:
        return "running" if plugin.running == len(plugin.nodes) else "inconsistent"
    return "stopped"


def problem(row: Entry[Plugin]) -> int:
    """How bad it is: not healthy, running on some nodes only, not known."""
    return _STATES[state_of(row.item)][3]


def _mark(row: Entry[Plugin]) -> Cell:
    mark, _word, tone, _rank = _STATES[state_of(row.item)]
    return Cell(mark, tone)


def _status(row: Entry[Plugin]) -> Cell:
    _mark, word, tone, _rank = _STATES[state_of(row.item)]
    return Cell(_(word).format(running=row.item.running, nodes=len(row.item.nodes)), tone)


def record(row: Entry[Plugin]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV."""
    item = row.item
    return {
        "deployment": row.deployment,
        "name": item.name,
        "version": item.version,
        "type": item.kind or None,
        "status": state_of(item),
        "nodes_running": item.running,
        "nodes": len(item.nodes),
        "health": item.health or None,
        "complaint": item.complaint or None,
        "author": item.author or None,
        "description": item.description or None,
    }


def detail(row: Entry[Plugin], _more: object) -> list[Fact]:
    """Everything about a plugin, node by node."""
    item = row.item
    facts: list[Fact] = [Title(_mark(row), item.name, _status(row)), Pair(_("version"), item.version or MISSING)]
    facts += [Pair(_("type"), item.kind)] if item.kind else []
    facts += [Pair(_("author"), item.author)] if item.author else []
    if item.health:
        facts.append(Pair(_("health"), item.health, Tone.NORMAL if item.health in _HEALTHY else Tone.CRITICAL))
    facts += [Pair(_("complaint"), item.complaint, Tone.CRITICAL)] if item.complaint else []
    facts += [Heading(_("Nodes")), Grid((_("node"), _("state")), _nodes(item))]
    if state_of(item) == "inconsistent":
        facts.append(
            Note(_("What it does for clients, it does only for those of the nodes on which it runs."), Tone.WARNING)
        )
    return [*facts, Note(item.description)] if item.description else facts


def _nodes(item: Plugin) -> list[Sequence[Cell]]:
    cells: list[Sequence[Cell]] = []
    for one in item.nodes:
        mark, word, tone, _rank = _STATES[RUNNING if one.status == RUNNING else "stopped" if one.status else "unknown"]
        told = _(word) if one.status in {RUNNING, "stopped", ""} else one.status
        cells.append((Cell(one.node), Cell(f"{mark} {told}", tone)))
    return cells


async def page(broker: Broker, query: Query, after: str | None) -> Page[Plugin]:
    """Asks the broker."""
    return await broker.plugins(query, after)


PLUGINS: Resource[Entry[Plugin]] = Resource(
    name="plugins",
    title=N_("Plugins"),
    rows=listed("plugins"),
    key=lambda row: f"{row.item.name}-{row.item.version}" if row.item.version else row.item.name,
    columns=(
        Column("mark", "", 1, _mark, lambda row: -problem(row), about=N_("The state as a symbol")),
        Column(
            "name",
            N_("PLUGIN"),
            20,
            lambda row: Cell(row.item.name),
            lambda row: row.item.name,
            grows=True,
            about=N_("Its name, without the version"),
        ),
        Column(
            "status",
            N_("STATUS"),
            12,
            _status,
            lambda row: (-problem(row), state_of(row.item)),
            about=N_("Whether it runs, or on how many of the nodes"),
            value=lambda row: state_of(row.item),
        ),
        Column(
            "version",
            N_("VERSION"),
            10,
            lambda row: or_missing(row.item.version or ""),
            lambda row: row.item.version,
            priority=2,
            about=N_("The version that is installed; EMQX 4's come with the broker"),
            kinds=(Kind.EMQX5,),
        ),
        Column(
            "type",
            N_("TYPE"),
            9,
            lambda row: or_missing(row.item.kind),
            lambda row: row.item.kind or None,
            priority=2,
            about=N_("auth, bridge, feature or protocol"),
            kinds=(Kind.EMQX4,),
        ),
        Column(
            "nodes",
            N_("NODES"),
            5,
            lambda row: Cell(str(len(row.item.nodes)) if row.item.nodes else MISSING),
            lambda row: len(row.item.nodes) or None,
            Align.RIGHT,
            priority=3,
            about=N_("Number of nodes that have it, running or not"),
        ),
        Column(
            "description",
            N_("DESCRIPTION"),
            24,
            lambda row: or_missing(row.item.complaint or row.item.description, Tone.MUTED),
            lambda row: row.item.complaint or row.item.description or None,
            grows=True,
            priority=1,
            about=N_("What it is for; what it complains of, if it does"),
        ),
    ),
    fields=(
        "deployment",
        "name",
        "version",
        "type",
        "status",
        "nodes_running",
        "nodes",
        "health",
        "complaint",
        "author",
        "description",
    ),
    record=record,
    matches=lambda row: texts(row.item.name, row.item.description, row.item.kind, state_of(row.item)),
    sort="status",
    empty=N_("No plugin is installed."),
    signs=(
        Sign("●", N_("running"), N_("It runs on every node."), Tone.GOOD),
        Sign("▲", N_("inconsistent"), N_("It runs on some of the nodes only."), Tone.WARNING),
        Sign("✖", N_("not healthy"), N_("It runs, and says itself that something is wrong."), Tone.CRITICAL),
        Sign("○", N_("stopped"), N_("It is installed and runs on no node."), Tone.MUTED),
        Sign("?", N_("not known"), N_("No node says whether it runs."), Tone.MUTED),
    ),
    asked=Asked(
        page, every=15.0, whole=True, offered=N_("EMQX 4 and later"), scope="system", ctl="emqx ctl plugins list"
    ),
    detail=detail,
    problem=problem,
)
