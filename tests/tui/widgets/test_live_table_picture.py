from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.geometry import Region

from emqx_tui.resources.spec import Align, Cell, Column, Tone
from emqx_tui.tui.widgets.live_table import LiveTable


@dataclass(frozen=True, slots=True)
class Client:
    id: str
    rate: int = 0
    tone: Tone = Tone.NORMAL


COLUMNS: tuple[Column[Client], ...] = (
    Column("client", "CLIENT", 8, lambda row: Cell(row.id, row.tone), lambda row: row.id, grows=True),
    Column("rate", "IN/s", 6, lambda row: Cell(str(row.rate)), lambda row: row.rate, Align.RIGHT),
    Column("extra", "EXTRA", 30, lambda row: Cell("extra"), lambda row: row.id, priority=3),
)


def clients(*names: str) -> list[Client]:
    return [Client(name) for name in names]


def many(count: int) -> list[Client]:
    return [Client(f"c{number:05}", number) for number in range(count)]


@pytest.fixture
def table() -> LiveTable[Client]:
    return LiveTable(COLUMNS, lambda row: row.id)


async def test_it_shows_a_heading_and_rows(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table) as (app, pilot):
        table.show([Client("a", 7), Client("漢字", 12345)])
        await pilot.pause()
        assert [line.split() for line in app.lines()[:3]] == [
            ["CLIENT", "IN/s", "EXTRA"],
            ["a", "7", "extra"],
            ["漢字", "12345", "extra"],
        ]


async def test_columns_are_straight_below_wide_characters(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table, size=(40, 8)) as (app, pilot):
        table.show([Client("abcdefgh", 1), Client("漢字漢字", 2), Client("e\u0301" * 8, 3), Client("漢字漢字漢字", 4)])
        await pilot.pause()
        cells = app.terminal.buffer
        ends = {next(x for x in range(39, 0, -1) if cells[y][x].data in "1234") for y in (1, 2, 3, 4)}
        assert len(ends) == 1
        assert app.lines() == app.full_paint()


async def test_only_the_changed_cells_are_refreshed_in_one_call(
    host: Callable[..., Any], table: LiveTable[Client], refreshes: list[tuple[Region, ...]]
) -> None:
    async with host(table) as (app, pilot):
        table.show([Client("a", 100), Client("b", 200), Client("c", 300)])
        await pilot.pause()
        refreshes.clear()
        table.show([Client("a", 101), Client("b", 200), Client("c", 309)])
        assert refreshes == [(Region(14, 1, 1, 1), Region(14, 3, 1, 1))]
        await pilot.pause()
        assert app.lines() == app.full_paint()


async def test_nothing_is_refreshed_when_nothing_has_changed(
    host: Callable[..., Any], table: LiveTable[Client], refreshes: list[tuple[Region, ...]]
) -> None:
    async with host(table) as (app, pilot):
        table.show(many(1000))
        await pilot.pause()
        refreshes.clear()
        sent = len(app.sent)
        table.show(many(1000))
        table.show([*many(1000), Client("far below")][:1000])
        await pilot.pause()
        assert refreshes == []
        assert len(app.sent) == sent


async def test_a_narrow_table_drops_columns_and_shows_them_when_scrolled(
    host: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table, size=(30, 8)) as (app, pilot):
        table.show(clients("a"))
        await pilot.pause()
        assert app.lines()[0].split() == ["CLIENT", "IN/s", "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"]
        assert table.hidden_columns == 1
        await pilot.press("right")
        assert "EXTRA" in app.lines()[0]
        assert app.lines()[0].startswith("CLIENT")
        await pilot.press("left", "left")
        assert app.lines()[0].split() == ["CLIENT", "IN/s", "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"]


async def test_a_resize_scrolls_the_columns_back(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table, size=(30, 8)) as (app, pilot):
        table.show(clients("a"))
        await pilot.pause()
        await pilot.press("right")
        assert "IN/s" not in app.lines()[0]
        await pilot.resize_terminal(29, 8)
        await pilot.pause()
        assert app.full_paint()[0].split()[:2] == ["CLIENT", "IN/s"]


async def test_the_sorted_column_says_so(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table) as (app, pilot):
        table.show(clients("a"))
        table.sorted_by = ("rate", True)
        await pilot.pause()
        assert app.lines()[0].split() == ["CLIENT", "↓IN/s", "EXTRA"]
        table.sorted_by = ("client", False)
        await pilot.pause()
        assert app.lines()[0].split() == ["CLIENT↑", "IN/s", "EXTRA"]


async def test_a_growing_column_never_shrinks_again(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table) as (app, pilot):
        table.show(clients("a-rather-long-client-id"))
        await pilot.pause()
        before = app.lines()[0]
        table.show(clients("a"))
        await pilot.pause()
        assert app.lines()[0] == before


