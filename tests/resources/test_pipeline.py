"""Rules, actions, sources and connectors: states in symbols and words, and the way of messages with its broken hop."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from emqx_tui.domain.integration import Figures, Link, Neighbours, NodeStatus, Rule
from emqx_tui.domain.listing import Entry
from emqx_tui.resources import named
from emqx_tui.resources.facts import Fact, Grid, Heading, Hop, Pipeline
from emqx_tui.resources.pipeline import apart
from emqx_tui.resources.spec import Cell, Tone
from emqx_tui.resources.table import sort_rows
from emqx_tui.text import cell_width
from emqx_tui.tui.panels.facts import fact_lines
from samples import NOW, rows_of


RULE = Rule("rb", "bridge", enabled=True, actions=("mqtt:ok", "http:dead", "console"), built_in=frozenset({"console"}))
OK = Link("mqtt:ok", "mqtt", "ok", enabled=True, status="connected", rules=("rb",))
DEAD = Link("http:dead", "http", "dead", enabled=True, status="disconnected", reason="not operational", rules=("rb",))
BROKER = Link("mqtt:self", "mqtt", "self", enabled=True, status="connected", actions=("ok",))
WEB = Link(
    "http:web", "http", "web", enabled=True, status="disconnected", reason="Connection refused", actions=("dead",),
    nodes=(NodeStatus("b@1", "connected"), NodeStatus("a@1", "disconnected", "Connection refused")),
)  # fmt: skip
BESIDE = Neighbours((RULE,), (OK, DEAD), (), (BROKER, WEB))


def drawn(name: str, item: Any, more: object, figures: Figures | None = None, width: int = 60) -> list[str]:  # noqa: ANN401
    return text_of(detail_of(name, item, more, figures), width)


def detail_of(name: str, item: Any, more: object, figures: object) -> list[Pipeline]:  # noqa: ANN401
    detail = named(name).detail
    assert detail is not None
    return [fact for fact in detail(Entry("prod", item, NOW, figures), more) if isinstance(fact, Pipeline)]


def text_of(facts: Sequence[Fact], width: int) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for line in fact_lines(facts, width)]


def cells(name: str, item: Any, figures: Figures | None = None) -> dict[str, Cell]:  # noqa: ANN401
    row = Entry("prod", item, NOW, figures)
    return {column.id: column.cell(row) for column in named(name).columns}


# The way


def test_a_rule_shows_every_way_to_the_end_and_where_it_is_broken() -> None:
    assert drawn("rules", RULE, BESIDE) == [
        "rule bridge  ● enabled",
        "├─▶ action mqtt:ok  ● connected",
        "│  └─▶ connector mqtt:self  ● connected",
        "├─▶ action http:dead  ✖ disconnected",
        "│  │  not operational",
        "│  └─✖ connector http:web  ✖ disconnected  ◀ broken here",
        "│        Connection refused",
        "└─▶ action console  built in",
    ]


def test_what_is_broken_behind_a_rule_is_told_at_its_top() -> None:
    for name, item in (("rules", RULE), ("actions", DEAD)):
        detail = named(name).detail
        assert detail is not None
        lines = text_of(detail(Entry("prod", item, NOW), BESIDE), 60)
        assert "broken at connector http:web: Connection refused" in lines[1:3]
    own = named("connectors").detail
    assert own is not None
    assert not any("broken at" in line for line in text_of(own(Entry("prod", WEB, NOW), BESIDE), 60))


def test_before_the_answer_a_rule_shows_what_it_names() -> None:
    assert drawn("rules", RULE, None) == [
        "rule bridge  ● enabled",
        "├─▶ action mqtt:ok",
        "├─▶ action http:dead",
        "└─▶ action console  built in",
    ]


def test_an_action_that_no_list_has_is_missing() -> None:
    beside = BESIDE._replace(actions=(OK,))
    assert "├─✖ action http:dead  ✖ missing  ◀ broken here" in drawn("rules", RULE, beside)


def test_an_action_is_the_broken_hop_when_its_connector_is_well() -> None:
    beside = BESIDE._replace(connectors=(BROKER, WEB._replace(status="connected", reason="")))
    lines = drawn("actions", DEAD, beside)
    assert lines == [
        "rule bridge  ● enabled",
        "└─✖ action http:dead  ✖ disconnected  ◀ broken here",
        "   │  not operational",
        "   └─▶ connector http:web  ● connected",
    ]


def test_what_is_switched_off_is_not_broken() -> None:
    lines = drawn(
        "actions", DEAD._replace(enabled=False, reason=""), BESIDE._replace(rules=(RULE._replace(enabled=False),))
    )
    assert lines[:2] == ["rule bridge  ○ disabled", "└─▶ action http:dead  ○ disabled"]


def test_a_connector_shows_who_uses_it_and_in_which_rules() -> None:
    assert drawn("connectors", WEB, Neighbours(actions=(DEAD,))) == [
        "action http:dead  ✖ disconnected",
        "│  in rb · not operational",
        "└─✖ connector http:web  ✖ disconnected  ◀ broken here",
        "      Connection refused",
    ]
    assert drawn("connectors", WEB, None)[0] == "action dead"
    unused = drawn("connectors", BROKER, Neighbours(actions=(OK._replace(rules=()),)))
    assert unused[1] == "│  in no rule"


def test_messages_of_a_source_come_from_its_connector() -> None:
    source = Link("mqtt:in", "mqtt", "in", enabled=True, status="connected", rules=("rb",))
    lines = drawn("sources", source, Neighbours((RULE,), (), (), (BROKER._replace(sources=("in",)),)))
    assert lines == [
        "connector mqtt:self  ● connected",
        "└─▶ source mqtt:in  ● connected",
        "   └─▶ rule bridge  ● enabled",
    ]


def test_a_bridge_is_its_own_connector_and_drawn_once() -> None:
    bridge = DEAD._replace(connector="dead", actions=("dead",))
    lines = drawn("actions", bridge, Neighbours((RULE,), (), (), (bridge,)))
    assert lines == [
        "rule bridge  ● enabled",
        "└─✖ action http:dead  ✖ disconnected  ◀ broken here",
        "      not operational",
    ]


def test_an_action_inside_a_rule_of_emqx_4_has_no_status_of_its_own() -> None:
    part = Link("a_1", "data_to_webserver", "a_1", enabled=True, connector="resource:1", rules=("rule:1",))
    rule = Rule("rule:1", enabled=True, actions=("a_1",), parts=(part,))
    resource = Link("resource:1", "web_hook", "resource:1", status="disconnected")
    assert drawn("rules", rule, Neighbours((), (part,), (), (resource,))) == [
        "rule rule:1  ● enabled",
        "└─▶ action data_to_webserver",
        "   └─✖ connector resource:1  ✖ disconnected  ◀ broken here",
    ]
    assert drawn("rules", rule, Neighbours((), (part,)))[-1] == (
        "   └─✖ connector resource:1  ✖ missing  ◀ broken here"
    )


def test_a_rule_with_very_many_actions_is_cut_and_says_so() -> None:
    rule = RULE._replace(actions=tuple(f"http:{number}" for number in range(40)), built_in=frozenset())
    detail = named("rules").detail
    assert detail is not None
    lines = text_of(detail(Entry("prod", rule, NOW), None), 60)
    assert sum("─▶ action" in line for line in lines) == 12
    assert "… and 28 more" in lines


@pytest.mark.parametrize("width", [24, 38, 60, 80, 120])
def test_where_it_is_broken_is_seen_in_any_width(width: int) -> None:
    long = WEB._replace(id="http:" + "w" * 80, name="w" * 80)
    dead = DEAD._replace(connector="w" * 80)
    lines = drawn("rules", RULE, Neighbours((), (OK, dead), (), (BROKER, long)), width=width)
    assert all(len(line) <= width for line in lines)
    assert sum("◀ broken here" in line for line in lines) == 1
    assert " ".join("".join(line.strip("│ ") for line in lines).split()).count("Connection") == 1


def test_hops_of_one_level_all_lead_to_the_next() -> None:
    two = Pipeline([[Hop("rule", "a", Cell("")), Hop("rule", "b", Cell(""))], [], [Hop("action", "c", Cell(""))]])
    assert text_of([two], 40) == ["rule a", "rule b", "└─▶ action c"]
    assert text_of([Pipeline([])], 40) == []


@pytest.mark.parametrize("name", ["rules", "actions", "sources", "connectors"])
def test_whatever_stands_beside_a_row_is_drawn_within_the_width(name: str) -> None:
    links = [row.item for row in rows_of("actions")]
    beside = Neighbours([row.item for row in rows_of("rules")], links, links, links)
    for row in rows_of(name)[::5]:
        named_so = links if not isinstance(row.item, Rule) else []
        item = row.item._replace(actions=tuple(one.name for one in named_so) or tuple(one.id for one in links))
        for width in (20, 37, 60, 120):
            lines = fact_lines(detail_of(name, item, beside, row.figures), width)
            assert lines
            for line in lines:
                assert sum(cell_width(span.text) for span in line) <= width
                assert all(span.text.isprintable() or "\u200d" in span.text for span in line)


# States


@pytest.mark.parametrize(
    ("item", "figures", "mark", "word", "tone"),
    [
        (OK, None, "●", "connected", Tone.GOOD),
        (OK, Figures({"queuing": 7}, growing=True), "▲", "queue grows", Tone.WARNING),
        (OK, Figures({"failed": 7}, failing=True), "▲", "failing", Tone.WARNING),
        (DEAD, Figures({"failed": 7}, failing=True), "✖", "disconnected", Tone.CRITICAL),
        (OK._replace(status="connecting"), None, "◐", "connecting", Tone.WARNING),
        (OK._replace(status="inconsistent"), None, "▲", "inconsistent", Tone.WARNING),
        (OK._replace(status="stopped"), None, "✖", "stopped", Tone.CRITICAL),
        (OK._replace(enabled=False), None, "○", "disabled", Tone.MUTED),
        (OK._replace(status="odd"), None, "?", "odd", Tone.WARNING),
        (Link("x"), None, "?", "unknown", Tone.WARNING),
    ],
)
def test_a_state_is_a_symbol_and_a_word(item: Link, figures: Figures | None, mark: str, word: str, tone: Tone) -> None:
    found = cells("actions", item, figures)
    assert (found["mark"], found["status"]) == (Cell(mark, tone), Cell(word, tone))


async def test_a_single_look_already_tells_what_fails() -> None:
    asked = named("actions").asked
    assert asked is not None
    assert asked.figures is not None

    class Broker:
        async def action_figures(self, _action: Link) -> Figures:
            return Figures({"failed": 3, "rate": 1.5})

    assert (await asked.figures(cast(Any, Broker()), OK)).failing


def test_a_growing_queue_is_amber_before_anything_fails() -> None:
    assert cells("actions", OK, Figures({"queuing": 12_000}, growing=True))["queuing"] == Cell("12k↑", Tone.WARNING)
    assert cells("actions", OK, Figures({"queuing": 12_000}))["queuing"] == Cell("12k", Tone.NORMAL)
    assert cells("actions", OK)["queuing"] == Cell("-", Tone.MUTED)


@pytest.mark.parametrize(
    ("states", "shown", "share"),
    [
        ((), "-", None),
        (("connected",) * 3, "3", 1.0),
        (("disconnected",) * 2, "2", 0.0),
        (("connected", "x", "x"), "1 of 3", 1 / 3),
    ],
)
def test_nodes_that_differ_are_counted(states: tuple[str, ...], shown: str, share: float | None) -> None:
    item = OK._replace(nodes=tuple(NodeStatus(f"{at}@1", state) for at, state in enumerate(states)))
    assert cells("connectors", item)["nodes"].text == shown
    column = next(one for one in named("connectors").columns if one.id == "nodes")
    assert column.sort(Entry("prod", item, NOW)) == share


@pytest.mark.parametrize("name", ["rules", "actions", "sources", "connectors"])
def test_problems_come_first_and_what_is_switched_off_last(name: str) -> None:
    resource = named(name)
    rows = sort_rows(resource, rows_of(name), resource.sort)
    marks = [resource.columns[0].cell(row).text for row in rows]
    ranks = ["✖▲?●○".index("▲" if mark == "◐" else mark) for mark in marks]
    assert ranks == sorted(ranks)
    assert {0, 4} <= {*ranks} or name == "rules"


# Figures


def test_the_detail_has_each_node_beside_all_and_leaves_out_reasons_that_are_0() -> None:
    counts = {"matched": 658, "success": 0, "dropped": 446, "dropped.expired": 446, "dropped.other": 0, "rate": 3.9}
    other = dict.fromkeys(counts, 0.0)
    figures = Figures(counts, (("emqx51@127.0.0.1", counts), ("emqx52@127.0.0.1", other)))
    detail = named("actions").detail
    assert detail is not None
    facts = detail(Entry("prod", DEAD, NOW, figures), None)
    grid = next(fact for fact in facts if isinstance(fact, Grid))
    assert grid.head == ["", "all", "emqx51", "emqx52"]
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["matched", "658", "658", "0"],
        ["success", "0", "0", "0"],
        ["dropped", "446", "446", "0"],
        ["  expired", "446", "446", "0"],
        ["rate/s", "3.9", "3.9", "0"],
    ]


def test_many_nodes_stand_below_each_other() -> None:
    counts = {"matched": 5.0, "rate": 1.0}
    figures = Figures(counts, tuple((f"emqx@10.0.0.{at}", counts) for at in range(9)))
    detail = named("actions").detail
    assert detail is not None
    grids = [fact for fact in detail(Entry("prod", OK, NOW, figures), None) if isinstance(fact, Grid)]
    assert [len(grid.rows) for grid in grids] == [2, 9]


def test_without_figures_there_is_no_heading_for_them() -> None:
    detail = named("actions").detail
    assert detail is not None
    headings = [fact.text for fact in detail(Entry("prod", OK, NOW), None) if isinstance(fact, Heading)]
    assert headings == ["pipeline"]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["emqx51@127.0.0.1", "emqx52@127.0.0.1"], ["emqx51", "emqx52"]),
        (["emqx@10.0.0.1", "emqx@10.0.0.12"], ["1", "12"]),
        (["emqx@10.0.0.1", "emqx@10.0.1.1"], ["0", "1"]),
        (["emqx@core-0.emqx.svc", "emqx@core-1.emqx.svc"], ["0", "1"]),
        (["a@h", "a@h.b"], ["a@h", "a@h.b"]),
        (["one"], ["one"]),
        ([], []),
    ],
)
def test_nodes_are_told_apart_in_few_cells(names: list[str], short: list[str]) -> None:
    assert apart(names) == short
