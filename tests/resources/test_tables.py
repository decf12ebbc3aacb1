"""Filters and orders of every kind of row, without its doing anything for it."""

import re
import time
from collections.abc import Sequence
from typing import Any

import pytest

from emqx_tui.domain.clients import Client
from emqx_tui.domain.filters import stands_in
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.listing import Entry
from emqx_tui.domain.models import Node
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.domain.rows import NodeRow
from emqx_tui.resources import NODES, named
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.spec import Resource
from emqx_tui.resources.table import (
    PROBLEMS,
    Arrangement,
    column_of,
    fields_of,
    filter_of,
    filter_rows,
    sort_rows,
    sorts_by,
    value_of,
)
from emqx_tui.resources.wording import flaw
from resources.test_resources import ROWS, every_resource


NOW = 1_795_000_000.0
BUDGET = 0.05
"""Seconds of the processor a key may take, in a list of 10,000 rows."""


def kept(resource: Resource[Any], text: str) -> Sequence[Any]:
    return filter_rows(resource, ROWS[resource.name], filter_of(resource, text))


@every_resource
def test_every_column_with_a_heading_is_found_by_its_id_its_heading_and_no_other(resource: Resource[Any]) -> None:
    fields = fields_of(resource)
    for column in resource.columns:
        if not column.title:
            continue
        for name in (column.id, "_".join(column.title.lower().split())):
            parsed = filter_of(resource, f"{name}!=5")
            assert parsed.flaw is None, name
            assert parsed.terms[0].name == f"{column.id}!=5"
    names = [name for one in fields for name in {one.name, *one.also}]
    assert len(names) == len(set(names)), "a heading is another column's name"


@every_resource
@pytest.mark.parametrize("operator", ["=", "!=", ">", ">=", "<", "<="])
@pytest.mark.parametrize("value", ["5", "80%", "2h", "running", "1.5k"])
def test_every_column_of_every_row_can_be_compared_or_the_reason_is_told(
    resource: Resource[Any], operator: str, value: str
) -> None:
    for column in resource.columns:
        parsed = filter_of(resource, f"{column.id}{operator}{value}")
        if parsed.flaw is not None:
            assert flaw(parsed.flaw).startswith(f"{column.id}{operator}{value} is left out: {column.id} has ")
        rows = ROWS[resource.name]
        holds = filter_rows(resource, rows, parsed)
        others = filter_rows(resource, rows, filter_of(resource, "!" + parsed.text))
        assert len(holds) + len(others) == len(rows) * (1 if parsed.flaw is None else 2)
        missing = [row for row in rows if value_of(column)(row) is None]
        if parsed.flaw is None:
            assert [row for row in missing if row in holds] == (missing if operator == "!=" else [])


@every_resource
def test_what_is_shown_as_a_duration_is_compared_in_seconds(resource: Resource[Any]) -> None:
    for column in resource.columns:
        for row in ROWS[resource.name]:
            shown = re.fullmatch(r"(?:back )?(\d+) ([smhd])(?: \d+ [smh])?", column.cell(row).text)
            if shown is None or not shown[1].strip("0"):
                continue
            seconds = int(shown[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[shown[2]]
            value = value_of(column)(row)
            assert isinstance(value, int | float), column.id
            assert seconds <= value < seconds * 2 or value > 1e9, (column.id, value, shown[0])


@every_resource
def test_what_is_shown_in_per_cent_is_compared_in_per_cent(resource: Resource[Any]) -> None:
    for column in resource.columns:
        for row in ROWS[resource.name]:
            if shown := re.fullmatch(r"(\d+) %", column.cell(row).text):
                for typed in (shown[1], f"{shown[1]}%"):
                    assert filter_rows(resource, [row], filter_of(resource, f"{column.id}={typed}")) == [row]


@every_resource
def test_by_problems_the_worst_rows_come_first(resource: Resource[Any]) -> None:
    rows = ROWS[resource.name]
    problem = resource.problem
    assert sorts_by(resource, PROBLEMS) is (problem is not None)
    assert column_of(resource, PROBLEMS) is None
    if problem is None:
        return
    ranks = [problem(row) for row in sort_rows(resource, rows, PROBLEMS)]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[-1] == 0
    assert [problem(row) for row in sort_rows(resource, rows, "-" + PROBLEMS)] == ranks[::-1]


def test_the_first_order_of_nodes_and_of_deployments_is_that_by_problems() -> None:
    for resource in (NODES, DEPLOYMENTS):
        rows = [row for row in ROWS[resource.name] if row.fresh is Freshness.LIVE]
        by_problems = sort_rows(resource, rows, PROBLEMS)
        assert resource.problem is not None
        states = [resource.problem(row) for row in sort_rows(resource, rows, resource.sort)]
        assert states == [resource.problem(row) for row in by_problems]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("live>abc", "live>abc is left out: live has numbers, such as 250, 1.5k or 2M"),
        ("mem>2h", "mem>2h is left out: memory has percentages, such as 80%"),
        ("uptime<5x", "uptime<5x is left out: uptime has durations, such as 90s, 2h or 1d12h"),
        ("live>", "live> is left out: live > what?"),
        ("qeue>5", "qeue>5 is left out: there is no column qeue; in double quotes it is just text"),
        ("verson=5*", "verson=5* is left out: there is no column verson; did you mean version?"),
        ("s=1", "s=1 is left out: several columns begin so: status, since, sessions"),
        ("version>5*", "version>5* is left out: * and ? go with = and != only"),
        ("/a(/", "/a(/ is left out: it is no pattern: missing ), unterminated subpattern"),
    ],
)
def test_what_is_wrong_with_a_filter_is_told_in_words(typed: str, told: str) -> None:
    found = filter_of(NODES, typed).flaw
    assert found is not None
    assert flaw(found) == told


