"""The help's lines: what is found, how it is arranged, and where log and configuration are said to be."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP, Keymap
from emqx_tui.keyboard.table import KEYS, Place
from emqx_tui.logs import LEVEL_VARIABLE, Log
from emqx_tui.resources import NODES
from emqx_tui.tui.panels.help import (
    Entry,
    Section,
    arranged,
    found_in,
    of_everything,
    of_form,
    of_table,
    pattern_of,
    words_of,
)
from emqx_tui.tui.widgets.lines import SpanLine, spans_width


LOG = Log(Path("/home/me/" + "long" * 30), "debug", LEVEL_VARIABLE)

SECTIONS = [
    Section("Keys", (Entry("/", "Show rows"), Entry("^r", "Ask now"))),
    Section("Words", (Entry("live", "Sockets that are open"), Entry("", "Rows are counted now"))),
]


def words(lines: list[SpanLine]) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for line in lines]


def found(search: str) -> list[str]:
    return words(arranged(found_in(SECTIONS, words_of(search)), 60))


# Searching


@pytest.mark.parametrize(
    ("search", "lines"),
    [
        ("rows", ["Keys", "  /  Show rows", "", "Words", "    Rows are counted now"]),
        ("ROWS now", ["Words", "    Rows are counted now"]),
        ("^r", ["Keys", "  ^r  Ask now"]),
        ("/", ["Keys", "  /  Show rows"]),
        ("(", []),
        ("word", ["Words", "  live  Sockets that are open", "        Rows are counted now"]),
        ("rows word", []),
    ],
)
def test_an_entry_stays_when_it_has_all_the_words_and_a_heading_counts_when_no_entry_does(
    search: str, lines: list[str]
) -> None:
    assert found(search) == lines


@given(st.text(max_size=12))
def test_any_text_can_be_searched_for_and_is_only_text(search: str) -> None:
    typed = words_of(search)
    kept = found_in(SECTIONS, typed)
    pattern = pattern_of(typed)
    assert (pattern is None) is (not typed)
    for section in kept:
        if pattern is not None and not pattern.search(section.title):
            assert all(pattern.search(one.left + "\n" + one.right) for one in section.entries)


# Arranging


@pytest.mark.parametrize("width", [30, 54, 74, 94, 194])
def test_every_line_fits_and_no_word_is_lost(width: int) -> None:
    sections = [
        *of_table(DEFAULT_KEYMAP, [Place.FLEET, Place.LIST, Place.EVERYWHERE], NODES, NODES.columns),
        *of_form(DEFAULT_KEYMAP),
        *of_everything(
            DEFAULT_KEYMAP, Log(Path("/home/me/" + "long" * 30), "debug", LEVEL_VARIABLE), Path("/etc/emqx-tui.toml")
        ),
    ]
    lines = arranged(sections, width)
    assert max(spans_width(line) for line in lines) <= width
    shown = "".join(words(lines)).replace(" ", "")
    for section in sections:
        assert section.title.replace(" ", "") in shown
        for entry in section.entries:
            assert all(word in shown for word in entry.right.split()) or len(max(entry.right.split(), key=len)) > 6


def test_a_long_left_part_stands_on_a_line_of_its_own_and_moves_no_other() -> None:
    section = Section("Keys", (Entry("a", "first"), Entry("ctrl+shift+alt+page-down", "second"), Entry("bb", "third")))
    assert words(arranged([section], 60)) == [
        "Keys",
        "  a   first",
        "  ctrl+shift+alt+page-down",
        "      second",
        "  bb  third",
    ]


def test_the_shown_key_is_the_users_whatever_it_is() -> None:
    rebound = Keymap({key.id: ("ctrl+alt+shift+f12",) for key in KEYS})
    keys = of_table(rebound, [Place.FLEET], NODES, NODES.columns)[0].entries
    assert keys[0].left == "ctrl-alt-shift-F12"
    assert spans_width(arranged([Section("Keys", keys)], 54)[1]) <= 54


# What is told


def told(log: Log | None, config: Path | None = None) -> str:
    return "\n".join(f"{one.left}: {one.right}" for one in of_everything(DEFAULT_KEYMAP, log, config)[-1].entries)


def test_log_and_configuration_are_told_with_level_and_rotation() -> None:
    text = told(Log(Path("/var/log/x.log"), "debug", LEVEL_VARIABLE), Path("/etc/x.toml"))
    assert "log: /var/log/x.log" in text
    assert "log level: debug, set by EMQX_TUI_LOG_LEVEL" in text
    assert "rotation: begun anew at 2 MB; 3 older files are kept beside it" in text
    assert "configuration: /etc/x.toml" in text


def test_a_log_that_cannot_be_written_is_told_with_the_reason() -> None:
    assert "not written: /x: Read-only file system" in told(Log(Path("/x"), refusal="/x: Read-only file system"))
    assert "log: none is written" in told(None)
    assert "configuration: no file is in use here" in told(None)


def test_the_form_is_explained_by_what_the_configuration_says_of_its_keys() -> None:
    keys, fields, steps = of_form(DEFAULT_KEYMAP)
    assert {"^t", "^s", "esc q"} <= {one.left for one in keys.entries}
    assert ("CA file", "Certificates of the authorities to trust instead of the usual ones.") in {
        (one.left, one.right) for one in fields.entries
    }
    assert [one.left for one in steps.entries] == ["address", "secret", "DNS", "TCP", "TLS", "credentials", "API"]
