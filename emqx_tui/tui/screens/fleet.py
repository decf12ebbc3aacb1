"""The fleet: every deployment on one screen, live, the picker of what to open."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from emqx_tui.api.result_codes import explain
from emqx_tui.domain.account import AccountDeployment, unconfigured
from emqx_tui.domain.rows import DeploymentRow, account_row
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.fleet.views import deployment_row
from emqx_tui.i18n import N_, _
from emqx_tui.keyboard.table import Place
from emqx_tui.resources import wording
from emqx_tui.resources.deployments import DEPLOYMENTS, WRITE
from emqx_tui.resources.spec import Cell, Column, Tone
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.messages import DeploymentChosen, EditWanted, Wish
from emqx_tui.tui.panels.header import account_lines, fleet_header
from emqx_tui.tui.panels.strip import explanation_lines, fleet_notices, next_step
from emqx_tui.tui.remembered import RememberedViews
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.widgets.key_bar import KeyHint
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine
from emqx_tui.tui.widgets.live_table import LiveTable


if TYPE_CHECKING:
    from emqx_tui.fleet.account import Account


def _no_account() -> "Account | None":
    return None


class FleetScreen(ListScreen):
    """The deployments, and below them what is to say about the one under the cursor.

    Args:
        poller: Watches the deployments.
        remembered: What was set on the screens before.
        problems: Mistakes in the configuration, a line each.
        config_path: Where the configuration is, for whom it is empty.
        notes: What is to say about a deployment, by its name.
        account: Gives the EMQX Cloud account whose deployments stand below the configured ones, once there is one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.FLEET, Place.FILE)]
    CLEARING = "fleet.clear"

    def __init__(  # noqa: PLR0913  what it shows
        self,
        poller: Poller,
        remembered: RememberedViews,
        *,
        problems: Sequence[str] = (),
        config_path: Path | None = None,
        notes: dict[str, str] | None = None,
        account: "Callable[[], Account | None]" = _no_account,
    ) -> None:
        super().__init__(poller, DEPLOYMENTS, remembered)
        self._problems = tuple(problems)
        self._config_path = config_path
        self._notes = {} if notes is None else notes
        self._account = account

    @property
    def places(self) -> tuple[Place, ...]:
        """The keys of the configuration file are offered where there is one."""
        own = (Place.FLEET,) if self._config_path is None else (Place.FLEET, Place.FILE)
        return (*own, Place.LIST, Place.EVERYWHERE)

    @property
    def offered(self) -> tuple[Column[Any], ...]:
        """Which deployments may be changed is told where any may be."""
        writing = any(state.write for state in self.poller.store.deployments.values())
        return tuple(one for one in super().offered if writing or one.id != WRITE)

    @property
    def hints(self) -> Sequence[KeyHint]:
        """What the key bar shows; what opens a row is a key of the list, but means most here."""
        key = self.keymap.short("table.choose")
        opening = [KeyHint(key, N_("open"), "screen.open_row", 1)] if key else []
        return [*opening, *super().hints]

    def compose_above(self) -> ComposeResult:
        """Mistakes in the configuration."""
        yield Lines(id="strip", auto_height=True)

    def compose_body(self, table: LiveTable[Any]) -> ComposeResult:
        """The table and the words about one row."""
        # The worst comes first, and the first is what one wants to open.
        table.stays_on_top = True
        yield table
        yield Lines(id="about", auto_height=True)

    def draw(self) -> None:
        """Read the store and draw."""
        rows = [deployment_row(state, self.poller.clock) for state in self.poller.store.deployments.values()]
        width = self.size.width - 2
        clock = time.strftime("%H:%M:%S %Z", time.localtime(self.poller.clock.wall()))
        others = self._unconfigured()
        self.query_one("#header", Lines).show(fleet_header(rows, clock, width, len(others)))
        self.query_one("#strip", Lines).show([*fleet_notices(self._problems)[:3], *self._account_notice()])
        self.show_rows([*rows, *others], self._nothing())
        self.draw_about()

    def _unconfigured(self) -> list[DeploymentRow]:
        """The deployments of the account that nobody watches."""
        account = self._account()
        if account is None or not account.deployments:
            return []
        states = self.poller.store.deployments.values()
        now = self.poller.clock.wall()
        configured = [(state.name, state.platform_id) for state in states]
        return [account_row(one, now) for one in unconfigured(account.deployments, configured)]

    def _account_notice(self) -> list[SpanLine]:
        account = self._account()
        if account is None or account.failure is None:
            return []
        told = account.failure
        words = _("EMQX Cloud account: {reason}").format(reason=told.what)
        return [(Span("▲ " + words, Tone.WARNING), Span(f" · {told.next}" if told.next else "", Tone.NORMAL))]

    def _nothing(self) -> list[Cell]:
        if self._config_path is None:
            # There is no file to speak of, and no deployment yet: the simulated ones are on their way.
            return [Cell(_("The simulated fleet is being started …"), Tone.MUTED)]
        path, key = str(self._config_path), self.keymap.long("file.add")
        return [
            Cell(_("No deployment is configured."), Tone.STRONG),
            Cell(""),
            *([Cell(_("Add one:                             press {key}").format(key=key))] if key else []),
            Cell(_("Look around in a simulated fleet:   emqx-tui demo")),
            Cell(_("Watch a broker without a file:      emqx-tui --url http://127.0.0.1:18083/api/v5 --app-id KEY")),
            Cell(_("Or write {path}, for example:").format(path=path)),
            Cell(""),
            Cell("  [[deployments]]", Tone.ACCENT),
            Cell('  name = "prod-eu"', Tone.ACCENT),
            Cell('  url = "https://….emqx.cloud:8443/api/v5"', Tone.ACCENT),
            Cell('  app_id = "…"', Tone.ACCENT),
            Cell('  app_secret_env = "EMQX_PROD_EU_SECRET"', Tone.ACCENT),
        ]

    def on_live_table_cursor_moved(self, event: LiveTable.CursorMoved) -> None:
        """Tell of the row under the cursor."""
        event.stop()
        self.draw_about()

    def draw_about(self) -> None:
        """The words about the row under the cursor."""
        row = self.table.cursor_row
        self.query_one("#about", Lines).show([] if row is None else self._about(row))

    def _about(self, row: DeploymentRow) -> list[SpanLine]:
        if row.account is not None:
            return account_lines(row.account, self._adopting, self.size.width - 2)[: max(2, self.size.height // 4)]
        state = self.poller.store.deployments[row.name]
        address = state.base or state.url
        lines: list[SpanLine] = [(Span(row.name, Tone.ACCENT, bold=True), Span("  " + address, Tone.MUTED))]
        told, note = self._told(row, state), self._notes.get(row.name)
        room = max(2, self.size.height // 4)
        if len(told) >= room and state.failed and state.error is not None:
            # On a low terminal the list has the room: of the words those that say what happened and what to do.
            brief = explain(state.error, state.kind)._replace(why="")
            return explanation_lines(brief._replace(what=f"{row.name}: {brief.what}"), self.size.width - 2)[:room]
        if note and len(told) + 2 <= room:
            lines.append((Span(_(note), Tone.MUTED),))
        return [*lines, *told][:room]

    def _told(self, row: DeploymentRow, state: DeploymentState) -> list[SpanLine]:
        lines: list[SpanLine] = [(Span("▲ " + _(wording.WARNINGS[one]), Tone.WARNING),) for one in state.warnings]
        if state.failed and state.error is not None:
            told = explanation_lines(explain(state.error, state.kind), self.size.width - 2)
            return [*lines, *told, (Span(next_step(row, state, self.keymap), Tone.MUTED),)]
        if row.worst is not None:
            lines.append((Span(wording.finding(row.worst, row.now), wording.SEVERITY_TONES[row.worst.severity]),))
        return lines

    def on_live_table_row_chosen(self, event: LiveTable.RowChosen) -> None:
        """Open the deployment; one that is not configured is added first."""
        event.stop()
        row = self.table.cursor_row
        if row is not None and row.account is not None:
            self._adopt(row.account)
        else:
            self.post_message(DeploymentChosen(event.key))

    def _adopt(self, found: AccountDeployment) -> None:
        self.post_message(EditWanted(Wish.ADOPT, found.name, found.id))

    @property
    def _adopting(self) -> str:
        """The key that adds the deployment under the cursor; empty where there is no file to add it to."""
        return "" if self._config_path is None else self.keymap.long("table.choose")

    def action_open_row(self) -> None:
        """Open the deployment under the cursor."""
        self.table.action_choose()

    def action_edit_file(self, wish: str) -> None:
        """Add a deployment, or change, duplicate or remove the one under the cursor."""
        wanted, row = Wish(wish), self.table.cursor_row
        if row is None or row.account is None or wanted is Wish.ADD:
            self.post_message(EditWanted(wanted, self.table.cursor_key))
        elif wanted is Wish.EDIT:
            self._adopt(row.account)
        else:
            self.notify(_("{name} is not configured.").format(name=row.name), markup=False)

    def action_clear_filter(self) -> None:
        """Show all rows again."""
        self.clear_filter()

    def action_refresh_now(self) -> None:
        """Ask all deployments now, and the account if it may be asked again."""
        account = self._account()
        if account is not None:
            account.refresh()
        for watch in self.poller.watches.values():
            watch.refresh()
