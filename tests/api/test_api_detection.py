from collections.abc import Awaitable, Callable

import pytest

from emqx_tui.api import detect
from emqx_tui.domain.broker import Attention, Broker, Part, Remembered
from emqx_tui.domain.errors import (
    BadAnswer,
    Forbidden,
    NotFound,
    ServerError,
    Step,
    Unauthorized,
    Unreachable,
    Unsupported,
)
from emqx_tui.domain.models import Kind
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]

V4, V5, NANO = "emqx-4.4.19-cluster", "emqx-5.8.9-cluster", "nanomq-0.25.3"
UNKNOWN_PATH = {"code": "NOT_FOUND", "message": "Request Path Not Found"}


def asked(tape: Tape) -> list[str]:
    return [seen.target for seen in tape.requests]


@pytest.mark.parametrize(
    ("recorded", "base", "kind", "names"),
    [
        (V4, "/api/v4", Kind.EMQX4, ["emqx42@127.0.0.1", "emqx41@127.0.0.1"]),
        (V5, "/api/v5", Kind.EMQX5, ["emqx51@127.0.0.1", "emqx52@127.0.0.1"]),
        (NANO, "/api/v4", Kind.NANOMQ, [None]),
    ],
)
async def test_one_request_both_tells_the_generation_and_brings_the_nodes(
    connect: Connect, recorded: str, base: str, kind: Kind, names: list[str | None]
) -> None:
    async with Tape(recorded) as tape:
        broker = await connect(tape.url + base)
        assert (broker.kind, broker.base) == (kind, tape.url + base)
        assert [node.name for node in await broker.nodes()] == names
        assert asked(tape) == [f"{base}/nodes"]


async def test_only_the_first_question_is_answered_from_what_detection_asked(connect: Connect) -> None:
    async with Tape(V5) as tape:
        broker = await connect(tape.url + "/api/v5")
        await broker.nodes()
        await broker.nodes()
        assert asked(tape) == ["/api/v5/nodes"] * 2


async def test_serverless_is_recognised_with_two_requests_whatever_its_host(connect: Connect) -> None:
    async with Tape() as tape:
        tape.answer("/api/v5/clients", body={"data": [], "meta": {"page": 1, "limit": 1, "count": 17}})
        broker = await connect(tape.url + "/api/v5")
        assert broker.kind is Kind.SERVERLESS
        assert asked(tape) == ["/api/v5/nodes", "/api/v5/clients?limit=1"]
        assert (await broker.totals()).sessions == 17
        assert asked(tape)[2:] == ["/api/v5/clients?limit=1"]
        assert list(broker.parts(Attention.OPEN)) == [Part.TOTALS]


async def test_an_older_cloud_service_without_nodes_is_emqx_4_and_gives_its_nodes_from_brokers(
    connect: Connect,
) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        for path in ("nodes", "stats", "alarms"):
            tape.answer(f"/api/v4/{path}", status=404, text="Not found.")
        broker = await connect(tape.url + "/api/v4")
        assert broker.kind is Kind.EMQX4
        assert [(node.name, node.running, node.version) for node in await broker.brokers()] == [
            ("emqx42@127.0.0.1", True, "4.4.19"),
            ("emqx41@127.0.0.1", True, "4.4.19"),
        ]
        assert asked(tape) == ["/api/v4/nodes", "/api/v4/brokers"]
        assert sorted(await broker.metrics()) == ["emqx41@127.0.0.1", "emqx42@127.0.0.1"]
        for question in (broker.nodes, broker.stats, broker.alarms):
            with pytest.raises(Unsupported) as refused:
                await question()
            assert refused.value.status == 404


async def test_what_was_found_before_costs_no_request(connect: Connect) -> None:
    async with Tape(V4) as tape:
        base = tape.url + "/api/v4"
        broker = await connect(tape.url, remembered=Remembered(base, Kind.EMQX4))
        assert (broker.kind, broker.base, asked(tape)) == (Kind.EMQX4, base, [])
        assert len(await broker.nodes()) == 2


