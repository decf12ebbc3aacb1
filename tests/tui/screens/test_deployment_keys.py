"""What every key does on a deployment, and the `:` prompt."""

import pytest
from textual.events import Key

from emqx_tui.domain.broker import Attention
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.store import Phase
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.help import HelpScreen
from emqx_tui.tui.widgets.live_table import LiveTable
from emqx_tui.tui.widgets.prompt import Prompt
from fleet.fakes import A, B, C, D, E, Fleet, alarm, node
from tui.screens.stage import FleetStage


async def test_enter_and_d_show_and_hide_the_detail(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B, C, D, E])
    async with FleetStage(fleet, size=(80, 15), opened="prod") as stage:
        shown = "version     5.8.9"
        assert shown not in stage.text, "there is no room for it unasked"
        await stage.press("enter")
        assert shown in stage.text
        await stage.press("d")
        assert shown not in stage.text
        await stage.press("d")
        assert shown in stage.text


async def test_the_detail_has_its_width_as_soon_as_it_is_opened(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(120, 36), opened="prod") as stage:
        await stage.advance(1)
        settled = stage.text.splitlines()[-20:]
        # Nothing else has it drawn again.
        await stage.pilot.press("d", "d")
        await stage.pilot.pause()
        assert stage.text.splitlines()[-20:] == settled


async def test_capital_j_and_k_scroll_the_detail_and_a_new_row_starts_at_its_top(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 16), opened="prod") as stage:
        await stage.press("enter")
        assert f"● {A}  running" in stage.text
        await stage.press("J", "J")
        assert f"● {A}  running" not in stage.text
        await stage.press("K", "K")
        assert f"● {A}  running" in stage.text
        await stage.press("J", "J", "j")
        assert f"● {B}  running" in stage.text


@pytest.mark.parametrize(("opens", "down", "up"), [("enter", "J", "K"), ("question_mark", "j", "k")])
async def test_keys_typed_fast_scroll_as_far_as_keys_typed_slowly(fleet: Fleet, opens: str, down: str, up: str) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 16), opened="prod") as stage:
        await stage.press(opens, down, down)
        slowly = stage.text
        await stage.press(up, up)
        assert stage.text != slowly
        driver = stage.app._driver
        assert driver is not None
        for _ in range(2):
            driver.send_message(Key(down, down))
        await stage.settle()
        assert stage.text == slowly


async def test_escape_goes_back_one_step_at_a_time(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("colon")
        await stage.type("alarms")
        await stage.press("slash", *"zzz", "enter")
        assert "Esc clears" in stage.text
        await stage.press("escape")
        assert "Esc clears" not in stage.text
        assert "No active alarms." in stage.text
        await stage.press("escape")
        assert A in stage.text
        await stage.press("escape")
        assert isinstance(stage.screen, FleetScreen)


async def test_p_stops_asking_and_goes_on(fleet: Fleet) -> None:
    broker = fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("p")
        assert "‖ paused" in stage.lines[0]
        asked = len(broker.asked)
        await stage.advance(600)
        assert len(broker.asked) == asked
        assert "‖ paused 10 m" in stage.lines[0]
        await stage.press("p")
        await stage.settle()
        assert "● live 0 s" in stage.lines[0]


async def test_plus_and_minus_change_the_interval_and_what_is_asked(fleet: Fleet) -> None:
    broker = fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("minus", "minus", "minus", "minus", "minus")
        await stage.redraw()
        assert "every 1 s" in stage.lines[0]
        before = len(broker.times("nodes"))
        await stage.advance(10)
        assert len(broker.times("nodes")) - before == 10
        await stage.press("plus", "equals_sign")
        await stage.redraw()
        assert "every 3 s" in stage.lines[0]


async def test_ctrl_r_asks_now(fleet: Fleet) -> None:
    broker = fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.advance(3)
        before = len(broker.times("nodes"))
        await stage.press("ctrl+r")
        await stage.settle()
        assert len(broker.times("nodes")) == before + 1
        assert "● live 0 s" in stage.lines[0]


async def test_ctrl_r_while_paused_asks_nothing_and_says_how_to_go_on(fleet: Fleet) -> None:
    broker = fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("p")
        before = len(broker.asked)
        await stage.press("ctrl+r")
        await stage.until(lambda: "Paused: p goes on." in stage.text)
        await stage.settle()
        assert len(broker.asked) == before
        assert "‖ paused" in stage.lines[0]


async def test_x_takes_off_only_a_node_that_is_gone(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("x")
        await stage.until(lambda: "Only a node that is gone" in stage.text)
        assert "2/2 nodes" in stage.lines[0]
        del broker.rows[A]
        await stage.advance(6)
        assert "1/2 nodes" in stage.lines[0]
        await stage.press("g", "x")
        await stage.until(lambda: "is off the list; it returns when" in " ".join(stage.text.split()))
        await stage.settle()
        assert "1/1 nodes" in stage.lines[0]
        assert A not in "\n".join(stage.lines[1:8])


async def test_s_sorts_by_a_column_and_i_turns_the_order_round(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B, C])
    for name, load in ((A, 1.0), (B, 3.0), (C, 2.0)):
        broker.rows[name] = node(name, load1=load)
    async with FleetStage(fleet, size=(120, 40), opened="prod") as stage:
        assert "STATUS↑" in stage.text
        await stage.press("s")
        assert "Sort by" in stage.text
        stage.app.screen.query_one("LiveTable").move_to("load")  # type: ignore[attr-defined]
        await stage.press("enter")
        assert list(stage.table.visible_keys) == [A, C, B]
        await stage.press("i")
        assert list(stage.table.visible_keys) == [B, C, A]
        assert "↓LOAD" in stage.text
        await stage.press("s", "escape")
        assert "↓LOAD" in stage.text


async def test_problems_come_first_unless_another_order_is_wanted(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B, C])
    broker.rows[C] = node(C, running=False)
    broker.active = [alarm(on=B)]
    async with FleetStage(fleet, opened="prod") as stage:
        assert list(stage.table.visible_keys) == [C, B, A]


