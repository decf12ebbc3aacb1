"""Connectors: the connections to other systems behind actions and sources. EMQX 4 calls them resources."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.changes import Part
from emqx_tui.domain.integration import Link, Neighbours
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import N_
from emqx_tui.resources.facts import Fact
from emqx_tui.resources.link_columns import (
    apart_from,
    channel_texts,
    description_column,
    leading,
    link_record,
    name_column,
    nodes_column,
    reason_column,
    type_column,
)
from emqx_tui.resources.links import CONNECTOR_SIGNS, or_missing, problem
from emqx_tui.resources.operations import FIVE, restarting, switches
from emqx_tui.resources.pipeline import connector_facts
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, listed
from emqx_tui.text import exact, exact_number


def _users(row: Entry[Link]) -> int | None:
    """Actions and sources that use it; None on EMQX 4, whose list does not tell."""
    item = row.item
    return len(item.actions) + len(item.sources) if item.actions or item.sources or item.nodes else None


def _users_cell(row: Entry[Link]) -> Cell:
    users = _users(row)
    return or_missing("" if users is None else exact_number(users))


def record(row: Entry[Link]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; `created_at` is in seconds since 1970."""
    item = row.item
    return {
        **link_record(row),
        "address": item.address or None,
        "actions": " ".join(item.actions) or None,
        "sources": " ".join(item.sources) or None,
        "description": item.description or None,
        "created_at": item.created_at,
        "not_connected_on": apart_from(row),
    }


def detail(row: Entry[Link], more: object) -> Sequence[Fact]:
    """Everything about a connector, and who uses it."""
    return connector_facts(row, more if isinstance(more, Neighbours) else None)


async def page(broker: Broker, query: Query, after: str | None) -> Page[Link]:
    """Asks the broker."""
    return await broker.connectors(query, after)


async def more(broker: Broker, connector: Link) -> Neighbours:
    """Asks for its actions and sources."""
    return await broker.beside_connector(connector)


CONNECTORS: Resource[Entry[Link]] = Resource(
    name="connectors",
    title=N_("Connectors"),
    rows=listed("connectors"),
    key=lambda row: exact(row.item.id),
    columns=(
        *leading(N_("● connected, ▲ inconsistent, ◐ connecting, ✖ disconnected, ○ disabled")),
        name_column(),
        type_column(1),
        nodes_column(2),
        Column(
            "users",
            N_("USED BY"),
            8,
            _users_cell,
            _users,
            align=Align.RIGHT,
            priority=4,
            about=N_("How many actions and sources go through it"),
            kinds=(Kind.EMQX5,),
        ),
        Column(
            "address",
            N_("ADDRESS"),
            20,
            lambda row: or_missing(row.item.address),
            lambda row: row.item.address or None,
            grows=True,
            priority=5,
            kinds=(Kind.NANOMQ,),
            about=N_("Host and port of the other end of a bridge"),
        ),
        reason_column(1),
        description_column(1),
    ),
    fields=(
        "deployment",
        "id",
        "type",
        "name",
        "status",
        "enabled",
        "reason",
        "nodes",
        "nodes_connected",
        "address",
        "actions",
        "sources",
        "description",
        "created_at",
        "not_connected_on",
    ),
    record=record,
    matches=lambda row: (*channel_texts(row), *row.item.actions, *row.item.sources, row.item.address),
    sort="status",
    empty=N_("There are no connectors."),
    signs=CONNECTOR_SIGNS,
    asked=Asked(
        page,
        whole=True,
        more=more,
        offered=N_("EMQX 4 and later, and NanoMQ"),
        scope="data_integration",
        ctl4="emqx_ctl resources list",
    ),
    detail=detail,
    problem=problem,
    page=lambda _row: "connector",
    actions=(*switches(Part.CONNECTOR, FIVE, lambda row: row.item.enabled), restarting(Part.CONNECTOR)),
)
