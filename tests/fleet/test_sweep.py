"""A sweep over all clients: how much it asks, how it stops, what it keeps, and what is told of it."""

from itertools import pairwise
from typing import Any

import pytest

from emqx_tui.domain.clients import Client
from emqx_tui.domain.errors import Forbidden, ServerError, Unsupported
from emqx_tui.domain.listing import Page
from emqx_tui.domain.models import Kind
from emqx_tui.domain.trouble import FULL_MAILBOX, Matter, trouble
from emqx_tui.fleet.listed import ListingState
from emqx_tui.fleet.listing import Reading
from emqx_tui.fleet.sweep import Sweep
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.resources import named
from emqx_tui.tui.panels.listing import listing_line
from fleet.fakes import FakeBroker, Fleet


KEYS = Keymap({})


def clients(count: int, *, every: int = 100) -> list[Client]:
    """So many clients; one in `every` has a queue, the fuller the later it comes."""
    return [
        Client(f"c{number}", node=f"n{number % 2}", queue=number if number % every == 0 else 0, queue_max=count)
        for number in range(count)
    ]


async def sweeping(fleet: Fleet, count: int = 5000, **fields: Any) -> tuple[FakeBroker, Sweep]:  # noqa: ANN401
    broker = fleet.add(**fields)
    broker.sessions = clients(count)
    await fleet.start("prod")
    reading = fleet.poller.read("prod", named("trouble"))
    assert isinstance(reading, Sweep)
    await fleet.clock.idle()
    return broker, reading


def pages(broker: FakeBroker) -> list[float]:
    """When a page was asked for."""
    return [at for at, asked in broker.asked if asked.split()[0] == "clients"]


def told(fleet: Fleet, reading: Reading, width: int = 200) -> str:
    (line,) = listing_line(named("trouble"), reading.state, fleet.clock.monotonic(), width, KEYS)
    return "".join(span.text for span in line)


def found(state: ListingState) -> list[str]:
    return [entry.item.client.clientid for entry in state.entries]


async def test_a_sweep_asks_for_two_pages_a_second_at_most_and_shows_how_far_it_has_come(fleet: Fleet) -> None:
    broker, reading = await sweeping(fleet)
    assert len(pages(broker)) == 1
    assert "▇▇▁▁▁▁▁▁▁▁ 20 %, 1 000 of 5.0k swept" in told(fleet, reading)
    assert "swept, S stops" in told(fleet, reading)
    await fleet.clock.advance(1.0)
    assert "60 %, 3 000 of 5.0k swept" in told(fleet, reading)
    await fleet.clock.advance(10.0)
    asked = pages(broker)
    assert [later - at for at, later in pairwise(asked)] == [0.5] * 4
    assert "all 5 000 swept in 2 s, 9 s ago" in told(fleet, reading)
    await fleet.clock.advance(3600.0)
    assert len(pages(broker)) == 5, "once is enough until somebody asks again"


