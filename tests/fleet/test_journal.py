"""The journal: private, whole lines whoever else writes, nothing in it that could steer a terminal or be a secret."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from emqx_tui.config.atomic import locked
from emqx_tui.domain.actions import Entry, Outcome
from emqx_tui.fleet import journal as module
from emqx_tui.fleet.journal import Journal, NotWritten, moment
from fleet.fakes import NOON


ENTRY = Entry(
    at=NOON,
    deployment="prod-eu",
    user="ada",
    app_id="k-1",
    action="kick",
    object="c-17",
    request="DELETE /clients/c-17",
    outcome=Outcome.DONE,
    seconds=0.41234,
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "journal.jsonl")


def lines(journal: Journal) -> list[str]:
    assert journal.path is not None
    return journal.path.read_text("utf-8").splitlines()


def test_an_entry_is_a_line_of_json_with_the_time_in_utc(journal: Journal) -> None:
    journal.append(ENTRY)
    (line,) = lines(journal)
    assert json.loads(line) == {
        "time": "2026-11-18T11:06:40.000Z",
        "deployment": "prod-eu",
        "user": "ada",
        "app_id": "k-1",
        "action": "kick",
        "object": "c-17",
        "request": "DELETE /clients/c-17",
        "outcome": "done",
        "reason": "",
        "seconds": 0.412,
    }
    (read,) = journal.entries()
    assert read == ENTRY._replace(seconds=0.412)


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_nobody_else_may_read_it(journal: Journal) -> None:
    assert journal.path is not None
    before = os.umask(0)
    try:
        journal.append(ENTRY)
    finally:
        os.umask(before)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700
    journal.path.chmod(0o644)
    journal.append(ENTRY)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_what_is_there_stays_and_half_a_line_spoils_no_other(journal: Journal) -> None:
    assert journal.path is not None
    journal.append(ENTRY)
    with journal.path.open("ab") as file:
        file.write(b'{"time": "2026-')
    journal.append(ENTRY._replace(object="c-18"))
    assert [entry.object for entry in journal.entries()] == ["c-17", "c-18"]
    assert len(lines(journal)) == 3


def test_text_of_others_is_made_harmless_when_it_is_written_and_when_it_is_read(journal: Journal) -> None:
    hostile = "\x1b]52;c;Zm9v\x07\n\u202e"
    journal.append(ENTRY._replace(object=hostile, reason=hostile, request=f"DELETE /clients/{hostile}"))
    assert len(lines(journal)) == 1
    assert "\x1b" not in lines(journal)[0]
    assert journal.path is not None
    raw = {**json.loads(lines(journal)[0]), "object": hostile, "user": 5, "seconds": float("inf")}
    journal.path.write_text(json.dumps(raw) + "\n")
    (read,) = journal.entries()
    assert (read.user, read.seconds) == ("5", 0.0)
    assert not {"\x1b", "\n", "\u202e", "\x07"} & set(read.object)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "5",
        '{"time": 5}',
        '{"time": "x", "outcome": "done"}',
        '{"outcome": "done"}',
        "[" * 100_000,
        "\xff",
    ],
)
def test_a_line_that_is_no_entry_is_left_out(journal: Journal, line: str) -> None:
    assert journal.path is not None
    journal.append(ENTRY)
    with journal.path.open("ab") as file:
        file.write(line.encode("latin-1") + b"\n")
    journal.append(ENTRY)
    assert list(journal.entries()) == [ENTRY._replace(seconds=0.412)] * 2


def test_a_full_journal_is_put_aside_and_the_oldest_goes(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert journal.path is not None
    journal.append(ENTRY)
    size = journal.path.stat().st_size
    monkeypatch.setattr(module, "LARGEST", 3 * size)
    for number in range(1, 30):
        journal.append(ENTRY._replace(at=NOON + number))
    files = sorted(path.name for path in journal.path.parent.iterdir())
    assert files == ["journal.1.jsonl", "journal.2.jsonl", "journal.3.jsonl", "journal.4.jsonl", "journal.jsonl"]
    assert all(path.stat().st_size <= 3 * size for path in journal.path.parent.iterdir())
    assert [round(entry.at - NOON) for entry in journal.entries()] == list(range(15, 30)), "the newest ones, in order"


def test_programs_that_write_at_once_lose_and_mix_nothing(journal: Journal) -> None:
    assert journal.path is not None
    program = (
        "import sys; from pathlib import Path\n"
        "from emqx_tui.domain.actions import Entry, Outcome\n"
        "from emqx_tui.fleet import journal\n"
        "journal.LARGEST, journal._PATIENCE = 20_000, 60.0\n"
        "for number in range(40):\n"
        "    journal.Journal(Path(sys.argv[1])).append(\n"
        "        Entry(1.0, 'd', sys.argv[2], 'k', 'kick', str(number), 'DELETE /x' * 20, Outcome.DONE))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(journal.path), user], cwd=Path(__file__).parents[2])
        for user in "abc"
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    found = [(entry.user, int(entry.object)) for entry in journal.entries()]
    for user in "abc":
        assert [number for who, number in found if who == user] == list(range(40))


def test_what_cannot_be_written_is_told_with_the_reason(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert journal.path is not None
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    journal.append(ENTRY)
    with locked(journal.path, 1.0), pytest.raises(NotWritten, match="another program"):
        journal.append(ENTRY)
    journal.path.unlink()
    journal.path.mkdir()
    with pytest.raises(NotWritten, match="directory"):
        journal.append(ENTRY)
    with pytest.raises(NotWritten):
        Journal(Path(__file__) / "journal.jsonl").append(ENTRY)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
@pytest.mark.parametrize("what", ["link", "pipe"])
def test_it_is_written_into_a_file_and_nothing_else(journal: Journal, tmp_path: Path, what: str) -> None:
    assert journal.path is not None
    journal.path.parent.mkdir()
    if what == "link":
        (tmp_path / "elsewhere").write_text("mine")
        journal.path.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(journal.path)
    with pytest.raises(NotWritten):
        journal.append(ENTRY)
    if what == "pipe":
        with pytest.raises(OSError, match="no file"):
            list(journal.entries())
    else:
        assert (tmp_path / "elsewhere").read_text() == "mine"


def test_without_a_place_nothing_is_kept() -> None:
    Journal(None).append(ENTRY)
    assert list(Journal(None).entries()) == []


@pytest.mark.parametrize("at", [0.0, NOON, 253_402_300_799.0])
def test_a_time_is_written_as_rfc_3339_has_it(at: float) -> None:
    assert moment(at).endswith("Z")
    assert len(moment(at)) == len("2026-11-18T11:06:40.000Z")
