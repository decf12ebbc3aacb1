"""Clients, subscriptions and topics of a simulated EMQX 5.8 (EMQX API reference, 3B.3 and 3B.4)."""

import json
from base64 import b64encode
from datetime import datetime
from typing import TYPE_CHECKING

from emqx_tui.demo.exchange import JSON, Answer, cowboy, cowboy_json, dump
from emqx_tui.demo.messages import msgid
from emqx_tui.demo.routing import Routing
from emqx_tui.demo.rows import FIELDS_V5, client_v5
from emqx_tui.demo.search import ClientFilter, Search, SubscriptionFilter
from emqx_tui.demo.v5_errors import ParameterError, RefusedError, error, natural, one_of, pages, truth
from emqx_tui.demo.v5_routes import NO_CONTENT, Call, Route, get, invalid, needing_all


if TYPE_CHECKING:
    from collections.abc import Sequence

    from emqx_tui.demo.population import Client, Population, Subscription
    from emqx_tui.demo.world import Cluster, Node


_NO_CLIENT = error(404, "CLIENTID_NOT_FOUND", "Client ID not found")
_CURSOR = "cur"
_LONGEST_PAYLOAD = 1024 * 1024


class ClientsV5:
    """The answers about clients of one cluster."""

    def __init__(self, cluster: "Cluster", population: "Population") -> None:
        self._cluster = cluster
        self._population = population
        self._search = Search(population)
        self._routing = Routing(cluster, population)

    def routes(self) -> list[Route]:
        """The paths that are answered here."""
        return [
            get("/clients", self._clients),
            get("/clients_v2", self._clients_v2),
            Route("/clients/kickout/bulk", {"POST": self._kick_many}),
            Route("/clients/{}", {"GET": self._client, "DELETE": self._kick}),
            get("/clients/{}/subscriptions", self._subscriptions_of),
            get("/clients/{}/mqueue_messages", self._queued),
            get("/clients/{}/inflight_messages", self._inflight),
            Route("/clients/{}/authorization/cache", {"GET": self._cache, "DELETE": self._no_cache}),
            Route("/clients/{}/subscribe", {"POST": self._subscribe}),
            Route("/clients/{}/unsubscribe", {"POST": self._unsubscribe}),
            get("/sessions_count", self._sessions),
            get("/subscriptions", self._subscriptions),
            get("/topics", self._topics),
            get("/topics/{}", self._topic),
        ]

    def _clients(self, call: Call) -> Answer:
        page, limit = pages(call.parameters)
        wanted, fields = _filter(call), _fields(call)
        nodes = self._wanted(call)
        if isinstance(nodes, Answer):
            return nodes
        offset = (page - 1) * limit
        meta: dict[str, object] = {"page": page, "limit": limit}
        if wanted == ClientFilter():
            rows = self._population.page(call.now, nodes, offset, limit)
            meta["count"] = count = self._population.count(call.now, nodes)
            more = offset + limit < count
        else:
            rows, more = self._search.clients(call.now, nodes, wanted, offset, limit)
            if not wanted.fuzzy:
                meta["count"] = self._search.count(call.now, nodes, wanted)
        meta["hasnext"] = more
        return _page(rows, fields, meta)

    def _clients_v2(self, call: Call) -> Answer:
        limit = natural(call.parameters, "limit", 100, "1..10000", most=10_000)
        wanted, fields = _filter(call), _fields(call)
        # It has no filter for a node, and ignores what it does not know.
        nodes = needing_all(self._cluster, call.now) or self._cluster.running(call.now)
        if isinstance(nodes, Answer):
            return nodes
        text = call.parameters.get("cursor", f"{_CURSOR}0")
        digits = text.removeprefix(_CURSOR)
        if not text.startswith(_CURSOR) or not (digits.isascii() and digits.isdigit()):
            return error(400, "BAD_REQUEST", "bad cursor")
        offset = int(digits)
        rows, more = self._search.clients(call.now, nodes, wanted, offset, limit)
        meta: dict[str, object] = {"count": len(rows)}
        if more:
            meta["cursor"] = f"{_CURSOR}{offset + limit}"
        return _page(rows, fields, meta)

    def _wanted(self, call: Call) -> "list[Node] | Answer":
        """The nodes whose rows are asked for, or the answer when they cannot be had."""
        running = self._cluster.running(call.now)
        name = call.parameters.get("node")
        if name is None:
            return needing_all(self._cluster, call.now) or running
        hung = self._cluster.hung(call.now)
        if hung is not None and hung.plan.name == name:
            return needing_all(self._cluster, call.now) or running
        if self._cluster.node(name) is None:
            return error(500, "NODE_DOWN", f'bad rpc call <<"{name}">>, Reason <<"invalid node">>')
        chosen = [node for node in running if node.plan.name == name]
        return chosen or error(500, "NODE_DOWN", f"bad rpc call '{name}', Reason nodedown")

    def _found(self, call: Call) -> "Client":
        found = self._population.find(call.parts[0], call.now, self._cluster.running(call.now))
        if found is None:
            raise RefusedError(_NO_CLIENT)
        return found

    def _client(self, call: Call) -> Answer:
        return cowboy(200, client_v5(self._found(call)).encode(), JSON)

    def _kick(self, call: Call) -> Answer:
        return NO_CONTENT if self._population.kick(call.parts[0], call.now) else _NO_CLIENT

    def _kick_many(self, call: Call) -> Answer:
        """Unknown ones are no error, as in EMQX."""
        ids = call.sent()
        if not isinstance(ids, list):
            return invalid({"value": str(ids), "reason": "not_array", "path": ""})
        for clientid in ids:
            self._population.kick(str(clientid), call.now)
        return NO_CONTENT

    def _subscriptions_of(self, call: Call) -> Answer:
        return cowboy_json(200, _subscriptions(self._population.subscriptions_of(self._found(call))))

    def _cache(self, call: Call) -> Answer:
        self._found(call)
        return cowboy_json(200, [])

    def _no_cache(self, call: Call) -> Answer:
        self._found(call)
        return NO_CONTENT

    def _queued(self, call: Call) -> Answer:
        found = self._found(call)
        return _messages(call, found, found.queued, inflight=False)

    def _inflight(self, call: Call) -> Answer:
        found = self._found(call)
        return _messages(call, found, found.inflight, inflight=True)

    def _subscribe(self, call: Call) -> Answer:
        found = self._found(call)
        sent = call.fields(("topic", "qos", "nl", "rap", "rh"), ("topic",))
        topic, qos = str(sent["topic"]), sent.get("qos", 0)
        if qos not in {0, 1, 2}:
            raise ParameterError("root.qos", qos, "Unable to parse string")
        changes = self._cluster.changes
        changes.unsubscribed.discard((found.clientid, topic))
        if all(row.topic != topic for row in self._population.usual_subscriptions(found)):
            changes.subscribed.setdefault(found.clientid, {})[topic] = int(str(qos))
        row = {"clientid": found.clientid, "node": found.node, "topic": topic, "qos": qos, "nl": 0, "rap": 0, "rh": 0}
        return cowboy_json(200, row)

    def _unsubscribe(self, call: Call) -> Answer:
        """A topic that the client has not subscribed to is no error, as in EMQX."""
        found = self._found(call)
        topic = str(call.fields(("topic",), ("topic",))["topic"])
        changes = self._cluster.changes
        if changes.subscribed.get(found.clientid, {}).pop(topic, None) is None:
            changes.unsubscribed.add((found.clientid, topic))
        return NO_CONTENT

    def _sessions(self, call: Call) -> Answer:
        return cowboy_json(200, self._population.count(call.now, self._cluster.running(call.now)))

    def _subscriptions(self, call: Call) -> Answer:
        page, limit = pages(call.parameters)
        asked = call.parameters
        qos = one_of(asked, "qos", ("0", "1", "2"), "Unable to parse string")
        wanted = SubscriptionFilter(
            asked.get("clientid"),
            asked.get("topic"),
            asked.get("match_topic"),
            asked.get("share_group"),
            None if qos is None else int(qos),
        )
        durable = truth(asked, "durable")
        nodes = self._wanted(call)
        if isinstance(nodes, Answer):
            return nodes
        if durable:
            nodes = []
        offset = (page - 1) * limit
        changes = self._cluster.changes
        meta: dict[str, object] = {"page": page, "limit": limit}
        if wanted == SubscriptionFilter() and not (changes.unsubscribed or changes.subscribed):
            rows = self._population.subscriptions(call.now, nodes, offset, limit)
            meta["count"] = count = 2 * self._population.count(call.now, nodes)
            meta["hasnext"] = offset + limit < count
        else:
            rows, meta["hasnext"] = self._search.subscriptions(call.now, nodes, wanted, offset, limit)
            if wanted.under is None:
                meta["count"] = self._search.count_subscriptions(call.now, nodes, wanted)
        return cowboy_json(200, {"data": _subscriptions(rows), "meta": meta})

    def _topics(self, call: Call) -> Answer:
        page, limit = pages(call.parameters)
        found, count = self._routing.routes(
            call.now, (page - 1) * limit, limit, topic=call.parameters.get("topic"), node=call.parameters.get("node")
        )
        rows = [{"topic": topic, "node": node} for topic, node in found]
        meta = {"page": page, "limit": limit, "count": count, "hasnext": page * limit < count}
        return cowboy_json(200, {"data": rows, "meta": meta})

    def _topic(self, call: Call) -> Answer:
        found, _ = self._routing.routes(call.now, 0, 1000, topic=call.parts[0])
        if not found:
            return error(404, "TOPIC_NOT_FOUND", "Topic not found")
        return cowboy_json(200, [{"topic": topic, "node": node} for topic, node in found])


