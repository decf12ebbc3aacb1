"""`emqx-tui state`: where things are remembered, and what is forgotten on request."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emqx_tui import cli
from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.state_file import Kept, StateFiles
from emqx_tui.tui.remembered import RememberedViews, View
from emqx_tui.tui.views_file import ViewsFile


URL = "http://127.0.0.1:9"
KEPT = Kept({}, Remembered(URL, Kind.EMQX5))
Called = Callable[..., tuple[int, str, str]]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state directory of a program that watches `prod` and `edge`, and once watched `old`."""
    directory = tmp_path / "state"
    config = tmp_path / "config.toml"
    config.write_text("".join(f'[[deployments]]\nname = "{name}"\nurl = "{URL}"\n' for name in ("prod", "edge")))
    monkeypatch.setenv("EMQX_TUI_CONFIG", str(config))
    monkeypatch.setenv("EMQX_TUI_STATE_DIR", str(directory))
    return directory


@pytest.fixture
def views(state: Path) -> ViewsFile:
    """Something is set on the fleet, on `prod` and on `old`, and each of them was watched."""
    file = ViewsFile(state / "views.json")
    remembered = RememberedViews(file)
    remembered.keep(None, "deployments", View("name"))
    for name in ("prod", "old"):
        remembered.keep(name, "nodes", View("load"))
    remembered.keep_line(":", "nodes prod")
    remembered.keep_line("/", "emqx@")
    remembered.close()
    for name in ("prod", "edge", "old"):
        StateFiles(state / "rosters").save(name, URL, KEPT)
    return file


@pytest.fixture
def called(capsys: pytest.CaptureFixture[str]) -> Called:
    """The program called in this process."""

    def call(*arguments: str) -> tuple[int, str, str]:
        try:
            code = cli.main(list(arguments))
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        return (code, *capsys.readouterr())

    return call


def watched(state: Path) -> set[str]:
    """The deployments of which nodes are kept."""
    files = StateFiles(state / "rosters")
    return {name for name in ("prod", "edge", "old") if files.load(name, URL) == KEPT}


def test_path_prints_the_directory_whether_or_not_it_is_there(state: Path, called: Called) -> None:
    assert called("state", "path") == (0, f"{state}\n", "")
    assert not state.exists()


def test_reset_counts_a_single_line_as_one(state: Path, called: Called) -> None:
    remembered = RememberedViews(ViewsFile(state / "views.json"))
    remembered.keep_line(":", "nodes prod")
    remembered.close()
    assert called("state", "reset") == (0, "", "Forgotten: 1 line typed at the prompts.\n")


def test_reset_forgets_all_views_and_says_which_and_keeps_the_nodes(
    state: Path, views: ViewsFile, called: Called
) -> None:
    told = "Forgotten: what was set on the screens of the fleet, prod, old; 2 lines typed at the prompts.\n"
    assert called("state", "reset") == (0, "", told)
    assert not views.path.exists()
    assert watched(state) == {"prod", "edge", "old"}
    assert called("state", "reset") == (0, "", "Nothing was remembered.\n")


def test_reset_all_forgets_the_nodes_too(state: Path, views: ViewsFile, called: Called) -> None:
    code, _out, err = called("state", "reset", "--all")
    assert code == 0
    assert err.endswith("; the nodes of 3 deployments.\n")
    assert watched(state) == set()


@pytest.mark.parametrize("arguments", [["prod"], ["-d", "prod"]])
def test_reset_of_one_deployment_leaves_the_others(
    state: Path, views: ViewsFile, called: Called, arguments: list[str]
) -> None:
    assert called("state", "reset", *arguments) == (0, "", "Forgotten: what was set on the screens of prod.\n")
    remembered = RememberedViews(views)
    assert remembered.view("prod", "nodes") == View()
    assert remembered.view("old", "nodes") == View("load")
    assert remembered.view(None, "deployments") == View("name")
    assert remembered.lines == {":": ["nodes prod"], "/": ["emqx@"]}
    assert watched(state) == {"prod", "edge", "old"}
    assert called("state", "reset", *arguments) == (0, "", "Nothing was remembered.\n")


def test_reset_all_of_one_deployment_takes_its_nodes_at_whatever_address(
    state: Path, views: ViewsFile, called: Called
) -> None:
    files = StateFiles(state / "rosters")
    others = [("old-1", URL), ("old/", URL), ("olds", URL)]
    for name, url in (*others, ("old", URL + "/elsewhere")):
        files.save(name, url, KEPT)
    config = Path(os.environ["EMQX_TUI_CONFIG"])
    config.write_text(config.read_text() + f'[[deployments]]\nname = "old/"\nurl = "{URL}"\n')
    told = "Forgotten: what was set on the screens of old; the nodes of old.\n"
    assert called("state", "reset", "old", "--all") == (0, "", told)
    assert watched(state) == {"prod", "edge"}
    assert [files.load(*other) for other in others] == [KEPT] * 3
    assert files.load("old", URL + "/elsewhere") == Kept()


def test_a_name_that_is_neither_configured_nor_remembered_is_refused(
    views: ViewsFile, called: Called, state: Path
) -> None:
    code, out, err = called("state", "reset", "prdo\x1b[31m", "--all")
    assert (code, out) == (2, "")
    assert err == "No deployment prdo␛[31m. There are: prod, edge, old.\n"
    assert watched(state) == {"prod", "edge", "old"}


def test_a_damaged_file_is_forgotten_too(state: Path, called: Called) -> None:
    state.mkdir()
    path = state / "views.json"
    path.write_bytes(b"\x00")
    assert called("state", "reset", "prod") == (1, "", f"{path} stays as it is: it is damaged\n")
    assert called("state", "reset") == (0, "", f"Forgotten: {path}, which held nothing.\n")
    assert not path.exists()


def test_a_file_of_a_later_version_is_changed_by_nobody_but_deleted_on_request(state: Path, called: Called) -> None:
    state.mkdir()
    path = state / "views.json"
    path.write_text(json.dumps({"format": 2}))
    code, _out, err = called("state", "reset", "prod")
    assert code == 1
    assert "a later version of this program has written it" in err
    assert path.exists()
    assert called("state", "reset")[0] == 0
    assert not path.exists()


@pytest.mark.parametrize("arguments", [["reset"], ["reset", "prod"], ["reset", "--all"], ["path"]])
def test_without_a_state_directory_there_is_nothing_to_do_and_none_is_made(
    state: Path, called: Called, arguments: list[str]
) -> None:
    assert called("state", *arguments)[0] == 0
    assert not state.exists()


def test_what_cannot_be_deleted_is_said_with_the_reason(
    views: ViewsFile, called: Called, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, **_options: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    assert called("state", "reset") == (1, "", f"{views.path} stays as it is: Permission denied\n")
    views.path.rename(views.path.with_name("elsewhere"))
    code, _out, err = called("state", "reset", "old", "--all")
    assert code == 1
    assert err.startswith(str(views.path.parent / "rosters" / "old-"))
    assert err.endswith(".json cannot be deleted: Permission denied\n")


def test_state_alone_and_its_help_tell_what_there_is(called: Called) -> None:
    code, _out, err = called("state")
    assert code == 2
    assert "COMMAND" in err
    code, out, _err = called("state", "--help")
    assert code == 0
    assert "reset" in out
    assert "--url" not in out
    assert "emqx-tui state path|reset" in called("--help")[1]


def test_it_needs_neither_a_screen_nor_the_network() -> None:
    program = "import sys, emqx_tui.state_commands; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert {"textual", "rich", "httpx"} & set(done.stdout.split()) == set()
