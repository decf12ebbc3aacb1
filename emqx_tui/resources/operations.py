"""What can be done with rows: the word, what is asked before it, what it does to whom, and the change that it is."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from emqx_tui.domain.access import Ban
from emqx_tui.domain.changes import (
    AddBan,
    Change,
    Deactivate,
    DeleteRetained,
    Kick,
    Part,
    Publish,
    RemoveBan,
    ResetMetrics,
    Restart,
    Switch,
    Unsubscribe,
)
from emqx_tui.domain.clients import Client
from emqx_tui.domain.models import Kind
from emqx_tui.domain.monitoring import Listener
from emqx_tui.i18n import N_, _, ngettext
from emqx_tui.text import exact


class FieldKind(StrEnum):
    """What a field of an action takes."""

    TEXT = "text"
    CHOICE = "choice"
    DURATION = "duration"
    TOPIC = "topic"
    PAYLOAD = "payload"


class Field(NamedTuple):
    """Something that is asked before an action.

    Attributes:
        id: Its name in what was filled in.
        label: Marked with `N_`.
        choices: What a CHOICE may be, the first one at first.
        value: What it holds at first.
        about: What may be typed, marked with `N_`.
    """

    id: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    value: str = ""
    about: str = ""


Filled = Mapping[str, str]
"""What was filled in, by the field's id."""


class Action(NamedTuple):
    """Something that can be done with rows.

    Attributes:
        id: Its name.
        label: The verb, marked with `N_`.
        things: How many of what it touches: `3 clients`.
        about: What follows from it, marked with `N_`.
        change: What it changes for one row; the last argument is the broker's time.
        fits: Whether it makes sense for the row as it is.
        lacks: Why it cannot be done with the row as it is filled in; empty when it can.
        kinds: What answers where it is offered.
        fields: What is asked before.
        several: It may touch several rows at once.
    """

    id: str
    label: str
    things: Callable[[int], str]
    about: str
    change: Callable[[Any, Filled, float], Change]
    kinds: tuple[Kind, ...]
    fits: Callable[[Any], bool] = lambda _row: True
    fields: tuple[Field, ...] = ()
    several: bool = False
    lacks: Callable[[Any, Filled], str] = lambda _row, _filled: ""


FOR_EVER = "for ever"
"""What may be typed for a ban without an end."""

LONGEST_TOPIC = 65535
"""Bytes of a topic (MQTT 5, 4.7.3)."""

_DURATION = re.compile(r"(?:(\d{1,6})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,6})m)?\s*(?:(\d{1,8})s)?")
EMQX = (Kind.EMQX4, Kind.EMQX5)
FIVE = (Kind.EMQX5,)
_TENANTS = (Kind.EMQX4, Kind.EMQX5, Kind.SERVERLESS)


def seconds_of(text: str) -> float | None:
    """Seconds from `90s`, `2h`, `1d12h`; None for what is no duration, and for none at all."""
    found = _DURATION.fullmatch(text.strip().casefold())
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def problem_of_topic(topic: str) -> str:
    """Why nothing can be published to the topic; empty when it can. Brokers check it or do not: trap 49."""
    if not topic:
        return _("A topic is needed.")
    if "+" in topic or "#" in topic:
        return _("A message goes to one topic: + and # are for subscriptions.")
    try:
        fits = "\0" not in topic and len(topic.encode()) <= LONGEST_TOPIC
    except UnicodeEncodeError:
        fits = False
    return "" if fits else _("This is no topic of MQTT: it has a NUL, no text, or more than 65,535 bytes.")


def payload_of(filled: Filled) -> bytes:
    """The bytes of a message.

    Raises:
        ValueError: They cannot be read as what they are said to be.
    """
    text = filled.get("payload", "")
    match filled.get("encoding"):
        case "base64":
            return base64.b64decode(text, validate=True)
        case "hex":
            return bytes.fromhex(text)
    return text.encode()


def problem_of(fields: Sequence[Field], filled: Filled) -> tuple[str, str]:
    """The first field that cannot be taken as it is filled in, and why; both empty when all can."""
    for field in fields:
        value = filled.get(field.id, "")
        match field.kind:
            case FieldKind.CHOICE if value not in field.choices:
                return field.id, _("It is one of: {choices}").format(choices=", ".join(field.choices))
            case FieldKind.DURATION if value.strip().casefold() != FOR_EVER and not seconds_of(value):
                return field.id, _("Type how long, such as 90s, 2h or 1d12h, or: for ever")
            case FieldKind.TOPIC if problem_of_topic(value):
                return field.id, problem_of_topic(value)
            case FieldKind.PAYLOAD:
                try:
                    payload_of(filled)
                except (ValueError, binascii.Error):
                    return field.id, _("The payload is no {encoding}.").format(encoding=filled.get("encoding"))
    return "", ""


