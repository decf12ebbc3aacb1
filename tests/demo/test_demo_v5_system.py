"""Gateways, traces and evacuations of the simulated EMQX 5.8, against what a real one without Enterprise answered."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.demo.exchange import Answer, Request
from emqx_tui.demo.plans import ClusterPlan, biggest_cluster, lone_node
from emqx_tui.demo.v5 import Emqx5
from emqx_tui.demo.world import Cluster


RECORDINGS = Path(__file__).parents[1] / "recordings"
NOW = 1_800_000_003.25
LAB = lone_node("10.40.0.2", version="5.8.9", edition="Opensource", sessions=900, received=60)


def ask(path: str, plan: ClusterPlan = LAB, later: float = 0.0) -> Answer:
    service = Emqx5(Cluster(plan, "7", NOW), "demo", "demo-secret", lambda: NOW + later)
    headers = {"authorization": "Basic " + b64encode(b"demo:demo-secret").decode()}
    return service.answer(Request("GET", f"/api/v5{path}", "", headers, b""))


def told(path: str, plan: ClusterPlan = LAB, later: float = 0.0) -> Any:  # noqa: ANN401  JSON
    answer = ask(path, plan, later)
    assert answer.status == 200
    return json.loads(answer.body)


def recorded(part: str) -> list[Any]:
    """The good and bad answers of EMQX 5.8.9 to paths with this in them."""
    found = []
    for kind in ("single", "cluster"):
        for line in (RECORDINGS / f"emqx-5.8.9-{kind}.jsonl").read_text("utf-8").splitlines():
            exchange = json.loads(line)
            if part in exchange["request"]["path"]:
                found.append(pytest.param(exchange, id=f"{kind}-{exchange['name']}"))
    return found


@pytest.mark.parametrize(
    "exchange", [*recorded("/gateways"), *recorded("/load_rebalance"), *recorded("/node_eviction")]
)
def test_a_small_deployment_answers_as_emqx_does(exchange: dict[str, Any]) -> None:
    answer = ask(exchange["request"]["path"].removeprefix("/api/v5"))
    assert answer.status == exchange["status"]
    if "text" in exchange:
        assert answer.body.decode() == exchange["text"]
    else:
        assert json.loads(answer.body) == exchange["body"]


def test_a_gateway_of_the_big_cluster_adds_up_over_its_nodes_and_its_listeners() -> None:
    rows = {row["name"]: row for row in told("/gateways", biggest_cluster(3))}
    assert [name for name, row in rows.items() if row["status"] == "running"] == ["mqttsn", "stomp"]
    for name in ("mqttsn", "stomp"):
        row, listeners = rows[name], told(f"/gateways/{name}/listeners", biggest_cluster(3))
        assert [one["id"] for one in row["listeners"]] == [one["id"] for one in listeners]
        for key in ("current_connections", "max_connections"):
            assert row[key] == sum(one[key] for one in row["node_status"]) > 0
            assert row[key] == sum(one["status"][key] for one in listeners)
    assert [one["status"] for one in rows["mqttsn"]["node_status"]] == ["running", "running", "stopped"]


def test_the_listeners_of_what_is_not_set_up_cannot_be_asked_for() -> None:
    assert ask("/gateways/coap/listeners").status == 404
    assert ask("/gateways/nope/listeners").status == 404


@pytest.mark.parametrize("exchange", recorded("/api/v5/trace"))
def test_a_trace_is_told_in_the_shape_of_emqx(exchange: dict[str, Any]) -> None:
    rows = told("/trace", biggest_cluster(3))
    assert [row["status"] for row in rows] == ["running", "stopped"]
    for row in exchange["body"] if exchange["request"]["method"] == "GET" else [exchange["body"]]:
        assert all(set(row) == set(one) for one in rows)
        assert {type(row[key]) for key in row} == {type(rows[0][key]) for key in row}
    assert told("/trace") == []


def test_the_log_of_a_trace_grows_while_it_runs_and_only_where_the_client_is() -> None:
    before, after = told("/trace", biggest_cluster(3)), told("/trace", biggest_cluster(3), 60)
    assert sum(after[0]["log_size"].values()) > sum(before[0]["log_size"].values()) > 0
    assert after[1]["log_size"] == before[1]["log_size"]
    assert sum(size > 0 for size in before[0]["log_size"].values()) == 1
    assert [row["status"] for row in told("/trace", biggest_cluster(3), 4 * 3600)] == ["running", "stopped"]


def test_one_node_of_many_is_being_evacuated() -> None:
    assert told("/load_rebalance/global_status", biggest_cluster(3)) == {
        "evacuations": [],
        "purges": [],
        "rebalances": [],
    }
    assert told("/node_eviction/status", biggest_cluster(3)) == {"status": "disabled"}
    (row,) = told("/load_rebalance/global_status", biggest_cluster(50))["evacuations"]
    nodes = {node["node"]: node for node in told("/nodes", biggest_cluster(50))}
    assert row["stats"]["current_connected"] == nodes[row["node"]]["live_connections"]
    assert 0 < row["stats"]["current_connected"] < row["stats"]["initial_connected"]
    assert set(row["session_recipients"]) < set(nodes)
