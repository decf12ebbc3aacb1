"""What the program asks of a broker, whatever its generation. `api/` has an adapter for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from emqx_tui.domain.models import Alarm, Counters, Kind, Node, Sample, Totals
from emqx_tui.domain.offered import Offered


class Revealable(Protocol):
    """A secret that shows itself only when asked."""

    def reveal(self) -> str:
        """The secret in clear. Called in one place: where the request's header is built."""
        ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how one deployment is asked.

    Attributes:
        url: As the user gave it; it is repaired where it is used.
        api: `auto`, `v4`, `v5` or `nanomq`.
        allow_http: Plain HTTP to other machines than this one was allowed by the user.
        write: Requests that change something may be sent. Without it nothing but GET is.
    """

    url: str
    app_id: str
    secret: Revealable
    api: str = "auto"
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    verify: bool = True
    allow_http: bool = False
    proxy: str | None = None
    write: bool = False


class Remembered(NamedTuple):
    """What was found at a deployment's URL before.

    Attributes:
        base: The base that answered.
        kind: What answered.
    """

    base: str
    kind: Kind


class Part(StrEnum):
    """One kind of question. At most one of a kind is under way for a deployment."""

    NODES = "nodes"
    BROKERS = "brokers"
    STATS = "stats"
    METRICS = "metrics"
    TOTALS = "totals"
    HISTORY = "history"
    ALARMS = "alarms"
    MEMBERS = "members"


class Attention(StrEnum):
    """How closely a deployment is watched."""

    OPEN = "open"
    HEARTBEAT = "heartbeat"
    LOOK = "look"


class Pace(StrEnum):
    """How often a part is asked while a deployment is watched."""

    EACH = "each"
    SLOW = "slow"
    ONCE = "once"


class Broker(Offered, Protocol):
    """One deployment's API. Every method raises `BrokerError` and nothing else.

    Here is what the poller watches; what is asked only while somebody looks at it is `Offered`.

    Text in the answers is sanitised; numbers are in plain units; what is missing is None.
    """

    @property
    def kind(self) -> Kind:
        """What answers here."""
        ...

    @property
    def base(self) -> str:
        """The address that is asked, repaired, without credentials."""
        ...

    @property
    def clock_offset(self) -> float | None:
        """Seconds that the broker's clock is ahead of ours, by its newest answer; None when it does not say."""
        ...

    @property
    def asks_nodes_apart(self) -> bool:
        """Nodes can be asked one by one, which helps when a hung peer blocks the lists."""
        ...

    def parts(self, attention: Attention) -> Mapping[Part, Pace]:
        """What to ask at this degree of attention; the first one tells whether the deployment answers at all."""
        ...

    async def nodes(self) -> Sequence[Node]:
        """The nodes that the API lists."""
        ...

    async def brokers(self) -> Sequence[Node]:
        """The nodes as `/brokers` describes them (4.x, NanoMQ)."""
        ...

    async def stats(self) -> Mapping[str, Counters]:
        """Gauges by node name."""
        ...

    async def metrics(self) -> Mapping[str, Counters]:
        """Counters since the node's start by node name; NanoMQ's only node is the empty name."""
        ...

    async def totals(self) -> Totals:
        """Figures of the whole deployment."""
        ...

    async def history(self, seconds: int) -> Sequence[Sample]:
        """The last `seconds` of totals, oldest first."""
        ...

    async def alarms(self) -> Sequence[Alarm]:
        """The active alarms."""
        ...

    async def members(self) -> frozenset[str]:
        """Names of the cluster's members by a question that a hung peer does not block."""
        ...

    async def node(self, name: str) -> Node:
        """One node, asked by itself. `running` is False when the broker says that it is down."""
        ...

    async def node_stats(self, name: str) -> Counters:
        """One node's gauges, asked by itself."""
        ...

    async def node_metrics(self, name: str) -> Counters:
        """One node's counters, asked by itself."""
        ...

    async def node_alarms(self, name: str) -> Sequence[Alarm]:
        """One node's active alarms, asked by itself."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
