"""Which questions a broker is asked, and where the answer to each goes."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from emqx_tui.domain.broker import Attention, Broker, Pace, Part
from emqx_tui.domain.errors import (
    BadAnswer,
    BrokerError,
    NotFound,
    ResultCodeError,
    ServerError,
    Unreachable,
    Unsupported,
)
from emqx_tui.domain.models import Node, node_from_gauges
from emqx_tui.domain.roster import NodeState
from emqx_tui.fleet.arrivals import Arrivals
from emqx_tui.fleet.store import DeploymentState


HISTORY = 3600
"""Seconds of the past that are asked for: what the charts show."""

STAND_INS = (Part.BROKERS, Part.STATS, Part.METRICS)
"""What tells of the nodes where a service does not offer or not allow their list, the most telling first."""

LISTS = frozenset({Part.NODES, Part.BROKERS, Part.STATS, Part.METRICS, Part.ALARMS})
"""Answers that a broker gathers from every node, so that one hung peer blocks them."""

DOUBTFUL = 3
"""Answers in a row that are none of what was found there, after which it is found out anew."""

log = logging.getLogger(__name__)


def plan(broker: Broker, state: DeploymentState) -> dict[Part, Pace]:
    """The parts to ask; where the list of nodes is not offered, what stands in for it takes its place and pace."""
    wanted = dict(broker.parts(state.attention))
    if state.besides:
        offered = broker.parts(Attention.OPEN)
        wanted.update({part: Pace.EACH for part in state.besides if part in offered})
    if Part.NODES not in wanted or not state.parts[Part.NODES].settled:
        return wanted
    known = broker.parts(Attention.OPEN)
    found = next((part for part in STAND_INS if part in known and not state.parts[part].settled), None)
    planned: dict[Part, Pace] = {} if found is None else {found: Pace.EACH}
    planned.update({part: pace for part, pace in wanted.items() if part is not Part.NODES and part is not found})
    return planned


def blocked_by_peer(error: BrokerError, *, primary: bool) -> bool:
    """A list failed in a way in which a hung peer makes it fail: it hung, or the broker failed at gathering it.

    For lists other than that of the nodes only the first counts: they fail for reasons of their own too.
    """
    hung = isinstance(error, Unreachable) and error.hung
    return hung or (primary and isinstance(error, ServerError | BadAnswer | ResultCodeError))


def is_another(error: BrokerError | None) -> bool:
    """What comes back from a broker of another generation than was taken for granted."""
    return isinstance(error, Unsupported | NotFound | BadAnswer)


async def ask(broker: Broker, part: Part, state: DeploymentState, arrivals: Arrivals) -> None:
    """Ask one part and take the answer into the state.

    Raises:
        BrokerError: There was no usable answer; the state is as it was.
    """
    stands_in = next(iter(plan(broker, state)), None) is part
    await _QUESTIONS[part](broker, state, arrivals, stands_in)


async def _ask_nodes(broker: Broker, state: DeploymentState, arrivals: Arrivals, _stands_in: bool) -> None:
    await _take_list(broker, state, arrivals, await broker.nodes())


async def _ask_brokers(broker: Broker, _state: DeploymentState, arrivals: Arrivals, stands_in: bool) -> None:
    described = await broker.brokers()
    arrivals.described(described)
    if stands_in:
        arrivals.nodes(described)


async def _ask_stats(broker: Broker, _state: DeploymentState, arrivals: Arrivals, stands_in: bool) -> None:
    gauges = await broker.stats()
    arrivals.gauges(gauges)
    if stands_in:
        arrivals.nodes([node_from_gauges(name, one) for name, one in gauges.items()])


async def _ask_metrics(broker: Broker, _state: DeploymentState, arrivals: Arrivals, stands_in: bool) -> None:
    counters = await broker.metrics()
    if stands_in:
        arrivals.nodes([Node(name) for name in counters])
    arrivals.metrics(counters)


async def _ask_totals(broker: Broker, _state: DeploymentState, arrivals: Arrivals, _stands_in: bool) -> None:
    arrivals.totals(await broker.totals())


async def _ask_history(broker: Broker, _state: DeploymentState, arrivals: Arrivals, _stands_in: bool) -> None:
    arrivals.history(await broker.history(HISTORY))


async def _ask_alarms(broker: Broker, _state: DeploymentState, arrivals: Arrivals, _stands_in: bool) -> None:
    arrivals.alarms(await broker.alarms())


async def _ask_members(broker: Broker, state: DeploymentState, arrivals: Arrivals, _stands_in: bool) -> None:
    members = await broker.members()
    if state.parts[Part.NODES].answered_at is not None and state.apart_since is None:
        arrivals.members(members)


_Question = Callable[[Broker, DeploymentState, Arrivals, bool], Awaitable[None]]
_QUESTIONS: Mapping[Part, _Question] = {
    Part.NODES: _ask_nodes,
    Part.BROKERS: _ask_brokers,
    Part.STATS: _ask_stats,
    Part.METRICS: _ask_metrics,
    Part.TOTALS: _ask_totals,
    Part.HISTORY: _ask_history,
    Part.ALARMS: _ask_alarms,
    Part.MEMBERS: _ask_members,
}


async def _take_list(broker: Broker, state: DeploymentState, arrivals: Arrivals, nodes: Sequence[Node]) -> None:
    """A list that lacks a known node says nothing about why: the members tell gone from not answering."""
    listed = {node.name or "" for node in nodes}
    lacking = [
        name for name, member in state.roster.items() if member.state is not NodeState.GONE and name not in listed
    ]
    arrivals.nodes(nodes, members=await _members(broker, state) if lacking else None)


async def _members(broker: Broker, state: DeploymentState) -> frozenset[str] | None:
    if Part.MEMBERS not in broker.parts(Attention.OPEN):
        return None
    try:
        return await broker.members()
    except BrokerError as error:
        log.info("%s: members: %r", state.name, error)
        return None
