"""Rows that are sorted while more of them come."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from emqx_tui.resources.ordering import Ordering


class Thing(NamedTuple):
    name: str
    value: int | str | None


def plainly(rows: Sequence[Thing], *, descending: bool) -> list[Thing]:
    """The same by the plainest means: by name, then by value, what is missing last."""

    def value(row: Thing) -> int | str:
        assert row.value is not None
        return row.value.casefold() if isinstance(row.value, str) else row.value

    by_name = sorted(rows, key=lambda row: row.name)
    known = sorted((row for row in by_name if row.value is not None), key=value, reverse=descending)
    return known + [row for row in by_name if row.value is None]


def things(values: Sequence[int | str | None], begin: int = 0) -> list[Thing]:
    # Names are in another order than the things come in.
    return [Thing(f"{(begin + at) * 7919 % 1000:03d}", value) for at, value in enumerate(values)]


NUMBERS = st.lists(st.none() | st.integers(0, 5), max_size=30)
TEXTS = st.lists(st.none() | st.sampled_from(["a", "B", "b", "c", ""]), max_size=30)


@given(st.one_of(st.tuples(NUMBERS, NUMBERS, NUMBERS), st.tuples(TEXTS, TEXTS, TEXTS)), st.booleans())
def test_rows_that_come_behind_the_others_stand_where_they_would_if_all_had_come_at_once(
    pages: tuple[Sequence[int | str | None], ...], descending: bool
) -> None:
    ordering = Ordering[Thing](lambda row: row.value, lambda row: row.name, descending=descending)
    rows: list[Thing] = []
    for page in pages:
        rows = [*rows, *things(page, len(rows))]
        assert ordering.of(rows) == plainly(rows, descending=descending)
        assert ordering.of(rows) == plainly(rows, descending=descending), "nothing is counted twice"


@given(NUMBERS, NUMBERS, st.booleans())
def test_other_rows_than_last_time_are_sorted_anew(
    first: Sequence[int | None], second: Sequence[int | None], descending: bool
) -> None:
    ordering = Ordering[Thing](lambda row: row.value, lambda row: row.name, descending=descending)
    for values in (first, second):
        rows = things(values)
        assert ordering.of(rows) == plainly(rows, descending=descending)


def test_a_list_that_has_grown_is_known_as_such() -> None:
    ordering = Ordering[Thing](lambda row: row.value, lambda row: row.name)
    rows = things([3, 1, None])
    assert [row.value for row in ordering.of(rows)] == [1, 3, None]
    rows += things([2, 0], 3)
    assert [row.value for row in ordering.of(rows)] == [0, 1, 2, 3, None]


def test_only_what_is_new_is_looked_at() -> None:
    looked: list[str] = []

    def value(row: Thing) -> int | str | None:
        looked.append(row.name)
        return row.value

    ordering = Ordering[Thing](value, lambda row: row.name)
    rows = things(range(100))
    ordering.of(rows)
    looked.clear()
    more = [*rows, *things([5], 100)]
    ordering.of(more)
    assert looked == [more[-1].name]
