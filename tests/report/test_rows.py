"""Rows of every kind on the command line, against the simulated fleet and against brokers that fail half-way."""

import asyncio
import csv
import io
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.api import v5_clients
from emqx_tui.demo.fleet import DemoFleet, start_fleet
from emqx_tui.domain.access import Ban
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.errors import BrokerError, RateLimited, Step, Unreachable
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.state_file import Kept, StateFiles
from emqx_tui.report import stream as streaming
from emqx_tui.report.one_shot import show
from emqx_tui.report.wish import Mistaken, Wish, checked
from emqx_tui.resources import NAMES, NODES, named
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.formats import OUTPUTS
from emqx_tui.resources.spec import Resource
from report.looks import ROOT, of, printed
from simulated import START


ANSWERING = ("prod-eu", "plant-cn", "serverless", "edge-gw")
"""Deployments of the simulated fleet: EMQX 5, EMQX 4, Serverless and NanoMQ."""

EVERY = [named(name) for name in NAMES] + [DEPLOYMENTS]


@pytest.fixture
async def fleet() -> AsyncIterator[DemoFleet]:
    started = await start_fleet(nodes=1)
    yield started
    await started.stop()


@pytest.fixture
async def still() -> AsyncIterator[DemoFleet]:
    """The fleet at a moment that does not pass: two readings are alike."""
    started = await start_fleet(nodes=1, clock=lambda: START)
    yield started
    await started.stop()


def hurried(resource: Resource[Any]) -> Resource[Any]:
    """The same, but a sweep takes no pauses."""
    if resource.asked is None or resource.asked.worst is None:
        return resource
    return resource._replace(asked=resource.asked._replace(worst=resource.asked.worst._replace(most=1e6)))


def data_of(output: str, text: str) -> list[dict[str, Any]]:
    """The records of a format for programs."""
    if output == "json":
        return list(json.loads(text))
    if output == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("resource", EVERY, ids=lambda resource: resource.name)
async def test_every_resource_is_printed_in_every_format_or_it_is_said_who_does_not_offer_it(
    resource: Resource[Any], fleet: DemoFleet, tmp_path: Path
) -> None:
    resource = hurried(resource)
    for deployment in (of(one) for one in fleet.deployments if one.name in ANSWERING):
        counts = set()
        # Going through all clients, and reading counters twice, takes seconds.
        for output in ("table", "jsonl") if resource.name in {"trouble", "fleet"} else OUTPUTS:
            told = await printed(resource, deployment, output=output, limit=20, state=tmp_path)
            assert told.code == 0 or "Not offered by " in told.err, (deployment.name, output, told.err)
            assert "\x1b" not in told.out
            if output in {"table", "wide"}:
                heading, *lines = told.out.splitlines()
                assert heading.strip()
                counts.add(len(lines))
                continue
            rows = data_of(output, told.out)
            assert all(list(row) == list(resource.fields) for row in rows)
            assert {row["deployment"] for row in rows} <= {deployment.name}
            counts.add(len(rows))
        assert len(counts) == 1, (deployment.name, counts)


async def test_what_is_not_offered_is_told_with_the_version_and_others_are_printed(fleet: DemoFleet) -> None:
    told = await printed(named("banned"), *map(of, fleet.deployments), output="jsonl")
    assert told.code == 1
    assert {row["deployment"] for row in data_of("jsonl", told.out)} == {"prod-eu", "plant-cn"}
    assert "edge-gw: Not offered by NanoMQ 0.25.4-5. It is offered by EMQX 4 and later." in told.err
    assert "serverless: Not offered by EMQX Serverless." in told.err
    assert "staging: unreachable" in told.err
    assert "lab: credentials refused (401)" in told.err


async def test_alarms_of_a_look_are_asked_for_and_those_that_do_not_have_them_are_named(fleet: DemoFleet) -> None:
    told = await printed(named("alarms"), *map(of, fleet.deployments), output="json")
    assert told.code == 1
    assert {"prod-eu", "plant-cn"} == {row["deployment"] for row in data_of("json", told.out)}
    assert "serverless: Not offered by EMQX Serverless." in told.err
    assert "edge-gw: Not offered by NanoMQ" in told.err


async def test_deployments_are_rows_also_where_they_fail(fleet: DemoFleet) -> None:
    told = await printed(DEPLOYMENTS, *map(of, fleet.deployments), output="json")
    rows = {row["deployment"]: row for row in data_of("json", told.out)}
    assert list(rows) == [one.name for one in fleet.deployments]
    assert rows["prod-eu"]["error"] is None
    assert rows["prod-eu"]["sessions"] > 0
    assert rows["staging"]["error"].startswith("unreachable")
    assert told.code == 1
    assert told.err.startswith("staging: unreachable")


