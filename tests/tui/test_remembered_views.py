"""What is kept of the screens between two runs, and that nothing in that file, nor around it, can do harm."""

import json
import logging
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emqx_tui.config.atomic import locked
from emqx_tui.tui.remembered import LONGEST_LINE, READERS, RememberedViews, View
from emqx_tui.tui.views_file import LARGEST, MOST_DEPLOYMENTS, MOST_LINES, LateWriter, NotKept, ViewsFile, put


SORTED = View(sort="-memory")
HIDDEN = View(detail=False)


@pytest.fixture
def file(tmp_path: Path) -> ViewsFile:
    return ViewsFile(tmp_path / "state" / "views.json")


def written(file: ViewsFile, content: object) -> bytes:
    file.path.parent.mkdir(exist_ok=True)
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    file.path.write_bytes(data)
    return data


def content_of(file: ViewsFile) -> Any:  # noqa: ANN401  any JSON
    return json.loads(file.path.read_bytes())


def kept(file: ViewsFile, deployment: str | None = "prod", view: View = SORTED) -> None:
    """One run, in which a view is set."""
    views = RememberedViews(file)
    views.keep(deployment, "nodes", view)
    views.close()


# Between two runs


def test_what_was_set_is_found_by_the_next_run(file: ViewsFile) -> None:
    views = RememberedViews(file)
    views.keep("prod", "nodes", View("-memory", detail=False))
    views.keep("prod", "alarms", SORTED)
    views.keep(None, "deployments", View("name"))
    views.keep_line(":", "alarms prod")
    views.close()
    views = RememberedViews(file)
    assert views.view("prod", "nodes") == View("-memory", detail=False)
    assert views.view("prod", "alarms") == SORTED
    assert views.view(None, "deployments") == View("name")
    assert views.view("edge", "nodes") == View()
    assert views.lines == {":": ["alarms prod"]}


def test_without_a_file_it_is_remembered_in_this_run_alone() -> None:
    views = RememberedViews()
    views.keep("prod", "nodes", SORTED)
    views.close()
    assert views.view("prod", "nodes") == SORTED
    assert RememberedViews().view("prod", "nodes") == View()


def test_a_deployment_of_any_name_has_views_of_its_own(file: ViewsFile) -> None:
    names = ["fleet", "", "deployments", "../x", "ü", "a\udc80", "[red]"]
    views = RememberedViews(file)
    for number, name in enumerate(names):
        views.keep(name, "nodes", View(sort=str(number)))
    views.close()
    views = RememberedViews(file)
    assert [views.view(name, "nodes").sort for name in names] == [str(number) for number in range(len(names))]
    assert views.view(None, "nodes") == View()


def test_only_the_user_can_read_the_directory_and_the_file(file: ViewsFile) -> None:
    previous = os.umask(0)
    try:
        kept(file)
    finally:
        os.umask(previous)
    assert file.path.parent.stat().st_mode & 0o777 == 0o700
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_what_is_as_it_was_is_not_written(file: ViewsFile) -> None:
    kept(file)
    before = file.path.stat().st_ino
    kept(file)
    assert file.path.stat().st_ino == before


def test_what_is_set_back_leaves_nothing_behind(file: ViewsFile) -> None:
    kept(file)
    kept(file, view=View())
    assert content_of(file)["deployments"] == {"prod": {"nodes": {}}}


def test_it_is_written_by_itself_some_seconds_after_it_was_set(file: ViewsFile) -> None:
    writer = LateWriter(file, delay=0)
    writer.add(put("prod", "nodes", {"sort": "name"}))
    thread = writer._thread  # what writes it
    assert thread is not None
    assert thread.daemon, "whoever quits does not wait for it"
    thread.join(20)
    assert RememberedViews(file).view("prod", "nodes") == View("name")


def test_a_deployment_with_another_name_keeps_its_views_and_one_that_is_removed_loses_them(file: ViewsFile) -> None:
    kept(file, "prod")
    kept(file, "edge", HIDDEN)
    views = RememberedViews(file)
    views.rename("prod", "production")
    views.forget("edge")
    views.close()
    for now in (views, RememberedViews(file)):
        assert now.view("production", "nodes") == SORTED
        assert now.view("prod", "nodes") == View()
        assert now.view("edge", "nodes") == View()


