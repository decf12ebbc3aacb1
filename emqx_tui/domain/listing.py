"""What a broker is asked for while somebody looks at it: pages of things, and what is known of each."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar


Item = TypeVar("Item")

Query = Mapping[str, str]
"""What the broker itself is to filter by: our own names of fields, and what is wanted of them."""

EVERYTHING: Query = {}
"""No filter."""


class Page(NamedTuple, Generic[Item]):
    """One answer of a listing.

    Attributes:
        items: In the broker's order.
        after: Where the next page begins, for the next question; None when this was the last one.
        total: How many there are, as the broker says; None when it does not. It may count what no page ever brings.
        seen: Among how many rows the items were found, where the broker cannot filter as it was asked to and it is done
            here; None where it can. Such a page may be empty and not the last one.
    """

    items: Sequence[Item]
    after: str | None = None
    total: int | None = None
    seen: int | None = None


class Entry(NamedTuple, Generic[Item]):
    """One thing of a listing, as a row.

    Attributes:
        deployment: Whose it is.
        item: The thing itself.
        now: The broker's time when it was asked, in seconds since 1970: durations are as of then.
        figures: What is asked for by the row, as long as it is in sight; None before the first answer.
    """

    deployment: str
    item: Item
    now: float
    figures: Any = None
