"""Subscriptions and topics on EMQX 4 (API reference, 3A.3). Its retained messages are only counted."""

from collections import Counter
from urllib.parse import quote

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.permitted import encoded
from emqx_tui.api.v4_asking import ROWS, V4Asking
from emqx_tui.domain.errors import NotFound, Unsupported
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.messages import Subscription, Topic, asked_exactly, narrowed


SUBSCRIPTIONS = "/subscriptions"

LOOKED_THROUGH = 5000
"""Rows of a page that is looked through here: 0.5 MB."""


def subscription(row: wire.Json) -> Subscription | None:
    """An element of `/subscriptions`; None when it names no client or topic."""
    clientid, topic = wire.name(row.get("clientid")), wire.name(row.get("topic"))
    if clientid is None or topic is None:
        return None
    return Subscription(clientid, topic, wire.count(row.get("qos")), wire.text(row.get("node")))


def topic(row: wire.Json) -> Topic | None:
    """An element of `/routes`; None when it names no topic."""
    name = wire.name(row.get("topic"))
    return None if name is None else Topic(name, wire.text(row.get("node")))


class MessagesV4(V4Asking):
    """What EMQX 4 tells of subscriptions."""

    @guarded
    async def subscriptions(self, query: Query, after: str | None) -> Page[Subscription]:
        """`/subscriptions`, or `/nodes/{node}/subscriptions`, where `@` stays literal.

        `_match_topic` leaves what is below a filter (measured), and is not looked at beside `topic`; `share` beside
        `topic` takes in groups whose names only begin so.
        """
        node, parts = query.get("node"), asked_exactly(query)
        params = {name: query[name] for name in ("clientid", "qos") if query.get(name)}
        params |= {"topic": parts.filter} if parts.filter else {}
        params |= {"share": parts.group} if parts.group else {}
        params |= {"_match_topic": query["within"]} if query.get("within") else {}
        searched = bool(query.get("match"))
        path = f"/nodes/{quote(node, safe='@')}{SUBSCRIPTIONS}" if node else SUBSCRIPTIONS
        rows = LOOKED_THROUGH if searched else ROWS
        try:
            page = await self._page(path, subscription, after, params, rows=rows)
        except Unsupported as error:
            if not node:
                raise
            # "Not found." is the answer to a name that the broker has never heard of.
            raise NotFound(error.detail, path=error.path, status=error.status) from None
        return narrowed(page, query, searched=searched)

    @guarded
    async def topics(self, query: Query, after: str | None) -> Page[Topic]:
        """`/routes`, or `/routes/{topic}`: local tables, which no hung peer blocks."""
        wanted = query.get("topic")
        page = await self._page(f"/routes/{encoded(wanted)}" if wanted else "/routes", topic, after)
        # Once for each group that shares it: which ones is not told.
        listed = Counter(page.items)
        return page._replace(items=[one._replace(listed=times) for one, times in listed.items()])
