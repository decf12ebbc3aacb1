"""Only what differs goes over the line: cells that changed, styles that differ from the one before.

Textual sends a dirty line from the widget's left edge on, with every style spelt out and reset (8.2.8,
`ChopsUpdate.render_segments`). This keeps what the terminal shows and sends the difference:
about a tenth of it.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip


WRITTEN_THROUGH = 3
"""Unchanged cells of the present style that are written again rather than skipped: skipping takes as many bytes."""

_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
"""Two of these in a row are drawn as one flag."""

_STRETCH = 12

_WIDE_REST = ""
_RESET = "\x1b[0m"


class Span(NamedTuple):
    """Cells of a line: from `low` to `high`."""

    y: int
    low: int
    high: int


class Line:
    """What the terminal shows in one line: a character and a style for each cell, None where it is not known.

    The second cell of a wide character holds the empty text.
    """

    __slots__ = ("characters", "styles")

    def __init__(self, width: int) -> None:
        self.characters: list[str | None] = [None] * width
        self.styles: list[Style | None] = [None] * width

    def unknown(self, low: int, high: int) -> bool:
        """Nothing is known of what the cells show."""
        return self.characters[low:high].count(None) == high - low

    def changed(self, low: int, high: int, characters: list[str], styles: list[Style]) -> Iterator[int]:
        """Cells from `low` to `high` that show something else than these. What is put meanwhile counts."""
        for start in range(low, high, _STRETCH):
            end = min(start + _STRETCH, high)
            here = slice(start - low, end - low)
            # Two comparisons of lists for most stretches instead of two for each cell.
            if self.characters[start:end] == characters[here] and self.styles[start:end] == styles[here]:
                continue
            for at in range(start, end):
                style, shown = styles[at - low], self.styles[at]
                same = style is shown or style == shown
                if not (same and characters[at - low] == self.characters[at]):
                    yield at

    def put(self, at: int, character: str, style: Style) -> None:
        """The cell shows this now. What was the other half of a wide character there is no longer known."""
        old = self.characters[at]
        if old == _WIDE_REST and character != _WIDE_REST and at > 0 and self.styles[at - 1] is not None:
            before = self.characters[at - 1]
            if before is not None and get_character_cell_size(before[:1] or " ") == 2:
                self.characters[at - 1] = None
        if at + 1 < len(self.characters) and self.characters[at + 1] == _WIDE_REST:
            self.characters[at + 1] = None
        self.characters[at], self.styles[at] = character, style


class ShownScreen:
    """What the terminal shows, as far as it was sent from here."""

    def __init__(self) -> None:
        self._size = Size(0, 0)
        self._lines: list[Line] = []

    def forget(self) -> None:
        """Somebody else has written to the terminal: everything is sent anew."""
        self._size = Size(0, 0)

    def fit(self, size: Size) -> None:
        """The terminal has this size now; after a change nothing is known of it."""
        if size != self._size:
            self._size = size
            self._lines = [Line(size.width) for _row in range(size.height)]

    def show(self, span: Span, x: int, strip: Strip, pen: "Pen") -> None:
        """Bring the cells of the span to what a strip that begins at `x` says of them."""
        if not 0 <= span.y < len(self._lines):
            return
        line = self._lines[span.y]
        low, high = max(span.low, x, 0), min(span.high, x + strip.cell_length, self._size.width)
        pen.begin(span.y, line)
        cells = _cells(strip)
        if cells is None:
            # Text of which only the terminal knows how many cells its characters take is sent as it is.
            pen.write_raw(low, strip.crop(low - x, high - x))
            line.characters[low:high] = [None] * max(0, high - low)
            return
        characters, styles = cells
        if low < high < x + len(characters) and characters[high - x] == _WIDE_REST:
            characters[high - 1 - x] = " "  # half of a wide character is no character
        if low < high and line.unknown(low, high) and characters[low - x] != _WIDE_REST:
            self._show_all(low, strip.crop(low - x, high - x), pen)
            line.characters[low:high], line.styles[low:high] = (
                characters[low - x : high - x],
                styles[low - x : high - x],
            )
            return
        for at in line.changed(low, high, characters[low - x : high - x], styles[low - x : high - x]):
            character, style = characters[at - x], styles[at - x]
            wide = character == _WIDE_REST
            if wide and at == low:
                continue  # its first half is not ours to write
            first = at - 1 if wide else at
            follows = at + 1 < high and characters[at + 1 - x] == _WIDE_REST
            pen.write(first, characters[first - x], style, 2 if wide or follows else 1)
            line.put(at, character, style)

    def _show_all(self, at: int, strip: Strip, pen: "Pen") -> None:
        """Whole pieces at once, where nothing is known of what the terminal shows."""
        for segment in strip:
            width = segment.cell_length
            pen.write(at, segment.text, segment.style or _PLAIN, width)
            at += width


def _cells(strip: Strip) -> tuple[list[str], list[Style]] | None:
    """A character and a style for each cell; None when characters join, or a style is a link."""
    characters: list[str] = []
    styles: list[Style] = []
    for segment in strip:
        text, style = segment.text, segment.style or _PLAIN
        if segment.control or style.link:
            return None
        if text.isascii():
            characters.extend(text)
            styles.extend([style] * len(text))
            continue
        for character in text:
            width = get_character_cell_size(character)
            if width == 0 or ord(character) in _FLAG_LETTERS:
                return None
            characters.append(character)
            if width == 2:
                characters.append(_WIDE_REST)
            styles.extend([style] * width)
    return (characters, styles) if len(characters) == strip.cell_length else None


_PLAIN = Style()


class Pen:
    """Writes cells with as few control sequences as it takes.

    Args:
        system: The colours that the terminal has; None for none.
    """

    def __init__(self, system: ColorSystem | None) -> None:
        self._system = system
        self._out: list[str] = []
        self._y, self._line = 0, Line(0)
        self._at: tuple[int, int] | None = None
        self._style: Style = _PLAIN
        self._codes: tuple[str, str, str] = ("", "", "")

    def begin(self, y: int, line: Line) -> None:
        """What is written next is in this line."""
        self._y, self._line = y, line

    def write(self, x: int, character: str, style: Style, width: int) -> None:
        """Write a character, or several of one style, that take so many cells."""
        self._move(x)
        self._take(style)
        self._out.append(character)
        self._at = (self._y, x + width)

    def write_raw(self, x: int, strip: Strip) -> None:
        """Write a strip as Rich renders it."""
        self._reset()
        self._out.append(f"\x1b[{self._y + 1};{x + 1}H")
        for segment in strip:
            style = segment.style or _PLAIN
            self._out.append(style.render(segment.text, color_system=self._system))
        self._at = None

    def _move(self, x: int) -> None:
        if self._at == (self._y, x):
            return
        if self._at is None or self._at[0] != self._y or self._at[1] > x:
            self._out.append(f"\x1b[{self._y + 1};{x + 1}H")
            return
        between = range(self._at[1], x)
        known = self._line.characters[between.start : between.stop]
        plain = all(text and text.isascii() for text in known)
        if len(between) <= WRITTEN_THROUGH and plain and all(self._line.styles[at] == self._style for at in between):
            self._out.extend(text for text in known if text)
        else:
            self._out.append(f"\x1b[{len(between)}C" if len(between) > 1 else "\x1b[C")

    def _take(self, style: Style) -> None:
        if style is self._style or style == self._style:
            return
        codes, old = _codes(style, self._system), self._codes
        self._style, self._codes = style, codes
        if codes == old:
            return
        attributes, foreground, background = codes
        if attributes != old[0] or (old[1] and not foreground) or (old[2] and not background):
            wanted = ["0" if any(old) else "", attributes, foreground, background]
        else:
            wanted = [foreground if foreground != old[1] else "", background if background != old[2] else ""]
        self._out.append(f"\x1b[{';'.join(code for code in wanted if code)}m")

    def _reset(self) -> None:
        if any(self._codes):
            self._out.append(_RESET)
        self._style, self._codes = _PLAIN, ("", "", "")

    def text(self) -> str:
        """All that was written, with the terminal's own style at its end."""
        self._reset()
        return "".join(self._out)


