"""Adding, editing, duplicating and removing deployments from the fleet."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from emqx_tui.config import load
from emqx_tui.tui.screens.ask import AskScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from fleet.fakes import Fleet
from tui.screens.form import (
    CANARY,
    WRITTEN,
    back,
    fill,
    opened,
    text_of,
    unlink,
    value,
    write,
)
from tui.screens.stage import FleetStage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "emqx-tui" / "config.toml"


@pytest.fixture
def edited(fleet: Fleet, path: Path) -> Callable[..., AbstractAsyncContextManager[FleetStage]]:
    """The fleet of a configuration file."""
    path.parent.mkdir()
    path.write_text(WRITTEN, "utf-8")
    fleet.add("prod")
    fleet.add("edge")
    return lambda **options: FleetStage(fleet, config_path=path, **options)


# Editing


async def test_editing_keeps_comments_and_the_secret_that_was_not_touched(
    edited: Callable[..., AbstractAsyncContextManager[FleetStage]], path: Path
) -> None:
    async with edited() as stage:
        stage.fleet.brokers["production"] = stage.fleet.brokers["prod"]
        stage.table.move_to("prod")
        await stage.press("e")
        await opened(stage)
        assert value(stage, "secret") == ""
        assert "kept as it is" in stage.text
        await fill(stage, name="production", colour="red")
        await stage.press("ctrl+s")
        await back(stage)
        written = text_of(path)
        assert written == WRITTEN.replace('"prod" ', '"production" ').replace(
            'tags = ["eu"]\n', 'tags = ["eu"]\ncolour = "red"\n'
        )
        assert list(stage.poller.store.deployments) == ["production", "edge"]
        assert stage.line_with("production", "2/2")
        assert CANARY not in stage.sent


async def test_a_deployment_that_is_replaced_is_watched_once_and_keeps_its_nodes(
    edited: Callable[..., AbstractAsyncContextManager[FleetStage]],
) -> None:
    async with edited() as stage:
        old = stage.poller.watches["prod"]
        broker = stage.fleet.brokers["prod"]
        known = set(stage.fleet.state("prod").roster)
        stage.table.move_to("prod")
        await stage.press("e")
        await opened(stage)
        await fill(stage, app_id="another")
        await stage.press("ctrl+s")
        await back(stage)
        assert stage.poller.watches["prod"] is not old
        assert set(stage.fleet.state("prod").roster) == known
        before = len(broker.times("nodes"))
        await stage.advance(15)
        assert len(broker.times("nodes")) == before + 1


async def test_duplicating_offers_a_name_that_is_free(
    edited: Callable[..., AbstractAsyncContextManager[FleetStage]], path: Path
) -> None:
    async with edited() as stage:
        stage.fleet.brokers["prod-2"] = stage.fleet.brokers["prod"]
        stage.table.move_to("prod")
        await stage.press("D")
        await opened(stage)
        assert value(stage, "name") == "prod-2"
        await stage.press("ctrl+s")
        await back(stage)
        first, _, copy = load(path).settings.deployments
        assert (copy.name, copy.secret, copy.tags) == ("prod-2", first.secret, ("eu",))
        assert list(stage.poller.store.deployments) == ["prod", "edge", "prod-2"]


async def test_removing_asks_and_takes_out_one_table_only(
    edited: Callable[..., AbstractAsyncContextManager[FleetStage]], path: Path
) -> None:
    async with edited(size=(160, 30)) as stage:
        assert "a add" in stage.lines[-1]
        broker = stage.fleet.brokers["prod"]
        stage.table.move_to("prod")
        await stage.press("ctrl+d")
        await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
        assert str(path.parent.name) in stage.text
        await stage.press("enter")
        assert text_of(path) == WRITTEN
        await stage.press("ctrl+d")
        await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
        await stage.press("y")
        await stage.until(lambda: list(stage.poller.store.deployments) == ["edge"])
        await back(stage)
        assert list(stage.table.visible_keys) == ["edge"]
        assert broker.closed
        assert [one.name for one in load(path).settings.deployments] == ["edge"]
        assert text_of(path).startswith("# kept by hand\nrefresh = 7\n")
        assert not list((path.parent.parent / "rosters").glob("prod*"))
        await stage.advance(60)


async def test_what_the_file_has_lost_is_said(
    edited: Callable[..., AbstractAsyncContextManager[FleetStage]], path: Path
) -> None:
    async with edited() as stage:
        unlink(path)
        for keys in (("e",), ("ctrl+d", "y")):
            await stage.press(*keys)
            await stage.until(lambda: "config.toml" in stage.text)
            assert isinstance(stage.app.screen, FleetScreen)


# Leaving


async def test_esc_leaves_at_once_and_asks_when_something_was_typed(
    edited: Callable[..., AbstractAsyncContextManager[FleetStage]],
) -> None:
    async with edited() as stage:
        await stage.press("a")
        await opened(stage)
        await stage.press("escape")
        assert isinstance(stage.app.screen, FleetScreen)
        await stage.app.follow("add")
        await opened(stage)
        await stage.press("x", "escape")
        assert isinstance(stage.app.screen, AskScreen)
        await stage.press("enter")
        assert value(stage, "name") == "x"
        await stage.press("escape", "y")
        assert isinstance(stage.app.screen, FleetScreen)


@pytest.mark.parametrize("text", ["x[/y] [@click=app.quit]q[/]", "\x1b[2Jx\x9b31m"])
async def test_texts_of_the_file_are_only_text(
    text: str, edited: Callable[..., AbstractAsyncContextManager[FleetStage]], path: Path
) -> None:
    quoted = "".join(rf"\u{ord(one):04x}" for one in text)
    write(path, WRITTEN.replace('"EDGE"', f'"{quoted}"').replace('app_id = "key"', f'app_id = "{quoted}"'))
    async with edited() as stage:
        stage.table.move_to("edge")
        await stage.press("e")
        await opened(stage)
        await fill(stage, colour="red")
        assert "\x1b[2J" not in stage.sent
        assert "\x9b" not in stage.sent
        await stage.press("ctrl+s")
        await back(stage)
        assert load(path).settings.deployments[1].app_id == text
