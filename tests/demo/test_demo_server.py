"""The server of the simulated brokers, spoken to in bytes."""

import asyncio
import gc
import socket
import weakref
from base64 import b64encode
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from emqx_tui.demo import SCENARIOS, DemoFleet, start_fleet
from emqx_tui.demo.exchange import Answer, Request
from emqx_tui.demo.http import Server


pytestmark = pytest.mark.asyncio(loop_scope="function")

AUTHORIZATION = f"Authorization: Basic {b64encode(b'demo:demo-secret').decode()}\r\n"
START = 1_800_000_000.0


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Line:
    """One connection to a simulated broker."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, target: str, more: str = "", method: str = "GET", version: str = "1.1") -> None:
        self.raw(f"{method} {target} HTTP/{version}\r\nHost: broker\r\n{AUTHORIZATION}{more}\r\n".encode())

    def raw(self, data: bytes) -> None:
        self.writer.write(data)

    async def receive(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
        return int(head.split(" ")[1]), await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        """All that comes until the broker closes; nothing if it resets."""
        try:
            return await self.reader.read()
        except ConnectionResetError:
            return b""


class Lines:
    """Opens connections and closes them at the end."""

    def __init__(self, fleet: DemoFleet) -> None:
        self.fleet = fleet
        self._open: list[Line] = []

    async def to(self, name: str) -> Line:
        url = urlsplit(next(deployment.url for deployment in self.fleet.deployments if deployment.name == name))
        line = Line(*await asyncio.open_connection(url.hostname, url.port))
        self._open.append(line)
        return line

    def close(self) -> None:
        for line in self._open:
            line.writer.close()


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest_asyncio.fixture
async def lines(clock: Hands) -> AsyncIterator[Lines]:
    fleet = await start_fleet("node-hung", clock=clock)
    opened = Lines(fleet)
    yield opened
    opened.close()
    await fleet.stop()


async def test_connection_is_kept_and_requests_may_be_pipelined(lines: Lines) -> None:
    line = await lines.to("prod-eu")
    line.send("/api/v5/cluster")
    assert (await line.receive())[0] == 200
    line.send("/api/v5/nope")
    line.send("/api/v5/monitor_current")
    line.send("/status")
    assert [(await line.receive())[0] for _ in range(3)] == [404, 200, 200]


async def test_pipelined_request_waits_for_the_one_before(lines: Lines, clock: Hands) -> None:
    clock.now += 10
    hanging, quick = await lines.to("plant-cn"), await lines.to("plant-cn")
    hanging.send("/api/v4/nodes")
    hanging.send("/api/v4/brokers/emqx@10.30.0.21")
    quick.send("/api/v4/brokers/emqx@10.30.0.21")
    assert (await quick.receive())[0] == 200
    answer = asyncio.ensure_future(hanging.receive())
    quick.send("/api/v4/routes?_limit=3")
    assert (await quick.receive())[0] == 200
    assert not answer.done()
    await lines.fleet.stop()
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await answer


async def test_stop_ends_hanging_requests_at_once(lines: Lines, clock: Hands) -> None:
    clock.now += 10
    hanging = [await lines.to("prod-eu") for _ in range(5)]
    for line, target in zip(hanging, ("/nodes", "/stats", "/metrics", "/alarms", "/clients"), strict=True):
        line.send(f"/api/v5{target}")
    quick = await lines.to("prod-eu")
    quick.send("/api/v5/cluster")
    assert (await quick.receive())[0] == 200
    loop = asyncio.get_running_loop()
    before = loop.time()
    await lines.fleet.stop()
    assert loop.time() - before < 1
    assert [await line.rest() for line in hanging] == [b""] * 5
    assert len(asyncio.all_tasks()) == 1


async def test_client_that_hangs_up_leaves_nothing_behind(lines: Lines, clock: Hands) -> None:
    clock.now += 10
    line = await lines.to("plant-cn")
    line.send("/api/v4/stats")
    line.writer.close()
    await line.writer.wait_closed()
    again = await lines.to("plant-cn")
    again.send("/api/v4/nodes/emqx@10.30.0.21/stats")
    assert (await again.receive())[0] == 200


@pytest.mark.parametrize(
    "rubbish",
    [
        b"rubbish\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /api/v5/nodes SMTP/1.1\r\n\r\n",
        b"GET  /x HTTP/1.1\r\n\r\n",
        b"GET /api/v5/nodes HTTP/1.1\r\nno colon here\r\n\r\n",
        b"GET /api/v5/nodes HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST /api/v5/nodes HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET ftp://x/y HTTP/1.1\r\n\r\n",
    ],
)
async def test_rubbish_is_refused_and_the_server_lives_on(lines: Lines, rubbish: bytes) -> None:
    for name, start in (("prod-eu", b"HTTP/1.1 400 "), ("edge-gw", b"")):
        line = await lines.to(name)
        line.raw(rubbish)
        answer = await line.rest()
        assert answer.startswith(start)
        assert (not answer) is (not start)
        again = await lines.to(name)
        again.send("/status")
        assert (await again.receive())[0] in {200, 404}


@pytest.mark.parametrize(
    "long",
    [
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 20_000,
        b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
    ],
)
async def test_oversize_is_refused(lines: Lines, long: bytes) -> None:
    for name, start in (("prod-eu", b"HTTP/1.1 431 "), ("edge-gw", b"")):
        line = await lines.to(name)
        line.raw(long)
        answer = await line.rest()
        assert answer.startswith(start)
        assert (not answer) is (not start)


async def test_request_may_come_in_pieces_and_with_a_body(lines: Lines) -> None:
    line = await lines.to("plant-cn")
    whole = f"GET /api/v4/brokers HTTP/1.1\r\n{AUTHORIZATION}Content-Length: 5\r\n\r\nhello"
    for byte in whole.encode():
        line.raw(bytes([byte]))
        await line.writer.drain()
    line.send("/api/v4/brokers")
    assert [(await line.receive())[0] for _ in range(2)] == [200, 200]


async def test_connection_is_closed_when_the_client_wants_it(lines: Lines) -> None:
    line = await lines.to("plant-cn")
    line.send("/api/v4/brokers", "Connection: close\r\n")
    assert (await line.rest()).startswith(b"HTTP/1.1 200 ")
    old = await lines.to("plant-cn")
    old.send("/api/v4/brokers", version="1.0")
    assert (await old.rest()).startswith(b"HTTP/1.1 200 ")


async def test_absolute_target_is_understood(lines: Lines) -> None:
    line = await lines.to("edge-gw")
    line.send("http://edge.example/api/v4/clients?proto_ver=9")
    assert await line.receive() == (400, b'{"code":108}')


async def test_everything_is_on_loopback_and_staging_refuses(lines: Lines) -> None:
    assert {urlsplit(deployment.url).hostname for deployment in lines.fleet.deployments} == {"127.0.0.1"}
    with pytest.raises(ConnectionRefusedError):
        await lines.to("staging")


async def test_deployments_have_names_and_addresses(lines: Lines) -> None:
    found = [(deployment.name, urlsplit(deployment.url).path) for deployment in lines.fleet.deployments]
    assert found == [
        ("prod-eu", "/api/v5"),
        ("plant-cn", "/api/v4"),
        ("serverless", "/api/v5"),
        ("edge-gw", "/api/v4"),
        ("staging", "/api/v5"),
        ("lab", "/api/v5"),
    ]
    assert all(deployment.about for deployment in lines.fleet.deployments)
    assert {deployment.app_secret for deployment in lines.fleet.deployments} == {"demo-secret", "not-the-secret"}


class Sleeper:
    """A service whose first answer is to be asked again, and whose second comes a little later."""

    idle_seconds: float | None = 0.02
    garbage = Answer(None)

    def __init__(self) -> None:
        self.asked = 0

    def answer(self, request: Request) -> Answer:
        self.asked += 1
        if self.asked == 1:
            return Answer(None, after=0.01, again=True)
        return Answer(200, str(self.asked).encode(), after=0.01 if self.asked == 2 else 0.0)


async def test_late_answers_come_in_order_and_an_idle_connection_is_closed(clock: Hands) -> None:
    server = Server(Sleeper(), clock)
    await server.start(0)
    line = Line(*await asyncio.open_connection("127.0.0.1", server.port))
    line.send("/first")
    line.send("/second")
    assert [await line.receive(), await line.receive()] == [(200, b"2"), (200, b"3")]
    assert await line.rest() == b""
    line.writer.close()
    await server.stop()


async def test_more_requests_than_the_buffer_holds_are_all_answered(clock: Hands) -> None:
    server = Server(Sleeper(), clock)
    await server.start(0)
    line = Line(*await asyncio.open_connection("127.0.0.1", server.port))
    for _ in range(5000):
        line.send("/again")
    assert [(await line.receive())[0] for _ in range(5000)] == [200] * 5000
    line.writer.close()
    await server.stop()


class Forever:
    """A service that takes an hour."""

    idle_seconds: float | None = 3600.0
    garbage = Answer(None)

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    def answer(self, request: Request) -> Answer:
        self.asked.set()
        return Answer(None, after=3600.0, again=True)


async def test_nothing_of_a_hanging_request_outlives_the_server(clock: Hands) -> None:
    service = Forever()
    server = Server(service, clock)
    await server.start(0)
    line = Line(*await asyncio.open_connection("127.0.0.1", server.port))
    line.send("/hang")
    await service.asked.wait()
    await server.stop()
    assert await line.rest() == b""
    line.writer.close()
    left = weakref.ref(service)
    del server, service
    gc.collect()
    assert left() is None


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_every_scenario_starts_and_stops_twice(scenario: str) -> None:
    fleet = await start_fleet(scenario)
    await fleet.stop()
    await fleet.stop()


async def test_ports_follow_each_other_and_a_taken_one_is_an_error() -> None:
    first = await free_ports(7)
    fleet = await start_fleet(port=first)
    assert [urlsplit(deployment.url).port for deployment in fleet.deployments] == list(range(first, first + 6))
    assert urlsplit(fleet.platform.url).port == first + 6
    for taken in (first, first - 4):
        with pytest.raises(OSError, match=r"(?i)address already in use"):
            await start_fleet(port=taken)
    await fleet.stop()
    again = await start_fleet(port=first)
    await again.stop()


@pytest.mark.parametrize("port", [-1, 65_530, 70_000])
async def test_port_without_room_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match="port"):
        await start_fleet(port=port)


async def free_ports(count: int) -> int:
    """The first of so many free ports in a row, with some more free before it."""
    for first in range(42_110, 60_000, 37):
        sockets = [socket.socket() for _ in range(count + 5)]
        try:
            for place, each in enumerate(sockets):
                each.bind(("127.0.0.1", first - 5 + place))
        except OSError:
            continue
        else:
            return first
        finally:
            for each in sockets:
                each.close()
    raise AssertionError("no free ports")
