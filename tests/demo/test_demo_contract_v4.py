"""The simulated EMQX 4.4 and NanoMQ answer in the shapes of real ones to all that an operator asks and tells them.

What is recorded is asked again in the order in which it was, because writes change what the next answer is.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from emqx_tui.demo.exchange import Answer, Request, Service
from emqx_tui.demo.nanomq import NanoMq
from emqx_tui.demo.plans import lone_node, older_cluster
from emqx_tui.demo.population import Population
from emqx_tui.demo.scenario import outage_of
from emqx_tui.demo.v4 import Emqx4
from emqx_tui.demo.v4_rules import RulesV4
from emqx_tui.demo.world import Cluster
from shapes import Shape, differences


RECORDINGS = Path(__file__).parents[1] / "recordings"
NOW = 1_800_000_003.25
ADDED = frozenset({"content-length", "connection", "date"})


@cache
def exchanges(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in (RECORDINGS / f"{name}.jsonl").read_text("utf-8").splitlines())


def place(exchange: Mapping[str, Any]) -> tuple[str, str, object]:
    """Method, path with whatever is named in it left out, and status."""
    parts = exchange["request"]["path"].partition("?")[0].rstrip("/").split("/")
    kinds = {"nodes", "brokers", "clients", "username", "subscriptions", "rules", "routes", "topic-metrics", "bridges"}
    named = [
        ":" if before in kinds and part not in kinds else part
        for before, part in zip(["", *parts], parts, strict=False)
    ]
    return exchange["request"]["method"], "/".join(named), exchange["status"]


@cache
def pooled(kind: str) -> Mapping[tuple[str, str, object], Shape]:
    """What the bodies of a broker look like, over all its recordings."""
    shapes: dict[tuple[str, str, object], Shape] = {}
    for file in sorted(RECORDINGS.glob(f"{kind}*.jsonl")):
        for exchange in exchanges(file.stem):
            if "body" in exchange:
                shapes.setdefault(place(exchange), Shape()).add(exchange["body"])
    return shapes


def now() -> float:
    return NOW


def plant(*, reduced: bool = False) -> Emqx4:
    start = NOW - 30 if reduced else NOW
    cluster = Cluster(older_cluster(), "7", start, outage_of("node-down") if reduced else None)
    return Emqx4(cluster, "demo", "demo-secret", now)


def gateway() -> NanoMq:
    plan = lone_node("10.50.0.2", version="0.25.4-5", edition="", sessions=140, received=48)
    return NanoMq(Cluster(plan, "7", NOW), "demo", "demo-secret", now)


def renamed() -> Callable[[str], str]:
    """Puts what our cluster has in place of what the recorded one had."""
    cluster = Cluster(older_cluster(), "7", NOW)
    first, second = (
        [client.clientid for client in Population(cluster).page(NOW, [node], 0, 9)] for node in cluster.nodes
    )
    rule = next(str(rule["id"]) for rule in RulesV4(cluster).rules(NOW) if isinstance(rule, dict))
    names = {
        "emqx41@127.0.0.1": "emqx@10.30.0.21",
        "emqx42@127.0.0.1": "emqx@10.30.0.22",
        "sub-00": first[0],
        "sub-01": second[1],
        "sub-05": first[1],
        "shared-0": first[2],
        "queue-0": first[3],
        "pub-06": first[4],
        "pub-01": second[4],
        "persist-offline": first[5],
        "idle-v5": second[5],
        "made_up_one": "high_system_memory_usage",
        "rule:e9cabdec": rule,
        "rule%3Ae9cabdec": rule.replace(":", "%3A"),
    }

    def rename(text: str) -> str:
        for real, ours in names.items():
            text = text.replace(real, ours)
        return text

    return rename


def ask(service: Service, exchange: Mapping[str, Any], rename: Callable[[str], str]) -> Answer:
    """Ask what was recorded of our service."""
    request, kept = exchange["request"], exchange["headers"].get("content-type")
    path, _, query = rename(request["path"]).partition("?")
    body = request["body"]
    sent = b"" if body is None else rename(json.dumps(body)).encode()
    if isinstance(body, str):
        sent = body.encode("latin-1")
    headers = {} if body is None or kept is None else {"content-type": kept}
    secret = "demo-secret" if request["auth"] == "ok" else "wrong"
    if request["auth"] != "none":
        headers["authorization"] = "Basic " + b64encode(f"demo:{secret}".encode()).decode()
    return service.answer(Request(request["method"], path, query, headers, sent))


def mismatches(kind: str, exchange: Mapping[str, Any], answer: Answer, rename: Callable[[str], str]) -> Iterator[str]:
    """Where our answer is none that the recorded broker could have given."""
    if answer.status != exchange["status"]:
        yield f"status {answer.status} instead of {exchange['status']}"
        return
    headers = {name: value for name, value in exchange["headers"].items() if name not in ADDED}
    if dict(answer.headers) != headers:
        yield f"headers {answer.headers} instead of {headers}"
    if "text" in exchange:
        real = rename(exchange["text"])
        if exchange["request"]["method"] != "HEAD" and "<html>" not in real and answer.body.decode() != real:
            yield f"{answer.body!r} instead of {real!r}"
        return
    real, ours = exchange["body"], json.loads(answer.body)
    if real.get("code") != ours.get("code"):
        yield f"code {ours.get('code')} instead of {real.get('code')}"
    if "message" in real and "no_such_listener" not in real["message"] and real["message"] != ours.get("message"):
        yield f"message {ours.get('message')} instead of {real['message']}"
    yield from differences(pooled(kind)[place(exchange)], Shape().add(ours))


def wrong(kind: str, service: Service, found: list[dict[str, Any]]) -> dict[str, list[str]]:
    """All mismatches by the name of the recording, asked in order."""
    rename = renamed()
    told = {
        exchange["name"]: list(mismatches(kind, exchange, ask(service, exchange, rename), rename)) for exchange in found
    }
    return {name: each for name, each in told.items() if each}


def test_plant_answers_as_emqx_4_does() -> None:
    found = [exchange for exchange in exchanges("emqx-4.4.19-resources") if not exchange["name"].startswith("killed")]
    assert len(found) > 140
    assert wrong("emqx-4", plant(), found) == {}


def test_reduced_plant_answers_as_emqx_4_does() -> None:
    found = [exchange for exchange in exchanges("emqx-4.4.19-resources") if exchange["name"].startswith("killed")]
    found += [
        exchange
        for exchange in exchanges("emqx-4.4.19-node-killed")
        if any(word in exchange["request"]["path"] for word in ("listeners", "plugins"))
    ]
    assert len(found) > 4
    assert wrong("emqx-4", plant(reduced=True), found) == {}


def test_what_one_node_has_is_answered_as_emqx_4_does() -> None:
    wanted = ("/listeners", "/plugins", "/modules", "/topic-metrics", "/rules/")
    found = [
        exchange
        for name in ("emqx-4.4.19-single", "emqx-4.4.19-cluster")
        for exchange in exchanges(name)
        if any(word in exchange["request"]["path"] for word in wanted) and "notloaded" not in exchange["name"]
    ]
    assert len(found) > 10
    assert wrong("emqx-4", plant(), found) == {}


def test_gateway_answers_as_nanomq_does() -> None:
    found = list(exchanges("nanomq-0.25.3-resources"))
    assert len(found) > 90
    assert wrong("nanomq", gateway(), found) == {}
