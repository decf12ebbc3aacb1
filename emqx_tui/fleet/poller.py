"""The one background worker: a watch for each deployment, and what is kept of it between two runs."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from emqx_tui.config import Confirm, Deployment
from emqx_tui.domain.broker import Attention, Broker, Part, Remembered
from emqx_tui.domain.counting import Mark
from emqx_tui.domain.roster import dismiss
from emqx_tui.fleet.clock import Clock, SystemClock
from emqx_tui.fleet.connecting import connect, standing_warnings
from emqx_tui.fleet.listing import Reading
from emqx_tui.fleet.slots import Slots
from emqx_tui.fleet.state_file import Kept, StateFiles
from emqx_tui.fleet.store import DeploymentState, Store
from emqx_tui.fleet.sweep import Sweep
from emqx_tui.fleet.views import clock_offset
from emqx_tui.fleet.watch import Watch
from emqx_tui.resources.spec import Resource


SAVED_EVERY = 60.0
"""Seconds between two savings of a roster on which nothing but figures changed."""

MOST_KEPT = 1000
"""Rows of a list that are kept when nobody looks at it: the next one to look sees them at once, with their age."""


def _nothing() -> None:
    """Nobody listens any longer."""


Connect = Callable[[Deployment, Remembered | None], Awaitable[Broker]]


class Poller:
    """Watches every deployment by demand: closely while somebody looks at it, by a light heartbeat otherwise.

    Args:
        store: Where everything goes.
        refresh: Seconds between two polls of an open deployment that has no interval of its own.
        files: Where rosters are kept between two runs.
        write: Whether actions are allowed in this session, in every deployment and whatever is configured for it; None
            where its configuration says so.
        max_bulk: How many things one action may touch at most, in a deployment that has no limit of its own.
    """

    def __init__(  # noqa: PLR0913  what it works with, once
        self,
        store: Store,
        *,
        refresh: float = 5.0,
        files: StateFiles | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        connect_to: Connect = connect,
        write: bool | None = None,
        max_bulk: int = 20,
    ) -> None:
        self.store = store
        self.clock = clock or SystemClock()
        self.watches: dict[str, Watch] = {}
        self._refresh = refresh
        self._files = files or StateFiles(None)
        self._rng = rng or random.Random()  # noqa: S311  jitter, no secret
        self._slots = Slots(self.clock)
        self._connect_to = connect_to
        self._write = write
        self._max_bulk = max_bulk
        self._viewers: Counter[str] = Counter()
        self._saved: dict[str, float] = {}
        self._group: asyncio.TaskGroup | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._readings: dict[str, list[Reading]] = {}
        self._read_by: dict[Reading, asyncio.Task[None]] = {}

    def add(
        self,
        deployments: Iterable[Deployment],
        attention: Attention = Attention.HEARTBEAT,
        besides: tuple[Part, ...] = (),
    ) -> None:
        """Take deployments in, with what is remembered of them; while it runs they are watched at once.

        `besides` is asked, too, where it is offered.
        """
        for deployment in deployments:
            self._add(deployment, attention)
            self.store.deployments[deployment.name].besides = besides

    async def remove(self, name: str) -> None:
        """Stop watching the deployment, close its connections and forget what was kept of it."""
        state = await self._stop(name)
        self.store.remove(name)
        self._files.forget(name, state.url)

    async def replace(self, name: str, deployment: Deployment) -> None:
        """Watch a deployment under what its configuration says now, in its old place, under a new name perhaps.

        What is known of its nodes stays while its address does.
        """
        watch = self.watches[name]
        state = await self._stop(name)
        if state.url == deployment.url:
            self._files.save(deployment.name, deployment.url, Kept(state.roster, watch.remembered))
            if deployment.name != name:
                self._files.forget(name, state.url)
        self._add(deployment, Attention.HEARTBEAT, instead_of=name)

    async def _stop(self, name: str) -> DeploymentState:
        running = self._running.pop(name, None)
        if running is not None:
            running.cancel()
            # It closes its connections before it ends; what it raised besides ends the group.
            await asyncio.wait({running})
            self._save(name)
        self._saved.pop(name, None)
        self._viewers.pop(name, None)
        for reading in self._readings.pop(name, []):
            task = self._read_by.pop(reading, None)
            if task is not None:
                task.cancel()
        del self.watches[name]
        return self.store.deployments[name]

    def _add(self, deployment: Deployment, attention: Attention, *, instead_of: str | None = None) -> None:
        if self._write is not None:
            deployment = replace(deployment, write=self._write)
        kept = self._files.load(deployment.name, deployment.url)
        state = DeploymentState(
            deployment.name,
            deployment.url,
            interval=max(1.0, deployment.refresh or self._refresh),
            attention=attention,
            warnings=standing_warnings(deployment),
            app_id=deployment.app_id or "",
            write=deployment.write,
            confirm_by_name=deployment.confirm is Confirm.NAME,
            max_bulk=deployment.max_bulk or self._max_bulk,
            colour=deployment.colour,
            dashboard=deployment.dashboard,
            platform_id=deployment.platform_id,
            roster=kept.roster,
            kind=None if kept.remembered is None else kept.remembered.kind,
        )
        self.store.add(state, instead_of=instead_of)

        async def connect_to(remembered: Remembered | None) -> Broker:
            return await self._connect_to(deployment, remembered)

        self.watches[deployment.name] = Watch(
            state,
            connect_to,
            clock=self.clock,
            slots=self._slots,
            rng=self._rng,
            changed=self._changed,
            remembered=kept.remembered,
        )
        self._start(deployment.name)
        self.store.changed(deployment.name)

    def _start(self, name: str) -> None:
        if self._group is not None:
            self._running[name] = self._group.create_task(self.watches[name].run())

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            async with asyncio.TaskGroup() as self._group:
                for name in self.watches:
                    self._start(name)
                for reading in (one for several in self._readings.values() for one in several):
                    self._read_by[reading] = self._group.create_task(reading.run())
                # Without a deployment it waits for the first one.
                await asyncio.get_running_loop().create_future()
        finally:
            self._group = None
            self._running.clear()
            self._read_by.clear()
            for name in self.watches:
                self._save(name)

    async def look(self, longest: float | None = None, *, twice: bool = False) -> None:
        """Watch until everything that a look asks for has been answered or has failed, then stop.

        Args:
            longest: Seconds after which it stops anyway.
            twice: Counters, where they are asked for, are read twice, which gives rates.
        """
        async with self.looking(longest, twice=twice):
            pass

    @asynccontextmanager
    async def looking(self, longest: float | None = None, *, twice: bool = False) -> AsyncIterator[None]:
        """As `look`, but the watching goes on until the end of the block, which begins when a look would be over."""
        done = asyncio.Event()
        readings: dict[str, set[float]] = defaultdict(set)

        def enough(name: str, watch: Watch) -> bool:
            state = self.store.deployments[name]
            failed = state.failed or state.parts[Part.METRICS].error is not None
            return watch.settled and (not twice or failed or len(readings[name]) != 1)

        def check(name: str) -> None:
            read_at = self.store.deployments[name].parts[Part.METRICS].answered_at
            if read_at is not None:
                readings[name].add(read_at)
            if all(enough(one, watch) for one, watch in self.watches.items()):
                done.set()

        stop_listening = self.store.listen(check)
        running = asyncio.ensure_future(self.run())
        waiting = asyncio.ensure_future(done.wait())
        try:
            if self.watches:
                await asyncio.wait({running, waiting}, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
            stop_listening()
            stop_listening = _nothing
            yield
        finally:
            stop_listening()
            waiting.cancel()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    # Demand

    def open(self, name: str) -> None:
        """Somebody looks at the deployment."""
        self._viewers[name] += 1
        self.watches[name].attend(Attention.OPEN)

    def leave(self, name: str) -> None:
        """Somebody looks at the deployment no longer."""
        if name not in self.watches:
            return
        self._viewers[name] -= 1
        if self._viewers[name] <= 0:
            del self._viewers[name]
            self.watches[name].attend(Attention.HEARTBEAT)

    def read(self, name: str, resource: Resource[Any]) -> Reading:
        """Somebody looks at a list of the deployment, which is read until `end_reading`."""
        watch, state = self.watches[name], self.store.deployments[name]
        kind = Reading if resource.asked is None or resource.asked.worst is None else Sweep
        reading = kind(
            name,
            resource,
            state.listings[resource.name],
            ask=watch.ask,
            ready=lambda: watch.ready,
            now=lambda: self.clock.wall() + clock_offset(state),
            clock=self.clock,
            slots=self._slots,
            rng=self._rng,
            changed=lambda: self.store.changed(name),
        )
        self._readings.setdefault(name, []).append(reading)
        if self._group is not None:
            self._read_by[reading] = self._group.create_task(reading.run())
        return reading

    def end_reading(self, name: str, reading: Reading) -> None:
        """Nobody looks at it any longer. What was read stays, unless it is much."""
        if reading not in self._readings.get(name, ()):
            # The deployment was removed, or is watched anew.
            return
        self._readings[name].remove(reading)
        task = self._read_by.pop(reading, None)
        if task is not None:
            task.cancel()
        # Nothing that was revealed is shown unasked to who comes back.
        reading.state.more.clear()
        state = self.store.deployments.get(name)
        if state is not None and len(reading.state.entries) > MOST_KEPT:
            state.listings.pop(reading.resource.name, None)

    def set_mark(self, name: str, *, wanted: bool = True) -> None:
        """Have a deployment's counters told since now as well, or no longer."""
        state, clock = self.store.deployments[name], self.clock
        state.mark = Mark(clock.monotonic(), clock.wall(), dict(state.readings)) if wanted else None
        self.store.changed(name)

    def dismiss(self, name: str, nodes: Iterable[str]) -> None:
        """Take nodes that are gone off the roster."""
        state = self.store.deployments[name]
        state.roster = dismiss(state.roster, nodes)
        state.roster_changed = True
        state.forget_nodes()
        self._changed(name)

    # Keeping

    def _changed(self, name: str) -> None:
        state = self.store.deployments[name]
        now = self.clock.monotonic()
        if state.roster_changed or now - self._saved.setdefault(name, now) > SAVED_EVERY:
            self._save(name)
        for reading in self._readings.get(name, ()):
            reading.wake()
        self.store.changed(name)

    def _save(self, name: str) -> None:
        state = self.store.deployments[name]
        state.roster_changed = False
        self._saved[name] = self.clock.monotonic()
        remembered = self.watches[name].remembered
        if state.roster or remembered is not None:
            self._files.save(name, state.url, Kept(state.roster, remembered))
