"""`Ctrl-S` writes what a list shows into a file."""

import csv
import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from emqx_tui.tui.export import KINDS, NotWritten, default_name, with_suffix, write
from emqx_tui.tui.screens.export import ExportScreen
from fleet.fakes import A, B, C, Fleet, node
from tui.screens.stage import FleetStage


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory of the test."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def three(fleet: Fleet) -> None:
    broker = fleet.add("prod eu/1", [])
    broker.rows = {name: node(name, load1=load) for name, load in zip((A, B, C), (1.0, 3.0, 2.0), strict=True)}


async def export(stage: FleetStage, format_: str, path: str = "") -> None:
    """Open the dialog, choose, and press Enter."""
    await stage.press("ctrl+s")
    for _ in range(list(KINDS).index(format_)):
        await stage.press("down")
    if path:
        stage.app.screen.query_one("#path").value = path  # type: ignore[attr-defined]
    await stage.press("enter")


def told(stage: FleetStage) -> str:
    """What the screen says, its broken lines put together."""
    return " ".join(stage.text.replace("▌", " ").split())


def files(here: Path) -> list[Path]:
    """What was written."""
    return list(here.iterdir())


async def written(stage: FleetStage, here: Path) -> Path:
    """The only file, when it is there."""
    await stage.until(lambda: "wrote " in stage.text)
    (found,) = files(here)
    return found


async def test_csv_has_the_rows_as_filtered_and_sorted_and_all_that_is_known_of_them(fleet: Fleet, here: Path) -> None:
    three(fleet)
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        await stage.press("slash")
        await stage.type(f"!{A}")
        stage.screen.sort_by("load")
        await export(stage, "csv")
        path = await written(stage, here)
        assert f"wrote 2 rows to {path.name}" in told(stage)
    assert path.name.startswith("prod-eu-1-nodes-2026")
    assert path.suffix == ".csv"
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert [row["node"] for row in rows] == [C, B]
    assert {row["deployment"] for row in rows} == {"prod eu/1"}
    assert rows[0]["otp_release"] is not None, "a column that is not shown"


async def test_json_is_what_the_command_line_prints(fleet: Fleet, here: Path) -> None:
    three(fleet)
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        resource, rows = stage.screen.resource, stage.table.rows
        await export(stage, "json")
        path = await written(stage, here)
    assert path.suffix == ".json"
    assert json.loads(path.read_text()) == [resource.record(row) for row in rows]


async def test_text_has_the_columns_that_are_shown_in_their_order(fleet: Fleet, here: Path) -> None:
    three(fleet)
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        stage.screen.view = stage.screen.view._replace(columns=("load", "node"), hidden=("status", "memory"))
        stage.screen.draw()
        await export(stage, "table")
        path = await written(stage, here)
    heading, *lines = path.read_text().splitlines()
    assert heading.split()[0] == "LOAD"
    assert "NODE" in heading
    assert "MEM" not in heading
    assert "STATUS" not in heading
    assert sorted(line.split()[0] for line in lines) == ["1.00", "2.00", "3.00"]


async def test_a_picture_is_the_list_without_the_dialog_and_needs_nothing_from_the_network(
    fleet: Fleet, here: Path
) -> None:
    three(fleet)
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        before = stage.text
        await export(stage, "svg")
        path = await written(stage, here)
    svg = path.read_text()
    root = ET.fromstring(svg)  # noqa: S314  we made it
    texts = " ".join(part.text or "" for part in root.iter("{http://www.w3.org/2000/svg}text"))
    for word in before.split():
        assert word in texts or word in "▁▂▃▄▅▆▇█"
    assert "Export" not in texts
    assert "url(" not in svg
    assert svg.count("http") == 1 + texts.count("http"), "the name space alone"


