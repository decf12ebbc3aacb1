from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emqx_tui.resources.spec import Cell, Column
from emqx_tui.tui.widgets.columns import arrange, hidden, naming


def column(name: str, width: int, priority: int = 0, *, grows: bool = False) -> Column[str]:
    return Column(name, name, width, Cell, lambda row: row, priority=priority, grows=grows)


NODES = (
    column("node", 10, grows=True),
    column("role", 4, 3),
    column("up", 6, 2),
    column("load", 5, 2),
    column("live", 5),
)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (34, ["node", "role", "up", "load", "live"]),
        (33, ["node", "up", "load", "live"]),
        (28, ["node", "up", "live"]),
        (22, ["node", "live"]),
        (5, ["node", "live"]),
    ],
)
def test_the_least_important_columns_give_way_first(width: int, shown: list[str]) -> None:
    assert [place.column.id for place in arrange(NODES, width, {})] == shown


def test_the_column_that_the_rows_are_sorted_by_does_not_give_way() -> None:
    assert [place.column.id for place in arrange(NODES, 22, {}, kept="role")] == ["node", "role", "live"]


def test_a_growing_column_takes_what_is_left_up_to_what_it_has_shown() -> None:
    assert arrange(NODES, 40, {"node": 14})[0].width == 14
    assert arrange(NODES, 40, {"node": 40})[0].width == 16
    assert arrange(NODES, 40, {"node": 3})[0].width == 10


def test_a_wide_screen_gives_columns_more_air() -> None:
    assert [place.x for place in arrange(NODES, 100, {})] == [0, 12, 18, 26, 33]
    assert [place.x for place in arrange(NODES, 99, {})] == [0, 11, 16, 23, 29]


def test_scrolled_columns_leave_but_the_first_stays() -> None:
    placed = arrange(NODES, 22, {}, skipped=2)
    assert [place.column.id for place in placed] == ["node", "load", "live"] or hidden(NODES, placed, 22, 2)
    assert placed[0].column.id == "node"


def test_scrolling_sideways_keeps_the_symbol_and_the_first_titled_column() -> None:
    columns = (column("", 1), *NODES)
    assert naming(columns) == 2
    placed = arrange(columns, 30, {}, skipped=2)
    assert [place.column.id for place in placed] == ["", "node", "load", "live"]
    assert [place.x for place in placed] == [0, 2, 13, 19]


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 4), st.booleans()), min_size=1, max_size=8),
    st.integers(0, 150),
    st.integers(0, 60),
)
def test_columns_never_overlap_and_priority_0_always_stays(
    shapes: list[tuple[int, int, bool]], width: int, longest: int
) -> None:
    columns = [column(str(i), wide, priority, grows=grows) for i, (wide, priority, grows) in enumerate(shapes)]
    placed = arrange(columns, width, {each.id: longest for each in columns})
    for one, other in pairwise(placed):
        assert one.x + one.width + one.gap == other.x
    assert {each.id for each in columns if each.priority == 0} <= {place.column.id for place in placed}
    if any(place.column.priority for place in placed[1:]):
        assert placed[-1].x + placed[-1].width <= width
