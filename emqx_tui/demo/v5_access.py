"""Bans, authentication, authorization, plugins and the licence of a simulated EMQX 5.8 (EMQX API reference, 3B.7)."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emqx_tui.demo.access import (
    NodeState,
    Plugin,
    Verdicts,
    authenticators,
    bans,
    licence,
    plugins,
    sources,
    verdicts_of_authenticator,
    verdicts_of_source,
)
from emqx_tui.demo.changes import Ban
from emqx_tui.demo.exchange import Answer, cowboy_json
from emqx_tui.demo.formats import rfc3339_seconds
from emqx_tui.demo.v5_errors import ParameterError, error, pages
from emqx_tui.demo.v5_routes import NO_CONTENT, Call, Route, get, late, page_of


if TYPE_CHECKING:
    from collections.abc import Callable

    from emqx_tui.demo.population import Population
    from emqx_tui.demo.world import Cluster, Node


_KINDS = ("clientid", "username", "peerhost", "clientid_re", "username_re", "peerhost_net")
_BAN = ("as", "at", "by", "reason", "until", "who")
_USERS = ("line-a", "line-b", "depot", "field", "lab", "yard", "operator")
_BAD_PLUGINS = "error, {badmatch,{[],['%s']}}, [{emqx_mgmt_api_plugins,list_plugins,2,[]}]"
_SSL = {"enable": False, "verify": "verify_none", "ciphers": [], "versions": ["tlsv1.3", "tlsv1.2"]}


class AccessV5:
    """The answers about who may do what in one cluster."""

    def __init__(self, cluster: "Cluster", population: "Population") -> None:
        self._cluster = cluster
        self._population = population

    def routes(self) -> list[Route]:
        """The paths that are answered here."""
        found = [
            Route("/banned", {"GET": self._bans, "POST": self._ban, "DELETE": self._unban_all}),
            Route("/banned/{}/{}", {"DELETE": self._unban}),
            get("/authentication", self._authentication),
            get("/authentication/{}/status", self._authentication_status),
            get("/authentication/{}/users", self._users),
            get("/authorization/sources", self._sources),
            get("/authorization/sources/{}/status", self._source_status),
            get("/authorization/settings", lambda _: cowboy_json(200, _SETTINGS)),
            get("/plugins", self._plugins),
            get("/plugins/{}", self._plugin),
        ]
        return found if licence(self._cluster) is None else [*found, get("/license", self._licence)]

    def _bans(self, call: Call) -> Answer:
        """The meta of this list has no `hasnext`, as in EMQX."""
        page, limit = pages(call.parameters)
        found = bans(self._cluster, call.now)
        for name, kind in (("clientid", "clientid"), ("username", "username"), ("peerhost", "peerhost")):
            if name in call.parameters:
                found = [ban for ban in found if (ban.kind, ban.who) == (kind, call.parameters[name])]
            if f"like_{name}" in call.parameters:
                part = call.parameters[f"like_{name}"]
                found = [ban for ban in found if ban.kind == kind and part in ban.who]
        rows = [_ban(ban) for ban in found[(page - 1) * limit : page * limit]]
        return cowboy_json(200, {"data": rows, "meta": {"page": page, "limit": limit, "count": len(found)}})

    def _ban(self, call: Call) -> Answer:
        """Only a ban by client id ends a session that there is, as in EMQX."""
        sent = call.fields(_BAN, ("as", "who"))
        kind, who, now = str(sent["as"]), str(sent["who"]), call.now
        if kind not in _KINDS:
            raise ParameterError("root.as", kind, "unable_to_convert_to_enum_symbol")
        known = next((ban for ban in bans(self._cluster, now) if (ban.kind, ban.who) == (kind, who)), None)
        if known is not None:
            return error(400, "ALREADY_EXISTS", json.dumps(_ban(known), separators=(",", ":")))
        ban = Ban(
            kind,
            who,
            str(sent.get("by", "mgmt_api")),
            str(sent.get("reason", "")),
            _time(sent, "at", now) or now,
            _time(sent, "until", None),
        )
        if ban.until is not None and ban.until <= ban.at:
            return error(400, "BAD_REQUEST", "Cannot create expired banned, no effect")
        self._cluster.changes.bans[kind, who] = ban
        if kind == "clientid":
            self._population.kick(who, now)
        return cowboy_json(200, _ban(ban))

    def _unban(self, call: Call) -> Answer:
        kind, who = call.parts
        if kind not in _KINDS:
            raise ParameterError("as", kind, "not_a_enum_symbol")
        if all((ban.kind, ban.who) != (kind, who) for ban in bans(self._cluster, call.now)):
            return error(404, "NOT_FOUND", f"{kind}: {who} not found")
        self._cluster.changes.bans[kind, who] = None
        return NO_CONTENT

    def _unban_all(self, call: Call) -> Answer:
        for ban in bans(self._cluster, call.now):
            self._cluster.changes.bans[ban.kind, ban.who] = None
        return NO_CONTENT

    def _authentication(self, call: Call) -> Answer:
        rows = []
        for found in authenticators(self._cluster, call.now):
            row = {"id": found.id, "mechanism": found.mechanism, "enable": found.enabled}
            if found.backend:
                row["backend"] = found.backend
            rows.append({**row, **_AUTHENTICATORS.get(found.backend, {}), **found.settings})
        return cowboy_json(200, rows)

    def _authentication_status(self, call: Call) -> Answer:
        for found in authenticators(self._cluster, call.now):
            if found.id == call.parts[0]:
                return self._status(
                    call.now,
                    found.states,
                    lambda node, found=found: verdicts_of_authenticator(found, node, call.now),  # type: ignore[misc]
                    ("success", "failed", "nomatch"),
                )
        return error(404, "NOT_FOUND", f"Authenticator '{call.parts[0]}' does not exist")

    def _users(self, call: Call) -> Answer:
        page, limit = pages(call.parameters)
        if call.parts[0] != "password_based:built_in_database":
            return error(404, "NOT_FOUND", f"Authenticator '{call.parts[0]}' does not exist")
        part = call.parameters.get("like_user_id", "")
        rows = [{"user_id": name, "is_superuser": name == "operator"} for name in _USERS if part in name]
        return page_of(rows, page, limit)

    def _sources(self, call: Call) -> Answer:
        rows = [
            {"type": found.type, "enable": found.enabled} | dict(found.settings)
            for found in sources(self._cluster, call.now)
        ]
        return cowboy_json(200, {"sources": rows})

    def _source_status(self, call: Call) -> Answer:
        for found in sources(self._cluster, call.now):
            if found.type == call.parts[0]:
                return self._status(
                    call.now,
                    found.states,
                    lambda node, found=found: verdicts_of_source(found, node, call.now),  # type: ignore[misc]
                    ("allow", "deny", "ignore"),
                )
        return error(404, "NOT_FOUND", f"Not found: {call.parts[0]}")

    def _status(
        self, now: float, states: Sequence[NodeState], look: "Callable[[Node], Verdicts]", words: tuple[str, str, str]
    ) -> Answer:
        nodes = self._cluster.running(now)
        each = [_verdicts(look(node), words) for node in nodes]
        total = {name: round(sum(one[name] for one in each), 2) for name in each[0]}
        row = {
            "status": _whole(states),
            "node_status": [{"node": state.node, "status": state.status} for state in states],
            "node_error": [{"node": state.node, "error": state.reason} for state in states if state.reason],
            "metrics": total,
            "node_metrics": [{"node": node.plan.name, "metrics": one} for node, one in zip(nodes, each, strict=True)],
            "resource_metrics": {},
            "node_resource_metrics": [{"node": node.plan.name, "metrics": {}} for node in nodes],
        }
        return cowboy_json(200, row)

    def _plugins(self, call: Call) -> Answer:
        hung = self._cluster.hung(call.now)
        if hung is not None:
            told = error(500, "INTERNAL_ERROR", _BAD_PLUGINS % hung.plan.name)
            return late(self._cluster, call.now, 15, told)
        return cowboy_json(200, [_plugin(found) for found in plugins(self._cluster, call.now)])

    def _plugin(self, call: Call) -> Answer:
        for found in plugins(self._cluster, call.now):
            if f"{found.name}-{found.version}" == call.parts[0]:
                return cowboy_json(200, _plugin(found))
        return error(404, "NOT_FOUND", call.parts[0])

    def _licence(self, call: Call) -> Answer:
        found = licence(self._cluster)
        if found is None:
            return error(404, "NOT_FOUND", "No licence")
        row = {
            "customer": found.customer,
            "email": found.email,
            "deployment": found.deployment,
            "max_connections": found.most_connections,
            "start_at": _day(found.starts),
            "expiry_at": _day(found.ends),
            "type": found.type,
            "customer_type": found.customer_type,
            "expiry": found.expired(call.now),
        }
        return cowboy_json(200, row)


_SETTINGS = {
    "cache": {"enable": True, "excludes": [], "max_size": 32, "ttl": "1m"},
    "deny_action": "ignore",
    "no_match": "allow",
}
_AUTHENTICATORS: Mapping[str, Mapping[str, object]] = {
    "built_in_database": {
        "bootstrap_file": "${EMQX_ETC_DIR}/auth-built-in-db-bootstrap.csv",
        "bootstrap_type": "plain",
    },
    "http": {
        "body": {"username": "${username}", "password": "${password}"},
        "connect_timeout": "15s",
        "enable_pipelining": 100,
        "headers": {"content-type": "application/json"},
        "request_timeout": "5s",
        "ssl": _SSL,
    },
}


def _ban(ban: Ban) -> dict[str, object]:
    return {
        "as": ban.kind,
        "who": ban.who,
        "by": ban.by,
        "reason": ban.reason,
        "at": rfc3339_seconds(ban.at),
        "until": "infinity" if ban.until is None else rfc3339_seconds(ban.until),
    }


def _time(sent: Mapping[str, object], name: str, default: float | None) -> float | None:
    """Seconds since 1970 or RFC 3339; `infinity` is None."""
    value = sent.get(name, default)
    if value is None or value == "infinity":
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        raise ParameterError(f"root.{name}", value, "Unable to parse datetime") from None


def _whole(states: Sequence[NodeState]) -> str:
    found = {state.status for state in states}
    return found.pop() if len(found) == 1 else "inconsistent"


def _verdicts(found: Verdicts, words: tuple[str, str, str]) -> dict[str, float]:
    """Counted in an authenticator's words, or in those of an authorization source, which counts `ignore` as well."""
    counted = {words[0]: found.success, words[1]: found.failed, "nomatch": found.nomatch, "total": found.total}
    if words[2] != "nomatch":
        counted[words[2]] = 0
    return {**counted, "rate": found.rate, "rate_last5m": found.rate_last5m, "rate_max": found.rate_max}


def _plugin(found: Plugin) -> dict[str, object]:
    return {
        "name": found.name,
        "rel_vsn": found.version,
        "rel_apps": [f"{found.name}-{found.version}"],
        "description": found.description,
        "author": [found.author],
        "builder": {"name": found.author, "contact": "mqtt@plant.example", "website": "https://plant.example"},
        "built_on_otp_release": "26",
        "compatibility": {"emqx": "~> 5.8"},
        "date": "2026-03-11",
        "functionality": [found.description],
        "git_commit_or_build_date": "2026-03-11",
        "git_ref": "0f4c1d2",
        "metadata_vsn": "0.2.0",
        "health_status": {"status": "ok", "message": ""},
        "running_status": [{"node": state.node, "status": state.status} for state in found.states],
    }


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
