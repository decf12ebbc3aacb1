"""Rows that brokers are asked for, printed as they come: each page at once, and none is kept."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final, TextIO

from emqx_tui.api.result_codes import explain
from emqx_tui.config import Deployment
from emqx_tui.domain.errors import BadRequest, BrokerError
from emqx_tui.fleet.connecting import standing_warnings
from emqx_tui.fleet.refusals import why_not
from emqx_tui.fleet.state_file import StateFiles
from emqx_tui.i18n import _
from emqx_tui.report.listing import Batch, Listing
from emqx_tui.report.one_shot import DONE, REFUSED, UNREAD, code_of
from emqx_tui.report.output import Output
from emqx_tui.report.wish import Wish
from emqx_tui.resources import wording
from emqx_tui.resources.spec import Resource
from emqx_tui.resources.table import sort_rows
from emqx_tui.text import exact_number


MANY_HELD: Final = 50_000
"""Rows from which on it is said that sorting them takes memory: about a kilobyte each."""

MOST_HELD: Final = 200_000
"""Rows that are held for sorting. Where there are more, the rest is left out, which is told and no success."""

_SPARE: Final = 10_000


async def stream(  # noqa: PLR0913  what a command line says
    resource: Resource[Any],
    deployments: Sequence[Deployment],
    wish: Wish,
    *,
    files: StateFiles,
    out: TextIO,
    err: TextIO,
) -> int:
    """Ask the deployments, all at the same time, and print their rows in their order, each page as it comes.

    With `wish.watch` it begins anew until it is called off.

    Returns:
        0; 1 when a deployment could not be read to its end, the others are printed all the same; 2 when one could
        not even be asked, because its address or its secret is wrong where it is written down.
    """
    output = Output(resource, wish, out, err, several=len(deployments) > 1)
    while True:
        code = await _Round(resource, deployments, wish, files, output).run()
        if wish.watch is None:
            return code
        await asyncio.sleep(wish.watch)


class _Round:
    """All lists read once."""

    def __init__(
        self,
        resource: Resource[Any],
        deployments: Sequence[Deployment],
        wish: Wish,
        files: StateFiles,
        output: Output,
    ) -> None:
        self._listings = [Listing(one, resource, wish, files) for one in deployments]
        self._resource = resource
        self._wish = wish
        self._output = output
        self._code = DONE
        asked = resource.asked
        # What is read as a whole is put into its usual order; what is long comes in the broker's.
        whole = asked is not None and (asked.whole or asked.worst is not None)
        self._usual = resource.sort if whole and not wish.sort else ""
        self._warned = False

    async def run(self) -> int:
        output, held = self._output, list[Any]()
        ahead = [_Ahead(listing.batches()) for listing in self._listings]
        output.begin()
        asked = self._resource.asked
        if asked is not None and asked.worst is not None:
            told = _("looking through all rows for the worst, at most {count} pages a second …")
            output.hint(told.format(count=f"{asked.worst.most:g}"))
        try:
            for listing, batches in zip(self._listings, ahead, strict=True):
                own = held if self._wish.sort else list[Any]()
                await self._read(listing, batches, own)
                if self._usual:
                    output.rows(sort_rows(self._resource, own, self._usual), kind=listing.kind)
                self._told(listing)
                if output.full:
                    break
            if self._wish.sort:
                output.rows(self._sorted(held))
        finally:
            await asyncio.gather(*(batches.aclose() for batches in ahead))
        output.end()
        return self._code

    async def _read(self, listing: Listing, batches: "_Ahead", held: list[Any]) -> None:
        holds = bool(self._usual or self._wish.sort)
        while (batch := await batches.next()) is not None:
            if not holds:
                self._output.rows(batch.rows, more=batch.more, kind=batch.kind)
                if self._output.full:
                    return
                continue
            held += batch.rows
            if not self._hold(listing, held):
                return

    def _hold(self, listing: Listing, held: list[Any]) -> bool:
        """Whether there is room for more rows."""
        limit = self._wish.limit
        if limit is not None and self._wish.sort:
            if len(held) > limit + _SPARE:
                held[:] = self._sorted(held)[:limit]
            return True
        if len(held) > MANY_HELD and not self._warned:
            self._warned = True
            told = _("more than {count} rows are held in memory to be sorted; --limit holds only as many as it says")
            self._output.tell("", told.format(count=exact_number(MANY_HELD)))
        if len(held) <= MOST_HELD:
            return True
        del held[MOST_HELD:]
        told = _("only {count} rows can be sorted; the rest is left out")
        self._output.tell(listing.deployment.name, told.format(count=exact_number(MOST_HELD)))
        self._code = max(self._code, UNREAD)
        return False

    def _sorted(self, rows: Sequence[Any]) -> list[Any]:
        return sort_rows(self._resource, rows, self._wish.sort)

    def _told(self, listing: Listing) -> None:
        """What else a reader of the rows has to know."""
        name, asked = listing.deployment.name, self._resource.asked
        if listing.error is not None and asked is not None:
            self._failed(name, listing.error, str(why_not(asked, listing.error, listing.kind, listing.version)))
            return
        for warning in standing_warnings(listing.deployment):
            self._output.tell(name, _(wording.WARNINGS[warning]))
        if listing.unread is not None:
            reason = explain(listing.unread, listing.kind)
            self._output.tell(name, _("figures of some rows could not be read: {reason}").format(reason=reason))
            self._code = max(self._code, UNREAD)

    def _failed(self, name: str, error: BrokerError, told: str) -> None:
        code = code_of(error)
        if isinstance(error, BadRequest) and error.status is None:
            # Nothing was sent: what was typed cannot be asked for.
            code, told = REFUSED, _("--find: the broker cannot be asked for this: {reason}").format(reason=error.detail)
        self._output.tell(name, told)
        self._code = max(self._code, code)


class _Ahead:
    """Batches of which the next one is being read while one is printed, and no further one."""

    def __init__(self, batches: AsyncGenerator[Batch]) -> None:
        self._batches = batches
        self._next: asyncio.Task[Batch | None] | None = asyncio.create_task(self._step())

    async def _step(self) -> Batch | None:
        return await anext(self._batches, None)

    async def next(self) -> Batch | None:
        """The next batch; None after the last one."""
        if self._next is None:
            return None
        batch = await self._next
        self._next = None if batch is None else asyncio.create_task(self._step())
        return batch

    async def aclose(self) -> None:
        """Read no further."""
        if self._next is not None:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)
        await self._batches.aclose()
