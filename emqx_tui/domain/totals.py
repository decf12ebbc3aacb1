"""Totals from the nodes' own figures, for brokers that give none. Cluster-wide values are never summed over nodes."""

from collections.abc import Iterable, Mapping

from emqx_tui.domain.models import Counters, Totals
from emqx_tui.domain.roster import NodeState, Roster


def totals_of_nodes(
    roster: Roster, rates: Mapping[str, Mapping[str, float]], gauges: Mapping[str, Counters]
) -> Totals | None:
    """Sums of what is per node, the largest of what every node repeats; None without a running node.

    Sessions, live connections and rates are per node. Topics and retained messages are tables of the whole cluster
    that each node reports (API reference, trap 10). Subscriptions are summed.
    """
    running = {name: member.last for name, member in roster.items() if member.state is NodeState.RUNNING}
    if not running:
        return None
    here = [gauges.get(name, {}) for name in running]
    flows = [rates[name] for name in running if name in rates]
    return Totals(
        sessions=_sum(node.sessions for node in running.values()),
        live_connections=_sum(node.live_connections for node in running.values()),
        topics=_largest(one.get("topics.count") for one in here),
        subscriptions=_sum(one.get("subscriptions.count") for one in here),
        retained=_largest(one.get("retained.count") for one in here),
        received_rate=_sum_rates(flows, "messages.received"),
        sent_rate=_sum_rates(flows, "messages.sent"),
        dropped_rate=_sum_rates(flows, "messages.dropped"),
        partial=any(member.state is NodeState.UNREACHABLE for member in roster.values()),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _largest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)


def _sum_rates(flows: list[Mapping[str, float]], name: str) -> float | None:
    known = [flow[name] for flow in flows if name in flow]
    return sum(known) if known else None
