"""What each generation offers beyond what was recorded, and what it is asked how often."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from emqx_tui.domain.broker import Attention, Broker, Pace, Part, Remembered
from emqx_tui.domain.errors import ResultCodeError, Unsupported
from emqx_tui.domain.models import Alarm, Kind, Node, Totals
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]

ONE = "emqx41@127.0.0.1"


async def answering(connect: Connect, tape: Tape, kind: Kind, path: str, body: object) -> Broker:
    base = tape.url + ("/api/v5" if kind in {Kind.EMQX5, Kind.SERVERLESS} else "/api/v4")
    tape.answer(base.removeprefix(tape.url) + path, body=body)
    return await connect(base, remembered=Remembered(base, kind))


async def test_a_service_with_brokers_only_describes_a_single_node_in_full(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        tape.answer("/api/v4/nodes", status=404, text="Not found.")
        base = tape.url + "/api/v4"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX4))
        assert await broker.node(ONE) == Node(
            ONE,
            running=True,
            status="Running",
            version="4.4.19",
            description="EMQX Broker",
            otp_release="25.2.3/13.1.5",
            uptime=379.0,
            datetime="2026-11-21 19:19:07",
        )
        assert [seen.target for seen in tape.requests] == [f"/api/v4/nodes/{ONE}", f"/api/v4/brokers/{ONE}"]


async def test_nodes_of_emqx_4_that_fail_within_a_good_answer(connect: Connect) -> None:
    rows = [
        {"node": "a@1", "error": "nodedown"},
        {"name": "b@1", "node_status": "Stopped"},
        {"node": "c@1", "error": {"badrpc": "timeout"}},
        {"node": "d@1", "error": "timeout", "node_status": "Running"},
        "no row",
    ]
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await answering(connect, tape, Kind.EMQX4, "/nodes", {"code": 0, "data": rows})
        found = await broker.nodes()
        assert [(node.name, node.running, node.error) for node in found] == [
            ("a@1", False, "nodedown"),
            ("b@1", False, None),
            ("c@1", None, '{"badrpc": "timeout"}'),
            ("d@1", None, "timeout"),
        ]


async def test_memory_of_older_versions_in_bytes_or_digits(connect: Connect) -> None:
    rows = [{"node": "a@1", "memory_used": 60_920_512, "memory_total": "512", "load1": 1.14, "uptime": ""}]
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await answering(connect, tape, Kind.EMQX4, "/nodes", {"code": 0, "data": rows})
        (node,) = await broker.nodes()
        assert (node.memory_used, node.memory_total, node.load1, node.uptime) == (60_920_512, 512, 1.14, None)


async def test_members_of_emqx_4_are_told_by_a_table_that_no_hung_peer_blocks(connect: Connect) -> None:
    rows = [{"topic": "a", "node": "a@1"}, {"topic": "b", "node": "b@1"}, {"topic": "c", "node": "a@1"}, {"topic": "d"}]
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await answering(connect, tape, Kind.EMQX4, "/routes", {"code": 0, "data": rows})
        assert await broker.members() == {"a@1", "b@1"}
        assert tape.requests[-1].target == "/api/v4/routes?_limit=50"


async def test_alarms_with_everything_missing_are_still_alarms(connect: Connect) -> None:
    rows: list[object] = [{"node": "a@1", "alarms": None}, {"node": "b@1", "alarms": [{}, {"name": "x", "details": 1}]}]
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await answering(connect, tape, Kind.EMQX4, "/alarms/activated", {"code": 0, "data": rows})
        assert await broker.alarms() == [Alarm("?", "b@1"), Alarm("x", "b@1")]


@pytest.mark.parametrize(
    ("meta", "sessions"),
    [({"count": 17}, 17), ({"count": -1}, None), ({}, None), (None, None), ({"count": "many"}, None), ([], None)],
)
async def test_sessions_of_serverless_are_missing_when_they_are_not_counted(
    connect: Connect, meta: object, sessions: int | None
) -> None:
    async with Tape() as tape:
        broker = await answering(connect, tape, Kind.SERVERLESS, "/clients", {"data": [], "meta": meta})
        assert await broker.totals() == Totals(sessions=sessions)


async def test_points_without_data_and_without_a_time_are_skipped(connect: Connect) -> None:
    rows: list[Any] = [
        {"time_stamp": 1_000_000},
        {"time_stamp": 1_010_000, "received": 100, "sent": 5, "dropped": 0, "connections": 7},
        {"time_stamp": 1_020_000},
        {"received": 9},
        {"time_stamp": "soon", "received": 9},
        {"time_stamp": 1_030_000, "received": None, "connections": "infinity"},
        {"time_stamp": 1_040_000},
    ]
    async with Tape("emqx-5.8.9-cluster") as tape:
        broker = await answering(connect, tape, Kind.EMQX5, "/monitor", rows)
        first, second = await broker.history(3600)
        assert first.age == 30.0
        assert first.totals == Totals(sessions=7, received_rate=10.0, sent_rate=0.5, dropped_rate=0.0)
        assert (second.age, second.totals) == (10.0, Totals())


async def test_what_monitor_current_does_not_tell_is_missing(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        broker = await answering(connect, tape, Kind.EMQX5, "/monitor_current", {"connections": 0})
        assert await broker.totals() == Totals(sessions=0)


async def test_a_replicant_that_stopped_is_just_not_there_and_members_name_who_is(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-node-killed") as tape:
        broker = await connect(tape.url + "/api/v5")
        assert await broker.members() == {"emqx51@127.0.0.1"}


@pytest.mark.parametrize("names", [None, "a@1", {"a@1": 1}, []])
async def test_members_that_are_no_list_are_none(connect: Connect, names: object) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        broker = await answering(connect, tape, Kind.EMQX5, "/cluster", {"nodes": names})
        assert await broker.members() == frozenset()


@pytest.mark.parametrize(
    ("kind", "questions"),
    [
        (Kind.EMQX4, {"totals", "history"}),
        (Kind.EMQX5, {"brokers", "node_alarms"}),
        (
            Kind.NANOMQ,
            {"totals", "history", "alarms", "members", "node", "node_stats", "node_metrics", "node_alarms"},
        ),
    ],
)
async def test_what_a_generation_does_not_offer_is_not_even_asked(
    connect: Connect, kind: Kind, questions: set[str]
) -> None:
    arguments: dict[str, tuple[object, ...]] = {"history": (3600,)}
    async with Tape("emqx-5.8.9-cluster") as tape:
        broker = await answering(connect, tape, kind, "/nodes", [])
        for question in questions:
            named = ("a@1",) if question.startswith("node") else ()
            with pytest.raises(Unsupported) as told:
                await getattr(broker, question)(*arguments.get(question, named))
            assert told.value.path.startswith("/")
        assert tape.requests == []


@pytest.mark.parametrize(
    ("kind", "first", "parts"),
    [
        (Kind.EMQX4, Part.NODES, {Part.NODES, Part.METRICS, Part.STATS, Part.ALARMS, Part.BROKERS}),
        (
            Kind.EMQX5,
            Part.NODES,
            {Part.NODES, Part.TOTALS, Part.METRICS, Part.ALARMS, Part.STATS, Part.MEMBERS, Part.HISTORY},
        ),
        (Kind.NANOMQ, Part.NODES, {Part.NODES, Part.METRICS, Part.STATS, Part.BROKERS}),
        (Kind.SERVERLESS, Part.TOTALS, {Part.TOTALS}),
    ],
)
async def test_little_is_asked_of_a_deployment_that_is_not_open(
    connect: Connect, kind: Kind, first: Part, parts: set[Part]
) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        broker = await answering(connect, tape, kind, "/nodes", [])
        opened = broker.parts(Attention.OPEN)
        assert set(opened) == parts
        for attention in Attention:
            asked = broker.parts(attention)
            assert next(iter(asked)) is first
            assert asked[first] is Pace.EACH
        assert len(broker.parts(Attention.HEARTBEAT)) <= 3


async def test_metrics_of_nanomq_have_no_envelope_and_every_number_may_be_missing(connect: Connect) -> None:
    async with Tape("nanomq-0.25.3") as tape:
        broker = await answering(connect, tape, Kind.NANOMQ, "/metrics", {"metrics": [], "memory": "undefined"})
        assert await broker.stats() == {"": {}}
        tape.answer("/api/v4/metrics", body={"hello": 1})
        with pytest.raises(ResultCodeError):
            await broker.stats()


async def test_negative_samples_of_nanomq_are_left_out(connect: Connect) -> None:
    async with Tape("nanomq-0.25.3") as tape:
        base = tape.url + "/api/v4"
        tape.answer("/api/v4/prometheus", text="nanomq_messages_sent -1\nnanomq_messages_received 5\nother 7\n")
        broker = await connect(base, remembered=Remembered(base, Kind.NANOMQ))
        assert await broker.metrics() == {"": {"messages.received": 5}}
