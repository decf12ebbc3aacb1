import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from emqx_tui.text import (
    LONGEST,
    bar,
    cell_width,
    crop,
    exact_number,
    fit,
    percent,
    sanitize,
    short_bytes,
    short_duration,
    short_number,
    short_rate,
)


ZWJ, VS16 = "\u200d", "\ufe0f"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
ASTRONAUT = "\U0001f469\U0001f3fd\u200d\U0001f680"
HEART = "\u2764\ufe0f"
KEYCAP = "1\ufe0f\u20e3"

NASTY = (
    "\x00\x07\x1b\x7f\x85\x9b\u00ad\u034f\u061c\u115f\u200b\u200d\u200e\u202e\u2028\u2066\u3164\ufe0f\ufeff\ue000\ud83d"
)
texts = st.text(
    st.one_of(st.characters(), st.sampled_from(NASTY + FAMILY + ASTRONAUT + HEART + KEYCAP + "日本e\u0301"))
)
widths = st.integers(min_value=0, max_value=40)


def _is_emoji_part(character: str) -> bool:
    return unicodedata.category(character) in {"So", "Sk"} or character in {VS16, "\ufe0e"}


@settings(deadline=None)
@given(texts)
@example("a" + ZWJ + "b")
@example("\x1b" + VS16 + ZWJ + "\U0001f469")
@example("admin" + VS16)
def test_what_is_sanitised_holds_nothing_that_steers_a_terminal_or_hides(text: str) -> None:
    safe = sanitize(text)
    for before, character, after in zip(" " + safe, safe, safe[1:] + " ", strict=False):
        if character == ZWJ:
            assert _is_emoji_part(before)
            assert _is_emoji_part(after)
        elif character in {VS16, "\ufe0e"}:
            assert not before.isalpha() or before == "\u2139"
            assert not before.isascii() or after == "\u20e3"
        else:
            assert character.isprintable()
            assert character not in NASTY


@settings(deadline=None)
@given(texts, st.integers(min_value=1, max_value=50))
def test_sanitising_twice_changes_nothing_and_the_length_is_bounded(text: str, longest: int) -> None:
    once = sanitize(text, longest)
    assert sanitize(once, longest) == once
    assert len(once) <= longest


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\x7fb", "a␡b"),
        ("a\x9bb", "a\ufffdb"),
        ("gpj\u202e.exe", "gpj\ufffd.exe"),
        ("ad\u200dmin", "ad\ufffdmin"),
        ("ad\u200bmin", "ad\ufffdmin"),
        ("admin\ufe0f", "admin\ufffd"),
        ("admin\u3164", "admin\ufffd"),
        ("admin\u034f", "admin\ufffd"),
        ("broken \ud83d", "broken \ufffd"),
        ("two\u00a0words", "two words"),
        ("line\nbreak\ttab", "line␊break␉tab"),
        ("日本語 Ünïcødé e\u0301", "日本語 Ünïcødé e\u0301"),
        (f"{FAMILY} {ASTRONAUT} {HEART} {KEYCAP}", f"{FAMILY} {ASTRONAUT} {HEART} {KEYCAP}"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
    ],
)
def test_each_kind_of_text_is_shown_as_what_it_is(text: str, shown: str) -> None:
    assert sanitize(text) == shown


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert sanitize("x" * 5000) == "x" * (LONGEST - 1) + "…"


@settings(deadline=None)
@given(texts)
@example(FAMILY)
@example(ASTRONAUT)
@example(HEART + KEYCAP)
@example("नमस्ते")
def test_a_width_is_the_one_by_which_the_screen_is_drawn(text: str) -> None:
    safe = sanitize(text)
    assert cell_width(safe) == cell_len(safe)


def test_every_printable_character_has_the_width_by_which_the_screen_is_drawn() -> None:
    printable = (character for character in map(chr, range(0x20, 0x110000)) if character.isprintable())
    wrong = [hex(ord(one)) for one in printable if sanitize(one) == one and cell_width(one) != cell_len(one)]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("ascii", 5), ("日本", 4), ("e\u0301", 1), (FAMILY, 2), (HEART, 2), (KEYCAP, 2)]
)
def test_widths_are_cells_and_not_characters(text: str, width: int) -> None:
    assert cell_width(text) == width


@settings(deadline=None)
@given(texts, widths)
def test_fitted_text_takes_exactly_its_width(text: str, width: int) -> None:
    safe = sanitize(text)
    assert cell_width(fit(safe, width)) == width
    assert cell_width(fit(safe, width, right=True)) == width


