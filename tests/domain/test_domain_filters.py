from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emqx_tui.domain.filters import Filter, parse_filter, stands_in


ROW = ("emqx@10.0.0.1", "running", "core", "5.8.9")


def shows(wanted: Filter, texts: Sequence[str]) -> bool:
    """Whether the filter keeps a row with these texts."""
    return wanted.kept([texts], lambda row: row) == [texts]


def invalid(typed: str) -> str:
    """What of the filter is left out."""
    flaw = parse_filter(typed).flaw
    return "" if flaw is None else flaw.term


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", True),
        ("   ", True),
        ("emqx", True),
        ("RUNNING", True),
        ("10.0", True),
        ("running core", True),
        ("running replicant", False),
        ("!stopped", True),
        ("!running", False),
        ("core !stopped", True),
        ("core !CORE", False),
        ("/^emqx@10/", True),
        ("/^EMQX@10/", True),
        ("/^10/", False),
        ("/5\\.[78]\\./", True),
        ("!/^nanomq/", True),
        ("!/^emqx/", False),
        ("/^emqx", True),
        ("!", True),
        ("core !", True),
        ('"!"', False),
    ],
)
def test_a_row_is_shown_when_every_word_holds(typed: str, shown: bool) -> None:
    assert shows(parse_filter(typed), ROW) is shown


def test_a_word_may_stand_in_any_column_but_not_across_two() -> None:
    assert shows(parse_filter("core"), ROW)
    assert not shows(parse_filter("runningcore"), ROW)


def test_an_invalid_pattern_is_named_and_the_rows_stay() -> None:
    assert invalid("core /emqx[/ !stopped") == "/emqx[/"
    assert shows(parse_filter("core /emqx[/ !stopped"), ROW)
    assert not shows(parse_filter("replicant /emqx[/"), ROW)
    assert invalid("!/(/") == "!/(/"


@pytest.mark.parametrize(
    "pattern", ["/a{99999999999999999999}/", "/" + "(" * 3000 + ")" * 3000, "/a**/", "/(?P<x/", "/\\"]
)
def test_a_pattern_beyond_reason_is_invalid_and_no_end_of_the_program(pattern: str) -> None:
    assert invalid(pattern) == pattern


def test_a_pattern_that_python_will_read_otherwise_some_day_is_taken_without_a_warning() -> None:
    assert shows(parse_filter("/[[e]mqx/"), ROW)


def test_a_valid_filter_names_nothing_as_invalid_and_remembers_what_was_typed() -> None:
    parsed = parse_filter("core /^emqx/")
    assert (parsed.text, parsed.flaw) == ("core /^emqx/", None)


@settings(deadline=None)
@given(
    st.one_of(st.text(max_size=30), st.text("/!([{)}]*+?|\\^$.-0129aw", max_size=12)),
    st.lists(st.text(max_size=10), max_size=4),
)
def test_whatever_is_typed_is_a_filter(typed: str, texts: list[str]) -> None:
    assert shows(parse_filter(typed), texts) in {True, False}


@settings(deadline=None)
@given(st.text(alphabet="abcXYZ019@._-", min_size=1, max_size=8), st.lists(st.text(max_size=10), max_size=4))
def test_a_word_and_its_negation_part_all_rows_between_them(word: str, texts: list[str]) -> None:
    assert shows(parse_filter(word), texts) is not shows(parse_filter("!" + word), texts)


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("5.8.9", True),
        ("CORE !running", True),
        ("core stopped", True),
        ("stopp", True),
        ("/^emqx@10|core$|5[.]8/ core", True),
        ("/^(emqx|core)/", True),
        ("!/^emqx@/", True),
        ("", False),
        ("hunter2", False),
        ("!hunter2", False),
        ("core hunter2", False),
        ("runningcore", False),
        ("/hunter2/", False),
        ("/core|hunter2/", False),
        ("/(core|hunter2)/", False),
        ("/core(hunter2)?/", False),
        ("!/hunter2/", False),
        ("/hunter2(/", False),
        ("/^(?!hunter2)/", False),
        ("!", False),
    ],
)
def test_a_filter_stands_in_the_rows_when_all_that_it_names_does(typed: str, there: bool) -> None:
    other = ("emqx@10.0.0.2", "stopped", "replicant", "5.8.9")
    assert stands_in(typed, [ROW, other]) is there
    assert not stands_in(typed, [])


@given(st.text(), st.lists(st.lists(st.text(), max_size=3), max_size=3))
def test_any_filter_is_looked_for_without_an_error(typed: str, rows: list[list[str]]) -> None:
    if stands_in(typed, rows):
        assert typed.split()
