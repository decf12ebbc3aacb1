"""What every view needs to know of a kind of row: its key, its columns, how they are shown and sorted.

One `Resource` serves the live table, the command line's table, JSON and CSV, and the sort picker. It knows
nothing of terminals: a cell is a text and a tone, and the tone becomes a colour where it is drawn.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from emqx_tui.domain.broker import Broker, Part
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.domain.rows import Snapshot
from emqx_tui.resources.facts import Fact
from emqx_tui.resources.operations import Action
from emqx_tui.resources.tones import Cell, Tone


__all__ = [
    "Align",
    "Asked",
    "Cell",
    "Column",
    "Resource",
    "Row",
    "Scalar",
    "ServerFilter",
    "Sign",
    "Tone",
    "Worst",
    "listed",
]

Row = TypeVar("Row")
Scalar = str | int | float | bool | None


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
        since_mark: It tells something only after somebody has set the mark from which counters are counted.
        share: What a filter compares with a percentage, from 0 to 1, where a figure is shown with its share of a limit.
        measure: What that is, so that a filter takes its units and refuses others; seen from each value when left out.
        also: What else a filter may call it.
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
    since_mark: bool = False
    share: Callable[[Row], float | None] | None = None
    also: tuple[str, ...] = ()


class ServerFilter(NamedTuple):
    """One thing that the broker itself can filter a list by.

    Attributes:
        id: The name before `=` in the prompt and on the command line, and the key in a `Query`.
        about: What it does and which values it takes, marked with `N_`.
        searches: It looks for parts of texts, which makes a broker look at every row: it waits for a pause in typing
            and for three characters.
        choices: The values there are, where they are few.
        kinds: What answers where it is offered; empty for everywhere.
        takes: Whether a value can be asked for, where that is known beforehand; None for any.
    """

    id: str
    about: str
    searches: bool = False
    choices: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    takes: Callable[[str], bool] | None = None


class Worst(NamedTuple):
    """Only the worst rows of a list are wanted, so that all of it has to be looked through once, page by page.

    Attributes:
        rank: How bad an item is; the larger, the worse.
        keep: How many are kept.
        most: Pages a second, at most: a sweep is never urgent, and a broker has other things to do.
    """

    rank: Callable[[Any], float]
    keep: int = 200
    most: float = 2.0


class Asked(NamedTuple):
    """Rows that the broker is asked for while somebody looks at them. They are `Entry`s.

    Attributes:
        page: Asks for a page: the broker, what it is to filter by, and what the page before gave as `after`.
        every: Seconds between two readings while the rows are on screen.
        whole: All pages are read each time, because there are few. Otherwise pages come as one scrolls.
        filters: What the broker can filter by.
        bare: The filter that a word without a name is for; empty for none.
        figures: Asks for what the list does not tell of one item; for the rows in sight, at most four at a time.
        compared: Makes of an answer of `figures`, and the one before it (None at first), what is kept: for how it goes.
        more: Asks for what only the detail of the row under the cursor shows.
        reveal: The same with what is shown only when the user wants it, such as a payload; None where there is none.
        offered: The first version that has it and where, for the message where it is missing, marked with `N_`.
        scope: The scope that an API key needs for it (API reference, 1.4).
        ctl: The command of `emqx ctl` that tells the same; empty for none.
        ctl4: The same of EMQX 4, where that has it under another name.
        worst: Pages are swept through for the worst items; None where all of them are rows.
    """

    page: Callable[[Broker, Query, str | None], Awaitable[Page[Any]]]
    every: float = 10.0
    whole: bool = False
    filters: tuple[ServerFilter, ...] = ()
    bare: str = ""
    figures: Callable[[Broker, Any], Awaitable[Any]] | None = None
    compared: Callable[[Any, Any], Any] | None = None
    more: Callable[[Broker, Any], Awaitable[Any]] | None = None
    reveal: Callable[[Broker, Any], Awaitable[Any]] | None = None
    offered: str = ""
    scope: str = ""
    ctl: str = ""
    ctl4: str = ""
    worst: Worst | None = None


def listed(name: str) -> Callable[[Snapshot], Sequence[Entry[Any]]]:
    """The rows of an asked resource of that name, as far as they have been read."""
    return lambda snapshot: snapshot.listed.get(name, ())


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
        asked: How its rows are asked for; None where they are in what the poller knows anyway.
        part: What the poller asks for them, so that a table without rows can say why there are none.
        marks: They are counters, which can be counted from a mark on.
        detail: What is to be told of one row; the second argument is what `Asked.more` brought, or `Asked.reveal` once
            the user wanted that; None before it has.
        summary: What is to be told of all rows that are loaded, below the detail of one.
        ctl: As `Asked.ctl`, where `asked` is None.
        actions: What can be done with its rows, where the deployment is open for writing.
        problem: How bad a row is, 0 when nothing is wrong with it; None where that means nothing. With it rows can be
            sorted by `problems`, the worst first.
        page: Where the dashboard of EMQX 5 shows the row, behind `#/`; None where it has no page for them. What is put
            into it must be percent-encoded.
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
    asked: Asked | None = None
    detail: Callable[[Row, Any], Sequence[Fact]] | None = None
    summary: Callable[[Sequence[Row]], Sequence[Fact]] | None = None
    problem: Callable[[Row], int] | None = None
    part: Part | None = None
    ctl: str = ""
    marks: bool = False
    page: Callable[[Row], str] | None = None
    actions: tuple[Action, ...] = ()
