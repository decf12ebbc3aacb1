"""Rows as text for people and as data for programs."""

import csv
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TextIO

from emqx_tui.i18n import N_, _
from emqx_tui.resources.spec import Align, Cell, Column, Resource, Row
from emqx_tui.text import MISSING, cell_width, fit


class Write(Protocol):
    """Writes rows; `several` says that they are of more than one deployment."""

    def __call__(self, resource: Resource[Any], rows: Sequence[Any], out: TextIO, *, several: bool = False) -> None:
        """Write them."""
        ...


def write_table(resource: Resource[Row], rows: Sequence[Row], out: TextIO, *, several: bool = False) -> None:
    """Columns as wide as they need, with a heading; symbols, and columns without a single value, are left out.

    Args:
        resource: What kind of rows.
        rows: What to print.
        out: Where to.
        several: Rows of more than one deployment were asked for, so each tells whose it is.
    """
    columns = [column for column in resource.columns if column.title and (not rows or _told(column, rows))]
    if several:
        columns.insert(0, _deployment_column(resource))
    lines = [[_(column.title) for column in columns]]
    lines += [[column.cell(row).text for column in columns] for row in rows]
    widths = [max(cell_width(line[at]) for line in lines) for at in range(len(columns))]
    for line in lines:
        cells = [_cell(column, text, width) for column, text, width in zip(columns, line, widths, strict=True)]
        out.write("  ".join(cells).rstrip() + "\n")


def _told(column: Column[Row], rows: Sequence[Row]) -> bool:
    return any(column.cell(row).text not in {"", MISSING} for row in rows)


def _deployment_column(resource: Resource[Row]) -> Column[Row]:
    def name(row: Row) -> str:
        return str(resource.record(row)["deployment"])

    return Column("deployment", N_("DEPLOYMENT"), 12, lambda row: Cell(name(row)), name)


def _cell(column: Column[Row], text: str, width: int) -> str:
    return fit(text, width, right=column.align is Align.RIGHT)


def write_json(resource: Resource[Row], rows: Sequence[Row], out: TextIO, *, several: bool = False) -> None:  # noqa: ARG001  a record names its deployment
    """A list of objects."""
    json.dump([resource.record(row) for row in rows], out, ensure_ascii=False, indent=2)
    out.write("\n")


def write_csv(resource: Resource[Row], rows: Sequence[Row], out: TextIO, *, several: bool = False) -> None:  # noqa: ARG001  a record names its deployment
    """A heading and a line for each row; what is missing is empty.

    A text that a spreadsheet would take for a formula is marked as text by an apostrophe.
    """
    records = [resource.record(row) for row in rows]
    names = list(records[0]) if records else list(resource.fields)
    writer = csv.writer(out, lineterminator="\n")
    if names:
        writer.writerow(names)
    for record in records:
        writer.writerow([_field(record[name]) for name in names])


def _field(value: object) -> object:
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t"}:
        return "'" + value
    return value


FORMATS: Mapping[str, Write] = {"table": write_table, "json": write_json, "csv": write_csv}
"""By the word after `-o`."""
