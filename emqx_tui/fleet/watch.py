"""One deployment watched: what is asked when, and what follows from an answer or an error."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine

from emqx_tui.domain.broker import Attention, Broker, Pace, Part, Remembered
from emqx_tui.domain.errors import (
    BadAnswer,
    BrokerError,
    Forbidden,
    NotFound,
    RateLimited,
    ResultCodeError,
    Unsupported,
)
from emqx_tui.fleet.apart import SLOW, Apart
from emqx_tui.fleet.arrivals import Arrivals
from emqx_tui.fleet.asking import LISTS, ask, blocked_by_peer, plan
from emqx_tui.fleet.backoff import backoff, jittered
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.lanes import Lane
from emqx_tui.fleet.slots import EACH_DEPLOYMENT, PATIENCE, Slots
from emqx_tui.fleet.store import DeploymentState, Phase


HEARTBEAT = 15.0
"""Seconds between two polls of a deployment that is not open."""

HEDGE = 1.0
"""Seconds after which nodes are asked one by one while a list has not answered, at most half an interval.

With the second that the first hung nodes hold the places of the others, healthy rows stay live."""

FIRST_RATES = 2.0
"""Seconds from the first reading of the counters to the second one."""

log = logging.getLogger(__name__)

Connect = Callable[[Remembered | None], Awaitable[Broker]]


class Watch:
    """Polls one deployment into its state until cancelled. Failures of the broker never leave it."""

    def __init__(  # noqa: PLR0913  what it works with, once
        self,
        state: DeploymentState,
        connect: Connect,
        *,
        clock: Clock,
        slots: Slots,
        rng: random.Random,
        changed: Callable[[str], None],
        remembered: Remembered | None = None,
    ) -> None:
        self.state = state
        self.remembered = remembered
        self._connect_to = connect
        self._clock = clock
        self._slots = slots
        self._rng = rng
        self._changed = changed
        self._own = asyncio.Semaphore(EACH_DEPLOYMENT)
        self._arrivals = Arrivals(state, clock)
        self._wake = asyncio.Event()
        self._broker: Broker | None = None
        self._trusted = False
        self._hurried = False
        self._in_flight: set[Part] = set()
        self._connecting = False
        self._due: dict[Part, float] = {}
        self._round_due = 0.0
        self._held_until = 0.0
        self._apart = Apart(state, self._arrivals, slots, clock, self._told)
        self._asking: set[asyncio.Task[None]] = set()

    # What others ask of it

    def attend(self, attention: Attention) -> None:
        """Watch more or less closely from now on."""
        if attention is self.state.attention:
            return
        self.state.attention = attention
        self._due.clear()
        self._round_due = 0.0
        self._wake.set()

    def refresh(self) -> None:
        """Ask now, whatever was waited for; what was not offered or not allowed is tried again too."""
        state = self.state
        if state.phase in {Phase.HALTED, Phase.WAITING}:
            state.phase = Phase.POLLING if self._broker else Phase.CONNECTING
        state.next_try, self._held_until = None, 0.0
        for part in state.parts.values():
            part.settled, part.not_before = False, 0.0
        self._due.clear()
        self._round_due = self._apart.list_due = 0.0
        self._wake.set()
        self._changed(state.name)

    def pause(self, *, paused: bool) -> None:
        """Stop asking, or go on. What is under way is taken in."""
        state = self.state
        if paused and state.phase is not Phase.HALTED:
            state.phase = Phase.PAUSED
        elif not paused and state.phase is Phase.PAUSED:
            waits = state.next_try is not None and self._clock.monotonic() < state.next_try
            state.phase = Phase.WAITING if waits else Phase.POLLING if self._broker else Phase.CONNECTING
            self._round_due = 0.0
        self._wake.set()
        self._changed(state.name)

    def set_interval(self, seconds: float) -> None:
        """Seconds between two polls while it is open."""
        self.state.interval = max(1.0, seconds)
        self._round_due = min(self._round_due, self._clock.monotonic() + self.state.interval)
        self._wake.set()
        self._changed(self.state.name)

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    now = self._clock.monotonic()
                    self._start_due(group, now)
                    await self._sleep(now)
        finally:
            await self._drop_broker()

    @property
    def settled(self) -> bool:
        """A look has seen all there is to see: every question has its answer or its error."""
        if self.state.phase in {Phase.HALTED, Phase.WAITING}:
            return True
        if self._broker is None or self._in_flight:
            return False
        if self._apart.lanes is not None and not self._apart.lanes.all_tried:
            return False
        parts = self.state.parts
        return all(parts[part].answered_at is not None or parts[part].error is not None for part in self._plan())

    # When

    @property
    def interval(self) -> float:
        """Seconds between two polls now: longer when the broker takes long to answer."""
        wanted = HEARTBEAT if self.state.attention is Attention.HEARTBEAT else self.state.interval
        primary = self._primary
        taken = None if primary is None else self.state.parts[primary].seconds
        return max(wanted, min(2 * (taken or 0.0), SLOW))

    def _start_due(self, group: asyncio.TaskGroup, now: float) -> None:
        state = self.state
        if state.phase in {Phase.PAUSED, Phase.HALTED}:
            return
        if state.next_try is not None and now < state.next_try:
            return
        if self._broker is None:
            if not self._connecting:
                self._connecting = True
                group.create_task(self._connect())
            return
        for part in self._due_parts(now):
            self._in_flight.add(part)
            self._start(group, self._fetch(part))
        for lane in self._apart.due(now):
            lane.busy = True
            self._start(group, self._ask_lane(lane))

    def _start(self, group: asyncio.TaskGroup, asking: Coroutine[None, None, None]) -> None:
        task = group.create_task(asking)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    def _due_parts(self, now: float) -> list[Part]:
        plan = self._plan()
        if self.state.failed:
            if self._apart.lanes is not None:
                return []
            return [part for part in list(plan)[:1] if part not in self._in_flight]
        round_due = now >= self._round_due
        if round_due:
            self._round_due = now + jittered(self.interval, self._rng)
        wanted = []
        for part, pace in plan.items():
            due = round_due if pace is Pace.EACH else self._due.get(part, 0.0) <= now
            known = self.state.parts[part]
            if not due or part in self._in_flight or known.settled or known.not_before > now:
                continue
            if pace is not Pace.EACH:
                self._due[part] = now + SLOW if pace is Pace.SLOW else float("inf")
            if part in LISTS and not self._apart.allows(part, now):
                continue
            wanted.append(part)
        return wanted

    def _plan(self) -> dict[Part, Pace]:
        return {} if self._broker is None else plan(self._broker, self.state)

    @property
    def _primary(self) -> Part | None:
        """The part that tells whether the deployment answers at all."""
        return next(iter(self._plan()), None)

    async def _sleep(self, now: float) -> None:
        """Until the next thing is due after `now`, the moment for which everything due has been started.

        By that moment and not by the present one: what became due in between would be overlooked.
        """
        times = [self._round_due, *self._due.values()]
        if (lane_due := self._apart.next_due) is not None:
            times.append(lane_due)
        if self.state.next_try is not None and now < self.state.next_try:
            times = [self.state.next_try]
        later = [at for at in times if at > now and at != float("inf")]
        seconds = max(0.0, min(later, default=now + SLOW) - self._clock.monotonic())
        sleeper = asyncio.ensure_future(self._clock.sleep(seconds))
        waker = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({sleeper, waker}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeper.cancel()
            waker.cancel()
            self._wake.clear()

    def _told(self) -> None:
        self._wake.set()
        self._changed(self.state.name)

    # Connecting

    async def _connect(self) -> None:
        state = self.state
        try:
            async with self._slots.small(self._own):
                broker = await self._connect_to(self.remembered)
        except BrokerError as error:
            self._fail(error)
        else:
            self._broker = broker
            self._trusted = self.remembered is not None
            self.remembered = Remembered(broker.base, broker.kind)
            state.kind, state.base = broker.kind, broker.base
            if state.phase is not Phase.PAUSED:
                state.phase = Phase.POLLING
            state.next_try = None
            self._round_due = 0.0
        finally:
            self._connecting = False
            self._told()

    async def _drop_broker(self) -> None:
        """What was asked of it is called off before its connections close."""
        broker, self._broker = self._broker, None
        others = self._asking - {asyncio.current_task()}
        for asking in others:
            asking.cancel()
        if others:
            await asyncio.wait(others)
        if broker is not None:
            await broker.aclose()

    # Asking

    async def _fetch(self, part: Part) -> None:
        broker = self._broker
        if broker is None:
            return
        hedge = None
        if part is Part.NODES and self._apart.lanes is None and broker.asks_nodes_apart:
            hedge = asyncio.ensure_future(self._hedge(broker))
        try:
            began = self._clock.monotonic()
            place = self._slots.page if part is Part.HISTORY else self._slots.small
            async with place(self._own):
                if not self._still_wanted(broker, part):
                    self._due.pop(part, None)
                    return
                await ask(broker, part, self.state, self._arrivals)
        except BrokerError as error:
            if hedge is not None:
                hedge.cancel()
            await self._failed(part, error)
        else:
            self._answered(part, began)
        finally:
            if hedge is not None:
                hedge.cancel()
            self._in_flight.discard(part)
            self._told()

    def _still_wanted(self, broker: Broker, part: Part) -> bool:
        """What has waited for its place may have become pointless, or forbidden by another answer."""
        state = self.state
        if broker is not self._broker or state.phase in {Phase.PAUSED, Phase.HALTED}:
            return False
        if state.next_try is not None and self._clock.monotonic() < state.next_try:
            return False
        return self._apart.lanes is None or part is Part.NODES or part not in LISTS

    def _answered(self, part: Part, began: float) -> None:
        now, state = self._clock.monotonic(), self.state
        known = state.parts[part]
        known.answered_at, known.seconds = now, now - began
        known.error, known.failures, known.not_before = None, 0, 0.0
        if self._broker is not None:
            state.clock_offset = self._broker.clock_offset
        if part is Part.METRICS and not self._hurried:
            # A rate takes two readings: the second one comes soon, so that there are rates at once.
            self._hurried = True
            self._round_due = min(self._round_due, now + FIRST_RATES)
        if part is not self._primary:
            return
        state.answered_at = now
        self._trusted = False
        if state.phase is Phase.HALTED or now < self._held_until:
            return
        if state.failed:
            self._round_due = 0.0
        state.failed, state.failures, state.error, state.next_try = False, 0, None, None
        if state.phase is Phase.WAITING:
            state.phase = Phase.POLLING
        if part is Part.NODES and self._apart.lanes is not None:
            log.info("%s: lists answer again", state.name)
            self._apart.end()
            self._due.clear()
            self._round_due = 0.0

    # Failing

    async def _failed(self, part: Part, error: BrokerError) -> None:
        state = self.state
        known = state.parts[part]
        primary = part is self._primary
        known.error, known.failures = error, known.failures + 1
        log.info("%s: %s: %r %s", state.name, part, error, error.status or "")
        if error.halts or isinstance(error, RateLimited):
            self._fail(error)
        elif primary and self._trusted and isinstance(error, Unsupported | BadAnswer | ResultCodeError | NotFound):
            # What was remembered is not what answers there now.
            known.error, known.failures = None, 0
            self.remembered = None
            self._apart.end()
            await self._drop_broker()
        elif isinstance(error, Unsupported | Forbidden) and known.answered_at is None:
            self._settle(part, error)
        elif part in LISTS and blocked_by_peer(error, primary=primary) and await self._go_apart(self._broker):
            known.not_before = 0.0
        elif primary:
            self._fail(error)
        else:
            known.not_before = self._clock.monotonic() + backoff(known.failures, self.interval, self._rng)

    def _settle(self, part: Part, error: BrokerError) -> None:
        """Not offered or not allowed: not asked again. When nothing is left that tells of it, the deployment failed."""
        self.state.parts[part].settled = True
        self._round_due = 0.0
        plan = self._plan()
        if all(self.state.parts[one].settled for one in plan):
            self._fail(error)

    def _fail(self, error: BrokerError) -> None:
        """The deployment as a whole cannot be read now."""
        state, now = self.state, self._clock.monotonic()
        limited = error.retry_after if isinstance(error, RateLimited) else None
        if state.phase is Phase.HALTED or (now < self._held_until and limited is None and not error.halts):
            return
        state.failed, state.error = True, error
        state.failures += 1
        self._apart.end()
        if error.halts:
            state.phase, state.next_try = Phase.HALTED, None
            return
        if limited is not None:
            self._held_until = max(self._held_until, now + max(limited, self.interval))
        wait = backoff(state.failures, self.interval, self._rng)
        state.next_try = now + wait if limited is None else self._held_until
        if state.phase is not Phase.PAUSED:
            state.phase = Phase.WAITING

    # Node by node

    async def _hedge(self, broker: Broker) -> None:
        usual = self.state.parts[Part.NODES].seconds or 0.0
        await self._clock.sleep(max(min(HEDGE, self.interval / 2), 1.5 * usual))
        while self._slots.crowded:
            await self._clock.sleep(PATIENCE)
        await self._go_apart(broker)

    async def _go_apart(self, broker: Broker | None) -> bool:
        """Ask nodes one by one from now on; False when this broker cannot, or no node is known."""
        return broker is not None and await self._apart.go(broker, lambda: broker is self._broker)

    async def _ask_lane(self, lane: Lane) -> None:
        failed = await self._apart.ask(lane, self.interval)
        if failed is not None:
            self._fail(failed)
        self._told()
