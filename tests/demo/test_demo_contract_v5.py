"""The simulated EMQX 5.8 answers in the shapes of a real one to all that an operator asks and tells it.

What is recorded is asked again in the order in which it was, because writes change what the next answer is.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from emqx_tui.demo.exchange import Answer, Request
from emqx_tui.demo.plans import biggest_cluster
from emqx_tui.demo.population import Population
from emqx_tui.demo.scenario import outage_of
from emqx_tui.demo.v5 import Emqx5
from emqx_tui.demo.world import Cluster
from shapes import Shape, differences


RECORDINGS = Path(__file__).parents[1] / "recordings"
NOW = 1_800_000_003.25
ADDED = frozenset({"content-length", "connection", "date"})

RECORDED_TYPES = frozenset({"http", "mqtt", "webhook", "file"})
"""Of connectors, actions and sources only these were recorded; what others are configured with is their own."""

ROWS = frozenset({"/api/v5/connectors", "/api/v5/actions", "/api/v5/rules"})
"""Lists whose rows are what is answered about a single one."""


@cache
def exchanges(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in (RECORDINGS / f"{name}.jsonl").read_text("utf-8").splitlines())


def place(exchange: Mapping[str, Any]) -> tuple[str, str, object]:
    """Method, path with whatever is named in it left out, and status."""
    parts = exchange["request"]["path"].partition("?")[0].rstrip("/").split("/")
    kinds = {"nodes", "clients", "topics", "rules", "message", "listeners", "banned", "actions", "connectors"}
    kinds |= {"authentication", "topic_metrics"}
    named = [":" if before in kinds else part for before, part in zip(["", *parts], parts, strict=False)]
    return exchange["request"]["method"], "/".join(named), exchange["status"]


@cache
def pooled() -> Mapping[tuple[str, str, object], Shape]:
    """What the bodies of EMQX 5.8.9 look like, over all its recordings."""
    shapes: dict[tuple[str, str, object], Shape] = {}
    for file in sorted(RECORDINGS.glob("emqx-5.8.9*.jsonl")):
        for exchange in exchanges(file.stem):
            if "body" in exchange:
                method, path, status = place(exchange)
                body = exchange["body"]
                shapes.setdefault((method, path, status), Shape()).add(body)
                rows = body.get("data", ()) if isinstance(body, dict) else body
                for row in rows if path in ROWS and method == "GET" else ():
                    shapes.setdefault((method, f"{path}/:", status), Shape()).add(row)
    return shapes


def prod(*, reduced: bool = False) -> tuple[Emqx5, Cluster]:
    start = NOW - 30 if reduced else NOW
    cluster = Cluster(biggest_cluster(3), "7", start, outage_of("node-down") if reduced else None)
    return Emqx5(cluster, "demo", "demo-secret", lambda: NOW), cluster


def renamed(cluster: Cluster, text: str) -> str:
    """The text with what our cluster has in place of what the recorded one had."""
    clients = [one.clientid for one in Population(cluster).page(NOW, [cluster.nodes[0]], 0, 20) if one.connected]
    names = {
        "emqx51@127.0.0.1": "emqx@10.20.0.11",
        "emqx52@127.0.0.1": "emqx@10.20.0.12",
        "t%2F%2B%2Ftemp": "site%2Fnorth%2F%2B%2Ftelemetry",
        "t%2F1%2Ftemp": "orders%2Fnew" if "topic_metrics" in text else "site%2Fnorth%2Fx%2Ftelemetry",
        "t/1/temp": "site/north/line1/telemetry",
        "r/api": "site/north/api/telemetry",
        "r%2Fapi": "site%2Fnorth%2Fapi%2Ftelemetry",
        "r%2F%2B%2Fstate": "state%2F%2B%2F00001",
        "r%2F1%2Fstate": "state%2Fpump%2F00001",
        "r%2Fbin": "firmware%2Fvalve%2F00005",
        "share_group=g1": "share_group=pumps",
        "/rules/r1": "/rules/decode_legacy",
        "/rules/rb": "/rules/alerts_to_cloud",
        "connectors/mqtt:self": "connectors/mqtt:cloud-uplink",
        "actions/mqtt:selfact/start": "actions/kafka_producer:telemetry-out/start",
        "actions/mqtt:selfact": "actions/mqtt:alerts-up",
        "actions/http:deadact": "actions/http:orders-out",
        "bad-client": "valve-9000001",
        '"192.0.2.7"': '"192.0.2.99"',
        "peerhost/192.0.2.7": "peerhost/192.0.2.99",
        "user1": "line-a",
        "user2": "depot",
    }
    known = ("sub-00", "pub-00", "pub-01", "persist-0", "offline-sess", "slow-0", "shared-0", "idle-client", "sub-05")
    names |= dict(zip(known, clients, strict=False))
    for real, ours in names.items():
        text = text.replace(real, ours)
    return text


def ask(service: Emqx5, cluster: Cluster, exchange: Mapping[str, Any]) -> Answer:
    """Ask what was recorded of our service."""
    request, body = exchange["request"], exchange["request"]["body"]
    path, _, query = renamed(cluster, request["path"]).partition("?")
    kind = "text/plain" if "text-ctype" in exchange["name"] else "application/json"
    sent = b"" if body is None else renamed(cluster, body if isinstance(body, str) else json.dumps(body)).encode()
    headers = {"authorization": "Basic " + b64encode(b"demo:demo-secret").decode(), "accept": "application/json"}
    headers |= {} if body is None else {"content-type": kind}
    return service.answer(Request(request["method"], path, query, headers, sent))


def compared(value: object) -> object:
    """Lists without the rows of types that were not recorded."""
    if isinstance(value, dict) and set(value) == {"sources"}:
        return {"sources": compared(value["sources"])}
    if not isinstance(value, list):
        return value
    return [row for row in value if not isinstance(row, dict) or was_recorded(row)]


def was_recorded(row: Mapping[str, object]) -> bool:
    """Whether a row is of a type that was recorded; listeners all were."""
    if "mechanism" in row:
        return row.get("backend") == "built_in_database"
    return "bind" in row or row.get("type", "http") in RECORDED_TYPES


def mismatches(exchange: Mapping[str, Any], answer: Answer) -> Iterator[str]:
    """Where our answer is none that the recorded broker could have given."""
    if answer.status != exchange["status"]:
        yield f"status {answer.status} instead of {exchange['status']}: {answer.body!r}"
        return
    headers = {name: value for name, value in exchange["headers"].items() if name not in ADDED}
    if dict(answer.headers) != headers:
        yield f"headers {answer.headers} instead of {headers}"
    if "text" in exchange:
        if answer.body.decode() != exchange["text"]:
            yield f"{answer.body!r} instead of {exchange['text']!r}"
        return
    real, ours = exchange["body"], json.loads(answer.body)
    if isinstance(real, dict) and "code" in real:
        told = {"ALREADY_EXISTS", "NODE_DOWN"}
        if real["code"] != ours["code"] or (real["message"] != ours["message"] and real["code"] not in told):
            yield f"{ours} instead of {real}"
    yield from differences(pooled()[place(exchange)], Shape().add(compared(ours)))


def named(*prefixes: str) -> list[dict[str, Any]]:
    return [one for one in exchanges("emqx-5.8.9-resources") if one["name"].startswith(prefixes)]


def test_prod_answers_as_emqx_5_does() -> None:
    service, cluster = prod()
    found = named("cluster", "single")
    assert len(found) > 120
    told = {one["name"]: list(mismatches(one, ask(service, cluster, one))) for one in found}
    assert {name: each for name, each in told.items() if each} == {}


def test_reduced_prod_answers_as_emqx_5_does() -> None:
    service, cluster = prod(reduced=True)
    found = named("killed")
    assert len(found) > 8
    told = {one["name"]: list(mismatches(one, ask(service, cluster, one))) for one in found}
    assert {name: each for name, each in told.items() if each} == {}
