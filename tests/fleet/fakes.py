"""A clock and brokers of which a test is the master, and a fleet made of them. Nothing here ever really waits."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from emqx_tui.api.detect import ADAPTERS
from emqx_tui.config import Deployment
from emqx_tui.domain.broker import Attention, Broker, Pace, Part, Remembered
from emqx_tui.domain.clients import Client, ClientDetail
from emqx_tui.domain.errors import BrokerError, NotFound, Step, Unreachable
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.models import Alarm, Counters, Kind, Node, Sample, Totals
from emqx_tui.domain.offered import Offered
from emqx_tui.domain.rows import DeploymentRow, NodeRow, Snapshot
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.state_file import StateFiles
from emqx_tui.fleet.store import DeploymentState, Store
from emqx_tui.fleet.views import snapshot


if TYPE_CHECKING:
    from emqx_tui.api.base import HttpBroker


T = TypeVar("T")

NOON = 1_795_000_000.0
"""The wall clock at the start, seconds since 1970."""

HANG = 8.0
"""Seconds after which a question that hangs ends, as the client's read time-out has it."""

BASE = "http://127.0.0.1:18083/api/v5"

A, B, C, D, E = (f"emqx@10.0.0.{number}" for number in range(1, 6))


class FakeClock:
    """Time that stands still until `advance`."""

    def __init__(self, wall: float = NOON) -> None:
        self._now = 1000.0
        self._wall_ahead = wall - self._now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def wall(self) -> float:
        return self._now + self._wall_ahead

    def monotonic(self) -> float:
        return self._now

    def step(self, seconds: float) -> None:
        """Step the wall clock, as somebody does who sets it."""
        self._wall_ahead += seconds

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self._now + max(0.0, seconds), next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Let time pass: who sleeps is woken in order, and everything that follows from it happens at its time."""
        end = self._now + seconds
        await self.idle()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, woken = heappop(self._sleepers)
            if woken.done():
                continue
            self._now = at
            woken.set_result(None)
            await self.idle()
        self._now = end

    async def idle(self) -> None:
        """Let the loop run until nothing is left to do at this moment."""
        ready = cast(Any, asyncio.get_running_loop())._ready
        for _ in range(5000):
            await asyncio.sleep(0)
            if not ready:
                return
        raise AssertionError("work without end at one moment")


class Steady(random.Random):
    """Chance that always takes the middle: intervals without jitter, half the ceiling of every back-off."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


