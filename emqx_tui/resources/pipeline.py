"""The detail of rules, actions, sources and connectors: the way of messages with the place where it is broken."""

from collections.abc import Sequence

from emqx_tui.domain.integration import (
    DISABLED,
    DISCONNECTED,
    ENABLED,
    INCONSISTENT,
    STOPPED,
    Figures,
    Link,
    Neighbours,
    Rule,
    connector_of,
)
from emqx_tui.domain.listing import Entry
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Hop, Note, Pair, Pipeline, Title
from emqx_tui.resources.links import figures_of, mark_cell, state_cell, state_of, word_cell
from emqx_tui.resources.spec import Cell, Tone
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, exact_number, short_bytes, short_rate


MOST_HOPS = 12
"""Hops of one kind that are drawn; how many more there are is said."""

MOST_STUCK = 3
"""Broken hops that are told of at the top."""

MOST_COLUMNS = 4
"""Nodes up to which each has a column of its own."""

_BROKEN = {DISCONNECTED, STOPPED, INCONSISTENT}

_COUNTERS = (
    ("matched", N_("matched")),
    ("received", N_("received")),
    ("passed", N_("passed")),
    ("success", N_("success")),
    ("failed", N_("failed")),
    ("failed.exception", N_("  exception")),
    ("failed.no_result", N_("  no result")),
    ("actions.success", N_("actions done")),
    ("actions.failed", N_("actions failed")),
    ("actions.failed.out_of_service", N_("  out of service")),
    ("actions.failed.unknown", N_("  unknown")),
    ("actions.discarded", N_("actions discarded")),
    ("dropped", N_("dropped")),
    ("dropped.expired", N_("  expired")),
    ("dropped.queue_full", N_("  queue full")),
    ("dropped.resource_not_found", N_("  not found")),
    ("dropped.resource_stopped", N_("  stopped")),
    ("dropped.other", N_("  other")),
    ("queuing", N_("queuing")),
    ("queuing_bytes", N_("queuing bytes")),
    ("inflight", N_("inflight")),
    ("retried", N_("retried")),
    ("late_reply", N_("late replies")),
    ("rate", N_("rate/s")),
    ("rate_last5m", N_("rate/s 5 min")),
    ("rate_max", N_("rate/s highest")),
    ("matched.rate", N_("rate/s")),
    ("matched.rate.last5m", N_("rate/s 5 min")),
    ("matched.rate.max", N_("rate/s highest")),
)
_ALWAYS = {
    "rule": {"matched", "passed", "failed.exception", "failed.no_result", "actions.success", "actions.failed"},
    "action": {"matched", "success", "failed", "dropped", "queuing", "inflight", "retried", "late_reply"},
    "source": {"received"},
}
"""Figures that are shown when they are 0 as well; the others are reasons, or of another kind of row."""

_BAD = ("failed.exception", "actions.failed", "actions.discarded", "dropped", "late_reply")


def rule_facts(row: Entry[Rule], beside: Neighbours | None) -> list[Fact]:
    """Everything about a rule."""
    item = row.item
    state = state_of(row)
    way = _rule_way(row, beside)
    facts: list[Fact] = [
        Title(mark_cell(state), item.name or item.id, word_cell(state)),
        *_stuck(way, item.id),
        Pair(_("id"), item.id),
        Pair(_("from"), ", ".join(item.topics) or MISSING),
        *_known(item.description, item.created_at, row.now),
        Heading(_("pipeline")),
        Pipeline(way),
        *_shortened(len(item.actions)),
        Heading("SQL"),
        Note(item.sql or MISSING),
    ]
    return [*facts, *_figures(figures_of(row), "rule")]


def _rule_way(row: Entry[Rule], beside: Neighbours | None) -> list[list[Hop]]:
    item = row.item
    known = {one.id: one for one in (*item.parts, *(beside.actions if beside else ()))}
    hops: list[Hop] = []
    for name in item.actions[:MOST_HOPS]:
        action = known.get(name)
        if action is not None:
            kind = _("fallback action") if action.fallback else _("action")
            shown = action.type if item.parts else action.id
            hops.append(_channel(kind, action, beside, name=shown, told=not item.parts))
        elif name in item.built_in:
            hops.append(Hop(_("action"), name, Cell(_("built in"), Tone.MUTED)))
        elif beside is None:
            hops.append(Hop(_("action"), name, Cell("", Tone.MUTED)))
        else:
            # The rule names it and no list has it: deleted, or renamed.
            hops.append(Hop(_("action"), name, Cell("✖ " + _("missing"), Tone.CRITICAL), broken=True))
    own = Hop(_("rule"), item.name or item.id, state_cell(state_of(row)))
    from_sources = (
        [
            [
                _connector_hop(one, beside, source=True)
                for one in beside.sources
                if connector_of(one, beside.connectors, source=True)
            ],
            [_source_hop(one, beside) for one in beside.sources],
        ]
        if beside
        else []
    )
    return [level for level in (*from_sources, [own], hops) if level]


