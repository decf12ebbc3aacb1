"""The simulated EMQX 4.4 as an operator uses it: what is looked for is found, and what is done has its effect."""

import json
from base64 import b64encode
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from emqx_tui.demo.exchange import Answer, Request
from emqx_tui.demo.plans import older_cluster
from emqx_tui.demo.scenario import outage_of
from emqx_tui.demo.v4 import Emqx4
from emqx_tui.demo.world import Cluster


START = 1_800_000_003.25
HEADERS = {"authorization": "Basic " + b64encode(b"demo:demo-secret").decode()}
FIRST, SECOND = "emqx@10.30.0.21", "emqx@10.30.0.22"
CHINA = timezone(timedelta(hours=8))


class Plant:
    """The cluster with a clock that a test sets."""

    def __init__(self, scenario: str = "healthy") -> None:
        self.now = START
        cluster = Cluster(older_cluster(), "7", START, outage_of(scenario))
        self.service = Emqx4(cluster, "demo", "demo-secret", lambda: self.now)

    def ask(self, target: str, method: str = "GET", body: object = None) -> Answer:
        path, _, query = target.partition("?")
        sent = b"" if body is None else json.dumps(body).encode()
        return self.service.answer(Request(method, f"/api/v4{path}", query, HEADERS, sent))

    def told(self, target: str, method: str = "GET", body: object = None) -> Any:  # noqa: ANN401  JSON
        answer = self.ask(target, method, body)
        assert answer.status == 200
        return json.loads(answer.body)

    def data(self, target: str) -> Any:  # noqa: ANN401  JSON
        answer = self.told(target)
        assert answer["code"] == 0
        return answer["data"]

    def everything(self, target: str, limit: int) -> list[dict[str, Any]]:
        """All rows of a list, page by page for as long as there is a next one."""
        rows, page, more = [], 0, True
        while more:
            page += 1
            body = self.told(f"{target}{'&' if '?' in target else '?'}_page={page}&_limit={limit}")
            assert len(body["data"]) <= limit
            rows += body["data"]
            more = body["meta"]["hasnext"]
        return rows


@pytest.fixture
def plant() -> Plant:
    return Plant()


@pytest.fixture
def clientid(plant: Plant) -> str:
    """Somebody with a connection."""
    return str(plant.data("/clients?conn_state=connected&_limit=3")[2]["clientid"])


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("username=yard", lambda row: row["username"] == "yard"),
        ("username=undefined", lambda row: row["username"] == "undefined"),
        ("_like_clientid=ump-000", lambda row: "ump-000" in row["clientid"]),
        ("_like_username=line", lambda row: "line" in row["username"]),
        ("conn_state=disconnected", lambda row: row["connected"] is False),
        ("clean_start=true", lambda row: row["clean_start"] is True),
        ("proto_ver=3", lambda row: row["proto_ver"] == 3),
        ("proto_name=MQIsdp", lambda row: row["proto_name"] == "MQIsdp"),
        ("_gte_mqueue_len=900", lambda row: row["mqueue_len"] >= 900),
        ("_lte_mqueue_len=10&_gte_mqueue_dropped=10", lambda row: row["mqueue_len"] <= 10 <= row["mqueue_dropped"]),
        (
            "username=yard&proto_ver=5&conn_state=connected",
            lambda row: (row["username"], row["proto_ver"]) == ("yard", 5),
        ),
    ],
)
def test_filter_finds_all_that_it_holds_for_and_nothing_else(plant: Plant, query: str, holds: Any) -> None:  # noqa: ANN401
    everybody = {row["clientid"]: row for row in plant.everything("/clients", 5000)}
    found = plant.everything(f"/clients?{query}", 700)
    assert len(found) == len({row["clientid"] for row in found})
    wanted = {clientid for clientid, row in everybody.items() if holds(row)}
    if "conn_state=connected" in query:
        wanted = {clientid for clientid in wanted if everybody[clientid]["connected"]}
    assert {row["clientid"] for row in found} == wanted
    assert 0 < len(wanted) < len(everybody)
    assert plant.told(f"/clients?{query}&_limit=1")["meta"]["count"] == -1


