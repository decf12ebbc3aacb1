"""The live list: any number of rows, of which only the visible ones are looked at."""

from collections.abc import Callable, Collection, Sequence
from math import inf
from typing import Any, ClassVar, Generic

from textual import events
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.selection import Selection

from emqx_tui.i18n import _
from emqx_tui.keyboard.table import Place
from emqx_tui.resources.spec import Cell, Column, Row
from emqx_tui.text import exact_number
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.widgets.columns import naming
from emqx_tui.tui.widgets.marks import Marks, marks_of
from emqx_tui.tui.widgets.painted import Line, Painted, text_between
from emqx_tui.tui.widgets.table_picture import RowPictures, draw_empty, draw_header
from emqx_tui.tui.widgets.viewport import Viewport, positions


_WHEEL_LINES = 3


class _FromTable(Message):
    def __init__(self, table: "LiveTable[Any]") -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> "LiveTable[Any]":
        return self.table


class LiveTable(Painted, Generic[Row], can_focus=True):
    """A table over rows that change while they are looked at.

    The rows come filtered and sorted. The cursor stays on its row, and the row on its line of the screen, through
    every refresh, re-sort, insertion and removal; when the row goes, the cursor stays where it was.

    Args:
        columns: What is shown, from the left.
        key: Names a row for as long as it exists.
        empty: What is shown when there are no rows, a cell a line.
        name: The widget's name.
        id: The widget's id.
        classes: The widget's classes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.TABLE)]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "live-table--header",
        "live-table--sorted",
        "live-table--cursor",
        "live-table--thumb",
    }
    DEFAULT_CSS: ClassVar[str] = """
    LiveTable {
        & > .live-table--header { color: $text-muted; text-style: bold; }
        & > .live-table--sorted { color: $text-accent; text-style: bold; }
        & > .live-table--thumb { color: $text-disabled; }
        & > .live-table--cursor { background: $block-cursor-blurred-background; }
        &:focus > .live-table--cursor { background: $block-cursor-background; text-style: bold; }
        &:nocolor > .live-table--cursor, &:ansi > .live-table--cursor { text-style: reverse; }
        &:nocolor > .live-table--cursor { background: $background; }
        &:ansi > .live-table--cursor { background: ansi_default; }
        &:nocolor:focus > .live-table--cursor, &:ansi:focus > .live-table--cursor { text-style: bold reverse; }
    }
    """

    class RowChosen(_FromTable):
        """A row was opened with its key or a double click."""

        def __init__(self, table: "LiveTable[Any]", key: str) -> None:
            super().__init__(table)
            self.key = key

    class CursorMoved(_FromTable):
        """The cursor is on another row, or on none; `wanted` when the user has put it there."""

        def __init__(self, table: "LiveTable[Any]", key: str | None, *, wanted: bool = False) -> None:
            super().__init__(table)
            self.key = key
            self.wanted = wanted

    class HeaderClicked(_FromTable):
        """The heading of a column was clicked."""

        def __init__(self, table: "LiveTable[Any]", column_id: str) -> None:
            super().__init__(table)
            self.column_id = column_id

    def __init__(  # noqa: PLR0913  the last three are every widget's
        self,
        columns: Sequence[Column[Row]],
        key: Callable[[Row], str],
        *,
        empty: Sequence[Cell] = (),
        name: str | None = None,
        id: str | None = None,  # noqa: A002  the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._pictures = RowPictures(columns)
        self._key = key
        self._empty = tuple(empty)
        self._rows: Sequence[Row] = ()
        self._viewport = Viewport()
        self._sorted_by: tuple[str, bool] | None = None
        self._cursor_key: str | None = None
        self._announced: str | None = None
        self._marks: Marks = {}
        self._clicked_at = -inf
        self.stays_on_top = False
        """The cursor is on the first row, whichever that is, until the user moves it."""
        self.is_menu = False
        """One click chooses a row."""

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows, in this order. They must not change afterwards: the next call brings new ones."""
        viewport = self._viewport
        held, cursor = self._cursor_key, viewport.cursor
        if self.stays_on_top and rows:
            held = self._cursor_key = self._key(rows[0])
        eye = cursor if viewport.cursor_is_shown or not self._rows else viewport.top
        anchor = held if eye == cursor or not self._rows else self._key(self._rows[eye])
        found = positions(rows, self._key, {name for name in (held, anchor) if name is not None}, eye)
        shift = found[anchor] - eye if anchor is not None and anchor in found else 0
        self._rows = rows
        self._pictures.forget()
        viewport.follow(len(rows), found.get(held) if held is not None else None, shift)
        self._cursor_key = self._key(rows[viewport.cursor]) if rows else None
        self.repaint()
        self._announce()

    def change(self, columns: Sequence[Column[Row]], key: Callable[[Row], str]) -> None:
        """Show another kind of rows from now on; there are none until the next `show`."""
        self._key = key
        self._rows = ()
        self._cursor_key = None
        self._viewport = Viewport()
        self._pictures = RowPictures(columns)
        self.repaint()

    @property
    def columns(self) -> tuple[Column[Row], ...]:
        """What is shown, from the left, where there is room."""
        return self._pictures.columns

    @property
    def wide(self) -> bool:
        """No column gives way; what has no room is scrolled to."""
        return self._pictures.wide

    def show_columns(self, columns: Sequence[Column[Row]], *, wide: bool = False) -> None:
        """Show these columns instead; `wide` shows all of them, however little room there is."""
        self._pictures.columns = tuple(columns)
        self._pictures.wide = wide
        self._pictures.skipped = 0
        self._pictures.forget()
        self.repaint()

    def mark(self, keys: Collection[str]) -> None:
        """Show the rows of these keys as marked."""
        self._pictures.mark(keys, self._key)
        self.repaint()

    @property
    def empty(self) -> tuple[Cell, ...]:
        """What is shown when there are no rows, a cell a line."""
        return self._empty

    @empty.setter
    def empty(self, lines: Sequence[Cell]) -> None:
        self._empty = tuple(lines)
        self.repaint()

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        """The column whose heading is marked, and whether it sorts descending."""
        return self._sorted_by

    @sorted_by.setter
    def sorted_by(self, order: tuple[str, bool] | None) -> None:
        self._sorted_by = order
        self._pictures.kept = None if order is None else order[0]
        self.repaint()

    @property
    def rows(self) -> Sequence[Row]:
        """The rows, in their order."""
        return self._rows

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor, or None without rows."""
        return self._cursor_key

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor, or None without rows."""
        return self._rows[self._viewport.cursor] if self._rows else None

    @property
    def top_key(self) -> str | None:
        """The key of the first row in sight, or None without rows."""
        return self._key(self._rows[self._viewport.top]) if self._rows else None

    @property
    def visible_keys(self) -> tuple[str, ...]:
        """The keys of the rows on screen, from the top."""
        return tuple(self._key(self._rows[index]) for index in self._viewport.shown)

    @property
    def visible_rows(self) -> Sequence[Row]:
        """The rows on screen, from the top."""
        shown = self._viewport.shown
        return self._rows[shown.start : shown.stop]

    @property
    def near_end(self) -> bool:
        """The last row is on screen or one page away."""
        shown = self._viewport.shown
        return shown.stop + max(1, self._viewport.height) >= len(self._rows)

    @property
    def page(self) -> str:
        """Which rows are on screen, such as `12-40 of 50`."""
        shown = self._viewport.shown
        if not shown:
            return _("0 of {total}").format(total=exact_number(len(self._rows)))
        return _("{first}-{last} of {total}").format(
            first=exact_number(shown.start + 1),
            last=exact_number(shown.stop),
            total=exact_number(len(self._rows)),
        )

    @property
    def hidden_columns(self) -> int:
        """How many columns at the right have no room."""
        return self._pictures.hidden

    def move_to(self, key: str) -> bool:
        """Put the cursor on the row of that key; False when there is none."""
        found = positions(self._rows, self._key, {key}, self._viewport.cursor)
        if key in found:
            self._move_cursor(found[key])
        return key in found

    def place(self, cursor: str | None, top: str | None) -> None:
        """Put the cursor on one row and another one at the top, as far as they are there.

        A cursor that stays on the first row, whichever that is, is left there.
        """
        if self.stays_on_top or not self._rows:
            return
        found = positions(self._rows, self._key, {name for name in (cursor, top) if name is not None}, 0)
        at = found.get(cursor or "", self._viewport.cursor)
        if top in found:
            self._viewport.place(at, found[top])
        else:
            self._viewport.move_to(at)
        self._cursor_moved()

    def action_move(self, rows: int) -> None:
        """Move the cursor down by so many rows."""
        self._move_cursor(self._viewport.cursor + rows)

    def action_move_pages(self, pages: int) -> None:
        """Move the cursor down by so many pages."""
        self._move_cursor(self._viewport.cursor + pages * max(1, self._viewport.height))

    def action_move_first(self) -> None:
        """Move the cursor to the first row."""
        self._move_cursor(0)

    def action_move_last(self) -> None:
        """Move the cursor to the last row."""
        self._move_cursor(len(self._rows) - 1)

    def action_scroll_columns(self, columns: int) -> None:
        """Scroll by columns, as long as there are any out of sight; the first stays."""
        pictures = self._pictures
        most = len(pictures.columns) - naming(pictures.columns) - 1
        skipped = max(0, min(pictures.skipped + columns, most))
        if skipped == pictures.skipped or (columns > 0 and not pictures.hidden):
            raise SkipAction
        pictures.skipped = skipped
        self.repaint()

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if self._cursor_key is not None:
            self.post_message(self.RowChosen(self, self._cursor_key))

    def on_click(self, event: events.Click) -> None:
        """Select a row, open it at the second click, or tell which heading was clicked."""
        offset = self.clicked_at(event)
        # The first click may have closed a menu that was in front: then it was not for this table.
        again = event.chain > 1 and event.time - self._clicked_at <= self.app.CLICK_CHAIN_TIME_THRESHOLD
        self._clicked_at = event.time
        if offset is None:
            return
        event.stop()
        if offset.y == 0:
            for place in self._pictures.placed:
                if place.covers(offset.x):
                    self.post_message(self.HeaderClicked(self, place.column.id))
        elif again:
            # the row that the first click selected, wherever a re-sort has put it since
            self.action_choose()
        elif self._viewport.top + offset.y - 1 in self._viewport.shown:
            self._move_cursor(self._viewport.top + offset.y - 1)
            if self.is_menu:
                self.action_choose()

    # Selecting

    def place_at(self, offset: Offset) -> Offset:
        """The heading is line 0, a row one more than its index, in sight or not: so a selection can be scrolled."""
        place = super().place_at(offset)
        return Offset(place.x, place.y + self._viewport.top) if place.y else place

    def selection_updated(self, selection: Selection | None) -> None:
        """Highlight these cells, from now on wherever their rows go."""
        shown = self._viewport.shown
        self._marks = {} if selection is None else marks_of(selection, self._rows, self._key, shown, self.size)
        super().selection_updated(selection)

    def selected_cells(self, y: int) -> tuple[int, int] | None:
        """The selected cells of the heading, or of the row that is there now."""
        row = self._viewport.top + y - 1
        if y and self._rows:
            return self._marks.get(self._key(self._rows[row])) if row < len(self._rows) else None
        return self._marks.get(y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:  # noqa: ARG002  the marks have moved on
        """The text in those cells: the heading and the rows as they are now, in their present order."""
        marks = self._marks
        lines = [
            text_between(line, *marks[y])
            for y, line in enumerate(self._painted)
            if y in marks and not (y and self._rows)
        ]
        found = ((row, marks.get(self._key(row))) for row in self._rows)
        lines += [text_between(self._pictures.plain(row), *cells) for row, cells in found if cells is not None]
        return ("\n".join(lines), "\n") if lines else None

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the cursor stays on its row."""
        self._scroll(event, _WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the cursor stays on its row."""
        self._scroll(event, -_WHEEL_LINES)

    def _scroll(self, event: events.MouseEvent, lines: int) -> None:
        event.stop()
        event.prevent_default()
        self._viewport.scroll(lines)
        self.repaint()

    def _move_cursor(self, row: int) -> None:
        if not self._rows:
            return
        self.stays_on_top = False
        self._viewport.move_to(row)
        self._cursor_moved(wanted=True)

    def _cursor_moved(self, *, wanted: bool = False) -> None:
        self._cursor_key = self._key(self._rows[self._viewport.cursor])
        self.repaint()
        self._announce(wanted=wanted)

    def _announce(self, *, wanted: bool = False) -> None:
        if self._cursor_key != self._announced and self.is_running:
            self._announced = self._cursor_key
            self.post_message(self.CursorMoved(self, self._cursor_key, wanted=wanted))

    def on_mount(self) -> None:
        """Tell of the row that was shown before anybody could listen."""
        self._announce()

    def on_resize(self) -> None:
        """Draw for the new size, from the first column on: there may be room for all."""
        self._pictures.skipped = 0
        self.repaint()

    def picture(self, width: int, height: int) -> Sequence[Line]:
        """The heading and the rows in sight."""
        viewport, pictures = self._viewport, self._pictures
        viewport.resize(max(0, height - 1))
        lines = pictures.draw(self._rows, viewport.shown, width, viewport.cursor, viewport.thumb())
        header = draw_header(pictures.placed, self._sorted_by, width, more=pictures.hidden > 0)
        return [header, *(lines if self._rows else draw_empty(self._empty, width))]
