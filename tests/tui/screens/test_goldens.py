"""Whole screens, compared exactly with the text files of `tests/golden`.

Nothing in them depends on when or where the tests run: the clock is frozen, the simulated fleet is seeded, times are
UTC. After a wanted change of a screen renew the files and read the difference before it is kept:

    EMQX_TUI_GOLDEN=renew python -m pytest tests/tui/screens/test_goldens.py
"""

import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from emqx_tui.config import Deployment, InlineSecret, Platform, Secret
from emqx_tui.demo import start_fleet
from emqx_tui.domain.errors import Step, Unreachable
from emqx_tui.fleet.account import Account
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import Store
from emqx_tui.logs import Log
from fleet.fakes import A, B, C, FakeClock, Fleet, Steady, alarm
from pictures.network import Network
from tui.screens.stage import FleetStage, Stage


GOLDEN = Path(__file__).parents[2] / "golden"

SIZES = [(60, 15), (80, 24), (120, 36), (200, 50)]

KEYS = {"/": "slash"}
"""What Textual calls the keys of these characters."""


@asynccontextmanager
async def demo(
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    scenario: str = "healthy",
    opened: str | None = None,
    *,
    write: bool = False,
    account: bool = False,
) -> AsyncIterator[Stage]:
    """The app over the simulated fleet, some seconds after its start, so that there are rates.

    With a deployment that is opened it is the only one; with `account` the fleet shows those of the account as well.
    """
    clock = FakeClock()
    # the difference between the broker's clock and ours is measured where answers arrive
    monkeypatch.setattr("emqx_tui.api.http.time", SimpleNamespace(time=clock.wall, monotonic=clock.monotonic))
    fleet = await start_fleet(scenario, clock=clock.wall)
    network = Network(fleet, clock)
    monkeypatch.setattr("emqx_tui.api.http.httpx.AsyncHTTPTransport", lambda **_options: network)

    async def prepare() -> tuple[Sequence[Deployment], dict[str, str]]:
        deployments = [
            Deployment(name=one.name, url=one.url, app_id=one.app_id, secret=InlineSecret(Secret(one.app_secret)))
            for one in fleet.deployments
            if opened in {None, one.name}
        ]
        return deployments, {one.name: one.about for one in fleet.deployments}

    poller = Poller(Store(), clock=clock, rng=Steady(), write=write)
    try:
        async with Stage(
            poller, clock, size=size, opened=opened, prepare=prepare, log=Log(Path("/home/me/emqx-tui.log"))
        ) as stage:
            if account:
                cloud = fleet.platform
                secret = InlineSecret(Secret(cloud.secret))
                platform = Platform(url=cloud.url, app_id=cloud.key, secret=secret)
                found = stage.app.account = Account(platform, None, clock=clock, changed=stage.app._tell_screen)
                await found.ask()
            for _ in range(3):
                await stage.advance(1)
            if opened is None:
                # the cursor stays on the row that was the first one when the first answer came, whichever came first
                await stage.press("g")
            yield stage
    finally:
        await fleet.stop()


def compare(name: str, size: tuple[int, int], stage: Stage) -> None:
    """The screen is what the file says; with EMQX_TUI_GOLDEN=renew the file becomes what the screen is."""
    shown = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", stage.text) + "\n"
    path = GOLDEN / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("EMQX_TUI_GOLDEN") == "renew":
        path.write_text(shown, "utf-8")
    assert path.exists(), f"{path.name} is missing; EMQX_TUI_GOLDEN=renew writes it"
    assert shown.splitlines() == path.read_text("utf-8").splitlines()


@pytest.mark.parametrize("size", SIZES)
async def test_the_fleet(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    async with demo(monkeypatch, size) as stage:
        compare("fleet", size, stage)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "scenario", "line"),
    [
        ("deployment-healthy", "healthy", "nodes prod-eu"),
        ("deployment-4x", "healthy", "nodes plant-cn"),
        ("alarms", "healthy", "alarms prod-eu"),
        ("serverless", "healthy", "nodes serverless"),
        ("nanomq", "healthy", "nodes edge-gw"),
        ("credentials-refused", "healthy", "nodes lab"),
        ("help", "healthy", "help"),
    ],
)
async def test_a_screen(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], name: str, scenario: str, line: str
) -> None:
    async with demo(monkeypatch, size, scenario) as stage:
        await stage.app.follow(line)
        await stage.settle()
        for _ in range(3):
            await stage.advance(1)
        compare(name, size, stage)


