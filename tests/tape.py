"""A broker made of recorded answers: one loopback server that tests switch by calls and never by time.

    async with Tape("emqx-5.8.9-cluster") as tape:
        ... ask tape.url ...
        tape.lay("emqx-5.8.9-node-killed")

A set is a file of `tests/recordings`. Credentials are `admin` / `public`; whatever else is sent, and every
path that no set knows, gets what a real broker of that kind answers.
"""

import asyncio
import contextlib
import email.utils
import http
import http.client
import json
import socket
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from tape_sets import (
    PUBLIC,
    Answer,
    Asked,
    RecordedSet,
    asked_for,
    denied,
    in_json,
    kind_of,
    nanomq_takes,
    unknown,
    wrong_method,
)


USER: Final = "admin"
PASSWORD: Final = "public"

_CREDENTIALS = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived; header names are in lower case."""

    method: str
    target: str
    authorised: bool
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a test wants for the paths below a prefix; without an answer they hang."""

    prefix: tuple[str, ...]
    method: str | None
    answer: Answer | None

    def covers(self, asked: Asked) -> bool:
        return self.method in {None, asked.method} and asked.path[: len(self.prefix)] == self.prefix


class Tape:
    """A server of recorded answers on a loopback port of its own, from `async with` to its end.

    Args:
        sets: names of files in `tests/recordings`; later ones lie over earlier ones, path by path. The first
            one decides which kind of broker this is; without any it is an EMQX 5.x that knows no path.
    """

    def __init__(self, *sets: str) -> None:
        self.requests: list[Seen] = []
        self._kind = kind_of(sets[0]) if sets else "v5"
        self._sets = [RecordedSet(name) for name in sets]
        self._rules: list[_Rule] = []
        self._hanging: set[asyncio.Future[None]] = set()
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._socket = _bound(0)
        self._port: int = self._socket.getsockname()[1]

    async def __aenter__(self) -> Self:
        await self.resume()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pause()
        self._socket.close()

    @property
    def url(self) -> str:
        """The server's address without a path, such as `http://127.0.0.1:40123`."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def hanging(self) -> int:
        """Requests that hang right now."""
        return len(self._hanging)

    def lay(self, set_name: str) -> None:
        """Put another set over the ones before; its paths, with whatever query, are answered from it."""
        self._sets.append(RecordedSet(set_name))

    def lift(self) -> None:
        """Take off the set that lies uppermost; the first one stays."""
        if len(self._sets) > 1:
            self._sets.pop()

    def answer(
        self,
        path: str,
        *,
        status: int = 200,
        body: object = None,
        text: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
    ) -> None:
        """Answer the path and all below it like this until `forget`: `body` as JSON, or `text` as it is.

        Of several rules for a request the longest path wins, then the newest. Wrong credentials are still
        refused. A content-length of your own may promise more than comes; the connection is then closed.
        """
        payload = json.dumps(body).encode() if text is None else text if isinstance(text, bytes) else text.encode()
        if text is None and body is None:
            payload = b""
        own = {"content-type": "application/json" if text is None else "text/plain"}
        own |= {name.lower(): value for name, value in (headers or {}).items()}
        self._rule(path, Answer(status, own, payload), method)

    def hang(self, path: str) -> None:
        """Let the path and all below it hang until `release`; then they are answered as without this."""
        self._rule(path, None)

    def close_on(self, path: str) -> None:
        """Close the connection without an answer when the path or one below it is asked for."""
        self._rule(path, Answer(None))

    def forget(self, path: str | None = None) -> None:
        """Drop what `answer`, `hang` and `close_on` said about this path, or without a path all of it."""
        prefix = None if path is None else self._asked("GET", path).path
        self._rules = [rule for rule in self._rules if prefix is not None and rule.prefix != prefix]

    async def pause(self) -> None:
        """Go away: open connections break and new ones are refused, while the port stays ours."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        self._socket = _bound(self._port)
        tasks = tuple(self._connections)
        for task, writer in self._connections.items():
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def resume(self) -> None:
        """Come back on the same port."""
        if self._server is None:
            self._server = await asyncio.start_server(self._connected, sock=self._socket)

    async def release(self) -> None:
        """Let the requests that hang now go on: an answer where there is one, else the connection closes."""
        for hanging in tuple(self._hanging):
            self._hanging.discard(hanging)
            hanging.set_result(None)
        await asyncio.sleep(0)

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait for something this server notices, such as `lambda: tape.hanging == 2`.

        Raises:
            TimeoutError: it did not come about in ten seconds.
        """
        async with asyncio.timeout(_PATIENCE):
            while not met():
                await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()
        self._changed.clear()

    def _asked(self, method: str, target: str) -> Asked:
        return asked_for(self._kind, method, target)

    def _rule(self, path: str, answer: Answer | None, method: str | None = None) -> None:
        self._rules.append(_Rule(self._asked("GET", path).path, method, answer))

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._converse(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError), contextlib.closing(writer):
            while seen := await _request(reader):
                self.requests.append(seen)
                self._tell()
                answer = self._choose(seen)
                if answer.hangs and not await self._held(reader):
                    return
                if answer.status is None or not await self._send(writer, seen, answer):
                    return

    def _choose(self, seen: Seen) -> Answer:
        asked = self._asked(seen.method, seen.target)
        rules = sorted((rule for rule in self._rules if rule.covers(asked)), key=lambda rule: len(rule.prefix))
        strongest = rules[-1] if rules else None
        if strongest is not None and strongest.answer is None:
            rest = [rule.answer for rule in rules if rule.answer is not None]
            answer = self._checked(seen, asked, rest[-1] if rest else None)
            return replace(answer, hangs=True)
        return self._checked(seen, asked, strongest.answer if strongest is not None else None)

    def _checked(self, seen: Seen, asked: Asked, own: Answer | None) -> Answer:
        """The answer with regard to credentials; what needs none is answered before they are looked at."""
        kind, path, accept = self._kind, asked.path, seen.headers.get("accept", "")
        allowed = sorted({method for recorded in self._sets for method in recorded.methods(path)})
        if own is None and kind == "v5" and not allowed:
            return unknown(kind, path, accept)
        guarded = path not in PUBLIC and (kind == "v5" or path[:3] == ("", "api", "v4"))
        if guarded and not seen.authorised and (own is None or own.status is not None):
            return denied(kind, seen.headers.get("authorization"))
        if own is not None:
            return own
        if kind == "nanomq" and not nanomq_takes(asked):
            return in_json(400, {"code": 108}, {})
        found = (recorded.answer(asked) for recorded in reversed(self._sets))
        known = next((answer for answer in found if answer is not None), None)
        if known is not None:
            return known
        return wrong_method(kind, asked, allowed) if allowed else unknown(kind, path, accept)

    async def _held(self, reader: asyncio.StreamReader) -> bool:
        """Whether the request was released; False when its client went away first."""
        released: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gone = asyncio.ensure_future(reader.read(1))
        self._hanging.add(released)
        self._tell()
        try:
            await asyncio.wait((released, gone), return_when=asyncio.FIRST_COMPLETED)
            return released.done()
        finally:
            gone.cancel()
            await asyncio.wait((gone,))
            self._hanging.discard(released)
            self._tell()

    async def _send(self, writer: asyncio.StreamWriter, seen: Seen, answer: Answer) -> bool:
        """Send the answer; whether the connection lives on."""
        status = answer.status or 0
        headers = dict(answer.headers)
        if headers and self._kind != "nanomq":
            headers.setdefault("date", email.utils.formatdate(usegmt=True))
        bodiless = status == http.HTTPStatus.NO_CONTENT
        payload = b"" if bodiless or seen.method == "HEAD" else answer.payload
        length = headers.setdefault("content-length", str(len(payload)))
        if bodiless:
            del headers["content-length"]
        lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, '')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + payload)
        await writer.drain()
        return length == str(len(payload)) and seen.headers.get("connection", "").lower() != "close"


def _bound(port: int) -> socket.socket:
    """A socket that holds a loopback port without listening: who connects is refused."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", port))
    return held


async def _request(reader: asyncio.StreamReader) -> Seen | None:
    """The next request, None when the client has no more."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        return None
    return Seen(method, target, headers.get("authorization") == _CREDENTIALS, headers, body)
