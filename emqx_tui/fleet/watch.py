"""One deployment watched: what is asked when, and what follows from an answer or an error."""

import asyncio
import logging
import math
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from emqx_tui.domain.broker import Attention, Broker, Pace, Part, Remembered
from emqx_tui.domain.errors import BrokerError, Forbidden, RateLimited, ResultCodeError, Unsupported
from emqx_tui.domain.rates import LONGEST_GAP
from emqx_tui.fleet.apart import SLOW, Apart
from emqx_tui.fleet.arrivals import Arrivals
from emqx_tui.fleet.asking import DOUBTFUL, LISTS, ask, blocked_by_peer, is_another, plan
from emqx_tui.fleet.backoff import backoff
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.held import Held
from emqx_tui.fleet.lanes import Lane
from emqx_tui.fleet.outage import Outage, Waker
from emqx_tui.fleet.schedule import Schedule
from emqx_tui.fleet.slots import EACH_DEPLOYMENT, PATIENCE, Slots
from emqx_tui.fleet.store import DeploymentState, PartState, Phase


HEARTBEAT = 15.0
"""Seconds between two polls of a deployment that is not open."""

HEDGE = 1.0
"""Seconds after which nodes are asked one by one while a list has not answered, at most half an interval.

With the second that the first hung nodes hold the places of the others, healthy rows stay live."""

FIRST_RATES = 2.0
"""Seconds from the first reading of the counters to the second one."""

FORCED_EVERY = 1.0
"""Seconds between two rounds that the user forces: a key that is held down must not become a flood."""

log = logging.getLogger(__name__)

