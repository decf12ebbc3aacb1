import math

from hypothesis import given, settings
from hypothesis import strategies as st

from emqx_tui.domain.history import POINTS, STEP, Ring


HOUR = POINTS * STEP
measured = st.tuples(st.floats(min_value=0, max_value=3 * HOUR), st.floats(min_value=0, max_value=1e9))


def test_a_ring_that_was_never_fed_is_an_hour_of_nothing() -> None:
    ring = Ring()
    assert ring.empty
    assert ring.values(12345.0) == [None] * POINTS


def test_the_newest_value_stands_last() -> None:
    ring = Ring()
    ring.add(1000, 7.0)
    assert ring.values(1000)[-2:] == [None, 7.0]
    assert ring.values(1015)[-2:] == [7.0, None]


def test_values_of_one_point_are_averaged() -> None:
    ring = Ring()
    for at, value in ((1000, 1.0), (1004, 2.0), (1009.9, 6.0), (1010, 100.0)):
        ring.add(at, value)
    assert ring.values(1010)[-2:] == [3.0, 100.0]


def test_a_time_without_values_is_a_gap_and_no_zero() -> None:
    ring = Ring()
    ring.add(1000, 1.0)
    ring.add(1040, 2.0)
    assert ring.values(1040)[-5:] == [1.0, None, None, None, 2.0]


def test_a_missing_or_endless_value_leaves_no_trace() -> None:
    ring = Ring()
    for value in (None, math.nan, math.inf, -math.inf):
        ring.add(1000, value)
    assert ring.empty


def test_what_is_older_than_an_hour_is_forgotten() -> None:
    ring = Ring()
    ring.add(0, 5.0)
    assert ring.values(HOUR - STEP)[0] == 5.0
    assert ring.values(HOUR) == [None] * POINTS
    ring.add(HOUR, 6.0)
    assert ring.values(HOUR) == [None] * (POINTS - 1) + [6.0]


def test_a_late_value_still_finds_its_place_within_the_hour_and_none_beyond() -> None:
    ring = Ring()
    ring.add(2 * HOUR, 9.0)
    ring.add(2 * HOUR - STEP, 8.0)
    ring.add(HOUR + STEP, 7.0)
    ring.add(HOUR, 6.0)
    values = ring.values(2 * HOUR)
    assert (values[0], values[-2:]) == (7.0, [8.0, 9.0])
    assert [value for value in values if value is not None] == [7.0, 8.0, 9.0]


def test_nothing_of_the_hour_before_shows_through_after_a_long_silence() -> None:
    ring = Ring()
    for point in range(POINTS):
        ring.add(point * STEP, 1.0)
    ring.add(100 * HOUR, 2.0)
    assert ring.values(100 * HOUR) == [None] * (POINTS - 1) + [2.0]


@settings(deadline=None)
@given(st.lists(measured, max_size=60), st.floats(min_value=0, max_value=4 * HOUR))
def test_an_hour_always_has_the_same_number_of_points_with_the_average_of_each(
    values: list[tuple[float, float]], now: float
) -> None:
    ring = Ring()
    for at, value in sorted(values):
        ring.add(at, value)
    shown = ring.values(now)
    assert len(shown) == POINTS
    newest = max((math.floor(at / STEP) for at, _ in values), default=0)
    for place, told in enumerate(shown):
        point = math.floor(now / STEP) - POINTS + 1 + place
        inside = [value for at, value in values if math.floor(at / STEP) == point and point > newest - POINTS]
        if inside:
            assert told is not None
            assert math.isclose(told, sum(inside) / len(inside), rel_tol=1e-9)
        else:
            assert told is None
