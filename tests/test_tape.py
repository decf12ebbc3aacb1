import asyncio
import email.utils
import time

import httpx
import pytest

from tape import PASSWORD, USER, Tape


RIGHT = (USER, PASSWORD)


def client(tape: Tape, auth: tuple[str, str] | None = RIGHT) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=tape.url, auth=auth, headers={"accept": "application/json"}, trust_env=False)


async def test_a_recorded_answer_comes_back_with_todays_date() -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, client(tape) as asked:
        answer = await asked.get("/api/v5/nodes/")
        assert [node["node_status"] for node in answer.json()] == ["running", "running"]
        assert abs(email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()) < 60
        assert (tape.requests[0].target, tape.requests[0].authorised) == ("/api/v5/nodes/", True)


async def test_repeated_requests_get_the_recordings_in_turn_and_then_the_last_again() -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, client(tape) as asked:
        uptimes = [(await asked.get("/api/v5/nodes")).json()[0]["uptime"] for _ in range(4)]
        assert uptimes[0] < uptimes[1] == uptimes[2] == uptimes[3]


async def test_the_order_of_parameters_does_not_matter_and_unknown_ones_fall_back() -> None:
    async with Tape("emqx-4.4.19-cluster") as tape, client(tape) as asked:
        one, other, third = [
            (await asked.get(f"/api/v4/clients?{query}")).json()
            for query in ("_page=1&_limit=7", "_limit=7&_page=1", "whatever=1")
        ]
        assert one == other
        assert third["code"] == 0


@pytest.mark.parametrize(
    ("tape_set", "auth", "status", "body"),
    [
        ("emqx-4.4.19-single", None, 401, "UNAUTHORIZED"),
        ("emqx-4.4.19-single", "Basic bm8=", 401, "UNAUTHORIZED"),
        ("emqx-5.8.9-single", None, 401, "AUTHORIZATION_HEADER_ERROR"),
        ("emqx-5.8.9-single", "Basic YTpi", 401, "BAD_API_KEY_OR_SECRET"),
        ("emqx-5.8.9-single", "Bearer x", 401, "BAD_TOKEN"),
        ("emqx-5.8.9-single", "Basic bm8=", 400, ""),
        ("nanomq-0.25.3", None, 401, '{"code": 104}'),
        ("nanomq-0.25.3", "Basic YTpi", 401, '{"code": 103}'),
    ],
)
async def test_wrong_credentials_are_refused_as_the_real_broker_does(
    tape_set: str, auth: str | None, status: int, body: str
) -> None:
    version = "v5" if "5.8" in tape_set else "v4"
    async with Tape(tape_set) as tape, client(tape, None) as asked:
        answer = await asked.get(f"/api/{version}/nodes", headers={"authorization": auth} if auth else {})
        assert (answer.status_code, body in answer.text) == (status, True)
        assert ("www-authenticate" in answer.headers) == (
            status == 401 and auth != "Bearer x" and "nano" not in tape_set
        )
        assert not tape.requests[0].authorised


@pytest.mark.parametrize(
    ("tape_set", "path", "kind", "text"),
    [
        ("emqx-4.4.19-single", "/api/v4/none", "text/plain", "Not found."),
        ("emqx-4.4.19-single", "/api/v5/nodes", None, ""),
        ("emqx-5.8.9-single", "/api/v4/nodes", "application/json", "Request Path Not Found"),
        ("nanomq-0.25.3", "/api/v4/none", None, '{"code": 102}'),
        ("nanomq-0.25.3", "/api/v5/nodes", "text/html", "404 - NOT FOUND"),
    ],
)
async def test_unknown_paths_are_refused_as_the_real_broker_does(
    tape_set: str, path: str, kind: str | None, text: str
) -> None:
    async with Tape(tape_set) as tape, client(tape) as asked:
        answer = await asked.get(path)
        assert (answer.status_code, answer.headers.get("content-type")) == (404, kind)
        assert text in answer.text


async def test_an_unknown_path_of_emqx_5_is_a_page_for_who_asks_for_no_json_even_without_credentials() -> None:
    async with Tape("emqx-5.8.9-single") as tape, client(tape, None) as asked:
        answer = await asked.get("/api/v5/none", headers={"accept": "*/*"})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html")


@pytest.mark.parametrize(
    ("tape_set", "path", "method", "status"),
    [
        ("emqx-4.4.19-single", "/api/v4/nodes", "HEAD", 404),
        ("emqx-5.8.9-single", "/api/v5/nodes", "HEAD", 405),
        ("nanomq-0.25.3", "/api/v4/nodes", "HEAD", 405),
        ("nanomq-0.25.3", "/api/v4/nodes", "DELETE", 404),
    ],
)
async def test_unknown_methods_are_refused_as_the_real_broker_does(
    tape_set: str, path: str, method: str, status: int
) -> None:
    async with Tape(tape_set) as tape, client(tape) as asked:
        assert (await asked.request(method, path)).status_code == status
        assert (await asked.get(path)).status_code == 200