async def test_a_broker_that_is_slow_rests_as_long_as_it_works(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.takes = {"clients": 3.0, "clients 2": 3.0}
    broker.sessions = clients(3000)
    await fleet.start("prod")
    fleet.poller.read("prod", named("trouble"))
    await fleet.clock.advance(20.0)
    first, second, third = pages(broker)
    assert (second - first, third - second) == (6.0, 6.0)


async def test_the_worst_come_first_and_no_more_than_two_hundred_are_kept(fleet: Fleet) -> None:
    _, reading = await sweeping(fleet, 60_000)
    await fleet.clock.advance(120.0)
    state = reading.state
    # Those with a fifth of their limit and more are in trouble.
    assert found(state) == [f"c{number}" for number in range(59_900, 39_900, -100)]
    assert "480 in trouble, the worst 200 kept" in told(fleet, reading)
    assert len(state.entries) == 200


async def test_it_stops_on_a_key_and_goes_on_where_it_was(fleet: Fleet) -> None:
    broker, reading = await sweeping(fleet)
    await fleet.clock.advance(0.6)
    assert reading.under_way
    assert reading.stop()
    assert not reading.stop()
    await fleet.clock.advance(60.0)
    assert len(pages(broker)) == 2
    assert "40 %, 2 000 of 5.0k swept" in told(fleet, reading)
    assert "‖ stopped 59 s ago, Ctrl-R goes on" in told(fleet, reading)
    reading.refresh()
    await fleet.clock.advance(10.0)
    assert [asked for _, asked in broker.asked if asked.startswith("clients")][2:] == [
        *("clients 3", "clients 4", "clients 5")
    ]
    assert "all 5 000 swept in 1 s" in told(fleet, reading), "the time between does not count"
    reading.refresh()
    await fleet.clock.advance(0.1)
    assert "20 %, 1 000 of 5.0k swept" in told(fleet, reading), "it has begun anew"


async def test_a_page_that_is_under_way_when_it_is_stopped_is_the_last_one(fleet: Fleet) -> None:
    broker, reading = await sweeping(fleet)
    broker.takes = {"clients 2": 2.0}
    await fleet.clock.advance(1.0)
    assert reading.stop()
    await fleet.clock.advance(60.0)
    assert len(pages(broker)) == 2
    assert "2 000 of 5.0k swept" in told(fleet, reading)


async def test_a_sweep_that_is_left_stops_and_is_found_again_as_it_was(fleet: Fleet) -> None:
    broker, reading = await sweeping(fleet)
    await fleet.clock.advance(0.6)
    fleet.poller.end_reading("prod", reading)
    await fleet.clock.advance(60.0)
    assert len(pages(broker)) == 2
    again = fleet.poller.read("prod", named("trouble"))
    await fleet.clock.advance(60.0)
    assert len(pages(broker)) == 2, "it goes on when somebody says so"
    assert "40 %" in told(fleet, again)
    assert "stopped" in told(fleet, again)
    again.refresh()
    await fleet.clock.advance(60.0)
    assert len(pages(broker)) == 5


async def test_a_page_that_fails_is_asked_for_again_and_nothing_that_was_found_is_lost(fleet: Fleet) -> None:
    broker, reading = await sweeping(fleet)
    broker.says["clients 2"] = ServerError("down", status=500)
    await fleet.clock.advance(1.0)
    assert "▲ server error (500)" in told(fleet, reading)
    assert reading.state.entries == ()
    assert "1 000 of 5.0k swept" in told(fleet, reading)
    del broker.says["clients 2"]
    await fleet.clock.advance(120.0)
    assert "all 5 000 swept" in told(fleet, reading)
    assert len(found(reading.state)) == 40


async def test_a_key_that_may_not_see_clients_is_told_and_asked_no_more(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.says["clients"] = Forbidden("no", scope="connections")
    await fleet.start("prod")
    reading = fleet.poller.read("prod", named("trouble"))
    await fleet.clock.advance(600.0)
    assert len(pages(broker)) == 1
    assert isinstance(reading.state.error, Forbidden)


async def test_another_filter_begins_another_sweep(fleet: Fleet) -> None:
    _, reading = await sweeping(fleet)
    await fleet.clock.advance(60.0)
    reading.ask({"node": "n0"})
    await fleet.clock.advance(60.0)
    assert "all 2 500 swept" in told(fleet, reading)
    assert "the broker filters by node=n0" in told(fleet, reading)


@pytest.mark.parametrize("after", ["2", "x"])
async def test_a_list_without_end_is_left_when_it_brings_twice_what_there_is(fleet: Fleet, after: str) -> None:
    broker, reading = await sweeping(fleet, 1000)
    count = 0

    async def clients(_query: object, _after: str | None, _rows: int | None = None) -> Page[Client]:
        nonlocal count
        count += 1
        return Page(broker.sessions, f"{after}{count if after == '2' else ''}", 1000)

    broker.clients = clients  # type: ignore[method-assign, assignment]
    reading.refresh()
    await fleet.clock.advance(60.0)
    assert reading.state.complete
    assert count <= 3


async def test_nanomq_tells_nothing_of_queues_and_is_not_said_to_be_well(fleet: Fleet) -> None:
    _, reading = await sweeping(fleet, kind=Kind.NANOMQ)
    assert isinstance(reading.state.error, Unsupported)
    assert told(fleet, reading).strip() == "Trouble clients"
    assert not reading.under_way


# What is trouble


def test_a_client_without_trouble_is_none() -> None:
    assert trouble(Client("c")) is None
    quiet = Client("c", queue=199, queue_max=1000, inflight=25, inflight_max=32, mailbox=99, queue_dropped=0)
    assert trouble(quiet) is None


@pytest.mark.parametrize(
    ("fields", "score", "matters"),
    [
        ({"queue": 1000, "queue_max": 1000}, 40.0, [Matter.QUEUE]),
        ({"queue": 2000, "queue_max": 1000}, 40.0, [Matter.QUEUE]),
        ({"queue": 200, "queue_max": 1000}, 8.0, [Matter.QUEUE]),
        ({"queue": 999_999, "queue_max": None}, 40.0, [Matter.QUEUE]),
        ({"queue": 999}, 20.0, []),
        ({"queue_dropped": 999}, 15.0, [Matter.DROPPED]),
        ({"sent_dropped": 999_999, "queue_dropped": 999}, 30.0, [Matter.DROPPED]),
        ({"inflight": 32, "inflight_max": 32}, 20.0, [Matter.INFLIGHT]),
        ({"inflight": 32}, 0.0, []),
        ({"mailbox": 99_999}, 10.0, [Matter.MAILBOX]),
        (
            {"queue": 200, "queue_max": 1000, "queue_dropped": 9, "inflight": 32, "inflight_max": 32, "mailbox": 999},
            8 + 5 + 20 + 6,
            [Matter.INFLIGHT, Matter.QUEUE, Matter.MAILBOX, Matter.DROPPED],
        ),
    ],
)
def test_the_score_is_the_sum_of_what_is_the_matter(
    fields: dict[str, int], score: float, matters: list[Matter]
) -> None:
    one = trouble(Client("c", **fields))  # type: ignore[arg-type]
    if not matters:
        assert one is None
        return
    assert one is not None
    assert one.score == pytest.approx(score)
    assert list(one.matters) == matters
    assert FULL_MAILBOX == 100


async def test_a_sweep_that_is_stopped_and_wanted_again_during_its_last_page_counts_nobody_twice(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.takes = {"clients": 5.0}
    broker.sessions = clients(900)
    await fleet.start("prod")
    reading = fleet.poller.read("prod", named("trouble"))
    assert isinstance(reading, Sweep)
    await fleet.clock.idle()
    assert reading.stop()
    reading.refresh()
    await fleet.clock.advance(60.0)
    assert reading.state.swept is not None
    assert reading.state.swept.ended_at is not None
    assert reading.state.swept.covered == 900
