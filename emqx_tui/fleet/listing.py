"""What is asked of a deployment while somebody looks at it: one list, page by page.

A `Reading` lives as long as somebody looks. It goes by the watch of its deployment: without a connection, paused or
while the deployment as a whole fails it waits, and it keeps what it has read.
"""

import asyncio
import logging
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from emqx_tui.domain.errors import BadRequest, BrokerError
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.fleet.backoff import backoff, jittered
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.listed import ListingState
from emqx_tui.fleet.outage import Waker
from emqx_tui.fleet.single_rows import FORCED_EVERY, SETTLED, Ask, SingleRows, of_a_broker
from emqx_tui.fleet.slots import Slots
from emqx_tui.resources.spec import Asked, Resource


MOST_PAGES = 10_000
"""A list that goes on after so many pages has no end: a broker that gives page after page for ever is not believed."""

log = logging.getLogger(__name__)


class Reading:
    """Reads one list of one deployment into its state until it is closed.

    Args:
        deployment: Its name.
        resource: The kind of row; it must be one that is asked for.
        state: Where everything goes.
        ask: Asks the broker something; it raises `BrokerError` when there is none to be asked.
        ready: The broker may be asked now.
        now: Gives the broker's time in seconds since 1970.
        clock: Time.
        slots: Places for requests.
        rng: For jitter.
        changed: Is called after each change.
    """

    def __init__(  # noqa: PLR0913  what it works with, once
        self,
        deployment: str,
        resource: Resource[Any],
        state: ListingState,
        *,
        ask: Ask,
        ready: Callable[[], bool],
        now: Callable[[], float],
        clock: Clock,
        slots: Slots,
        rng: random.Random,
        changed: Callable[[], None],
    ) -> None:
        if resource.asked is None:
            raise ValueError(resource.name)
        self.resource = resource
        self.state = state
        self._asked: Asked = resource.asked
        self._deployment = deployment
        self._ask = ask
        self._ready = ready
        self._now = now
        self._clock = clock
        self._slots = slots
        self._rng = rng
        self._changed = changed
        self._own = asyncio.Semaphore(1)
        self._waker = Waker(clock)
        self._due = 0.0
        self._more_wanted = False
        self._loading = False
        self._began_at = -math.inf
        self._forced = 0
        self._resumes = False
        self._generation = 0
        self._keys: set[str] = set()
        self.rows = SingleRows(resource, self._asked, state, ask=ask, clock=clock, told=self._told)
        """More about single rows."""

    # What the screen wants

    def wake(self) -> None:
        """Something about the deployment has changed."""
        self._waker.wake()

    def ask(self, query: Query) -> None:
        """Have the broker filter by this from now on; what was read by another filter goes."""
        if dict(query) == dict(self.state.query):
            return
        self._generation += 1
        state = self.state
        state.query, state.entries, state.total, state.seen, state.after = dict(query), (), None, None, None
        state.complete, state.pages, state.answered_at, state.error, state.failures = False, 0, None, None, 0
        self.rows.forget()
        self._keys.clear()
        self._due, self._more_wanted, self._resumes = 0.0, False, False
        self._told()

    def want_more(self) -> None:
        """The end of what has been read is in sight."""
        state = self.state
        if not state.complete and state.after is not None and not self._more_wanted and state.error is None:
            self._more_wanted = True
            self._waker.wake()

    def refresh(self) -> None:
        """Read again now, also what was not offered or not allowed before."""
        self._due = self._began_at + FORCED_EVERY
        self._forced += 1
        self._resumes = False
        self.state.failures = 0
        self.rows.refresh()
        self._waker.wake()

    def look_at(self, visible: Sequence[Entry[Any]], selected: Entry[Any] | None) -> None:
        """Say which rows are in sight, and which one is under the cursor (None: its detail is not shown)."""
        if self.rows.look_at(visible, selected):
            self._waker.wake()

    # Reading

    async def run(self) -> None:
        """Read until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                now = self._clock.monotonic()
                if not self._ready():
                    await self._waker.sleep_until(now + 60.0)
                    continue
                if not self._loading and (now >= self._due or self._more_wanted):
                    self._loading = True
                    group.create_task(self._load())
                due = self._due if not self._loading else math.inf
                await self._waker.sleep_until(min(due, self.rows.start(group, now), now + 60.0))

    async def _load(self) -> None:
        generation, forced, state = self._generation, self._forced, self.state
        further = self._resumes or (self._more_wanted and self._clock.monotonic() < self._due)
        state.loading = True
        try:
            async with self._slots.page(self._own):
                self._began_at = self._clock.monotonic()
                await (self._load_next if further else self._load_again)(generation)
        except Exception as error:  # noqa: BLE001  a mistake in one resource must not end the monitor
            if generation == self._generation:
                self._failed(of_a_broker(error), further=further)
        else:
            if generation == self._generation:
                state.error, state.failures, self._resumes = None, 0, False
        finally:
            self._loading = state.loading = False
            if generation == self._generation:
                self._more_wanted = False
                if forced != self._forced:
                    # What was under way when it was wanted anew may be of before.
                    self._due = self._began_at + FORCED_EVERY
            self._told()

    async def _load_next(self, generation: int) -> None:
        state = self.state
        page = await self._page(state.after)
        if generation == self._generation:
            self._take(page, [*state.entries])

    async def _load_again(self, generation: int) -> None:
        """From the beginning, as many pages as have been read; what is read takes the place of what was at the end.

        The first time each page is shown as it comes.
        """
        self.rows.forget_others()
        state, first = self.state, self.state.pages == 0
        wanted = MOST_PAGES if self._asked.whole else max(1, state.pages)
        rows: list[Entry[Any]] = []
        keys: set[str] = set()
        after: str | None = None
        done = False
        pages = 0
        seen: int | None = None
        while not done and pages < wanted:
            page = await self._page(after)
            if generation != self._generation:
                return
            pages += 1
            ended = self._add(page, rows, keys)
            after = page.after
            done = ended
            seen = _sum(seen, page.seen)
            if first or done or pages == wanted:
                self._keys = keys
                state.seen = seen
                self._show(page, rows, pages, complete=done)
                self._told()
        # A list of which much was read is not read again by itself: that would ask more the further one scrolls.
        alone = self._asked.whole or pages == 1
        self._due = self._clock.monotonic() + jittered(self._asked.every, self._rng) if alone else math.inf

    async def _page(self, after: str | None) -> Page[Any]:
        return await self._ask(lambda broker: self._asked.page(broker, self.state.query, after))

    def _take(self, page: Page[Any], rows: list[Entry[Any]]) -> None:
        ended = self._add(page, rows, self._keys)
        self.state.seen = _sum(self.state.seen, page.seen)
        self._show(page, rows, self.state.pages + 1, complete=ended)
        self._due = math.inf if not self._asked.whole else self._due

    def _add(self, page: Page[Any], rows: list[Entry[Any]], keys: set[str]) -> bool:
        """Append what is new; whether it was the last page: none follows, or it brought nothing new (traps 22 and 26).

        An empty page is not the last one for that where rows were filtered out here.
        """
        now, key = self._now(), self.resource.key
        figures = self.rows.figures
        before = len(rows)
        for item in page.items:
            entry = Entry(self._deployment, item, now)
            name = key(entry)
            if name in keys:
                continue
            keys.add(name)
            known = figures(name)
            rows.append(entry if known is None else entry._replace(figures=known))
        return page.after is None or (len(rows) == before and (bool(page.items) or not page.seen))

    def _show(self, page: Page[Any], rows: list[Entry[Any]], pages: int, *, complete: bool) -> None:
        state = self.state
        state.entries, state.pages, state.complete = tuple(rows), pages, complete
        state.after = None if complete else page.after
        state.total = page.total if page.total is not None else state.total
        state.answered_at = self._clock.monotonic()

    def _failed(self, error: BrokerError, *, further: bool) -> None:
        if not self._ready():
            # The deployment as a whole is paused or does not answer, which its screen tells of.
            return
        state = self.state
        # The next try is for the page that is missing, unless it may be what the broker does not know any more.
        self._resumes = further and not isinstance(error, BadRequest)
        state.error, state.failures = error, state.failures + 1
        log.info("%s: %s: %r %s", self._deployment, self.resource.name, error, error.status or "")
        settled = error.halts or isinstance(error, SETTLED)
        wait = math.inf if settled else backoff(state.failures, self._asked.every, self._rng)
        self._due = self._clock.monotonic() + wait

    def _told(self) -> None:
        self._waker.wake()
        self._changed()


def _sum(before: int | None, brought: int | None) -> int | None:
    return None if brought is None else (before or 0) + brought
