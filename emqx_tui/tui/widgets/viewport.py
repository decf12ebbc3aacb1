"""Where the cursor is in a list, and which part of the list is on screen."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from emqx_tui.resources.spec import Row


@dataclass(slots=True, eq=False)
class Viewport:
    """A window of `height` lines over `total` rows, and a cursor that may be outside of it.

    Attributes:
        total: Rows in the list.
        height: Lines for rows.
        top: The row on the first line.
        cursor: The row that is selected; 0 when there are none.
        resting: The user has left the cursor on the first row. The top of the list then stays in sight, for what
            is sorted there is what matters most.
        placed: It was put where it is before its height was known; finding that out moves nothing.
    """

    total: int = 0
    height: int = 0
    top: int = 0
    cursor: int = 0
    resting: bool = True
    placed: bool = False

    @property
    def shown(self) -> range:
        """The rows on screen."""
        return range(self.top, min(self.total, self.top + self.height))

    @property
    def cursor_is_shown(self) -> bool:
        """Whether the cursor is on screen."""
        return self.cursor in self.shown

    def move_to(self, row: int) -> None:
        """Select a row, as near as there is one, and bring it on screen."""
        self.cursor = max(0, min(row, self.total - 1))
        self._reveal()
        self.resting = self.cursor == 0

    def place(self, cursor: int, top: int) -> None:
        """Put the cursor and the window where they were, the cursor out of sight perhaps."""
        self.cursor = max(0, min(cursor, self.total - 1))
        self._put_top(top)
        self.resting = self.cursor == 0 and self.top == 0
        self.placed = self.height == 0

    def scroll(self, lines: int) -> None:
        """Move the window; the cursor stays on its row."""
        self._put_top(self.top + lines)

    def resize(self, height: int) -> None:
        """Take another height; a cursor that was on screen stays on it."""
        if height == self.height:
            return
        was_shown = self.cursor_is_shown or (self.height == 0 and not self.placed)
        self.height = height
        self.placed = False
        self._put_top(self.top)
        if was_shown:
            self._reveal()

    def follow(self, total: int, cursor: int | None, shift: int) -> None:
        """Take over another list.

        Args:
            total: Its rows.
            cursor: Where the cursor's row is now; None when it has gone, which leaves the cursor where it is.
            shift: By how many rows the row that the eye is on has moved.
        """
        was_shown = self.cursor_is_shown
        at_rest = self.resting and self.top == 0
        self.total = total
        self.cursor = max(0, min(self.cursor if cursor is None else cursor, total - 1))
        self._put_top(0 if at_rest else self.top + shift)
        if was_shown:
            self._reveal()

    def _reveal(self) -> None:
        if self.height <= 0:
            return
        if self.cursor < self.top:
            self._put_top(self.cursor)
        elif self.cursor >= self.top + self.height:
            self._put_top(self.cursor - self.height + 1)

    def _put_top(self, row: int) -> None:
        self.top = max(0, min(row, self.total - max(self.height, 1)))

    def thumb(self) -> range:
        """The lines that a scroll thumb takes; none when every row is on screen."""
        if self.height <= 0 or self.total <= self.height:
            return range(0)
        size = max(1, self.height * self.height // self.total)
        room = self.height - size
        start = round(self.top * room / (self.total - self.height))
        return range(start, start + size)


def positions(rows: Sequence[Row], key: Callable[[Row], str], wanted: Collection[str], near: int) -> dict[str, int]:
    """Where the wanted keys are, searched from `near` outwards: from one refresh to the next rows move little."""
    found: dict[str, int] = {}
    missing = set(wanted)
    near = max(0, min(near, len(rows) - 1))
    for distance in range(len(rows)):
        if not missing:
            break
        for index in (near - distance, near + distance) if distance else (near,):
            if 0 <= index < len(rows) and (name := key(rows[index])) in missing:
                found[name] = index
                missing.discard(name)
        if distance > near and near + distance >= len(rows):
            break
    return found
