"""Actions are run: one change after another, each verified by reading again and written into the journal.

A broker reports success for what it did not find, and for what another node of its cluster did not do: what counts is
what is there afterwards. When no answer comes, a change may have been made all the same; it is never sent again, but
looked for.
"""

import asyncio
import contextlib
import copy
import getpass
import logging
import os
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from emqx_tui.api.result_codes import explain
from emqx_tui.domain.actions import Attempt, Entry, Outcome, Result, Seen
from emqx_tui.domain.errors import (
    BadAnswer,
    BadRequest,
    BrokerError,
    CredentialsMissing,
    Forbidden,
    RateLimited,
    ReadOnly,
    ServerError,
    Unauthorized,
    Unreachable,
    Unsupported,
)
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.clock import Clock, SystemClock
from emqx_tui.fleet.journal import Journal, NotWritten
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


PAUSE: Final = 0.1
"""Seconds between two changes of one action."""

LOOKS: Final = (0.0, 0.3, 1.0)
"""Seconds before each look at what is there: a broker may answer before all of its nodes have done it."""

_ALL_ALIKE: Final = (Unreachable, Unauthorized, CredentialsMissing, Forbidden, ReadOnly, Unsupported, RateLimited)
"""After these the other changes of the action would fail as well; asking on could lock an account out."""

_NO_ANSWER: Final = frozenset({502, 504})
"""Statuses by which something in between says that the broker did not answer it."""

log = logging.getLogger(__name__)


class Refused(Exception):
    """The action was not begun and nothing was sent; the text says why and what to do."""


class Where(NamedTuple):
    """The deployment in which an action is run.

    Attributes:
        name: Its name.
        app_id: AppID or API key that is used; never the secret.
        kind: What answers there, for the words that its errors are put into.
        max_bulk: How many things one action may touch.
    """

    name: str
    app_id: str
    kind: Kind | None
    max_bulk: int


def where(state: DeploymentState) -> Where:
    """The deployment, as it is known now."""
    return Where(state.name, state.app_id, state.kind, state.max_bulk)


class Report(NamedTuple):
    """What became of an action.

    Attributes:
        results: One for each change, in their order.
        unwritten: Why the journal does not have all of them, in words; empty when it has.
    """

    results: tuple[Result, ...]
    unwritten: str = ""


class Acting:
    """Runs actions and writes them down.

    Args:
        journal: Where they are written down.
        clock: Time.
        user: Who runs this program; by default who the operating system says.
    """

    def __init__(self, journal: Journal, *, clock: Clock | None = None, user: str | None = None) -> None:
        self._journal = journal
        self._clock = clock or SystemClock()
        self._user = _user() if user is None else user

    async def run(
        self,
        at: Where,
        action: str,
        changes: Sequence[Attempt],
        progress: Callable[[Result], None] = lambda _result: None,
    ) -> Report:
        """Make the changes, one after another. Whatever a broker answers is in the report and raises nothing.

        When it is cancelled, a change that is under way is written down as not verified.

        Args:
            at: The deployment.
            action: What is done, as a word for the journal.
            changes: At most `max_bulk` of them.
            progress: Told of each result as it comes.

        Raises:
            Refused: There are too many changes; none was made.
        """
        if len(changes) > at.max_bulk:
            raise Refused(too_many(len(changes), at.max_bulk))
        results: list[Result] = []
        unwritten = ""
        ending: BrokerError | None = None
        for number, change in enumerate(changes):
            if ending is not None:
                result = _not_tried(change, ending, at.kind)
            else:
                if number:
                    await self._clock.sleep(PAUSE)
                result = await self._made(at, action, change)
                unwritten = await self._written(self._entry(at, action, change, result)) or unwritten
                ending = result.error if isinstance(result.error, _ALL_ALIKE) else None
            results.append(result)
            progress(result)
        return Report(tuple(results), unwritten)

    async def _made(self, at: Where, action: str, change: Attempt) -> Result:
        started = self._clock.monotonic()
        try:
            result = await self._attempted(change, at.kind)
        except asyncio.CancelledError:
            result = Result(change.object, Outcome.UNVERIFIED, _("this program was left before there was an answer"))
            seconds = self._clock.monotonic() - started
            with contextlib.suppress(NotWritten):
                # There is no time left for a thread, and nobody to tell.
                self._journal.append(self._entry(at, action, change, result._replace(seconds=seconds)))
            raise
        except Exception:
            # What may have been sent belongs into the journal, whatever went wrong here.
            log.exception("%s could not be carried out", action)
            why = _("this program made a mistake, which the log has; it may have been sent")
            result = Result(change.object, Outcome.UNVERIFIED, why)
        return result._replace(object=sanitize(change.object), seconds=self._clock.monotonic() - started)

    async def _attempted(self, change: Attempt, kind: Kind | None) -> Result:
        lost: BrokerError | None = None
        try:
            await change.make()
        except BrokerError as error:
            if not _in_doubt(error):
                return Result(change.object, Outcome.FAILED, _refused(error, kind), error=error)
            # It was sent, and no answer tells of it: only what is there can.
            lost = error
        try:
            seen = await self._seen(change)
        except BrokerError as error:
            why = _("it was sent, but could not be read again: {reason}").format(reason=explain(error, kind))
            return Result(change.object, Outcome.UNVERIFIED, why, error=error)
        return _judged(change, seen, lost, kind)

    async def _seen(self, change: Attempt) -> Seen | None:
        """What is there now; it is looked for again while it is not as it was to be."""
        if change.look is None:
            return None
        seen = Seen(done=False)
        for wait in LOOKS:
            await self._clock.sleep(wait)
            seen = await change.look()
            if seen.done is not False:
                break
        return seen

    async def _written(self, entry: Entry) -> str:
        """Why the entry is not in the journal; empty when it is."""
        if self._journal.path is None:
            return ""
        try:
            # It may wait for another program's lock, and for the disk.
            await asyncio.to_thread(self._journal.append, entry)
        except NotWritten as error:
            log.warning("%s cannot be written: %s", self._journal.path, error)
            told = _("the journal {path} could not be written: {reason}")
            return told.format(path=sanitize(str(self._journal.path)), reason=error)
        return ""

    def _entry(self, at: Where, action: str, change: Attempt, result: Result) -> Entry:
        """What is written down of a change. Of an error only what we say of it: a broker may repeat a payload."""
        reason = result.why
        if result.error is not None:
            silent = copy.copy(result.error)
            silent.detail = ""
            said, reason = str(explain(silent, at.kind)), result.why
            reason = reason.replace(str(explain(result.error, at.kind)), said)
            if result.error.detail and result.error.detail in reason:
                reason = said
        return Entry(
            at=self._clock.wall(),
            deployment=at.name,
            user=self._user,
            app_id=at.app_id,
            action=action,
            object=change.object,
            request=change.request,
            outcome=result.outcome,
            reason=reason,
            seconds=result.seconds,
        )


