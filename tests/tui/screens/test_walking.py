"""`[` and `]`: back and forth through the screens visited, each as it was left."""

import pytest
from textual.events import Key

from emqx_tui.config import Deployment
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.help import HelpScreen
from emqx_tui.tui.widgets.prompt import Prompt
from fleet.fakes import Fleet, alarm
from tui.screens.stage import FleetStage


BACK, AHEAD = "left_square_bracket", "right_square_bracket"
MANY = [f"emqx@10.0.1.{number}" for number in range(10, 90)]
BEGIN, END = "Nothing was visited before this.", "Nothing was visited after this."


async def go(stage: FleetStage, line: str) -> None:
    await stage.press("colon")
    await stage.type(line)


def shown(stage: FleetStage) -> str:
    """What is in front, in a word or two."""
    screen = stage.screen
    return "fleet" if isinstance(screen, FleetScreen) else f"{screen.deployment} {screen.resource.name}"


@pytest.fixture
def three(fleet: Fleet) -> Fleet:
    for name in ("one", "two", "three"):
        fleet.add(name)
    return fleet


async def test_it_walks_back_and_ahead_through_fleet_deployments_and_their_kinds_of_rows(three: Fleet) -> None:
    async with FleetStage(three) as stage:
        for line in ("one", "alarms", "alarms two", "fleet"):
            await go(stage, line)
        seen = []
        for key in (BACK, BACK, BACK, BACK, AHEAD, AHEAD, AHEAD, AHEAD):
            await stage.press(key)
            seen.append(shown(stage))
        assert seen == [
            *("two alarms", "one alarms", "one nodes", "fleet"),
            *("one nodes", "one alarms", "two alarms", "fleet"),
        ]
        assert stage.lines[0].endswith("UTC")


async def test_after_esc_the_deployment_is_one_step_back_and_all_that_were_looked_at_are_found(three: Fleet) -> None:
    async with FleetStage(three) as stage:
        stage.table.move_to("one")
        await stage.press("enter", "escape")
        await stage.press(BACK)
        assert shown(stage) == "one nodes"
        await stage.press(AHEAD)
        stage.table.move_to("two")
        await stage.press("enter", "escape", BACK, BACK, BACK)
        assert shown(stage) == "one nodes"


async def test_esc_from_the_alarms_to_the_nodes_is_a_visit_too(three: Fleet) -> None:
    async with FleetStage(three, opened="one") as stage:
        await go(stage, "alarms")
        await stage.press("escape")
        assert shown(stage) == "one nodes"
        await stage.press(BACK)
        assert shown(stage) == "one alarms"
        await stage.press(BACK, BACK)
        assert shown(stage) == "one nodes"


async def test_the_ends_are_told_and_only_once_for_a_key_that_is_held(three: Fleet) -> None:
    async with FleetStage(three) as stage:
        for _ in range(20):
            stage.app.post_message(Key(BACK, "["))
        await stage.settle()
        await stage.until(lambda: BEGIN in stage.text)
        await stage.press(*[BACK] * 5)
        assert stage.text.count(BEGIN) == 1
        await stage.press(AHEAD)
        await stage.until(lambda: END in stage.text)
        assert shown(stage) == "fleet"


async def test_a_deployment_that_was_opened_at_the_start_is_where_it_begins(three: Fleet) -> None:
    async with FleetStage(three, opened="two") as stage:
        await stage.press("escape")
        assert shown(stage) == "fleet"
        await stage.press(BACK)
        assert shown(stage) == "two nodes"
        await stage.press(BACK)
        await stage.until(lambda: BEGIN in stage.text)


async def test_cursor_filter_scroll_and_order_are_as_they_were_left(fleet: Fleet) -> None:
    fleet.add("large", MANY)
    fleet.add("other")
    async with FleetStage(fleet, size=(100, 24), opened="large") as stage:
        await stage.press("d", "slash", *"10.0.1", "enter", "s")
        stage.app.screen.query_one("LiveTable").move_to("node")  # type: ignore[attr-defined]
        await stage.press("enter", "pagedown", "pagedown", "up", "up")
        held, visible = stage.table.cursor_key, stage.table.visible_keys
        before = [line for line in stage.lines if "10.0.1." in line]
        await go(stage, "other")
        assert "/10.0.1" not in stage.text
        await stage.press(BACK)
        assert stage.table.cursor_key == held
        assert stage.table.visible_keys == visible
        assert "/10.0.1  80 of 80 rows" in stage.text
        assert [line for line in stage.lines if "10.0.1." in line] == before
        await stage.press("down")
        assert stage.table.cursor_key == visible[visible.index(held or "") + 1]


async def test_a_list_that_was_scrolled_away_from_its_cursor_is_found_so(fleet: Fleet) -> None:
    fleet.add("large", MANY)
    fleet.add("other")
    async with FleetStage(fleet, size=(100, 24), opened="large") as stage:
        await stage.press("d", "down")
        held = stage.table.cursor_key
        for _ in range(5):
            await stage.wheel(stage.table)
        visible = stage.table.visible_keys
        assert visible[0] == MANY[15]
        assert held not in visible
        await go(stage, "other")
        await stage.press(BACK)
        assert stage.table.visible_keys == visible
        assert stage.table.cursor_key == held


