"""From an HTTP answer to its data, or to the error that it is. One reading for each generation.

EMQX 4 answers most failures with HTTP 200, in seven shapes; EMQX 5 uses HTTP's own statuses with a word in the
body (API reference, section 5). NanoMQ sends JSON without saying so, hence bodies are read whatever their type.
"""

import json
import time
from typing import Any

from emqx_tui.api import wire
from emqx_tui.api.http import Answer
from emqx_tui.domain.errors import (
    BadAnswer,
    BadRequest,
    BrokerError,
    Forbidden,
    NotFound,
    RateLimited,
    ResultCodeError,
    ServerError,
    Unauthorized,
    Unsupported,
)


SCOPES = {
    "/nodes": "cluster_operations",
    "/cluster": "cluster_operations",
    "/stats": "monitoring",
    "/metrics": "monitoring",
    "/monitor": "monitoring",
    "/monitor_current": "monitoring",
    "/alarms": "monitoring",
    "/slow_subscriptions": "monitoring",
    "/mqtt/topic_metrics": "monitoring",
    "/listeners": "system",
    "/clients": "connections",
    "/subscriptions": "connections",
    "/topics": "connections",
    "/mqtt/retainer": "connections",
    "/mqtt/delayed": "connections",
    "/clients_v2": "connections",
    "/publish": "publish",
    "/rules": "data_integration",
    "/actions": "data_integration",
    "/actions_summary": "data_integration",
    "/sources": "data_integration",
    "/sources_summary": "data_integration",
    "/connectors": "data_integration",
    "/bridges": "data_integration",
    "/banned": "connections",
    "/authentication": "access_control",
    "/authorization": "access_control",
    "/plugins": "system",
    "/license": "license",
    "/gateways": "gateways",
    "/load_rebalance": "cluster_operations",
    "/node_eviction": "cluster_operations",
    "/trace": "monitoring",
}
"""The API key scope that each resource needs (API reference, 1.4)."""

_UNKNOWN_PATH = "Request Path Not Found"

_LONGEST_WAIT = 3600.0
"""Seconds: a broker that asks for more is asked again after these, so that a slip of its does not halt the polling."""


def v4(answer: Answer, path: str) -> Any:  # noqa: ANN401  JSON
    """The `data` of an EMQX 4 or NanoMQ answer, or the whole object where there is no envelope (NanoMQ's `/metrics`).

    Raises:
        BrokerError: It is an answer of any of the failing kinds.
    """
    return _opened(answer, path)[0]


def v4_page(answer: Answer, path: str) -> tuple[Any, wire.Json]:
    """The `data` of an EMQX 4 answer and the `meta` beside it, which is empty where there is none.

    Raises:
        BrokerError: It is an answer of any of the failing kinds.
    """
    data, body = _opened(answer, path)
    meta = body.get("meta")
    return data, meta if isinstance(meta, dict) else {}


def _opened(answer: Answer, path: str) -> tuple[Any, wire.Json]:
    """The data in the envelope, and the whole object."""
    _refuse_status(answer, path)
    body = _json(answer, path)
    if not isinstance(body, dict):
        raise BadAnswer(wire.short(body), path=path, status=answer.status)
    code, message = body.get("code"), body.get("message")
    if code not in {0, None} or isinstance(code, bool):
        shown = code if isinstance(code, int) else wire.short(code)
        raise ResultCodeError(wire.explained(message or ""), path=path, status=answer.status, code=shown)
    if code is None and "data" not in body and (message is not None or "metrics" not in body):
        raise ResultCodeError(wire.explained(message or ""), path=path, status=answer.status)
    data = body.get("data", body)
    if isinstance(data, dict) and "error" in data:
        raise ResultCodeError(wire.short(data["error"]), path=path, status=answer.status)
    return data, body


def v5(answer: Answer, path: str) -> Any:  # noqa: ANN401  JSON
    """The body of an EMQX 5 or 6 answer.

    Raises:
        BrokerError: It is an answer of any of the failing kinds.
    """
    _refuse_status(answer, path)
    return _json(answer, path)


