"""The fleet: every deployment on one screen, and what is to say about the one under the cursor."""

from pathlib import Path

from emqx_tui.domain.errors import Forbidden, Step, Unauthorized, Unreachable
from emqx_tui.domain.models import Kind
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.widgets.live_table import LiveTable
from fleet.fakes import A, B, C, Fleet, alarm, node
from tui.screens.stage import FleetStage


REFUSED = Unreachable(Step.CONNECT, "Connection refused")


async def test_every_deployment_is_a_row_with_its_nodes_figures_and_age(fleet: Fleet) -> None:
    fleet.add("prod-eu", [A, B, C])
    fleet.add("plant-cn", kind=Kind.EMQX4)
    async with FleetStage(fleet, size=(160, 24)) as stage:
        assert "2 deployments" in stage.lines[0]
        assert "● all well" in stage.lines[0]
        row = stage.line_with("prod-eu", "EMQX 5.8.9")
        assert " ".join(row.split()) == "● prod-eu EMQX 5.8.9 3/3 18 20 5.0 - - 0 0 s all well"
        assert "2/2" in stage.line_with("plant-cn", "EMQX 5.8.9")
        await stage.advance(4)
        assert "4 s" in stage.line_with("prod-eu", "3/3")


async def test_the_heading_tells_the_time_of_the_clock_by_which_everything_is_dated(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet) as stage:
        assert stage.lines[0].endswith("11:06:40 UTC")


async def test_what_cannot_be_reached_says_why_on_its_row_and_nobody_waits_for_it(fleet: Fleet) -> None:
    fleet.add("dead").fail(REFUSED)
    fleet.add("silent").hang_whole()
    fleet.add("well")
    async with FleetStage(fleet, size=(120, 24)) as stage:
        assert "✖ 1 not readable" in stage.lines[0]
        assert "unreachable: no connection" in stage.line_with("✖", "dead")
        assert "waiting for the first answer" in stage.line_with("…", "silent")
        assert "all well" in stage.line_with("●", "well")
        await stage.advance(8)
        assert "unreachable: no answer within 8 s" in stage.line_with("✖", "silent")


