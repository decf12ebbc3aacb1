"""Clients and subscriptions of the simulated EMQX 5: filters, pages, and what is wrong with whom."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from emqx_tui.demo.plans import biggest_cluster
from simulated import START, SimulatedV5


Row = dict[str, Any]


@pytest.fixture(scope="module")
def prod() -> SimulatedV5:
    return SimulatedV5(replace(biggest_cluster(3), sessions=9000, topics=6000))


@pytest.fixture(scope="module")
def everybody(prod: SimulatedV5) -> list[Row]:
    return prod.pages("/clients", 10_000)


@pytest.fixture(scope="module")
def large() -> SimulatedV5:
    return SimulatedV5(biggest_cluster(50))


def test_large_scenario_pages_through_fifty_thousand_clients(large: SimulatedV5) -> None:
    first = large.get("/clients?limit=1000")
    rows = large.pages("/clients?fields=clientid,node", 1000)
    assert len(rows) == first["meta"]["count"] > 50_000
    assert len({row["clientid"] for row in rows}) == len(rows)
    assert len({row["node"] for row in rows}) == 50


def test_cursor_leads_through_the_same_clients_and_ends(large: SimulatedV5) -> None:
    rows, cursor = [], ""
    while True:
        body = large.get(f"/clients_v2?limit=5000&fields=clientid{cursor}")
        rows += body["data"]
        assert body["meta"]["count"] == len(body["data"])
        if "cursor" not in body["meta"]:
            break
        cursor = f"&cursor={body['meta']['cursor']}"
    assert [row["clientid"] for row in rows] == [
        row["clientid"] for row in large.pages("/clients?fields=clientid", 10_000)
    ]
    assert large.ask("GET", "/clients_v2?cursor=nonsense").body["message"] == "bad cursor"


def test_cursor_knows_nothing_of_nodes(large: SimulatedV5) -> None:
    """An unknown parameter is ignored, as EMQX does: the clients of all nodes come."""
    name = large.get("/clients?limit=1")["data"][0]["node"]
    every = large.get("/clients_v2?limit=5000")["data"]
    assert large.get(f"/clients_v2?limit=5000&node={name}")["data"] == every
    assert {row["node"] for row in every} != {name}


def test_large_scenario_pages_through_its_subscriptions(large: SimulatedV5) -> None:
    rows = large.pages("/subscriptions", 10_000)
    assert len(rows) == large.get("/subscriptions?limit=1")["meta"]["count"] > 100_000
    assert len({(row["clientid"], row["topic"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("username=line-a", lambda row: row["username"] == "line-a"),
        ("username=line-a&username=lab", lambda row: row["username"] in {"line-a", "lab"}),
        ("conn_state=disconnected", lambda row: not row["connected"]),
        ("conn_state=connected", lambda row: row["connected"]),
        ("proto_ver=3", lambda row: row["proto_ver"] == 3),
        ("clean_start=true", lambda row: row["clean_start"]),
        ("ip_address=203.0.113.9", lambda row: row["ip_address"] == "203.0.113.9"),
        ("node=emqx@10.20.0.12", lambda row: row["node"] == "emqx@10.20.0.12"),
        ("username=lab&proto_ver=5", lambda row: (row["username"], row["proto_ver"]) == ("lab", 5)),
        ("gte_connected_at=1799999000000", lambda row: row["connected_at"] >= "2027-01-15T07:43:20"),
        ("lte_created_at=2027-01-15T07:43:20Z", lambda row: row["created_at"] <= "2027-01-15T07:43:20.000+00:00"),
        ("like_clientid=mp-0001", lambda row: "mp-0001" in row["clientid"]),
        ("like_username=lin", lambda row: "lin" in (row["username"] or "")),
    ],
)  # fmt: skip
def test_filter_finds_exactly_those_that_pass(
    prod: SimulatedV5, everybody: list[Row], query: str, passes: Callable[[Row], bool]
) -> None:
    wanted = [row["clientid"] for row in everybody if passes(row)]
    found = prod.pages(f"/clients?{query}&fields=clientid", 3000)
    meta = prod.get(f"/clients?{query}&limit=10")["meta"]
    assert 0 < len(wanted) < len(everybody)
    assert [row["clientid"] for row in found] == wanted
    assert meta.get("count") == (None if "like_" in query else len(wanted))


def test_one_client_is_found_by_its_id_and_several_by_theirs(prod: SimulatedV5, everybody: list[Row]) -> None:
    one, other = everybody[17], everybody[7000]
    assert prod.get(f"/clients/{one['clientid']}") == one
    both = prod.get(f"/clients?clientid={one['clientid']}&clientid={other['clientid']}")
    assert both["data"] == [one, other]


def test_a_few_clients_are_in_trouble(everybody: list[Row]) -> None:
    full = [row for row in everybody if row["connected"] and row["mqueue_len"] > 0.9 * row["mqueue_max"]]
    stuck = [row for row in everybody if row["inflight_cnt"] >= row["inflight_max"]]
    losing = [row for row in everybody if row["mqueue_dropped"] > 5000]
    behind = [row for row in everybody if row["mailbox_len"] > 1000]
    for found in (full, stuck, losing, behind):
        assert 1 <= len(found) <= 20, len(found)


def test_messages_that_wait_for_a_client_come_in_parts(prod: SimulatedV5, everybody: list[Row]) -> None:
    full = next(row for row in everybody if row["connected"] and row["mqueue_len"] > 500)
    at = f"/clients/{full['clientid']}/mqueue_messages?limit=400"
    found, position = [], ""
    while part := prod.get(f"{at}{position}"):
        found += part["data"]
        position = f"&position={part['meta']['position']}"
        if not part["data"]:
            break
    assert len(found) == full["mqueue_len"]
    assert len({row["msgid"] for row in found}) == len(found)
    assert "payload" not in prod.get(f"{at}&payload=none")["data"][0]
    assert prod.get(f"{at}&payload=plain")["data"][0]["payload"].startswith('{"step"')


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("share_group=pumps", lambda row: row["topic"].startswith("$share/pumps/")),
        ("qos=2", lambda row: row["qos"] == 2),
        ("topic=" + quote("site/north/+/telemetry", safe=""), lambda row: row["topic"] == "site/north/+/telemetry"),
        ("match_topic=" + quote("jobs/pump/#", safe=""), lambda row: row["topic"] == "$share/pumps/jobs/pump/+"),
        ("match_topic=" + quote("cmd/+/#", safe=""), lambda row: row["topic"].startswith("cmd/")),
    ],
)
def test_subscriptions_are_filtered(prod: SimulatedV5, query: str, passes: Callable[[Row], bool]) -> None:
    everything = prod.pages("/subscriptions", 10_000)
    wanted = [row for row in everything if passes(row)]
    assert 0 < len(wanted) < len(everything)
    assert prod.pages(f"/subscriptions?{query}", 5000) == wanted


def test_topic_that_is_only_covered_by_a_wildcard_does_not_match(prod: SimulatedV5) -> None:
    """EMQX's match_topic is a filter over the subscriptions' topics: it does not tell who gets a topic."""
    topic = quote("site/north/line1/telemetry", safe="")
    assert prod.get(f"/subscriptions?match_topic={topic}")["data"] == []


def test_topics_are_counted_as_the_statistics_count_them(prod: SimulatedV5) -> None:
    rows = prod.pages("/topics", 10_000)
    assert len(rows) == prod.get("/stats?aggregate=true")["topics.count"]
    assert len({(row["topic"], row["node"]) for row in rows}) == len(rows)
    shared = quote("$share/pumps/jobs/pump/+", safe="")
    assert len(prod.get(f"/topics/{shared}")) == 3
    assert prod.get("/topics?topic=" + quote(rows[-1]["topic"], safe=""))["data"] == [rows[-1]]


def test_deployment_is_the_same_at_the_same_second() -> None:
    one, other = SimulatedV5(), SimulatedV5()
    for target in ("/clients?limit=50", "/subscriptions?limit=50", "/mqtt/retainer/messages", "/banned", "/listeners"):
        assert one.get(target) == other.get(target)
    assert one.now == START
