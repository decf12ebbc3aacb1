"""What is sent as a difference leaves the terminal as a whole repaint would, in fewer bytes."""

import io

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from emqx_tui.tui.repaint import Repaint, ShownScreen
from emqx_tui.tui.widgets.painted import SELECTED, highlighted, joined


WIDTH, HEIGHT = 24, 4
SIZE = Size(WIDTH, HEIGHT)

STYLES = (
    Style(),
    Style.parse("#ff0000 on #000010"),
    Style.parse("#00ff00 on #000010"),
    Style.parse("bold #00ff00 on #000010"),
    Style.parse("reverse"),
    Style.parse("underline #ffffff on #303030"),
)

pieces = st.tuples(st.text("abc 012▇●日本é", max_size=9), st.sampled_from(STYLES))
lines = st.lists(pieces, min_size=1, max_size=5)
spans = st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1), st.integers(1, WIDTH), lines)


def console() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=WIDTH, height=HEIGHT)


def strip_of(line: list[tuple[str, Style]]) -> Strip:
    return Strip([Segment(text, style) for text, style in line]).adjust_cell_length(WIDTH, Style())


class Terminal:
    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)

    def feed(self, sequence: str) -> None:
        self._stream.feed(sequence)

    def looks(self) -> list[list[tuple[str, str, str, bool, bool, bool]]]:
        buffer = self.screen.buffer
        return [
            [
                (cell.data, cell.fg, cell.bg, cell.bold, cell.reverse, cell.underscore)
                for cell in (buffer[y][x] for x in range(WIDTH))
            ]
            for y in range(HEIGHT)
        ]


def whole(strips: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in strips], Region(0, 0, WIDTH, HEIGHT))


def part(strip: Strip, y: int, low: int, high: int) -> ChopsUpdate:
    chops: list[dict[int, Strip | None]] = [{} for _row in range(HEIGHT)]
    chops[y] = {0: strip}
    return ChopsUpdate(chops, [(y, low, high)], [[WIDTH] for _row in range(HEIGHT)])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(lines, min_size=HEIGHT, max_size=HEIGHT), min_size=1, max_size=4))
def test_after_any_screens_the_terminal_shows_the_last_one(screens: list[list[list[tuple[str, Style]]]]) -> None:
    shown, terminal, plain = ShownScreen(), Terminal(), Terminal()
    for screen in screens:
        update = whole([strip_of(line) for line in screen])
        terminal.feed(Repaint(update, shown, SIZE).render_segments(console()))
    plain.feed(whole([strip_of(line) for line in screens[-1]]).render_segments(console()))
    assert terminal.looks() == plain.looks()


@settings(max_examples=200, deadline=None)
@given(st.lists(lines, min_size=HEIGHT, max_size=HEIGHT), st.lists(spans, max_size=5))
def test_a_changed_line_ends_as_a_repaint_of_it_would(
    first: list[list[tuple[str, Style]]], changes: list[tuple[int, int, int, list[tuple[str, Style]]]]
) -> None:
    shown, terminal, plain = ShownScreen(), Terminal(), Terminal()
    terminal.feed(Repaint(whole([strip_of(line) for line in first]), shown, SIZE).render_segments(console()))
    last = [strip_of(line) for line in first]
    for y, _low, _high, line in changes:
        last[y] = strip_of(line)
        terminal.feed(Repaint(part(last[y], y, 0, WIDTH), shown, SIZE).render_segments(console()))
    plain.feed(whole(last).render_segments(console()))
    assert terminal.looks() == plain.looks()


BELOW, UNDER_THE_CURSOR = ("tone--normal",), ("live-table--cursor", "tone--normal")
LOOKS = {
    BELOW: STYLES[1],
    UNDER_THE_CURSOR: STYLES[4],
    (*BELOW, SELECTED): Style.parse("#ffffff on #1f7a5c"),
    (*UNDER_THE_CURSOR, SELECTED): Style.parse("not reverse"),
}
drawn = st.lists(
    st.tuples(st.text("abc 012▇●日本é", max_size=9), st.sampled_from([BELOW, UNDER_THE_CURSOR])), min_size=1, max_size=5
)
selections = st.lists(st.tuples(st.integers(0, WIDTH), st.integers(0, WIDTH)), min_size=HEIGHT, max_size=HEIGHT)