async def test_the_worst_finding_of_a_deployment_stands_on_its_row_with_the_number_of_the_others(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    broker.rows[B] = node(B, running=False)
    broker.active = [alarm("high_cpu"), alarm("high_memory")]
    async with FleetStage(fleet, size=(180, 24)) as stage:
        row = stage.line_with("✖", "prod", "1/2")
        assert f"{B} stopped, before 11:06 (core" in row
        assert row.endswith("+2")
        assert "✖ 1 with a node down" in stage.lines[0]
        assert "with findings" not in stage.lines[0]


async def test_problems_come_first_until_another_order_is_wanted(fleet: Fleet) -> None:
    fleet.add("a-well")
    fleet.add("b-warned").active = [alarm()]
    fleet.add("c-paused")
    fleet.add("d-down").rows[B] = node(B, running=False)
    fleet.add("e-dead").fail(REFUSED)
    fleet.add("f-silent").hang_whole()
    async with FleetStage(fleet, size=(120, 24)) as stage:
        assert "STATE↑" in stage.text
        fleet.poller.watches["c-paused"].pause(paused=True)
        await stage.settle()
        assert list(stage.table.visible_keys) == ["e-dead", "d-down", "b-warned", "c-paused", "a-well", "f-silent"]
        for part in ("✖ 1 not readable", "✖ 1 with a node down", "▲ 1 with findings", "‖ 1 paused"):
            assert part in stage.lines[0], part
        assert "all well" not in stage.lines[0]


async def test_a_paused_deployment_is_never_called_well(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(120, 24)) as stage:
        fleet.poller.watches["prod"].pause(paused=True)
        await stage.settle()
        assert "paused: not asked" in stage.line_with("‖", "prod")
        assert "all well" not in stage.text


async def test_the_pane_tells_what_why_and_what_next_for_the_row_under_the_cursor(fleet: Fleet) -> None:
    fleet.add("dead").fail(REFUSED)
    fleet.add("locked").fail(Unauthorized(status=401))
    fleet.add("well")
    notes = {"well": "Nothing is wrong here"}

    async def nothing_to_prepare() -> tuple[list[object], dict[str, str]]:
        return [], notes

    async with FleetStage(fleet, size=(120, 24), prepare=nothing_to_prepare) as stage:
        about = stage.lines[stage.row_of("dead  http://") :]
        assert "unreachable: no connection (Connection refused)" in about[1]
        assert "→ Check host and port" in about[2]
        assert "next try in" in about[3]
        assert "now with Ctrl-R" in about[3]
        await stage.press("j")
        about = stage.lines[stage.row_of("locked  http://") :]
        assert "credentials refused (401)" in about[1]
        assert "AppID or AppSecret is wrong, expired or disabled" in about[2]
        assert "→ Check both" in about[3]
        assert "not asked again until Ctrl-R" in about[4]
        await stage.press("j")
        assert "Nothing is wrong here" in stage.lines[stage.row_of("well  http://") + 1]


async def test_enter_opens_the_deployment_under_the_cursor_and_escape_returns_to_its_row(fleet: Fleet) -> None:
    fleet.add("one")
    fleet.add("two")
    async with FleetStage(fleet) as stage:
        await stage.press("down", "enter")
        assert isinstance(stage.screen, DeploymentScreen)
        assert stage.lines[0].startswith(" two  EMQX 5.8.9")
        await stage.press("escape")
        assert isinstance(stage.screen, FleetScreen)
        assert stage.table.cursor_key == "two"


async def test_a_double_click_opens_the_deployment_too(fleet: Fleet) -> None:
    fleet.add("one")
    fleet.add("two")
    async with FleetStage(fleet) as stage:
        await stage.pilot.double_click(stage.table, offset=(4, 2))
        await stage.settle()
        assert stage.lines[0].startswith(" two")


async def test_the_filter_narrows_while_one_types_and_escape_brings_all_rows_back(fleet: Fleet) -> None:
    for name in ("prod-eu", "prod-us", "lab"):
        fleet.add(name)
    async with FleetStage(fleet) as stage:
        await stage.press("slash", *"prod")
        assert list(stage.table.visible_keys) == ["prod-eu", "prod-us"]
        await stage.press("space", *"us")
        assert list(stage.table.visible_keys) == ["prod-us"]
        await stage.press("enter")
        assert "/prod us  1 of 3 rows, Esc clears" in stage.text
        await stage.press("escape")
        assert list(stage.table.visible_keys) == ["lab", "prod-eu", "prod-us"]
        assert "Esc clears" not in stage.text


async def test_escape_while_typing_a_filter_forgets_it(fleet: Fleet) -> None:
    fleet.add("prod")
    fleet.add("lab")
    async with FleetStage(fleet) as stage:
        await stage.press("slash", *"lab", "escape")
        assert list(stage.table.visible_keys) == ["lab", "prod"]
        assert "q quit" in stage.lines[-1]


async def test_an_invalid_pattern_is_told_also_while_it_is_typed_and_is_left_out(fleet: Fleet) -> None:
    fleet.add("prod")
    told = r"▲ /0\.1[12/ is left out: it is no pattern: unterminated character set"
    async with FleetStage(fleet) as stage:
        await stage.press("slash", "slash", "0", "backslash", "full_stop", "1", "left_square_bracket", *"12", "slash")
        assert told in stage.text
        assert "/ /0\\.1[12/" in stage.text, "the prompt is open"
        await stage.press("enter")
        assert told in stage.text
        assert list(stage.table.visible_keys) == ["prod"]
        await stage.press("escape")
        assert "is no pattern" not in stage.text


async def test_a_filter_that_nothing_meets_says_so_and_does_not_look_like_an_empty_fleet(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet) as stage:
        await stage.press("slash", *"zzz", "enter")
        assert "No row has what the filter asks for." in stage.text
        assert "No deployment is configured" not in stage.text


async def test_a_filter_finds_what_the_row_says_of_the_state(fleet: Fleet) -> None:
    fleet.add("dead").fail(REFUSED)
    fleet.add("well")
    async with FleetStage(fleet) as stage:
        await stage.press("slash", *"unreach", "enter")
        assert list(stage.table.visible_keys) == ["dead"]


async def test_without_any_deployment_it_tells_how_to_begin(fleet: Fleet) -> None:
    async with FleetStage(fleet, config_path=Path("/home/me/config.toml")) as stage:
        assert "No deployment is configured." in stage.text
        assert "emqx-tui demo" in stage.text
        assert "--url http://127.0.0.1:18083/api/v5 --app-id KEY" in stage.text
        assert "Or write /home/me/config.toml, for example:" in stage.text
        assert "[[deployments]]" in stage.text
        assert 'app_secret_env = "EMQX_PROD_EU_SECRET"' in stage.text
        await stage.press("enter", "s", "escape", "i", "ctrl+r", "slash", "escape")
        assert not stage.ended


async def test_mistakes_in_the_configuration_stay_in_sight_above_the_others(fleet: Fleet) -> None:
    fleet.add("prod")
    problems = ["config.toml:7: unknown key urll; did you mean url?"]
    async with FleetStage(fleet, problems=problems) as stage:
        assert "▲ config.toml:7: unknown key urll; did you mean url?" in stage.lines[1]
        await stage.advance(30)
        assert "urll" in stage.lines[1]
        assert "all well" in stage.line_with("prod", "2/2")


async def test_ctrl_r_asks_all_deployments_now_also_those_that_wait(fleet: Fleet) -> None:
    dead, locked = fleet.add("dead"), fleet.add("locked")
    dead.fail(REFUSED)
    locked.fail(Unauthorized(status=401))
    async with FleetStage(fleet) as stage:
        dead.says.clear()
        locked.says.clear()
        await stage.advance(0.5)
        assert "2 not readable" in stage.lines[0]
        await stage.press("ctrl+r")
        await stage.settle()
        assert "● all well" in stage.lines[0]


async def test_rows_are_sorted_by_what_was_picked_and_the_order_is_turned_round(fleet: Fleet) -> None:
    for name, nodes in (("b", [A]), ("a", [A, B]), ("c", [A, B, C])):
        fleet.add(name, nodes)
    async with FleetStage(fleet) as stage:
        await stage.press("s")
        assert "Sort by" in stage.text
        choices = stage.app.screen.query_one(LiveTable)
        assert choices.cursor_key == "state"
        choices.move_to("deployment")
        await stage.press("enter")
        assert list(stage.table.visible_keys) == ["a", "b", "c"]
        assert "DEPLOYMENT↑" in stage.text
        await stage.press("i")
        assert list(stage.table.visible_keys) == ["c", "b", "a"]
        assert "DEPLOYMENT↓" in stage.text


async def test_a_key_that_may_not_read_says_which_scope_it_lacks(fleet: Fleet) -> None:
    fleet.add("prod").fail(Forbidden(code="UNAUTHORIZED_ROLE", scope="monitoring"))
    async with FleetStage(fleet, size=(120, 24)) as stage:
        assert "not allowed (403): needs scope" in stage.line_with("✖", "prod")
        assert "→ Give the API key the scope monitoring" in stage.text


async def test_the_moment_in_which_the_demo_starts_asks_for_no_configuration(fleet: Fleet) -> None:
    async with FleetStage(fleet, size=(120, 24)) as stage:
        assert "The simulated fleet is being started" in stage.text
        assert "No deployment is configured" not in stage.text
