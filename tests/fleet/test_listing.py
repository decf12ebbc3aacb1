"""Lists that a broker is asked for while somebody looks at them, read page by page at a fake time."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from emqx_tui.domain.access import Ban
from emqx_tui.domain.errors import BadAnswer, BrokerError, ServerError, Unsupported
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.fleet.listed import ListingState
from emqx_tui.fleet.listing import Reading
from emqx_tui.fleet.slots import PAGES_IN_ALL
from emqx_tui.resources.banned import BANNED
from emqx_tui.resources.spec import Asked, Resource
from fleet.fakes import Fleet


EVERY = 10.0


class Server:
    """Answers pages of bans by their numbers, as the test says."""

    def __init__(self, pages: Sequence[Sequence[str]], *, total: int | None = None) -> None:
        self.pages = [list(page) for page in pages]
        self.total = total
        self.asked: list[tuple[dict[str, str], str | None]] = []
        self.error: BrokerError | None = None
        self.figures: list[str] = []
        self.more: list[str] = []
        self.revealed: list[str] = []
        self.waits: dict[str, asyncio.Event] = {}
        """What a question of that name waits for: a page by its number, more by the row."""

    async def page(self, _broker: object, query: Query, after: str | None) -> Page[Ban]:
        self.asked.append((dict(query), after))
        await self.turn(after or "0")
        if self.error is not None:
            raise self.error
        at = int(after or 0)
        names = self.pages[at] if at < len(self.pages) else []
        wanted = [name for name in names if query.get("who", "") in name]
        follows = str(at + 1) if at + 1 < len(self.pages) else None
        return Page([Ban("clientid", name) for name in wanted], follows, self.total)

    async def figures_of(self, _broker: object, ban: Ban) -> str:
        self.figures.append(ban.who)
        return f"figures of {ban.who}"

    async def more_of(self, _broker: object, ban: Ban) -> str:
        self.more.append(ban.who)
        await self.turn(ban.who)
        return f"more of {ban.who}"

    async def reveal(self, _broker: object, ban: Ban) -> str:
        self.revealed.append(ban.who)
        return f"secret of {ban.who}"

    async def turn(self, name: str) -> None:
        if name in self.waits:
            await self.waits[name].wait()

    def resource(self, *, whole: bool = False, rich: bool = False) -> Resource[Entry[Ban]]:
        asked = Asked(
            self.page,
            every=EVERY,
            whole=whole,
            figures=self.figures_of if rich else None,
            more=self.more_of if rich else None,
            reveal=self.reveal if rich else None,
        )
        return BANNED._replace(asked=asked)


async def looked_at(fleet: Fleet, resource: Resource[Any]) -> Reading:
    fleet.add()
    await fleet.start("prod")
    reading = fleet.poller.read("prod", resource)
    await fleet.clock.idle()
    return reading


def names(state: ListingState) -> list[str]:
    return [entry.item.who for entry in state.entries]


async def test_the_first_page_is_read_at_once_and_the_next_one_only_when_its_end_is_in_sight(fleet: Fleet) -> None:
    server = Server([["a", "b"], ["c"], ["d"]], total=9)
    reading = await looked_at(fleet, server.resource())
    assert names(reading.state) == ["a", "b"]
    assert (reading.state.total, reading.state.complete) == (9, False)
    assert [after for _query, after in server.asked] == [None]
    reading.want_more()
    await fleet.clock.idle()
    assert names(reading.state) == ["a", "b", "c"]
    reading.want_more()
    await fleet.clock.idle()
    assert names(reading.state) == ["a", "b", "c", "d"]
    assert reading.state.complete, "the broker says that there is no further page"
    reading.want_more()
    await fleet.clock.idle()
    assert len(server.asked) == 3


async def test_a_page_that_brings_nothing_new_is_the_last_one_whatever_the_broker_says(fleet: Fleet) -> None:
    server = Server([["a", "b"], ["a", "b"], ["c"]])
    reading = await looked_at(fleet, server.resource())
    reading.want_more()
    await fleet.clock.idle()
    assert names(reading.state) == ["a", "b"]
    assert reading.state.complete


async def test_a_short_list_is_read_whole_again_and_again(fleet: Fleet) -> None:
    server = Server([["a"], ["b"]])
    reading = await looked_at(fleet, server.resource(whole=True))
    assert names(reading.state) == ["a", "b"]
    server.pages = [["b"], ["c"]]
    await fleet.clock.advance(1.2 * EVERY)
    assert names(reading.state) == ["b", "c"]


async def test_of_a_long_list_only_the_first_page_is_read_again_by_itself(fleet: Fleet) -> None:
    server = Server([["a"], ["b"]])
    reading = await looked_at(fleet, server.resource())
    await fleet.clock.advance(1.2 * EVERY)
    assert len(server.asked) == 2
    reading.want_more()
    await fleet.clock.idle()
    before = len(server.asked)
    await fleet.clock.advance(5 * EVERY)
    assert len(server.asked) == before, "who has scrolled asks with a key"
    server.pages = [["x"], ["y"]]
    reading.refresh()
    await fleet.clock.idle()
    assert names(reading.state) == ["x", "y"], "as many pages as had been read"


async def test_what_the_broker_filters_by_takes_the_place_of_what_was_read(fleet: Fleet) -> None:
    server = Server([["pump-1", "meter-1"]])
    reading = await looked_at(fleet, server.resource())
    reading.ask({"who": "pump"})
    assert names(reading.state) == []
    await fleet.clock.idle()
    assert names(reading.state) == ["pump-1"]
    asked = len(server.asked)
    reading.ask({"who": "pump"})
    await fleet.clock.idle()
    assert len(server.asked) == asked, "the same filter asks for nothing"


async def test_rows_stay_when_a_later_reading_fails_and_it_is_tried_again(fleet: Fleet) -> None:
    server = Server([["a"]])
    reading = await looked_at(fleet, server.resource())
    server.error = ServerError("boom", path="/banned", status=500)
    await fleet.clock.advance(1.2 * EVERY)
    assert names(reading.state) == ["a"]
    assert reading.state.error is server.error
    server.error = None
    await fleet.clock.advance(120)
    assert reading.state.error is None


async def test_what_is_not_offered_is_not_asked_again_until_the_user_wants_it(fleet: Fleet) -> None:
    server = Server([["a"]])
    server.error = Unsupported(path="/banned", status=404)
    reading = await looked_at(fleet, server.resource())
    await fleet.clock.advance(30 * EVERY)
    assert len(server.asked) == 1
    reading.refresh()
    await fleet.clock.idle()
    assert len(server.asked) == 2


async def test_nobody_looks_so_nothing_is_asked_and_what_was_read_stays(fleet: Fleet) -> None:
    server = Server([["a"]])
    reading = await looked_at(fleet, server.resource())
    fleet.poller.end_reading("prod", reading)
    await fleet.clock.advance(10 * EVERY)
    assert len(server.asked) == 1
    again = fleet.poller.read("prod", server.resource())
    assert names(again.state) == ["a"], "it is on screen at once"


async def test_nothing_is_asked_while_the_deployment_is_paused(fleet: Fleet) -> None:
    server = Server([["a"]])
    await looked_at(fleet, server.resource())
    fleet.poller.watches["prod"].pause(paused=True)
    await fleet.clock.advance(10 * EVERY)
    assert len(server.asked) == 1
    fleet.poller.watches["prod"].pause(paused=False)
    await fleet.clock.advance(1)
    assert len(server.asked) == 2


async def test_figures_are_asked_for_the_rows_in_sight_only_and_stand_in_the_row(fleet: Fleet) -> None:
    server = Server([["a", "b", "c", "d", "e", "f"]])
    reading = await looked_at(fleet, server.resource(rich=True))
    reading.look_at(reading.state.entries[:2], None)
    await fleet.clock.idle()
    assert server.figures == ["a", "b"]
    assert [entry.figures for entry in reading.state.entries[:3]] == ["figures of a", "figures of b", None]
    reading.look_at(reading.state.entries[1:3], None)
    await fleet.clock.idle()
    assert server.figures == ["a", "b", "c"], "what is known is not asked again at once"


async def test_more_is_asked_about_a_row_when_the_cursor_has_rested_on_it(fleet: Fleet) -> None:
    server = Server([["a", "b"]])
    reading = await looked_at(fleet, server.resource(rich=True))
    first, second = reading.state.entries
    reading.look_at((), first)
    await fleet.clock.advance(0.1)
    reading.look_at((), second)
    await fleet.clock.advance(0.4)
    assert server.more == ["b"], "the cursor only passed over the first row"
    assert reading.state.more[BANNED.key(second)].value == "more of b"
    reading.look_at((), None)
    await fleet.clock.advance(3 * EVERY)
    assert server.more == ["b"], "the detail is not shown any more"


@pytest.mark.parametrize("whole", [True, False])
async def test_a_deployment_that_is_taken_away_ends_what_is_read_of_it(fleet: Fleet, whole: bool) -> None:
    server = Server([["a"]])
    await looked_at(fleet, server.resource(whole=whole))
    await fleet.poller.remove("prod")
    await fleet.clock.advance(5 * EVERY)
    assert len(server.asked) == 1


async def test_a_deployment_that_is_taken_away_while_a_page_waits_for_its_place_takes_nothing_with_it(
    fleet: Fleet,
) -> None:
    server = Server([["a"]])
    server.waits["0"] = asyncio.Event()
    fleet.add("other")
    await looked_at(fleet, server.resource())
    for number in range(PAGES_IN_ALL):
        fleet.poller.read("other", server.resource()._replace(name=f"list-{number}"))
    await fleet.clock.idle()
    last = fleet.poller.read("prod", server.resource()._replace(name="last"))
    await fleet.clock.idle()
    assert len(server.asked) == PAGES_IN_ALL
    await fleet.poller.remove("prod")
    await fleet.clock.advance(EVERY)
    fleet.poller.end_reading("prod", last)
    fleet.poller.leave("prod")
    assert fleet.is_running


async def test_a_mistake_in_one_resource_is_an_error_beside_its_rows_and_no_end_of_the_monitor(fleet: Fleet) -> None:
    server = Server([["a"]])

    def compared(_before: object, _answer: object) -> None:
        raise RuntimeError("a bug")

    resource = server.resource(rich=True)
    assert resource.asked is not None
    reading = await looked_at(fleet, resource._replace(asked=resource.asked._replace(compared=compared)))
    reading.look_at(reading.state.entries, None)
    await fleet.clock.idle()
    assert isinstance(reading.rows.figures_error(BANNED.key(reading.state.entries[0])), BadAnswer)

    def key(_row: object) -> str:
        raise ZeroDivisionError

    broken = fleet.poller.read("prod", server.resource()._replace(name="broken", key=key))
    await fleet.clock.idle()
    assert isinstance(broken.state.error, BadAnswer)

    async def page(_broker: object, _query: Query, _after: str | None) -> Page[Ban]:
        raise AssertionError

    asked = Asked(page, every=EVERY)
    worse = fleet.poller.read("prod", BANNED._replace(name="worse", asked=asked))
    await fleet.clock.idle()
    assert isinstance(worse.state.error, BadAnswer)
    await fleet.clock.advance(EVERY)
    assert fleet.is_running


async def test_a_page_that_fails_far_down_is_tried_again_alone(fleet: Fleet) -> None:
    server = Server([["a"], ["b"], ["c"]])
    reading = await looked_at(fleet, server.resource())
    reading.want_more()
    await fleet.clock.idle()
    server.error = ServerError("boom", path="/banned", status=500)
    reading.want_more()
    await fleet.clock.idle()
    server.error = None
    server.asked.clear()
    await fleet.clock.advance(60)
    assert [after for _query, after in server.asked] == ["2"]
    assert names(reading.state) == ["a", "b", "c"]


async def test_a_key_that_is_held_down_reads_once_a_second(fleet: Fleet) -> None:
    server = Server([["a"]])
    reading = await looked_at(fleet, server.resource())
    await fleet.clock.advance(2.0)
    server.asked.clear()
    for _ in range(60):
        reading.refresh()
        await fleet.clock.advance(0.05)
    assert len(server.asked) in {3, 4}


async def test_what_is_wanted_anew_while_a_page_is_under_way_is_read_after_it(fleet: Fleet) -> None:
    server = Server([["kicked", "b"]])
    held = server.waits["0"] = asyncio.Event()
    reading = await looked_at(fleet, server.resource())
    reading.refresh()
    held.set()
    await fleet.clock.idle()
    server.pages = [["b"]]
    await fleet.clock.advance(1.0)
    assert names(reading.state) == ["b"]


async def test_a_pause_while_a_page_is_under_way_is_no_error_of_the_list(fleet: Fleet) -> None:
    server = Server([["a"], ["b"]])
    held = server.waits["0"] = asyncio.Event()
    reading = await looked_at(fleet, server.resource(whole=True))
    fleet.poller.watches["prod"].pause(paused=True)
    held.set()
    await fleet.clock.advance(EVERY)
    assert reading.state.error is None
    fleet.poller.watches["prod"].pause(paused=False)
    await fleet.clock.idle()
    assert names(reading.state) == ["a", "b"]


async def test_who_comes_back_while_the_last_page_is_being_called_off_does_not_wait(fleet: Fleet) -> None:
    server = Server([["a"]])
    held = server.waits["0"] = asyncio.Event()
    reading = await looked_at(fleet, server.resource())
    fleet.poller.end_reading("prod", reading)
    held.set()
    again = fleet.poller.read("prod", server.resource())
    await fleet.clock.idle()
    assert names(again.state) == ["a"]
    assert not again.state.loading


async def test_empty_pages_without_end_are_an_end(fleet: Fleet) -> None:
    server = Server([["a"], [], []])
    reading = await looked_at(fleet, server.resource())
    reading.want_more()
    await fleet.clock.idle()
    assert reading.state.complete


async def test_what_was_revealed_is_not_shown_again_unasked(fleet: Fleet) -> None:
    server = Server([["a", "b"]])
    reading = await looked_at(fleet, server.resource(rich=True))
    first, second = reading.state.entries
    reading.look_at((), first)
    assert reading.rows.reveal()
    await fleet.clock.advance(0.4)
    assert reading.state.more[BANNED.key(first)].value == "secret of a"
    reading.look_at((), second)
    reading.look_at((), first)
    assert not reading.state.more
    assert reading.rows.reveal()
    await fleet.clock.advance(0.4)
    fleet.poller.end_reading("prod", reading)
    assert not reading.state.more


async def test_an_answer_about_a_row_that_was_left_does_not_hide_that_of_the_row_under_the_cursor(fleet: Fleet) -> None:
    server = Server([["a", "b"]])
    reading = await looked_at(fleet, server.resource(rich=True))
    first, second = reading.state.entries
    held = server.waits["a"] = asyncio.Event()
    reading.look_at((), first)
    await fleet.clock.advance(0.4)
    reading.look_at((), second)
    await fleet.clock.advance(0.4)
    held.set()
    await fleet.clock.idle()
    assert {name: more.value for name, more in reading.state.more.items()} == {BANNED.key(second): "more of b"}
    assert server.more == ["a", "b"]
