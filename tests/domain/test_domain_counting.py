"""Counters and gauges as rows: summed where that means something, since a mark, and never wrong after a restart."""

import pytest

from emqx_tui.domain.counting import Count, CounterRow, GaugeRow, Level, Mark, counter_rows, gauge_rows, restarted
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.rates import Reading


A, B = "emqx@10.0.0.1", "emqx@10.0.0.2"


def reading(at: float, uptime: float | None = 1000.0, **counters: int) -> Reading:
    named = {name.replace("_", "."): value for name, value in counters.items()}
    return Reading(at, 1_795_000_000.0 + at, named, uptime)


def rows(now: dict[str, Reading], mark: Mark | None = None, **rates: float) -> dict[str, CounterRow]:
    by_node = {name: {key.replace("_", "."): rate for key, rate in rates.items()} for name in now}
    found = counter_rows("prod", now, by_node if rates else {}, mark, Freshness.LIVE)
    return {row.name: row for row in found}


def marked(**readings: Reading) -> Mark:
    named = {A if name == "a" else B: one for name, one in readings.items()}
    return Mark(100.0, 1_795_000_100.0, named)


def test_counters_are_added_up_and_keep_their_nodes() -> None:
    found = rows({A: reading(5, messages_sent=7), B: reading(5, messages_sent=5, bytes_sent=1)}, messages_sent=2.5)
    assert list(found) == ["messages.sent", "bytes.sent"]
    assert found["messages.sent"].total == 12
    assert found["messages.sent"].rate == 5.0
    assert found["messages.sent"].nodes == (Count(A, 7, 2.5), Count(B, 5, 2.5))
    assert found["bytes.sent"].nodes == (Count(B, 1),), "a node that does not tell it has no 0"
    assert found["bytes.sent"].rate is None
    assert (found["bytes.sent"].group, found["bytes.sent"].since_mark) == ("bytes", None)


def test_what_the_whole_cluster_shares_is_never_added_up_and_has_no_rate() -> None:
    found = rows({A: reading(5, messages_retained=40), B: reading(5, messages_retained=41)}, messages_retained=9.0)
    row = found["messages.retained"]
    assert (row.gauge, row.total, row.rate, row.since_mark) == (True, 41, None, None)


def test_gauges_that_nanomq_tells_among_its_counters_are_none() -> None:
    assert list(rows({"": reading(5, connections_count=3, messages_sent=1)})) == ["messages.sent"]


def test_counters_since_the_mark() -> None:
    mark = marked(a=reading(99, 1000.0, messages_sent=100), b=reading(99, 2000.0, messages_sent=10))
    now = {A: reading(109, 1010.0, messages_sent=160), B: reading(109, 2010.0, messages_sent=15)}
    row = rows(now, mark)["messages.sent"]
    assert [one.since_mark for one in row.nodes] == [60, 5]
    assert (row.since_mark, row.at_least) == (65, False)


def test_after_a_restart_nothing_is_negative_and_it_is_said_that_there_was_more() -> None:
    mark = marked(a=reading(99, 1000.0, messages_sent=100, bytes_sent=5), b=reading(99, 50.0, messages_sent=10))
    now = {A: reading(129, 12.0, messages_sent=30, bytes_sent=9), B: reading(129, 80.0, messages_sent=15)}
    found = rows(now, mark)
    assert [one.since_mark for one in found["messages.sent"].nodes] == [30, 5]
    assert [one.restarted for one in found["messages.sent"].nodes] == [True, False]
    assert (found["messages.sent"].since_mark, found["messages.sent"].at_least) == (35, True)
    assert found["bytes.sent"].since_mark == 9, "also of a counter that is already higher than it was"


def test_a_restart_is_seen_when_every_counter_is_higher_again() -> None:
    before, after = reading(0, 5000.0, messages_sent=10), reading(600, 500.0, messages_sent=9999)
    assert restarted(before, after)
    assert not restarted(before, reading(600, 5590.0, messages_sent=9999)), "uptimes lag"
    assert not restarted(before, reading(600, None, messages_sent=9999))
    assert restarted(before, reading(600, None, messages_sent=9))
    assert not restarted(reading(0, None, messages_retained=9), reading(9, None, messages_retained=3))


def test_a_node_that_came_after_the_mark_counts_in_full_and_one_that_was_only_not_read_does_not() -> None:
    mark = marked(a=reading(99, 1000.0, messages_sent=100))
    young = {A: reading(129, 1030.0, messages_sent=101), B: reading(129, 20.0, messages_sent=15)}
    row = rows(young, mark)["messages.sent"]
    assert (row.since_mark, row.at_least) == (16, False)
    old = {**young, B: reading(129, 9000.0, messages_sent=15)}
    row = rows(old, mark)["messages.sent"]
    assert [one.since_mark for one in row.nodes] == [1, None]
    assert (row.since_mark, row.at_least) == (1, True)


def test_a_node_that_is_gone_since_the_mark_is_told() -> None:
    mark = marked(a=reading(99, 1000.0, messages_sent=100), b=reading(99, 1000.0, messages_sent=1))
    row = rows({A: reading(109, 1010.0, messages_sent=101)}, mark)["messages.sent"]
    assert (row.since_mark, row.at_least) == (1, True)


def test_a_counter_that_a_node_did_not_have_at_the_mark_is_not_made_up() -> None:
    mark = marked(a=reading(99, 1000.0, messages_sent=100))
    row = rows({A: reading(109, 1010.0, messages_sent=100, rules_matched=7)}, mark)["rules.matched"]
    assert row.since_mark is None


@pytest.mark.parametrize("name", ["topics", "retained", "subscriptions.shared", "cluster_sessions", "delayed"])
def test_gauges_of_tables_that_the_cluster_shares_are_not_added_up(name: str) -> None:
    told = {A: {f"{name}.count": 30, f"{name}.max": 40}, B: {f"{name}.count": 31, f"{name}.max": 39}}
    (row,) = gauge_rows("prod", told, Freshness.LIVE)
    assert (row.name, row.shared, row.value, row.peak) == (name, True, 31, 40)


def test_count_and_max_of_a_gauge_are_one_row() -> None:
    told = {A: {"connections.count": 3, "connections.max": 9}, B: {"connections.count": 4, "connections.max": 5}}
    (row,) = gauge_rows("prod", told, Freshness.LIVE)
    assert row == GaugeRow("prod", "connections", (Level(A, 3, 9), Level(B, 4, 5)))
    assert (row.value, row.peak) == (7, 14)


def test_gauges_without_ends_and_without_a_highest_figure() -> None:
    found = gauge_rows("prod", {"": {"memory.used": 11 << 20, "durable_subscriptions.count": 2}}, Freshness.LIVE)
    assert [(row.name, row.value, row.peak) for row in found] == [
        ("memory.used", 11 << 20, None),
        ("durable_subscriptions", 2, None),
    ]
