"""Which cells of a table are selected: of its heading, and of which rows."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from textual.selection import Selection

from emqx_tui.resources.spec import Row
from emqx_tui.tui.widgets.painted import cells_of


Marks: TypeAlias = dict[int | str, tuple[int, int]]
"""The first cell and the one after the last: by the key of a row, which they stay with wherever it goes, or by the
number of a line that is no row: 0 is the heading."""


def marks_of(
    selection: Selection, rows: Sequence[Row], key: Callable[[Row], str], shown: range, size: tuple[int, int]
) -> Marks:
    """What a selection covers.

    Args:
        selection: Its lines are 0 for the heading and, for each row in the whole list, one more than its index.
        rows: All rows.
        key: Names a row.
        shown: The rows in sight. A selection that began above or goes on below the table covers no others.
        size: Columns and lines of the table.
    """
    width, height = size
    start, end = selection
    first = 0 if start is None else start.y
    last = (shown.stop if rows else height - 1) if end is None else end.y
    lines = [0] if first == 0 else []
    lines += range(max(first, shown.start + 1 if first == 0 else 1), min(last, len(rows) if rows else height - 1) + 1)
    found = {(key(rows[line - 1]) if line and rows else line): cells_of(selection, line, width) for line in lines}
    return {name: cells for name, cells in found.items() if cells is not None}
