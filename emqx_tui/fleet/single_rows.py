"""What is asked about single rows of a list: figures of those in sight, and more about the one under the cursor."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.errors import BadAnswer, BrokerError, Forbidden, Unsupported
from emqx_tui.domain.listing import Entry
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.listed import ListingState, More
from emqx_tui.resources.spec import Asked, Resource


T = TypeVar("T")

FIGURES_AT_ONCE = 4
"""Questions about single rows that are under way at the same time."""

FORCED_EVERY = 1.0
"""Seconds between two readings that the user forces, at least: a key that is held down must not become a flood."""

REST = 0.3
"""Seconds that the cursor has to stay on a row before more is asked about it."""

SETTLED = (Unsupported, Forbidden)
"""What stays as it is however often one asks."""

log = logging.getLogger(__name__)


class Ask(Protocol):
    """Asks the broker of one deployment something."""

    async def __call__(self, question: Callable[[Broker], Awaitable[T]]) -> T:
        """The answer; every failure is a `BrokerError`."""
        ...


class SingleRows:
    """Asks about rows of one list while somebody looks at them.

    Args:
        resource: The kind of row.
        asked: How it is asked for.
        state: Where figures (in its entries) and what more there is (by key) go.
        ask: Asks the broker something.
        clock: Time.
        told: Is called after each change.
    """

    def __init__(  # noqa: PLR0913  what it works with, once
        self,
        resource: Resource[Any],
        asked: Asked,
        state: ListingState,
        *,
        ask: Ask,
        clock: Clock,
        told: Callable[[], None],
    ) -> None:
        self._resource = resource
        self._asked = asked
        self._state = state
        self._ask = ask
        self._clock = clock
        self._told = told
        self._visible: Sequence[Entry[Any]] = ()
        self._figures: dict[str, More] = {}
        self._selected: Entry[Any] | None = None
        self._selected_at = -math.inf
        self._revealed: str | None = None
        self._busy: set[str] = set()
        self._forced_at = -math.inf

    # What the screen wants

    def look_at(self, visible: Sequence[Entry[Any]], selected: Entry[Any] | None) -> bool:
        """Take in which rows are in sight and which is under the cursor; whether something may be due for that."""
        moved = self._key(selected) != self._key(self._selected)
        if moved:
            self._hide()
            self._selected_at = self._clock.monotonic()
        before, self._selected, self._visible = self._visible, selected, tuple(visible)
        return moved or (self._asked.figures is not None and before != self._visible)

    def reveal(self) -> bool:
        """Ask for what is shown only when wanted of the row under the cursor, or hide it again.

        False when there is nothing of that kind, or no row.
        """
        name = self._key(self._selected)
        if self._asked.reveal is None or name is None:
            return False
        if self._revealed == name:
            self._hide()
        else:
            self._revealed = name
            self._state.more.pop(name, None)
        self._told()
        return True

    def _hide(self) -> None:
        """What was revealed is not kept when it is hidden again."""
        if self._revealed is not None:
            self._state.more.pop(self._revealed, None)
            self._revealed = None

    def refresh(self) -> None:
        """Ask anew about all rows that are looked at."""
        now = self._clock.monotonic()
        if now - self._forced_at < FORCED_EVERY:
            return
        self._forced_at = now
        for known in (*self._figures.values(), *self._state.more.values()):
            known.answered_at = None

    def forget(self) -> None:
        """There are other rows."""
        self._state.more.clear()
        self._figures.clear()

    def forget_others(self) -> None:
        """Of rows that are in the list no longer nothing is kept."""
        if self._figures:
            there = {self._resource.key(entry) for entry in self._state.entries} | self._busy
            self._figures = {name: known for name, known in self._figures.items() if name in there}

    def figures(self, key: str) -> Any:  # noqa: ANN401  the resource's own
        """The figures of the row of that key, as far as they are known."""
        known = self._figures.get(key)
        return None if known is None else known.value

    def figures_error(self, key: str) -> BrokerError | None:
        """Why the figures of the row of that key did not come."""
        known = self._figures.get(key)
        return None if known is None else known.error

    def _key(self, entry: Entry[Any] | None) -> str | None:
        return None if entry is None else self._resource.key(entry)

    # Asking

    def start(self, group: asyncio.TaskGroup, now: float) -> float:
        """Ask what is due now, in tasks of the group; when the next question is."""
        return min(self._start_figures(group, now), self._start_more(group, now))

    def _again(self, known: More, answered_at: float) -> float:
        """When it is to be asked again."""
        return math.inf if isinstance(known.error, SETTLED) else answered_at + self._asked.every

    def _start_figures(self, group: asyncio.TaskGroup, now: float) -> float:
        if self._asked.figures is None:
            return math.inf
        next_due = math.inf
        for entry in self._visible:
            name = self._resource.key(entry)
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
        except Exception as error:  # noqa: BLE001  a mistake in one resource must not end the monitor
            known.error = of_a_broker(error)
        else:
            self._replace(name, known.value)
        finally:
            known.answered_at = self._clock.monotonic()
            self._busy.discard(name)
            self._told()

    def _replace(self, name: str, figures: Any) -> None:  # noqa: ANN401  the resource's own
        key = self._resource.key
        self._state.entries = tuple(
            entry._replace(figures=figures) if key(entry) == name else entry for entry in self._state.entries
        )

    def _start_more(self, group: asyncio.TaskGroup, now: float) -> float:
        """Ask more about the row under the cursor once it has rested there; when that is due."""
        entry = self._selected
        if self._asked.more is None or entry is None:
            return math.inf
        name = self._resource.key(entry)
        known = self._state.more.get(name)
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
        known = self._state.more.get(name) or More()
        try:
            if ask is not None:
                known.value, known.error = await self._ask(lambda broker: ask(broker, item)), None
        except BrokerError as error:
            known.error = error
        finally:
            known.answered_at = self._clock.monotonic()
            self._busy.discard(busy)
            if self._revealed == wanted and self._key(self._selected) == name:
                # Only what one looks at is kept: details are large. What was hidden again meanwhile is not.
                self._state.more.clear()
                self._state.more[name] = known
            self._told()


def of_a_broker(error: Exception) -> BrokerError:
    """The error as one that is shown beside what is known; a mistake of ours is logged."""
    if isinstance(error, BrokerError):
        return error
    log.error("a list could not be read", exc_info=error)
    return BadAnswer(type(error).__name__)
