"""What happens when: the timelines of node-down and node-hung, on a clock that the test sets."""

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest

from emqx_tui.demo.exchange import Answer, Request, Service
from emqx_tui.demo.plans import biggest_cluster, older_cluster
from emqx_tui.demo.scenario import SCENARIOS, Fate, Outage, nodes_of, outage_of
from emqx_tui.demo.v4 import Emqx4
from emqx_tui.demo.v5 import Emqx5
from emqx_tui.demo.world import Cluster


START = 1_800_000_000.0
HEADERS = {"authorization": "Basic " + b64encode(b"demo:demo-secret").decode(), "accept": "application/json"}
RECORDINGS = Path(__file__).parents[1] / "recordings"
NODES = {
    "emqx41@127.0.0.1": "emqx@10.30.0.21",
    "emqx42@127.0.0.1": "emqx@10.30.0.22",
    "emqx51@127.0.0.1": "emqx@10.20.0.11",
    "emqx52@127.0.0.1": "emqx@10.20.0.12",
}


class Stage:
    """Both clusters in a scenario, at whatever second a test names."""

    def __init__(self, scenario: str, nodes: int = 3) -> None:
        self.now = START
        outage = outage_of(scenario)
        self.prod = Emqx5(Cluster(biggest_cluster(nodes), "7", START, outage), "demo", "demo-secret", self.clock)
        self.plant = Emqx4(Cluster(older_cluster(), "7", START, outage), "demo", "demo-secret", self.clock)

    def clock(self) -> float:
        return self.now

    def at(self, seconds: float) -> "Stage":
        self.now = START + seconds
        return self

    def v5(self, target: str) -> Answer:
        return get(self.prod, f"/api/v5{target}")

    def v4(self, target: str) -> Answer:
        return get(self.plant, f"/api/v4{target}")


def get(service: Service, target: str) -> Answer:
    path, _, query = target.partition("?")
    return service.answer(Request("GET", path, query, HEADERS))


def names(answer: Answer) -> list[tuple[str, str]]:
    body = json.loads(answer.body)
    rows = body["data"] if isinstance(body, dict) else body
    return [(row["node"], row["node_status"]) for row in rows]


ALL_RUN = [(f"emqx@10.20.0.{last}", "running") for last in (11, 12, 13)]


@pytest.mark.parametrize("cycle", [0, 1, 7])
def test_killed_core_is_missing_then_stopped_then_back(cycle: int) -> None:
    stage = Stage("node-down")
    zero = 120.0 * cycle
    assert names(stage.at(zero + 7.9).v5("/nodes")) == ALL_RUN
    assert names(stage.at(zero + 8).v5("/nodes")) == [ALL_RUN[0], ALL_RUN[2]]
    assert names(stage.at(zero + 12.9).v5("/nodes")) == [ALL_RUN[0], ALL_RUN[2]]
    assert json.loads(stage.at(zero + 13).v5("/nodes").body)[1] == {
        "node": "emqx@10.20.0.12",
        "node_status": "stopped",
        "role": "core",
    }
    assert names(stage.at(zero + 89.9).v5("/nodes"))[1] == ("emqx@10.20.0.12", "stopped")
    assert names(stage.at(zero + 90).v5("/nodes")) == ALL_RUN
    assert json.loads(stage.at(zero + 91.5).v5("/nodes").body)[1]["uptime"] == 1500


def test_killed_core_is_in_no_other_list() -> None:
    stage = Stage("node-down").at(20)
    assert json.loads(stage.v5("/cluster").body)["nodes"] == ["emqx@10.20.0.11", "emqx@10.20.0.13"]
    assert json.loads(stage.v5("/cluster/topology").body) == [
        {"core_node": "emqx@10.20.0.11", "replicant_nodes": [{"node": "emqx@10.20.0.13", "streams": 4}]}
    ]
    for target in ("/stats", "/metrics"):
        assert {row["node"] for row in json.loads(stage.v5(target).body)} == {"emqx@10.20.0.11", "emqx@10.20.0.13"}
    for target in ("/nodes/{}", "/nodes/{}/stats", "/monitor/nodes/{}?latest=60", "/monitor_current/nodes/{}"):
        answer = stage.v5(target.format("emqx@10.20.0.12"))
        assert answer.status == 404
        assert json.loads(answer.body) == {"code": "NOT_FOUND", "message": "Node not found: emqx@10.20.0.12"}
    assert json.loads(stage.v5("/metrics?node=emqx@10.20.0.12").body) == []
    assert stage.v5("/clients?node=emqx@10.20.0.12").status == 500


def test_killed_node_of_emqx_4_vanishes() -> None:
    stage = Stage("node-down")
    for target in ("/nodes", "/brokers"):
        assert len(names(stage.at(7).v4(target))) == 2
        assert names(stage.at(9).v4(target)) == [("emqx@10.30.0.21", "Running")]
        assert len(names(stage.at(90).v4(target))) == 2
    before = json.loads(stage.at(7).v4("/clients?_limit=1").body)["meta"]["count"]
    after = json.loads(stage.at(40).v4("/clients?_limit=1").body)["meta"]["count"]
    assert before / 2 < after < before
    uptimes = [row["uptime"] for row in json.loads(stage.at(93).v4("/nodes").body)["data"]]
    assert uptimes[0].startswith("41 days, ")
    assert uptimes[1] == "3 seconds"


