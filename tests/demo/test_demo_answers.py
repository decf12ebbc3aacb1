"""What the simulated brokers answer beyond what was recorded: pages, filters, wrong parameters."""

import json
from base64 import b64encode

import pytest

from emqx_tui.demo.exchange import Answer, Request, Service
from emqx_tui.demo.nanomq import NanoMq
from emqx_tui.demo.plans import biggest_cluster, lone_node, older_cluster
from emqx_tui.demo.v4 import Emqx4
from emqx_tui.demo.v5 import Emqx5
from emqx_tui.demo.world import Cluster


NOW = 1_800_000_003.25
HEADERS = {"authorization": "Basic " + b64encode(b"demo:demo-secret").decode(), "accept": "application/json"}


def now() -> float:
    return NOW


def get(service: Service, target: str) -> Answer:
    path, _, query = target.partition("?")
    base = "/api/v5" if isinstance(service, Emqx5) else "/api/v4"
    return service.answer(Request("GET", base + path, query, HEADERS))


@pytest.fixture
def prod() -> Emqx5:
    return Emqx5(Cluster(biggest_cluster(3), "7", NOW), "demo", "demo-secret", now)


@pytest.fixture
def plant() -> Emqx4:
    return Emqx4(Cluster(older_cluster(), "7", NOW), "demo", "demo-secret", now)


@pytest.fixture
def gateway() -> NanoMq:
    plan = lone_node("10.50.0.2", version="0.25.4-5", edition="", sessions=140, received=48)
    return NanoMq(Cluster(plan, "7", NOW), "demo", "demo-secret", now)


@pytest.mark.parametrize(
    ("target", "path", "value"),
    [
        ("/clients?limit=0", "limit", 0),
        ("/clients?limit=10001", "limit", 10_001),
        ("/clients?limit=x", "limit", "x"),
        ("/clients?page=-1", "page", -1),
        ("/clients?conn_state=gone", "conn_state", "gone"),
        ("/subscriptions?limit=x", "limit", "x"),
        ("/alarms?activated=maybe", "activated", "maybe"),
        ("/monitor?latest=0", "latest", 0),
        ("/monitor/nodes/emqx@10.20.0.11?latest=soon", "latest", "soon"),
    ],
)
def test_wrong_parameter_is_refused_in_json_within_json(prod: Emqx5, target: str, path: str, value: object) -> None:
    answer = get(prod, target)
    body = json.loads(answer.body)
    told = json.loads(body["message"])
    assert (answer.status, body["code"]) == (400, "BAD_REQUEST")
    assert (told["kind"], told["path"], told["value"]) == ("validation_error", path, value)


def test_unknown_field_is_refused_as_neither_a_list_of_fields_nor_all(prod: Emqx5) -> None:
    told = json.loads(json.loads(get(prod, "/clients?fields=clientid,colour").body)["message"])
    assert (told["reason"], told["path"]) == ("matched_no_union_member", "fields")
    assert (told["mismatches"]["array"]["path"], told["mismatches"]["array"]["value"]) == ("fields.2", "colour")


@pytest.mark.parametrize("query", ["_limit=x", "_limit=-1", "_page=x", "_limit="])
def test_wrong_page_is_an_internal_error_in_emqx_4(plant: Emqx4, query: str) -> None:
    for target in ("/clients", "/routes", "/subscriptions"):
        answer = get(plant, f"{target}?{query}")
        assert (answer.status, answer.body) == (500, b"Internal Error")


def test_pages_cover_every_client_once(prod: Emqx5, plant: Emqx4) -> None:
    for service, words in ((prod, ("page", "limit")), (plant, ("_page", "_limit"))):
        seen: list[str] = []
        page, more, count = 0, True, 0
        while more:
            page += 1
            body = json.loads(get(service, f"/clients?{words[0]}={page}&{words[1]}=7000").body)
            seen += [row["clientid"] for row in body["data"]]
            more, count = body["meta"]["hasnext"], body["meta"]["count"]
        assert len(seen) == len(set(seen)) == count > 10_000
        beyond = json.loads(get(service, f"/clients?{words[0]}={page + 1}&{words[1]}=7000").body)
        assert beyond["data"] == []
        assert beyond["meta"]["hasnext"] is False


def test_pages_of_subscriptions_follow_each_other(prod: Emqx5) -> None:
    whole = json.loads(get(prod, "/subscriptions?limit=21").body)["data"]
    parts = [json.loads(get(prod, f"/subscriptions?limit=7&page={page}").body)["data"] for page in (1, 2, 3)]
    assert whole == [row for part in parts for row in part]


def test_clients_are_found_by_filters_in_emqx_5(prod: Emqx5) -> None:
    body = json.loads(get(prod, "/clients?like_clientid=pump-&limit=20").body)
    assert len(body["data"]) == 20
    assert all(row["clientid"].startswith("pump-") for row in body["data"])
    assert "count" not in body["meta"]

    wanted = body["data"][7]
    assert json.loads(get(prod, f"/clients/{wanted['clientid']}").body) == wanted
    assert len(json.loads(get(prod, f"/clients/{wanted['clientid']}/subscriptions").body)) == 2

    away = json.loads(get(prod, "/clients?conn_state=disconnected&username=depot&limit=5").body)
    assert [(row["connected"], row["username"]) for row in away["data"]] == [(False, "depot")] * 5

    there = json.loads(get(prod, "/clients?node=emqx@10.20.0.13&limit=5").body)
    assert {row["node"] for row in there["data"]} == {"emqx@10.20.0.13"}

    short = json.loads(get(prod, "/clients?limit=2&fields=clientid,connected").body)
    assert [set(row) for row in short["data"]] == [{"clientid", "connected"}] * 2


