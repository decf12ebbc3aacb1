"""The only file that speaks HTTP, to the configured base and nowhere else: GET, and what `permitted` lists.

What changes something is sent only by a client that was made for it, and never twice.

Every way in which a request can fail leaves here as a `BrokerError` that holds neither the credentials nor the
library's own text about the request.
"""

import asyncio
import json
import logging
import os
import socket
import ssl
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import httpcore
import httpx

from emqx_tui import __version__
from emqx_tui.api import wire
from emqx_tui.api.address import Address
from emqx_tui.api.permitted import permitted
from emqx_tui.api.resolve import first_connected, resolve
from emqx_tui.domain.broker import Endpoint
from emqx_tui.domain.errors import (
    BadAddress,
    BadAnswer,
    CredentialsMissing,
    NotPermitted,
    PlainHttpRefused,
    ReadOnly,
    Step,
    Unreachable,
)
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


CONNECT_TIMEOUT = 4.0
READ_TIMEOUT = 8.0
"""Seconds: far below the 60 s after which EMQX closes a request that a hung peer blocks (API reference, 1.5)."""

LARGEST = 16 * 1024 * 1024
"""Bytes of an answer that are read; a longer one is a BadAnswer."""

_KEEPALIVE = 3.0
_RACE = 1.0

# httpcore asks sniffio at each lock which library runs the coroutines, and takes asyncio where it is missing. An import
# that fails searches the whole path again every time, which took a twentieth of all that polling costs.
sys.modules.setdefault("sniffio", cast(Any, None))

log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What came back.

    Attributes:
        status: HTTP status.
        headers: Header fields by lower-case name.
        body: The whole body.
        seconds: From the request to the end of the body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Client:
    """Asks one base. Connections are kept for three seconds, because EMQX closes idle ones at five.

    Args:
        base: Complete base, as `address.repair` gives it.
        endpoint: Credentials, TLS choices and proxy.
        address: What is known of the host.

    Raises:
        PlainHttpRefused: The base is plain HTTP to another machine and the user has not allowed it.
        BadAddress: A certificate file or the proxy cannot be used.
        CredentialsMissing: The key or the secret cannot be sent.
    """

    def __init__(self, base: str, endpoint: Endpoint, address: Address) -> None:
        if address.plain and not address.loopback and not endpoint.allow_http:
            raise PlainHttpRefused(base)
        self.base = base
        self._client = _connections(endpoint, address, kept=True)
        # A kept connection may be closed by the broker at the very moment of the next request. What is only read is
        # asked again; whether a change was made would not be known. So each change has a connection of its own.
        self._writing = _connections(endpoint, address, kept=False) if endpoint.write else None
        self.clock_offset: float | None = None
        self._primed: dict[str, Answer | Unreachable] = {}

    def prime(self, path: str, outcome: Answer | Unreachable) -> None:
        """Give this outcome to the next request for the path: detection has already asked it."""
        self._primed[path] = outcome

    async def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """Ask a path below the base; it is sent as it is, so `@` in a node name stays literal as 4.x wants it.

        Raises:
            Unreachable: Nothing came back.
            BadAnswer: More than `LARGEST` bytes came back.
        """
        if not params and (primed := self._primed.pop(path, None)) is not None:
            if isinstance(primed, Unreachable):
                raise primed
            return primed
        started = time.monotonic()
        try:
            return await self._exchange(path, self._client.stream("GET", self.base + path, params=params or None))
        except Unreachable as error:
            # A kept connection may be closed by the broker at the very moment of the next request: asked once more.
            if error.step is not Step.CLOSED or time.monotonic() - started > _RACE:
                raise
        return await self._exchange(path, self._client.stream("GET", self.base + path, params=params or None))

    async def send(self, kind: Kind, method: str, path: str, body: object = None) -> Answer:
        """Ask for a change. It is sent once: when no answer comes, it may have been made or not.

        Args:
            kind: What answers, which decides what may be sent.
            method: POST, PUT or DELETE.
            path: Below the base, its names `permitted.encoded`, without a query.
            body: What is sent as JSON; None sends no body. It is never logged.

        Raises:
            ReadOnly: The client was made for reading only; nothing was sent.
            NotPermitted: It is none of the requests that `permitted` lists; nothing was sent.
            Unreachable: Nothing came back.
            BadAnswer: More than `LARGEST` bytes came back.
        """
        if self._writing is None:
            raise ReadOnly(path=sanitize(path))
        if permitted(kind, method, path) is None:
            raise NotPermitted(sanitize(method), path=sanitize(path))
        # In one piece, for NanoMQ understands no chunks.
        content = None if body is None else json.dumps(body).encode()
        headers = None if body is None else {"Content-Type": "application/json"}
        request = self._writing.stream(method, self.base + path, content=content, headers=headers)
        return await self._exchange(path, request, method)

    async def _exchange(
        self, path: str, request: AbstractAsyncContextManager[httpx.Response], method: str = "GET"
    ) -> Answer:
        started, asked_at = time.monotonic(), time.time()
        try:
            # The time-out covers the whole answer: one that trickles in byte by byte is no answer either.
            async with (
                asyncio.timeout(CONNECT_TIMEOUT + READ_TIMEOUT),
                request as response,
            ):
                body = await _read(response, path)
        except TimeoutError:
            raise Unreachable(Step.TIMEOUT, path=path) from None
        except httpx.DecodingError:
            raise BadAnswer("content-encoding", path=path) from None
        except httpx.HTTPError as error:
            raise _unreachable(error, path) from None
        except (httpx.InvalidURL, UnicodeError, OSError) as error:
            raise Unreachable(Step.CONNECT, type(error).__name__, path=path) from None
        seconds = time.monotonic() - started
        level = logging.DEBUG if method == "GET" else logging.INFO
        log.log(level, "%s %s%s: %d in %.3f s", method, self.base, path, response.status_code, seconds)
        headers = {name.lower(): sanitize(value) for name, value in response.headers.items()}
        self.clock_offset = _clock_offset(headers, asked_at)
        return Answer(response.status_code, headers, body, seconds)

    async def aclose(self) -> None:
        """Close the kept connections."""
        await self._client.aclose()
        if self._writing is not None:
            await self._writing.aclose()


