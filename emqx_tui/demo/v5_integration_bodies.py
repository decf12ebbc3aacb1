"""Rules' metrics, actions, sources and connectors as JSON objects in EMQX 5.8's words."""

from collections.abc import Mapping, Sequence

from emqx_tui.demo.access import NodeState
from emqx_tui.demo.integration import Connector, Hop, HopCounts, RuleCounts


_SSL = {
    "ciphers": [],
    "depth": 10,
    "enable": False,
    "hibernate_after": "5s",
    "log_level": "notice",
    "reuse_sessions": True,
    "secure_renegotiate": True,
    "verify": "verify_none",
    "versions": ["tlsv1.3", "tlsv1.2"],
}
_HEADERS = {"content-type": "application/json", "connection": "keep-alive"}
_HTTP_HEADERS = {"accept": "application/json", "cache-control": "no-cache", **_HEADERS, "keep-alive": "timeout=5"}
_CONNECTORS: Mapping[str, Mapping[str, object]] = {
    "http": {
        "connect_timeout": "15s",
        "enable_pipelining": 100,
        "headers": _HTTP_HEADERS,
        "pool_size": 8,
        "pool_type": "random",
    },
    "mqtt": {
        "bridge_mode": False,
        "clean_start": True,
        "clientid_prefix": "plant",
        "connect_timeout": "10s",
        "keepalive": "160s",
        "max_inflight": 32,
        "pool_size": 8,
        "proto_ver": "v5",
        "retry_interval": "15s",
        "static_clientids": [],
    },
    "kafka_producer": {
        "authentication": {"mechanism": "plain", "username": "emqx", "password": "******"},
        "connect_timeout": "5s",
        "metadata_request_timeout": "5s",
        "min_metadata_refresh_interval": "3s",
        "socket_opts": {"nodelay": True, "recbuf": "1024KB", "sndbuf": "1024KB", "tcp_keepalive": "none"},
    },
    "influxdb": {
        "parameters": {"influxdb_type": "influxdb_api_v2", "bucket": "plant", "org": "plant", "token": "******"},
        "pool_size": 8,
    },
    "mysql": {"auto_reconnect": True, "database": "legacy", "username": "emqx", "password": "******", "pool_size": 8},
}
_TARGETS = {"http": "url", "kafka_producer": "bootstrap_hosts"}
_HEALTH = {"health_check_interval": "15s", "start_after_created": True, "start_timeout": "5s"}
_BUFFER = {
    "health_check_interval": "15s",
    "inflight_window": 100,
    "max_buffer_bytes": "256MB",
    "query_mode": "async",
    "request_ttl": "45s",
    "worker_pool_size": 16,
}
_PARAMETERS: Mapping[str, Mapping[str, object]] = {
    "http": {"body": "${.}", "headers": {"content-type": "application/json"}, "max_retries": 2},
    "mqtt": {"payload": "${payload}", "retain": False},
}


def whole(states: Sequence[NodeState]) -> str:
    """The status over all nodes: as EMQX says, `inconsistent` where they differ."""
    found = {state.status for state in states}
    return found.pop() if len(found) == 1 else "inconsistent"


def connector_row(found: Connector, using: Sequence[Hop], *, turned: bool = False) -> dict[str, object]:
    """A connector with its settings, as in lists (`turned`: the nodes the other way round) and alone."""
    states = found.states[::-1] if turned else found.states
    mine = [one for one in using if f"{one.type}:{one.connector}" == found.id]
    row: dict[str, object] = {
        "type": found.type,
        "name": found.name,
        "description": found.description,
        "enable": found.enabled,
        "status": whole(states),
        "node_status": [_told(state) for state in states],
        "actions": [one.name for one in mine if one.kind == "action"],
        "sources": [one.name for one in mine if one.kind == "source"],
        "resource_opts": _HEALTH,
        "ssl": _SSL,
        _TARGETS.get(found.type, "server"): found.target,
        **_CONNECTORS[found.type],
    }
    return row | {"status_reason": states[0].reason} if states[0].reason else row


def hop_row(found: Hop, *, turned: bool = False) -> dict[str, object]:
    """An action or a source with its settings."""
    row = summary(found, turned=turned)
    return row | {
        "connector": found.connector,
        "error": row["status_reason"],
        "parameters": {**_PARAMETERS.get(found.type, {}), **found.parameters},
        "resource_opts": _BUFFER if found.kind == "action" else {"health_check_interval": "15s"},
    }


