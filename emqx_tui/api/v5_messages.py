"""Subscriptions, topics, retained and delayed messages on EMQX 5 and 6 (API reference, 3B.4)."""

from base64 import b64decode

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.permitted import encoded
from emqx_tui.api.v5_asking import ROWS, V5Asking
from emqx_tui.domain.errors import BadRequest, BrokerError, NotFound, SwitchedOff, Unsupported
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.messages import (
    Delayed,
    Payload,
    Retained,
    Subscription,
    Topic,
    asked_exactly,
    narrowed,
    preview,
)


SUBSCRIPTIONS = "/subscriptions"
RETAINED = "/mqtt/retainer/messages"
DELAYED = "/mqtt/delayed/messages"

LOOKED_THROUGH = 5000
"""Rows of a page that is looked through here: 0.7 MB. Deep pages are slow (trap 41), so there are to be few of them."""

EVERYWHERE = "all"
"""What is in the place of the node of a durable subscription."""


def subscription(row: wire.Json) -> Subscription | None:
    """An element of `/subscriptions`; None when it names no client or topic."""
    clientid, topic = wire.name(row.get("clientid")), wire.name(row.get("topic"))
    if clientid is None or topic is None:
        return None
    durable = row.get("durable")
    node = wire.text(row.get("node"))
    return Subscription(
        clientid=clientid,
        topic=topic,
        qos=wire.count(row.get("qos")),
        node=None if durable is True and node == EVERYWHERE else node,
        no_local=_flag(row.get("nl")),
        retain_as_published=_flag(row.get("rap")),
        retain_handling=wire.count(row.get("rh")),
        durable=durable if isinstance(durable, bool) else None,
    )


def topic(row: wire.Json) -> Topic | None:
    """An element of `/topics`, with a node or a durable session; None when it names no topic."""
    name = wire.name(row.get("topic"))
    return None if name is None else Topic(name, wire.text(row.get("node")), wire.text(row.get("session")))


def retained(row: wire.Json) -> Retained | None:
    """An element of the list of retained messages; None when it names no topic."""
    name = wire.name(row.get("topic"))
    if name is None:
        return None
    return Retained(
        topic=name,
        qos=wire.count(row.get("qos")),
        at=wire.moment(row.get("publish_at")),
        clientid=wire.text(row.get("from_clientid")),
        username=wire.text(row.get("from_username")),
        id=wire.text(row.get("msgid")),
    )


def delayed(row: wire.Json) -> Delayed | None:
    """An element of the list of delayed messages; None when it names no message or topic."""
    ident, name = wire.text(row.get("msgid")), wire.name(row.get("topic"))
    if ident is None or name is None:
        return None
    return Delayed(
        id=ident,
        topic=name,
        node=wire.text(row.get("node")),
        qos=wire.count(row.get("qos")),
        at=wire.moment(row.get("publish_at")),
        due=wire.moment(row.get("expected_at")),
        remaining=wire.epoch(row.get("delayed_remaining")),
        interval=wire.epoch(row.get("delayed_interval")),
        clientid=wire.text(row.get("from_clientid")),
        username=wire.text(row.get("from_username")),
    )


def _flag(value: object) -> bool | None:
    """0 and 1, or a truth value."""
    return bool(value) if isinstance(value, int) and value in {0, 1} else None


class MessagesV5(V5Asking):
    """What EMQX 5 tells of subscriptions and waiting messages."""

    @guarded
    async def subscriptions(self, query: Query, after: str | None) -> Page[Subscription]:
        """`/subscriptions`.

        `match_topic` leaves what is below a filter (measured: nothing for a topic that two filters fit), and `topic`
        leaves out shared subscriptions of the filter unless their group is asked for as well.
        """
        parts = asked_exactly(query)
        params = {name: query[name] for name in ("clientid", "node", "qos") if query.get(name)}
        params |= {"topic": parts.filter} if parts.filter else {}
        params |= {"share_group": parts.group} if parts.group else {}
        params |= {"match_topic": query["within"]} if query.get("within") else {}
        searched = bool(query.get("match"))
        rows = LOOKED_THROUGH if searched else ROWS
        page = await self._page(SUBSCRIPTIONS, subscription, after, params, rows=rows)
        return narrowed(page, query, searched=searched)

    @guarded
    async def topics(self, query: Query, after: str | None) -> Page[Topic]:
        """`/topics`: answered from a local table, so a hung peer does not block it."""
        params = {name: query[name] for name in ("topic", "node") if query.get(name)}
        return await self._page("/topics", topic, after, params)

    @guarded
    async def retained(self, query: Query, after: str | None) -> Page[Retained]:
        """`/mqtt/retainer/messages`, which is refused or empty when the retainer is off."""
        params = {"topic": query["topic"]} if query.get("topic") else {}
        try:
            page = await self._page(RETAINED, retained, after, params)
        except (BadRequest, NotFound, Unsupported):
            await self._refuse_if_off("/mqtt/retainer", "retainer")
            raise
        if not page.items and after is None:
            await self._refuse_if_off("/mqtt/retainer", "retainer")
        return page

    @guarded
    async def retained_size(self, topic: str) -> Payload:
        """From `/mqtt/retainer/message/{topic}`: the list does not tell it."""
        raw = await self._payload(topic)
        return Payload(None if raw is None else len(raw))

    @guarded
    async def retained_payload(self, topic: str) -> Payload:
        """From `/mqtt/retainer/message/{topic}`."""
        raw = await self._payload(topic)
        return Payload(None) if raw is None else preview(raw)

    async def _payload(self, topic: str) -> bytes | None:
        """None above 1 MiB, for then the broker leaves it out."""
        path = "/mqtt/retainer/message/"
        body = wire.mapping(await self._get(path + encoded(topic)), path)
        content = body.get("payload")
        return b64decode(content, validate=True) if isinstance(content, str) else None

    @guarded
    async def delayed(self, query: Query, after: str | None) -> Page[Delayed]:  # noqa: ARG002  it cannot be filtered
        """`/mqtt/delayed/messages`, which is empty when delayed publishing is off."""
        page = await self._page(DELAYED, delayed, after)
        if not page.items and after is None:
            await self._refuse_if_off("/mqtt/delayed", "delayed")
        return page

    async def _refuse_if_off(self, path: str, feature: str) -> None:
        try:
            settings = await self._get(path)
        except BrokerError:
            # What was asked for was answered, or says better what is wrong.
            return
        if isinstance(settings, dict) and settings.get("enable") is False:
            raise SwitchedOff(feature=feature, path=path)
