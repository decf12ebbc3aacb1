"""What is subscribed, and messages that wait: subscriptions, topics, retained and delayed messages."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.topics import Subscribed, meet, subscribed, within
from emqx_tui.text import sanitize


PREVIEW_CHARACTERS = 400
"""Characters of a payload that are shown of a text."""

PREVIEW_BYTES = 128
"""Bytes of a payload that are shown in hexadecimal."""

_BREAKS = str.maketrans("", "", "\n\r\t")


class Subscription(NamedTuple):
    """One client's subscription (API reference, 3A.3 and 3B.4).

    Attributes:
        clientid: Who subscribes.
        topic: As the broker lists it, the group of a shared subscription in front.
        qos: The highest QoS it wants.
        node: Where its session is; None where there is only one, and for what all nodes hold.
        no_local: It does not get what it publishes itself (`nl`). This and the following: None on 4.x and NanoMQ.
        retain_as_published: It is told which messages are retained ones (`rap`).
        retain_handling: When it is sent retained messages: 0 each time it subscribes, 1 the first time, 2 never (`rh`).
        durable: It is kept on disk.
    """

    clientid: str
    topic: str
    qos: int | None = None
    node: str | None = None
    no_local: bool | None = None
    retain_as_published: bool | None = None
    retain_handling: int | None = None
    durable: bool | None = None

    @property
    def parts(self) -> Subscribed:
        """Filter and group."""
        return subscribed(self.topic)


class Topic(NamedTuple):
    """One topic filter that somebody subscribes to.

    Attributes:
        topic: As the broker lists it. EMQX 4 lists it without the group that shares it.
        node: The node that has subscribers; None where there is only one, and for a durable session.
        session: The durable session, instead of a node (5.x).
        listed: How often the page has it: EMQX 4 lists it once for each group that shares it.
        clients: The subscribers; None where the broker does not name them.
        level: Only that this is the name of the level of that number, from 1, is known: NanoMQ gives levels without
            their parents. None otherwise.
    """

    topic: str
    node: str | None = None
    session: str | None = None
    listed: int = 1
    clients: tuple[str, ...] | None = None
    level: int | None = None


class Retained(NamedTuple):
    """One retained message, without its payload.

    Attributes:
        at: When it was published, in seconds since 1970 by the broker's clock.
        clientid: Who published it; None when the broker did itself.
    """

    topic: str
    qos: int | None = None
    at: float | None = None
    clientid: str | None = None
    username: str | None = None
    id: str | None = None


class Payload(NamedTuple):
    """What a message holds, as far as it may be shown.

    Attributes:
        size: In bytes; None when the broker does not give it, which EMQX does not above 1 MiB.
        preview: Its beginning, sanitised; None when it was not asked for.
        binary: The preview is in hexadecimal.
        cut: There is more than the preview.
    """

    size: int | None
    preview: str | None = None
    binary: bool = False
    cut: bool = False


class Delayed(NamedTuple):
    """A message that is published later.

    Attributes:
        at: When it was handed in, in seconds since 1970 by the broker's clock.
        due: When it is published, likewise.
        remaining: Seconds until then, when the broker was asked.
        interval: Seconds by which it is delayed.
    """

    id: str
    topic: str
    node: str | None = None
    qos: int | None = None
    at: float | None = None
    due: float | None = None
    remaining: float | None = None
    interval: float | None = None
    clientid: str | None = None
    username: str | None = None


def preview(raw: bytes) -> Payload:
    """The payload's size and beginning: as text if all of it is printable UTF-8, else in hexadecimal."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None and text.translate(_BREAKS).isprintable():
        cut = len(text) > PREVIEW_CHARACTERS
        return Payload(len(raw), sanitize(text[:PREVIEW_CHARACTERS]), cut=cut)
    return Payload(len(raw), raw[:PREVIEW_BYTES].hex(" "), binary=True, cut=len(raw) > PREVIEW_BYTES)


def fits(query: Query) -> Callable[[Subscription], bool]:
    """Whether a subscription is one of those that are asked for, by what the query's names mean here.

    `match`: gets messages of that topic, whatever the way it subscribes. `within`: gets only such ones as that filter
    gets. `topic`: is that, exactly; `clientid`, `node`, `qos` and `share`, its group, likewise.
    """
    tests: list[Callable[[Subscription], bool]] = []
    if topic := query.get("match"):
        wanted = subscribed(topic).filter
        tests.append(lambda one: meet(one.parts.filter, wanted))
    if outer := query.get("within"):
        tests.append(lambda one: within(one.parts.filter, outer))
    if topic := query.get("topic"):
        parts = subscribed(topic)
        tests.append(lambda one: one.parts == parts)
    if group := query.get("share"):
        tests.append(lambda one: one.parts.group == group)
    if qos := query.get("qos"):
        tests.append(lambda one: str(one.qos) == qos)
    if clientid := query.get("clientid"):
        tests.append(lambda one: one.clientid == clientid)
    if node := query.get("node"):
        # What all nodes hold is on each of them.
        tests.append(lambda one: one.node in {node, None})
    return lambda one: all(test(one) for test in tests)


def asked_exactly(query: Query) -> Subscribed:
    """The filter and the group that `topic` and `share` ask for; empty and None where they do not."""
    parts = subscribed(query.get("topic", ""))
    return parts if parts.group else Subscribed(parts.filter, query.get("share") or None)


def narrowed(page: Page[Subscription], query: Query, *, searched: bool) -> Page[Subscription]:
    """What of the page is asked for.

    Args:
        page: What the broker gave.
        query: What is asked for.
        searched: The broker was not able to leave out what is not asked for.
    """
    wanted = fits(query)
    found = [one for one in page.items if wanted(one)]
    return page._replace(items=found, seen=len(page.items) if searched else None)


class OffersMessages(Protocol):
    """What can be asked of subscriptions and waiting messages; an adapter answers what its generation offers."""

    async def subscriptions(self, query: Query, after: str | None) -> Page[Subscription]:
        """The subscriptions for which `fits(query)` holds.

        No broker answers who gets a topic: EMQX's own `match_topic` looks for filters below a filter. So with `match`
        pages are looked through here, and `Page.seen` says how many rows it took.
        """
        raise Unsupported(path="/subscriptions")

    async def topics(self, query: Query, after: str | None) -> Page[Topic]:
        """What is subscribed to."""
        raise Unsupported(path="/topics")

    async def retained(self, query: Query, after: str | None) -> Page[Retained]:
        """Retained messages; `topic` leaves those that fit this topic or filter.

        Raises:
            SwitchedOff: The retainer is.
        """
        raise Unsupported(path="/mqtt/retainer/messages")

    async def retained_size(self, topic: str) -> Payload:
        """How large the retained message of that topic is, without its content."""
        raise Unsupported(path="/mqtt/retainer/message")

    async def retained_payload(self, topic: str) -> Payload:
        """The same with the beginning of its content. To be asked only when the user wants it."""
        raise Unsupported(path="/mqtt/retainer/message")

    async def delayed(self, query: Query, after: str | None) -> Page[Delayed]:
        """Messages that are published later.

        Raises:
            SwitchedOff: Delayed publishing is.
        """
        raise Unsupported(path="/mqtt/delayed/messages")
