"""`emqx-tui journal`: what was changed, for people and for programs."""

import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emqx_tui import cli
from emqx_tui.domain.actions import Entry, Outcome
from emqx_tui.fleet.journal import Journal, moment


Called = Callable[..., tuple[int, str, str]]


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setenv("EMQX_TUI_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("EMQX_TUI_CONFIG", str(tmp_path / "none.toml"))
    return Journal(tmp_path / "journal.jsonl")


@pytest.fixture
def called(journal: Journal, capsys: pytest.CaptureFixture[str]) -> Called:
    def call(*arguments: str) -> tuple[int, str, str]:
        try:
            code = cli.main(["journal", *arguments])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def filled(journal: Journal) -> list[Entry]:
    """Three days ago, three hours ago and now, in two deployments."""
    now = round(time.time())
    entries = [
        Entry(now - 3 * 86_400, "prod", "ada", "k", "kick", "c-1", "DELETE /clients/c-1", Outcome.DONE, "", 0.25),
        Entry(now - 3 * 3600, "lab", "bob", "k", "unban", "=x", "DELETE /banned/clientid/x", Outcome.FAILED, "why, so"),
        Entry(now, "prod", "ada", "k", "publish", "a/ü", "POST /publish", Outcome.UNVERIFIED, "nothing to read"),
    ]
    for entry in entries:
        journal.append(entry)
    return entries


def test_without_a_journal_it_says_that_there_is_nothing(called: Called) -> None:
    assert called() == (0, "", "There are no entries.\n")
    assert called("-o", "json")[:2] == (0, "[]\n")
    assert called("-o", "jsonl")[:2] == (0, "")


def test_a_table_has_the_oldest_first_and_times_in_utc(called: Called, filled: list[Entry]) -> None:
    code, out, err = called()
    assert (code, err) == (0, "")
    heading, *rows = out.splitlines()
    assert heading.split() == ["TIME", "DEPLOYMENT", "USER", "KEY", "ACTION", "OBJECT", "OUTCOME", "REASON"]
    assert rows[0].split() == [f"{moment(filled[0].at)[:19]}Z", "prod", "ada", "k", "kick", "c-1", "done"]
    assert rows[1].endswith("failed        why, so")
    assert len(rows) == 3


def test_a_program_gets_everything(called: Called, filled: list[Entry]) -> None:
    records = json.loads(called("-o", "json")[1])
    assert [json.loads(line) for line in called("-o", "jsonl")[1].splitlines()] == records
    assert [record["object"] for record in records] == ["c-1", "=x", "a/ü"]
    assert records[0]["request"] == "DELETE /clients/c-1"
    assert records[0]["time"] == moment(filled[0].at)
    heading, *rows = list(csv.reader(io.StringIO(called("-o", "csv")[1])))
    assert heading == list(records[0])
    assert rows[1][heading.index("object")] == "'=x", "what a spreadsheet would run is marked as text"
    assert rows[1][heading.index("reason")] == "why, so"


@pytest.mark.parametrize(
    ("arguments", "objects"),
    [
        (["prod"], ["c-1", "a/ü"]),
        (["-d", "lab"], ["=x"]),
        (["lab", "prod"], ["c-1", "=x", "a/ü"]),
        (["--since", "2h"], ["a/ü"]),
        (["--since", "1d"], ["=x", "a/ü"]),
        (["--since", "1W"], ["c-1", "=x", "a/ü"]),
        (["--since", "2000-01-01"], ["c-1", "=x", "a/ü"]),
        (["--since", "2000-01-01T00:00Z", "--limit", "2"], ["=x", "a/ü"]),
        (["prod", "--limit", "1"], ["a/ü"]),
    ],
)
def test_deployments_times_and_a_number_choose(
    called: Called, filled: list[Entry], arguments: list[str], objects: list[str]
) -> None:
    found = [json.loads(line)["object"] for line in called(*arguments, "-o", "jsonl")[1].splitlines()]
    assert found == objects
    assert filled


def test_a_deployment_without_entries_is_told(called: Called, filled: list[Entry]) -> None:
    assert called("gone") == (0, "", "There are no entries.\n")
    assert filled


@pytest.mark.parametrize(
    "arguments",
    [["--since", "yesterday"], ["--since", "2"], ["--since", "-1h"], ["--limit", "0"], ["--limit", "x"], ["-o", "xml"]],
)
def test_what_is_no_choice_is_refused(called: Called, arguments: list[str]) -> None:
    code, out, err = called(*arguments)
    assert (code, out) == (2, "")
    assert "usage: emqx-tui journal" in err


def test_a_journal_that_cannot_be_read_is_told(called: Called, journal: Journal) -> None:
    assert journal.path is not None
    journal.path.mkdir()
    code, out, err = called()
    assert (code, out) == (1, "")
    assert "journal.jsonl cannot be read: " in err


def test_it_needs_neither_a_screen_nor_the_network() -> None:
    program = "import sys, emqx_tui.journal_command; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert {"textual", "rich", "httpx"} & set(done.stdout.split()) == set()


def test_the_usage_names_it(called: Called) -> None:
    code, out, _err = called("--help")
    assert code == 0
    assert "--since" in out
    assert "--url" not in out
