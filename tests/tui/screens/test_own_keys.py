"""Keys that the user has changed: what they do, what the others do no more, and that every text says so."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.domain.errors import Step, Unauthorized, Unreachable
from emqx_tui.fleet.store import Phase
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.tui.screens.ask import AskScreen
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.edit_deployment import EditDeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.help import HelpScreen
from emqx_tui.tui.screens.pick import PickScreen
from emqx_tui.tui.widgets.prompt import Prompt
from fleet.fakes import A, B, C, D, E, Fleet
from tui.screens.form import back, opened, value
from tui.screens.stage import FleetStage


def staged(fleet: Fleet, changed: Mapping[str, tuple[str, ...]], **options: Any) -> FleetStage:  # noqa: ANN401
    """The app with these keys instead of the usual ones."""
    return FleetStage(fleet, keymap=Keymap(changed), **options)


async def test_another_key_does_it_and_the_usual_one_does_not_and_bar_and_help_say_so(fleet: Fleet) -> None:
    fleet.add()
    async with staged(fleet, {"view.sort": ("O",)}, size=(100, 80), opened="prod") as stage:
        assert "O sort" in stage.lines[-1]
        assert "s sort" not in stage.lines[-1]
        await stage.press("s")
        assert isinstance(stage.screen, DeploymentScreen)
        await stage.press("O")
        assert "Sort by" in stage.text
        await stage.press("escape", "question_mark")
        assert stage.line_with("Choose the column to sort by").strip("│ ").startswith("O ")


async def test_two_actions_swap_their_keys(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B])
    async with staged(fleet, {"view.sort": ("i",), "view.invert": ("s",)}, opened="prod") as stage:
        assert "STATUS↑" in stage.text
        await stage.press("s")
        assert "STATUS↓" in stage.text
        await stage.press("i")
        assert "Sort by" in stage.text


async def test_several_keys_do_the_same_and_the_first_one_is_shown(fleet: Fleet) -> None:
    broker = fleet.add()
    async with staged(fleet, {"poll.now": ("f5", "r")}, size=(100, 80), opened="prod") as stage:
        assert "F5 now" in stage.lines[-1]
        for key, asked in (("f5", 1), ("r", 1), ("ctrl+r", 0)):
            await stage.advance(3)
            before = len(broker.times("nodes"))
            await stage.press(key)
            await stage.settle()
            assert len(broker.times("nodes")) - before == asked, key
        await stage.press("question_mark")
        assert stage.line_with("Ask now").strip("│ ").startswith("F5 r ")


async def test_an_action_without_a_key_is_neither_on_the_bar_nor_in_the_help(fleet: Fleet) -> None:
    fleet.add()
    async with staged(fleet, {"poll.pause": ()}, size=(160, 80), opened="prod") as stage:
        assert "pause" not in stage.lines[-1]
        await stage.press("p")
        assert stage.screen.poller.store.deployments["prod"].phase is not Phase.PAUSED
        await stage.press("question_mark")
        assert "Ask less often" in stage.text
        assert "Stop asking the broker" not in stage.text


async def test_a_click_on_a_hint_does_what_its_other_key_does(fleet: Fleet) -> None:
    fleet.add()
    async with staged(fleet, {"view.sort": ("f7",), "table.choose": ("l",)}) as stage:
        await stage.pilot.click("#keys", offset=(1 + stage.lines[-1].strip().index("F7 sort"), 0))
        await stage.redraw()
        assert isinstance(stage.app.screen, PickScreen)
        await stage.press("escape")
        await stage.pilot.click("#keys", offset=(1 + stage.lines[-1].strip().index("l open"), 0))
        await stage.settle()
        assert isinstance(stage.screen, DeploymentScreen)


async def test_help_and_quit_never_give_way_whatever_their_keys(fleet: Fleet) -> None:
    fleet.add()
    async with staged(fleet, {"app.help": ("f1",), "app.quit": ("f10",)}, size=(60, 20)) as stage:
        assert stage.lines[-1].endswith("F1 help  F10 quit")
        assert "add" not in stage.lines[-1]
        await stage.press("f1")
        assert isinstance(stage.app.screen, HelpScreen)
        await stage.press("f1")
        assert isinstance(stage.screen, FleetScreen)
        await stage.press("q", "ctrl+q")
        assert not stage.ended
        await stage.press("f10")
        assert stage.ended


async def test_the_keys_of_lists_are_others_in_every_list(fleet: Fleet) -> None:
    fleet.add(nodes=[A, B, C, D, E])
    changed = {"table.down": ("n",), "table.up": ("u",), "table.choose": ("l",), "table.last": ("end",)}
    async with staged(fleet, changed, size=(80, 15), opened="prod") as stage:
        await stage.press("j", "down", "G")
        assert stage.table.cursor_key == A
        await stage.press("n", "n", "u")
        assert stage.table.cursor_key == B
        await stage.press("enter")
        assert "version     5.8.9" not in stage.text
        await stage.press("l")
        assert "version     5.8.9" in stage.text
        await stage.press("s", "n", "l")
        assert isinstance(stage.screen, DeploymentScreen)
        assert "STATUS↑" not in stage.text
        await stage.press("question_mark")
        before = stage.text
        await stage.press("n")
        assert stage.text != before, "the help is scrolled by them"


async def test_the_keys_of_the_prompt_are_others_and_what_is_typed_is_typed(fleet: Fleet) -> None:
    fleet.add()
    changed = {
        "prompt.complete": ("ctrl+n",),
        "prompt.cancel": ("ctrl+g", "escape"),
        "app.prompt": ("g",),
        "table.first": ("home",),
        "poll.now": ("r",),
        "app.quit": ("f10",),
    }
    async with staged(fleet, changed, opened="prod") as stage:
        await stage.press("g", "a", "l", "ctrl+n")
        assert stage.lines[-1].strip() == ": alarms"
        await stage.press("r")
        assert stage.lines[-1].strip() == ": alarmsr"
        await stage.press("ctrl+g")
        assert not stage.screen.query_one(Prompt).display
        await stage.press("slash", "q", "r", "g")
        assert stage.lines[-1].strip() == "/ qrg"


async def test_the_interrupt_key_quits_whatever_else_was_changed(fleet: Fleet) -> None:
    fleet.add()
    async with staged(fleet, {"app.quit": (), "app.interrupt": ("f10", "ctrl+c")}, opened="prod") as stage:
        assert "quit" not in stage.lines[-1]
        await stage.press("q", "ctrl+q", "slash", "q")
        assert not stage.ended
        await stage.press("ctrl+c")
        assert stage.ended


@pytest.mark.parametrize("key", ["f10", "ctrl+c"])
async def test_a_further_key_quits_while_one_types_too(fleet: Fleet, key: str) -> None:
    fleet.add()
    async with staged(fleet, {"app.interrupt": ("f10", "ctrl+c")}, opened="prod") as stage:
        await stage.press("slash", "q", key)
        assert stage.ended


async def test_sentences_name_the_keys_that_work(fleet: Fleet) -> None:
    fleet.add("dead").fail(Unreachable(Step.CONNECT, "Connection refused"))
    fleet.add("locked").fail(Unauthorized(status=401))
    fleet.add("well")
    changed = {
        "poll.now": ("f5",),
        "poll.pause": ("space",),
        "view.back": ("backspace",),
        "fleet.clear": ("alt+c",),
        "dialog.leave": ("ctrl+g", "escape"),
    }
    async with staged(fleet, changed, size=(120, 30)) as stage:
        assert "now with F5" in stage.text
        await stage.press("j")
        assert "not asked again until F5" in stage.text
        await stage.press("slash", "w", "e", "l", "l", "enter")
        assert "1 of 3 rows, Alt-c clears" in stage.text
        await stage.press("alt+c")
        assert "of 3 rows" not in stage.text
        await stage.app.follow("well")
        await stage.settle()
        await stage.press("slash", "z", "enter")
        assert "0 of 2 rows, Backspace clears" in stage.text
        await stage.press("backspace", "space", "f5")
        await stage.until(lambda: "Paused: Space goes on." in stage.text)
        await stage.press("s")
        await stage.app.follow("fleet")
        await stage.until(lambda: "Leave this first, with Ctrl-G." in stage.text)
        await stage.press("ctrl+g")
        assert isinstance(stage.screen, DeploymentScreen)


async def test_sentences_name_no_key_where_none_works(fleet: Fleet) -> None:
    fleet.add("dead").fail(Unreachable(Step.CONNECT, "Connection refused"))
    fleet.add("locked").fail(Unauthorized(status=401))
    fleet.add("well")
    changed: Mapping[str, tuple[str, ...]] = {"poll.now": (), "fleet.clear": (), "table.choose": ()}
    async with staged(fleet, changed, size=(120, 30)) as stage:
        assert "next try in" in stage.text
        assert "now with" not in stage.text
        assert "open" not in stage.lines[-1]
        await stage.press("j")
        assert "not asked again" in stage.text
        assert "until" not in stage.text
        await stage.press("slash", "w", "e", "l", "l", "enter")
        assert "1 of 3 rows" in stage.text
        assert "clears" not in stage.text


async def test_the_form_has_its_own_keys_and_says_which(fleet: Fleet, tmp_path: Path) -> None:
    changed = {
        "file.add": ("insert",),
        "form.save": ("f2",),
        "form.next": ("ctrl+n",),
        "dialog.leave": ("f9", "escape"),
    }
    async with staged(fleet, changed, config_path=tmp_path / "config.toml", size=(100, 30)) as stage:
        assert "press Insert" in stage.text
        assert "ins add" in stage.lines[-1]
        await stage.press("insert")
        await opened(stage)
        assert stage.lines[0].endswith("^t test  F2 save  F9 cancel  F1 help")
        await stage.press("ctrl+n", "q")
        assert [value(stage, name) for name in ("name", "url")] == ["", "q"]
        await stage.press("f2")
        assert isinstance(stage.app.screen, EditDeploymentScreen)
        assert "✖" in stage.text
        await stage.press("f9")
        assert isinstance(stage.app.screen, AskScreen)
        await stage.press("y")
        await back(stage)


async def test_the_screen_is_drawn_again_by_its_key_also_in_front_of_a_dialog(fleet: Fleet) -> None:
    fleet.add()
    async with staged(fleet, {"app.redraw": ("f9",)}, opened="prod") as stage:
        await stage.press("s")
        for key, drawn in (("ctrl+l", False), ("f9", True)):
            before = len(stage.sent)
            await stage.press(key)
            assert ("Sort by" in stage.sent[before:]) is drawn, key


async def test_the_panel_of_keys_that_the_palette_offers_shows_the_keys_that_work(fleet: Fleet) -> None:
    fleet.add()
    async with staged(fleet, {"view.sort": ("f7",)}, opened="prod") as stage:
        bound = {key: found.binding.action for key, found in stage.app.active_bindings.items()}
        assert bound["f7"] == "screen.pick_sort"
        assert "s" not in bound