def _source_hop(source: Link, beside: Neighbours) -> Hop:
    behind = connector_of(source, beside.connectors, source=True)
    return _hop(_("source"), source, behind)


def _connector_hop(link: Link, beside: Neighbours, *, source: bool = False) -> Hop:
    found = connector_of(link, beside.connectors, source=source)
    return _hop(_("connector"), found if found is not None else link)


def _channel(kind: str, action: Link, beside: Neighbours | None, *, name: str = "", told: bool = True) -> Hop:
    """An action with the connector behind it. `told`: the action has a status of its own."""
    behind = connector_of(action, beside.connectors) if beside else None
    own = behind is not None and behind.id == action.id
    hop = _hop(kind, action, None if own else behind, name=name)
    if not told:
        hop = hop._replace(state=Cell("", Tone.MUTED) if action.enabled else state_cell(action.state))
    if behind is not None and not own:
        return hop._replace(to=(_hop(_("connector"), behind),))
    if action.connector and beside is not None and behind is None and not own:
        gone = Cell("✖ " + _("missing"), Tone.CRITICAL)
        return hop._replace(to=(Hop(_("connector"), action.connector, gone, broken=True),))
    return hop


def _hop(kind: str, link: Link, behind: Link | None = None, *, name: str = "") -> Hop:
    """A hop; it is not where messages get stuck when the hop behind it already is."""
    broken = link.state in _BROKEN and not (behind is not None and behind.state in _BROKEN)
    return Hop(kind, name or link.id, state_cell(link.state), broken=broken, note=link.reason)


def link_facts(row: Entry[Link], way: Sequence[Sequence[Hop]], kind: str = "action") -> list[Fact]:
    """What actions, sources and connectors have in common; `kind` says which figures are its own."""
    item = row.item
    state = state_of(row)
    facts: list[Fact] = [Title(mark_cell(state), item.name or item.id, word_cell(state))]
    if item.reason:
        facts.append(Note(item.reason, word_cell(item.state).tone))
    facts += [
        *_stuck(way, item.id),
        Pair(_("type"), item.type or MISSING),
        Pair(_("id"), item.id),
        *([Pair(_("address"), item.address)] if item.address else []),
        *([Pair(_("fallback of"), item.fallback)] if item.fallback else []),
        *_known(item.description, item.created_at, row.now),
        Heading(_("pipeline")),
        Pipeline(way),
        *_nodes(item),
    ]
    return [*facts, *_figures(figures_of(row), kind)]


def _stuck(way: Sequence[Sequence[Hop]], own: str) -> list[Fact]:
    """A line for each place where messages get stuck, unless it is the row itself."""
    hops = [hop for level in way for one in level for hop in (one, *one.to) if hop.broken and hop.name != own]
    found: list[Fact] = []
    for hop in hops[:MOST_STUCK]:
        where = _("broken at {kind} {name}").format(kind=hop.kind, name=hop.name)
        found.append(Note(": ".join(text for text in (where, hop.note) if text), hop.state.tone))
    return found


def action_way(row: Entry[Link], beside: Neighbours | None) -> list[list[Hop]]:
    """Rules, the action, and its connector."""
    item = row.item
    hop = _channel(_("action"), item, beside)
    state = state_of(row)
    return [_rules(item.rules, beside), [hop._replace(state=state_cell(state))]]


def source_way(row: Entry[Link], beside: Neighbours | None) -> list[list[Hop]]:
    """The connector, the source, and the rules that read from it."""
    item = row.item
    behind = connector_of(item, beside.connectors, source=True) if beside else None
    own = behind is not None and behind.id == item.id
    first = [] if behind is None or own else [_hop(_("connector"), behind)]
    return [first, [_hop(_("source"), item, None if own else behind)], _rules(item.rules, beside)]


def connector_way(row: Entry[Link], beside: Neighbours | None) -> list[list[Hop]]:
    """Sources come from the connector, actions go to it; each says which rules use it."""
    item = _with_nodes(row.item, beside)
    own = _hop(_("connector"), item)
    if beside is None:
        actions = [Hop(_("action"), name, Cell("", Tone.MUTED)) for name in item.actions[:MOST_HOPS]]
        sources = [Hop(_("source"), name, Cell("", Tone.MUTED)) for name in item.sources[:MOST_HOPS]]
    else:
        actions = [_user(_("action"), one, item) for one in beside.actions[:MOST_HOPS]]
        sources = [_user(_("source"), one, item) for one in beside.sources[:MOST_HOPS]]
    return [actions, [own], sources]


def _user(kind: str, link: Link, connector: Link) -> Hop:
    hop = _hop(kind, link, connector)
    rules = _("in {rules}").format(rules=", ".join(link.rules[:MOST_HOPS])) if link.rules else _("in no rule")
    return hop._replace(note=" · ".join(text for text in (rules, link.reason) if text))