async def test_help_lists_every_key_that_works_and_leaves_as_it_came(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(100, 400), opened="prod") as stage:
        await stage.press("question_mark")
        assert isinstance(stage.app.screen, HelpScreen)
        told = " ".join(stage.text.split())
        for words in (
            "Show or hide the detail pane",
            "Take the node under the cursor off the list, if it is gone",
            "Clear the filter",
            "Ask now",
            "It is a member of the cluster and does not answer.",
            "What EMQX's API calls connections are sessions",
        ):
            assert words in told, words
        await stage.press("q")
        assert isinstance(stage.screen, DeploymentScreen)
        assert not stage.ended


@pytest.mark.parametrize("key", ["question_mark", "escape", "q"])
async def test_help_is_left_by_any_of_its_keys(fleet: Fleet, key: str) -> None:
    fleet.add()
    async with FleetStage(fleet) as stage:
        await stage.press("question_mark", key)
        assert isinstance(stage.screen, FleetScreen)


@pytest.mark.parametrize(
    "keys", [["q"], ["ctrl+c"], ["colon", "n", "ctrl+c"], ["slash", "n", "ctrl+c"], ["s", "ctrl+c"]]
)
async def test_q_and_ctrl_c_quit_and_ctrl_c_also_while_typing(fleet: Fleet, keys: list[str]) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.pilot.press(*keys)
        assert stage.ended
        assert stage.app.return_code == 0


