"""What is sent when something is changed, what the answers mean, and that a client for reading sends nothing of it."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from changes import DESTRUCTIVE, NO_NAMES, VERBS, WANTED
from emqx_tui.api import decode, http
from emqx_tui.api.address import repair
from emqx_tui.api.http import Answer, Client
from emqx_tui.api.permitted import PERMITTED, permitted
from emqx_tui.api.result_codes import explain
from emqx_tui.domain.broker import Broker, Endpoint
from emqx_tui.domain.errors import (
    BadRequest,
    BrokerError,
    NotFound,
    NotPermitted,
    ReadOnly,
    ResultCodeError,
    ServerError,
    Step,
    Unreachable,
    Unsupported,
)
from emqx_tui.domain.models import Kind
from tape import Tape


At = Callable[..., Endpoint]
Connect = Callable[..., Awaitable[Broker]]

RECORDINGS = Path(__file__).parents[1] / "recordings"
SETS = {Kind.EMQX4: "emqx-4.4.19-writes", Kind.EMQX5: "emqx-5.8.9-writes", Kind.NANOMQ: "nanomq-0.25.3-writes"}
EVERY = sorted({(kind, *one) for kind, some in WANTED.items() for one in some})


@asynccontextmanager
async def opened(endpoint: Endpoint) -> AsyncIterator[Client]:
    address = repair(endpoint.url)
    client = Client(address.bases[0], endpoint, address)
    try:
        yield client
    finally:
        await client.aclose()


@pytest.mark.parametrize(("kind", "method", "path"), EVERY)
async def test_what_changes_something_is_sent_only_where_that_is_allowed(
    endpoint: At, kind: Kind, method: str, path: str
) -> None:
    body = None if method == "DELETE" else {"topic": "ä", "qos": 1}
    async with Tape() as tape:
        tape.answer("/", status=204)
        async with opened(endpoint(f"{tape.url}/api/v5")) as client:
            with pytest.raises(ReadOnly) as told:
                await client.send(kind, method, path, body)
            assert (told.value.path, tape.requests) == (path, [])
        async with opened(endpoint(f"{tape.url}/api/v5", write=True)) as client:
            await client.send(kind, method, path, body)
        (seen,) = tape.requests
        assert (seen.method, seen.target, seen.authorised) == (method, f"/api/v5{path}", True)
        assert "transfer-encoding" not in seen.headers
        if body is not None:
            assert seen.headers["content-type"] == "application/json"
            assert seen.headers["content-length"] == str(len(seen.body))
            assert json.loads(seen.body) == body


async def test_a_client_that_only_reads_sends_nothing_but_get_whatever_it_is_asked(endpoint: At) -> None:
    """Every action there is, and everything else that could be thought of."""
    paths = {path for _kind, _method, path in EVERY} | {path for _method, path in DESTRUCTIVE} | {"/nodes", "/", ""}
    paths |= {f"/clients/{name}" for name in NO_NAMES}
    async with Tape() as tape:
        tape.answer("/", body=[])
        async with opened(endpoint(f"{tape.url}/api/v5")) as client:
            for kind in Kind:
                for method in (*VERBS, "post", ""):
                    for path in paths:
                        with pytest.raises(ReadOnly):
                            await client.send(kind, method, path, {"a": 1})
            await client.get("/nodes")
        assert [(seen.method, seen.target) for seen in tape.requests] == [("GET", "/api/v5/nodes")]


async def test_a_deployment_that_is_read_sends_nothing_but_get(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-cluster", "emqx-5.8.9-writes") as tape:
        broker: Any = await connect(f"{tape.url}/api/v5")
        for entry in PERMITTED[Kind.EMQX5]:
            with pytest.raises(ReadOnly):
                await broker._send(entry.method, entry.path, {})
        await broker.nodes()
        assert {seen.method for seen in tape.requests} == {"GET"}


async def test_what_is_not_on_the_list_is_not_sent_even_where_writing_is_allowed(endpoint: At) -> None:
    paths = {path for _method, path in DESTRUCTIVE} | {f"/clients/{name}" for name in NO_NAMES}
    sent = 0
    async with Tape() as tape:
        async with opened(endpoint(f"{tape.url}/api/v5", write=True)) as client:
            for kind in Kind:
                for method in VERBS:
                    for path in paths:
                        if permitted(kind, method, path) is None:
                            with pytest.raises(NotPermitted) as told:
                                await client.send(kind, method, path)
                            assert "nothing was sent" not in told.value.path
                            assert told.value.detail == method
                            sent += 1
        assert sent > 500
        assert tape.requests == []


async def test_a_name_that_is_too_long_for_a_path_is_refused_and_not_called_unreachable(endpoint: At) -> None:
    async with Tape() as tape, opened(endpoint(f"{tape.url}/api/v5", write=True)) as client:
        with pytest.raises(NotPermitted) as told:
            await client.send(Kind.EMQX5, "DELETE", f"/clients/{'%C3%A9' * 32_000}")
        assert "too long" in str(explain(told.value))
        assert len(told.value.path) < 2000
        assert tape.requests == []


@pytest.mark.parametrize("error", [ReadOnly(path="/publish"), NotPermitted("DELETE", path="/monitor")])
def test_a_refusal_says_what_happened_why_and_what_to_do(error: BrokerError) -> None:
    told = explain(error)
    assert all(told)
    if isinstance(error, ReadOnly):
        assert "nothing was sent" in told.what
        assert "write = true" in told.next
        assert "--write" in told.next
    else:
        assert "DELETE /monitor" in told.what


@pytest.mark.parametrize("what", ["close_on", "hang"])
async def test_a_change_is_never_sent_twice(endpoint: At, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.1)
    async with Tape() as tape:
        getattr(tape, what)("/")
        async with opened(endpoint(f"{tape.url}/api/v5", write=True)) as client:
            with pytest.raises(Unreachable) as told:
                await client.send(Kind.EMQX5, "DELETE", "/clients/c1")
        assert told.value.step is (Step.CLOSED if what == "close_on" else Step.TIMEOUT)
        assert len(tape.requests) == 1


async def test_a_change_never_meets_a_kept_connection_that_the_broker_is_closing(endpoint: At) -> None:
    """The answer to the question that came before is followed by silence: on its connection nothing can be sent."""
    seen: list[list[str]] = []

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        on_this: list[str] = []
        seen.append(on_this)
        with suppress(asyncio.IncompleteReadError), closing(writer):
            while head := await reader.readuntil(b"\r\n\r\n"):
                on_this.append(head.split(b" ")[0].decode())
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
                await writer.drain()

    server = await asyncio.start_server(answers, "127.0.0.1", 0)
    async with server, opened(endpoint(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", write=True)) as client:
        for ask in (client.get("/nodes"), client.get("/nodes")):
            await ask
        for _time in range(2):
            await client.send(Kind.EMQX5, "DELETE", "/clients/c1")
        await client.get("/nodes")
    assert seen == [["GET", "GET", "GET"], ["DELETE"], ["DELETE"]]


async def test_the_log_tells_of_a_change_but_not_what_was_in_it(endpoint: At, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with Tape() as tape:
        tape.answer("/", body={"id": "1"})
        async with opened(endpoint(f"{tape.url}/api/v5", write=True)) as client:
            await client.send(Kind.EMQX5, "POST", "/publish", {"topic": "t", "payload": "canary-payload"})
    assert "POST http://127.0.0.1" in caplog.text
    assert "/publish: 200" in caplog.text
    assert "canary" not in caplog.text


def recorded(kind: Kind, method: str, path: str, /, **body: object) -> Answer:
    """What a real broker answered to this; of several to the first one whose body has these values."""
    for line in (RECORDINGS / f"{SETS[kind]}.jsonl").read_text("utf-8").splitlines():
        exchange = json.loads(line)
        asked = exchange["request"]
        given = asked["body"] if isinstance(asked["body"], Mapping) else {}
        if (asked["method"], asked["path"]) == (method, path) and body.items() <= given.items():
            text = exchange.get("text")
            payload = json.dumps(exchange["body"]) if text is None else text
            return Answer(exchange["status"], exchange["headers"], payload.encode(), 0.0)
    raise AssertionError((method, path, body))


def test_every_recorded_answer_to_a_change_is_read_or_is_an_error_in_words() -> None:
    for kind, name in SETS.items():
        read = decode.v5_done if kind is Kind.EMQX5 else decode.v4
        done = failed = 0
        for line in (RECORDINGS / f"{name}.jsonl").read_text("utf-8").splitlines():
            exchange = json.loads(line)
            body, text = exchange.get("body"), exchange.get("text")
            payload = json.dumps(body) if text is None else text
            answer = Answer(exchange["status"], exchange["headers"], payload.encode(), 0.0)
            code = body.get("code", 0) if isinstance(body, dict) else 0
            if exchange["status"] < 300 and code == 0 and not (isinstance(body, dict) and [*body] == ["message"]):
                read(answer, "/x")
                done += 1
            else:
                with pytest.raises(BrokerError) as told:
                    read(answer, "/x")
                assert explain(told.value, kind).what
                failed += 1
        assert done > 5
        assert failed > 5


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("DELETE", "/api/v5/clients/idle-client", {}, None),
        ("POST", "/api/v5/clients/kickout/bulk", {}, None),
        ("POST", "/api/v5/listeners/wss:default/stop", {}, None),
        ("PUT", "/api/v5/connectors/mqtt:self/enable/false", {}, None),
        ("POST", "/api/v5/publish", {"topic": "nobody"}, {"reason_code": 16, "message": "no_matching_subscribers"}),
    ],
)
def test_emqx_5_says_little_about_what_it_has_done(method: str, path: str, body: Any, told: object) -> None:  # noqa: ANN401
    assert decode.v5_done(recorded(Kind.EMQX5, method, path, **body), path) == told


@pytest.mark.parametrize(
    ("kind", "method", "path", "body", "error", "words"),
    [
        (Kind.EMQX5, "POST", "/publish", {"topic": "a/#"}, BadRequest, "bad request (400). the topic is not legal"),
        (Kind.EMQX5, "POST", "/publish", {"qos": 7}, BadRequest, "bad request (400)"),
        (Kind.EMQX5, "DELETE", "/clients/nope", {}, NotFound, "not found"),
        (Kind.EMQX5, "DELETE", "/banned/clientid/nope", {}, NotFound, "not found"),
        (Kind.EMQX5, "POST", "/banned", {"as": "nonsense"}, BadRequest, "bad request (400)"),
        (Kind.EMQX4, "POST", "/mqtt/publish", {"topic": "a/#"}, ResultCodeError, "result code 115"),
        (Kind.EMQX4, "POST", "/mqtt/publish", {"qos": 5}, ServerError, "server error (500)"),
        (Kind.EMQX4, "POST", "/mqtt/unsubscribe", {"clientid": "nosuch"}, ResultCodeError, "the client is offline"),
        (Kind.EMQX4, "POST", "/alarms/deactivated", {"node": "nonode@nohost"}, ResultCodeError, "nodedown"),
        (Kind.NANOMQ, "POST", "/mqtt/publish", {"payload": 5}, ResultCodeError, "result code 108"),
    ],
)
def test_a_change_that_was_refused_says_why(
    *,
    kind: Kind,
    method: str,
    path: str,
    body: Any,  # noqa: ANN401  JSON
    error: type[BrokerError],
    words: str,
) -> None:
    base = "/api/v5" if kind is Kind.EMQX5 else "/api/v4"
    read = decode.v5_done if kind is Kind.EMQX5 else decode.v4
    with pytest.raises(error) as told:
        read(recorded(kind, method, base + path, **body), path)
    assert words.casefold() in str(explain(told.value, kind)).casefold()


def test_a_broker_that_does_not_offer_it_says_so() -> None:
    with pytest.raises(Unsupported):
        decode.v4(Answer(404, {}, b'{"code": 102}', 0.0), "/clients/dev-10")
    with pytest.raises(Unsupported):
        decode.v5_done(Answer(405, {}, b"", 0.0), "/clients/kickout/bulk")
