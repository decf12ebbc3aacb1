"""Comparisons in a filter: `queue>100 status!=running uptime<2h memory>80%`."""

import time
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emqx_tui.domain.comparing import Measure, comparing, quantity
from emqx_tui.domain.filters import Fault, Field, parse_filter, stands_in


class Client(NamedTuple):
    name: str = "sensor-1"
    status: str = "running"
    version: str | None = "5.8.9"
    queue: float | None = 150
    memory: float | None = 0.81
    uptime: float | None = 7000.0
    buffer: int | None = 3 * 1024**3
    clean: bool = True
    message: str = "the disk full again"


def texts(row: Client) -> tuple[str, ...]:
    return (row.name, row.status, row.version or "", row.message)


FIELDS = (
    Field("name", ("client_id",), lambda row: row.name),
    Field("status", ("status",), lambda row: row.status),
    Field("version", ("version",), lambda row: row.version),
    Field("queue", ("queue",), lambda row: row.queue, Measure.ANY),
    Field("queue_share", ("queue_%",), lambda row: 0.5, Measure.SHARE),
    Field("memory", ("mem",), lambda row: row.memory, Measure.SHARE),
    Field("memory_bar", (), lambda row: row.memory, Measure.SHARE),
    Field("uptime", ("uptime",), lambda row: row.uptime, Measure.SECONDS),
    Field("buffer", ("buffer",), lambda row: row.buffer, Measure.BYTES),
    Field("clean", ("clean",), lambda row: row.clean),
    Field("message", ("message",), lambda row: row.message),
    Field("in", ("in/s",), lambda row: 4.97, Measure.ANY),
)


def shows(typed: str, row: Client | None = None) -> bool:
    parsed = parse_filter(typed, FIELDS)
    assert parsed.flaw is None, typed
    row = row or Client()
    return parsed.kept([row], texts) == [row]


@pytest.mark.parametrize(
    "typed",
    [
        "queue>100",
        "queue>=150",
        "queue=150",
        "queue==150",
        "queue<1k",
        "queue<=0.15k",
        "queue!=151",
        "!queue>150",
        "queue<1Ki",
        "queue<1MiB",
        "QUEUE>100",
        "mem>80%",
        "mem>80",
        "mem=81%",
        "memory=81",
        "memo<=81%",
        "memory_bar>80%",
        "uptime<2h",
        "uptime>1h56m",
        "uptime<1d12h",
        'uptime<"1 d 12 h"',
        "uptime>90s",
        "uptime>6999",
        "buffer=3G",
        "buffer>2900M",
        "buffer<4GiB",
        "status=running",
        "status=RUNNING",
        "status!=stopped",
        "status=run*",
        "status=*nn?ng",
        "status!=stop*",
        "!status=stopped",
        "stat=running",
        "version=5.8*",
        "version>5.8",
        "version<5.10",
        "version>=5.8.9",
        "client_id=sensor-1",
        "name=sensor-?",
        "cli=sensor*",
        'message="the disk full again"',
        'message="*disk full*"',
        'message="*disk full*',
        "clean=yes",
        "clean=true",
        "clean!=no",
        "in/s=5",
        "in>4.9",
        "in!=0",
        "queue>100 status=running sensor !stopped /disk|tape/ mem>80%",
        '"disk full" queue>100',
        '!"disk empty"',
    ],
)
def test_a_column_is_compared_as_it_is_meant(typed: str) -> None:
    assert shows(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "queue>150",
        "queue<150",
        "queue!=150",
        "!queue>100",
        "queue>1k",
        "mem>81%",
        "mem<80",
        "uptime>2h",
        "status=runn",
        "status!=running",
        "status!=run*",
        "version<5.8",
        "version>5.10",
        "version=5.8",
        "clean=no",
        "in=0",
        "queue>100 status=stopped",
        '"full disk"',
    ],
)
def test_a_row_that_compares_otherwise_is_not_shown(typed: str) -> None:
    assert not shows(typed)


