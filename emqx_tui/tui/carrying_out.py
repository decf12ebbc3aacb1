"""An action under way: one at a time, whatever screen is in front, and told of as it goes on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from emqx_tui.api.result_codes import explain
from emqx_tui.domain.actions import Attempt, Outcome, Result
from emqx_tui.domain.changes import Change, object_of, word_of
from emqx_tui.domain.errors import BrokerError
from emqx_tui.fleet.acting import Acting, Refused, Report, where
from emqx_tui.fleet.changing import attempt_of
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.journal import NAME, Journal
from emqx_tui.fleet.store import Phase
from emqx_tui.fleet.watch import Watch
from emqx_tui.i18n import _
from emqx_tui.resources.operations import Action, Filled
from emqx_tui.text import sanitize


if TYPE_CHECKING:
    from emqx_tui.tui.app import EmqxTui


class Proposal(NamedTuple):
    """An action on rows that somebody is asked about.

    Attributes:
        rows: To what it is done; empty for what is about no row.
        watch: Who watches the deployment while it is asked.
    """

    action: Action
    rows: Sequence[Any]
    watch: Watch
    clock: Clock

    @property
    def deployment(self) -> str:
        """Where."""
        return self.watch.state.name

    def changes(self, filled: Filled) -> list[Change]:
        """What it changes."""
        now = self.clock.wall() + (self.watch.state.clock_offset or 0.0)
        return [self.action.change(row, filled, now) for row in (self.rows or [None])]

    def request(self, filled: Filled) -> str:
        """The first request as it would be sent, or why there is none."""
        first = self.changes(filled)[0]
        try:
            told = self.watch.held.told(lambda broker: str(broker.request(first)))
        except BrokerError as error:
            return str(explain(error, self.watch.state.kind))
        return _("sends {request}").format(request=told)

    def objects(self, filled: Filled) -> list[str]:
        """To what it is done, as it can be shown."""
        return [sanitize(object_of(one)) for one in self.changes(filled)] if self.rows else []

    def lacks(self, filled: Filled) -> str:
        """Why it cannot be done; empty when it can."""
        return next((why for row in self.rows if (why := self.action.lacks(row, filled))), "")


class Wanted(NamedTuple):
    """What somebody has said yes to.

    Attributes:
        ended: Called when something may have been changed.
    """

    proposal: Proposal
    changes: Sequence[Change]
    ended: Callable[[], None]

    @property
    def deployment(self) -> str:
        """Where."""
        return self.proposal.deployment

    @property
    def watch(self) -> Watch:
        """Who watched the deployment when it was asked about."""
        return self.proposal.watch

    @property
    def action(self) -> Action:
        """What is done."""
        return self.proposal.action


class CarryingOut:
    """Makes changes one after the other and tells what became of each.

    It belongs to the program and not to a screen: who looks elsewhere does not break off what was begun.

    Args:
        app: The program.
        state: The directory of the journal; None keeps none.

    Attributes:
        acting: Makes them and writes them down.
        told: What is under way and how far it is; empty when nothing is.
    """

    def __init__(self, app: "EmqxTui", state: Path | None) -> None:
        self._app = app
        self.acting = Acting(Journal(None if state is None else state / NAME), clock=app.poller.clock)
        self.told = ""

    @property
    def busy(self) -> bool:
        """An action is under way, and no other one may begin."""
        return bool(self.told)

    def start(self, wanted: Wanted) -> None:
        """Begin, unless the deployment is another one by now than the one that was spoken of."""
        refusal = self._refusal(wanted)
        if refusal:
            self._app.notify(refusal, severity="warning", markup=False)
            return
        self._tell(wanted, 0)
        self._app.run_worker(self._run(wanted), group="acting", description="")

    def _refusal(self, wanted: Wanted) -> str:
        name = wanted.deployment
        if self.busy:
            return _("Wait for the end of what is under way: {what}").format(what=self.told)
        if self._app.poller.watches.get(name) is not wanted.watch:
            return _("{name} was changed or removed meanwhile: nothing was sent.").format(name=name)
        if wanted.watch.state.phase is Phase.PAUSED:
            return _("{name} is paused: nothing was sent. Have it go on first.").format(name=name)
        return ""

    def _tell(self, wanted: Wanted, done: int) -> None:
        told = _("{verb} in {deployment}: {done} of {count}")
        self.told = told.format(
            verb=_(wanted.action.label), deployment=wanted.deployment, done=done, count=len(wanted.changes)
        )
        self._app.poller.store.changed(wanted.deployment)

    async def _run(self, wanted: Wanted) -> None:
        try:
            report = await self._report(wanted)
        finally:
            self.told = ""
            self._app.poller.store.changed(wanted.deployment)
        if report is not None:
            wanted.ended()
            self._show(wanted, report)

    async def _report(self, wanted: Wanted) -> Report | None:
        state, results = wanted.watch.state, list[Result]()

        def progress(result: Result) -> None:
            results.append(result)
            self._tell(wanted, len(results))

        try:
            attempts: list[Attempt] = [await attempt_of(wanted.watch.ask, one) for one in wanted.changes]
            return await self.acting.run(where(state), word_of(wanted.changes[0]), attempts, progress)
        except (Refused, BrokerError) as error:
            told = str(explain(error, state.kind)) if isinstance(error, BrokerError) else str(error)
            self._app.notify(told, severity="warning", markup=False)
            return None

    def _show(self, wanted: Wanted, report: Report) -> None:
        from emqx_tui.tui.screens.act import OutcomesScreen  # noqa: PLC0415  not before the first action

        done = [one for one in report.results if one.outcome is Outcome.DONE]
        told = _("{verb}: {done} of {things} done")
        action = wanted.action
        title = told.format(verb=_(action.label), done=len(done), things=action.things(len(report.results)))
        if len(done) == len(report.results) and not report.unwritten and not any(one.why for one in done):
            self._app.notify("✔ " + title, markup=False)
            return
        self._app.push_screen(OutcomesScreen(title, report.results, report.unwritten))
