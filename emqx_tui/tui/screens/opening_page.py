"""Opening what is under the cursor in the dashboard of EMQX."""

from functools import partial
from typing import TYPE_CHECKING

from emqx_tui.domain.rows import DeploymentRow
from emqx_tui.fleet.poller import Poller
from emqx_tui.i18n import _
from emqx_tui.tui.clipboard import copy
from emqx_tui.tui.screens.arranging import Arranging


if TYPE_CHECKING:
    from emqx_tui.fleet.store import DeploymentState


class OpeningPage(Arranging):
    """The key of a list screen that opens the row's page in the dashboard."""

    poller: Poller

    def action_open_page(self) -> None:
        """Open the page in a browser; where there is none, show its address and copy it."""
        from emqx_tui.tui.dashboard import has_browser, page_address  # noqa: PLC0415  rarely needed

        row, page = self.table.cursor_row, self.resource.page
        state = self._state_of(row)
        if row is None or state is None:
            return
        if page is None:
            self.notify(_("The dashboard has no page for these rows."), markup=False)
            return
        address = page_address(state.dashboard, state.base or state.url, state.kind, page(row))
        if address is None:
            told = _("The address of the dashboard is not known: set dashboard for {name} in the configuration.")
            self.notify(told.format(name=state.name), severity="warning", markup=False)
        elif has_browser():
            self.notify(_("opening {address}").format(address=address), markup=False)
            self.run_worker(self._open(address), group="page")
        else:
            self._tell_address(address)

    def _state_of(self, row: object) -> "DeploymentState | None":
        name = row.name if isinstance(row, DeploymentRow) else self.deployment
        return None if name is None else self.poller.store.deployments.get(name)

    async def _open(self, address: str) -> None:
        from emqx_tui.tui.aside import aside  # noqa: PLC0415  rarely needed
        from emqx_tui.tui.dashboard import open_page  # noqa: PLC0415  rarely needed

        if not await aside(partial(open_page, address)):
            self._tell_address(address)

    def _tell_address(self, address: str) -> None:
        copied = copy(self.app, address)
        self.notify(_("{address}  ({copied})").format(address=address, copied=copied), timeout=15, markup=False)
