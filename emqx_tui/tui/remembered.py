"""What a user has set on the screens, found again when they are opened again, in this run and in the next."""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from emqx_tui.text import sanitize
from emqx_tui.tui.views_file import (
    MOST_LINES,
    Change,
    Document,
    LateWriter,
    NotKept,
    ViewsFile,
    add_line,
    forget,
    lines_of,
    put,
    rename,
    tables,
    with_line,
)


LONGEST_LINE: Final = 200
"""Characters of a line of a prompt that is kept between two runs."""

MOST_COLUMNS: Final = 100
"""Columns of one table of which something is remembered."""

WIDEST: Final = 200
"""Cells of a column, at most."""

log = logging.getLogger(__name__)


class View(NamedTuple):
    """What was set on one screen; None where nothing was, and the program's own way holds.

    A field more is a reader more in `READERS`, and its value something that JSON can hold.

    Attributes:
        sort: The order of the rows: a column's id, `-` before it for descending. There may be no such column any more.
        detail: Whether the detail pane is shown.
        columns: The ids of all columns there were, hidden ones too, in their order.
        hidden: Those of them that are not wanted.
        widths: Cells of columns that were made wider or narrower.
        wide: All columns are shown, however narrow the terminal.
    """

    sort: str | None = None
    detail: bool | None = None
    columns: tuple[str, ...] | None = None
    hidden: tuple[str, ...] | None = None
    widths: Mapping[str, int] | None = None
    wide: bool | None = None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _words(value: object) -> tuple[str, ...] | None:
    return tuple(one for one in value[:MOST_COLUMNS] if isinstance(one, str)) if isinstance(value, list) else None


def _widths(value: object) -> Mapping[str, int] | None:
    if not isinstance(value, dict):
        return None
    found = list(value.items())[:MOST_COLUMNS]
    return {name: width for name, width in found if type(width) is int and 1 <= width <= WIDEST}


READERS: Final[Mapping[str, Callable[[object], Any]]] = {
    "sort": _word,
    "detail": _flag,
    "columns": _words,
    "hidden": _words,
    "widths": _widths,
    "wide": _flag,
}
"""A field's value out of the file, where anything may stand; None for what it cannot be."""

_NOTHING: Final = View()


class RememberedViews:
    """The views of all screens, and what was entered at the prompts.

    Args:
        file: Where they are kept between two runs; None keeps them for this one.
    """

    def __init__(self, file: ViewsFile | None = None) -> None:
        document = {} if file is None else _read(file)
        self._views = dict(_views(document))
        self._writer = None if file is None else LateWriter(file)
        self.lines = {
            prefix: [sanitize(line, LONGEST_LINE) for line in lines[-MOST_LINES:]]
            for prefix, lines in lines_of(document).items()
        }
        """What was entered at each prompt, by its prefix, the oldest first. Prompts add to it."""

    def view(self, deployment: str | None, resource: str) -> View:
        """What was set for a resource of a deployment, or of the fleet when there is no deployment."""
        return self._views.get((deployment, resource), _NOTHING)

    def keep(self, deployment: str | None, resource: str, view: View) -> None:
        """Remember what was set."""
        before = self.view(deployment, resource)
        changed = {name: new for name, old, new in zip(View._fields, before, view, strict=True) if new != old}
        if changed:
            self._views[deployment, resource] = view
            self._write(put(deployment, resource, changed))

    def rename(self, was: str, now: str) -> None:
        """A deployment has another name; what was set for it stays."""
        if was == now:
            return
        mine = {key: view for key, view in self._views.items() if key[0] == was}
        self._drop(was)
        if mine:
            self._drop(now)
        self._views.update({(now, resource): view for (_was, resource), view in mine.items()})
        self._write(rename(was, now))

    def forget(self, deployment: str) -> None:
        """A deployment is no more."""
        self._drop(deployment)
        self._write(forget(deployment))

    def keep_line(self, prefix: str, line: str) -> None:
        """Find the line at the prompt again in the next run too. It must be certain that it holds no secret."""
        self.lines[prefix] = with_line(self.lines.get(prefix, []), line)
        if len(line) <= LONGEST_LINE:
            self._write(add_line(prefix, line))

    def close(self) -> None:
        """Write what is not written yet; a second later it is given up."""
        if self._writer is not None:
            self._writer.close()

    def _drop(self, deployment: str) -> None:
        for key in [key for key in self._views if key[0] == deployment]:
            del self._views[key]

    def _write(self, change: Change) -> None:
        if self._writer is not None:
            self._writer.add(change)


def _read(file: ViewsFile) -> Document:
    try:
        return file.read()
    except NotKept as error:
        log.warning("%s is left aside: %s", file.path, error)
        return {}


def _views(document: Document) -> Iterator[tuple[tuple[str | None, str], View]]:
    for resource, values in tables(document.get("fleet")):
        yield (None, resource), _view(values)
    for deployment, views in tables(document.get("deployments")):
        for resource, values in tables(views):
            yield (deployment, resource), _view(values)


def _view(values: Document) -> View:
    return View(**{name: read(values.get(name)) for name, read in READERS.items()})
