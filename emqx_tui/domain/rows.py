"""The rows that views show: what is known of one thing at one moment, put together from several answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from emqx_tui.domain.account import AccountDeployment
from emqx_tui.domain.counting import CounterRow, GaugeRow
from emqx_tui.domain.findings import Finding
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.health import CONGESTION
from emqx_tui.domain.listing import Entry
from emqx_tui.domain.models import Alarm, Kind, Node, Totals
from emqx_tui.domain.roster import Member, NodeState


class NodeRow(NamedTuple):
    """One node of a deployment.

    Attributes:
        received: Messages per second, like `sent` and `dropped`; None when there is no rate.
        alarms: Number of its active alarms; None when alarms are not offered or not known.
        fresh: How far its figures are of now.
        now: Seconds since 1970 at which the row was made.
    """

    deployment: str
    member: Member
    received: float | None
    sent: float | None
    dropped: float | None
    alarms: int | None
    fresh: Freshness
    now: float

    @property
    def name(self) -> str:
        """The node's name; empty on NanoMQ."""
        return self.member.name

    @property
    def node(self) -> Node:
        """Its figures: of now while it runs, else the last ones known."""
        return self.member.last

    @property
    def running(self) -> bool:
        """Its figures are of now."""
        return self.member.state is NodeState.RUNNING

    @property
    def memory_share(self) -> float | None:
        """Memory used of the total, 0 to 1."""
        used, total = self.node.memory_used, self.node.memory_total
        return None if used is None or not total else min(1.0, used / total)

    @property
    def process_share(self) -> float | None:
        """Erlang processes used of the limit, 0 to 1."""
        used, limit = self.node.processes_used, self.node.processes_limit
        return None if used is None or not limit else min(1.0, used / limit)


class AlarmRow(NamedTuple):
    """One active alarm of a deployment, or all of its congested connections.

    Attributes:
        alarm: The alarm; of congested connections the one that has been active longest.
        since: Since when by our clock.
        now: Seconds since 1970 at which the row was made.
        members: The alarms that it stands for when it stands for more than one.
    """

    deployment: str
    alarm: Alarm
    since: float | None
    now: float
    members: tuple[Alarm, ...] = ()

    @property
    def name(self) -> str:
        """The alarm's name; with a star for what its members do not have in common."""
        return f"{CONGESTION}*" if self.members else self.alarm.name

    @property
    def size(self) -> int:
        """How many alarms it stands for."""
        return len(self.members) or 1

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that raised it, each once."""
        told = (alarm.node for alarm in self.members or (self.alarm,))
        return tuple(dict.fromkeys(name for name in told if name))


class DeploymentRow(NamedTuple):
    """One deployment of the fleet.

    Attributes:
        version: Of its nodes; several are joined, because a mixed cluster is worth seeing.
        up: Running nodes; None when nodes are not offered or not known yet.
        known: Nodes on the roster.
        alarms: Active alarms; None when not offered or not known.
        worst: Its worst finding.
        reason: Why it cannot be read now, in a few words; empty when it can.
        age: Seconds since its newest answer.
        waits: Seconds until it is tried again; None when it is not waiting.
        halted: Polling has stopped until the user acts.
        account: What the EMQX Cloud account tells of a deployment that is not configured: nobody watches it, and
            nothing else is known of it. None for a configured one.
        write: It is open for actions.
    """

    name: str
    kind: Kind | None
    version: str | None
    edition: str | None
    up: int | None
    known: int
    totals: Totals | None
    alarms: int | None
    worst: Finding | None
    findings: int
    fresh: Freshness
    age: float | None
    reason: str
    waits: float | None
    halted: bool
    now: float
    account: AccountDeployment | None = None
    write: bool = False


def account_row(found: AccountDeployment, now: float) -> DeploymentRow:
    """The row of a deployment of the account that is not configured."""
    return DeploymentRow(
        name=found.name,
        kind=None,
        version=None,
        edition=None,
        up=None,
        known=0,
        totals=None,
        alarms=None,
        worst=None,
        findings=0,
        fresh=Freshness.WAITING,
        age=None,
        reason="",
        waits=None,
        halted=False,
        now=now,
        account=found,
    )


class Snapshot(NamedTuple):
    """All that is known of one deployment at one moment.

    Attributes:
        listed: What has been read of the lists that are asked for by name, by the name of the resource.
        counters: Makes a row of each counter: there are hundreds, and only who looks at them is to pay for it.
        gauges: Makes a row of each gauge, likewise.
    """

    deployment: DeploymentRow
    nodes: tuple[NodeRow, ...]
    alarms: tuple[AlarmRow, ...]
    findings: tuple[Finding, ...]
    listed: Mapping[str, Sequence[Entry[Any]]] = {}
    counters: Callable[[], Sequence[CounterRow]] = tuple
    gauges: Callable[[], Sequence[GaugeRow]] = tuple