async def test_what_was_found_under_another_url_is_not_believed(connect: Connect) -> None:
    async with Tape(V5) as tape:
        before = Remembered("http://127.0.0.1:9/api/v4", Kind.EMQX4)
        broker = await connect(tape.url + "/api/v5", remembered=before)
        assert broker.kind is Kind.EMQX5


@pytest.mark.parametrize(
    ("recorded", "base", "api", "kind"),
    [
        (V4, "/api/v4", "v4", Kind.EMQX4),
        (V5, "/api/v5", "v5", Kind.EMQX5),
        (NANO, "/api/v4", "nanomq", Kind.NANOMQ),
        (NANO, "/api/v4", "v4", Kind.EMQX4),
    ],
)
async def test_what_the_user_says_is_not_questioned(
    connect: Connect, recorded: str, base: str, api: str, kind: Kind
) -> None:
    async with Tape(recorded) as tape:
        broker = await connect(tape.url + base, api=api)
        assert broker.kind is kind
        await broker.nodes()
        assert asked(tape) == [f"{base}/nodes"]


@pytest.mark.parametrize(
    ("recorded", "base", "code"),
    [
        (V4, "/api/v4", None),
        (V5, "/api/v5", "BAD_API_KEY_OR_SECRET"),
        (NANO, "/api/v4", 103),
    ],
)
@pytest.mark.parametrize("told", [False, True])
async def test_a_wrong_key_is_told_after_one_request(
    connect: Connect, recorded: str, base: str, code: object, *, told: bool
) -> None:
    from_user = "nanomq" if recorded == NANO else base.removeprefix("/api/")
    async with Tape(recorded) as tape:
        with pytest.raises(Unauthorized) as refused:
            await connect(tape.url + base, app_id="someone-else", api=from_user if told else "auto")
        assert (refused.value.status, refused.value.code, refused.value.halts) == (401, code, True)
        assert asked(tape) == [f"{base}/nodes"]


async def test_a_wrong_key_is_not_tried_at_other_places_of_the_same_host(connect: Connect) -> None:
    async with Tape(V5) as tape:
        with pytest.raises(Unauthorized):
            await connect(tape.url, app_id="someone-else")
        assert asked(tape) == ["/api/v5/nodes"]


@pytest.mark.parametrize(
    ("recorded", "base", "kind"),
    [(V4, "/api/v4", Kind.EMQX4), (V5, "/api/v5", Kind.EMQX5), (NANO, "/api/v4", Kind.NANOMQ)],
)
async def test_an_address_without_a_suffix_is_completed_by_what_answers(
    connect: Connect, recorded: str, base: str, kind: Kind
) -> None:
    async with Tape(recorded) as tape:
        broker = await connect(tape.url + "/#/login")
        assert (broker.kind, broker.base) == (kind, tape.url + base)


async def test_a_403_on_nodes_names_the_missing_scope_and_the_rest_works(connect: Connect) -> None:
    async with Tape(V5) as tape:
        refusal = {"code": "UNAUTHORIZED_ROLE", "message": "This API Key don't have permission"}
        tape.answer("/api/v5/nodes", status=403, body=refusal)
        broker = await connect(tape.url + "/api/v5")
        assert broker.kind is Kind.EMQX5
        with pytest.raises(Forbidden) as refused:
            await broker.nodes()
        assert (refused.value.scope, refused.value.code) == ("cluster_operations", "UNAUTHORIZED_ROLE")
        assert asked(tape) == ["/api/v5/nodes"]
        assert (await broker.totals()).live_connections is not None


@pytest.mark.parametrize(
    ("recorded", "base", "kind", "local"),
    [(V4, "/api/v4", Kind.EMQX4, "/api/v4/routes?_limit=50"), (V5, "/api/v5", Kind.EMQX5, "/api/v5/cluster")],
)
async def test_a_cluster_with_a_hung_peer_is_recognised_by_what_the_broker_answers_alone(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, recorded: str, base: str, *, kind: Kind, local: str
) -> None:
    monkeypatch.setattr(detect, "PATIENCE", 0.05)
    async with Tape(recorded) as tape:
        tape.hang(f"{base}/nodes")
        tape.answer("/api/v4/routes", body={"code": 0, "data": [], "meta": {}})
        broker = await connect(tape.url + base)
        assert (broker.kind, asked(tape)) == (kind, [f"{base}/nodes", local])
        assert broker.asks_nodes_apart
        await tape.until(lambda: tape.hanging == 0)


