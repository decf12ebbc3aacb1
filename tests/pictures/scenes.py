"""What is on each picture: the simulated fleet at a frozen time, and what somebody did to get there."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from textual.widgets import Input

from emqx_tui.config import Deployment, InlineSecret, Platform, Secret
from emqx_tui.demo import DemoFleet, start_fleet
from emqx_tui.demo.fleet import APP_SECRET
from emqx_tui.demo.scenario import Outage, outage_of
from emqx_tui.fleet.account import Account
from emqx_tui.fleet.diagnosis import Outcome
from emqx_tui.fleet.diagnosis import Stage as Step
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import Store
from emqx_tui.logs import Log
from emqx_tui.tui import themes
from emqx_tui.tui.screens.edit_deployment import EditDeploymentScreen
from emqx_tui.tui.widgets import stages
from fleet.fakes import FakeClock, Steady
from pictures.grid import Grid, grid_of
from pictures.network import Network
from tui.screens.form import fill
from tui.screens.stage import Stage


USUAL = (120, 36)
HOUR = 3600.0
BOTH = ("dark", "light")

WRONG_SECRET = "c4n4ry-of-the-pictures"
"""Typed into a form; like the simulated fleet's own secrets it must be in no picture."""

SECRETS = (WRONG_SECRET, APP_SECRET, "not-the-secret")

TAKEN = {Step.DNS: 0.004, Step.TCP: 0.012, Step.CREDENTIALS: 0.031, Step.API: 0.031}
"""What the steps of a connection test take in the pictures, in seconds."""


class PictureStage(Stage):
    """The app over the simulated fleet, in a time that only passes when it is told to.

    Attributes:
        fleet: The simulated fleet.
        network: Between the two, but in the pictures of the form: its test opens real connections.
    """

    fleet: DemoFleet
    network: Network


Act = Callable[[PictureStage], Awaitable[None]]


