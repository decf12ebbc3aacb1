import ast
import timeit
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual._border import BORDER_CHARS
from textual.app import App, ComposeResult
from textual.color import Color
from textual.containers import VerticalScroll
from textual.filter import LineFilter
from textual.scrollbar import ScrollBarRender

import emqx_tui
from emqx_tui.resources.spec import Cell, Column, Tone
from emqx_tui.text import bar, sanitize
from emqx_tui.tui.glyphs import GLYPHS, STATES, AsciiLines, ascii_wanted, in_ascii
from emqx_tui.tui.widgets.lines import Lines, Span
from emqx_tui.tui.widgets.live_table import LiveTable
from emqx_tui.tui.widgets.sparkline import chart, spark


PACKAGE = Path(emqx_tui.__file__).parent
DRAWN = ("tui", "resources", "domain", "fleet", "config", "api")
"""Parts whose texts are drawn."""

KEPT = {"\u200d", "\ufe0e", "\ufe0f"}
"""Characters that are taken out of texts and not drawn."""


def texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings of a module that are no docstrings and no notes below a name."""
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield node


def test_every_character_that_the_program_draws_has_a_stand_in() -> None:
    missing = {
        f"{character} U+{ord(character):04X} {path.relative_to(PACKAGE)}:{node.lineno}"
        for part in DRAWN
        for path in (PACKAGE / part).rglob("*.py")
        for node in texts(ast.parse(path.read_text("utf-8")))
        for character in str(node.value)
        if not character.isascii() and character not in GLYPHS and character not in KEPT
    }
    assert not missing, "add them to emqx_tui/tui/glyphs.py"


def test_stand_ins_are_ascii_and_take_as_many_cells() -> None:
    drawn_as = {glyph: in_ascii(glyph) for glyph in GLYPHS}
    assert {glyph: text for glyph, text in drawn_as.items() if not (text.isascii() and text.isprintable())} == {}
    assert {glyph: text for glyph, text in drawn_as.items() if len(text) != cell_len(glyph)} == {}


def test_what_textual_draws_of_itself_has_stand_ins() -> None:
    borders = {character for rows in BORDER_CHARS.values() for row in rows for character in row}
    bars = {*ScrollBarRender.VERTICAL_BARS, *ScrollBarRender.HORIZONTAL_BARS}
    assert {one for one in borders | bars if not one.isascii() and one not in GLYPHS} == set()


def test_states_are_told_apart_in_ascii_as_well() -> None:
    assert len(set(STATES.values())) == len(STATES)
    assert not set(STATES.values()) & {in_ascii("…"), "?", " "}


def test_charts_and_bars_keep_their_steps() -> None:
    assert in_ascii(spark([0, 1, 2, 3, 4, 5, 6], 7)) == ".:-=+*#"
    assert in_ascii("".join(chart([0, 1, 2, 3, 4, 5, 6, 7], 8, 1))) == ".:-=+*#@"
    assert in_ascii(bar(0.5, 6)) == bar(0.5, 6, ascii=True)


def test_controls_that_were_made_visible_stay_visible() -> None:
    assert in_ascii(sanitize("a\x1b[31m\x00\x9bb")) == "a?[31m??b"


@given(st.text(st.characters(exclude_characters="".join(GLYPHS))))
def test_text_from_outside_stays_as_it_is(text: str) -> None:
    assert in_ascii(text) == text


def drawn(app: App[None]) -> list[str]:
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


class Shown(App[None]):
    """A table, lines in a frame and a scroll bar, in ASCII or not."""

    CSS = """
    #frame { height: 6; border: round white; }
    LiveTable { height: 5; }
    """

    def __init__(self, *, ascii_only: bool) -> None:
        super().__init__()
        self.own_filters: tuple[LineFilter, ...] = (AsciiLines(),) if ascii_only else ()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *self.own_filters]

    def compose(self) -> ComposeResult:
        columns: tuple[Column[str], ...] = (
            Column("mark", "", 1, lambda _row: Cell("●", Tone.GOOD), str),
            Column("name", "NAME", 8, Cell, str),
        )
        yield LiveTable(columns, str)
        with VerticalScroll(id="frame"):
            yield Lines([(Span("▲ memory · 81 %", Tone.WARNING),)] * 9, auto_height=True)

    def on_mount(self) -> None:
        table = self.query_one(LiveTable)
        table.show(["漢字", "emqx@a-long-name", *"abcdef"])
        table.sorted_by = ("name", False)


async def test_a_screen_in_ascii_has_only_outside_text_beyond_ascii() -> None:
    app = Shown(ascii_only=True)
    async with app.run_test(size=(40, 14)) as pilot:
        await pilot.pause()
        shown = drawn(app)
        assert {one for one in "".join(shown) if not one.isascii()} == {"漢", "字"}
        assert shown[0].split() == ["NAME^"]
        assert shown[1].split() == ["*", "漢字", "|"]
        assert shown[2].split()[1] == "emqx@a-~"
        assert shown[5] == "+" + "-" * 38 + "+"
        assert shown[6].startswith("|! memory - 81 %")


async def test_ascii_changes_no_cell_but_those_of_glyphs() -> None:
    screens = []
    for ascii_only in (True, False):
        app = Shown(ascii_only=ascii_only)
        async with app.run_test(size=(40, 14)) as pilot:
            await pilot.pause()
            screens.append(drawn(app))
    assert screens[0] == [in_ascii(line) for line in screens[1]]


UTF8 = {"TERM": "xterm-256color", "LANG": "de_DE.UTF-8"}


@pytest.mark.parametrize(
    ("environ", "encoding", "setting", "wanted"),
    [
        (UTF8, "utf-8", None, False),
        (UTF8, "UTF8", None, False),
        (UTF8, "utf-8", True, True),
        ({"TERM": "linux"}, "utf-8", None, True),
        ({"TERM": "linux"}, "utf-8", False, False),
        ({"TERM": "vt220"}, "utf-8", None, True),
        ({"TERM": "vte-256color"}, "utf-8", None, False),
        (UTF8, "iso8859-1", None, True),
        (UTF8, "ANSI_X3.4-1968", None, True),
        ({**UTF8, "LC_ALL": "C"}, "utf-8", None, True),
        ({**UTF8, "LC_ALL": "C.UTF-8"}, "utf-8", None, False),
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", None, False),
        ({}, "utf-8", None, False),
    ],
)
def test_a_terminal_that_lacks_the_glyphs_gets_ascii_unless_the_user_knows_better(
    environ: dict[str, str], encoding: str, setting: bool | None, wanted: bool
) -> None:
    assert ascii_wanted(environ, encoding, setting) is wanted


def test_a_line_is_put_into_ascii_in_microseconds() -> None:
    line = list(map(Segment, ("● ", "emqx@10.0.0.1  core  running  5.8.9  12 d 4 h  ", "▇▇▇▇▇▇▇▇▁▁", " 81 %")))
    behind = Color(0, 0, 0)
    apply = partial(AsciiLines().apply, line, behind)
    assert min(timeit.repeat(apply, number=100, repeat=5)) / 100 < 0.0005