@settings(deadline=None)
@given(texts, widths)
def test_cropped_text_never_takes_more_than_its_width_and_marks_the_cut(text: str, width: int) -> None:
    safe = sanitize(text)
    cropped = crop(safe, width)
    assert cell_width(cropped) <= width
    if cropped != safe and width > 0:
        assert cropped.endswith("…")
        assert safe.startswith(cropped[:-1])


def test_a_joined_emoji_is_kept_whole_or_dropped_whole() -> None:
    assert crop(FAMILY + "abc", 3) == FAMILY + "…"
    assert crop(FAMILY + "abc", 2) == "…"


@pytest.mark.parametrize(
    ("text", "width", "left", "right"),
    [("abc", 5, "abc  ", "  abc"), ("abcdef", 4, "abc…", "abc…"), ("日本語", 4, "日… ", " 日…"), ("x", 0, "", "")],
)
def test_text_is_padded_on_the_side_that_is_asked_for(text: str, width: int, left: str, right: str) -> None:
    assert fit(text, width) == left
    assert fit(text, width, right=True) == right


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (float("nan"), "-"),
        (float("inf"), "-"),
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (999.5, "1.0k"),
        (1000, "1.0k"),
        (1234, "1.2k"),
        (9949, "9.9k"),
        (9950, "10k"),
        (84_000, "84k"),
        (161_204, "161k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (2_400_000, "2.4M"),
        (7_000_000_000, "7.0G"),
        (-1234, "-1.2k"),
        (-0.2, "0"),
    ],
)
def test_a_count_is_short_and_what_is_missing_is_no_zero(value: float | None, shown: str) -> None:
    assert short_number(value) == shown


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=9e17))
def test_a_count_takes_at_most_five_cells(value: float) -> None:
    assert len(short_number(value)) <= 5
    assert len(short_rate(value)) <= 5


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "-"), (0, "0"), (0.01, "<0.1"), (0.05, "0.1"), (0.5, "0.5"), (9.94, "9.9"), (9.96, "10"), (4200, "4.2k")],
)
def test_a_trickle_is_not_shown_as_nothing(value: float | None, shown: str) -> None:
    assert short_rate(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "-"), (float("inf"), "-"), (0, "0"), (999, "999"), (161_204, "161 204"), (1234.5, "1 234.50")],
)
def test_an_exact_number_is_grouped_by_thousands(value: float | None, shown: str) -> None:
    assert exact_number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (0, "0 B"),
        (812, "812 B"),
        (1000, "1.0 K"),
        (1024, "1.0 K"),
        (10 * 1024, "10 K"),
        (round(937.97 * 1024**2), "938 M"),
        (round(1.2 * 1024**3), "1.2 G"),
        (5 * 1024**4, "5.0 T"),
    ],
)
def test_bytes_are_counted_in_units_of_1024(value: float | None, shown: str) -> None:
    assert short_bytes(value) == shown


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=9e14))
def test_bytes_take_at_most_six_cells(value: float) -> None:
    assert len(short_bytes(value)) <= 6


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (float("inf"), "-"),
        (-3, "0 s"),
        (0, "0 s"),
        (42.9, "42 s"),
        (60, "1 m"),
        (200, "3 m 20 s"),
        (4 * 3600 + 21 * 60 + 19, "4 h 21 m"),
        (12 * 86400 + 4 * 3600, "12 d 4 h"),
        (86400 + 59, "1 d"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float | None, shown: str) -> None:
    assert short_duration(seconds) == shown


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=1e9))
def test_a_duration_never_tells_more_than_it_was(seconds: float) -> None:
    units = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    told = sum(int(amount) * units[unit] for amount, unit in re.findall(r"(\d+) ([dhms])", short_duration(seconds)))
    assert told <= seconds < told + 86400


@pytest.mark.parametrize(("share", "shown"), [(None, "-"), (0.0, "0 %"), (0.81, "81 %"), (1.0, "100 %")])
def test_a_share_is_told_in_percent(share: float | None, shown: str) -> None:
    assert percent(share) == shown


@settings(deadline=None)
@given(st.one_of(st.none(), st.floats(min_value=0, max_value=1)), st.integers(min_value=1, max_value=30))
def test_a_bar_is_as_wide_as_asked(share: float | None, width: int) -> None:
    assert cell_width(bar(share, width)) == width