async def test_rates_of_nodes_are_there_when_somebody_asks_for_them(fleet: DemoFleet) -> None:
    told = await printed(NODES, of(fleet.deployments[1]), columns="node,in,alarms")
    heading, *lines = told.out.splitlines()
    assert heading.split() == ["NODE", "IN/s", "ALARMS"]
    assert lines
    assert all("-" not in line.split()[1:] for line in lines)


async def test_every_page_is_read_each_client_once(fleet: DemoFleet) -> None:
    told = await printed(named("clients"), of(fleet.deployments[1]), output="jsonl", columns="clientid")
    ids = [row["clientid"] for row in data_of("jsonl", told.out)]
    assert len(ids) > 5 * v5_clients.SCREENFUL
    assert len(ids) == len(set(ids))


async def test_rows_are_sorted_over_all_pages_and_a_limit_keeps_the_first_of_them(still: DemoFleet) -> None:
    one = of(still.deployments[1])
    every = data_of("jsonl", (await printed(named("clients"), one, output="jsonl")).out)
    told = await printed(named("clients"), one, output="jsonl", sort="-dropped", limit=30)
    dropped = [row["messages_dropped"] for row in data_of("jsonl", told.out)]
    assert dropped == sorted((row["messages_dropped"] or 0 for row in every), reverse=True)[:30]
    filtered = await printed(named("clients"), one, output="json", filtered="queue>0 !tracker")
    kept = [row["clientid"] for row in every if (row["queue"] or 0) > 0 and "tracker" not in row["clientid"]]
    assert kept
    assert sorted(row["clientid"] for row in data_of("json", filtered.out)) == sorted(kept)


async def test_the_broker_filters_by_what_is_to_be_found(fleet: DemoFleet) -> None:
    for deployment in (of(one) for one in fleet.deployments[:3]):
        told = await printed(named("clients"), deployment, output="jsonl", find="like_clientid=pump state=connected")
        rows = data_of("jsonl", told.out)
        assert rows
        assert all("pump" in row["clientid"] and row["connected"] for row in rows), deployment.name


