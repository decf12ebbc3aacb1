"""Everything that the mouse does besides selecting: scrolling, choosing, sorting, opening, closing."""

from pathlib import Path

import pytest
from textual import events

from emqx_tui.tui.app import EmqxTui
from emqx_tui.tui.screens.ask import AskScreen
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.help import HelpScreen
from emqx_tui.tui.screens.pick import PickScreen
from fleet.fakes import A, B, C, Fleet
from tui.screens.form import WRITTEN, text_of, write
from tui.screens.stage import FleetStage


BESIDE = (1, 1)
"""A cell of the screen that is beside every dialog."""


async def test_the_wheel_scrolls_the_list_the_detail_and_the_help(fleet: Fleet) -> None:
    many = [f"emqx@10.0.1.{number}" for number in range(10, 50)]
    fleet.add(nodes=many)
    async with FleetStage(fleet, size=(100, 20), opened="prod") as stage:
        await stage.press("enter")
        shown = f"● {many[0]}  running"
        assert shown in stage.text
        await stage.wheel(stage.screen.query_one("#detail"))
        assert shown not in stage.text
        await stage.wheel(stage.screen.query_one("#detail"), down=False)
        assert shown in stage.text
        await stage.wheel(stage.table)
        assert stage.table.visible_keys[0] == many[3]
        await stage.press("question_mark")
        top = stage.text
        await stage.wheel(stage.app.screen.query_one("#help-pages"))
        assert stage.text != top
        await stage.wheel(stage.app.screen.query_one("#help-pages"), down=False)
        assert stage.text == top


async def test_a_click_selects_a_row_and_a_double_click_opens_it(fleet: Fleet) -> None:
    for name in ("one", "two", "three"):
        fleet.add(name)
    async with FleetStage(fleet) as stage:
        await stage.click(stage.place_of("two"))
        assert stage.table.cursor_key == "two"
        await stage.click(stage.place_of("three"), times=2)
        assert stage.lines[0].startswith(" three")
        assert stage.highlighted == []


async def test_a_click_on_a_heading_sorts_and_a_second_one_turns_the_order_round(fleet: Fleet) -> None:
    for name in ("one", "two", "three"):
        fleet.add(name)
    async with FleetStage(fleet) as stage:
        x, y = stage.place_of("DEPLOYMENT")
        await stage.click((x, y))
        assert list(stage.table.visible_keys) == ["one", "three", "two"]
        await stage.click((x + 1, y))
        assert list(stage.table.visible_keys) == ["two", "three", "one"]


async def test_a_key_at_the_bottom_is_pressed_with_the_mouse(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B, C])
    async with FleetStage(fleet, opened="prod") as stage:
        shown = "version     5.8.9"
        assert shown in stage.text
        await stage.click(stage.place_of("detail", within="filter"))
        assert shown not in stage.text
        await stage.click(stage.place_of("? help"))
        assert isinstance(stage.app.screen, HelpScreen)


async def test_one_click_chooses_in_a_picker_and_a_habitual_second_one_opens_nothing_behind_it(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        fleet.add(name)
    async with FleetStage(fleet, size=(100, 24)) as stage:
        await stage.press("s")
        await stage.click(stage.place_of("DEPLOYMENT", within="│"))
        assert isinstance(stage.app.screen, FleetScreen)
        assert list(stage.table.visible_keys) == ["one", "three", "two"]
        for number in range(30):
            fleet.add(f"x{number}")
        await stage.settle()
        # However slow the machine is, the second click belongs to the first.
        monkeypatch.setattr(EmqxTui, "CLICK_CHAIN_TIME_THRESHOLD", 60.0)
        await stage.press("s")
        place = stage.place_of("NODES", within="│")
        await stage.click(place)
        assert "NODES↑" in stage.text or "↑NODES" in stage.text
        await stage.click(place)
        assert isinstance(stage.app.screen, FleetScreen)


@pytest.mark.parametrize(("opens", "key"), [("s", "enter"), ("s", "escape"), ("question_mark", "escape")])
async def test_a_key_that_is_pressed_twice_leaves_only_the_dialog(fleet: Fleet, opens: str, key: str) -> None:
    fleet.add()
    async with FleetStage(fleet) as stage:
        await stage.press(opens)
        for _ in range(3):
            stage.app.post_message(events.Key(key, None))
        await stage.settle()
        assert not stage.ended
        assert isinstance(stage.app.screen_stack[0], FleetScreen)


async def test_a_picker_that_is_clicked_on_twice_at_once_leaves_the_list_behind_it(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet) as stage:
        await stage.press("s")
        await stage.click(stage.place_of("NODES", within="│"), times=2)
        assert isinstance(stage.app.screen, FleetScreen)


@pytest.mark.parametrize(("key", "dialog"), [("s", PickScreen), ("ctrl+d", AskScreen)])
async def test_a_click_beside_a_dialog_leaves_it_with_everything_as_it_is(
    fleet: Fleet, tmp_path: Path, key: str, dialog: type
) -> None:
    path = tmp_path / "config.toml"
    write(path, WRITTEN)
    fleet.add("prod")
    async with FleetStage(fleet, config_path=path) as stage:
        order = stage.lines[1]
        await stage.press(key)
        await stage.until(lambda: isinstance(stage.app.screen, dialog))
        box = stage.app.screen.query_one("#dialog").region
        await stage.click((box.x + 4, box.y + 1))
        assert isinstance(stage.app.screen, dialog)
        await stage.click(BESIDE)
        assert isinstance(stage.app.screen, FleetScreen)
        assert stage.lines[1] == order
        assert text_of(path) == WRITTEN


async def test_a_click_beside_a_dialog_that_ends_a_selection_does_no_more(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("s")
        x, y = stage.place_of("Sort by")
        await stage.drag((x, y), (x + 5, y))
        assert len(stage.highlighted) == 1
        await stage.click(BESIDE)
        assert stage.highlighted == []
        assert isinstance(stage.app.screen, PickScreen)
        await stage.click((0, 0))
        assert isinstance(stage.app.screen, DeploymentScreen)


async def test_a_double_click_selects_the_word_and_a_third_click_the_line(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B])
    async with FleetStage(fleet, opened="prod") as stage:
        place = stage.place_of("5.8.9", within="version")
        await stage.click((place[0] + 2, place[1]), times=2)
        assert stage.highlighted == ["5.8.9"]
        await stage.click(place, times=3)
        assert stage.highlighted == ["version     5.8.9"]
        await stage.press("ctrl+c")
        assert stage.app.clipboard == "version     5.8.9"