def test_since_when_is_asked_in_seconds_and_answered_in_local_time(plant: Plant) -> None:
    bound = int(START) - 100_000
    later = plant.everything(f"/clients?_gte_connected_at={bound}", 9000)
    earlier = plant.everything(f"/clients?_lte_connected_at={bound - 1}", 9000)
    text = datetime.fromtimestamp(bound, CHINA).strftime("%Y-%m-%d %H:%M:%S")
    assert all(row["connected_at"] >= text for row in later)
    assert all(row["connected_at"] < text for row in earlier)
    assert len(later) + len(earlier) == plant.told("/clients?_limit=1")["meta"]["count"]


def test_address_and_id_are_exact(plant: Plant) -> None:
    row = plant.data("/clients?_limit=50")[41]
    there = plant.data(f"/clients?ip_address={row['ip_address']}")
    assert row["clientid"] in {each["clientid"] for each in there}
    assert {each["ip_address"] for each in there} == {row["ip_address"]}
    assert plant.data(f"/clients?clientid={row['clientid']}") == [row] == plant.data(f"/clients/{row['clientid']}")
    assert plant.data(f"/clients?clientid={row['clientid']}&proto_ver={(row['proto_ver'] - 2) % 3 + 3}") == []
    assert plant.data(f"/nodes/{row['node']}/clients/{row['clientid']}") == [row]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("proto_ver=abc", 'Can\'t convert <<"abc">> to integer type'),
        ("ip_address=bogus", 'Can\'t convert <<"bogus">> to ip type'),
        ("_gte_created_at=soon", 'Can\'t convert <<"soon">> to integer type'),
    ],
)
def test_filter_of_the_wrong_type_is_refused_with_a_code(plant: Plant, query: str, message: str) -> None:
    assert plant.told(f"/clients?{query}") == {"code": 108, "message": message}


def test_nodes_share_the_clients_among_them(plant: Plant) -> None:
    counts = [plant.told(f"/nodes/{name}/clients?_limit=1")["meta"]["count"] for name in (FIRST, SECOND)]
    assert sum(counts) == plant.told("/clients?_limit=1")["meta"]["count"]
    found = plant.data(f"/nodes/{SECOND}/clients?conn_state=disconnected&_limit=20")
    assert {row["node"] for row in found} == {SECOND}


def test_subscriptions_are_paged_to_the_end_and_belong_to_the_clients(plant: Plant) -> None:
    rows = plant.everything("/subscriptions", 8000)
    assert len(rows) == plant.told("/subscriptions?_limit=1")["meta"]["count"]
    assert set(Counter((row["clientid"], row["topic"]) for row in rows).values()) == {1}
    clientid = rows[4321]["clientid"]
    assert plant.data(f"/subscriptions/{clientid}") == [row for row in rows if row["clientid"] == clientid]
    assert plant.data(f"/subscriptions?clientid={clientid}") == plant.data(f"/subscriptions/{clientid}")
    assert plant.data("/subscriptions/nobody") == []


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("qos=2", lambda row: row["qos"] == 2),
        ("share=pumps", lambda row: row["topic"].startswith("$share/pumps/")),
        ("share=%24queue", lambda row: row["topic"].startswith("$share/$queue/")),
        ("_match_topic=site/%23", lambda row: row["topic"].startswith("site/")),
        ("_match_topic=jobs/valve/%23", lambda row: row["topic"] == "$share/valves/jobs/valve/+"),
        ("topic=firmware/pump/%23", lambda row: row["topic"] == "firmware/pump/#"),
    ],
)
def test_subscriptions_are_found_by_what_they_are(plant: Plant, query: str, holds: Any) -> None:  # noqa: ANN401
    wanted = [row for row in plant.everything("/subscriptions", 9000) if holds(row)]
    assert plant.everything(f"/subscriptions?{query}", 150) == wanted
    assert wanted
    count = plant.told(f"/subscriptions?{query}&_limit=1")["meta"]["count"]
    assert count == (len(wanted) if query.startswith("topic=") else -1)


