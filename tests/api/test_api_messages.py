"""Subscriptions, topics, retained and delayed messages as real brokers tell them, each field read a second time."""

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from emqx_tui.api.nanomq_messages import topics
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.errors import BadAnswer, BadRequest, Forbidden, NotFound, ServerError, SwitchedOff, Unsupported
from emqx_tui.domain.messages import PREVIEW_BYTES, PREVIEW_CHARACTERS, Delayed, Retained, Subscription, Topic, preview
from emqx_tui.domain.models import Kind
from tape import Tape
from tape_sets import kind_of


Connect = Callable[..., Awaitable[Broker]]
RECORDINGS = Path(__file__).parents[1] / "recordings"
SETS = sorted(file.stem for file in RECORDINGS.glob("*-messages.jsonl"))
KINDS = {"v4": Kind.EMQX4, "v5": Kind.EMQX5, "nanomq": Kind.NANOMQ}
SINGLE, CLUSTER = "emqx-5.8.9-single-messages", "emqx-5.8.9-cluster-messages"
OLD, PAIR, NANO = "emqx-4.4.19-single-messages", "emqx-4.4.19-cluster-messages", "nanomq-0.25.3-messages"


def base_of(name: str) -> str:
    return "/api/v5" if name.startswith("emqx-5") else "/api/v4"


async def known(connect: Connect, tape: Tape, name: str) -> Broker:
    base = tape.url + base_of(name)
    return await connect(base, remembered=Remembered(base, KINDS[kind_of(name)]))


def recorded(begin: str, path: str, status: int = 200) -> list[Any]:
    """Parameters: set, query and body of every answer to a GET of this path, whatever was asked for."""
    found = []
    for name in SETS:
        for line in (RECORDINGS / f"{name}.jsonl").read_text("utf-8").splitlines() if name.startswith(begin) else ():
            exchange = json.loads(line)
            asked, parts = exchange["request"], urlsplit(exchange["request"]["path"])
            if (asked["method"], asked["auth"], exchange["status"]) != ("GET", "ok", status):
                continue
            if parts.path == base_of(name) + path:
                given = exchange.get("body")
                found.append(pytest.param(name, given, id=f"{name}-{exchange['name']}"))
    assert found, path
    return found


async def ask(connect: Connect, name: str, path: str, body: Any, question: str, **query: str) -> Any:  # noqa: ANN401  JSON
    async with Tape(name) as tape:
        tape.answer(base_of(name) + path, body=body)
        broker = await known(connect, tape, name)
        return await getattr(broker, question)(query, None)


def targets(tape: Tape, path: str) -> list[str]:
    return [seen.target for seen in tape.requests if urlsplit(seen.target).path == path]


def moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def named(text: str) -> str | None:
    return None if text in {"undefined", ""} else text


# Subscriptions


