"""What brokers tell of how they do, against every recording: past alarms, listeners, slow subscriptions, topics."""

from datetime import datetime
from typing import Any

import pytest

from emqx_tui.api import v4_monitoring, v5_monitoring
from emqx_tui.api.result_codes import SWITCHED_OFF, explain
from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.errors import BadAnswer, Forbidden, ServerError, SwitchedOff, Unsupported
from emqx_tui.domain.listing import EVERYTHING
from emqx_tui.domain.models import Kind
from emqx_tui.domain.monitoring import Listener, ListenerNode
from recorded import KINDS, Connect, asked, base_of, recorded_bodies
from tape import Tape


async def test_there_are_recordings_of_everything() -> None:
    for sets, path in [
        ("emqx-4", "/alarms/deactivated"),
        ("emqx-4", "/listeners"),
        ("emqx-4", "/slow_subscriptions"),
        ("emqx-4", "/topic-metrics"),
        ("emqx-5", "/alarms?activated=false"),
        ("emqx-5", "/listeners"),
        ("emqx-5", "/slow_subscriptions"),
        ("emqx-5", "/mqtt/topic_metrics"),
    ]:
        assert recorded_bodies(sets, path), (sets, path)


# Alarms that are over


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/alarms/deactivated"))
async def test_past_alarms_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await asked(connect, recorded, "/alarms/deactivated", body, "past_alarms")
    raw = [(row["node"], alarm) for row in body["data"] for alarm in row["alarms"]]
    assert [(one.node, one.name, one.message) for one in page.items] == [
        (name, alarm["name"], alarm["message"]) for name, alarm in raw
    ]
    assert page.after is None
    for one, (_, alarm) in zip(page.items, raw, strict=True):
        assert one.activated_at == pytest.approx(alarm["activate_at"] / 1e6, abs=1e-3)
        assert one.deactivated_at == pytest.approx(alarm["deactivate_at"] / 1e6, abs=1e-3)
        assert one.deactivated_at - one.activated_at == pytest.approx(alarm["duration"] / 1e6, abs=0.01)
        assert [key for key, _ in one.details] == list(alarm["details"])


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/alarms?activated=false"))
async def test_past_alarms_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await asked(connect, recorded, "/alarms", body, "past_alarms")
    assert [(one.node, one.name, one.message) for one in page.items] == [
        (row["node"], row["name"], row["message"]) for row in body["data"]
    ]
    assert (page.after, page.total) == (None, body["meta"]["count"])
    for one, row in zip(page.items, body["data"], strict=True):
        begun, over = (datetime.fromisoformat(row[name]).timestamp() for name in ("activate_at", "deactivate_at"))
        assert (one.activated_at, one.deactivated_at) == (begun, over)
        assert one.deactivated_at - one.activated_at == pytest.approx(row["duration"] / 1000, abs=0.01)
        assert [key for key, _ in one.details] == list(row["details"])


