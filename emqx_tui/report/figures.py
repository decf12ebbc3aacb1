"""Which rows need `Asked.figures`: a question for each row, which is asked only if something that is shown needs it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from emqx_tui.domain.listing import Entry
from emqx_tui.report.wish import Wish
from emqx_tui.resources.formats import TEXTS
from emqx_tui.resources.spec import Resource
from emqx_tui.resources.table import PROBLEMS, column_of


class Needs(NamedTuple):
    """What figures are needed for.

    Attributes:
        shown: For what is printed of a row, or for the order.
        chosen: To say whether the row is shown at all.
    """

    shown: bool = False
    chosen: bool = False


def needs(resource: Resource[Any], wish: Wish, row: Entry[Any]) -> Needs:
    """What figures are needed for, seen from what looks at those of a row."""
    if resource.asked is None or resource.asked.figures is None:
        return Needs()
    chosen = wish.filter is not None and (
        any(one.value is not None and _looks(one.value, row) for one in wish.filter.terms)
        or (any(one.value is None for one in wish.filter.terms) and _looks(resource.matches, row))
    )
    return Needs(chosen or _ordered(resource, wish, row) or _printed(resource, wish, row), chosen)


def _ordered(resource: Resource[Any], wish: Wish, row: Entry[Any]) -> bool:
    name = wish.sort.removeprefix("-")
    if name == PROBLEMS and resource.problem is not None:
        return _looks(resource.problem, row)
    column = column_of(resource, name)
    return column is not None and _looks(column.sort, row)


def _printed(resource: Resource[Any], wish: Wish, row: Entry[Any]) -> bool:
    if wish.output in TEXTS:
        shown = [one for one in resource.columns if (one.id in wish.columns if wish.columns else one.title)]
        return any(_looks(column.cell, row) for column in shown)
    if not _looks(resource.record, row):
        return False
    record = resource.record(row)
    return any(record[name] is None for name in wish.columns or record)


def _looks(reader: Callable[[Any], object], row: Entry[Any]) -> bool:
    """Whether it looks at the row's figures."""
    looked = False

    class Watched(Entry[Any]):
        @property
        def figures(self) -> None:
            nonlocal looked
            looked = True

    reader(Watched(row.deployment, row.item, row.now))
    return looked
