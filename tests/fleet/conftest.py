"""What the tests of the poller share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from fleet.fakes import Fleet


@pytest_asyncio.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    """A fleet without deployments that keeps its state below the test's directory."""
    made = Fleet(tmp_path / "rosters")
    yield made
    await made.stop()