@pytest.mark.parametrize("clientid", ["nobody", "pump-1", "pump-9999999", "-", "pump-²²²²²²²"])
def test_unknown_client_is_not_found(prod: Emqx5, plant: Emqx4, clientid: str) -> None:
    answer = get(prod, f"/clients/{clientid}")
    assert (answer.status, json.loads(answer.body)["code"]) == (404, "CLIENTID_NOT_FOUND")
    assert json.loads(get(plant, f"/clients/{clientid}").body) == {"code": 0, "data": []}


def test_clients_are_found_by_filters_in_emqx_4(plant: Emqx4) -> None:
    body = json.loads(get(plant, "/clients?conn_state=disconnected&_limit=5").body)
    assert body["meta"] == {"page": 1, "limit": 5, "count": -1, "hasnext": True}
    assert [row["connected"] for row in body["data"]] == [False] * 5
    named = json.loads(get(plant, "/nodes/emqx@10.30.0.22/clients/username/depot").body)
    assert {row["username"] for row in named["data"]} == {"depot"}
    like = json.loads(get(plant, "/clients?_like_clientid=-00001&_like_username=yard&_limit=3").body)
    assert all("-00001" in row["clientid"] and row["username"] == "yard" for row in like["data"])


def test_nanomq_finds_clients_and_never_gives_a_message(gateway: NanoMq) -> None:
    everybody = json.loads(get(gateway, "/clients").body)["data"]
    first = everybody[0]
    for target in (f"/clients/{first['client_id']}", f"/clients?clientid={first['client_id']}"):
        assert json.loads(get(gateway, target).body)["data"] == [first]
    away = json.loads(get(gateway, "/clients?conn_state=disconnected").body)["data"]
    assert 0 < len(away) < len(everybody)
    assert all(row["clean_start"] for row in away)
    for target in ("/clients?_page=1", "/clients?proto_ver=9", "/nodes/x", "//nodes"):
        assert set(json.loads(get(gateway, target).body)) == {"code"}


def test_alarms_are_of_the_node_that_is_short_of_memory(prod: Emqx5, plant: Emqx4) -> None:
    rows = json.loads(get(prod, "/alarms").body)["data"]
    memory = next(row for row in rows if row["name"] == "high_system_memory_usage")
    node = json.loads(get(prod, f"/nodes/{memory['node']}").body)
    used, total = (float(node[name].removesuffix("G")) for name in ("memory_used", "memory_total"))
    assert memory["details"]["usage"] == pytest.approx(100 * used / total, abs=0.2)
    assert any(row["name"].startswith("connector:http:") for row in rows)
    assert all("deactivate_at" in row for row in json.loads(get(prod, "/alarms?activated=false").body)["data"])

    listed = json.loads(get(plant, "/alarms/activated").body)["data"]
    assert [len(row["alarms"]) for row in listed] == [1, 0]
    assert listed[0]["alarms"][0]["duration"] == 764_000_000


def test_topology_names_every_replicant_once() -> None:
    service = Emqx5(Cluster(biggest_cluster(50), "7", NOW), "demo", "demo-secret", now)
    topology = json.loads(get(service, "/cluster/topology").body)
    assert len(topology) == 3
    assert len({replicant["node"] for core in topology for replicant in core["replicant_nodes"]}) == 47


def test_aggregates_are_sums_but_for_what_the_cluster_shares(prod: Emqx5) -> None:
    each = json.loads(get(prod, "/stats").body)
    whole = json.loads(get(prod, "/stats?aggregate=true").body)
    assert "node" not in whole
    assert whole["connections.count"] == sum(row["connections.count"] for row in each)
    assert whole["topics.count"] == each[0]["topics.count"]
    assert whole["cluster_sessions.count"] == 3 * each[0]["cluster_sessions.count"]

    each = json.loads(get(prod, "/metrics").body)
    whole = json.loads(get(prod, "/metrics?aggregate=true").body)
    assert whole["messages.received"] == sum(row["messages.received"] for row in each)
    assert json.loads(get(prod, "/metrics?aggregate=true&node=emqx@10.9.9.9").body) == {}


def test_rows_of_an_unknown_node_are_an_error(prod: Emqx5) -> None:
    for target in ("/clients", "/subscriptions"):
        answer = get(prod, f"{target}?node=emqx@10.9.9.9")
        assert (answer.status, json.loads(answer.body)["code"]) == (500, "NODE_DOWN")


@pytest.mark.parametrize("target", ["/nodes/emqx@10.30.0.22/routes", "/brokers/emqx@10.30.0.22/stats", "/nope"])
def test_unknown_path_of_emqx_4_is_a_short_text(plant: Emqx4, target: str) -> None:
    answer = get(plant, target)
    assert (answer.status, answer.body) == (404, b"Not found.")
