"""What every kind of row promises to every view of it, whatever a broker tells."""

import json
import math
from itertools import product
from typing import Any

import pytest

from emqx_tui.domain.findings import Finding, Severity
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.integration import Figures, NodeStatus
from emqx_tui.domain.models import Kind, Node, Totals
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.domain.rows import DeploymentRow, NodeRow, Snapshot
from emqx_tui.resources import NAMES, RESOURCES, wording
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.facts import Pair, Title
from emqx_tui.resources.spec import Cell, Resource, Tone
from emqx_tui.resources.table import sort_rows
from emqx_tui.text import cell_width, exact_number, fit
from emqx_tui.tui.panels.facts import fact_lines
from samples import NOW, rows_of
from samples.nodes import figures


EVERY = [*RESOURCES, DEPLOYMENTS]
ROWS = {one.name: rows_of(one.name) for one in EVERY}
every_resource = pytest.mark.parametrize("resource", EVERY, ids=lambda resource: resource.name)


@every_resource
def test_a_resource_takes_its_rows_from_what_is_known_of_a_deployment(resource: Resource[Any]) -> None:
    deployment, nodes, alarms = ROWS["fleet"][0], ROWS["nodes"], ROWS["alarms"]
    listed = {resource.name: ROWS[resource.name]} if resource.asked is not None else {}
    counted = (lambda: ROWS["metrics"], lambda: ROWS["stats"])
    rows = resource.rows(Snapshot(deployment, tuple(nodes), tuple(alarms), (), listed, *counted))
    wanted = [deployment] if resource.name == "fleet" else list(ROWS[resource.name])
    # Nodes that are known, and that the cluster no longer names, are rows as well.
    assert list(rows)[: len(wanted)] == wanted
    assert len(rows) == len(wanted) or resource.name == "cluster"


@every_resource
def test_every_row_has_a_key_of_its_own(resource: Resource[Any]) -> None:
    keys = [resource.key(row) for row in ROWS[resource.name]]
    assert len(set(keys)) == len(keys)
    assert keys == [resource.key(row) for row in ROWS[resource.name]]


@every_resource
def test_columns_have_names_of_their_own_and_the_first_sort_is_one_of_them(resource: Resource[Any]) -> None:
    names = [column.id for column in resource.columns]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert resource.sort.removeprefix("-") in {*names, ""}
    assert resource.empty
    assert any(column.priority == 0 for column in resource.columns)


@every_resource
def test_every_column_draws_every_row_in_any_width(resource: Resource[Any]) -> None:
    for row, column in product(ROWS[resource.name], resource.columns):
        cell = column.cell(row)
        assert cell.text.isprintable() or "\u200d" in cell.text, (column.id, cell.text)
        assert isinstance(cell.tone, Tone)
        for width in (0, 1, 2, column.width, 60):
            right = column.align == "right"
            assert cell_width(fit(cell.text, width, right=right)) == width, (column.id, cell.text)


@every_resource
def test_a_figure_that_is_missing_is_never_shown_as_0(resource: Resource[Any]) -> None:
    bare = ROWS[resource.name][0]
    for column in resource.columns:
        assert column.sort(bare) is not None or column.cell(bare).text.strip("▁ ") in {"", "-"}, column.id


@every_resource
@pytest.mark.parametrize("direction", ["", "-"])
def test_rows_can_be_sorted_by_every_column_either_way_with_what_is_missing_last(
    resource: Resource[Any], direction: str
) -> None:
    rows = ROWS[resource.name]
    for column in resource.columns:
        ordered = sort_rows(resource, rows, direction + column.id)
        assert sorted(map(resource.key, ordered)) == sorted(map(resource.key, rows))
        values = [column.sort(row) for row in ordered]
        present = [value for value in values if value is not None]
        assert values[len(present) :] == [None] * (len(values) - len(present)), column.id
        assert sort_rows(resource, list(reversed(rows)), direction + column.id) == ordered, (
            "equal rows keep their order"
        )


@every_resource
def test_an_order_that_nobody_knows_leaves_the_rows_as_they_come(resource: Resource[Any]) -> None:
    rows = list(ROWS[resource.name])
    assert sort_rows(resource, rows, "nonsense") == rows
    assert sort_rows(resource, rows, "") == rows


@every_resource
def test_records_have_the_same_keys_for_every_row_and_are_plain_json(resource: Resource[Any]) -> None:
    records = [resource.record(row) for row in ROWS[resource.name]]
    assert {tuple(record) for record in records} == {resource.fields}
    for record in records:
        for name, value in record.items():
            assert value is None or type(value) in {str, int, float, bool}, name
            assert not isinstance(value, float) or math.isfinite(value), name
        assert json.loads(json.dumps(record)) == record
    assert next(iter(records[0])) == "deployment"


