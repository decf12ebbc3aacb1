"""Gauges: how many there are now, and how many there were at most."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Part
from emqx_tui.domain.counting import GaugeRow
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import MEMORY
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.spec import Align, Cell, Column, Resource, Scalar, Sign, Tone
from emqx_tui.text import exact_number, short_bytes


def _mark(row: GaugeRow) -> Cell:
    return Cell("◆", Tone.ACCENT) if row.shared else Cell("●", Tone.MUTED)


def _shown(row: GaugeRow, value: int | None) -> str:
    return short_bytes(value) if row.name == MEMORY else exact_number(value)


def _figure(row: GaugeRow, value: int | None) -> Cell:
    old = row.fresh not in {Freshness.LIVE, Freshness.SLOW}
    return Cell(_shown(row, value), Tone.MUTED if old or value is None else Tone.NORMAL)


def _scope(row: GaugeRow) -> str:
    return "cluster" if row.shared else "nodes"


def record(row: GaugeRow) -> Mapping[str, Scalar]:
    """The row for JSON and CSV."""
    return {
        "deployment": row.deployment,
        "name": row.name,
        "scope": _scope(row),
        "count": row.value,
        "max": row.peak,
        "nodes": len(row.nodes),
    }


def detail(row: GaugeRow, _more: object) -> list[Fact]:
    """Everything about a gauge, node by node."""
    # The texts are wanted only when one looks at a gauge: no start waits for them.
    from emqx_tui.resources.counter_meanings import GAUGES  # noqa: PLC0415

    facts: list[Fact] = [Title(_mark(row), row.name, Cell(_scope(row), Tone.MUTED))]
    if row.name in GAUGES:
        facts.append(Note(_(GAUGES[row.name])))
    facts += [Pair(_("now"), _shown(row, row.value)), Pair(_("at most"), _shown(row, row.peak))]
    if row.shared:
        facts.append(Note(_("A figure of the whole cluster that each node tells: it is not added up."), Tone.MUTED))
    elif len(row.nodes) > 1 and row.peak is not None:
        facts.append(
            Note(_("The nodes' highest figures added up: they need not have been at the same time."), Tone.MUTED)
        )
    cells = [
        (Cell(one.node or _("the broker")), Cell(_shown(row, one.value)), Cell(_shown(row, one.peak)))
        for one in row.nodes
    ]
    return [*facts, Heading(_("Nodes")), Grid((_("node"), _("now"), _("at most")), cells)]


STATS: Resource[GaugeRow] = Resource(
    name="stats",
    title=N_("Stats"),
    rows=lambda snapshot: snapshot.gauges(),
    key=lambda row: row.name,
    columns=(
        Column("mark", "", 1, _mark, _scope, about=N_("◆ one figure of the cluster, ● the nodes' added up")),
        Column(
            "name",
            N_("GAUGE"),
            24,
            lambda row: Cell(row.name),
            lambda row: row.name,
            grows=True,
            about=N_("Its name, as EMQX gives it, without .count and .max"),
        ),
        Column(
            "count",
            N_("NOW"),
            13,
            lambda row: _figure(row, row.value),
            lambda row: row.value,
            Align.RIGHT,
            about=N_("How many there are now"),
        ),
        Column(
            "max",
            N_("AT MOST"),
            13,
            lambda row: _figure(row, row.peak),
            lambda row: row.peak,
            Align.RIGHT,
            priority=1,
            about=N_("How many there were at most since the nodes started"),
        ),
        Column(
            "scope",
            N_("SCOPE"),
            7,
            lambda row: Cell(_scope(row), Tone.ACCENT if row.shared else Tone.MUTED),
            _scope,
            priority=2,
            about=N_("nodes: added up; cluster: a figure that all nodes share, never added up"),
        ),
    ),
    fields=("deployment", "name", "scope", "count", "max", "nodes"),
    record=record,
    matches=lambda row: (row.name, _scope(row)),
    sort="",
    empty=N_("No node has told its gauges yet."),
    signs=(
        Sign("●", N_("nodes"), N_("Each node has its own figure; they are added up."), Tone.MUTED),
        Sign("◆", N_("cluster"), N_("The nodes share it: it is never added up."), Tone.ACCENT),
    ),
    detail=detail,
    ctl="emqx ctl broker stats",
    part=Part.STATS,
)