def _filter(call: Call) -> ClientFilter:
    asked = call.parameters
    state = one_of(asked, "conn_state", ("connected", "idle", "disconnected"), "not_a_enum_symbol")
    version = asked.get("proto_ver")
    address, colon, port = (asked.get("ip_address") or "").partition(":")
    clean = truth(asked, "clean_start") if "clean_start" in asked else None
    ids, users = call.request.repeated("clientid"), call.request.repeated("username")
    times = [_time(asked, f"{bound}_{name}") for bound in ("gte", "lte") for name in ("connected_at", "created_at")]
    since = [time for time in times[:2] if time is not None]
    until = [time for time in times[2:] if time is not None]
    return ClientFilter(
        frozenset(ids) if ids else None,
        frozenset(users) if users else None,
        asked.get("like_clientid") or None,
        asked.get("like_username") or None,
        address or None,
        int(port) if colon and port.isdigit() else None,
        None if state is None else state == "connected",
        clean,
        int(version) if version is not None and version.isdigit() else None,
        max(since) if since else None,
        min(until) if until else None,
    )


def _time(parameters: dict[str, str], name: str) -> float | None:
    """Milliseconds since 1970 or RFC 3339, as seconds."""
    text = parameters.get(name)
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return int(text) / 1000
    try:
        return datetime.fromisoformat(text.replace(" ", "+")).timestamp()
    except ValueError:
        raise ParameterError(name, text, "Unable to parse datetime") from None


