"""`emqx-tui nodes` against what real brokers answered: every figure, in every state of a cluster."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.api import detect, http
from emqx_tui.resources import NODES, named
from emqx_tui.resources.deployments import DEPLOYMENTS
from report.looks import CALM, KEYS, Printed, at, figures, printed, ran, recorded, shown
from tape import Tape


def expected(name: str) -> list[dict[str, Any]]:
    """The rows that a recorded set has to give, without the deployment."""
    if name.startswith("nanomq"):
        return [nanomq()]
    if name.startswith("emqx-5"):
        rows = recorded(name, "nodes")
        up = [{**dict.fromkeys(KEYS[1:]), **figures(row)} for row in rows if row["node_status"] == "running"]
        down = [row for row in rows if row["node_status"] != "running"]
        return up + [
            {**dict.fromkeys(KEYS[1:]), "node": row["node"], "status": "stopped", "role": "core"} for row in down
        ]
    prefix = {"single": "single", "cluster": "cluster", "node-killed": "killed-node"}[name.removeprefix("emqx-4.4.19-")]
    described = {row["node"]: row for row in recorded(name, f"{prefix}-brokers")["data"]}
    rows = recorded(name, f"{prefix}-nodes")["data"]
    made = [
        {
            **dict.fromkeys(KEYS[1:]),
            **figures(row),
            "description": described[row["node"]]["sysdescr"],
            "datetime": described[row["node"]]["datetime"],
        }
        for row in rows
    ]
    return sorted(made, key=lambda row: str(row["node"]))


def nanomq() -> dict[str, Any]:
    known = {
        "status": "running",
        "version": "0.25.4-5",
        "description": "NanoMQ Broker",
        "uptime_seconds": 92,
        "datetime": "2026-11-21 19:16:40",
        "live_connections": 11,
        "sessions": 12,
        "memory_used_bytes": 6_103_040,
    }
    return {**dict.fromkeys(KEYS[1:]), **known}


def check(printed: Printed, name: str, deployment: str) -> None:
    assert printed.err == ""
    assert printed.code == 0
    assert [list(row) for row in printed.rows] == [KEYS] * len(printed.rows)
    assert printed.rows == [{"deployment": deployment, **row} for row in expected(name)]


@pytest.mark.parametrize("name", CALM)
async def test_a_look_prints_every_figure_that_the_broker_gave(name: str) -> None:
    async with Tape(name) as tape:
        check(await shown(at(tape.url)), name, "prod")


@pytest.mark.parametrize("name", CALM)
async def test_the_program_prints_every_figure_that_the_broker_gave(name: str, tmp_path: Path) -> None:
    async with Tape(name) as tape:
        printed = await ran(["nodes", "--url", tape.url, "--app-id", "admin", "-o", "json"], tmp_path)
        check(printed, name, tape.url.removeprefix("http://"))


@pytest.mark.parametrize("generation", ["emqx-4.4.19", "emqx-5.8.9"])
async def test_a_node_that_was_killed_is_still_there_and_without_figures_of_now(
    generation: str, tmp_path: Path
) -> None:
    async with Tape(f"{generation}-cluster") as tape:
        before = await shown(at(tape.url), state=tmp_path)
        tape.lay(f"{generation}-node-killed")
        after = await shown(at(tape.url), state=tmp_path)
    assert [row["status"] for row in before.rows] == ["running", "running"]
    word = {"emqx-4.4.19": "gone", "emqx-5.8.9": "stopped"}[generation]
    killed = after.rows[1]
    assert after.rows[0]["status"] == "running"
    assert killed["status"] == word
    kept = {"deployment", "node", "status", "role", "version", "description", "otp_release", "edition"}
    assert {name for name, value in killed.items() if value is not None} <= kept
    assert killed["version"] == before.rows[1]["version"]
    assert after.code == 0


async def test_the_second_look_asks_no_question_to_find_out_what_answers(tmp_path: Path) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        await shown(at(tape.url), state=tmp_path)
        before = len(tape.requests)
        await shown(at(tape.url), state=tmp_path)
        assert [seen.target for seen in tape.requests[before:]] == ["/api/v4/nodes", "/api/v4/brokers"]


async def test_after_an_upgrade_to_5_x_the_look_finds_out_anew_what_answers(tmp_path: Path) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        await shown(at(tape.url), state=tmp_path)
        tape.answer("/api/v4", status=404)
        tape.answer("/api/v5/nodes", body=recorded("emqx-5.8.9-cluster", "nodes"))
        printed = await shown(at(tape.url), state=tmp_path)
    assert printed.code == 0
    states = {row["node"]: row["status"] for row in printed.rows}
    assert states == {
        "emqx41@127.0.0.1": "gone",
        "emqx42@127.0.0.1": "gone",
        "emqx51@127.0.0.1": "running",
        "emqx52@127.0.0.1": "running",
    }


async def test_after_a_step_back_to_4_x_the_look_finds_out_anew_what_answers(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        await shown(at(tape.url), state=tmp_path)
        tape.answer("/api/v5", status=404, text="Not found.")
        for path in ("nodes", "brokers"):
            tape.answer(f"/api/v4/{path}", body=recorded("emqx-4.4.19-single", f"single-{path}"))
        printed = await shown(at(tape.url), state=tmp_path)
    assert printed.code == 0
    assert [row["node"] for row in printed.rows if row["status"] == "running"] == ["emqx41@127.0.0.1"]


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time-outs of fractions of a second."""
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.4)
    monkeypatch.setattr(http, "CONNECT_TIMEOUT", 0.4)
    monkeypatch.setattr(detect, "PATIENCE", 0.1)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("known", [True, False], ids=["known before", "never seen"])
