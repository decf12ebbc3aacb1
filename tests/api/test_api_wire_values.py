import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emqx_tui.api import v4, v4_monitoring, v5, v5_monitoring, wire
from emqx_tui.api.prometheus import samples
from emqx_tui.domain.models import Node
from emqx_tui.domain.rates import Reading, rates


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("4 hours, 21 minutes, 19 seconds", 15_679.0),
        ("3 days, 4 hours, 21 minutes, 19 seconds", 274_879.0),
        ("1 days, 0 hours, 3 minutes, 0 seconds", 86_580.0),
        ("1 seconds", 1.0),
        ("0 Hours, 1 minutes, 45 seconds", 105.0),
        ("119 Hours, 0 minutes, 1 seconds", 428_401.0),
        ("", None),
        ("undefined", None),
        ("soon", None),
        (None, None),
        ([], None),
        ("9" * 5000 + " seconds", None),
        ("9" * 400 + " days", None),
    ],
)
def test_an_uptime_is_read_from_words(told: object, seconds: float | None) -> None:
    assert wire.uptime_text(told) == seconds


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(378_633, 378.633), ("378633", 378.633), (0, 0.0), ("4 minutes, 18 seconds", 258.0), (None, None), ("", None)],
)
def test_an_uptime_is_read_from_milliseconds(told: object, seconds: float | None) -> None:
    assert wire.milliseconds(told) == seconds


@pytest.mark.parametrize(
    ("told", "size"),
    [
        ("937.97M", 983_532_831),
        ("23.54G", 25_275_882_537),
        ("1.5K", 1536),
        ("2T", 2 * 1024**4),
        ("512", 512),
        ("3850240", 3_850_240),
        ("1.5KB", 1536),
        ("1.5 KiB", 1536),
        ("937.97m", 983_532_831),
        (60_920_512, 60_920_512),
        (60_920_512.0, 60_920_512),
        (0, 0),
        ("", None),
        (None, None),
        ("undefined", None),
        ("-5M", None),
        (-5, None),
        ("9" * 400 + "P", None),
        (True, None),
        ({}, None),
    ],
)
def test_memory_is_read_in_units_of_1024(told: object, size: int | None) -> None:
    assert wire.memory(told) == size


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("1.14", 1.14),
        (1.14, 1.14),
        (0, 0.0),
        ("0", 0.0),
        (" 2 ", 2.0),
        ("0.10%", 0.1),
        ("infinity", None),
        ("Infinity", None),
        ("nan", None),
        (float("inf"), None),
        (10**400, None),
        ("undefined", None),
        ("", None),
        (None, None),
        (True, None),
        ([1], None),
    ],
)
def test_a_load_is_read_from_a_number_or_a_text(told: object, number: float | None) -> None:
    assert wire.number(told) == number


@pytest.mark.parametrize(
    ("told", "count"),
    [
        (0, 0),
        (7, 7),
        ("7", 7),
        (7.0, 7),
        (2**64 - 1, 2**64 - 1),
        ("infinity", None),
        ("undefined", None),
        (-1, None),
        (None, None),
        (False, None),
        (10**400, None),
        ("1e300", None),
        ([], None),
    ],
)
def test_a_count_is_a_whole_number_of_64_bits_or_missing(told: object, count: int | None) -> None:
    assert wire.count(told) == count


def test_no_counter_that_a_broker_can_send_makes_rates_fail() -> None:
    before, now = (wire.counters({"messages.sent": value}) for value in (0, 10**400))
    assert rates(Reading(0, 0, before), Reading(10, 10, now)) == {}


@pytest.mark.parametrize("told", [None, "", "undefined", "Undefined", "null", [], {}])
def test_a_text_that_says_nothing_is_missing(told: object) -> None:
    assert wire.text(told) is None


@pytest.mark.parametrize(("told", "shown"), [("core", "core"), (5, "5"), ("\x1b[31m", "␛[31m"), ("0", "0")])
def test_a_text_is_made_safe(told: object, shown: str) -> None:
    assert wire.text(told) == shown


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-11-21T19:34:27.904+00:00", 1795289667.904),
        ("2026-11-21T20:34:27.904+01:00", 1795289667.904),
        ("2026-11-21T19:34:27Z", 1795289667.0),
        ("2026-11-21 19:34:27", None),
        ("infinity", None),
        (None, None),
        (1795289667, None),
    ],
)
def test_a_time_without_its_offset_is_no_moment(told: object, moment: float | None) -> None:
    assert wire.moment(told) == moment