def _connections(endpoint: Endpoint, address: Address, *, kept: bool) -> httpx.AsyncClient:
    """What sends requests, over connections that are kept for the next one or are not.

    Raises:
        BadAddress: A certificate file or the proxy cannot be used.
        CredentialsMissing: The key or the secret cannot be sent.
    """
    auth = _basic_auth(endpoint)
    if auth is None:
        raise CredentialsMissing(_("the key or the secret has characters that cannot be sent"))
    verify: ssl.SSLContext | bool = False if address.plain else _tls_context(endpoint)
    idle = None if kept else 0
    try:
        transport = httpx.AsyncHTTPTransport(
            verify=verify,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=idle, keepalive_expiry=_KEEPALIVE),
            proxy=endpoint.proxy,
            trust_env=False,
        )
        # httpx has no argument for it, httpcore below it has.
        transport._pool._network_backend = _Network()  # noqa: SLF001
        return httpx.AsyncClient(
            transport=transport,
            auth=auth,
            headers={"Accept": "application/json", "User-Agent": f"emqx-tui/{__version__}"},
            timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT, pool=None),
            follow_redirects=False,
            trust_env=False,
        )
    except (ValueError, ImportError, httpx.InvalidURL):  # a SOCKS proxy needs a package that is not there
        raise BadAddress("proxy") from None


class _Network(httpcore.AnyIOBackend):
    """Connects as httpcore does, but looks names up where a look-up that hangs holds up nobody."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's own
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first of the host's addresses that answers; TLS goes by the name all the same."""
        started = time.monotonic()
        try:
            addresses = await resolve(host, timeout)
        except socket.gaierror as error:
            raise httpcore.ConnectError(error.strerror) from error

        async def connect(address: str) -> httpcore.AsyncNetworkStream:
            left = None if timeout is None else max(0.0, timeout - (time.monotonic() - started))
            return await httpcore.AnyIOBackend.connect_tcp(self, address, port, left, local_address, socket_options)

        return await first_connected(addresses, connect, _close)


async def _close(stream: httpcore.AsyncNetworkStream) -> None:
    await stream.aclose()


def _basic_auth(endpoint: Endpoint) -> httpx.BasicAuth | None:
    # The refusal is raised by the caller: the library's own error holds the secret.
    try:
        return httpx.BasicAuth(endpoint.app_id, endpoint.secret.reveal())
    except ValueError:
        return None


async def _read(response: httpx.Response, path: str) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise BadAnswer(f"> {LARGEST} bytes", path=path, status=response.status_code)
    return bytes(body)


@lru_cache(maxsize=64)
def _context(
    ca_file: Path | None, client_cert: Path | None, client_key: Path | None, *, verify: bool, _state: tuple[object, ...]
) -> ssl.SSLContext:
    # One context for each choice, as building one takes 25 ms, and for each state of its files: they are renewed.
    context = httpx.create_ssl_context(verify=verify, trust_env=False)
    if verify and ca_file is not None:
        context = ssl.create_default_context(cafile=ca_file)
    if client_cert is not None:
        # Without a passphrase OpenSSL would ask for the one of a locked key in the terminal, over the screen.
        context.load_cert_chain(client_cert, client_key, password=lambda: "")
    return context


def _state_of(file: Path | None) -> tuple[int, int, int] | None:
    if file is None:
        return None
    known = file.stat()
    return known.st_mtime_ns, known.st_size, known.st_ino


def _tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    try:
        files = (endpoint.ca_file, endpoint.client_cert, endpoint.client_key)
        return _context(*files, verify=endpoint.verify, _state=tuple(_state_of(file) for file in files))
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
        raise BadAddress(f"TLS: {sanitize(str(reason))}") from None


def _unreachable(error: httpx.HTTPError, path: str) -> Unreachable:
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return Unreachable(Step.DNS, sanitize(cause.strerror or ""), path=path)
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", None) or cause.reason or ""
            return Unreachable(Step.TLS, sanitize(reason), path=path)
    if isinstance(error, httpx.TimeoutException):
        step = Step.CONNECT if isinstance(error, httpx.ConnectTimeout) else Step.TIMEOUT
        return Unreachable(step, "time-out", path=path)
    if isinstance(error, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol):
        told = [os.strerror(cause.errno) for cause in causes if isinstance(cause, OSError) and cause.errno]
        return Unreachable(Step.CONNECT, told[0] if told else type(error).__name__, path=path)
    return Unreachable(Step.CLOSED, path=path)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    pending: list[Any] = [error]
    while pending:
        one = pending.pop()
        if one is None or one in found:
            continue
        found.append(one)
        pending += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    return found


def _clock_offset(headers: Mapping[str, str], asked_at: float) -> float | None:
    told = wire.http_date(headers.get("date"))
    # The header has whole seconds; half a second in is the best guess of the moment.
    return None if told is None else told + 0.5 - (asked_at + time.time()) / 2
