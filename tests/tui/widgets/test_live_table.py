from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from emqx_tui.resources.spec import Align, Cell, Column, Tone
from emqx_tui.tui.widgets.live_table import LiveTable


@dataclass(frozen=True, slots=True)
class Client:
    id: str
    rate: int = 0
    tone: Tone = Tone.NORMAL


asked: Counter[str] = Counter()


def id_cell(row: Client) -> Cell:
    asked["cells"] += 1
    return Cell(row.id, row.tone)


def id_key(row: Client) -> str:
    asked["keys"] += 1
    return row.id


COLUMNS: tuple[Column[Client], ...] = (
    Column("client", "CLIENT", 8, id_cell, lambda row: row.id, grows=True),
    Column("rate", "IN/s", 6, lambda row: Cell(str(row.rate)), lambda row: row.rate, Align.RIGHT),
    Column("extra", "EXTRA", 30, lambda row: Cell("extra"), lambda row: row.id, priority=3),
)


def clients(*names: str) -> list[Client]:
    return [Client(name) for name in names]


def many(count: int) -> list[Client]:
    return [Client(f"c{number:05}", number) for number in range(count)]


@pytest.fixture
def table() -> LiveTable[Client]:
    asked.clear()
    return LiveTable(COLUMNS, id_key)


def line_of(lines: list[str], key: str) -> int:
    """The line of the screen that the row is on."""
    return next(y for y, line in enumerate(lines) if line.startswith(key))


async def test_the_cursor_stays_on_its_row_through_a_resort(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table, size=(80, 11)) as (app, pilot):
        rows = many(100)
        table.show(rows)
        await pilot.press(*["down"] * 14)
        await pilot.pause()
        line = line_of(app.lines(), "c00014")
        table.show(rows[::-1])
        await pilot.pause()
        assert table.cursor_key == "c00014"
        assert line_of(app.lines(), "c00014") == line


async def test_rows_that_come_and_go_above_leave_the_eye_where_it_is(
    host: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table, size=(80, 11)) as (app, pilot):
        rows = many(100)
        table.show(rows)
        table.move_to("c00050")
        await pilot.pause()
        line = line_of(app.lines(), "c00050")
        table.show([*clients("new1", "new2"), *rows])
        await pilot.pause()
        assert (table.cursor_key, line_of(app.lines(), "c00050")) == ("c00050", line)
        table.show(rows[20:])
        await pilot.pause()
        assert (table.cursor_key, line_of(app.lines(), "c00050")) == ("c00050", line)


async def test_a_cursor_whose_row_has_gone_stays_at_its_place(
    host: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table) as (app, pilot):
        table.show(clients("a", "b", "c"))
        await pilot.press("down")
        table.show(clients("a", "c"))
        assert table.cursor_key == "c"
        table.show(clients("a"))
        assert table.cursor_key == "a"
        table.show([])
        assert table.cursor_key is None
        table.show(clients("x", "y"))
        assert table.cursor_key == "x"
        await pilot.pause()
        moved = [message.key for message in app.heard_of(LiveTable.CursorMoved)]
        assert moved == ["a", "b", "c", "a", None, "x"]


async def test_an_untouched_table_keeps_its_top_in_sight(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table, size=(80, 11)) as (_app, pilot):
        table.show(many(50))
        table.show([*clients("worse"), *many(50)])
        await pilot.pause()
        assert table.cursor_key == "c00000"
        assert table.visible_keys[:2] == ("worse", "c00000")


async def test_a_hundred_thousand_rows_cost_what_is_visible(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table, size=(80, 24)) as (_app, pilot):
        table.show(many(100_000))
        await pilot.pause()
        rows = many(100_000)
        await pilot.press("G")
        assert table.cursor_key == "c99999"
        asked.clear()
        table.show(rows)
        await pilot.pause()
        assert asked["cells"] <= 23
        assert asked["keys"] <= 10
        asked.clear()
        table.show(rows[:-1])
        await pilot.pause()
        assert asked["keys"] <= 100_001
        assert asked["cells"] <= 23
        asked.clear()
        await pilot.press("up")
        assert asked["cells"] <= 2


async def test_keys_move_and_choose(host: Callable[..., Any], table: LiveTable[Client]) -> None:
    async with host(table, size=(80, 11)) as (app, pilot):
        table.show(many(50))
        places = []
        for key in ("j", "j", "k", "pagedown", "G", "pageup", "g", "up", "end", "down", "home"):
            await pilot.press(key)
            places.append(table.cursor_key)
        numbers = [1, 2, 1, 11, 49, 39, 0, 0, 49, 49, 0]
        assert places == [f"c{number:05}" for number in numbers]
        await pilot.press("down", "enter")
        assert [message.key for message in app.heard_of(LiveTable.RowChosen)] == ["c00001"]


async def test_the_mouse_selects_opens_and_tells_of_headings(
    host: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table) as (app, pilot):
        table.show(clients("a", "b", "c"))
        await pilot.click(table, offset=(2, 2))
        assert table.cursor_key == "b"
        assert app.heard_of(LiveTable.RowChosen) == []
        await pilot.double_click(table, offset=(2, 3))
        assert [message.key for message in app.heard_of(LiveTable.RowChosen)] == ["c"]
        await pilot.click(table, offset=(2, 9))
        assert table.cursor_key == "c"
        for x in (0, 12, 70):
            await pilot.click(table, offset=(x, 0))
        assert [message.column_id for message in app.heard_of(LiveTable.HeaderClicked)] == ["client", "rate"]


async def test_the_wheel_scrolls_and_leaves_the_cursor(
    host: Callable[..., Any], wheel: Callable[..., Any], table: LiveTable[Client]
) -> None:
    async with host(table, size=(80, 11)) as (_app, pilot):
        table.show(many(50))
        await wheel(pilot, table)
        await wheel(pilot, table)
        assert table.cursor_key == "c00000"
        assert table.visible_keys[0] == "c00006"
        assert table.page == "7-16 of 50"
        table.show([*clients("new"), *many(50)])
        assert table.visible_keys[0] == "c00006"
        await wheel(pilot, table, down=False)
        assert table.visible_keys[0] == "c00003"
        await pilot.press("down")
        assert table.cursor_key == "c00001"
        assert "c00001" in table.visible_keys