def test_route_of_a_topic_names_the_nodes_where_somebody_subscribes(plant: Plant, clientid: str) -> None:
    own = plant.data(f"/clients/{clientid}")[0]
    assert plant.data(f"/routes/cmd%2F{clientid}%2F%23") == [{"topic": f"cmd/{clientid}/#", "node": own["node"]}]
    assert [row["node"] for row in plant.data("/routes/jobs%2Fpump%2F%2B")] == [FIRST, SECOND]
    assert plant.data("/routes/nobody") == []
    assert "hasnext" not in plant.told("/routes?_limit=2")["meta"]


def test_kicked_client_is_gone_and_comes_back_and_nobody_hears_of_one_that_was_not_there(
    plant: Plant, clientid: str
) -> None:
    before = plant.told("/clients?_limit=1")["meta"]["count"]
    assert plant.told(f"/clients/{clientid}", "DELETE") == {"code": 0}
    assert plant.data(f"/clients/{clientid}") == []
    assert plant.told("/clients?_limit=1")["meta"]["count"] == before - 1
    assert plant.told("/clients/nobody", "DELETE") == {"code": 0}
    plant.now += 7
    back = plant.data(f"/clients/{clientid}")[0]
    assert back["connected_at"] == datetime.fromtimestamp(int(START + 6), CHINA).strftime("%Y-%m-%d %H:%M:%S")


def test_banned_client_stays_away_until_the_ban_is_lifted_or_over(plant: Plant, clientid: str) -> None:
    ban = {"as": "clientid", "who": clientid, "reason": "floods", "by": "ops"}
    assert plant.told("/banned", "POST", ban) == {"code": 0, "data": ban}
    listed = [row for row in plant.data("/banned") if row["who"] == clientid]
    assert listed == [{**ban, "at": int(START), "until": int(START) + 300}]
    plant.now += 60
    assert plant.data(f"/clients/{clientid}") == []
    assert plant.told(f"/banned/clientid/{clientid}", "DELETE") == {"code": 0}
    assert all(row["who"] != clientid for row in plant.data("/banned"))
    assert len(plant.data(f"/clients/{clientid}")) == 1

    plant.told("/banned", "POST", ban | {"until": int(plant.now) + 30})
    assert plant.data(f"/clients/{clientid}") == []
    plant.now += 31
    assert len(plant.data(f"/clients/{clientid}")) == 1


def test_bans_are_paged_without_saying_whether_more_follow(plant: Plant) -> None:
    whole = plant.told("/banned")
    assert whole["meta"] == {"page": 1, "limit": 10_000, "count": len(whole["data"])}
    pages = [plant.data(f"/banned?_page={page}&_limit=2") for page in range(1, 6)]
    assert [row for page in pages for row in page] == whole["data"][:10]


def test_ban_without_a_reason_is_an_internal_error(plant: Plant) -> None:
    assert plant.ask("/banned", "POST", {"as": "clientid", "who": "x"}).status == 500
    assert plant.ask("/banned", "POST", {"as": "peerhost", "who": "10.9.8.777", "reason": "x"}).status == 500
    assert plant.told("/banned", "POST", {"as": "shoe", "who": "x", "reason": "x"})["code"] == 108
    assert plant.told("/banned", "POST", {"reason": "x"})["code"] == 107


