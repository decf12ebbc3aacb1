"""The line of keys at the bottom."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from emqx_tui.i18n import _
from emqx_tui.resources.spec import Tone
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine, spans_width


class KeyHint(NamedTuple):
    """A key and what it does.

    Attributes:
        key: As it is written on the keyboard, such as `?` or `ctrl-p`.
        label: One or two words, marked with `N_`.
        action: What a click runs, such as `screen.help` or `app.simulate_key('d')`.
        priority: On a narrow terminal hints give way from the highest number down, the last one first; 0 never does,
            such as the way to learn the others, and the way out.
    """

    key: str
    label: str
    action: str
    priority: int = 1


_GAP = Span("  ")


def fit_hints(hints: Sequence[KeyHint], width: int) -> SpanLine:
    """One line with as many hints as fit, in their order."""
    shown = list(hints)
    while True:
        line = _line(shown)
        if spans_width(line) <= width:
            return line
        optional = [hint for hint in shown if hint.priority > 0]
        if not optional:
            return line
        lowest = max(hint.priority for hint in optional)
        shown.remove(next(hint for hint in reversed(optional) if hint.priority == lowest))


def _line(hints: Sequence[KeyHint]) -> SpanLine:
    spans: list[Span] = []
    for hint in hints:
        if spans:
            spans.append(_GAP)
        spans.append(Span(hint.key, Tone.ACCENT, hint.action, bold=True))
        if hint.label:
            spans.append(Span(f" {_(hint.label)}", Tone.MUTED, hint.action))
    return tuple(spans)


class KeyBar(Lines):
    """One line of keys with what they do; a click does the same."""

    DEFAULT_CSS: ClassVar[str] = """
    KeyBar { height: 1; background: $panel; padding: 0 1; }
    """

    def show_hints(self, hints: Sequence[KeyHint]) -> None:
        """Show these keys, as many as fit the width."""
        hints = tuple(hints)
        self.show_arranged(lambda width: (fit_hints(hints, width),))