def expected(name: str) -> list[object]:
    """What was recorded: path, status, and the seconds that it took."""
    rows: list[object] = []
    for line in (RECORDINGS / f"{name}.jsonl").read_text().splitlines():
        exchange = json.loads(line)
        path = exchange["request"]["path"]
        for real, ours in NODES.items():
            path = path.replace(real, ours)
        if not any(part in path for part in ("plugins", "listeners", "trace")):
            rows.append(pytest.param(path, exchange, id=exchange["name"]))
    return rows


@pytest.mark.parametrize(
    ("target", "exchange"), [*expected("emqx-4.4.19-node-hung"), *expected("emqx-5.8.9-node-hung")]
)
def test_requests_hang_and_fail_as_recorded(target: str, exchange: Mapping[str, object]) -> None:
    stage = Stage("node-hung", nodes=2).at(10)
    answer = get(stage.plant if "/v4/" in target else stage.prod, target)
    assert answer.status == exchange["status"]
    assert not answer.again
    seconds = exchange["seconds"]
    assert isinstance(seconds, float)
    assert answer.after == pytest.approx(seconds, abs=0.1)
    body = exchange.get("body")
    if isinstance(body, dict) and isinstance(body.get("code"), str):
        assert json.loads(answer.body)["code"] == body["code"]
    if answer.status == 500 and "/v4/" in target:
        assert answer.body == b"Internal Error"


def test_lists_are_without_the_hung_node_when_they_come() -> None:
    stage = Stage("node-hung").at(10)
    assert names(stage.v5("/nodes")) == [ALL_RUN[0], ALL_RUN[2]]
    assert len(json.loads(stage.v5("/cluster/topology").body)) == 1
    assert json.loads(stage.v5("/cluster").body)["nodes"] == [name for name, _ in ALL_RUN]
    for target in ("/metrics", "/monitor?latest=60", "/monitor_current", "/monitor_current/nodes/emqx@10.20.0.12"):
        answer = stage.v5(target)
        assert (answer.status, answer.after, json.loads(answer.body)["code"]) == (500, 5, "INTERNAL_ERROR")
    for target in ("/clients", "/clients?node=emqx@10.20.0.12", "/subscriptions"):
        answer = stage.v5(target)
        assert (answer.status, answer.after, json.loads(answer.body)["code"]) == (500, 50, "NODE_DOWN")
    assert stage.v5("/clients?node=emqx@10.20.0.13").after == 0
    assert (stage.v4("/clients/nobody").status, stage.v4("/clients/nobody").after) == (None, 60)
    for target in ("/nodes/emqx@10.20.0.11", "/monitor_current/nodes/emqx@10.20.0.13", "/nodes/emqx@10.20.0.11/stats"):
        assert (stage.v5(target).status, stage.v5(target).after) == (200, 0)


def test_request_is_asked_again_when_the_node_wakes_in_time() -> None:
    stage = Stage("node-hung").at(80)
    for answer in (stage.v5("/nodes"), stage.v4("/nodes"), stage.v5("/stats"), stage.v5("/clients")):
        assert answer.again
        assert answer.after == pytest.approx(10)
    stage.at(90)
    assert names(stage.v5("/nodes")) == ALL_RUN
    assert len(names(stage.v4("/nodes"))) == 2
    assert stage.v5("/monitor_current").status == 200


@pytest.mark.parametrize("cycle", [0, 1, 5])
def test_node_hangs_and_wakes_again_and_again(cycle: int) -> None:
    stage = Stage("node-hung")
    zero = 150.0 * cycle
    for seconds, hangs in ((7.9, False), (8, True), (89.9, True), (90, False), (149, False)):
        assert (stage.at(zero + seconds).v4("/brokers").after > 0) is hangs
        assert (stage.v5("/alarms").after > 0) is hangs


def test_healthy_and_large_stay_as_they_are() -> None:
    for scenario, nodes in (("healthy", 3), ("large", 50)):
        stage = Stage(scenario, nodes_of(scenario, None))
        for seconds in (0, 8, 20, 100, 5000):
            assert [status for _, status in names(stage.at(seconds).v5("/nodes"))] == ["running"] * nodes


@pytest.mark.parametrize(("scenario", "nodes"), [("quiet", None), ("healthy", 0), ("node-down", 1), ("large", 1001)])
def test_what_cannot_be_is_refused(scenario: str, nodes: int | None) -> None:
    with pytest.raises(ValueError, match=scenario):
        nodes_of(scenario, nodes)


def test_scenarios_have_the_nodes_that_were_asked_for() -> None:
    assert [nodes_of(scenario, None) for scenario in SCENARIOS] == [3, 3, 3, 50]
    assert len(biggest_cluster(nodes_of("large", 120)).nodes) == 120


def test_sums_of_an_outage_are_those_of_its_parts() -> None:
    outage = Outage(hangs=True, begins=8, ends=90, period=150)
    step = 0.01
    moved = lost = 0.0
    for tick in range(30_000):
        since = (tick + 0.5) * step
        moved += outage.moved(since) * step
        back = outage.fate(since) is Fate.RUNNING
        lost += (min(1.0, outage.moved(since)) if back else 1.0) * step
    assert outage.moved_seconds(300) == pytest.approx(moved, abs=0.05)
    assert outage.lost_seconds(300) == pytest.approx(lost, abs=0.05)
