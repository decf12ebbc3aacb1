"""Names into addresses, where a look-up that hangs holds up nobody.

asyncio looks names up in its executor, whose threads it joins when it ends, and of which there are few: a resolver
that waits for a dead server for half a minute would keep the terminal that long, and hold up the other deployments.
"""

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar


STAGGER = 0.25
"""Seconds after which the next address is tried beside one that has not answered (RFC 8305)."""

_Connection = TypeVar("_Connection")


async def resolve(host: str, limit: float | None = None) -> list[str]:
    """The addresses of the host, in the order in which the operating system wants them tried.

    Args:
        host: A name, or an address, which is its own.
        limit: Seconds that the look-up may take; None means as long as it takes.

    Raises:
        socket.gaierror: There is no such name, or the look-up took too long.
    """
    if is_address(host):
        return [host]
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def look_up() -> None:
        told = _look_up(host)
        # Whoever asked may be gone, and the loop with them.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell, found, told)

    # A daemon: the process does not wait for it either.
    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        async with asyncio.timeout(limit):
            return await found
    except TimeoutError:
        raise socket.gaierror(socket.EAI_AGAIN, "time-out") from None


def is_address(host: str) -> bool:
    """Whether the host is an address, which takes no look-up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _look_up(host: str) -> list[str] | socket.gaierror:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return error
    except (OSError, UnicodeError) as error:  # a label of more than 63 characters is none of a name
        return socket.gaierror(socket.EAI_NONAME, type(error).__name__)
    return list(dict.fromkeys(_shown(place) for *_, place in found))


def _shown(place: Sequence[object]) -> str:
    address = str(place[0])
    # Without its scope a link-local address leads nowhere.
    scope = place[3] if len(place) > 3 else 0
    return f"{address}%{scope}" if scope and "%" not in address else address


def _tell(found: "asyncio.Future[list[str]]", told: list[str] | socket.gaierror) -> None:
    if found.done():
        return
    if isinstance(told, socket.gaierror):
        found.set_exception(told)
    else:
        found.set_result(told)


async def first_connected(
    addresses: Iterable[str],
    connect: Callable[[str], Awaitable[_Connection]],
    close: Callable[[_Connection], Awaitable[None]],
) -> _Connection:
    """The first connection that stands, of attempts that begin one after the other; all others are closed.

    Raises:
        Exception: What the first attempt to fail raised, when every one failed.
    """
    waiting = list(addresses)
    attempts: list[asyncio.Future[_Connection]] = []
    failed: list[asyncio.Future[_Connection]] = []
    winner: asyncio.Future[_Connection] | None = None
    try:
        while winner is None and (waiting or len(failed) < len(attempts)):
            if waiting:
                attempts.append(asyncio.ensure_future(connect(waiting.pop(0))))
            underway = [attempt for attempt in attempts if attempt not in failed]
            stagger = STAGGER if waiting else None
            done, _ = await asyncio.wait(underway, timeout=stagger, return_when=asyncio.FIRST_COMPLETED)
            failed += [attempt for attempt in underway if attempt in done and attempt.exception() is not None]
            winner = next((attempt for attempt in underway if attempt in done and attempt not in failed), None)
        if winner is None and not failed:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        return (winner or failed[0]).result()
    finally:
        await _call_off([attempt for attempt in attempts if attempt is not winner], close)


async def _call_off(
    attempts: "list[asyncio.Future[_Connection]]", close: Callable[[_Connection], Awaitable[None]]
) -> None:
    for attempt in attempts:
        attempt.cancel()
    for outcome in await asyncio.gather(*attempts, return_exceptions=True):
        if not isinstance(outcome, BaseException):
            await close(outcome)