@lru_cache(maxsize=2048)
def _codes(style: Style, system: ColorSystem | None) -> tuple[str, str, str]:
    """A style's codes: attributes, foreground, background."""
    if system is None:
        return "", "", ""
    foreground = background = ""
    if style.color is not None and not style.color.is_default:
        foreground = ";".join(style.color.downgrade(system).get_ansi_codes())
    if style.bgcolor is not None and not style.bgcolor.is_default:
        background = ";".join(style.bgcolor.downgrade(system).get_ansi_codes(foreground=False))
    bare = Style.combine([style.without_color])
    rendered = bare.render("x", color_system=system)
    attributes = rendered.partition("m")[0].removeprefix("\x1b[") if rendered != "x" else ""
    return attributes, foreground, background


class Repaint(CompositorUpdate):
    """An update of Textual's compositor, sent as the difference to what is shown."""

    def __init__(self, update: ChopsUpdate | LayoutUpdate, shown: ShownScreen, size: Size) -> None:
        self._update = update
        self._shown = shown
        self._size = size

    def render_segments(self, console: Console) -> str:
        """The sequence to send."""
        self._shown.fit(self._size)
        system = console._color_system  # noqa: SLF001  what Textual's own rendering reads
        pen = Pen(system)
        update = self._update
        if isinstance(update, LayoutUpdate):
            for y, strips in enumerate(update.strips, update.region.y):
                self._show_strips(y, update.region.x, strips, pen)
        else:
            self._show_chops(update, pen)
        return pen.text()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The whole update, for who wants it as Rich's segments."""
        yield from self._update.__rich_console__(console, options)

    def _show_strips(self, y: int, x: int, strips: Iterable[Strip], pen: Pen) -> None:
        for strip in strips:
            self._shown.show(Span(y, x, x + strip.cell_length), x, strip, pen)
            x += strip.cell_length

    def _show_chops(self, update: ChopsUpdate, pen: Pen) -> None:
        for y, low, high in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x <= high and end > low:
                    self._shown.show(Span(y, low, min(high, end)), x, strip, pen)
