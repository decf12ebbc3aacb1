"""Sources: where messages come from that rules read from other systems."""

from collections.abc import Sequence

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.changes import Part
from emqx_tui.domain.integration import Figures, Link, Neighbours, compared
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.i18n import N_
from emqx_tui.resources.actions import ACTIONS
from emqx_tui.resources.facts import Fact
from emqx_tui.resources.link_columns import channel_columns
from emqx_tui.resources.links import CONNECTOR_SIGNS
from emqx_tui.resources.operations import of_link
from emqx_tui.resources.pipeline import link_facts, source_way
from emqx_tui.resources.spec import Asked, Resource, listed


def detail(row: Entry[Link], more: object) -> Sequence[Fact]:
    """Everything about a source, and the way that messages take through it."""
    return link_facts(row, source_way(row, more if isinstance(more, Neighbours) else None), "source")


async def page(broker: Broker, query: Query, after: str | None) -> Page[Link]:
    """Asks the broker."""
    return await broker.sources(query, after)


async def figures(broker: Broker, source: Link) -> Figures:
    """Asks for what has gone through a source."""
    return compared(None, await broker.source_figures(source))


async def more(broker: Broker, source: Link) -> Neighbours:
    """Asks for its rules and its connector."""
    return await broker.beside_source(source)


SOURCES: Resource[Entry[Link]] = ACTIONS._replace(
    name="sources",
    title=N_("Sources"),
    rows=listed("sources"),
    columns=channel_columns(received=True),
    empty=N_("There are no sources."),
    signs=CONNECTOR_SIGNS,
    asked=Asked(
        page,
        whole=True,
        figures=figures,
        compared=compared,
        more=more,
        offered=N_("EMQX 5 and later"),
        scope="data_integration",
    ),
    detail=detail,
    actions=of_link(Part.SOURCE),
)
