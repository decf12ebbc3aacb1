"""Lines of spans: headers, findings, details. Text is only text, and a click runs actions that we wrote."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.color import Color
from textual.geometry import Size

from emqx_tui.resources.spec import Tone
from emqx_tui.tui.widgets.cells import cropped, drawable, width_of
from emqx_tui.tui.widgets.painted import BOLD, TONES, Line, Look, Painted, badge, joined


class Span(NamedTuple):
    """A piece of text with one meaning.

    Attributes:
        text: Never markup, whatever it looks like.
        tone: What it means.
        action: A Textual action that a click runs, such as `screen.explain`. Written by us: no text from outside
            may become one.
        bold: Drawn bold whatever its tone.
        colour: Drawn on this colour, as a badge; the user's own, not one of the theme's.
    """

    text: str
    tone: Tone = Tone.NORMAL
    action: str | None = None
    bold: bool = False
    colour: Color | None = None

    @property
    def look(self) -> Look:
        """The component classes it is drawn with."""
        look: Look = (TONES[self.tone], BOLD) if self.bold else (TONES[self.tone],)
        return look if self.colour is None else (*look, badge(self.colour))


SpanLine = tuple[Span, ...]
"""One line, from the left."""


def spans_width(spans: Sequence[Span]) -> int:
    """Terminal cells that the spans take."""
    return sum(width_of(drawable(span.text)) for span in spans)


def crop_spans(spans: Sequence[Span], width: int) -> SpanLine:
    """The spans in at most `width` cells; what is cut off is marked with an ellipsis."""
    if spans_width(spans) <= width:
        return tuple(spans)
    kept: list[Span] = []
    room = width
    for span in spans:
        if room <= 0:
            break
        text = drawable(span.text)
        if width_of(text) >= room:
            # the ellipsis stands here even when the span itself just fits, for more follows
            kept.append(span._replace(text=cropped(text + " \N{FULL BLOCK}", room)))
            break
        kept.append(span._replace(text=text))
        room -= width_of(text)
    return tuple(kept)


def muted(lines: Iterable[SpanLine], *, keep: Tone | None = None) -> list[SpanLine]:
    """The same lines in grey, all but one tone: what they say is not of now."""
    return [tuple(span if span.tone is keep else span._replace(tone=Tone.MUTED) for span in line) for line in lines]


def left_and_right(left: Sequence[Span], right: Sequence[Span], width: int) -> SpanLine:
    """One line with both parts at their edges; where there is too little room the left part is cut."""
    right = crop_spans(right, width)
    taken = spans_width(right)
    left = crop_spans(left, max(0, width - taken - 1) if taken else width)
    gap = width - taken - spans_width(left)
    filler = (Span(" " * gap),) if gap > 0 else ()
    return (*left, *filler, *right)


class Lines(Painted):
    """Shows lines of spans and sends only what has changed.

    Args:
        lines: What is shown at first.
        auto_height: The widget is as high as it has lines; else its height is what the styles say.
        name: The widget's name.
        id: The widget's id.
        classes: The widget's classes.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Lines.-auto-height { height: auto; }
    """

    def __init__(
        self,
        lines: Sequence[SpanLine] = (),
        *,
        auto_height: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._lines: tuple[SpanLine, ...] = tuple(lines)
        self._arrange: Callable[[int], Sequence[SpanLine]] | None = None
        self._auto_height = auto_height
        self.set_class(auto_height, "-auto-height")

    def show(self, lines: Sequence[SpanLine]) -> None:
        """Show these lines."""
        self._arrange = None
        self._replace(tuple(lines))

    def show_arranged(self, arrange: Callable[[int], Sequence[SpanLine]]) -> None:
        """Show what `arrange` makes of the width, now and whenever the width changes."""
        self._arrange = arrange
        self._replace(tuple(arrange(self.size.width)))

    def _replace(self, lines: tuple[SpanLine, ...]) -> None:
        if lines == self._lines:
            return
        resized = self._auto_height and len(lines) != len(self._lines)
        self._lines = lines
        self.repaint()
        if resized:
            self.refresh(repaint=False, layout=True)

    @property
    def lines(self) -> tuple[SpanLine, ...]:
        """The lines that are shown."""
        return self._lines

    def picture(self, width: int, height: int) -> Sequence[Line]:
        """The lines, cut to the width."""
        if self._arrange is not None and width != self._painted_size.width:
            self._lines = tuple(self._arrange(width))
        return [
            joined([(drawable(span.text), span.look) for span in crop_spans(line, width)], width)
            for line in self._lines[:height]
        ]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  Textual's
        """As high as there are lines."""
        return len(self._lines)

    def action_at(self, x: int, y: int) -> str | None:
        """The action of the span at that place."""
        if not 0 <= y < len(self._lines):
            return None
        left = 0
        for span in crop_spans(self._lines[y], self.size.width):
            left += width_of(drawable(span.text))
            if x < left:
                return span.action
        return None

    async def on_click(self, event: events.Click) -> None:
        """Run the action of the span that was clicked; elsewhere a second click selects the word, a third the line."""
        offset = self.clicked_at(event)
        if offset is None:
            return
        action = self.action_at(offset.x, offset.y)
        if action is not None:
            event.stop()
            await self.run_action(action)
        elif event.chain in {2, 3}:
            self.select_around(offset, whole=event.chain == 3)
