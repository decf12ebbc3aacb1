"""The help: first the screen one comes from, then everything else; read, searched and left."""

from pathlib import Path

import pyte
import pytest
from textual.events import MouseScrollDown
from textual.widgets import Input

from emqx_tui.domain.models import Kind
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.keyboard.table import Place
from emqx_tui.logs import Log
from emqx_tui.resources import ALARMS, NODES, named
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.spec import Resource
from emqx_tui.tui.panels.help import of_table
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.edit_deployment import EditDeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.help import HelpScreen
from emqx_tui.tui.widgets.prompt import Prompt
from fleet.fakes import A, B, Fleet
from tui.screens.form import FormStage, opened
from tui.screens.stage import FleetStage, Stage


SIZES = [(60, 15), (80, 24), (120, 36), (200, 50)]
TALL = (100, 260)
NAMES = {" ": "space", "?": "question_mark"}


def headings(stage: Stage) -> list[str]:
    """What stands at the left edge of the text."""
    return [line.strip() for line in body(stage) if line[2:3].strip() and line[:2] == "  " and line[2] != " "]


def body(stage: Stage) -> list[str]:
    """The lines between the title and the keys, from the left edge of the text."""
    left = stage.app.screen.query_one("#help-pages").region.x
    return [" " + line[left:].rstrip("┃").rstrip() for line in stage.lines[1:-1]]


def place(stage: Stage) -> tuple[int, int, int]:
    """First and last line on screen, and how many there are."""
    page, total = stage.lines[0].rsplit(" of ", 1)
    first, last = page.split()[-1].split("-")
    return int(first), int(last), int(total)


async def search(stage: Stage, text: str) -> None:
    await stage.press("slash", *(NAMES.get(one, one) for one in text))


def marked(stage: Stage) -> set[str]:
    """What is drawn as found."""
    behind = stage.app.screen.query_one("#help-pages").get_component_styles("pages--match").background.rich_color
    strips = stage.app.screen._compositor.render_strips()
    return {
        segment.text.lower()
        for strip in strips[1:-1]
        for segment in strip
        if segment.style is not None and segment.style.bgcolor == behind
    }


# What is told, and in which order


@pytest.mark.parametrize(
    ("line", "title", "resource", "others"),
    [
        ("fleet", "Help  Fleet", DEPLOYMENTS, [NODES, ALARMS]),
        ("nodes prod", "Help  Nodes · prod", NODES, [DEPLOYMENTS, ALARMS]),
        ("alarms prod", "Help  Alarms · prod", ALARMS, [DEPLOYMENTS, NODES]),
    ],
)
async def test_the_screen_one_comes_from_is_explained_first(
    fleet: Fleet, line: str, title: str, resource: Resource[object], others: list[Resource[object]]
) -> None:
    fleet.add()
    async with FleetStage(fleet, size=TALL) as stage:
        await stage.app.follow(line)
        shown = stage.screen.columns
        await stage.press("question_mark")
        assert stage.lines[0].strip().startswith(title)
        assert headings(stage) == [
            "Keys of this screen",
            "Columns",
            "States and symbols",
            "How old the figures are",
            "Filter",
            "Signs and numbers",
            "Keys everywhere",
            "Mouse",
            "Keys of this help",
            "Glossary",
            "Log and configuration",
        ]
        whole = " ".join(stage.text.split())
        assert [column.id for column in shown if column.title and column.about not in whole] == []
        for sign in resource.signs:
            assert stage.line_with(f"{sign.mark} {sign.word}", sign.about)
        elsewhere = {sign.about for one in others for sign in one.signs} - {sign.about for sign in resource.signs}
        assert not any(about in stage.text for about in elsewhere)


async def test_keys_of_the_fleet_are_told_there_and_those_of_a_deployment_there(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=TALL) as stage:
        await stage.press("question_mark")
        assert "Clear the filter, or go back" not in stage.text
        assert "Stop asking the broker" not in stage.text
        assert "Add a deployment" not in stage.text, "there is no configuration file"
        await stage.press("escape", "enter")
        await stage.settle()
        await stage.press("question_mark")
        assert "Stop asking the broker" in stage.text
        assert "Clear the filter, or go back" in stage.text