ASKED = {
    "clients": ("clients prod-eu",),
    "clients-4x": ("clients plant-cn",),
    "subscriptions-of-a-topic": ("subscriptions prod-eu", "f", *"firmware/pump/v2", "enter"),
    "rules": ("rules prod-eu", "down"),
    "actions": ("actions prod-eu",),
    "listeners": ("listeners prod-eu",),
    "metrics-since-mark": ("metrics prod-eu", "m"),
    "slow-subscriptions": ("slow-subscriptions plant-cn",),
    "not-offered": ("banned edge-gw",),
    "cluster": ("cluster prod-eu",),
    "columns": ("clients prod-eu", "C", "down", "down", "down"),
}
"""The line of the prompt that leads to a list, and the keys that are pressed there."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ASKED)
async def test_a_list_that_is_asked_for(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], name: str) -> None:
    line, *keys = ASKED[name]
    async with demo(monkeypatch, size, opened=line.split()[1]) as stage:
        await stage.app.follow(line)
        await stage.settle()
        for _ in range(3):
            await stage.advance(1)
        await stage.press(*(KEYS.get(one, one) for one in keys))
        # long enough for all subscriptions to be looked through
        for _ in range(30):
            await stage.advance(1)
        compare(name, size, stage)


@pytest.mark.parametrize("size", SIZES)
async def test_clients_in_trouble_after_all_of_them_were_looked_at(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with demo(monkeypatch, size, opened="prod-eu") as stage:
        await stage.app.follow("trouble prod-eu")
        await stage.settle()
        for _ in range(60):
            await stage.advance(1)
        compare("trouble", size, stage)


@pytest.mark.parametrize("size", SIZES)
async def test_the_question_before_a_client_is_banned(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    async with demo(monkeypatch, size, opened="prod-eu", write=True) as stage:
        await stage.app.follow("clients prod-eu")
        await stage.settle()
        await stage.advance(2)
        await stage.press("a")
        await stage.settle()
        compare("actions-of-a-client", size, stage)
        await stage.press("down", "down", "enter")
        await stage.settle()
        compare("ban", size, stage)


@pytest.mark.parametrize("size", SIZES)
async def test_the_fleet_with_the_deployments_of_an_account(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with demo(monkeypatch, size, account=True) as stage:
        compare("fleet-account", size, stage)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "keys"), [("help-nodes", []), ("help-search", ["slash", *"api", "space", *"key", "enter"])]
)
async def test_the_help_of_a_deployment(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], name: str, keys: list[str]
) -> None:
    async with demo(monkeypatch, size, opened="prod-eu") as stage:
        await stage.press("question_mark", *keys)
        compare(name, size, stage)


@pytest.mark.parametrize("size", SIZES)
async def test_a_deployment_of_which_a_node_stopped(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    async with demo(monkeypatch, size, "node-down", opened="prod-eu") as stage:
        for _ in range(25):
            await stage.advance(1)
        compare("deployment-node-stopped", size, stage)


@pytest.mark.parametrize("size", SIZES)
async def test_a_deployment_with_a_hung_peer(fleet: Fleet, size: tuple[int, int]) -> None:
    broker = fleet.add("prod", [A, B, C])
    broker.active = [alarm()]
    async with FleetStage(fleet, size=size, opened="prod") as stage:
        await stage.advance(6)
        broker.hang(B)
        await stage.advance(20)
        compare("deployment-apart", size, stage)


@pytest.mark.parametrize("size", SIZES)
async def test_a_deployment_that_went_stale(fleet: Fleet, size: tuple[int, int]) -> None:
    broker = fleet.add("prod", [A, B, C])
    async with FleetStage(fleet, size=size, opened="prod") as stage:
        await stage.advance(6)
        broker.fail(Unreachable(Step.CONNECT, "Connection refused"))
        await stage.advance(30)
        compare("deployment-stale", size, stage)
