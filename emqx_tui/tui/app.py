"""The program on a terminal: wires the poller to the screens and gives the terminal back, whatever happens."""

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual import constants, events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.binding import BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import WorkerFailed

from emqx_tui.config import Deployment
from emqx_tui.fleet.poller import Poller
from emqx_tui.i18n import _
from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP, Keymap
from emqx_tui.keyboard.table import Place
from emqx_tui.logs import Log
from emqx_tui.resources import NAMES, NODES
from emqx_tui.text import sanitize
from emqx_tui.tui import clipboard, themes
from emqx_tui.tui.bindings import bindings_of, changes_of
from emqx_tui.tui.commands import GoTo, parse_command
from emqx_tui.tui.glyphs import AsciiLines, in_ascii
from emqx_tui.tui.going import Going
from emqx_tui.tui.messages import CommandGiven, DeploymentChosen, EditWanted, StoreChanged, WalkWanted, Wish
from emqx_tui.tui.remembered import RememberedViews
from emqx_tui.tui.repaint import Repaint, ShownScreen
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.screens.deployment import DeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.pick import Choice, PickScreen
from emqx_tui.tui.visits import FLEET, Visit


if TYPE_CHECKING:
    from textual.timer import Timer

    from emqx_tui.fleet.account import Account
    from emqx_tui.tui.carrying_out import CarryingOut

log = logging.getLogger(__name__)

GATHER = 0.05
"""Seconds in which changes of the store are gathered into one redraw: the answers of one round come together."""

Prepare = Callable[[], Awaitable[tuple[Sequence[Deployment], dict[str, str]]]]


