"""How a table looks: its heading, its rows, its emptiness, as lines of pieces."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Generic

from emqx_tui.i18n import _
from emqx_tui.resources.spec import Align, Cell, Column, Row, Tone
from emqx_tui.tui.widgets.cells import cropped, drawable, fitted, width_of
from emqx_tui.tui.widgets.columns import Placed, arrange, hidden
from emqx_tui.tui.widgets.painted import NORMAL, TONES, Line, Piece, joined


KEPT = 1000
"""Lines that are kept while a long list is scrolled through."""

MARKED = "✓"
"""What a marked row begins with."""

_HEADER = ("live-table--header",)
_SORTED = ("live-table--sorted",)
_THUMB = ("live-table--thumb",)
_CURSOR = "live-table--cursor"
_PLAIN = {tone: (name,) for tone, name in TONES.items()}
_SELECTED = {tone: (_CURSOR, name) for tone, name in TONES.items()}
_MORE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_INDENT = "  "


def draw_header(placed: Sequence[Placed[Row]], sorted_by: tuple[str, bool] | None, width: int, *, more: bool) -> Line:
    """The headings, the sorted one with its direction; a mark at the edge when columns have no room."""
    pieces: list[Piece] = []
    for place in placed:
        column = place.column
        right = column.align is Align.RIGHT
        title = drawable(_(column.title)) if column.title else ""
        look = _HEADER
        if sorted_by is not None and sorted_by[0] == column.id:
            look = _SORTED
            arrow = "↓" if sorted_by[1] else "↑"
            title = cropped(title, place.width - 1)
            title = arrow + title if right else title + arrow
        pieces.append((fitted(title, place.width, right=right), look))
        pieces.append((" " * place.gap, _HEADER))
    line = joined(pieces, width - 1, _HEADER)
    return joined([*line, (_MORE if more else " ", _HEADER)], width)


def draw_row(placed: Sequence[Placed[Row]], cells: Iterable[Cell], width: int, *, selected: bool, thumb: bool) -> Line:
    """One row, with its part of the scroll thumb."""
    looks = _SELECTED if selected else _PLAIN
    pieces: list[Piece] = []
    text, look = "", NORMAL
    for place, cell in zip(placed, cells, strict=True):
        fits = fitted(cell.text, place.width, right=place.column.align is Align.RIGHT) + " " * place.gap
        if looks[cell.tone] is look:
            text += fits
            continue
        if text:
            pieces.append((text, look))
        text, look = fits, looks[cell.tone]
    drawn = placed[-1].x + placed[-1].width if placed else 0
    if drawn >= width:
        # the columns that always stay need more room than there is
        line = joined([*pieces, (text, look)], width - 1, look)
        return joined([*line, ("┃", _THUMB) if thumb else (" ", look)], width, look)
    blank = " " * (width - 1 - drawn)
    if thumb:
        return (*pieces, (text + blank, look), ("┃", _THUMB))
    return (*pieces, (text + blank + " ", look))


def draw_empty(lines: Iterable[Cell], width: int) -> list[Line]:
    """What stands there instead of rows."""
    return [joined([(_INDENT, NORMAL), (drawable(line.text), _PLAIN[line.tone])], width) for line in lines]


class RowPictures(Generic[Row]):
    """The lines of rows, drawn once for as long as rows, columns and width stay.

    Args:
        columns: What may be shown, from the left.
    """

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        self.columns = tuple(columns)
        self.skipped = 0
        self.wide = False
        """No column gives way."""
        self.kept: str | None = None
        """The column that does not give way: the one that the rows are sorted by."""
        self.placed: tuple[Placed[Row], ...] = ()
        self._width = 0
        self._longest: dict[str, int] = {}
        self._lines: dict[tuple[int, bool, bool], Line] = {}
        self._is_marked: Callable[[Row], bool] | None = None

    def mark(self, keys: Collection[str], key: Callable[[Row], str]) -> None:
        """Draw the rows of these keys as marked."""
        self._is_marked = (lambda row: key(row) in keys) if keys else None
        self._lines.clear()

    def forget(self) -> None:
        """Draw every row anew: they are others."""
        self._lines.clear()

    @property
    def hidden(self) -> int:
        """How many columns at the right, or given way, have no room."""
        return hidden(self.columns, self.placed, self._width - 1, self.skipped)

    def draw(self, rows: Sequence[Row], shown: range, width: int, cursor: int, thumb: range) -> list[Line]:
        """The lines of the shown rows. Where a text is longer than any before, its column grows first."""
        if len(self._lines) > KEPT:
            self._lines.clear()
        while True:
            self._place(width)
            before = dict(self._longest)
            lines = [
                self._line(rows[index], index, selected=index == cursor, thumb=y in thumb)
                for y, index in enumerate(shown)
            ]
            if before == self._longest:
                return lines

    def plain(self, row: Row) -> Line:
        """A row in the columns of the last drawing, without cursor and scroll thumb, in sight or not."""
        cells = [place.column.cell(row) for place in self.placed]
        return draw_row(self.placed, cells, self._width, selected=False, thumb=False)

    def _place(self, width: int) -> None:
        placed = arrange(self.columns, max(1, width - 1), self._longest, self.skipped, self.kept, wide=self.wide)
        if placed != self.placed or width != self._width:
            self._lines.clear()
        self.placed, self._width = placed, width

    def _line(self, row: Row, index: int, *, selected: bool, thumb: bool) -> Line:
        line = self._lines.get((index, selected, thumb))
        if line is None:
            cells = [place.column.cell(row) for place in self.placed]
            if self._is_marked is not None and self._is_marked(row) and cells:
                narrow = self.placed[0].width <= 1
                cells[0] = Cell(MARKED if narrow else f"{MARKED} {cells[0].text}", Tone.ACCENT)
            self._grow(cells)
            line = draw_row(self.placed, cells, self._width, selected=selected, thumb=thumb)
            self._lines[index, selected, thumb] = line
        return line

    def _grow(self, cells: Sequence[Cell]) -> None:
        for place, cell in zip(self.placed, cells, strict=True):
            if place.column.grows:
                width = width_of(drawable(cell.text))
                if width > self._longest.get(place.column.id, place.column.width):
                    self._longest[place.column.id] = width
