"""What EMQX 5.8 does with a request before anybody answers it: path, method, credentials, body, in this order."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from emqx_tui.demo.exchange import Answer, Request, cowboy, cowboy_json, held
from emqx_tui.demo.v5_errors import ParameterError, RefusedError, error, refused, unknown_path
from emqx_tui.demo.world import Cluster


NO_CONTENT = cowboy(204, b"")
_CODEPOINTS = 256
CLOSED = Answer(None)
TIMEOUT = 'error, {erpc,timeout}, [{erpc,call,5,[{file,"erpc.erl"},{line,714}]}]'


class Call:
    """One request that may be answered: `parts` are what the path's placeholders stand for, percent-decoded."""

    def __init__(self, request: Request, parts: tuple[str, ...], now: float) -> None:
        self.request = request
        self.parts = parts
        self.now = now

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query's parameters; of a repeated one the last."""
        return self.request.parameters()

    def sent(self) -> object:
        """The JSON that was sent, an empty object for nothing; raises RefusedError in the words of EMQX 5."""
        if not self.request.body:
            return {}
        if self.request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            told = "content-type:application/json Required"
            raise RefusedError(error(415, "UNSUPPORTED_MEDIA_TYPE", told))
        try:
            return json.loads(self.request.body)
        except ValueError:
            raise RefusedError(error(400, "BAD_REQUEST", "Invalid json message received")) from None

    def fields(self, known: Sequence[str], required: Sequence[str]) -> dict[str, object]:
        """The JSON object that was sent; raises when it is none, lacks what it needs or has what is not known."""
        value = self.sent()
        if not isinstance(value, dict):
            raise ParameterError("root", _as_text(value), "bad_value_for_struct")
        wrong = [{"reason": "required_field", "path": f"root.{name}"} for name in required if name not in value]
        if wrong:
            raise RefusedError(invalid(*wrong))
        unknown = [name for name in value if name not in known]
        if unknown:
            rest = sorted(name for name in known if name not in value)
            unmatched = ",".join(rest[:2]) + (",..." if len(rest) > 2 else "")
            what = {"unmatched": unmatched, "unknown": ",".join(unknown), "reason": "unknown_fields", "path": "root"}
            raise RefusedError(invalid(what))
        return value


def _as_text(value: object) -> object:
    """The value as EMQX writes it: a list of small numbers is a text in Erlang."""
    if isinstance(value, list) and all(isinstance(one, int) and 0 <= one < _CODEPOINTS for one in value):
        return "".join(map(chr, value))
    return value


def invalid(*wrong: Mapping[str, object]) -> Answer:
    """The answer to a body that is not what it has to be: a message that is JSON itself."""
    told = [{**one, "kind": "validation_error"} for one in wrong]
    return error(400, "BAD_REQUEST", json.dumps(told[0] if len(told) == 1 else told, separators=(",", ":")))


Reply = Callable[[Call], Answer]


class Route(NamedTuple):
    """A path with `{}` for what may be anything but a slash, and who answers each method."""

    path: str
    methods: Mapping[str, Reply]


class Router:
    """All paths of one broker below its base."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._fixed = {route.path: route for route in routes if "{}" not in route.path}
        self._open = [
            (re.compile(re.escape(route.path).replace(r"\{\}", "([^/]+)")), route)
            for route in routes
            if "{}" in route.path
        ]

    def find(self, path: str) -> tuple[Route, tuple[str, ...]] | None:
        """The route of a path as it was sent, and its parts, percent-decoded; None for an unknown one."""
        if path in self._fixed:
            return self._fixed[path], ()
        for pattern, route in self._open:
            found = pattern.fullmatch(path)
            if found:
                return route, tuple(unquote(part) for part in found.groups())
        return None

    def answer(self, request: Request, path: str, credentials: tuple[str, str], now: float) -> Answer:
        """The answer to a request for this path below the base."""
        found = self.find(path)
        if found is None:
            return unknown_path(request)
        route, parts = found
        if request.method == "OPTIONS":
            return cowboy(500, b"")
        if request.method not in route.methods:
            return cowboy(405, b"", ("allow", ", ".join(route.methods)))
        try:
            return refused(request, *credentials) or route.methods[request.method](Call(request, parts, now))
        except ParameterError as wrong:
            return wrong.answer()
        except RefusedError as wrong:
            return wrong.answer


def get(path: str, reply: Reply) -> Route:
    """A path that can only be read."""
    return Route(path, {"GET": reply})


def late(cluster: Cluster, now: float, seconds: float, outcome: Answer) -> Answer:
    """The outcome; late by so many seconds while a node hangs."""
    hung = cluster.hung_for(now)
    return held(hung, seconds, outcome) if hung else outcome


def needing_all(cluster: Cluster, now: float) -> Answer | None:
    """What becomes of a request that needs every node's rows while one hangs."""
    hung = cluster.hung(now)
    if hung is None:
        return None
    told = f"bad rpc call '{hung.plan.name}', Reason {{badrpc,timeout}}"
    return late(cluster, now, 50, error(500, "NODE_DOWN", told))


def page_of(rows: Sequence[object], page: int, limit: int, *, counted: bool = True) -> Answer:
    """One page of rows that are all there."""
    first = (page - 1) * limit
    meta: dict[str, object] = {"page": page, "limit": limit, "hasnext": first + limit < len(rows)}
    if counted:
        meta["count"] = len(rows)
    return cowboy_json(200, {"data": rows[first : first + limit], "meta": meta})
