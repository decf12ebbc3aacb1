"""What has been read of lists that are asked for while somebody looks at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emqx_tui.domain.errors import BrokerError
from emqx_tui.domain.listing import Entry, Query


MOST_SEEN = 500_000
"""Rows that are looked through for a filter that the broker does not have; more would be a burden to it."""


@dataclass(slots=True, eq=False)
class More:
    """What was asked about one row alone: its detail, or the figures that the list does not have."""

    value: Any = None
    error: BrokerError | None = None
    answered_at: float | None = None


@dataclass(slots=True, eq=False)
class Swept:
    """How far a sweep over a whole list has come. Times are monotonic seconds.

    Attributes:
        most: Pages that are asked for a second, at most.
        covered: How many things the broker listed so far; a few may have been listed twice.
        found: How many of them were worth keeping; only the worst are.
        ended_at: When the end was reached; None before.
        stopped_at: When it was stopped on the way; None while it goes on.
    """

    most: float
    began_at: float
    covered: int = 0
    found: int = 0
    pages: int = 0
    ended_at: float | None = None
    stopped_at: float | None = None


@dataclass(slots=True, eq=False)
class ListingState:
    """What has been read of one list. Times are monotonic seconds.

    Attributes:
        query: What the broker was asked to filter by.
        entries: The rows, in the order in which they came. Another list takes its place at each change.
        total: How many there are, as the broker says; None when it does not.
        seen: Among how many rows the entries were found, where the broker could not filter as it was asked to; None
            where it could.
        after: Where the next page begins; None when there is none, or none has been read.
        complete: There is no further page.
        loading: A page is under way.
        answered_at: When the newest page came.
        error: Why the newest question failed; None after a good answer.
        more: What was asked about the row under the cursor, by key.
        swept: How far a sweep has come, where the rows are what it has found.
    """

    query: Query = field(default_factory=dict)
    entries: Sequence[Entry[Any]] = ()
    total: int | None = None
    seen: int | None = None
    after: str | None = None
    complete: bool = False
    loading: bool = False
    pages: int = 0
    answered_at: float | None = None
    error: BrokerError | None = None
    failures: int = 0
    more: dict[str, More] = field(default_factory=dict)
    swept: Swept | None = None


def rows_of(listings: Mapping[str, ListingState]) -> Mapping[str, Sequence[Entry[Any]]]:
    """The rows that have been read, by the name of the resource."""
    return {name: state.entries for name, state in listings.items()}
