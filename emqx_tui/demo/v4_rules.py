"""Rules and resources in the words of an open source EMQX 4.4 (EMQX API reference, 3A.5).

It has fewer kinds of them than EMQX 5: what leads to a database or a bus there is published anew here, and what comes
in over a source is not there at all.
"""

import zlib
from collections.abc import Mapping
from typing import NamedTuple

from emqx_tui.demo.changes import RuleEdit
from emqx_tui.demo.integration import Connector, Rule, connectors, hop_counts, hops, rule_counts, rules
from emqx_tui.demo.world import Cluster, Node


_TYPES = {"http": "web_hook", "mqtt": "bridge_mqtt"}
_ACTIONS = {"http": "data_to_webserver", "mqtt": "data_to_mqtt_broker"}


def rule_id(rule: Rule) -> str:
    """The id that EMQX 4.4 would have drawn."""
    return f"rule:{zlib.crc32(rule.id.encode()):08x}"


def resource_id(connector: str) -> str:
    """The same for the resource of this connector, `type:name`."""
    return f"resource:{zlib.crc32(connector.encode()):08x}"


class _Action(NamedTuple):
    """The one action of a rule: `hop` is what the world has for it, "" when it needs no resource."""

    name: str
    params: Mapping[str, object]
    hop: str = ""


