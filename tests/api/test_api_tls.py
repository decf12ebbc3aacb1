"""TLS against throw-away certificates, made anew for each run."""

import asyncio
import contextlib
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pexpect
import pytest

from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.errors import BadAddress, Step, Unreachable
from emqx_tui.domain.models import Kind


Connect = Callable[..., Awaitable[Broker]]

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program makes the certificates")


def openssl(directory: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True, timeout=30)  # noqa: S607


def self_signed(directory: Path, name: str, *, days: str = "2", key: tuple[str, ...] = ("-nodes",)) -> None:
    """A certificate of its own issuing for loopback, with its key beside it."""
    openssl(
        directory,
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", *key, "-days", days),
        *("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}"),
        *("-addext", "subjectAltName=IP:127.0.0.1"),
    )


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with `server`, `client`, `stranger` and, its key under a passphrase, `locked`."""
    directory = tmp_path_factory.mktemp("certificates")
    for name in ("server", "client", "stranger"):
        self_signed(directory, name)
    self_signed(directory, "locked", key=("-passout", "pass:open-sesame"))
    return directory


@contextlib.asynccontextmanager
async def tls_broker(certificates: Path, *, demands_client: bool = False) -> AsyncIterator[str]:
    """The base of a broker behind TLS that lists no nodes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    if demands_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificates / "client.pem")
    open_ones: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")
                await writer.drain()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones[asyncio.ensure_future(answer(reader, writer))] = writer

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v5"
    for task, writer in open_ones.items():
        writer.transport.abort()
        task.cancel()
    await asyncio.gather(*open_ones, return_exceptions=True)


async def ask(connect: Connect, base: str, **choices: object) -> object:
    broker = await connect(base, remembered=Remembered(base, Kind.EMQX5), **choices)
    return await broker.nodes()


async def test_a_certificate_that_nobody_vouches_for_is_refused_with_the_reason(
    connect: Connect, certificates: Path
) -> None:
    async with tls_broker(certificates) as base:
        with pytest.raises(Unreachable) as told:
            await ask(connect, base)
        assert told.value.step is Step.TLS
        assert "self" in told.value.detail
        assert "signed certificate" in told.value.detail


async def test_a_ca_of_ones_own_vouches_for_the_broker(connect: Connect, certificates: Path) -> None:
    async with tls_broker(certificates) as base:
        assert await ask(connect, base, ca_file=certificates / "server.pem") == []
        with pytest.raises(Unreachable) as told:
            await ask(connect, base, ca_file=certificates / "stranger.pem")
        assert told.value.step is Step.TLS


async def test_a_certificate_for_another_name_is_refused(connect: Connect, certificates: Path) -> None:
    async with tls_broker(certificates) as base:
        with pytest.raises(Unreachable) as told:
            await ask(connect, base.replace("127.0.0.1", "localhost"), ca_file=certificates / "server.pem")
        assert told.value.step is Step.TLS
        assert "localhost" in told.value.detail


async def test_verification_is_off_only_when_it_is_switched_off(connect: Connect, certificates: Path) -> None:
    async with tls_broker(certificates) as base:
        assert await ask(connect, base, verify=False) == []
        with pytest.raises(Unreachable):
            await ask(connect, base, verify=True)


async def test_a_ca_file_in_the_environment_changes_nothing(
    connect: Connect, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "server.pem"))
    async with tls_broker(certificates) as base:
        with pytest.raises(Unreachable) as told:
            await ask(connect, base)
        assert told.value.step is Step.TLS


async def test_a_broker_that_demands_a_client_certificate_answers_only_with_it(
    connect: Connect, certificates: Path
) -> None:
    ours = {"ca_file": certificates / "server.pem"}
    shown = {"client_cert": certificates / "client.pem", "client_key": certificates / "client.key"}
    stranger = {"client_cert": certificates / "stranger.pem", "client_key": certificates / "stranger.key"}
    async with tls_broker(certificates, demands_client=True) as base:
        for without in (ours, ours | stranger):
            with pytest.raises(Unreachable) as told:
                await ask(connect, base, **without)
            assert told.value.step in {Step.TLS, Step.CLOSED}
        assert await ask(connect, base, **ours, **shown) == []


async def test_https_to_a_port_that_speaks_plain_http_is_a_matter_of_tls(connect: Connect) -> None:
    async def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        with pytest.raises(Unreachable) as told:
            await ask(connect, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v5")
        assert told.value.step is Step.TLS


@pytest.mark.parametrize(
    "choices",
    [
        {"ca_file": "missing.pem"},
        {"ca_file": "server.key"},
        {"client_cert": "missing.pem"},
        {"client_cert": "client.pem"},
        {"client_cert": "client.pem", "client_key": "stranger.key"},
    ],
)
async def test_a_certificate_file_that_cannot_be_used_is_a_mistake_in_the_configuration(
    connect: Connect, certificates: Path, choices: dict[str, str]
) -> None:
    files = {name: certificates / file for name, file in choices.items()}
    with pytest.raises(BadAddress) as told:
        await ask(connect, "https://broker.invalid:18083/api/v5", **files)
    assert told.value.detail.startswith("TLS: ")
    assert told.value.halts


def test_a_locked_client_key_is_refused_and_no_passphrase_is_asked_for_in_the_terminal(certificates: Path) -> None:
    program = (
        "from pathlib import Path\n"
        "from emqx_tui.api import address, http\n"
        "from emqx_tui.config import Secret\n"
        "from emqx_tui.domain.broker import Endpoint\n"
        "url = 'https://broker.invalid:18083/api/v5'\n"
        "at = Endpoint(url, 'id', Secret('x'), client_cert=Path('locked.pem'), client_key=Path('locked.key'))\n"
        "try:\n    http.Client(url, at, address.repair(url))\n"
        "except http.BadAddress as error:\n    print('refused', error.detail)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    terminal = pexpect.spawn(
        sys.executable, ["-c", program], cwd=certificates, env=environment, timeout=20, encoding="utf-8"
    )
    assert terminal.expect(["refused TLS: ", "(?i)pass ?phrase", pexpect.EOF]) == 0
    terminal.close(force=True)
