"""A question with a few answers, chosen from a list."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from emqx_tui.keyboard.table import Place
from emqx_tui.resources.spec import Cell, Column, Tone
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.screens.selecting import Dialog
from emqx_tui.tui.widgets.cells import width_of, wrapped
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine
from emqx_tui.tui.widgets.live_table import LiveTable


class Choice(NamedTuple):
    """One answer: what it stands for, its word, and a sentence about it."""

    id: str
    label: str
    about: str = ""


COLUMNS: tuple[Column[Choice], ...] = (
    Column("label", "", 16, lambda one: Cell(one.label), lambda one: one.label),
    Column("about", "", 20, lambda one: Cell(one.about, Tone.MUTED), lambda one: one.about, grows=True, priority=1),
)


class PickScreen(Dialog, ModalScreen[str | None]):
    """Gives the id of the chosen answer, or None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.DIALOG)]

    def __init__(self, title: str, choices: Sequence[Choice], current: str = "") -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._current = current

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical(id="dialog"):
            yield Lines([(Span(self._title, Tone.ACCENT, bold=True),)], id="dialog-title")
            yield LiveTable(COLUMNS, lambda one: one.id, id="choices")
            yield Lines(id="choice-about", auto_height=True)

    def on_mount(self) -> None:
        """Show the answers, the present one under the cursor."""
        table = self.query_one(LiveTable)
        table.is_menu = True
        table.styles.height = len(self._choices) + 1
        table.show(self._choices)
        table.move_to(self._current)
        table.focus()

    def on_resize(self) -> None:
        """What does not fit beside the answers stands below them."""
        self.call_after_refresh(self._explain)

    def on_live_table_cursor_moved(self, event: LiveTable.CursorMoved) -> None:
        """Tell of the answer under the cursor."""
        event.stop()
        self._explain()

    def _explain(self) -> None:
        table = self.query_one(LiveTable)
        width, row = table.size.width, table.cursor_row
        if not width or row is None:
            return
        cut = any(width_of(one.about) > width - COLUMNS[0].width - 4 for one in self._choices)
        # As many lines for each of them: the dialog does not change its size under the hands of whoever chooses.
        most = max(len(wrapped(one.about, width)) for one in self._choices) if cut else 0
        told = wrapped(row.about, width) if cut else []
        lines: list[SpanLine] = [(Span(line, Tone.NORMAL),) for line in told]
        self.query_one("#choice-about", Lines).show([(), *lines, *[()] * (most - len(lines))] if cut else [])

    def on_live_table_row_chosen(self, event: LiveTable.RowChosen) -> None:
        """Take the answer."""
        event.stop()
        self.dismiss(event.key)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.leave()
