"""Help: the keys, the symbols and the words."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from emqx_tui.domain.roster import NodeState
from emqx_tui.i18n import N_, _
from emqx_tui.resources.spec import Tone
from emqx_tui.resources.wording import STATE_MARKS, STATE_MEANINGS, STATE_TONES, STATES
from emqx_tui.tui.bindings import TABLE_KEYS, Place, keys_of
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

_PLACES: tuple[tuple[Place, str], ...] = (
    (Place.FLEET, N_("Fleet")),
    (Place.FILE, N_("Fleet, with a configuration file")),
    (Place.DEPLOYMENT, N_("Deployment")),
    (Place.LIST, N_("Lists")),
    (Place.EVERYWHERE, N_("Everywhere")),
)


def help_lines(log_file: str) -> list[SpanLine]:
    """The whole help."""
    lines: list[SpanLine] = []
    for place, title in _PLACES:
        lines += [_title(_(title)), *(_row(key.shown, _(key.about)) for key in keys_of(place))]
        if place is Place.LIST:
            lines += [_row(keys, _(about)) for keys, about in TABLE_KEYS]
        lines.append(())
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
    return (Span(f"{left:<17}", Tone.STRONG), Span(right))


class HelpScreen(ModalScreen[None]):
    """The help, scrolled with the arrow keys; any of `?`, Esc and q leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "leave", N_("Leave"), show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, log_file: str) -> None:
        super().__init__()
        self._log_file = log_file

    def compose(self) -> ComposeResult:
        """The lines in a box."""
        with VerticalScroll(id="help"):
            yield Lines(help_lines(self._log_file), auto_height=True)

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Scroll."""
        # At once, for what is put off does not know of the keys that came before it.
        self.query_one("#help", VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)
