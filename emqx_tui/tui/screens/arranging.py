"""How the rows of a list are arranged: their order, and which columns are shown."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, cast

from emqx_tui.i18n import _
from emqx_tui.resources.spec import Column, Resource
from emqx_tui.resources.table import PROBLEMS, sorts_by
from emqx_tui.tui.chosen import Choosing, chosen
from emqx_tui.tui.clipboard import copy
from emqx_tui.tui.remembered import RememberedViews, View
from emqx_tui.tui.screens.pick import Choice, PickScreen
from emqx_tui.tui.widgets.live_table import LiveTable


if TYPE_CHECKING:
    from textual.screen import Screen

    from emqx_tui.tui.app import EmqxTui

    _Base = Screen[Any]
else:
    # No screen at run time: of two of those as bases Textual styles a screen after the first one only.
    _Base = object


class Arranging(_Base):
    """What the user has set for the rows of a list screen, and the keys that set it."""

    resource: Resource[Any]
    deployment: str | None
    _remembered: RememberedViews

    @abstractmethod
    def draw(self) -> None:
        """Read the store and draw."""

    @property
    @abstractmethod
    def table(self) -> LiveTable[Any]:
        """The list."""

    @property
    def partly(self) -> bool:
        """There are more rows than have been read: what is sorted and filtered here are only these."""
        return False

    @property
    def view(self) -> View:
        """What the user has set for these rows, now or in an earlier run."""
        return self._remembered.view(self.deployment, self.resource.name)

    @view.setter
    def view(self, view: View) -> None:
        self._remembered.keep(self.deployment, self.resource.name, view)

    @property
    def offered(self) -> tuple[Column[Any], ...]:
        """The columns that the table can have here."""
        return self.resource.columns

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns that the table has here, as the user wants them."""
        return chosen(self.offered, self.view)

    @property
    def sort(self) -> str:
        """The order of the rows: a column's id, `-` before it for descending."""
        wanted = self.view.sort or ""
        return wanted if sorts_by(self.resource, wanted) else self.resource.sort

    def sort_by(self, column: str) -> None:
        """Sort by the column; if that is so already, the other way round."""
        same = self.sort == column
        self.view = self.view._replace(sort=f"-{column}" if same else column)
        self.draw()

    def on_live_table_header_clicked(self, event: LiveTable.HeaderClicked) -> None:
        """Sort by the column; a second click turns the order round."""
        self.sort_by(event.column_id)

    def action_invert_sort(self) -> None:
        """Turn the order round."""
        if self.sort:
            self.sort_by(self.sort.removeprefix("-"))

    async def action_pick_sort(self) -> None:
        """Choose what to sort by: a column, shown or not, or how bad rows are."""
        choices = [Choice(one.id, _(one.title), _(one.about)) for one in self.offered if one.title]
        if self.resource.problem is not None:
            choices.insert(0, Choice(PROBLEMS, _("problems first"), _("The worst rows at the top")))
        current = self.sort.removeprefix("-")

        def picked(column: str | None) -> None:
            if column is not None and sorts_by(self.resource, column):
                self.sort_by(column)

        title = _("Sort by (of what is loaded)") if self.partly else _("Sort by")
        await self.app.push_screen(PickScreen(title, choices, current), picked)

    async def action_choose_columns(self) -> None:
        """Choose the columns, with the table showing it at once."""
        from emqx_tui.tui.screens.choose_columns import (  # noqa: PLC0415  rarely needed, and the start is to be quick
            ChooseColumnsScreen,
        )

        choosing = Choosing(self.resource.columns, self.offered, self.view)

        def changed() -> None:
            self.view = choosing.put_into(self.view)
            self.draw()

        await self.app.push_screen(ChooseColumnsScreen(choosing, changed, cast("EmqxTui", self.app).keymap))

    def action_toggle_wide(self) -> None:
        """Show all columns, and scroll through them; or only those for which there is room."""
        self.view = self.view._replace(wide=None if self.view.wide else True)
        self.draw()

    def action_copy_row(self, whole: bool) -> None:
        """Copy the row under the cursor through the terminal: its name, or all its columns apart by tabs."""
        row = self.table.cursor_row
        if row is None:
            return
        columns = self.columns if whole else self.resource.columns
        cells = [one.cell(row).text for one in columns if one.title]
        self.notify(str(copy(self.app, "\t".join(cells if whole else cells[:1]))), markup=False)