@every_resource
def test_what_a_filter_looks_into_is_text(resource: Resource[Any]) -> None:
    for row in ROWS[resource.name]:
        assert all(isinstance(text, str) for text in resource.matches(row))


def test_the_keys_of_a_nodes_record_are_a_promise() -> None:
    record = RESOURCES[0].record(ROWS["nodes"][0])
    assert tuple(record) == RESOURCES[0].fields
    assert " ".join(record) == (
        "deployment node status role version description otp_release uptime_seconds datetime live_connections sessions "
        "load1 load5 load15 memory_used_bytes memory_total_bytes processes_used processes_limit fd_limit "
        "received_per_second sent_per_second dropped_per_second alarms edition state_since"
    )


def test_the_menu_has_nodes_first() -> None:
    assert NAMES[:2] == ("nodes", "alarms")


@pytest.mark.parametrize("state", [state for state in NodeState if state is not NodeState.RUNNING])
def test_a_node_that_does_not_run_has_no_figures_of_now_in_its_record(state: NodeState) -> None:
    last = Node("n", role="core", version="5.8.9", **figures(7))
    row = NodeRow("prod", Member("n", state, last, NOW, NOW), 1.0, 1.0, 1.0, 0, Freshness.LIVE, NOW)
    record = RESOURCES[0].record(row)
    assert {name for name, value in record.items() if value is not None} == {
        "deployment",
        "node",
        "status",
        "role",
        "version",
        "state_since",
    }
    texts = {column.id: column.cell(row).text for column in RESOURCES[0].columns}
    assert texts["sessions"] == "(7)"
    assert {texts[name] for name in ("live", "in", "out", "drop", "load", "memory", "uptime")} == {"-"}
    assert {texts[name] for name in ("load5", "load15", "processes")} == {"-"}


def test_since_when_a_node_is_down_is_told_to_scripts_only_where_it_is_known() -> None:
    member = Member("n", NodeState.STOPPED, Node("n"), NOW, NOW - 60)
    row = NodeRow("prod", member, None, None, None, None, Freshness.LIVE, NOW)
    assert RESOURCES[0].record(row)["state_since"] == NOW - 60
    assert RESOURCES[0].record(row._replace(member=member._replace(exact=False)))["state_since"] is None


def test_the_limits_of_a_node_are_columns_to_sort_and_filter_by() -> None:
    node = Node("n", load1=0.5, load5=12.0, load15=812.4, processes_used=620, processes_limit=1000)
    row = NodeRow("prod", Member("n", NodeState.RUNNING, node), None, None, None, None, Freshness.LIVE, NOW)
    texts = {column.id: column.cell(row).text for column in RESOURCES[0].columns}
    assert [texts[name] for name in ("load", "load5", "load15", "processes")] == ["0.50", "12.00", "812", "62 %"]


def test_a_deployments_record_has_its_totals_and_its_worst_finding() -> None:
    worst = Finding("node.stopped", Severity.CRITICAL, "emqx@a")
    totals = Totals(topics=310, subscriptions=2410, retained=55, received_rate=63.0, sent_rate=339.0, dropped_rate=4.0)
    row = ROWS["fleet"][0]._replace(totals=totals, worst=worst, alarms=2)
    record = DEPLOYMENTS.record(row)
    assert [record[name] for name in ("topics", "subscriptions", "retained", "alarms")] == [310, 2410, 55, 2]
    assert [record[f"{way}_per_second"] for way in ("received", "sent", "dropped")] == [63.0, 339.0, 4.0]
    assert [record[name] for name in ("finding", "severity", "subject")] == ["node.stopped", "critical", "emqx@a"]
    well = DEPLOYMENTS.record(row._replace(worst=None))
    assert [well[name] for name in ("finding", "severity", "subject")] == [None, None, None]


def test_an_average_and_a_peak_of_what_went_through_are_told_beside_the_rate() -> None:
    rates = {"matched.rate": 5.0, "matched.rate.last5m": 4.0, "matched.rate.max": 9.0, "actions.total": 3.0}
    rule = next(row for row in ROWS["rules"] if row.figures is not None)
    record = RESOURCES[NAMES.index("rules")].record(rule._replace(figures=Figures(rates)))
    assert [record[f"matched{kind}_per_second"] for kind in ("", "_last5m", "_max")] == [5.0, 4.0, 9.0]
    assert record["actions_total"] == 3
    action = ROWS["actions"][0]._replace(figures=Figures({"rate": 5.0, "rate_last5m": 4.0, "rate_max": 9.0}))
    record = RESOURCES[NAMES.index("actions")].record(action)
    assert [record[f"rate{kind}_per_second"] for kind in ("", "_last5m", "_max")] == [5.0, 4.0, 9.0]


