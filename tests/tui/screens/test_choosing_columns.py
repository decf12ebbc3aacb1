"""`C` chooses the columns of a list, `w` shows all of them."""

from pathlib import Path

from emqx_tui.tui.remembered import RememberedViews, View
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.views_file import ViewsFile
from fleet.fakes import Fleet
from tui.screens.stage import FleetStage


def heading(stage: FleetStage) -> list[str]:
    """The headings of the list, also while a dialog is in front of it."""
    found = next(line.split() for line in stage.lines if "NODE " in line)
    return [word.strip("↑↓") for word in found if word != "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"]


def listed(stage: FleetStage) -> ListScreen:
    """The screen of the list, also while a dialog is in front of it."""
    return next(one for one in stage.app.screen_stack if isinstance(one, ListScreen))


async def choose(stage: FleetStage, *columns_and_keys: tuple[str, str]) -> None:
    """Open the dialog and press a key on each of the columns."""
    await stage.press("C")
    for column, key in columns_and_keys:
        stage.app.screen.query_one("LiveTable").move_to(column)  # type: ignore[attr-defined]
        await stage.press(key)


async def test_hiding_a_column_is_seen_behind_the_dialog_at_once(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(230, 50), opened="prod") as stage:
        assert "ROLE" in heading(stage)
        await choose(stage, ("role", "space"))
        assert "ROLE" not in heading(stage)
        assert stage.line_with("ROLE", "Core or replicant"), "the dialog still offers it"
        await stage.press("space")
        assert "ROLE" in heading(stage)
        await stage.press("space", "enter")
        assert not stage.line_with("Core or replicant")
        assert "ROLE" not in heading(stage)
        await stage.advance(10)
        assert "ROLE" not in heading(stage), "it does not come back by itself"


async def test_columns_move_and_the_cursor_of_the_dialog_stays_on_its_column(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(230, 50), opened="prod") as stage:
        before = heading(stage)
        assert before.index("LIVE") < before.index("SESSIONS")
        await choose(stage, ("live", "greater_than_sign"))
        after = heading(stage)
        assert after.index("LIVE") == after.index("SESSIONS") + 1
        await stage.press("less_than_sign", "shift+up", "escape")
        assert heading(stage).index("LIVE") == before.index("LIVE") - 1


async def test_a_wider_column_shows_more_and_r_takes_everything_back(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(230, 50), opened="prod") as stage:
        before = stage.line_with("NODE", "SESSIONS")
        await choose(stage, ("live", "plus"), ("role", "space"))
        assert listed(stage).view == View(hidden=("role",), widths={"live": 7})
        await stage.press("r")
        assert listed(stage).view == View()
        await stage.press("escape")
        assert stage.line_with("NODE", "SESSIONS") == before


async def test_the_last_column_stays_and_the_dialog_says_so(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(230, 50), opened="prod") as stage:
        titled = [one.id for one in stage.screen.offered if one.title]
        await choose(stage, *((name, "space") for name in titled))
        assert [one.id for one in listed(stage).columns if one.title] == [titled[-1]]
        assert "The last column with a heading stays." in stage.text


async def test_what_was_chosen_is_found_by_the_next_run_for_that_resource_of_that_deployment(tmp_path: Path) -> None:
    file = ViewsFile(tmp_path / "views.json")
    for run in (1, 2):
        fleet = Fleet(tmp_path / f"rosters{run}")
        fleet.add("prod")
        fleet.add("edge")
        views = RememberedViews(file)
        async with FleetStage(fleet, size=(230, 50), opened="prod", remembered=views) as stage:
            if run == 1:
                await choose(stage, ("role", "space"), ("load", "less_than_sign"))
                await stage.press("escape", "w")
            assert "ROLE" not in heading(stage)
            assert heading(stage).index("LOAD") < heading(stage).index("DROP/s")
            assert stage.table.wide
            await stage.app.follow("nodes edge")
            await stage.settle()
            assert "ROLE" in heading(stage)
        views.close()


async def test_a_narrow_terminal_still_hides_what_has_no_room_until_w_shows_all(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(80, 24), opened="prod") as stage:
        assert "VERSION" not in heading(stage)
        narrow = heading(stage)
        await stage.press("w")
        assert heading(stage)[:2] == ["NODE", "ROLE"]
        assert stage.table.hidden_columns > 0
        while stage.table.hidden_columns:
            await stage.press("right")
        assert "ALARMS" in heading(stage)
        assert heading(stage)[0] == "NODE", "what names the row stays"
        await stage.press("w")
        assert heading(stage) == narrow


async def test_a_hidden_column_can_be_sorted_and_filtered_by(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(230, 50), opened="prod") as stage:
        await choose(stage, ("load", "space"))
        await stage.press("escape", "s")
        assert stage.line_with("LOAD", "Load average")
        await stage.press("escape", "slash")
        await stage.type("load>=0")
        assert stage.line_with("/load>=0", "2 of 2 rows")


async def test_in_the_list_of_deployments_columns_are_chosen_too(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(200, 40)) as stage:
        assert "KIND" in stage.text
        await choose(stage, ("kind", "space"))
        await stage.press("escape")
        assert "KIND" not in stage.text
        assert "DEPLOYMENT" in stage.text
