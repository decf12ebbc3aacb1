"""Nodes asked one by one because a hung peer blocks the lists: when it begins, what follows, and when it ends."""

import asyncio
import logging
from collections.abc import Callable

from emqx_tui.domain.broker import Broker, Part
from emqx_tui.domain.errors import BrokerError, RateLimited
from emqx_tui.domain.roster import NodeState
from emqx_tui.fleet.arrivals import Arrivals
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.lanes import Lane, Lanes
from emqx_tui.fleet.slots import Slots
from emqx_tui.fleet.store import DeploymentState, Phase


SLOW = 60.0
"""Seconds between two questions whose answers hardly change, and between two tries of a list that hangs."""

log = logging.getLogger(__name__)


class Apart:
    """The time in which a deployment's nodes are asked one by one.

    Attributes:
        lanes: A lane for each node; None while lists answer.
        list_due: Monotonic time at which the list is tried again.
    """

    def __init__(
        self, state: DeploymentState, arrivals: Arrivals, slots: Slots, clock: Clock, told: Callable[[], None]
    ) -> None:
        self.lanes: Lanes | None = None
        self.list_due = 0.0
        self._state = state
        self._arrivals = arrivals
        self._slots = slots
        self._clock = clock
        self._told = told
        self._going = asyncio.Lock()

    def due(self, now: float) -> list[Lane]:
        """Lanes whose next round is due."""
        return [] if self.lanes is None else self.lanes.due(now)

    @property
    def next_due(self) -> float | None:
        """When the next round of a lane is due."""
        return None if self.lanes is None else self.lanes.next_due

    def allows(self, part: Part, now: float) -> bool:
        """Whether a list may be asked now: while it hangs only that of the nodes, once a minute."""
        if self.lanes is None:
            return True
        if part is not Part.NODES or now < self.list_due:
            return False
        self.list_due = now + SLOW
        return True

    async def go(self, broker: Broker, current: Callable[[], bool]) -> bool:
        """Ask nodes one by one from now on.

        Args:
            broker: Who is asked.
            current: Whether that is still so, after a question in between.

        Returns:
            False when this broker cannot be asked so, or no node is known.
        """
        if not broker.asks_nodes_apart:
            return False
        async with self._going:  # two lists that hang end at about the same time
            return self.lanes is not None or await self._open_for(broker, current)

    async def _open_for(self, broker: Broker, current: Callable[[], bool]) -> bool:
        roster = self._state.roster
        names = {name for name, member in roster.items() if member.state is not NodeState.GONE}
        lanes = Lanes(broker, self._arrivals, self._slots, self._clock)
        if names and current():
            self._open(lanes, names)
        try:
            async with self._slots.small(asyncio.Semaphore(1)):
                members = await broker.members()
        except BrokerError as error:
            log.info("%s: members: %r", self._state.name, error)
            members = frozenset()
        if not current():
            return False
        if members and not names:
            self._open(lanes, members)
        lanes.add(members)
        self._told()
        return bool(names or members)

    def _open(self, lanes: Lanes, names: set[str] | frozenset[str]) -> None:
        log.info("%s: lists hang, asking %d nodes one by one", self._state.name, len(names))
        lanes.add(sorted(names))
        self.lanes = lanes
        self._state.apart_since = self._clock.wall()
        self.list_due = self._clock.monotonic() + SLOW
        self._told()

    def end(self) -> None:
        """Lists are asked again."""
        if self.lanes is not None:
            self.lanes.ended = True
        self.lanes, self._state.apart_since = None, None

    async def ask(self, lane: Lane, interval: float) -> BrokerError | None:
        """One round of a lane.

        Returns:
            The error that concerns the deployment as a whole: nobody answers, or nothing may be asked.
        """
        lanes = self.lanes
        if lanes is None:
            return None
        was_silent = lane.answered is False
        await lanes.ask(lane, self._state.attention, interval)
        if lanes is not self.lanes:
            return None
        if lane.answered:
            self._answered(lanes, news=was_silent)
        elif lane.error is not None and (lane.error.halts or isinstance(lane.error, RateLimited)):
            return lane.error
        elif (error := lanes.all_failed) is not None:
            return error
        for silent in lanes.silent:
            self._arrivals.silent(silent.name)
        return None

    def _answered(self, lanes: Lanes, *, news: bool) -> None:
        state = self._state
        state.answered_at, state.failed, state.error, state.failures = self._clock.monotonic(), False, None, 0
        if state.phase is Phase.WAITING:
            state.phase, state.next_try = Phase.POLLING, None
        if lanes.all_well and (news or not lanes.list_again):
            lanes.list_again = True
            self.list_due = min(self.list_due, self._clock.monotonic())
