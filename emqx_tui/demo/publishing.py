"""Messages that are published through the API: how each broker reads the request, and what it makes of it."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import NamedTuple


KEPT = 100
"""How many of the messages that came through the API a service remembers."""

_FIRST_TWO_BITS = 3


class Message(NamedTuple):
    """A message as its subscribers get it."""

    topic: str
    payload: bytes
    qos: int
    retain: bool


class WrongMessageError(Exception):
    """The request is none that the broker publishes: its result code, and in words where it has any."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class InternalError(Exception):
    """The request is none that EMQX 4 can answer."""


def nanomq_messages(wanted: Mapping[str, object]) -> list[Message]:
    """What NanoMQ publishes. `encoding` base64 encodes, `decoding` decodes; neither topics nor QoS are checked."""
    topics, payload = wanted.get("topic", wanted.get("topics")), wanted.get("payload")
    properties = wanted.get("properties")
    user = properties.get("user_properties") if isinstance(properties, Mapping) else None
    if not isinstance(topics, str) or not isinstance(payload, str) or isinstance(user, list):
        raise WrongMessageError(108)
    text = payload.partition("\0")[0].encode()
    if wanted.get("encoding") == "base64":
        text = base64.b64encode(text)
    elif wanted.get("decoding") == "base64":
        text = _decoded(payload) or b""
    qos = wanted.get("qos", 0)
    level = int(qos) & _FIRST_TWO_BITS if isinstance(qos, int | float) and not isinstance(qos, bool) else 0
    split = topics.split(",") if "topic" not in wanted else [topics]
    return [Message(topic, text, level, wanted.get("retain") is True) for topic in split]


def emqx4_messages(wanted: Mapping[str, object]) -> list[Message]:
    """What EMQX 4.4 publishes. Raises WrongMessageError, and InternalError for a QoS that there is not."""
    clientid = wanted.get("clientid", "")
    if not isinstance(clientid, str):
        raise WrongMessageError(108, "bad clientid: must be string")
    topics = emqx4_topics(wanted)
    if any(not topic or "+" in topic.split("/") or "#" in topic.split("/") for topic in topics):
        raise WrongMessageError(115, "bad_topic")
    qos, payload = wanted.get("qos", 0), wanted.get("payload", "")
    if not isinstance(qos, int) or isinstance(qos, bool) or qos not in {0, 1, 2}:
        raise InternalError
    text = payload.encode() if isinstance(payload, str) else json.dumps(payload, separators=(",", ":")).encode()
    if wanted.get("encoding") == "base64":
        decoded = _decoded(payload) if isinstance(payload, str) else None
        if decoded is None:
            raise WrongMessageError(108, "bad_params")
        text = decoded
    return [Message(topic, text, qos, bool(wanted.get("retain"))) for topic in topics]


def emqx4_topics(wanted: Mapping[str, object]) -> list[str]:
    """The topics that a request of EMQX 4.4 names; raises WrongMessageError when it names none."""
    topic, topics = wanted.get("topic"), wanted.get("topics")
    found = topic if topic is not None else topics
    if found is None or found == "":
        raise WrongMessageError(115, "bad_topic")
    if not isinstance(found, str):
        raise WrongMessageError(108, "bad_params")
    return [found] if topic is not None else found.split(",")


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
