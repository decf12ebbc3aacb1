"""Publishing, retained and delayed messages of a simulated EMQX 5.8 (EMQX API reference, 3B.4)."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error
from itertools import count
from typing import TYPE_CHECKING

from emqx_tui.demo.changes import Retained
from emqx_tui.demo.exchange import Answer, cowboy, cowboy_json
from emqx_tui.demo.formats import rfc3339
from emqx_tui.demo.messages import Delayed, delayed, msgid, retained, retained_at, retained_count
from emqx_tui.demo.routing import Routing
from emqx_tui.demo.v5_errors import ParameterError, RefusedError, error, one_of, pages
from emqx_tui.demo.v5_routes import NO_CONTENT, Call, Route, get, invalid, late


if TYPE_CHECKING:
    from emqx_tui.demo.population import Population
    from emqx_tui.demo.world import Cluster


_FIELDS = ("topic", "qos", "clientid", "payload", "properties", "retain", "payload_encoding")
_NO_MESSAGE = error(404, "NOT_FOUND", "Viewed message doesn't exist")
_LONGEST_PAYLOAD = 1024 * 1024
_RETAINER = {
    "enable": True,
    "allow_never_expire": True,
    "delivery_rate": "1000/s",
    "max_payload_size": "1MB",
    "max_publish_rate": "1000/s",
    "msg_clear_interval": "0s",
    "msg_expiry_interval": "0s",
    "msg_expiry_interval_override": "disabled",
    "stop_publish_clear_msg": False,
    "backend": {
        "type": "built_in_database",
        "enable": True,
        "storage_type": "ram",
        "max_retained_messages": 0,
        "index_specs": [[1, 2, 3], [1, 3], [2, 3], [3]],
    },
}


class MessagesV5:
    """The answers about messages of one cluster."""

    def __init__(self, cluster: "Cluster", population: "Population") -> None:
        self._cluster = cluster
        self._routing = Routing(cluster, population)
        self._numbers = count(1)

    def routes(self) -> list[Route]:
        """The paths that are answered here."""
        return [
            Route("/publish", {"POST": self._publish}),
            Route("/publish/bulk", {"POST": self._publish_many}),
            get("/mqtt/retainer", lambda _: cowboy_json(200, _RETAINER)),
            get("/mqtt/retainer/messages", self._retained),
            Route("/mqtt/retainer/message/{}", {"GET": self._retained_one, "DELETE": self._delete}),
            get("/mqtt/delayed", lambda _: cowboy_json(200, {"enable": True, "max_delayed_messages": 0})),
            get("/mqtt/delayed/messages", self._delayed),
            get("/mqtt/delayed/messages/{}/{}", self._delayed_one),
        ]

    def _publish(self, call: Call) -> Answer:
        status, told = self._published(call.fields(_FIELDS, ("topic", "payload")), call.now)
        return cowboy_json(status, told)

    def _publish_many(self, call: Call) -> Answer:
        """One wrong topic refuses all; one without subscribers makes it 202."""
        sent = call.sent()
        if not isinstance(sent, list):
            return invalid({"value": sent, "reason": "not_array", "path": ""})
        checked = []
        for place, one in enumerate(sent):
            missing = [name for name in ("topic", "payload") if not isinstance(one, dict) or name not in one]
            if missing:
                wrong = [{"reason": "required_field", "path": f"{place + 1}.{name}"} for name in missing]
                return invalid(*wrong)
            _topic(one)
            checked.append(one)
        told = [self._published(one, call.now) for one in checked]
        return cowboy_json(max((status for status, _ in told), default=200), [body for _, body in told])

    def _published(self, sent: dict[str, object], now: float) -> tuple[int, dict[str, object]]:
        """Status and body; raises for what cannot be published."""
        qos = sent.get("qos", 0)
        if qos not in {0, 1, 2} or isinstance(qos, bool):
            raise ParameterError("root.qos", qos, "Unable to parse string")
        topic, payload = _topic(sent), _payload(sent)
        number = next(self._numbers)
        ident = msgid(number, now)
        if sent.get("retain") is True:
            clientid = str(sent.get("clientid") or "http_api")
            kept = Retained(topic, payload, int(str(qos)), now, clientid, None, ident) if payload else None
            self._cluster.changes.retained[topic] = kept
        if self._routing.anybody(now, topic):
            return 200, {"id": ident}
        return 202, {"reason_code": 16, "message": "no_matching_subscribers"}

    def _retained(self, call: Call) -> Answer:
        """With a topic filter there is no count, as in EMQX."""
        page, limit = pages(call.parameters)
        wanted = call.parameters.get("topic")
        found = retained(self._cluster, call.now, (page - 1) * limit, limit + 1, wanted)
        meta: dict[str, object] = {"page": page, "limit": limit, "hasnext": len(found) > limit}
        if wanted is None:
            meta["count"] = retained_count(self._cluster, call.now)
        return cowboy_json(200, {"data": [_row(one) for one in found[:limit]], "meta": meta})

    def _retained_one(self, call: Call) -> Answer:
        found = retained_at(self._cluster, call.now, call.parts[0])
        if found is None:
            return _NO_MESSAGE
        row = _row(found)
        if len(found.payload) <= _LONGEST_PAYLOAD:
            row["payload"] = b64encode(found.payload).decode()
        return cowboy_json(200, row)

    def _delete(self, call: Call) -> Answer:
        topic = call.parts[0]
        if retained_at(self._cluster, call.now, topic) is None:
            return _NO_MESSAGE
        self._cluster.changes.retained[topic] = None
        return NO_CONTENT

    def _delayed(self, call: Call) -> Answer:
        page, limit = pages(call.parameters)
        if self._cluster.hung_for(call.now):
            return late(self._cluster, call.now, 50, cowboy(500, b""))
        found = sorted(delayed(self._cluster, call.now), key=lambda one: one.expected_at)
        first = (page - 1) * limit
        rows = [_delayed(one, call.now) for one in found[first : first + limit]]
        meta = {"page": page, "limit": limit, "count": len(found), "hasnext": first + limit < len(found)}
        return cowboy_json(200, {"data": rows, "meta": meta})

    def _delayed_one(self, call: Call) -> Answer:
        node, ident = call.parts
        for one in delayed(self._cluster, call.now):
            if (one.node, one.msgid) == (node, ident):
                return cowboy_json(200, _delayed(one, call.now) | {"payload": b64encode(one.payload).decode()})
        return error(404, "MESSAGE_ID_NOT_FOUND", "Message ID not found")


def _topic(sent: dict[str, object]) -> str:
    topic = str(sent["topic"])
    if not topic or "+" in topic or "#" in topic or "\0" in topic:
        raise RefusedError(cowboy_json(400, {"reason_code": 144, "message": "topic_name_invalid"}))
    return topic


def _payload(sent: dict[str, object]) -> bytes:
    text = str(sent["payload"])
    encodings = {"payload_encoding": str(sent.get("payload_encoding", "plain"))}
    if one_of(encodings, "payload_encoding", ("plain", "base64"), "not_a_enum_symbol") == "plain":
        return text.encode()
    try:
        return b64decode(text, validate=True)
    except (NotBase64Error, ValueError):
        told = f'{{decode_base64_payload_failed,<<"{text}">>}}'
        raise RefusedError(cowboy_json(400, {"reason_code": 131, "message": told})) from None


def _row(found: Retained) -> dict[str, object]:
    return {
        "msgid": found.msgid,
        "topic": found.topic,
        "qos": found.qos,
        "publish_at": rfc3339(found.published_at),
        "from_clientid": found.clientid,
        "from_username": found.username or "undefined",
    }


def _delayed(one: Delayed, now: float) -> dict[str, object]:
    return {
        "msgid": one.msgid,
        "node": one.node,
        "topic": one.topic,
        "qos": one.qos,
        "publish_at": rfc3339(one.published_at),
        "expected_at": rfc3339(one.expected_at),
        "delayed_interval": one.interval,
        "delayed_remaining": max(0, int(one.expected_at - now)),
        "from_clientid": one.clientid,
        "from_username": one.username or "undefined",
    }
