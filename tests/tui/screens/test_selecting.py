"""Selecting text with the mouse: what is highlighted, what is copied, what ends it, and what a drag does not do."""

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from emqx_tui.domain.errors import Step, Unreachable
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.edit_deployment import EditDeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.help import HelpScreen
from emqx_tui.tui.widgets.live_table import LiveTable
from fleet.fakes import A, B, C, Fleet, alarm, node
from tui.screens.form import CANARY, FormStage, fill, opened, try_it
from tui.screens.stage import FleetStage, Stage


MANY = [f"emqx@10.0.1.{number}" for number in range(10, 90)]


async def drag_over(stage: Stage, text: str, *, within: str = "") -> None:
    """Drag from the first to the last cell of a text."""
    x, y = stage.place_of(text, within=within)
    await stage.drag((x, y), (x + 1, y), (x + len(text) - 1, y))


async def copied(stage: Stage) -> str:
    """What Ctrl-C copies of what is highlighted."""
    await stage.press("ctrl+c")
    assert not stage.ended
    text = stage.app.clipboard
    # blanks at the ends of lines are highlighted, and not copied
    assert [line.rstrip() for line in stage.highlighted] == text.split("\n")
    return text


async def test_a_name_in_the_table_is_selected_and_copied_and_the_toast_says_how_much(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B, C])
    async with FleetStage(fleet, opened="prod") as stage:
        await drag_over(stage, B)
        assert stage.highlighted == [B]
        assert await copied(stage) == B
        await stage.until(lambda: "copied 13 characters" in stage.text)
        assert stage.table.cursor_key == A, "a drag is no click"


async def test_rows_are_copied_as_they_are_seen_from_whichever_end(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B, C])
    async with FleetStage(fleet, opened="prod") as stage:
        (x, top), (_, bottom) = stage.place_of(A, within="running"), stage.place_of(C)
        end = x + len(C) - 1
        seen = stage.lines[top : bottom + 1]
        wanted = "\n".join([seen[0][x:], seen[1][1:], seen[2][1 : end + 1]])
        await stage.drag((x, top), (end, bottom))
        assert await copied(stage) == wanted
        await stage.drag((end, bottom), (x, top))
        assert await copied(stage) == wanted


async def test_across_the_widgets_what_is_seen_is_copied_line_by_line(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B])
    broker.rows[B] = node(B, running=False)
    async with FleetStage(fleet, opened="prod") as stage:
        x, y = stage.place_of(A, within="running")
        await stage.drag((1, 0), (x + len(A) - 1, y))
        above = [line[1:] for line in stage.lines[:y]]
        assert await copied(stage) == "\n".join([*above, stage.lines[y][1 : x + len(A)]])
        assert "stopped" in stage.app.clipboard.split("\n")[1]


async def test_a_drag_to_the_left_of_a_line_and_below_the_rows_takes_what_is_there(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B])
    async with FleetStage(fleet, size=(100, 24), opened="prod") as stage:
        await stage.press("d")
        _, y = stage.place_of(B)
        await stage.drag((1, y), (50, y + 6))
        assert await copied(stage) == stage.lines[y][1:]


async def test_the_detail_is_selected_alone_although_it_stands_beside_the_table(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B])
    async with FleetStage(fleet, size=(160, 30), opened="prod") as stage:
        x, y = stage.place_of("version ")
        await stage.drag((x, y), (x + 30, y + 1))
        text = await copied(stage)
        assert text.split("\n")[0].split() == ["version", "5.8.9"]
        assert text.split("\n")[1].startswith("uptime ")


async def test_a_detail_that_is_scrolled_gives_the_lines_that_are_in_sight(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 16), opened="prod") as stage:
        await stage.press("enter", "J")
        _, y = stage.place_of("memory ")
        await drag_over(stage, "memory")
        assert await copied(stage) == "memory"
        await stage.press("J")
        assert stage.place_of("memory ", within="%")[1] < y
        assert stage.highlighted == ["memory"]


async def test_wide_characters_are_taken_whole(fleet: Fleet) -> None:
    fleet.add("节点-eu")
    fleet.add("lab")
    async with FleetStage(fleet) as stage:
        x, y = stage.place_of("节点-eu")
        await stage.drag((x + 1, y), (x + 2, y))
        assert stage.highlighted == ["节点"]
        await stage.press("ctrl+c")
        assert stage.app.clipboard == "节点"


async def test_the_reason_of_a_failure_is_copied_from_the_fleet(fleet: Fleet) -> None:
    fleet.add("dead").fail(Unreachable(Step.CONNECT, "Connection refused"))
    async with FleetStage(fleet, size=(120, 24)) as stage:
        await drag_over(stage, "unreachable: no connection (Connection refused)")
        assert await copied(stage) == "unreachable: no connection (Connection refused)"