async def test_active_and_past_alarms_of_emqx_5_are_different_questions(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-single") as tape:
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        await broker.alarms()
        await broker.past_alarms(EVERYTHING, None)
        assert ["activated=true" in seen.target for seen in tape.requests] == [True, False]
        assert "activated=false" in tape.requests[1].target


async def test_the_history_goes_on_from_page_to_page(connect: Connect) -> None:
    rows = [{"name": "a", "node": "n", "activate_at": "2026-11-21T19:34:29.115+00:00"}]
    async with Tape("emqx-5.8.9-single") as tape:
        base = tape.url + "/api/v5"
        meta = {"page": 1, "limit": 1000, "count": 1200, "hasnext": True}
        tape.answer("/api/v5/alarms", body={"data": rows, "meta": meta})
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        page = await broker.past_alarms(EVERYTHING, None)
        assert (page.after, page.total, page.items[0].deactivated_at) == ("2", 1200, None)


# Listeners


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/listeners"))
async def test_listeners_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await asked(connect, recorded, "/listeners", body, "listeners")
    assert len(page.items) == len(body)
    for one, row in zip(page.items, body, strict=True):
        assert (one.id, one.kind, one.bind) == (row["id"], row["type"], row["bind"])
        assert (one.enabled, one.acceptors) == (row["enable"], row["acceptors"])
        assert len(one.nodes) == row["number"]
        merged = row["status"]
        assert one.connections == merged["current_connections"]
        assert one.unlimited is (merged["max_connections"] == "infinity")
        if one.running in {0, len(one.nodes)}:
            assert merged["running"] is bool(one.running)
        for part, told in zip(one.nodes, row["node_status"], strict=True):
            assert (part.node, part.running) == (told["node"], told["status"]["running"])
            assert part.connections == told["status"]["current_connections"]


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/listeners"))
async def test_listeners_of_emqx_4(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await asked(connect, recorded, "/listeners", body, "listeners")
    names = ["mqtt:ssl:external", "mqtt:tcp:external", "mqtt:tcp:internal"]
    names += ["http:dashboard", "http:management", "mqtt:ws", "mqtt:wss"]
    assert [one.id for one in page.items] == names
    kinds = ["ssl", "tcp", "tcp", "http", "http", "ws", "wss"]
    assert [one.kind for one in page.items] == kinds
    for at, one in enumerate(page.items):
        raw = [(row["node"], row["listeners"][at]) for row in body["data"]]
        assert one.running == len(raw)
        assert one.enabled is None
        assert one.connections == sum(told["current_conns"] for _, told in raw)
        assert one.limit == sum(told["max_conns"] for _, told in raw)
        for part, (node, told) in zip(one.nodes, raw, strict=True):
            assert (part.node, part.bind) == (node, told["listen_on"])
            assert (part.connections, part.limit) == (told["current_conns"], told["max_conns"])
            assert dict(part.shutdowns) == (told["shutdown_count"] or {})


async def test_a_listener_that_a_node_of_emqx_4_does_not_have_does_not_run_there(connect: Connect) -> None:
    tcp = {"protocol": "mqtt:tcp", "identifier": "mqtt:tcp:external", "listen_on": "1883", "shutdown_count": []}
    rows = [
        {"node": "a@1", "listeners": [{**tcp, "current_conns": 9, "max_conns": 10}]},
        {"node": "b@1", "listeners": []},
        {"node": "c@1", "listeners": {"error": "nodedown"}},
        {"node": "d@1", "error": "timeout"},
    ]
    page = await asked(connect, "emqx-4.4.19-cluster", "/listeners", {"code": 0, "data": rows}, "listeners")
    (one,) = page.items
    assert [(part.node, part.running, part.error) for part in one.nodes] == [
        ("a@1", True, ""),
        ("b@1", False, ""),
        ("c@1", None, "nodedown"),
        ("d@1", None, "timeout"),
    ]
    assert one.share == 0.9
    assert one.limit is None, "the others did not tell theirs"


async def test_listeners_of_42_have_no_identifier_and_are_told_apart_by_their_address(connect: Connect) -> None:
    tcp = {"protocol": "mqtt:tcp", "current_conns": 1, "max_conns": 10, "shutdown_count": []}
    told = [{**tcp, "listen_on": "0.0.0.0:1883"}, {**tcp, "listen_on": "127.0.0.1:11883"}]
    web = {"protocol": "mqtt:ws:8083", "listen_on": "8083"}
    rows = [{"node": name, "listeners": [*told, web]} for name in ("a@1", "b@1")]
    page = await asked(connect, "emqx-4.4.19-cluster", "/listeners", {"code": 0, "data": rows}, "listeners")
    assert [(one.id, len(one.nodes), one.connections) for one in page.items] == [
        ("mqtt:tcp 0.0.0.0:1883", 2, 2),
        ("mqtt:tcp 127.0.0.1:11883", 2, 2),
        ("mqtt:ws", 2, None),
    ]


@pytest.mark.parametrize("body", [{"code": 0, "data": {"error": "nodedown"}}, {"code": 0, "data": [{"x": 1}]}])
async def test_what_is_no_list_of_listeners_is_an_error(connect: Connect, body: Any) -> None:  # noqa: ANN401  JSON
    with pytest.raises((BadAnswer, Exception)) as caught:
        await asked(connect, "emqx-4.4.19-cluster", "/listeners", body, "listeners")
    assert type(caught.value).__module__ == "emqx_tui.domain.errors"


async def test_a_listener_of_emqx_5_with_everything_missing_is_still_one(connect: Connect) -> None:
    rows = [{"id": "tcp:x"}, {}, {"id": "ws:y", "node_status": [{}, 7, {"node": "n", "status": "?"}], "enable": "yes"}]
    page = await asked(connect, "emqx-5.8.9-single", "/listeners", rows, "listeners")
    assert page.items == [
        Listener("tcp:x", "tcp"),
        Listener("ws:y", "ws", nodes=(ListenerNode("?"), ListenerNode("n"))),
    ]


# Slow subscriptions


@pytest.mark.parametrize(
    ("recorded", "body"),
    recorded_bodies("emqx-5", "/slow_subscriptions") + recorded_bodies("emqx-4", "/slow_subscriptions"),
)
async def test_slow_subscriptions(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    if "data" not in body:
        with pytest.raises(SwitchedOff):
            await asked(connect, recorded, "/slow_subscriptions", body, "slow_subscriptions")
        return
    async with Tape(recorded) as tape:
        base = tape.url + base_of(recorded)
        tape.answer(base_of(recorded) + "/slow_subscriptions", body=body)
        tape.answer(base_of(recorded) + "/slow_subscriptions/settings", body={"enable": True})
        broker = await connect(base, remembered=Remembered(base, KINDS[recorded[:6]]))
        page = await broker.slow_subscriptions(EVERYTHING, None)
    assert [(one.client_id, one.topic, one.node) for one in page.items] == [
        (row["clientid"], row["topic"], row["node"]) for row in body["data"]
    ]
    for one, row in zip(page.items, body["data"], strict=True):
        assert one.seconds == row["timespan"] / 1000
        assert one.at == row["last_update_time"] / 1000


async def test_slow_subscriptions_that_are_off_are_not_an_empty_list(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-single") as tape:
        base = tape.url + "/api/v5"
        tape.answer("/api/v5/slow_subscriptions", body={"data": []})
        tape.answer("/api/v5/slow_subscriptions/settings", body={"enable": False, "threshold": "500ms"})
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        with pytest.raises(SwitchedOff) as caught:
            await broker.slow_subscriptions(EVERYTHING, None)
        assert caught.value.feature == "slow_subscriptions"
        tape.answer("/api/v5/slow_subscriptions/settings", body={"enable": True})
        assert (await broker.slow_subscriptions(EVERYTHING, None)).items == []
        tape.answer("/api/v5/slow_subscriptions/settings", status=403, body={"code": "UNAUTHORIZED_ROLE"})
        assert (await broker.slow_subscriptions(EVERYTHING, None)).items == []


async def test_slow_subscriptions_are_not_offered_by_emqx_43(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        tape.answer("/api/v4/slow_subscriptions", status=404, text="Not found.")
        base = tape.url + "/api/v4"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX4))
        with pytest.raises(Unsupported):
            await broker.slow_subscriptions(EVERYTHING, None)


# Single topics


@pytest.mark.parametrize(
    ("recorded", "body"),
    recorded_bodies("emqx-5", "/mqtt/topic_metrics") + recorded_bodies("emqx-4", "/topic-metrics"),
)
async def test_topic_metrics(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    five = recorded.startswith("emqx-5")
    path = "/mqtt/topic_metrics" if five else "/topic-metrics"
    if not five and "data" not in body:
        with pytest.raises(SwitchedOff) as caught:
            await asked(connect, recorded, path, body, "topic_metrics")
        assert caught.value.feature == "topic_metrics"
        return
    rows = body if five else body["data"]
    page = await asked(connect, recorded, path, body, "topic_metrics")
    assert [one.topic for one in page.items] == [row["topic"] for row in rows]
    for one, row in zip(page.items, rows, strict=True):
        for name, value in row["metrics"].items():
            what, _, kind = name.rpartition(".")
            assert (one.counts if kind == "count" else one.rates)[what] == value
        assert len(one.counts) + len(one.rates) == len(row["metrics"])
        if five:
            assert one.since == datetime.fromisoformat(row["create_time"]).timestamp()


async def test_names_of_topic_metrics_as_documents_write_them(connect: Connect) -> None:
    rows = [{"topic": "t", "metrics": {"message.in.count": 3, "message.in.rate": 0.5, "x": 1, "message.out.rate": "?"}}]
    page = await asked(connect, "emqx-5.8.9-single", "/mqtt/topic_metrics", rows, "topic_metrics")
    (one,) = page.items
    assert (dict(one.counts), dict(one.rates)) == ({"messages.in": 3}, {"messages.in": 0.5})


# What is said where there is nothing


@pytest.mark.parametrize("feature", SWITCHED_OFF)
def test_what_is_switched_off_is_told_with_how_to_turn_it_on(feature: str) -> None:
    five, four = (explain(SwitchedOff(feature=feature), kind) for kind in (Kind.EMQX5, Kind.EMQX4))
    assert "off" in five.what
    # EMQX 5 cannot have its traces off.
    assert feature == "trace" or "dashboard" in five.next
    # EMQX 4 has no retained messages and no delayed ones in its API.
    assert feature in {"retainer", "delayed"} or "emqx_ctl modules load" in four.next


@pytest.mark.parametrize("question", ["past_alarms", "listeners", "slow_subscriptions", "topic_metrics"])
async def test_nanomq_is_not_even_asked(connect: Connect, question: str) -> None:
    async with Tape("nanomq-0.25.3") as tape:
        base = tape.url + "/api/v4"
        broker = await connect(base, remembered=Remembered(base, Kind.NANOMQ))
        with pytest.raises(Unsupported):
            await getattr(broker, question)(EVERYTHING, None)
        assert tape.requests == []


@pytest.mark.parametrize(
    ("question", "path", "scope"),
    [
        ("listeners", "/listeners", "system"),
        ("past_alarms", "/alarms", "monitoring"),
        ("topic_metrics", "/mqtt/topic_metrics", "monitoring"),
        ("slow_subscriptions", "/slow_subscriptions", "monitoring"),
    ],
)
async def test_a_key_without_the_scope_is_told_which_one_is_missing(
    connect: Connect, question: str, path: str, scope: str
) -> None:
    async with Tape("emqx-5.8.9-single") as tape:
        tape.answer("/api/v5" + path, status=403, body={"code": "UNAUTHORIZED_ROLE", "message": "no"})
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        with pytest.raises(Forbidden) as caught:
            await getattr(broker, question)(EVERYTHING, None)
        assert caught.value.scope == scope


async def test_a_mixed_cluster_of_6x_fails_on_its_listeners(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-single") as tape:
        tape.answer("/api/v5/listeners", status=500, body={"code": "INTERNAL_ERROR", "message": "x"})
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        with pytest.raises(ServerError):
            await broker.listeners(EVERYTHING, None)


def test_a_client_or_a_topic_may_be_called_what_is_a_word_for_nothing() -> None:
    row = {"clientid": "undefined", "topic": "null", "timespan": 1500, "last_update_time": 1709629000000}
    for found in (v4_monitoring.slow_subscription(row), v5_monitoring.slow_subscription(row)):
        assert found is not None
        assert (found.client_id, found.topic) == ("undefined", "null")
    for counted in (v4_monitoring.topic_metrics(row), v5_monitoring.topic_metrics(row)):
        assert counted is not None
        assert counted.topic == "null"


def test_what_is_off_on_emqx_5_is_where_its_dashboard_has_it() -> None:
    for feature in ("slow_subscriptions", "topic_metrics"):
        assert "dashboard, Diagnose, " in explain(SwitchedOff(feature=feature), Kind.EMQX5).next