T = TypeVar("T")

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
        self._waker = Waker(clock)
        self.held = Held()
        self._trusted = False
        self._hurried = False
        self._in_flight: set[Part] = set()
        self._connecting = False
        self._schedule = Schedule(rng)
        self._outage = Outage(state, clock, rng)
        self._forced_at = -math.inf
        self._doubted = False
        self._apart = Apart(state, self._arrivals, slots, clock, self._told)
        state.pace = self.interval

    # What others ask of it

    def attend(self, attention: Attention) -> None:
        """Watch more or less closely from now on."""
        if attention is self.state.attention:
            return
        self.state.attention = attention
        self.state.pace = max(self.state.pace, self.interval)
        read_at = self.state.parts[Part.METRICS].answered_at
        self._hurried = read_at is not None and self._clock.monotonic() - read_at < LONGEST_GAP
        self._schedule.soon()
        self._waker.wake()

    def refresh(self) -> None:
        """Ask now, whatever was waited for; what was not offered or not allowed is tried again too.

        Not more than once a second, and not before the time that the broker asked us to wait.
        """
        state, now = self.state, self._clock.monotonic()
        if now - self._forced_at < FORCED_EVERY:
            return
        self._forced_at = now
        self._outage.forced(connected=self._broker is not None)
        for part in state.parts.values():
            part.settled, part.not_before = False, 0.0
        self._doubted = state.failed and is_another(state.error)
        self._schedule.again()
        self._apart.list_due = 0.0
        self._waker.wake()
        self._changed(state.name)

    def pause(self, *, paused: bool) -> None:
        """Stop asking, or go on. What is under way is taken in."""
        state = self.state
        if paused and state.phase is not Phase.HALTED:
            state.phase = Phase.PAUSED
        elif not paused and state.phase is Phase.PAUSED:
            waits = state.next_try is not None and self._clock.monotonic() < state.next_try
            state.phase = Phase.WAITING if waits else Phase.POLLING if self._broker else Phase.CONNECTING
            self._schedule.within(0.0)
        self._waker.wake()
        self._changed(state.name)

    def set_interval(self, seconds: float) -> None:
        """Seconds between two polls while it is open."""
        self.state.interval = max(1.0, seconds)
        self.state.pace = self.interval
        self._schedule.within(self._clock.monotonic() + self.state.interval)
        self._waker.wake()
        self._changed(self.state.name)

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    if self._doubted:
                        await self._detect_again()
                    now = self._clock.monotonic()
                    self._start_due(group, now)
                    await self._sleep(now)
        finally:
            await self.held.drop()

    @property
    def _broker(self) -> Broker | None:
        return self.held.broker

    @property
    def ready(self) -> bool:
        """The broker may be asked."""
        return self._broker is not None and self.state.phase is Phase.POLLING

    async def ask(self, question: Callable[[Broker], Awaitable[T]]) -> T:
        """Ask the broker something of one's own; every failure is a `BrokerError`, also that it cannot be asked now."""
        return await self.held.ask(question, self.state.phase is Phase.POLLING)

    @property
    def settled(self) -> bool:
        """A look has seen all there is to see: every question has its answer or its error."""
        if self.state.phase in {Phase.HALTED, Phase.WAITING}:
            return True
        lanes, parts = self._apart.lanes, self.state.parts
        if self._broker is None or self._in_flight or not (lanes is None or lanes.all_tried):
            return False
        # Other lists are not asked for while the lanes are.
        asked = [parts[part] for part in self._plan() if lanes is None or part is Part.NODES or part not in LISTS]
        return all(known.answered_at is not None or known.error is not None for known in asked)

    # When

    @property
    def interval(self) -> float:
        """Seconds between two polls now: longer when the broker takes long to answer."""
        wanted = HEARTBEAT if self.state.attention is Attention.HEARTBEAT else self.state.interval
        taken = None if (primary := self._primary) is None else self.state.parts[primary].seconds
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
            self.held.start(group, self._fetch(part))
        for lane in self._apart.due(now):
            lane.busy = True
            self.held.start(group, self._ask_lane(lane))

    def _due_parts(self, now: float) -> list[Part]:
        plan = self._plan()
        if self.state.failed:
            if self._apart.lanes is not None:
                return []
            return [part for part in list(plan)[:1] if part not in self._in_flight]
        wanted = []
        for part in self._schedule.due(plan, self.state.parts, now, self.interval):
            if part in self._in_flight:
                continue
            self._schedule.asked(part, plan[part], now)
            if part not in LISTS or self._apart.allows(part, now):
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
        waits = self.state.next_try
        if waits is None or now >= waits:
            waits = self._schedule.next_after(now, self._apart.next_due)
        await self._waker.sleep_until(waits)

    def _told(self) -> None:
        self._waker.wake()
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
            self.held.broker = broker
            self._trusted = self.remembered is not None
            self.remembered = Remembered(broker.base, broker.kind)
            state.kind, state.base = broker.kind, broker.base
            if state.phase is not Phase.PAUSED:
                state.phase = Phase.POLLING
            state.next_try = None
            self._schedule.soon()
        finally:
            self._connecting = False
            self._told()

    async def _detect_again(self) -> None:
        """Something else answers there than what was found: nothing that it offered or answered holds any more."""
        self._doubted, self.remembered = False, None
        self.state.failed, self.state.next_try = False, self._outage.held_until
        self.state.parts.clear()
        self._apart.end()
        await self.held.drop()

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
                    self._schedule.missed(part)
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
            self._schedule.within(now + FIRST_RATES)
        if part is not self._primary:
            return
        state.answered_at, state.pace = now, self.interval
        self._trusted = False
        failed = state.failed
        if not self._outage.end():
            return
        if failed:
            self._schedule.within(0.0)
        if part is Part.NODES and self._apart.lanes is not None:
            log.info("%s: lists answer again", state.name)
            self._apart.end()
            state.readings.clear()  # no rate from a node by itself and a list: they may have read at different moments
            self._hurried = False
            self._schedule.soon()

    # Failing

    async def _failed(self, part: Part, error: BrokerError) -> None:
        state = self.state
        known = state.parts[part]
        primary = part is self._primary
        known.error, known.failures = error, known.failures + 1
        self._schedule.failed(part)
        if part is Part.METRICS and known.failures > 1:
            self._arrivals.forget_rates()
        log.info("%s: %s: %r %s", state.name, part, error, error.status or "")
        if error.halts or isinstance(error, RateLimited):
            self._fail(error)
        elif primary and self._answered_by_another(error, known):
            await self._detect_again()
        elif isinstance(error, Unsupported | Forbidden) and known.answered_at is None:
            self._settle(part, error)
        elif part in LISTS and blocked_by_peer(error, primary=primary) and await self._go_apart(self._broker):
            known.not_before = 0.0
        elif primary:
            self._fail(error)
        else:
            known.not_before = self._clock.monotonic() + backoff(known.failures, self.interval, self._rng)

    def _answered_by_another(self, error: BrokerError, known: PartState) -> bool:
        """What was remembered or found is not what answers there now. A hung peer's failures do not show it."""
        if self._trusted:
            return is_another(error) or isinstance(error, ResultCodeError)
        enough = DOUBTFUL if known.answered_at is not None else 3 * DOUBTFUL
        return known.failures >= enough and is_another(error) and self._apart.lanes is None

    def _settle(self, part: Part, error: BrokerError) -> None:
        """Not offered or not allowed: not asked again. When nothing is left that tells of it, the deployment failed."""
        self.state.parts[part].settled = True
        self._schedule.within(0.0)
        plan = self._plan()
        if all(self.state.parts[one].settled for one in plan):
            self._fail(error)

    def _fail(self, error: BrokerError) -> None:
        """The deployment as a whole cannot be read now."""
        if self._outage.begin(error, self.interval):
            self._apart.end()

    # Node by node

    async def _hedge(self, broker: Broker) -> None:
        usual = self.state.parts[Part.NODES].seconds or 0.0
        await self._clock.sleep(max(min(HEDGE, self.interval / 2), 1.5 * usual))
        while self._slots.crowded:
            await self._clock.sleep(PATIENCE)
        if self._still_wanted(broker, Part.NODES):
            await self._go_apart(broker)

    async def _go_apart(self, broker: Broker | None) -> bool:
        """Ask nodes one by one from now on; False when this broker cannot, or no node is known.

        Whom the broker does not tell of its nodes at all, it does not tell of a single one either.
        """
        if broker is None or self.state.parts[Part.NODES].settled:
            return False
        return await self._apart.go(broker, lambda: broker is self._broker)

    async def _ask_lane(self, lane: Lane) -> None:
        failed = await self._apart.ask(lane, self.interval)
        self.state.pace = self.interval
        if failed is not None:
            self._fail(failed)
        self._told()
