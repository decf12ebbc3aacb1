"""The app with a form in front of it, and what the tests of the form share."""

from pathlib import Path
from typing import Any

from textual.widgets import Checkbox, Input, Select

from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.state_file import StateFiles
from emqx_tui.fleet.store import Store
from emqx_tui.tui.screens.edit_deployment import EditDeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from fleet.fakes import FakeClock, Steady
from tui.screens.stage import Stage


CANARY = "c4n4ry-S3cr3t"

WRITTEN = """# kept by hand
refresh = 7

[[deployments]]
name = "prod"   # the big one
url = "http://127.0.0.1/prod"
app_id = "key"
# rotated in spring
app_secret = "c4n4ry-S3cr3t"
tags = ["eu"]

[[deployments]]
name = "edge"
url = "http://127.0.0.1/edge"
app_id = "key"
app_secret_env = "EDGE"
"""


class FormStage(Stage):
    """The app over real connections, while the clock stands still."""

    def __init__(self, path: Path, *, size: tuple[int, int] = (80, 24), **options: Any) -> None:  # noqa: ANN401
        clock = FakeClock()
        poller = Poller(Store(), clock=clock, rng=Steady(), files=StateFiles(path.parent / "rosters"))
        super().__init__(poller, clock, size=size, config_path=path, first_run=True, **options)

    @property
    def _asking(self) -> bool:
        return any(watch._in_flight or watch._connecting for watch in self.poller.watches.values())


async def opened(stage: Stage) -> None:
    await stage.until(lambda: isinstance(stage.app.screen, EditDeploymentScreen) and bool(stage.app.focused))


async def back(stage: Stage) -> None:
    await stage.until(lambda: isinstance(stage.app.screen, FleetScreen))
    await stage.settle()


async def fill(stage: Stage, **values: str | bool) -> None:
    for name, value in values.items():
        widget = stage.app.screen.query_one(f"#{name}")
        assert isinstance(widget, Input | Checkbox | Select)
        widget.value = value
    await stage.pilot.pause()


def value(stage: Stage, name: str) -> str:
    return stage.app.screen.query_one(f"#{name}", Input).value


async def try_it(stage: Stage, told: str) -> None:
    await stage.press("ctrl+t")
    await stage.until(lambda: told in stage.text)


# The file, from where nothing may block


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def there(path: Path) -> bool:
    return path.exists()


def unlink(path: Path) -> None:
    path.unlink()


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777
