"""Rules, actions, sources and connectors as every generation tells them; no configuration comes along."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.errors import NotFound, ServerError, Unsupported
from emqx_tui.domain.integration import Figures, Link, Neighbours, NodeStatus, Rule, failures
from emqx_tui.domain.listing import EVERYTHING, Page
from emqx_tui.domain.models import Kind
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]
RECORDED = "emqx-5.8.9-resources"
RECORDINGS = Path(__file__).parents[1] / "recordings"
SETS = sorted(file.stem for file in RECORDINGS.glob("*.jsonl") if not file.stem.endswith("-writes"))


def base_of(recorded: str) -> str:
    return "/api/v5" if recorded.startswith("emqx-5") else "/api/v4"


async def known(connect: Connect, tape: Tape, recorded: str) -> Broker:
    kinds = {"emqx-4": Kind.EMQX4, "emqx-5": Kind.EMQX5, "nanomq": Kind.NANOMQ}
    base = tape.url + base_of(recorded)
    return await connect(base, remembered=Remembered(base, kinds[recorded[:6]]))


def bodies(recorded: str, path: str) -> list[Any]:
    """The well answered bodies of a path without a query."""
    exchanges = map(json.loads, (RECORDINGS / f"{recorded}.jsonl").read_text("utf-8").splitlines())
    return [
        exchange["body"]
        for exchange in exchanges
        if exchange["request"]["path"] == base_of(recorded) + path
        and (exchange["request"]["method"], exchange["request"]["auth"], exchange["status"]) == ("GET", "ok", 200)
    ]


def recorded_bodies(sets: str, path: str) -> list[Any]:
    """Parameters: each recorded answer to a path in the sets whose names begin so."""
    return [(recorded, body) for recorded in SETS if recorded.startswith(sets) for body in bodies(recorded, path)]


async def told(connect: Connect, recorded: str, path: str, body: Any, ask: str) -> Page[Any]:  # noqa: ANN401  JSON
    async with Tape(recorded) as tape:
        tape.answer(base_of(recorded) + path, body=body)
        broker = await known(connect, tape, recorded)
        page: Page[Any] = await getattr(broker, ask)(EVERYTHING, None)
        return page


async def answering(connect: Connect, tape: Tape, kind: Kind, **answers: object) -> Broker:
    """A broker that answers nothing but these; a name such as `rules__r1__metrics` is a path."""
    base = "/api/v5" if kind in {Kind.EMQX5, Kind.SERVERLESS} else "/api/v4"
    for name, body in answers.items():
        tape.answer(f"{base}/{name.replace('__', '/')}", body=body if kind is Kind.EMQX5 else {"code": 0, "data": body})
    return await connect(tape.url + base, remembered=Remembered(tape.url + base, kind))


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


# What was recorded


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/rules"))
async def test_rules_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await told(connect, recorded, "/rules", body, "rules")
    assert (len(page.items), page.total, page.after) == (len(body["data"]), body["meta"]["count"], None)
    for found, row in zip(page.items, body["data"], strict=True):
        built_in = {one["function"] for one in row["actions"] if isinstance(one, dict)}
        assert found == Rule(
            id=row["id"],
            name=row["name"],
            enabled=row["enable"],
            sql=row["sql"],
            topics=tuple(row["from"]),
            actions=tuple(one if isinstance(one, str) else one["function"] for one in row["actions"]),
            built_in=frozenset(built_in),
            description=row["description"],
            created_at=seconds(row["created_at"]),
        )


LINKS = [
    (*one, path, ask)
    for path, ask in [
        ("/actions_summary", "actions"),
        ("/actions", "actions"),
        ("/sources_summary", "sources"),
        ("/connectors", "connectors"),
    ]
    for one in recorded_bodies("emqx-5", path)
]


@pytest.mark.parametrize(("recorded", "body", "path", "ask"), LINKS)
async def test_actions_sources_and_connectors_of_emqx_5(
    connect: Connect,
    recorded: str,
    body: Any,  # noqa: ANN401  JSON
    path: str,
    ask: str,
) -> None:
    async with Tape(recorded) as tape:
        for other in ("/actions_summary", "/sources_summary"):
            if other != path:
                tape.answer(
                    base_of(recorded) + other,
                    status=404,
                    body={"code": "NOT_FOUND", "message": "Request Path Not Found"},
                )
        tape.answer(base_of(recorded) + path, body=body)
        broker = await known(connect, tape, recorded)
        page: Page[Link] = await getattr(broker, ask)(EVERYTHING, None)
    for found, row in zip(page.items, body, strict=True):
        created = row.get("created_at")
        assert found == Link(
            id=f"{row['type']}:{row['name']}",
            type=row["type"],
            name=row["name"],
            enabled=row["enable"],
            status=row["status"],
            reason=row.get("status_reason", ""),
            nodes=tuple(
                NodeStatus(one["node"], one["status"], one.get("status_reason", "")) for one in row["node_status"]
            ),
            rules=tuple(row.get("rules", ())),
            connector=row.get("connector", ""),
            actions=tuple(row.get("actions", ())),
            sources=tuple(row.get("sources", ())),
            description=row["description"],
            created_at=None if created is None else created / 1000,
        )


METRICS = [
    (recorded, path, body)
    for recorded in SETS
    if recorded.startswith("emqx-5")
    for path in (
        "/rules/r1/metrics",
        "/rules/rb/metrics",
        "/actions/mqtt:selfact/metrics",
        "/actions/http:deadact/metrics",
    )
    for body in bodies(recorded, path)
]


@pytest.mark.parametrize(("recorded", "path", "body"), METRICS)
async def test_figures_of_emqx_5_are_taken_as_they_are(
    connect: Connect,
    recorded: str,
    path: str,
    body: Any,  # noqa: ANN401  JSON
) -> None:
    _, what, identity, _ = path.split("/")
    async with Tape(recorded) as tape:
        tape.answer(base_of(recorded) + path, body=body)
        broker = await known(connect, tape, recorded)
        found = await (
            broker.rule_figures(Rule(identity)) if what == "rules" else broker.action_figures(Link(identity))
        )
        assert tape.requests[-1].target == base_of(recorded) + path
    assert found == Figures(body["metrics"], tuple((one["node"], one["metrics"]) for one in body["node_metrics"]))
    assert all(type(value) is type(body["metrics"][name]) for name, value in found.counts.items())


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/rules"))
async def test_rules_of_emqx_4_have_actions_and_figures_inside(
    connect: Connect,
    recorded: str,
    body: Any,  # noqa: ANN401  JSON
) -> None:
    page = await told(connect, recorded, "/rules", body, "rules")
    assert len(page.items) == len(body["data"])
    for found, row in zip(page.items, body["data"], strict=True):
        (own,) = row["metrics"]
        (action,) = row["actions"]
        (done,) = action["metrics"]
        counts = {
            "matched": own["matched"],
            "passed": own["passed"],
            "failed": own["failed"],
            "failed.exception": own["exception"],
            "failed.no_result": own["no_result"],
            "matched.rate": own["speed"],
            "matched.rate.max": own["speed_max"],
            "matched.rate.last5m": own["speed_last5m"],
        }
        part = {"matched": done["taken"], "success": done["success"], "failed": done["failed"]}
        assert found == Rule(
            id=row["id"],
            enabled=row["enabled"],
            sql=row["rawsql"],
            topics=tuple(row["for"]),
            actions=(action["id"],),
            built_in=frozenset({action["id"]}),
            description=row["description"],
            created_at=row["created_at"] / 1000,
            parts=(
                Link(
                    id=action["id"],
                    type=action["name"],
                    name=action["id"],
                    enabled=row["enabled"],
                    rules=(row["id"],),
                    figures=Figures(part, ((done["node"], part),)),
                ),
            ),
            figures=Figures(
                {**counts, "actions.success": done["success"], "actions.failed": done["failed"]},
                ((own["node"], counts),),
            ),
        )


async def test_actions_of_emqx_4_are_those_inside_its_rules(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-resources") as tape:
        broker = await known(connect, tape, "emqx-4.4.19-resources")
        rules, actions = await broker.rules(EVERYTHING, None), await broker.actions(EVERYTHING, None)
        assert [one.id for one in actions.items] == [part.id for rule in rules.items for part in rule.parts]
        assert [one.type for one in actions.items] == ["do_nothing", "republish", "inspect"]
        asked = len(tape.requests)
        assert await broker.rule_figures(rules.items[0]) == rules.items[0].figures
        assert await broker.action_figures(actions.items[0]) == actions.items[0].figures
        assert len(tape.requests) == asked, "they came with the list"
        beside = await broker.beside_action(actions.items[2])
        assert [rule.id for rule in beside.rules] == ["rule:e9cabdec"]
        assert tape.requests[-1].target == "/api/v4/rules/rule:e9cabdec"
        with pytest.raises(Unsupported):
            await broker.sources(EVERYTHING, None)


async def test_nanomq_as_recorded_has_neither_rules_nor_bridges(connect: Connect) -> None:
    async with Tape("nanomq-0.25.3", "nanomq-0.25.3-resources") as tape:
        broker = await known(connect, tape, "nanomq-0.25.3")
        assert await broker.rules(EVERYTHING, None) == Page([])
        assert await broker.connectors(EVERYTHING, None) == Page([])
        assert await broker.beside_rule(Rule("rule:1")) == await broker.beside_connector(Link("up")) == Neighbours()
        for ask in (broker.actions, broker.sources):
            with pytest.raises(Unsupported):
                await ask(EVERYTHING, None)


async def test_a_list_that_a_hung_node_holds_up_fails_as_the_broker_says(connect: Connect) -> None:
    async with Tape(RECORDED) as tape:
        tape.answer("/api/v5/actions_summary", status=500, body={"code": "INTERNAL_ERROR", "message": "{erpc,timeout}"})
        broker = await known(connect, tape, RECORDED)
        with pytest.raises(ServerError):
            await broker.actions(EVERYTHING, None)
        assert [seen.target for seen in tape.requests] == ["/api/v5/actions_summary"], "and no other path is tried"


async def test_a_rule_that_was_deleted_meanwhile_is_not_found(connect: Connect) -> None:
    async with Tape(RECORDED) as tape:
        tape.answer(
            "/api/v5/rules/nope/metrics", status=404, body={"code": "NOT_FOUND", "message": "Rule Id Not Found"}
        )
        broker = await known(connect, tape, RECORDED)
        with pytest.raises(NotFound):
            await broker.rule_figures(Rule("nope"))


# What hangs together


async def test_beside_a_rule_stand_its_actions_and_their_connectors_for_two_requests(connect: Connect) -> None:
    async with Tape(RECORDED) as tape:
        broker = await known(connect, tape, RECORDED)
        (bridge, disabled, *_) = (await broker.rules(EVERYTHING, None)).items
        del tape.requests[:]
        beside = await broker.beside_rule(bridge)
        assert {one.id: one.status for one in beside.actions} == {
            "http:deadact": "disconnected",
            "mqtt:selfact": "connected",
        }
        assert {one.id for one in beside.connectors} == {"http:dead", "mqtt:self"}
        assert [seen.target for seen in tape.requests] == ["/api/v5/actions_summary", "/api/v5/connectors"]
        assert await broker.beside_rule(disabled) == Neighbours()
        assert len(tape.requests) == 2, "a rule without actions asks for nothing"


async def test_beside_an_action_stand_its_rules_and_its_connector(connect: Connect) -> None:
    async with Tape(RECORDED) as tape:
        broker = await known(connect, tape, RECORDED)
        dead = (await broker.actions(EVERYTHING, None)).items[0]
        del tape.requests[:]
        beside = await broker.beside_action(dead)
        assert [rule.id for rule in beside.rules] == ["rb"], "the tape knows no filter and answers with all rules"
        assert [one.id for one in beside.connectors] == ["http:dead"]
        assert len(tape.requests) == 2
        assert "action=http%3Adeadact" in tape.requests[0].target


async def test_beside_a_connector_stand_its_actions(connect: Connect) -> None:
    async with Tape(RECORDED) as tape:
        broker = await known(connect, tape, RECORDED)
        dead = next(one for one in (await broker.connectors(EVERYTHING, None)).items if one.name == "dead")
        del tape.requests[:]
        beside = await broker.beside_connector(dead)
        assert [(one.id, one.rules) for one in beside.actions] == [("http:deadact", ("rb",))]
        assert [seen.target for seen in tape.requests] == ["/api/v5/actions_summary"], "it has no sources"


async def test_a_source_and_its_rules_find_each_other(connect: Connect) -> None:
    rule = {"id": "in", "from": ["$bridges/mqtt:remote"], "actions": []}
    source = {"type": "mqtt", "name": "remote", "rules": ["in"], "status": "connected"}
    connector = {"type": "mqtt", "name": "uplink", "sources": ["remote"], "status": "connecting"}
    async with Tape() as tape:
        broker = await answering(
            connect,
            tape,
            Kind.EMQX5,
            rules={"data": [rule], "meta": {}},
            sources_summary=[source],
            connectors=[connector],
        )
        (found,) = (await broker.rules(EVERYTHING, None)).items
        beside = await broker.beside_rule(found)
        assert ([one.id for one in beside.sources], beside.actions) == (["mqtt:remote"], [])
        back = await broker.beside_source(beside.sources[0])
        assert ([one.id for one in back.rules], [one.id for one in back.connectors]) == (["in"], ["mqtt:uplink"])
        around = await broker.beside_connector(beside.connectors[0])
        assert ([one.id for one in around.sources], list(around.actions)) == (["mqtt:remote"], [])


async def test_filters_of_rules_have_emqx_names(connect: Connect) -> None:
    async with Tape() as tape:
        broker = await answering(connect, tape, Kind.EMQX5, rules={"data": [], "meta": {}})
        await broker.rules({"id": "kafka", "topic": "t/1", "enabled": "true", "description": "to"}, None)
        asked = set(tape.requests[-1].target.partition("?")[2].split("&"))
        assert {"like_id=kafka", "enable=true", "like_description=to", "page=1"} <= asked


# Older versions


BRIDGES = [
    {
        "type": "webhook", "name": "hook", "enable": True, "status": "disconnected", "status_reason": "econnrefused",
        "node_status": [{"node": "a@1", "status": "disconnected"}], "headers": {"authorization": "Bearer s3cret"},
    },
    {"type": "mqtt", "name": "both", "enable": True, "status": "connected", "ingress": {"x": 1}, "egress": {"x": 1}},
    {"type": "kafka_consumer", "name": "in", "enable": False, "status": "stopped"},
    {
        "type": "http", "name": "old", "direction": "egress", "status": "connected", "metrics": {"matched": 3},
        "node_metrics": [{"node": "a@1", "metrics": {"matched": 3}}],
    },
]  # fmt: skip


async def test_bridges_stand_in_before_5_4_and_the_way_is_remembered(connect: Connect) -> None:
    async with Tape() as tape:
        broker = await answering(connect, tape, Kind.EMQX5, bridges=BRIDGES)
        actions = (await broker.actions(EVERYTHING, None)).items
        assert [one.id for one in actions] == ["webhook:hook", "mqtt:both", "http:old"]
        assert [seen.target.rpartition("/")[2] for seen in tape.requests] == ["actions_summary", "actions", "bridges"]
        await broker.actions(EVERYTHING, None)
        assert tape.requests[-1].target == "/api/v5/bridges"
        assert len(tape.requests) == 4
        assert [one.id for one in (await broker.sources(EVERYTHING, None)).items] == ["mqtt:both", "kafka_consumer:in"]
        assert len((await broker.connectors(EVERYTHING, None)).items) == 4
        asked = len(tape.requests)
        assert await broker.action_figures(actions[2]) == Figures({"matched": 3}, (("a@1", {"matched": 3}),))
        assert len(tape.requests) == asked, "old lists have the figures inside"
        tape.answer("/api/v5/bridges/webhook:hook/metrics", body={"metrics": {"matched": 9}})
        assert (await broker.action_figures(actions[0])).counts == {"matched": 9}
        tape.answer("/api/v5/rules", body={"data": [{"id": "r", "actions": ["webhook:hook"]}], "meta": {}})
        beside = await broker.beside_action(actions[0])
        assert ([one.id for one in beside.rules], [one.id for one in beside.connectors]) == (["r"], ["webhook:hook"])


async def test_after_an_upgrade_the_lists_are_found_again(connect: Connect) -> None:
    missing = {"code": "NOT_FOUND", "message": "Request Path Not Found"}
    async with Tape() as tape:
        broker = await answering(connect, tape, Kind.EMQX5, bridges=BRIDGES)
        await broker.actions(EVERYTHING, None)
        tape.answer("/api/v5/bridges", status=404, body=missing)
        tape.answer("/api/v5/actions_summary", body=[{"type": "http", "name": "new"}])
        assert [one.id for one in (await broker.actions(EVERYTHING, None)).items] == ["http:new"]


@pytest.mark.parametrize("ask", ["actions", "sources", "connectors"])
async def test_serverless_offers_none_of_it(connect: Connect, ask: str) -> None:
    async with Tape() as tape:
        broker = await answering(connect, tape, Kind.SERVERLESS)
        with pytest.raises(Unsupported) as refused:
            await getattr(broker, ask)(EVERYTHING, None)
        assert refused.value.path != "/bridges", "what is named is what versions of today call it"


RESOURCES = [
    {"id": "resource:1", "type": "web_hook", "config": {"password": "s3cret"}, "description": "ERP", "status": True},
    {"id": "resource:2", "type": "bridge_mqtt", "config": {"password": "s3cret"}, "description": "", "status": False},
]
RULE = {
    "id": "rule:1",
    "enabled": True,
    "rawsql": 'SELECT *\n  FROM "t"',
    "for": ["t"],
    "actions": [
        {
            "id": "a_1", "name": "data_to_webserver", "params": {"$resource": "resource:1", "token": "s3cret"},
            "metrics": [
                {"node": "a@1", "taken": 5, "success": 3, "failed": 2},
                {"node": "b@1", "taken": 1, "success": 1, "failed": 0},
            ],
            "fallbacks": [{"id": "f_1", "name": "republish", "params": {"x": "s3cret"}, "metrics": []}],
        }
    ],
    "metrics": [{"node": "a@1", "matched": 5, "speed": 1.5}, {"node": "b@1", "matched": 1, "speed": 0.5}],
}  # fmt: skip


async def test_resources_of_emqx_4_are_its_connectors(connect: Connect) -> None:
    alive = [{"node": "a@1", "is_alive": True}, {"node": "b@1", "is_alive": False}]
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await answering(
            connect, tape, Kind.EMQX4, resources=RESOURCES, rules=[RULE], resources__resource={}, rules__rule={}
        )
        tape.answer("/api/v4/resources/resource:1", body={"code": 0, "data": {**RESOURCES[0], "status": alive}})
        tape.answer("/api/v4/rules/rule:1", body={"code": 0, "data": RULE})
        first, second = (await broker.connectors(EVERYTHING, None)).items
        assert (first.id, first.type, first.status, first.description) == ("resource:1", "web_hook", "connected", "ERP")
        assert second.status == "disconnected"
        (rule,) = (await broker.rules(EVERYTHING, None)).items
        assert (rule.sql, rule.actions) == ('SELECT * FROM "t"', ("a_1", "f_1"))
        assert rule.built_in == frozenset({"f_1"})
        assert rule.figures is not None
        assert rule.figures.counts == {"matched": 6, "matched.rate": 2.0, "actions.success": 4, "actions.failed": 2}
        assert failures(rule.figures.counts) == 2
        action, fallback = rule.parts
        assert (action.connector, fallback.connector, fallback.fallback) == ("resource:1", "", "a_1")
        assert [one.id for one in (await broker.beside_rule(rule)).connectors] == ["resource:1"]
        behind = (await broker.beside_action(action)).connectors[0]
        assert (behind.status, [(one.node, one.status) for one in behind.nodes]) == (
            "inconsistent",
            [("a@1", "connected"), ("b@1", "disconnected")],
        )
        beside = await broker.beside_connector(first)
        assert ([one.id for one in beside.rules], [one.id for one in beside.actions]) == (["rule:1"], ["a_1"])
        assert beside.connectors[0].nodes == behind.nodes


# Secrets


async def test_no_configuration_and_no_secret_comes_along(connect: Connect) -> None:
    nanomq = {
        "bridge": {
            "nodes": [
                {
                    "name": "uplink", "enable": True,
                    "connector": {"server": "mqtt-tcp://me:s3cret@10.0.0.7:1883/s3cret?x=s3cret", "password": "s3cret"},
                },
                {"name": "off", "enable": False, "server": "tls+mqtt-tcp://far.example:8883", "username": "s3cret"},
                {"enable": True},
            ]
        }
    }  # fmt: skip
    async with Tape("nanomq-0.25.3") as tape:
        broker = await answering(connect, tape, Kind.NANOMQ, bridges=nanomq)
        found = (await broker.connectors(EVERYTHING, None)).items
        assert [(one.name, one.state, one.address) for one in found] == [
            ("uplink", "enabled", "10.0.0.7:1883"),
            ("off", "disabled", "far.example:8883"),
        ]
        assert "s3cret" not in repr(found)
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await answering(connect, tape, Kind.EMQX4, resources=RESOURCES, rules=[RULE])
        everything = [await broker.connectors(EVERYTHING, None), await broker.rules(EVERYTHING, None)]
        assert "s3cret" not in repr(everything)
    async with Tape() as tape:
        broker = await answering(connect, tape, Kind.EMQX5, bridges=BRIDGES)
        assert "s3cret" not in repr(await broker.actions(EVERYTHING, None))


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Connection refused", "Connection refused"),
        (None, ""),
        ("", ""),
        ({"error": "timeout"}, '{"error": "timeout"}'),
        ("a\n   b\x1b[31m", "a b\u241b[31m"),
        ('#{password => <<"s3cret">>,port => 3306}', "#{password => ******,port => 3306}"),
        ('{"password": "s3cret", "port": 1}', '{"password": ******, "port": 1}'),
        ("failed: https://me:s3cret@host/x", "failed: https://******@host/x"),
        ("Authorization: Bearer s3cret", "Authorization: Bearer ******"),
        ("secret_key=s3cret&x=1", "secret_key=******&x=1"),
        ("connecting as passenger: refused", "connecting as passenger: refused"),
    ],
)
async def test_a_reason_is_one_clean_line_without_what_looks_like_a_secret(
    connect: Connect, told: object, shown: str
) -> None:
    row = {"type": "mysql", "name": "db", "status": "disconnected", "status_reason": told}
    async with Tape() as tape:
        broker = await answering(connect, tape, Kind.EMQX5, connectors=[row])
        assert (await broker.connectors(EVERYTHING, None)).items[0].reason == shown


async def test_a_reason_of_megabytes_is_cut(connect: Connect) -> None:
    row = {"type": "mysql", "name": "db", "status_reason": "x" * 3_000_000}
    async with Tape() as tape:
        broker = await answering(connect, tape, Kind.EMQX5, connectors=[row])
        assert len((await broker.connectors(EVERYTHING, None)).items[0].reason) == 1024


@pytest.mark.parametrize("junk", [None, 1, "x", [], [None], {}, {"type": "x"}, {"name": "x"}])
async def test_what_is_no_row_is_left_out(connect: Connect, junk: object) -> None:
    whole = {"type": "http", "name": "x", "node_status": junk, "rules": junk, "actions": junk, "enable": junk}
    async with Tape() as tape:
        broker = await answering(
            connect, tape, Kind.EMQX5, connectors=[junk, whole], rules={"data": [junk, {"id": "r", "actions": junk}]}
        )
        assert [one.id for one in (await broker.connectors(EVERYTHING, None)).items][-1] == "http:x"
        assert [one.id for one in (await broker.rules(EVERYTHING, None)).items][-1] == "r"
        tape.answer("/api/v5/rules/r/metrics", body={"metrics": junk, "node_metrics": junk})
        assert (await broker.rule_figures(Rule("r"))).counts == {}


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("t/1", ["all", "one"]),
        ("t/2", ["all"]),
        ("t/+", ["all", "one"]),
        ("x", []),
        ("$events/client_connected", ["events"]),
    ],
)
async def test_rules_that_select_from_a_topic_are_those_whose_filters_fit_it(
    connect: Connect, topic: str, found: list[str]
) -> None:
    """EMQX's `match_from` finds only filters that are below a filter: `t/1` would not find a rule from `t/#`."""
    froms = {"all": "t/#", "one": "t/1", "events": "$events/client_connected"}
    rows = [{"id": name, "from": [one], "sql": "", "enable": True, "actions": []} for name, one in froms.items()]
    async with Tape("emqx-5.8.9-single") as tape:
        tape.answer(
            "/api/v5/rules", body={"data": rows, "meta": {"page": 1, "limit": 1000, "count": 3, "hasnext": False}}
        )
        base = tape.url + "/api/v5"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        page = await broker.rules({"topic": topic}, None)
        assert "from" not in tape.requests[-1].target
    assert [one.id for one in page.items] == found
    assert page.seen == 3
