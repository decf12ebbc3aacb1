"""What a simulated EMQX 4.4 does when it is told to, and what it answers (measured on 4.4.19)."""

import ipaddress
import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from emqx_tui.demo.alarms import alarms_v4
from emqx_tui.demo.changes import Ban, Retained
from emqx_tui.demo.exchange import TEXT, Answer, cowboy, cowboy_json
from emqx_tui.demo.listeners import listeners
from emqx_tui.demo.messages import msgid
from emqx_tui.demo.population import Population
from emqx_tui.demo.publishing import (
    KEPT,
    InternalError,
    Message,
    WrongMessageError,
    emqx4_messages,
    emqx4_topics,
)
from emqx_tui.demo.v4_objects import ObjectsV4, identifier
from emqx_tui.demo.v4_rules import RulesV4
from emqx_tui.demo.world import Cluster


Body = Mapping[str, object]

INTERNAL = cowboy(500, b"Internal Error", TEXT)
NOT_FOUND = cowboy(404, b"Not found.", TEXT)
_BAD_REQUEST = cowboy(400, b"Bad Request", TEXT)
_DONE = cowboy_json(200, {"code": 0})
_KINDS = ("clientid", "username", "peerhost")
_BAN_SECONDS = 300.0
_MODULE = re.compile(r"/modules/([^/]+)/(load|unload)")


def failed(code: int | str, message: str) -> Answer:
    """An error of EMQX 4.4: a code and words, under status 200."""
    return cowboy_json(200, {"code": code, "message": message})


def told(message: str) -> Answer:
    """An error of EMQX 4.4 without any code, under status 200."""
    return cowboy_json(200, {"message": message})


