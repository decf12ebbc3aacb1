"""A request to which nothing comes back, and what must not be sent at all."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from emqx_tui.api import http
from emqx_tui.api.address import repair
from emqx_tui.domain.broker import Broker, Endpoint, Remembered
from emqx_tui.domain.errors import BadAddress, BadAnswer, PlainHttpRefused, Step, Unreachable
from emqx_tui.domain.models import Kind
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]
Converse = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SET = "emqx-5.8.9-cluster"


@contextlib.asynccontextmanager
async def listening(converse: Converse) -> AsyncIterator[str]:
    """The address of a loopback server that treats each connection like this."""

    open_ones: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            await converse(reader, writer)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones[asyncio.ensure_future(conversation(reader, writer))] = writer

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v5"
    for task, writer in open_ones.items():
        writer.transport.abort()
        task.cancel()
    await asyncio.gather(*open_ones, return_exceptions=True)


async def unreachable(connect: Connect, base: str) -> Unreachable:
    broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
    with pytest.raises(Unreachable) as told:
        await broker.nodes()
    assert told.value.path == "/nodes"
    return told.value


async def test_a_closed_port_is_no_connection(connect: Connect) -> None:
    async with Tape(SET) as tape:
        await tape.pause()
        told = await unreachable(connect, tape.url + "/api/v5")
        assert (told.step, told.hung) == (Step.CONNECT, False)
        assert "refused" in told.detail.lower() or "failed" in told.detail.lower()


async def test_a_broker_that_comes_back_is_reached_again(connect: Connect) -> None:
    async with Tape(SET) as tape:
        broker = await connect(tape.url + "/api/v5")
        await broker.nodes()
        await tape.pause()
        with pytest.raises(Unreachable):
            await broker.nodes()
        await tape.resume()
        assert len(await broker.nodes()) == 2


async def test_an_unknown_host_is_a_matter_of_names(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 0.8)
    base = "https://broker.invalid:18083/api/v5"
    told = await unreachable(connect, base)
    if told.detail == "time-out":
        pytest.skip("the resolver of this machine asks the network for names under .invalid")
    assert told.step is Step.DNS
    assert told.detail


async def test_a_slow_answer_is_a_time_out(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.1)
    async with Tape(SET) as tape:
        tape.hang("/api/v5/nodes")
        told = await unreachable(connect, tape.url + "/api/v5")
        assert (told.step, told.hung) == (Step.TIMEOUT, True)
        assert len(tape.requests) == 1


async def test_an_answer_that_trickles_in_byte_by_byte_is_a_time_out(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.15)
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 0.15)

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with listening(trickle) as base:
        started = time.monotonic()
        assert (await unreachable(connect, base)).step is Step.TIMEOUT
        assert time.monotonic() - started < 2


async def test_a_connection_that_is_closed_without_an_answer_is_told_after_one_more_try(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_RACE", 60.0)  # on a busy machine even loopback may take a second
    async with Tape(SET) as tape:
        tape.close_on("/api/v5/nodes")
        told = await unreachable(connect, tape.url + "/api/v5")
        assert (told.step, told.hung, len(tape.requests)) == (Step.CLOSED, True, 2)


async def test_a_kept_connection_that_the_broker_closed_meanwhile_is_not_noticed(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_RACE", 60.0)  # on a busy machine even loopback may take a second
    answered = 0

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
        await writer.drain()
        answered += 1
        # The next request on this connection finds it closed, as with EMQX after five idle seconds.
        await reader.readuntil(b"\r\n\r\n")

    async with listening(once) as base:
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        assert [await broker.nodes() for _ in range(3)] == [[], [], []]
        assert answered == 3


async def test_a_connection_is_kept_from_one_question_to_the_next(connect: Connect) -> None:
    connections = 0

    async def patient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
            await writer.drain()

    async with listening(patient) as base:
        broker = await connect(base)
        assert [await broker.nodes() for _ in range(4)] == [[], [], [], []]
        assert connections == 1


async def test_a_port_that_speaks_something_else_is_unreachable(connect: Connect) -> None:
    async def mqtt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x20\x02\x00\x00")
        await writer.drain()

    async with listening(mqtt) as base:
        assert (await unreachable(connect, base)).step is Step.CLOSED


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(connect: Connect, status: int) -> None:
    async with Tape(SET) as tape, Tape(SET) as other:
        tape.answer("/", status=status, headers={"location": other.url + "/api/v5/nodes"})
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        with pytest.raises(BadAnswer) as told:
            await broker.nodes()
        assert (told.value.status, told.value.code) == (status, "redirect")
        assert told.value.detail == other.url + "/api/v5/nodes"
        with pytest.raises(BadAnswer):
            await connect(base)
        assert other.requests == []


@pytest.mark.parametrize("url", ["http://broker.invalid:18083/api/v5", "broker.invalid", "http://[2001:db8::1]:18083"])
async def test_plain_http_to_another_machine_is_refused_before_anything_is_sent(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    async def never(*_: object) -> None:
        raise AssertionError("a request was made")

    monkeypatch.setattr(http.Client, "get", never)
    for remembered in (None, Remembered(repair(url).bases[0], Kind.EMQX5)):
        with pytest.raises(PlainHttpRefused) as refused:
            await connect(url, remembered=remembered)
        assert refused.value.halts


def test_plain_http_is_sent_to_this_machine_and_wherever_the_user_allows_it(
    endpoint: Callable[..., Endpoint],
) -> None:
    for url, allowed in (("http://127.0.0.1:1/api/v5", False), ("http://broker.invalid/api/v5", True)):
        assert http.Client(url, endpoint(url, allow_http=allowed), repair(url)).base == url


@pytest.mark.parametrize("proxy", ["socks9://127.0.0.1:1", "socks5://127.0.0.1:1", "nonsense", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_a_mistake_in_the_configuration(
    endpoint: Callable[..., Endpoint], proxy: str
) -> None:
    url = "https://broker.invalid:18083/api/v5"
    with pytest.raises(BadAddress) as told:
        http.Client(url, endpoint(url, proxy=proxy), repair(url))
    assert "proxy" in told.value.detail


async def test_a_proxy_that_is_set_gets_the_request_and_none_from_the_environment_does(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Tape(SET) as tape, Tape(SET) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        await connect(tape.url + "/api/v5")
        assert (len(tape.requests), len(proxy.requests)) == (1, 0)
        proxy.answer("/", body=[])
        with contextlib.suppress(Exception):  # the tape is no proxy; what counts is that it is the one that is asked
            await connect("http://broker.invalid:18083/api/v5", allow_http=True, proxy=proxy.url)
        assert [seen.target for seen in proxy.requests][:1] == ["http://broker.invalid:18083/api/v5/nodes"]


async def test_the_clock_of_the_broker_is_compared_with_ours(connect: Connect) -> None:
    async with Tape(SET) as tape:
        broker = await connect(tape.url + "/api/v5")
        await broker.nodes()
        assert broker.clock_offset is not None
        assert abs(broker.clock_offset) < 2
        tape.answer("/api/v5/nodes", body=[], headers={"date": "Sat, 21 Nov 2020 19:37:20 GMT"})
        await broker.nodes()
        assert broker.clock_offset < -3600
        tape.answer("/api/v5/nodes", body=[], headers={"date": "yesterday"})
        await broker.nodes()
        assert broker.clock_offset is None
