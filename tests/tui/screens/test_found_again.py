"""What a user sets on a screen is found again: on the way back to it, and in the next run."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.domain.models import Node
from emqx_tui.tui.remembered import RememberedViews, View
from emqx_tui.tui.views_file import ViewsFile
from emqx_tui.tui.widgets.prompt import Prompt
from fleet.fakes import A, B, C, D, E, Fleet, alarm, node
from tui.screens.form import WRITTEN, back, fill, opened, text_of
from tui.screens.stage import FleetStage


Run = Callable[..., AbstractAsyncContextManager[FleetStage]]

ALL = [A, B, C, D, E]
BY_LOAD = [A, C, B, E, D]
DETAIL = "version     5.8.9"


def nodes() -> dict[str, Node]:
    """Nodes of which the load tells another order than the names."""
    return {name: node(name, load1=load) for name, load in zip(ALL, (1.0, 3.0, 2.0, 5.0, 4.0), strict=True)}


@pytest.fixture
def file(tmp_path: Path) -> ViewsFile:
    return ViewsFile(tmp_path / "state" / "views.json")


@pytest.fixture
def run(file: ViewsFile, tmp_path: Path) -> Run:
    """One run of the program over `prod` and `edge`; the next begins with what this one kept."""

    @asynccontextmanager
    async def run(**options: Any) -> AsyncIterator[FleetStage]:  # noqa: ANN401  what the stage takes
        fleet = Fleet(tmp_path / "rosters")
        for name in ("prod", "edge"):
            broker = fleet.add(name, [])
            broker.rows = nodes()
            broker.active = [alarm("conn_congestion", at=10.0), alarm("high_cpu", at=20.0)]
        views = RememberedViews(file)
        async with FleetStage(fleet, remembered=views, **options) as stage:
            yield stage
        views.close()

    return run


async def sort_by(stage: FleetStage, column: str) -> None:
    await stage.press("s")
    stage.app.screen.query_one("LiveTable").move_to(column)  # type: ignore[attr-defined]
    await stage.press("enter")


async def enter(stage: FleetStage, prefix: str, text: str) -> None:
    await stage.press({":": "colon", "/": "slash"}[prefix])
    await stage.type(text)


def typed(stage: FleetStage) -> str:
    return stage.screen.query_one(Prompt).value


# The order of the rows


async def test_each_resource_of_each_deployment_keeps_its_order_in_this_run_and_the_next(run: Run) -> None:
    async with run(opened="prod") as stage:
        await sort_by(stage, "load")
        await enter(stage, ":", "alarms")
        assert list(stage.table.visible_keys) == [f"{A}/high_cpu", f"{A}/conn_congestion"]
        await sort_by(stage, "name")
        await enter(stage, ":", "nodes edge")
        assert list(stage.table.visible_keys) == ALL
        await enter(stage, ":", "nodes prod")
        assert list(stage.table.visible_keys) == BY_LOAD
        await stage.press("i")
        assert list(stage.table.visible_keys) == BY_LOAD[::-1]
    async with run(opened="prod", size=(120, 40)) as stage:
        assert list(stage.table.visible_keys) == BY_LOAD[::-1]
        assert "↓LOAD" in stage.text
        await enter(stage, ":", "alarms")
        assert list(stage.table.visible_keys) == [f"{A}/conn_congestion", f"{A}/high_cpu"]
        await enter(stage, ":", "nodes edge")
        assert list(stage.table.visible_keys) == ALL


async def test_the_fleet_keeps_its_order_of_its_own(run: Run) -> None:
    async with run() as stage:
        await sort_by(stage, "deployment")
        await stage.press("i")
        assert list(stage.table.visible_keys) == ["prod", "edge"]
    async with run() as stage:
        assert list(stage.table.visible_keys) == ["prod", "edge"]
        await stage.press("i")
        assert list(stage.table.visible_keys) == ["edge", "prod"]


@pytest.mark.parametrize("column", ["disk", "-disk", "", "-", "--load", "LOAD"])
async def test_a_column_that_is_no_more_gives_way_to_the_usual_order(run: Run, file: ViewsFile, column: str) -> None:
    views = RememberedViews(file)
    views.keep("prod", "nodes", View(column))
    views.close()
    async with run(opened="prod", size=(120, 40)) as stage:
        assert "STATUS↑" in stage.text
        await sort_by(stage, "load")
        assert list(stage.table.visible_keys) == BY_LOAD


# The detail pane


async def test_a_detail_pane_that_was_hidden_stays_hidden_for_this_resource(run: Run) -> None:
    async with run(opened="prod", size=(160, 40)) as stage:
        assert DETAIL in stage.text, "there is room for it unasked"
        await stage.press("d")
        assert DETAIL not in stage.text
        await enter(stage, ":", "alarms")
        assert "85 % of the processors are busy" in stage.text
        assert stage.screen.query_one("#detail").display
    async with run(opened="prod", size=(160, 40)) as stage:
        assert DETAIL not in stage.text
        await enter(stage, ":", "nodes edge")
        assert DETAIL in stage.text


async def test_a_detail_pane_that_was_opened_where_there_is_no_room_for_it_is_opened_again(run: Run) -> None:
    async with run(opened="prod", size=(80, 15)) as stage:
        assert DETAIL not in stage.text
        await stage.press("enter")
        assert DETAIL in stage.text
    async with run(opened="prod", size=(80, 15)) as stage:
        assert DETAIL in stage.text


async def test_enter_on_a_row_whose_detail_is_shown_anyway_sets_nothing(run: Run) -> None:
    async with run(opened="prod", size=(160, 40)) as stage:
        await stage.press("enter")
        assert DETAIL in stage.text
    async with run(opened="prod", size=(80, 15)) as stage:
        assert DETAIL not in stage.text


# What is not kept


async def test_the_interval_and_the_filter_are_as_configured_in_the_next_run(run: Run) -> None:
    async with run(opened="prod") as stage:
        await stage.press("plus")
        await stage.redraw()
        assert "every 10 s" in stage.lines[0]
        await enter(stage, "/", C)
        assert list(stage.table.visible_keys) == [C]
    async with run(opened="prod") as stage:
        assert "every 5 s" in stage.lines[0]
        assert list(stage.table.visible_keys) == ALL


# The lines of the prompts


async def test_up_shows_what_was_entered_on_another_screen_and_in_the_run_before(run: Run) -> None:
    async with run() as stage:
        await enter(stage, ":", "alarms prod")
        await enter(stage, "/", "high_cpu")
        await stage.press("colon", "up")
        assert typed(stage) == "alarms prod"
    async with run(opened="edge") as stage:
        await stage.press("slash", "up")
        assert typed(stage) == "high_cpu"
        await stage.press("escape", "colon", "up")
        assert typed(stage) == "alarms prod"


async def test_what_could_be_a_secret_is_found_in_this_run_alone(run: Run, file: ViewsFile) -> None:
    known, foreign = ["/5.8.9 core", ":alarms prod"], [":hunter2", "/hunter2", ":fleet hunter2", "/!hunter2"]
    async with run(opened="prod") as stage:
        for line in (*known, *foreign):
            await stage.press({":": "colon", "/": "slash"}[line[0]])
            stage.screen.query_one(Prompt).value = line[1:]
            await stage.press("enter")
            await stage.settle()
        await stage.press("slash", "up")
        assert typed(stage) == "!hunter2"
    assert b"hunter2" not in file.path.read_bytes()
    assert RememberedViews(file).lines == {":": ["alarms prod"], "/": ["5.8.9 core"]}


# Deployments that change


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(WRITTEN, "utf-8")
    return path


async def test_a_deployment_with_a_new_name_keeps_its_views(run: Run, written: Path) -> None:
    async with run(config_path=written) as stage:
        stage.fleet.brokers["production"] = stage.fleet.brokers["prod"]
        await enter(stage, ":", "prod")
        await sort_by(stage, "load")
        await stage.press("escape")
        stage.table.move_to("prod")
        await stage.press("e")
        await opened(stage)
        await fill(stage, name="production")
        await stage.press("ctrl+s")
        await back(stage)
        await enter(stage, ":", "production")
        assert list(stage.table.visible_keys) == BY_LOAD
    views = RememberedViews(ViewsFile(written.parent / "state" / "views.json"))
    assert views.view("production", "nodes") == View("load")
    assert views.view("prod", "nodes") == View()


async def test_a_deployment_that_is_removed_takes_its_views_with_it(run: Run, file: ViewsFile, written: Path) -> None:
    async with run(config_path=written) as stage:
        await enter(stage, ":", "prod")
        await sort_by(stage, "load")
        await stage.press("escape")
        stage.table.move_to("prod")
        await stage.press("ctrl+d", "left", "enter")
        await stage.until(lambda: "prod" not in stage.poller.store.deployments)
        await stage.settle()
    assert "prod" not in text_of(written)
    assert RememberedViews(file).view("prod", "nodes") == View()
    assert b"load" not in file.path.read_bytes()
