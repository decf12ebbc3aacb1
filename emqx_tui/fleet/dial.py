"""Whether a port can be reached at all: a connection that is hung up as soon as it stands."""

import asyncio
import os
from collections.abc import Iterable
from urllib.parse import urlsplit

from emqx_tui.api.resolve import first_connected
from emqx_tui.i18n import _


_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


def door(url: str) -> tuple[str, int]:
    """Host and port of an address whose form has been checked."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)


async def dial(addresses: Iterable[str], port: int, limit: float) -> str:
    """Why none of the addresses takes a connection at the port; empty when one does.

    Args:
        addresses: The addresses of one host, in the order in which to try them.
        port: The port.
        limit: Seconds that all of it may take.
    """

    async def connected(address: str) -> asyncio.StreamWriter:
        return (await asyncio.open_connection(address, port))[1]

    try:
        async with asyncio.timeout(limit):
            await _hang_up(await first_connected(addresses, connected, _hang_up))
    except TimeoutError:
        return _("time-out")
    except OSError as error:
        return os.strerror(error.errno) if error.errno else type(error).__name__
    return ""


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