def _with_nodes(item: Link, beside: Neighbours | None) -> Link:
    """The connector with its status by node, which EMQX 4 tells only of a single one."""
    told = beside.connectors[0] if beside is not None and beside.connectors else None
    return (
        item
        if told is None or told.id != item.id or not told.nodes
        else item._replace(nodes=told.nodes, status=told.status, reason=item.reason or told.reason)
    )


def connector_facts(row: Entry[Link], beside: Neighbours | None) -> list[Fact]:
    """Everything about a connector."""
    item = _with_nodes(row.item, beside)
    users = len(item.actions) + len(item.sources) if beside is None else len(beside.actions) + len(beside.sources)
    return [*link_facts(row._replace(item=item), connector_way(row, beside)), *_shortened(users)]


def _rules(ids: Sequence[str], beside: Neighbours | None) -> list[Hop]:
    known = {one.id: one for one in beside.rules} if beside else {}
    hops = []
    for name in list(dict.fromkeys((*ids, *known)))[:MOST_HOPS]:
        one = known.get(name)
        enabled = None if one is None else one.enabled
        state = Cell("", Tone.MUTED) if enabled is None else state_cell(ENABLED if enabled else DISABLED)
        hops.append(Hop(_("rule"), one.name or name if one else name, state))
    return hops


def _shortened(count: int) -> list[Fact]:
    if count <= MOST_HOPS:
        return []
    return [Note(_("… and {count} more").format(count=exact_number(count - MOST_HOPS)), Tone.MUTED)]


def _known(description: str, created_at: float | None, now: float) -> list[Fact]:
    facts: list[Fact] = [Pair(_("description"), description)] if description else []
    return [*facts, *([] if created_at is None else [Pair(_("created"), clock_time(created_at, now))])]


def _nodes(item: Link) -> list[Fact]:
    if not item.nodes:
        return []
    nodes = sorted(item.nodes, key=lambda one: one.node)
    rows = [[state_cell(one.status), Cell(one.node)] for one in nodes]
    reasons = [Pair(one.node, one.reason) for one in nodes if one.reason and one.reason != item.reason]
    return [Heading(_("nodes")), Grid([_("status"), _("node")], rows, left=2), *reasons]


def _figures(figures: Figures | None, kind: str) -> list[Fact]:
    """What there is to tell of figures, of all nodes together and of each."""
    if figures is None:
        return []
    always = _ALWAYS[kind]
    told = [
        (name, label)
        for name, label in _COUNTERS
        if figures.counts.get(name) or (name in figures.counts and (name in always or "rate" in name))
    ]
    if not told:
        return []
    nodes = figures.nodes if 1 < len(figures.nodes) <= MOST_COLUMNS else ()
    head = ["", _("all"), *apart([name for name, _counts in nodes])]
    rows = [
        [
            Cell(_(label)),
            *(_figure(name, counts.get(name)) for counts in (figures.counts, *(one for _node, one in nodes))),
        ]
        for name, label in told
    ]
    facts: list[Fact] = [Heading(_("figures, since the last reset")), Grid(head, rows)]
    if len(figures.nodes) > MOST_COLUMNS:
        names = [(name, label) for name, label in told if name in {"matched", "failed", "dropped", "queuing", "rate"}]
        by_node = [
            [Cell(node), *(_figure(name, counts.get(name)) for name, _label in names)] for node, counts in figures.nodes
        ]
        facts.append(Grid([_("node"), *(_(label) for _name, label in names)], by_node))
    return facts


def _figure(name: str, value: float | None) -> Cell:
    if value is None:
        return Cell(MISSING, Tone.MUTED)
    if "rate" in name:
        return Cell(short_rate(value))
    if name == "queuing_bytes":
        return Cell(short_bytes(value))
    bad = bool(value) and (name in _BAD or name.startswith("dropped."))
    return Cell(exact_number(value), Tone.WARNING if bad else Tone.NORMAL)


def apart(names: Sequence[str]) -> list[str]:
    """What tells the names of nodes apart: what all of them begin or end with is left out."""
    if len(set(names)) < 2:
        return list(names)
    words = [_words(name) for name in names]
    shortest = min(map(len, words))
    head = next((at for at in range(shortest) if len({one[at] for one in words}) > 1), shortest)
    tail = next((at for at in range(shortest - head) if len({one[-1 - at] for one in words}) > 1), shortest - head)
    found = ["".join(one[head : len(one) - tail]).strip("@.-_") for one in words]
    return found if all(found) and len(set(found)) == len(found) else list(names)


def _words(name: str) -> list[str]:
    words = [""]
    for character in name:
        if character in "@.-_":
            words += [character, ""]
        else:
            words[-1] += character
    return words
