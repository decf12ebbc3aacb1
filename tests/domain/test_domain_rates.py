from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emqx_tui.domain.rates import GAUGES, LONGEST_GAP, Reading, rates, too_close


moments = st.floats(min_value=0, max_value=1e9)
spans = st.floats(min_value=0.5, max_value=LONGEST_GAP)
counts = st.dictionaries(
    st.sampled_from(["messages.received", "messages.sent", "messages.dropped", "bytes.sent", "messages.retained"]),
    st.integers(min_value=0, max_value=2**64),
)


def reading(at: float, *, wall: float | None = None, uptime: float | None = None, **counters: int) -> Reading:
    named = {name.replace("_", "."): value for name, value in counters.items()}
    return Reading(at, at if wall is None else wall, named, uptime)


def test_a_rate_is_the_change_per_second() -> None:
    before = reading(100, messages_received=1000, messages_sent=50)
    now = reading(105, messages_received=1500, messages_sent=50)
    assert rates(before, now) == {"messages.received": 100.0, "messages.sent": 0.0}


@settings(deadline=None)
@given(moments, spans, counts, counts)
def test_a_rate_is_never_negative(start: float, span: float, earlier: dict[str, int], later: dict[str, int]) -> None:
    found = rates(Reading(start, start, earlier), Reading(start + span, start + span, later))
    assert all(rate >= 0 for rate in (found or {}).values())


@settings(deadline=None)
@given(spans, counts)
def test_growing_counters_give_the_rate_at_which_they_grew(span: float, earlier: dict[str, int]) -> None:
    later = {name: value + 10 for name, value in earlier.items()}
    found = rates(Reading(0, 0, earlier), Reading(span, span, later))
    assert found is not None
    assert found.keys() == earlier.keys() - GAUGES
    assert all(abs(rate * span - 10) < 1e-6 for rate in found.values())


@settings(deadline=None)
@given(spans, counts, st.data())
def test_one_counter_that_fell_makes_all_rates_unknown(
    span: float, earlier: dict[str, int], data: st.DataObject
) -> None:
    falling = sorted(name for name in earlier.keys() - GAUGES if earlier[name] > 0)
    assume(falling)
    name = data.draw(st.sampled_from(falling))
    later = earlier | {name: data.draw(st.integers(min_value=0, max_value=earlier[name] - 1))}
    assert rates(Reading(0, 0, earlier), Reading(span, span, later)) is None


def test_a_node_that_restarted_has_no_rates_even_when_its_counters_grew() -> None:
    before = reading(0, uptime=5000, messages_received=10)
    assert rates(before, reading(10, uptime=4, messages_received=20)) is None
    assert rates(before, reading(10, uptime=5010, messages_received=20)) == {"messages.received": 1.0}


def test_a_counter_that_a_reading_lacks_has_no_rate() -> None:
    before, now = reading(0, messages_received=1), reading(10, messages_received=11, messages_sent=5)
    assert rates(before, now) == {"messages.received": 1.0}


def test_figures_that_go_up_and_down_have_no_rate_and_do_not_look_like_a_restart() -> None:
    before = reading(0, messages_retained=90, messages_delayed=7, messages_sent=0)
    now = reading(10, messages_retained=3, messages_delayed=0, messages_sent=10)
    assert rates(before, now) == {"messages.sent": 1.0}


def test_no_rates_are_told_over_a_clock_that_was_stepped() -> None:
    before = reading(0, wall=1000, messages_sent=0)
    assert rates(before, reading(10, wall=1000 + 3610, messages_sent=10)) is None
    assert rates(before, reading(10, wall=1000 - 3590, messages_sent=10)) is None


def test_no_rates_are_told_over_a_time_in_which_this_machine_slept() -> None:
    before = reading(0, wall=1000, messages_sent=0)
    assert rates(before, reading(5, wall=1000 + 28_800, messages_sent=1_000_000)) is None


def test_a_small_disagreement_of_the_clocks_is_borne() -> None:
    before = reading(0, wall=1000, messages_sent=0)
    assert rates(before, reading(5, wall=1005.9, messages_sent=10)) == {"messages.sent": 2.0}
    assert rates(before, reading(5, wall=1006.1, messages_sent=10)) is None


def test_readings_that_are_too_close_together_tell_nothing() -> None:
    before, soon, later = reading(10, messages_sent=0), reading(10.4, messages_sent=9), reading(10.5, messages_sent=9)
    assert (too_close(before, soon), rates(before, soon)) == (True, None)
    assert (too_close(before, later), rates(before, later)) == (False, {"messages.sent": 18.0})
    assert rates(later, before) is None


def test_readings_that_are_far_apart_tell_nothing_of_now() -> None:
    before = reading(100, messages_received=1000)
    assert rates(before, reading(100 + LONGEST_GAP + 1, messages_received=2000)) is None
    assert rates(before, reading(200, messages_received=2000), longest=120) == {"messages.received": 10.0}
