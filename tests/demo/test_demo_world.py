"""The simulated numbers: the same for the same seed and clock, and consistent with each other."""

import json
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emqx_tui.demo.counters import metrics_v4, metrics_v5, stats_v5
from emqx_tui.demo.exchange import Request
from emqx_tui.demo.formats import kmg, uptime_words
from emqx_tui.demo.history import History, grid
from emqx_tui.demo.plans import ClusterPlan, biggest_cluster, lone_node, older_cluster
from emqx_tui.demo.scenario import outage_of
from emqx_tui.demo.v5 import Emqx5
from emqx_tui.demo.world import Cluster


START = 1_800_000_000.0
HEADERS = {"authorization": "Basic " + b64encode(b"demo:demo-secret").decode()}
GAUGES = {"messages.retained"}


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


def make_cluster(seed: str = "7", scenario: str = "healthy", plan: ClusterPlan | None = None) -> Cluster:
    return Cluster(plan or biggest_cluster(3), seed, START, outage_of(scenario))


def get(service: Emqx5, target: str) -> object:
    path, _, query = target.partition("?")
    answer = service.answer(Request("GET", f"/api/v5{path}", query, HEADERS))
    assert answer.status == 200
    return json.loads(answer.body)


def test_same_seed_and_clock_give_the_same_answers() -> None:
    clock = Hands()
    first, second, other = (Emqx5(make_cluster(seed), "demo", "demo-secret", clock) for seed in ("7", "7", "8"))
    for now in (0.0, 3.7, 4000.0):
        clock.now = START + now
        for target in ("/nodes", "/metrics", "/stats", "/monitor?latest=300", "/monitor_current", "/clients?limit=9"):
            assert get(first, target) == get(second, target)
            assert get(first, target) == get(first, target)
        assert get(first, "/nodes") != get(other, "/nodes")


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    clock = Hands()
    asked, fresh = (Emqx5(make_cluster(scenario="node-down"), "demo", "demo-secret", clock) for _ in range(2))
    for now in range(0, 400, 7):
        clock.now = START + now
        get(asked, "/metrics")
        get(asked, "/monitor?latest=3600")
    for target in ("/nodes", "/metrics", "/monitor?latest=3600"):
        assert get(asked, target) == get(fresh, target)


@pytest.mark.parametrize("scenario", ["healthy", "node-down", "node-hung"])
@given(
    since=st.floats(0, 500_000),
    later=st.sampled_from([0.01, 0.3, 1.0, 2.0, 9.9, 10.0, 61.0, 5000.0]),
)
@settings(max_examples=60, deadline=None)
def test_counters_never_fall_while_a_node_is_up(scenario: str, since: float, later: float) -> None:
    cluster = make_cluster(scenario=scenario)
    before, after = START + since, START + since + later
    for node in cluster.nodes:
        if node.booted(before) != node.booted(after):
            continue
        for early, late in (
            (metrics_v4(cluster, node, before), metrics_v4(cluster, node, after)),
            (metrics_v5(node, before), metrics_v5(node, after)),
        ):
            fallen = [name for name in early if late[name] < early[name] and name not in GAUGES]
            assert not fallen


def test_metrics_have_the_names_of_each_version() -> None:
    cluster = make_cluster()
    assert len(metrics_v4(cluster, cluster.nodes[0], START)) == 84
    assert len(metrics_v5(cluster.nodes[0], START)) == 99


@given(since=st.floats(0, 200_000))
@settings(max_examples=40, deadline=None)
def test_rates_are_those_of_the_counters(since: float) -> None:
    cluster = make_cluster()
    now = START + since
    service = Emqx5(cluster, "demo", "demo-secret", lambda: now)
    current = get(service, "/monitor_current")
    assert isinstance(current, dict)
    for rate, counter in (
        ("received_msg_rate", "messages.received"),
        ("sent_msg_rate", "messages.sent"),
        ("dropped_msg_rate", "messages.dropped"),
    ):
        counted = sum(metrics_v5(node, now)[counter] - metrics_v5(node, now - 10)[counter] for node in cluster.nodes)
        assert current[rate] == pytest.approx(counted / 10, abs=1)
    assert 1000 < current["received_msg_rate"] < 12_000
    assert 20_000 < current["connections"] < 90_000
    assert 0 < current["dropped_msg_rate"] < 60


@pytest.mark.parametrize("scenario", ["healthy", "node-down", "node-hung"])
def test_monitor_tells_what_the_counters_told(scenario: str) -> None:
    cluster = make_cluster(scenario=scenario)
    history = History(cluster)
    for at in range(int(START), int(START) + 400, 10):
        sample = history.of_cluster(float(at), 10.0)
        assert sample is not None
        up = [node for node in cluster.nodes if node.runs(at)]
        counted = [
            metrics_v5(node, at)["messages.received"]
            - (metrics_v5(node, at - 10)["messages.received"] if node.booted(at) < at - 10 else 0)
            for node in up
        ]
        assert sample.received == pytest.approx(sum(counted), abs=4 * len(up))
        assert sample.connections == pytest.approx(sum(node.sessions(at) for node in up), abs=len(up))


