"""Sessions of clients that are away: what waits for each until it comes back, and what it has lost already."""

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.clients import Client
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.i18n import N_
from emqx_tui.resources.clients import CLIENTS, FILTERS
from emqx_tui.resources.spec import Asked, Resource, listed


_FILTERS = tuple(one for one in FILTERS if one.id not in {"state", "connected_since"})


async def page(broker: Broker, query: Query, after: str | None) -> Page[Client]:
    """Asks for clients without a connection, whatever else the broker is to filter by."""
    return await broker.clients({**query, "state": "disconnected"}, after)


def _asked(like: Asked | None) -> Asked | None:
    return None if like is None else like._replace(page=page, filters=_FILTERS, ctl="")


OFFLINE: Resource[Entry[Client]] = CLIENTS._replace(
    name="offline",
    title=N_("Sessions of clients that are away"),
    rows=listed("offline"),
    empty=N_("Nobody who has a session is away."),
    asked=_asked(CLIENTS.asked),
)
