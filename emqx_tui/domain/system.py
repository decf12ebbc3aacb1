"""What a deployment is made of and may do: its cluster, its plugins, its gateways, its licence."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.listing import Page, Query


RUNNING = "running"


class PluginOnNode(NamedTuple):
    """How a plugin stands on one node: `running`, `stopped`, `loaded`, or another word of the broker."""

    node: str
    status: str = ""


class Plugin(NamedTuple):
    """A plugin (API reference, 3A.4 and 3B.7).

    Attributes:
        version: Without the name; None on EMQX 4, whose plugins come with the broker.
        kind: `auth`, `bridge`, `feature`, `protocol` (EMQX 4).
        health: What it says of itself where it does: `ok`, `error` …
        complaint: Why it is not `ok`.
    """

    name: str
    version: str | None = None
    kind: str = ""
    description: str = ""
    author: str = ""
    health: str = ""
    complaint: str = ""
    nodes: Sequence[PluginOnNode] = ()

    @property
    def running(self) -> int:
        """Nodes on which it runs."""
        return sum(one.status == RUNNING for one in self.nodes)


UNLOADED = "unloaded"


class GatewayOnNode(NamedTuple):
    """How a gateway stands on one node: `running`, `stopped`, `unloaded`, or another word of the broker.

    Attributes:
        limit: Connections that its listeners take there together; None when the broker does not say.
        unlimited: There is no limit.
    """

    node: str
    status: str = ""
    connections: int | None = None
    limit: int | None = None
    unlimited: bool = False


class GatewayListener(NamedTuple):
    """A listener of a gateway, which is none of those of MQTT.

    Attributes:
        id: `stomp:tcp:default`.
        kind: `tcp`, `ssl`, `udp`, `dtls`, `ws`, `wss`.
        running: On the node that answered; None when it is not told.
    """

    id: str
    kind: str = ""
    running: bool | None = None


class ListenerOnNode(NamedTuple):
    """How a listener of a gateway stands on one node; `running` is None where a version does not tell it."""

    id: str
    bind: str
    node: str
    running: bool | None = None
    connections: int | None = None
    limit: int | None = None
    unlimited: bool = False


class Gateway(NamedTuple):
    """A gateway: how clients that do not speak MQTT come in (API reference, 3B.7).

    Attributes:
        status: `running`, `stopped`, `unloaded` (it was never set up), or another word of the broker; that of the node
            that answered.
        connections: On all nodes; None when the broker does not say.
        limit: How many of them its listeners take; None when the broker does not say.
        started_at: On the node that answered; seconds since 1970.
        stopped_at: The same.
    """

    name: str
    status: str = ""
    connections: int | None = None
    limit: int | None = None
    unlimited: bool = False
    started_at: float | None = None
    stopped_at: float | None = None
    listeners: Sequence[GatewayListener] = ()
    nodes: Sequence[GatewayOnNode] = ()

    @property
    def running(self) -> int:
        """Nodes on which it runs."""
        return sum(one.status == RUNNING for one in self.nodes)

    @property
    def share(self) -> float | None:
        """Connections of the limit, 0 to 1 and above."""
        return None if self.connections is None or not self.limit else self.connections / self.limit


class Trace(NamedTuple):
    """A log trace: what EMQX writes down of one client, topic, address or rule (API reference, 3A.5 and 3B.5).

    Attributes:
        kind: `clientid`, `topic`, `ip_address`, `ruleid`, or another word of the broker.
        value: Which one; empty when it is not told.
        status: `running`, `waiting` (it begins later), `stopped`, or another word of the broker.
        starts_at: Seconds since 1970.
        ends_at: When it ends by itself, in seconds since 1970; of one that was stopped, when it would have.
        sizes: Bytes of the log by node.
        payloads: How payloads are written into it: `text`, `hex`, `hidden`; empty where a version does not tell.
        form: Of the log: `text`, `json`; empty where a version does not tell.
    """

    name: str
    kind: str = ""
    value: str = ""
    status: str = ""
    starts_at: float | None = None
    ends_at: float | None = None
    sizes: Mapping[str, int] = {}
    payloads: str = ""
    form: str = ""

    @property
    def size(self) -> int | None:
        """Bytes of the log on all nodes; None when no node tells."""
        return sum(self.sizes.values()) if self.sizes else None


class Move(NamedTuple):
    """Clients that are being moved away from nodes (API reference, 3B.1).

    Attributes:
        kind: `evacuation` of one node, `rebalance` between nodes, `purge` of sessions, or `eviction`: the node that
            answered turns clients away, and no other list says why.
        node: The node that is emptied; of a rebalance the one that runs it. Empty when the broker does not say.
        state: In EMQX's word: `wait_health_check`, `evicting_conns`, `waiting_takeover`, `evicting_sessions` …
        donors: Where clients come from.
        recipients: Where clients, or their sessions, go to; empty when it is any node.
        connections: On the node now; of a rebalance on a donor on average.
        connections_before: When it began.
        connections_goal: At which it is done.
        sessions: As `connections`; of a rebalance those without a connection.
        connections_rate: How many a second are moved; of a purge sessions.
        sessions_rate: The same.
    """

    kind: str
    node: str = ""
    state: str = ""
    donors: Sequence[str] = ()
    recipients: Sequence[str] = ()
    connections: int | None = None
    connections_before: int | None = None
    connections_goal: int | None = None
    sessions: int | None = None
    sessions_before: int | None = None
    sessions_goal: int | None = None
    connections_rate: int | None = None
    sessions_rate: int | None = None

    @property
    def done(self) -> float | None:
        """How far it is, 0 to 1: connections and sessions that were to be moved, together; None when it is not told."""
        return _moved(
            (self.connections_before, self.connections, self.connections_goal),
            (self.sessions_before, self.sessions, self.sessions_goal),
        )


def _moved(*parts: tuple[int | None, int | None, int | None]) -> float | None:
    """Of what there was, is and is to be: the part of the way."""
    known = [(before, now, goal or 0) for before, now, goal in parts if before is not None and now is not None]
    whole = sum(max(0, before - goal) for before, _, goal in known)
    left = sum(max(0, now - goal) for _, now, goal in known)
    return max(0.0, 1 - left / whole) if whole else None


class License(NamedTuple):
    """The licence of a deployment (API reference, 3A.1 and 3B.7). Times are seconds since 1970.

    Attributes:
        kind: `official`, `trial`, `community` …
        customer_type: In EMQX's word or number.
        sessions: Sessions that count against the limit now; None when the broker does not say.
        sessions_limit: How many it allows; None when it does not say.
        tps_limit: Messages a second that it allows (6.0 and later).
        expired: The broker's own word for it.
    """

    customer: str = ""
    deployment: str = ""
    kind: str = ""
    customer_type: str = ""
    sessions: int | None = None
    sessions_limit: int | None = None
    tps_limit: int | None = None
    starts_at: float | None = None
    ends_at: float | None = None
    expired: bool | None = None

    @property
    def share(self) -> float | None:
        """Sessions of the limit, 0 to 1 and above."""
        return None if self.sessions is None or not self.sessions_limit else self.sessions / self.sessions_limit


class Topology(NamedTuple):
    """A cluster as the node that answered sees it (API reference, 3B.1).

    Attributes:
        asked: The node that answered.
        nodes: Those that run, as that node believes: a hung one is still among them.
        cores: The replicants of each core; None where the broker does not tell (before 5.2, EMQX 4).
    """

    name: str = ""
    asked: str = ""
    nodes: Sequence[str] = ()
    cores: Mapping[str, Sequence[str]] | None = None


class ClusterNode(NamedTuple):
    """A node of a cluster.

    Attributes:
        status: `running`, `stopped`, or another word of the broker; empty when it says nothing of it. Where more is
            known of the node, its `NodeState`.
        cores: The cores that it hangs on, of a replicant.
        topology: The whole cluster.
    """

    name: str
    status: str = ""
    role: str = ""
    version: str = ""
    uptime: float | None = None
    cores: Sequence[str] = ()
    topology: Topology = Topology()

    @property
    def asked(self) -> bool:
        """It is the one that answered."""
        return self.name == self.topology.asked

    @property
    def lost(self) -> bool:
        """It is a replicant that runs, and no core knows of it."""
        known = self.topology.cores is not None
        return known and self.role == "replicant" and self.status == RUNNING and not self.cores


class OffersSystem(Protocol):
    """What can be asked of the system; an adapter answers what its generation offers."""

    async def plugins(self, query: Query, after: str | None) -> Page[Plugin]:
        """The plugins that are installed, running or not."""
        raise Unsupported(path="/plugins")

    async def license(self, query: Query, after: str | None) -> Page[License]:
        """The licence, alone on its page."""
        raise Unsupported(path="/license")

    async def cluster_nodes(self, query: Query, after: str | None) -> Page[ClusterNode]:
        """The nodes of the cluster and how they hang together."""
        raise Unsupported(path="/cluster")

    async def gateways(self, query: Query, after: str | None) -> Page[Gateway]:
        """The gateways that there are, set up or not."""
        raise Unsupported(path="/gateways")

    async def gateway_listeners(self, gateway: Gateway) -> Sequence[ListenerOnNode]:
        """The listeners of a gateway on every node."""
        raise Unsupported(path="/gateways")

    async def traces(self, query: Query, after: str | None) -> Page[Trace]:
        """The log traces, those that are over included as long as they are kept."""
        raise Unsupported(path="/trace")

    async def moves(self, query: Query, after: str | None) -> Page[Move]:
        """Evacuations, rebalances and purges that go on, of all nodes."""
        raise Unsupported(path="/load_rebalance/global_status")
