"""What each error is called, what it means and what to do next."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emqx_tui.api import result_codes
from emqx_tui.api.result_codes import NANOMQ_CODES, RESULT_CODES, WORDS, explain
from emqx_tui.domain import errors
from emqx_tui.domain.errors import (
    BadAddress,
    BadAnswer,
    BadRequest,
    BrokerError,
    CredentialsMissing,
    Forbidden,
    NotFound,
    PlainHttpRefused,
    RateLimited,
    ResultCodeError,
    ServerError,
    Step,
    Unauthorized,
    Unreachable,
    Unsupported,
)
from emqx_tui.domain.models import Kind


def registered_words() -> set[str]:
    """The words that a real EMQX 5.8.9 listed at `/error_codes`, and those that it sends besides."""
    recording = Path(__file__).parents[1] / "recordings" / "emqx-5.8.9-single.jsonl"
    exchanges = map(json.loads, recording.read_text("utf-8").splitlines())
    listed = next(one["body"] for one in exchanges if one["request"]["path"] == "/api/v5/error_codes")
    besides = (
        "NODE_DOWN UNKNOWN_ERROR CLIENT_SHUTDOWN PARAM_ERROR API_KEY_NOT_ALLOW UNAUTHORIZED_ROLE "
        "AUTHORIZATION_HEADER_ERROR TOKEN_TIME_OUT BAD_TOKEN RULE_NOT_FOUND NODE_EVACUATING RPC_ERROR FORBIDDEN "
        "INVALID_PARAMTER RESET_FAILED"
    )
    return {one["code"] for one in listed} | set(besides.split())


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (0, "success"),
        (101, "RPC error"),
        (102, "unknown error"),
        (103, "wrong user or password"),
        (104, "empty user or password"),
        (105, "the user does not exist"),
        (106, "the administrator cannot be deleted"),
        (107, "a parameter is missing"),
        (108, "a parameter is wrong"),
        (109, "the request was not JSON"),
        (110, "the plugin is already started"),
        (111, "the plugin is stopped"),
        (112, "the client is offline"),
        (113, "the user exists already"),
        (114, "the old password is wrong"),
        (115, "the topic is not legal"),
        (116, "the QoS is not legal"),
    ],
)
def test_each_result_code_of_emqx_4_has_its_meaning_and_an_advice(code: int, meaning: str) -> None:
    told = explain(ResultCodeError(code=code), Kind.EMQX4)
    assert told.what == f"result code {code}"
    assert told.why.startswith(meaning)
    assert bool(told.next) == (code not in {0, 110})


@pytest.mark.parametrize(
    ("code", "emqx", "nanomq"),
    [
        (102, "unknown error", "unknown path or method"),
        (111, "the plugin is stopped", "the rule engine is off"),
        (115, "the topic is not legal", "no such bridge"),
        (116, "the QoS is not legal", "the token has expired"),
        (117, "", "the configuration was not legal HOCON"),
        (118, "", "the configuration could not be written"),
        (103, "wrong user or password", "wrong user or password"),
        (108, "a parameter is wrong", "a parameter is wrong"),
    ],
)
def test_nanomq_means_other_things_by_some_codes(code: int, emqx: str, nanomq: str) -> None:
    assert explain(ResultCodeError(code=code), Kind.EMQX4).why == emqx
    assert explain(ResultCodeError(code=code), Kind.NANOMQ).why == nanomq
    assert explain(ResultCodeError(code=code), Kind.NANOMQ).next


@pytest.mark.parametrize("word", sorted(registered_words()))
def test_each_word_of_emqx_5_has_a_meaning(word: str) -> None:
    told = explain(ResultCodeError(code=word), Kind.EMQX5)
    assert told.what == f"result code {word}"
    assert told.why


def test_what_the_broker_said_stands_beside_the_meaning() -> None:
    told = explain(ResultCodeError("nodedown", code=101, path="/nodes"), Kind.EMQX4)
    assert told.why == "RPC error: the broker could not ask the node (nodedown)"
    assert explain(ResultCodeError("nodedown")).what == "the broker says: nodedown"
    assert explain(ResultCodeError("odd", code=999)).why == "odd"
    assert explain(ResultCodeError("odd", code="NEVER_HEARD_OF")).why == "odd"


@pytest.mark.parametrize(
    ("error", "parts"),
    [
        (Unreachable(Step.DNS), ["unreachable", "name cannot be resolved", "DNS"]),
        (Unreachable(Step.CONNECT, "Connection refused"), ["no connection (Connection refused)", "firewall"]),
        (Unreachable(Step.TLS, "certificate has expired"), ["TLS failed (certificate has expired)", "ca_file"]),
        (Unreachable(Step.TIMEOUT), ["no answer within 8 s", "hangs"]),
        (Unreachable(Step.CLOSED), ["closed without an answer", "asked again"]),
        (BadRequest(status=400), ["bad request (400)", "could not read the credentials"]),
        (BadRequest("page: 0", status=400, code="BAD_REQUEST"), ["bad request (400)", "malformed (page: 0)"]),
        (Unauthorized(status=401), ["credentials refused (401)", "expired or disabled", "8081", "18083"]),
        (
            Unauthorized(status=401, code="BAD_API_KEY_OR_SECRET"),
            ["credentials refused (401)", "API key", "a dashboard user's name and password do not work here"],
        ),
        (Unauthorized(status=401, code=103), ["credentials refused (401)", "wrong user or password", "AppID"]),
        (
            Forbidden(code="UNAUTHORIZED_ROLE", scope="cluster_operations"),
            ["not allowed (403): needs scope cluster_operations", "Give the API key the scope cluster_operations"],
        ),
        (Forbidden(code="UNAUTHORIZED_ROLE"), ["not allowed (403)", "role or scopes"]),
        (NotFound(path="/nodes/a@b", status=404, code="NOT_FOUND"), ["not found: /nodes/a@b", "no such thing"]),
        (Unsupported(path="/stats", status=404), ["not offered: /stats (404)", "does not have it"]),
        (Unsupported(path="/stats", status=405), ["not offered: /stats (405)"]),
        (Unsupported(path="/stats"), ["not offered: /stats."]),
        (RateLimited(retry_after=7.0), ["too many requests (429)", "wait 7 s", "longer interval"]),
        (RateLimited(), ["too many requests (429)", "share the limit"]),
        (ServerError(status=500), ["server error (500)", "log"]),
        (ServerError(status=500, code="NODE_DOWN"), ["a node of the cluster did not answer", "nodes' states"]),
        (ServerError(status=502), ["server error (502)", "gateway", "stopped or starting"]),
        (BadAnswer("http://x/", status=302, code="redirect"), ["redirected (302), not followed", "http://x/"]),
        (BadAnswer(status=204), ["empty answer (204)", "failing node"]),
        (BadAnswer("<html>", status=200), ["not the answer of an EMQX API", "/api/v5"]),
        (CredentialsMissing("no such file"), ["the secret could not be read", "no such file"]),
        (
            PlainHttpRefused("http://x"),
            ["plain HTTP refused", "readable by anyone", "Allow plain HTTP in the form", "allow_http"],
        ),
        (BadAddress("the URL is empty"), ["the address cannot be used", "the URL is empty"]),
    ],
)
def test_each_error_says_what_happened_what_it_means_and_what_to_do(error: BrokerError, parts: list[str]) -> None:
    told = str(explain(error))
    assert [part for part in parts if part.casefold() not in told.casefold()] == []
    assert told.endswith(".")
    assert ".." not in told.replace("…", "")


def test_every_kind_of_error_has_an_explanation_of_its_own() -> None:
    kinds = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, BrokerError)}
    assert kinds - {BrokerError} == set(result_codes._EXPLAINERS)  # one line for each, none by chance


@pytest.mark.parametrize("table", [RESULT_CODES, NANOMQ_CODES, WORDS])
def test_meanings_fit_a_row_and_advice_is_a_sentence(table: dict[object, tuple[str, str]]) -> None:
    for meaning, advice in table.values():
        assert meaning
        assert not meaning.endswith(".")
        assert not advice or (advice[0].isupper() and not advice.endswith("."))


@settings(deadline=None)
@given(
    st.sampled_from([ResultCodeError, Unauthorized, BadRequest, ServerError, BadAnswer, NotFound, Unsupported]),
    st.one_of(st.none(), st.integers(), st.text(max_size=20), st.booleans()),
    st.text(max_size=30),
    st.one_of(st.none(), st.sampled_from(Kind)),
)
def test_whatever_a_broker_says_can_be_explained(
    kind_of_error: type[BrokerError], code: int | str | None, detail: str, kind: Kind | None
) -> None:
    told = explain(kind_of_error(detail, code=code, status=500), kind)
    assert told.what
    assert str(told)


def test_braces_in_what_a_broker_says_are_only_text() -> None:
    assert "{0}{x}" in str(explain(ResultCodeError("{0}{x}")))
    assert "{0}{x}" in str(explain(Unreachable(Step.TLS, "{0}{x}")))


@pytest.mark.parametrize("path", ["/clients", "/subscriptions"])
def test_emqx_4_breaks_off_a_list_when_a_node_hangs_and_what_helps_is_said(path: str) -> None:
    said = str(explain(ServerError("Internal Error", path=path, status=500), Kind.EMQX4))
    for part in ("server error (500)", "a node", "hang", "nodes' states", "node=NAME"):
        assert part in said


def test_a_failure_that_no_hung_node_explains_is_not_put_down_to_one() -> None:
    for path, kind in (("/nodes/a@b/clients", Kind.EMQX4), ("/rules", Kind.EMQX4), ("/clients", Kind.EMQX5)):
        assert "node=NAME" not in str(explain(ServerError("Internal Error", path=path, status=500), kind))