@pytest.mark.parametrize(("told", "moment"), [(1_795_288_519_050_011, 1795288519.050011), ("infinity", None)])
def test_emqx_4_counts_microseconds(told: object, moment: float | None) -> None:
    assert wire.microseconds(told) == moment


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("nodedown", "nodedown"),
        ('{"value":0,"reason":{"expected":"pos_integer()"},"path":"page"}', "page: expected pos_integer()"),
        ('{"value":"zzz","reason":"not_a_enum_symbol","path":"conn_state"}', "conn_state: not_a_enum_symbol"),
        ('{"reason":"no path"}', "no path"),
        ("{not json", "{not json"),
        ({"reason": {"expected": "1..inf"}, "path": "latest"}, "latest: expected 1..inf"),
        ({"free": "map"}, '{"free": "map"}'),
        ("two\nlines  \x1b[31m", "two lines ␛[31m"),
    ],
)
def test_json_within_a_message_is_unpacked(message: object, shown: str) -> None:
    assert wire.explained(message) == shown


@pytest.mark.parametrize("message", ['{"a":' * 5000, "[" * 5000, '{"a":' * 5000 + "1" + "}" * 5000])
def test_a_message_nested_beyond_reason_is_still_one_short_line(message: str) -> None:
    assert 0 < len(wire.explained(message)) <= 240


def test_a_kilobyte_of_stack_trace_becomes_a_short_line() -> None:
    assert len(wire.explained("error " * 1000)) <= 240


MISSING_EVERYWHERE: list[object] = [None, "undefined", "", [], {}, True]
FIELDS = (
    "node node_status role version edition otp_release uptime connections live_connections load1 load5 load15 "
    "memory_used memory_total process_used process_available max_fds sysdescr datetime error"
)


@pytest.mark.parametrize("value", MISSING_EVERYWHERE[:-1])
def test_every_field_of_a_node_may_be_missing_and_none_becomes_zero(value: object) -> None:
    row = dict.fromkeys(FIELDS.split(), value)
    assert v4.node(row) == v5.node(row) == v4.node({}) == v5.node({}) == Node(None)


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS.split(), json_values)))
def test_a_node_is_read_from_any_row(row: dict[str, object]) -> None:
    for node in (v4.node(row), v5.node(row)):
        for name in ("sessions", "live_connections", "memory_used", "processes_used", "fd_limit"):
            assert getattr(node, name) is None or 0 <= getattr(node, name) < 2**64


@settings(deadline=None)
@given(json_values)
def test_an_alarm_is_read_from_any_row(value: object) -> None:
    row = dict.fromkeys(("name", "node", "message", "activate_at", "details"), value)
    assert v4_monitoring.alarm(row, "emqx@10.0.0.1").name
    assert v5_monitoring.alarm(row).name


@settings(deadline=None)
@given(json_values)
def test_every_reader_takes_any_value(value: object) -> None:
    for read in (wire.number, wire.uptime_text, wire.milliseconds, wire.moment, wire.microseconds):
        assert isinstance(read(value), float | None)
    for read_whole in (wire.count, wire.memory):
        assert isinstance(read_whole(value), int | None)
    assert isinstance(wire.text(value), str | None)
    assert all(isinstance(amount, int) for amount in wire.counters(value).values())
    assert all(isinstance(part, str) for pair in wire.details(value) for part in pair)
    assert wire.short(value).isprintable()
    assert wire.explained(value).isprintable()


def test_samples_without_labels_are_read_and_the_rest_is_left_out() -> None:
    exposition = (
        '# TYPE a gauge\n# HELP a\na 1\nb 2.5 1700000000\nc{x="y"} 3\nd NaN\ne +Inf\nf\n g 1\nh -1\nhello world'
    )
    assert samples(exposition) == {"a": 1.0, "b": 2.5, "h": -1.0}


@pytest.mark.parametrize("value", [1e300, -1.0, float("nan"), float("inf"), 1e18, 10**400])
def test_a_time_that_cannot_be_shown_does_not_come_in(value: float) -> None:
    assert wire.milliseconds(value) is None
    assert wire.microseconds(value) is None
    assert wire.uptime_text(value) is None


@pytest.mark.parametrize("told", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "1969-12-31T00:00:00Z"])
def test_a_moment_that_cannot_be_shown_does_not_come_in(told: str) -> None:
    assert wire.moment(told) is None


def test_the_largest_times_come_in() -> None:
    assert wire.milliseconds(1e13) == wire.microseconds(1e16) == wire.LATEST
    assert wire.uptime_text("999999999999 days") is None


@pytest.mark.parametrize("told", ["1" * 100_000, "1" + " " * 100_000 + "x", " " * 100_000 + "x", "1 day " * 20_000])
def test_a_long_text_costs_no_time(told: str) -> None:
    began = time.process_time()
    assert wire.memory(told) is None
    assert wire.uptime_text(told) is None
    wire.milliseconds(told)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("told", [None, "", "soon", "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 1899 23:59:59 GMT"])
def test_a_date_that_cannot_be_now_tells_nothing(told: str | None) -> None:
    assert wire.http_date(told) is None