@pytest.mark.parametrize(
    ("resource", "told", "untold"),
    [
        ("nodes", {"x"}, {"f", "v", "m", "M", "S"}),
        ("clients", {"f"}, {"v", "m", "M", "S", "x"}),
        ("trouble", {"S"}, {"v", "m", "M", "x"}),
        ("retained", {"f", "v"}, {"m", "M", "S", "x"}),
        ("metrics", {"m", "M"}, {"f", "v", "S", "x"}),
    ],
)
def test_only_keys_that_do_something_in_a_list_are_told_there(resource: str, told: set[str], untold: set[str]) -> None:
    keys = of_table(Keymap(), (Place.DEPLOYMENT, Place.LIST), named(resource), ())[0].entries
    assert told | {"d", "p", "C"} <= {one.left for one in keys}
    assert not untold & {one.left for one in keys}


async def test_with_a_configuration_file_its_keys_and_its_place_are_told(fleet: Fleet, tmp_path: Path) -> None:
    fleet.add()
    path = tmp_path / "of-mine.toml"
    log = Log(tmp_path / "x.log", "debug", "--log-level", refusal="Read-only file system")
    async with FleetStage(fleet, size=(150, 260), config_path=path, log=log) as stage:
        assert "▲ no log: Read-only file system" in stage.text
        await stage.press("question_mark")
        assert "Add a deployment" in stage.text
        text = "".join(line.strip() for line in body(stage))
        assert str(path) in text
        assert str(log.path) in text
        assert stage.line_with("log level", "debug, set by --log-level")
        assert stage.line_with("not written", "Read-only file system")


async def test_a_service_without_nodes_has_no_columns_to_explain_but_says_why(fleet: Fleet) -> None:
    fleet.add("cloud", kind=Kind.SERVERLESS)
    async with FleetStage(fleet, size=TALL, opened="cloud") as stage:
        await stage.press("question_mark")
        assert "it offers no nodes" in " ".join(stage.text.split())
        assert "Columns" not in headings(stage)
        assert headings(stage)[0] == "EMQX Serverless"


async def test_what_changes_behind_it_disturbs_nobody_who_reads(fleet: Fleet) -> None:
    broker = fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("question_mark", "pagedown")
        before = stage.text
        del broker.rows[B]
        await stage.advance(30)
        assert stage.text == before


# Reading


