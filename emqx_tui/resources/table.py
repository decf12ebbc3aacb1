"""Sorting and filtering of rows: on values, never on what is displayed. The same on screen and on the command line."""

from collections.abc import Iterable, Sequence
from typing import Any

from emqx_tui.domain.filters import Filter
from emqx_tui.resources.spec import Column, Resource, Row, Scalar


def column_of(resource: Resource[Row], name: str) -> Column[Row] | None:
    """The column of that id."""
    return next((column for column in resource.columns if column.id == name), None)


def sort_rows(resource: Resource[Row], rows: Iterable[Row], sort: str) -> list[Row]:
    """Rows in the order of a column, `-` before its id for descending; missing values last, equal ones by key.

    An empty or unknown order leaves the rows as they come.
    """
    column = column_of(resource, sort.removeprefix("-"))
    if column is None:
        return list(rows)
    value = column.sort
    by_key = sorted(rows, key=resource.key)
    known = [row for row in by_key if not _missing(value(row))]
    missing = [row for row in by_key if _missing(value(row))]

    def comparable(row: Row) -> Any:  # noqa: ANN401  one column's values are of one type
        found = value(row)
        return found.casefold() if isinstance(found, str) else found

    return sorted(known, key=comparable, reverse=sort.startswith("-")) + missing


def _missing(value: Scalar | tuple[Scalar, ...]) -> bool:
    return value is None


def filter_rows(resource: Resource[Row], rows: Iterable[Row], wanted: Filter | None) -> Sequence[Row]:
    """The rows that the filter shows."""
    if wanted is None or not wanted.text.strip():
        return list(rows)
    return [row for row in rows if wanted(resource.matches(row))]
