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
from emqx_tui.tui.widgets.lines import Lines, Span
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

    def on_mount(self) -> None:
        """Show the answers, the present one under the cursor."""
        table = self.query_one(LiveTable)
        table.is_menu = True
        table.styles.height = len(self._choices) + 1
        table.show(self._choices)
        table.move_to(self._current)
        table.focus()

    def on_live_table_row_chosen(self, event: LiveTable.RowChosen) -> None:
        """Take the answer."""
        event.stop()
        self.dismiss(event.key)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.leave()
