"""The one-line input of the filter (`/`) and of the command prompt (`:`)."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from emqx_tui.keyboard.table import Place
from emqx_tui.resources.spec import Tone
from emqx_tui.text import sanitize
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.views_file import with_line
from emqx_tui.tui.widgets.cells import drawable, width_of
from emqx_tui.tui.widgets.lines import Lines, Span


_LONGEST = 512


def completions(value: str, words: Iterable[str]) -> list[str]:
    """What the value may become: its last word replaced by each word that starts with it."""
    start = value.rpartition(" ")[2]
    if not start:
        return []
    typed = start.casefold()
    head = value[: len(value) - len(start)]
    return [head + word for word in words if word.casefold().startswith(typed) and word.casefold() != typed]


class _Words(Suggester):
    """Offers the first completion of the last word."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.words: tuple[str, ...] = ()

    async def get_suggestion(self, value: str) -> str | None:
        return next(iter(completions(value, self.words)), None)


class _Field(Input):
    """The input itself; the prompt listens to it."""

    # It selects within itself: a drag that begins here selects nothing else.
    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.PROMPT)]

    def validate_value(self, value: str) -> str:
        """Pasted control characters become visible instead of reaching the terminal."""
        return sanitize(value, _LONGEST)

    async def action_prompt(self, wish: str) -> None:
        """Hand the key to the prompt."""
        await self.run_action(f"prompt.{wish}", namespaces={"prompt": self.query_ancestor(Prompt)})


class _FromPrompt(Message):
    def __init__(self, prompt: "Prompt", value: str) -> None:
        super().__init__()
        self.prompt = prompt
        self.value = value

    @property
    def control(self) -> "Prompt":
        return self.prompt


class Prompt(Horizontal):
    """One line to type in, with completion and history. What is typed is text and never markup.

    A key completes the last word, and at the next press offers the next word that fits. Others go through what was
    submitted before with the same prefix.

    Args:
        prefix: What stands before the value.
        history: What was submitted before, by its prefix, the oldest first; the prompt adds to it.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Prompt {
        height: 1;
        background: $panel;
        & > Lines { width: 2; background: $panel; }
        & > Input, & > Input:focus {
            width: 1fr; height: 1; padding: 0; border: none; background: $panel; background-tint: transparent;
        }
    }
    """

    class Changed(_FromPrompt):
        """The value is another."""

    class Submitted(_FromPrompt):
        """Enter was pressed."""

    class Cancelled(_FromPrompt):
        """It was given up."""

    def __init__(
        self,
        prefix: str = ":",
        *,
        history: dict[str, list[str]] | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, markup=False)
        self._prefix = prefix
        self._words = _Words()
        self._label = Lines()
        self._field = _Field(compact=True, select_on_focus=False, suggester=self._words)
        self._field.cursor_blink = False
        self._history = {} if history is None else history
        self._place: int | None = None
        self._draft = ""
        self._offers: list[str] = []

    def compose(self) -> ComposeResult:
        """The prefix and the field."""
        yield self._label
        yield self._field

    def on_mount(self) -> None:
        """Draw the prefix."""
        self._show_prefix()

    def _show_prefix(self) -> None:
        self._label.styles.width = width_of(drawable(self._prefix)) + 1
        self._label.show([(Span(self._prefix, Tone.ACCENT, bold=True),)])

    def open(self, prefix: str, value: str = "", words: Sequence[str] = ()) -> None:
        """Start anew: another prefix, value and words to complete with. Takes the focus."""
        self._prefix = prefix
        self._words.words = tuple(words)
        self._place = None
        self._offers = []
        self._show_prefix()
        self.value = value
        # at once, for `focus` comes after the keys that are typed already
        self.screen.set_focus(self._field)

    def insert(self, text: str) -> None:
        """Type this where the cursor is."""
        self._field.insert_text_at_cursor(text)

    @property
    def prefix(self) -> str:
        """What stands before the value: `/` or `:`."""
        return self._prefix

    @property
    def value(self) -> str:
        """What is typed."""
        return self._field.value

    @value.setter
    def value(self, value: str) -> None:
        self._field.value = value
        self._field.cursor_position = len(self._field.value)

    @on(Input.Changed)
    def _tell_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value not in self._offers:
            self._offers = []
        self.post_message(self.Changed(self, event.value))

    @on(Input.Submitted)
    def _tell_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._remember(event.value)
        self.post_message(self.Submitted(self, event.value))

    @on(Input.Blurred)
    def _keep_blurred(self, event: Input.Blurred) -> None:
        event.stop()

    def _remember(self, value: str) -> None:
        self._place = None
        if value.strip():
            self._history[self._prefix] = with_line(self._history.get(self._prefix, []), value.strip())

    def action_cancel(self) -> None:
        """Give up: whoever opened the prompt closes it."""
        self._place = None
        self.post_message(self.Cancelled(self, self.value))

    def action_complete(self) -> None:
        """Complete the last word; when that has been done, with the next word that fits."""
        if self.value in self._offers:
            following = self._offers.index(self.value) + 1
            self.value = self._offers[following % len(self._offers)]
            return
        self._offers = completions(self.value, self._words.words)
        if self._offers:
            self.value = self._offers[0]

    def action_earlier(self) -> None:
        """Show what was submitted before."""
        entries = self._history.get(self._prefix, [])
        if self._place is None:
            self._draft = self.value
            self._place = len(entries)
        if self._place > 0:
            self._place -= 1
            self.value = entries[self._place]

    def action_later(self) -> None:
        """Show what was submitted after it, and at last what was being typed."""
        if self._place is None:
            return
        entries = self._history.get(self._prefix, [])
        self._place += 1
        if self._place < len(entries):
            self.value = entries[self._place]
        else:
            self._place = None
            self.value = self._draft