class Load:
    """How much is under way at once over all brokers of a fleet."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    def begin(self, *names: str) -> None:
        for name in names:
            self.now[name] += 1
            self.most[name] = max(self.most[name], self.now[name])

    def end(self, *names: str) -> None:
        for name in names:
            self.now[name] -= 1


def node(name: str, **fields: Any) -> Node:  # noqa: ANN401  any field of a node
    """A node that runs."""
    usual: dict[str, Any] = {
        "running": True,
        "role": "core",
        "version": "5.8.9",
        "uptime": 86_400.0,
        "sessions": 10,
        "live_connections": 9,
        "load1": 0.5,
        "memory_used": 1 << 30,
        "memory_total": 4 << 30,
    }
    return Node(name, **{**usual, **fields})


class FakeBroker(Offered):
    """A broker that answers from `rows`, `counters`, `gauges` and `active`, unless a test says otherwise.

    Attributes:
        says: What a question brings instead, by the question (`nodes`, `node emqx@10.0.0.1`): a value or an error.
        takes: Seconds that the answer to a question takes.
        asked: Every question with its time.
        cluster: What `members` says; None for the names in `rows`.
    """

    def __init__(self, clock: FakeClock, names: Iterable[str], kind: Kind, load: Load) -> None:
        self.clock = clock
        self.kind = kind
        self.base = BASE if kind is not Kind.EMQX4 else BASE.replace("v5", "v4")
        self.clock_offset: float | None = None
        self.asks_nodes_apart = ADAPTERS[kind].asks_nodes_apart
        self.rows: dict[str, Node] = {name: node(name) for name in names}
        self.counters: dict[str, dict[str, int]] = {}
        self.gauges: dict[str, dict[str, int]] = {}
        self.active: list[Alarm] = []
        self.cluster: frozenset[str] | None = None
        self.sessions: list[Client] = []
        self.current: Totals = Totals(sessions=20, live_connections=18, received_rate=5.0)
        self.past: list[Sample] = []
        self.says: dict[str, object] = {}
        self.takes: dict[str, float] = {}
        self.asked: list[tuple[float, str]] = []
        self.load = load
        self.own = Load()
        self.closed = False
        self.hung: set[str] = set()
        self._woken = asyncio.Event()
        self._adapter: type[HttpBroker] = ADAPTERS[kind]

    # What a test does with it

    def hang(self, *names: str) -> None:
        """These nodes stop answering, while their connections stand: so do all lists."""
        self.hung.update(names)

    def hang_whole(self) -> None:
        """Nothing is answered any more."""
        self.hung.update(["", *self.rows])

    def wake(self, *names: str) -> None:
        """These nodes, or all, answer again, and so do questions that wait for them."""
        self.hung.difference_update(names or set(self.hung))
        self._woken.set()
        self._woken = asyncio.Event()

    def fail(self, error: BrokerError, *questions: str) -> None:
        """These questions, or all there are, bring this error."""
        known = ["nodes", "brokers", "stats", "metrics", "totals", "history", "alarms", "members", "connect"]
        asked = [
            f"{word} {name}" for word in ("node", "node_stats", "node_metrics", "node_alarms") for name in self.rows
        ]
        for question in questions or (*known, *asked):
            self.says[question] = error

    def times(self, question: str) -> list[float]:
        """When the question was asked."""
        return [at for at, asked in self.asked if asked == question]

    def questions(self, since: float = 0.0) -> list[str]:
        """What was asked since a time."""
        return [asked for at, asked in self.asked if at >= since]

    # What the program asks of it

    def parts(self, attention: Attention) -> Mapping[Part, Pace]:
        return self._adapter.paced[attention]

    async def nodes(self) -> Sequence[Node]:
        return await self.answer("nodes", lambda: list(self.rows.values()))

    async def brokers(self) -> Sequence[Node]:
        return await self.answer("brokers", lambda: [Node(one.name, running=True) for one in self.rows.values()])

    async def stats(self) -> Mapping[str, Counters]:
        return await self.answer("stats", lambda: {name: self.gauges.get(name, {}) for name in self._running()})

    async def metrics(self) -> Mapping[str, Counters]:
        return await self.answer(
            "metrics", lambda: {name: dict(self.counters.get(name, {})) for name in self._running()}
        )

    async def totals(self) -> Totals:
        return await self.answer("totals", lambda: self.current)

    async def history(self, seconds: int) -> Sequence[Sample]:
        return await self.answer("history", lambda: [one for one in self.past if one.age <= seconds])

    async def alarms(self) -> Sequence[Alarm]:
        return await self.answer("alarms", lambda: list(self.active))

    async def members(self) -> frozenset[str]:
        return await self.answer("members", lambda: frozenset(self.rows) if self.cluster is None else self.cluster)

    async def node(self, name: str) -> Node:
        return await self.answer(f"node {name}", lambda: self._row(name))

    async def node_stats(self, name: str) -> Counters:
        return await self.answer(f"node_stats {name}", lambda: self.gauges.get(name, {}))

    async def node_metrics(self, name: str) -> Counters:
        return await self.answer(f"node_metrics {name}", lambda: dict(self.counters.get(name, {})))

    async def node_alarms(self, name: str) -> Sequence[Alarm]:
        return await self.answer(f"node_alarms {name}", lambda: [one for one in self.active if one.node == name])

    async def clients(self, query: Query, after: str | None, rows: int | None = None) -> Page[Client]:
        """Pages of `sessions` by number; the total is how many there are."""
        size, number = rows or 500, int(after or 1)
        part, node = query.get("like_clientid", ""), query.get("node")
        found = [one for one in self.sessions if node in {None, one.node} and part in one.clientid]
        begin, end = size * (number - 1), size * number
        page = Page(found[begin:end], str(number + 1) if end < len(found) else None, len(found))
        return await self.answer(f"clients {after}" if after else "clients", lambda: page)

    async def client(self, client: Client) -> ClientDetail:
        return await self.answer(f"client {client.id}", lambda: ClientDetail(client))

    async def aclose(self) -> None:
        self.closed = True

    def _running(self) -> list[str]:
        return [name for name, row in self.rows.items() if row.running]

    def _row(self, name: str) -> Node:
        if name not in self.rows:
            raise NotFound(path=f"/nodes/{name}", status=404)
        return self.rows[name]

    async def answer(self, question: str, usual: Callable[[], T]) -> T:
        """Ask it: after its time, what the test says, else the usual."""
        assert not self.closed, f"{question} was asked after the broker was closed"
        self.asked.append((self.clock.monotonic(), question))
        kinds = (question, "page" if question == "history" else "small")
        self.own.begin(*kinds)
        self.load.begin(*kinds)
        try:
            await self._wait_for_hung(question)
            if question in self.takes:
                await self.clock.sleep(self.takes[question])
            said = self.says.get(question)
            if isinstance(said, BrokerError):
                raise said
            return usual() if said is None else cast(T, said)
        finally:
            self.own.end(*kinds)
            self.load.end(*kinds)

    def _blocked(self, question: str) -> bool:
        word, _, name = question.partition(" ")
        if name:
            return name in self.hung or "" in self.hung
        local = {"members", "connect", "history"}
        return bool(self.hung) and (word not in local or "" in self.hung)

    async def _wait_for_hung(self, question: str) -> None:
        sleeper = asyncio.ensure_future(self.clock.sleep(HANG))
        try:
            while self._blocked(question):
                waker = asyncio.ensure_future(self._woken.wait())
                try:
                    await asyncio.wait({sleeper, waker}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    waker.cancel()
                if sleeper.done():
                    raise Unreachable(Step.TIMEOUT)
        finally:
            sleeper.cancel()


class Fleet:
    """Fake brokers, watched by the real poller at a fake time."""

    def __init__(self, directory: Path | None = None) -> None:
        self.clock = FakeClock()
        self.load = Load()
        self.brokers: dict[str, FakeBroker] = {}
        self.connects: list[tuple[str, Remembered | None]] = []
        self.rng: random.Random = Steady()
        self.files = StateFiles(directory)
        self.poller = self._new_poller()
        self._running: asyncio.Future[None] | None = None

    def _new_poller(self) -> Poller:
        return Poller(Store(), files=self.files, clock=self.clock, rng=self.rng, connect_to=self.connect)

    def add(
        self,
        name: str = "prod",
        nodes: Iterable[str] = (A, B),
        *,
        kind: Kind = Kind.EMQX5,
        refresh: float | None = None,
        attention: Attention = Attention.HEARTBEAT,
    ) -> FakeBroker:
        """A deployment more, before the start."""
        broker = self.brokers[name] = FakeBroker(self.clock, nodes, kind, self.load)
        self.poller.add([deployment(name, refresh)], attention)
        return broker

    async def connect(self, one: Deployment, remembered: Remembered | None) -> Broker:
        """What the poller takes for detection."""
        self.connects.append((one.name, remembered))
        broker = self.brokers[one.name]
        broker.closed = False  # detection makes a new adapter each time
        return await broker.answer("connect", lambda: broker)

    async def start(self, *opened: str) -> None:
        """Let the poller run, with these deployments open."""
        for name in opened:
            self.poller.open(name)
        self._running = asyncio.ensure_future(self.poller.run())
        await self.clock.idle()

    async def stop(self) -> None:
        """End the poller as the program does; what it raised by itself is raised here."""
        if self._running is None:
            return
        running, self._running = self._running, None
        running.cancel()
        try:
            await running
        except asyncio.CancelledError:
            return

    @property
    def is_running(self) -> bool:
        """The poller has not ended."""
        return self._running is not None and not self._running.done()

    async def restart(self, *opened: str) -> None:
        """End the program and start it again with what it has kept in files."""
        names = list(self.brokers)
        await self.stop()
        self.poller = self._new_poller()
        for name in names:
            self.brokers[name].closed = False
            self.poller.add([deployment(name)])
        await self.start(*opened)

    def state(self, name: str = "prod") -> DeploymentState:
        return self.poller.store.deployments[name]

    def seen(self, name: str = "prod") -> Snapshot:
        return snapshot(self.state(name), self.clock)

    def row(self, name: str = "prod") -> DeploymentRow:
        """The deployment's row on the fleet screen."""
        return self.seen(name).deployment

    def nodes(self, name: str = "prod") -> dict[str, NodeRow]:
        """The rows of the home screen by node."""
        return {row.name: row for row in self.seen(name).nodes}

    def states(self, name: str = "prod") -> dict[str, str]:
        """What is shown as each node's state."""
        return {row.name: row.member.state.value for row in self.seen(name).nodes}


def deployment(name: str, refresh: float | None = None) -> Deployment:
    return Deployment(name=name, url=f"http://127.0.0.1/{name}", app_id="key", refresh=refresh)


def alarm(name: str = "high_cpu", on: str | None = A, at: float | None = NOON - 60) -> Alarm:
    return Alarm(name, on, "85 % of the processors are busy", at)
