"""Loopback servers that are no broker, or one behind TLS with a throw-away certificate."""

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path


Converse = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

NODES = b'[{"node":"emqx@10.0.0.1","node_status":"running","version":"5.8.9"}]'


@contextlib.asynccontextmanager
async def listening(converse: Converse, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that treats each connection like this."""
    open_ones: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            await converse(reader, writer)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones[asyncio.ensure_future(conversation(reader, writer))] = writer

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
    for task, writer in open_ones.items():
        writer.transport.abort()
        task.cancel()
    await asyncio.gather(*open_ones, return_exceptions=True)


async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes = NODES) -> None:
    """An EMQX 5 that has one node, whatever it is asked."""
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Takes the connection and says nothing."""
    while await reader.read(4096):
        pass


def certificate(directory: Path) -> Path:
    """A certificate of its own issuing for loopback and `broker.test`, with its key in the same file."""
    made = directory / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-keyout", str(directory / "key.pem"), "-out", str(made), "-subj", "/CN=broker.test"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1,DNS:broker.test"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return made


def server_context(made: Path) -> ssl.SSLContext:
    """A server's side of TLS with the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, made.with_name("key.pem"))
    return context
