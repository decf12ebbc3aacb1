"""What must not move under the user's hands: cursor, focus, a half-typed filter; and how little is redrawn."""

import pyte

from emqx_tui.domain.models import Kind
from emqx_tui.tui.messages import StoreChanged
from emqx_tui.tui.widgets.prompt import Prompt
from fleet.fakes import A, B, Fleet, alarm, node
from tui.screens.stage import FleetStage


MANY = [f"emqx@10.0.1.{number}" for number in range(10, 90)]


async def test_the_cursor_and_its_line_stay_when_rows_are_sorted_anew(fleet: Fleet) -> None:
    broker = fleet.add(nodes=MANY)
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("d", "pagedown", *["down"] * 5)
        held = stage.table.cursor_key
        assert held is not None
        line = stage.row_of(held)
        for name in MANY[60:70]:
            broker.rows[name] = node(name, running=False)
        await stage.advance(6)
        assert MANY[65] in stage.lines[1] or "more" in stage.text
        assert stage.table.cursor_key == held
        header_grew = stage.row_of("STATUS↑") - 5
        assert abs(stage.row_of(held) - line) <= header_grew + 4


async def test_the_cursor_stays_on_its_node_while_that_node_becomes_a_problem(fleet: Fleet) -> None:
    broker = fleet.add(nodes=MANY[:5])
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("G")
        broker.rows[MANY[4]] = node(MANY[4], running=False)
        await stage.advance(6)
        assert stage.table.visible_keys[0] == MANY[4]
        assert stage.table.cursor_key == MANY[4]


async def test_a_half_typed_filter_survives_refreshes_and_the_rows_below_it_stay_live(fleet: Fleet) -> None:
    broker = fleet.add(nodes=[A, B])
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("slash", *"0.2")
        broker.rows[B] = node(B, running=False)
        await stage.advance(30)
        assert stage.lines[-1].strip() == "/ 0.2"
        assert list(stage.table.visible_keys) == [B]
        assert "stopped" in stage.line_with("✖", B, "stopped")
        await stage.press("backspace", "1")
        assert list(stage.table.visible_keys) == [A]


async def test_a_refresh_takes_the_focus_from_nobody(fleet: Fleet) -> None:
    broker = fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("colon", "n")
        broker.active = [alarm()]
        await stage.advance(30)
        await stage.press("o")
        assert stage.screen.query_one(Prompt).value == "no"


async def test_help_in_front_stays_in_front_while_things_change_behind_it(fleet: Fleet) -> None:
    broker = fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.press("question_mark")
        broker.rows[B] = node(B, running=False)
        await stage.advance(30)
        assert "Show or hide the detail pane" in stage.text
        await stage.press("escape")
        assert f"✖ {B} stopped" in stage.text


async def test_a_thousand_changes_of_the_store_become_a_few_redraws(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        drawn = 0
        draw = stage.screen.draw

        def counting() -> None:
            nonlocal drawn
            drawn += 1
            draw()

        stage.screen.draw = counting  # type: ignore[method-assign]
        version = fleet.state().version
        for _ in range(1000):
            fleet.poller.store.changed("prod")
        await stage.until(lambda: drawn > 0)
        await stage.pilot.pause()
        assert fleet.state().version == version + 1000
        assert drawn <= 3


async def test_news_that_wait_for_a_busy_screen_become_one(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet) as stage:
        drawn = 0
        draw = stage.screen.draw

        def counting() -> None:
            nonlocal drawn
            drawn += 1
            draw()

        stage.screen.draw = counting  # type: ignore[method-assign]
        for _ in range(200):
            stage.screen.post_message(StoreChanged())
        await stage.until(lambda: drawn > 0)
        await stage.pilot.pause()
        assert drawn <= 3


async def test_nothing_is_sent_to_the_terminal_while_nothing_changes(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, opened="prod") as stage:
        await stage.redraw()
        before = len(stage.sent)
        for _ in range(5):
            await stage.redraw()
        assert len(stage.sent) == before


async def test_a_second_of_age_sends_less_than_a_line(fleet: Fleet) -> None:
    fleet.add()
    async with FleetStage(fleet, size=(120, 36), opened="prod") as stage:
        await stage.redraw()
        before = len(stage.sent)
        fleet.clock._now += 1
        await stage.redraw()
        assert 0 < len(stage.sent) - before < 1500


async def test_a_terminal_that_got_only_the_differences_shows_the_whole_screen(fleet: Fleet) -> None:
    broker = fleet.add(nodes=MANY)
    terminal = pyte.Screen(120, 36)
    stream = pyte.Stream(terminal)
    async with FleetStage(fleet, size=(120, 36)) as stage:
        fed = 0
        for keys in (["enter"], ["j"], ["pagedown"], ["d"], ["question_mark"], ["escape"], ["slash", "7"], ["escape"]):
            await stage.press(*keys)
            broker.rows[MANY[len(keys)]] = node(MANY[len(keys)], running=False, sessions=len(stage.sent))
            await stage.advance(7)
            stream.feed("".join(stage.app.sent[fed:]))
            fed = len(stage.app.sent)
            assert [line.rstrip() for line in terminal.display] == stage.lines, keys


async def test_a_store_change_reaches_the_screen_by_itself(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4)
    async with FleetStage(fleet, opened="prod") as stage:
        del broker.rows[B]
        await fleet.clock.advance(6)
        await stage.until(lambda: "1/2 nodes" in stage.lines[0])
