"""Adding, changing, duplicating and removing deployments from the screen: the file first, then the fleet that runs."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from emqx_tui.config import ConfigError
from emqx_tui.config.draft import Draft
from emqx_tui.config.edit import read_draft, remove
from emqx_tui.i18n import _
from emqx_tui.text import sanitize
from emqx_tui.tui.aside import aside
from emqx_tui.tui.messages import EditWanted, Wish
from emqx_tui.tui.screens.ask import AskScreen
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.screens.edit_deployment import DemoWanted, EditDeploymentScreen, Result


if TYPE_CHECKING:
    from emqx_tui.tui.app import EmqxTui


class Editing:
    """What the user wants with the configuration file, done there and in the fleet.

    Args:
        app: The app, whose fleet it is.
        path: The configuration file.
    """

    def __init__(self, app: "EmqxTui", path: Path) -> None:
        self._app = app
        self._poller = app.poller
        self._path = path

    async def follow(self, wanted: EditWanted, *, first: bool = False) -> None:
        """Do it to the deployment, or open the form for it; `first` when nothing is configured yet."""
        wish, name = wanted.wish, wanted.name
        if wish is Wish.ADD:
            await self._open(Draft(name="", url=""), first=first)
        elif wish is Wish.ADOPT:
            taken = not name or name in self._poller.store.deployments
            free = self._free(name or "deployment") if taken else name
            await self._open(Draft(name=free or "", url="", platform_id=wanted.platform_id))
        elif name is None:
            self._say(_("Choose a deployment first."))
        elif wish is Wish.REMOVE:
            await self._ask_to_remove(name)
        else:
            await self._edit(name, copy=wish is Wish.DUPLICATE)

    async def _edit(self, name: str, *, copy: bool) -> None:
        try:
            draft = await aside(partial(read_draft, self._path, name))
        except ConfigError as error:
            self._refuse(error)
            return
        if copy:
            # Two that stand for one deployment of the account would be one too many.
            await self._open(replace(draft, name=self._free(draft.name), platform_id=None))
        else:
            await self._open(draft, editing=name)

    def _free(self, name: str) -> str:
        number, found = 2, f"{name}-2"
        while found in self._poller.store.deployments:
            number += 1
            found = f"{name}-{number}"
        return found

    async def _open(self, draft: Draft, *, editing: str | None = None, first: bool = False) -> None:
        taken = self._poller.store.deployments.keys() - {editing}
        form = EditDeploymentScreen(
            self._path, draft, editing=editing, taken=taken, first=first, keymap=self._app.keymap
        )
        await self._app.push_screen(form, self._left)

    async def _left(self, result: Result) -> None:
        if isinstance(result, DemoWanted):
            self._app.demo_wanted = True
            self._app.exit()
        elif result is not None:
            deployment, was = result.deployment, result.was
            if was is None:
                self._poller.add([deployment])
            else:
                await self._poller.replace(was, deployment)
                self._app.remembered.rename(was, deployment.name)
            self._show(deployment.name)
            told = _("{name} was saved in {path}.")
            self._say(told.format(name=deployment.name, path=sanitize(str(self._path))))

    # Removing

    async def _ask_to_remove(self, name: str) -> None:
        about = _("It is taken out of {path}, with the comments in its table; all else there stays as it is.")
        question = AskScreen(
            _("Remove {name}?").format(name=name),
            about.format(path=sanitize(str(self._path))),
            yes=_("Remove"),
            no=_("Keep"),
        )
        await self._app.push_screen(question, self._answered(name))

    def _answered(self, name: str) -> Callable[[bool | None], Awaitable[None]]:
        async def answered(wanted: bool | None) -> None:
            if wanted:
                await self._remove(name)

        return answered

    async def _remove(self, name: str) -> None:
        try:
            await aside(partial(remove, self._path, name))
        except ConfigError as error:
            self._refuse(error)
            return
        await self._poller.remove(name)
        self._app.remembered.forget(name)
        self._show(None)
        self._say(_("{name} was removed from {path}.").format(name=name, path=sanitize(str(self._path))))

    # Telling

    def _show(self, name: str | None) -> None:
        """Draw at once: no row may stand there of a deployment that is gone."""
        for screen in self._app.screen_stack:
            if isinstance(screen, ListScreen) and screen.is_current:
                screen.draw()
                if name is not None:
                    screen.table.move_to(name)

    def _say(self, words: str) -> None:
        self._app.notify(words, markup=False)

    def _refuse(self, error: ConfigError) -> None:
        self._app.notify(str(error), severity="error", markup=False)
