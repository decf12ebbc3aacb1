"""Which clients are in trouble, and how much: what an operator would find by looking at each of them."""

from enum import StrEnum
from math import log10
from typing import NamedTuple

from emqx_tui.domain.clients import Client


class Matter(StrEnum):
    """What can be the matter with a client."""

    QUEUE = "queue"
    DROPPED = "dropped"
    INFLIGHT = "inflight"
    MAILBOX = "mailbox"


QUEUE_SHARE = 0.2
"""A queue is trouble from this share of its limit on."""

LONG_QUEUE = 1000
"""Messages from which on a queue without a limit is trouble."""

INFLIGHT_SHARE = 0.8
"""Messages in flight are trouble from this share of their limit on: the client does not acknowledge."""

FULL_MAILBOX = 100
"""Messages from which on a mailbox is trouble: the node does not come up to what this client causes."""

WEIGHTS = {Matter.QUEUE: 40, Matter.DROPPED: 30, Matter.INFLIGHT: 20, Matter.MAILBOX: 10}
"""What each of them adds to the score when it is as bad as can be."""

_MOST_DROPPED = 6
_MOST_QUEUED = 6
_MOST_WAITING = 5


class Trouble(NamedTuple):
    """A client in trouble.

    Attributes:
        score: 0 to 100, see `trouble`.
        matters: What is the matter, in the order of what it adds to the score.
    """

    client: Client
    score: float
    matters: tuple[Matter, ...]


def trouble(client: Client) -> Trouble | None:
    """How bad it is with a client; None when nothing is.

    The score is a sum of four parts, each of which counts only when it is trouble:

    - its queue: 40 times the share of its limit that waits. Without a limit 40 is reached at a million messages, and
      each tenth of that is a sixth less;
    - messages to it that were dropped: 30 at a million, each tenth of that a sixth less, from the first one on;
    - messages in flight: 20 times the share of their limit;
    - the mailbox of its process: 10 at 100,000 messages, each tenth of that a fifth less.
    """
    parts: list[tuple[float, Matter]] = []
    queue, dropped, inflight, mailbox = client.queue, client.dropped, client.inflight_share, client.mailbox
    if queue:
        share = client.queue_share
        if share is None:
            if queue >= LONG_QUEUE:
                parts.append((_size(queue, _MOST_QUEUED) * WEIGHTS[Matter.QUEUE], Matter.QUEUE))
        elif share >= QUEUE_SHARE:
            parts.append((min(1.0, share) * WEIGHTS[Matter.QUEUE], Matter.QUEUE))
    if dropped:
        parts.append((_size(dropped, _MOST_DROPPED) * WEIGHTS[Matter.DROPPED], Matter.DROPPED))
    if inflight is not None and inflight >= INFLIGHT_SHARE:
        parts.append((min(1.0, inflight) * WEIGHTS[Matter.INFLIGHT], Matter.INFLIGHT))
    if mailbox is not None and mailbox >= FULL_MAILBOX:
        parts.append((_size(mailbox, _MOST_WAITING) * WEIGHTS[Matter.MAILBOX], Matter.MAILBOX))
    if not parts:
        return None
    parts.sort(reverse=True)
    return Trouble(client, sum(part for part, _ in parts), tuple(matter for _, matter in parts))


def _size(count: int, digits: int) -> float:
    """0 to 1 by the number of digits."""
    return min(1.0, log10(1 + count) / digits)