def test_the_deployment_that_was_changed_longest_ago_gives_way(file: ViewsFile) -> None:
    names = [str(number) for number in range(MOST_DEPLOYMENTS)]
    written(file, {"format": 1, "deployments": {name: {"nodes": {"sort": "name"}} for name in names}})
    kept(file, "0")
    kept(file, "new")
    assert list(content_of(file)["deployments"]) == [*names[2:], "0", "new"]


def test_every_field_of_a_view_is_read_from_the_file() -> None:
    assert tuple(READERS) == View._fields


# Lines of the prompts


def test_the_last_lines_are_kept_each_once(file: ViewsFile) -> None:
    views = RememberedViews(file)
    for number in range(MOST_LINES + 10):
        views.keep_line("/", f"word{number}")
    views.keep_line("/", "word40")
    views.close()
    lines = RememberedViews(file).lines["/"]
    assert lines == views.lines["/"]
    assert len(lines) == MOST_LINES
    assert lines[-2:] == ["word59", "word40"]
    assert lines.count("word40") == 1


def test_a_line_that_is_too_long_is_remembered_in_this_run_alone(file: ViewsFile) -> None:
    views = RememberedViews(file)
    views.keep_line("/", "x" * (LONGEST_LINE + 1))
    views.keep_line("/", "short")
    views.close()
    assert len(views.lines["/"]) == 2
    assert RememberedViews(file).lines["/"] == ["short"]


# Several programs


def test_two_programs_at_once_lose_nothing_of_each_other(file: ViewsFile) -> None:
    one, other = RememberedViews(file), RememberedViews(file)
    one.keep("prod", "nodes", SORTED)
    other.keep("prod", "nodes", HIDDEN)
    other.keep("edge", "nodes", SORTED)
    one.keep_line(":", "nodes")
    other.keep_line(":", "alarms")
    one.close()
    other.close()
    views = RememberedViews(file)
    assert views.view("prod", "nodes") == View("-memory", detail=False)
    assert views.view("edge", "nodes") == SORTED
    assert views.lines == {":": ["nodes", "alarms"]}


def test_many_that_write_at_the_same_moment_wait_for_each_other(file: ViewsFile) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            file.change([put(f"{number}-{turn}", "nodes", {"sort": "name"})], patience=60)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(content_of(file)["deployments"]) == 60
    assert [path.name for path in file.path.parent.iterdir()] == ["views.json"], "nothing is left lying about"


def test_what_another_program_holds_up_is_written_when_it_lets_go(file: ViewsFile) -> None:
    kept(file, "edge")
    writer = LateWriter(file)
    with locked(file.path, 1):
        writer.add(put("prod", "nodes", {"sort": "name"}))
        writer.close(patience=0.01)
        with pytest.raises(NotKept):
            file.change([], patience=0)
        assert RememberedViews(file).view("prod", "nodes") == View()
    writer.close(patience=20)
    assert RememberedViews(file).view("prod", "nodes") == View("name")


def test_what_could_not_be_written_is_written_with_the_next_change(file: ViewsFile) -> None:
    file.path.parent.write_text("in the way")
    views = RememberedViews(file)
    views.keep("prod", "nodes", SORTED)
    views.close()
    file.path.parent.unlink()
    views.keep("edge", "nodes", HIDDEN)
    views.close()
    views = RememberedViews(file)
    assert views.view("prod", "nodes") == SORTED
    assert views.view("edge", "nodes") == HIDDEN


# Files of others


def test_keys_of_a_later_version_are_passed_over_and_left_in_the_file(file: ViewsFile) -> None:
    theirs = {"tabs": ["name", "load"], "heights": {"name": 20}}
    written(file, {"format": 1, "deployments": {"prod": {"nodes": {"sort": "name", **theirs}}}, "more": [1]})
    assert RememberedViews(file).view("prod", "nodes") == View("name")
    kept(file, view=View("name", detail=True))
    assert content_of(file) == {
        "format": 1,
        "deployments": {"prod": {"nodes": {"sort": "name", "detail": True, **theirs}}},
        "more": [1],
    }