@pytest.mark.parametrize("generation", ["emqx-4.4.19", "emqx-5.8.9"])
async def test_with_a_hung_node_the_healthy_one_is_printed_and_the_hung_one_named(
    generation: str, known: bool, tmp_path: Path
) -> None:
    suffix = {"emqx-4.4.19": "/api/v4", "emqx-5.8.9": "/api/v5"}[generation]
    async with Tape(f"{generation}-cluster") as tape:
        url = tape.url + suffix
        before = await shown(at(url))
        if known:
            await shown(at(url), state=tmp_path)
        tape.lay(f"{generation}-node-hung")
        if generation == "emqx-4.4.19":
            healthy = next(
                row for row in recorded(f"{generation}-cluster", "cluster-nodes")["data"] if "41" in row["node"]
            )
            tape.answer(f"{suffix}/nodes/emqx41@127.0.0.1", body={"code": 0, "data": healthy})
        printed = await shown(at(url), state=tmp_path)
    assert [row["status"] for row in printed.rows] == ["running", "unreachable"]
    assert printed.rows[0]["node"] == before.rows[0]["node"]
    assert printed.rows[0]["sessions"] is not None
    assert printed.rows[1]["sessions"] is None
    assert printed.rows[1]["version"] == (before.rows[1]["version"] if known else None)
    assert "nodes were asked one by one" in printed.err
    assert "nodes: unreachable" in printed.err
    assert printed.code == 0


@pytest.mark.usefixtures("_impatient")
async def test_with_a_hung_node_a_look_at_the_fleet_and_at_alarms_ends_too(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        url = tape.url + "/api/v5"
        await shown(at(url), state=tmp_path)
        tape.lay("emqx-5.8.9-node-hung")
        async with asyncio.timeout(20):
            fleet = await printed(DEPLOYMENTS, at(url), state=tmp_path, output="json")
            alarms = await printed(named("alarms"), at(url), state=tmp_path, output="json")
    assert (fleet.rows[0]["nodes_running"], fleet.rows[0]["nodes_known"]) == (1, 2)
    assert "Not offered" not in alarms.err
    assert alarms.err.startswith("prod: ")


@pytest.mark.usefixtures("_impatient")
async def test_a_broker_that_hangs_wholly_could_not_be_read(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        await shown(at(tape.url), state=tmp_path)
        tape.hang("/")
        printed = await shown(at(tape.url), state=tmp_path)
    assert (printed.code, printed.rows) == (1, [])
    assert printed.err.startswith("prod: unreachable: no answer")


async def test_serverless_has_no_rows_and_says_why(tmp_path: Path) -> None:
    async with Tape() as tape:
        tape.answer("/api/v5/clients", body={"data": [], "meta": {"count": 7, "limit": 1, "page": 1, "hasnext": True}})
        printed = await ran(["nodes", "--url", tape.url, "--app-id", "admin", "-o", "json"], tmp_path)
    assert (printed.code, printed.rows) == (0, [])
    assert "Serverless" in printed.err
    assert len(printed.err.splitlines()) == 1


async def test_what_cannot_be_read_is_told_and_the_others_are_printed(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-single") as well, Tape("emqx-4.4.19-single") as locked, Tape() as dead:
        await dead.pause()
        printed = await shown(
            at(dead.url, "dead"), at(well.url, "well"), at(locked.url, "locked", secret="wrong-canary"), state=tmp_path
        )
    assert printed.code == 1
    assert [row["deployment"] for row in printed.rows] == ["well"]
    told = {line.partition(":")[0]: line for line in printed.err.splitlines()}
    assert set(told) == {"dead", "locked"}
    assert "no connection" in told["dead"]
    assert "credentials refused (401)" in told["locked"]
    assert "wrong-canary" not in printed.err


async def test_a_password_that_was_refused_is_sent_once() -> None:
    async with Tape("emqx-4.4.19-single") as tape:
        await shown(at(tape.url + "/api/v4", secret="wrong"))
        assert len(tape.requests) == 1


async def test_no_row_is_still_a_list_and_a_heading(tmp_path: Path) -> None:
    async with Tape() as tape:
        await tape.pause()
        outputs = {output: await shown(at(tape.url), output=output) for output in ("json", "csv", "table")}
    assert outputs["json"].out == "[]\n"
    assert outputs["csv"].out == ",".join(KEYS) + "\n"
    headings = [column.title for column in NODES.columns if column.title]
    assert outputs["table"].out.split() == headings
