"""What a simulated broker is asked and what it answers, apart from any socket."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import parse_qsl


Clock = Callable[[], float]
"""Gives the seconds since 1970, as `time.time` does."""

JSON = ("content-type", "application/json")
TEXT = ("content-type", "text/plain")
HTML = ("content-type", "text/html")
COWBOY = ("server", "Cowboy")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: method, path and query as they were sent (nothing decoded), header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""

    def repeated(self, name: str) -> list[str]:
        """All values of a parameter that may be there several times, percent-decoded."""
        return [value for key, value in parse_qsl(self.query, keep_blank_values=True) if key == name]

    def parameters(self) -> dict[str, str]:
        """The query's parameters, percent-decoded; of a repeated one the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True)) if self.query else {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status with headers and a body, `after` so many seconds.

    A status of None closes the connection without an answer. With `again` the service is asked once more when the
    time has passed, because by then it knows better.
    """

    status: int | None
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    dated: bool = False
    after: float = 0.0
    again: bool = False


class Service(Protocol):
    """One simulated broker: answers requests, and says how its HTTP server behaves."""

    @property
    def idle_seconds(self) -> float | None:
        """Seconds after which an idle connection is closed; None never."""

    @property
    def garbage(self) -> Answer:
        """The last answer to bytes that are not HTTP."""

    def answer(self, request: Request) -> Answer:
        """The answer to one request."""


def dump(value: object) -> bytes:
    """The value as compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def cowboy(status: int, body: bytes, *headers: tuple[str, str]) -> Answer:
    """An answer as EMQX gives it: with server and date."""
    return Answer(status, body, (*headers, COWBOY), dated=True)


def cowboy_json(status: int, value: object, *headers: tuple[str, str]) -> Answer:
    """A JSON answer as EMQX gives it."""
    return cowboy(status, dump(value), JSON, *headers)


def basic_credentials(header: str) -> tuple[str, str] | None:
    """Name and secret out of an Authorization header of the Basic scheme; None when it is not one."""
    scheme, _, encoded = header.partition(" ")
    if scheme != "Basic":
        return None
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if colon else None


def held(remaining: float, seconds: float, outcome: Answer) -> Answer:
    """The fate of a request that needs a node which hangs for `remaining` more seconds.

    It comes to `outcome` after `seconds`, unless the node wakes before: then the question is asked again.
    """
    if remaining < seconds:
        return Answer(None, after=max(0.5, remaining), again=True)
    return replace(outcome, after=seconds)