@pytest.mark.parametrize("operator", ["=", ">", ">=", "<", "<="])
@pytest.mark.parametrize("missing", [Client(queue=None, version=None)])
def test_what_is_missing_is_only_ever_unequal(operator: str, missing: Client) -> None:
    for name, value in (("queue", "0"), ("version", "5"), ("version", "-")):
        assert not shows(f"{name}{operator}{value}", missing)
        assert shows(f"!{name}{operator}{value}", missing)
    assert shows("queue!=0", missing)
    assert not shows("!queue!=0", missing)
    assert shows("version!=5.8*", missing)


@pytest.mark.parametrize(
    ("typed", "term", "fault", "told"),
    [
        ("queue>abc", "queue>abc", Fault.NUMBER, "abc"),
        ("running mem>high", "mem>high", Fault.SHARE, "high"),
        ("mem>2h", "mem>2h", Fault.SHARE, "2h"),
        ("uptime<80%", "uptime<80%", Fault.SECONDS, "80%"),
        ("uptime<2k", "uptime<2k", Fault.SECONDS, "2k"),
        ("buffer>2h", "buffer>2h", Fault.BYTES, "2h"),
        ("queue>", "queue>", Fault.NO_VALUE, "queue"),
        ('message=""', 'message=""', Fault.NO_VALUE, "message"),
        ("!nonsense=1", "!nonsense=1", Fault.COLUMN, "nonsense"),
        ("statsu=running", "statsu=running", Fault.COLUMN, "status"),
        ("m=1", "m=1", Fault.AMBIGUOUS, "message"),
        ("version>5.*", "version>5.*", Fault.ORDER, "5.*"),
        ("/a(/ queue>x", "/a(/", Fault.PATTERN, "missing )"),
    ],
)
def test_what_cannot_be_compared_is_named_with_the_reason_and_the_rows_stay(
    typed: str, term: str, fault: Fault, told: str
) -> None:
    parsed = parse_filter(typed, FIELDS)
    assert parsed.flaw is not None
    assert (parsed.flaw.term, parsed.flaw.fault) == (term, fault)
    assert told in " ".join(parsed.flaw.details)
    assert parsed.kept([Client()], texts) == [Client()]


@pytest.mark.parametrize("typed", ["emqx@10.0.0.1", "a@b=c", "http://host?a=b", "5>3", "=", ">5", '"queue>100"'])
def test_a_word_with_a_sign_that_follows_no_name_is_a_word(typed: str) -> None:
    parsed = parse_filter(typed, FIELDS)
    assert parsed.flaw is None
    assert parsed.kept([Client()], texts) == []
    assert parsed.kept([Client(message=f"see {typed.strip(chr(34))}!")], texts) != []


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("250", 250),
        ("-3", -3),
        ("1.5k", 1500),
        ("2M", 2e6),
        ("2MB", 2e6),
        ("1KiB", 1024),
        ("2GiB", 2 * 1024**3),
        ("80%", 0.8),
        ("90s", 90),
        ("250ms", 0.25),
        ("2h", 7200),
        ("1d12h", 129600),
        ("5m", 300),
        ("5M", 5e6),
        (".5", 0.5),
    ],
)
def test_numbers_have_the_units_in_which_they_are_shown(typed: str, value: float) -> None:
    found = quantity(typed)
    assert found is not None
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize("typed", ["", "k", "%", "1x", "1.2.3", "0x10", "1e5", "\u0663", "inf", "9" * 400, "5.8*"])
def test_anything_else_is_no_number(typed: str) -> None:
    assert quantity(typed) is None


@pytest.mark.parametrize(
    ("typed", "equal", "unequal"),
    [
        ("84k", [83_500, 84_000, 84_499], [83_499, 84_500]),
        ("84000", [84_000], [83_999, 84_001]),
        ("0.42", [0.4199, 0.424], [0.43, 0.414]),
        ("0", [0, 0.0], [0.01, -1]),
        ("2h", [7200, 6000], [10_000]),
    ],
)
def test_a_number_is_equal_as_far_as_it_was_typed(typed: str, equal: list[float], unequal: list[float]) -> None:
    holds, differs = comparing("=", typed, None), comparing("!=", typed, None)
    for value in equal:
        assert holds(value)
        assert not differs(value)
    for value in unequal:
        assert not holds(value)
        assert differs(value)


