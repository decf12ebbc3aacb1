from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from emqx_tui.resources.spec import Tone
from emqx_tui.tui.widgets.key_bar import KeyBar, KeyHint, fit_hints
from emqx_tui.tui.widgets.lines import Lines, Span, crop_spans, left_and_right, spans_width


spans = st.lists(st.builds(Span, st.text("ab漢e\u0301 ", max_size=8), st.sampled_from(Tone)), max_size=5)
HINTS = (
    KeyHint(":", "prompt", "app.note('prompt')"),
    KeyHint("s", "sort", "app.note('sort')", priority=2),
    KeyHint("X", "explain", "app.note('explain')"),
    KeyHint("?", "help", "app.note('help')", priority=0),
    KeyHint("q", "quit", "app.note('quit')", priority=0),
)


def text_of(line: tuple[Span, ...]) -> str:
    return "".join(span.text for span in line)


@given(spans, st.integers(0, 30))
def test_cropped_spans_fit(line: list[Span], width: int) -> None:
    cut = crop_spans(line, width)
    assert spans_width(cut) <= width
    if spans_width(line) > width > 0:
        assert text_of(cut).endswith("…")


@given(spans, spans, st.integers(0, 40))
def test_the_right_part_stands_at_the_edge_and_wins(left: list[Span], right: list[Span], width: int) -> None:
    line = left_and_right(left, right, width)
    assert spans_width(line) == width
    if spans_width(right) <= width:
        assert text_of(line).endswith(text_of(tuple(right)))


async def test_lines_show_their_text_whatever_it_looks_like(host: Callable[..., Any]) -> None:
    hostile = "[red]x[/] [/b] [@click=app.note('stolen')]y[/] \x1b[31mz"
    lines = Lines(((Span(hostile),),))
    async with host(lines) as (app, pilot):
        assert app.lines()[0] == hostile.replace("\x1b", "␛")
        await pilot.click(lines, offset=(30, 0))
        assert app.actions_run == []


async def test_only_the_cells_that_changed_are_sent(
    host: Callable[..., Any], refreshes: list[tuple[Region, ...]]
) -> None:
    lines = Lines(((Span("live 161 k"), Span("  drops 3")), (Span("second"),)))
    async with host(lines) as (app, pilot):
        refreshes.clear()
        lines.show(((Span("live 162 k"), Span("  drops 3")), (Span("second"),)))
        assert refreshes == [(Region(7, 0, 1, 1),)]
        await pilot.pause()
        assert app.lines()[0] == "live 162 k  drops 3"
        refreshes.clear()
        lines.show(((Span("live 162 k"), Span("  drops 3")), (Span("second"),)))
        assert refreshes == []
        lines.show(((Span("live 162 k"), Span("  drops 3")), (Span("second", Tone.WARNING),)))
        assert refreshes == [(Region(0, 1, 6, 1),)]


async def test_a_wide_character_is_redrawn_whole(host: Callable[..., Any], refreshes: list[tuple[Region, ...]]) -> None:
    lines = Lines(((Span("節点漢x"),),))
    async with host(lines) as (app, pilot):
        refreshes.clear()
        lines.show(((Span("節点字x"),),))
        assert refreshes == [(Region(4, 0, 2, 1),)]
        await pilot.pause()
        assert app.lines() == app.full_paint()


async def test_a_click_runs_the_action_of_its_span(host: Callable[..., Any]) -> None:
    lines = Lines(((Span("漢 "), Span("explain", action="app.note('explain')"), Span(" rest")),))
    async with host(lines) as (app, pilot):
        for x in (0, 3, 9, 10, 60):
            await pilot.click(lines, offset=(x, 0))
        assert app.actions_run == ["explain", "explain"]


async def test_lines_are_as_high_as_their_text_when_asked(host: Callable[..., Any]) -> None:
    lines, below = Lines(((Span("one"),),), auto_height=True), Lines(((Span("below"),),))
    async with host(lines, below) as (app, pilot):
        assert app.lines()[:2] == ["one", "below"]
        lines.show(((Span("one"),), (Span("two"),)))
        await pilot.pause()
        assert app.lines()[:3] == ["one", "two", "below"]


async def test_lines_that_have_no_room_to_grow_are_still_the_new_ones(host: Callable[..., Any]) -> None:
    lines = Lines(((Span("one"),),), auto_height=True)
    lines.styles.max_height = 1
    async with host(lines) as (app, pilot):
        lines.show(((Span("two"),), (Span("three"),)))
        await pilot.pause()
        assert app.lines()[:2] == ["two", ""]


async def test_arranged_lines_follow_the_width(host: Callable[..., Any]) -> None:
    lines = Lines()
    async with host(lines, size=(40, 5)) as (app, pilot):
        lines.show_arranged(lambda width: (left_and_right([Span("left")], [Span("right")], width),))
        await pilot.pause()
        assert app.full_paint()[0] == "left" + " " * 31 + "right"
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert app.full_paint()[0] == "left" + " " * 11 + "right"


async def test_another_theme_recolours_what_is_shown(host: Callable[..., Any]) -> None:
    lines = Lines(((Span("bad", Tone.CRITICAL),),))
    async with host(lines) as (app, pilot):
        dark = app.terminal.buffer[0][0].fg
        app.theme = "emqx-light"
        await pilot.pause()
        assert app.terminal.buffer[0][0].fg != dark
        assert app.lines()[0] == "bad"
        app.theme = "ansi-dark"
        await pilot.pause()
        assert app.lines()[0] == "bad"


@pytest.mark.parametrize(("width", "keys"), [(80, ":sX?q"), (40, ":X?q"), (30, ":?q"), (16, "?q"), (3, "?q")])
def test_keys_give_way_from_the_end_but_help_and_quit_stay(width: int, keys: str) -> None:
    assert "".join(span.text for span in fit_hints(HINTS, width) if span.bold) == keys


async def test_a_click_on_a_key_does_what_the_key_does(host: Callable[..., Any]) -> None:
    bar = KeyBar()
    async with host(bar) as (app, pilot):
        bar.show_hints(HINTS)
        await pilot.pause()
        assert app.lines()[0].strip() == ": prompt  s sort  X explain  ? help  q quit"
        await pilot.click(bar, offset=(1 + app.lines()[0].strip().index("X explain") + 3, 0))
        assert app.actions_run == ["explain"]
