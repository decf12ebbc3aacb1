"""The simulated fleet in the foreground: for trying the monitor from another terminal, and for measuring it."""

import asyncio
import signal
import sys

from emqx_tui.demo.fleet import DemoFleet, start_fleet
from emqx_tui.i18n import _


def serve(scenario: str, *, nodes: int | None = None, port: int = 0) -> int:
    """Run the fleet until Ctrl-C or SIGTERM; addresses and credentials are printed first.

    Returns:
        0, or 2 when a port is taken or cannot be.
    """
    try:
        asyncio.run(_serve(scenario, nodes, port))
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError) as error:
        sys.stderr.write(_("The fleet cannot start: {reason}").format(reason=error) + "\n")
        return 2
    return 0


async def _serve(scenario: str, nodes: int | None, port: int) -> None:
    fleet = await start_fleet(scenario, nodes=nodes, port=port)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    try:
        _describe(fleet)
        await ended.wait()
    finally:
        await fleet.stop()


def _describe(fleet: DemoFleet) -> None:
    for one in fleet.deployments:
        sys.stdout.write(
            f"{one.name:<12} {one.url}\n{'':<12} --app-id {one.app_id}  EMQX_TUI_APP_SECRET={one.app_secret}\n"
            f"{'':<12} {_(one.about)}\n"
        )
    account = fleet.platform
    sys.stdout.write(
        f"{'platform':<12} {account.url}\n{'':<12} --user {account.key}:{account.secret}\n"
        f"{'':<12} {_('EMQX Cloud platform API: the deployments of an account')}\n"
    )
    sys.stdout.write(_("Ctrl-C ends it.") + "\n")
    sys.stdout.flush()
