"""Listeners: running on some nodes only is neither running nor stopped, and a full node is seen."""

import pytest

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.monitoring import Listener, ListenerNode
from emqx_tui.resources.facts import Grid, Note
from emqx_tui.resources.listeners import LISTENERS, detail, problem
from emqx_tui.resources.spec import Tone
from emqx_tui.resources.table import sort_rows
from samples import NOW


def entry(*running: bool | None, name: str = "tcp:default", enabled: bool | None = True) -> Entry[Listener]:
    nodes = tuple(ListenerNode(f"n{at}", state, connections=5, limit=10) for at, state in enumerate(running))
    return Entry("prod", Listener(name, "tcp", "0.0.0.0:1883", enabled, 16, nodes), NOW)


def cells(row: Entry[Listener]) -> dict[str, str]:
    return {column.id: column.cell(row).text for column in LISTENERS.columns}


@pytest.mark.parametrize(
    ("row", "mark", "word", "rank"),
    [
        (entry(True, True), "●", "running", 0),
        (entry(True, False, True), "▲", "running on 2 of 3", 2),
        (entry(True, None), "▲", "running on 1 of 2", 2),
        (entry(False, False), "✖", "stopped", 3),
        (entry(False, enabled=False), "○", "disabled", 0),
        (entry(False, enabled=None), "✖", "stopped", 3),
        (entry(None), "?", "not known", 1),
        (entry(), "?", "not known", 1),
    ],
)
def test_its_state_is_a_symbol_and_a_word(row: Entry[Listener], mark: str, word: str, rank: int) -> None:
    assert (cells(row)["mark"], cells(row)["status"], problem(row)) == (mark, word, rank)


def test_what_is_wrong_comes_first() -> None:
    rows = [entry(True, name="a"), entry(False, name="b"), entry(True, False, name="c")]
    assert [row.item.id for row in sort_rows(LISTENERS, rows, LISTENERS.sort)] == ["b", "c", "a"]


def test_a_stopped_node_takes_no_connections() -> None:
    row = entry(True, False, True)
    assert row.item.limit == 20
    assert cells(row)["max"] == "20"


def test_one_full_node_warns_though_others_have_room() -> None:
    nodes = (ListenerNode("a", running=True, connections=90, limit=100), ListenerNode("b", running=True, limit=100))
    row = Entry("prod", Listener("tcp:x", "tcp", nodes=nodes), NOW)
    column = next(column for column in LISTENERS.columns if column.id == "use")
    assert column.cell(row) == ("90 %", Tone.WARNING)
    assert problem(row) == 1


def test_no_limit_is_told_and_is_no_share() -> None:
    nodes = (ListenerNode("a", running=True, connections=90, unlimited=True),)
    told = cells(Entry("prod", Listener("tcp:x", "tcp", nodes=nodes), NOW))
    assert (told["max"], told["use"]) == ("no limit", "-")


def test_the_detail_adds_up_why_connections_ended_and_says_what_that_means() -> None:
    ended = ({"normal": 5, "kicked": 1}, {"normal": 2, "made_up": 7})
    nodes = tuple(ListenerNode(f"n{at}", running=True, shutdowns=one) for at, one in enumerate(ended))
    facts = detail(Entry("prod", Listener("mqtt:tcp:external", "tcp", nodes=nodes), NOW), None)
    *_, grid = (one for one in facts if isinstance(one, Grid))
    assert [[cell.text for cell in line] for line in grid.rows] == [
        ["normal: the client said goodbye", "7"],
        ["made_up", "7"],
        ["kicked: an operator or a ban ended it", "1"],
    ]
    record = LISTENERS.record(Entry("prod", Listener("mqtt:tcp:external", "tcp", nodes=nodes), NOW))
    assert record["ended"] == "normal=7 made_up=7 kicked=1"


def test_a_script_is_told_the_nodes_on_which_a_listener_does_not_run() -> None:
    assert LISTENERS.record(entry(True, False, None, False))["not_running_on"] == "n1 n3"
    assert LISTENERS.record(entry(True, True))["not_running_on"] is None


def test_a_node_that_could_not_tell_says_why() -> None:
    nodes = (ListenerNode("a", running=True), ListenerNode("b", error="nodedown"))
    facts = detail(Entry("prod", Listener("tcp:x", "tcp", nodes=nodes), NOW), None)
    assert "b: nodedown" in [one.text for one in facts if isinstance(one, Note)]
