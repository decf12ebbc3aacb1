"""The connection test names the step that failed, says what to do about it, and leaves nothing open."""

import asyncio
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.api import detect, http
from emqx_tui.config import Api, Deployment, EnvironmentSecret, InlineSecret, Secret
from emqx_tui.fleet import diagnosis, measured, watch
from emqx_tui.fleet.diagnosis import Diagnosis, Outcome, Stage, diagnose
from fleet.servers import answering, certificate, listening, server_context, silent
from tape import PASSWORD, USER, Tape


SET = "emqx-5.8.9-cluster"
CANARY = "canary-7f3a-s3cr3t"

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


def deployment(url: str, **choices: Any) -> Deployment:  # noqa: ANN401  any field of a deployment
    """A deployment with the tape's credentials."""
    fields: dict[str, Any] = {"name": "prod", "url": url, "app_id": USER, "secret": InlineSecret(Secret(PASSWORD))}
    return Deployment(**fields | choices)


async def tried(url: str, **choices: Any) -> Diagnosis:  # noqa: ANN401  any field of a deployment
    return await diagnose(deployment(url, **choices))


def failure(found: Diagnosis) -> Outcome:
    """The step that failed: the only one, and the later ones were not reached."""
    failed = found.failed
    assert failed is not None
    assert not found.ok
    assert found.found == ""
    assert [outcome.stage for outcome in found.outcomes if outcome.ok is False] == [failed.stage]
    later = [
        outcome for outcome in found.outcomes if list(Stage).index(outcome.stage) > list(Stage).index(failed.stage)
    ]
    assert all(outcome.ok is None and outcome.words == "" for outcome in later)
    assert failed.words
    # A sentence of the secret's source says itself what to do.
    assert failed.next or "Set it" in failed.words
    return failed


def outcome(found: Diagnosis, stage: Stage) -> Outcome:
    return found.outcomes[list(Stage).index(stage)]