@pytest.mark.parametrize("name", ["actions", "sources", "connectors"])
def test_a_script_is_told_the_nodes_on_which_something_is_not_connected(name: str) -> None:
    resource, entry = RESOURCES[NAMES.index(name)], ROWS[name][0]
    nodes = [NodeStatus("a", "connected"), NodeStatus("b", "disconnected"), NodeStatus("c", "connecting")]
    assert resource.record(entry._replace(item=entry.item._replace(nodes=nodes)))["not_connected_on"] == "b c"
    assert resource.record(entry._replace(item=entry.item._replace(nodes=nodes[:1])))["not_connected_on"] is None


def test_the_memory_and_the_work_of_a_clients_process_are_told() -> None:
    entry = ROWS["clients"][0]
    client = entry.item._replace(heap=4185, reductions=1_234_567, received_packets=8, bridge=True)
    resource = RESOURCES[NAMES.index("clients")]
    assert resource.detail is not None
    entry = entry._replace(item=client)
    facts = {fact.label: fact.text for fact in resource.detail(entry, None) if isinstance(fact, Pair)}
    assert (facts["heap"], facts["reductions"]) == (f"{exact_number(4185)} words", exact_number(1_234_567))
    assert [resource.record(entry)[name] for name in ("packets_received", "bridge")] == [8, True]


def test_problems_come_first_in_the_first_order_of_nodes() -> None:
    ordered = sort_rows(RESOURCES[0], ROWS["nodes"], RESOURCES[0].sort)
    states = [row.member.state for row in ordered]
    first_running = states.index(NodeState.RUNNING)
    assert set(states[first_running:]) == {NodeState.RUNNING}
    assert set(states[:2]) <= {NodeState.STOPPED, NodeState.UNREACHABLE}


@pytest.mark.parametrize("state", NodeState)
def test_a_state_is_told_by_symbol_and_word_and_never_by_colour_alone(state: NodeState) -> None:
    row = next(row for row in ROWS["nodes"] if row.member.state is state and not row.alarms)
    mark, word = (
        next(column for column in RESOURCES[0].columns if column.id == name).cell(row) for name in ("mark", "status")
    )
    assert mark.text in {"●", "✖", "?", "○"}
    assert word.text == state.value


# What is not of now


def _cells(resource: Resource[Any], row: Any) -> dict[str, Cell]:  # noqa: ANN401  a row of the resource
    return {column.id: column.cell(row) for column in resource.columns}


FULL = Node(
    "n",
    role="core",
    version="5.8.9",
    uptime=9.0,
    sessions=7,
    live_connections=6,
    load1=0.5,
    memory_used=90,
    memory_total=100,
)
NOT_LIVE = [fresh for fresh in Freshness if fresh is not Freshness.LIVE]


@pytest.mark.parametrize("alarms", [0, 3])
@pytest.mark.parametrize("fresh", NOT_LIVE)
def test_mark_status_and_figures_of_a_node_are_muted_unless_they_are_live(fresh: Freshness, alarms: int) -> None:
    row = NodeRow("prod", Member("n", NodeState.RUNNING, FULL, NOW), 1.0, 2.0, 3.0, alarms, fresh, NOW)
    old = _cells(RESOURCES[0], row)
    figures = ("uptime", "live", "sessions", "in", "out", "drop", "load", "memory", "memory_bar", "alarms")
    for name in ("mark", "status", *figures):
        assert old[name].tone is Tone.MUTED, name
    live = _cells(RESOURCES[0], row._replace(fresh=Freshness.LIVE))
    assert {name: cell.text for name, cell in old.items()} == {name: cell.text for name, cell in live.items()}
    assert live["mark"].tone is (Tone.WARNING if alarms else Tone.GOOD)
    assert (live["status"].tone, live["live"].tone) == (Tone.GOOD, Tone.NORMAL)
    assert live["drop"].tone is live["memory"].tone is live["memory_bar"].tone is Tone.WARNING


@pytest.mark.parametrize(("ago", "words"), [(57, "back 57 s"), (3599, "back 59 m 59 s"), (3600, ""), (None, "")])
def test_a_node_that_came_back_says_so_for_an_hour(ago: int | None, words: str) -> None:
    member = Member("n", NodeState.RUNNING, FULL, NOW, None if ago is None else NOW - ago)
    row = NodeRow("prod", member, None, None, None, 0, Freshness.LIVE, NOW)
    assert _cells(RESOURCES[0], row)["since"].text == words


