"""Copying: what the terminal, tmux and screen make of what is sent, and what is never sent."""

import re
from base64 import b64decode

import pytest
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver

from emqx_tui.text import sanitize
from emqx_tui.tui.clipboard import LIMIT, Copied, copy, cut, safe, sequence


TMUX = {"TMUX": "/tmp/tmux-1000/default,2345,0"}  # noqa: S108  what tmux sets
SCREEN = {"STY": "2345.pts-0.host"}


def copied_by_a_terminal(told: str) -> list[str]:
    """The texts that a terminal copies at these bytes; everything must have been understood."""
    found = re.findall("\x1b]52;c;([A-Za-z0-9+/=]*)\x07", told)
    assert re.sub("\x1b]52;c;[A-Za-z0-9+/=]*\x07", "", told) == ""
    return [b64decode(one).decode() for one in found]


def passed_on_by_tmux(told: str) -> str:
    """What tmux hands to the terminal where passing through is allowed."""
    return "".join(
        inner.replace("\x1b\x1b", "\x1b") for inner in re.findall(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", told)
    )


def passed_on_by_screen(told: str) -> str:
    """What screen hands to the terminal: the contents of the strings, each of at most 768 bytes."""
    strings = re.findall(r"\x1bP.*?\x1b\\", told, re.DOTALL)
    assert "".join(strings) == told
    assert all(len(string) <= 768 for string in strings)
    return "".join(string[2:-2] for string in strings)


@pytest.mark.parametrize("text", ["", "emqx@10.0.0.1", "ключ → 鍵 🔑", "a\tb\nc\td"])
def test_a_terminal_copies_what_was_meant(text: str) -> None:
    assert sequence(text, {}) == sequence(text, {"TMUX": "", "STY": ""})
    assert copied_by_a_terminal(sequence(text, {})) == [text]


@pytest.mark.parametrize("text", ["emqx@10.0.0.1", "x" * 5000])
def test_tmux_gets_it_for_itself_and_to_pass_on(text: str) -> None:
    told = sequence(text, TMUX)
    assert copied_by_a_terminal(passed_on_by_tmux(told)) == [text]
    plain, wrapped = told.split("\x1bPtmux;")
    assert copied_by_a_terminal(plain) == [text]
    assert wrapped.endswith("\x07\x1b\\")
    assert wrapped.count("\x1b") == 3


@pytest.mark.parametrize("length", [0, 1, 560, 565, 570, 575, 4000, LIMIT])
def test_screen_gets_it_in_strings_that_it_can_hold(length: int) -> None:
    text = "k" * length
    told = passed_on_by_screen(sequence(text, SCREEN))
    assert copied_by_a_terminal(told) == [text]
    assert told == sequence(text, {})


def test_tmux_counts_before_screen_as_it_is_nearer() -> None:
    assert sequence("a", TMUX | SCREEN) == sequence("a", TMUX)


def test_the_largest_text_makes_a_sequence_of_a_hundred_thousand_bytes() -> None:
    assert len(sequence("x" * LIMIT, {})) == 100_000


@pytest.mark.parametrize("text", ["x" * (LIMIT + 1), "é" * LIMIT, "鍵" * LIMIT, "🔑" * LIMIT])
def test_a_longer_text_is_cut_between_two_characters(text: str) -> None:
    kept = cut(text)
    assert text.startswith(kept)
    assert LIMIT - 4 < len(kept.encode()) <= LIMIT
    assert cut(kept) == kept


def test_what_could_steer_a_terminal_is_not_copied() -> None:
    hostile = "a\x1b]52;c;ZXZpbA==\x07b\rrm -rf ~\r\x9b31m\u202eevil\x00\ud800"
    copied = safe(hostile)
    assert all(character.isprintable() for character in copied)
    assert copied == sanitize(hostile)
    assert copied_by_a_terminal(sequence(copied, {})) == [copied]


def test_the_cells_and_rows_of_a_table_stay_apart_whatever_their_length() -> None:
    rows = "\n".join("\t".join("x" * 2000 for _ in range(3)) for _ in range(3))
    assert safe(rows) == rows


@pytest.mark.parametrize("environ", [{}, TMUX, SCREEN])
async def test_the_app_writes_it_to_the_terminal_and_keeps_it_for_pasting(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    written: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _driver, data: written.append(data))
    app = App[None]()
    async with app.run_test():
        assert copy(app, "emqx@10.0.0.1\x1b[31m", environ) == Copied(18)
        kept = "emqx@10.0.0.1\u241b[31m"
        assert app.clipboard == kept
        assert written.count(sequence(kept, environ)) == 1


def test_an_app_without_a_terminal_copies_for_itself_alone() -> None:
    app = App[None]()
    assert copy(app, "k" * 10, {}) == Copied(10)
    assert app.clipboard == "k" * 10


def test_the_user_is_told_how_much_was_copied_and_whether_that_was_all() -> None:
    app = App[None]()
    assert str(copy(app, "k", {})) == "copied 1 character"
    assert str(copy(app, "k" * 13, {})) == "copied 13 characters"
    cut_short = copy(app, "k" * 200_000, {})
    assert cut_short == Copied(LIMIT, truncated=True)
    assert str(cut_short) == "copied 74 994 characters: the beginning, for a terminal takes 74 994 bytes"
