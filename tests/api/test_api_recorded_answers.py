"""Every recorded answer of a real broker is read as what it says, converted here a second time by other means."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest

from emqx_tui.domain.models import Alarm, Node
from recorded import RECORDINGS, SETS, Connect, base_of, known
from tape import Tape


TIMES_1024 = {"K": 1024.0, "M": 1024.0**2, "G": 1024.0**3}


def bodies(recorded: str, path: str) -> list[Any]:
    """The well answered bodies of a path without a query, or with the one that is named."""
    exchanges = map(json.loads, (RECORDINGS / f"{recorded}.jsonl").read_text("utf-8").splitlines())
    return [
        exchange["body"] if exchange.get("body") is not None else exchange.get("text")
        for exchange in exchanges
        if exchange["request"]["path"] == base_of(recorded) + path
        and (exchange["request"]["method"], exchange["request"]["auth"], exchange["status"]) == ("GET", "ok", 200)
    ]


def recorded_bodies(sets: str, path: str) -> list[Any]:
    """Parameters: each recorded answer to a path in the sets whose names begin so."""
    return [
        pytest.param(recorded, body, id=f"{recorded}-{place}")
        for recorded in SETS
        if recorded.startswith(sets)
        for place, body in enumerate(bodies(recorded, path))
    ]


async def told(connect: Connect, recorded: str, path: str, body: Any, ask: str) -> Any:  # noqa: ANN401  JSON
    async with Tape(recorded) as tape:
        tape.answer(base_of(recorded) + path, body=body)
        broker = await known(connect, tape, recorded)
        return await getattr(broker, ask)()


def in_bytes(text: str) -> float:
    return float(text[:-1]) * TIMES_1024[text[-1]]


def in_seconds(text: str) -> int:
    units = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    return sum(int(part.split()[0]) * units[part.split()[1][0].lower()] for part in text.split(", "))


def by_name(nodes: Sequence[Node]) -> dict[str | None, Node]:
    return {node.name: node for node in nodes}


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/nodes"))
async def test_nodes_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    nodes = by_name(await told(connect, recorded, "/nodes", body, "nodes"))
    assert len(nodes) == len(body["data"])
    for row in body["data"]:
        node = nodes[row["node"]]
        assert (node.running, node.status, node.version) == (True, "Running", row["version"])
        assert (node.sessions, node.live_connections) == (row["connections"], row["live_connections"])
        assert node.uptime == in_seconds(row["uptime"])
        assert (node.load1, node.load5, node.load15) == tuple(float(row[name]) for name in ("load1", "load5", "load15"))
        assert node.memory_used == pytest.approx(in_bytes(row["memory_used"]), abs=0.5)
        assert node.memory_total == pytest.approx(in_bytes(row["memory_total"]), abs=0.5)
        assert (node.processes_used, node.processes_limit) == (row["process_used"], row["process_available"])
        assert (node.fd_limit, node.otp_release) == (row["max_fds"], row["otp_release"])


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/brokers"))
async def test_brokers_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    nodes = by_name(await told(connect, recorded, "/brokers", body, "brokers"))
    assert len(nodes) == len(body["data"])
    for row in body["data"]:
        assert nodes[row["node"]] == Node(
            row["node"],
            running=True,
            status=row["node_status"],
            version=row["version"],
            description=row["sysdescr"],
            otp_release=row["otp_release"],
            uptime=float(in_seconds(row["uptime"])),
            datetime=row["datetime"],
        )


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/stats"))
async def test_gauges_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    found = await told(connect, recorded, "/stats", body, "stats")
    assert found == {row["node"]: row["stats"] for row in body["data"]}


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/metrics"))
async def test_counters_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    found = await told(connect, recorded, "/metrics", body, "metrics")
    assert found == {row["node"]: row["metrics"] for row in body["data"]}


@pytest.mark.parametrize("ask", ["stats", "metrics"])
@pytest.mark.parametrize("recorded", ["emqx-5.8.9-single", "emqx-5.8.9-cluster", "emqx-5.8.9-node-killed"])
async def test_gauges_and_counters_of_emqx_5(connect: Connect, recorded: str, ask: str) -> None:
    (body, *_) = bodies(recorded, f"/{ask}")
    found = await told(connect, recorded, f"/{ask}", body, ask)
    assert found == {row["node"]: {name: value for name, value in row.items() if name != "node"} for row in body}
    assert all(len(counters) > 20 for counters in found.values())


def per_node(pattern: str) -> Iterator[tuple[str, str, Any]]:
    """Set, path below the base and body of what single nodes were asked."""
    for recorded in SETS:
        for line in (RECORDINGS / f"{recorded}.jsonl").read_text("utf-8").splitlines():
            exchange = json.loads(line)
            path = exchange["request"]["path"].removeprefix(base_of(recorded))
            if exchange["request"]["auth"] == "ok" and exchange["status"] == 200 and re.fullmatch(pattern, path):
                yield recorded, path, exchange["body"]


@pytest.mark.parametrize("field", ["stats", "metrics"])
async def test_counters_of_a_single_node_are_read_number_by_number(connect: Connect, field: str) -> None:
    asked = 0
    for recorded, path, body in per_node(rf"/nodes/[^/?]+/{field}"):
        if "message" in body:  # the node is down, which another test is about
            continue
        async with Tape(recorded) as tape:
            tape.answer(base_of(recorded) + path, body=body)
            broker = await known(connect, tape, recorded)
            ask = broker.node_stats if field == "stats" else broker.node_metrics
            assert await ask(path.split("/")[2]) == (body["data"] if recorded.startswith("emqx-4") else body)
            asked += 1
    assert asked >= 4


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/alarms/activated"))
async def test_alarms_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    alarms = await told(connect, recorded, "/alarms/activated", body, "alarms")
    raw = [(row["node"], alarm) for row in body["data"] for alarm in row["alarms"]]
    assert [(one.node, one.name, one.message) for one in alarms] == [
        (name, alarm["name"], alarm["message"]) for name, alarm in raw
    ]
    for one, (_, alarm) in zip(alarms, raw, strict=True):
        assert one.activated_at == pytest.approx(alarm["activate_at"] / 1e6, abs=1e-3)
        assert [key for key, _ in one.details] == list(alarm["details"])


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/alarms?activated=true"))
async def test_alarms_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    alarms = await told(connect, recorded, "/alarms", body, "alarms")
    assert [(one.node, one.name, one.message) for one in alarms] == [
        (row["node"], row["name"], row["message"]) for row in body["data"]
    ]
    for one, row in zip(alarms, body["data"], strict=True):
        assert one.activated_at == datetime.strptime(row["activate_at"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/nodes"))
async def test_nodes_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    nodes = by_name(await told(connect, recorded, "/nodes", body, "nodes"))
    assert len(nodes) == len(body)
    for row in body:
        node = nodes[row["node"]]
        assert (node.status, node.role, node.running) == (
            row["node_status"],
            row["role"],
            row["node_status"] == "running",
        )
        assert (node.sessions, node.live_connections) == (row.get("connections"), row.get("live_connections"))
        assert node.uptime == (row["uptime"] / 1000 if "uptime" in row else None)
        assert (node.load1, node.load5, node.load15) == (row.get("load1"), row.get("load5"), row.get("load15"))
        if "memory_used" in row:
            assert node.memory_used == pytest.approx(in_bytes(row["memory_used"]), abs=0.5)
            assert node.memory_total == pytest.approx(in_bytes(row["memory_total"]), abs=0.5)
        else:
            assert (node.memory_used, node.memory_total) == (None, None)


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/monitor?latest=3600"))
async def test_the_last_hour_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    async with Tape(recorded) as tape:
        tape.answer("/api/v5/monitor", body=body)
        broker = await connect(tape.url + "/api/v5")
        samples = await broker.history(3600)
        assert tape.requests[-1].target == "/api/v5/monitor?latest=3600"
    measured = [row for row in body if "received" in row]
    assert len(measured) < len(body) == 361
    assert len(samples) == len(measured)
    for sample, row in zip(samples, measured, strict=True):
        assert sample.age == (body[-1]["time_stamp"] - row["time_stamp"]) / 1000
        assert sample.totals.received_rate == row["received"] / 10
        assert sample.totals.sent_rate == row["sent"] / 10
        assert sample.totals.dropped_rate == row["dropped"] / 10
        assert (sample.totals.sessions, sample.totals.live_connections) == (row["connections"], row["live_connections"])


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/monitor_current"))
async def test_totals_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    totals = await told(connect, recorded, "/monitor_current", body, "totals")
    assert (totals.sessions, totals.live_connections, totals.topics, totals.subscriptions, totals.retained) == tuple(
        body[name] for name in ("connections", "live_connections", "topics", "subscriptions", "retained_msg_count")
    )
    assert (totals.received_rate, totals.sent_rate, totals.dropped_rate) == tuple(
        body[f"{name}_msg_rate"] for name in ("received", "sent", "dropped")
    )


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/cluster"))
async def test_members_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    assert await told(connect, recorded, "/cluster", body, "members") == set(body["nodes"])


async def test_a_few_rows_spelt_out(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await connect(tape.url + "/api/v4")
        assert (await broker.nodes())[0] == Node(
            "emqx42@127.0.0.1",
            running=True,
            status="Running",
            version="4.4.19",
            otp_release="25.2.3/13.1.5",
            uptime=64.0,
            sessions=14,
            live_connections=13,
            load1=1.63,
            load5=1.29,
            load15=0.89,
            memory_used=1_061_777_572,
            memory_total=25_275_882_537,
            processes_used=314,
            processes_limit=2_097_152,
            fd_limit=20_000,
        )
        assert (await broker.alarms())[0] == Alarm(
            "too_many_processes",
            "emqx41@127.0.0.1",
            "0.015735626220703125% process usage",
            1795288519.050011,
            (("high_watermark", "0.0001"), ("low_watermark", "5e-05"), ("usage", "0.015735626220703125")),
        )
    async with Tape("emqx-5.8.9-node-killed") as tape:
        broker = await connect(tape.url + "/api/v5")
        running, stopped = await broker.nodes()
        assert (running.sessions, running.live_connections, running.uptime, running.memory_used) == (
            18,
            17,
            430.061,
            982_756_884,
        )
        assert (running.edition, running.fd_limit, running.processes_used) == ("Opensource", 20_000, 565)
        assert stopped == Node("emqx52@127.0.0.1", running=False, status="stopped", role="core")


async def test_a_nanomq_in_its_own_shapes(connect: Connect) -> None:
    async with Tape("nanomq-0.25.3") as tape:
        tape.answer("/api/v4/nodes", body=bodies("nanomq-0.25.3", "/nodes")[-1])
        broker = await connect(tape.url + "/api/v4")
        assert await broker.nodes() == [
            Node(None, running=True, status="Running", version="0.25.4-5", uptime=8.0, sessions=10)
        ]
        tape.answer("/api/v4/brokers", body=bodies("nanomq-0.25.3", "/brokers")[0])
        (described,) = await broker.brokers()
        assert (described.description, described.datetime) == ("NanoMQ Broker", "2026-11-21 19:16:40")
        tape.answer("/api/v4/metrics", body={"metrics": [], "cpuinfo": "0.10%", "memory": "3850240", "connections": 10})
        assert await broker.stats() == {"": {"memory.used": 3_850_240, "connections.count": 10}}
        tape.answer("/api/v4/prometheus", text=bodies("nanomq-0.25.3", "/prometheus")[-1])
        assert await broker.metrics() == {
            "": {
                "messages.received": 52,
                "messages.sent": 83,
                "messages.dropped": 5,
                "live_connections.count": 10,
                "connections.count": 10,
                "topics.count": 24,
                "subscribers.count": 10,
            }
        }


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("nano", "/nodes"))
async def test_nodes_of_nanomq(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    (node,) = await told(connect, recorded, "/nodes", body, "nodes")
    (row,) = body["data"]
    assert (node.name, node.sessions, node.version) == (None, row["connections"], row["version"])
    assert node.uptime == in_seconds(row["uptime"])
