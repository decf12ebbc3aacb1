"""The base of the drawing widgets: lines of styled pieces, of which only changed cells are sent to the terminal."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Offset, Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from emqx_tui.resources.spec import Tone
from emqx_tui.tui.themes import readable_on
from emqx_tui.tui.widgets.cells import common_prefix, common_suffix, cropped, parted, width_of


Look = tuple[str, ...]
"""Component classes, each laid over the one before; the colours behind them are only known to the theme. A badge is the
one exception, for its colour is the user's."""

Piece = tuple[str, Look]
"""Drawable text and its look."""

Line = tuple[Piece, ...]
"""Pieces from the left, neighbours differing in their look, as wide as the widget."""

TONES: dict[Tone, str] = {tone: f"tone--{tone}" for tone in Tone}
"""The component class of each tone."""

BOLD = "tone--bold"

SELECTED = "selected"
"""An element of a look, the last one: the user has selected the text."""

VARIABLES: dict[Tone, str] = {
    Tone.NORMAL: "text",
    Tone.MUTED: "text-muted",
    Tone.STRONG: "text",
    Tone.ACCENT: "text-accent",
    Tone.GOOD: "text-success",
    Tone.WARNING: "text-warning",
    Tone.CRITICAL: "text-error",
    Tone.CHART: "chart",
}
"""The theme's variable behind each tone. Read from the theme and not through component classes: Textual would style a
virtual node for each class of each widget, at the start and at every change of focus."""

_BADGE = "badge:"
_BOLD_TONES = frozenset({Tone.STRONG, Tone.CRITICAL})
_COLOURLESS: dict[Tone, Style] = {
    Tone.MUTED: Style(dim=True),
    Tone.STRONG: Style(bold=True),
    Tone.WARNING: Style(bold=True),
    Tone.CRITICAL: Style(bold=True, underline=True),
}
_TONE_OF: dict[str, Tone | None] = {**{name: tone for tone, name in TONES.items()}, BOLD: None}
NORMAL: Look = (TONES[Tone.NORMAL],)


def badge(colour: Color) -> str:
    """An element of a look: the text stands on this colour, in black or white. It comes last in the look."""
    return f"{_BADGE}{colour.hex6}"


def joined(pieces: Iterable[Piece], width: int, filler: Look = NORMAL) -> Line:
    """The pieces as a line of exactly `width` cells, cut or filled at the right, equal neighbours made one."""
    line: list[Piece] = []
    room = width
    for piece in pieces:
        text, look = piece
        needed = width_of(text)
        if needed > room:
            text = cropped(text, room)
            needed = width_of(text)
        if not text:
            continue
        room -= needed
        _append(line, text, look)
    if room > 0:
        _append(line, " " * room, filler)
    return tuple(line)


def _append(line: list[Piece], text: str, look: Look) -> None:
    if line and line[-1][1] == look:
        line[-1] = (line[-1][0] + text, look)
    else:
        line.append((text, look))


def changed_span(old: Line, new: Line, width: int) -> tuple[int, int] | None:
    """The first cell that looks different and the cell after the last one, or None.

    One span a line, however many cells changed between: Textual sends a line from the widget's left edge to the
    end of each span, so that two spans would cost more than one.
    """
    if old == new:
        return None
    start = 0
    for (text, look), (new_text, new_look) in zip(old, new, strict=False):
        if look != new_look:
            break
        count = common_prefix(text, new_text)
        start += width_of(text[:count])
        if text != new_text:
            break
    end = width
    for (text, look), (new_text, new_look) in zip(reversed(old), reversed(new), strict=False):
        if look != new_look:
            break
        count = common_suffix(text, new_text)
        end -= width_of(text[len(text) - count :])
        if text != new_text:
            break
    return (start, end) if start < end else (0, width)