async def test_what_is_there_is_replaced_only_when_the_user_says_so(fleet: Fleet, here: Path) -> None:
    three(fleet)
    mine = here / "mine.csv"
    mine.write_text("precious")
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        await export(stage, "csv", "mine.csv")
        await stage.until(lambda: "mine.csv is there already." in stage.text)
        await stage.press("escape")
        assert mine.read_text() == "precious"
        await export(stage, "csv", "mine.csv")
        await stage.until(lambda: "mine.csv is there already." in stage.text)
        await stage.press("y")
        assert await written(stage, here) == mine
    assert mine.read_text().startswith("deployment,")


async def test_an_error_is_told_with_its_reason(fleet: Fleet) -> None:
    three(fleet)
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        await export(stage, "csv", "missing/x.csv")
        await stage.until(lambda: "missing/x.csv cannot be written" in stage.text)
        assert "No such file or directory" in told(stage)


async def test_a_file_that_cannot_be_written_can_be_named_anew(fleet: Fleet, here: Path) -> None:
    three(fleet)
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        await export(stage, "json", "missing/x.json")
        await stage.until(lambda: isinstance(stage.app.screen, ExportScreen))
        await stage.press("tab")
        assert stage.app.screen.query_one("#path").value == "missing/x.json"  # type: ignore[attr-defined]
        await stage.press("ctrl+u", *"x.json", "enter")
        assert await written(stage, here) == here / "x.json"


async def test_the_cursor_in_the_name_stands_at_its_end_whatever_the_format(fleet: Fleet, here: Path) -> None:
    three(fleet)
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        await stage.press("ctrl+s", "down", "tab", "ctrl+u", "b", "enter")
        assert await written(stage, here) == here / "b"


async def test_leaving_the_dialog_writes_nothing(fleet: Fleet, here: Path) -> None:
    three(fleet)
    async with FleetStage(fleet, opened="prod eu/1") as stage:
        await stage.press("ctrl+s")
        assert isinstance(stage.app.screen, ExportScreen)
        await stage.press("escape")
        assert not isinstance(stage.app.screen, ExportScreen)
    assert files(here) == []


async def test_the_fleet_is_written_too(fleet: Fleet, here: Path) -> None:
    three(fleet)
    async with FleetStage(fleet) as stage:
        await export(stage, "json")
        path = await written(stage, here)
    assert path.name.startswith("fleet-2026")
    assert json.loads(path.read_text())[0]["deployment"] == "prod eu/1"


# Files


def test_a_link_is_never_followed(here: Path) -> None:
    target = here / "target"
    for link in (here / "dangling", here / "link"):
        link.symlink_to(target)
        with pytest.raises(FileExistsError):
            write(link, "x")
        assert not target.exists() or target.read_text() == "theirs"
        write(link, "mine", replace=True)
        assert not link.is_symlink()
        assert link.read_text() == "mine"
        target.write_text("theirs")
    assert target.read_text() == "theirs"


def test_what_is_no_file_is_not_replaced(here: Path) -> None:
    os.mkfifo(here / "pipe")
    (here / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(FileExistsError):
            write(here / name, "x")
        with pytest.raises(NotWritten, match="it is no file"):
            write(here / name, "x", replace=True)
    assert sorted(one.name for one in here.iterdir()) == ["folder", "pipe"], "nothing is left behind"


@pytest.mark.parametrize(
    ("deployment", "name"),
    [
        ("prod", "prod-nodes-20261122-100000.csv"),
        (None, "nodes-20261122-100000.csv"),
        ("../../etc/x", "etc-x-nodes-20261122-100000.csv"),
        ("a b\u202e漢", "a-b-漢-nodes-20261122-100000.csv"),
        ("x" * 500, "x" * 120 + "-20261122-100000.csv"),
    ],
)
def test_a_name_is_one_in_the_directory_whatever_the_deployment_is_called(deployment: str | None, name: str) -> None:
    assert default_name(deployment, "nodes", 1795341600.0, ".csv") == name


def test_the_end_of_the_name_follows_the_format_unless_it_is_the_users_own() -> None:
    assert with_suffix("a.b.csv", "svg") == "a.b.svg"
    assert with_suffix("a.tsv", "svg") == "a.tsv"
