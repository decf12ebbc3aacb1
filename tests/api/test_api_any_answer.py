import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emqx_tui.api import detect, http
from emqx_tui.api.address import repair
from emqx_tui.domain.broker import Endpoint
from emqx_tui.domain.errors import BrokerError
from emqx_tui.domain.models import Kind


FIELDS = (
    "code data message reason error meta hasnext page node nodes node_status stats metrics alarms count time_stamp "
    "received uptime memory_used connections activate_at details"
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=6),
                st.sampled_from(
                    [
                        "code",
                        "data",
                        "message",
                        "reason",
                        "error",
                        "meta",
                        "hasnext",
                        "page",
                        "node",
                        "nodes",
                        "node_status",
                        "stats",
                        "metrics",
                        "alarms",
                        "count",
                        "time_stamp",
                        "received",
                        "uptime",
                        "memory_used",
                        "connections",
                        "activate_at",
                        "details",
                    ]
                ),
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=14,
)
QUESTIONS: tuple[tuple[str, tuple[object, ...]], ...] = (
    *((name, ()) for name in ("nodes", "brokers", "stats", "metrics", "totals", "alarms", "members")),
    ("history", (3600,)),
    *((name, ("a@b",)) for name in ("node", "node_stats", "node_metrics", "node_alarms")),
)


async def every_question_gives_values_or_a_broker_error(
    endpoint: Callable[..., Endpoint], answered: http.Answer
) -> None:
    """Asserts it of every adapter and of detection, whatever is asked."""

    async def canned(_client: http.Client, _path: str, _params: object = None) -> http.Answer:
        return answered

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(http.Client, "get", canned)
        for kind, adapter in detect.ADAPTERS.items():
            base = "http://127.0.0.1:1" + ("/api/v5" if kind in {Kind.EMQX5, Kind.SERVERLESS} else "/api/v4")
            broker = adapter(http.Client(base, endpoint(base), repair(base)))
            for question, arguments in QUESTIONS:
                await values_or_error(getattr(broker, question)(*arguments))
            await broker.aclose()
            await values_or_error(detect.connect(endpoint(base)), closes=True)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=json_values, status=st.sampled_from([200, 200, 200, 204, 400, 401, 403, 404, 500]), wrapped=st.booleans())
async def test_any_json_as_any_answer_gives_values_or_a_broker_error(
    endpoint: Callable[..., Endpoint], body: object, status: int, wrapped: bool
) -> None:
    answered = http.Answer(status, {}, json.dumps({"code": 0, "data": body} if wrapped else body).encode(), 0.01)

    await every_question_gives_values_or_a_broker_error(endpoint, answered)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=60), st.text(max_size=40).map(str.encode)), status=st.integers(100, 599))
async def test_any_bytes_as_any_answer_give_values_or_a_broker_error(
    endpoint: Callable[..., Endpoint], body: bytes, status: int
) -> None:
    headers = {"retry-after": "x", "content-type": "text/html", "location": "\x1b"}
    await every_question_gives_values_or_a_broker_error(endpoint, http.Answer(status, headers, body, 0.01))


async def values_or_error(asked: Awaitable[Any], *, closes: bool = False) -> None:
    try:
        found = await asked
    except BrokerError:
        return
    repr(found)
    if closes:
        await found.aclose()
