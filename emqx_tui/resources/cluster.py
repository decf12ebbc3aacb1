"""The cluster: which node is a core, which replicants hang on it, and who answers."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.domain.roster import NodeState
from emqx_tui.domain.rows import NodeRow, Snapshot
from emqx_tui.domain.system import RUNNING, ClusterNode, Topology
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.links import or_missing, texts
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.resources.wording import STATE_MARKS, STATE_MEANINGS, STATE_TONES, STATES
from emqx_tui.text import MISSING, long_duration, short_duration


LOST = "no core"
_NAMED = listed("cluster")


def rows(snapshot: Snapshot) -> Sequence[Entry[ClusterNode]]:
    """The nodes that the cluster names, with what is known of them otherwise; those that it no longer names as well."""
    asked = _NAMED(snapshot)
    if not asked:
        return ()
    known = {row.name: row for row in snapshot.nodes if row.name}
    named = [_known(entry, known.get(entry.item.name)) for entry in asked]
    names = {entry.item.name for entry in named}
    first = asked[0]
    whole = first.item.topology
    others = [
        _known(Entry(first.deployment, ClusterNode(name, topology=whole), first.now), row)
        for name, row in known.items()
        if name not in names
    ]
    return [*named, *others]


def _known(entry: Entry[ClusterNode], row: NodeRow | None) -> Entry[ClusterNode]:
    """With what is known of the node: what does not answer is still named as running by its peers."""
    if row is None:
        return entry
    item, node = entry.item, row.node
    return entry._replace(
        item=item._replace(
            status=row.member.state.value,
            role=item.role or node.role or "",
            version=item.version or node.version or "",
            uptime=(item.uptime if item.uptime is not None else node.uptime) if row.running else None,
        )
    )


def state_of(item: ClusterNode) -> str:
    """A `NodeState`, `no core`, or the broker's word; empty when nothing is known."""
    return LOST if item.lost else item.status


def _looks(item: ClusterNode) -> tuple[str, str, Tone]:
    """Symbol, word and tone."""
    if item.lost:
        return "✖", _("no core"), Tone.CRITICAL
    if item.status in set(NodeState):
        state = NodeState(item.status)
        return STATE_MARKS[state], _(STATES[state]), STATE_TONES[state]
    return "?", item.status or MISSING, Tone.WARNING if item.status else Tone.MUTED


def problem(row: Entry[ClusterNode]) -> int:
    """How bad it is: 3 does not run or has no core, 1 is in a state that is not known."""
    state = state_of(row.item)
    return 0 if state == RUNNING else 3 if state == LOST or state in set(NodeState) else 1


def _mark(row: Entry[ClusterNode]) -> Cell:
    mark, _word, tone = _looks(row.item)
    return Cell(mark, tone)


def _status(row: Entry[ClusterNode]) -> Cell:
    _mark, word, tone = _looks(row.item)
    return Cell(word, tone if word != MISSING else Tone.MUTED)


def _core(row: Entry[ClusterNode]) -> Cell:
    if row.item.lost:
        return Cell(_("none"), Tone.CRITICAL)
    return or_missing(", ".join(row.item.cores))


def _replicants(row: Entry[ClusterNode]) -> int | None:
    cores = row.item.topology.cores
    return None if cores is None or row.item.name not in cores else len(cores[row.item.name])


def _version(row: Entry[ClusterNode]) -> Cell:
    return or_missing(row.item.version)


