"""The shapes in which real brokers and what stands before them say that something went wrong."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from emqx_tui.api import decode, http
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.errors import (
    BadAnswer,
    BadRequest,
    BrokerError,
    Forbidden,
    NotFound,
    RateLimited,
    ResultCodeError,
    ServerError,
    Step,
    Unauthorized,
    Unreachable,
    Unsupported,
)
from emqx_tui.domain.models import Kind, Node
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]

SETS = {Kind.EMQX4: "emqx-4.4.19-cluster", Kind.EMQX5: "emqx-5.8.9-cluster", Kind.NANOMQ: "nanomq-0.25.3"}
DOWN = "emqx42@127.0.0.1"
EXPECTED = '{"value":0,"reason":{"expected":"1..inf"},"path":"latest"}'


def base_of(kind: Kind) -> str:
    return "/api/v5" if kind in {Kind.EMQX5, Kind.SERVERLESS} else "/api/v4"


async def error_of(connect: Connect, kind: Kind, **answer: Any) -> BrokerError:  # noqa: ANN401  Tape.answer's
    """What the broker's first question raises when everything is answered like this."""
    async with Tape(SETS[kind]) as tape:
        tape.answer("/", **answer)
        base = tape.url + base_of(kind)
        broker = await connect(base, remembered=Remembered(base, kind))
        with pytest.raises(BrokerError) as told:
            await broker.nodes()
        return told.value


@pytest.mark.parametrize("kind", list(SETS))
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadRequest),
        (401, Unauthorized),
        (403, Forbidden),
        (404, Unsupported),
        (405, Unsupported),
        (429, RateLimited),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        (204, BadAnswer),
        (302, BadAnswer),
        (418, BadAnswer),
    ],
)
@pytest.mark.parametrize("text", ["", "Internal Error", "<html><body><h1>Sorry</h1></body></html>"])
async def test_each_http_status_has_its_error_whatever_the_body(
    connect: Connect, kind: Kind, status: int, error: type[BrokerError], text: str
) -> None:
    told = await error_of(connect, kind, status=status, text=text)
    assert type(told) is error
    assert (told.status, told.path, told.code) == (status, "/nodes", "redirect" if status == 302 else None)
    assert "<" not in told.detail or status == 204


@pytest.mark.parametrize(
    ("answer", "error", "code", "detail"),
    [
        ({"body": {"code": 102, "message": "nodedown"}}, ResultCodeError, 102, "nodedown"),
        ({"body": {"code": 108}}, ResultCodeError, 108, ""),
        ({"body": {"code": 404, "message": "not found"}}, ResultCodeError, 404, "not found"),
        ({"body": {"message": "nodedown"}}, ResultCodeError, None, "nodedown"),
        ({"body": {"code": 0, "data": {"node": "x", "error": "nodedown"}}}, ResultCodeError, None, "nodedown"),
        ({"body": {"code": 0, "data": {"error": {"a": 1}}}}, ResultCodeError, None, '{"a": 1}'),
        ({"body": {"code": "NOT_FOUND", "message": "gone"}}, ResultCodeError, "NOT_FOUND", "gone"),
        ({"body": {"code": True, "data": []}}, ResultCodeError, True, ""),
        ({"status": 400, "body": {"code": 108}}, ResultCodeError, 108, ""),
        ({"status": 404, "body": {"code": 102}}, Unsupported, 102, ""),
        ({"text": "Not found.", "status": 404}, Unsupported, None, "Not found."),
        ({"text": '{"code": 0, "data": [{"node": "emqx@'}, BadAnswer, None, '{"code": 0, "data": [{"node": "emqx@'),
        ({"text": "\x1b[2Jhello"}, BadAnswer, None, "␛[2Jhello"),
        ({"body": []}, BadAnswer, None, "[]"),
        ({"body": {"code": 0, "data": {}}}, BadAnswer, None, "{}"),
        ({"body": {"code": 0}}, BadAnswer, None, '{"code": 0}'),
        ({"body": {}}, ResultCodeError, None, ""),
        ({"text": "null"}, BadAnswer, None, "null"),
        ({"text": "[" * 100_000}, BadAnswer, None, "[" * 239 + "…"),
    ],
)
async def test_emqx_4_says_what_failed_in_the_body(
    connect: Connect, answer: dict[str, Any], error: type[BrokerError], code: object, detail: str
) -> None:
    told = await error_of(connect, Kind.EMQX4, **answer)
    assert (type(told), told.code, told.detail) == (error, code, detail)


