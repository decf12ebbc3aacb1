"""What brokers tell of the system, against every recording: plugins, licence, cluster."""

from datetime import UTC, datetime
from typing import Any

import pytest

from emqx_tui.api.licences import day, license_of
from emqx_tui.api.result_codes import explain
from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.errors import NotFound, ResultCodeError, ServerError, SwitchedOff, Unsupported
from emqx_tui.domain.listing import EVERYTHING
from emqx_tui.domain.models import Kind
from emqx_tui.domain.system import (
    ClusterNode,
    Gateway,
    GatewayListener,
    GatewayOnNode,
    License,
    ListenerOnNode,
    Move,
    Plugin,
    PluginOnNode,
    Trace,
)
from recorded import Connect, asked, recorded_bodies
from tape import Tape


# Plugins


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/plugins"))
async def test_plugins_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await asked(connect, recorded, "/plugins", body, "plugins")
    words = {True: "running", False: "stopped"}
    wanted = [
        Plugin(
            row["name"],
            None,
            row["type"],
            row["description"],
            nodes=tuple(PluginOnNode(node["node"], words[row["active"]]) for node in body["data"]),
        )
        for row in body["data"][0]["plugins"]
    ]
    assert list(page.items) == wanted
    assert sum(one.running > 0 for one in page.items) == 5


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/plugins"))
async def test_a_broker_without_plugins_has_none(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401
    page = await asked(connect, recorded, "/plugins", body, "plugins")
    assert (list(page.items), body) == ([], [])


async def test_plugins_of_emqx_5(connect: Connect) -> None:
    body = [
        {
            "name": "geo",
            "rel_vsn": "0.9.2",
            "description": "Fences",
            "author": ["A", "B"],
            "health_status": {"status": "error", "message": "no map"},
            "running_status": [{"node": "emqx@a", "status": "running"}, {"node": "emqx@b", "status": "stopped"}],
            "config": {"secret": "hunter2"},
        },
        {"rel_vsn": "1"},
    ]
    page = await asked(connect, "emqx-5.8.9-single", "/plugins", body, "plugins")
    nodes = [PluginOnNode("emqx@a", "running"), PluginOnNode("emqx@b", "stopped")]
    assert page.items == [Plugin("geo", "0.9.2", "", "Fences", "A, B", "error", "no map", nodes)]
    assert page.items[0].running == 1


async def test_a_hung_peer_makes_the_list_of_plugins_fail(connect: Connect) -> None:
    told = "error, {badmatch,{[{'emqx51@127.0.0.1',[]}],['emqx52@127.0.0.1']}}, [{emqx_mgmt_api_plugins,list_plugins"
    async with Tape("emqx-5.8.9-node-hung") as tape:
        tape.answer("/api/v5/plugins", status=500, body={"code": "INTERNAL_ERROR", "message": told})
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        with pytest.raises(ServerError) as failed:
            await broker.plugins(EVERYTHING, None)
    assert "emqx52@127.0.0.1" in failed.value.detail


# Gateways


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/gateways"))
async def test_gateways_that_nobody_has_set_up(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401
    page = await asked(connect, recorded, "/gateways", body, "gateways")
    assert list(page.items) == [Gateway(row["name"], "unloaded") for row in body]
    assert [one.name for one in page.items] == ["coap", "exproto", "lwm2m", "mqttsn", "stomp"]


async def test_a_gateway_tells_how_it_stands_on_each_node(connect: Connect) -> None:
    body = [
        {
            "name": "stomp",
            "status": "running",
            "created_at": "2026-11-21T19:00:00.000+00:00",
            "started_at": "2026-11-21T19:00:01.500+00:00",
            "max_connections": 2048,
            "current_connections": 512,
            "listeners": [{"id": "stomp:tcp:default", "type": "tcp", "name": "default", "running": True}, {"odd": 1}],
            "node_status": [
                {"node": "emqx@a", "status": "running", "max_connections": 1024, "current_connections": 512},
                {"node": "emqx@b", "status": "unloaded"},
            ],
        },
        {"name": "coap", "status": "running", "max_connections": "infinity", "current_connections": 3},
        {"status": "running"},
    ]
    page = await asked(connect, "emqx-5.8.9-cluster", "/gateways", body, "gateways")
    stomp = Gateway(
        "stomp",
        "running",
        512,
        2048,
        started_at=utc(2026, 11, 21, 19, 0, 1) + 0.5,
        listeners=(GatewayListener("stomp:tcp:default", "tcp", running=True),),
        nodes=(GatewayOnNode("emqx@a", "running", 512, 1024), GatewayOnNode("emqx@b", "unloaded")),
    )
    assert list(page.items) == [stomp, Gateway("coap", "running", 3, unlimited=True)]
    assert (stomp.running, stomp.share, page.items[1].share) == (1, 0.25, None)


async def test_the_listeners_of_a_gateway_on_each_node_in_the_words_of_5_0_and_of_later_versions(
    connect: Connect,
) -> None:
    figures = {"current_connections": 7, "max_connections": 1024}
    body = [
        {
            "id": "stomp:ssl:default",
            "bind": "61614",
            "ssl_options": {"password": "hunter2"},
            "node_status": [{"node": "emqx@a", "status": {"running": False, **figures}}, {"node": "emqx@b", **figures}],
        },
        {"bind": "1", "node_status": [{"node": "emqx@a"}]},
    ]
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/gateways/stomp/listeners", body=body)
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        found = await broker.gateway_listeners(Gateway("stomp", "running"))
        before = len(tape.requests)
        none = await broker.gateway_listeners(Gateway("coap", "unloaded"))
        assert (len(tape.requests), list(none)) == (before, []), "EMQX answers 404 to the listeners of such a one"
    assert list(found) == [
        ListenerOnNode("stomp:ssl:default", "61614", "emqx@a", running=False, connections=7, limit=1024),
        ListenerOnNode("stomp:ssl:default", "61614", "emqx@b", None, 7, 1024),
    ]


async def test_emqx_4_has_no_gateways_to_tell_of(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        base = tape.url + "/api/v4"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX4))
        with pytest.raises(Unsupported):
            await broker.gateways(EVERYTHING, None)


# Traces


def traced(row: dict[str, Any]) -> Trace:
    """What a recorded row says, read once more."""
    starts, ends = (datetime.fromisoformat(row[key]).timestamp() for key in ("start_at", "end_at"))
    form = (row.get("payload_encode", ""), row.get("formatter", ""))
    return Trace(row["name"], row["type"], row[row["type"]], row["status"], starts, ends, row["log_size"], *form)


@pytest.mark.parametrize(
    ("recorded", "body"), [*recorded_bodies("emqx-5", "/trace"), *recorded_bodies("emqx-4.4.19-cluster", "/trace")]
)
async def test_traces(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await asked(connect, recorded, "/trace", body, "traces")
    rows = body if isinstance(body, list) else body["data"]
    assert list(page.items) == [traced(row) for row in rows]
    assert {one.size for one in page.items} <= {0}
    assert {(one.kind, one.status) for one in page.items} <= {("clientid", "running")}


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4.4.19-single", "/trace"))
async def test_a_module_for_traces_that_is_not_loaded_is_switched_off(
    connect: Connect,
    recorded: str,
    body: Any,  # noqa: ANN401  JSON
) -> None:
    with pytest.raises(SwitchedOff) as off:
        await asked(connect, recorded, "/trace", body, "traces")
    assert "emqx_mod_trace" in explain(off.value, Kind.EMQX4).next


async def test_the_traces_of_4_4_may_fail_with_a_text_for_a_code(connect: Connect) -> None:
    body = {"code": "NOT_FOUND", "message": "x NOT FOUND"}
    with pytest.raises(ResultCodeError) as failed:
        await asked(connect, "emqx-4.4.19-cluster", "/trace", body, "traces")
    assert (failed.value.code, failed.value.detail) == ("NOT_FOUND", "x NOT FOUND")


async def test_a_trace_of_a_topic_that_says_little(connect: Connect) -> None:
    body = [
        {"name": "null", "type": "topic", "topic": "a/#", "status": "waiting", "log_size": {"emqx@a": "x"}},
        {"type": "topic"},
    ]
    page = await asked(connect, "emqx-5.8.9-cluster", "/trace", body, "traces")
    assert list(page.items) == [Trace("null", "topic", "a/#", "waiting")]
    assert page.items[0].size is None


# Evacuation and rebalance

EVACUATION = {
    "node": "emqx@b",
    "state": "evicting_conns",
    "connection_eviction_rate": 10,
    "session_eviction_rate": 20,
    "connection_goal": 0,
    "session_goal": 0,
    "session_recipients": ["emqx@a"],
    "stats": {"initial_connected": 60, "current_connected": 20, "initial_sessions": 100, "current_sessions": 60},
}
REBALANCE = {
    "node": "emqx@a",
    "coordinator_node": "emqx@a",
    "state": "wait_health_check",
    "connection_eviction_rate": 50,
    "session_eviction_rate": 40,
    "connection_goal": 300,
    "disconnected_session_goal": 30,
    "donors": ["emqx@b", "emqx@c"],
    "recipients": ["emqx@d"],
    "donor_conn_avg": 500,
    "donor_sess_avg": 70,
}
MOVES = [
    Move("evacuation", "emqx@b", "evicting_conns", (), ("emqx@a",), 20, 60, 0, 60, 100, 0, 10, 20),
    Move(
        "rebalance",
        "emqx@a",
        "wait_health_check",
        ("emqx@b", "emqx@c"),
        ("emqx@d",),
        500,
        None,
        300,
        70,
        None,
        30,
        50,
        40,
    ),
]


async def moves(connect: Connect, kind: Kind, answers: dict[str, Any]) -> list[Move]:
    """What is told of moves by a broker with these answers."""
    recorded, base = ("emqx-5.8.9-single", "/api/v5") if kind is Kind.EMQX5 else ("emqx-4.4.19-cluster", "/api/v4")
    async with Tape(recorded) as tape:
        for path, body in answers.items():
            tape.answer(base + path, body=body)
        broker = await connect(tape.url + base, remembered=Remembered(tape.url + base, kind))
        return list((await broker.moves(EVERYTHING, None)).items)


@pytest.mark.parametrize("kind", [Kind.EMQX4, Kind.EMQX5])
async def test_what_goes_on_in_the_cluster_is_told_by_both_generations(connect: Connect, kind: Kind) -> None:
    body = {"evacuations": [EVACUATION, "odd"], "rebalances": [REBALANCE], "purges": []}
    found = await moves(connect, kind, {"/load_rebalance/global_status": body})
    assert found == MOVES
    assert found[0].done == 0.5, "80 of 160 connections and sessions are gone"
    assert found[1].done is None, "how many there were is not told"


async def test_a_purge_is_told_with_its_sessions_alone(connect: Connect) -> None:
    purge = {
        "node": "emqx@a",
        "state": "purging",
        "purge_rate": 500,
        "session_goal": 0,
        "stats": {"initial_sessions": 10, "current_sessions": 0},
    }
    body = {"evacuations": [], "rebalances": [], "purges": [purge]}
    found = await moves(connect, Kind.EMQX5, {"/load_rebalance/global_status": body})
    assert found == [
        Move("purge", "emqx@a", "purging", sessions=0, sessions_before=10, sessions_goal=0, sessions_rate=500)
    ]
    assert found[0].done == 1.0


async def test_a_node_that_turns_clients_away_is_told_even_if_nothing_says_why(connect: Connect) -> None:
    quiet: dict[str, Any] = {"evacuations": [], "rebalances": [], "purges": []}
    on = {"status": "enabled", "stats": {"connections": 3, "sessions": 5}}
    asked_first = {"/load_rebalance/global_status": quiet}
    assert await moves(connect, Kind.EMQX5, {**asked_first, "/node_eviction/status": on}) == [
        Move("eviction", connections=3, sessions=5)
    ]
    assert await moves(connect, Kind.EMQX5, {**asked_first, "/node_eviction/status": {"status": "disabled"}}) == []
    assert await moves(connect, Kind.EMQX5, asked_first) == [], "that 404 of a recorded broker takes nothing away"


@pytest.mark.parametrize("kind", [Kind.EMQX4, Kind.EMQX5])
async def test_a_broker_without_enterprise_offers_no_rebalance(connect: Connect, kind: Kind) -> None:
    with pytest.raises((Unsupported, NotFound)):
        await moves(connect, kind, {})


# The licence


async def test_an_open_source_broker_has_no_licence(connect: Connect) -> None:
    for recorded, kind in (("emqx-5.8.9-single", Kind.EMQX5), ("emqx-4.4.19-single", Kind.EMQX4)):
        async with Tape(recorded) as tape:
            base = tape.url + ("/api/v5" if kind is Kind.EMQX5 else "/api/v4")
            broker = await connect(base, remembered=Remembered(base, kind))
            with pytest.raises((Unsupported, NotFound)):
                await broker.license(EVERYTHING, None)


def utc(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[arg-type,misc]


async def test_the_licence_of_emqx_5(connect: Connect) -> None:
    body = {
        "customer": "Plant AG",
        "email": "ops@plant.example",
        "deployment": "production",
        "max_connections": 100,
        "max_sessions": 60_000,
        "max_tps": 5000,
        "start_at": "2025-01-11",
        "expiry_at": "2027-01-11",
        "type": "official",
        "customer_type": 10,
        "expiry": False,
    }
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/license", body=body)
        tape.answer("/api/v5/monitor_current", body={"connections": 45_000})
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        page = await broker.license(EVERYTHING, None)
        tape.answer("/api/v5/monitor_current", status=500, body={"code": "INTERNAL_ERROR", "message": "x"})
        without = await broker.license(EVERYTHING, None)
    found = page.items[0]
    dates = (utc(2025, 1, 11), utc(2027, 1, 11))
    assert found == License(
        "Plant AG", "production", "official", "evaluation", 45_000, 60_000, 5000, *dates, expired=False
    )
    assert found.share == 0.75
    assert without.items == [found._replace(sessions=None)]


async def test_the_licence_of_emqx_4_enterprise(connect: Connect) -> None:
    body = {"code": 0, "data": {"max_connections": 10, "expiry_at": "2026-12-01 10:00:00", "customer": "Plant AG"}}
    async with Tape("emqx-4.4.19-cluster") as tape:
        tape.answer("/api/v4/license", body=body)
        base = tape.url + "/api/v4"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX4))
        found = (await broker.license(EVERYTHING, None)).items[0]
        sessions = sum(node.sessions or 0 for node in await broker.nodes())
    assert (found.sessions, found.sessions_limit, found.ends_at) == (sessions, 10, utc(2026, 12, 1, 10))


@pytest.mark.parametrize(
    ("number", "word"), [(4, "BYOC"), (5, "education or non-profit"), (10, "evaluation"), (11, "developer"), (99, "99")]
)
def test_the_kind_of_customer_is_a_word_where_emqx_has_one(number: int, word: str) -> None:
    """11 is the licence that every EMQX 5.9 and later comes with."""
    assert license_of({"customer_type": number}, None).customer_type == word


@pytest.mark.parametrize("value", ["", "never", None, True, {}, "9999999-01-01", float("inf")])
def test_a_date_that_is_none_is_not_known(value: object) -> None:
    assert day(value) is None


# The cluster


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/cluster/topology"))
async def test_the_cluster_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    async with Tape(recorded) as tape:
        tape.answer("/api/v5/cluster/topology", body=body)
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        if "hung" in recorded:
            # The list of nodes comes after half a minute; here it is the hung node that matters.
            tape.answer("/api/v5/nodes", status=500, body={"code": "NODE_DOWN", "message": "x"})
        found = {one.name: one for one in (await broker.cluster_nodes(EVERYTHING, None)).items}
    cores = {row["core_node"] for row in body}
    asked_node = found["emqx51@127.0.0.1"]
    assert asked_node.asked
    assert set(asked_node.topology.cores or {}) == cores
    assert {name for name, one in found.items() if one.role == "core"} >= cores
    assert not any(one.lost for one in found.values())
    if "hung" in recorded:
        assert found["emqx52@127.0.0.1"] == ClusterNode("emqx52@127.0.0.1", topology=asked_node.topology)
    else:
        assert asked_node.status == "running"
        assert asked_node.version == "5.8.9"
        assert asked_node.uptime


async def test_a_replicant_hangs_on_a_core_or_is_lost(connect: Connect) -> None:
    def node(name: str, role: str) -> dict[str, object]:
        return {"node": name, "node_status": "running", "role": role, "version": "5.8.9", "uptime": 9000}

    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer(
            "/api/v5/nodes", body=[node("emqx@c", "core"), node("emqx@r", "replicant"), node("emqx@l", "replicant")]
        )
        tape.answer(
            "/api/v5/cluster/topology",
            body=[{"core_node": "emqx@c", "replicant_nodes": [{"node": "emqx@r", "streams": 2}]}, {"odd": 1}],
        )
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        found = {one.name: one for one in (await broker.cluster_nodes(EVERYTHING, None)).items}
        tape.answer(
            "/api/v5/cluster/topology", status=404, body={"code": "NOT_FOUND", "message": "Request Path Not Found"}
        )
        older = {one.name: one for one in (await broker.cluster_nodes(EVERYTHING, None)).items}
    assert (found["emqx@r"].cores, found["emqx@r"].lost) == (("emqx@c",), False)
    assert (found["emqx@l"].cores, found["emqx@l"].lost) == ((), True)
    assert found["emqx@c"].uptime == 9.0
    assert older["emqx@l"].topology.cores is None
    assert not older["emqx@l"].lost, "before 5.2 nobody tells"


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/nodes"))
async def test_the_nodes_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await asked(connect, recorded, "/nodes", body, "cluster_nodes")
    assert [(one.name, one.status, one.role, one.version) for one in page.items] == [
        (row["node"], row["node_status"].lower(), "", row["version"]) for row in body["data"]
    ]
