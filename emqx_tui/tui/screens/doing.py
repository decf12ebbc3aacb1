"""The part of a deployment's screen that does something with rows: marks, the menu of actions, what became of them."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from emqx_tui.i18n import _, ngettext
from emqx_tui.keyboard.table import Place
from emqx_tui.resources.tones import Tone
from emqx_tui.text import exact_number
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.screens.pick import Choice, PickScreen
from emqx_tui.tui.widgets.lines import Lines, Span


if TYPE_CHECKING:
    from emqx_tui.fleet.store import DeploymentState
    from emqx_tui.resources.operations import Action, Filled
    from emqx_tui.tui.app import EmqxTui
    from emqx_tui.tui.carrying_out import CarryingOut


class Doing(ListScreen):
    """Actions on the rows of one deployment. Nothing happens without a dialog whose default is Cancel."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.WRITING)]
    deployment: str
    _counted_unseen: tuple[Sequence[Any], frozenset[str], int] | None = None

    @property
    @abstractmethod
    def state(self) -> "DeploymentState":
        """What is known of the deployment."""

    @abstractmethod
    def refresh_rows(self) -> None:
        """Read the rows again now."""

    @property
    def writing_places(self) -> tuple[Place, ...]:
        """Where the keys of actions work: nowhere while the deployment is read-only."""
        return (Place.WRITING,) if self.state.write else ()

    @property
    def has_actions(self) -> bool:
        """Something can be done with rows of this kind, where they are."""
        kind = self.state.kind
        return any(kind is None or kind in one.kinds for one in self.resource.actions)

    # Marks

    @property
    def marked(self) -> dict[str, Any]:
        """The marked rows by their keys, as they were when they were marked."""
        found: dict[str, Any] = self.__dict__.setdefault("_marked", {})
        return found

    def forget_marks(self) -> None:
        """No row is marked."""
        self.marked.clear()
        self.table.mark(self.marked)
        self.draw_doing()

    def action_mark_row(self) -> None:
        """Mark the row under the cursor, or take the mark off, and go on to the next one."""
        row = self.table.cursor_row
        if row is None or not self._may_write():
            return
        if not self.has_actions:
            self.notify(_("Nothing can be done with these rows, so that none is marked."), markup=False)
            return
        key = self.resource.key(row)
        if key in self.marked:
            del self.marked[key]
        elif self._too_many(len(self.marked) + 1):
            return
        else:
            self.marked[key] = row
        self.table.mark(self.marked)
        self.draw_doing()
        self.table.action_move(1)

    def action_unmark(self) -> None:
        """Take all marks off."""
        self.forget_marks()

    # Actions

    def _may_write(self) -> bool:
        """Whether actions are allowed; if not, say how they would be."""
        if self.state.write:
            return True
        told = _("{name} is read-only: set write = true for it, or start emqx-tui with --write.")
        self.notify(told.format(name=self.deployment), markup=False)
        return False

    def offered_actions(self, rows: Sequence[Any]) -> "list[Action]":
        """What can be done with these rows here and now."""
        kind = self.state.kind
        return [
            one
            for one in self.resource.actions
            if (kind is None or kind in one.kinds)
            and (one.several or len(rows) == 1)
            and all(one.fits(row) for row in rows)
        ]

    async def action_act(self) -> None:
        """Choose what to do with the row under the cursor, or with the marked ones."""
        if not self._may_begin():
            return
        rows = self._touched()
        if not rows or self._too_many(len(rows)):
            return
        offered = self.offered_actions(rows)
        if not offered:
            self.notify(_("Nothing can be done with this here."), markup=False)
            return

        def chosen(name: str | None) -> None:
            action = next((one for one in offered if one.id == name), None)
            if action is not None:
                self._confirm(action, rows)

        title = _("Do what with {things}?").format(things=offered[0].things(len(rows)))
        choices = [Choice(one.id, _(one.label), _(one.about)) for one in offered]
        await self.app.push_screen(PickScreen(title, choices), chosen)

    def action_publish(self) -> None:
        """Publish a message."""
        from emqx_tui.resources.operations import PUBLISH  # noqa: PLC0415  not before the first action

        if self._may_begin():
            self._confirm(PUBLISH, [])

    def _touched(self) -> list[Any]:
        """The marked rows as they are now, or as they were last; without marks the one under the cursor."""
        if self.marked:
            now = {key: row for row in self._rows if (key := self.resource.key(row)) in self.marked}
            return [now.get(key, row) for key, row in self.marked.items()]
        row = self.table.cursor_row
        return [] if row is None else [row]

    def _may_begin(self) -> bool:
        """Whether an action may be begun now; if not, say why."""
        if not self._may_write():
            return False
        if self._carrying.busy:
            told = _("Wait for the end of what is under way: {what}")
            self.notify(told.format(what=self._carrying.told), markup=False)
        return not self._carrying.busy

    def _too_many(self, count: int) -> bool:
        from emqx_tui.fleet.acting import too_many  # noqa: PLC0415  not before the first action

        if count <= self.state.max_bulk:
            return False
        self.notify(too_many(count, self.state.max_bulk), severity="warning", markup=False)
        return True

    def _confirm(self, action: "Action", rows: Sequence[Any]) -> None:
        from emqx_tui.tui.carrying_out import Proposal, Wanted  # noqa: PLC0415  not before the first action
        from emqx_tui.tui.screens.act import ActScreen, Asked  # noqa: PLC0415

        proposal = Proposal(action, rows, self.poller.watches[self.deployment], self.poller.clock)
        keys = [self.resource.key(row) for row in rows]

        def ended() -> None:
            if self.is_attached and self.poller.watches.get(self.deployment) is proposal.watch:
                for key in keys:
                    self.marked.pop(key, None)
                self.table.mark(self.marked)
                self.refresh_rows()

        def answered(filled: "Filled | None") -> None:
            if filled is not None:
                self._carrying.start(Wanted(proposal, proposal.changes(filled), ended))

        unseen = self._out_of_sight() if rows else 0
        asked = Asked(
            action,
            proposal.deployment,
            proposal.objects,
            max(1, len(rows)),
            proposal.request,
            proposal.lacks,
            by_name=self.state.confirm_by_name,
            unseen=_out_of_sight(unseen) if unseen else "",
        )
        self.app.push_screen(ActScreen(asked), answered)

    # What is to be said of it

    @property
    def _carrying(self) -> "CarryingOut":
        found: CarryingOut = cast("EmqxTui", self.app).carrying_out
        return found

    @property
    def _under_way(self) -> str:
        # Before the first action nothing is imported for it.
        made: CarryingOut | None = vars(self.app).get("carrying_out")
        return "" if made is None else made.told

    def _out_of_sight(self) -> int:
        """How many marked rows are not in the table: a filter hides them, or they are gone."""
        if not self.marked:
            return 0
        rows, marked = self.table.rows, frozenset(self.marked)
        known = self._counted_unseen
        if known is None or known[0] is not rows or known[1] != marked:
            # Not at each drawing: there may be a hundred thousand rows.
            shown = marked & set(map(self.resource.key, rows))
            known = self._counted_unseen = (rows, marked, len(marked) - len(shown))
        return known[2]

    def compose_below(self) -> ComposeResult:
        """What is under way, or what is marked."""
        yield Lines(id="doing-line", auto_height=True)

    def draw_doing(self) -> None:
        """Say what is under way, else how many rows are marked."""
        under_way = self._under_way
        line = self.query_one("#doing-line", Lines)
        if under_way:
            line.show([(Span("… " + under_way, Tone.WARNING, bold=True),)])
        elif self.marked:
            told = ngettext("{count} row marked", "{count} rows marked", len(self.marked))
            told = told.format(count=exact_number(len(self.marked)))
            unseen = self._out_of_sight()
            more = [Span("  " + _out_of_sight(unseen), Tone.WARNING)] if unseen else []
            line.show([(Span(told, Tone.ACCENT), *more)])
        else:
            line.show([])


def _out_of_sight(count: int) -> str:
    told = ngettext(
        "{count} of them is not in sight: a filter hides it, or it is gone",
        "{count} of them are not in sight: a filter hides them, or they are gone",
        count,
    )
    return told.format(count=exact_number(count))
