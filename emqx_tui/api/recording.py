"""Which requests a question becomes, without a broker: an adapter asks a client that only writes down what is asked."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, cast

from emqx_tui.api.detect import ADAPTERS
from emqx_tui.api.http import Answer, Client
from emqx_tui.domain.broker import Broker
from emqx_tui.domain.errors import BadAnswer, BrokerError
from emqx_tui.domain.models import Kind


Parameters = Mapping[str, str | int]

_PAGE = {"data": [], "meta": {"page": 1, "limit": 1, "count": 0, "hasnext": False}}
_EMPTY: Mapping[Kind, tuple[object, ...]] = {
    Kind.EMQX5: (_PAGE, [], {}),
    Kind.SERVERLESS: (_PAGE, [], {}),
    Kind.EMQX4: ({"code": 0, **_PAGE}, {"code": 0, "data": {}}, {"code": 0}),
    Kind.NANOMQ: ({"code": 0, **_PAGE}, {"code": 0, "data": {}}, {"code": 0}, {}),
}
"""Answers in which there is nothing, in the shapes that each has."""

_ABSENT: Mapping[Kind, object] = {
    Kind.EMQX5: {"code": "NOT_FOUND", "message": "Request Path Not Found"},
    Kind.SERVERLESS: {"code": "NOT_FOUND", "message": "Request Path Not Found"},
    Kind.EMQX4: "Not found.",
    Kind.NANOMQ: {"code": 102},
}

_MOST_WAYS = 4
_MOST_SHAPES = 12


class Request(NamedTuple):
    """A GET: a path below the base, and its parameters in their order."""

    path: str
    params: tuple[tuple[str, str | int], ...]


class _Recorder:
    """Answers everything with nothing, and what is absent with 404."""

    clock_offset = 0.0

    def __init__(self, base: str, kind: Kind, shapes: Mapping[str, int], absent: frozenset[str]) -> None:
        self.base = base
        self.requests: list[Request] = []
        self._kind = kind
        self._shapes = shapes
        self._absent = absent

    async def get(self, path: str, params: Parameters | None = None) -> Answer:
        """Write down what is asked."""
        asked = Request(path, tuple((params or {}).items()))
        if path in self._absent:
            return _answer(404, _ABSENT[self._kind])
        if asked not in self.requests:
            self.requests.append(asked)
        return _answer(200, _EMPTY[self._kind][self._shapes.get(path, 0)])

    async def aclose(self) -> None:
        """There is nothing to close."""


def _answer(status: int, body: object) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(body).encode(), 0.0)


async def requests_of(
    kind: Kind, base: str, question: Callable[[Broker], Awaitable[Any]]
) -> tuple[list[list[Request]], BrokerError | None]:
    """The requests that the question is, for a broker of that kind.

    Args:
        kind: What answers.
        base: The address below which it is asked.
        question: Asks the adapter something, once.

    Returns:
        The requests of the usual way, then those that take their place where their path is not offered, and so on;
        and why there are none if there are none.
    """
    ways: list[list[Request]] = []
    absent: frozenset[str] = frozenset()
    reason: BrokerError | None = None
    for _way in range(_MOST_WAYS):
        found, error = await _one_way(kind, base, question, absent)
        reason = reason or error
        known = {request for way in ways for request in way}
        fresh = [one for one in found if one not in known]
        if not fresh:
            break
        ways.append(fresh)
        # What the list itself is asked for comes first.
        absent |= {found[0].path}
    return ways, None if ways else reason


async def _one_way(
    kind: Kind, base: str, question: Callable[[Broker], Awaitable[Any]], absent: frozenset[str]
) -> tuple[list[Request], BrokerError | None]:
    shapes: dict[str, int] = {}
    error: BrokerError | None = None
    found: list[Request] = []
    for _try in range(_MOST_SHAPES):
        recorder = _Recorder(base, kind, shapes, absent)
        error = None
        try:
            await question(ADAPTERS[kind](cast(Client, recorder)))
        except BrokerError as failed:
            error = failed
        found = recorder.requests
        if not isinstance(error, BadAnswer) or not found:
            break
        # The last path that was asked wants another shape of nothing.
        path = error.path if any(one.path == error.path for one in found) else found[-1].path
        if shapes.get(path, 0) + 1 >= len(_EMPTY[kind]):
            break
        shapes[path] = shapes.get(path, 0) + 1
    return found, error