async def test_q_typed_into_the_prompt_is_a_letter(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("slash", "q", "question_mark", "d")
        assert not stage.ended
        assert "/ q?d" in stage.text


# The prompt


async def test_the_line_says_whether_it_is_the_filter_or_the_prompt_also_the_second_time(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("colon", "a", "escape", "slash", "b")
        assert stage.lines[-1].strip() == "/ b"
        await stage.press("escape", "colon", "z")
        assert stage.lines[-1].strip() == ": z"


async def test_a_resource_by_name_is_shown_for_the_deployment_that_is_open(fleet: Fleet) -> None:
    fleet.add("prod").active = [alarm("high_cpu")]
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("colon")
        await stage.type("alarms")
        assert list(stage.table.visible_keys) == [f"{A}/high_cpu"]
        assert "85 % of the processors are busy" in stage.text
        await stage.press("colon")
        await stage.type("nodes")
        assert A in stage.table.visible_keys


async def test_a_resource_of_another_deployment_is_opened_by_both_names(fleet: Fleet) -> None:
    fleet.add("prod")
    fleet.add("plant", [C])
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("colon")
        await stage.type("nodes plant")
        assert stage.lines[0].startswith(" plant")
        assert C in stage.text
        await stage.press("escape")
        assert isinstance(stage.screen, FleetScreen), "one deployment is open at a time"


@pytest.mark.parametrize(("line", "start"), [("plant", " plant"), ("pl", " plant"), ("alarms pl", " plant")])
async def test_a_deployment_is_opened_by_as_much_of_its_name_as_tells_it_apart(
    fleet: Fleet, line: str, start: str
) -> None:
    fleet.add("prod")
    fleet.add("plant")
    async with FleetStage(fleet) as stage:
        await stage.press("colon")
        await stage.type(line)
        assert stage.lines[0].startswith(start)


async def test_fleet_returns_to_the_fleet_and_quit_ends_the_program(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("colon")
        await stage.type("fleet")
        assert isinstance(stage.screen, FleetScreen)
        await stage.press("colon", *"quit", "enter")
        await stage.until(lambda: stage.ended)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nodez", "There is no nodez."),
        ("p", "Several deployments begin so: prod, plant"),
        ("nodes zzz", "There is no zzz."),
    ],
)
async def test_a_line_that_cannot_be_followed_is_complained_about_and_nothing_moves(
    fleet: Fleet, line: str, told: str
) -> None:
    fleet.add("prod")
    fleet.add("plant")
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await stage.press("colon")
        await stage.type(line)
        assert told in " ".join(stage.text.split())
        assert isinstance(stage.screen, FleetScreen)


async def test_a_prompt_given_up_gives_the_keys_back_to_the_table(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("colon", *"no", "escape", "j")
        assert stage.table.cursor_key == B
        assert stage.table.has_focus


async def test_keys_typed_fast_after_the_colon_are_all_taken(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, opened="prod") as stage:
        driver = stage.app._driver
        assert driver is not None
        for key, letter in [("colon", ":"), *((one, one) for one in "alarms"), ("enter", "\r")]:
            driver.send_message(Key(key, letter))
        await stage.until(lambda: stage.screen.resource.name == "alarms")
        assert not stage.screen.query_one(Prompt).display


# Themes


async def test_theme_by_name_is_used_at_once(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, opened="prod") as stage:
        assert stage.app.theme == "emqx-dark"
        await stage.press("colon")
        await stage.type("theme light")
        assert stage.app.theme == "emqx-light"


async def test_theme_without_a_name_offers_all_with_the_present_one_under_the_cursor(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, opened="prod", theme="contrast") as stage:
        await stage.press("colon")
        await stage.type("theme")
        choices = stage.app.screen.query_one(LiveTable)
        assert [row.id for row in choices.rows] == ["dark", "light", "contrast", "colourblind", "terminal"]
        assert choices.cursor_key == "contrast"
        await stage.press("escape")
        assert stage.app.theme == "emqx-contrast"
        await stage.press("colon")
        await stage.type("theme")
        await stage.press("j", "enter")
        assert stage.app.theme == "emqx-colourblind"
        assert isinstance(stage.screen, DeploymentScreen)


async def test_an_unknown_theme_is_complained_about_and_changes_nothing(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.press("colon")
        await stage.type("theme ligth")
        told = "There is no theme ligth. Did you mean light?"
        await stage.until(lambda: told in " ".join(stage.text.split()))
        assert stage.app.theme == "emqx-dark"


# Demand


async def test_a_deployment_is_asked_closely_while_it_is_open_and_lightly_otherwise(fleet: Fleet) -> None:
    broker = fleet.add("prod")

    def attention() -> Attention:
        return fleet.state("prod").attention

    async with FleetStage(fleet) as stage:
        assert attention() is Attention.HEARTBEAT
        light = set(broker.questions())
        await stage.press("enter")
        await stage.settle()
        assert attention() is Attention.OPEN
        assert {"metrics", "history"} <= set(broker.questions()) - light
        await stage.press("question_mark")
        assert attention() is Attention.OPEN, "help in front of it changes nothing"
        await stage.press("escape", "escape")
        assert attention() is Attention.HEARTBEAT
        before = len(broker.asked)
        await stage.advance(60)
        assert set(broker.questions()[before:]) <= light


async def test_going_from_one_deployment_to_another_leaves_the_first(fleet: Fleet) -> None:
    fleet.add("one")
    fleet.add("two")
    async with FleetStage(fleet, opened="one") as stage:
        await stage.press("colon")
        await stage.type("two")
        assert fleet.state("one").attention is Attention.HEARTBEAT
        assert fleet.state("two").attention is Attention.OPEN
        assert fleet.state("one").phase is Phase.POLLING
