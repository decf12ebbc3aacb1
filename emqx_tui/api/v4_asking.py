"""How EMQX 4 is asked: a path, or a page of a list."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from emqx_tui.api import decode, wire
from emqx_tui.api.base import HttpBroker
from emqx_tui.domain.listing import Page


Item = TypeVar("Item")
Parameters = Mapping[str, str | int]

ROWS = 1000
"""Rows of a page. It is always sent: EMQX 4 would give 10 000 (API reference, trap 23)."""


class V4Asking(HttpBroker):
    """What all questions to EMQX 4 go through."""

    async def _get(self, path: str, params: Parameters | None = None) -> Any:  # noqa: ANN401  JSON
        return decode.v4(await self._client.get(path, params), path)

    async def _page(
        self,
        path: str,
        read: Callable[[wire.Json], Item | None],
        after: str | None,
        params: Parameters | None = None,
        *,
        rows: int = ROWS,
    ) -> Page[Item]:
        """A page of a list: `data` is a list, and `meta` beside it tells whether there is more.

        There is a next one while the broker says so, and, where it does not say (`/routes`, `/banned`), while pages are
        full. `count` is -1 as soon as something is filtered (API reference, 3A.2).

        Args:
            path: Below the base.
            read: Makes an item of an element; None leaves it out.
            after: What the page before gave.
            params: Filters, named as EMQX 4 names them.
            rows: Rows of a page.
        """
        page = 1 if after is None else int(after)
        answer = await self._client.get(path, {**(params or {}), "_page": page, "_limit": rows})
        data, meta = decode.v4_page(answer, path)
        found = wire.rows(data, path)
        more = meta.get("hasnext")
        full = len(found) >= (wire.count(meta.get("limit")) or rows)
        follows = bool(found) and bool(meta) and meta.get("page", page) == page
        follows = follows and (full if more is None else more is True)
        items = [item for row in found if (item := read(row)) is not None]
        return Page(items, str(page + 1) if follows else None, wire.count(meta.get("count")))
