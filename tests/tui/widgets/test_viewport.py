from hypothesis import given
from hypothesis import strategies as st

from emqx_tui.tui.widgets.viewport import Viewport, positions


@given(st.lists(st.integers(0, 99), unique=True), st.sets(st.integers(0, 120), max_size=3), st.integers(-5, 200))
def test_every_key_that_is_there_is_found(rows: list[int], wanted: set[int], near: int) -> None:
    found = positions(rows, str, {str(number) for number in wanted}, near)
    assert found == {str(number): rows.index(number) for number in wanted if number in rows}


def test_a_row_that_moved_little_is_found_without_looking_at_all() -> None:
    looked: list[int] = []

    def key(row: int) -> str:
        looked.append(row)
        return str(row)

    assert positions(range(100_000), key, {"50003"}, 50_000) == {"50003": 50_003}
    assert len(looked) < 10


def test_a_row_that_has_gone_costs_one_look_at_each() -> None:
    looked: list[int] = []

    def key(row: int) -> str:
        looked.append(row)
        return str(row)

    assert positions(range(1000), key, {"gone"}, 30) == {}
    assert len(looked) == 1000


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("move"), st.integers(-5, 200)),
            st.tuples(st.just("scroll"), st.integers(-50, 50)),
            st.tuples(st.just("resize"), st.integers(0, 40)),
            st.tuples(st.just("follow"), st.integers(0, 100)),
            st.tuples(st.just("place"), st.integers(-5, 200)),
        )
    )
)
def test_the_window_never_leaves_the_list(steps: list[tuple[str, int]]) -> None:
    view = Viewport(total=50, height=10)
    for kind, number in steps:
        if kind == "move":
            view.move_to(number)
        elif kind == "scroll":
            view.scroll(number)
        elif kind == "resize":
            view.resize(number)
        elif kind == "place":
            view.place(number, 200 - number)
        else:
            view.follow(number, None, number - 20)
        assert view.cursor == 0 or 0 <= view.cursor < view.total
        assert 0 <= view.top <= max(0, view.total - view.height)
        assert len(view.shown) == min(view.height, view.total) or view.height == 0
        thumb = view.thumb()
        assert 0 <= thumb.start <= thumb.stop <= max(view.height, 0)
        assert bool(thumb) == (0 < view.height < view.total)
        if kind == "move" and view.height and view.total:
            assert view.cursor_is_shown


def test_a_cursor_that_was_put_somewhere_before_there_was_a_screen_is_on_it() -> None:
    view = Viewport()
    view.follow(100, None, 0)
    view.move_to(60)
    view.resize(10)
    assert view.cursor_is_shown


def test_where_it_was_put_before_its_height_was_known_it_stays() -> None:
    view = Viewport()
    view.follow(50, None, 0)
    view.place(3, 20)
    view.follow(50, 3, 0)
    view.resize(10)
    assert (view.cursor, view.top) == (3, 20)
    view.resize(12)
    assert (view.cursor, view.top) == (3, 20)
