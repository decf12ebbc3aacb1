"""What every view needs to know of a kind of row: its key, its columns, how they are shown and sorted.

One `Resource` serves the live table, the command line's table, JSON and CSV, and the sort picker. It knows
nothing of terminals: a cell is a text and a tone, and the tone becomes a colour where it is drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.models import Kind
from emqx_tui.domain.rows import Snapshot


Row = TypeVar("Row")
Scalar = str | int | float | bool | None


class Tone(StrEnum):
    """What a text means; never its colour. A tone is always beside a word or a symbol, never alone."""

    NORMAL = "normal"
    MUTED = "muted"
    STRONG = "strong"
    ACCENT = "accent"
    GOOD = "good"
    WARNING = "warning"
    CRITICAL = "critical"
    CHART = "chart"


class Cell(NamedTuple):
    """One field of a row, ready to be drawn: clean text and what it means."""

    text: str
    tone: Tone = Tone.NORMAL


class Align(StrEnum):
    """Where a cell's text stands in its column."""

    LEFT = "left"
    RIGHT = "right"


class Sign(NamedTuple):
    """A symbol or a state that rows are marked with, for the help screen.

    Attributes:
        mark: The symbol.
        word: What it stands for, marked with `N_`.
        about: A sentence, marked with `N_`.
    """

    mark: str
    word: str
    about: str
    tone: Tone = Tone.NORMAL


class Column(NamedTuple, Generic[Row]):
    """One column.

    Attributes:
        id: Stable English word: the name in `--columns`, in the state file and in the sort picker.
        title: The heading, marked with `N_`.
        width: Terminal cells, fixed so that nothing moves when numbers grow.
        cell: What is drawn for a row.
        sort: The value that sorts the row; None sorts last, whichever way.
        align: Numbers stand right.
        grows: The column takes what is left over, up to the longest text it has shown.
        priority: On a narrow terminal columns give way from the highest number down; 0 always stays.
        about: One sentence for the help screen and the sort picker, with the unit, marked with `N_`.
        kinds: What answers where the column has something to tell; empty for everywhere.
        value: What a filter compares; as it sorts when left out, or as it is drawn where that is a tuple. A column that
            sorts by a time and shows how long ago that is gives the seconds.
        measure: What that is, so that a filter takes its units and refuses others; seen from each value when left out.
    """

    id: str
    title: str
    width: int
    cell: Callable[[Row], Cell]
    sort: Callable[[Row], Scalar | tuple[Scalar, ...]]
    align: Align = Align.LEFT
    grows: bool = False
    priority: int = 0
    about: str = ""
    kinds: tuple[Kind, ...] = ()
    value: Callable[[Row], Scalar] | None = None
    measure: Measure | None = None


class Resource(NamedTuple, Generic[Row]):
    """One kind of row.

    Attributes:
        name: The word in the prompt (`:nodes`) and on the command line (`emqx-tui nodes`).
        title: The heading, marked with `N_`.
        rows: Its rows in what is known of a deployment.
        key: Names a row for as long as it exists: cursor and scroll stay on it through refreshes and re-sorts.
        columns: In their order from the left.
        fields: The keys of `record`, for the heading of a CSV without rows.
        record: The row as plain values for JSON and CSV; keys are only ever added.
        matches: The texts that a filter looks into.
        sort: The column that sorts the table at first, with a `-` before it for descending.
        empty: What an empty table says, marked with `N_`.
        signs: The symbols and states of its rows.
        problem: How bad a row is, 0 when nothing is wrong with it; None where that means nothing. With it rows can be
            sorted by `problems`, the worst first.
    """

    name: str
    title: str
    rows: Callable[[Snapshot], Sequence[Row]]
    key: Callable[[Row], str]
    columns: tuple[Column[Row], ...]
    fields: tuple[str, ...]
    record: Callable[[Row], Mapping[str, Scalar]]
    matches: Callable[[Row], Sequence[str]]
    sort: str
    empty: str
    signs: tuple[Sign, ...] = ()
    problem: Callable[[Row], int] | None = None