def _client(row: Any) -> Client:  # noqa: ANN401  the row of a client, or of one in trouble
    found: Client = row.item if isinstance(row.item, Client) else row.item.client
    return found


def _who(row: Any, kind: str) -> str:  # noqa: ANN401  a client's row
    """Who is to be banned, as the broker knows it; empty when that is not known."""
    client = _client(row)
    return exact({"clientid": client.id, "username": client.username, "peerhost": client.address}.get(kind) or "")


def _has_nobody(row: Any, filled: Filled) -> str:  # noqa: ANN401  a client's row
    # A ban of nobody in particular would be one of all who have no user name.
    if _who(row, filled["as"]):
        return ""
    what = {"username": _("user name"), "peerhost": _("address")}.get(filled["as"], _("client id"))
    return _("{client} has no {what} that is known.").format(client=_client(row).clientid, what=what)


def _ban(row: Any, filled: Filled, now: float) -> Change:  # noqa: ANN401  a client's row
    kind = filled["as"]
    seconds = seconds_of(filled["for"])
    until = None if seconds is None else now + seconds
    return AddBan(Ban(kind, _who(row, kind), "emqx-tui", filled.get("reason") or None, now, until, until is None))


def _publish(_row: Any, filled: Filled, _now: float) -> Change:  # noqa: ANN401  it is about no row
    return Publish(filled["topic"], payload_of(filled), int(filled["qos"]), filled["retain"] == "yes")


def _clients(count: int) -> str:
    return ngettext("{count} client", "{count} clients", count).format(count=count)


KICK = Action(
    "kick",
    N_("kick"),
    _clients,
    N_(
        "The connection is closed and the session ends. Most clients connect again within seconds: ban who must "
        "stay away."
    ),
    lambda row, _filled, _now: Kick(_client(row).id),
    _TENANTS,
    several=True,
)

BAN = Action(
    "ban",
    N_("ban"),
    _clients,
    N_(
        "It cannot connect until the ban ends. A ban of a client id ends its session; one of a user name or an address "
        "lets open connections be: kick them as well. An address may be shared by others."
    ),
    _ban,
    EMQX,
    fields=(
        Field("as", N_("ban by"), FieldKind.CHOICE, ("clientid", "username", "peerhost")),
        Field("for", N_("for"), FieldKind.DURATION, value="1h", about=N_("90s, 2h, 1d12h, or: for ever")),
        Field("reason", N_("reason"), about=N_("who looks at the ban list will read it")),
    ),
    several=True,
    lacks=_has_nobody,
)

UNBAN = Action(
    "unban",
    N_("unban"),
    lambda count: ngettext("{count} ban", "{count} bans", count).format(count=count),
    N_("Whoever was banned can connect again at once."),
    lambda row, _filled, _now: RemoveBan(exact(row.item.kind), exact(row.item.who)),
    EMQX,
    several=True,
)

UNSUBSCRIBE = Action(
    "unsubscribe",
    N_("unsubscribe"),
    lambda count: ngettext("{count} subscription", "{count} subscriptions", count).format(count=count),
    N_("The client gets nothing more by this filter, and is not told. It may subscribe again when it connects again."),
    lambda row, _filled, _now: Unsubscribe(exact(row.item.clientid), exact(row.item.topic)),
    _TENANTS,
    several=True,
)

DELETE_RETAINED = Action(
    "delete-retained",
    N_("delete"),
    lambda count: ngettext("{count} retained message", "{count} retained messages", count).format(count=count),
    N_("Who subscribes from now on does not get it any longer. It cannot be brought back."),
    lambda row, _filled, _now: DeleteRetained(exact(row.item.topic)),
    FIVE,
    several=True,
)

DEACTIVATE = Action(
    "deactivate",
    N_("deactivate"),
    lambda count: ngettext("{count} alarm", "{count} alarms", count).format(count=count),
    N_("It goes to the history although its cause may last; EMQX raises it again when it sees the cause again."),
    lambda row, _filled, _now: Deactivate(exact(row.alarm.name), row.alarm.node),
    EMQX,
    fits=lambda row: not row.members,
    several=True,
)

