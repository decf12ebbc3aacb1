"""One list of one deployment, read page after page for who prints it."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from heapq import nlargest
from typing import Any, NamedTuple, TypeVar

from emqx_tui.config import Deployment
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.errors import BadRequest, BrokerError, RateLimited, ResultCodeError, Unsupported
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.asking import is_another
from emqx_tui.fleet.connecting import connect
from emqx_tui.fleet.listing import MOST_PAGES
from emqx_tui.fleet.single_rows import FIGURES_AT_ONCE
from emqx_tui.fleet.state_file import Kept, StateFiles
from emqx_tui.fleet.views import SKEW
from emqx_tui.report.figures import Needs, needs
from emqx_tui.report.wish import Wish, named_only
from emqx_tui.resources.queries import parse_query
from emqx_tui.resources.spec import Asked, Resource, Worst
from emqx_tui.resources.table import filter_rows


T = TypeVar("T")

PAUSE = 0.25
"""A pause after a page, as a share of the time that the broker took for it: it has others to serve."""

LONGEST_PAUSE = 1.0
"""Seconds."""

_PATIENCE = 30.0
_TRIES = 3

_ROWS_AT_ONCE = 40
"""Rows of which the figures are asked for before they are printed."""


class Batch(NamedTuple):
    """Rows that were read.

    Attributes:
        rows: Each of them is new.
        more: Further ones follow.
        kind: What they come from.
    """

    rows: Sequence[Entry[Any]]
    more: bool
    kind: Kind


class Listing:
    """Reads one list of one deployment, one request at a time.

    Args:
        deployment: Whose list.
        resource: The kind of row; it must be one that is asked for.
        wish: What of it is printed.
        files: Where it is kept what answers there.

    Attributes:
        error: Why it did not come to its end; None when it did.
        unread: Why figures of some rows are missing; None when none is.
        kind: What answers there, as soon as that is known.
        version: Its version, if that is known.
    """

    def __init__(self, deployment: Deployment, resource: Resource[Any], wish: Wish, files: StateFiles) -> None:
        if resource.asked is None:
            raise ValueError(resource.name)
        self.deployment = deployment
        self.error: BrokerError | None = None
        self.unread: BrokerError | None = None
        self.kind: Kind | None = None
        self.version: str | None = None
        self._resource = resource
        self._asked: Asked = resource.asked
        self._wish = wish
        self._files = files
        self._needs: Needs | None = None
        self._query: Query = {}

    async def batches(self) -> AsyncGenerator[Batch]:
        """The rows as they come. A failure of the broker ends it and is in `error`."""
        broker: Broker | None = None
        try:
            broker, page = await self._begin()
            if self._asked.worst is not None:
                yield Batch(await _worst(self._pages(broker, page), self._asked.worst), more=False, kind=broker.kind)
                return
            async for batch in self._pages(broker, page):
                yield batch
        except BrokerError as error:
            self.error = error
        finally:
            if broker is not None:
                await broker.aclose()

    async def _begin(self) -> tuple[Broker, Page[Any]]:
        """The adapter of what answers there, and the first page.

        What was found there before is taken at its word; when the answer does not fit, it is found out anew.
        """
        one = self.deployment
        kept = self._files.load(one.name, one.url)
        versions = {member.last.version for member in kept.roster.values() if member.last.version}
        self.version = " ".join(sorted(versions)) or None
        try:
            broker, page = await self._first(kept.remembered)
        except BrokerError as error:
            if kept.remembered is None or not (is_another(error) or isinstance(error, ResultCodeError)):
                raise
            broker, page = await self._first(None)
        found = Remembered(broker.base, broker.kind)
        if found != kept.remembered:
            self._files.save(one.name, one.url, Kept(kept.roster, found))
        return broker, page

    async def _first(self, remembered: Remembered | None) -> tuple[Broker, Page[Any]]:
        broker = await connect(self.deployment, remembered)
        self.kind = broker.kind
        try:
            self._query = self._asked_for(broker.kind)
            return broker, await self._page(broker, None)
        except BaseException as error:
            if isinstance(error, Unsupported) and self.version is None:
                self.version = await _version(broker)
            await broker.aclose()
            raise

    def _asked_for(self, kind: Kind) -> Query:
        """What the broker is to filter by.

        Raises:
            BadRequest: What answers there has no such filter.
        """
        read = parse_query(self._wish.find, named_only(self._asked), kind)
        if read.complaint:
            raise BadRequest(read.complaint)
        return read.query

    async def _page(self, broker: Broker, after: str | None) -> Page[Any]:
        return await _patiently(lambda: self._asked.page(broker, self._query, after))

    async def _pages(self, broker: Broker, page: Page[Any]) -> AsyncIterator[Batch]:
        key = self._resource.key
        # Of a key only its hash is kept: the keys of all rows would take more memory than all else.
        seen: set[int] = set()
        for _number in range(MOST_PAGES):
            fresh: list[Entry[Any]] = []
            now = _now(broker)
            for item in page.items:
                entry = Entry(self.deployment.name, item, now)
                name = hash(key(entry))
                if name not in seen:
                    seen.add(name)
                    fresh.append(entry)
            # Pages shift while rows come and go; a page without anything new is the end (API reference, trap 26).
            # One of which rows were looked through here may have none that fits.
            more = page.after is not None and bool(fresh or page.seen)
            async for batch in self._chosen(broker, fresh, more=more):
                yield batch
            if not more:
                return
            asked_at = time.monotonic()
            page = await self._page(broker, page.after)
            taken = time.monotonic() - asked_at
            least = 0.0 if self._asked.worst is None else 1.0 / self._asked.worst.most - taken
            await asyncio.sleep(max(least, min(LONGEST_PAUSE, PAUSE * taken)))

    async def _chosen(self, broker: Broker, rows: Sequence[Entry[Any]], *, more: bool) -> AsyncIterator[Batch]:
        """The rows of a page that are shown, with their figures where those are shown."""
        if self._needs is None and rows:
            self._needs = needs(self._resource, self._wish, rows[0])
        wanted = self._needs or Needs()
        if not wanted.chosen:
            rows = filter_rows(self._resource, rows, self._wish.filter)
        if not wanted.shown:
            yield Batch(rows, more, broker.kind)
            return
        for at in range(0, max(1, len(rows)), _ROWS_AT_ONCE):
            some: Sequence[Entry[Any]] = await self._with_figures(broker, rows[at : at + _ROWS_AT_ONCE])
            left = more or at + _ROWS_AT_ONCE < len(rows)
            yield Batch(filter_rows(self._resource, some, self._wish.filter), left, broker.kind)

    async def _with_figures(self, broker: Broker, rows: Sequence[Entry[Any]]) -> list[Entry[Any]]:
        places = asyncio.Semaphore(FIGURES_AT_ONCE)

        async def one(entry: Entry[Any]) -> Entry[Any]:
            async with places:
                return await self._figured(broker, entry)

        return list(await asyncio.gather(*map(one, rows)))

    async def _figured(self, broker: Broker, entry: Entry[Any]) -> Entry[Any]:
        ask, compared = self._asked.figures, self._asked.compared
        if ask is None or self._needs is None or not self._needs.shown:
            return entry
        try:
            answer = await _patiently(lambda: ask(broker, entry.item))
        except Unsupported:
            self._needs = Needs()
            return entry
        except BrokerError as error:
            self.unread = error
            if error.halts:
                self._needs = Needs()
            return entry
        return entry._replace(figures=answer if compared is None else compared(None, answer))


async def _worst(batches: AsyncIterator[Batch], worst: Worst) -> list[Entry[Any]]:
    """The worst of all rows, which are read to the end for it."""
    kept: list[Entry[Any]] = []
    async for batch in batches:
        kept = nlargest(worst.keep, [*kept, *batch.rows], key=lambda entry: worst.rank(entry.item))
    return kept


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer; a broker that wants to be asked later is asked later."""
    for tries in range(_TRIES):
        try:
            return await ask()
        except RateLimited as error:
            wait = error.retry_after if error.retry_after is not None else 2.0**tries
            if tries == _TRIES - 1 or wait > _PATIENCE:
                raise
            await asyncio.sleep(wait)
    raise AssertionError


async def _version(broker: Broker) -> str | None:
    with contextlib.suppress(BrokerError):
        return " ".join(sorted({node.version for node in await broker.nodes() if node.version})) or None
    return None


def _now(broker: Broker) -> float:
    """The broker's time; ours while the two clocks agree."""
    offset = broker.clock_offset or 0.0
    return time.time() + (offset if abs(offset) > SKEW else 0.0)
