"""Which columns a user wants, whatever columns there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emqx_tui.resources.spec import Cell, Column
from emqx_tui.tui.chosen import NARROWEST, STEP, Choosing, chosen
from emqx_tui.tui.remembered import READERS, WIDEST, View


def column(name: str, title: str | None = None, width: int = 8) -> Column[str]:
    return Column(name, name.upper() if title is None else title, width, Cell, lambda row: row)


MARK, NODE, ROLE, LIVE, LOAD = column("mark", "", 1), *(column(name) for name in ("node", "role", "live", "load"))
ALL = (MARK, NODE, ROLE, LIVE, LOAD)


def ids(columns: tuple[Column[str], ...]) -> str:
    return " ".join(one.id for one in columns)


def test_without_a_wish_columns_are_as_the_program_has_them() -> None:
    assert chosen(ALL, View()) == ALL


def test_what_is_hidden_moved_and_widened_is_shown_so() -> None:
    view = View(columns=("mark", "load", "node", "role", "live"), hidden=("role",), widths={"load": 12})
    found = chosen(ALL, view)
    assert ids(found) == "mark load node live"
    assert [one.width for one in found] == [1, 12, 8, 8]


def test_a_column_of_a_later_version_appears_where_it_belongs_and_hidden_ones_stay_hidden() -> None:
    view = View(columns=("mark", "load", "role", "node"), hidden=("role",))
    assert ids(chosen(ALL, view)) == "mark load live node"
    assert ids(chosen((column("new"), *ALL), view)) == "new mark load live node"


def test_a_column_that_is_no_more_does_no_harm() -> None:
    view = View(columns=("gone", "load", "node"), hidden=("lost", "role"), widths={"gone": 3})
    assert ids(chosen((NODE, ROLE, LOAD), view)) == "load node"


def test_columns_of_which_none_is_left_are_all_shown() -> None:
    assert chosen((MARK, NODE), View(hidden=("node",))) == (MARK, NODE)


def test_the_last_column_with_a_heading_cannot_be_hidden() -> None:
    choosing = Choosing((MARK, NODE, ROLE), (MARK, NODE, ROLE), View())
    assert choosing.toggle("node")
    assert not choosing.toggle("role")
    assert choosing.is_shown("role")
    assert choosing.toggle("mark")


def test_a_column_moves_past_the_next_one_that_is_offered() -> None:
    choosing = Choosing(ALL, (MARK, NODE, LIVE, LOAD), View())
    choosing.move("node", 1)
    assert ids(chosen(ALL, choosing.put_into(View()))) == "mark role live node load"
    choosing.move("node", -1)
    assert ids(tuple(choosing.listed)) == "mark node live load"
    choosing.move("mark", -1)
    choosing.move("load", 1)
    assert ids(tuple(choosing.listed)) == "mark node live load"


def test_widths_have_their_limits_and_the_default_is_nothing_to_remember() -> None:
    choosing = Choosing(ALL, ALL, View())
    choosing.widen("node", STEP)
    assert choosing.put_into(View()).widths == {"node": 8 + STEP}
    choosing.widen("node", -STEP)
    assert choosing.put_into(View()) == View()
    choosing.widen("node", -100)
    choosing.widen("mark", -100)
    choosing.widen("load", 1000)
    assert choosing.put_into(View()).widths == {"node": NARROWEST, "load": WIDEST}
    choosing.reset()
    assert choosing.put_into(View(sort="-live")) == View(sort="-live")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["toggle", "left", "right", "wider", "narrower"]), st.sampled_from([one.id for one in ALL])
        ),
        max_size=12,
    )
)
def test_whatever_is_chosen_is_found_again_and_nothing_is_lost(steps: list[tuple[str, str]]) -> None:
    choosing = Choosing(ALL, ALL, View())
    for step, name in steps:
        match step:
            case "toggle":
                choosing.toggle(name)
            case "left" | "right":
                choosing.move(name, 1 if step == "right" else -1)
            case _:
                choosing.widen(name, STEP if step == "wider" else -STEP)
    view = choosing.put_into(View())
    again = Choosing(ALL, ALL, view)
    assert again.put_into(View()) == view
    assert again.listed == choosing.listed
    assert {one.id for one in again.listed} == {one.id for one in ALL}
    assert [one.id for one in chosen(ALL, view)] == [one.id for one in choosing.listed if choosing.is_shown(one.id)]


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("columns", ["node", 5, "role"], ("node", "role")),
        ("columns", "node", None),
        ("hidden", ["role"], ("role",)),
        ("hidden", {"role": 1}, None),
        ("widths", {"node": 12, "role": "x", "live": True, "load": 0, "in": 10**9}, {"node": 12}),
        ("widths", [1], None),
        ("wide", True, True),
        ("wide", 1, None),
    ],
)
def test_of_what_the_file_says_only_what_makes_sense_is_taken(field: str, value: object, read: object) -> None:
    assert READERS[field](value) == read
