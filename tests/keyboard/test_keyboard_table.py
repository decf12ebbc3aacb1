"""The table of every key, and what holds for each of its lines."""

import contextlib
import re
from pathlib import Path

import pytest
from textual.binding import BindingsMap
from textual.widgets import Input

from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP, Clash, Keymap, clash_in
from emqx_tui.keyboard.listing import listing
from emqx_tui.keyboard.names import Unusable, parse_key, plain
from emqx_tui.keyboard.table import BY_ID, KEYS, SECTIONS, TAKEN, TOGETHER, Key, Place
from emqx_tui.tui.app import EmqxTui
from emqx_tui.tui.screens.ask import AskScreen
from emqx_tui.tui.screens.choose_columns import ChooseColumnsScreen
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.edit_deployment import EditDeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.help import HelpScreen
from emqx_tui.tui.screens.pick import PickScreen
from emqx_tui.tui.widgets.live_table import LiveTable
from emqx_tui.tui.widgets.prompt import Prompt


DOCS = Path(__file__).parents[2] / "docs" / "keys.md"

WORKS_ON: dict[Place, tuple[type, ...]] = {
    Place.EVERYWHERE: (EmqxTui,),
    Place.LIST: (FleetScreen, DeploymentScreen),
    Place.TABLE: (LiveTable,),
    Place.FLEET: (FleetScreen,),
    Place.FILE: (FleetScreen,),
    Place.DEPLOYMENT: (DeploymentScreen,),
    Place.WRITING: (DeploymentScreen,),
    Place.PROMPT: (Prompt,),
    Place.FORM: (EditDeploymentScreen,),
    Place.DIALOG: (EditDeploymentScreen, PickScreen),
    Place.COLUMNS: (ChooseColumnsScreen,),
    Place.HELP: (HelpScreen,),
    Place.QUESTION: (AskScreen,),
}


def test_no_key_does_two_things_in_one_place() -> None:
    assert clash_in(DEFAULT_KEYMAP) is None
    assert len(BY_ID) == len(KEYS)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.id)
def test_every_key_is_one_and_does_something_where_it_works(key: Key) -> None:
    assert [parse_key(plain(each)) for each in key.keys.split(",")] == key.keys.split(",")
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", key.id), "the configuration names it, also without quotes"
    assert key.about[0].isupper()
    assert not key.about.endswith(".")
    action = re.sub(r"^prompt\('(\w+)'\)$", r"\1", key.action)
    target, _dot, name = action.partition("(")[0].rpartition(".")
    for owner in (EmqxTui,) if target == "app" else WORKS_ON[key.place]:
        assert hasattr(owner, f"action_{name}"), owner


def test_every_place_is_told_of_and_has_its_neighbours() -> None:
    assert {place for _title, places in SECTIONS for place in places} == set(Place)
    # what works everywhere comes to every other place by its priority
    assert {place for places in TOGETHER for place in places} == set(Place)


def test_what_a_line_of_text_needs_is_what_textual_gives_it() -> None:
    needed = set()
    for key in BindingsMap(Input.BINDINGS).key_to_bindings:
        # what nobody can write is nobody's to take away
        with contextlib.suppress(Unusable):
            needed.add(parse_key(key))
    assert needed == TAKEN[Place.PROMPT]
    assert needed < TAKEN[Place.FORM]


def test_the_app_has_no_key_that_is_not_in_the_table() -> None:
    everywhere = {key for each in KEYS if each.place is Place.EVERYWHERE for key in each.keys.split(",")}
    assert EmqxTui._merged_bindings is not None
    assert set(EmqxTui._merged_bindings.key_to_bindings) == everywhere


@pytest.mark.parametrize(
    ("changed", "clash"),
    [
        ({"view.sort": ("O",)}, None),
        ({"view.sort": ("i",), "view.invert": ("s",)}, None),
        ({"view.sort": ()}, None),
        ({"view.sort": (), "view.invert": ("s",)}, None),
        ({"view.detail": ("e",)}, None),
        ({"question.yes": ("j",)}, None),
        ({"view.sort": ("O", "i")}, Clash("view.sort", "view.invert", "i")),
        ({"view.sort": ("j",)}, Clash("view.sort", "table.down", "j")),
        ({"view.sort": ("ctrl+c",)}, Clash("view.sort", "app.interrupt", "ctrl+c")),
        ({"view.detail": ("q",)}, Clash("view.detail", "app.quit", "q")),
        ({"file.add": ("G",)}, Clash("file.add", "table.last", "G")),
        ({"prompt.complete": ("up",)}, Clash("prompt.complete", "prompt.earlier", "up")),
        ({"prompt.complete": ("ctrl+l",)}, Clash("prompt.complete", "app.redraw", "ctrl+l")),
        ({"form.save": ("escape",)}, Clash("form.save", "dialog.leave", "escape")),
        ({"question.yes": ("q",)}, Clash("dialog.leave", "question.yes", "q")),
        ({"app.quit": (), "table.up": ("q",)}, Clash("table.up", "dialog.leave", "q")),
    ],
)
def test_a_key_may_be_used_twice_only_where_one_of_the_two_does_not_work(
    changed: dict[str, tuple[str, ...]], clash: Clash | None
) -> None:
    assert clash_in(Keymap(changed)) == clash


def test_the_keymap_tells_the_first_key_or_none() -> None:
    keymap = Keymap({"poll.now": ("f5", "ctrl+r"), "view.sort": ()})
    assert (keymap.short("poll.now"), keymap.long("poll.now")) == ("F5", "F5")
    assert (keymap.keys("view.sort"), keymap.short("view.sort"), keymap.long("view.sort")) == ((), "", "")
    assert (keymap.short("app.palette"), keymap.long("app.palette")) == ("^p", "Ctrl-P")


def test_the_page_of_keys_is_what_the_program_prints() -> None:
    assert DOCS.read_text("utf-8") == listing(), "emqx-tui config keys > docs/keys.md"
    for key in KEYS:
        row = next(line for line in listing().splitlines() if line.startswith(f"| `{key.id}` "))
        assert row.endswith(f" {key.about} |")
        assert all(f"`{plain(each)}`" in row for each in key.keys.split(","))