class RulesV4:
    """What the data of these answers is, as plain objects."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def rules(self, now: float) -> list[object]:
        """All rules with what every running node counted."""
        return [self._rule(rule, action, now) for rule, action in self._offered(now)]

    def rule(self, wanted: str, now: float) -> object | None:
        """One rule; None for one that there is not."""
        found = next((pair for pair in self._offered(now) if rule_id(pair[0]) == wanted), None)
        return None if found is None else self._rule(*found, now)

    def update(self, wanted: str, body: Mapping[str, object], now: float) -> object | None:
        """Enable or disable a rule, or change its SQL or description; what it is then, None for an unknown one."""
        rule = next((rule for rule, _ in self._offered(now) if rule_id(rule) == wanted), None)
        if rule is None:
            return None
        enabled, sql, about = body.get("enabled"), body.get("rawsql"), body.get("description")
        self._cluster.changes.rules[rule.id] = RuleEdit(
            name=None,
            sql=sql if isinstance(sql, str) else rule.sql,
            description=about if isinstance(about, str) else rule.description,
            enabled=enabled if isinstance(enabled, bool) else rule.enabled,
            actions=None,
            at=now,
        )
        return self.rule(wanted, now)

    def reset(self, wanted: str, now: float) -> bool:
        """Begin to count a rule anew; False for an unknown one."""
        rule = next((rule for rule, _ in self._offered(now) if rule_id(rule) == wanted), None)
        if rule is not None:
            self._cluster.changes.resets["rule", rule.id] = now
        return rule is not None

    def resources(self, now: float) -> list[object]:
        """All resources, alive when they are on every node."""
        return [
            _resource(found) | {"status": all(state.status == "connected" for state in found.states)}
            for found in self._connectors(now)
        ]

    def resource(self, wanted: str, now: float) -> object | None:
        """One resource with its state on each node; None for one that there is not."""
        found = self._connector(wanted, now)
        if found is None:
            return None
        states = [{"node": state.node, "is_alive": state.status == "connected"} for state in found.states]
        return _resource(found) | {"status": states}

    def alive(self, wanted: str, now: float) -> object | None:
        """Whether a resource is alive on the node that is asked."""
        found = self._connector(wanted, now)
        return None if found is None else {"is_alive": found.states[0].status == "connected"}

    def start(self, wanted: str, now: float) -> bool:
        """Connect a resource again; False for one that there is not."""
        found = self._connector(wanted, now)
        if found is not None:
            self._cluster.changes.restarted["connector", found.id] = now
        return found is not None

    def _connectors(self, now: float) -> list[Connector]:
        return [found for found in connectors(self._cluster, now) if found.type in _TYPES]

    def _connector(self, wanted: str, now: float) -> Connector | None:
        return next((found for found in self._connectors(now) if resource_id(found.id) == wanted), None)

    def _offered(self, now: float) -> list[tuple[Rule, _Action]]:
        below = {hop.id: hop for hop in hops(self._cluster, now, "action")}
        found = []
        for rule in rules(self._cluster):
            if rule.sql.startswith('SELECT * FROM "$bridges/'):
                continue
            target = rule.actions[0] if rule.actions else ""
            hop = below.get(target) if isinstance(target, str) else None
            if hop is not None and hop.type in _ACTIONS:
                params = {"$resource": resource_id(f"{hop.type}:{hop.connector}"), **_parameters(hop.parameters)}
                found.append((rule, _Action(_ACTIONS[hop.type], params, hop.id)))
            elif hop is not None and hop.enabled:
                params = {
                    "target_topic": f"bus/{rule.id}",
                    "target_qos": 1,
                    "target_retain": False,
                    "payload_tmpl": "${payload}",
                }
                found.append((rule, _Action("republish", params)))
            else:
                found.append((rule, _Action("inspect" if hop is None else "do_nothing", {})))
        return found

    def _rule(self, rule: Rule, action: _Action, now: float) -> object:
        nodes = self._cluster.running(now)
        counts = [(node, rule_counts(self._cluster, rule, node, now)) for node in nodes]
        return {
            "id": rule_id(rule),
            "for": list(rule.topics),
            "rawsql": rule.sql,
            "enabled": rule.enabled,
            "on_action_failed": "continue",
            "description": rule.description or rule.id.replace("_", " "),
            "created_at": int(rule.created_at * 1000),
            "metrics": [
                {
                    "node": node.plan.name,
                    "matched": seen.matched,
                    "passed": seen.passed,
                    "failed": seen.failed,
                    "exception": seen.failed_exception,
                    "no_result": seen.failed_no_result,
                    "speed": seen.rate,
                    "speed_last5m": seen.rate_last5m,
                    "speed_max": seen.rate_max,
                }
                for node, seen in counts
            ],
            "actions": [
                {
                    "id": f"{action.name}_{int(rule.created_at * 1e9)}",
                    "name": action.name,
                    "params": action.params,
                    "fallbacks": [],
                    "metrics": [self._taken(node, seen.passed, action, now) for node, seen in counts],
                }
            ],
        }

    def _taken(self, node: Node, taken: int, action: _Action, now: float) -> object:
        """What an action did on a node with what the rule passed to it."""
        hop = next((hop for hop in hops(self._cluster, now, "action") if hop.id == action.hop), None)
        failed = 0
        if hop is not None:
            counts = hop_counts(self._cluster, hop, node, now)
            connected = any(state.node == node.plan.name and state.status == "connected" for state in hop.states)
            failed = min(taken, counts.failed) if connected else taken
        return {"node": node.plan.name, "taken": taken, "success": taken - failed, "failed": failed}


def _parameters(parameters: Mapping[str, object]) -> dict[str, object]:
    """What EMQX 4.4 calls the parameters of an action."""
    if "path" in parameters:
        return {"path": parameters["path"], "method": "POST", "headers": {}, "body": ""}
    return {"forward_topic": parameters.get("topic", ""), "payload_tmpl": "${payload}"}


def _resource(found: Connector) -> dict[str, object]:
    if found.type == "http":
        config: dict[str, object] = {"url": found.target, "pool_size": 8, "connect_timeout": "5s", "ssl": {}}
    else:
        config = {"address": found.target, "pool_size": 8, "clientid": "plant-cn", "proto_ver": "mqttv4", "ssl": True}
    return {
        "id": resource_id(found.id),
        "type": _TYPES[found.type],
        "config": config,
        "description": found.description or found.name,
    }
