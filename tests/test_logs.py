"""The log file: bounded, and readable by the user alone."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from emqx_tui import logs


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """The program's logger, without what a test attached to it."""
    root = logging.getLogger("emqx_tui")
    before = (list(root.handlers), root.level, root.propagate)
    umask = os.umask(0)
    yield root
    os.umask(umask)
    for handler in root.handlers:
        if handler not in before[0]:
            handler.close()
    root.handlers[:], root.propagate = before[0], before[2]
    root.setLevel(before[1])


def modes(directory: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in directory.iterdir()}


def test_every_log_file_is_the_users_alone_after_rotations_too(
    tmp_path: Path, log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LARGEST", 500)
    directory = tmp_path / "state"
    assert logs.log_to(directory / "log") == ""
    for number in range(60):
        log.info("line %d of a log that is rotated soon", number)
    assert len(list(directory.iterdir())) == 1 + logs.KEPT
    assert modes(directory) == {0o600}


def test_a_file_that_everybody_could_read_is_closed_to_them(tmp_path: Path, log: logging.Logger) -> None:
    path = tmp_path / "log"
    path.touch(mode=0o644)
    assert logs.log_to(path) == ""
    log.info("hello")
    assert modes(tmp_path) == {0o600}
    assert "hello" in path.read_text()


def test_a_log_that_cannot_be_written_is_said_and_harms_nothing(tmp_path: Path, log: logging.Logger) -> None:
    (tmp_path / "file").touch()
    assert "file" in logs.log_to(tmp_path / "file" / "log")
