"""What is told of one row beside its columns: facts, one below the other. How they are drawn is not said here."""

from collections.abc import Sequence
from typing import NamedTuple

from emqx_tui.resources.tones import Cell, Tone


class Title(NamedTuple):
    """What the row is, at the top: its mark, its name, and a word for its state."""

    mark: Cell
    name: str
    state: Cell = Cell("")


class Heading(NamedTuple):
    """What the facts below have in common."""

    text: str


class Pair(NamedTuple):
    """A label and its text, which goes on below itself where it is longer than the line."""

    label: str
    text: str
    tone: Tone = Tone.NORMAL


class Gauge(NamedTuple):
    """A part of a limit.

    Attributes:
        share: 0 to 1 and above; None where there is no limit or it is not known.
        text: Both in figures, such as `40 of 1000`.
        warns: The share from which on it is a warning.
    """

    label: str
    share: float | None
    text: str
    warns: float = 0.8


class Note(NamedTuple):
    """A text of any length on lines of its own."""

    text: str
    tone: Tone = Tone.NORMAL


class Grid(NamedTuple):
    """A small table.

    Attributes:
        head: A heading for each column.
        rows: A cell for each column.
        left: How many columns stand left; the others stand right, as figures do.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    left: int = 1


class Hop(NamedTuple):
    """A place that messages go through.

    Attributes:
        kind: What it is, such as `rule`.
        name: Which one.
        state: A symbol with its word.
        broken: Messages get stuck or lost here.
        note: Why, or a figure; may be empty.
        to: Where messages go from here and from nowhere else.
    """

    kind: str
    name: str
    state: Cell
    broken: bool = False
    note: str = ""
    to: Sequence["Hop"] = ()


class Pipeline(NamedTuple):
    """The way of messages, from hop to hop.

    Attributes:
        hops: One sequence behind the other: all of one go on to all of the next. Where a hop goes on alone, the next
            ones stand in its `to`.
    """

    hops: Sequence[Sequence[Hop]]


Fact = Title | Heading | Pair | Gauge | Note | Grid | Pipeline
