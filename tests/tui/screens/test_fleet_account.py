"""The deployments of an EMQX Cloud account in the fleet: what they lack, and how they are added."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from emqx_tui.config import load
from emqx_tui.demo.exchange import Answer
from emqx_tui.fleet.account import LEAST
from emqx_tui.tui.screens.fleet import FleetScreen
from fleet.clouds import Cloud, running_cloud
from fleet.fakes import Fleet
from tui.screens.form import back, fill, opened, value
from tui.screens.stage import FleetStage


OTHERS = ["orders-us", "plant-cn", "serverless", "trial-apac"]


@pytest.fixture
async def cloud(tmp_path: Path, fleet: Fleet) -> AsyncIterator[Cloud]:
    async with running_cloud(tmp_path / "state", fleet.clock) as found:
        yield found


@asynccontextmanager
async def watched(fleet: Fleet, cloud: Cloud, **options: object) -> AsyncIterator[FleetStage]:
    """The fleet with the account, as soon as that has answered."""
    stage = FleetStage(fleet, **options)
    account = stage.app.account = cloud.account()
    async with stage:
        await stage.until(lambda: account.read_at is not None or account.failure is not None)
        await stage.settle()
        yield stage


async def test_what_the_account_has_and_nobody_watches_stands_below_and_says_what_it_lacks(
    fleet: Fleet, cloud: Cloud
) -> None:
    fleet.add("prod-eu").active = []
    async with watched(fleet, cloud, size=(160, 24)) as stage:
        rows = [line for line in stage.lines if "needs API key" in line]
        assert [line.split()[1] for line in rows] == OTHERS
        assert "○ orders-us" in " ".join(rows[0].split())
        for part in ("dedicatedFlex v6", "running", "Iowa"):
            assert part in rows[0]
        assert "stopped" in rows[-1]
        assert stage.row_of("prod-eu") < stage.row_of("orders-us")


async def test_they_count_neither_as_deployments_nor_against_all_well(fleet: Fleet, cloud: Cloud) -> None:
    fleet.add("prod-eu")
    async with watched(fleet, cloud, size=(160, 24)) as stage:
        assert "1 deployment" in stage.lines[0]
        assert "● all well" in stage.lines[0]
        assert "○ 4 not configured" in stage.lines[0]
        assert list(stage.poller.watches) == ["prod-eu"]


async def test_without_an_account_nothing_of_it_is_said(fleet: Fleet) -> None:
    fleet.add("prod-eu")
    async with FleetStage(fleet, size=(160, 24)) as stage:
        assert "not configured" not in stage.text
        assert "account" not in stage.text


async def test_the_fleet_does_not_wait_for_the_account(fleet: Fleet, cloud: Cloud) -> None:
    cloud.service.instead = Answer(200, b"[]", after=3600.0)
    fleet.add("prod-eu")
    stage = FleetStage(fleet, size=(160, 24))
    stage.app.account = cloud.account()
    async with stage:
        assert "all well" in stage.line_with("●", "prod-eu")


@pytest.mark.parametrize("key", ["enter", "e"])
async def test_one_is_added_with_its_name_and_is_known_by_its_id_from_then_on(
    fleet: Fleet, cloud: Cloud, tmp_path: Path, key: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text("", "utf-8")
    fleet.add("prod-eu")
    fleet.brokers["orders"] = fleet.brokers["prod-eu"]
    async with watched(fleet, cloud, size=(120, 36), config_path=path) as stage:
        stage.table.move_to(next(name for name in stage.table.visible_keys if name.endswith("u81b5e44")))
        await stage.redraw()
        assert "needs an API key of its own" in stage.text
        await stage.press(key)
        await opened(stage)
        assert (value(stage, "name"), value(stage, "url")) == ("orders-us", "")
        assert "neither the address of the API nor a key" in stage.text
        await fill(stage, name="orders", url="https://a.example:8443/api/v5", app_id="k", secret="s")
        await stage.press("ctrl+s")
        await back(stage)
        assert [(one.name, one.platform_id) for one in load(path).settings.deployments] == [("orders", "u81b5e44")]
        assert "orders-us" not in stage.text
        assert "○ 3 not configured" in stage.lines[0]


@pytest.mark.parametrize("key", ["D", "ctrl+d"])
async def test_what_is_not_configured_is_neither_copied_nor_removed(
    fleet: Fleet, cloud: Cloud, tmp_path: Path, key: str
) -> None:
    fleet.add("prod-eu")
    async with watched(fleet, cloud, size=(120, 36), config_path=tmp_path / "config.toml") as stage:
        stage.table.move_to(next(name for name in stage.table.visible_keys if name.endswith("u81b5e44")))
        await stage.press(key)
        await stage.until(lambda: "orders-us is not configured." in stage.text)
        assert isinstance(stage.app.screen, FleetScreen)


async def test_why_the_account_cannot_be_read_is_said_and_the_deployments_go_on(fleet: Fleet, cloud: Cloud) -> None:
    cloud.service.instead = Answer(401, b'{"code": "X", "message": "no"}')
    fleet.add("prod-eu")
    async with watched(fleet, cloud, size=(120, 24)) as stage:
        assert "the platform API refused the key" in stage.line_with("▲", "EMQX Cloud account")
        assert "all well" in stage.line_with("●", "prod-eu")


async def test_asking_now_asks_the_account_again_but_not_within_a_minute(fleet: Fleet, cloud: Cloud) -> None:
    fleet.add("prod-eu")
    async with watched(fleet, cloud, size=(120, 24)) as stage:
        await stage.press("ctrl+r")
        await stage.advance(LEAST - 5)
        assert len(cloud.service.asked) == 1
        await stage.advance(10)
        await stage.until(lambda: len(cloud.service.asked) == 2)
