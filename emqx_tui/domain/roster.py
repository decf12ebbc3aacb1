"""Every node ever seen of a deployment, and what has become of it.

EMQX 4.x drops a dead node from every list, 5.x a dead replicant (API reference, 4.2), so what a list no longer
shows has to be remembered here. Pure: an observation and the time go in, a new roster comes out.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from emqx_tui.domain.models import Node


REPLICANT_KEPT = 24 * 3600.0
"""Seconds that a replicant which is gone stays on the roster: replicants come and go by autoscaling."""


class NodeState(StrEnum):
    """What has become of a node.

    RUNNING: the API lists it as running. STOPPED: the API says that it is stopped. UNREACHABLE: a member that does
    not answer. GONE: the API no longer lists it.
    """

    RUNNING = "running"
    STOPPED = "stopped"
    UNREACHABLE = "unreachable"
    GONE = "gone"


class Member(NamedTuple):
    """One node on the roster.

    Attributes:
        since: When it came into this state, seconds since 1970 by our clock; None for a node that was running
            when it was first seen.
        exact: False when it was already so at the first look: `since` is then the time of that look.
        seen_at: When the API last gave its figures, seconds since 1970.
        last: Its last known figures.
    """

    name: str
    state: NodeState
    last: Node
    seen_at: float | None = None
    since: float | None = None
    exact: bool = True


Roster = Mapping[str, Member]
"""Members by node name. NanoMQ's only node has the empty name."""


class Observation(NamedTuple):
    """What one answer, or one question to a single node, told.

    Attributes:
        nodes: Nodes that were described; `running` False means that the API says it is down.
        complete: It was the whole list, so a known node that is not in it has vanished.
        silent: Nodes that were asked by themselves and did not answer.
        absent: Nodes of which the broker says that it has none of that name.
        members: The cluster's members, told by another question after a list was answered: one that no list
            describes is a member that does not answer.
        first: Nothing was known of the present before: what is wrong now may have been so for long.
        witnessed: Nodes that were seen running since the start: what befalls them happens under our eyes, even
            before the first whole list.
    """

    nodes: tuple[Node, ...] = ()
    complete: bool = False
    silent: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    members: frozenset[str] | None = None
    first: bool = False
    witnessed: frozenset[str] = frozenset()

    def begins(self, name: str) -> bool:
        """It is the first that is known of the node's present."""
        return self.first and name not in self.witnessed


def observe(roster: Roster, seen: Observation, now: float) -> Roster:
    """The roster after an observation at `now` (seconds since 1970)."""
    members = dict(roster)
    described = set()
    for node in seen.nodes:
        name = node.name or ""
        described.add(name)
        members[name] = _described(members.get(name), node, now, first=seen.begins(name))
    for name in (seen.members or frozenset()) | seen.silent:
        if name not in members:
            members[name] = Member(name, NodeState.UNREACHABLE, Node(name), since=now, exact=False)
    for name in [known for known in members if known not in described]:
        state = _undescribed_state(members[name], seen)
        if state is not None:
            members[name] = _moved(members[name], state, now, first=seen.begins(name))
    return {name: member for name, member in members.items() if not _expired(member, now)}


def _described(known: Member | None, node: Node, now: float, *, first: bool) -> Member:
    state = _described_state(node)
    name = node.name or ""
    if known is None:
        settled = state is NodeState.RUNNING
        last, seen_at = node, now if settled else None
        return Member(name, state, last, seen_at, None if settled else now, exact=settled)
    moved = _moved(known, state, now, first=first)
    if state is NodeState.RUNNING:
        kept = node if node.role is not None else node._replace(role=known.last.role)
        return moved._replace(last=kept, seen_at=now)
    return moved._replace(last=known.last._replace(role=known.last.role or node.role))


def _described_state(node: Node) -> NodeState:
    if node.running is False:
        return NodeState.STOPPED
    return NodeState.RUNNING if node.error is None else NodeState.UNREACHABLE


def _undescribed_state(known: Member, seen: Observation) -> NodeState | None:
    name, member = known.name, known.name in (seen.members or frozenset())
    if name in seen.silent:
        return NodeState.UNREACHABLE
    if name in seen.absent:
        return NodeState.GONE
    if seen.complete:
        return NodeState.UNREACHABLE if member else NodeState.GONE
    # A node that was gone and is a member again is back in the cluster, though no list describes it yet.
    return NodeState.UNREACHABLE if member and known.state is NodeState.GONE else None


def _moved(member: Member, state: NodeState, now: float, *, first: bool) -> Member:
    if member.state is state:
        return member
    if NodeState.RUNNING not in {member.state, state} and member.since is not None:
        # One outage has one beginning, whatever the API calls it in its course.
        return member._replace(state=state)
    return member._replace(state=state, since=now, exact=not first or state is NodeState.RUNNING)


def _expired(member: Member, now: float) -> bool:
    return (
        member.state is NodeState.GONE
        and member.last.role == "replicant"
        and member.since is not None
        and now - member.since > REPLICANT_KEPT
    )


def dismiss(roster: Roster, names: Iterable[str]) -> Roster:
    """The roster without these nodes, as far as they are gone; a node that still is something stays."""
    dropped = {name for name in names if name in roster and roster[name].state is NodeState.GONE}
    return {name: member for name, member in roster.items() if name not in dropped}
