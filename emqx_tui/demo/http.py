"""A small HTTP/1.1 server for simulated brokers: on loopback only, inside the running event loop, without tasks.

Each connection is an `asyncio.Protocol`, and an answer that is due later is one timer. So a client that hangs up, or
`stop`, ends whatever was waiting at once.
"""

import asyncio
import re
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

from emqx_tui.demo.exchange import Answer, Clock, Request, Service


HOST = "127.0.0.1"
"""The only address that is listened on; nothing lets a caller choose another."""

LONGEST_HEAD = 16 * 1024
LONGEST_BODY = 1024 * 1024
_REQUEST_LINE = re.compile(r"([A-Za-z]{1,20}) (\S+) HTTP/1\.([01])")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_TOO_LONG = Answer(431, headers=(("connection", "close"),))


class _NotHttpError(Exception):
    """The bytes are no request that this server understands."""


class _Connection(asyncio.Protocol):
    """One client: takes requests one after another, pipelined ones too, and answers in order."""

    def __init__(self, service: Service, clock: Clock, server: "Server") -> None:
        self._service = service
        self._clock = clock
        self._server = server
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._buffer = bytearray()
        self._pending: asyncio.TimerHandle | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self._last = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.joined(self)
        self._rest()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  part of the interface
        self._server.left(self)
        self._transport = None
        self.ended.set_result(None)
        for timer in (self._pending, self._idle):
            if timer is not None:
                timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._pending is not None and self._transport and len(self._buffer) > LONGEST_HEAD:
            self._transport.pause_reading()
        self._advance()

    def abort(self) -> None:
        """End the connection now, whatever was waiting."""
        if self._transport is not None:
            self._transport.abort()

    def _advance(self) -> None:
        while self._pending is None and self._transport is not None and not self._transport.is_closing():
            try:
                request = self._take()
            except _NotHttpError:
                self._finish_with(self._service.garbage)
                return
            except OverflowError:
                garbage = self._service.garbage
                self._finish_with(garbage if garbage.status is None else _TOO_LONG)
                return
            if request is None:
                self._rest()
                return
            self._serve(request)

    def _take(self) -> Request | None:
        """The next whole request out of the buffer, None while it is not all there."""
        while self._buffer.startswith(b"\r\n"):
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n")
        if end > LONGEST_HEAD or (end < 0 and len(self._buffer) > LONGEST_HEAD):
            raise OverflowError
        if end < 0:
            if self._buffer and not self._buffer[:1].isalpha():
                raise _NotHttpError
            return None
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        headers = _headers(lines[1:])
        body = headers.get("content-length", "0")
        if not (body.isascii() and body.isdigit()) or "transfer-encoding" in headers:
            raise _NotHttpError
        if int(body) > LONGEST_BODY:
            raise OverflowError
        whole = end + 4 + int(body)
        if len(self._buffer) < whole:
            return None
        content = bytes(self._buffer[end + 4 : whole])
        del self._buffer[:whole]
        return self._read(lines[0], headers, content)

    def _read(self, line: str, headers: dict[str, str], body: bytes) -> Request:
        found = _REQUEST_LINE.fullmatch(line)
        if found is None:
            raise _NotHttpError
        wish = headers.get("connection", "").lower()
        self._last = wish == "close" or (found[3] == "0" and wish != "keep-alive")
        target = found[2]
        if not target.startswith("/"):
            parts = urlsplit(target)
            if not parts.scheme.startswith("http"):
                raise _NotHttpError
            target = f"{parts.path or '/'}?{parts.query}"
        path, _, query = target.partition("?")
        return Request(found[1].upper(), path, query, headers, body)

    def _serve(self, request: Request) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        answer = self._service.answer(request)
        if answer.after > 0:
            self._pending = self._loop.call_later(answer.after, self._due, request, answer)
        else:
            self._send(request, answer)

    def _due(self, request: Request, answer: Answer) -> None:
        self._pending = None
        if answer.again:
            self._serve(request)
        else:
            self._send(request, answer)
        if self._transport is not None:
            self._transport.resume_reading()
        self._advance()

    def _send(self, request: Request, answer: Answer) -> None:
        if self._transport is None:
            return
        if answer.status is None:
            self._transport.close()
            return
        self._transport.write(self._encode(answer, with_body=request.method != "HEAD"))
        if self._last:
            self._transport.close()

    def _finish_with(self, answer: Answer) -> None:
        """Give a last answer, if there is one to give, and close: what follows cannot be told apart from rubbish."""
        if self._transport is not None:
            if answer.status is not None:
                self._transport.write(self._encode(answer, with_body=True))
            self._transport.close()

    def _encode(self, answer: Answer, *, with_body: bool) -> bytes:
        status = HTTPStatus(answer.status or 500)
        lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.dated:
            lines.append(f"date: {_http_date(int(self._clock()))}")
        if status != HTTPStatus.NO_CONTENT:
            lines.append(f"content-length: {len(answer.body)}")
        if self._last:
            lines.append("connection: close")
        head = "\r\n".join((*lines, "", "")).encode("latin-1")
        return head + answer.body if with_body else head

    def _rest(self) -> None:
        """Wait for the next request, as long as this broker waits."""
        seconds = self._service.idle_seconds
        if seconds is not None and self._idle is None and self._transport is not None:
            self._idle = self._loop.call_later(seconds, self._transport.close)


@lru_cache(maxsize=64)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        found = _HEADER.fullmatch(line)
        if found is None:
            raise _NotHttpError
        headers[found[1].lower()] = found[2]
    return headers


class Server:
    """One service behind one port of the loopback interface."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._connections: set[_Connection] = set()
        self._listening: asyncio.Server | None = None
        self.port = 0

    async def start(self, port: int) -> None:
        """Listen on this port, on a free one for 0; raises OSError when it is taken."""
        self._listening = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self._service, self._clock, self), HOST, port
        )
        self.port = self._listening.sockets[0].getsockname()[1]

    def joined(self, connection: _Connection) -> None:
        """Keep the connection to end it with the server; one that was accepted too late ends now."""
        self._connections.add(connection)
        if self._listening is None or not self._listening.is_serving():
            connection.abort()

    def left(self, connection: _Connection) -> None:
        """Forget a connection that is closed."""
        self._connections.discard(connection)

    async def stop(self) -> None:
        """Listen no more and end every connection, those with an answer due as well."""
        if self._listening is None:
            return
        self._listening.close()
        ending = [connection.ended for connection in self._connections]
        for connection in self._connections:
            connection.abort()
        await asyncio.gather(*ending)
        await self._listening.wait_closed()
        self._listening = None
