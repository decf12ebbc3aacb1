"""Names into addresses, and the first address that answers: what hangs holds up nobody, what is left over is closed."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.api import resolve as module
from emqx_tui.api.resolve import first_connected, is_address, resolve


ROOT = Path(__file__).parents[2]

# A resolver that waits for a dead server, and a look-up that is called off as soon as it has begun.
HANGS = """
import asyncio, atexit, socket, threading, time
asked = threading.Event()
def look_up(*_, **__):
    asked.set()
    time.sleep(60)
socket.getaddrinfo = look_up
async def main(looking):
    task = asyncio.ensure_future(looking)
    while not asked.is_set():
        await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    # At exit all threads that are waited for have ended; what follows is the interpreter tidying up.
    atexit.register(lambda began=time.monotonic(): print(time.monotonic() - began, flush=True))
"""


def seconds_to_end(program: str) -> float:
    """How long a process lives on after what it did was called off; the best of three, for machines are busy."""
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    taken = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", HANGS + program], env=environ, capture_output=True, text=True, check=True, timeout=50
        )
        taken.append(float(done.stdout))
        assert done.stderr == ""
        if taken[-1] < 0.4:
            break
    return min(taken)


def test_a_process_whose_look_up_hangs_ends_at_once() -> None:
    program = "from emqx_tui.api.resolve import resolve\nasyncio.run(main(resolve('broker.invalid')))\n"
    assert seconds_to_end(program) < 0.4


def test_a_connection_test_whose_look_up_hangs_is_called_off_at_once() -> None:
    program = (
        "from emqx_tui.config import Deployment\n"
        "from emqx_tui.fleet.diagnosis import diagnose\n"
        "asyncio.run(main(diagnose(Deployment(name='prod', url='https://broker.invalid:8443'))))\n"
    )
    assert seconds_to_end(program) < 0.4


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the operating system says of names."""
    known: dict[str, Any] = {}

    def look_up(host: str, _port: object, **_: object) -> Any:  # noqa: ANN401  as the real one
        assert threading.current_thread().daemon
        found = known[host]
        if isinstance(found, Exception):
            raise found
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", place) for place in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    ("host", "whether"),
    [("127.0.0.1", True), ("::1", True), ("fe80::1%eth0", True), ("1.2.3", False), ("localhost", False), ("", False)],
)
def test_what_is_an_address(host: str, *, whether: bool) -> None:
    assert is_address(host) is whether


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1%eth0"])
async def test_an_address_takes_no_look_up(answers: dict[str, Any], host: str) -> None:
    assert await resolve(host) == [host]


async def test_addresses_come_in_the_systems_order_and_once(answers: dict[str, Any]) -> None:
    answers["broker.test"] = [("2001:db8::1", 0, 0, 0), ("10.0.0.1", 0), ("2001:db8::1", 0, 0, 0)]
    assert await resolve("broker.test") == ["2001:db8::1", "10.0.0.1"]


async def test_a_link_local_address_keeps_its_scope(answers: dict[str, Any]) -> None:
    answers["broker.test"] = [("fe80::1", 0, 0, 2), ("fe80::2%eth0", 0, 0, 3)]
    assert await resolve("broker.test") == ["fe80::1%2", "fe80::2%eth0"]


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "Name or service not known"),
        (UnicodeEncodeError("idna", "x", 0, 1, "label too long"), "UnicodeEncodeError"),
        (OSError(24, "Too many open files"), "OSError"),
    ],
)
async def test_whatever_the_system_says_is_a_matter_of_names(
    answers: dict[str, Any], raised: Exception, told: str
) -> None:
    answers["broker.test"] = raised
    with pytest.raises(socket.gaierror) as error:
        await resolve("broker.test")
    assert error.value.strerror == told


async def test_a_look_up_that_takes_too_long_is_given_up_and_its_answer_thrown_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released, answered = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        released.wait(30)
        answered.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(socket.gaierror) as error:
        await resolve("broker.test", 0.01)
    assert error.value.strerror == "time-out"
    released.set()
    assert answered.wait(10)


def test_an_answer_that_comes_when_the_loop_is_gone_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    released = threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        released.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def give_up() -> None:
        with pytest.raises(socket.gaierror):
            await resolve("broker.test", 0.01)

    asyncio.run(give_up())
    waiting = [thread for thread in threading.enumerate() if thread.name == "look-up"]
    released.set()
    for thread in waiting:
        thread.join(10)
    assert capsys.readouterr().err == ""


# Connecting


class Network:
    """Addresses that answer when they are told to."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.closed: list[str] = []
        self.answers: dict[str, asyncio.Future[str]] = {}

    async def connect(self, address: str) -> str:
        self.begun.append(address)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.answers[address] = answer
        if address.startswith("refused"):
            raise ConnectionRefusedError(address)
        if address.startswith("open"):
            return address
        return await answer

    async def close(self, connection: str) -> None:
        self.closed.append(connection)

    def race(self, *addresses: str) -> "asyncio.Future[str]":
        return asyncio.ensure_future(first_connected(addresses, self.connect, self.close))

    async def until(self, *begun: str) -> None:
        while self.begun != list(begun):  # noqa: ASYNC110  the race has no event of its own
            await asyncio.sleep(0)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """A network on which nothing is decided by time."""
    monkeypatch.setattr(module, "STAGGER", 60.0)
    return Network()


async def test_the_first_address_that_answers_is_taken_and_no_other_is_tried(network: Network) -> None:
    assert await network.race("open 1", "open 2") == "open 1"
    assert (network.begun, network.closed) == (["open 1"], [])


async def test_an_address_that_refuses_gives_way_at_once(network: Network) -> None:
    assert await network.race("refused 1", "refused 2", "open 3") == "open 3"
    assert network.begun == ["refused 1", "refused 2", "open 3"]


async def test_an_address_that_is_silent_gets_company_and_is_called_off(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STAGGER", 0.001)
    assert await network.race("silent 1", "open 2") == "open 2"
    assert network.answers["silent 1"].cancelled()


async def test_of_two_that_answer_together_the_earlier_is_taken_and_the_other_closed(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STAGGER", 0.001)
    racing = network.race("silent 1", "silent 2")
    await network.until("silent 1", "silent 2")
    network.answers["silent 2"].set_result("second")
    network.answers["silent 1"].set_result("first")
    assert await racing == "first"
    assert network.closed == ["second"]


async def test_when_all_fail_the_first_failure_is_told(network: Network) -> None:
    with pytest.raises(ConnectionRefusedError, match="refused 1"):
        await network.race("refused 1", "refused 2")


async def test_called_off_it_calls_off_every_attempt(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAGGER", 0.001)
    racing = network.race("silent 1", "silent 2")
    await network.until("silent 1", "silent 2")
    racing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await racing
    assert all(answer.cancelled() for answer in network.answers.values())
