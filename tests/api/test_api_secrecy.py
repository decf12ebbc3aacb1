"""The secret reaches the configured host and nothing else: no text that a person or a file could keep."""

import asyncio
import logging
import traceback
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from emqx_tui.api import detect, http
from emqx_tui.api.result_codes import explain
from emqx_tui.config import Secret
from emqx_tui.domain.broker import Broker, Endpoint, Remembered
from emqx_tui.domain.errors import BrokerError, CredentialsMissing
from emqx_tui.domain.models import Kind
from tape import USER, Tape


Connect = Callable[..., Awaitable[Broker]]

CANARY = "canary-7f3a-s3cr3t"
ENCODED = b64encode(f"{USER}:{CANARY}".encode()).decode()


def assert_not_in(told: str) -> None:
    assert CANARY not in told
    assert ENCODED not in told


def everything_of(error: BaseException) -> str:
    """What a careless handler would write down of it: its traceback with all locals, and every repr."""
    with_locals = traceback.TracebackException.from_exception(error, capture_locals=True, lookup_lines=True)
    parts = ["".join(with_locals.format()), repr(error), str(error), repr(vars(error))]
    if isinstance(error, BrokerError):
        parts += [str(explain(error)), repr(explain(error))]
    return "\n".join(parts)


CASES: list[tuple[str, dict[str, Any]]] = [
    ("answer", {"status": 401, "body": {"code": "BAD_API_KEY_OR_SECRET", "message": "Check"}}),
    ("answer", {"status": 403, "body": {"code": "UNAUTHORIZED_ROLE"}}),
    ("answer", {"status": 500, "text": "Internal Error"}),
    ("answer", {"status": 429, "text": ""}),
    ("answer", {"status": 302, "headers": {"location": "http://127.0.0.1:1/"}}),
    ("answer", {"text": "<html>"}),
    ("answer", {"body": {"code": 0, "data": [{"node": {"a": []}, "uptime": []}]}}),
    ("close_on", {}),
    ("hang", {}),
    ("pause", {}),
]


@pytest.mark.parametrize(("what", "choices"), CASES)
async def test_the_secret_is_in_no_error_and_no_log_whatever_happens(
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    *,
    what: str,
    choices: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.1)
    monkeypatch.setattr(detect, "PATIENCE", 0.02)
    async with Tape("emqx-5.8.9-cluster") as tape:
        if what == "pause":
            await tape.pause()
        else:
            getattr(tape, what)("/", **choices)
        base = tape.url + "/api/v5"
        for remembered in (None, Remembered(base, Kind.EMQX5)):
            try:
                broker = await connect(base, secret=Secret(CANARY), remembered=remembered)
                assert_not_in(repr(broker) + str(vars(broker)) + broker.base)
                await broker.nodes()
            except BrokerError as error:
                assert_not_in(everything_of(error))
                # What the HTTP library raised holds the request; no handler is led to it.
                assert error.__suppress_context__ or error.__context__ is None  # noqa: PT017  several may come
    assert caplog.records
    for record in caplog.records:
        assert_not_in(repr(vars(record)) + record.getMessage())


async def test_an_answer_that_cannot_be_read_is_logged_without_the_secret(
    connect: Connect, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)

    def broken(_row: object) -> None:
        raise TypeError("no such shape")

    monkeypatch.setattr("emqx_tui.api.v5.node", broken)
    monkeypatch.setattr("tape._CREDENTIALS", f"Basic {ENCODED}")
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/", body=[{"node": "a@b"}])
        broker = await connect(tape.url + "/api/v5", secret=Secret(CANARY))
        with pytest.raises(BrokerError) as told:
            await broker.nodes()
    assert_not_in(everything_of(told.value))
    assert any(record.exc_info for record in caplog.records)
    assert_not_in(caplog.text)


async def test_an_error_from_within_the_http_library_takes_nothing_along(
    endpoint: Callable[..., Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 0.05)
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.05)
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.hang("/")
        base = tape.url + "/api/v5"
        asked = [detect.connect(endpoint(base, secret=Secret(CANARY), api="v4")) for _ in range(2)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException):
                assert_not_in(everything_of(one))
            else:
                with pytest.raises(BrokerError) as told:
                    await one.nodes()
                assert_not_in(everything_of(told.value))
                await one.aclose()


def test_an_endpoint_shows_everything_but_the_secret(endpoint: Callable[..., Endpoint]) -> None:
    shown = repr(endpoint("https://broker.invalid/api/v5", secret=Secret(CANARY)))
    assert "broker.invalid" in shown
    assert_not_in(shown)


@pytest.mark.parametrize("secret", ["", "ключ-😀", "with:colons:and spaces", "a" * 2000])
async def test_any_secret_is_sent_as_it_is(connect: Connect, secret: str) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        with pytest.raises(BrokerError):
            await connect(tape.url + "/api/v5", secret=Secret(secret))
        expected = b64encode(f"{USER}:{secret}".encode()).decode()
        assert tape.requests[0].headers["authorization"] == f"Basic {expected}"


async def test_a_secret_that_cannot_be_sent_is_said_to_be_the_reason(endpoint: Callable[..., Endpoint]) -> None:
    with pytest.raises(CredentialsMissing) as told:
        await detect.connect(endpoint("http://127.0.0.1:1/api/v5", secret=Secret(CANARY + "\udcff")))
    assert_not_in(everything_of(told.value))
    assert "cannot be sent" in str(explain(told.value))
    assert "proxy" not in str(explain(told.value))
