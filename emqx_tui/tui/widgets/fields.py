"""Fields of a form: one line each, without a frame."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Static

from emqx_tui.text import sanitize
from emqx_tui.tui.filled import LONGEST


def row(name: str, label: str, control: Widget) -> ComposeResult:
    """A label, what it is the label of, and below them a note: `row-`, `label-` and `note-` with the name."""
    with Horizontal(classes="row", id=f"row-{name}"):
        yield Static(label, id=f"label-{name}", classes="label", markup=False)
        yield control
    yield Static(id=f"note-{name}", classes="note", markup=False)


class Field(Input):
    """A line of text.

    Args:
        value: What it holds at first.
        id: The widget's id.
        placeholder: What is shown while it is empty.
        password: Whether what is typed is hidden.
    """

    # It selects within itself: a drag that begins here selects nothing else.
    ALLOW_SELECT = False

    def __init__(self, value: str = "", *, id: str, placeholder: str = "", password: bool = False) -> None:  # noqa: A002
        super().__init__(value, placeholder, id=id, password=password, compact=True, select_on_focus=False)
        # A cursor that blinks is two lines a second to send.
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Pasted control characters become visible instead of reaching the terminal."""
        return sanitize(value, LONGEST)


class SecretField(Field):
    """A line that is never shown, copied or cut."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  the name that Textual gives it
        super().__init__(id=id, password=True)

    def validate_value(self, value: str) -> str:
        """It is drawn as dots, and sent as it was typed."""
        return value

    @property
    def selected_text(self) -> str:
        """Nothing: what is selected would be copied to the clipboard."""
        return ""

    def action_cut(self) -> None:
        """Delete what is selected, and copy nothing."""
        self.delete_selection()


class Tick(Checkbox):
    """A box that is told by its mark: Textual draws the same one in another colour when it is off."""

    BUTTON_LEFT = "["
    BUTTON_RIGHT = "]"

    @property
    def BUTTON_INNER(self) -> str:  # type: ignore[override]  # noqa: N802  the name that Textual gives it
        """The mark."""
        return "x" if self.value else " "
