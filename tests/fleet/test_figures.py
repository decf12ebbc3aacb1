"""What is asked about rows in sight: some at a time, again and again, each answer beside the one before it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import pytest

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.errors import BrokerError, Forbidden, NotFound, ServerError, Unsupported
from emqx_tui.domain.integration import Figures, Link
from emqx_tui.domain.listing import Page, Query
from emqx_tui.fleet.listed import ListingState
from emqx_tui.fleet.listing import Reading
from emqx_tui.fleet.single_rows import FIGURES_AT_ONCE
from emqx_tui.fleet.slots import Slots
from emqx_tui.resources import named
from fleet.fakes import FakeBroker, Fleet, Steady


T = TypeVar("T")


class Actions:
    """A fake broker with actions, whose figures a test sets."""

    def __init__(self, broker: FakeBroker, count: int) -> None:
        self.broker = broker
        self.items = [
            Link(f"http:{at:02}", "http", f"{at:02}", enabled=True, status="connected") for at in range(count)
        ]
        self.queuing = 0.0
        self.takes = 0.0
        self.under_way = 0
        self.most = 0
        self.asked: list[str] = []
        self.gone: set[str] = set()
        self.fails: type[BrokerError] = NotFound
        for name in ("actions", "action_figures"):
            setattr(broker, name, getattr(self, name))

    async def actions(self, _query: Query, _after: str | None) -> Page[Link]:
        return Page(self.items)

    async def action_figures(self, action: Link) -> Figures:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.asked.append(action.id)
        try:
            await self.broker.clock.sleep(self.takes)
        finally:
            self.under_way -= 1
        if action.id in self.gone:
            raise self.fails(path=action.id)
        return Figures({"queuing": self.queuing})


@pytest.fixture
def actions(fleet: Fleet) -> Actions:
    return Actions(fleet.add(), 10)


def reading(fleet: Fleet, actions: Actions) -> Reading:
    async def ask(question: Callable[[Broker], Awaitable[T]]) -> T:
        return await question(cast(Broker, actions.broker))

    return Reading(
        "prod",
        named("actions"),
        ListingState(),
        ask=ask,
        ready=lambda: True,
        now=fleet.clock.wall,
        clock=fleet.clock,
        slots=Slots(fleet.clock),
        rng=Steady(),
        changed=lambda: None,
    )


async def running(fleet: Fleet, one: Reading, seconds: float) -> None:
    task = asyncio.ensure_future(one.run())
    await fleet.clock.advance(0)
    one.look_at(one.state.entries, None)
    await fleet.clock.advance(seconds)
    task.cancel()
    await fleet.clock.idle()


async def test_no_more_than_four_rows_are_asked_about_at_once_and_each_one_is(fleet: Fleet, actions: Actions) -> None:
    actions.takes = 1.0
    await running(fleet, reading(fleet, actions), 5)
    assert actions.most == FIGURES_AT_ONCE == 4
    assert sorted(actions.asked) == [one.id for one in actions.items]


async def test_rows_out_of_sight_are_not_asked_about(fleet: Fleet, actions: Actions) -> None:
    one = reading(fleet, actions)
    task = asyncio.ensure_future(one.run())
    await fleet.clock.advance(0)
    one.look_at(one.state.entries[3:5], None)
    await fleet.clock.advance(30)
    task.cancel()
    assert set(actions.asked) == {"http:03", "http:04"}
    assert one.state.entries[0].figures is None


async def test_a_queue_that_grows_from_one_answer_to_the_next_is_told(fleet: Fleet, actions: Actions) -> None:
    one = reading(fleet, actions)
    task = asyncio.ensure_future(one.run())
    await fleet.clock.advance(0)
    one.look_at(one.state.entries[:1], None)
    grown: list[tuple[float, bool]] = []
    for queuing in (5, 9, 9, 3):
        actions.queuing = queuing
        await fleet.clock.advance(0.0 if not grown else 10.0)
        figures = one.state.entries[0].figures
        grown.append((figures.counts["queuing"], figures.growing))
    task.cancel()
    assert grown == [(5, False), (9, True), (9, True), (3, False)]


async def test_what_was_deleted_meanwhile_keeps_its_last_figures_and_harms_no_other(
    fleet: Fleet, actions: Actions
) -> None:
    one = reading(fleet, actions)
    actions.gone.add("http:00")
    await running(fleet, one, 3)
    assert [entry.figures is None for entry in one.state.entries] == [True, *[False] * 9]
    assert one.state.error is None


@pytest.mark.parametrize(("fails", "times"), [(ServerError, 4), (Unsupported, 1), (Forbidden, 1)])
async def test_what_is_not_offered_or_not_allowed_is_not_asked_again_until_the_user_wants_it(
    fleet: Fleet, actions: Actions, fails: type[BrokerError], times: int
) -> None:
    one = reading(fleet, actions)
    actions.fails, actions.gone = fails, {"http:00"}
    task = asyncio.ensure_future(one.run())
    await fleet.clock.advance(0)
    one.look_at(one.state.entries[:1], None)
    await fleet.clock.advance(35)
    assert actions.asked == ["http:00"] * times
    assert isinstance(one.rows.figures_error("http:00"), fails)
    actions.gone.clear()
    one.refresh()
    await fleet.clock.advance(1)
    assert actions.asked == ["http:00"] * (times + 1)
    assert one.rows.figures_error("http:00") is None
    task.cancel()
