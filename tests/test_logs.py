"""The log file: bounded, readable by the user alone, of the wanted level, and never in the way."""

import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from emqx_tui import logs
from emqx_tui.command_line import LEVELS
from emqx_tui.config.model import LOG_LEVELS, Settings
from emqx_tui.logs import LEVEL_VARIABLE, Log


@pytest.fixture(autouse=True)
def log() -> Iterator[logging.Logger]:
    """The program's logger, without what a test attached to it or to the one of everything."""
    everything, ours = logging.getLogger(), logging.getLogger("emqx_tui")
    before = (list(everything.handlers), everything.level, ours.level)
    umask = os.umask(0)
    yield ours
    os.umask(umask)
    logging.captureWarnings(capture=False)
    for handler in everything.handlers:
        if handler not in before[0]:
            handler.close()
    everything.handlers[:] = before[0]
    everything.setLevel(before[1])
    ours.setLevel(before[2])


def start(path: Path, level: str = "info") -> str:
    """Have the log written there; why it cannot be."""
    return logs.start(Log(path, level)).refusal


def modes(directory: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in directory.iterdir()}


# The file


def test_every_log_file_is_the_users_alone_after_rotations_too(
    tmp_path: Path, log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGEST", 500)
    directory = tmp_path / "state"
    assert start(directory / "log") == ""
    for number in range(60):
        log.info("line %d of a log that is rotated soon", number)
    assert len(list(directory.iterdir())) == 1 + logs.KEPT
    assert modes(directory) == {0o600}
    assert all(path.stat().st_size <= 500 for path in directory.iterdir())


def test_a_file_that_everybody_could_read_is_closed_to_them(tmp_path: Path, log: logging.Logger) -> None:
    path = tmp_path / "log"
    path.touch(mode=0o644)
    assert start(path) == ""
    log.info("hello")
    assert modes(tmp_path) == {0o600}
    assert "hello" in path.read_text()


def test_the_folders_that_are_made_for_it_are_the_users_alone_and_others_stay_as_they_are(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert start(tmp_path / "state" / "log" / "emqx-tui.log") == ""
    assert modes(tmp_path) == modes(tmp_path / "state") == {0o700}
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_what_is_no_file_keeps_its_mode(tmp_path: Path, log: logging.Logger) -> None:
    mode = Path(os.devnull).stat().st_mode
    assert start(Path(os.devnull)) == ""
    log.info("hello")
    assert Path(os.devnull).stat().st_mode == mode


def test_a_pipe_that_nobody_reads_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert str(tmp_path / "pipe") in start(tmp_path / "pipe")


def test_a_record_is_a_line_and_nothing_in_it_can_steer_a_terminal_or_pass_for_another(
    tmp_path: Path, log: logging.Logger
) -> None:
    start(tmp_path / "log")
    log.info("told: %s", "\x1b[2J\n2030-01-01 00:00:00,000 1 INFO forged: line")
    told, rest = (tmp_path / "log").read_text().splitlines()[1:]
    assert told.endswith("told: ␛[2J")
    assert rest.startswith("    2030")
    assert f" {os.getpid()} INFO emqx_tui: " in told


def test_two_programs_write_to_the_same_file_also_when_one_has_rotated_it(
    tmp_path: Path, log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGEST", 2000)
    path = tmp_path / "log"
    start(path)
    other = logs.PrivateFileHandler(path)
    while not path.with_name("log.1").exists():
        other.emit(logging.makeLogRecord({"msg": "x" * 100}))
    other.close()
    log.info("still here")
    assert "still here" in path.read_text()
    assert "still here" not in path.with_name("log.1").read_text()


# When it cannot be written


def test_a_log_that_cannot_be_written_is_said_and_harms_nothing(
    tmp_path: Path, log: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    found = logs.start(Log(tmp_path / "file" / "log"))
    assert found.refusal == f"{tmp_path / 'file' / 'log'}: Not a directory"
    assert found.problems == (f"no log: {found.refusal}",)
    log.error("nobody hears it")
    logging.getLogger("asyncio").error("nor this")
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_loses_lines_without_a_word_and_tells_of_them_once_there_is_room(
    tmp_path: Path, log: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    path.symlink_to("/dev/full")
    assert start(path) == ""
    for number in range(5000):
        log.info("line %d", number)
    path.unlink()
    log.info("there is room again")
    log.info("and more")
    lines = path.read_text().splitlines()
    assert lines[1] == "(here 5001 records are missing: No space left on device)"
    assert [line.partition("emqx_tui: ")[2] for line in lines[2:]] == ["there is room again", "and more"]
    assert capfd.readouterr() == ("", "")


def test_a_file_that_cannot_be_rotated_grows_no_further(
    tmp_path: Path, log: logging.Logger, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logs, "LARGEST", 500)
    # A folder in the place of the oldest file: nobody, root neither, can put a file there.
    (tmp_path / "log.3" / "x").mkdir(parents=True)
    start(tmp_path / "log")
    for number in range(60):
        log.info("line %d of a log that is rotated never", number)
    assert (tmp_path / "log.2").is_file()
    assert (tmp_path / "log").stat().st_size <= 500
    assert "line 59" not in (tmp_path / "log").read_text()
    assert capfd.readouterr() == ("", "")


def test_a_log_that_somebody_deletes_is_begun_anew(tmp_path: Path, log: logging.Logger) -> None:
    path = tmp_path / "log"
    start(path)
    path.unlink()
    log.info("hello")
    assert "hello" in path.read_text()
    assert modes(tmp_path) == {0o600}


# What is in it


@pytest.mark.parametrize("level", LOG_LEVELS)
def test_the_level_says_what_of_this_program_is_written(tmp_path: Path, level: str) -> None:
    start(tmp_path / "log", level)
    for name in LOG_LEVELS:
        logging.getLogger("emqx_tui.api.http").log(logging.getLevelNamesMapping()[name.upper()], "a %s line", name)
    written = (tmp_path / "log").read_text()
    expected = LOG_LEVELS[LOG_LEVELS.index(level) :]
    assert [name for name in LOG_LEVELS if f"a {name} line" in written] == list(expected)


@pytest.mark.parametrize("library", ["httpx", "httpcore.http11", "asyncio", "textual", "keyring.backend"])
def test_of_libraries_only_warnings_and_worse_are_written_and_nothing_goes_to_the_terminal(
    tmp_path: Path, library: str, capfd: pytest.CaptureFixture[str]
) -> None:
    start(tmp_path / "log", "debug")
    other = logging.getLogger(library)
    assert not other.isEnabledFor(logging.INFO), "what is not written is not put together either"
    other.info("with all headers")
    other.warning("a warning of %s", library)
    start(tmp_path / "log", "error")
    other.warning("another one")
    other.error("an error")
    written = (tmp_path / "log").read_text()
    assert "with all headers" not in written
    assert f"WARNING {library}: a warning of {library}" in written
    assert "another one" not in written
    assert f"ERROR {library}: an error" in written
    assert capfd.readouterr() == ("", "")


def test_a_warning_of_python_itself_is_written_and_not_printed_over_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        start(tmp_path / "log")
        warnings.warn("careful", RuntimeWarning, stacklevel=1)
    assert "RuntimeWarning: careful" in (tmp_path / "log").read_text()
    assert capfd.readouterr() == ("", "")


def test_it_begins_with_what_a_bug_report_needs(tmp_path: Path) -> None:
    start(tmp_path / "log", "debug")
    assert "emqx-tui 0." in (tmp_path / "log").read_text()
    assert "log level debug" in (tmp_path / "log").read_text()


# The choice of the level


PATH = Path("log")


@pytest.mark.parametrize(
    ("given", "environ", "configured", "expected"),
    [
        (None, {}, "info", Log(PATH, "info")),
        (None, {}, "error", Log(PATH, "error")),
        (None, {LEVEL_VARIABLE: "warning"}, "error", Log(PATH, "warning", LEVEL_VARIABLE)),
        (None, {LEVEL_VARIABLE: " DEBUG "}, "error", Log(PATH, "debug", LEVEL_VARIABLE)),
        (None, {LEVEL_VARIABLE: ""}, "error", Log(PATH, "error")),
        ("debug", {LEVEL_VARIABLE: "warning"}, "error", Log(PATH, "debug", "--log-level")),
    ],
)
def test_an_option_wins_over_the_environment_and_that_one_over_the_file(
    given: str | None, environ: dict[str, str], configured: str, expected: Log
) -> None:
    assert logs.choose(PATH, given, configured, environ=environ) == expected


def test_a_level_that_the_environment_has_wrong_is_told_with_what_was_meant_and_the_files_one_taken() -> None:
    found = logs.choose(PATH, None, "error", environ={LEVEL_VARIABLE: "warn\x1b"})
    assert (found.level, found.source) == ("error", "")
    assert found.problems == (
        "EMQX_TUI_LOG_LEVEL: must be one of debug, info, warning, error. Did you mean 'warning'?",
    )


def test_every_place_that_names_the_levels_names_the_same() -> None:
    assert LEVELS == LOG_LEVELS
    assert Settings().log_level in LOG_LEVELS