@pytest.mark.parametrize(("name", "body"), recorded("emqx-5", "/subscriptions"))
async def test_subscriptions_of_emqx_5(connect: Connect, name: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await ask(connect, name, "/subscriptions", body, "subscriptions")
    assert page.items == [
        Subscription(
            row["clientid"],
            row["topic"],
            row["qos"],
            row["node"],
            no_local=row["nl"] == 1,
            retain_as_published=row["rap"] == 1,
            retain_handling=row["rh"],
            durable=row["durable"],
        )
        for row in body["data"]
    ]
    assert page.total == body["meta"].get("count")
    assert (page.after is not None) is body["meta"]["hasnext"]
    assert page.seen is None


@pytest.mark.parametrize(("name", "body"), recorded("emqx-4", "/subscriptions"))
async def test_subscriptions_of_emqx_4(connect: Connect, name: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await ask(connect, name, "/subscriptions", body, "subscriptions")
    assert page.items == [Subscription(row["clientid"], row["topic"], row["qos"], row["node"]) for row in body["data"]]
    count = body["meta"]["count"]
    assert page.total == (None if count == -1 else count)
    # An answer that is not the page that was asked for is not gone on with.
    assert (page.after is not None) is (body["meta"]["hasnext"] and body["meta"]["page"] == 1)


@pytest.mark.parametrize(("name", "body"), recorded("nanomq", "/subscriptions"))
async def test_subscriptions_of_nanomq(connect: Connect, name: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await ask(connect, name, "/subscriptions", body, "subscriptions")
    assert page.items == [Subscription(row["clientid"], row["topic"], row["qos"]) for row in body["data"]]
    assert (page.after, page.total) == (None, len(body["data"]))


async def test_the_node_of_a_durable_subscription_is_none(connect: Connect) -> None:
    row = {"clientid": "c", "topic": "t", "node": "all", "qos": 1, "nl": 0, "rap": 0, "rh": 0, "durable": True}
    page = await ask(connect, SINGLE, "/subscriptions", {"data": [row], "meta": {"page": 1}}, "subscriptions")
    assert (page.items[0].node, page.items[0].durable) == (None, True)


async def test_a_durable_subscription_may_tell_no_options(connect: Connect) -> None:
    row = {"clientid": "c", "topic": "t", "node": "all", "durable": True}
    page = await ask(connect, SINGLE, "/subscriptions", {"data": [row], "meta": {"page": 1}}, "subscriptions")
    assert page.items == [Subscription("c", "t", durable=True)]


async def test_names_that_mean_nothing_elsewhere_are_names_here(connect: Connect) -> None:
    rows = [{"clientid": "null", "topic": "undefined", "qos": 0}, {"clientid": "", "topic": "t"}, {"clientid": "c"}]
    page = await ask(connect, NANO, "/subscriptions", {"code": 0, "data": rows}, "subscriptions")
    assert [(one.clientid, one.topic) for one in page.items] == [("null", "undefined")]


async def test_a_long_topic_is_compared_whole(connect: Connect) -> None:
    topic = "t" * 60_000
    rows = [{"clientid": "c", "topic": topic + end, "qos": 0} for end in ("/a", "/b")]
    page = await ask(connect, NANO, "/subscriptions", {"code": 0, "data": rows}, "subscriptions", match=topic + "/b")
    assert [one.topic for one in page.items] == [topic + "/b"]


# Who gets this topic?


WHO = [
    (SINGLE, "t/1/temp", {"t/+/temp", "t/1/#", "$share/g1/t/#"}),
    (SINGLE, "q/1", {"$queue/q/#"}),
    (SINGLE, "jobs/x", {"$share/g2/jobs/+"}),
    (SINGLE, "jobs/x/y", set[str]()),
    (SINGLE, "spa\u0308ce topic/1/u\u0308", set[str]()),
    (SINGLE, "späce topic/1/ü", {"späce topic/+/ü"}),
    (SINGLE, "$SYS/brokers", {"$SYS/#"}),
    (SINGLE, "p", {"p/#"}),
    (CLUSTER, "t/1/temp", {"t/+/temp", "t/1/#", "$share/g1/t/#"}),
    (OLD, "sensors/6/temp", {"sensors/+/temp", "sensors/6/#", "sensors/#", "#"}),
    (OLD, "jobs/all", {"$share/g0/jobs/#", "$share/g1/jobs/#", "$share/$queue/jobs/all", "#"}),
    (OLD, "$SYS/brokers", {"$SYS/#"}),
    (NANO, "jobs/1", {"$share/g1/jobs/+", "#"}),
    (NANO, "a/b/c", {"a/+/c", "#"}),
    (NANO, "$SYS/x", {"$SYS/#"}),
]


@pytest.mark.parametrize(("name", "topic", "filters"), WHO)
async def test_who_gets_a_topic_is_found_here_for_no_broker_can_tell(
    connect: Connect, name: str, topic: str, filters: set[str]
) -> None:
    async with Tape(name) as tape:
        broker = await known(connect, tape, name)
        everything = await broker.subscriptions({}, None)
        page = await broker.subscriptions({"match": topic}, None)
        assert not any("match" in target for target in targets(tape, base_of(name) + "/subscriptions"))
    assert {one.topic for one in page.items} == filters
    # Every one who subscribes so is there, not only one for each filter.
    assert [*page.items] == [one for one in everything.items if one.topic in filters]
    assert page.seen == len(everything.items)


async def test_emqx_itself_answers_another_question(connect: Connect) -> None:
    """What it recorded to `match_topic` is nothing, though three filters fit: it looks below a filter."""
    async with Tape(SINGLE) as tape:
        broker = await known(connect, tape, SINGLE)
        assert not (await broker.subscriptions({"within": "t/1/temp"}, None)).items
    async with Tape(OLD) as tape:
        broker = await known(connect, tape, OLD)
        page = await broker.subscriptions({"within": "sensors/#"}, None)
        asked = targets(tape, base_of(OLD) + "/subscriptions")
    assert {one.topic.split("/")[0] for one in page.items} == {"sensors"}
    assert len(page.items) == 11
    assert parse_qs(urlsplit(asked[-1]).query)["_match_topic"] == ["sensors/#"]


@pytest.mark.parametrize(
    ("name", "query", "sent", "found"),
    [
        (SINGLE, {"clientid": "sub-00"}, {"clientid": "sub-00"}, 2),
        (SINGLE, {"topic": "t/+/temp"}, {"topic": "t/+/temp"}, 6),
        (SINGLE, {"share": "g1"}, {"share_group": "g1"}, 4),
        (SINGLE, {"topic": "$share/g1/t/#"}, {"topic": "t/#", "share_group": "g1"}, 4),
        (SINGLE, {"qos": "2"}, {"qos": "2"}, 7),
        (OLD, {"clientid": "sub-01"}, {"clientid": "sub-01"}, 3),
        (OLD, {"topic": "#"}, {"topic": "#"}, 1),
        (OLD, {"share": "g1"}, {"share": "g1"}, 3),
        (OLD, {"qos": "2"}, {"qos": "2"}, 12),
        (OLD, {"topic": "$queue/jobs/all"}, {"topic": "jobs/all", "share": "$queue"}, None),
        (NANO, {"clientid": "dev-03"}, {}, 4),
        (NANO, {"share": "g1"}, {}, 2),
        (NANO, {"topic": "$share/g1/jobs/+", "qos": "1"}, {}, 2),
        (NANO, {"within": "site/#"}, {}, 10),
    ],
)
async def test_the_broker_filters_what_it_can_and_the_rest_is_left_out_here(
    connect: Connect, name: str, query: dict[str, str], sent: dict[str, str], found: int | None
) -> None:
    async with Tape(name) as tape:
        broker = await known(connect, tape, name)
        page = await broker.subscriptions(query, None)
        asked = parse_qs(urlsplit(targets(tape, base_of(name) + "/subscriptions")[-1]).query)
    paging = {"page", "limit", "_page", "_limit"}
    assert {key: value for key, (value,) in asked.items() if key not in paging} == sent
    assert found is None or len(page.items) == found
    assert (page.seen is not None) is (name == NANO)


async def test_a_group_is_not_taken_for_one_that_only_begins_so(connect: Connect) -> None:
    rows = [{"clientid": "c", "topic": f"$share/{group}/t", "qos": 0, "node": "n"} for group in ("g1", "g10")]
    body = {"code": 0, "data": rows, "meta": {"page": 1, "limit": 1000, "hasnext": False, "count": 2}}
    page = await ask(connect, OLD, "/subscriptions", body, "subscriptions", share="g1", topic="t")
    assert [one.topic for one in page.items] == ["$share/g1/t"] or not page.items
    page = await ask(connect, OLD, "/subscriptions", body, "subscriptions", share="g1")
    assert [one.topic for one in page.items] == ["$share/g1/t"]


async def test_subscriptions_of_a_node_of_emqx_4(connect: Connect) -> None:
    name = PAIR
    async with Tape(name) as tape:
        broker = await known(connect, tape, name)
        page = await broker.subscriptions({"node": "emqx42@127.0.0.1"}, None)
        assert {one.node for one in page.items} == {"emqx42@127.0.0.1"}
        assert len(page.items) == 5
        tape.answer(base_of(name) + "/nodes/nobody@x/subscriptions", status=404, text="Not found.")
        with pytest.raises(NotFound):
            await broker.subscriptions({"node": "nobody@x"}, None)


async def test_a_node_that_does_not_answer_the_broker_is_told_of(connect: Connect) -> None:
    ((name, body),) = (one.values for one in recorded("emqx-5.8.9-node-hung", "/subscriptions", 500))
    async with Tape(SINGLE) as tape:
        tape.answer(base_of(name) + "/subscriptions", status=500, body=body)
        broker = await known(connect, tape, SINGLE)
        with pytest.raises(ServerError) as raised:
            await broker.subscriptions({}, None)
    assert raised.value.code == "NODE_DOWN"


# Topics


@pytest.mark.parametrize(("name", "body"), recorded("emqx-5", "/topics"))
async def test_topics_of_emqx_5(connect: Connect, name: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await ask(connect, name, "/topics", body, "topics")
    assert page.items == [Topic(row["topic"], row["node"]) for row in body["data"]]
    assert page.total == body["meta"]["count"]


async def test_a_topic_of_a_durable_session_has_no_node(connect: Connect) -> None:
    body = {"data": [{"topic": "t", "session": "s"}], "meta": {"page": 1, "limit": 100, "hasnext": False}}
    assert (await ask(connect, SINGLE, "/topics", body, "topics")).items == [Topic("t", session="s")]


@pytest.mark.parametrize(("name", "body"), recorded("emqx-4", "/routes"))
async def test_topics_of_emqx_4_are_listed_once_a_node(connect: Connect, name: str, body: Any) -> None:  # noqa: ANN401
    page = await ask(connect, name, "/routes", body, "topics")
    rows = Counter((row["topic"], row["node"]) for row in body["data"])
    assert {(one.topic, one.node): one.listed for one in page.items} == rows
    assert len(page.items) == len(rows)
    assert page.total == body["meta"]["count"]
    assert page.after is None


async def test_one_topic_of_emqx_4(connect: Connect) -> None:
    name = PAIR
    async with Tape(name) as tape:
        broker = await known(connect, tape, name)
        page = await broker.topics({"topic": "sensors/+/temp"}, None)
    assert {(one.topic, one.node) for one in page.items} == {
        ("sensors/+/temp", "emqx41@127.0.0.1"),
        ("sensors/+/temp", "emqx42@127.0.0.1"),
    }


async def test_the_tree_of_nanomq_tells_what_its_list_of_subscriptions_tells(connect: Connect) -> None:
    async with Tape(NANO) as tape:
        broker = await known(connect, tape, NANO)
        found = (await broker.topics({}, None)).items
        subscriptions = (await broker.subscriptions({}, None)).items
    assert {(one.topic, client) for one in found for client in one.clients or ()} == {
        (one.topic, one.clientid) for one in subscriptions
    }
    assert all(one.level is None for one in found)


def test_a_tree_whose_counts_do_not_add_up_gives_only_levels() -> None:
    def level(*rows: tuple[str, int, list[str]]) -> list[dict[str, object]]:
        return [{"topic": topic, "cld_cnt": count, "clientid": clients} for topic, count, clients in rows]

    root = level(("", 2, []))
    first = level(("a", 1, []), ("b", 1, ["c1"]))
    last = level(("x", 0, ["c2"]), ("y", 0, ["c3"]))
    assert topics([root, first, last, []]) == [
        Topic("b", clients=("c1",)),
        Topic("a/x", clients=("c2",)),
        Topic("b/y", clients=("c3",)),
    ]
    assert topics([root, first, [*last, *last]]) == [
        Topic("b", clients=("c1",), level=1),
        *[Topic("x", clients=("c2",), level=2), Topic("y", clients=("c3",), level=2)] * 2,
    ]
    assert topics([level(("", 10**9, []))]) == []
    assert topics([]) == []


def test_a_tree_may_have_empty_levels() -> None:
    root = [{"topic": "", "cld_cnt": 1}]
    assert topics(
        [root, [{"topic": "", "cld_cnt": 1}], [{"topic": "finance", "cld_cnt": 0, "clientid": ["c"]}], []]
    ) == [Topic("/finance", clients=("c",))]


# Retained messages


@pytest.mark.parametrize(("name", "body"), recorded("emqx-5", "/mqtt/retainer/messages"))
async def test_retained_messages_of_emqx_5(connect: Connect, name: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await ask(connect, name, "/mqtt/retainer/messages", body, "retained")
    assert page.items == [
        Retained(
            row["topic"],
            row["qos"],
            moment(row["publish_at"]),
            named(row["from_clientid"]),
            named(row["from_username"]),
            row["msgid"],
        )
        for row in body["data"]
    ]
    assert page.total == body["meta"].get("count")


async def test_retained_messages_are_found_by_a_filter(connect: Connect) -> None:
    async with Tape(SINGLE) as tape:
        broker = await known(connect, tape, SINGLE)
        page = await broker.retained({"topic": "r/+/state"}, None)
        asked = targets(tape, base_of(SINGLE) + "/mqtt/retainer/messages")
    assert parse_qs(urlsplit(asked[-1]).query)["topic"] == ["r/+/state"]
    assert page.items


@pytest.mark.parametrize("name", [SINGLE, CLUSTER])
async def test_size_and_payload_of_a_retained_message(connect: Connect, name: str) -> None:
    async with Tape(name) as tape:
        broker = await known(connect, tape, name)
        size = await broker.retained_size("r/1/state")
        text = await broker.retained_payload("r/1/state")
        binary = await broker.retained_payload("r/bin")
    assert (size.size, size.preview) == (8, None)
    assert (text.size, text.preview, text.binary, text.cut) == (8, '{"v": 1}', False, False)
    raw = b64decode("AAUKDxQZHiMoLTI3PEFGS1BVWl9kaW5zeH2Ch4yRlpugpaqvtLm+w8jN0tfc4ebr8PX6/w==")
    assert (binary.size, binary.preview, binary.binary) == (len(raw), raw.hex(" "), True)


async def test_a_payload_that_is_too_large_has_no_size(connect: Connect) -> None:
    path = "/mqtt/retainer/message/big"
    async with Tape(SINGLE) as tape:
        tape.answer(base_of(SINGLE) + path, body={"topic": "big", "qos": 0})
        broker = await known(connect, tape, SINGLE)
        assert (await broker.retained_size("big")).size is None
        assert (await broker.retained_payload("big")).preview is None
        tape.answer(base_of(SINGLE) + path, body={"topic": "big", "payload": "no base64!"})
        with pytest.raises(BadAnswer):
            await broker.retained_payload("big")
        tape.answer(base_of(SINGLE) + path, body={"topic": "big", "payload": b64encode(b"x").decode()})
        assert (await broker.retained_payload("big")).preview == "x"


@pytest.mark.parametrize(
    ("raw", "shown", "binary", "cut"),
    [
        (b"", "", False, False),
        ("21,5 °C".encode(), "21,5 °C", False, False),
        (b'{\n\t"a": 1\r\n}', '{␊␉"a": 1␍␊}', False, False),
        (b"\x1b]0;title\x07", "1b 5d 30 3b 74 69 74 6c 65 07", True, False),
        ("a\u202eb".encode(), "61 e2 80 ae 62", True, False),
        (b"\xff\xfe", "ff fe", True, False),
        (b"x" * (PREVIEW_CHARACTERS + 1), "x" * PREVIEW_CHARACTERS, False, True),
        (bytes(PREVIEW_BYTES + 1), "00 " * (PREVIEW_BYTES - 1) + "00", True, True),
    ],
)
def test_a_payload_is_text_if_all_of_it_can_be_printed(raw: bytes, shown: str, binary: bool, cut: bool) -> None:
    told = preview(raw)
    assert (told.size, told.preview, told.binary, told.cut) == (len(raw), shown, binary, cut)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"code": "BAD_REQUEST", "message": "This API only support built in database"}),
        (404, {"code": "NOT_FOUND", "message": "the retainer is not enabled"}),
        (200, {"data": [], "meta": {"page": 1, "limit": 100, "hasnext": False, "count": 0}}),
    ],
)
async def test_a_retainer_that_is_off_is_told_of(connect: Connect, status: int, body: Any) -> None:  # noqa: ANN401
    base = base_of(SINGLE)
    async with Tape(SINGLE) as tape:
        tape.answer(base + "/mqtt/retainer/messages", status=status, body=body)
        broker = await known(connect, tape, SINGLE)
        if status == 200:
            assert (await broker.retained({}, None)).items == []
        else:
            with pytest.raises(BadRequest if status == 400 else NotFound):
                await broker.retained({}, None)
        tape.answer(base + "/mqtt/retainer", body={"enable": False})
        with pytest.raises(SwitchedOff) as raised:
            await broker.retained({}, None)
    assert raised.value.feature == "retainer"


# Delayed messages


@pytest.mark.parametrize(("name", "body"), recorded("emqx-5", "/mqtt/delayed/messages"))
async def test_delayed_messages_of_emqx_5(connect: Connect, name: str, body: Any) -> None:  # noqa: ANN401  JSON
    page = await ask(connect, name, "/mqtt/delayed/messages", body, "delayed")
    assert page.items == [
        Delayed(
            row["msgid"],
            row["topic"],
            row["node"],
            row["qos"],
            moment(row["publish_at"]),
            moment(row["expected_at"]),
            float(row["delayed_remaining"]),
            float(row["delayed_interval"]),
            named(row["from_clientid"]),
            named(row["from_username"]),
        )
        for row in body["data"]
    ]
    assert page.total == body["meta"]["count"]


async def test_delayed_publishing_that_is_off_is_told_of(connect: Connect) -> None:
    base = base_of(SINGLE)
    async with Tape(SINGLE) as tape:
        tape.answer(base + "/mqtt/delayed/messages", body={"data": [], "meta": {"page": 1, "limit": 9, "count": 0}})
        broker = await known(connect, tape, SINGLE)
        assert (await broker.delayed({}, None)).items == []
        tape.answer(base + "/mqtt/delayed", body={"enable": False, "max_delayed_messages": 0})
        with pytest.raises(SwitchedOff) as raised:
            await broker.delayed({}, None)
    assert raised.value.feature == "delayed"


# What is not there


@pytest.mark.parametrize("question", ["retained", "delayed"])
@pytest.mark.parametrize("name", [OLD, NANO])
async def test_emqx_4_and_nanomq_do_not_list_waiting_messages(connect: Connect, name: str, question: str) -> None:
    async with Tape(name) as tape:
        broker = await known(connect, tape, name)
        with pytest.raises(Unsupported):
            await getattr(broker, question)({}, None)


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/subscriptions", "subscriptions"),
        ("/topics", "topics"),
        ("/mqtt/retainer/messages", "retained"),
        ("/mqtt/delayed/messages", "delayed"),
    ],
)
async def test_a_key_without_the_scope_is_told_which_one_it_needs(connect: Connect, path: str, question: str) -> None:
    async with Tape(SINGLE) as tape:
        tape.answer(base_of(SINGLE) + path, status=403, body={"code": "UNAUTHORIZED_ROLE", "message": "no"})
        broker = await known(connect, tape, SINGLE)
        with pytest.raises(Forbidden) as raised:
            await getattr(broker, question)({}, None)
    assert raised.value.scope == "connections"
