"""The errors of EMQX 5.8, and who may ask (EMQX API reference, chapter 5; measured on 5.8.9)."""

import json
from collections.abc import Collection

from emqx_tui.demo.exchange import HTML, TEXT, Answer, Request, basic_credentials, cowboy, cowboy_json


_PAGE = b"<html><head><title>404 - NOT FOUND</title></head><body><h1>404 - NOT FOUND</h1></body></html>"
_REALM = ("www-authenticate", 'Basic Realm="emqx-dashboard"')
MALFORMED = Answer(400)
"""What EMQX 5 answers to an Authorization header that it cannot read: nothing but the status."""


class ParameterError(Exception):
    """A query parameter is not what it has to be: its name, its value and what was expected of it."""

    def __init__(self, path: str, value: object, reason: object) -> None:
        super().__init__(path)
        self.path = path
        self.value = value
        self.reason = reason

    def answer(self) -> Answer:
        """What the client is told: a message that is JSON itself."""
        told = {"value": self.value, "reason": self.reason, "path": self.path, "kind": "validation_error"}
        return error(400, "BAD_REQUEST", json.dumps(told, separators=(",", ":")))


class RefusedError(Exception):
    """The request cannot be done; the answer says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def error(status: int, code: str, message: str) -> Answer:
    """An error in the shape that EMQX 5 gives it."""
    return cowboy_json(status, {"code": code, "message": message})


def unknown_path(request: Request) -> Answer:
    """What EMQX 5 answers on a path that it does not have: in the form that the client accepts."""
    accepted = request.headers.get("accept", "*/*")
    if "application/json" in accepted:
        return error(404, "NOT_FOUND", "Request Path Not Found")
    if "text/plain" in accepted:
        return cowboy(404, b"404 - NOT FOUND", TEXT)
    return cowboy(404, _PAGE, HTML)


def unknown_node(name: str) -> Answer:
    """What EMQX 5 answers about a node that is not running."""
    return error(404, "NOT_FOUND", f"Node not found: {name}")


def refused(request: Request, key: str, secret: str) -> Answer | None:
    """Why the request may not be answered; None if its API key and secret are right."""
    header = request.headers.get("authorization")
    if header is None:
        told = {"code": "AUTHORIZATION_HEADER_ERROR", "message": "Support authorization: basic/bearer "}
        return cowboy_json(401, told, _REALM)
    if header.startswith("Bearer "):
        return error(401, "BAD_TOKEN", "Get a token by POST /login")
    found = basic_credentials(header)
    if found is None:
        return MALFORMED
    if found != (key, secret):
        told = {"code": "BAD_API_KEY_OR_SECRET", "message": "Check api_key/api_secret"}
        return cowboy_json(401, told, _REALM)
    return None


def natural(parameters: dict[str, str], name: str, default: int, expected: str, most: int | None = None) -> int:
    """The parameter as a number from 1 on; raises ParameterError in the words of EMQX 5."""
    text = parameters.get(name)
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise ParameterError(name, text, {"expected": expected}) from None
    if number < 1 or (most is not None and number > most):
        raise ParameterError(name, number, {"expected": expected})
    return number


def one_of(parameters: dict[str, str], name: str, words: Collection[str], reason: str) -> str | None:
    """The parameter, if it is one of the words or absent; raises ParameterError otherwise."""
    text = parameters.get(name)
    if text is not None and text not in words:
        raise ParameterError(name, text, reason)
    return text


def truth(parameters: dict[str, str], name: str, *, default: bool = False) -> bool:
    """The parameter as a truth value; raises ParameterError for anything but true and false."""
    text = one_of(parameters, name, ("true", "false"), "Unable to parse boolean value")
    return default if text is None else text == "true"


def pages(parameters: dict[str, str]) -> tuple[int, int]:
    """The page and the limit that are asked for."""
    return (
        natural(parameters, "page", 1, "pos_integer()"),
        natural(parameters, "limit", 100, "1..10000", most=10_000),
    )
