"""Rows as a table for people, as JSON and as CSV for programs."""

import csv
import io
import json
from typing import Any

import pytest

from emqx_tui.domain.clients import Client
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.listing import Entry
from emqx_tui.domain.models import Alarm, Kind, Node
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.domain.rows import AlarmRow, NodeRow
from emqx_tui.resources import NODES, named
from emqx_tui.resources.alarms import ALARMS
from emqx_tui.resources.formats import FORMATS, Shape, writer_of
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


def narrow(width: int | None, rows: list[Any], **shape: Any) -> list[str]:  # noqa: ANN401  of a shape
    out = io.StringIO()
    writer = writer_of("table", NODES, out, Shape(width=width, **shape))
    writer.rows(rows)
    writer.end()
    return out.getvalue().splitlines()


LONG_NAME = "core@a-host-with-a-rather-long-name.example.com"
WIDE = [row(LONG_NAME, role="core", version="5.8.9", sessions=81_000, load1=0.5)]


def test_on_a_terminal_columns_give_way_until_a_line_has_room() -> None:
    whole, *_rows = narrow(None, WIDE)
    for width in (120, 80, 60, 44):
        lines = narrow(width, WIDE)
        assert max(map(len, lines)) <= width
        assert lines[0].split()[0] == "NODE"
        assert set(lines[0].split()) <= set(whole.split())
    assert "VERSION" in whole
    assert "VERSION" not in narrow(60, WIDE)[0]
    assert "STATUS" in narrow(44, WIDE)[0]


def test_a_text_is_cut_for_a_terminal_and_never_for_a_file() -> None:
    assert "…" in narrow(60, WIDE)[1]
    assert LONG_NAME in narrow(None, WIDE)[1]


def test_columns_that_were_chosen_do_not_give_way() -> None:
    lines = narrow(20, WIDE, names=("node", "version", "sessions"))
    assert lines[0].split() == ["NODE", "VERSION", "SESSIONS"]


def test_a_table_that_is_written_before_all_rows_are_known_keeps_its_columns() -> None:
    out = io.StringIO()
    writer = writer_of("table", NODES, out, Shape())
    writer.rows([row("a@1")], more=True, kind=Kind.EMQX4)
    begun = out.getvalue()
    assert len(begun.splitlines()) == 2, "nothing is held back"
    writer.rows([row("a@2", version="4.4.19"), row("a@a-name-that-is-longer-than-its-column")], more=False)
    writer.end()
    heading, first, second, third = out.getvalue().splitlines()
    assert "VERSION" in heading, "a later row may have what the first one lacks"
    assert "ROLE" not in heading, "EMQX 4 has no roles"
    assert first.index("running") == second.index("running") == heading.index("STATUS")
    assert third.startswith("a@a-name-that-is-longer-than-its-column  running"), "what is longer is not cut"


def test_every_column_stands_in_a_wide_table_also_without_a_value() -> None:
    out = io.StringIO()
    writer = writer_of("wide", NODES, out, Shape())
    writer.rows(ROWS)
    writer.end()
    titles = [column.title for column in NODES.columns if column.title]
    assert out.getvalue().splitlines()[0].split() == titles


def test_records_come_as_lines_with_the_keys_that_are_wanted_in_their_order() -> None:
    out = io.StringIO()
    writer = writer_of("jsonl", NODES, out, Shape(names=("sessions", "node"), timed=True))
    writer.rows(ROWS[:1], at=12.3456)
    writer.end()
    assert out.getvalue() == '{"at": 12.346, "sessions": 81000, "node": "emqx@10.0.0.1"}\n'


def test_a_list_that_comes_in_pieces_is_the_same_json() -> None:
    out = io.StringIO()
    writer = writer_of("json", NODES, out, Shape())
    for one in ROWS:
        writer.rows([one], more=True)
    writer.end()
    assert out.getvalue() == json.dumps([NODES.record(one) for one in ROWS], ensure_ascii=False, indent=2) + "\n"
    assert written("json", []) == "[]\n"


def test_where_the_output_cannot_take_every_character_json_escapes_them() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="latin-1")
    writer = writer_of("jsonl", NODES, out, Shape(names=("node",)))
    writer.rows(ROWS[1:2])
    writer.end()
    out.flush()
    assert json.loads(raw.getvalue())["node"] == "漢字@host"


def test_truth_in_csv_is_written_as_in_json() -> None:
    client = Entry("prod", Client("one", connected=True, clean_start=False), 0.0)
    out = io.StringIO()
    writer = writer_of("csv", named("clients"), out, Shape(names=("connected", "clean_start", "queue")))
    writer.rows([client])
    writer.end()
    assert out.getvalue() == "connected,clean_start,queue\ntrue,false,\n"
