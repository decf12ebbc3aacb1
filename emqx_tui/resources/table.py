"""Sorting and filtering of rows: on values, never on what is displayed. The same on screen and on the command line."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic

from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.filters import Field, Filter, parse_filter
from emqx_tui.i18n import _
from emqx_tui.resources.ordering import Ordering
from emqx_tui.resources.spec import Align, Column, Resource, Row, Scalar
from emqx_tui.text import MISSING


PROBLEMS: Final = "problems"
"""The order that has the worst rows first, of a resource that knows what is bad; no column has this name."""


def column_of(resource: Resource[Row], name: str) -> Column[Row] | None:
    """The column of that id."""
    return next((column for column in resource.columns if column.id == name), None)


def sorts_by(resource: Resource[Row], sort: str) -> bool:
    """Whether rows can be put in that order."""
    name = sort.removeprefix("-")
    return column_of(resource, name) is not None or (name == PROBLEMS and resource.problem is not None)


def sort_rows(resource: Resource[Row], rows: Iterable[Row], sort: str) -> list[Row]:
    """Rows in the order of a column, `-` before its id for descending; missing values last, equal ones by key.

    By `problems` the worst come first. An empty or unknown order leaves the rows as they come.
    """
    if not sorts_by(resource, sort):
        return list(rows)
    return _ordering(resource, sort).of(list(rows))


def _ordering(resource: Resource[Row], sort: str) -> Ordering[Row]:
    return Ordering(_order(resource, sort.removeprefix("-")), resource.key, descending=sort.startswith("-"))


def _order(resource: Resource[Row], name: str) -> Callable[[Row], Scalar | tuple[Scalar, ...]]:
    column, problem = column_of(resource, name), resource.problem
    if column is not None or problem is None:
        return (lambda _row: None) if column is None else column.sort
    return lambda row: -problem(row)


# Filtering


def filter_of(resource: Resource[Row], text: str) -> Filter:
    """The filter that somebody typed for rows of that kind."""
    return parse_filter(text, fields_of(resource))


def fields_of(resource: Resource[Row]) -> list[Field]:
    """What a filter can compare, by the id of the column or its title in small letters."""
    return [_field(column) for column in resource.columns]


def _field(column: Column[Row]) -> Field:
    title = "_".join(_(column.title).casefold().split()) if column.title else ""
    names = (column.id, *([title] if title and title != column.id else [])) if title else ()
    names += column.also
    measure = column.measure or (Measure.ANY if column.align is Align.RIGHT else None)
    return Field(column.id, names, value_of(column), measure, column.share)


def value_of(column: Column[Row]) -> Callable[[Row], Scalar]:
    """What a filter compares of a row."""
    if column.value is not None:
        return column.value
    sort, cell = column.sort, column.cell

    def derived(row: Row) -> Scalar:
        found = sort(row)
        if not isinstance(found, tuple):
            return found
        text = cell(row).text
        return None if text in {"", MISSING} else text

    return derived


def filter_rows(resource: Resource[Row], rows: Sequence[Row], wanted: Filter | None) -> Sequence[Row]:
    """The rows that the filter shows."""
    return list(rows) if wanted is None else list(wanted.kept(rows, resource.matches))


class Arrangement(Generic[Row]):
    """Rows sorted and filtered again and again, while somebody types: what is known from the last time is used.

    Rows are the same as before when they are in the same object; nobody may change it then, except by adding to it.
    """

    def __init__(self) -> None:
        self._resource: Resource[Row] | None = None
        self._rows: Sequence[Row] = ()
        self._count = 0
        self._sort = ""
        self._sorted: Sequence[Row] = ()
        self._ordering: Ordering[Row] | None = None
        self._filter: Filter | None = None
        self._kept: Sequence[Row] = ()

    def of(self, resource: Resource[Row], rows: Sequence[Row], sort: str, wanted: Filter | None) -> Sequence[Row]:
        """The rows that the filter shows, in that order."""
        if self._resource is not resource or self._rows is not rows or (self._count, self._sort) != (len(rows), sort):
            if (self._resource, self._sort) != (resource, sort) or self._ordering is None:
                self._ordering = _ordering(resource, sort) if sorts_by(resource, sort) else None
            self._resource, self._rows, self._count, self._sort = resource, rows, len(rows), sort
            self._sorted = self._kept = list(rows) if self._ordering is None else self._ordering.of(rows)
            self._filter = None
        if wanted is None or not wanted.terms:
            return self._sorted
        if self._filter != wanted:
            narrower = self._filter is not None and wanted.narrows(self._filter)
            self._kept = wanted.kept(self._kept if narrower else self._sorted, resource.matches)
            self._filter = wanted
        return self._kept
