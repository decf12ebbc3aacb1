"""How EMQX 4 does: past alarms, listeners, slow subscriptions, single topics (API reference, 3A.4 and 3A.5)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.topic_figures import topic_figures
from emqx_tui.api.v4_asking import V4Asking
from emqx_tui.domain.errors import BadAnswer, ResultCodeError, SwitchedOff
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.models import Alarm
from emqx_tui.domain.monitoring import Listener, ListenerNode, SlowSubscription, TopicMetrics


OFF = "module_not_loaded"
"""What EMQX 4 answers, in place of data, for a module that does not run."""


def alarm(row: Mapping[str, Any], node_name: str | None) -> Alarm:
    """An alarm from an element of `alarms`; its times are microseconds (API reference, 3A.4)."""
    return Alarm(
        name=wire.text(row.get("name")) or "?",
        node=node_name,
        message=wire.text(row.get("message")) or "",
        activated_at=wire.microseconds(row.get("activate_at")),
        details=wire.details(row.get("details")),
        deactivated_at=wire.microseconds(row.get("deactivate_at")),
    )


class _Heard(NamedTuple):
    """A listener as one node tells of it."""

    node: str
    row: wire.Json
    protocol: str


def _protocol(row: wire.Json) -> str:
    """`mqtt:tcp`; of `mqtt:ws:8083`, which has the port in it, `mqtt:ws`."""
    parts = (wire.text(row.get("protocol")) or "?").split(":")
    return ":".join(parts[:-1] if len(parts) > 2 and parts[-1].isdigit() else parts)


def put_together(rows: Sequence[wire.Json]) -> list[Listener]:
    """The listeners of a deployment from those of its nodes.

    The same listener has the same identifier on every node. Where there is none (web sockets, HTTP, all of 4.2) its
    protocol tells, as long as no node has two of the kind, and then the address as well.
    """
    heard: list[_Heard] = []
    silent: dict[str, str] = {}
    nodes: list[str] = []
    for row in rows:
        node, told = wire.text(row.get("node")) or "?", row.get("listeners")
        failed = row.get("error") or (told.get("error") if isinstance(told, dict) else None)
        nodes.append(node)
        if failed:
            silent[node] = wire.short(failed)
        heard += [_Heard(node, one, _protocol(one)) for one in _objects(told)]
    crowded = {kind for (_, kind), count in Counter((one.node, one.protocol) for one in heard).items() if count > 1}
    found: dict[str, list[_Heard]] = {}
    for one in heard:
        found.setdefault(_name(one, crowded), []).append(one)
    return [_listener(name, told, nodes, silent) for name, told in found.items()]


def _objects(value: object) -> list[wire.Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _name(one: _Heard, crowded: set[str]) -> str:
    name = wire.text(one.row.get("identifier"))
    if name is not None:
        return name
    return f"{one.protocol} {wire.text(one.row.get('listen_on')) or '?'}" if one.protocol in crowded else one.protocol


def _listener(name: str, told: Sequence[_Heard], nodes: Sequence[str], silent: Mapping[str, str]) -> Listener:
    by_node = {one.node: _on_node(one) for one in told}
    binds = list(dict.fromkeys(one.bind for one in by_node.values() if one.bind))
    protocol = told[0].protocol
    return Listener(
        id=name,
        kind=protocol.removeprefix("mqtt:").partition(":")[0],
        bind=" ".join(binds) or None,
        acceptors=wire.count(told[0].row.get("acceptors")),
        nodes=tuple(
            by_node.get(node)
            or ListenerNode(node, running=None if node in silent else False, error=silent.get(node, ""))
            for node in dict.fromkeys(nodes)
        ),
    )


def _on_node(one: _Heard) -> ListenerNode:
    limit, ended = one.row.get("max_conns"), one.row.get("shutdown_count")
    return ListenerNode(
        node=one.node,
        running=True,
        bind=wire.text(one.row.get("listen_on")),
        connections=wire.count(one.row.get("current_conns")),
        limit=wire.count(limit),
        unlimited=limit == "infinity",
        shutdowns=wire.counters(ended),
    )


def slow_subscription(row: wire.Json) -> SlowSubscription | None:
    """An element of `/slow_subscriptions`, whose times are milliseconds; None when it says of nobody."""
    client, topic = wire.name(row.get("clientid")), wire.name(row.get("topic"))
    if client is None or topic is None:
        return None
    return SlowSubscription(
        client_id=client,
        topic=topic,
        node=wire.text(row.get("node")),
        seconds=wire.milliseconds(row.get("timespan")),
        at=wire.milliseconds(row.get("last_update_time")),
    )


def topic_metrics(row: wire.Json) -> TopicMetrics | None:
    """An element of `/topic-metrics`; None when it says of no topic."""
    topic = wire.name(row.get("topic"))
    if topic is None:
        return None
    counts, rates = topic_figures(row.get("metrics"))
    return TopicMetrics(topic, counts=counts, rates=rates)


class MonitoringV4(V4Asking):
    """What EMQX 4 tells of how it does."""

    @guarded
    async def past_alarms(self, query: Query, after: str | None) -> Page[Alarm]:  # noqa: ARG002  one answer
        """`/alarms/deactivated` of all nodes."""
        path = "/alarms/deactivated"
        rows = wire.rows(await self._get(path), path)
        return Page(
            [alarm(one, wire.text(row.get("node"))) for row in rows for one in wire.rows(row.get("alarms") or [], path)]
        )

    @guarded
    async def listeners(self, query: Query, after: str | None) -> Page[Listener]:  # noqa: ARG002  one answer
        """`/listeners` of all nodes."""
        data = await self._get("/listeners")
        rows = wire.rows(data, "/listeners")
        if rows and not any("listeners" in row or "error" in row for row in rows):
            raise BadAnswer(wire.short(data), path="/listeners")
        return Page(put_together(rows))

    @guarded
    async def slow_subscriptions(self, query: Query, after: str | None) -> Page[SlowSubscription]:  # noqa: ARG002
        """`/slow_subscriptions` of the module of 4.4."""
        rows = await self._of_module("/slow_subscriptions", "slow_subscriptions")
        return Page([one for row in rows if (one := slow_subscription(row)) is not None])

    @guarded
    async def topic_metrics(self, query: Query, after: str | None) -> Page[TopicMetrics]:  # noqa: ARG002  one answer
        """`/topic-metrics`, which add up all nodes."""
        rows = await self._of_module("/topic-metrics", "topic_metrics")
        return Page([one for row in rows if (one := topic_metrics(row)) is not None])

    async def _of_module(self, path: str, feature: str) -> list[wire.Json]:
        try:
            return wire.rows(await self._get(path), path)
        except ResultCodeError as error:
            if OFF in error.detail:
                raise SwitchedOff(error.detail, feature=feature, path=path, status=error.status) from None
            raise