@pytest.mark.parametrize(
    ("status", "body", "error", "detail"),
    [
        (400, {"code": "BAD_REQUEST", "message": EXPECTED}, BadRequest, "latest: expected 1..inf"),
        (400, {"code": "BAD_REQUEST", "message": {"reason": "bad"}}, BadRequest, "bad"),
        (400, {"reason_code": 144, "message": "topic_name_invalid"}, BadRequest, "topic_name_invalid"),
        (404, {"code": "NOT_FOUND", "message": "Node not found: a@b"}, NotFound, "Node not found: a@b"),
        (404, {"code": "NOT_FOUND", "message": "Request Path Not Found"}, Unsupported, "Request Path Not Found"),
        (500, {"code": "NODE_DOWN", "message": "emqx52"}, ServerError, "emqx52"),
        (500, {"code": "INTERNAL_ERROR", "reason": ["badarg", 1]}, ServerError, '["badarg", 1]'),
    ],
)
async def test_emqx_5_says_what_failed_by_status_and_word(
    connect: Connect, status: int, body: dict[str, object], error: type[BrokerError], detail: str
) -> None:
    told = await error_of(connect, Kind.EMQX5, status=status, body=body)
    assert (type(told), told.code, told.detail) == (error, body.get("code", body.get("reason_code")), detail)


@pytest.mark.parametrize(
    ("path", "question", "scope"),
    [
        ("/nodes", "nodes", "cluster_operations"),
        ("/cluster", "members", "cluster_operations"),
        ("/stats", "stats", "monitoring"),
        ("/metrics", "metrics", "monitoring"),
        ("/alarms", "alarms", "monitoring"),
        ("/monitor_current", "totals", "monitoring"),
    ],
)
async def test_a_refused_question_names_the_scope_that_it_needs(
    connect: Connect, path: str, question: str, scope: str
) -> None:
    async with Tape(SETS[Kind.EMQX5]) as tape:
        tape.answer("/api/v5" + path, status=403, body={"code": "UNAUTHORIZED_ROLE", "message": "no"})
        broker = await connect(tape.url + "/api/v5")
        with pytest.raises(Forbidden) as refused:
            await getattr(broker, question)()
        assert refused.value.scope == scope


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:29 GMT", 30.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:59 GMT", 0.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "soon", 0.0),
        ("Fri, 31 Dec 2199 23:59:59 GMT", "Fri, 31 Dec 1999 23:59:29 GMT", 3600.0),
        ("Fri, 31 Dec 1999", "", None),
        ("1e300", "", 3600.0),
        ("-5", "", 0.0),
    ],
)
def test_the_time_to_wait_is_read_from_a_date_as_well_and_is_an_hour_at_most(
    retry_after: str, date: str, seconds: float | None
) -> None:
    answer = http.Answer(429, {"retry-after": retry_after, "date": date}, b"", 0.01)
    with pytest.raises(RateLimited) as told:
        decode.v5(answer, "/nodes")
    assert told.value.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, "7", 7.0),
        (429, "0.5", 0.5),
        (429, "-3", 0.0),
        (429, "next Tuesday", None),
        (503, "9", 9.0),
    ],
)
async def test_a_broker_that_asks_to_wait_is_heard(
    connect: Connect, status: int, retry_after: str, seconds: float | None
) -> None:
    told = await error_of(connect, Kind.EMQX5, status=status, text="slow down", headers={"retry-after": retry_after})
    assert isinstance(told, RateLimited)
    assert (told.status, told.retry_after, told.detail) == (status, seconds, "slow down")