def test_client_is_subscribed_and_unsubscribed_for(plant: Plant, clientid: str) -> None:
    usual = plant.data(f"/subscriptions/{clientid}")
    wanted = {"clientid": clientid, "topic": "news/#", "qos": 1}
    assert plant.told("/mqtt/subscribe", "POST", wanted) == {"code": 0}
    assert plant.data(f"/subscriptions/{clientid}")[-1]["topic"] == "news/#"
    assert plant.data(f"/clients/{clientid}")[0]["subscriptions_cnt"] == 3
    assert {"clientid": clientid, "node": usual[0]["node"], "topic": "news/#", "qos": 1} in plant.everything(
        "/subscriptions", 9000
    )
    for topic in ("news/#", usual[0]["topic"], usual[1]["topic"]):
        assert plant.told("/mqtt/unsubscribe", "POST", {"clientid": clientid, "topic": topic}) == {"code": 0}
    assert plant.data(f"/subscriptions/{clientid}") == []
    assert plant.data(f"/clients/{clientid}")[0]["subscriptions_cnt"] == 0
    nobody = plant.told("/mqtt/unsubscribe", "POST", {"clientid": "nobody", "topic": "a"})
    assert nobody == {"code": 112, "message": "channel_not_found"}


@pytest.mark.parametrize(
    ("wanted", "payload"),
    [
        ({"payload": "hello"}, b"hello"),
        ({"payload": "aGVsbG8=", "encoding": "base64"}, b"hello"),
        ({"payload": {"a": 1}}, b'{"a":1}'),
        ({"payload": ""}, b""),
    ],
)
def test_published_message_arrives_as_it_was_meant(plant: Plant, wanted: dict[str, object], payload: bytes) -> None:
    assert plant.told("/mqtt/publish", "POST", {"topic": "cmd/x", "clientid": "api", "qos": 1, **wanted}) == {"code": 0}
    message = plant.service.published[-1]
    assert (message.topic, message.payload, message.qos) == ("cmd/x", payload, 1)


def test_nothing_is_published_that_was_refused(plant: Plant) -> None:
    assert plant.told("/mqtt/publish", "POST", {"topic": "a/#", "payload": "x"})["code"] == 115
    assert plant.told("/mqtt/publish", "POST", {"topic": "a", "payload": "@@@", "encoding": "base64"})["code"] == 108
    assert plant.ask("/mqtt/publish", "POST", {"topic": "a", "payload": "x", "qos": 3}).status == 500
    assert not plant.service.published


def test_deactivated_alarm_is_in_the_past_from_then_on(plant: Plant) -> None:
    active = {row["node"]: row["alarms"] for row in plant.data("/alarms/activated")}
    name = active[FIRST][0]["name"]
    assert plant.told("/alarms/deactivated", "POST", {"node": SECOND, "name": name}) == {"message": "not_found"}
    assert plant.told("/alarms/deactivated", "POST", {"node": FIRST, "name": name}) == {"code": 0}
    assert [row["alarms"] for row in plant.data("/alarms/activated")] == [[], []]
    past = {row["node"]: row["alarms"] for row in plant.data("/alarms/deactivated")}[FIRST]
    assert int(START * 1e6) in {alarm["deactivate_at"] for alarm in past if alarm["name"] == name}
    assert plant.told("/alarms/deactivated", "POST", {"node": FIRST, "name": name}) == {"message": "not_found"}


def test_alarms_of_the_past_speak_as_those_of_today(plant: Plant) -> None:
    alarms = [alarm for row in plant.data("/alarms") for alarm in row["alarms"]]
    told = {alarm["message"] for alarm in alarms if alarm["name"] == "high_system_memory_usage"}
    assert told == {"System memory usage is higher than 70%"}
    assert {alarm["activated"] for alarm in alarms} == {True, False}
    for alarm in alarms:
        ended = START * 1e6 if alarm["activated"] else alarm["deactivate_at"]
        assert alarm["duration"] == pytest.approx(ended - alarm["activate_at"], abs=2)


