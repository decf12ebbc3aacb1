"""How authenticators and authorization sources are shown: a chain whose elements stand well on each node, or not."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.access import Check, Standing
from emqx_tui.domain.integration import CONNECTED, DISABLED, DISCONNECTED, ENABLED, STOPPED
from emqx_tui.domain.listing import Entry
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.links import mark_cell, or_missing, state_cell, texts, word_cell
from emqx_tui.resources.spec import Align, Cell, Column, Scalar, Sign, Tone
from emqx_tui.text import MISSING, exact_number, short_number, short_rate


WELL = (CONNECTED, ENABLED)

_TOLD = (Kind.EMQX5,)
"""EMQX 4 tells of a plugin only whether it runs."""

SIGNS = (
    Sign("●", N_("connected"), N_("It works on every node; on EMQX 4, its plugin runs on every node."), Tone.GOOD),
    Sign("◐", N_("connecting"), N_("It is trying to reach what it asks."), Tone.WARNING),
    Sign("▲", N_("inconsistent"), N_("It works on some nodes and not on others."), Tone.WARNING),
    Sign("✖", N_("disconnected"), N_("It does not reach what it asks: see the reason."), Tone.CRITICAL),
    Sign("○", N_("disabled"), N_("It is switched off, and nobody asks it."), Tone.MUTED),
    Sign("?", N_("unknown"), N_("How it stands has not been told."), Tone.WARNING),
)

_CALLS: tuple[tuple[str, str], ...] = (
    ("matched", N_("asked")),
    ("success", N_("answered")),
    ("failed", N_("failed")),
    ("late_reply", N_("answered too late")),
    ("retried", N_("asked again")),
    ("dropped", N_("given up unasked")),
    ("queuing", N_("waiting")),
    ("inflight", N_("under way")),
)


def standing_of(row: Entry[Check]) -> Standing | None:
    """How it stands: what was asked for by the row, else what came with the list."""
    return row.figures if isinstance(row.figures, Standing) else row.item.standing


def state_of(row: Entry[Check]) -> str:
    """The state in one word, untranslated; empty when nothing is known of it."""
    standing = standing_of(row)
    if row.item.enabled is False:
        return DISABLED
    return "" if standing is None else standing.status


def problem(row: Entry[Check]) -> int:
    """How bad it is: 3 does not work, 2 works on some nodes only or not yet, 0 is well or switched off."""
    state = state_of(row)
    if state in {"", DISABLED, *WELL}:
        return 0
    return 3 if state in {DISCONNECTED, STOPPED} else 2


def count(row: Entry[Check], name: str) -> float | None:
    """A figure of all nodes."""
    standing = standing_of(row)
    return None if standing is None else standing.counts.get(name)


def reason_of(row: Entry[Check]) -> str:
    """Why it does not work, with the first node that says so."""
    standing = standing_of(row)
    if standing is None or row.item.enabled is False:
        return ""
    return next((f"{one.node}: {one.reason}" for one in standing.nodes if one.reason), "")


def _well(row: Entry[Check]) -> int | None:
    standing = standing_of(row)
    return None if standing is None or not standing.nodes else sum(one.status in WELL for one in standing.nodes)


def _nodes(row: Entry[Check]) -> Cell:
    well, standing = _well(row), standing_of(row)
    if well is None or standing is None:
        return Cell(MISSING, Tone.MUTED)
    of = len(standing.nodes)
    troubled = well < of and row.item.enabled is not False
    return Cell(_("{count} of {total}").format(count=well, total=of), Tone.WARNING if troubled else Tone.NORMAL)


def _share(row: Entry[Check]) -> float | None:
    well, standing = _well(row), standing_of(row)
    return None if well is None or standing is None else well / len(standing.nodes)


def columns(verdicts: Sequence[tuple[str, str, str]], *, mechanisms: bool) -> tuple[Column[Entry[Check]], ...]:
    """The columns of a chain.

    Args:
        verdicts: Name, title and sentence of each count, the most important first.
        mechanisms: They have one.
    """
    mechanism: Column[Entry[Check]] = Column(
        "mechanism",
        N_("MECHANISM"),
        14,
        lambda row: or_missing(row.item.mechanism),
        lambda row: row.item.mechanism or None,
        priority=5,
        about=N_("How clients prove who they are: password_based, jwt, scram; plugin on EMQX 4"),
    )
    return (
        Column(
            "mark",
            "",
            1,
            lambda row: mark_cell(state_of(row)),
            lambda row: (-problem(row), row.item.place or 0),
            about=N_("● works, ▲ on some nodes only, ◐ connecting, ✖ does not, ○ disabled"),
        ),
        Column(
            "place",
            N_("PLACE"),
            6,
            lambda row: Cell(MISSING if row.item.place is None else str(row.item.place)),
            lambda row: row.item.place,
            Align.RIGHT,
            priority=1,
            about=N_("Its place in the chain: 1 is asked first"),
            kinds=_TOLD,
        ),
        Column(
            "id",
            N_("NAME"),
            30 if mechanisms else 18,
            lambda row: Cell(row.item.id),
            lambda row: row.item.id,
            grows=True,
            about=N_("Its id, as EMQX gives it; on EMQX 4 the plugin"),
        ),
        *((mechanism,) if mechanisms else ()),
        Column(
            "backend",
            N_("BACKEND"),
            17,
            lambda row: or_missing(row.item.backend),
            lambda row: row.item.backend or None,
            priority=4,
            about=N_("What it asks: built_in_database, file, http, mysql, redis …"),
        ),
        Column(
            "status",
            N_("STATUS"),
            12,
            lambda row: word_cell(state_of(row)) if state_of(row) else Cell(MISSING, Tone.MUTED),
            lambda row: (-problem(row), state_of(row)) if state_of(row) else None,
            about=N_("connected, disconnected, inconsistent, disabled …; problems sort first"),
            value=lambda row: state_of(row) or None,
        ),
        Column(
            "nodes",
            N_("NODES"),
            8,
            _nodes,
            _share,
            Align.RIGHT,
            priority=4 if mechanisms else 3,
            about=N_("On how many of the nodes it works: 2 of 3"),
        ),
        *(_verdict(name, title, about, at) for at, (name, title, about) in enumerate(verdicts)),
        Column(
            "rate",
            N_("RATE/s"),
            6,
            lambda row: Cell(short_rate(count(row, "rate"))),
            lambda row: count(row, "rate"),
            Align.RIGHT,
            priority=2,
            about=N_("Checks a second, as the broker works it out"),
            kinds=_TOLD,
        ),
        Column(
            "reason",
            N_("REASON"),
            24,
            lambda row: or_missing(reason_of(row), Tone.CRITICAL),
            lambda row: reason_of(row) or None,
            grows=True,
            priority=3,
            about=N_("The first node on which it does not work, and why"),
            kinds=_TOLD,
        ),
    )


def _verdict(name: str, title: str, about: str, at: int) -> Column[Entry[Check]]:
    return Column(
        name,
        title,
        7,
        lambda row: Cell(short_number(count(row, name))),
        lambda row: count(row, name),
        Align.RIGHT,
        priority=2 + at,
        about=about,
        kinds=_TOLD,
    )


def fields(verdicts: Sequence[str]) -> tuple[str, ...]:
    """The keys of `record`."""
    first = ("deployment", "id", "place", "mechanism", "backend", "status", "enabled", "nodes", "nodes_well", "reason")
    return (*first, "total", *verdicts, "rate_per_second", "rate_last5m_per_second", "rate_max_per_second")


def record(row: Entry[Check], verdicts: Sequence[str]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV."""
    item, standing = row.item, standing_of(row)
    rates = {f"{name}_per_second": count(row, name) for name in ("rate", "rate_last5m", "rate_max")}
    return {
        "deployment": row.deployment,
        "id": item.id,
        "place": item.place,
        "mechanism": item.mechanism or None,
        "backend": item.backend or None,
        "status": state_of(row) or None,
        "enabled": item.enabled,
        "nodes": None if standing is None else len(standing.nodes),
        "nodes_well": _well(row),
        "reason": reason_of(row) or None,
        **{name: count(row, name) for name in ("total", *verdicts)},
        **rates,
    }