class WritesV4:
    """Every POST, PUT and DELETE that the simulation knows. What else there is in EMQX 4.4 is not found."""

    def __init__(self, cluster: Cluster, objects: ObjectsV4, rules: RulesV4) -> None:
        self._cluster = cluster
        self._population = Population(cluster)
        self._objects = objects
        self._rules = rules
        self.published: deque[Message] = deque(maxlen=KEPT)
        """The last messages that came through the API, as their subscribers got them."""
        self._posts: dict[str, Callable[[Body, float], Answer]] = {
            "/banned": self._ban,
            "/alarms/deactivated": self._deactivate,
            "/mqtt/publish": self._publish,
            "/mqtt/subscribe": self._subscribe,
            "/mqtt/unsubscribe": self._unsubscribe,
        }
        self._batches = {
            "/mqtt/publish_batch": self._publish,
            "/mqtt/subscribe_batch": self._subscribe,
            "/mqtt/unsubscribe_batch": self._unsubscribe,
        }

    def local(self, method: str, path: str) -> bool:
        """Whether the node that is asked does this without the others, so that one that hangs is no hindrance."""
        return path.startswith(("/banned", "/mqtt/publish")) or method not in {"POST", "PUT", "DELETE"}

    def answer(self, method: str, path: str, sent: bytes, now: float) -> Answer:
        """What becomes of a request that is not to read; `path` without the base and not decoded."""
        try:
            body = json.loads(sent) if sent.strip() else {}
        except ValueError:
            return _BAD_REQUEST
        try:
            if method == "POST":
                return self._post(path, body, now)
            if method == "PUT":
                return self._put(path, body if isinstance(body, dict) else {}, now)
            return self._delete(path, now) if method == "DELETE" else NOT_FOUND
        except InternalError:
            return INTERNAL
        except WrongMessageError as error:
            return failed(error.code, error.reason)

    def _post(self, path: str, body: object, now: float) -> Answer:
        if path in self._batches:
            return self._batch(self._batches[path], body, now)
        if path in self._posts:
            return self._posts[path](body if isinstance(body, dict) else {}, now)
        kind, _, name = path[1:].partition("/")
        if kind == "resources" and name and "/" not in name:
            wanted = unquote(name)
            return _DONE if self._rules.start(wanted, now) else failed(400, f"Resource {wanted} Not Found")
        return NOT_FOUND

    def _put(self, path: str, body: Body, now: float) -> Answer:
        module = _MODULE.fullmatch(path)
        if module:
            return self._load(module[1], active=module[2] == "load")
        kind, _, rest = path[1:].partition("/")
        name, _, action = rest.partition("/")
        wanted = unquote(name)
        if kind == "rules" and name and not action:
            rule = self._rules.update(wanted, body, now)
            return (
                failed(400, f"Rule {wanted} Not Found") if rule is None else cowboy_json(200, {"code": 0, "data": rule})
            )
        if (kind, action) == ("rules", "reset_metrics"):
            return _DONE if self._rules.reset(wanted, now) else failed(404, "Not Found")
        if (kind, action) == ("listeners", "restart"):
            return self._restart(wanted, now)
        return NOT_FOUND

    def _delete(self, path: str, now: float) -> Answer:
        kind, _, rest = path[1:].partition("/")
        if kind == "clients" and rest and "/" not in rest:
            self._population.kick(unquote(rest), now)
            return _DONE
        if kind == "banned" and rest.count("/") == 1:
            what, _, who = rest.partition("/")
            if what not in _KINDS:
                return _unknown_kind()
            self._cluster.changes.bans[what, unquote(who)] = None
            return _DONE
        if kind == "trace" and rest and "/" not in rest:
            return failed("NOT_FOUND", f"{unquote(rest)} NOT FOUND")
        return NOT_FOUND

    def _batch(self, one: Callable[[Body, float], Answer], body: object, now: float) -> Answer:
        """Each part with its own code, the whole with none: it succeeds even if nothing in it did."""
        if not isinstance(body, list):
            wrong = [] if body == {} else [{"code": 108, "message": "bad_params"}]
            return cowboy_json(200, {"code": 0, "data": wrong})
        data = []
        for part in body:
            wanted = part if isinstance(part, dict) else {}
            try:
                code = json.loads(one(wanted, now).body).get("code", 0)
            except WrongMessageError as error:
                code = error.code
            topic = {"topic": wanted.get("topic", wanted.get("topics", "")), "code": code}
            data.append(topic if one == self._publish else {"clientid": wanted.get("clientid", ""), **topic})
        return cowboy_json(200, {"code": 0, "data": data})

    def _publish(self, body: Body, now: float) -> Answer:
        messages = emqx4_messages(body)
        self.published.extend(messages)
        clientid, ids = str(body.get("clientid", "")), [msgid(place, now) for place in range(len(messages))]
        for message, ident in zip(messages, ids, strict=True):
            if message.retain:
                kept = Retained(message.topic, message.payload, message.qos, now, clientid, None, ident)
                self._cluster.changes.retained[message.topic] = kept if message.payload else None
        if body.get("return") is not True:
            return _DONE
        data = {"msgid": ids[0]} if "topic" in body else {"msgids": ids}
        return cowboy_json(200, {"code": 0, "data": data})

    def _subscribe(self, body: Body, now: float) -> Answer:
        clientid, topics = _addressed(body)
        qos = body.get("qos", 0)
        if isinstance(qos, bool) or not isinstance(qos, int) or qos not in {0, 1, 2}:
            return failed(116, "bad_qos")
        client = self._population.find(clientid, now, self._cluster.running(now))
        if client is None:
            return failed(112, "channel_not_found")
        changes, have = self._cluster.changes, {row.topic for row in self._population.subscriptions_of(client)}
        for topic in topics:
            if topic not in have:
                changes.subscribed.setdefault(clientid, {})[topic] = qos
        return _DONE

    def _unsubscribe(self, body: Body, now: float) -> Answer:
        clientid, topics = _addressed(body)
        if self._population.find(clientid, now, self._cluster.running(now)) is None:
            return failed(112, "channel_not_found")
        changes = self._cluster.changes
        for topic in topics:
            seeded = f"$queue/{topic.removeprefix('$share/$queue/')}" if topic.startswith("$share/$queue/") else topic
            changes.subscribed.get(clientid, {}).pop(seeded, None)
            changes.unsubscribed.add((clientid, seeded))
        return _DONE

    def _ban(self, body: Body, now: float) -> Answer:
        who, kind, reason = body.get("who"), body.get("as"), body.get("reason")
        if who is None or kind is None:
            return failed(107, "missing mandatory params: ['who', 'as']")
        if kind not in _KINDS:
            return _unknown_kind()
        if not isinstance(reason, str) or not isinstance(who, str) or (kind == "peerhost" and not _is_address(who)):
            return INTERNAL
        at, until = _seconds(body.get("at"), now), _seconds(body.get("until"), now + _BAN_SECONDS)
        self._cluster.changes.bans[str(kind), who] = Ban(str(kind), who, str(body.get("by", "user")), reason, at, until)
        if kind == "clientid":
            self._population.kick(who, now)
        return cowboy_json(200, {"code": 0, "data": dict(body)})

    def _deactivate(self, body: Body, now: float) -> Answer:
        name, place = body.get("name"), body.get("node")
        if not isinstance(name, str) or not isinstance(place, str):
            return INTERNAL
        node = self._cluster.node(place)
        if node is None or not node.runs(now):
            return told("nodedown")
        active = [alarm for alarm in alarms_v4(self._cluster, now) if alarm.over is None and alarm.node == place]
        if all(alarm.name != name for alarm in active):
            return told("not_found")
        self._cluster.changes.deactivated[name, place] = now
        return _DONE

    def _restart(self, wanted: str, now: float) -> Answer:
        """Restart a listener everywhere; its clients are gone and come back."""
        found = [listener for listener in listeners(self._cluster, now) if identifier(listener) == wanted]
        if not found:
            nodes = ",".join(
                f"{{'{node.plan.name}',{{error,{{no_such_listener,<<\"{wanted}\">>}}}}}}"
                for node in self._cluster.running(now)
            )
            return told(f"{{restart,[{nodes}]}}")
        self._cluster.changes.restarted["listener", found[0].id] = now
        self._cluster.changes.switch_listener(found[0].id, running=True)
        return _DONE

    def _load(self, module: str, *, active: bool) -> Answer:
        before = self._objects.active(module)
        if before is None:
            return NOT_FOUND
        if before == active:
            return told("already_started" if active else "not_started")
        self._objects.load(module, active=active)
        return _DONE


def _addressed(body: Body) -> tuple[str, list[str]]:
    """The client and the topic filters that a request is about; raises WrongMessageError."""
    clientid = body.get("clientid")
    if not isinstance(clientid, str):
        raise WrongMessageError(108, "bad clientid: must be string")
    topics = emqx4_topics(body)
    if not all(_is_filter(topic) for topic in topics):
        raise WrongMessageError(115, "bad_topic")
    return clientid, topics


def _is_filter(topic: str) -> bool:
    parts = topic.split("/")
    return bool(topic) and "#" not in parts[:-1] and all(len(part) == 1 or not set(part) & {"+", "#"} for part in parts)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _seconds(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _unknown_kind() -> Answer:
    return failed(108, "value of 'as' must be one of: ['clientid', 'username', 'peerhost']")