def test_rules_have_their_counts_inside_and_can_be_disabled_and_begin_anew(plant: Plant) -> None:
    rules = plant.data("/rules")
    assert len({rule["id"] for rule in rules}) == len(rules) > 3
    assert {rule["enabled"] for rule in rules} == {True, False}
    for rule in rules:
        for seen, taken in zip(rule["metrics"], rule["actions"][0]["metrics"], strict=True):
            assert seen["matched"] == seen["passed"] + seen["failed"]
            assert seen["failed"] == seen["exception"] + seen["no_result"]
            assert taken["taken"] == seen["passed"] == taken["success"] + taken["failed"]

    rule = next(rule for rule in rules if rule["enabled"] and rule["metrics"][0]["matched"])
    assert plant.told(f"/rules/{rule['id']}/reset_metrics", "PUT") == {"code": 0}
    assert [seen["matched"] for seen in plant.data(f"/rules/{rule['id']}")["metrics"]] == [0, 0]
    changed = plant.told(f"/rules/{rule['id']}", "PUT", {"enabled": False})["data"]
    assert changed["enabled"] is False
    assert plant.data(f"/rules/{rule['id']}") == changed
    assert (changed["rawsql"], changed["actions"][0]["name"]) == (rule["rawsql"], rule["actions"][0]["name"])
    assert plant.told("/rules/rule:nosuch/reset_metrics", "PUT")["code"] == 404
    assert plant.told("/rules?_limit=1")["meta"] == {"page": 1, "limit": 1, "count": len(rules), "hasnext": True}


def test_resources_are_those_that_actions_name_and_one_is_broken_on_one_node_only(plant: Plant) -> None:
    resources = {row["id"]: row for row in plant.data("/resources")}
    named = {
        action["params"]["$resource"]
        for rule in plant.data("/rules")
        for action in rule["actions"]
        if "$resource" in action["params"]
    }
    assert named == set(resources)
    alive = {ident: [state["is_alive"] for state in plant.data(f"/resources/{ident}")["status"]] for ident in resources}
    assert sorted(alive.values()) == [[False, False], [True, False]]
    assert all(resources[ident]["status"] == all(states) for ident, states in alive.items())
    for ident, states in alive.items():
        assert plant.data(f"/resource_status/{ident}") == {"is_alive": states[0]}
        assert plant.told(f"/resources/{ident}", "POST") == {"code": 0}
    assert plant.told("/resources/resource:x", "POST") == {"code": 400, "message": "Resource resource:x Not Found"}


def test_listeners_carry_the_connections_and_one_runs_on_one_node_only(plant: Plant) -> None:
    listed = {row["node"]: row["listeners"] for row in plant.data("/listeners")}
    for name, rows in listed.items():
        carried = sum(row["current_conns"] for row in rows if row["protocol"].startswith("mqtt:"))
        assert carried == pytest.approx(plant.data(f"/nodes/{name}")["live_connections"], rel=0.12)
        assert plant.data(f"/nodes/{name}/listeners") == rows
    secure = [[row["protocol"] for row in rows if row["protocol"].startswith("mqtt:wss")] for rows in listed.values()]
    assert secure == [["mqtt:wss:8084"], []]
    kinds = {type(row["shutdown_count"]) for rows in listed.values() for row in rows}
    assert kinds == {dict, list}


def test_restarted_listener_has_lost_its_clients_and_gets_them_back(plant: Plant) -> None:
    def tcp() -> dict[str, Any]:
        rows = plant.data(f"/nodes/{FIRST}/listeners")
        return next(row for row in rows if row.get("identifier") == "mqtt:tcp:external")

    before = tcp()
    assert plant.told("/listeners/mqtt:tcp:external/restart", "PUT") == {"code": 0}
    assert (tcp()["current_conns"], tcp()["shutdown_count"]) == (0, [])
    plant.now += 3
    assert 0 < tcp()["current_conns"] < before["current_conns"]
    plant.now += 4
    assert tcp()["current_conns"] == pytest.approx(before["current_conns"], rel=0.05)
    unknown = plant.told("/listeners/mqtt:tcp:nosuch/restart", "PUT")
    assert set(unknown) == {"message"}


