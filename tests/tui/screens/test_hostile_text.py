"""Text from outside is only text on every surface: it colours nothing, runs nothing, steers no terminal."""

import re

import pytest

from emqx_tui.domain.errors import ServerError
from emqx_tui.domain.models import Alarm, Kind
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.text import sanitize
from emqx_tui.tui.screens.deployment import DeploymentScreen
from fleet.fakes import NOON, Fleet, node
from tui.screens.stage import FleetStage


MARKUP = "x[/y] [@click=app.quit]q[/] [red]r"
CONTROL = "\x1b[2J\x1b]0;t\x07\x9b31m\u202egpj.exe"
HOSTILE = [MARKUP, CONTROL]


def hostile(fleet: Fleet, text: str) -> str:
    """A deployment in which every text is hostile; its name. The adapters clean texts, the fake broker does not."""
    name = "d" + text
    broker = fleet.add(name, kind=Kind.EMQX4)
    broker.rows = {
        "n" + text: node("n" + text, version="5" + text, role="core" + text, description=text, datetime=text)
    }
    broker.active = [Alarm("a" + text, "n" + text, "m" + text, NOON - 5, (("k" + text, "v" + text),))]
    return name


def assert_inert(stage: FleetStage) -> None:
    """No control character was sent but the sequences that place and colour our own text."""
    rest = re.sub(r"\x1b\[[0-9;]*[mHCGKX]", "", stage.sent)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rest)
    assert not stage.ended


@pytest.mark.parametrize("text", HOSTILE)
async def test_names_versions_and_alarms_are_inert_on_every_screen(fleet: Fleet, text: str) -> None:
    name = hostile(fleet, text)
    async with FleetStage(fleet, size=(160, 40)) as stage:
        shown = sanitize(text)[:10]
        assert "d" + shown in stage.text
        await stage.press("enter")
        await stage.settle()
        assert isinstance(stage.screen, DeploymentScreen)
        assert stage.screen.deployment == name
        assert "n" + shown in stage.text
        assert "a" + shown in stage.text
        await stage.press("enter", "slash", "n", "enter", "s", "escape", "question_mark", "escape")
        await stage.app.follow("alarms")
        await stage.settle()
        assert "m" + shown in stage.text
        await stage.press("enter")
        assert "v" + shown in stage.text
        assert_inert(stage)


@pytest.mark.parametrize("text", HOSTILE)
async def test_an_error_body_is_inert_in_the_strip_and_in_the_fleet(fleet: Fleet, text: str) -> None:
    fleet.add("prod").fail(ServerError(text, status=500))
    async with FleetStage(fleet, size=(160, 40)) as stage:
        assert sanitize(text)[:6] in stage.text
        await stage.press("enter")
        await stage.settle()
        assert "server error (500)" in stage.text
        assert sanitize(text)[:6] in stage.text
        assert_inert(stage)


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_complaint_about_hostile_words_is_inert(fleet: Fleet, text: str) -> None:
    fleet.add("da" + text)
    fleet.add("db" + text)
    async with FleetStage(fleet, size=(120, 30)) as stage:
        for line in ("zz" + text, "d"):
            await stage.app.follow(line)
        await stage.until(lambda: "Several deployments begin so: da" in " ".join(stage.text.split()))
        assert sanitize(text)[:5] in stage.text
        assert_inert(stage)


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_hostile_deployment_in_the_command_palette_is_inert_and_can_be_chosen(fleet: Fleet, text: str) -> None:
    name = hostile(fleet, text)
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await stage.press("ctrl+p")
        await stage.until(lambda: "nodes d" in stage.text)
        await stage.press(*"nodes")
        await stage.until(lambda: "nodes d" in stage.text)
        await stage.press("down", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, DeploymentScreen))
        assert isinstance(stage.screen, DeploymentScreen)
        assert stage.screen.deployment == name
        assert_inert(stage)


@pytest.mark.parametrize("text", HOSTILE)
async def test_mistakes_in_the_configuration_and_notes_are_inert(fleet: Fleet, text: str) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(120, 30), problems=["p" + text]) as stage:
        assert "▲ p" + sanitize(text)[:6] in stage.text
        assert_inert(stage)


async def test_what_is_pasted_into_the_prompt_is_inert(fleet: Fleet) -> None:
    fleet.add("prod")
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await stage.press("slash")
        stage.screen.take_typed(CONTROL + MARKUP)
        await stage.press("enter")
        await stage.settle()
        assert "␛[2J" in stage.text
        assert_inert(stage)


async def test_a_click_on_hostile_text_runs_nothing(fleet: Fleet) -> None:
    hostile(fleet, "[@click=app.quit]" * 6)
    async with FleetStage(fleet, size=(120, 30)) as stage:
        for y in (0, 3, 8, 27, 28):
            await stage.pilot.click(offset=(20, y))
            if not isinstance(stage.app.screen, type(stage.screen)):
                break
        assert not stage.ended


async def test_a_remembered_roster_with_hostile_names_is_inert(fleet: Fleet) -> None:
    fleet.add("prod").hang_whole()
    name = "n" + CONTROL
    fleet.state().roster = {name: Member(name, NodeState.GONE, node(name), NOON - 60, NOON - 50)}
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        assert "n␛[2J" in stage.text
        assert_inert(stage)
