"""Standard output and standard error of a command that prints rows: once, or again and again."""

import shutil
import time
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from emqx_tui.domain.models import Kind
from emqx_tui.report.wish import Wish
from emqx_tui.resources.formats import TEXTS, Shape, Writer, writer_of
from emqx_tui.resources.spec import Resource


class Output:
    """Where rows go. Each round begins with `begin` and ends with `end`.

    Args:
        resource: What kind of rows.
        wish: What is wanted of them.
        several: Rows of more than one deployment were asked for.
        out: For data.
        err: For talk.
        wall: Seconds since 1970.
    """

    def __init__(  # noqa: PLR0913  what it works with, once
        self,
        resource: Resource[Any],
        wish: Wish,
        out: TextIO,
        err: TextIO,
        *,
        several: bool,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._resource = resource
        self._wish = wish
        self._out = out
        self._err = err
        self._wall = wall
        timed = wish.watch is not None and wish.output not in TEXTS
        width = shutil.get_terminal_size().columns if out.isatty() and wish.output == "table" else None
        self._shape = Shape(wish.columns, several=several, width=width, timed=timed)
        self._writer: Writer | None = None
        self._left = wish.limit
        self._at = 0.0
        self._told: set[str] = set()
        self._told_before: set[str] = set()

    @property
    def full(self) -> bool:
        """As many rows as were wanted have been printed."""
        return self._left is not None and self._left <= 0

    def begin(self) -> None:
        """A round begins."""
        wish = self._wish
        self._at, self._left = self._wall(), wish.limit
        self._told_before, self._told = self._told, set()
        if wish.watch is not None and wish.output in TEXTS:
            between = "\n" if self._writer is not None else ""
            self._out.write(between + time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(self._at)) + "\n")
        # A list of lines goes on for ever; an array and a table have an end.
        if self._writer is None or wish.output not in {"jsonl", "csv"}:
            self._writer = writer_of(wish.output, self._resource, self._out, self._shape)

    def rows(self, rows: Sequence[Any], *, more: bool = False, kind: Kind | None = None) -> None:
        """Print rows, at once where the format allows it."""
        if self._left is not None:
            rows = rows[: max(0, self._left)]
            self._left -= len(rows)
        if self._writer is not None:
            self._writer.rows(rows, more=more and not self.full, kind=kind, at=self._at)
        if more:
            self._out.flush()

    def end(self) -> None:
        """The round is over."""
        if self._writer is not None:
            self._writer.end()
        self._out.flush()

    def hint(self, text: str) -> None:
        """Say something to whoever waits at a terminal, and to nobody else."""
        if self._err.isatty():
            self.tell("", text)

    def tell(self, deployment: str, text: str) -> None:
        """Say something about a deployment on standard error; what was said in the round before is not said again."""
        line = f"{deployment}: {text}\n" if deployment else f"{text}\n"
        self._told.add(line)
        if line not in self._told_before:
            self._err.write(line)
            self._err.flush()
