"""Clients as JSON objects, in each broker's words (EMQX API reference, /clients).

A row is filled into a text that was written once as JSON: a page of a thousand takes milliseconds where building and
encoding a thousand objects would hold up the event loop.
"""

import json
import re
from functools import lru_cache

from emqx_tui.demo.formats import local_time, rfc3339
from emqx_tui.demo.population import Client


_PORTION_QOS1 = 0.4


def _template(skeleton: dict[str, object]) -> str:
    """The skeleton as JSON text; a value `!%(name)d` stands there without quotes."""
    return re.sub(r'"!(%\(\w+\)[ds])"', r"\1", json.dumps(skeleton, separators=(",", ":")))


_COUNTERS = {
    "recv_msg": "!%(received)d",
    "recv_msg.dropped": 0,
    "recv_msg.qos0": "!%(received0)d",
    "recv_msg.qos1": "!%(received1)d",
    "recv_msg.qos2": 0,
    "recv_pkt": "!%(received_packets)d",
    "send_msg": "!%(sent)d",
    "send_msg.dropped": "!%(dropped)d",
    "send_msg.dropped.expired": 0,
    "send_msg.dropped.queue_full": "!%(dropped)d",
    "send_msg.dropped.too_large": 0,
    "send_msg.qos0": "!%(sent0)d",
    "send_msg.qos1": "!%(sent1)d",
    "send_msg.qos2": 0,
    "send_pkt": "!%(sent_packets)d",
    "mqueue_len": "!%(queued)d",
    "mqueue_dropped": "!%(dropped)d",
    "heap_size": "!%(heap)d",
    "reductions": "!%(reductions)d",
    "mailbox_len": "!%(mailbox)d",
}

_SHARED = {
    "clientid": "%(clientid)s",
    "node": "%(node)s",
    "proto_name": "%(proto_name)s",
    "proto_ver": "!%(proto_ver)d",
    "keepalive": "!%(keepalive)d",
    "clean_start": "!%(clean)s",
    "expiry_interval": "!%(expiry)d",
    "is_bridge": False,
    "ip_address": "%(ip_address)s",
    "port": "!%(port)d",
    "connected_at": "%(since)s",
    "created_at": "%(since)s",
    "subscriptions_cnt": "!%(subscriptions)d",
    **_COUNTERS,
}

_SOCKET = {
    "recv_cnt": "!%(received_packets)d",
    "recv_oct": "!%(received_bytes)d",
    "send_cnt": "!%(sent_packets)d",
    "send_oct": "!%(sent_bytes)d",
    "connected": True,
}

_V4 = {
    **_SHARED,
    "username": "%(username)s",
    "zone": "external",
    "mountpoint": "undefined",
    "max_subscriptions": 0,
    "inflight": "!%(inflight)d",
    "max_inflight": 32,
    "awaiting_rel": 0,
    "max_awaiting_rel": 100,
    "max_mqueue": 1000,
}

_V5 = {
    **_SHARED,
    "username": "!%(username)s",
    "listener": "%(listener)s",
    "mountpoint": None,
    "peersni": None,
    "auth_expire_at": None,
    "client_attrs": {},
    "enable_authn": True,
    "durable": False,
    "is_expired": False,
    "is_persistent": "!%(persistent)s",
    "subscriptions_max": "infinity",
    "inflight_cnt": "!%(inflight)d",
    "inflight_max": 32,
    "awaiting_rel_cnt": 0,
    "awaiting_rel_max": 100,
    "mqueue_max": 1000,
    "recv_msg.dropped.await_pubrel_timeout": 0,
}

FIELDS_V5 = frozenset({*_V5, *_SOCKET, "disconnected_at", "disconn_props"})
"""What may be asked for in `fields` of EMQX 5.8."""

_AWAY = {"connected": False, "disconnected_at": "%(gone)s"}
_V4_LIVE, _V4_AWAY = _template(_V4 | _SOCKET), _template(_V4 | _AWAY)
_V5_LIVE, _V5_AWAY = _template(_V5 | _SOCKET), _template(_V5 | _AWAY | {"disconn_props": {}})


def client_v4(client: Client, hours_east: int) -> str:
    """The client as an EMQX 4.4 whose local time is that far east writes it."""
    fields = _fields(client)
    fields["username"] = client.username or "undefined"
    fields["since"] = local_time(client.connected_at, hours_east)
    if client.connected:
        return _V4_LIVE % fields
    return _V4_AWAY % (fields | {"gone": local_time(client.disconnected_at, hours_east)})


@lru_cache(maxsize=32)
def _some(live: bool, wanted: tuple[str, ...]) -> str:
    """The template of these fields alone."""
    skeleton = _V5 | _SOCKET if live else _V5 | _AWAY | {"disconn_props": {}}
    return _template({name: value for name, value in skeleton.items() if name in wanted})


@lru_cache(maxsize=64)
def _quoted(text: str | None) -> str:
    return json.dumps(text)


def client_v5(client: Client, wanted: tuple[str, ...] | None = None) -> str:
    """The client as an EMQX 5.8 writes it; only these fields of it if any are wanted."""
    fields = _fields(client)
    fields["username"] = _quoted(client.username)
    fields["persistent"] = "true" if client.expiry else "false"
    fields["since"] = rfc3339(client.connected_at)
    if client.connected:
        return (_V5_LIVE if wanted is None else _some(True, wanted)) % fields  # noqa: FBT003
    return (_V5_AWAY if wanted is None else _some(False, wanted)) % (  # noqa: FBT003
        fields | {"gone": rfc3339(client.disconnected_at)}
    )


def _fields(client: Client) -> dict[str, object]:
    received1, sent1 = int(client.received * _PORTION_QOS1), int(client.sent * _PORTION_QOS1)
    return {
        **client._asdict(),
        "proto_name": "MQIsdp" if client.proto_ver == 3 else "MQTT",
        "clean": "false" if client.expiry else "true",
        "received0": client.received - received1,
        "received1": received1,
        "received_packets": client.received + sent1 + 4,
        "received_bytes": 148 * client.received + 4 * sent1 + 96,
        "sent0": client.sent - sent1,
        "sent1": sent1,
        "sent_packets": client.sent + received1 + 4,
        "sent_bytes": 152 * client.sent + 4 * received1 + 30,
        "heap": 987 + client.queued * 40 + client.mailbox * 12,
        "reductions": 2400 + 310 * (client.received + client.sent),
    }
