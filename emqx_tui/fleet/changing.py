"""From a change of the domain to an attempt that can be made: looked at before, sent, and looked at again."""

from emqx_tui.domain.actions import Attempt, Seen
from emqx_tui.domain.broker import Broker
from emqx_tui.domain.changes import (
    Change,
    Deactivate,
    DeleteRetained,
    Kick,
    Publish,
    RemoveBan,
    Request,
    Sight,
    Unsubscribe,
    Verdict,
    judge,
    object_of,
)
from emqx_tui.domain.errors import BrokerError, Gone
from emqx_tui.fleet.single_rows import Ask
from emqx_tui.i18n import N_, _


NOBODY = "no_matching_subscribers"
"""EMQX 5's word for a message that reached nobody."""

_ENDS = (Kick, RemoveBan, Unsubscribe, DeleteRetained, Deactivate)

_TOLD = {
    Verdict.DONE: "",
    Verdict.AGAIN: N_("it was ended, and has connected again"),
    Verdict.UNCHANGED: N_("it is as it was"),
    Verdict.UNSEEN: N_("the broker took it; nothing shows whether it was done"),
}


async def request_of(ask: Ask, change: Change) -> Request:
    """What would be sent for it.

    Raises:
        BrokerError: It is not offered, or the broker cannot be asked now.
    """

    async def told(broker: Broker) -> Request:
        return broker.request(change)

    return await ask(told)


async def attempt_of(ask: Ask, change: Change) -> Attempt:
    """The change, ready to be made.

    Raises:
        BrokerError: It is not offered, or the broker cannot be asked now.
    """
    request = await request_of(ask, change)
    return Attempt(object_of(change), str(request), *_Making(ask, change, request).both)


class _Making:
    """One change under way: what was seen before is kept for the judgement."""

    def __init__(self, ask: Ask, change: Change, request: Request) -> None:
        self._ask = ask
        self._change = change
        self._request = request
        self._before = Sight()
        self._said = ""
        self.both = (self._make, self._look)

    async def _make(self) -> None:
        change = self._change
        try:
            self._before = await self._ask(lambda broker: broker.sight(change))
        except BrokerError:
            # What cannot be read may be written all the same: it is only not verified then.
            self._before = Sight()
        if self._before.there is False and isinstance(change, _ENDS):
            raise Gone(path=self._request.path)
        self._said = await self._ask(lambda broker: broker.change(change))

    async def _look(self) -> Seen:
        change = self._change
        if isinstance(change, Publish):
            return Seen(None, _("nobody subscribes to it") if self._said == NOBODY else _("the broker took it"))
        after = await self._ask(lambda broker: broker.sight(change))
        verdict = judge(change, self._before, after)
        told = _(_TOLD[verdict]) if _TOLD.get(verdict) else ""
        if after.state and verdict is not Verdict.DONE:
            told = _("{told}: {state}").format(told=told, state=after.state)
        done = {Verdict.UNCHANGED: False, Verdict.ABSENT: False, Verdict.UNSEEN: None}.get(verdict, True)
        return Seen(done, told)
