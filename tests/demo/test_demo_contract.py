"""The simulated brokers answer in the shapes of real ones: each recorded exchange is asked again, over a socket."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from emqx_tui.demo import DemoFleet, start_fleet
from shapes import Shape, differences


pytestmark = pytest.mark.asyncio(loop_scope="module")

RECORDINGS = Path(__file__).parents[1] / "recordings"
NOW = 1_800_000_003.25
OK = "Basic " + b64encode(b"demo:demo-secret").decode()

NOT_SIMULATED = (
    # What no screen needs, and topics that nobody watches here. Writes, and what comes of them, are asked elsewhere.
    # Without Enterprise and with nothing set up: `tests/demo/test_demo_v5_system.py`.
    "/gateways",
    "/load_rebalance",
    "/node_eviction",
    "/v5/prometheus",
    "error_codes",
    "invitation",
    "api_key",
    "/reload",
    "topic-metrics/",
)

POOLS = {
    "emqx-4.4.19-cluster": ("emqx-4.4.19-single", "emqx-4.4.19-cluster"),
    "emqx-4.4.19-single": ("emqx-4.4.19-single", "emqx-4.4.19-cluster"),
    "emqx-5.8.9-cluster": ("emqx-5.8.9-single", "emqx-5.8.9-cluster"),
    "emqx-5.8.9-single": ("emqx-5.8.9-single", "emqx-5.8.9-cluster"),
    # The clients that were left when a node was killed were all connected.
    "emqx-4.4.19-node-killed": ("emqx-4.4.19-node-killed", "emqx-4.4.19-single"),
}

NODES = {
    "emqx41@127.0.0.1": "emqx@10.30.0.21",
    "emqx42@127.0.0.1": "emqx@10.30.0.22",
    "emqx51@127.0.0.1": "emqx@10.20.0.11",
    "emqx52@127.0.0.1": "emqx@10.20.0.12",
    "emqx41%40127.0.0.1": "emqx%4010.30.0.21",
    "emqx51%40127.0.0.1": "emqx%4010.20.0.11",
}

WRONG = {
    "bearer": "Bearer abc.def.ghi",
    "garbage-auth": "garbage",
    "bad-base64": "Basic ***",
    "nocolon": "Basic " + b64encode(b"nocolon").decode(),
    "lowercase_basic": OK.replace("Basic", "basic"),
    "empty_basic": "Basic ",
    "garbage_basic": "Basic ???",
    "malformed": "Basic ???",
    "empty": "Basic " + b64encode(b":").decode(),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came over the socket."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(
    url: str, target: str, authorization: str | None, accept: str | None = None, *, method: str = "GET"
) -> Reply:
    """The answer to one request on a connection of its own."""
    reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
    lines = [f"{method} {target} HTTP/1.1", "Host: broker", "Connection: close"]
    lines += [f"Authorization: {authorization}"] if authorization is not None else []
    lines += [f"Accept: {accept}"] if accept else []
    writer.write("\r\n".join((*lines, "", "")).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    status, *headers = head.decode().split("\r\n")
    pairs = (header.partition(": ") for header in headers)
    return Reply(int(status.split(" ")[1]), {name.lower(): value for name, _, value in pairs}, body)


def exchanges(name: str) -> list[dict[str, object]]:
    """All exchanges of one recording."""
    return [json.loads(line) for line in (RECORDINGS / f"{name}.jsonl").read_text().splitlines()]


@cache
def pooled(name: str) -> dict[tuple[str, object], Shape]:
    """What the bodies of a broker look like, by path and status: a row that one page lacks is on another."""
    shapes: dict[tuple[str, object], Shape] = {}
    for sibling in POOLS.get(name, (name,)):
        for exchange in exchanges(sibling):
            if "body" in exchange:
                shapes.setdefault(place(exchange), Shape()).add(exchange["body"])
    return shapes


def place(exchange: Mapping[str, object]) -> tuple[str, object]:
    """The path without the query, with a broker's nodes and clients all alike, and the status."""
    request = exchange["request"]
    assert isinstance(request, dict)
    path = request["path"].partition("?")[0].rstrip("/")
    for node in NODES:
        path = path.replace(node, "{node}")
    return path.replace("sub-00", "{client}").replace("sub-01", "{client}"), exchange["status"]


