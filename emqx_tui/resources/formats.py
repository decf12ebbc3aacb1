"""Rows as text for people and as data for programs, written as they come."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TextIO

from emqx_tui.domain.models import Kind
from emqx_tui.i18n import N_, _
from emqx_tui.resources.spec import Align, Cell, Column, Resource, Row, Scalar
from emqx_tui.text import MISSING, cell_width, fit


GAP = "  "
"""Between two columns of a table."""


class Shape(NamedTuple):
    """What of the rows is written.

    Attributes:
        names: Ids of columns for a table, keys of records for the others; empty for all there is to tell.
        several: Rows of more than one deployment were asked for, so each line of a table tells whose it is.
        every: A table has every column, also those in which nothing stands.
        width: Cells of the terminal; the least important columns of a table give way to it. None for as wide as it is.
        timed: Each record begins with `at`, when it was written.
    """

    names: tuple[str, ...] = ()
    several: bool = False
    every: bool = False
    width: int | None = None
    timed: bool = False


class Writer(Protocol):
    """Writes rows as they come."""

    def rows(
        self, rows: Sequence[Any], *, more: bool = False, kind: Kind | None = None, at: float | None = None
    ) -> None:
        """Write these.

        Args:
            rows: The next rows.
            more: Further ones are surely to come, so that nothing is gained by waiting for all.
            kind: What they come from, where that is known.
            at: Seconds since 1970, for records that are `timed`.
        """
        ...

    def end(self) -> None:
        """Write what is left: there are no more."""
        ...


class TableWriter:
    """Columns with a heading. As wide as they need if all rows are known before the first is written.

    Otherwise they are as wide as on the screen or as the first rows need, and a longer text moves what is behind it.
    """

    def __init__(self, resource: Resource[Any], out: TextIO, shape: Shape) -> None:
        self._resource = resource
        self._out = out
        self._shape = shape
        self._held: list[Any] = []
        self._columns: list[Column[Any]] | None = None
        self._widths: list[int] = []

    def rows(
        self,
        rows: Sequence[Any],
        *,
        more: bool = False,
        kind: Kind | None = None,
        at: float | None = None,  # noqa: ARG002  a table is timed by the line above it
    ) -> None:
        """Hold the rows until it is known how wide the columns are, then write them."""
        if self._columns is None:
            self._held += rows
            if more:
                self._begin(self._offered(kind), least=True)
        else:
            self._write(rows)

    def end(self) -> None:
        """Write what is held."""
        if self._columns is None:
            self._begin(self._telling(), least=False)

    def _begin(self, columns: list[Column[Any]], *, least: bool) -> None:
        shape, rows = self._shape, self._held
        if shape.several and not any(column.id == "deployment" for column in columns):
            columns.insert(0, _deployment_column(self._resource))
        widths = {column.id: _needed(column, rows, least=least) for column in columns}
        if shape.width is not None:
            columns = _fitting(columns, widths, shape.width, chosen=bool(shape.names))
        self._columns, self._widths = columns, [widths[column.id] for column in columns]
        self._line([_(column.title) for column in columns])
        self._write(rows)
        self._held = []

    def _write(self, rows: Iterable[Any]) -> None:
        for row in rows:
            self._line([column.cell(row).text for column in self._columns or ()])

    def _line(self, texts: list[str]) -> None:
        cells = [
            _cell(column, text, width, crop=self._shape.width is not None)
            for column, text, width in zip(self._columns or (), texts, self._widths, strict=True)
        ]
        self._out.write(GAP.join(cells).rstrip() + "\n")

    def _offered(self, kind: Kind | None) -> list[Column[Any]]:
        """What may have something to tell in rows that nobody has seen yet."""
        if self._shape.names or self._shape.every:
            return self._chosen()
        whole = kind is None or self._shape.several
        return [one for one in self._chosen() if whole or not one.kinds or kind in one.kinds]

    def _telling(self) -> list[Column[Any]]:
        """What has something to tell in the rows there are."""
        if self._shape.names or self._shape.every or not self._held:
            return self._chosen()
        return [column for column in self._chosen() if _told(column, self._held)]

    def _chosen(self) -> list[Column[Any]]:
        """What was named, otherwise what is not only a symbol and needs no mark that somebody has set."""
        known = {column.id: column for column in self._resource.columns}
        return [known[name] for name in self._shape.names] or [
            one for one in known.values() if one.title and not one.since_mark
        ]


def _needed(column: Column[Any], rows: Sequence[Any], *, least: bool) -> int:
    longest = max((cell_width(column.cell(row).text) for row in rows), default=0)
    return max(cell_width(_(column.title)), longest, column.width if least else 0)


def _fitting(columns: list[Column[Any]], widths: dict[str, int], width: int, *, chosen: bool) -> list[Column[Any]]:
    """The columns that have room; `widths` of those that grow shrink to what is left, at least to their usual one."""
    columns = list(columns)
    least = {one.id: min(widths[one.id], one.width) if one.grows else widths[one.id] for one in columns}

    def taken() -> int:
        return sum(least[one.id] for one in columns) + len(GAP) * (len(columns) - 1)

    while taken() > width and not chosen:
        last = max(columns, key=lambda one: one.priority)
        if not last.priority:
            break
        # Of equal ones the last goes first.
        columns.reverse()
        columns.remove(next(one for one in columns if one.priority == last.priority))
        columns.reverse()
    room = max(0, width - taken())
    for one in columns:
        given = min(widths[one.id] - least[one.id], room)
        widths[one.id], room = least[one.id] + given, room - given
    return columns


def _told(column: Column[Any], rows: Sequence[Any]) -> bool:
    return any(column.cell(row).text not in {"", MISSING} for row in rows)


def _deployment_column(resource: Resource[Any]) -> Column[Any]:
    def name(row: Any) -> str:  # noqa: ANN401  the resource's own
        return str(resource.record(row)["deployment"])

    return Column("deployment", N_("DEPLOYMENT"), 12, lambda row: Cell(name(row)), name)


def _cell(column: Column[Any], text: str, width: int, *, crop: bool) -> str:
    if not crop and (longer := cell_width(text)) > width:
        width = longer
    return fit(text, width, right=column.align is Align.RIGHT)


class Records:
    """What the formats for programs have in common: a record of each row, with the keys that are wanted."""

    def __init__(self, resource: Resource[Any], out: TextIO, shape: Shape) -> None:
        self._resource = resource
        self._out = out
        self._shape = shape
        self._ascii = not (getattr(out, "encoding", None) or "utf-8").casefold().startswith("utf")

    def _record(self, row: Any, at: float | None) -> Mapping[str, Scalar]:  # noqa: ANN401  the resource's own
        record, names = self._resource.record(row), self._shape.names
        if names:
            record = {name: record[name] for name in names}
        return {"at": None if at is None else round(at, 3), **record} if self._shape.timed else record

    def _dumped(self, record: Mapping[str, Scalar], indent: int | None = None) -> str:
        return json.dumps(record, ensure_ascii=self._ascii, indent=indent)


class JsonWriter(Records):
    """A list of objects."""

    _begun = False

    def rows(
        self,
        rows: Sequence[Any],
        *,
        more: bool = False,  # noqa: ARG002  each record stands for itself
        kind: Kind | None = None,  # noqa: ARG002
        at: float | None = None,
    ) -> None:
        """Write the next objects."""
        for row in rows:
            self._out.write(",\n  " if self._begun else "[\n  ")
            self._begun = True
            self._out.write(self._dumped(self._record(row, at), 2).replace("\n", "\n  "))

    def end(self) -> None:
        """Close the list."""
        self._out.write("\n]\n" if self._begun else "[]\n")


class LinesWriter(Records):
    """An object a line."""

    def rows(
        self,
        rows: Sequence[Any],
        *,
        more: bool = False,  # noqa: ARG002  each record stands for itself
        kind: Kind | None = None,  # noqa: ARG002
        at: float | None = None,
    ) -> None:
        """Write the next lines."""
        for row in rows:
            self._out.write(self._dumped(self._record(row, at)) + "\n")

    def end(self) -> None:
        """Nothing is left."""


class CsvWriter(Records):
    """A heading and a line for each row; what is missing is empty.

    A text that a spreadsheet would take for a formula is marked as text by an apostrophe.
    """

    def __init__(self, resource: Resource[Any], out: TextIO, shape: Shape) -> None:
        super().__init__(resource, out, shape)
        self._writer = csv.writer(out, lineterminator="\n")
        self._begun = False

    def rows(
        self,
        rows: Sequence[Any],
        *,
        more: bool = False,  # noqa: ARG002  each record stands for itself
        kind: Kind | None = None,  # noqa: ARG002
        at: float | None = None,
    ) -> None:
        """Write the next lines."""
        self._begin()
        for row in rows:
            self._writer.writerow([_field(value) for value in self._record(row, at).values()])

    def end(self) -> None:
        """Without a row there is the heading."""
        self._begin()

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            names = self._shape.names or self._resource.fields
            self._writer.writerow(["at", *names] if self._shape.timed else names)


def _field(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t"}:
        return "'" + value
    return value


def writer_of(output: str, resource: Resource[Any], out: TextIO, shape: Shape) -> Writer:
    """What writes the format of that word after `-o`."""
    if output in {"table", "wide"}:
        return TableWriter(resource, out, shape._replace(every=shape.every or output == "wide"))
    if output == "csv":
        return CsvWriter(resource, out, shape)
    return JsonWriter(resource, out, shape) if output == "json" else LinesWriter(resource, out, shape)


OUTPUTS = ("table", "wide", "json", "jsonl", "csv")
"""The words after `-o`."""

TEXTS = frozenset({"table", "wide"})
"""Those of them that are for people: columns are called by their ids, not by the keys of records."""


class Write(Protocol):
    """Writes rows of which all are known."""

    def __call__(self, resource: Resource[Any], rows: Sequence[Any], out: TextIO, *, several: bool = False) -> None:
        """Write them; `several` says that they are of more than one deployment."""
        ...


def _all_at_once(output: str) -> Write:
    def write(resource: Resource[Row], rows: Sequence[Row], out: TextIO, *, several: bool = False) -> None:
        writer = writer_of(output, resource, out, Shape(several=several))
        writer.rows(rows)
        writer.end()

    return write


FORMATS: Mapping[str, Write] = {name: _all_at_once(name) for name in ("table", "json", "csv")}
"""By the name of the format."""
