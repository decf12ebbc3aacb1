import math
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emqx_tui.text import bar
from emqx_tui.tui.widgets.sparkline import chart, resampled, spark


numbers = st.floats(allow_nan=False, allow_infinity=False)
readings = st.lists(st.none() | st.floats(), max_size=200)
widths = st.integers(0, 60)
BLOCKS = "▁▂▃▄▅▆▇"
ASCII = ".:-=+*#"


def test_values_become_blocks_as_high_as_they_are() -> None:
    assert spark([0, 1, 2, 3, 4, 5, 6, 7], 8) == "▁▂▃▄▅▆▇▇"


def test_lines_of_blocks_below_each_other_do_not_touch() -> None:
    assert spark([8, 8], 2) == "▇▇"


def test_a_few_values_stand_at_the_right_where_now_is() -> None:
    assert spark([8, 8], 5) == "   ▇▇"


def test_a_missing_value_is_a_gap_and_zero_is_not() -> None:
    assert spark([0, None, math.nan, 0], 4) == "▁  ▁"


def test_a_short_spike_survives_the_squeeze_as_a_peak_but_not_as_a_mean() -> None:
    values = [0.0] * 50 + [100.0] + [0.0] * 49
    assert "▇" in spark(values, 10, top=100)
    assert "▇" not in spark(values, 10, top=100, peaks=False)


def test_the_top_makes_two_charts_comparable() -> None:
    assert spark([5], 1, top=10) == "▄"


@given(readings, widths, st.booleans(), st.booleans())
def test_a_sparkline_is_exactly_as_wide_as_asked(
    values: list[float | None], width: int, peaks: bool, ascii_only: bool
) -> None:
    line = spark(values, width, peaks=peaks, ascii=ascii_only)
    assert len(line) == width
    assert set(line) <= set((ASCII if ascii_only else BLOCKS) + " ")


@given(st.lists(numbers, min_size=1, max_size=40), st.booleans())
def test_a_larger_value_is_never_drawn_lower(values: list[float], ascii_only: bool) -> None:
    steps = ASCII if ascii_only else BLOCKS
    heights = [steps.index(block) for block in spark(values, len(values), ascii=ascii_only)]
    ranked = [height for _, height in sorted(zip(values, heights, strict=True))]
    assert ranked == sorted(ranked)


@example(values=[sys.float_info.max] * 3, width=1, peaks=False)
@given(st.lists(st.none() | numbers, max_size=200), st.integers(1, 60), st.booleans())
def test_squeezed_values_stay_within_what_was_measured(values: list[float | None], width: int, peaks: bool) -> None:
    known = [value for value in values if value is not None]
    slack = 1e-9 * max((abs(value) for value in known), default=0.0)
    for cell in resampled(values, width, peaks=peaks):
        assert cell is None or min(known) - slack <= cell <= max(known) + slack


@pytest.mark.parametrize(
    ("fraction", "drawn"),
    [(0, "▁▁▁▁▁"), (0.001, "▇▁▁▁▁"), (0.5, "▇▇▁▁▁"), (0.999, "▇▇▇▇▁"), (1, "▇▇▇▇▇"), (7, "▇▇▇▇▇"), (None, "     ")],
)
def test_a_bar_is_full_only_when_it_is_full(fraction: float | None, drawn: str) -> None:
    assert bar(fraction, 5) == drawn


@given(st.floats(), st.floats(), widths, st.booleans())
def test_a_bar_grows_with_its_fraction(one: float, other: float, width: int, ascii_only: bool) -> None:
    smaller, larger = sorted((one, other)) if not math.isnan(one + other) else (0.0, 1.0)
    bars = [bar(fraction, width, ascii=ascii_only) for fraction in (smaller, larger)]
    assert [len(drawn) for drawn in bars] == [width, width]
    full = "#" if ascii_only else "▇"
    if all(map(math.isfinite, (smaller, larger))):
        assert bars[0].count(full) <= bars[1].count(full)


def test_a_chart_stacks_blocks() -> None:
    assert chart([0, 4, 8, None], 5, 2, top=8) == ["  ▁█ ", " ▁██ "]


@given(readings, widths, st.integers(0, 10), st.booleans())
def test_a_chart_is_exactly_as_large_as_asked(
    values: list[float | None], width: int, height: int, ascii_only: bool
) -> None:
    lines = chart(values, width, height, ascii=ascii_only)
    assert [len(line) for line in lines] == [width] * height


@given(st.lists(numbers, min_size=1, max_size=30), st.integers(1, 6))
def test_a_chart_has_no_holes_below_its_line(values: list[float], height: int) -> None:
    for column in zip(*chart(values, len(values), height), strict=True):
        drawn = "".join(column).lstrip()
        assert drawn
        assert set(drawn[1:]) <= {"█"}