class EmqxTui(App[None], inherit_bindings=False):
    """The monitor.

    Args:
        poller: Watches the deployments; it runs as the one background worker.
        remembered: What the user has set on the screens; None starts with nothing set and keeps nothing.
        opened: The deployment to open at once.
        problems: Mistakes in the configuration, a line each.
        config_path: Where the configuration is; None when the deployments are from elsewhere.
        log: Where the log is, for help and crash messages; None when there is none.
        prepare: Starts what has to run before the poller, and tells the deployments and what to say about them.
        first_run: Nothing is configured yet: the form for the first deployment is opened.
        state: The directory of what is kept between two runs, among it the journal of actions; None keeps none.
        keymap: The keys that work. There are no others: Textual's own for quitting are not inherited.
    """

    TITLE = "emqx-tui"
    CSS_PATH = "styles/app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.EVERYWHERE)]
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = App.COMMANDS | {GoTo}

    def __init__(  # noqa: PLR0913  what it is started with
        self,
        poller: Poller,
        *,
        remembered: RememberedViews | None = None,
        opened: str | None = None,
        problems: Sequence[str] = (),
        config_path: Path | None = None,
        log: Log | None = None,
        prepare: Prepare | None = None,
        theme: str = "dark",
        ascii_only: bool = False,
        first_run: bool = False,
        state: Path | None = None,
        keymap: Keymap = DEFAULT_KEYMAP,
    ) -> None:
        super().__init__(ansi_color=themes.native_colour(os.environ))
        self._own_filters = (AsciiLines(),) if ascii_only else ()
        self.poller = poller
        self.remembered = remembered or RememberedViews()
        self._opened = opened
        self._problems = (*problems, *(() if log is None else log.problems))
        self._config_path = config_path
        self._log_file = log
        self._prepare = prepare
        self._first_run = first_run
        self._state = state
        self.account: Account | None = None
        """The EMQX Cloud account whose deployments the fleet shows as well; nothing asks it before the first paint."""
        self.keymap = keymap
        self.set_keymap(changes_of(keymap))
        self.demo_wanted = False
        """The program is left for the simulated fleet."""
        self._pending: Timer | None = None
        self._ticks: Timer | None = None
        self._notes: dict[str, str] = {}
        self._shown = ShownScreen()
        self._said = ("", 0.0)
        self._going = Going(self, FLEET if opened is None else Visit(opened, NAMES[0]))
        # Before anything is mounted: a change of theme styles every widget anew.
        themes.register(self, theme)

    @cached_property
    def carrying_out(self) -> "CarryingOut":
        """Makes changes and writes them down, and tells what is under way."""
        from emqx_tui.tui.carrying_out import CarryingOut  # noqa: PLC0415  not before there may be one

        return CarryingOut(self, self._state)

    def refresh_css(self, animate: bool = True) -> None:  # noqa: FBT002  Textual's
        """Style everything anew. Before there is a screen the styles are not read yet, and nothing has any."""
        if self._dom_ready:
            super().refresh_css(animate=animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What each finished line goes through, the last of it the stand-ins of the ASCII mode."""
        return [*super().get_line_filters(), *self._own_filters]

    def get_driver_class(self) -> type[Driver]:
        """What reads and writes the terminal: ours where Textual would take its own one for it."""
        if sys.platform == "win32" or constants.DRIVER is not None:
            return super().get_driver_class()
        from emqx_tui.tui.driver import TerminalDriver  # noqa: PLC0415  not on every system

        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        """The first screen is mounted as the first one: a blank one before it would cost a tenth of the start."""
        if self._opened is not None and self._opened in self.poller.store.deployments:
            return DeploymentScreen(self.poller, self.remembered, self._opened, NODES)
        return self.fleet_screen()

    def fleet_screen(self) -> FleetScreen:
        """The fleet, as it was started."""
        return FleetScreen(
            self.poller,
            self.remembered,
            problems=self._problems,
            config_path=self._config_path,
            notes=self._notes,
            account=lambda: self.account,
        )

    async def on_mount(self) -> None:
        """Start what the screens show."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            # Textual handles neither, and would leave the terminal in its alternate screen with the mouse on.
            loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))
        if self._prepare is not None and not await self._prepared(self._prepare):
            return
        self.poller.store.listen(self._store_changed)
        self.app_resume_signal.subscribe(self, lambda _app: self.action_redraw())
        # After the first paint: what the poller imports would hold it up.
        self.screen.call_after_refresh(self._start_poller)

    async def _prepared(self, prepare: Prepare) -> bool:
        try:
            deployments, notes = await prepare()
        except (OSError, ValueError) as error:
            return self._refused(_("The fleet cannot start: {reason}").format(reason=error))
        self._notes.update(notes)
        self.poller.add(deployments)
        if self._opened is not None and self._opened not in self.poller.store.deployments:
            known = ", ".join(self.poller.store.deployments)
            told = _("No deployment {name}. There are: {names}.")
            return self._refused(told.format(name=sanitize(self._opened), names=known))
        if self._opened is not None:
            await self._show(self._opened, NAMES[0])
        return True

    def _refused(self, told: str) -> bool:
        # After the first paint: a screen that is still being put together cannot be closed.
        self.screen.call_after_refresh(partial(self.exit, return_code=2, message=Text(told)))
        return False

    def _start_poller(self) -> None:
        self.run_worker(self.poller.run(), name="poller", group="poller", description="")
        if self.account is not None:
            self.account.changed = partial(self._store_changed, "")
            self.run_worker(self.account.run(), name="account", group="account", description="")
        self._ticks = self.set_interval(1.0, self._tell_screen)
        # What the start has made stays to the end: no need to search it for garbage again and again.
        gc.freeze()
        gc.enable()
        if self._first_run:
            self.call_later(self._edit, EditWanted(Wish.ADD), first=True)

    # From the store to the screen

    def _store_changed(self, _name: str) -> None:
        # What still changes while the program ends has nobody to be told.
        if self._pending is None and self.is_running and not self._exit:
            self._pending = self.set_timer(GATHER, self._tell_news)

    def _tell_news(self) -> None:
        self._pending = None
        if self._ticks is not None:
            # What is drawn now has the time of now: the next drawing for the time alone comes a second later.
            self._ticks.reset()
        self._tell_screen()

    def _tell_screen(self) -> None:
        if self.screen_stack:
            self.screen.post_message(StoreChanged())

    # Keys

    def action_interrupt(self) -> None:
        """Copy what is selected, else quit."""
        typed = self.focused.selected_text if isinstance(self.focused, Input) else ""
        selected = typed or self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(in_ascii(selected) if self._own_filters and not typed else selected)
        elif selected is not None:
            # Who wants to copy is not thrown out because the row has just gone.
            self.screen.clear_selection()
            self.notify(_("There is no text in what was selected."), markup=False)
        else:
            self.exit()

    def on_key(self, event: events.Key) -> None:
        """Keys typed before the prompt they open has the focus belong to it: fast typing loses none."""
        take_typed = getattr(self.screen, "take_typed", None)
        if take_typed is not None and event.is_printable and take_typed(event.character or ""):
            event.stop()
            event.prevent_default()

    # Going somewhere

    async def on_deployment_chosen(self, event: DeploymentChosen) -> None:
        """Open the deployment."""
        await self._show(event.name, event.resource)

    async def on_edit_wanted(self, event: EditWanted) -> None:
        """Add, change, duplicate or remove a deployment."""
        await self._edit(event)

    async def _edit(self, wanted: EditWanted, *, first: bool = False) -> None:
        if self._config_path is None:
            self.notify(
                _("These deployments are from no configuration file: there is nothing to change."), markup=False
            )
            return
        from emqx_tui.tui.editing import Editing  # noqa: PLC0415  rarely needed, and the start is to be quick

        await Editing(self, self._config_path).follow(wanted, first=first)

    async def on_fleet_wanted(self) -> None:
        """Leave the deployment."""
        await self._going.go(FLEET)

    async def on_command_given(self, event: CommandGiven) -> None:
        """Go where the line says."""
        await self.follow(event.line)

    async def follow(self, line: str) -> None:
        """Follow a line of the prompt or the palette."""
        command = parse_command(line, list(self.poller.store.deployments))
        if self.screen.is_modal:
            self.notify(_("Leave this first, with {key}.").format(key=self.keymap.long("dialog.leave")), markup=False)
        elif command.complaint:
            self.notify(sanitize(command.complaint), severity="warning", markup=False)
        elif command.verb == "quit":
            self.exit()
        elif command.verb == "help":
            await self.action_help()
        elif command.verb == "fleet":
            await self._going.go(FLEET)
        elif command.verb == "add":
            await self._edit(EditWanted(Wish.ADD))
        elif command.verb == "theme":
            await self._use_theme(command.theme)
        else:
            await self._show(command.deployment, command.resource)

    async def _use_theme(self, name: str) -> None:
        if not name:
            choices = [Choice(one, one, _(about)) for one, about in themes.ABOUT.items()]
            current = self.theme.removeprefix("emqx-")
            await self.push_screen(PickScreen(_("Theme"), choices, current), self._take_theme)
            return
        self._take_theme(name)

    def _take_theme(self, name: str | None) -> None:
        if name is None:
            return
        try:
            themes.choose(self, name)
        except ValueError as unknown:
            self.notify(sanitize(str(unknown)), severity="warning", markup=False)

    async def _show(self, name: str | None, resource: str) -> None:
        if name is None and isinstance(self.screen, ListScreen):
            name = self.screen.deployment or self.screen.table.cursor_key
        if name is None or name not in self.poller.store.deployments:
            self.notify(_("Choose a deployment first."), markup=False)
            return
        await self._going.go(Visit(name, resource))

    async def on_walk_wanted(self, event: WalkWanted) -> None:
        """Go back or ahead through the screens visited."""
        await self._going.walk(event.direction)

    def notify_once(self, told: str) -> None:
        """Say it unless it stands there already: a key that is held down says it once."""
        now = time.monotonic()
        said, at = self._said
        if told != said or now - at > self.NOTIFICATION_TIMEOUT:
            self._said = told, now
            self.notify(told, markup=False)

    async def action_help(self) -> None:
        """Show the help, first what concerns the screen in front."""
        # Rarely needed, and the start is to be quick.
        from emqx_tui.tui.panels.help import Explained, of_everything  # noqa: PLC0415
        from emqx_tui.tui.screens.help import HelpScreen  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, HelpScreen):
            screen.leave()
            return
        title, own = (screen.help_title, screen.help_sections()) if isinstance(screen, Explained) else ("", [])
        told = of_everything(self.keymap, self._log_file, self._config_path, on_list=isinstance(screen, ListScreen))
        await self.push_screen(HelpScreen(title, [*own, *told], self.keymap))

    # To the terminal

    def copy_to_clipboard(self, text: str) -> None:
        """Copy by way of the terminal, through tmux and screen too; what Textual copies itself comes here as well."""
        self.notify(str(clipboard.copy(self, text)), markup=False)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(renderable, ChopsUpdate | LayoutUpdate):
            super()._display(screen, Repaint(renderable, self._shown, self.size))
            return
        if renderable is not None:
            self._shown.forget()
        super()._display(screen, renderable)

    def on_resize(self) -> None:
        """Draw all of it, also at the same size: a terminal that was smaller in between has dropped what it showed."""
        self.action_redraw()

    def action_redraw(self) -> None:
        """Send the whole screen again: something else has written to the terminal."""
        self._shown.forget()
        self.refresh(layout=True)

    # The end

    def _fatal_error(self) -> None:
        """A bug: the traceback goes to the log, without the values of variables, and a short word to the terminal."""
        cause = _cause(self._exception)
        log.critical("unhandled exception", exc_info=cause)
        where = ""
        if self._log_file is not None and not self._log_file.refusal:
            where = _("The log has the details: {path}").format(path=self._log_file.path)
        told = _("emqx-tui stopped because of a bug: {kind}.").format(kind=type(cause).__name__)
        self.panic(Text(f"{told}\n{where}"))


def _cause(error: BaseException | None) -> BaseException | None:
    """What was raised at first: Textual wraps what ends a worker and keeps no traceback, a task group wraps it too."""
    while True:
        if isinstance(error, WorkerFailed):
            error = error.error
        elif isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        else:
            return error
