"""What the simulated NanoMQ offers beside nodes and clients, in its own ways (measured on 0.25.3)."""

import json
from base64 import b64encode
from itertools import pairwise

import pytest

from emqx_tui.demo.exchange import Answer, Request
from emqx_tui.demo.nanomq import NanoMq
from emqx_tui.demo.plans import lone_node
from emqx_tui.demo.world import Cluster


NOW = 1_800_000_003.25
HEADERS = {"authorization": "Basic " + b64encode(b"demo:demo-secret").decode(), "content-type": "application/json"}


@pytest.fixture
def gateway() -> NanoMq:
    plan = lone_node("10.50.0.2", version="0.25.4-5", edition="", sessions=140, received=48)
    return NanoMq(Cluster(plan, "7", NOW), "demo", "demo-secret", lambda: NOW)


def ask(gateway: NanoMq, target: str, method: str = "GET", body: object = None) -> Answer:
    path, _, query = target.partition("?")
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return gateway.answer(Request(method, f"/api/v4{path}", query, HEADERS, sent))


def data(gateway: NanoMq, target: str) -> object:
    answer = json.loads(ask(gateway, target).body)
    assert answer["code"] == 0
    return answer["data"]


def test_subscriptions_of_one_client_are_those_of_the_list(gateway: NanoMq) -> None:
    everything = data(gateway, "/subscriptions")
    assert isinstance(everything, list)
    clientid = everything[7]["clientid"]
    assert data(gateway, f"/subscriptions/{clientid}") == [row for row in everything if row["clientid"] == clientid]
    assert data(gateway, "/subscriptions?clientid=whatever&_page=9") == everything
    assert data(gateway, "/subscriptions/nobody") == []


def test_topic_tree_holds_every_subscription_once(gateway: NanoMq) -> None:
    rows, tree = data(gateway, "/subscriptions"), data(gateway, "/topic-tree")
    assert isinstance(rows, list)
    assert isinstance(tree, list)
    holders = [clientid for level in tree for place in level for clientid in place.get("clientid", ())]
    assert sorted(holders) == sorted(row["clientid"] for row in rows)
    assert [place["topic"] for place in tree[0]] == [""]
    assert tree[-1] == []
    for level, below in pairwise(tree):
        assert sum(place["cld_cnt"] for place in level) == len(below)


def test_rules_are_addressed_by_number_and_can_be_switched(gateway: NanoMq) -> None:
    rules = data(gateway, "/rules")
    assert isinstance(rules, list)
    assert all({name: type(value) for name, value in rule.items()} == RULE for rule in rules)
    assert data(gateway, "/rules/rule:1") == rules[0]
    assert (ask(gateway, "/rules/1").status, ask(gateway, "/rules/1").body) == (400, b'{"code":107}')
    changed = ask(gateway, "/rules/rule:1", "PUT", {"enabled": not rules[0]["enabled"]})
    assert json.loads(changed.body)["code"] == 0
    assert data(gateway, "/rules/rule:1") == rules[0] | {"enabled": not rules[0]["enabled"]}
    assert ask(gateway, "/rules/rule:9", "PUT", {"enabled": False}).body == b'{"code":108}'


RULE = {"name": str, "rawsql": str, "id": int, "enabled": bool}


def test_bridge_that_is_switched_off_is_no_more_in_the_metrics(gateway: NanoMq) -> None:
    assert [bridge["name"] for bridge in nodes(gateway, "/bridges")] == ["uplink", "spare"]
    assert [bridge["name"] for bridge in nodes(gateway, "/bridges/spare")] == ["spare"]
    assert nodes(gateway, "/bridges/nobody") == []
    assert json.loads(ask(gateway, "/metrics").body)["metrics"][0]["bridge name"] == "uplink"

    off = {"data": {"bridge_switch": False}}
    assert ask(gateway, "/bridges/switch/uplink", "POST", off).body == b'{"code":0}'
    assert [bridge["enable"] for bridge in nodes(gateway, "/bridges/uplink")] == [False]
    assert json.loads(ask(gateway, "/metrics").body)["metrics"] == []
    again = ask(gateway, "/bridges/switch/uplink", "POST", off)
    assert (again.status, again.body) == (400, b'{"code":108}')
    assert ask(gateway, "/bridges/switch/nobody", "POST", off).status == 204


def nodes(gateway: NanoMq, target: str) -> list[dict[str, object]]:
    found = data(gateway, target)
    assert isinstance(found, dict)
    return list(found["bridge"]["nodes"])


@pytest.mark.parametrize(
    ("wanted", "payload"),
    [
        ({"payload": "hello"}, b"hello"),
        ({"payload": "hello", "encoding": "base64"}, b"aGVsbG8="),
        ({"payload": "aGVsbG8=", "decoding": "base64"}, b"hello"),
        ({"payload": "!!!", "decoding": "base64"}, b""),
        ({"payload": "a\0b"}, b"a"),
        ({"payload": "grün"}, "grün".encode()),
    ],
)
def test_base64_means_the_reverse_of_emqx(gateway: NanoMq, wanted: dict[str, object], payload: bytes) -> None:
    answer = ask(gateway, "/mqtt/publish", "POST", {"topic": "cmd/pump-1", **wanted})
    assert (answer.status, answer.body) == (200, b'{"code":0}')
    assert [(message.topic, message.payload) for message in gateway.published] == [("cmd/pump-1", payload)]


@pytest.mark.parametrize(("qos", "level"), [(1, 1), (3, 3), (-1, 3), (4, 0), (1.5, 1), ("1", 0)])
def test_qos_is_not_checked(gateway: NanoMq, qos: object, level: int) -> None:
    assert ask(gateway, "/mqtt/publish", "POST", {"topic": "t", "payload": "", "qos": qos}).body == b'{"code":0}'
    assert [message.qos for message in gateway.published] == [level]


def test_topics_are_separated_by_commas_and_a_batch_has_a_code_each(gateway: NanoMq) -> None:
    batch = [{"topics": "a,b", "payload": "1", "retain": True}, {"topic": "c"}]
    answer = json.loads(ask(gateway, "/mqtt/publish_batch", "POST", batch).body)
    assert answer == {"code": 0, "data": [{"topic": "a,b", "code": 0}, {"topic": "c", "code": 108}]}
    assert [(message.topic, message.retain) for message in gateway.published] == [("a", True), ("b", True)]


@pytest.mark.parametrize(
    ("method", "target", "status", "code"),
    [
        ("DELETE", "/clients/pump-1", 404, 102),
        ("POST", "/mqtt/unsubscribe", 404, 102),
        ("POST", "/mqtt/subscribe", 404, 102),
        ("GET", "/alarms", 404, 102),
        ("GET", "/banned", 404, 102),
        ("GET", "/listeners", 404, 102),
        ("GET", "/subscriptions/clients/x", 404, 102),
        ("PATCH", "/nodes", 405, 102),
        ("POST", "/mqtt/publish", 400, 109),
    ],
)
def test_what_is_absent_has_a_number_and_no_words(
    gateway: NanoMq, method: str, target: str, status: int, code: int
) -> None:
    answer = ask(gateway, target, method)
    assert (answer.status, json.loads(answer.body)) == (status, {"code": code})