async def test_a_filter_that_this_broker_does_not_have_is_named_with_those_it_has(fleet: DemoFleet) -> None:
    told = await printed(named("clients"), of(fleet.deployments[2]), find="node=emqx@10.0.0.1")
    assert told.code == 2
    assert "node is no filter here. There are: like_clientid, " in told.err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"columns": "quue"}, "--columns: there is no quue. Did you mean queue? There are: mark, clientid, "),
        ({"columns": "queue,ip", "output": "json"}, "--columns: there is no ip. "),
        ({"columns": "queue_limit"}, "--columns: there is no queue_limit. It is a key of json, jsonl and csv. There"),
        ({"columns": "in", "output": "csv"}, "--columns: there is no in. It is a column of table and wide. There are"),
        ({"sort": "-quue"}, "--sort: there is no -quue. Did you mean queue?"),
        ({"filtered": "quue>1"}, "--filter: quue>1: there is no column quue; did you mean queue?"),
        ({"sort": "-"}, "--sort: there is no -. There are: mark, clientid, "),
        ({"find": "pump"}, "--find: pump is no filter here. There are: like_clientid, "),
        ({"find": "state=up"}, "--find: state is one of: connected, disconnected"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(wrong: dict[str, str], said: str) -> None:
    columns, filtered = wrong.pop("columns", ""), wrong.pop("filtered", "")
    with pytest.raises(Mistaken) as refused:
        checked(named("clients"), Wish(**wrong), columns=columns, filtered=filtered)  # type: ignore[arg-type]
    assert said in str(refused.value)


# A list that misbehaves


async def test_rates_of_nodes_that_are_named_are_asked_for_whatever_the_format(fleet: DemoFleet) -> None:
    for output, columns in (("jsonl", "node,received_per_second"), ("csv", "sent_per_second"), ("wide", "node,in")):
        told = await printed(named("nodes"), of(fleet.deployments[0]), output=output, columns=columns)
        last = told.out.splitlines()[-1]
        assert any(character.isdigit() for character in last.rpartition("  ")[2].rpartition(":")[2]), told.out


async def test_clients_are_filtered_by_their_state_in_the_words_of_the_broker(fleet: DemoFleet) -> None:
    for words, connected in (("state=disconnected", False), ("state!=disconnected", True), ("state=conn*", True)):
        told = await printed(named("clients"), of(fleet.deployments[0]), output="jsonl", filtered=words, limit=5)
        rows = data_of("jsonl", told.out)
        assert [row["connected"] for row in rows] == [connected] * 5, words


def ban(number: int) -> Ban:
    return Ban(who=f"client-{number}", kind="clientid")


def pages(*answers: Sequence[Ban] | BrokerError, ever: bool = False) -> tuple[Resource[Any], list[str | None]]:
    """Bans that come in these pages; with `ever` the last one again and again."""
    asked: list[str | None] = []

    async def page(_broker: Broker, _query: Query, after: str | None) -> Page[Ban]:
        asked.append(after)
        number = min(len(asked), len(answers)) - 1
        answer = answers[number]
        if isinstance(answer, BrokerError):
            raise answer
        last = len(asked) >= len(answers) and not ever
        return Page(answer, None if last else str(number + 1))

    found = named("banned")
    assert found.asked is not None
    return found._replace(asked=found.asked._replace(page=page, whole=False)), asked


async def test_a_list_that_never_ends_ends_when_a_page_brings_nothing_new(fleet: DemoFleet) -> None:
    resource, asked = pages([ban(1), ban(2)], [ban(2), ban(3)], [ban(3), ban(1)], ever=True)
    told = await printed(resource, of(fleet.deployments[0]), output="jsonl", columns="who")
    assert [row["who"] for row in data_of("jsonl", told.out)] == ["client-1", "client-2", "client-3"]
    assert len(asked) == 3


async def test_no_page_is_asked_for_once_there_are_enough_rows(fleet: DemoFleet) -> None:
    resource, asked = pages([ban(1), ban(2)], [ban(3)], [ban(4)], [ban(5)])
    told = await printed(resource, of(fleet.deployments[0]), output="csv", limit=2)
    assert len(data_of("csv", told.out)) == 2
    assert len(asked) <= 2


async def test_what_was_read_before_a_failure_is_printed_and_the_failure_told(fleet: DemoFleet) -> None:
    resource, _asked = pages([ban(1)], Unreachable(Step.TIMEOUT, path="/banned"))
    for output in ("json", "jsonl", "csv"):
        told = await printed(resource, of(fleet.deployments[0]), output=output)
        assert told.code == 1
        assert len(data_of(output, told.out)) == 1
        assert told.err.startswith("prod-eu: ")
        resource, _asked = pages([ban(1)], Unreachable(Step.TIMEOUT, path="/banned"))


async def test_a_broker_that_wants_to_be_asked_later_is_asked_later(fleet: DemoFleet) -> None:
    resource, asked = pages([ban(1)], RateLimited(path="/banned", retry_after=0.01), [ban(2)])
    told = await printed(resource, of(fleet.deployments[0]), output="jsonl")
    assert (told.code, len(data_of("jsonl", told.out)), len(asked)) == (0, 2, 3)


async def test_a_page_is_written_before_the_next_one_has_come(fleet: DemoFleet) -> None:
    out, seen = io.StringIO(), []

    async def page(_broker: Broker, _query: Query, after: str | None) -> Page[Ban]:
        if after == "2":
            # What came before is out when the third page is asked for, but for the one that is read ahead.
            seen.append(out.getvalue().count("\n"))
        number = int(after or 0)
        return Page([ban(number)], str(number + 1) if number < 3 else None)

    found = named("banned")
    assert found.asked is not None
    resource = found._replace(asked=found.asked._replace(page=page, whole=False))
    wish = Wish(output="jsonl")
    deployment = of(fleet.deployments[0])
    files = StateFiles(None)
    assert await streaming.stream(resource, [deployment], wish, files=files, out=out, err=io.StringIO()) == 0
    assert seen[0] >= 1


async def test_more_rows_than_can_be_sorted_are_left_out_and_that_is_no_success(
    fleet: DemoFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "MANY_HELD", 2)
    monkeypatch.setattr(streaming, "MOST_HELD", 3)
    resource, _asked = pages([ban(1), ban(2)], [ban(3), ban(4)], [ban(5)])
    told = await printed(resource, of(fleet.deployments[0]), output="jsonl", sort="-who")
    assert told.code == 1
    assert len(data_of("jsonl", told.out)) == 3
    assert "more than 2 rows are held in memory to be sorted" in told.err
    assert "only 3 rows can be sorted" in told.err


async def test_figures_of_rows_are_asked_for_only_where_something_shows_them(fleet: DemoFleet) -> None:
    rules = named("rules")
    assert rules.asked is not None
    ask = rules.asked.figures
    assert ask is not None
    asked: list[Any] = []
    at_once: list[int] = []

    async def figures(broker: Broker, item: Any) -> Any:  # noqa: ANN401  the resource's own
        asked.append(item)
        at_once.append(at_once[-1] + 1 if at_once else 1)
        try:
            return await ask(broker, item)
        finally:
            at_once.append(at_once[-1] - 1)

    counted = rules._replace(asked=rules.asked._replace(figures=figures))
    one = of(fleet.deployments[0])
    told = await printed(counted, one, output="table", columns="rule,name")
    assert (told.code, asked) == (0, [])
    told = await printed(counted, one, output="json", columns="id,name")
    assert (told.code, asked) == (0, [])
    told = await printed(counted, one, output="jsonl", filtered="failed>0")
    assert len(asked) >= len(data_of("jsonl", told.out)) > 0
    assert max(at_once) <= 4
    everything = data_of("json", (await printed(counted, one, output="json")).out)
    assert all(row["matched"] is not None for row in everything)


async def test_what_is_watched_is_printed_again_with_its_time(fleet: DemoFleet) -> None:
    async def watched(resource: Resource[Any], output: str) -> str:
        out = io.StringIO()
        run = streaming.stream if resource.asked is not None else show
        wish = Wish(output=output, watch=0.01, limit=1)
        deployment = of(fleet.deployments[0])
        running = asyncio.ensure_future(
            run(resource, [deployment], wish, files=StateFiles(None), out=out, err=io.StringIO())
        )
        async with asyncio.timeout(20):
            while out.getvalue().count("prod-eu") < 2 and out.getvalue().count("emqx@") < 2:
                await asyncio.wait({running}, timeout=0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return out.getvalue()

    lines = data_of("jsonl", await watched(named("banned"), "jsonl"))
    assert [next(iter(line)) for line in lines] == ["at"] * len(lines)
    assert 0 < lines[0]["at"] <= lines[1]["at"]
    heading, first, *_more = (await watched(named("banned"), "csv")).splitlines()
    assert heading.startswith("at,deployment,")
    assert not first.startswith("at,")


async def test_what_was_found_there_before_is_forgotten_when_something_else_answers(
    fleet: DemoFleet, tmp_path: Path
) -> None:
    one, files = of(fleet.deployments[0]), StateFiles(tmp_path)
    base = one.url.replace("/api/v5", "/api/v4")
    everywhere = replace(one, url=one.url.removesuffix("/api/v5"))
    files.save(everywhere.name, everywhere.url, Kept(remembered=Remembered(base, Kind.EMQX4)))
    told = await printed(named("banned"), everywhere, output="jsonl", state=tmp_path)
    assert (told.code, told.err) == (0, "")
    assert data_of("jsonl", told.out)
    assert files.load(everywhere.name, everywhere.url).remembered == Remembered(one.url, Kind.EMQX5)


def configured(fleet: DemoFleet, place: Path) -> None:
    one = fleet.deployments[0]
    (place / "config.toml").write_text(
        f'[[deployments]]\nname = "prod"\nurl = "{one.url}"\napp_id = "{one.app_id}"\napp_secret = "{one.app_secret}"\n'
    )
    (place / "config.toml").chmod(0o600)


MEASURED = """
import sys
from emqx_tui.cli import main
code = main(["clients", "prod", "-o", "jsonl"])
# What the resource module tells includes the process that this one was forked from.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
sys.stderr.write(str(int(status["VmHWM"].split()[0]) * 1024))
sys.exit(code)
"""


async def started(arguments: Sequence[str], place: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "EMQX_TUI_CONFIG": str(place / "config.toml"),
            "EMQX_TUI_STATE_DIR": str(place),
            "PYTHONPATH": str(ROOT),
        },
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of one process")
async def test_forty_thousand_clients_take_less_than_100_mb(fleet: DemoFleet, tmp_path: Path) -> None:
    configured(fleet, tmp_path)
    process = await started(["-c", MEASURED], tmp_path)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    assert out.count(b"\n") > 40_000
    assert int(err) < 100 * 2**20


async def test_a_reader_that_has_seen_the_first_rows_is_no_error_and_ends_the_reading(
    fleet: DemoFleet, tmp_path: Path
) -> None:
    configured(fleet, tmp_path)
    process = await started(["-m", "emqx_tui", "clients", "prod", "-o", "jsonl"], tmp_path)
    assert process.stdout is not None
    assert json.loads(await asyncio.wait_for(process.stdout.readline(), 20))["deployment"] == "prod"
    process.stdout._transport.close()  # type: ignore[attr-defined]
    assert process.stderr is not None
    assert await asyncio.wait_for(process.stderr.read(), 20) == b""
    assert await asyncio.wait_for(process.wait(), 20) == 0
