"""What is kept of a deployment between two runs, and that nothing in such a file can do harm."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.api import wire
from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.models import Kind
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.fleet.state_file import Kept, StateFiles
from fleet.fakes import BASE, NOON, A, B, Fleet, node


URL = "http://127.0.0.1/prod"
KEPT = Kept(
    {
        A: Member(A, NodeState.RUNNING, node(A), NOON),
        B: Member(B, NodeState.GONE, node(B, role="replicant"), NOON - 60, NOON - 50, exact=False),
    },
    Remembered(BASE, Kind.EMQX5),
)


def written(files: StateFiles, content: object) -> Path:
    path = files.path("prod", URL)
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def kept_with(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  any JSON
    member = {"name": A, "state": "running", "last": {"name": A}, "seen_at": NOON, "since": None, "exact": True}
    return {"format": 1, "remembered": None, "roster": [{**member, **fields}]}


@pytest.fixture
def files(tmp_path: Path) -> StateFiles:
    return StateFiles(tmp_path / "state" / "rosters")


def test_what_is_saved_is_loaded_as_it_was(files: StateFiles) -> None:
    files.save("prod", URL, KEPT)
    assert files.load("prod", URL) == KEPT


def test_nothing_is_known_of_a_deployment_that_was_never_watched(files: StateFiles) -> None:
    assert files.load("prod", URL) == Kept()


def test_without_a_directory_nothing_is_kept() -> None:
    files = StateFiles(None)
    files.save("prod", URL, KEPT)
    assert files.path("prod", URL) is None
    assert files.load("prod", URL) == Kept()


def test_two_deployments_of_one_name_or_of_odd_names_have_files_of_their_own(files: StateFiles) -> None:
    names = [("prod", URL), ("prod", URL + "2"), ("../../etc/passwd", URL), ("..", URL), ("ü" * 300, URL), ("", URL)]
    paths = {files.path(name, url) for name, url in names}
    assert len(paths) == len(names)
    assert all(path is not None and path.parent.name == "rosters" and len(path.name) < 80 for path in paths)


def test_only_the_user_can_read_the_directory_and_the_files(files: StateFiles) -> None:
    previous = os.umask(0)
    try:
        files.save("prod", URL, KEPT)
    finally:
        os.umask(previous)
    path = files.path("prod", URL)
    assert path is not None
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_is_replaced_whole_or_not_at_all(files: StateFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    files.save("prod", URL, KEPT)

    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("emqx_tui.fleet.state_file.json.dump", full)
    files.save("prod", URL, replace(KEPT, roster={}))
    monkeypatch.undo()
    assert files.load("prod", URL) == KEPT
    path = files.path("prod", URL)
    assert path is not None
    assert [one.name for one in path.parent.iterdir()] == [path.name], "nothing half written is left lying about"


def test_a_directory_that_cannot_be_made_costs_nothing_but_the_memory(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no directory")
    for directory in (in_the_way / "rosters", tmp_path / ("x" * 300)):
        files = StateFiles(directory)
        files.save("prod", URL, KEPT)
        assert files.load("prod", URL) == Kept()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b'{"format": 1, "remem',
        b"[" * 100_000,
        b"[]",
        b'"text"',
        b"null",
        {},
        {"format": 2, "remembered": None, "roster": []},
        {"format": 1, "remembered": {"base": "x", "kind": "mosquitto"}, "roster": []},
        {"format": 1, "remembered": [], "roster": []},
        {"format": 1, "remembered": None, "roster": [1]},
        {"format": 1, "remembered": None},
        kept_with(state="dancing"),
        kept_with(name=7),
        kept_with(name=None),
        kept_with(last=[]),
        kept_with(last={}),
        kept_with(last={"name": A, "uptime": "long"}),
        kept_with(last={"name": A, "sessions": [1]}),
        kept_with(last={"name": A, "sessions": True}),
        kept_with(last={"name": A, "version": 5}),
        kept_with(last={"name": A, "running": "yes"}),
        kept_with(since="yesterday"),
        kept_with(seen_at={}),
        kept_with(exact="no"),
    ],
    ids=lambda content: repr(content)[:90],
)
async def test_a_file_that_is_not_ours_is_left_aside(fleet: Fleet, content: object) -> None:
    path = written(fleet.files, content)
    before = path.read_bytes()
    assert fleet.files.load("prod", URL) == Kept()
    broker = fleet.add()
    broker.takes["connect"] = 1.0
    await fleet.start("prod")
    assert fleet.states() == {}
    assert path.read_bytes() == before
    await fleet.clock.advance(2)
    assert fleet.states() == {A: "running", B: "running"}


@pytest.mark.parametrize("field", ["load1", "memory_used"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, 2**64])
def test_a_number_that_no_figure_can_be_costs_its_field_and_not_the_roster(
    files: StateFiles, field: str, value: float
) -> None:
    if field == "memory_used" and isinstance(value, float):
        value = 2**70
    written(files, kept_with(last={"name": A, "role": "core", field: value}))
    (member,) = files.load("prod", URL).roster.values()
    assert (getattr(member.last, field), member.last.role) == (None, "core")


def test_the_largest_number_that_a_broker_can_tell_is_kept(files: StateFiles) -> None:
    largest = wire.count(2**64 - 1)
    assert largest is not None
    written(files, kept_with(last={"name": A, "sessions": largest}))
    assert files.load("prod", URL).roster[A].last.sessions == largest


@pytest.mark.parametrize("value", [float("inf"), 1e300, -1e300, -1.0])
def test_a_time_that_cannot_be_shown_is_no_time(files: StateFiles, value: float) -> None:
    written(files, kept_with(since=value, seen_at=value))
    member = files.load("prod", URL).roster[A]
    assert (member.since, member.seen_at) == (None, None)


def test_fields_of_a_later_version_are_passed_over(files: StateFiles) -> None:
    written(files, {**kept_with(last={"name": A, "colour": "blue"}, mood="fine"), "more": 1})
    assert list(files.load("prod", URL).roster) == [A]


def test_hostile_text_in_a_file_is_made_safe(files: StateFiles) -> None:
    hostile = "\x1b]0;gotcha\x07\u202eevil\x9b31m"
    written(files, kept_with(name=hostile, last={"name": hostile, "version": hostile, "role": "x" * 9000}))
    (member,) = files.load("prod", URL).roster.values()
    for text in (member.name, member.last.name, member.last.version, member.last.role):
        assert text is not None
        assert text.isprintable()
        assert len(text) <= 1024


def test_hostile_text_from_a_broker_survives_the_way_into_the_file_and_back(files: StateFiles) -> None:
    files.save("prod", URL, Kept({"\ud800": Member("\ud800", NodeState.GONE, node("\ud800"))}))
    assert list(files.load("prod", URL).roster) == ["\N{REPLACEMENT CHARACTER}"]


async def test_no_secret_and_no_key_is_in_a_state_file(fleet: Fleet) -> None:
    fleet.add()
    await fleet.start("prod")
    await fleet.stop()
    path = fleet.files.path("prod", URL)
    assert path is not None
    content = json.loads(path.read_text())
    assert set(content) == {"format", "remembered", "roster"}
    assert set(content["remembered"]) == {"base", "kind"}
    assert set(content["roster"][0]) == {"name", "state", "last", "seen_at", "since", "exact"}


async def test_what_no_longer_fits_the_url_is_not_used(fleet: Fleet) -> None:
    fleet.files.save("prod", "http://127.0.0.1/elsewhere", KEPT)
    fleet.add().takes["connect"] = 1.0
    await fleet.start("prod")
    assert fleet.states() == {}
