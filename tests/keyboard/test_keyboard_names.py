"""How keys are written, and which ones there are."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import _character_to_key

from emqx_tui.keyboard import names
from emqx_tui.keyboard.names import MODIFIABLE, PLAIN, Unusable, parse_key


SIGNS = string.ascii_letters + string.digits + string.punctuation
KEYS = [
    *PLAIN,
    *MODIFIABLE,
    *map(parse_key, SIGNS),
    *(f"ctrl+{letter}" for letter in string.ascii_lowercase if letter not in "him"),
    *(f"alt+{sign}" for sign in string.ascii_lowercase + string.digits),
    *(f"alt+shift+{letter}" for letter in string.ascii_lowercase),
    *(f"{modifiers}+{key}" for modifiers in ("alt", "ctrl", "shift", "ctrl+shift") for key in MODIFIABLE),
    "shift+tab",
]


@given(st.sampled_from(SIGNS) | st.characters(categories=["L", "N", "P", "S"]))
def test_a_sign_stands_for_the_key_that_textual_makes_of_it(sign: str) -> None:
    if sign not in "⏎↑↓←→":
        assert parse_key(sign) == _character_to_key(sign)


@pytest.mark.parametrize("key", KEYS)
def test_whatever_way_a_key_is_shown_it_is_understood_again(key: str) -> None:
    assert parse_key(names.short(key)) == key
    assert parse_key(names.long(key)) == key
    assert parse_key(names.plain(key)) == key
    assert parse_key(key) == key


@pytest.mark.parametrize(
    ("key", "short", "long", "plain"),
    [
        ("s", "s", "s", "s"),
        ("S", "S", "S", "S"),
        ("ctrl+r", "^r", "Ctrl-R", "ctrl+r"),
        ("alt+x", "alt-x", "Alt-x", "alt+x"),
        ("alt+shift+x", "alt-shift-x", "Alt-X", "alt+shift+x"),
        ("shift+down", "shift-↓", "Shift-Down", "shift+down"),
        ("question_mark", "?", "?", "?"),
        ("plus", "+", "+", "+"),
        ("escape", "esc", "Esc", "escape"),
        ("enter", "⏎", "Enter", "enter"),
        ("pageup", "pgup", "PgUp", "pageup"),
        ("f5", "F5", "F5", "f5"),
        ("space", "space", "Space", "space"),
        ("euro_sign", "€", "€", "€"),
    ],
)
def test_a_key_is_short_on_the_key_bar_longer_in_a_sentence_and_plain_in_the_file(
    key: str, short: str, long: str, plain: str
) -> None:
    assert (names.short(key), names.long(key), names.plain(key)) == (short, long, plain)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Esc", "escape"),
        (" enter ", "enter"),
        ("Return", "enter"),
        (" ", "space"),
        ("Page Up", "pageup"),
        ("PGDN", "pagedown"),
        ("del", "delete"),
        ("slash", "slash"),
        ("hyphen_minus", "minus"),
        ("commercial_at", "at"),
        ("CTRL-R", "ctrl+r"),
        ("^R", "ctrl+r"),
        ("Control+R", "ctrl+r"),
        ("^", "circumflex_accent"),
        ("shift+a", "A"),
        ("alt+A", "alt+shift+a"),
        ("shift+ctrl+up", "ctrl+shift+up"),
        ("Ctrl-↑", "ctrl+up"),
        ("-", "minus"),
        ("+", "plus"),
    ],
)
def test_users_write_keys_in_many_ways(written: str, key: str) -> None:
    assert parse_key(written) == key


@pytest.mark.parametrize(
    ("written", "why", "instead"),
    [
        ("", "is no key", "Keys are written like"),
        ("xyzzy", "is no key", "Keys are written like"),
        ("escpe", "is no key", "Did you mean 'escape'?"),
        ("ctrl+pageu", "is no key", "Did you mean 'pageup'?"),
        ("cmd+x", "is no key", ""),
        ("ctrl+", "is no key", ""),
        ("\x1b", "is no key", ""),
        ("ctrl+m", "is the same as enter to a terminal", "Choose another."),
        ("^i", "is the same as tab to a terminal", "Choose another."),
        ("ctrl+1", "is not sent by all terminals", "Ctrl goes with letters"),
        ("ctrl+/", "is not sent by all terminals", "Ctrl goes with letters"),
        ("ctrl+shift+a", "is not sent by all terminals", "Ctrl goes with letters"),
        ("ctrl+alt+a", "is not sent by all terminals", "Ctrl goes with letters"),
        ("ctrl+é", "is not sent by all terminals", "Ctrl goes with letters"),
        ("alt+enter", "is not sent by all terminals", "Ctrl goes with letters"),
        ("shift+space", "is not sent by all terminals", "Ctrl goes with letters"),
        ("shift+1", "is not what terminals send", "Write the sign that it types."),
    ],
)
def test_what_is_no_key_or_never_sent_is_refused_with_what_to_do(written: str, why: str, instead: str) -> None:
    with pytest.raises(Unusable) as refused:
        parse_key(written)
    assert refused.value.message == why
    assert refused.value.suggestion.startswith(instead)


def test_keys_that_type_are_told_from_those_that_do_not() -> None:
    assert all(map(names.types, ["a", "A", "slash", "space", "é"]))
    assert not any(map(names.types, ["ctrl+a", "alt+a", "f5", "enter", "up", "shift+tab", "backspace"]))
