"""How a poll gets from a host's name to a connection: no look-up holds it up, and TLS goes by the name."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.api import http
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.errors import Step, Unreachable
from emqx_tui.domain.models import Kind
from fleet.servers import answering, certificate, listening, server_context
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]

ROOT = Path(__file__).parents[2]

POLLS = """
import asyncio, atexit, socket, threading, time
from emqx_tui.config import Deployment
from emqx_tui.domain.broker import Attention
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import Store
asked = threading.Event()
def look_up(*_, **__):
    asked.set()
    time.sleep(60)
socket.getaddrinfo = look_up
async def main():
    poller = Poller(Store())
    poller.add([Deployment(name="prod", url="https://broker.invalid:8443")], Attention.OPEN)
    polling = asyncio.ensure_future(poller.run())
    while not asked.is_set():
        await asyncio.sleep(0.005)
    polling.cancel()
    await asyncio.wait([polling])
    # At exit all threads that are waited for have ended; what follows is the interpreter tidying up.
    atexit.register(lambda began=time.monotonic(): print(time.monotonic() - began, flush=True))
asyncio.run(main())
"""


def test_a_poller_whose_look_up_hangs_ends_at_once() -> None:
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    taken = []
    for _ in range(3):  # the best of three, for machines are busy
        done = subprocess.run(
            [sys.executable, "-c", POLLS], env=environ, capture_output=True, text=True, check=True, timeout=50
        )
        taken.append(float(done.stdout))
        if taken[-1] < 0.4:
            break
    assert min(taken) < 0.4


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the resolver of this machine knows: these names and no others."""
    known: dict[str, list[str]] = {}

    def look_up(host: str, *_: object, **__: object) -> list[Any]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


async def nodes(connect: Connect, base: str, **choices: Any) -> Any:  # noqa: ANN401  whatever comes
    broker = await connect(base, remembered=Remembered(base, Kind.EMQX5), **choices)
    return await broker.nodes()


async def test_asyncios_threads_are_left_alone(connect: Connect, names: dict[str, list[str]]) -> None:
    names["broker.test"] = ["127.0.0.1"]
    async with Tape("emqx-5.8.9-cluster") as tape:
        base = tape.url.replace("127.0.0.1", "broker.test") + "/api/v5"
        assert len(await nodes(connect, base, allow_http=True)) == 2
        assert tape.requests[0].headers["host"].startswith("broker.test:")
    # It has no public name, and is what the loop waits for when it ends.
    assert getattr(asyncio.get_running_loop(), "_default_executor", None) is None


async def test_the_next_address_is_tried_when_one_refuses(connect: Connect, names: dict[str, list[str]]) -> None:
    names["broker.test"] = ["127.0.0.2", "127.0.0.1"]
    async with Tape("emqx-5.8.9-cluster") as tape:
        base = tape.url.replace("127.0.0.1", "broker.test") + "/api/v5"
        assert len(await nodes(connect, base, allow_http=True)) == 2


async def test_an_unknown_name_is_a_matter_of_names(connect: Connect, names: dict[str, list[str]]) -> None:
    with pytest.raises(Unreachable) as told:
        await nodes(connect, "https://broker.invalid:8443/api/v5")
    assert (told.value.step, told.value.detail) == (Step.DNS, "Name or service not known")


async def test_a_look_up_without_an_end_is_a_matter_of_names_and_not_of_the_connection(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait(30) and [])
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 0.05)
    with pytest.raises(Unreachable) as told:
        await nodes(connect, "https://broker.invalid:8443/api/v5")
    assert (told.value.step, told.value.detail) == (Step.DNS, "time-out")
    released.set()


async def test_the_name_of_a_proxy_is_looked_up_like_any_other(connect: Connect, names: dict[str, list[str]]) -> None:
    names["proxy.test"] = ["127.0.0.1"]
    async with Tape() as proxy:
        proxy.answer("/", body=[])
        at = proxy.url.replace("127.0.0.1", "proxy.test")
        with pytest.raises(Unreachable) as told:
            await nodes(connect, "https://broker.invalid:8443/api/v5", proxy=at)
        assert told.value.step is Step.CONNECT
        assert [seen.method for seen in proxy.requests][:1] == ["CONNECT"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program makes the certificate")
async def test_tls_goes_by_the_name_and_not_by_the_address(
    connect: Connect, names: dict[str, list[str]], tmp_path: Path
) -> None:
    names["broker.test"] = names["other.test"] = ["127.0.0.1"]
    asked_for: list[str | None] = []

    def named(_socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        asked_for.append(name)

    made = certificate(tmp_path)
    context = server_context(made)
    context.sni_callback = named
    async with listening(answering, context) as port:
        assert len(await nodes(connect, f"https://broker.test:{port}/api/v5", ca_file=made)) == 1
        with pytest.raises(Unreachable) as told:
            await nodes(connect, f"https://other.test:{port}/api/v5", ca_file=made)
    assert told.value.step is Step.TLS
    assert asked_for == ["broker.test", "other.test"]
