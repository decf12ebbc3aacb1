"""What is known of each deployment: the newest answers, the errors beside them, rates, an hour of history, the roster.

The poller writes, everybody else reads. A listener is told the name of the deployment that changed and nothing more.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from emqx_tui.domain.broker import Attention, Part
from emqx_tui.domain.counting import Mark
from emqx_tui.domain.errors import BrokerError
from emqx_tui.domain.history import Ring
from emqx_tui.domain.models import Alarm, Counters, Kind, Node, Series, Totals
from emqx_tui.domain.rates import Reading
from emqx_tui.domain.roster import Roster
from emqx_tui.fleet.listed import ListingState


class Phase(StrEnum):
    """What the poller is doing with a deployment."""

    CONNECTING = "connecting"
    POLLING = "polling"
    WAITING = "waiting"
    HALTED = "halted"
    PAUSED = "paused"


@dataclass(slots=True, eq=False)
class PartState:
    """The newest outcome of one kind of question. Times are monotonic seconds.

    Attributes:
        value: The newest good answer, kept when a later question fails.
        answered_at: When it came.
        seconds: How long it took.
        error: Why the newest question failed; None after a good answer.
        failures: Failures in a row.
        not_before: It is not asked again before this time.
        settled: It is not offered or not allowed; it is not asked again until the user wants it.
    """

    value: Any = None
    answered_at: float | None = None
    seconds: float | None = None
    error: BrokerError | None = None
    failures: int = 0
    not_before: float = 0.0
    settled: bool = False


def _rings() -> dict[Series, Ring]:
    return defaultdict(Ring)


@dataclass(slots=True, eq=False)
class DeploymentState:
    """One deployment. Times are monotonic seconds unless said otherwise.

    Attributes:
        besides: What is asked besides what its attention asks for, where it is offered.
        warnings: Ids of what has to stay in sight: `plain-http`, `no-verify`.
        app_id: AppID or API key; empty when there is none.
        write: Actions are allowed.
        confirm_by_name: An action wants the deployment's name typed.
        max_bulk: How many things one action may touch at most.
        dashboard: The address of the dashboard as configured.
        interval: Seconds between two polls while it is open, as the user wants it.
        pace: Seconds between two polls as it is really watched now; the watch keeps it.
        apart_since: Since when nodes are asked one by one because lists hang; None otherwise.
        answered_at: When it last answered the question that tells whether it is there.
        failed: The newest poll as a whole failed; `error` says why.
        next_try: When it is tried again, while waiting.
        mark: What counters were when somebody set the mark from which they want them counted; None without one.
        version: Goes up with each change.
        node_answered: When each node's figures were last read.
        listings: What has been read of the lists that are asked for while somebody looks, by the resource's name.
    """

    name: str
    url: str
    interval: float
    attention: Attention = Attention.HEARTBEAT
    besides: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()
    app_id: str = ""
    write: bool = False
    confirm_by_name: bool = False
    max_bulk: int = 20
    colour: str | None = None
    dashboard: str | None = None
    platform_id: str | None = None
    kind: Kind | None = None
    base: str = ""
    phase: Phase = Phase.CONNECTING
    error: BrokerError | None = None
    failed: bool = False
    failures: int = 0
    next_try: float | None = None
    apart_since: float | None = None
    answered_at: float | None = None
    looked: bool = False
    clock_offset: float | None = None
    parts: dict[Part, PartState] = field(default_factory=lambda: defaultdict(PartState))
    roster: Roster = field(default_factory=dict)
    roster_changed: bool = False
    node_answered: dict[str, float] = field(default_factory=dict)
    described: dict[str, Node] = field(default_factory=dict)
    gauges: dict[str, Counters] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    rates: dict[str, Mapping[str, float]] = field(default_factory=dict)
    alarms: dict[str, tuple[Alarm, ...]] = field(default_factory=dict)
    totals: Totals | None = None
    history: dict[Series, Ring] = field(default_factory=_rings)
    node_history: dict[str, dict[Series, Ring]] = field(default_factory=lambda: defaultdict(_rings))
    mark: Mark | None = None
    version: int = 0
    pace: float = 15.0
    listings: dict[str, ListingState] = field(default_factory=lambda: defaultdict(ListingState))

    def forget_nodes(self) -> None:
        """Drop what is kept of nodes that have left the roster."""
        for by_node in _by_node(self):
            for name in by_node.keys() - self.roster.keys():
                del by_node[name]

    def has_rates(self, name: str, now: float) -> bool:
        """The node's rates are of now: its counters were read within the last three polls."""
        read = self.readings.get(name)
        return read is not None and now - read.monotonic <= 3 * self.pace


def _by_node(state: DeploymentState) -> tuple[dict[str, Any], ...]:
    return (
        state.node_answered,
        state.described,
        state.gauges,
        state.readings,
        state.rates,
        state.node_history,
    )


Listener = Callable[[str], None]


class Store:
    """All deployments by name, in the order of the configuration."""

    def __init__(self) -> None:
        self.deployments: dict[str, DeploymentState] = {}
        self._listeners: list[Listener] = []

    def add(self, state: DeploymentState, *, instead_of: str | None = None) -> None:
        """Take a deployment in, at the end or in the place of another one."""
        if instead_of is None:
            self.deployments[state.name] = state
            return
        others = [state if name == instead_of else other for name, other in self.deployments.items()]
        self.deployments = {other.name: other for other in others}

    def remove(self, name: str) -> None:
        """Drop a deployment, and tell the listeners."""
        del self.deployments[name]
        self._tell(name)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have the listener told of every change, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def changed(self, name: str) -> None:
        """Tell the listeners that a deployment changed; of one that was removed meanwhile nobody is told."""
        state = self.deployments.get(name)
        if state is not None:
            state.version += 1
            self._tell(name)

    def _tell(self, name: str) -> None:
        for listener in tuple(self._listeners):
            listener(name)