async def test_hostile_text_is_only_text(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table) as (app, pilot):
        hostile = ["[red]x[/]", "[@click=app.note('stolen')]", "[/]", "x\\", "\x1b]0;title\x07", "\u202eevil"]
        table.show(clients(*hostile))
        await pilot.pause()
        shown = [line[:34].split("  ")[0] for line in app.lines()[1:7]]
        assert shown[:5] == [*hostile[:4], "␛]0;title␇"]
        await pilot.double_click(table, offset=(5, 2))
        assert app.actions_run == []
        assert "\x1b]0;" not in "".join(app.sent)
        assert "\u202e" not in "".join(app.sent)


async def test_an_empty_table_says_why(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table) as (app, pilot):
        table.empty = (Cell("No clients."), Cell("x matches [none] of 50.", Tone.MUTED))
        await pilot.pause()
        assert [line.strip() for line in app.lines()[1:3]] == ["No clients.", "x matches [none] of 50."]
        assert table.page == "0 of 0"
        await pilot.press("down", "enter", "pagedown", "G")
        assert app.heard_of(LiveTable.RowChosen) == []


async def test_a_thumb_shows_where_in_the_list_only_when_there_is_more(
    host: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table, size=(60, 11)) as (app, pilot):
        table.show(many(10))
        await pilot.pause()
        assert not any("┃" in line for line in app.lines())
        table.show(many(20))
        await pilot.pause()
        assert [y for y, line in enumerate(app.lines()) if line.endswith("┃")] == [1, 2, 3, 4, 5]
        await pilot.press("G")
        await pilot.pause()
        assert [y for y, line in enumerate(app.lines()) if line.endswith("┃")] == [6, 7, 8, 9, 10]


async def test_a_resized_table_is_drawn_whole(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table, size=(80, 24)) as (app, pilot):
        table.show(many(100))
        await pilot.press("G")
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        assert table.visible_keys[-1] == "c00099"
        assert len(table.visible_keys) == 11
        lines = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
        assert lines[-1].startswith("c00099")


@pytest.mark.parametrize("size", [(1, 1), (1, 3), (2, 2), (5, 2), (12, 3)])
async def test_a_table_survives_a_terminal_that_is_too_small(
    host: Callable[..., Any], table: LiveTable[Client], size: tuple[int, int]
) -> None:
    async with host(table, size=size) as (app, pilot):
        table.show(many(5))
        table.sorted_by = ("client", True)
        await pilot.press("down", "right", "right", "left", "pagedown", "G")
        assert table.cursor_key == "c00004"
        assert app.differences() == []


async def test_without_colours_the_cursor_is_reversed(
    host: Callable[..., Any], table: LiveTable[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with host(table) as (app, pilot):
        table.show(clients("a", "b"))
        await pilot.pause()
        assert app.terminal.buffer[1][0].reverse
        assert not app.terminal.buffer[2][0].reverse


async def test_in_the_sixteen_colours_of_a_terminal_the_cursor_is_reversed(
    host: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table) as (app, pilot):
        app.theme = "ansi-dark"
        table.show([Client(tone, tone=tone) for tone in Tone])
        await pilot.press("down")
        await pilot.pause()
        assert [y for y in range(1, 6) if app.terminal.buffer[y][0].reverse] == [2]


async def test_the_cursor_shows_whether_keys_reach_the_table(
    host: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table) as (app, pilot):
        table.show(clients("a", "b"))
        await pilot.pause()
        focused = app.terminal.buffer[1][0].bg
        app.set_focus(None)
        await pilot.pause()
        assert len({focused, app.terminal.buffer[1][0].bg, app.terminal.buffer[2][0].bg}) == 3
        assert app.differences() == []


async def test_another_theme_recolours_the_table(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table) as (app, pilot):
        table.show(clients("a", "b"))
        await pilot.pause()
        dark = app.terminal.buffer[2][0]
        app.theme = "emqx-light"
        await pilot.pause()
        assert app.terminal.buffer[2][0].bg != dark.bg
        assert app.differences() == []


async def test_what_changed_while_hidden_is_there_when_shown_again(
    host: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table) as (app, pilot):
        table.show(clients("a", "b"))
        await pilot.pause()
        table.display = False
        await pilot.pause()
        table.show(clients("c", "b"))
        await pilot.pause()
        table.display = True
        await pilot.pause()
        assert app.lines()[1].startswith("c")
        assert app.differences() == []


rows = st.lists(
    st.builds(
        Client,
        st.sampled_from(["a", "b", "漢字", "e\u0301x", "long-long-long-id", "c", "d", "e", "f", "g"]),
        st.sampled_from([0, 7, 1234, 999999, 10**9]),
        st.sampled_from(Tone),
    ),
    unique_by=lambda row: row.id,
)
steps = st.one_of(rows, st.sampled_from(["down", "up", "G", "g", "right", "left", "pagedown"]))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=8), st.integers(20, 110))
async def test_what_was_sent_piece_by_piece_is_what_a_full_repaint_shows(
    host: Callable[..., Any], changes: Sequence[list[Client] | str], width: int
) -> None:
    table = LiveTable(COLUMNS, lambda row: row.id)
    async with host(table, size=(width, 7)) as (app, pilot):
        for change in changes:
            if isinstance(change, str):
                await pilot.press(change)
            else:
                table.show(change)
            await pilot.pause()
            assert app.lines() == app.full_paint()
            assert app.differences() == []