def _well(fresh: Freshness = Freshness.LIVE) -> DeploymentRow:
    return DeploymentRow(
        name="prod",
        kind=Kind.EMQX5,
        version="5.8.9",
        edition=None,
        up=3,
        known=3,
        totals=Totals(20, 18, received_rate=1.0, sent_rate=1.0, dropped_rate=1.0),
        alarms=2,
        worst=None,
        findings=0,
        fresh=fresh,
        age=4.0,
        reason="",
        waits=None,
        halted=False,
        now=NOW,
    )


@pytest.mark.parametrize("fresh", Freshness)
def test_figures_of_a_deployment_are_muted_unless_they_are_live_or_slow(fresh: Freshness) -> None:
    cells = _cells(DEPLOYMENTS, _well(fresh))
    muted = fresh not in {Freshness.LIVE, Freshness.SLOW}
    for name in ("nodes", "live", "sessions", "in", "out", "drop", "alarms"):
        assert cells[name].tone is (Tone.MUTED if muted else Tone.NORMAL), name


@pytest.mark.parametrize("worst", [None, Finding("node.gone", Severity.CRITICAL, "n", {}, NOW - 9)])
def test_a_paused_deployment_says_that_it_is_not_asked_and_never_that_all_is_well(worst: Finding | None) -> None:
    cells = _cells(DEPLOYMENTS, _well(Freshness.PAUSED)._replace(worst=worst))
    assert cells["mark"] == Cell("‖", Tone.WARNING)
    assert cells["state"] == Cell("paused: not asked", Tone.WARNING)


def test_the_fleet_has_problems_first() -> None:
    def found(severity: Severity) -> Finding:
        return Finding("rule", severity)

    rows = [
        _well()._replace(name="a-well"),
        _well(Freshness.WAITING)._replace(name="b-waiting"),
        _well(Freshness.PAUSED)._replace(name="c-paused", worst=found(Severity.CRITICAL)),
        _well()._replace(name="d-notice", worst=found(Severity.NOTICE)),
        _well()._replace(name="e-warning", worst=found(Severity.WARNING)),
        _well()._replace(name="f-critical", worst=found(Severity.CRITICAL)),
        _well(Freshness.STALE)._replace(name="g-silent", reason="unreachable"),
    ]
    assert DEPLOYMENTS.sort == "state"
    assert [row.name[0] for row in sort_rows(DEPLOYMENTS, rows, DEPLOYMENTS.sort)] == list("gfedcab")


def test_the_state_of_a_deployment_has_room_and_kind_and_drops_give_way_first() -> None:
    columns = {column.id: column for column in DEPLOYMENTS.columns}
    assert columns["state"].width == 34
    by_priority = sorted(DEPLOYMENTS.columns, key=lambda column: column.priority)
    assert {column.id for column in by_priority[-2:]} == {"drop", "kind"}


# What the help tells of them


@pytest.mark.parametrize("resource", [*RESOURCES, DEPLOYMENTS], ids=lambda one: one.name)
def test_every_column_explains_itself_in_a_line(resource: Resource[Any]) -> None:
    for column in resource.columns:
        assert 8 <= len(column.about) <= 90, column.id


@every_resource
def test_every_symbol_that_a_row_can_have_is_explained(resource: Resource[Any]) -> None:
    rows = ROWS[resource.name]
    explained = {sign.mark for sign in resource.signs}
    if resource is DEPLOYMENTS:
        explained |= {sign.mark for sign in wording.FRESHNESS.values()}
    marks = {resource.columns[0].cell(row).text for row in rows}
    assert marks <= explained
    assert {sign.mark for sign in resource.signs} <= marks, "no row has it"
    assert all(sign.word and sign.about.endswith(".") for sign in resource.signs)


# What is told of a single row


@every_resource
def test_a_detail_tells_of_every_row_in_any_width(resource: Resource[Any]) -> None:
    if resource.detail is None:
        return
    for row in ROWS[resource.name]:
        facts = resource.detail(row, None)
        assert isinstance(facts[0], Title), "it begins with what the row is"
        for width in (20, 37, 60, 120):
            for line in fact_lines(facts, width):
                assert all(span.text.isprintable() or "\u200d" in span.text for span in line)


@every_resource
def test_what_is_asked_for_says_who_offers_it_and_which_scope_a_key_needs(resource: Resource[Any]) -> None:
    if resource.asked is not None:
        assert resource.asked.offered
        assert resource.asked.scope
        assert resource.asked.bare in {"", *(one.id for one in resource.asked.filters)}