def test_module_that_is_unloaded_has_no_data(plant: Plant) -> None:
    slow = plant.data("/slow_subscriptions")
    assert [row["timespan"] for row in slow] == sorted((row["timespan"] for row in slow), reverse=True)
    assert slow
    assert plant.told("/modules/emqx_mod_slow_subs/unload", "PUT") == {"code": 0}
    assert plant.told("/slow_subscriptions") == {"message": "module_not_loaded"}
    modules = {row["name"]: row["active"] for row in plant.data(f"/nodes/{FIRST}/modules")}
    assert modules["emqx_mod_slow_subs"] is False
    assert plant.told("/modules/emqx_mod_slow_subs/unload", "PUT") == {"message": "not_started"}
    assert plant.told("/modules/emqx_mod_slow_subs/load", "PUT") == {"code": 0}
    assert plant.data("/slow_subscriptions") == slow


def test_watched_topics_are_counted_over_the_cluster(plant: Plant) -> None:
    listed = plant.data("/topic-metrics")
    name = listed[0]["topic"].replace("/", "%2F")
    assert plant.data(f"/topic-metrics/{name}") == listed[0]["metrics"]
    assert listed[0]["metrics"]["messages.in.count"] > 0
    plant.now += 60
    assert plant.data(f"/topic-metrics/{name}")["messages.in.count"] > listed[0]["metrics"]["messages.in.count"]


def test_routes_that_are_listed_are_there(plant: Plant) -> None:
    names = {":node": FIRST, ":clientid": "x", ":username": "x", ":topic": "x", ":id": "x"}
    for route in plant.data("/"):
        path = "/" + route["path"].strip("/")
        if route["method"] != "GET" or "telemetry" in path:
            continue
        for name, value in names.items():
            path = path.replace(name, value)
        assert plant.ask(path).status == 200, path


@pytest.mark.parametrize(
    "target",
    [
        "/listeners",
        "/plugins",
        "/modules",
        "/rules",
        "/resources",
        "/slow_subscriptions",
        "/clients/x",
        f"/nodes/{SECOND}/listeners",
    ],
)
def test_what_needs_every_node_waits_for_the_one_that_hangs(target: str) -> None:
    plant = Plant("node-hung")
    plant.now += 10
    waiting = plant.ask(target)
    assert (waiting.status, waiting.after) == (None, 60.0)
    for local in ("/banned", "/routes?_limit=3", f"/nodes/{FIRST}/listeners"):
        assert plant.ask(local).status == 200
    assert plant.ask("/mqtt/publish", "POST", {"topic": "a", "payload": ""}).status == 200


def test_node_that_is_down_is_told_in_seven_ways() -> None:
    plant = Plant("node-down")
    plant.now += 30
    answers = {
        rest: plant.ask(f"/nodes/{SECOND}{rest}")
        for rest in ("", "/stats", "/clients", "/alarms", "/listeners", "/plugins", "/modules")
    }
    assert [(answer.status, answer.body) for answer in answers.values()] == [
        (200, b'{"code":0,"data":{"node":"emqx@10.30.0.22","error":"nodedown"}}'),
        (200, b'{"message":"nodedown"}'),
        (200, b'{"code":101,"message":"nodedown"}'),
        (204, b""),
        (200, b'{"code":0,"data":{"error":"nodedown"}}'),
        (500, b"Internal Error"),
        (500, b"Internal Error"),
    ]
    for target in ("/listeners", "/plugins", "/modules"):
        assert [row["node"] for row in plant.data(target)] == [FIRST]
    assert [seen["node"] for seen in plant.data("/rules")[0]["metrics"]] == [FIRST]
    gone = plant.told("/alarms/deactivated", "POST", {"node": SECOND, "name": "x"})
    assert gone == {"message": "nodedown"}