def test_a_file_of_a_later_format_is_not_touched(file: ViewsFile, caplog: pytest.LogCaptureFixture) -> None:
    theirs = written(file, {"format": 2, "deployments": [{"name": "prod", "sort": "name"}]})
    views = RememberedViews(file)
    views.keep("prod", "nodes", SORTED)
    views.close()
    assert views.view("prod", "nodes") == SORTED
    assert file.path.read_bytes() == theirs
    assert "a later version of this program has written it" in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b'{"format": 1, "dep',
        b"[" * 100_000,
        b'{"format": ' + b"9" * 5000 + b"}",
        b"[]",
        b'"format"',
        b"null",
        {},
        {"format": "1"},
        {"format": None},
        {"format": 0},
        {"format": 1, "deployments": 5, "fleet": [], "history": "x"},
        {"format": 1, "deployments": {"prod": []}, "fleet": {"deployments": None}, "history": {":": 7}},
        {"format": 1, "deployments": {"prod": {"nodes": "name"}}, "history": {":": [None, 5, ["x"]]}},
        {"format": 1, "deployments": {"prod": {"nodes": {"sort": ["name"], "detail": 1}}}},
    ],
)
def test_a_damaged_file_is_as_good_as_none_and_is_begun_anew(file: ViewsFile, content: object) -> None:
    written(file, content)
    views = RememberedViews(file)
    assert views.view("prod", "nodes") == View()
    assert not any(views.lines.values())
    views.keep("prod", "nodes", SORTED)
    views.keep(None, "deployments", HIDDEN)
    views.keep_line(":", "nodes")
    views.close()
    views = RememberedViews(file)
    assert views.view("prod", "nodes") == SORTED
    assert views.view(None, "deployments") == HIDDEN
    assert views.lines[":"] == ["nodes"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["prod", "nodes", "sort", "detail", ":", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(fleet=JSON, deployments=JSON, history=JSON)
def test_whatever_stands_in_the_file_a_view_is_kept(
    file: ViewsFile, fleet: object, deployments: object, history: object
) -> None:
    written(file, {"format": 1, "fleet": fleet, "deployments": deployments, "history": history})
    before = RememberedViews(file).view("prod", "nodes")
    assert isinstance(before.sort, str | None)
    assert isinstance(before.detail, bool | None)
    wanted = View("name", detail=not before.detail)
    kept(file, view=wanted)
    assert RememberedViews(file).view("prod", "nodes") == wanted


@pytest.mark.parametrize("what", ["pipe", "directory", "too large", "no directory can be made", "name too long"])
def test_a_place_where_nothing_can_be_kept_costs_nothing_but_the_memory(
    tmp_path: Path, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = ViewsFile(tmp_path / "views.json")
    if what == "pipe":
        os.mkfifo(file.path)
    elif what == "directory":
        file.path.mkdir()
    elif what == "too large":
        file.path.write_bytes(b" " * (LARGEST + 1))
    elif what == "name too long":
        file = ViewsFile(tmp_path / ("x" * 300) / "views.json")
    else:
        (tmp_path / "file").write_text("in the way")
        file = ViewsFile(tmp_path / "file" / "views.json")
    views = RememberedViews(file)
    for _again in range(3):
        views.keep("prod", "nodes", SORTED._replace(detail=not views.view("prod", "nodes").detail))
        views.close()
    assert views.view("prod", "nodes").sort == "-memory"
    told = [one.getMessage() for one in caplog.records if "cannot be written" in one.getMessage()]
    assert len(told) == 1, "it is said once"
    assert caplog.records[0].levelno == logging.WARNING


def test_a_disk_that_is_full_leaves_the_file_as_it_was(file: ViewsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(file)
    before = file.path.read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("emqx_tui.config.atomic.os.replace", full)
    kept(file, "edge")
    monkeypatch.undo()
    assert file.path.read_bytes() == before
    assert [path.name for path in file.path.parent.iterdir()] == ["views.json"]


def test_without_another_thread_nothing_is_kept_and_nothing_is_raised(
    file: ViewsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    kept(file)
    assert not file.path.exists()


def test_hostile_text_in_the_file_is_made_safe(file: ViewsFile) -> None:
    written(file, {"format": 1, "history": {"/": ["\x1b]0;pwned\x07", "\ud800\u202e", "x" * 5000]}})
    lines = RememberedViews(file).lines["/"]
    assert lines[0] == "␛]0;pwned␇"
    assert all(line.isprintable() for line in lines)
    assert len(lines[2]) == LONGEST_LINE
