"""How EMQX 5 and 6 are asked: a path, or a page of a list."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from emqx_tui.api import decode, wire
from emqx_tui.api.base import HttpBroker
from emqx_tui.domain.listing import Page


Item = TypeVar("Item")
Parameters = Mapping[str, str | int]

ROWS = 1000
"""Rows of a page: 1.1 MB of clients at most. The broker's own limit is 10 000 (API reference, 3B)."""


class V5Asking(HttpBroker):
    """What all questions to EMQX 5 go through."""

    async def _get(self, path: str, params: Parameters | None = None) -> Any:  # noqa: ANN401  JSON
        return decode.v5(await self._client.get(path, params), path)

    async def _page(
        self,
        path: str,
        read: Callable[[wire.Json], Item | None],
        after: str | None,
        params: Parameters | None = None,
        *,
        rows: int = ROWS,
    ) -> Page[Item]:
        """A page of a list: `{"data": […], "meta": {…}}`, or the whole list where there are no pages.

        The number of the page is what `after` holds. There is a next one while the broker says so, and, where it does
        not say (`/banned`), while pages are full. `count` is told on and never reckoned with (trap 25).

        Args:
            path: Below the base.
            read: Makes an item of an element; None leaves it out.
            after: What the page before gave.
            params: Filters.
            rows: Rows of a page.
        """
        page = 1 if after is None else int(after)
        body = await self._get(path, {**(params or {}), "page": page, "limit": rows})
        if isinstance(body, list):
            return Page(_read(wire.rows(body, path), read))
        found = wire.rows(wire.mapping(body, path).get("data"), path)
        told = body.get("meta")
        meta: Mapping[str, Any] = told if isinstance(told, dict) else {}
        more = meta.get("hasnext")
        full = len(found) >= (wire.count(meta.get("limit")) or rows)
        # A page that is not the one that was asked for would come again and again (trap 22).
        follows = bool(found) and meta.get("page", page) == page and (full if more is None else more is True)
        follows = follows and bool(meta)
        return Page(_read(found, read), str(page + 1) if follows else None, wire.count(meta.get("count")))


def _read(rows: list[wire.Json], read: Callable[[wire.Json], Item | None]) -> list[Item]:
    return [item for row in rows if (item := read(row)) is not None]
