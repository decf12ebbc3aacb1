"""What is asked of a deployment while somebody looks at it: one list, page by page, and more about single rows of it.

A `Reading` lives as long as somebody looks. It goes by the watch of its deployment: without a connection, paused or
while the deployment as a whole fails it waits, and it keeps what it has read.
"""

import asyncio
import logging
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.errors import BrokerError, Forbidden, Unsupported
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.fleet.backoff import backoff, jittered
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.listed import ListingState, More
from emqx_tui.fleet.outage import Waker
from emqx_tui.fleet.slots import Slots
from emqx_tui.resources.spec import Asked, Resource


T = TypeVar("T")

FIGURES_AT_ONCE = 4
"""Questions about single rows that are under way at the same time."""

REST = 0.3
"""Seconds that the cursor has to stay on a row before more is asked about it."""

MOST_PAGES = 10_000
"""A list that goes on after so many pages has no end: a broker that gives page after page for ever is not believed."""

SETTLED = (Unsupported, Forbidden)
"""What stays as it is however often one asks."""

log = logging.getLogger(__name__)


class Ask(Protocol):
    """Asks the broker of one deployment something."""

    async def __call__(self, question: Callable[[Broker], Awaitable[T]]) -> T:
        """The answer; every failure is a `BrokerError`."""
        ...


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
        self._generation = 0
        self._keys: set[str] = set()
        self._visible: Sequence[Entry[Any]] = ()
        self._figures: dict[str, More] = {}
        self._selected: Entry[Any] | None = None
        self._selected_at = -math.inf
        self._revealed: str | None = None
        self._busy: set[str] = set()

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
        state.more.clear()
        self._figures.clear()
        self._keys.clear()
        self._due, self._more_wanted = 0.0, False
        self._told()

    def want_more(self) -> None:
        """The end of what has been read is in sight."""
        state = self.state
        if not state.complete and state.after is not None and not self._more_wanted and state.error is None:
            self._more_wanted = True
            self._waker.wake()

    def refresh(self) -> None:
        """Read again now, also what was not offered or not allowed before."""
        self._due = 0.0
        self.state.failures = 0
        self._forget_ages()
        self._waker.wake()

    def look_at(self, visible: Sequence[Entry[Any]], selected: Entry[Any] | None) -> None:
        """Say which rows are in sight, and which one is under the cursor (None: its detail is not shown)."""
        if self._key(selected) != self._key(self._selected):
            self._revealed = None
            self._selected_at = self._clock.monotonic()
            self._waker.wake()
        self._selected = selected
        if self._asked.figures is not None and visible != self._visible:
            self._waker.wake()
        self._visible = tuple(visible)

    def reveal(self) -> bool:
        """Ask for what is shown only when wanted of the row under the cursor, or hide it again.

        False when there is nothing of that kind, or no row.
        """
        name = self._key(self._selected)
        if self._asked.reveal is None or name is None:
            return False
        self._revealed = None if self._revealed == name else name
        # What was revealed is not kept when it is hidden again.
        self.state.more.pop(name, None)
        self._told()
        return True

    def _key(self, entry: Entry[Any] | None) -> str | None:
        return None if entry is None else self.resource.key(entry)

    def _forget_ages(self) -> None:
        for known in (*self._figures.values(), *self.state.more.values()):
            known.answered_at = None

    # Reading

    async def run(self) -> None:
        """Read until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                now = self._clock.monotonic()
                if not self._ready():
                    await self._waker.sleep_until(now + 60.0)
                    continue
                if not self.state.loading and (now >= self._due or self._more_wanted):
                    self.state.loading = True
                    group.create_task(self._load())
                due = [self._due if not self.state.loading else math.inf]
                due += [self._start_figures(group, now), self._start_more(group, now)]
                await self._waker.sleep_until(min(*due, now + 60.0))

    async def _load(self) -> None:
        generation, state = self._generation, self.state
        try:
            async with self._slots.page(self._own):
                if self._more_wanted and self._clock.monotonic() < self._due:
                    await self._load_next(generation)
                else:
                    await self._load_again(generation)
        except BrokerError as error:
            if generation == self._generation:
                self._failed(error)
        else:
            if generation == self._generation:
                state.error, state.failures = None, 0
        finally:
            state.loading = False
            if generation == self._generation:
                self._more_wanted = False
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

        An empty page is not the last one for that: what was on it may have been filtered out here.
        """
        now, key = self._now(), self.resource.key
        figures = self._figures
        before = len(rows)
        for item in page.items:
            entry = Entry(self._deployment, item, now)
            name = key(entry)
            if name in keys:
                continue
            keys.add(name)
            known = figures.get(name)
            rows.append(entry if known is None or known.value is None else entry._replace(figures=known.value))
        return page.after is None or (bool(page.items) and len(rows) == before)

    def _show(self, page: Page[Any], rows: list[Entry[Any]], pages: int, *, complete: bool) -> None:
        state = self.state
        state.entries, state.pages, state.complete = tuple(rows), pages, complete
        state.after = None if complete else page.after
        state.total = page.total if page.total is not None else state.total
        state.answered_at = self._clock.monotonic()

    def _failed(self, error: BrokerError) -> None:
        state = self.state
        state.error, state.failures = error, state.failures + 1
        log.info("%s: %s: %r %s", self._deployment, self.resource.name, error, error.status or "")
        settled = error.halts or isinstance(error, SETTLED)
        wait = math.inf if settled else backoff(state.failures, self._asked.every, self._rng)
        self._due = self._clock.monotonic() + wait

    # Single rows

    def figures_error(self, key: str) -> BrokerError | None:
        """Why the figures of the row of that key did not come."""
        known = self._figures.get(key)
        return None if known is None else known.error

    def _again(self, known: More, answered_at: float) -> float:
        """When it is to be asked again."""
        return math.inf if isinstance(known.error, SETTLED) else answered_at + self._asked.every

    def _start_figures(self, group: asyncio.TaskGroup, now: float) -> float:
        """Ask for the figures of rows in sight that are due; when the next one is."""
        if self._asked.figures is None:
            return math.inf
        next_due = math.inf
        for entry in self._visible:
            name = self.resource.key(entry)
            if name in self._busy:
                continue
            known = self._figures.setdefault(name, More())
            due = -math.inf if known.answered_at is None else self._again(known, known.answered_at)
            if due > now:
                next_due = min(next_due, due)
            elif len(self._busy) < FIGURES_AT_ONCE:
                self._busy.add(name)
                group.create_task(self._ask_figures(name, entry.item))
        return next_due

    async def _ask_figures(self, name: str, item: Any) -> None:  # noqa: ANN401  the resource's own
        ask = self._asked.figures
        known = self._figures.setdefault(name, More())
        try:
            if ask is not None:
                answer = await self._ask(lambda broker: ask(broker, item))
                compared = self._asked.compared
                known.value = answer if compared is None else compared(known.value, answer)
                known.error = None
        except BrokerError as error:
            known.error = error
        else:
            self._replace(name, known.value)
        finally:
            known.answered_at = self._clock.monotonic()
            self._busy.discard(name)
            self._told()

    def _replace(self, name: str, figures: Any) -> None:  # noqa: ANN401  the resource's own
        key = self.resource.key
        self.state.entries = tuple(
            entry._replace(figures=figures) if key(entry) == name else entry for entry in self.state.entries
        )

    def _start_more(self, group: asyncio.TaskGroup, now: float) -> float:
        """Ask more about the row under the cursor once it has rested there; when that is due."""
        entry = self._selected
        if self._asked.more is None or entry is None:
            return math.inf
        name = self.resource.key(entry)
        known = self.state.more.get(name)
        read = None if known is None else known.answered_at
        due = self._selected_at + REST if known is None or read is None else self._again(known, read)
        if due > now:
            return due
        busy = f"{name}\0more"
        if busy not in self._busy:
            self._busy.add(busy)
            group.create_task(self._ask_more(name, busy, entry.item))
        return math.inf

    async def _ask_more(self, name: str, busy: str, item: Any) -> None:  # noqa: ANN401  the resource's
        wanted = self._revealed
        ask = self._asked.reveal if wanted == name else self._asked.more
        known = self.state.more.get(name) or More()
        try:
            if ask is not None:
                known.value, known.error = await self._ask(lambda broker: ask(broker, item)), None
        except BrokerError as error:
            known.error = error
        finally:
            known.answered_at = self._clock.monotonic()
            self._busy.discard(busy)
            if self._revealed == wanted:
                # Only what one looks at is kept: details are large. What was hidden again meanwhile is not.
                self.state.more.clear()
                self.state.more[name] = known
            self._told()

    def _told(self) -> None:
        self._waker.wake()
        self._changed()


def _sum(before: int | None, brought: int | None) -> int | None:
    return None if brought is None else (before or 0) + brought