def test_monitor_has_an_hour_on_the_grid_of_ten_seconds() -> None:
    now = START + 3.4
    points = get(Emqx5(make_cluster(), "demo", "demo-secret", lambda: now), "/monitor?latest=3600")
    assert isinstance(points, list)
    assert len(points) == 361
    assert [point["time_stamp"] for point in points] == [int(START - 3600 + 10 * n) * 1000 for n in range(361)]
    assert all(point["received"] > 0 for point in points)
    assert sum(point["received"] for point in points) / 3610 == pytest.approx(4200, rel=0.6)


def test_monitor_has_only_times_before_the_boot() -> None:
    now = START + 5
    plan = lone_node("10.60.0.9", version="5.8.9", edition="Opensource", sessions=35, received=12)
    cluster = make_cluster(plan=plan)
    points = get(Emqx5(cluster, "demo", "demo-secret", lambda: now), "/monitor?latest=86400")
    assert isinstance(points, list)
    boot = cluster.nodes[0].booted(now) * 1000
    for point in points:
        assert (set(point) == {"time_stamp"}) == (point["time_stamp"] < boot)
    assert {len(point) > 1 for point in points} == {True, False}


@pytest.mark.parametrize(
    ("latest", "step", "points"),
    [(60, 1, 61), (300, 10, 31), (3600, 10, 361), (86_400, 60, 1441), (604_800, 600, 1009)],
)
def test_grid_is_coarser_for_longer_spans(latest: int, step: float, points: int) -> None:
    found_step, found = grid(START + 7, latest)
    assert (found_step, len(found)) == (step, points)
    assert found[-1] <= START + 7 < found[-1] + step


def test_every_moving_number_of_a_large_cluster_moves_within_two_seconds() -> None:
    clock = Hands()
    service = Emqx5(make_cluster(plan=biggest_cluster(50)), "demo", "demo-secret", clock)
    moving = ("uptime", "connections", "live_connections", "load1", "load5", "load15", "memory_used", "process_used")
    for now in (0.0, 60.0, 1000.5):
        clock.now = START + now
        before = get(service, "/nodes")
        clock.now += 2
        after = get(service, "/nodes")
        assert isinstance(before, list)
        assert isinstance(after, list)
        assert len(before) == 50
        assert sum(row["role"] == "core" for row in before) == 3
        assert sum(row["connections"] for row in before) > 50_000
        for row, later in zip(before, after, strict=True):
            still = [name for name in moving if row[name] == later[name]]
            assert not still


def test_restart_resets_uptime_and_counters() -> None:
    cluster = make_cluster(scenario="node-down")
    node = cluster.nodes[1]
    before, after = START + 5, START + 95
    assert node.uptime(before) > 1_000_000
    assert node.uptime(after) == pytest.approx(5)
    assert node.traffic(after).received < node.traffic(before).received / 1000
    assert node.sessions(after) < cluster.nodes[0].sessions(after) / 2
    assert cluster.nodes[0].uptime(after) > 1_000_000


def test_sessions_of_a_killed_node_move_in_part() -> None:
    cluster = make_cluster(scenario="node-down")
    before, during = START + 7, START + 60
    lost = cluster.nodes[1].sessions(before)
    gained = sum(node.sessions(during) - node.sessions(before) for node in cluster.nodes if not node.failing)
    assert 0.5 * lost < gained < 0.9 * lost
    assert cluster.sessions(during) < cluster.sessions(before)


def test_hung_node_wakes_with_its_uptime_and_counters() -> None:
    cluster = make_cluster(scenario="node-hung")
    node = cluster.nodes[1]
    hung_at, woken = node.traffic(START + 8), node.traffic(START + 90)
    assert woken == hung_at
    assert node.traffic(START + 100).received > hung_at.received
    assert node.uptime(START + 100) > 1_000_000


def test_shared_figures_are_the_same_on_each_node() -> None:
    cluster = make_cluster()
    total = cluster.sessions(START)
    stats = [stats_v5(cluster, node, START, total) for node in cluster.nodes]
    for name in ("topics.count", "retained.count", "cluster_sessions.count", "subscriptions.shared.count"):
        assert len({each[name] for each in stats}) == 1
    assert sum(each["connections.count"] for each in stats) == total
    assert all(each[name] >= each[name.replace(".max", ".count")] for each in stats for name in each)


def test_older_nodes_write_words_and_sizes() -> None:
    assert uptime_words(3 * 86_400 + 21 * 60 + 9) == "3 days, 0 hours, 21 minutes, 9 seconds"
    assert uptime_words(258) == "4 minutes, 18 seconds"
    assert uptime_words(1) == "1 seconds"
    assert (kmg(512), kmg(983_535_124), kmg(25_275_900_000)) == ("512", "937.97M", "23.54G")
    assert len(older_cluster().nodes) == 2