async def test_where_only_ascii_is_drawn_that_is_what_is_copied(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B])
    async with FleetStage(fleet, opened="prod", ascii_only=True) as stage:
        x, y = stage.place_of(B)
        await stage.drag((1, y), (x + len(B) - 1, y))
        assert await copied(stage) == stage.lines[y][1 : x + len(B)]
        assert stage.app.clipboard.isascii()


# What ends it, and what it does not end


async def test_esc_ends_the_selection_and_the_next_one_goes_back(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await drag_over(stage, "5.8.9", within="EMQX")
        await stage.press("escape")
        assert stage.highlighted == []
        assert isinstance(stage.screen, DeploymentScreen)
        await stage.press("escape")
        assert isinstance(stage.screen, FleetScreen)


async def test_a_click_ends_the_selection_and_does_what_it_always_does(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B, C])
    async with FleetStage(fleet, opened="prod") as stage:
        await drag_over(stage, "5.8.9", within="EMQX")
        await stage.click(stage.place_of(C))
        assert stage.highlighted == []
        assert stage.table.cursor_key == C


async def test_a_drag_neither_sorts_nor_opens_nor_runs_what_a_click_would(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B])
    async with FleetStage(fleet, size=(120, 36), opened="prod") as stage:
        await drag_over(stage, "SESSIONS")
        assert await copied(stage) == "SESSIONS"
        assert "STATUS↑" in stage.text
        await drag_over(stage, "? help")
        assert await copied(stage) == "? help"
        assert isinstance(stage.app.screen, DeploymentScreen)


async def test_ctrl_c_quits_again_when_the_selection_has_ended(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await drag_over(stage, "5.8.9", within="EMQX")
        await stage.press("escape")
        await stage.pilot.press("ctrl+c")
        assert stage.ended


# While the data goes on


async def test_what_is_selected_in_a_row_moves_with_the_row_and_is_copied_as_it_is_then(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B, C])
    async with FleetStage(fleet, opened="prod") as stage:
        await drag_over(stage, C)
        broker.rows[C] = node(C, running=False)
        await stage.advance(6)
        assert list(stage.table.visible_keys) == [C, A, B]
        assert stage.highlighted == [C]
        assert await copied(stage) == C
        await stage.press("i")
        assert list(stage.table.visible_keys)[-1] == C
        assert stage.highlighted == [C]


async def test_rows_that_are_scrolled_out_of_sight_stay_selected(fleet: Fleet) -> None:
    fleet.add(nodes=MANY)
    async with FleetStage(fleet, size=(100, 24), opened="prod") as stage:
        await stage.press("d")
        x, y = stage.place_of(MANY[0])
        await stage.drag((x, y), (x + 12, y + 1))
        await stage.wheel(stage.table)
        assert MANY[1] not in stage.table.visible_keys
        assert stage.highlighted == []
        await stage.press("ctrl+c")
        assert stage.app.clipboard.split("\n")[0].startswith(MANY[0])
        assert stage.app.clipboard.split("\n")[1].endswith(MANY[1][:-1])
        await stage.wheel(stage.table, down=False)
        assert len(stage.highlighted) == 2


async def test_the_wheel_during_a_drag_takes_in_what_it_brings_up(fleet: Fleet) -> None:
    fleet.add(nodes=MANY)
    async with FleetStage(fleet, size=(100, 24), opened="prod") as stage:
        await stage.press("d")
        x, y = stage.place_of(MANY[2])
        await stage.drag((x, y), (x, y + 1), release=False)
        for _ in range(5):
            await stage.wheel(stage.table)
        stage.point(events.MouseMove, (x + 13, y + 1))
        stage.point(events.MouseUp, (x + 13, y + 1))
        await stage.redraw()
        await stage.press("ctrl+c")
        lines = stage.app.clipboard.split("\n")
        assert [line.removeprefix("● ")[: len(MANY[2])] for line in lines] == MANY[2:19]


async def test_what_changes_where_something_is_selected_is_copied_as_it_is_seen(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await drag_over(stage, "live 0 s")
        await stage.advance(3)
        seen = stage.lines[0].partition("● ")[2][:8]
        assert seen != "live 0 s"
        assert stage.highlighted == [seen]
        assert await copied(stage) == seen


async def test_when_nothing_is_left_of_what_was_selected_ctrl_c_says_so_and_does_not_quit(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B])
    broker.active = [alarm("high_cpu", on=B)]
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("colon")
        await stage.type("alarms")
        await drag_over(stage, "high_cpu", within=B)
        broker.active = []
        await stage.advance(60)
        assert "No active alarms." in stage.text
        await stage.press("ctrl+c")
        assert not stage.ended
        await stage.until(lambda: "There is no text in what was selected." in stage.text)
        await stage.pilot.press("ctrl+c")
        assert stage.ended