async def test_a_peer_that_hung_until_the_time_was_up_is_told_without_asking_again(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detect, "PATIENCE", 0.05)
    monkeypatch.setattr("emqx_tui.api.http.READ_TIMEOUT", 0.2)
    async with Tape(V4) as tape:
        tape.hang("/api/v4/nodes")
        tape.hang("/api/v4/routes")
        broker = await connect(tape.url + "/api/v4")
        before = len(tape.requests)
        with pytest.raises(Unreachable) as silence:
            await broker.nodes()
        assert (silence.value.step, silence.value.hung, len(tape.requests)) == (Step.TIMEOUT, True, before)


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (404, {"body": UNKNOWN_PATH}, Unsupported),
        (404, {"body": {"code": "TENANT_GONE", "message": "x"}}, NotFound),
        (404, {"text": "<html><body>404</body></html>"}, Unsupported),
        (200, {"text": "<html><body>Welcome to nginx!</body></html>"}, BadAnswer),
        (200, {"text": ""}, BadAnswer),
        (200, {"body": {"hello": "world"}}, BadAnswer),
        (200, {"body": 7}, BadAnswer),
        (502, {"text": "<html>Bad Gateway</html>"}, ServerError),
        (302, {"text": "", "headers": {"location": "https://login.example/"}}, BadAnswer),
    ],
)
async def test_what_is_no_emqx_is_told_as_what_it_answered(
    connect: Connect, status: int, answer: dict[str, object], error: type[Exception]
) -> None:
    async with Tape() as tape:
        tape.answer("/", status=status, **answer)  # type: ignore[arg-type]  # as parametrised
        with pytest.raises(error):
            await connect(tape.url + "/api/v5")


async def test_of_several_failed_attempts_the_most_telling_is_told(connect: Connect) -> None:
    async with Tape() as tape:
        tape.answer("/api/v4/nodes", status=503, text="<html>no</html>")
        with pytest.raises(ServerError) as told:
            await connect(tape.url)
        assert told.value.status == 503


async def test_a_broker_that_fails_on_nodes_is_still_recognised(connect: Connect) -> None:
    async with Tape(V5) as tape:
        tape.answer("/api/v5/nodes", status=500, body={"code": "INTERNAL_ERROR", "message": "boom"})
        broker = await connect(tape.url + "/api/v5")
        assert broker.kind is Kind.EMQX5
        with pytest.raises(ServerError):
            await broker.nodes()
    async with Tape(V4) as tape:
        tape.answer("/api/v4/nodes", status=204)
        broker = await connect(tape.url + "/api/v4")
        assert broker.kind is Kind.EMQX4
        with pytest.raises(BadAnswer):
            await broker.nodes()


async def test_every_request_asks_for_json_with_the_credentials_and_reads_only(connect: Connect) -> None:
    async with Tape(V5) as tape:
        broker = await connect(tape.url + "/api/v5")
        await broker.history(3600)
        await broker.alarms()
        assert {(seen.method, seen.headers["accept"], seen.authorised) for seen in tape.requests} == {
            ("GET", "application/json", True)
        }


async def test_what_the_user_says_goes_before_what_is_remembered(connect: Connect) -> None:
    async with Tape(V4) as tape:
        broker = await connect(tape.url, api="v4", remembered=Remembered(tape.url + "/api/v5", Kind.EMQX5))
        assert (broker.kind, broker.base) == (Kind.EMQX4, tape.url + "/api/v4")


async def test_what_is_remembered_is_taken_where_it_is_what_the_user_says(connect: Connect) -> None:
    async with Tape() as tape:
        broker = await connect(tape.url, api="v5", remembered=Remembered(tape.url + "/api/v5", Kind.SERVERLESS))
        assert (broker.kind, asked(tape)) == (Kind.SERVERLESS, [])