def v5_done(answer: Answer, path: str) -> Any:  # noqa: ANN401  JSON
    """What EMQX 5 or 6 says about a change that it has made; None when it says nothing, as most of them do.

    A message that reached nobody is `{"reason_code": 16, …}` with status 202, and no error.

    Raises:
        BrokerError: It is an answer of any of the failing kinds.
    """
    if answer.status not in {201, 202}:
        _refuse_status(answer, path)
    return _json(answer, path) if answer.status != 204 and answer.body.strip() else None


def plain(answer: Answer, path: str) -> str:
    """The body as text (NanoMQ's `/prometheus`).

    Raises:
        BrokerError: It is an answer of any of the failing kinds.
    """
    _refuse_status(answer, path)
    return answer.body.decode("utf-8", "replace")


def body_json(answer: Answer) -> Any:  # noqa: ANN401  JSON
    """The body as JSON, or None when it is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _json(answer: Answer, path: str) -> Any:  # noqa: ANN401  JSON
    if answer.status == 204 or not answer.body.strip():
        raise BadAnswer(path=path, status=answer.status)
    body = body_json(answer)
    if body is None:
        raise BadAnswer(_excerpt(answer), path=path, status=answer.status)
    return body


def _excerpt(answer: Answer) -> str:
    return wire.short(answer.body[:400].decode("utf-8", "replace"))


def _refuse_status(answer: Answer, path: str) -> None:
    if answer.status in {200, 204}:
        return
    raise _status_error(answer, path)


def _status_error(answer: Answer, path: str) -> BrokerError:
    body = body_json(answer)
    code, detail = _word(body), _message(body, answer)
    status = answer.status
    if status in {301, 302, 303, 307, 308}:
        return BadAnswer(wire.short(answer.headers.get("location", "")), path=path, status=status, code="redirect")
    if status in {401, 403}:
        refused = Unauthorized(detail, path=path, status=status, code=code)
        return refused if status == 401 else Forbidden(detail, path=path, code=code, scope=_scope(path))
    if status == 429 or (status == 503 and "retry-after" in answer.headers):
        return RateLimited(detail, path=path, status=status, retry_after=_retry_after(answer))
    if status in {404, 405}:
        known = status == 404 and isinstance(code, str) and _UNKNOWN_PATH not in detail
        return (NotFound if known else Unsupported)(detail, path=path, status=status, code=code)
    if isinstance(code, int) and status < 500:
        return ResultCodeError(detail, path=path, status=status, code=code)
    if code is None and isinstance(body, dict):
        # MQTT's own code, which `/publish` answers with.
        code = wire.count(body.get("reason_code"))
    kind = ServerError if status >= 500 else BadRequest if status == 400 else BadAnswer
    return kind(detail, path=path, status=status, code=code)


def _word(body: object) -> int | str | None:
    code = body.get("code") if isinstance(body, dict) else None
    if isinstance(code, bool) or not isinstance(code, int | str):
        return None
    return code if isinstance(code, int) else wire.short(code)


def _message(body: object, answer: Answer) -> str:
    if isinstance(body, dict):
        return wire.explained(body.get("message") or body.get("reason") or "")
    return "" if b"<html" in answer.body[:400].lower() else _excerpt(answer)


def _scope(path: str) -> str | None:
    first, *rest = path.strip("/").split("?")[0].split("/")
    # What is below `/mqtt` belongs to several scopes.
    return SCOPES.get("/" + "/".join((first, *rest[:1]))) or SCOPES.get("/" + first)


def _retry_after(answer: Answer) -> float | None:
    """Seconds from a number or from a date, which is relative to the broker's own clock where it tells it."""
    given = answer.headers.get("retry-after")
    seconds = wire.number(given)
    if seconds is None:
        until, now = wire.http_date(given), wire.http_date(answer.headers.get("date"))
        seconds = None if until is None else until - (time.time() if now is None else now)
    return None if seconds is None else min(max(0.0, seconds), _LONGEST_WAIT)
