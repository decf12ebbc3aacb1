"""The recordings of one broker, found by request, and what a real broker of that kind refuses and how."""

import http
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit


SLOW: Final = 5.0
"""Seconds from which on a recorded answer counts as one that hangs."""

_RECORDINGS = Path(__file__).parent / "recordings"
_PAGE = "<html><head><title>404 - NOT FOUND</title></head><body><h1>404 - NOT FOUND</h1></body></html>"
_COWBOY = {"server": "Cowboy"}
_JSON = {"content-type": "application/json"}
PUBLIC = frozenset({("", "status"), ("", "api", "v5", "status"), ("", "api", "v5", "prometheus", "stats")})
_NANOMQ_CLIENT_FILTERS = frozenset(
    {"clientid", "client_id", "username", "conn_state", "clean_start", "proto_name", "proto_ver"}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back; a status of None closes the connection without a word.

    Without any headers there is no Date either, as with the answers of real brokers that have none.
    """

    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict)
    payload: bytes = b""
    hangs: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in the form by which recordings are found."""

    method: str
    path: tuple[str, ...]
    query: tuple[str, ...]


def in_json(status: int, body: object, headers: Mapping[str, str] = _JSON) -> Answer:
    return Answer(status, headers, json.dumps(body).encode())


def asked_for(kind: str, method: str, target: str) -> Asked:
    """The request's key: NanoMQ decodes nothing, EMQX 4 everything but node names, EMQX 5 everything."""
    parts = urlsplit(target)
    path = parts.path.rstrip("/").split("/")
    if kind == "nanomq":
        return Asked(method, tuple(path), tuple(sorted(filter(None, parts.query.split("&")))))
    raw = {"nodes", "brokers"} if kind == "v4" else set()
    decoded = [part if before in raw else unquote(part) for before, part in zip(["", *path], path, strict=False)]
    query = sorted(f"{name}={value}" for name, value in parse_qsl(parts.query, keep_blank_values=True))
    return Asked(method, tuple(decoded), tuple(query))


def kind_of(set_name: str) -> str:
    if set_name.startswith("nanomq"):
        return "nanomq"
    return "v4" if set_name.startswith("emqx-4") else "v5"


@cache
def _read(set_name: str) -> tuple[Mapping[str, Any], ...]:
    text = (_RECORDINGS / f"{set_name}.jsonl").read_text("utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


class RecordedSet:
    """The exchanges of one file that were asked with the right credentials."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = kind_of(name)
        self._found: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], list[Answer]]] = {}
        self._turns: dict[Asked, int] = {}
        for exchange in _read(name):
            if self._usable(exchange):
                asked = asked_for(self.kind, exchange["request"]["method"], exchange["request"]["path"])
                queries = self._found.setdefault((asked.method, asked.path), {})
                queries.setdefault(asked.query, []).append(_recorded(exchange))

    def _usable(self, exchange: Mapping[str, Any]) -> bool:
        """Not what a key cannot get, and not the 404 pages of 5.x, which depend on the Accept header."""
        body = exchange.get("body")
        code = body.get("code") if isinstance(body, dict) else None
        if code == "API_KEY_NOT_ALLOW":
            return True
        if exchange["request"]["auth"] != "ok" or "bearer" in exchange["name"]:
            return False
        if self.kind != "v5" or exchange["status"] != http.HTTPStatus.NOT_FOUND:
            return True
        return isinstance(body, dict) and body["message"] != "Request Path Not Found"

    def methods(self, path: tuple[str, ...]) -> list[str]:
        """The methods that are recorded for the path."""
        return [method for method, known in self._found if known == path]

    def answer(self, asked: Asked) -> Answer | None:
        """The next recorded answer to this request, None when the path is not in the set."""
        queries = self._found.get((asked.method, asked.path))
        if queries is None:
            return None
        answers = queries.get(asked.query) or queries.get(()) or _nearest(queries, asked.query)
        turn = self._turns.get(asked, 0)
        self._turns[asked] = turn + 1
        return answers[min(turn, len(answers) - 1)]


def _nearest(queries: Mapping[tuple[str, ...], list[Answer]], asked: Sequence[str]) -> list[Answer]:
    """Of recordings with other queries one that went well, with the most parameters in common."""
    best = max(queries, key=lambda query: (queries[query][0].status == http.HTTPStatus.OK, len({*query} & {*asked})))
    return queries[best]


def _recorded(exchange: Mapping[str, Any]) -> Answer:
    text, body = exchange.get("text"), exchange.get("body")
    payload = text.encode() if text is not None else b"" if body is None else json.dumps(body).encode()
    hangs = (exchange.get("seconds") or 0) >= SLOW
    headers = {name: value for name, value in exchange["headers"].items() if name != "date"}
    return Answer(exchange["status"], headers, payload, hangs)


def denied(kind: str, sent: str | None) -> Answer:
    """What a broker of this kind answers to missing, wrong or malformed credentials."""
    scheme, _, token = (sent or "").partition(" ")
    if kind == "v4":
        realm = {"www-authenticate": 'Basic Realm="minirest-server"', **_COWBOY}
        return Answer(401, realm, b"UNAUTHORIZED")
    if kind == "nanomq":
        return in_json(401, {"code": 103 if scheme == "Basic" and token else 104}, {})
    realm = {"www-authenticate": 'Basic Realm="emqx-dashboard"', **_COWBOY, **_JSON}
    if sent is None:
        body = {"code": "AUTHORIZATION_HEADER_ERROR", "message": "Support authorization: basic/bearer "}
        return in_json(401, body, realm)
    if scheme == "Bearer":
        return in_json(401, {"code": "BAD_TOKEN", "message": "Get a token by POST /login"}, {**_COWBOY, **_JSON})
    if scheme != "Basic" or not _is_pair(token):
        return Answer(400)
    return in_json(401, {"code": "BAD_API_KEY_OR_SECRET", "message": "Check api_key/api_secret"}, realm)


def _is_pair(token: str) -> bool:
    try:
        return b":" in b64decode(token, validate=True)
    except ValueError:
        return False


def unknown(kind: str, path: Sequence[str], accept: str) -> Answer:
    """What a broker of this kind answers to a path that it does not know."""
    html = {"content-type": "text/html"}
    below = tuple(path[:3]) == ("", "api", "v4")
    if kind == "nanomq":
        return in_json(404, {"code": 102}, {}) if below else Answer(404, html, _PAGE.encode())
    if kind == "v4":
        text = {"content-type": "text/plain", **_COWBOY}
        return Answer(404, text, b"Not found.") if below else Answer(404, _COWBOY)
    if "application/json" in accept:
        return in_json(404, {"code": "NOT_FOUND", "message": "Request Path Not Found"}, {**_COWBOY, **_JSON})
    return Answer(404, {**html, **_COWBOY}, _PAGE.encode())


def wrong_method(kind: str, asked: Asked, allowed: Sequence[str]) -> Answer:
    """What a broker of this kind answers when the path is known and the method is not."""
    if kind == "v5":
        return Answer(405, {"allow": ", ".join(allowed), **_COWBOY})
    if kind == "nanomq" and asked.method in {"HEAD", "PATCH", "OPTIONS"}:
        return in_json(405, {"code": 102}, {})
    return unknown(kind, asked.path, "")


def nanomq_takes(asked: Asked) -> bool:
    """NanoMQ refuses every parameter of its client list that it does not know; elsewhere it ignores them."""
    if asked.path != ("", "api", "v4", "clients"):
        return True
    return all(parameter.partition("=")[0] in _NANOMQ_CLIENT_FILTERS for parameter in asked.query)
