"""The dialog in which columns are shown and hidden, moved and widened, with the table behind it showing it at once."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from emqx_tui.i18n import N_, _
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.keyboard.table import Place, keys_of
from emqx_tui.resources.spec import Align, Cell, Column, Tone
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.chosen import STEP, Choosing
from emqx_tui.tui.screens.selecting import Dialog
from emqx_tui.tui.widgets.cells import width_of, wrapped
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine
from emqx_tui.tui.widgets.live_table import LiveTable


ABOUT_LINES = 2
"""Lines for the sentence about the column under the cursor: the longest there are fit."""

ROOMY = 20
"""Lines that the terminal has to have for that sentence: below, the columns need them."""


class Offer(NamedTuple):
    """A column that can be chosen: whether it is, its heading, its width, and a sentence about it."""

    id: str
    shown: bool
    label: str
    width: int
    about: str


_COLUMNS: tuple[Column[Offer], ...] = (
    Column("mark", "", 1, lambda one: Cell("✔" if one.shown else "", Tone.GOOD), lambda one: one.shown),
    Column("label", N_("COLUMN"), 12, lambda one: Cell(one.label, _tone(one)), lambda one: one.label),
    Column("width", N_("CELLS"), 5, lambda one: Cell(str(one.width), _tone(one)), lambda one: one.width, Align.RIGHT),
    Column("about", "", 20, lambda one: Cell(one.about, Tone.MUTED), lambda one: one.about, grows=True, priority=1),
)


def _tone(one: Offer) -> Tone:
    return Tone.NORMAL if one.shown else Tone.MUTED


class ChooseColumnsScreen(Dialog, ModalScreen[None]):
    """Changes what is chosen, and tells it after each key.

    Args:
        choosing: What is chosen.
        changed: Is called after each change.
        keymap: The keys that work.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.COLUMNS, Place.DIALOG)]

    def __init__(self, choosing: Choosing, changed: Callable[[], None], keymap: Keymap) -> None:
        super().__init__()
        self._choosing = choosing
        self._changed = changed
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """The columns, and the keys that change them."""
        with Vertical(id="dialog"):
            yield Lines([(Span(_("Columns"), Tone.ACCENT, bold=True),)], id="dialog-title")
            yield LiveTable(_COLUMNS, lambda one: one.id, id="columns")
            yield Lines(id="column-about", auto_height=True)
            yield Lines(id="column-keys", auto_height=True)

    def on_mount(self) -> None:
        """Show the columns."""
        self._show()
        self.query_one(LiveTable).focus()

    def on_resize(self) -> None:
        """As many lines as there are columns, where there is room; the keys as wide as the dialog."""
        width = max(20, min(70, self.size.width) - 4)
        hints = [f"{key} {_(one.label)}" for one in keys_of(Place.COLUMNS) if (key := self._keymap.short(one.id))]
        shown = [(Span(line, Tone.MUTED),) for line in _filled(hints, width)]
        self.query_one("#column-keys", Lines).show(shown)
        about = ABOUT_LINES if self.size.height >= ROOMY else 0
        self.query_one("#column-about", Lines).display = bool(about)
        room = self.size.height * 7 // 10 - 3 - len(shown) - about
        self.query_one(LiveTable).styles.height = max(3, min(len(self._choosing.listed) + 1, room))

    def _show(self) -> None:
        offers = [
            Offer(one.id, self._choosing.is_shown(one.id), _name(one), one.width, _(one.about))
            for one in self._choosing.listed
        ]
        self.query_one(LiveTable).show(offers)

    def on_live_table_cursor_moved(self, event: LiveTable.CursorMoved) -> None:
        """The sentence about the column in full: beside its name there is seldom room."""
        event.stop()
        told = next((_(one.about) for one in self._choosing.listed if one.id == event.key), "")
        lines = wrapped(told, max(20, min(70, self.size.width) - 4))[:ABOUT_LINES]
        shown: list[SpanLine] = [(Span(line, Tone.NORMAL),) for line in [*lines, "", ""][:ABOUT_LINES]]
        self.query_one("#column-about", Lines).show(shown)

    def _told(self) -> None:
        self._show()
        self._changed()

    @property
    def _current(self) -> str:
        return self.query_one(LiveTable).cursor_key or ""

    def action_toggle_column(self) -> None:
        """Hide the column under the cursor, or show it."""
        if self._choosing.toggle(self._current):
            self._told()
        else:
            self.notify(_("The last column with a heading stays."), markup=False)

    def action_move_column(self, places: int) -> None:
        """Move the column under the cursor."""
        self._choosing.move(self._current, places)
        self._told()

    def action_widen_column(self, steps: int) -> None:
        """Make the column under the cursor wider or narrower."""
        self._choosing.widen(self._current, steps * STEP)
        self._told()

    def action_reset_columns(self) -> None:
        """Everything as the program shows it of itself."""
        self._choosing.reset()
        self._told()

    def on_live_table_row_chosen(self, event: LiveTable.RowChosen) -> None:
        """It is chosen already."""
        event.stop()
        self.leave()

    def action_leave(self) -> None:
        """It is chosen already."""
        self.leave()


def _filled(hints: Iterable[str], width: int) -> list[str]:
    """The hints in as few lines as they need, none of them torn apart."""
    lines = [""]
    for hint in hints:
        longer = f"{lines[-1]}  {hint}" if lines[-1] else hint
        if width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(hint)
    return lines


def _name(column: Column[Any]) -> str:
    return _(column.title) if column.title else column.id.replace("_", " ")
