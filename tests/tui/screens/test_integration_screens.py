"""Actions, rules and connectors on the screen of a deployment: what is amber, what is broken, and where."""

import pytest

from emqx_tui.domain.errors import Forbidden, ServerError, Unsupported
from emqx_tui.domain.integration import Figures, Link, Neighbours, Rule
from emqx_tui.domain.listing import Page
from fleet.fakes import FakeBroker, Fleet
from tui.screens.stage import FleetStage


RULE = Rule("rb", "bridge", enabled=True, sql='SELECT * FROM "t/2/temp"', topics=("t/2/temp",), actions=("http:dead",))
OK = Link("mqtt:ok", "mqtt", "ok", enabled=True, status="connected", rules=("rb",))
DEAD = Link(
    "http:dead", "http", "dead", enabled=True, status="disconnected", reason="Resource not operational", rules=("rb",)
)
WEB = Link(
    "http:web", "http", "web", enabled=True, status="disconnected", reason="Connection refused", actions=("dead",)
)


def integrated(broker: FakeBroker) -> dict[str, float]:
    """Have it answer with a rule, two actions and a connector; what is returned are the figures of one of them."""
    queue = {"matched": 48.0, "failed": 0.0, "queuing": 5.0, "rate": 1.6}

    async def rules(*_: object) -> Page[Rule]:
        return await broker.answer("rules", lambda: Page([RULE]))

    async def actions(*_: object) -> Page[Link]:
        return await broker.answer("actions", lambda: Page([OK, DEAD]))

    async def figures(item: Rule | Link) -> Figures:
        return Figures(dict(queue) if item == OK else {"matched": 9.0, "matched.rate": 0.5})

    async def beside(_item: object) -> Neighbours:
        return Neighbours((RULE,), (DEAD,), (), (WEB,))

    for name, answer in {
        "rules": rules,
        "actions": actions,
        "rule_figures": figures,
        "action_figures": figures,
        "beside_rule": beside,
        "beside_action": beside,
    }.items():
        setattr(broker, name, answer)
    return queue


async def opened(stage: FleetStage, resource: str) -> None:
    await stage.press("enter", "colon")
    await stage.type(resource)
    await stage.advance(1)


async def test_an_action_is_amber_from_the_reading_on_at_which_more_is_queued(fleet: Fleet) -> None:
    queue = integrated(fleet.add())
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage, "actions")
        assert stage.line_with("●  connected", "ok", " 5 ", "1.6")
        assert stage.line_with("✖  disconnected", "dead", "Resource not")
        queue["queuing"] = 7.0
        await stage.advance(12)
        assert stage.line_with("▲  queue grows", "ok", "7↑")
        queue["queuing"] = 2.0
        await stage.advance(12)
        assert stage.line_with("●  connected", "ok", " 2 ")


@pytest.mark.parametrize("size", [(60, 40), (80, 40), (120, 40)])
async def test_the_detail_of_an_action_marks_the_hop_where_messages_get_stuck(
    fleet: Fleet, size: tuple[int, int]
) -> None:
    integrated(fleet.add())
    async with FleetStage(fleet, size=size) as stage:
        await opened(stage, "actions")
        await stage.press("home")
        await stage.advance(2)
        assert stage.line_with("rule bridge  ● enabled")
        assert stage.line_with("└─▶ action http:dead  ✖ disconnected")
        assert stage.line_with("└─✖ connector http:web  ✖ disconnected  ◀ broken here")
        assert stage.line_with("Connection refused")


async def test_a_rule_tells_its_sql_and_its_way(fleet: Fleet) -> None:
    integrated(fleet.add())
    async with FleetStage(fleet, size=(80, 40)) as stage:
        await opened(stage, "rules")
        assert stage.line_with("●", "enabled", "rb", " 9 ", "0.5")
        assert stage.line_with('SELECT * FROM "t/2/temp"')
        assert stage.line_with("◀ broken here")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unsupported(path="/actions"), "Not offered by EMQX"),
        (Forbidden(path="/actions", scope="data_integration"), "Needs scope data_integration."),
    ],
)
async def test_where_there_are_none_to_be_seen_the_screen_says_why(
    fleet: Fleet, error: Forbidden | Unsupported, words: str
) -> None:
    broker = fleet.add()
    integrated(broker)
    broker.says["actions"] = error
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await opened(stage, "actions")
        assert stage.line_with(words)


@pytest.mark.parametrize(
    ("error", "told"), [(ServerError(path="/metrics", status=500), True), (Unsupported(path="/metrics"), False)]
)
async def test_figures_that_do_not_come_are_not_just_missing(fleet: Fleet, error: Exception, told: bool) -> None:
    """Of a broker that has none nothing is told."""
    broker = fleet.add()
    integrated(broker)

    async def refused(_item: object) -> Figures:
        raise error

    setattr(broker, "action_figures", refused)  # noqa: B010  it is none of the fake's own
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage, "actions")
        assert ("server error (500)" in stage.text) is told
        assert "not offered" not in stage.text


async def test_no_detail_takes_room_before_the_first_rows_are_there(fleet: Fleet) -> None:
    """It would go away again as soon as there are many."""
    broker = fleet.add()
    integrated(broker)
    broker.says["rules"] = Forbidden(path="/rules", scope="data_integration")
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await opened(stage, "rules")
        assert stage.line_with("Needs scope data_integration.")
        assert not any(line.startswith("──") for line in stage.lines)
        await stage.press("d")
        assert any(line.startswith("──") for line in stage.lines), "it is there when it is wanted"


async def test_the_pane_beside_the_rows_stays_while_they_are_awaited(fleet: Fleet) -> None:
    """Else the table would widen and narrow again at each walk to another list."""
    broker = fleet.add()
    integrated(broker)

    async def slow(*_: object) -> Page[Rule]:
        await broker.clock.sleep(5.0)
        return Page([RULE])

    setattr(broker, "rules", slow)  # noqa: B010  it is none of the fake's own
    async with FleetStage(fleet, size=(160, 40)) as stage:
        await opened(stage, "rules")
        assert stage.line_with("Reading …")
        width = stage.table.size.width
        assert width < 150
        await stage.advance(6)
        assert stage.line_with("enabled", "rb")
        assert stage.table.size.width == width
