"""Actions: changes to single things of a deployment, what became of each, and what is written down of it."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, NamedTuple

from emqx_tui.domain.errors import BrokerError


class Outcome(StrEnum):
    """What became of one change.

    DONE was verified by reading again. STILL_THERE is what a broker reported as done and reading again does not show.
    FAILED was refused, or surely not sent. UNVERIFIED was sent, and nobody knows. NOT_TRIED was not sent, because an
    earlier change of the same action failed in a way in which all would.
    """

    DONE = "done"
    STILL_THERE = "still-there"
    FAILED = "failed"
    UNVERIFIED = "not-verified"
    NOT_TRIED = "not-tried"


class Seen(NamedTuple):
    """What reading again shows of a thing after a change.

    Attributes:
        done: It is as the change was to make it; None when nothing shows it.
        now: What is to be said of what is there, in a few sanitised words; empty when there is nothing to say.
    """

    done: bool | None
    now: str = ""


class Attempt(NamedTuple):
    """One change to one thing, ready to be made.

    Attributes:
        object: The thing, as a user knows it: a client id, a topic, a rule's id. It is sanitised where it is shown.
        request: Method and path with query, as it is sent, without a body: `DELETE /clients/c1`.
        make: Sends it. Raises `BrokerError`.
        look: Reads again what is there. Raises `BrokerError`. None when there is nothing to read, as with a message
            that was published.
    """

    object: str
    request: str
    make: Callable[[], Awaitable[Any]]
    look: Callable[[], Awaitable[Seen]] | None = None


class Result(NamedTuple):
    """What became of one change.

    Attributes:
        object: The thing, sanitised.
        outcome: What became of it.
        why: What there is to say besides, in words for people; empty when it was simply done.
        seconds: How long sending and verifying took.
        error: What failed, when something did.
    """

    object: str
    outcome: Outcome
    why: str = ""
    seconds: float = 0.0
    error: BrokerError | None = None


class Entry(NamedTuple):
    """A line of the journal: who did what to which thing of which deployment, and what became of it.

    There is no payload in it and no secret. Of an error it has our words, not the broker's, which may repeat a payload.

    Attributes:
        at: Seconds since 1970.
        deployment: Its name.
        user: Who ran this program on this machine.
        app_id: AppID or API key that was used.
        action: What was done, as a word: `kick`.
        object: To what.
        request: Method and path with query.
        outcome: What became of it.
        reason: Why it is not simply done, in words; empty when it is.
        seconds: How long it took.
    """

    at: float
    deployment: str
    user: str
    app_id: str
    action: str
    object: str
    request: str
    outcome: Outcome
    reason: str = ""
    seconds: float = 0.0
