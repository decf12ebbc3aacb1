"""Writes to the simulated EMQX 5 take effect: what is read afterwards shows them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from emqx_tui.demo.plans import biggest_cluster, lone_node
from simulated import SimulatedV5


Row = dict[str, Any]


@pytest.fixture
def prod() -> SimulatedV5:
    return SimulatedV5(replace(biggest_cluster(3), sessions=900.0 * 3))


def connected(prod: SimulatedV5, *, place: int = 0) -> str:
    return str(prod.get("/clients?conn_state=connected&limit=20&fields=clientid")["data"][place]["clientid"])


def test_kicked_client_vanishes_everywhere_and_comes_back_by_itself(prod: SimulatedV5) -> None:
    clientid, before = connected(prod), prod.get("/clients?limit=1")["meta"]["count"]
    assert prod.ask("DELETE", f"/clients/{clientid}").status == 204
    assert prod.ask("GET", f"/clients/{clientid}").status == 404
    assert prod.ask("DELETE", f"/clients/{clientid}").status == 404
    assert prod.get("/clients?limit=1")["meta"]["count"] == before - 1
    assert clientid not in {row["clientid"] for row in prod.pages("/clients?fields=clientid", 100)}
    assert prod.get(f"/subscriptions?clientid={clientid}")["data"] == []
    assert prod.get(f"/clients?clientid={clientid}")["meta"]["count"] == 0

    prod.now += 8
    again = prod.get(f"/clients/{clientid}")
    assert again["connected"] is True
    assert again["connected_at"] > "2027-01-15T08:00:03"


def test_several_are_kicked_at_once_and_unknown_ones_are_no_error(prod: SimulatedV5) -> None:
    some = [connected(prod, place=place) for place in (1, 3, 5)]
    assert prod.ask("POST", "/clients/kickout/bulk", [*some, "nobody"]).status == 204
    assert [prod.ask("GET", f"/clients/{clientid}").status for clientid in some] == [404, 404, 404]


def test_client_that_is_away_stays_away_when_its_session_is_kicked(prod: SimulatedV5) -> None:
    clientid = prod.get("/clients?conn_state=disconnected&limit=1")["data"][0]["clientid"]
    prod.ask("DELETE", f"/clients/{clientid}")
    prod.now += 600
    assert prod.ask("GET", f"/clients/{clientid}").status == 404


def test_ban_ends_the_session_and_keeps_the_client_out_until_it_is_lifted(prod: SimulatedV5) -> None:
    clientid = connected(prod)
    ban = {"as": "clientid", "who": clientid, "by": "me", "reason": "test", "until": "2027-01-15T09:00:00+00:00"}
    told = prod.ask("POST", "/banned", ban)
    assert told.status == 200
    assert told.body | ban == told.body
    assert prod.ask("POST", "/banned", ban).body["code"] == "ALREADY_EXISTS"
    prod.now += 60
    assert prod.ask("GET", f"/clients/{clientid}").status == 404
    assert clientid in {row["who"] for row in prod.get("/banned")["data"]}

    assert prod.ask("DELETE", f"/banned/clientid/{clientid}").status == 204
    assert prod.ask("DELETE", f"/banned/clientid/{clientid}").status == 404
    assert prod.get(f"/clients/{clientid}")["connected"] is True
    assert clientid not in {row["who"] for row in prod.get("/banned")["data"]}


def test_ban_without_an_end_is_for_ever_and_one_with_an_end_passes(prod: SimulatedV5) -> None:
    forever = prod.ask("POST", "/banned", {"as": "username", "who": "guest"}).body
    prod.ask("POST", "/banned", {"as": "peerhost", "who": "192.0.2.77", "until": "2027-01-15T08:30:00Z"})
    assert (forever["until"], forever["by"]) == ("infinity", "mgmt_api")
    prod.now += 7200
    rows = {row["who"] for row in prod.get("/banned")["data"]}
    assert "guest" in rows
    assert "192.0.2.77" not in rows
    assert prod.ask("POST", "/banned", {"as": "username", "who": "x", "until": "2020-01-01T00:00:00Z"}).status == 400


def test_flapping_clients_are_banned_again_and_again(prod: SimulatedV5) -> None:
    def flapping() -> set[str]:
        return {row["who"] for row in prod.get("/banned")["data"] if row["by"] == "flapping detector"}

    seen = [flapping()]
    for _ in range(5):
        prod.now += 60
        seen.append(flapping())
    assert len(set().union(*seen)) == 3
    assert len({frozenset(found) for found in seen}) > 1


def test_unsubscribed_topic_is_gone_from_the_client_and_from_all_lists(prod: SimulatedV5) -> None:
    clientid = connected(prod)
    before = prod.get("/subscriptions?limit=1")["meta"]["count"]
    first, second = prod.get(f"/clients/{clientid}/subscriptions")
    assert prod.ask("POST", f"/clients/{clientid}/unsubscribe", {"topic": second["topic"]}).status == 204
    assert prod.get(f"/clients/{clientid}/subscriptions") == [first]
    assert prod.get(f"/subscriptions?clientid={clientid}") == {
        "data": [first],
        "meta": {"page": 1, "limit": 100, "count": 1, "hasnext": False},
    }
    assert len(prod.pages("/subscriptions", 1000)) == prod.get("/subscriptions")["meta"]["count"] == before - 1
    assert prod.ask("POST", f"/clients/{clientid}/unsubscribe", {"topic": "never/had"}).status == 204
    assert prod.ask("POST", "/clients/nobody/unsubscribe", {"topic": "a"}).status == 404


def test_message_reaches_subscribers_or_tells_that_there_are_none(prod: SimulatedV5) -> None:
    clientid = connected(prod)
    assert prod.ask("POST", "/publish", {"topic": f"cmd/{clientid}/go", "payload": "1"}).status == 200
    assert prod.ask("POST", "/publish", {"topic": "jobs/pump/9", "payload": "1", "qos": 2}).status == 200
    told = prod.ask("POST", "/publish", {"topic": "nobody/here", "payload": "1"})
    assert (told.status, told.body) == (202, {"reason_code": 16, "message": "no_matching_subscribers"})


def test_retained_message_is_published_read_and_deleted(prod: SimulatedV5) -> None:
    before = prod.get("/mqtt/retainer/messages?limit=1")["meta"]["count"]
    at = "/mqtt/retainer/message/" + quote("site/new/é n1", safe="")
    sent = {"topic": "site/new/é n1", "payload": "aGVsbG8=", "payload_encoding": "base64", "retain": True}
    assert prod.ask("POST", "/publish", sent).status == 202
    assert (prod.get(at)["payload"], prod.get(at)["qos"]) == ("aGVsbG8=", 0)
    assert (
        prod.get("/mqtt/retainer/messages?topic=" + quote("site/new/+", safe=""))["data"][0]["topic"] == sent["topic"]
    )
    assert len(prod.pages("/mqtt/retainer/messages", 400)) == before + 1
    assert prod.ask("DELETE", at).status == 204
    assert prod.ask("GET", at).status == 404
    assert prod.ask("DELETE", at).status == 404
    seeded = quote(prod.get("/mqtt/retainer/messages?limit=1")["data"][0]["topic"], safe="")
    assert prod.ask("DELETE", f"/mqtt/retainer/message/{seeded}").status == 204
    assert prod.get("/mqtt/retainer/messages?limit=1")["meta"]["count"] == before - 1


def test_alarm_is_deactivated_on_the_node_that_answers_only(prod: SimulatedV5) -> None:
    here = prod.get("/alarms")["data"][0]
    there = next(row for row in prod.get("/alarms")["data"] if row["node"] != here["node"])
    assert prod.ask("POST", "/alarms/force_deactivate", {"name": here["name"]}).status == 204
    assert here["name"] not in {row["name"] for row in prod.get("/alarms")["data"]}
    past = {row["name"]: row for row in prod.get("/alarms?activated=false")["data"]}
    assert past[here["name"]]["deactivate_at"].startswith("2027-01-15T08:00:03")
    assert prod.ask("POST", "/alarms/force_deactivate", {"name": there["name"]}).body["message"] == "not_found"
    assert prod.ask("POST", "/alarms/force_deactivate", {}).status == 400


def test_rule_is_switched_by_sending_it_whole(prod: SimulatedV5) -> None:
    rule = prod.get("/rules/telemetry_to_kafka")
    sent = {name: rule[name] for name in ("name", "sql", "actions", "description")} | {"enable": False}
    prod.now += 5
    told = prod.ask("PUT", "/rules/telemetry_to_kafka", sent)
    assert told.body == rule | {"enable": False, "last_modified_at": told.body["last_modified_at"]}
    assert told.body["last_modified_at"] > rule["last_modified_at"]
    assert prod.get("/rules?enable=false")["meta"]["count"] == 2
    assert prod.get("/rules/telemetry_to_kafka/metrics")["metrics"]["matched.rate"] == 0
    assert prod.ask("PUT", "/rules/telemetry_to_kafka", {"enable": True}).status == 400
    assert prod.ask("PUT", "/rules/telemetry_to_kafka", {"sql": "SELEC nope"}).status == 400
    assert prod.ask("PUT", "/rules/nope", sent).status == 404


@pytest.mark.parametrize(
    ("reset", "read", "name"),
    [
        ("/rules/telemetry_to_kafka/metrics/reset", "/rules/telemetry_to_kafka/metrics", "matched"),
        ("/actions/influxdb:measurements/metrics/reset", "/actions/influxdb:measurements/metrics", "matched"),
        ("/sources/mqtt:cloud-commands/metrics/reset", "/sources/mqtt:cloud-commands/metrics", "received"),
    ],
)
def test_counters_start_again_from_nothing_when_they_are_reset(
    prod: SimulatedV5, reset: str, read: str, name: str
) -> None:
    before = prod.get(read)["metrics"][name]
    assert prod.ask("PUT", reset).status == 204
    assert prod.get(read)["metrics"][name] == 0
    prod.now += 60
    assert 0 < prod.get(read)["metrics"][name] < before


def test_disabled_action_stops_and_counts_no_more(prod: SimulatedV5) -> None:
    at = "/actions/kafka_producer:telemetry-out"
    assert prod.get(at)["status"] == "connected"
    assert prod.ask("PUT", f"{at}/enable/false").status == 204
    assert (prod.get(at)["enable"], prod.get(at)["status"]) == (False, "stopped")
    assert prod.ask("POST", f"{at}/start").status == 400
    assert prod.ask("PUT", f"{at}/enable/true").status == 204
    assert prod.ask("POST", f"{at}/start").status == 204
    assert prod.ask("POST", f"{at}/restart").status == 400
    assert prod.ask("PUT", f"{at}/enable/maybe").status == 400


def test_connector_takes_its_actions_and_sources_with_it(prod: SimulatedV5) -> None:
    assert prod.ask("PUT", "/connectors/mqtt:cloud-uplink/enable/false").status == 204
    assert prod.get("/connectors/mqtt:cloud-uplink")["status"] == "stopped"
    for at in ("/actions/mqtt:alerts-up", "/sources/mqtt:cloud-commands"):
        assert prod.get(at)["status"] == "disconnected"


def test_refused_connector_tries_again_when_it_is_started(prod: SimulatedV5) -> None:
    at = "/connectors/http:orders-webhook"
    assert (prod.get(at)["status"], prod.get(at)["status_reason"]) == ("disconnected", "Connection refused")
    assert prod.ask("POST", f"{at}/start").status == 204
    assert prod.get(at)["status"] == "connecting"
    prod.now += 5
    assert prod.get(at)["status"] == "disconnected"
    assert prod.ask("POST", f"/nodes/emqx@10.20.0.12{at}/start").status == 204
    assert prod.ask("POST", f"/nodes/emqx@10.9.9.9{at}/start").status == 404


def test_each_pipeline_shows_where_it_is_broken(prod: SimulatedV5) -> None:
    def metrics(name: str) -> Mapping[str, float]:
        found: Mapping[str, float] = prod.get(f"/actions/{name}/metrics")["metrics"]
        return found

    states = {row["name"]: row["status"] for row in prod.get("/actions_summary")}
    assert states == {
        "telemetry-out": "connected",
        "orders-out": "disconnected",
        "measurements": "connected",
        "alerts-up": "inconsistent",
        "legacy-rows": "stopped",
    }
    healthy, refused, queuing = (
        metrics("kafka_producer:telemetry-out"),
        metrics("http:orders-out"),
        metrics("influxdb:measurements"),
    )
    assert healthy["failed"] == healthy["dropped"] == healthy["queuing"] == 0 < healthy["success"]
    assert refused["success"] == 0 < refused["dropped"]
    prod.now += 300
    assert metrics("influxdb:measurements")["queuing"] > queuing["queuing"] > 0
    assert prod.get("/rules/decode_legacy/metrics")["metrics"]["failed.exception"] > 0


def test_listener_stops_on_all_nodes_and_starts_again(prod: SimulatedV5) -> None:
    def state(ident: str) -> tuple[object, object, object]:
        row = next(row for row in prod.get("/listeners") if row["id"] == ident)
        return row["enable"], row["status"]["running"], row["status"]["current_connections"] > 0

    assert state("ws:default") == (True, True, True)
    assert state("wss:default") == (True, "inconsistent", True)
    assert prod.ask("POST", "/listeners/ws:default/stop").status == 200
    assert state("ws:default") == (False, False, False)
    assert prod.ask("POST", "/listeners/ws:default/start").status == 200
    assert state("ws:default") == (True, True, True)
    assert prod.ask("POST", "/listeners/wss:default/restart").status == 200
    assert state("wss:default") == (True, True, True)
    assert prod.ask("POST", "/listeners/wss:nope/stop").status == 404


def test_slow_subscriptions_are_switched_on_and_off_and_forgotten(prod: SimulatedV5) -> None:
    assert len(prod.get("/slow_subscriptions")["data"]) == 10
    assert prod.ask("PUT", "/slow_subscriptions/settings", {"top_k_num": 3, "threshold": "1s"}).status == 200
    rows = prod.get("/slow_subscriptions")["data"]
    assert len(rows) <= 3
    assert all(row["timespan"] >= 1000 for row in rows)
    assert prod.ask("DELETE", "/slow_subscriptions").status == 204
    assert prod.get("/slow_subscriptions")["data"] == []
    prod.now += 40
    assert prod.get("/slow_subscriptions")["data"]
    prod.ask("PUT", "/slow_subscriptions/settings", {"enable": False})
    assert prod.get("/slow_subscriptions")["data"] == []
    lab = SimulatedV5(lone_node("10.60.0.9", version="5.8.9", edition="Opensource", sessions=35, received=12))
    assert lab.get("/slow_subscriptions/settings")["enable"] is False


def test_topic_metrics_are_reset(prod: SimulatedV5) -> None:
    at = "/mqtt/topic_metrics/" + quote("orders/new", safe="")
    assert prod.get(at)["metrics"]["messages.in.count"] > 0
    assert prod.ask("PUT", "/mqtt/topic_metrics", {"action": "reset", "topic": "orders/new"}).status == 204
    assert prod.get(at)["metrics"]["messages.in.count"] == 0
    assert prod.get(at)["reset_time"] == "2027-01-15T08:00:03+00:00"
    assert prod.ask("PUT", "/mqtt/topic_metrics", {"action": "reset", "topic": "nope"}).status == 404


@pytest.mark.parametrize(
    ("method", "target", "allowed"),
    [
        ("POST", "/clients", "GET"),
        ("PUT", "/banned", "GET, POST, DELETE"),
        ("GET", "/publish", "POST"),
        ("DELETE", "/rules/telemetry_to_kafka/metrics", "GET"),
        ("GET", "/clients/kickout/bulk", "POST"),
    ],
)
def test_wrong_method_is_told_which_are_right(prod: SimulatedV5, method: str, target: str, allowed: str) -> None:
    told = prod.ask(method, target)
    assert (told.status, told.body, told.headers["allow"]) == (405, None, allowed)


def test_body_has_to_be_json_and_to_say_so(prod: SimulatedV5) -> None:
    body = b'{"as":"clientid","who":"x"}'
    assert prod.ask("POST", "/banned", body, kind="text/plain").body["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert prod.ask("POST", "/banned", b"{x").body["message"] == "Invalid json message received"
    assert prod.ask("POST", "/banned", body, kind="application/json; charset=utf-8").status == 200


def test_licence_is_what_an_enterprise_cluster_has(prod: SimulatedV5) -> None:
    lab = SimulatedV5(lone_node("10.60.0.9", version="5.8.9", edition="Opensource", sessions=35, received=12))
    told = prod.get("/license")
    assert (told["expiry"], told["expiry_at"]) == (False, "2027-02-07")
    assert lab.ask("GET", "/license").status == 404


def test_backend_that_is_sick_on_one_node_is_told_by_node(prod: SimulatedV5) -> None:
    chain = [row["id"] for row in prod.get("/authentication")]
    assert chain == ["password_based:built_in_database", "password_based:http", "jwt"]
    told = prod.get("/authentication/password_based%3Ahttp/status")
    assert told["status"] == "inconsistent"
    assert [row["status"] for row in told["node_status"]] == ["connected", "disconnected", "connected"]
    assert told["metrics"]["total"] == sum(row["metrics"]["total"] for row in told["node_metrics"])
    assert prod.get("/authorization/sources/built_in_database/status")["status"] == "connected"
    assert prod.ask("GET", "/authorization/sources/nope/status").status == 404


@pytest.mark.parametrize(
    ("target", "status", "after"),
    [
        ("/listeners", None, 60),
        ("/slow_subscriptions", None, 60),
        ("/mqtt/delayed/messages", 500, 50),
        ("/subscriptions", 500, 50),
        ("/clients?conn_state=connected", 500, 50),
        ("/actions", 500, 15),
        ("/plugins", 500, 15),
        ("/gateways", None, 60),
        ("/rules/telemetry_to_kafka/metrics", 200, 5),
        ("/rules", 200, 0),
        ("/banned", 200, 0),
        ("/topics?limit=5", 200, 0),
        ("/mqtt/retainer/messages?limit=3", 200, 0),
    ],
)
def test_hung_node_holds_up_what_it_holds_up_in_emqx(target: str, status: int | None, after: float) -> None:
    prod = SimulatedV5(scenario="node-hung")
    prod.now += 20
    told = prod.ask("GET", target)
    assert (told.status, told.after) == (status, after)


def test_congested_connections_are_alarms_of_the_large_scenario_only(prod: SimulatedV5) -> None:
    large = SimulatedV5(biggest_cluster(50))
    congested = [row for row in large.pages("/alarms", 20) if row["name"].startswith("conn_congestion/")]
    assert len(congested) == 48
    assert len({row["node"] for row in congested}) > 10
    assert large.get(f"/clients/{congested[0]['details']['clientid']}")["node"] == congested[0]["node"]
    assert all("conn_congestion" not in row["name"] for row in prod.get("/alarms")["data"])
