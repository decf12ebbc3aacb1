"""Which columns of a table the user wants, in which order, and how wide: what the program shows of itself, changed.

A column of which nothing was said, because a later version has it first, appears after the one that it follows by
default. One that was hidden stays hidden.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from emqx_tui.resources.spec import Column
from emqx_tui.tui.remembered import WIDEST, View


STEP: Final = 2
"""Cells by which a column becomes wider or narrower."""

NARROWEST: Final = 3

Columns = Sequence[Column[Any]]


def chosen(columns: Columns, view: View) -> tuple[Column[Any], ...]:
    """The columns that are wanted, as they are wanted; all of them where none with a heading would be left."""
    if view.columns is None and view.hidden is None and view.widths is None:
        return tuple(columns)
    hidden = frozenset(view.hidden or ())
    wanted = [_sized(one, view.widths or {}) for one in _ordered(columns, view) if one.id not in hidden]
    return tuple(wanted if any(one.title for one in wanted) else columns)


def _ordered(columns: Columns, view: View) -> list[Column[Any]]:
    by_id = {one.id: one for one in columns}
    found = [by_id[name] for name in dict.fromkeys(view.columns or ()) if name in by_id]
    known = {one.id for one in found}
    for at, column in enumerate(columns):
        if column.id not in known:
            before = columns[at - 1] if at else None
            found.insert(0 if before is None else found.index(before) + 1, column)
    return found


def _sized(column: Column[Any], widths: Mapping[str, int]) -> Column[Any]:
    width = widths.get(column.id, column.width)
    return column if width == column.width else column._replace(width=width)


class Choosing:
    """The columns of a table while they are chosen.

    Args:
        columns: All that the resource has.
        offered: Those of them that have something to tell here; the others keep their places.
        view: What was chosen before.
    """

    def __init__(self, columns: Columns, offered: Columns, view: View) -> None:
        self._columns = tuple(columns)
        self._offered = {one.id for one in offered}
        self._take(view)

    def _take(self, view: View) -> None:
        self._order = _ordered(self._columns, view)
        self._hidden = set(view.hidden or ())
        self._widths = dict(view.widths or {})

    @property
    def listed(self) -> list[Column[Any]]:
        """The columns to choose from, in their order, with their widths."""
        return [_sized(one, self._widths) for one in self._order if one.id in self._offered]

    def is_shown(self, name: str) -> bool:
        """Whether the column is wanted."""
        return name not in self._hidden

    def toggle(self, name: str) -> bool:
        """Hide the column, or show it again; False when it is the last one that says anything."""
        if name in self._hidden:
            self._hidden.discard(name)
            return True
        left = [one for one in self.listed if one.title and one.id != name and one.id not in self._hidden]
        if left:
            self._hidden.add(name)
        return bool(left)

    def move(self, name: str, places: int) -> None:
        """Move the column so many places to the right, past those that are offered here."""
        names = [one.id for one in self._order]
        offered = [one for one in names if one in self._offered]
        target = offered.index(name) + places
        if 0 <= target < len(offered):
            column = self._order.pop(names.index(name))
            at = [one.id for one in self._order].index(offered[target])
            self._order.insert(at + (places > 0), column)

    def widen(self, name: str, cells: int) -> None:
        """Give the column so many cells more."""
        column = next(one for one in self._order if one.id == name)
        width = max(min(NARROWEST, column.width), min(WIDEST, _sized(column, self._widths).width + cells))
        self._widths[name] = width
        if width == column.width:
            del self._widths[name]

    def reset(self) -> None:
        """Have everything as the program shows it of itself."""
        self._take(View())

    def put_into(self, view: View) -> View:
        """The view with what was chosen; what is as it is by default is left out."""
        moved = self._order != list(self._columns)
        order = tuple(one.id for one in self._order)
        return view._replace(
            columns=order if moved else None,
            hidden=tuple(one for one in order if one in self._hidden) or None,
            widths=self._widths.copy() or None,
        )