Names = dict[str, list[str] | socket.gaierror]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """What the resolver of this machine knows: these names and no others."""
    known: Names = {}

    def look_up(host: str | bytes, port: Any, *_: Any, **__: Any) -> list[Any]:  # noqa: ANN401  as the real one
        host = host.decode() if isinstance(host, bytes) else host
        found = known.get(host, socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
        if isinstance(found, socket.gaierror):
            raise found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A resolver that answers nothing; the event is set as soon as it has been asked."""
    asked, released = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        asked.set()
        released.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    released.set()


# What was found


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("emqx-5.8.9-cluster", "EMQX 5.8.9, 2 nodes, "),
        ("emqx-5.8.9-single", "EMQX 5.8.9, 1 node, "),
        ("emqx-4.4.19-cluster", "EMQX 4.4.19, 2 nodes, "),
        ("nanomq-0.25.3", "NanoMQ 0.25.4-5, 1 node, "),
    ],
)
async def test_what_answers_is_told_with_its_nodes_and_the_time_it_took(recorded: str, found: str) -> None:
    told: list[Outcome] = []
    async with Tape(recorded) as tape:
        test = await diagnose(deployment(tape.url), progress=told.append)
    assert test.ok
    assert test.failed is None
    assert test.found.startswith(found)
    assert test.found.endswith(" ms")
    assert [outcome.stage for outcome in test.outcomes] == list(Stage)
    assert {outcome.stage: outcome.ok for outcome in test.outcomes} == {
        Stage.ADDRESS: True,
        Stage.SECRET: True,
        Stage.DNS: None,
        Stage.TCP: True,
        Stage.TLS: None,
        Stage.CREDENTIALS: True,
        Stage.API: True,
    }
    assert tuple(told) == test.outcomes
    assert all(outcome.words for outcome in test.outcomes)
    assert outcome(test, Stage.TCP).seconds is not None
    assert outcome(test, Stage.API).words == test.found


async def test_the_time_is_that_of_a_question_of_its_own_and_not_of_detection() -> None:
    async with Tape(SET) as tape:
        test = await tried(tape.url)
        assert [seen.target for seen in tape.requests] == ["/api/v5/nodes"] * 2
    seconds = outcome(test, Stage.API).seconds
    assert seconds is not None
    assert seconds > 0.0001


async def test_a_node_that_does_not_run_is_counted() -> None:
    async with Tape(SET) as tape:
        rows = [
            {"node": f"emqx@{n}", "node_status": state, "version": "5.8.9"} for n, state in enumerate(["running"] * 2)
        ]
        tape.answer("/api/v5/nodes", body=[*rows, {"node": "emqx@9", "node_status": "stopped"}])
        assert (await tried(tape.url)).found.startswith("EMQX 5.8.9, 2 of 3 nodes run, ")


async def test_serverless_is_recognised() -> None:
    async with Tape() as tape:
        tape.answer("/api/v5/clients", body={"data": [], "meta": {"count": 7, "limit": 1, "page": 1}})
        assert (await tried(tape.url)).found.startswith("EMQX Serverless, ")


async def test_a_key_that_may_not_list_the_nodes_is_good_and_what_it_lacks_is_said() -> None:
    async with Tape(SET) as tape:
        tape.answer("/api/v5/nodes", status=403, body={"code": "UNAUTHORIZED_ROLE", "message": "no"})
        test = await tried(tape.url)
    assert test.ok
    assert test.found.startswith("EMQX, 2 nodes")
    assert "cluster_operations" in outcome(test, Stage.API).words


async def test_a_peer_that_hangs_does_not_make_the_test_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "PATIENCE", 0.05)
    monkeypatch.setattr(measured, "_PATIENCE", 0.05)
    monkeypatch.setattr(watch, "HEDGE", 0.05)
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 0.3)
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.3)
    async with Tape(SET) as tape:
        # The list hangs, the nodes below it answer.
        tape.hang("/api/v5/nodes")
        for name in ("emqx@node1.emqx.test", "emqx@node2.emqx.test"):
            tape.answer(f"/api/v5/nodes/{name}", body={"node": name, "node_status": "running", "version": "5.8.9"})
        tape.answer("/api/v5/cluster", body={"nodes": ["emqx@node1.emqx.test", "emqx@node2.emqx.test"]})
        test = await tried(tape.url + "/api/v5")
    assert test.ok
    assert test.found.startswith("EMQX 5.8.9, 2 nodes")
    assert "a node hangs" in outcome(test, Stage.API).words


# The address


@pytest.mark.parametrize("url", ["", "ftp://broker.invalid", "http://", f"https://admin:{CANARY}@broker.invalid"])
async def test_an_address_that_cannot_be_one(url: str) -> None:
    failed = failure(await tried(url))
    assert failed.stage is Stage.ADDRESS
    assert CANARY not in failed.words


async def test_plain_http_to_another_machine_has_words_of_its_own() -> None:
    failed = failure(await tried("http://broker.invalid:18083"))
    assert failed.stage is Stage.ADDRESS
    assert "plain HTTP refused" in failed.words
    assert "allow_http" in failed.next


async def test_a_proxy_that_cannot_be_one_is_a_matter_of_the_address() -> None:
    assert failure(await tried("https://broker.invalid:8443", proxy="nonsense")).stage is Stage.ADDRESS


# The secret


async def test_a_secret_that_cannot_be_had_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMQX_TEST_SECRET", raising=False)
    async with Tape(SET) as tape:
        failed = failure(await tried(tape.url, secret=EnvironmentSecret("EMQX_TEST_SECRET")))
        assert tape.requests == []
    assert failed.stage is Stage.SECRET
    assert "EMQX_TEST_SECRET" in failed.words


async def test_a_secret_that_was_typed_is_used_instead_of_the_configured_one() -> None:
    async with Tape(SET) as tape:
        asked = deployment(tape.url, secret=EnvironmentSecret("EMQX_TEST_SECRET"))
        assert (await diagnose(asked, secret=Secret(PASSWORD))).ok
        assert failure(await diagnose(asked, secret=Secret("wrong"))).stage is Stage.CREDENTIALS


# Names


async def test_a_name_that_nobody_knows(names: Names) -> None:
    failed = failure(await tried("https://broker.invalid:8443"))
    assert failed.stage is Stage.DNS
    assert "broker.invalid" in failed.words
    assert "Name or service not known" in failed.words


async def test_a_name_is_looked_up_and_told_with_its_addresses(names: Names) -> None:
    names["broker.test"] = ["127.0.0.1"]
    async with Tape(SET) as tape:
        test = await tried(tape.url.replace("127.0.0.1", "broker.test"), allow_http=True)
    assert test.ok
    assert outcome(test, Stage.DNS).words == "broker.test is 127.0.0.1"
    assert outcome(test, Stage.DNS).seconds is not None


async def test_a_look_up_without_an_end_is_given_up(hanging: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "PATIENCE", 0.05)
    failed = failure(await tried("https://broker.invalid:8443"))
    assert failed.stage is Stage.DNS
    assert "time-out" in failed.words


# Connections


async def test_a_closed_port() -> None:
    async with Tape(SET) as tape:
        await tape.pause()
        failed = failure(await tried(tape.url))
    assert failed.stage is Stage.TCP
    assert "refused" in failed.words.lower()


async def test_a_port_that_drops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "open_connection", never)
    monkeypatch.setattr(diagnosis, "PATIENCE", 0.05)
    failed = failure(await tried("https://127.0.0.1:8443"))
    assert (failed.stage, "8443: time-out" in failed.words) == (Stage.TCP, True)


async def test_without_a_port_each_usual_one_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[int] = []

    async def refused(_host: str, port: int) -> None:
        dialled.append(port)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(asyncio, "open_connection", refused)
    failed = failure(await tried("127.0.0.1"))
    assert sorted(dialled) == [8081, 18083]
    assert failed.stage is Stage.TCP
    assert "18083: Connection refused, 8081: Connection refused" in failed.words


async def test_through_a_proxy_names_and_ports_are_the_proxys(names: Names) -> None:
    names["proxy.test"] = ["127.0.0.1"]
    async with Tape() as tape:
        proxy = tape.url.replace("127.0.0.1", "proxy.test")
        await tape.pause()
        failed = failure(await tried("https://broker.invalid:8443", proxy=proxy))
    assert failed.stage is Stage.TCP
    assert "proxy: " in failed.words


async def test_a_proxy_that_does_not_lead_on_is_a_matter_of_the_connection() -> None:
    async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async with listening(refusing) as port:
        failed = failure(await tried("https://broker.invalid:8443", proxy=f"http://127.0.0.1:{port}"))
    assert failed.stage is Stage.TCP


# TLS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The broker's certificate."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@needs_openssl
async def test_a_certificate_that_is_trusted(made: Path) -> None:
    async with listening(answering, server_context(made)) as port:
        test = await tried(f"https://127.0.0.1:{port}", ca_file=made)
        assert outcome(test, Stage.TLS).words == "certificate verified"
        assert test.found.startswith("EMQX 5.8.9, 1 node, ")
        unverified = await tried(f"https://127.0.0.1:{port}", verify=False)
        assert outcome(unverified, Stage.TLS).words == "certificate not verified"


@needs_openssl
async def test_a_certificate_of_its_own_issuing(made: Path) -> None:
    async with listening(answering, server_context(made)) as port:
        failed = failure(await tried(f"https://127.0.0.1:{port}"))
    assert failed.stage is Stage.TLS
    assert "signed certificate" in failed.words
    assert "ca_file" in failed.next


@needs_openssl
async def test_a_certificate_for_another_name(made: Path, names: Names) -> None:
    names["other.test"] = ["127.0.0.1"]
    async with listening(answering, server_context(made)) as port:
        failed = failure(await tried(f"https://other.test:{port}", ca_file=made))
    assert failed.stage is Stage.TLS
    assert "other.test" in failed.words


@pytest.mark.parametrize("choices", [{"ca_file": Path("missing.pem")}, {"client_cert": Path("missing.pem")}])
async def test_a_certificate_file_that_is_not_there(choices: dict[str, Path]) -> None:
    test = await tried("https://127.0.0.1:8443", **choices)
    failed = failure(test)
    assert failed.stage is Stage.TLS
    assert "No such file" in failed.words
    assert outcome(test, Stage.ADDRESS).ok
    assert outcome(test, Stage.DNS).ok is None


async def test_a_port_that_speaks_plain_http() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(64)
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async with listening(plain) as port:
        failed = failure(await tried(f"https://127.0.0.1:{port}"))
    assert failed.stage is Stage.TLS
    assert "does not speak TLS" in failed.words
    assert "http://" in failed.next


async def test_a_handshake_that_is_never_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 0.2)
    async with listening(silent) as port:
        failed = failure(await tried(f"https://127.0.0.1:{port}/api/v5"))
    assert (failed.stage, "not the TLS handshake" in failed.words) == (Stage.TLS, True)


# Credentials


@pytest.mark.parametrize("app_id", ["alice", "ops.team@example.invalid"])
async def test_a_dashboard_user_of_emqx_5_is_recognised(app_id: str) -> None:
    async with Tape(SET) as tape:
        failed = failure(await tried(tape.url, app_id=app_id))
    assert failed.stage is Stage.CREDENTIALS
    assert f"{app_id} looks like a dashboard user" in failed.words
    assert "System → API Key" in failed.next


async def test_a_key_that_is_refused_is_not_taken_for_a_user() -> None:
    async with Tape(SET) as tape:
        failed = failure(await tried(tape.url, app_id="a4f3c2d19e8b7a60"))
    assert failed.stage is Stage.CREDENTIALS
    assert "looks like" not in failed.words
    assert "the API key or its secret was refused" in failed.words


@pytest.mark.parametrize(("recorded", "api"), [("emqx-4.4.19-cluster", Api.AUTO), ("nanomq-0.25.3", Api.NANOMQ)])
async def test_credentials_that_other_brokers_refuse(recorded: str, api: Api) -> None:
    async with Tape(recorded) as tape:
        failed = failure(await tried(tape.url, secret=InlineSecret(Secret(CANARY)), api=api))
    assert failed.stage is Stage.CREDENTIALS
    assert CANARY not in failed.words + failed.next


async def test_credentials_that_are_missing() -> None:
    async with Tape(SET) as tape:
        test = await tried(tape.url, app_id=None, secret=None)
    assert outcome(test, Stage.SECRET).words == "none is set"
    failed = failure(test)
    assert failed.stage is Stage.CREDENTIALS
    assert "none are set" in failed.words


# The API


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"text": "<html>welcome", "headers": {"content-type": "text/html"}}, "no EMQX API (200)"),
        ({"status": 404, "text": "<html>", "headers": {"content-type": "text/html"}}, "no EMQX API (404)"),
        ({"status": 302, "headers": {"location": "http://127.0.0.1:1/login"}}, "redirected (302)"),
        ({"text": "hello"}, "not the answer of an EMQX API"),
        ({"status": 418, "text": "teapot"}, "not the answer of an EMQX API"),
    ],
)
async def test_something_answers_that_is_no_emqx(answer: dict[str, Any], words: str) -> None:
    async with Tape(SET) as tape:
        tape.answer("/", **answer)
        test = await tried(tape.url)
    failed = failure(test)
    assert failed.stage is Stage.API
    assert words in failed.words
    assert outcome(test, Stage.CREDENTIALS).ok is None


@pytest.mark.parametrize(
    "answer", [{"status": 429, "text": ""}, {"status": 503, "text": "", "headers": {"retry-after": "15"}}]
)
async def test_a_broker_that_wants_to_be_left_alone_has_taken_the_credentials(answer: dict[str, Any]) -> None:
    async with Tape(SET) as tape:
        tape.answer("/", **answer)
        test = await tried(tape.url + "/api/v5", api=Api.V5)
    failed = failure(test)
    assert failed.stage is Stage.API
    assert outcome(test, Stage.CREDENTIALS).ok


async def test_a_connection_that_is_closed_without_an_answer() -> None:
    async with Tape(SET) as tape:
        tape.close_on("/")
        failed = failure(await tried(tape.url))
    assert failed.stage is Stage.API
    assert "https://" in failed.next


async def test_an_answer_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.1)
    monkeypatch.setattr(detect, "PATIENCE", 0.02)
    async with Tape(SET) as tape:
        tape.hang("/")
        failed = failure(await tried(tape.url + "/api", api=Api.NANOMQ))
    assert failed.stage is Stage.API
    assert "no answer" in failed.words


# Leaving off


async def test_whatever_a_server_says_is_only_text() -> None:
    async with Tape(SET) as tape:
        tape.answer("/", text="\x1b]0;evil\x07[@click=app.quit]x[/]\u202e")
        test = await tried(tape.url)
    assert all(each.words.isprintable() and each.next.isprintable() for each in test.outcomes)


@pytest.mark.parametrize("stage", [Stage.ADDRESS, Stage.SECRET, Stage.TCP])
async def test_it_can_be_called_off_at_any_step_and_leaves_nothing_open(stage: Stage) -> None:
    reached = asyncio.Event()
    before = asyncio.all_tasks()
    async with Tape(SET) as tape:
        tape.hang("/")
        serving = asyncio.all_tasks()

        def progress(told: Outcome) -> None:
            if told.stage is stage:
                reached.set()

        testing = asyncio.ensure_future(diagnose(deployment(tape.url), progress=progress))
        await reached.wait()
        testing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await testing
        ours = asyncio.all_tasks() - serving - before
        assert [task for task in ours if "_converse" not in repr(task)] == []


async def test_it_can_be_called_off_while_the_broker_is_silent() -> None:
    async with Tape(SET) as tape:
        tape.hang("/")
        testing = asyncio.ensure_future(diagnose(deployment(tape.url)))
        await tape.until(lambda: tape.hanging > 0)
        testing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await testing
        await tape.until(lambda: tape.hanging == 0)


async def test_it_can_be_called_off_while_a_name_is_looked_up(hanging: threading.Event) -> None:
    testing = asyncio.ensure_future(diagnose(deployment("https://broker.invalid:8443")))
    while not hanging.is_set():  # noqa: ASYNC110  set by a thread
        await asyncio.sleep(0)
    testing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await testing


async def test_the_secret_is_in_nothing_that_it_tells() -> None:
    told: list[Outcome] = []
    remember: Callable[[Outcome], None] = told.append
    async with Tape(SET) as tape:
        test = await diagnose(deployment(tape.url), secret=Secret(CANARY), progress=remember)
    assert CANARY not in repr(test) + repr(told)