async def test_every_key_that_moves_moves_and_the_place_is_told(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("question_mark")
        first, last, total = place(stage)
        assert (first, last) == (1, 22)
        assert total > 100
        for keys, expected in (
            (["j"], 2),
            (["down"], 3),
            (["k", "up"], 1),
            (["k"], 1),
            (["pagedown"], 22),
            (["pageup"], 1),
            (["G"], total - 21),
            (["j"], total - 21),
            (["g"], 1),
            (["end"], total - 21),
            (["home"], 1),
        ):
            await stage.press(*keys)
            assert place(stage) == (expected, expected + 21, total), keys
        assert stage.lines[1].strip().startswith("Keys of this screen")


async def test_the_wheel_scrolls(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("question_mark")
        await stage.pilot._post_mouse_events([MouseScrollDown], offset=(20, 10))
        await stage.redraw()
        assert place(stage)[0] == 4


async def test_another_width_keeps_what_is_read_about_where_it_was(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(120, 24)) as stage:
        await stage.press("question_mark")
        while "Glossary" not in headings(stage):
            await stage.press("pagedown")
        shown, _last, of = place(stage)
        await stage.pilot.resize_terminal(80, 24)
        await stage.until(lambda: len(stage.lines[0]) <= 80)
        await stage.redraw()
        first, last, total = place(stage)
        assert last - first == 21
        assert abs(first / total - shown / of) < 0.05
        assert total > 150


async def test_lines_are_as_long_as_can_be_read_however_wide_the_terminal_is(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(200, 50)) as stage:
        await stage.press("question_mark")
        for _ in range(4):
            assert max(len(line) for line in body(stage)) <= 98
            await stage.press("pagedown")


async def test_a_terminal_that_got_only_the_differences_shows_the_whole_help(fleet: Fleet) -> None:
    fleet.add()
    terminal = pyte.Screen(80, 24)
    stream = pyte.Stream(terminal)
    async with FleetStage(fleet, size=(80, 24)) as stage:
        fed = 0
        for keys in (["question_mark"], ["j"], ["pagedown"], ["slash", "n", "o"], ["enter"], ["j"], ["escape"], ["G"]):
            await stage.press(*keys)
            stream.feed("".join(stage.app.sent[fed:]))
            fed = len(stage.app.sent)
            assert [line.rstrip() for line in terminal.display] == stage.lines, keys


# Searching


async def test_while_one_types_only_lines_with_the_words_stay_under_their_headings(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24), opened="prod") as stage:
        await stage.press("question_mark")
        await search(stage, "PER cent host")
        assert stage.lines[-1].strip() == "/ PER cent host"
        assert headings(stage) == ["Columns"]
        assert [line.strip() for line in body(stage) if line.strip()] == [
            "Columns",
            "MEM  Memory in use, in per cent of what the host has",
        ]
        assert marked(stage) == {"per", "cent", "host"}
        assert place(stage) == (1, 2, 2)
        await stage.press(*["backspace"] * 13)
        assert place(stage)[2] > 100
        assert marked(stage) == set()


async def test_enter_keeps_what_was_found_and_esc_clears_it_before_it_leaves(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("question_mark", "pagedown", "pagedown")
        before = stage.text
        await search(stage, "alarm")
        await stage.press("enter")
        assert "esc back" in stage.lines[-1]
        assert "/alarm" in stage.lines[-2]
        assert "esc clears" in stage.lines[-2]
        assert "alarm" in marked(stage)
        await stage.press("escape")
        # One is where one was before the search; the line of the search gives its room back after a layout.
        await stage.until(lambda: stage.text == before)
        await stage.press("escape")
        assert isinstance(stage.app.screen, FleetScreen)


async def test_esc_while_one_types_clears_and_the_next_one_leaves(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("question_mark")
        before = stage.text
        await search(stage, "q?j")
        assert stage.lines[-1].strip() == "/ q?j"
        await stage.press("escape")
        assert stage.text == before
        await stage.press("escape")
        assert isinstance(stage.app.screen, FleetScreen)


async def test_a_search_can_be_changed_and_one_can_scroll_while_typing(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("question_mark")
        await search(stage, "th")
        first = place(stage)
        await stage.press("pagedown")
        assert place(stage)[0] > first[0]
        await stage.press("e", "enter", "slash")
        assert stage.lines[-1].strip() == "/ the"
        await stage.press("y")
        assert place(stage)[0] == 1
        assert stage.lines[-1].strip() == "/ they"


async def test_that_nothing_was_found_is_said(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("question_mark")
        await search(stage, "zzz")
        assert "Nothing in this help has all of: zzz" in stage.text
        assert stage.lines[0].strip() == "Help  Fleet"
        await stage.press("enter")
        assert "Nothing in this help has all of: zzz" in stage.text
        assert "0 places" in stage.lines[-2]


@pytest.mark.parametrize("text", ["[red]x[/]", "[@click=app.quit]q", "x[/y]", "\\[b", "*+(?"])
async def test_what_looks_like_markup_is_only_text(fleet: Fleet, text: str) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("question_mark", "slash")
        stage.app.screen.query_one(Prompt).insert(text)
        await stage.redraw()
        assert f"/ {text}" in stage.lines[-1]
        assert f"all of: {text}" in stage.text
        await stage.press("enter")
        assert f"/{text}" in stage.lines[-2]
        await stage.pilot.click(offset=(20, 1))
        assert not stage.ended


async def test_control_characters_that_are_pasted_are_shown_and_not_sent(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("question_mark", "slash")
        stage.app.screen.query_one(Prompt).insert("\x1b[2J\u202e")
        await stage.redraw()
        assert "all of: ␛[2J�" in stage.text
        assert "\x1b[2J" not in stage.sent


async def test_a_meaning_that_is_found_is_shown_whole(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=TALL) as stage:
        await stage.press("question_mark")
        whole = " ".join(stage.text.split())
        await search(stage, "retained")
        meaning = "A message that the broker keeps as the last one of its topic and sends to whoever subscribes later."
        assert meaning in whole
        assert meaning in " ".join(stage.text.split())
        assert "in-flight" not in stage.text


# From the form, and leaving


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "emqx-tui" / "config.toml"


async def test_f1_explains_the_form_and_gives_it_back_as_it_was(path: Path) -> None:
    async with FormStage(path, size=(100, 200)) as stage:
        await opened(stage)
        assert "F1 help" in stage.lines[0]
        await stage.press("p", "question_mark", "f1")
        assert isinstance(stage.app.screen, HelpScreen)
        assert stage.lines[0].strip().startswith("Help  Add deployment")
        assert headings(stage)[:3] == ["Keys of this screen", "Fields", "Steps of the test"]
        assert "Keys of every list" in headings(stage)
        await stage.press("slash", "x", "escape", "f1")
        form = stage.app.screen
        assert isinstance(form, EditDeploymentScreen)
        assert stage.app.focused is form.query_one("#name")
        await stage.press("z")
        assert form.query_one("#name", Input).value == "p?z"


async def test_the_fields_that_are_explained_are_those_of_the_form(path: Path) -> None:
    async with FormStage(path, size=(100, 200)) as stage:
        await opened(stage)
        stage.app.screen.query_one("#url", Input).value = "http://10.0.0.1:18083"
        await stage.redraw()
        form = stage.text
        await stage.press("f1")
        lines = [line.strip() for line in body(stage)]
        fields = lines[lines.index("Fields") + 1 : lines.index("Steps of the test") - 1]
        labels = [line.split("  ")[0] for line in fields if "  " in line]
        assert {"Name", "URL", "AppSecret", "CA file", "Colour"} <= set(labels)
        kept_elsewhere = {"Variable", "File", "Command", "Entry"}
        assert [label for label in labels if label not in form and label not in kept_elsewhere] == []


async def test_f1_opens_it_while_a_filter_is_typed_and_what_was_typed_stays(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("slash", "0", "f1")
        assert isinstance(stage.app.screen, HelpScreen)
        await stage.press("f1", ".")
        assert isinstance(stage.app.screen, DeploymentScreen)
        assert stage.lines[-1].strip() == "/ 0."


@pytest.mark.parametrize("key", ["question_mark", "q", "f1"])
async def test_a_key_that_leaves_leaves_at_once_also_with_something_found(fleet: Fleet, key: str) -> None:
    fleet.add()
    async with FleetStage(fleet) as stage:
        await stage.press("question_mark")
        await search(stage, "node")
        await stage.press("enter", key)
        assert isinstance(stage.app.screen, FleetScreen)


async def test_ctrl_c_quits_from_the_help_too(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet) as stage:
        await stage.press("question_mark")
        await stage.pilot.press("ctrl+c")
        assert stage.ended


# Sizes


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits_every_terminal_from_every_screen(fleet: Fleet, size: tuple[int, int]) -> None:
    fleet.add(nodes=[A, B])
    async with FleetStage(fleet, size=size) as stage:
        for line in ("fleet", "nodes prod", "alarms prod"):
            await stage.app.follow(line)
            await stage.press("question_mark")
            assert_it_fits(stage, size)
            assert "/ search" in stage.lines[-1]
            assert place(stage)[1] == size[1] - 2
            await search(stage, "node")
            assert_it_fits(stage, size)
            await stage.press("enter")
            assert_it_fits(stage, size)
            await stage.press("q")


@pytest.mark.parametrize("size", SIZES)
async def test_the_help_of_the_form_fits_every_terminal(path: Path, size: tuple[int, int]) -> None:
    async with FormStage(path, size=size) as stage:
        await opened(stage)
        assert "F1 help" in stage.lines[0]
        await stage.press("f1")
        assert_it_fits(stage, size)
        assert place(stage)[1] == size[1] - 2


def assert_it_fits(stage: Stage, size: tuple[int, int]) -> None:
    strips = stage.app.screen._compositor.render_strips()
    assert len(strips) == size[1]
    assert {strip.cell_length for strip in strips} == {size[0]}
    assert "…" not in "".join(body(stage)).replace("… waiting", "").replace("https://….", "")
