"""Nodes asked one by one while a hung peer blocks the lists: a lane each, so that no node waits for another."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from emqx_tui.domain.broker import Attention, Broker
from emqx_tui.domain.errors import BrokerError, NotFound, RateLimited, Unsupported
from emqx_tui.fleet.arrivals import Arrivals
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.slots import EACH_DEPLOYMENT, Slots


T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Lane:
    """One node's questions.

    Attributes:
        due: Monotonic time of its next round.
        suspect: Its last answer took so long that it asks outside the places of the others.
        answered: Its last round brought the node; None before the first.
        asked_at: When its last question to the node began, monotonic.
        heard_at: When the node last answered, monotonic.
        error: Why it did not.
    """

    name: str
    due: float = 0.0
    busy: bool = False
    suspect: bool = False
    answered: bool | None = None
    error: BrokerError | None = None
    asked_at: float = 0.0
    heard_at: float | None = None
    own: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


class Lanes:
    """The lanes of one deployment.

    Attributes:
        ended: Nobody wants their answers any more, so nothing more is asked.
        list_again: The list was tried again when all nodes answered.
    """

    def __init__(self, broker: Broker, arrivals: Arrivals, slots: Slots, clock: Clock) -> None:
        self._broker = broker
        self._arrivals = arrivals
        self._slots = slots
        self._clock = clock
        self._own = asyncio.Semaphore(EACH_DEPLOYMENT)
        self.lanes: dict[str, Lane] = {}
        self.ended = False
        self.list_again = False

    def add(self, names: Iterable[str]) -> None:
        """Open a lane for each node that has none."""
        for name in names:
            self.lanes.setdefault(name, Lane(name))

    def due(self, now: float) -> list[Lane]:
        """Lanes whose next round is due."""
        return [lane for lane in self.lanes.values() if not lane.busy and lane.due <= now]

    @property
    def next_due(self) -> float | None:
        """When the next round is due."""
        return min((lane.due for lane in self.lanes.values() if not lane.busy), default=None)

    @property
    def all_tried(self) -> bool:
        """Every node has been asked once, to an answer or an error."""
        return all(lane.answered is not None for lane in self.lanes.values())

    @property
    def all_well(self) -> bool:
        """Every node answered its last question."""
        return bool(self.lanes) and all(lane.answered for lane in self.lanes.values())

    @property
    def all_failed(self) -> BrokerError | None:
        """The error of a lane when no node answered its last question."""
        if not self.lanes or any(lane.answered is not False for lane in self.lanes.values()):
            return None
        return next(lane.error for lane in self.lanes.values())

    @property
    def silent(self) -> list[Lane]:
        """Nodes that did not answer while another one did: else the asked broker may be at fault."""
        heard = max((lane.heard_at for lane in self.lanes.values() if lane.heard_at is not None), default=None)
        if heard is None:
            return []
        return [lane for lane in self.lanes.values() if lane.answered is False and lane.asked_at <= heard]

    async def ask(self, lane: Lane, attention: Attention, interval: float) -> None:
        """One round of a node that is marked busy: what it is, then its figures. The next is due an interval later."""
        began = self._clock.monotonic()
        try:
            await self._ask_node(lane)
            if lane.answered and attention is not Attention.LOOK:
                await self._ask_figures(lane, attention)
        finally:
            lane.busy = False
            lane.due = max(began + interval, self._clock.monotonic() if lane.suspect else 0.0)

    async def _ask_node(self, lane: Lane) -> None:
        def suspect() -> None:
            lane.suspect = True

        own = lane.own if lane.suspect else self._own
        began = self._clock.monotonic()
        try:
            async with self._slots.small(own, suspect):
                if self.ended:
                    return
                lane.asked_at = self._clock.monotonic()
                node = await self._broker.node(lane.name)
        except NotFound:
            lane.answered, lane.error, lane.heard_at = True, None, self._clock.monotonic()
            if not self.ended:
                self._arrivals.absent(lane.name)
        except BrokerError as error:
            log.info("%s does not answer by itself: %r", lane.name, error)
            lane.answered, lane.error = False, error
        else:
            lane.suspect = self._clock.monotonic() - began > 1.0
            lane.answered, lane.error, lane.heard_at = True, None, self._clock.monotonic()
            if not self.ended:
                self._arrivals.node(node)

    async def _ask_figures(self, lane: Lane, attention: Attention) -> None:
        broker, arrivals, name = self._broker, self._arrivals, lane.name
        try:
            await self._figure(lane, broker.node_metrics, lambda told: arrivals.metrics({name: told}))
            if attention is Attention.OPEN:
                await self._figure(lane, broker.node_stats, lambda told: arrivals.gauges({name: told}))
            await self._figure(lane, broker.node_alarms, lambda told: arrivals.node_alarms(name, told))
        except Unsupported:
            return
        except BrokerError as error:
            log.info("figures of %s: %r", lane.name, error)
            if error.halts or isinstance(error, RateLimited):
                lane.answered, lane.error = False, error

    async def _figure(self, lane: Lane, question: Callable[[str], Awaitable[T]], take: Callable[[T], None]) -> None:
        """One question about a node; once the lanes have ended it is not asked, and its answer comes too late."""
        own = lane.own if lane.suspect else self._own
        async with self._slots.small(own):
            if self.ended:
                return
            told = await question(lane.name)
        if not self.ended:
            take(told)