def test_a_filter_of_nodes_means_what_it_says() -> None:
    assert {row.member.state for row in kept(NODES, "status!=running")} == set(NodeState) - {NodeState.RUNNING}
    assert all(row.memory_share > 0.8 for row in kept(NODES, "mem>80%"))
    assert {row.node.version for row in kept(NODES, "version=5.8*")} == {"5.8.9"}
    assert kept(NODES, "since>4s since<5s status!=running")
    assert all(row.running for row in kept(NODES, "live>=0"))


# Ten thousand rows


def crowd(count: int) -> list[NodeRow]:
    """As many rows as a list may have loaded, each of them another one."""
    states = [*[NodeState.RUNNING] * 50, *NodeState]
    return [
        NodeRow(
            "prod",
            Member(
                f"emqx@10.0.{at // 250}.{at % 250}",
                states[at % len(states)],
                Node(
                    f"n{at}",
                    role=("core", "replicant")[at % 2],
                    version=f"5.{at % 11}.{at % 3}",
                    uptime=at * 10.0,
                    sessions=at,
                    live_connections=at,
                    memory_used=at,
                    memory_total=count,
                ),
                NOW,
            ),
            *(1.0, 2.0, 3.0),
            alarms=at % 5,
            fresh=Freshness.LIVE,
            now=NOW,
        )
        for at in range(count)
    ]


TYPED = [
    "running core emqx@10.0.3",
    "live>5000 mem>80% !stopped",
    "/^emqx@10.*5$/ version=5.1*",
    "status!=running",
    "version>=5.5 uptime<2h role=core",
]


@pytest.mark.parametrize("typed", TYPED)
def test_ten_thousand_rows_are_filtered_at_each_key_in_time_and_as_if_at_once(typed: str) -> None:
    rows, arrangement, spent = crowd(10_000), Arrangement[NodeRow](), []
    arrangement.of(NODES, rows, "-sessions", None)
    for end in range(1, len(typed) + 1):
        began = time.process_time()
        found = arrangement.of(NODES, rows, "-sessions", filter_of(NODES, typed[:end]))
        spent.append(time.process_time() - began)
        if end % 5 == 0 or end == len(typed):
            whole = filter_rows(NODES, rows, filter_of(NODES, typed[:end]))
            assert list(found) == sort_rows(NODES, whole, "-sessions")
    assert sorted(spent)[len(spent) * 95 // 100] < BUDGET


def test_what_is_arranged_again_is_so_for_other_rows_another_order_and_a_wider_filter() -> None:
    rows, arrangement = crowd(40), Arrangement[NodeRow]()
    for wanted in ("core", "core live>20", "", "replicant", "!core", "e"):
        for sort in ("-sessions", "node", PROBLEMS):
            for some in (rows, rows[5:30]):
                parsed = filter_of(NODES, wanted)
                expected = sort_rows(NODES, filter_rows(NODES, some, parsed), sort)
                assert list(arrangement.of(NODES, some, sort, parsed)) == expected
    rows.append(crowd(41)[40])
    assert rows[-1] in arrangement.of(NODES, rows, PROBLEMS, filter_of(NODES, "e")), "a page more was loaded"


def test_a_line_of_the_prompt_is_kept_when_its_texts_are_in_their_columns() -> None:
    def known(typed: str) -> bool:
        return stands_in(typed, ROWS["nodes"], NODES.matches, fields_of(NODES))

    assert known("live>100 mem>80% status!=running version=5.8* uptime<2h")
    assert not known("status=hunter2")
    assert not known("hunter2>5")


@pytest.mark.parametrize(
    ("typed", "found"),
    [("queue>50%", ["full"]), ("queue>=10%", ["busy", "full"]), ("queue>5", ["busy", "full"]), ("queue<50%", ["busy"])],
)
def test_a_queue_is_compared_in_per_cent_by_its_share_and_else_by_its_length(typed: str, found: list[str]) -> None:
    clients = named("clients")
    sizes = {"busy": (100, 1000), "full": (100, 150), "endless": (2, 0), "new": (None, None)}
    rows = [Entry("prod", Client(name, queue=size, queue_max=most), 0.0) for name, (size, most) in sizes.items()]
    assert [row.item.clientid for row in filter_rows(clients, rows, filter_of(clients, typed))] == found