def _fields(call: Call) -> list[str] | None:
    """The fields that are asked for; None for all."""
    text = call.parameters.get("fields", "all")
    if text == "all":
        return None
    fields = text.split(",")
    for place, name in enumerate(fields):
        if name not in FIELDS_V5:
            each = {"value": name, "reason": "not_a_enum_symbol", "path": f"fields.{place + 1}"}
            whole = {"value": fields, "reason": {"expected": "all"}, "path": "fields"}
            kind = {"kind": "validation_error"}
            mismatches = {"array": each | kind, "all": whole | kind}
            wrong = {"reason": "matched_no_union_member", "path": "fields", "mismatches": mismatches}
            raise RefusedError(invalid(wrong))
    return fields


def _page(rows: "Sequence[Client]", fields: list[str] | None, meta: dict[str, object]) -> Answer:
    wanted = None if fields is None else tuple(fields)
    data = ",".join(client_v5(row, wanted) for row in rows)
    return cowboy(200, b'{"data":[%b],"meta":%b}' % (data.encode(), dump(meta)), JSON)


def _subscriptions(rows: "Sequence[Subscription]") -> list[dict[str, object]]:
    return [
        {
            "clientid": row.clientid,
            "node": row.node,
            "topic": row.topic,
            "qos": row.qos,
            "nl": 0,
            "rap": 0,
            "rh": 0,
            "durable": False,
        }
        for row in rows
    ]


def _messages(call: Call, client: "Client", count: int, *, inflight: bool) -> Answer:
    """Messages that wait, from the position on: the position of a message is when it came, in ns."""
    limit = natural(call.parameters, "limit", 100, "1..10000", most=10_000)
    shown = one_of(call.parameters, "payload", ("none", "base64", "plain"), "not_a_enum_symbol") or "base64"
    most = natural(call.parameters, "max_payload_bytes", _LONGEST_PAYLOAD, "0..1MB")
    position = call.parameters.get("position", "none")
    came = [int((client.connected_at + number) * 1000) * 1_000_000 for number in range(count)]
    after = int(position.partition("_")[0]) if position.partition("_")[0].isdigit() else 0
    rows: list[dict[str, object]] = []
    for number, at in enumerate(came):
        if at > after and len(rows) < limit:
            row = _message(client, number, at) | _payload(shown, number, most)
            rows.append(row if inflight else row | {"mqueue_priority": 0})
    start = f"{came[0]}_0" if came else "none"
    last = f"{rows[-1]['inserted_at']}_0" if rows else position if came else "none"
    return cowboy_json(200, {"data": rows, "meta": {"start": start, "position": last}})


def _message(client: "Client", number: int, at: int) -> dict[str, object]:
    return {
        "msgid": msgid(number, at / 1e9),
        "topic": f"cmd/{client.clientid}/run",
        "qos": 1,
        "publish_at": at // 1_000_000,
        "from_clientid": f"panel-{number % 7:07d}",
        "from_username": "undefined" if number % 3 else "depot",
        "inserted_at": str(at),
    }


def _payload(shown: str, number: int, most: int) -> dict[str, object]:
    """The payload as it was asked for; none at all for `none`."""
    if shown == "none":
        return {}
    text = json.dumps({"step": number, "go": True})[:most]
    return {"payload": text if shown == "plain" else b64encode(text.encode()).decode()}
