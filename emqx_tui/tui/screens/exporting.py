"""Writing what a list shows into a file."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from emqx_tui.fleet.poller import Poller
from emqx_tui.i18n import _
from emqx_tui.resources.spec import Column
from emqx_tui.text import exact_number
from emqx_tui.tui.screens.arranging import Arranging


if TYPE_CHECKING:
    from emqx_tui.tui.export import Wish


class Exporting(Arranging):
    """The key of a list screen that writes its rows, as filtered and sorted, or a picture of it."""

    poller: Poller

    async def action_export(self) -> None:
        """Ask which format and where to, and write it."""
        from emqx_tui.tui.export import KINDS, default_name  # noqa: PLC0415  rarely needed, and the start is to be quick

        format_ = next(iter(KINDS))
        at = self.poller.clock.wall()
        name = default_name(self.deployment, self.resource.name, at, KINDS[format_].suffix)
        await self._ask(format_, name, self.table.rows, self.columns)

    async def _ask(self, format_: str, name: str, rows: Sequence[Any], columns: Sequence[Column[Any]]) -> None:
        from emqx_tui.tui.screens.export import ExportScreen  # noqa: PLC0415  as above

        def chosen(wish: "Wish | None") -> None:
            if wish is not None:
                # When the dialog is gone: a picture is one of the list.
                self.call_after_refresh(self._export, wish, rows, columns)

        await self.app.push_screen(ExportScreen(len(rows), name, format_), chosen)

    def _export(self, wish: "Wish", rows: Sequence[Any], columns: Sequence[Column[Any]]) -> None:
        from emqx_tui.tui.export import content_of  # noqa: PLC0415  as above

        if wish.format == "svg":
            told = _("wrote a picture to {path}")
            # Of the screen as it is now.
            content = partial(str, self._picture())
        else:
            told = _("wrote {count} rows to {path}")
            content = partial(content_of, wish.format, self.resource, rows, columns)
        told = told.format(count=exact_number(len(rows)), path=wish.path)
        self.run_worker(self._written(wish, content, told, rows, columns), group="export")

    def _picture(self) -> str:
        from emqx_tui.tui.picture import svg  # noqa: PLC0415  as above

        colours = self.app.theme_variables
        title = " ".join(filter(None, ("emqx-tui", self.deployment, self.resource.name)))
        return svg(self._compositor.render_strips(), title, ink=colours["foreground"], paper=colours["background"])

    async def _written(
        self, wish: "Wish", content: Callable[[], str], told: str, rows: Sequence[Any], columns: Sequence[Column[Any]]
    ) -> None:
        """Write it; where that cannot be done the dialog is there again, with the name that was typed."""
        if not await self._write(wish, content, told):
            await self._ask(wish.format, str(wish.path), rows, columns)

    async def _write(self, wish: "Wish", content: Callable[[], str], told: str, *, replace: bool = False) -> bool:
        """Whether it was written, or is not to be."""
        from emqx_tui.tui.aside import aside  # noqa: PLC0415  as above
        from emqx_tui.tui.export import NotWritten, write  # noqa: PLC0415  as above
        from emqx_tui.tui.screens.ask import AskScreen  # noqa: PLC0415  as above

        try:
            # Of many rows a text takes seconds to make, in which the screen goes on.
            await aside(lambda: write(wish.path, content(), replace=replace))
        except FileExistsError:
            asked = AskScreen(
                _("{path} is there already.").format(path=wish.path),
                _("What is in it now would be lost."),
                yes=_("Replace it"),
                no=_("Cancel"),
            )
            if await self.app.push_screen_wait(asked):
                return await self._write(wish, content, told, replace=True)
        except NotWritten as error:
            refused = _("{path} cannot be written: {reason}").format(path=wish.path, reason=error)
            self.notify(refused, severity="error", markup=False)
            return False
        else:
            self.notify(told, markup=False)
        return True
