"""Which columns of a table are shown, where, and how wide."""

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple

from emqx_tui.resources.spec import Column, Row


ROOMY = 100
"""Cells from which on columns stand two cells apart, for the eye; below that one."""


class Placed(NamedTuple, Generic[Row]):
    """A column that is shown: `width` cells of text from cell `x` on, and `gap` blank ones after it."""

    column: Column[Row]
    x: int
    width: int
    gap: int

    def covers(self, x: int) -> bool:
        """Whether the cell belongs to the column or to the gap after it."""
        return self.x <= x < self.x + self.width + self.gap


def arrange(  # noqa: PLR0913  what is known of a table
    columns: Sequence[Column[Row]],
    width: int,
    longest: Mapping[str, int],
    skipped: int = 0,
    kept: str | None = None,
    *,
    wide: bool = False,
) -> tuple[Placed[Row], ...]:
    """The columns that are shown in that many cells.

    Args:
        columns: All of them, from the left.
        width: Cells there are.
        longest: The longest text each growing column has shown, by column id.
        skipped: How many columns are scrolled out of sight. Those that name the row stay.
        kept: The id of a column that does not give way: the one that the rows are sorted by.
        wide: No column gives way; the last ones may be beyond the edge.
    """
    gap = 2 if width >= ROOMY else 1
    held = naming(columns)
    shown = [*columns[:held], *columns[held + skipped :]]
    while not wide and _needed(shown, gap) > width:
        # what was scrolled to is shown however little of it fits, or it could never be seen
        ours = shown[held + 1 if skipped else 1 :]
        optional = [column for column in ours if column.priority > 0 and column.id != kept]
        if not optional:
            break
        lowest = max(column.priority for column in optional)
        shown.remove(next(column for column in reversed(optional) if column.priority == lowest))
    spare = max(0, width - _needed(shown, gap))
    placed: list[Placed[Row]] = []
    x = 0
    for column in shown:
        extra = min(spare, longest.get(column.id, 0) - column.width) if column.grows else 0
        extra = max(0, extra)
        spare -= extra
        last = column is shown[-1]
        placed.append(Placed(column, x, column.width + extra, 0 if last else gap))
        x += column.width + extra + gap
    return tuple(placed)


def naming(columns: Sequence[Column[Row]]) -> int:
    """How many columns at the left name the row: symbols, and the first one with a title."""
    return next((place + 1 for place, column in enumerate(columns) if column.title), 1)


def _needed(columns: Sequence[Column[Row]], gap: int) -> int:
    return sum(column.width for column in columns) + gap * max(0, len(columns) - 1)


def hidden(columns: Sequence[Column[Row]], placed: Sequence[Placed[Row]], width: int, skipped: int = 0) -> int:
    """How many columns at the right, or given way, are not shown in full. Scrolled-out ones do not count."""
    whole = sum(1 for place in placed if place.x + place.width <= width)
    return len(columns) - skipped - whole