def highlighted(line: Line, low: int, high: int) -> Line:
    """The line with its cells from `low` to `high` selected."""
    pieces: list[Piece] = []
    at = 0
    for text, look in line:
        before, within, after = parted(text, low - at, high - at)
        pieces += (piece for piece in ((before, look), (within, (*look, SELECTED)), (after, look)) if piece[0])
        at += width_of(text)
    return tuple(pieces)


def text_between(line: Line, low: int, high: int) -> str:
    """The text in the cells from `low` to `high`, without blanks at its end."""
    return parted("".join(text for text, _look in line), low, high)[1].rstrip()


def cells_of(selection: Selection, y: int, width: int) -> tuple[int, int] | None:
    """The cells of a line that a selection has: the first and the one after the last, or None.

    Textual leaves out the cell under the pointer when the selection began in another widget; it is taken in here.
    """
    found = selection.get_span(y)
    if found is None:
        return None
    low, high = found
    if high < 0:
        return low, width
    begun_elsewhere = selection.start is None and selection.end is not None and y == selection.end.y
    return low, high + 1 if begun_elsewhere else high


class Painted(Widget):
    """A widget drawn in lines of pieces. A subclass says what to draw; `repaint` sends what has changed.

    Its text is selected with the mouse in cells, which are looked up when the mouse is pressed or dragged: drawing
    costs nothing more for it. They stay where they are while the text below them changes, and `get_selection` gives
    the text that stands there when it is asked: what is copied is always what one sees.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Painted {
        width: 1fr;
        height: 1fr;
        color: $text;
    }
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, markup=False)
        self._painted: tuple[Line, ...] = ()
        self._painted_size = Size(0, 0)
        self._styles_of_looks: dict[Look, Style] = {}
        self._selection: Selection | None = None

    @abstractmethod
    def picture(self, width: int, height: int) -> Sequence[Line]:
        """The lines to show in that many cells, from the top. Missing lines are blank."""

    def repaint(self) -> None:
        """Send what differs from the picture that is shown; nothing when it is the same."""
        size = self.size
        if not size or not self.is_mounted:
            self._painted_size = Size(0, 0)
            # Textual keeps the lines of what is hidden, and would show them again.
            self.refresh()
            return
        old = self._painted if self._painted_size == size else ()
        self._paint(size)
        if not old:
            self.refresh()
            return
        regions = [
            Region(span[0], y, span[1] - span[0], 1)
            for y, (before, after) in enumerate(zip(old, self._painted, strict=True))
            if before is not after and (span := changed_span(before, after, size.width))
        ]
        if regions:
            self.refresh(*regions)

    def _paint(self, size: Size) -> None:
        blank: Line = ((" " * size.width, NORMAL),)
        lines = self.picture(size.width, size.height)[: size.height]
        self._painted = tuple(line or blank for line, _row in zip_longest(lines, range(size.height), fillvalue=()))
        self._painted_size = size
        if self._selection is not None:
            self._painted = tuple(
                highlighted(line, *cells) if (cells := self.selected_cells(y)) else line
                for y, line in enumerate(self._painted)
            )

    # Selecting

    def place_at(self, offset: Offset) -> Offset:
        """Where in what there is to select a cell of the content is, or the nearest one of those that there are."""
        width, height = self.size
        return Offset(max(0, min(offset.x, width - 1)), max(0, min(offset.y, height - 1)))

    def selection_updated(self, selection: Selection | None) -> None:
        """Highlight it."""
        self._selection = selection
        self.repaint()

    def selected_cells(self, y: int) -> tuple[int, int] | None:
        """The first selected cell of a line of the picture and the one after the last, or None."""
        return None if self._selection is None else cells_of(self._selection, y, self.size.width)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text in those cells, as it is seen now; None when there is nothing in them."""
        width = self._painted_size.width
        found = ((line, cells_of(selection, y, width)) for y, line in enumerate(self._painted))
        lines = [text_between(line, *cells) for line, cells in found if cells is not None]
        return ("\n".join(lines), "\n") if lines else None

    def select_around(self, place: Offset, *, whole: bool = False) -> None:
        """Select the word at a place, all that is between two blanks, or the whole line."""
        if place.y >= len(self._painted):
            return
        text = "".join(piece for piece, _look in self._painted[place.y])
        before, at, after = parted(text, place.x, place.x + 1)
        start = "" if whole else before[: len(before) - len(before.split(" ")[-1])]
        end = text.rstrip() if whole else before + at + after.split(" ")[0]
        if whole or at.strip():
            found = Selection(Offset(width_of(start), place.y), Offset(width_of(end), place.y))
            self.screen.selections = {self: found}

    def clicked_at(self, event: events.Click) -> Offset | None:
        """The cell of the content that was clicked; None beside it."""
        # Textual would select all of the widget at a double click.
        event.prevent_default()
        return event.get_content_offset(self)

    def render_line(self, y: int) -> Strip:
        """One line of the picture, in colours."""
        size = self.size
        if self._painted_size != size:
            self._paint(size)
        if y >= len(self._painted):
            return Strip.blank(size.width, self.style_of(NORMAL))
        return Strip([Segment(text, self.style_of(look)) for text, look in self._painted[y]], size.width)

    def style_of(self, look: Look) -> Style:
        """The colours of a look in the theme of the moment."""
        style = self._styles_of_looks.get(look)
        if style is None:
            components = [
                name for name in look if name not in _TONE_OF and name != SELECTED and not name.startswith(_BADGE)
            ]
            visual = self.get_visual_style(*components)
            style = visual.rich_style
            for name in components:
                # get_visual_style leaves out `reverse`, which is what marks a cursor without colours
                style += self.get_component_styles(name).text_style
            for name in look:
                if name in _TONE_OF:
                    style += self._style_of_tone(_TONE_OF[name], visual.background)
                elif name.startswith(_BADGE):
                    style += self._style_of_badge(Color.parse(name.removeprefix(_BADGE)))
                elif name == SELECTED:
                    style += self._style_of_selection(style, visual.background)
            self._styles_of_looks[look] = style
        return style

    def _style_of_tone(self, tone: Tone | None, background: Color | None) -> Style:
        if tone is None:
            return Style(bold=True)
        if self.app.no_color:
            return _COLOURLESS.get(tone, Style())
        if tone is Tone.MUTED and self.app.native_ansi_color:
            return Style(dim=True)
        variables = self.app.theme_variables
        behind = background or Color.parse(variables["background"])
        value = variables.get(VARIABLES[tone]) or variables["primary"]
        if value.startswith("auto"):
            # What Textual's own themes say of text: black or white, by what is behind it, so much of it.
            share = float(value.removeprefix("auto").strip().rstrip("%") or 100) / 100
            color = behind + behind.get_contrast_text(share)
        else:
            color = behind + Color.parse(value)
        return Style(color=color.rich_color, bold=True if tone in _BOLD_TONES else None)

    def _style_of_badge(self, colour: Color) -> Style:
        if self.app.no_color:
            return Style(reverse=True)
        behind, text = colour.rich_color, readable_on(colour).rich_color
        if self.app.native_ansi_color:
            behind = behind.downgrade(ColorSystem.STANDARD)
            text = readable_on(Color(*behind.get_truecolor())).rich_color.downgrade(ColorSystem.STANDARD)
        return Style(color=text, bgcolor=behind, dim=False)

    def _style_of_selection(self, style: Style, background: Color | None) -> Style:
        if self.app.no_color or self.app.native_ansi_color:
            # What is reversed already, such as the row under the cursor, is turned round once more.
            return Style(reverse=not style.reverse)
        wanted = self.screen.get_component_styles("screen--selection")
        behind = (background or Color.parse(self.app.theme_variables["background"])) + wanted.background
        color = (behind + wanted.color).rich_color if wanted.color.a else None
        return Style(color=color, bgcolor=behind.rich_color, dim=False)

    def notify_style_update(self) -> None:
        """Forget the colours: the theme is another."""
        self._styles_of_looks.clear()
        super().notify_style_update()
