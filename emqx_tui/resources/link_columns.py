"""The columns that rules, actions, sources and connectors have in common, and what of them goes into JSON and CSV."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from emqx_tui.domain.integration import CONNECTED, Figures, Link, Rule
from emqx_tui.domain.listing import Entry
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import N_, _
from emqx_tui.resources.links import (
    figure,
    figures_of,
    mark_cell,
    number,
    or_missing,
    rank,
    speed,
    state_of,
    texts,
    whole,
    word_cell,
)
from emqx_tui.resources.operations import EMQX
from emqx_tui.resources.spec import Align, Cell, Column, Scalar, Tone
from emqx_tui.text import MISSING, short_number, short_rate


def leading(about: str) -> tuple[Column[Any], Column[Any]]:
    """The symbol and the word of the state; sorting by the word brings problems first."""
    return (
        Column("mark", "", 1, lambda row: mark_cell(state_of(row)), rank, about=about),
        Column(
            "status",
            N_("STATUS"),
            12,
            lambda row: word_cell(state_of(row)),
            lambda row: (rank(row), row.item.id),
            about=N_("connected, disconnected, connecting, inconsistent, disabled …; problems sort first"),
        ),
    )


def counter(  # noqa: PLR0913  what a column is made of
    name: str,
    title: str,
    about: str,
    *figures: str,
    priority: int,
    bad: bool = False,
    warns: Callable[[Figures], bool] | None = None,
    kinds: tuple[Kind, ...] = EMQX,
) -> Column[Any]:
    """A column of a counter: one of `figures`, the first that is told. `bad` marks it when it is not 0."""

    def cell(row: Entry[Rule] | Entry[Link]) -> Cell:
        value, found = figure(row, *figures), figures_of(row)
        amber = bool(value) and (bad or (warns is not None and found is not None and warns(found)))
        return number(value, Tone.WARNING if amber else Tone.NORMAL)

    return Column(
        name,
        title,
        8,
        cell,
        lambda row: figure(row, *figures),
        align=Align.RIGHT,
        priority=priority,
        about=about,
        kinds=kinds,
    )


def rate_column(priority: int, kinds: tuple[Kind, ...] = EMQX) -> Column[Any]:
    """Messages a second."""
    return Column(
        "rate",
        N_("RATE/s"),
        8,
        lambda row: Cell(short_rate(speed(row)), Tone.MUTED if speed(row) is None else Tone.NORMAL),
        speed,
        align=Align.RIGHT,
        priority=priority,
        about=N_("Messages a second that reach it, as the broker works it out"),
        kinds=kinds,
    )


def connected_share(row: Entry[Link]) -> float | None:
    """The share of nodes on which it is connected; None where nodes are not told."""
    nodes = row.item.nodes
    return sum(one.status == CONNECTED for one in nodes) / len(nodes) if nodes else None


def _nodes(row: Entry[Link]) -> Cell:
    nodes = row.item.nodes
    if not nodes:
        return Cell(MISSING, Tone.MUTED)
    well = sum(one.status == CONNECTED for one in nodes)
    if 0 < well < len(nodes):
        return Cell(_("{count} of {total}").format(count=well, total=len(nodes)), Tone.WARNING)
    return Cell(str(len(nodes)), Tone.MUTED)


def name_column() -> Column[Entry[Link]]:
    """The name, without the type."""
    return Column(
        "name",
        N_("NAME"),
        18,
        lambda row: Cell(row.item.name or row.item.id),
        lambda row: row.item.name or row.item.id,
        grows=True,
        about=N_("Its name; on EMQX 4 its id"),
    )


def type_column(priority: int, kinds: tuple[Kind, ...] = ()) -> Column[Entry[Link]]:
    """The type."""
    return Column(
        "type",
        N_("TYPE"),
        14,
        lambda row: or_missing(row.item.type),
        lambda row: row.item.type or None,
        priority=priority,
        about=N_("What it connects to, such as http, mqtt or kafka_producer"),
        kinds=kinds,
    )


def nodes_column(priority: int) -> Column[Entry[Link]]:
    """On how many nodes it is connected."""
    return Column(
        "nodes",
        N_("NODES"),
        8,
        _nodes,
        connected_share,
        align=Align.RIGHT,
        priority=priority,
        about=N_("Nodes that have it; 2 of 3 when it is connected on some only"),
        kinds=(Kind.EMQX5,),
    )


def reason_column(priority: int) -> Column[Entry[Link]]:
    """Why it is not connected."""
    return Column(
        "reason",
        N_("REASON"),
        14,
        lambda row: or_missing(row.item.reason, word_cell(row.item.state).tone),
        lambda row: row.item.reason or None,
        grows=True,
        priority=priority,
        about=N_("Why it is not connected, as the broker says"),
        kinds=(Kind.EMQX5,),
    )


def description_column(priority: int) -> Column[Any]:
    """What the user has written about it: on EMQX 4 it has no name, only an id that was made up."""
    return Column(
        "description",
        N_("DESCRIPTION"),
        16,
        lambda row: or_missing(row.item.description),
        lambda row: row.item.description or None,
        grows=True,
        priority=priority,
        about=N_("What whoever made it has written about it"),
        kinds=(Kind.EMQX4,),
    )


def channel_columns(received: bool) -> tuple[Column[Entry[Link]], ...]:
    """The columns of actions, or of sources, which take messages in."""
    first: Column[Entry[Link]] = (
        counter("received", N_("RECEIVED"), N_("Messages that came in from the other end"), "received", priority=2)
        if received
        else counter(
            "matched", N_("MATCHED"), N_("Messages that rules gave it since the last reset"), "matched", priority=6
        )
    )
    sent: tuple[Column[Entry[Link]], ...] = (
        ()
        if received
        else (
            counter("success", N_("SUCCESS"), N_("Messages that the other end has taken"), "success", priority=7),
            counter(
                "failed",
                N_("FAILED"),
                N_("Messages that were given up; amber while more are"),
                "failed",
                priority=1,
                warns=lambda figures: figures.failing,
            ),
            counter(
                "dropped",
                N_("DROPPED"),
                N_("Messages that were thrown away: expired, queue full, resource gone"),
                "dropped",
                priority=5,
                bad=True,
                kinds=(Kind.EMQX5,),
            ),
            Column(
                "queuing",
                N_("QUEUING"),
                9,
                _queuing,
                lambda row: figure(row, "queuing"),
                align=Align.RIGHT,
                priority=1,
                about=N_("Messages that wait to be sent; ↑ when they have become more since the last reading"),
                kinds=(Kind.EMQX5,),
            ),
        )
    )
    return (
        *leading(N_("● connected, ▲ look at it, ◐ connecting, ✖ disconnected, ○ disabled")),
        name_column(),
        # The id of an action of EMQX 4 begins with it.
        type_column(4, (Kind.EMQX5,)),
        nodes_column(4),
        first,
        *sent,
        rate_column(2, (Kind.EMQX5,)),
        reason_column(3),
        _rules_column(4),
    )


def _rules_column(priority: int) -> Column[Entry[Link]]:
    return Column(
        "rules",
        N_("RULES"),
        14,
        _rules,
        lambda row: ", ".join(row.item.rules) or None,
        priority=priority,
        about=N_("The rules that use it: the first one, and how many there are besides"),
    )


def _rules(row: Entry[Link]) -> Cell:
    first, *others = row.item.rules or ("",)
    return or_missing(f"{first} +{len(others)}" if others else first)


def _queuing(row: Entry[Link]) -> Cell:
    value, figures = figure(row, "queuing"), figures_of(row)
    grows = figures is not None and figures.growing and bool(value)
    return Cell(short_number(value) + "↑", Tone.WARNING) if grows else number(value)


CHANNEL_FIELDS = (
    "deployment", "id", "type", "name", "status", "enabled", "reason", "nodes", "nodes_connected", "rules", "connector",
    "description", "created_at", "matched", "success", "failed", "dropped", "queuing", "queuing_bytes", "inflight",
    "retried", "late_reply", "received", "rate_per_second", "queue_grows", "failing", "rate_last5m_per_second",
    "rate_max_per_second", "not_connected_on",
)  # fmt: skip


def channel_record(row: Entry[Link]) -> Mapping[str, Scalar]:
    """An action or a source for JSON and CSV; `created_at` is in seconds since 1970."""
    figures = figures_of(row)
    counters = ("matched", "success", "failed", "dropped", "queuing", "queuing_bytes", "inflight", "retried")
    return {
        **link_record(row),
        "rules": " ".join(row.item.rules) or None,
        "connector": row.item.connector or None,
        "description": row.item.description or None,
        "created_at": row.item.created_at,
        **{name: whole(figure(row, name)) for name in (*counters, "late_reply", "received")},
        "rate_per_second": speed(row),
        "queue_grows": None if figures is None else figures.growing,
        "failing": None if figures is None else figures.failing,
        "rate_last5m_per_second": figure(row, "rate_last5m"),
        "rate_max_per_second": figure(row, "rate_max"),
        "not_connected_on": apart_from(row),
    }


def apart_from(row: Entry[Link]) -> str | None:
    """The nodes on which it is not connected; None when there are none, or none are told."""
    return " ".join(one.node for one in row.item.nodes if one.status != CONNECTED) or None


def link_record(row: Entry[Link]) -> dict[str, Scalar]:
    """What actions, sources and connectors have in common."""
    item = row.item
    return {
        "deployment": row.deployment,
        "id": item.id,
        "type": item.type or None,
        "name": item.name or None,
        "status": item.state or None,
        "enabled": item.enabled,
        "reason": item.reason or None,
        "nodes": len(item.nodes) if item.nodes else None,
        "nodes_connected": sum(one.status == CONNECTED for one in item.nodes) if item.nodes else None,
    }


def channel_texts(row: Entry[Link]) -> Sequence[str]:
    """What a filter looks into."""
    item = row.item
    return texts(item.id, item.name, item.type, word_cell(state_of(row)).text, item.reason, *item.rules, item.connector)
