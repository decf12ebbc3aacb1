"""Counters: what has happened since the nodes started, per second, and since a mark."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.broker import Part
from emqx_tui.domain.counting import CounterRow
from emqx_tui.domain.freshness import Freshness
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.spec import Align, Cell, Column, Resource, Scalar, Sign, Tone
from emqx_tui.text import MISSING, exact_number, short_rate


GROUPS: Sequence[str] = (
    *("messages", "delivery", "client", "session", "authentication", "authorization", "packets", "bytes"),
    *("overload_protection", "rules", "actions"),
)
"""Groups in the order in which one looks at them; others follow by name."""

_LOSSES = ("dropped", "error", "failure", "failed", "deny", "timeout", "missed", "inuse", "exceeded", "new_conn")
"""Parts of names that tell of something lost or refused."""

_HARMLESS = frozenset(
    {
        *("messages.dropped", "messages.dropped.no_subscribers"),
        *("delivery.dropped.no_local", "delivery.dropped.filter"),
    }
)
"""Losses that are as somebody wanted them, and a sum that has mostly those in it: its parts tell what is wrong."""


def _loses(row: CounterRow) -> bool:
    """Something is lost or refused now."""
    if row.name in _HARMLESS or not (row.rate or 0.0) > 0:
        return False
    return any(word in row.name for word in _LOSSES)


def _mark(row: CounterRow) -> Cell:
    if _old(row):
        return Cell("○", Tone.MUTED)
    if _loses(row):
        return Cell("▲", Tone.WARNING)
    return Cell("●", Tone.GOOD) if (row.rate or 0.0) > 0 else Cell("○", Tone.MUTED)


def _old(row: CounterRow) -> bool:
    return row.fresh not in {Freshness.LIVE, Freshness.SLOW}


def _figure(row: CounterRow, text: str, tone: Tone = Tone.NORMAL) -> Cell:
    return Cell(text, Tone.MUTED if _old(row) or text == MISSING else tone)


def _group(row: CounterRow) -> tuple[Scalar, ...]:
    place = GROUPS.index(row.group) if row.group in GROUPS else len(GROUPS)
    return (place, row.group, row.name)


def _total(row: CounterRow) -> Cell:
    return _figure(row, exact_number(row.total))


def _since(row: CounterRow) -> Cell:
    added = row.since_mark
    return _figure(row, MISSING if added is None else exact_number(added) + ("+" if row.at_least else ""))


def record(row: CounterRow) -> Mapping[str, Scalar]:
    """The row for JSON and CSV."""
    return {
        "deployment": row.deployment,
        "name": row.name,
        "group": row.group,
        "scope": _scope(row),
        "total": row.total,
        "rate": row.rate,
        "since_mark": row.since_mark,
        "nodes": len(row.nodes),
    }


def _scope(row: CounterRow) -> str:
    return "cluster" if row.gauge else "nodes"


def detail(row: CounterRow, _more: object) -> list[Fact]:
    """Everything about a counter, node by node."""
    # The texts are wanted only when one looks at a counter: no start waits for them.
    from emqx_tui.resources.counter_meanings import COUNTERS  # noqa: PLC0415

    marked = any(one.since_mark is not None for one in row.nodes)
    facts: list[Fact] = [Title(_mark(row), row.name, Cell(_("losing"), Tone.WARNING) if _loses(row) else Cell(""))]
    if row.name in COUNTERS:
        facts.append(Note(_(COUNTERS[row.name])))
    facts.append(Pair(_("total"), exact_number(row.total)))
    if row.gauge:
        facts.append(Note(_("A figure of the whole cluster that each node tells: it is not added up."), Tone.MUTED))
    else:
        facts.append(Pair(_("per second"), short_rate(row.rate)))
    if marked:
        facts.append(Pair(_("since mark"), _since(row).text))
    head = [_("node"), _("total"), _("per s"), *([_("since mark")] if marked else [])]
    cells = []
    for one in row.nodes:
        since = MISSING if one.since_mark is None else exact_number(one.since_mark) + ("+" if one.restarted else "")
        line = [Cell(one.node or _("the broker")), Cell(exact_number(one.value)), Cell(short_rate(one.rate))]
        cells.append([*line, Cell(since)] if marked else line)
    facts += [Heading(_("Nodes, since each of them started")), Grid(head, cells)]
    if marked and row.at_least:
        facts.append(Note(_("+ there were more: a node has restarted or gone since the mark."), Tone.MUTED))
    return facts


METRICS: Resource[CounterRow] = Resource(
    name="metrics",
    title=N_("Metrics"),
    rows=lambda snapshot: snapshot.counters(),
    key=lambda row: row.name,
    columns=(
        Column("mark", "", 1, _mark, lambda row: (not _loses(row), *_group(row)), about=N_("Whether it moves now")),
        Column(
            "name",
            N_("COUNTER"),
            30,
            lambda row: _figure(row, row.name),
            _group,
            grows=True,
            about=N_("Its name, as EMQX gives it; sorted by what it is about first"),
            value=lambda row: row.name,
        ),
        Column(
            "group",
            N_("GROUP"),
            14,
            lambda row: Cell(row.group, Tone.MUTED),
            _group,
            priority=3,
            about=N_("What it is about: messages, deliveries, clients, packets, and more"),
            value=lambda row: row.group,
        ),
        Column(
            "total",
            N_("TOTAL"),
            15,
            _total,
            lambda row: row.total,
            Align.RIGHT,
            priority=1,
            about=N_("Of all nodes since they started; one figure where the cluster shares it"),
        ),
        Column(
            "rate",
            N_("RATE/s"),
            7,
            lambda row: _figure(row, short_rate(row.rate), Tone.WARNING if _loses(row) else Tone.NORMAL),
            lambda row: row.rate,
            Align.RIGHT,
            priority=2,
            about=N_("How much it grows per second, on all nodes together"),
        ),
        Column(
            "since_mark",
            N_("SINCE MARK"),
            13,
            _since,
            lambda row: row.since_mark,
            Align.RIGHT,
            about=N_("How much was added since the mark; + there were more, for a node restarted"),
            since_mark=True,
        ),
        Column(
            "scope",
            N_("SCOPE"),
            7,
            lambda row: Cell(_scope(row), Tone.ACCENT if row.gauge else Tone.MUTED),
            _scope,
            priority=4,
            about=N_("nodes: added up; cluster: a figure that all nodes share, never added up"),
        ),
    ),
    fields=("deployment", "name", "group", "scope", "total", "rate", "since_mark", "nodes"),
    record=record,
    matches=lambda row: (row.name,),
    sort="name",
    empty=N_("No node has told its counters yet."),
    signs=(
        Sign("●", N_("moves"), N_("It grows now."), Tone.GOOD),
        Sign("○", N_("still"), N_("It does not grow now, or is not of now."), Tone.MUTED),
        Sign("▲", N_("losing"), N_("It grows now, and counts what is lost or refused."), Tone.WARNING),
    ),
    detail=detail,
    problem=lambda row: int(_loses(row)),
    ctl="emqx ctl broker metrics",
    part=Part.METRICS,
    marks=True,
)
