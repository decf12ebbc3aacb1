"""Rows as text for people and as data for programs."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

from emqx_tui.i18n import _
from emqx_tui.resources.spec import Align, Column, Resource, Row
from emqx_tui.text import cell_width, fit


Write = Callable[[Resource[Any], Sequence[Any], TextIO], None]


def write_table(resource: Resource[Row], rows: Sequence[Row], out: TextIO) -> None:
    """Columns as wide as they need, with a heading; columns that are only symbols are left out."""
    columns = [column for column in resource.columns if column.title]
    lines = [[_(column.title) for column in columns]]
    lines += [[column.cell(row).text for column in columns] for row in rows]
    widths = [max(cell_width(line[at]) for line in lines) for at in range(len(columns))]
    for line in lines:
        cells = [_cell(column, text, width) for column, text, width in zip(columns, line, widths, strict=True)]
        out.write("  ".join(cells).rstrip() + "\n")


def _cell(column: Column[Row], text: str, width: int) -> str:
    return fit(text, width, right=column.align is Align.RIGHT)


def write_json(resource: Resource[Row], rows: Sequence[Row], out: TextIO) -> None:
    """A list of objects."""
    json.dump([resource.record(row) for row in rows], out, ensure_ascii=False, indent=2)
    out.write("\n")


def write_csv(resource: Resource[Row], rows: Sequence[Row], out: TextIO) -> None:
    """A heading and a line for each row; what is missing is empty.

    A text that a spreadsheet would take for a formula is marked as text by an apostrophe.
    """
    records = [resource.record(row) for row in rows]
    names = list(records[0]) if records else list(FIELDS.get(resource.name, ()))
    writer = csv.writer(out, lineterminator="\n")
    if names:
        writer.writerow(names)
    for record in records:
        writer.writerow([_field(record[name]) for name in names])


def _field(value: object) -> object:
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t"}:
        return "'" + value
    return value


FIELDS: Mapping[str, Sequence[str]] = {
    "nodes": (
        "deployment",
        "node",
        "status",
        "role",
        "version",
        "description",
        "otp_release",
        "uptime_seconds",
        "datetime",
        "live_connections",
        "sessions",
        "load1",
        "load5",
        "load15",
        "memory_used_bytes",
        "memory_total_bytes",
        "processes_used",
        "processes_limit",
        "fd_limit",
    )
}
"""Headings of an empty CSV."""

FORMATS: Mapping[str, Write] = {"table": write_table, "json": write_json, "csv": write_csv}
"""By the word after `-o`."""