async def test_nanomq_refuses_paging_parameters_on_clients_only() -> None:
    async with Tape("nanomq-0.25.3") as tape, client(tape) as asked:
        assert (await asked.get("/api/v4/clients?limit=1&_limit=1")).status_code == 400
        assert (await asked.get("/api/v4/nodes?limit=1")).status_code == 200


async def test_an_api_key_may_not_list_api_keys() -> None:
    async with Tape("emqx-5.8.9-single") as tape, client(tape) as asked:
        assert (await asked.get("/api/v5/api_key")).json()["code"] == "API_KEY_NOT_ALLOW"


async def test_a_laid_set_answers_its_paths_until_it_is_lifted() -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, client(tape) as asked:
        tape.lay("emqx-5.8.9-node-killed")
        assert [node["node_status"] for node in (await asked.get("/api/v5/nodes")).json()] == ["running", "stopped"]
        assert (await asked.get("/api/v5/stats?aggregate=false")).status_code == 200
        tape.lift()
        assert [node["node_status"] for node in (await asked.get("/api/v5/nodes")).json()] == ["running", "running"]


async def test_an_own_answer_holds_for_the_path_and_below_until_it_is_forgotten() -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, client(tape) as asked:
        tape.answer("/api/v5/nodes", status=429, text="slow down", headers={"Retry-After": "7"})
        tape.answer("/api/v5/nodes/x", body={"code": "Y"}, method="DELETE", status=204)
        answer = await asked.get("/api/v5/nodes?x=1")
        assert (answer.status_code, answer.text, answer.headers["retry-after"]) == (429, "slow down", "7")
        assert (await asked.get("/api/v5/nodes/x/stats")).status_code == 429
        deleted = await asked.delete("/api/v5/nodes/x")
        assert (deleted.status_code, deleted.content, "content-length" in deleted.headers) == (204, b"", False)
        tape.forget("/api/v5/nodes")
        assert (await asked.get("/api/v5/nodes")).status_code == 200
        tape.forget()
        assert (await asked.delete("/api/v5/nodes")).status_code == 405


async def test_a_promise_of_more_than_comes_breaks_the_connection() -> None:
    async with Tape() as tape, client(tape) as asked:
        tape.answer("/api/v5/nodes", text="[", headers={"content-length": "100"})
        with pytest.raises(httpx.RemoteProtocolError):
            await asked.get("/api/v5/nodes")


async def test_closing_without_an_answer() -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, client(tape) as asked:
        tape.close_on("/api/v5")
        with pytest.raises(httpx.RemoteProtocolError):
            await asked.get("/api/v5/nodes")


async def test_what_hangs_is_answered_on_release() -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, client(tape) as asked:
        tape.hang("/")
        requests = [asyncio.ensure_future(asked.get(path)) for path in ("/api/v5/nodes", "/api/v5/stats")]
        await tape.until(lambda: tape.hanging == 2)
        tape.forget()
        await tape.release()
        assert [answer.status_code for answer in await asyncio.gather(*requests)] == [200, 200]
        assert tape.hanging == 0
        assert (await asked.get("/api/v5/nodes")).status_code == 200


async def test_recorded_slowness_hangs_and_ends_as_it_was_recorded() -> None:
    async with Tape("emqx-5.8.9-cluster", "emqx-5.8.9-node-hung") as tape, client(tape) as asked:
        nodes = asyncio.ensure_future(asked.get("/api/v5/nodes"))
        stats = asyncio.ensure_future(asked.get("/api/v5/stats"))
        await tape.until(lambda: tape.hanging == 2)
        await tape.release()
        assert [node["node"] for node in (await nodes).json()] == ["emqx51@127.0.0.1"]
        with pytest.raises(httpx.RemoteProtocolError):
            await stats


async def test_a_hanging_request_ends_when_its_client_goes() -> None:
    async with Tape("emqx-4.4.19-cluster", "emqx-4.4.19-node-hung") as tape, client(tape) as asked:
        with pytest.raises(httpx.ReadTimeout):
            await asked.get("/api/v4/nodes", timeout=0.05)
        await tape.until(lambda: tape.hanging == 0)


async def test_a_paused_server_refuses_and_comes_back_on_its_port() -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, client(tape) as asked:
        url = tape.url
        tape.hang("/api/v5/stats")
        hanging = asyncio.ensure_future(asked.get("/api/v5/stats"))
        await tape.until(lambda: tape.hanging == 1)
        await tape.pause()
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await hanging
        with pytest.raises(httpx.ConnectError):
            await asked.get("/api/v5/nodes")
        await tape.resume()
        assert (await asked.get("/api/v5/nodes")).status_code == 200
        assert tape.url == url


async def test_a_connection_serves_many_requests() -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(tape.url.rpartition(":")[2]))
        for _ in range(2):
            writer.write(b"GET /api/v5/status HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK")
            length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split()[1]))
        writer.close()
        await writer.wait_closed()
