"""Help: the keys, the symbols and the words."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from emqx_tui.domain.roster import NodeState
from emqx_tui.i18n import N_, _
from emqx_tui.keyboard import names
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.keyboard.table import MOUSE, SECTIONS, Place, keys_of
from emqx_tui.resources.spec import Tone
from emqx_tui.resources.wording import STATE_MARKS, STATE_MEANINGS, STATE_TONES, STATES
from emqx_tui.tui.bindings import binding, bindings_of
from emqx_tui.tui.screens.selecting import Dialog
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine


WORDS: tuple[tuple[str, str], ...] = (
    (N_("deployment"), N_("one EMQX cluster or service, or one NanoMQ, as configured")),
    (N_("session"), N_("what EMQX's API calls connection: disconnected persistent sessions included")),
    (N_("live"), N_("live connections: open sockets")),
    (N_("in/s, out/s"), N_("messages received and sent a second")),
    (N_("dropped/s"), N_("messages dropped a second; most often nobody subscribes to their topic")),
    (N_("core"), N_("a node that takes part in writing the cluster's data (5.x)")),
    (N_("replicant"), N_("a node that only serves clients; it comes and goes (5.x)")),
    (N_("before 03:12"), N_("it was already so when emqx-tui first looked, at 03:12")),
)


def help_lines(log_file: str, keymap: Keymap) -> list[SpanLine]:
    """The whole help."""
    lines: list[SpanLine] = []
    for title, places in SECTIONS:
        bound = [key for key in keys_of(*places) if keymap.keys(key.id)]
        rows = [_row(" ".join(map(names.short, keymap.keys(key.id))), _(key.about)) for key in bound]
        lines += [_title(_(title)), *rows, ()]
    lines += [_title(_("Mouse")), *(_row(_(what), _(about)) for what, about in MOUSE), ()]
    lines += [_title(_("States of a node"))]
    for state in NodeState:
        mark = Span(f"{STATE_MARKS[state]} {_(STATES[state]):<15}", STATE_TONES[state])
        lines.append((mark, Span(_(STATE_MEANINGS[state]))))
    lines += [(), _title(_("Words")), *(_row(_(word), _(meaning)) for word, meaning in WORDS)]
    if log_file:
        lines += [(), _title(_("Log")), (Span(log_file, Tone.MUTED),)]
    return lines


def _title(text: str) -> SpanLine:
    return (Span(text, Tone.ACCENT, bold=True),)


def _row(left: str, right: str) -> SpanLine:
    return (Span(f"{left:<16} ", Tone.STRONG), Span(right))


class HelpScreen(Dialog, ModalScreen[None]):
    """The help, scrolled as lists are; the key that opened it leaves it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(Place.DIALOG),
        binding("app.help", "leave"),
        Binding("enter", "leave", show=False),
        binding("table.down", "scroll(1)"),
        binding("table.up", "scroll(-1)"),
    ]

    def __init__(self, log_file: str, keymap: Keymap) -> None:
        super().__init__()
        self._log_file = log_file
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """The lines in a box."""
        with VerticalScroll(id="help"):
            yield Lines(help_lines(self._log_file, self._keymap), auto_height=True)

    def action_leave(self) -> None:
        """Back to where one was."""
        self.leave()

    def leave(self) -> None:
        """Back to where one was."""
        self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Scroll."""
        self.query_one("#help", VerticalScroll).scroll_relative(y=lines, animate=False)
