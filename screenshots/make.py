"""Pictures of every screen, from the simulated fleet with a frozen clock: the same every time. `make screenshots`."""

import asyncio
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace


HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))
os.environ["TZ"] = "UTC"
time.tzset()

import emqx_tui.api.http  # noqa: E402
from emqx_tui.config import Deployment, InlineSecret, Secret  # noqa: E402
from emqx_tui.demo import start_fleet  # noqa: E402
from emqx_tui.fleet.poller import Poller  # noqa: E402
from emqx_tui.fleet.store import Store  # noqa: E402
from emqx_tui.logs import Log  # noqa: E402
from fleet.fakes import FakeClock, Steady  # noqa: E402
from tui.screens.test_goldens import DemoStage  # noqa: E402


SIZE = (120, 36)

PICTURES = (
    ("fleet", "node-down", None, ()),
    ("deployment", "node-down", "prod-eu", ("home",)),
    ("hung", "node-hung", "plant-cn", ()),
    ("alarms", "healthy", "prod-eu", (":alarms",)),
    ("help", "healthy", None, ("question_mark",)),
    ("sort", "healthy", "prod-eu", ("s",)),
    ("large", "large", "prod-eu", ()),
)
"""Name, scenario, deployment to open, keys or a prompt's line."""


async def picture(name: str, theme: str) -> None:
    """Write one picture."""
    _name, scenario, opened, keys = next(one for one in PICTURES if one[0] == name)
    clock = FakeClock()
    emqx_tui.api.http.time = SimpleNamespace(time=clock.wall, monotonic=time.monotonic)  # type: ignore[attr-defined]
    fleet = await start_fleet(scenario, clock=clock.wall)

    async def prepare() -> tuple[Sequence[Deployment], dict[str, str]]:
        deployments = [
            Deployment(name=one.name, url=one.url, app_id=one.app_id, secret=InlineSecret(Secret(one.app_secret)))
            for one in fleet.deployments
        ]
        return deployments, {one.name: one.about for one in fleet.deployments}

    poller = Poller(Store(), clock=clock, rng=Steady())
    log_file = Path("~/.local/state/emqx-tui/log/emqx-tui.log")
    try:
        async with DemoStage(
            poller, clock, size=SIZE, opened=opened, prepare=prepare, log=Log(log_file), theme=theme
        ) as stage:
            for _ in range(24):
                await stage.advance(1)
            for key in keys:
                if key.startswith(":"):
                    await stage.app.follow(key[1:])
                    await stage.settle()
                else:
                    await stage.press(key)
            drawn = stage.app.export_screenshot(title="emqx-tui")
    finally:
        await fleet.stop()
    drawn = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:18083", drawn)
    drawn = re.sub(r"terminal-\d+", "terminal", drawn)
    (HERE / f"{name}-{theme}.svg").write_text(drawn + "\n", "utf-8")


def main() -> None:
    """Write all pictures, dark and light."""
    for theme in ("dark", "light"):
        for name, *_rest in PICTURES:
            asyncio.run(picture(name, theme))
            sys.stdout.write(f"{name}-{theme}.svg\n")


if __name__ == "__main__":
    main()