def too_many(count: int, most: int) -> str:
    """Why so many things are not touched by one action, and what to do."""
    return _(
        "{count} are too many for one action, {most} may be: nothing was sent. Mark fewer, or set max_bulk."
    ).format(count=count, most=most)


def _judged(change: Attempt, seen: Seen | None, lost: BrokerError | None, kind: Kind | None) -> Result:
    """What became of a change that was sent, by what is there now."""
    if seen is not None and seen.done:
        return Result(change.object, Outcome.DONE, seen.now)
    if lost is None and (seen is None or seen.done is None):
        told = _("the broker took it; there is nothing to read again")
        return Result(change.object, Outcome.UNVERIFIED, (seen.now if seen is not None else "") or told)
    if lost is not None and (seen is None or seen.done is None):
        told = _("it was sent, but its answer cannot be read: {reason}")
        told = told if isinstance(lost, BadAnswer) else _("it was sent, but no answer came: {reason}")
        why = told.format(reason=explain(lost, kind).what)
        return Result(change.object, Outcome.UNVERIFIED, why, error=lost)
    if lost is not None:
        told = _("the answer cannot be read, and it is as it was: {reason}")
        told = told if isinstance(lost, BadAnswer) else _("no answer came, and it is as it was: {reason}")
        why = told.format(reason=explain(lost, kind).what)
        return Result(change.object, Outcome.FAILED, why, error=lost)
    now = sanitize(seen.now if seen is not None else "")
    told = _("{now}, although the broker reported success, as it also does for what it did not find")
    return Result(change.object, Outcome.STILL_THERE, told.format(now=now or _("as before")))


def _in_doubt(error: BrokerError) -> bool:
    """It may have been made all the same."""
    if isinstance(error, Unreachable):
        return error.hung
    return isinstance(error, BadAnswer) or (isinstance(error, ServerError) and error.status in _NO_ANSWER)


def _refused(error: BrokerError, kind: Kind | None) -> str:
    if isinstance(error, BadRequest) and error.code == "BAD_REQUEST" and error.detail:
        # EMQX's word for whatever it does not want to do, such as to start what is disabled; the text says what.
        return _("refused: {reason}").format(reason=error.detail)
    return str(explain(error, kind))


def _not_tried(change: Attempt, error: BrokerError, kind: Kind | None) -> Result:
    why = _("not sent, because one before it failed: {reason}").format(reason=explain(error, kind).what)
    return Result(sanitize(change.object), Outcome.NOT_TRIED, why)


def _user() -> str:
    """Who runs this program; a container may have a user without a name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else "?"
