"""NanoMQ: EMQX 4's paths in shapes of its own. One node without a name, numbers in texts, counters in `/prometheus`."""

from collections.abc import Mapping, Sequence
from typing import Any

from emqx_tui.api import decode, wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.nanomq_changes import ChangesNanoMq
from emqx_tui.api.nanomq_clients import ClientsNanoMq
from emqx_tui.api.nanomq_integration import IntegrationNano
from emqx_tui.api.nanomq_messages import MessagesNanoMq
from emqx_tui.api.prometheus import samples
from emqx_tui.api.v4 import node
from emqx_tui.domain.broker import Attention, Pace, Part
from emqx_tui.domain.errors import BadAnswer
from emqx_tui.domain.models import MEMORY, Counters, Kind, Node


_EACH = Pace.EACH
_PARTS: Mapping[Attention, Mapping[Part, Pace]] = {
    Attention.OPEN: {Part.NODES: _EACH, Part.METRICS: _EACH, Part.STATS: _EACH, Part.BROKERS: Pace.SLOW},
    Attention.HEARTBEAT: {Part.NODES: _EACH, Part.METRICS: _EACH},
    Attention.LOOK: {Part.NODES: _EACH, Part.BROKERS: _EACH, Part.STATS: _EACH, Part.METRICS: _EACH},
}

ONLY = ""
"""The name under which NanoMQ's only node is kept: it has none of its own."""

NAMES = {
    "nanomq_messages_received": "messages.received",
    "nanomq_messages_sent": "messages.sent",
    "nanomq_messages_dropped": "messages.dropped",
    "nanomq_connections_count": "live_connections.count",
    "nanomq_sessions_count": "connections.count",
    "nanomq_topics_count": "topics.count",
    "nanomq_subscribers_count": "subscribers.count",
}
"""NanoMQ's samples by the names that EMQX has for the same thing (NanoMQ behaviour: Prometheus names)."""


class NanoMqBroker(ChangesNanoMq, ClientsNanoMq, IntegrationNano, MessagesNanoMq):
    """A NanoMQ broker."""

    kind = Kind.NANOMQ
    paced = _PARTS

    async def _get(self, path: str) -> Any:  # noqa: ANN401  JSON
        return decode.v4(await self._client.get(path), path)

    @guarded
    async def nodes(self) -> Sequence[Node]:
        """`/nodes`: sessions, uptime and version."""
        return [node(row) for row in wire.rows(await self._get("/nodes"), "/nodes")]

    @guarded
    async def brokers(self) -> Sequence[Node]:
        """`/brokers`: description and clock."""
        return [node(row) for row in wire.rows(await self._get("/brokers"), "/brokers")]

    @guarded
    async def stats(self) -> Mapping[str, Counters]:
        """Memory in bytes from `/metrics`, whose object has no envelope."""
        row = wire.mapping(await self._get("/metrics"), "/metrics")
        found = {MEMORY: wire.count(row.get("memory")), "connections.count": wire.count(row.get("connections"))}
        return {ONLY: {name: value for name, value in found.items() if value is not None}}

    @guarded
    async def metrics(self) -> Mapping[str, Counters]:
        """Counters and gauges from `/prometheus`."""
        exposition = decode.plain(await self._client.get("/prometheus"), "/prometheus")
        found = samples(exposition)
        if not found:
            raise BadAnswer(wire.short(exposition[:400]), path="/prometheus")
        told = {NAMES[name]: wire.count(value) for name, value in found.items() if name in NAMES}
        return {ONLY: {name: value for name, value in told.items() if value is not None}}