PUBLISH = Action(
    "publish",
    N_("publish"),
    lambda count: ngettext("{count} message", "{count} messages", count).format(count=count),
    N_("It goes to every client whose subscription matches; what they do with it, you have to know."),
    _publish,
    (*_TENANTS, Kind.NANOMQ),
    fields=(
        Field("topic", N_("topic"), FieldKind.TOPIC),
        Field("payload", N_("payload"), FieldKind.PAYLOAD),
        Field("encoding", N_("given as"), FieldKind.CHOICE, ("text", "base64", "hex")),
        Field("qos", N_("QoS"), FieldKind.CHOICE, ("0", "1", "2")),
        Field(
            "retain",
            N_("retain"),
            FieldKind.CHOICE,
            ("no", "yes"),
            about=N_("kept by the broker for later subscribers"),
        ),
    ),
)


def _named(part: Part) -> Callable[[int], str]:
    def things(count: int) -> str:
        words = {
            Part.RULE: ngettext("{count} rule", "{count} rules", count),
            Part.ACTION: ngettext("{count} action", "{count} actions", count),
            Part.SOURCE: ngettext("{count} source", "{count} sources", count),
            Part.CONNECTOR: ngettext("{count} connector", "{count} connectors", count),
            Part.BRIDGE: ngettext("{count} bridge", "{count} bridges", count),
            Part.LISTENER: ngettext("{count} listener", "{count} listeners", count),
        }
        return words[part].format(count=count)

    return things


_ON_OFF = {
    Part.RULE: (
        N_("Messages that match it are handed to its actions again."),
        N_("Its actions get nothing any longer; messages that match it go to subscribers only."),
    ),
    Part.LISTENER: (
        N_("It takes connections again, on every node."),
        N_("Every client that is connected through it is disconnected, on every node, and cannot come back to it."),
    ),
}
_ON_OFF_ELSE = (
    N_("It is connected and used again."),
    N_("Rules that use it fail or lose what they would send; what waits in its queue may be lost."),
)

_RESTARTS = {
    Part.LISTENER: N_("Every client that is connected through it is disconnected, on every node; most come back."),
}
_RESTARTS_ELSE = N_("It tries to connect at once instead of at its next try. One that is connected stays as it is.")


def switches(part: Part, kinds: tuple[Kind, ...], enabled: Callable[[Any], bool | None]) -> tuple[Action, Action]:
    """Enable and disable, for a part whose row says whether it is on."""
    on, off = _ON_OFF.get(part, _ON_OFF_ELSE)
    words = (N_("start"), N_("stop")) if part is Part.LISTENER else (N_("enable"), N_("disable"))
    return (
        Action(
            "enable",
            words[0],
            _named(part),
            on,
            lambda row, _filled, _now: Switch(part, exact(row.item.id), on=True),
            kinds,
            fits=lambda row: enabled(row) is not True,
            several=True,
        ),
        Action(
            "disable",
            words[1],
            _named(part),
            off,
            lambda row, _filled, _now: Switch(part, exact(row.item.id), on=False),
            kinds,
            fits=lambda row: enabled(row) is not False,
            several=True,
        ),
    )


def _may_restart(row: Any) -> bool:  # noqa: ANN401  the row of a part
    """What is disabled is not started, and of listeners only those of MQTT are the API's to restart."""
    item = row.item
    return item.enabled is not False and not (isinstance(item, Listener) and item.kind.startswith("http"))


def restarting(part: Part, kinds: tuple[Kind, ...] = EMQX) -> Action:
    """Restart a part."""
    return Action(
        "restart",
        N_("restart") if part is Part.LISTENER else N_("reconnect"),
        _named(part),
        _RESTARTS.get(part, _RESTARTS_ELSE),
        lambda row, _filled, _now: Restart(part, exact(row.item.id)),
        kinds,
        fits=_may_restart,
        several=True,
    )


def resetting(part: Part, kinds: tuple[Kind, ...] = EMQX) -> Action:
    """Set the counters of a part to zero."""
    return Action(
        "reset",
        N_("reset metrics"),
        _named(part),
        N_("Its counters begin at zero again, on every node, for everybody who watches them."),
        lambda row, _filled, _now: ResetMetrics(part, exact(row.item.id)),
        kinds,
        several=True,
    )


def of_link(part: Part) -> tuple[Action, ...]:
    """All that can be done with an action or a source."""
    switched = switches(part, FIVE, lambda row: row.item.enabled)
    return (*switched, restarting(part, FIVE), resetting(part, FIVE))
