"""A long text that is read page by page, with what was searched for marked in it."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.message import Message

from emqx_tui.i18n import _
from emqx_tui.text import exact_number
from emqx_tui.tui.widgets.cells import drawable
from emqx_tui.tui.widgets.lines import Span, SpanLine, crop_spans
from emqx_tui.tui.widgets.painted import Line, Painted, Piece, joined
from emqx_tui.tui.widgets.viewport import Viewport


_WHEEL_LINES = 3
_MATCH = "pages--match"
_THUMB = ("pages--thumb",)


class Pages(Painted):
    """Lines, of which as many are shown as there is room for. Whoever shows it has the keys that scroll it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {_MATCH, *_THUMB}
    DEFAULT_CSS: ClassVar[str] = """
    Pages {
        & > .pages--thumb { color: $text-disabled; }
        & > .pages--match { background: $block-cursor-background; text-style: bold; }
        &:nocolor > .pages--match, &:ansi > .pages--match { text-style: bold reverse; }
        &:nocolor > .pages--match { background: $background; }
        &:ansi > .pages--match { background: ansi_default; }
    }
    """

    class Moved(Message):
        """Other lines are on screen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  the name that Textual gives it
        super().__init__(id=id)
        self._viewport = Viewport()
        self._arrange: Callable[[int], Sequence[SpanLine]] = lambda _width: ()
        self._lines: Sequence[SpanLine] = ()
        self._arranged_for = 0
        self._match: re.Pattern[str] | None = None
        self._told = ""

    def show_arranged(
        self, arrange: Callable[[int], Sequence[SpanLine]], *, match: re.Pattern[str] | None = None, top: int = 0
    ) -> None:
        """Show what `arrange` makes of the width, now and whenever the width changes.

        Args:
            arrange: Gives the lines for so many cells.
            match: What is marked in them; it matches no empty text.
            top: The line to begin with.
        """
        self._arrange, self._match = arrange, match
        self._arranged_for = 0
        self._fit(self.size.width, self.size.height)
        self._viewport.scroll(top - self._viewport.top)
        self._drawn_anew()

    @property
    def top(self) -> int:
        """The first line on screen, counted from 0."""
        return self._viewport.top

    @property
    def page(self) -> str:
        """Which lines are on screen, such as `12-40 of 95`."""
        shown = self._viewport.shown
        return _("{first}-{last} of {total}").format(
            first=exact_number(shown.start + 1 if shown else 0),
            last=exact_number(shown.stop),
            total=exact_number(len(self._lines)),
        )

    def scroll_lines(self, lines: int) -> None:
        """Move down by so many lines."""
        self._viewport.scroll(lines)
        self._drawn_anew()

    def scroll_pages(self, pages: int) -> None:
        """Move down by so many pages; a line of the page before stays."""
        self.scroll_lines(pages * max(1, self._viewport.height - 1))

    def scroll_to_edge(self, *, end: bool) -> None:
        """Go to the beginning or the end."""
        self.scroll_lines(len(self._lines) if end else -len(self._lines))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll."""
        event.stop()
        self.scroll_lines(_WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll."""
        event.stop()
        self.scroll_lines(-_WHEEL_LINES)

    def on_resize(self) -> None:
        """Other lines fit."""
        self._fit(self.size.width, self.size.height)
        self._drawn_anew()

    def _drawn_anew(self) -> None:
        self.repaint()
        if self.page != self._told:
            self._told = self.page
            self.post_message(self.Moved())

    def _fit(self, width: int, height: int) -> None:
        """Arrange the lines for this width; what is read stays about where it was."""
        viewport = self._viewport
        if width != self._arranged_for and width > 0:
            before = viewport.top / len(self._lines) if self._lines else 0.0
            self._arranged_for = width
            self._lines = self._arrange(max(1, width - 2))
            viewport.total = len(self._lines)
            viewport.scroll(round(before * len(self._lines)) - viewport.top)
        viewport.resize(height)

    def picture(self, width: int, height: int) -> Sequence[Line]:
        """The lines in sight, with the place among all of them at the edge."""
        self._fit(width, height)
        thumb = self._viewport.thumb()
        drawn = []
        for y, index in enumerate(self._viewport.shown):
            line = joined(self._pieces(self._lines[index], width - 2), width - 1)
            drawn.append(joined([*line, ("┃", _THUMB)], width) if y in thumb else joined(line, width))
        return drawn

    def _pieces(self, line: SpanLine, width: int) -> Iterator[Piece]:
        for span in crop_spans(line, width):
            yield from self._marked(span)

    def _marked(self, span: Span) -> Iterator[Piece]:
        text, done = drawable(span.text), 0
        for found in self._match.finditer(text) if self._match is not None else ():
            yield text[done : found.start()], span.look
            yield found[0], (_MATCH, *span.look)
            done = found.end()
        yield text[done:], span.look
