"""What can be changed on a broker, and how one sees afterwards whether it was.

Brokers report success for what was not there and for what they could not do (API reference, traps 46 to 49). So what a
change is about is looked at before and after, and `judge` says what has become of it.
"""

from enum import StrEnum
from typing import NamedTuple, Protocol

from emqx_tui.domain.access import Ban
from emqx_tui.domain.errors import Unsupported


class Part(StrEnum):
    """What can be switched, restarted or reset."""

    RULE = "rule"
    ACTION = "action"
    SOURCE = "source"
    CONNECTOR = "connector"
    BRIDGE = "bridge"
    LISTENER = "listener"


class Kick(NamedTuple):
    """End a client's session."""

    clientid: str


class AddBan(NamedTuple):
    """Keep somebody out. `until` None is for ever; it is always sent, for brokers differ in what they take for it."""

    ban: Ban


class RemoveBan(NamedTuple):
    """Let somebody in again."""

    kind: str
    who: str


class Unsubscribe(NamedTuple):
    """Take one subscription off a client."""

    clientid: str
    topic: str


class Publish(NamedTuple):
    """Send a message.

    Attributes:
        payload: Its bytes.
        qos: 0, 1 or 2.
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


class DeleteRetained(NamedTuple):
    """Take the retained message off a topic."""

    topic: str


class Deactivate(NamedTuple):
    """Clear an active alarm by force."""

    name: str
    node: str | None


class Switch(NamedTuple):
    """Enable or disable a part."""

    part: Part
    id: str
    on: bool


class Restart(NamedTuple):
    """Stop a part and start it again."""

    part: Part
    id: str


class ResetMetrics(NamedTuple):
    """Set the counters of a part to zero."""

    part: Part
    id: str


Change = (
    Kick | AddBan | RemoveBan | Unsubscribe | Publish | DeleteRetained | Deactivate | Switch | Restart | ResetMetrics
)

WORDS: dict[type[Change], str] = {
    Kick: "kick",
    AddBan: "ban",
    RemoveBan: "unban",
    Unsubscribe: "unsubscribe",
    Publish: "publish",
    DeleteRetained: "delete-retained",
    Deactivate: "deactivate-alarm",
    Switch: "switch",
    Restart: "restart",
    ResetMetrics: "reset-metrics",
}
"""The word of each for the journal."""


def word_of(change: Change) -> str:
    """What the journal calls it."""
    if isinstance(change, Switch):
        return f"{'enable' if change.on else 'disable'}-{change.part}"
    if isinstance(change, Restart | ResetMetrics):
        return f"{WORDS[type(change)]}-{change.part}"
    return WORDS[type(change)]


def object_of(change: Change) -> str:  # noqa: PLR0911  one for each change
    """What it is about, without any payload."""
    match change:
        case Kick(clientid):
            return clientid
        case AddBan(ban):
            return f"{ban.kind}/{ban.who}"
        case RemoveBan(kind, who):
            return f"{kind}/{who}"
        case Unsubscribe(clientid, topic):
            return f"{clientid} {topic}"
        case Publish(topic):
            return topic
        case DeleteRetained(topic):
            return topic
        case Deactivate(name, node):
            return f"{name} {node}" if node else name
        case _:
            return change.id


class Request(NamedTuple):
    """What is sent.

    Attributes:
        method: POST, PUT or DELETE.
        path: Below the base, as it is sent.
        body: What is sent as JSON; None for nothing.
    """

    method: str
    path: str
    body: object = None

    def __str__(self) -> str:
        """Method and path: what a journal may hold."""
        return f"{self.method} {self.path}"


class Sight(NamedTuple):
    """What one sees of what a change is about.

    Attributes:
        there: It is there, or on; None when the broker does not say.
        mark: What another one in its place would have different, such as the time of connecting; empty when unknown.
        counted: A figure that a reset sets to zero.
        state: The broker's word for its state.
    """

    there: bool | None = None
    mark: str = ""
    counted: int | None = None
    state: str = ""


class Verdict(StrEnum):
    """What has become of a change."""

    DONE = "done"
    AGAIN = "again"
    """It was done, and what was ended is there anew: a client has connected again."""
    ABSENT = "absent"
    """There was nothing to be changed, whatever the broker answered."""
    UNCHANGED = "unchanged"
    """The broker reported success, and nothing is different."""
    UNSEEN = "unseen"
    """The broker reported success; nothing shows whether it was done."""


_ENDS = (Kick, RemoveBan, Unsubscribe, DeleteRetained, Deactivate)


def judge(change: Change, before: Sight, after: Sight) -> Verdict:  # noqa: PLR0911  one for each verdict
    """What has become of a change that the broker answered with success."""
    if isinstance(change, Publish):
        return Verdict.UNSEEN
    if isinstance(change, ResetMetrics):
        if after.counted is None or before.counted is None:
            return Verdict.UNSEEN
        return Verdict.DONE if after.counted < before.counted or after.counted == 0 else Verdict.UNCHANGED
    if isinstance(change, Restart):
        return Verdict.UNSEEN if after.there is not False else Verdict.UNCHANGED
    if after.there is None:
        # A listener that runs on some nodes only, before and after.
        return Verdict.UNCHANGED if after.state and after.state == before.state else Verdict.UNSEEN
    if isinstance(change, _ENDS):
        if before.there is False:
            return Verdict.ABSENT
        if not after.there:
            return Verdict.DONE
        another = bool(before.mark and after.mark) and before.mark != after.mark
        return Verdict.AGAIN if another else Verdict.UNCHANGED
    wanted = change.on if isinstance(change, Switch) else True
    return Verdict.DONE if after.there is wanted else Verdict.UNCHANGED


class OffersChanges(Protocol):
    """What can be changed; an adapter knows how its generation is asked for it."""

    def request(self, change: Change) -> Request:
        """What is sent for it.

        Raises:
            Unsupported: This generation does not offer it.
        """
        raise Unsupported(path=f"/{word_of(change)}")

    async def change(self, change: Change) -> str:
        """Make the change, once, and give the broker's word on it, empty when it has none.

        Raises:
            ReadOnly: The deployment is not open for writing.
        """
        raise Unsupported(path=f"/{word_of(change)}")

    async def sight(self, change: Change) -> Sight:
        """Look at what the change is about."""
        raise Unsupported(path=f"/{word_of(change)}")
