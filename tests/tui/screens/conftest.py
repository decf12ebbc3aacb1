"""What the tests of the screens share."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet.fakes import Fleet


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    """A fleet without deployments that keeps its state below the test's directory."""
    return Fleet(tmp_path / "rosters")


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pilot looks every 4 ms and not every 20 ms whether the app is idle: a third of the time of these tests."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 1 / 250)
    monkeypatch.setattr("textual._wait.SLEEP_IDLE", 1 / 1000)


@pytest.fixture(autouse=True)
def patient_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers over a real connection is waited for: on a busy machine even loopback may take seconds."""
    for limit in ("http.CONNECT_TIMEOUT", "http.READ_TIMEOUT", "http._RACE", "detect.PATIENCE"):
        monkeypatch.setattr(f"emqx_tui.api.{limit}", 60.0)
    monkeypatch.setattr("emqx_tui.fleet.diagnosis.PATIENCE", 60.0)


@pytest.fixture(autouse=True)
def universal_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times of day are shown in UTC, wherever the tests run."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