@pytest.mark.parametrize("operator", ["=", "!=", ">", ">=", "<", "<="])
def test_a_number_is_no_text_and_the_other_way_round(operator: str) -> None:
    assert comparing(operator, "text", None)(5) is (operator == "!=")
    assert comparing(operator, "5", Measure.ANY)("five") in {True, False}
    assert comparing(operator, "5", None)(float("nan")) is (operator == "!=")


def test_wildcards_take_no_time_and_nothing_else_in_a_text_is_special() -> None:
    began = time.process_time()
    assert not comparing("=", "*a" * 30 + "b", None)("a" * 400)
    assert time.process_time() - began < 1.0
    assert comparing("=", "[ab]*", None)("[AB] c")
    assert not comparing("=", "[ab]", None)("a")


@settings(deadline=None)
@given(
    st.text('abqueuestamtime!=<>"*?%/ 0129.kMhd-', max_size=20),
    st.builds(
        Client,
        queue=st.one_of(st.none(), st.floats(), st.integers()),
        version=st.one_of(st.none(), st.text(max_size=8)),
        status=st.text(max_size=8),
    ),
)
def test_whatever_is_typed_and_whatever_the_row_a_filter_keeps_it_or_not(typed: str, row: Any) -> None:  # noqa: ANN401  Hypothesis makes it
    parsed = parse_filter(typed, FIELDS)
    assert len(parsed.kept([row], texts)) in {0, 1}
    assert stands_in(typed, [row], texts, FIELDS) in {True, False}


@pytest.mark.parametrize("name", ["queue>100", "queue!=100", "mem<80%", "status=run*", "version>5.8", "uptime=2h"])
def test_a_comparison_and_its_negation_part_all_rows(name: str) -> None:
    rows = [Client(), Client(queue=None, memory=None), Client(queue=100, memory=0.1, version="5.7", uptime=9e9)]
    kept = [parse_filter(typed, FIELDS).kept(rows, texts) for typed in (name, "!" + name)]
    assert sorted(map(rows.index, [*kept[0], *kept[1]])) == [0, 1, 2]


# Narrowing


@pytest.mark.parametrize(
    ("new", "old", "narrows"),
    [
        ("emqx", "em", True),
        ("em", "emqx", False),
        ("sensor emqx", "emqx", True),
        ("!em", "!emqx", True),
        ("!emqx", "!em", False),
        ("em queue>100", "em queue>100", True),
        ("em queue>1000", "em queue>100", False),
        ("em queue>100 x", "queue>100 e", True),
        ("em /a/", "em /ab/", False),
        ("em /a/ b", "em /a/", True),
        ("!em", "em", False),
        ("anything", "", True),
    ],
)
def test_a_filter_narrows_another_when_it_keeps_no_row_more(new: str, old: str, narrows: bool) -> None:
    assert parse_filter(new, FIELDS).narrows(parse_filter(old, FIELDS)) is narrows


# What may be remembered


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("queue>100", True),
        ("!mem>80% status=running", True),
        ("status!=stopped", True),
        ("status=run*", True),
        ("version=5.8*", True),
        ("version>5.7", True),
        ('message="*disk full*"', True),
        ("status=hunter2", False),
        ("status!=hunter2", False),
        ("status=*hunter2*", False),
        ("version=running", False),
        ("hunter2=5", False),
        ("queue>hunter2", False),
        ("queue>100 hunter2", False),
        ("queue>", False),
        ('message="hunter2', False),
    ],
)
def test_a_comparison_is_remembered_when_its_text_is_in_that_column(typed: str, there: bool) -> None:
    rows = [Client(), Client(status="stopped")]
    assert stands_in(typed, rows, texts, FIELDS) is there
