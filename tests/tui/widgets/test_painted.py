"""Selecting in the drawing widgets: in cells, as they are seen, at the price of nothing when nothing is selected."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Offset, Region
from textual.pilot import Pilot

from emqx_tui.resources.spec import Align, Cell, Column, Tone
from emqx_tui.tui.widgets.cells import parted, width_of
from emqx_tui.tui.widgets.lines import Lines, Span
from emqx_tui.tui.widgets.live_table import LiveTable
from emqx_tui.tui.widgets.painted import SELECTED, highlighted, joined, text_between


texts = st.text("ab 漢節e\u0301▇", max_size=12).filter(lambda text: not text.startswith("\u0301"))
pieces = st.lists(st.tuples(texts, st.sampled_from([("tone--normal",), ("tone--muted",)])), max_size=5)

Row = tuple[str, int]
COLUMNS: tuple[Column[Row], ...] = (
    Column("name", "NAME", 8, lambda row: Cell(row[0]), lambda row: row[0], grows=True),
    Column("count", "COUNT", 8, lambda row: Cell(str(row[1]), Tone.WARNING), lambda row: row[1], align=Align.RIGHT),
)


@given(texts, st.integers(-3, 30), st.integers(-3, 30))
def test_a_text_is_parted_at_cells_and_nothing_of_it_is_lost(text: str, low: int, high: int) -> None:
    before, within, after = parted(text, low, high)
    assert before + within + after == text
    assert width_of(before) >= min(max(low, 0), width_of(text)) - 1
    if within:
        assert width_of(before) < high
        assert width_of(before + within) > low
        assert width_of(within) <= high - max(low, 0) + 2
    assert not within.startswith("\u0301")


@given(pieces, st.integers(0, 30), st.integers(0, 30))
def test_a_highlighted_line_is_the_same_text_and_marked_where_it_is_read(
    line: list[tuple[str, tuple[str, ...]]], one: int, other: int
) -> None:
    drawn = joined(line, 30)
    marked = highlighted(drawn, min(one, other), max(one, other))
    assert "".join(text for text, _look in marked) == "".join(text for text, _look in drawn)
    within = "".join(text for text, look in marked if SELECTED in look)
    assert within.rstrip() == text_between(drawn, min(one, other), max(one, other))


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(offset=start)
    await pilot.hover(offset=end)
    await pilot.mouse_up(offset=end)
    await pilot.pause()


def some_lines(rng: random.Random) -> list[tuple[Span, ...]]:
    words = ["live", "漢字 node", "", "▲ stopped, 42 s", "emqx@10.0.0.1"]
    return [tuple(Span(rng.choice(words), rng.choice(list(Tone))) for _ in range(3)) for _ in range(3)]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_dragged_over_and_changes_below_it_what_is_highlighted_is_what_is_copied(
    host: Callable[..., Any], seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311  no secret
    above, table, below = Lines(some_lines(rng)), LiveTable(COLUMNS, lambda row: row[0]), Lines(some_lines(rng))
    above.styles.height, table.styles.height, below.styles.height = 3, 6, 3
    rows = [(f"nöde 節{number}", number) for number in range(12)]
    async with host(above, table, below, size=(40, 12)) as (app, pilot):
        for _ in range(12):
            if rng.random() < 0.7:
                places = [(rng.randrange(40), rng.randrange(12)) for _ in range(2)]
                await drag(pilot, places[0], places[1])
            rng.shuffle(rows)
            table.show([(name, rng.randrange(3000)) for name, _ in rows[: rng.randrange(8, 13)]])
            above.show(some_lines(rng))
            if rng.random() < 0.3:
                table.action_move(rng.randrange(-5, 6))
            await pilot.pause()
            assert app.differences() == []
            seen, marks = app.highlighted(), table._marks
            hidden = [key for key in marks if isinstance(key, str) and key not in table.visible_keys]
            if not hidden:
                assert (app.screen.get_selected_text() or "") == seen


async def test_a_selection_sends_its_cells_and_its_end_sends_them_again(
    host: Callable[..., Any], refreshes: list[tuple[Region, ...]]
) -> None:
    lines = Lines([(Span("live 161 k"),), (Span("sessions 243 k"),)])
    async with host(lines) as (app, pilot):
        refreshes.clear()
        await drag(pilot, (5, 0), (9, 0))
        assert refreshes == [(Region(5, 0, 5, 1),)]
        assert app.highlighted() == "161 k"
        refreshes.clear()
        lines.show([(Span("live 161 k"),), (Span("sessions 244 k"),)])
        assert refreshes == [(Region(11, 1, 1, 1),)]
        refreshes.clear()
        app.screen.clear_selection()
        await pilot.pause()
        assert refreshes == [(Region(5, 0, 5, 1),)]
        assert app.differences() == []


async def test_where_a_pointer_is_in_a_text_is_asked_only_when_the_mouse_is_pressed(
    host: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Lines] = []
    place_at = Lines.place_at

    def spy(self: Lines, offset: Offset) -> Offset:
        asked.append(self)
        return place_at(self, offset)

    monkeypatch.setattr(Lines, "place_at", spy)
    lines = Lines([(Span("live 161 k"),)])
    async with host(lines) as (_app, pilot):
        for x in range(8):
            await pilot.hover(offset=(x, 0))
            lines.show([(Span(f"live {x}"),)])
        await pilot.pause()
        assert asked == []
        await pilot.mouse_down(offset=(2, 0))
        assert asked != []
