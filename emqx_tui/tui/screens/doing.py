"""The part of a deployment's screen that does something with rows: marks, the menu of actions, what became of them."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import BindingType

from emqx_tui.i18n import _
from emqx_tui.keyboard.table import Place
from emqx_tui.text import sanitize
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.screens.pick import Choice, PickScreen


if TYPE_CHECKING:
    from emqx_tui.domain.changes import Change
    from emqx_tui.fleet.store import DeploymentState
    from emqx_tui.resources.operations import Action, Filled
    from emqx_tui.tui.app import EmqxTui


class Doing(ListScreen):
    """Actions on the rows of one deployment. Nothing happens without a dialog whose default is Cancel."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.WRITING)]
    deployment: str

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

    def action_mark_row(self) -> None:
        """Mark the row under the cursor, or take the mark off, and go on to the next one."""
        row = self.table.cursor_row
        if row is None or not self._may_write():
            return
        if not self.has_actions:
            self.notify(_("Nothing can be done with these rows, so that none is marked."), markup=False)
            return
        key = self.resource.key(row)
        if self.marked.pop(key, None) is None:
            self.marked[key] = row
        self.table.mark(self.marked)
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
        if not self._may_write():
            return
        row = self.table.cursor_row
        rows = list(self.marked.values()) or ([] if row is None else [row])
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

        if self._may_write():
            self._confirm(PUBLISH, [])

    def _too_many(self, count: int) -> bool:
        from emqx_tui.fleet.acting import too_many  # noqa: PLC0415  not before the first action

        if count <= self.state.max_bulk:
            return False
        self.notify(too_many(count, self.state.max_bulk), severity="warning", markup=False)
        return True

    def _confirm(self, action: "Action", rows: Sequence[Any]) -> None:
        from emqx_tui.api.result_codes import explain  # noqa: PLC0415  not before the first action
        from emqx_tui.domain.changes import object_of  # noqa: PLC0415
        from emqx_tui.domain.errors import BrokerError  # noqa: PLC0415
        from emqx_tui.tui.screens.act import ActScreen, Asked  # noqa: PLC0415

        held = self.poller.watches[self.deployment].held

        def request(filled: "Filled") -> str:
            first = self._changes(action, rows, filled)[0]
            try:
                return _("sends {request}").format(request=held.told(lambda broker: str(broker.request(first))))
            except BrokerError as error:
                return str(explain(error, self.state.kind))

        def objects(filled: "Filled") -> list[str]:
            return [sanitize(object_of(one)) for one in self._changes(action, rows, filled)] if rows else []

        def answered(filled: "Filled | None") -> None:
            if filled is not None:
                self.run_worker(self._do(action, rows, filled))

        by_name = self.state.confirm_by_name
        self.app.push_screen(
            ActScreen(Asked(action, self.deployment, objects, max(1, len(rows)), request, by_name)), answered
        )

    def _changes(self, action: "Action", rows: Sequence[Any], filled: "Filled") -> "list[Change]":
        now = self.poller.clock.wall() + (self.state.clock_offset or 0.0)
        return [action.change(row, filled, now) for row in (rows or [None])]

    async def _do(self, action: "Action", rows: Sequence[Any], filled: "Filled") -> None:
        """Make the changes, one after the other, and tell what became of each."""
        from emqx_tui.api.result_codes import explain  # noqa: PLC0415  not before the first action
        from emqx_tui.domain.actions import Outcome  # noqa: PLC0415
        from emqx_tui.domain.changes import word_of  # noqa: PLC0415
        from emqx_tui.domain.errors import BrokerError  # noqa: PLC0415
        from emqx_tui.fleet.acting import Refused, where  # noqa: PLC0415
        from emqx_tui.fleet.changing import attempt_of  # noqa: PLC0415
        from emqx_tui.tui.screens.act import OutcomesScreen  # noqa: PLC0415

        ask = self.poller.watches[self.deployment].ask
        changes = self._changes(action, rows, filled)
        try:
            attempts = [await attempt_of(ask, one) for one in changes]
            report = await cast("EmqxTui", self.app).acting.run(where(self.state), word_of(changes[0]), attempts)
        except (Refused, BrokerError) as error:
            told = str(explain(error, self.state.kind)) if isinstance(error, BrokerError) else str(error)
            self.notify(told, severity="warning", markup=False)
            return
        self.forget_marks()
        self.refresh_rows()
        done = [one for one in report.results if one.outcome is Outcome.DONE]
        told = _("{verb}: {done} of {things} done")
        title = told.format(verb=_(action.label), done=len(done), things=action.things(len(report.results)))
        if len(done) == len(report.results) and not report.unwritten and not any(one.why for one in done):
            self.notify("✔ " + title, markup=False)
            return
        await self.app.push_screen(OutcomesScreen(title, report.results, report.unwritten))