class Scene(NamedTuple):
    """One picture.

    Attributes:
        name: Of the file.
        about: A sentence about it.
        act: What is done before it is taken.
        scenario: Of the simulated fleet.
        opened: The deployment that is open; it is watched alone.
        watched: Seconds for which it was watched before anything happened: what fills the charts.
        size: Columns and lines of the terminal.
        looks: The themes it is taken in.
        ascii_only: With ASCII only.
        again: What is done is undone with Esc and done again in each theme: what is open keeps the colours it had.
        configured: The deployments are from a configuration file.
        first_run: Nothing is configured.
        write: Actions are allowed.
        account: The fleet shows the deployments of the account as well.
        shown_off: It is on the front page, as a PNG.
    """

    name: str
    about: str
    act: Act | None = None
    scenario: str = "healthy"
    opened: str | None = None
    watched: float = HOUR
    size: tuple[int, int] = USUAL
    looks: tuple[str, ...] = BOTH
    ascii_only: bool = False
    again: bool = False
    configured: bool = False
    first_run: bool = False
    write: bool = False
    account: bool = False
    shown_off: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its files, without the ending."""
        return tuple(self.name if len(self.looks) == 1 else f"{self.name}-{look}" for look in self.looks)


def keys(*names: str) -> Act:
    """Press these keys."""

    async def press(stage: PictureStage) -> None:
        await stage.press(*names)
        await stage.settle()

    return press


def goes_to(line: str) -> Act:
    """Follow this line of the prompt."""

    async def follow(stage: PictureStage) -> None:
        await stage.app.follow(line)
        await stage.settle()

    return follow


def types(opening: str, text: str) -> Act:
    """Open a prompt and type, without entering it."""

    async def typed(stage: PictureStage) -> None:
        await stage.press(opening, *("space" if one == " " else one for one in text))
        await stage.settle()

    return typed


def list_of(line: str, *then: str, seconds: float = 3) -> Act:
    """Go to a list, press these keys when it is there, and wait."""

    async def look(stage: PictureStage) -> None:
        await stage.app.follow(line)
        await stage.settle()
        await _pass(stage, 4)
        await stage.press(*({"/": "slash"}.get(one, one) for one in then))
        await _pass(stage, seconds)

    return look


async def _pass(stage: PictureStage, seconds: float) -> None:
    # what is read asks on when its answer was read: each second what is due has to come to its end
    for _ in range(int(seconds)):
        await stage.advance(1)


async def _ban(stage: PictureStage) -> None:
    await list_of("trouble", seconds=30)(stage)
    await stage.press("a", "down", "enter")
    await stage.settle()
    for field in stage.app.screen.query(Input):
        field.cursor_blink = False
    await stage.press("tab", "tab", *("space" if one == " " else one for one in "floods the plant"))
    await stage.settle()


async def _wait_for_it(stage: PictureStage) -> None:
    await stage.advance(15)


async def _lose_the_network(stage: PictureStage) -> None:
    stage.network.down = True
    await stage.advance(33)


async def _form(stage: PictureStage) -> None:
    await stage.until(lambda: isinstance(stage.app.screen, EditDeploymentScreen) and bool(stage.app.focused))
    for field in stage.app.screen.query(Input):
        field.cursor_blink = False


async def _fill(stage: PictureStage, app_id: str, secret: str, verdict: str) -> None:
    await _form(stage)
    url = stage.fleet.deployments[0].url.removesuffix("/api/v5")
    await fill(stage, name="prod-eu", url=url, app_id=app_id, secret=secret)
    await stage.press("ctrl+t")
    await stage.until(lambda: verdict in stage.text)
    await stage.settle()


async def _refused(stage: PictureStage) -> None:
    await _fill(stage, "admin", WRONG_SECRET, "failed at")


async def _accepted(stage: PictureStage) -> None:
    one = stage.fleet.deployments[0]
    await _fill(stage, one.app_id, one.app_secret, "EMQX 5")


async def _adds(stage: PictureStage) -> None:
    await stage.press("a")
    await _form(stage)
    await stage.settle()


SCENES: tuple[Scene, ...] = (
    Scene(
        "deployment",
        "The home screen, seconds after a node was killed: what is wrong comes first, then traffic, then the nodes.",
        scenario="node-down",
        opened="prod-eu",
        shown_off=True,
    ),
    Scene(
        "fleet",
        "Every deployment on one screen, the worst first. Below: what is wrong with the chosen one, and what to do.",
        scenario="node-down",
        size=(120, 22),
        shown_off=True,
    ),
    Scene(
        "hung",
        "A node hangs, and EMQX answers no question about the whole cluster: the nodes are asked one by one.",
        _wait_for_it,
        scenario="node-hung",
        opened="plant-cn",
    ),
    Scene(
        "stale",
        "The network is gone: the last figures stay, grey and with their age.",
        _lose_the_network,
        opened="prod-eu",
    ),
    Scene(
        "refused",
        "Credentials that are refused: why, what to do, and that nothing is asked until you say so.",
        opened="lab",
        size=(120, 16),
    ),
    Scene(
        "trouble",
        "Out of fifty thousand clients those whose messages wait, get lost or are not acknowledged, the worst first.",
        list_of("trouble", "d", seconds=30),
        opened="prod-eu",
        watched=0,
        size=(120, 34),
        shown_off=True,
    ),
    Scene(
        "pipeline",
        "A rule with what comes of it: where its messages get stuck, and why.",
        list_of("rules", "down", seconds=3),
        opened="prod-eu",
        watched=0,
        shown_off=True,
    ),
    Scene(
        "topic",
        "Who gets this topic? All subscriptions are looked through, wildcards and shared groups included.",
        list_of("subscriptions", "f", *"firmware/pump/v2", "enter", seconds=30),
        opened="prod-eu",
        watched=0,
        size=(120, 24),
    ),
    Scene(
        "ban",
        "Where writing is allowed: whom it touches, what follows and what is sent, before anything is done.",
        _ban,
        opened="prod-eu",
        watched=0,
        size=(120, 30),
        write=True,
        shown_off=True,
    ),
    Scene(
        "clients",
        "The clients of a deployment, read page by page as one scrolls. Beside it, all about one of them.",
        list_of("clients", *["down"] * 6),
        opened="prod-eu",
        watched=0,
        size=(180, 36),
    ),
    Scene(
        "metrics",
        "Every counter, told anew from a mark on: what happens now, and not since the nodes started.",
        list_of("metrics", "m", "d", seconds=60),
        opened="prod-eu",
        watched=0,
        size=(120, 32),
    ),
    Scene(
        "account",
        "The deployments of an EMQX Cloud account stand in the fleet as well, with what they lack.",
        keys("end"),
        account=True,
        size=(120, 22),
    ),
    Scene("alarms", "The alarms of a deployment.", goes_to("alarms"), opened="prod-eu", size=(120, 28)),
    Scene(
        "alarm-detail",
        "On a wide terminal the detail stands beside the table: all that the broker tells of an alarm.",
        goes_to("alarms"),
        opened="prod-eu",
        size=(180, 24),
    ),
    Scene("emqx4", "An EMQX 4.4 cluster.", opened="plant-cn"),
    Scene("nanomq", "A NanoMQ gateway. What it does not tell is a dash.", opened="edge-gw", size=(120, 28)),
    Scene(
        "serverless",
        "EMQX Cloud Serverless offers a small part of the API, and the screen says which.",
        opened="serverless",
        size=(120, 16),
    ),
    Scene("large", "A cluster of fifty nodes.", scenario="large", opened="prod-eu", watched=0),
    Scene(
        "add",
        "The form that opens when nothing is configured.",
        _form,
        first_run=True,
        size=(120, 24),
    ),
    Scene(
        "add-refused",
        "The connection test names the step that fails and what to do.",
        _refused,
        first_run=True,
        size=(120, 27),
        shown_off=True,
    ),
    Scene(
        "add-tested",
        "The same test when all is well: what answers there.",
        _accepted,
        first_run=True,
        size=(120, 26),
    ),
    Scene(
        "remove",
        "Removing a deployment, after a question.",
        keys("ctrl+d"),
        configured=True,
        size=(120, 22),
    ),
    Scene("filter", "A filter while it is typed.", types("slash", "replicant"), opened="prod-eu"),
    Scene("prompt", "Going to a screen by its name; Tab completes.", types("colon", "al"), opened="prod-eu"),
    Scene(
        "palette",
        "The command palette.",
        types("ctrl+p", "prod"),
        opened="prod-eu",
        again=True,
    ),
    Scene("sort", "Sorting by any column.", keys("s"), opened="prod-eu"),
    Scene("theme", "Choosing the colours.", goes_to("theme"), opened="prod-eu", again=True),
    Scene("help", "Help: every key, symbol and word.", keys("question_mark")),
    Scene("small", "80 columns and 24 lines.", scenario="node-down", opened="prod-eu", size=(80, 24)),
    Scene("wide", "200 columns and 50 lines.", scenario="node-down", opened="prod-eu", size=(200, 50)),
    Scene(
        "contrast",
        "The theme of high contrast: every text at 7:1 or more.",
        scenario="node-down",
        opened="prod-eu",
        looks=("contrast",),
    ),
    Scene(
        "colourblind",
        "The theme for the colour-blind.",
        scenario="node-down",
        opened="prod-eu",
        looks=("colourblind",),
    ),
    Scene(
        "ascii",
        "With ASCII only, for terminals and fonts that have nothing else.",
        scenario="node-down",
        opened="prod-eu",
        looks=("dark",),
        ascii_only=True,
    ),
)
"""Every picture there is, in the order of the gallery."""


async def drawn(scene: Scene) -> dict[str, Grid]:
    """The screens of a scene, by the names of their files."""
    with pytest.MonkeyPatch.context() as patch:
        async with _on_stage(scene, patch) as stage:
            found: dict[str, Grid] = {}
            for look, name in zip(scene.looks, scene.files, strict=True):
                if found and scene.again:
                    await stage.press("escape")
                themes.choose(stage.app, look)
                await stage.settle()
                if scene.act is not None and (scene.again or not found):
                    await scene.act(stage)
                    await stage.settle()
                found[name] = grid_of(stage.app)
            return found


@asynccontextmanager
async def _on_stage(scene: Scene, patch: pytest.MonkeyPatch) -> AsyncIterator[PictureStage]:
    clock = FakeClock()
    _still(patch, clock)
    before = scene.watched if scene.opened else 0.0
    patch.setattr("emqx_tui.demo.fleet.outage_of", lambda scenario: _later(outage_of(scenario), before))
    fleet = await start_fleet(scene.scenario, clock=clock.wall)
    watched = [one for one in fleet.deployments if scene.opened in {None, one.name} and not scene.first_run]

    async def prepare() -> tuple[Sequence[Deployment], dict[str, str]]:
        deployments = [
            Deployment(name=one.name, url=one.url, app_id=one.app_id, secret=InlineSecret(Secret(one.app_secret)))
            for one in watched
        ]
        return deployments, {one.name: one.about for one in watched}

    stage = PictureStage(
        Poller(Store(), clock=clock, rng=Steady(), write=scene.write),
        clock,
        size=scene.size,
        opened=scene.opened,
        prepare=prepare,
        log=Log(Path("~/.local/state/emqx-tui/log/emqx-tui.log")),
        config_path=Path("~/.config/emqx-tui/config.toml") if scene.configured or scene.first_run else None,
        first_run=scene.first_run,
        theme=scene.looks[0],
        ascii_only=scene.ascii_only,
    )
    stage.fleet, stage.network = fleet, Network(fleet, clock)
    if not scene.first_run:
        patch.setattr("emqx_tui.api.http.httpx.AsyncHTTPTransport", lambda **_options: stage.network)
    try:
        async with stage:
            if scene.opened and before:
                watch = stage.poller.watches[scene.opened]
                watch.set_interval(60)
                await stage.advance(before)
                watch.set_interval(5)
            if scene.account:
                cloud = fleet.platform
                platform = Platform(url=cloud.url, app_id=cloud.key, secret=InlineSecret(Secret(cloud.secret)))
                account = stage.app.account = Account(platform, None, clock=clock)
                await account.ask()
            if not scene.first_run:
                await stage.advance(24)
            if scene.opened is None and not scene.first_run:
                await stage.press("g")
            yield stage
    finally:
        await fleet.stop()


def _still(patch: pytest.MonkeyPatch, clock: FakeClock) -> None:
    """Nothing depends on the time, the zone, the terminal or the speed of where the pictures are made."""
    patch.setenv("TZ", "UTC")
    patch.delenv("NO_COLOR", raising=False)
    time.tzset()
    # the difference between the broker's clock and ours is measured where answers arrive
    patch.setattr("emqx_tui.api.http.time", SimpleNamespace(time=clock.wall, monotonic=clock.monotonic))
    patch.setattr("emqx_tui.fleet.measured.milliseconds", lambda _seconds: "12 ms")
    patch.setattr(stages, "outcome_words", _steady(stages.outcome_words))
    patch.setattr("textual._wait.SLEEP_GRANULARITY", 1 / 250)
    patch.setattr("textual._wait.SLEEP_IDLE", 1 / 1000)


def _steady(words: Callable[[Outcome], str]) -> Callable[[Outcome], str]:
    def steadily(outcome: Outcome) -> str:
        return words(replace(outcome, seconds=None if outcome.seconds is None else TAKEN.get(outcome.stage, 0.0)))

    return steadily


def _later(outage: Outage | None, seconds: float) -> Outage | None:
    """The same outage, once, after so many seconds in which all was well."""
    if outage is None:
        return None
    begins = outage.begins + seconds
    return replace(outage, begins=begins, ends=begins + 90, period=begins + HOUR)
