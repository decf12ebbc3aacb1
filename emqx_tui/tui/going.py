"""Going from one place to another: which screen shows it, what stays below it, and the way back."""

from typing import TYPE_CHECKING, Final

from emqx_tui.i18n import N_, _
from emqx_tui.resources import NAMES, named
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.visits import Visit, Visits


if TYPE_CHECKING:
    from emqx_tui.tui.app import EmqxTui

_ENDS: Final = {-1: N_("Nothing was visited before this."), 1: N_("Nothing was visited after this.")}


class Going:
    """Shows the fleet or one deployment above it, and remembers what was visited.

    Args:
        app: The app, whose screens they are.
        first: What it shows at first.
    """

    def __init__(self, app: "EmqxTui", first: Visit) -> None:
        self._app = app
        self._visits = Visits(first)

    async def go(self, visit: Visit) -> None:
        """Show a place anew: that is a visit. Nothing goes on behind a dialog that was opened meanwhile."""
        if not isinstance(self._app.screen, ListScreen):
            return
        self._leave()
        self._visits.go(visit)
        await self._open(visit)

    async def walk(self, direction: int) -> None:
        """Go one visit back (-1) or ahead (1), to what was shown there; at the end, say so."""
        app = self._app
        if not isinstance(app.screen, ListScreen):
            return
        self._leave()
        visit = self._visits.step(direction, app.poller.store.deployments.__contains__)
        if visit is None:
            app.notify_once(_(_ENDS[direction]))
        else:
            screen = await self._open(visit)
            screen.restore(visit)

    def _leave(self) -> None:
        screen = self._app.screen
        if isinstance(screen, ListScreen):
            self._visits.leave(screen.visit)

    async def _open(self, visit: Visit) -> ListScreen:
        """The fleet is mounted when it is first wanted: who opens a deployment does not wait for it."""
        app = self._app
        current = app.screen
        kind = named(visit.resource if visit.resource in NAMES else NAMES[0])
        if isinstance(current, DeploymentScreen) and current.deployment == visit.deployment:
            current.show_resource(kind)
            return current
        while isinstance(app.screen, DeploymentScreen) and len(app.screen_stack) > 1:
            await app.pop_screen()
        current = app.screen
        if visit.deployment is not None:
            deployment = DeploymentScreen(app.poller, app.remembered, visit.deployment, kind)
            if isinstance(current, DeploymentScreen):
                await self._replace_first(deployment)
            else:
                await app.push_screen(deployment)
            return deployment
        if isinstance(current, FleetScreen):
            return current
        fleet = app.fleet_screen()
        await self._replace_first(fleet)
        return fleet

    async def _replace_first(self, wanted: ListScreen) -> None:
        first = self._app.screen
        if not first._result_callbacks:  # noqa: SLF001
            # Textual's switch takes off a callback that a default screen never got.
            first._push_result_callback(first, None)  # noqa: SLF001
        await self._app.switch_screen(wanted)
