"""How many requests may be under way: two small ones a deployment, 64 in all, eight pages of rows in all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from emqx_tui.fleet.clock import Clock


EACH_DEPLOYMENT = 2
IN_ALL = 64
PAGES_IN_ALL = 8

PATIENCE = 1.0
"""Seconds after which a request counts as waiting for a dead peer: it gives its place among all others back."""


class Slots:
    """Places for requests, shared by all deployments."""

    def __init__(self, clock: Clock, in_all: int = IN_ALL, pages_in_all: int = PAGES_IN_ALL) -> None:
        self._clock = clock
        self._in_all = asyncio.Semaphore(in_all)
        self._pages = asyncio.Semaphore(pages_in_all)

    @property
    def crowded(self) -> bool:
        """All places are taken, so that a question may have waited for one instead of for its answer."""
        return self._in_all.locked()

    @asynccontextmanager
    async def small(self, own: asyncio.Semaphore, impatient: Callable[[], None] | None = None) -> AsyncIterator[None]:
        """A place for a small request: one of the deployment's own and one among all.

        The place among all is given back after `PATIENCE`, so that a dead deployment takes no other's. The own
        place is kept to the end, unless `impatient` is given: then it is given back too, and `impatient` called.
        """
        async with self._lease(own, impatient), self._lease(self._in_all, lambda: None):
            yield

    @asynccontextmanager
    async def page(self, own: asyncio.Semaphore) -> AsyncIterator[None]:
        """A place for a large answer: one of the deployment's own and one of the few for pages."""
        async with own, self._pages:
            yield

    @asynccontextmanager
    async def _lease(self, places: asyncio.Semaphore, impatient: Callable[[], None] | None) -> AsyncIterator[None]:
        await places.acquire()
        if impatient is None:
            try:
                yield
            finally:
                places.release()
            return
        held = True

        async def give_back() -> None:
            nonlocal held
            await self._clock.sleep(PATIENCE)
            held = False
            places.release()
            impatient()

        timer = asyncio.create_task(give_back())
        try:
            yield
        finally:
            timer.cancel()
            if held:
                places.release()
