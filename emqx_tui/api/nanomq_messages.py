"""Subscriptions and topics on NanoMQ, which gives whole lists and filters nothing (NanoMQ behaviour)."""

from collections.abc import Sequence
from typing import Any

from emqx_tui.api import decode, wire
from emqx_tui.api.base import HttpBroker
from emqx_tui.api.guard import guarded
from emqx_tui.domain.errors import BadAnswer
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.messages import Subscription, Topic, narrowed


TREE = "/topic-tree"

_Level = Sequence[wire.Json]


def subscription(row: wire.Json) -> Subscription | None:
    """An element of `/subscriptions`; None when it names no client or topic."""
    clientid, topic = wire.name(row.get("clientid")), wire.name(row.get("topic"))
    return None if clientid is None or topic is None else Subscription(clientid, topic, wire.count(row.get("qos")))


def topics(levels: Sequence[_Level]) -> list[Topic]:
    """The topics that have subscribers, from the levels of the tree.

    A level does not say which element is below which. But the children of one come after those of the one before it, as
    many as its `cld_cnt` says, so that paths follow; only where the counts do not add up, names of levels are given.
    """
    return _paths(levels) or [
        Topic(name, clients=clients, level=depth)
        for depth, level in enumerate(levels)
        for row in level
        if (name := wire.name(row.get("topic"))) is not None and (clients := _clients(row))
    ]


def _paths(levels: Sequence[_Level]) -> list[Topic]:
    """Empty when the counts do not add up."""
    found: list[Topic] = []
    # The first level is the root, which has no name.
    above: list[str | None] = [None]
    for depth, level in enumerate(levels):
        if len(level) != len(above):
            return []
        below: list[str | None] = []
        for parent, row in zip(above, level, strict=True):
            text = row.get("topic")
            name = wire.name(text) or ""
            path = name if parent is None else f"{parent}/{name}"
            if depth and (clients := _clients(row)):
                found.append(Topic(path, clients=clients))
            children = wire.count(row.get("cld_cnt")) or 0
            if children > len(levels[depth + 1] if depth + 1 < len(levels) else ()):
                return []
            below += [path if depth else None] * children
        above = below
    return found if not above else []


def _clients(row: wire.Json) -> tuple[str, ...]:
    given = row.get("clientid")
    return tuple(name for one in (given if isinstance(given, list) else ()) if (name := wire.name(one)) is not None)


class MessagesNanoMq(HttpBroker):
    """What NanoMQ tells of subscriptions."""

    async def _whole(self, path: str) -> Any:  # noqa: ANN401  JSON
        return decode.v4(await self._client.get(path), path)

    @guarded
    async def subscriptions(self, query: Query, after: str | None) -> Page[Subscription]:  # noqa: ARG002  no pages
        """`/subscriptions`: any query is ignored."""
        rows = wire.rows(await self._whole("/subscriptions"), "/subscriptions")
        found = [one for row in rows if (one := subscription(row)) is not None]
        return narrowed(Page(found, total=len(found)), query, searched=bool(query))

    @guarded
    async def topics(self, query: Query, after: str | None) -> Page[Topic]:  # noqa: ARG002  no pages, no filters
        """`/topic-tree`."""
        data = await self._whole(TREE)
        if not isinstance(data, list):
            raise BadAnswer(wire.short(data), path=TREE)
        found = topics([wire.rows(level, TREE) for level in data])
        return Page(found, total=len(found))