async def test_where_rows_have_gone_meanwhile_the_others_are_shown(fleet: Fleet) -> None:
    broker = fleet.add("large", MANY)
    broker.active = [alarm(f"alarm_{number}", on=MANY[number]) for number in range(40)]
    fleet.add("other")
    async with FleetStage(fleet, size=(100, 24), opened="large") as stage:
        await go(stage, "alarms")
        await stage.press("end")
        await go(stage, "other")
        broker.active = broker.active[:1]
        await stage.advance(60)
        await stage.press(BACK)
        await stage.settle()
        assert list(stage.table.visible_keys) == [f"{MANY[0]}/alarm_0"]
        assert stage.table.cursor_key == f"{MANY[0]}/alarm_0"


async def test_rows_that_come_later_are_shown_as_they_were_left(fleet: Fleet) -> None:
    broker = fleet.add("large", MANY)
    broker.active = many = [alarm(f"alarm_{number}", on=MANY[number]) for number in range(40)]
    fleet.add("other")
    async with FleetStage(fleet, size=(100, 24), opened="large") as stage:
        await go(stage, "alarms")
        await stage.press("end")
        held = stage.table.cursor_key
        broker.active = []
        await go(stage, "nodes")
        await stage.advance(60)
        await stage.press(BACK)
        assert "No active alarms." in stage.text
        broker.active = many
        await stage.advance(60)
        assert stage.table.cursor_key == held
        assert held in stage.table.visible_keys


async def test_the_cursor_of_the_fleet_returns_to_where_it_was_at_that_visit(three: Fleet) -> None:
    async with FleetStage(three) as stage:
        await stage.press("down")
        first = stage.table.cursor_key
        await go(stage, "one")
        await stage.press("escape", "end")
        last = stage.table.cursor_key
        assert first != last
        await stage.press(BACK, BACK)
        assert stage.table.cursor_key == first
        await stage.press(AHEAD, AHEAD)
        assert stage.table.cursor_key == last


async def test_removed_and_renamed_deployments_are_passed_over(three: Fleet) -> None:
    async with FleetStage(three) as stage:
        for line in ("one", "two", "three", "fleet"):
            await go(stage, line)
        await three.poller.remove("three")
        three.brokers["second"] = three.brokers["two"]
        await three.poller.replace("two", Deployment(name="second", url="http://127.0.0.1:1/api/v5"))
        await stage.press(BACK)
        assert shown(stage) == "one nodes"
        await stage.press(AHEAD)
        assert shown(stage) == "fleet"
        await three.poller.remove("one")
        await stage.press(BACK)
        await stage.until(lambda: BEGIN in stage.text)


async def test_brackets_are_letters_in_the_prompt_and_nothing_in_a_dialog(three: Fleet) -> None:
    async with FleetStage(three, opened="one") as stage:
        await go(stage, "two")
        await stage.press("slash", BACK)
        assert stage.screen.query_one(Prompt).value == "["
        await stage.press("escape", "question_mark", BACK)
        assert isinstance(stage.app.screen, HelpScreen)
        await stage.press("escape")
        assert shown(stage) == "two nodes"


async def test_keys_pressed_faster_than_screens_are_built_leave_one_deployment_above_the_fleet(three: Fleet) -> None:
    async with FleetStage(three) as stage:
        for line in ("one", "alarms", "two", "fleet", "three", "alarms one"):
            await go(stage, line)
        held = [BACK] * 12 + [AHEAD] * 12 + [BACK, AHEAD, BACK] * 5 + ["escape", BACK, "enter", AHEAD, BACK] * 3
        for key in held:
            character = {BACK: "[", AHEAD: "]"}.get(key)
            stage.app.post_message(Key(key, character))
        await stage.settle()
        assert not stage.ended
        stack = stage.app.screen_stack
        assert len(stack) <= 2
        assert isinstance(stack[0], FleetScreen)
        assert all(isinstance(one, DeploymentScreen) for one in stack[1:])
        open_ones = [one.deployment for one in stack if isinstance(one, ListScreen) and one.deployment]
        assert [name for name, count in three.poller._viewers.items() if count > 0] == open_ones
        await stage.press(*[BACK] * 20)
        assert shown(stage) == "fleet"


async def test_the_hints_are_in_the_key_bar_where_there_is_room(three: Fleet) -> None:
    async with FleetStage(three, size=(200, 30)) as stage:
        assert "[ previous  ] next" in stage.lines[-1]
        await go(stage, "one")
        x = stage.lines[-1].index("[ previous")
        await stage.pilot.click("#keys", offset=(x, 0))
        await stage.settle()
        assert shown(stage) == "fleet"
    async with FleetStage(three, size=(80, 24)) as stage:
        assert "[ previous" not in stage.lines[-1]