async def test_an_answer_over_the_byte_cap_is_not_read_to_its_end(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST", 100_000)
    told = await error_of(connect, Kind.EMQX5, text="[" + " " * 5_000_000 + "]")
    assert (type(told), told.detail, told.status) == (BadAnswer, "> 100000 bytes", 200)


async def test_a_body_that_is_not_compressed_as_it_claims_is_a_bad_answer(connect: Connect) -> None:
    told = await error_of(connect, Kind.EMQX5, text="no gzip", headers={"content-encoding": "gzip"})
    assert type(told) is BadAnswer


async def test_half_a_body_is_no_answer(connect: Connect) -> None:
    told = await error_of(connect, Kind.EMQX5, text="[1, 2", headers={"content-length": "500"})
    assert isinstance(told, Unreachable)
    assert told.step is Step.CLOSED


@pytest.mark.parametrize("answer", [{"status": 204}, {"text": ""}, {"text": "<html><body>Sign in</body></html>"}])
async def test_what_is_no_exposition_is_no_empty_set_of_counters(connect: Connect, answer: dict[str, Any]) -> None:
    async with Tape(SETS[Kind.NANOMQ]) as tape:
        tape.answer("/api/v4/prometheus", **answer)
        broker = await connect(tape.url + "/api/v4")
        with pytest.raises(BadAnswer):
            await broker.metrics()


async def test_a_node_that_is_down_says_so_when_it_is_asked_by_itself(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-node-killed") as tape:
        broker = await connect(tape.url + "/api/v4")
        assert await broker.node(DOWN) == Node(DOWN, running=False, error="nodedown")
        assert tape.requests[-1].target == f"/api/v4/nodes/{DOWN}"
        for question in (broker.node_stats, broker.node_metrics):
            with pytest.raises(ResultCodeError) as told:
                await question(DOWN)
            assert (told.value.code, told.value.detail) == (None, "nodedown")
        tape.answer(f"/api/v4/nodes/{DOWN}", status=404, text="Not found.")
        assert await broker.node(DOWN) == Node(DOWN, running=False, error="nodedown")
        assert tape.requests[-1].target == f"/api/v4/brokers/{DOWN}"


async def test_a_node_that_no_broker_has_heard_of_is_not_found(connect: Connect) -> None:
    for recorded, kind in (("emqx-4.4.19-single", Kind.EMQX4), ("emqx-5.8.9-single", Kind.EMQX5)):
        async with Tape(recorded) as tape:
            broker = await connect(tape.url + base_of(kind))
            with pytest.raises(NotFound):
                await broker.node("nosuch@127.0.0.1" if kind is Kind.EMQX4 else "emqx@10.9.9.9")


async def test_the_at_sign_of_a_node_name_stays_literal(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await connect(tape.url + "/api/v4")
        assert (await broker.node(DOWN)).running
        assert await broker.node_stats(DOWN)
        assert await broker.node_metrics(DOWN)
        tape.answer(f"/api/v4/nodes/{DOWN}/alarms/activated", body={"code": 0, "data": [{"name": "x"}]})
        assert [(alarm.name, alarm.node) for alarm in await broker.node_alarms(DOWN)] == [("x", DOWN)]
        assert all("%40" not in seen.target for seen in tape.requests)
        assert sum(DOWN in seen.target for seen in tape.requests) == 4


@pytest.mark.parametrize("kind", [Kind.EMQX4, Kind.EMQX5])
async def test_a_node_that_was_asked_by_its_name_keeps_it(connect: Connect, kind: Kind) -> None:
    async with Tape(SETS[kind]) as tape:
        row: dict[str, object] = {"node": None, "node_status": "running"}
        tape.answer(base_of(kind) + "/nodes/a@b", body={"code": 0, "data": row} if kind is Kind.EMQX4 else row)
        broker = await connect(tape.url + base_of(kind))
        assert await broker.node("a@b") == Node("a@b", running=True, status="running")


async def test_alarms_are_asked_page_by_page_until_the_broker_has_no_more(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    async def paged(_client: http.Client, path: str, params: dict[str, object]) -> http.Answer:
        asked.append((path, params))
        page = params["page"]
        body = {"data": [{"name": f"alarm {page}"}], "meta": {"page": page, "limit": 1000, "hasnext": page != 3}}
        return http.Answer(200, {}, json.dumps(body).encode(), 0.01)

    async with Tape(SETS[Kind.EMQX5]) as tape:
        broker = await connect(tape.url + "/api/v5")
        monkeypatch.setattr(http.Client, "get", paged)
        assert [alarm.name for alarm in await broker.alarms()] == ["alarm 1", "alarm 2", "alarm 3"]
        assert asked == [("/alarms", {"activated": "true", "page": page, "limit": 1000}) for page in (1, 2, 3)]


async def test_a_broker_that_answers_page_one_whatever_is_asked_is_not_asked_for_ever(connect: Connect) -> None:
    async with Tape(SETS[Kind.EMQX5]) as tape:
        broker = await connect(tape.url + "/api/v5")
        tape.answer("/api/v5/alarms", body={"data": [{"name": "a"}], "meta": {"page": 1, "hasnext": True}})
        await broker.alarms()
        assert len(tape.requests) == 3


def test_a_publication_that_is_refused_names_the_scope_of_publishing() -> None:
    body = json.dumps({"code": "UNAUTHORIZED_ROLE", "message": "no"}).encode()
    with pytest.raises(Forbidden) as refused:
        decode.v5_done(http.Answer(403, {}, body, 0.1), "/publish")
    assert refused.value.scope == "publish"
