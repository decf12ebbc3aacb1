"""Whether a deployment as a whole can be read, and how long it is left alone while it cannot."""

import asyncio
import logging
import random

from emqx_tui.domain.errors import BrokerError, RateLimited, Unreachable
from emqx_tui.fleet.backoff import backoff
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.store import DeploymentState, Phase


log = logging.getLogger(__name__)


class Outage:
    """The failures of one deployment, and what the broker asked us to wait for."""

    def __init__(self, state: DeploymentState, clock: Clock, rng: random.Random) -> None:
        self._state = state
        self._clock = clock
        self._rng = rng
        self._held_until = 0.0

    @property
    def held_until(self) -> float | None:
        """Until when the broker wants to be left alone; nothing but time lifts it."""
        return self._held_until if self._clock.monotonic() < self._held_until else None

    def begin(self, error: BrokerError, interval: float) -> bool:
        """It failed, once more perhaps; False when what holds already goes before this."""
        state, now = self._state, self._clock.monotonic()
        limited = error.retry_after if isinstance(error, RateLimited) else None
        if state.phase is Phase.HALTED or (now < self._held_until and limited is None and not error.halts):
            return False
        # Once for each reason, and not with every try: a log is kept short so that it goes back far.
        if not state.failed or repr(state.error) != repr(error):
            step = f"{error.step}: " if isinstance(error, Unreachable) else ""
            log.warning("%s cannot be read: %s%r", state.name, step, error)
        state.failed, state.error = True, error
        state.failures += 1
        if error.halts:
            state.phase, state.next_try = Phase.HALTED, None
            return True
        if limited is not None:
            self._held_until = max(self._held_until, now + max(limited, interval))
        wait = backoff(state.failures, interval, self._rng)
        state.next_try = now + wait if limited is None else self._held_until
        if state.phase is not Phase.PAUSED:
            state.phase = Phase.WAITING
        return True

    def end(self) -> bool:
        """It answered; False when it is left alone all the same, because another answer wants it."""
        state = self._state
        if state.phase is Phase.HALTED or self.held_until is not None:
            return False
        if state.failed:
            log.info("%s can be read again, after %d failures", state.name, state.failures)
        state.failed, state.failures, state.error, state.next_try = False, 0, None, None
        if state.phase is Phase.WAITING:
            state.phase = Phase.POLLING
        return True

    def forced(self, *, connected: bool) -> None:
        """The user wants it asked now, whatever was waited for."""
        state = self._state
        state.next_try = self.held_until
        if state.phase in {Phase.HALTED, Phase.WAITING}:
            waits = state.next_try is not None
            state.phase = Phase.WAITING if waits else Phase.POLLING if connected else Phase.CONNECTING


class Waker:
    """Sleeps until a time, or until something has happened."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something has happened."""
        self._woken.set()

    async def sleep_until(self, at: float) -> None:
        """Until this time on the monotonic clock."""
        sleeper = asyncio.ensure_future(self._clock.sleep(max(0.0, at - self._clock.monotonic())))
        waker = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({sleeper, waker}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeper.cancel()
            waker.cancel()
            self._woken.clear()