def recorded(*names: str) -> list[object]:
    """The recorded exchanges that the simulation has an answer to."""
    found: list[object] = []
    for name in names:
        for exchange in exchanges(name):
            request = exchange["request"]
            assert isinstance(request, dict)
            if request["method"] != "GET" or any(part in request["path"] for part in NOT_SIMULATED):
                continue
            if request["auth"] == "ok" and "bearer" in str(exchange["name"]):
                continue
            found.append(pytest.param(name, exchange, id=f"{name}:{exchange['name']}"))
    return found


def authorization_for(exchange: Mapping[str, object]) -> str | None:
    """The credentials that were sent, as far as the recording says."""
    request = exchange["request"]
    assert isinstance(request, dict)
    if request["auth"] == "ok":
        return OK
    if request["auth"] == "none":
        return None
    name = str(exchange["name"])
    wrong = "Basic " + b64encode(b"demo:wrong").decode()
    return next((header for part, header in WRONG.items() if part in name), wrong)


def accept_for(name: str) -> str | None:
    """The Accept header that was sent, as the recording's name tells."""
    accepted = {"accept-json": "application/json", "accept-text": "text/plain", "accept-any": "*/*"}
    return next((header for part, header in accepted.items() if name.endswith(part)), None)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet() -> AsyncIterator[DemoFleet]:
    running = await start_fleet(clock=lambda: NOW)
    yield running
    await running.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reduced() -> AsyncIterator[DemoFleet]:
    times = iter([NOW])
    running = await start_fleet("node-down", clock=lambda: next(times, NOW + 30))
    yield running
    await running.stop()


def url_of(fleet: DemoFleet, name: str) -> str:
    return next(deployment.url for deployment in fleet.deployments if deployment.name == name)


async def compare(fleet: DemoFleet, deployment: str, name: str, exchange: dict[str, object]) -> None:
    """Ask what was recorded, and hold the answer against the recorded one."""
    request = exchange["request"]
    assert isinstance(request, dict)
    target = request["path"]
    for real, ours in NODES.items():
        target = target.replace(real, ours)
    if "sub-0" in target and deployment != "edge-gw":
        target = target.replace("sub-00", "panel-0000000").replace("sub-01", await somebody(fleet, deployment))
    url = url_of(fleet, deployment)
    reply = await ask(url, target, authorization_for(exchange), accept_for(str(exchange["name"])))
    assert reply.status == exchange["status"]
    headers = exchange["headers"]
    assert isinstance(headers, dict)
    added = {"content-length", "connection"}
    assert {name: value for name, value in reply.headers.items() if name not in added | {"date"}} == {
        name: value for name, value in headers.items() if name != "date"
    }
    assert ("date" in reply.headers) == ("date" in headers)
    if "body" in exchange:
        shape = pooled(name)[place(exchange)]
        found = list(differences(shape, Shape().add(json.loads(reply.body))))
        assert not found, found
    else:
        same_text(str(exchange["text"]), reply.body.decode())


async def somebody(fleet: DemoFleet, deployment: str) -> str:
    """A client on the second node."""
    reply = await ask(url_of(fleet, deployment), "/api/v4/nodes/emqx@10.30.0.22/clients?_limit=9", OK)
    rows = json.loads(reply.body or b"{}").get("data", [])
    return next((str(row["clientid"]) for row in rows if row["connected"]), "nobody")


def same_text(real: str, ours: str) -> None:
    if real.startswith("# TYPE"):
        assert [line for line in real.split("\n") if line.startswith("#")] == [
            line for line in ours.split("\n") if line.startswith("#")
        ]
        return
    for name, replaced in NODES.items():
        real = real.replace(name, replaced)
    assert ours == real


@pytest.mark.parametrize(("name", "exchange"), recorded("emqx-4.4.19-single", "emqx-4.4.19-cluster"))
async def test_plant_answers_as_emqx_4_does(fleet: DemoFleet, name: str, exchange: dict[str, object]) -> None:
    await compare(fleet, "plant-cn", name, exchange)