@settings(max_examples=150, deadline=None)
@given(st.lists(drawn, min_size=HEIGHT, max_size=HEIGHT), st.lists(selections, min_size=1, max_size=4))
def test_a_selection_that_grows_moves_and_ends_is_shown_as_a_repaint_of_it_would_be(
    pictures: list[list[tuple[str, tuple[str, ...]]]], dragged: list[list[tuple[int, int]]]
) -> None:
    shown, terminal, plain = ShownScreen(), Terminal(), Terminal()
    pieces = [joined(line, WIDTH) for line in pictures]
    nothing = [(0, 0)] * HEIGHT
    last: list[Strip] = []
    for cells in (nothing, *dragged, nothing, dragged[0]):
        marked = [highlighted(line, *sorted(low_high)) for line, low_high in zip(pieces, cells, strict=True)]
        last = [Strip([Segment(text, LOOKS[look]) for text, look in line], WIDTH) for line in marked]
        terminal.feed(Repaint(whole(last), shown, SIZE).render_segments(console()))
    plain.feed(whole(last).render_segments(console()))
    assert terminal.looks() == plain.looks()


@settings(max_examples=200, deadline=None)
@given(st.lists(lines, min_size=HEIGHT, max_size=HEIGHT), st.lists(spans, max_size=5))
def test_whatever_parts_were_sent_a_whole_screen_after_them_is_right(
    first: list[list[tuple[str, Style]]], changes: list[tuple[int, int, int, list[tuple[str, Style]]]]
) -> None:
    shown, terminal, plain = ShownScreen(), Terminal(), Terminal()
    terminal.feed(Repaint(whole([strip_of(line) for line in first]), shown, SIZE).render_segments(console()))
    last = [strip_of(line) for line in first]
    for y, low, high, line in changes:
        terminal.feed(Repaint(part(strip_of(line), y, min(low, high), high), shown, SIZE).render_segments(console()))
    terminal.feed(Repaint(whole(last), shown, SIZE).render_segments(console()))
    plain.feed(whole(last).render_segments(console()))
    assert terminal.looks() == plain.looks()


def test_what_is_shown_already_is_not_sent_again() -> None:
    shown = ShownScreen()
    update = whole([strip_of([("emqx@10.0.0.1  running", STYLES[1])])] * HEIGHT)
    Repaint(update, shown, SIZE).render_segments(console())
    assert Repaint(update, shown, SIZE).render_segments(console()) == ""


def test_one_changed_digit_costs_a_move_a_style_and_the_digit() -> None:
    shown = ShownScreen()
    before = strip_of([("in/s 123", STYLES[1])])
    after = strip_of([("in/s 124", STYLES[1])])
    Repaint(whole([before] * HEIGHT), shown, SIZE).render_segments(console())
    sent = Repaint(part(after, 2, 0, WIDTH), shown, SIZE).render_segments(console())
    assert sent.startswith("\x1b[3;8H")
    assert sent.endswith("4\x1b[0m")
    assert len(sent) < 50


def test_after_forgetting_the_whole_screen_is_sent() -> None:
    shown, terminal = ShownScreen(), Terminal()
    update = whole([strip_of([("all of it", STYLES[0])])] * HEIGHT)
    Repaint(update, shown, SIZE).render_segments(console())
    shown.forget()
    terminal.feed(Repaint(update, shown, SIZE).render_segments(console()))
    assert [line.rstrip() for line in terminal.screen.display] == ["all of it"] * HEIGHT


def test_joined_characters_are_left_to_the_terminal() -> None:
    shown = ShownScreen()
    family = Strip([Segment("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET} x", STYLES[1])])
    sent = Repaint(part(family, 0, 0, WIDTH), shown, SIZE).render_segments(console())
    assert "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET} x" in sent


def test_without_colours_only_text_is_sent() -> None:
    shown = ShownScreen()
    bare = Console(file=io.StringIO(), color_system=None, width=WIDTH, height=HEIGHT)
    sent = Repaint(part(strip_of([("plain", STYLES[3])]), 0, 0, 5), shown, SIZE).render_segments(bare)
    assert sent == "\x1b[1;1Hplain"


def test_sixteen_colours_are_sent_as_sixteen() -> None:
    shown = ShownScreen()
    few = Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=WIDTH, height=HEIGHT)
    assert few._color_system is ColorSystem.STANDARD
    sent = Repaint(part(strip_of([("x", STYLES[1])]), 0, 0, 1), shown, SIZE).render_segments(few)
    assert "38;2" not in sent