def summary(found: Hop, *, turned: bool = True) -> dict[str, object]:
    """An action or a source without its settings."""
    states = found.states[::-1] if turned else found.states
    return {
        "type": found.type,
        "name": found.name,
        "description": found.description,
        "enable": found.enabled,
        "created_at": int(found.created_at * 1000),
        "last_modified_at": int(found.changed_at * 1000),
        "status": whole(states),
        "status_reason": states[0].reason,
        "node_status": [
            {"node": state.node, "status": state.status, "status_reason": state.reason} for state in states
        ],
        "rules": sorted(found.rules),
    }


def bridge(found: Hop, below: Connector) -> dict[str, object]:
    """An action with its connector as one bridge, as versions up to 5.3 had them."""
    states = below.states[::-1]
    whole_row = connector_row(below, [], turned=True)
    for name in ("actions", "sources", "headers"):
        whole_row.pop(name, None)
    opts = {**_BUFFER, "start_after_created": True, "start_timeout": "5s"}
    row = whole_row | {"name": found.name, "resource_opts": opts, "status": whole(states), "enable": found.enabled}
    if found.type == "http":
        parameters: dict[str, object] = {**_PARAMETERS["http"], **found.parameters}
        path = parameters.pop("path")
        return row | parameters | {"type": "webhook", "url": f"{below.target}{path}", "headers": _HTTP_HEADERS}
    remote = {**_PARAMETERS["mqtt"], **found.parameters}
    return row | {"egress": {"local": {}, "pool_size": row.pop("pool_size"), "remote": remote}}


def rule_metrics(each: Sequence[tuple[str, RuleCounts]]) -> dict[str, object]:
    """The metrics of a rule: the sum and each node's own."""
    nodes = [{"node": node, "metrics": _rule_counts(counts)} for node, counts in each]
    return {"metrics": _sum([_rule_counts(counts) for _, counts in each]), "node_metrics": nodes}


def hop_metrics(each: Sequence[tuple[str, HopCounts]]) -> dict[str, object]:
    """The metrics of an action or a source: the sum and each node's own."""
    nodes = [{"node": node, "metrics": _hop_counts(counts)} for node, counts in each]
    return {"metrics": _sum([_hop_counts(counts) for _, counts in each]), "node_metrics": nodes}


def _told(state: NodeState) -> dict[str, object]:
    row: dict[str, object] = {"node": state.node, "status": state.status}
    return row | {"status_reason": state.reason} if state.reason else row


def _rule_counts(counts: RuleCounts) -> dict[str, float]:
    return {
        "matched": counts.matched,
        "passed": counts.passed,
        "failed": counts.failed,
        "failed.exception": counts.failed_exception,
        "failed.no_result": counts.failed_no_result,
        "actions.total": counts.actions_success + counts.actions_failed,
        "actions.success": counts.actions_success,
        "actions.failed": counts.actions_failed,
        "actions.failed.out_of_service": counts.actions_failed,
        "actions.failed.unknown": 0,
        "actions.discarded": counts.actions_discarded,
        "matched.rate": counts.rate,
        "matched.rate.last5m": counts.rate_last5m,
        "matched.rate.max": counts.rate_max,
    }


def _hop_counts(counts: HopCounts) -> dict[str, float]:
    return {
        "matched": counts.matched,
        "success": counts.success,
        "failed": counts.failed,
        "dropped": counts.dropped,
        "dropped.expired": counts.dropped_expired,
        "dropped.other": 0,
        "dropped.queue_full": counts.dropped_queue_full,
        "dropped.resource_not_found": 0,
        "dropped.resource_stopped": counts.dropped_stopped,
        "queuing": counts.queuing,
        "queuing_bytes": counts.queuing_bytes,
        "inflight": counts.inflight,
        "late_reply": 0,
        "retried": counts.retried,
        "received": counts.received,
        "rate": counts.rate,
        "rate_last5m": counts.rate_last5m,
        "rate_max": counts.rate_max,
    }


def _sum(each: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: round(sum(one[name] for one in each), 2) for name in (each[0] if each else ())}