def record(row: Entry[ClusterNode]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV."""
    item = row.item
    return {
        "deployment": row.deployment,
        "cluster": item.topology.name or None,
        "node": item.name,
        "status": state_of(item) or None,
        "role": item.role or None,
        "cores": " ".join(item.cores) or None,
        "replicants": _replicants(row),
        "asked": item.asked if item.topology.asked else None,
        "version": item.version or None,
        "uptime_seconds": item.uptime,
    }


def detail(row: Entry[ClusterNode], _more: object) -> list[Fact]:
    """A node in its cluster, with the whole tree."""
    item, whole = row.item, row.item.topology
    facts: list[Fact] = [Title(_mark(row), item.name, _status(row))]
    facts += [Pair(_("role"), item.role)] if item.role else []
    facts += [Pair(_("hangs on"), ", ".join(item.cores))] if item.cores else []
    facts += [Pair(_("version"), item.version or MISSING), Pair(_("uptime"), long_duration(item.uptime))]
    if item.lost:
        told = _("No core knows of this replicant: what it is told about routes and sessions may be old.")
        facts.append(Note(told, Tone.CRITICAL))
    elif item.status in set(NodeState) and item.status != RUNNING:
        meaning = STATE_MEANINGS[NodeState(item.status)]
        facts.append(Note(_(meaning), Tone.WARNING))
    if item.asked:
        facts.append(Note(_("It is the one that answers here; the rest is as it sees it."), Tone.MUTED))
    if whole.cores is None:
        return facts
    facts.append(Heading(_("Cluster {name}").format(name=whole.name) if whole.name else _("Cluster")))
    return [*facts, Grid((_("core, below it its replicants"), ""), _tree(whole, item.name))]


def _tree(whole: Topology, name: str) -> list[Sequence[Cell]]:
    """A line for each core, and below it one for each of its replicants; this node stands out."""
    lines: list[Sequence[Cell]] = []
    for core, replicants in (whole.cores or {}).items():
        lines.append(_line("", core, whole, name))
        for at, replicant in enumerate(replicants, 1):
            lines.append(_line("└ " if at == len(replicants) else "├ ", replicant, whole, name))
    hanging = {*(whole.cores or {}), *(one for found in (whole.cores or {}).values() for one in found)}
    return [*lines, *(_line("", one, whole, name) for one in whole.nodes if one not in hanging)]


def _line(branch: str, node: str, whole: Topology, name: str) -> Sequence[Cell]:
    told = [_("asked")] if node == whole.asked else []
    told += [_("this one")] if node == name else []
    below = any(node in found for found in (whole.cores or {}).values())
    told += [] if node in (whole.cores or {}) or below else [_("on no core")]
    return Cell(branch + node, Tone.STRONG if node == name else Tone.NORMAL), Cell(", ".join(told), Tone.MUTED)


async def page(broker: Broker, query: Query, after: str | None) -> Page[ClusterNode]:
    """Asks the broker."""
    return await broker.cluster_nodes(query, after)


CLUSTER: Resource[Entry[ClusterNode]] = Resource(
    name="cluster",
    title=N_("Cluster"),
    rows=rows,
    key=lambda row: row.item.name,
    columns=(
        Column("mark", "", 1, _mark, lambda row: -problem(row), about=N_("The state as a symbol")),
        Column(
            "node",
            N_("NODE"),
            22,
            lambda row: Cell(row.item.name),
            lambda row: row.item.name,
            grows=True,
            about=N_("The node's name in the cluster"),
        ),
        Column(
            "status",
            N_("STATUS"),
            11,
            _status,
            lambda row: (-problem(row), state_of(row.item)) if state_of(row.item) else None,
            about=N_("running, stopped, unreachable, gone; no core: a replicant on its own"),
            value=lambda row: state_of(row.item) or None,
        ),
        Column(
            "role",
            N_("ROLE"),
            9,
            lambda row: or_missing(row.item.role),
            lambda row: row.item.role or None,
            priority=1,
            about=N_("core or replicant; EMQX 4 has no roles"),
            kinds=(Kind.EMQX5,),
        ),
        Column(
            "core",
            N_("CORE"),
            22,
            _core,
            lambda row: " ".join(row.item.cores) or ("" if row.item.lost else None),
            grows=True,
            priority=4,
            about=N_("The core that a replicant hangs on"),
            kinds=(Kind.EMQX5,),
        ),
        Column(
            "replicants",
            N_("REPLICANTS"),
            10,
            lambda row: Cell(MISSING if _replicants(row) is None else str(_replicants(row))),
            _replicants,
            Align.RIGHT,
            priority=4,
            about=N_("How many replicants hang on a core"),
            kinds=(Kind.EMQX5,),
        ),
        Column(
            "version",
            N_("VERSION"),
            10,
            _version,
            lambda row: row.item.version or None,
            priority=2,
            about=N_("The version of EMQX that the node runs"),
        ),
        Column(
            "uptime",
            N_("UPTIME"),
            9,
            lambda row: Cell(short_duration(row.item.uptime)),
            lambda row: row.item.uptime,
            Align.RIGHT,
            priority=3,
            about=N_("How long it has been running: d days, h hours, m minutes, s seconds"),
            measure=Measure.SECONDS,
        ),
        Column(
            "asked",
            N_("ASKED"),
            5,
            lambda row: Cell(_("yes") if row.item.asked else MISSING),
            lambda row: True if row.item.asked else None,
            priority=3,
            about=N_("The node that answered: the cluster is shown as it sees it"),
            kinds=(Kind.EMQX5,),
        ),
    ),
    fields=(
        "deployment",
        "cluster",
        "node",
        "status",
        "role",
        "cores",
        "replicants",
        "asked",
        "version",
        "uptime_seconds",
    ),
    record=record,
    matches=lambda row: texts(row.item.name, row.item.role, row.item.version, state_of(row.item), *row.item.cores),
    sort="status",
    empty=N_("The broker names no node."),
    signs=(
        Sign(STATE_MARKS[NodeState.RUNNING], N_("running"), STATE_MEANINGS[NodeState.RUNNING], Tone.GOOD),
        Sign(
            "✖",
            N_("stopped"),
            N_("The API says that it is stopped; or it is a replicant without a core."),
            Tone.CRITICAL,
        ),
        Sign("?", N_("unreachable"), N_("It does not answer, or nothing is known of how it is doing."), Tone.CRITICAL),
        Sign(STATE_MARKS[NodeState.GONE], N_("gone"), STATE_MEANINGS[NodeState.GONE], Tone.CRITICAL),
    ),
    asked=Asked(
        page,
        every=15.0,
        whole=True,
        offered=N_("EMQX 4 and later"),
        scope="cluster_operations",
        ctl="emqx ctl cluster status",
    ),
    detail=detail,
    problem=problem,
)
