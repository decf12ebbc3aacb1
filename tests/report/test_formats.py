"""Rows as a table for people, as JSON and as CSV for programs."""

import csv
import io
import json
from typing import Any

import pytest

from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import Alarm, Node
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.domain.rows import AlarmRow, NodeRow
from emqx_tui.resources import NODES
from emqx_tui.resources.alarms import ALARMS
from emqx_tui.resources.formats import FORMATS
from emqx_tui.resources.spec import Resource
from report.looks import KEYS


def row(name: str, **fields: Any) -> NodeRow:  # noqa: ANN401  any field of a node
    last = Node(name, running=True, **fields)
    return NodeRow("prod", Member(name, NodeState.RUNNING, last), 1.0, 2.0, 0.0, 0, Freshness.LIVE, 0.0)


def written(output: str, rows: list[Any], resource: Resource[Any] = NODES, *, several: bool = False) -> str:
    out = io.StringIO()
    FORMATS[output](resource, rows, out, several=several)
    return out.getvalue()


ROWS = [row("emqx@10.0.0.1", sessions=81_000, load1=0.5), row("漢字@host", description='a "quoted", one'), row("")]


def test_a_table_stands_in_columns_whatever_the_script() -> None:
    heading, *lines = written("table", ROWS).splitlines()
    assert heading.startswith("NODE           STATUS ")
    assert len(lines) == 3
    assert lines[0].startswith("emqx@10.0.0.1  running")
    assert lines[1].startswith("漢字@host      running")
    assert lines[2].startswith("(the broker)   running")
    assert heading.index("SESSIONS") + 8 == lines[0].index("81k") + 3


def test_a_table_leaves_out_columns_without_a_single_value() -> None:
    heading, *_lines = written("table", ROWS).splitlines()
    assert " ".join(heading.split()) == "NODE STATUS SESSIONS IN/s OUT/s DROP/s LOAD ALARMS"
    told = written("table", [*ROWS, row("core@1", role="core", version="5.8.9")]).splitlines()
    assert told[0].split()[:4] == ["NODE", "ROLE", "STATUS", "VERSION"]
    assert told[1].split()[:4] == ["emqx@10.0.0.1", "-", "running", "-"]


def test_a_table_of_several_deployments_names_each_rows_first() -> None:
    one, other = row("emqx@a")._replace(deployment="prod-eu"), row("emqx@b")._replace(deployment="lab")
    heading, *lines = written("table", [one, other], several=True).splitlines()
    assert heading.startswith("DEPLOYMENT  NODE    STATUS")
    assert lines[0].startswith("prod-eu     emqx@a  running")
    assert lines[1].startswith("lab         emqx@b  running")
    assert written("json", [one], several=True) == written("json", [one])
    assert written("csv", [one], several=True) == written("csv", [one])


def test_a_table_has_no_column_that_is_only_a_symbol() -> None:
    assert not {"●", "▇", "▁"} & set(written("table", ROWS))


def test_json_is_a_list_of_objects_with_numbers_as_numbers_and_null_for_what_is_missing() -> None:
    records = json.loads(written("json", ROWS))
    assert [list(record) for record in records] == [KEYS] * 3
    assert (records[0]["sessions"], records[0]["load1"], records[0]["load5"]) == (81_000, 0.5, None)
    assert [record["node"] for record in records] == ["emqx@10.0.0.1", "漢字@host", None]


def test_csv_has_a_heading_and_leaves_out_what_is_missing() -> None:
    lines = list(csv.DictReader(io.StringIO(written("csv", ROWS))))
    assert list(lines[0]) == KEYS
    assert (lines[0]["sessions"], lines[0]["load5"]) == ("81000", "")
    assert lines[1]["description"] == 'a "quoted", one'


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1+1", "@SUM(A1)"])
def test_no_text_from_a_broker_is_a_formula_in_a_spreadsheet(formula: str) -> None:
    lines = list(csv.DictReader(io.StringIO(written("csv", [row("n", description=formula, load1=-1.0)]))))
    assert lines[0]["description"] == "'" + formula
    assert lines[0]["load1"] == "-1.0", "numbers stay numbers"


@pytest.mark.parametrize("output", FORMATS)
def test_every_format_writes_every_kind_of_row(output: str) -> None:
    alarms = [AlarmRow("prod", Alarm("high_cpu", "emqx@10.0.0.1", "85 %", 5.0), 5.0, 47.0)]
    assert "high_cpu" in written(output, alarms, ALARMS)
    assert written(output, [], ALARMS) is not None
