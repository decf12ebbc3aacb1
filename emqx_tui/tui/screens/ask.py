"""A question with two answers, one of which changes or loses something."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from emqx_tui.keyboard.table import Place
from emqx_tui.tui.bindings import binding, bindings_of
from emqx_tui.tui.screens.selecting import Dialog


class AskScreen(Dialog, ModalScreen[bool]):
    """Gives True only when the user says so; Esc, and Enter at first, leave everything as it is.

    Args:
        question: What is asked, in a line.
        about: What would happen.
        yes: The word on the button that does it.
        no: The word on the other one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(Place.QUESTION),
        binding("dialog.leave", "answer(False)"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    AskScreen {
        #ask-question { text-style: bold; height: auto; }
        #ask-about { height: auto; margin: 1 0; color: $text-muted; }
        #ask-answers { height: 1; }
        Button { min-width: 10; margin: 0 2 0 0; }
    }
    """

    def __init__(self, question: str, about: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._about = about
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        with Vertical(id="dialog"):
            yield Static(self._question, id="ask-question", markup=False)
            yield Static(self._about, id="ask-about", markup=False)
            with Horizontal(id="ask-answers"):
                yield Button(self._no, id="no", compact=True)
                yield Button(self._yes, id="yes", variant="warning", compact=True)

    def on_mount(self) -> None:
        """Enter does no harm."""
        self.set_focus(self.query_one("#no"))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the answer."""
        event.stop()
        self.dismiss(event.button.id == "yes")

    def leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(result=False)

    def action_answer(self, answer: bool) -> None:
        """Take the answer."""
        self.dismiss(answer)
