"""The dialog of an export: which format, and where to."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from emqx_tui.i18n import _
from emqx_tui.keyboard.table import Place
from emqx_tui.resources.spec import Tone
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.export import KINDS, Wish, with_suffix
from emqx_tui.tui.screens.pick import COLUMNS, Choice
from emqx_tui.tui.screens.selecting import Dialog
from emqx_tui.tui.widgets.fields import Field
from emqx_tui.tui.widgets.lines import Lines, Span
from emqx_tui.tui.widgets.live_table import LiveTable


class ExportScreen(Dialog, ModalScreen[Wish | None]):
    """Gives what is to be written, or None when it was left.

    Args:
        rows: How many rows there are to write.
        path: Where to, unless the user says otherwise.
        format_: The format at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.DIALOG)]

    def __init__(self, rows: int, path: str, format_: str) -> None:
        super().__init__()
        self._rows = rows
        self._path = path
        self._format = format_

    def compose(self) -> ComposeResult:
        """The formats, and the path."""
        with Vertical(id="dialog"):
            title = _("Export {count} rows, as filtered and sorted").format(count=self._rows)
            yield Lines([(Span(title, Tone.ACCENT, bold=True),)], id="dialog-title")
            yield LiveTable(COLUMNS, lambda one: one.id, id="formats")
            yield Field(self._path, id="path")
            told = _("Enter writes it; Tab goes to the name and back")
            yield Lines([(Span(told, Tone.MUTED),)], id="export-keys")

    def on_mount(self) -> None:
        """Show the formats, the first one under the cursor."""
        table = self.query_one(LiveTable)
        table.styles.height = len(KINDS) + 1
        table.show([Choice(name, _(kind.label), _(kind.about)) for name, kind in KINDS.items()])
        table.move_to(self._format)
        table.focus()

    def on_live_table_cursor_moved(self, event: LiveTable.CursorMoved) -> None:
        """The name ends as the format wants it."""
        event.stop()
        if event.key is not None:
            field = self.query_one(Field)
            field.value = with_suffix(field.value, event.key)
            field.cursor_position = len(field.value)

    def on_live_table_row_chosen(self, event: LiveTable.RowChosen) -> None:
        """Write it."""
        event.stop()
        self._finish()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._finish()

    def _finish(self) -> None:
        path = self.query_one(Field).value.strip()
        if path:
            self.dismiss(Wish(self.query_one(LiveTable).cursor_key or self._format, Path(path).expanduser()))

    def action_leave(self) -> None:
        """Write nothing."""
        self.leave()