def matches(row: Entry[Check]) -> Sequence[str]:
    """The texts that a filter looks into."""
    return texts(row.item.id, row.item.mechanism, row.item.backend, state_of(row), reason_of(row))


def detail(row: Entry[Check], verdicts: Sequence[tuple[str, str]]) -> list[Fact]:
    """Everything about one element of a chain, node by node.

    Args:
        row: The element.
        verdicts: Name and word of each count.
    """
    item, standing = row.item, standing_of(row)
    facts: list[Fact] = [Title(mark_cell(state_of(row)), item.id, word_cell(state_of(row)))]
    if item.place is not None:
        facts.append(Pair(_("place"), str(item.place)))
    facts += [Pair(_("mechanism"), item.mechanism)] if item.mechanism else []
    facts.append(Pair(_("backend"), item.backend or MISSING))
    if standing is None:
        return [*facts, Note(_("How it stands has not been told."), Tone.MUTED)]
    if standing.counts:
        counts = (("total", N_("checks")), *verdicts)
        facts += [Pair(_(word), exact_number(count(row, name))) for name, word in counts]
    rates = [short_rate(count(row, name)) for name in ("rate", "rate_last5m", "rate_max")]
    if any(rate != MISSING for rate in rates):
        facts.append(Pair(_("checks/s"), _("{0}, in 5 minutes {1}, at most {2}").format(*rates)))
    if standing.nodes:
        facts += [Heading(_("Nodes")), _grid(standing, verdicts)]
        facts += [Note(f"{one.node}: {one.reason}", Tone.CRITICAL) for one in standing.nodes if one.reason]
    if any(standing.calls.get(name) is not None for name, _word in _CALLS):
        facts.append(Heading(_("Requests to the backend")))
        facts += [Pair(_(word), exact_number(standing.calls[name])) for name, word in _CALLS if name in standing.calls]
    return facts


def _grid(standing: Standing, verdicts: Sequence[tuple[str, str]]) -> Grid:
    counted = any(one.counts for one in standing.nodes)
    shown = verdicts if counted else ()
    rows = [
        (
            Cell(one.node),
            state_cell(one.status),
            *(Cell(short_number(one.counts.get(name))) for name, _word in shown),
            *((Cell(short_rate(one.counts.get("rate"))),) if counted else ()),
        )
        for one in standing.nodes
    ]
    return Grid((_("node"), _("state"), *(_(word) for _name, word in shown), *((_("/s"),) if counted else ())), rows)