async def test_other_rows_begin_without_the_selection_of_those_before(fleet: Fleet) -> None:
    fleet.add().active = [alarm("high_cpu")]
    async with FleetStage(fleet, opened="prod") as stage:
        x, y = stage.place_of("NODE")
        await stage.drag((x, y), (x + 10, y + 1))
        await stage.press("colon")
        await stage.type("alarms")
        assert stage.highlighted == []


async def test_drawing_costs_no_style_more_for_it(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B, C])
    async with FleetStage(fleet, opened="prod") as stage:
        await drag_over(stage, B)
        await stage.press("escape")
        for widget in stage.app.screen.query("LiveTable, Lines"):
            for y in range(widget.size.height):
                assert not any(one.style is not None and one.style.meta for one in widget.render_line(y))


# Dialogs, the form, the prompt


async def test_text_of_the_help_is_copied_and_esc_leaves_it_only_then(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(100, 60)) as stage:
        await stage.press("question_mark")
        while "The terminal's own selection" not in stage.text:
            await stage.press("pagedown")
        await drag_over(stage, "The terminal's own selection")
        assert await copied(stage) == "The terminal's own selection"
        await stage.press("escape")
        assert isinstance(stage.app.screen, HelpScreen)
        assert stage.highlighted == []
        await stage.press("escape")
        assert isinstance(stage.app.screen, FleetScreen)


async def test_text_of_a_picker_is_copied_without_choosing(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("s")
        await drag_over(stage, "SESSIONS")
        assert await copied(stage) == "SESSIONS"
        assert isinstance(stage.app.screen.query_one(LiveTable), LiveTable)
        assert "Sort by" in stage.text


async def test_the_result_of_a_connection_test_is_copied_from_the_form_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    async with FormStage(path, size=(100, 40)) as stage:
        await opened(stage)
        await fill(stage, name="prod", url="http://127.0.0.1:1/api/v5", app_id="key", secret=CANARY)
        await try_it(stage, "✖ TCP")
        (x, y), (_, last) = stage.place_of("✓ address"), stage.place_of("✖ TCP")
        await stage.drag((x, y), (90, last))
        await stage.press("ctrl+c")
        assert stage.app.clipboard == "\n".join(line[x:].rstrip() for line in stage.lines[y : last + 1])


async def test_a_drag_over_the_form_never_copies_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    async with FormStage(path, size=(100, 40)) as stage:
        await opened(stage)
        await fill(stage, name="prod", secret=CANARY)
        _, bottom = stage.place_of("Cancel")
        await stage.drag((1, 0), (90, bottom))
        await stage.press("ctrl+c")
        assert isinstance(stage.app.screen, EditDeploymentScreen)
        assert "URL" in stage.app.clipboard
        assert CANARY not in stage.app.clipboard
        assert "•" not in stage.app.clipboard


async def test_a_drag_that_begins_in_the_prompt_stays_in_it(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("slash", *"core")
        x, y = stage.place_of("core", within="/ ")
        await stage.drag((x, y), (x + 2, y), (x + 2, y - 4))
        assert stage.highlighted == []
        await stage.press("ctrl+c")
        assert stage.app.clipboard == "co"
        assert stage.app.screen.query_one(Input).value == "core"


# Without the colours of a theme


@pytest.mark.parametrize("colourless", [True, False], ids=["NO_COLOR", "the terminal's own colours"])
async def test_without_colours_it_is_reversed_and_under_the_cursor_turned_round(
    fleet: Fleet, colourless: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colourless:
        monkeypatch.setenv("NO_COLOR", "1")
    fleet.add(nodes=[A, B])
    async with FleetStage(fleet, opened="prod", theme="dark" if colourless else "terminal") as stage:
        x, y = stage.place_of(A, within="running")
        await stage.drag((x, y), (x + 4, y + 1))
        strips = stage.app.screen._compositor.render_strips()

        def turned(line: int) -> str:
            segments = [(one.text, bool(one.style and one.style.reverse)) for one in strips[line]]
            return "".join(text if reverse else "." * len(text) for text, reverse in segments)

        assert stage.table.cursor_key == A
        assert turned(y).strip(".") == stage.lines[y][1:x]
        assert turned(y + 1).strip(".") == stage.lines[y + 1][1 : x + 5]
