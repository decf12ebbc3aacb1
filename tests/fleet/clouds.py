"""The demo's platform API of an EMQX Cloud account, on a port of its own."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from emqx_tui.config import InlineSecret, Platform, Secret
from emqx_tui.demo.exchange import Answer, Request
from emqx_tui.demo.http import HOST, Server
from emqx_tui.demo.platform import BASE, KEY, SECRET, PlatformApi
from emqx_tui.fleet.account import NAME, Account
from fleet.fakes import FakeClock


class Counting:
    """The demo's platform API, which remembers what it is asked; `instead` is what else is to answer."""

    idle_seconds: float | None = 60.0
    garbage = PlatformApi.garbage

    def __init__(self, clock: FakeClock) -> None:
        self._api = PlatformApi(clock.wall)
        self.asked: list[Request] = []
        self.instead: Answer | None = None

    def answer(self, request: Request) -> Answer:
        """The answer."""
        self.asked.append(request)
        return self.instead or self._api.answer(request)


class Cloud:
    """The API and who asks it."""

    def __init__(self, service: Counting, server: Server, clock: FakeClock, state: Path) -> None:
        self.service, self.server, self.clock, self.state = service, server, clock, state

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.server.port}{BASE}"

    def account(self, key: str = KEY, secret: str = SECRET, url: str = "") -> Account:
        """The account as another start of the program knows it."""
        platform = Platform(url=url or self.url, app_id=key, secret=InlineSecret(Secret(secret)))
        return Account(platform, self.state / NAME, clock=self.clock)


@contextlib.asynccontextmanager
async def running_cloud(state: Path, clock: FakeClock) -> AsyncIterator[Cloud]:
    """The API until the end of the block."""
    service = Counting(clock)
    server = Server(service, clock.wall)
    await server.start(0)
    try:
        yield Cloud(service, server, clock, state)
    finally:
        await server.stop()