@pytest.mark.parametrize(("name", "exchange"), recorded("emqx-4.4.19-node-killed"))
async def test_reduced_plant_answers_as_emqx_4_does(reduced: DemoFleet, name: str, exchange: dict[str, object]) -> None:
    await compare(reduced, "plant-cn", name, exchange)


@pytest.mark.parametrize(("name", "exchange"), recorded("emqx-5.8.9-single", "emqx-5.8.9-cluster"))
async def test_prod_answers_as_emqx_5_does(fleet: DemoFleet, name: str, exchange: dict[str, object]) -> None:
    await compare(fleet, "prod-eu", name, exchange)


@pytest.mark.parametrize(("name", "exchange"), recorded("emqx-5.8.9-node-killed"))
async def test_reduced_prod_answers_as_emqx_5_does(reduced: DemoFleet, name: str, exchange: dict[str, object]) -> None:
    await compare(reduced, "prod-eu", name, exchange)


@pytest.mark.parametrize(("name", "exchange"), recorded("nanomq-0.25.3"))
async def test_gateway_answers_as_nanomq_does(fleet: DemoFleet, name: str, exchange: dict[str, object]) -> None:
    await compare(fleet, "edge-gw", name, exchange)


async def test_serverless_offers_clients_and_subscriptions_only(fleet: DemoFleet) -> None:
    url = url_of(fleet, "serverless")
    clients = await ask(url, "/api/v5/clients?limit=50", OK)
    subscriptions = await ask(url, "/api/v5/subscriptions?limit=50", OK)
    nodes = await ask(url, "/api/v5/nodes", OK)
    status = await ask(url, "/status", OK)
    denied = await ask(url, "/api/v5/nodes", None)

    real = pooled("emqx-5.8.9-cluster")["/api/v5/clients", 200]
    assert not list(differences(real, Shape().add(json.loads(clients.body))))
    assert json.loads(subscriptions.body)["meta"]["hasnext"] is True
    assert (nodes.status, json.loads(nodes.body)["code"]) == (404, "NOT_FOUND")
    assert status.status == 404
    assert (denied.status, json.loads(denied.body)["code"]) == (401, "AUTHORIZATION_HEADER_ERROR")
    for absent in ("/api/v5/clients_v2", "/api/v5/listeners", "/api/v5/rules", "/api/v5/banned"):
        assert (await ask(url, absent, OK)).status == 404
    published = await ask(url, "/api/v5/publish", OK, method="POST")
    assert (published.status, json.loads(published.body)["code"]) == (400, "BAD_REQUEST")


async def test_lab_refuses_the_secret_that_it_comes_with(fleet: DemoFleet) -> None:
    lab = next(deployment for deployment in fleet.deployments if deployment.name == "lab")
    sent = b64encode(f"{lab.app_id}:{lab.app_secret}".encode()).decode()
    reply = await ask(lab.url, "/api/v5/nodes", f"Basic {sent}")
    assert (reply.status, json.loads(reply.body)["code"]) == (401, "BAD_API_KEY_OR_SECRET")


@pytest.mark.parametrize(
    ("deployment", "method", "target", "status"),
    [
        ("plant-cn", "HEAD", "/api/v4/brokers", 404),
        ("plant-cn", "POST", "/api/v4/brokers", 404),
        ("prod-eu", "HEAD", "/api/v5/nodes", 405),
        ("prod-eu", "DELETE", "/api/v5/nodes", 405),
        ("prod-eu", "OPTIONS", "/api/v5/nodes", 500),
        ("edge-gw", "HEAD", "/api/v4/nodes", 405),
        ("edge-gw", "POST", "/api/v4/nodes", 404),
    ],
)
async def test_other_methods_are_refused_as_each_broker_does(
    fleet: DemoFleet, deployment: str, method: str, target: str, status: int
) -> None:
    reply = await ask(url_of(fleet, deployment), target, OK, method=method)
    assert reply.status == status
    assert method != "HEAD" or not reply.body
