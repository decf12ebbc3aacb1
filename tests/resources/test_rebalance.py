"""What the list of evacuations and rebalances tells: how far they are, and when a node can be stopped."""

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.system import Move
from emqx_tui.resources import named
from emqx_tui.resources.facts import Note
from samples import NOW


EVACUATION = Move("evacuation", "emqx@b", "evicting_conns", (), ("emqx@a",), 20, 60, 0, 60, 100, 0, 10, 20)


def cells(item: Move) -> dict[str, str]:
    return {column.id: column.cell(Entry("prod", item, NOW)).text for column in named("rebalance").columns}


def notes(item: Move) -> str:
    detail = named("rebalance").detail
    assert detail is not None
    return " ".join(fact.text for fact in detail(Entry("prod", item, NOW), None) if isinstance(fact, Note))


def test_an_evacuation_tells_how_far_it_is_and_what_it_does() -> None:
    told = cells(EVACUATION)
    assert (told["mark"], told["node"], told["state"], told["done"]) == ("◐", "emqx@b", "evicting_conns", "50 %")
    assert (told["connections"], told["sessions"], told["recipients"]) == ("20", "60", "emqx@a")
    assert "come back on other nodes" in notes(EVACUATION)


def test_a_node_that_is_empty_is_said_to_be_ready() -> None:
    empty = EVACUATION._replace(state="prohibiting", connections=0, sessions=0)
    assert (cells(empty)["mark"], cells(empty)["done"]) == ("●", "100 %")
    assert "can be stopped" in notes(empty)


def test_a_rebalance_is_no_trouble_and_a_node_that_takes_nobody_in_is() -> None:
    problem = named("rebalance").problem
    assert problem is not None
    assert problem(Entry("prod", Move("rebalance", "emqx@a"), NOW)) == 0
    assert problem(Entry("prod", EVACUATION, NOW)) == 1
    assert "nothing that goes on" in notes(Move("eviction"))


def test_what_had_nothing_to_move_is_not_said_to_be_half_done() -> None:
    assert Move("evacuation", connections=0, connections_before=0).done is None
    assert Move("evacuation", connections=120, connections_before=100).done == 0.0
