"""Rules, actions, sources and connectors of a simulated EMQX 5.8 (EMQX API reference, 3B.6)."""

from typing import TYPE_CHECKING

from emqx_tui.demo.changes import RuleEdit
from emqx_tui.demo.exchange import Answer, cowboy_json
from emqx_tui.demo.formats import rfc3339
from emqx_tui.demo.integration import (
    Connector,
    Hop,
    Rule,
    connectors,
    hop_counts,
    hops,
    rule_counts,
    rules,
    topics_of,
)
from emqx_tui.demo.messages import matches
from emqx_tui.demo.v5_errors import ParameterError, RefusedError, error, pages, truth
from emqx_tui.demo.v5_integration_bodies import bridge, connector_row, hop_metrics, hop_row, rule_metrics, summary
from emqx_tui.demo.v5_routes import NO_CONTENT, Call, Route, get, late, page_of


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from emqx_tui.demo.world import Cluster


_RULE = ("id", "name", "sql", "actions", "enable", "description", "metadata")
_HUNG = error(500, "INTERNAL_ERROR", "{erpc,timeout}")


class IntegrationV5:
    """The answers about the data integration of one cluster."""

    def __init__(self, cluster: "Cluster") -> None:
        self._cluster = cluster

    def routes(self) -> list[Route]:
        """The paths that are answered here."""
        return [
            get("/rules", self._rules),
            Route("/rules/{}", {"GET": self._rule, "PUT": self._edit}),
            get("/rules/{}/metrics", self._rule_metrics),
            Route("/rules/{}/metrics/reset", {"PUT": self._reset_rule}),
            get("/connectors", self._connectors),
            get("/connectors/{}", self._connector),
            Route("/connectors/{}/enable/{}", {"PUT": self._enable_connector}),
            Route("/connectors/{}/{}", {"POST": lambda call: self._start_connector(call, None)}),
            Route("/nodes/{}/connectors/{}/{}", {"POST": self._start_connector_there}),
            *self._hop_routes("action"),
            *self._hop_routes("source"),
            get("/bridges", self._bridges),
        ]

    def _hop_routes(self, kind: str) -> list[Route]:
        def of(reply: "Callable[[str, Call], Answer]") -> "Callable[[Call], Answer]":
            return lambda call: reply(kind, call)

        return [
            get(f"/{kind}s", of(self._hops)),
            get(f"/{kind}s_summary", of(self._summary)),
            get(f"/{kind}_types", of(self._types)),
            get(f"/{kind}s/{{}}", of(self._hop)),
            get(f"/{kind}s/{{}}/metrics", of(self._hop_metrics)),
            Route(f"/{kind}s/{{}}/metrics/reset", {"PUT": of(self._reset_hop)}),
            Route(f"/{kind}s/{{}}/enable/{{}}", {"PUT": of(self._enable_hop)}),
            Route(f"/{kind}s/{{}}/{{}}", {"POST": of(self._start_hop)}),
            Route(f"/nodes/{{}}/{kind}s/{{}}/{{}}", {"POST": of(self._start_hop_there)}),
        ]

    def _rules(self, call: Call) -> Answer:
        page, limit = pages(call.parameters)
        asked = call.parameters
        found: Sequence[Rule] = rules(self._cluster)
        if "enable" in asked:
            wanted = truth(asked, "enable")
            found = [rule for rule in found if rule.enabled is wanted]
        tests: dict[str, Callable[[Rule, str], bool]] = {
            "from": lambda rule, text: text in rule.topics,
            "like_id": lambda rule, text: text in rule.id,
            "like_from": lambda rule, text: any(text in topic for topic in rule.topics),
            "like_description": lambda rule, text: text in rule.description,
            "match_from": lambda rule, text: any(matches(topic, text) for topic in rule.topics),
            "action": lambda rule, text: text in rule.actions,
            "source": lambda rule, text: f"$bridges/{text}" in rule.topics,
        }
        for name, test in tests.items():
            if name in asked:
                found = [rule for rule in found if test(rule, asked[name])]
        rows = [_rule(rule) for rule in sorted(found, key=lambda rule: -rule.created_at)]
        fuzzy = any(name in asked for name in ("like_id", "like_from", "like_description", "match_from"))
        return page_of(rows, page, limit, counted=not fuzzy)

    def _found_rule(self, call: Call) -> Rule:
        for rule in rules(self._cluster):
            if rule.id == call.parts[0]:
                return rule
        raise RefusedError(error(404, "NOT_FOUND", "Rule Id Not Found"))

    def _rule(self, call: Call) -> Answer:
        return cowboy_json(200, _rule(self._found_rule(call)))

    def _edit(self, call: Call) -> Answer:
        """A rule is replaced as a whole; what is left out falls back to its default, apart from the description."""
        rule = self._found_rule(call)
        sent = call.fields(_RULE, ("sql",))
        sql, actions, enabled = str(sent["sql"]), sent.get("actions", []), sent.get("enable", True)
        if not topics_of(sql):
            told = f'Bad Arguments: #{{kind => validation_error,path => "rule_engine.rules.{rule.id}.sql"}}'
            return error(400, "BAD_REQUEST", told)
        if not isinstance(actions, list):
            raise ParameterError("root.actions", actions, "not_array")
        if not isinstance(enabled, bool):
            raise ParameterError("root.enable", enabled, "Unable to parse boolean value")
        about = sent.get("description")
        self._cluster.changes.rules[rule.id] = RuleEdit(
            str(sent.get("name", "")), sql, None if about is None else str(about), enabled, tuple(actions), call.now
        )
        return self._rule(call)

    def _rule_metrics(self, call: Call) -> Answer:
        rule = self._found_rule(call)
        nodes = self._cluster.running(call.now)
        each = [(node.plan.name, rule_counts(self._cluster, rule, node, call.now)) for node in nodes]
        return late(self._cluster, call.now, 5, cowboy_json(200, {"id": rule.id, **rule_metrics(each)}))

    def _reset_rule(self, call: Call) -> Answer:
        self._cluster.changes.resets["rule", self._found_rule(call).id] = call.now
        return NO_CONTENT

    def _connectors(self, call: Call) -> Answer:
        found = connectors(self._cluster, call.now)
        using = [*hops(self._cluster, call.now, "action"), *hops(self._cluster, call.now, "source")]
        answer = cowboy_json(200, [connector_row(one, using, turned=True) for one in found])
        return self._unless_hung(call, answer)

    def _found_connector(self, ident: str, now: float) -> Connector:
        found = next((one for one in connectors(self._cluster, now) if one.id == ident), None)
        if found is None:
            kind, _, name = _parts(ident)
            told = f"Connector lookup failed: connector named '{name}' of type {kind} does not exist."
            raise RefusedError(error(404, "NOT_FOUND", told))
        return found

    def _connector(self, call: Call) -> Answer:
        found = self._found_connector(call.parts[0], call.now)
        using = [*hops(self._cluster, call.now, "action"), *hops(self._cluster, call.now, "source")]
        return self._unless_hung(call, cowboy_json(200, connector_row(found, using)))

    def _enable_connector(self, call: Call) -> Answer:
        found = self._found_connector(call.parts[0], call.now)
        self._cluster.changes.enabled["connector", found.id] = _switch(call)
        return NO_CONTENT

    def _start_connector(self, call: Call, node: str | None) -> Answer:
        ident, operation = call.parts[-2:]
        found = self._found_connector(ident, call.now)
        _only_start(operation)
        if not found.enabled:
            return error(400, "BAD_REQUEST", "Forbidden operation, connector not enabled")
        self._there(call, node)
        self._cluster.changes.restarted["connector", found.id] = call.now
        return NO_CONTENT

    def _start_connector_there(self, call: Call) -> Answer:
        return self._start_connector(call, call.parts[0])

    def _there(self, call: Call, node: str | None) -> None:
        running = [one.plan.name for one in self._cluster.running(call.now)]
        if node is not None and node not in running:
            raise RefusedError(error(404, "NOT_FOUND", f"Node not found: {node}"))

    def _hops(self, kind: str, call: Call) -> Answer:
        rows = [hop_row(found, turned=True) for found in hops(self._cluster, call.now, kind)]
        return self._unless_hung(call, cowboy_json(200, rows))

    def _summary(self, kind: str, call: Call) -> Answer:
        rows = [summary(found) for found in hops(self._cluster, call.now, kind)]
        return self._unless_hung(call, cowboy_json(200, rows))

    def _types(self, kind: str, call: Call) -> Answer:
        return cowboy_json(200, sorted({found.type for found in hops(self._cluster, call.now, kind)}))

    def _found_hop(self, kind: str, ident: str, now: float) -> Hop:
        found = next((one for one in hops(self._cluster, now, kind) if one.id == ident), None)
        if found is None:
            sort, _, name = _parts(ident)
            told = f"Bridge lookup failed: bridge named '{name}' of type {sort} does not exist."
            raise RefusedError(error(404, "NOT_FOUND", told))
        return found

    def _hop(self, kind: str, call: Call) -> Answer:
        found = self._found_hop(kind, call.parts[0], call.now)
        return self._unless_hung(call, cowboy_json(200, hop_row(found)))

    def _hop_metrics(self, kind: str, call: Call) -> Answer:
        found = self._found_hop(kind, call.parts[0], call.now)
        nodes = self._cluster.running(call.now)
        each = [(node.plan.name, hop_counts(self._cluster, found, node, call.now)) for node in nodes]
        return self._unless_hung(call, cowboy_json(200, hop_metrics(each)))

    def _reset_hop(self, kind: str, call: Call) -> Answer:
        found = self._found_hop(kind, call.parts[0], call.now)
        self._cluster.changes.resets[kind, found.id] = call.now
        return NO_CONTENT

    def _enable_hop(self, kind: str, call: Call) -> Answer:
        found = self._found_hop(kind, call.parts[0], call.now)
        self._cluster.changes.enabled[kind, found.id] = _switch(call)
        return NO_CONTENT

    def _start_hop(self, kind: str, call: Call, node: str | None = None) -> Answer:
        ident, operation = call.parts[-2:]
        found = self._found_hop(kind, ident, call.now)
        _only_start(operation)
        below = self._found_connector(f"{found.type}:{found.connector}", call.now)
        if not (found.enabled and below.enabled):
            return error(400, "BAD_REQUEST", "Forbidden operation, connector not enabled")
        self._there(call, node)
        self._cluster.changes.restarted[kind, found.id] = call.now
        if any(state.status != "connected" for state in found.states):
            return error(400, "BAD_REQUEST", next(state.reason for state in found.states if state.reason))
        return NO_CONTENT

    def _start_hop_there(self, kind: str, call: Call) -> Answer:
        return self._start_hop(kind, call, call.parts[0])

    def _bridges(self, call: Call) -> Answer:
        below = {one.id: one for one in connectors(self._cluster, call.now)}
        found = [one for one in hops(self._cluster, call.now, "action") if one.type in {"http", "mqtt"}]
        rows = [bridge(one, below[f"{one.type}:{one.connector}"]) for one in found]
        return self._unless_hung(call, cowboy_json(200, rows))

    def _unless_hung(self, call: Call, answer: Answer) -> Answer:
        return late(self._cluster, call.now, 15, _HUNG) if self._cluster.hung_for(call.now) else answer


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "sql": rule.sql,
        "from": list(rule.topics),
        "enable": rule.enabled,
        "actions": list(rule.actions),
        "description": rule.description,
        "created_at": rfc3339(rule.created_at),
        "last_modified_at": rfc3339(rule.changed_at),
    }


def _parts(ident: str) -> tuple[str, str, str]:
    """Type and name of an id; raises when it has no colon."""
    found = ident.partition(":")
    if not found[1]:
        told = f"Invalid bridge ID, Bridge id must be of the form {{type}}:{{name}}, got: {ident}"
        raise RefusedError(error(404, "NOT_FOUND", told))
    return found


def _switch(call: Call) -> bool:
    text = call.parts[-1]
    if text not in {"true", "false"}:
        raise ParameterError("enable", text, "Unable to parse boolean value")
    return text == "true"


def _only_start(operation: str) -> None:
    """EMQX 5.4 and later start connectors, actions and sources; they stop by being disabled."""
    if operation != "start":
        raise ParameterError("operation", operation, "not_a_enum_symbol")
