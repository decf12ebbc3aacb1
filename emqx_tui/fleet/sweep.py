"""A look through a whole list for its worst rows: a page, a pause, a page, never more than so many a second."""

import math
from heapq import nlargest
from typing import Any

from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.fleet.listed import Swept
from emqx_tui.fleet.listing import MOST_PAGES, Reading


class Sweep(Reading):
    """Goes through a list once and keeps the worst of it, as `Asked.worst` says; a page and those are all it holds.

    It pauses after each page for as long as the page took, and longer where there would be too many a second. It
    ends when there is no further page, when a page brings nothing, when the next page would be the same one, or when
    twice as much was listed as the broker says there is. It goes on where it was after an error, and when somebody asks
    for it after it was stopped or left.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  those of a reading
        super().__init__(*args, **kwargs)
        if self._asked.worst is None:
            raise ValueError(self.resource.name)
        self._worst = self._asked.worst
        swept = self.state.swept
        if swept is not None:
            # It was left. Whoever comes back sees what was found, and says when to go on.
            if swept.ended_at is None and swept.stopped_at is None:
                swept.stopped_at = self._clock.monotonic()
            self._due = math.inf

    @property
    def under_way(self) -> bool:
        """It has been begun, and neither ended nor was stopped, nor is it refused."""
        swept = self.state.swept
        given_up = self._due == math.inf and not self.state.loading
        return swept is not None and swept.ended_at is None and swept.stopped_at is None and not given_up

    def stop(self) -> bool:
        """End it where it is, until `refresh`; False when it is not under way."""
        swept = self.state.swept
        if swept is None or not self.under_way:
            return False
        swept.stopped_at = self._clock.monotonic()
        self._due = math.inf
        self._told()
        return True

    def ask(self, query: Query) -> None:
        """Have the broker filter by this from now on: another sweep begins."""
        if dict(query) != dict(self.state.query):
            self.state.swept = None
        super().ask(query)

    def want_more(self) -> None:
        """It comes by itself."""

    def refresh(self) -> None:
        """Go on where it was stopped, begin anew where it has ended, try again now after an error."""
        swept = self.state.swept
        if swept is None or (self.under_way and self.state.error is None):
            return
        if swept.stopped_at is not None:
            swept.began_at += self._clock.monotonic() - swept.stopped_at
            swept.stopped_at = None
        elif swept.ended_at is not None:
            self.state.swept = None
        super().refresh()

    async def _load_again(self, generation: int) -> None:
        """One page, and when the next one is due."""
        state, clock = self.state, self._clock
        if state.swept is None or state.swept.ended_at is not None:
            state.swept = Swept(self._worst.most, clock.monotonic())
            state.entries, state.after, state.pages, state.complete = (), None, 0, False
            self._told()
        swept, began, asked_after = state.swept, clock.monotonic(), state.after
        page = await self._page(asked_after)
        if generation != self._generation:
            return
        now = clock.monotonic()
        self._keep(page, swept)
        state.after, state.answered_at, state.pages = page.after, now, state.pages + 1
        state.total = page.total if page.total is not None else state.total
        if self._over(page, asked_after, swept):
            swept.ended_at, swept.stopped_at, state.complete, self._due = now, None, True, math.inf
        elif swept.stopped_at is not None:
            self._due = math.inf
        else:
            self._due = max(began + 1.0 / self._worst.most, now + (now - began))

    def _keep(self, page: Page[Any], swept: Swept) -> None:
        now, key, rank = self._now(), self.resource.key, self._worst.rank
        swept.pages += 1
        swept.covered += len(page.items) if page.seen is None else page.seen
        if not page.items:
            return
        kept = {key(entry): entry for entry in self.state.entries}
        for item in page.items:
            entry = Entry(self._deployment, item, now)
            name = key(entry)
            swept.found += name not in kept
            kept[name] = entry
        self.state.entries = tuple(nlargest(self._worst.keep, kept.values(), key=lambda entry: rank(entry.item)))

    def _over(self, page: Page[Any], asked_after: str | None, swept: Swept) -> bool:
        brought = len(page.items) if page.seen is None else page.seen
        if page.after is None or not brought or page.after == asked_after or swept.pages >= MOST_PAGES:
            return True
        total = self.state.total
        return total is not None and swept.covered > 2 * max(total, brought)
