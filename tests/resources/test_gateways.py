"""What the list of gateways says of trouble, and what its detail tells of the nodes and the listeners."""

from typing import Any

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.system import Gateway, GatewayListener, GatewayOnNode, ListenerOnNode
from emqx_tui.resources import named
from emqx_tui.resources.facts import Grid, Note
from samples import NOW


STOMP = Gateway(
    "stomp",
    "running",
    90,
    100,
    started_at=NOW - 7200,
    listeners=(GatewayListener("stomp:tcp:default", "tcp", running=True),),
    nodes=(GatewayOnNode("emqx@a", "running", 90, 50), GatewayOnNode("emqx@b", "running", 0, 50)),
)


def cells(item: Gateway) -> dict[str, str]:
    return {column.id: column.cell(Entry("prod", item, NOW)).text for column in named("gateways").columns}


def rank(item: Gateway) -> int:
    problem = named("gateways").problem
    assert problem is not None
    return problem(Entry("prod", item, NOW))


def facts(item: Gateway, more: Any = None) -> list[Any]:  # noqa: ANN401  what the detail takes
    detail = named("gateways").detail
    assert detail is not None
    return list(detail(Entry("prod", item, NOW), more))


def test_a_gateway_that_runs_everywhere_tells_how_full_it_is_and_for_how_long_it_runs() -> None:
    told = cells(STOMP)
    assert (told["mark"], told["status"], told["uptime"]) == ("●", "running", "2 h")
    assert (told["connections"], told["max"], told["use"]) == ("90", "100", "90 %")
    assert rank(STOMP) == 1, "it is nearly full"
    assert rank(STOMP._replace(connections=10)) == 0


def test_a_gateway_that_one_node_lacks_is_worse_than_one_with_a_listener_down() -> None:
    partly = STOMP._replace(nodes=(STOMP.nodes[0], GatewayOnNode("emqx@b", "stopped")))
    deaf = STOMP._replace(listeners=(GatewayListener("stomp:tcp:default", "tcp", running=False),))
    assert cells(partly)["status"] == "on 1 of 2"
    assert cells(deaf)["status"] == "listener down"
    assert rank(partly) > rank(deaf) > rank(STOMP)
    assert "refused there" in " ".join(fact.text for fact in facts(partly) if isinstance(fact, Note))
    record = named("gateways").record
    assert record(Entry("prod", partly, NOW))["not_running_on"] == "emqx@b"
    assert record(Entry("prod", deaf, NOW))["listeners_down"] == "stomp:tcp:default"


def test_what_nobody_set_up_or_somebody_stopped_is_no_trouble_and_has_no_figures() -> None:
    told = cells(Gateway("coap", "unloaded"))
    assert (told["mark"], told["status"]) == ("○", "not set up")
    assert {told[name] for name in ("connections", "max", "use", "uptime", "listeners")} == {"-"}
    assert rank(Gateway("coap", "unloaded")) == rank(Gateway("coap", "stopped")) == 0


def test_the_detail_tells_of_each_listener_on_each_node_once_it_was_asked_for() -> None:
    heard = [
        ListenerOnNode("stomp:tcp:default", "61613", "emqx@a", running=True, connections=90, limit=50),
        ListenerOnNode("stomp:tcp:default", "61613", "emqx@b", running=False, connections=0, unlimited=True),
    ]
    grid = [fact for fact in facts(STOMP, heard) if isinstance(fact, Grid)][-1]
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["stomp:tcp:default", "emqx@a", "● running", "90", "50"],
        ["stomp:tcp:default", "emqx@b", "○ stopped", "0", "no limit"],
    ]
    before = [fact for fact in facts(STOMP) if isinstance(fact, Grid)][-1]
    assert [[cell.text for cell in row] for row in before.rows] == [["stomp:tcp:default", "● running"]]
