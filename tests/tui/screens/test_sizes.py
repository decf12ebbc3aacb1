"""Every screen on every size of terminal."""

import pytest

from emqx_tui.domain.models import Alarm, Kind, Totals
from fleet.fakes import NOON, A, B, C, Fleet, alarm, node
from tui.screens.stage import FleetStage, Stage


SIZES = [(60, 15), (80, 24), (120, 36), (200, 50)]


@pytest.fixture
def troubled(fleet: Fleet) -> Fleet:
    """A fleet with long names, long messages and everything wrong that can be."""
    broker = fleet.add("a-deployment-with-quite-a-long-name-in-eu-central-1", [A, B, C])
    broker.rows[B] = node(B, running=False)
    broker.active = [Alarm("conn_congestion/x", A, "y" * 300, NOON), *(alarm(f"alarm_{number}") for number in range(9))]
    broker.current = Totals(10**9, 10**9, 10**9, 10**9, 10**9, 1e9, 1e9, 1e9, partial=True)
    fleet.add("plant", kind=Kind.EMQX4)
    fleet.add("cloud", kind=Kind.SERVERLESS)
    fleet.add("edge", [""], kind=Kind.NANOMQ)
    return fleet


@pytest.mark.parametrize("size", SIZES)
async def test_the_fleet_fits(troubled: Fleet, size: tuple[int, int]) -> None:
    async with FleetStage(troubled, size=size) as stage:
        assert_it_fits(stage, size)
        assert "DEPLOYMENT" in stage.text
        assert "q quit" in stage.lines[-1]
        assert stage.table.size.width == size[0] - 2


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("resource", ["nodes", "alarms"])
async def test_a_deployment_fits(troubled: Fleet, size: tuple[int, int], resource: str) -> None:
    async with FleetStage(troubled, size=size) as stage:
        for name in list(troubled.brokers):
            await stage.app.follow(f"{resource} {name}")
            await stage.settle()
            assert_it_fits(stage, size)
            assert stage.lines[0].startswith(" " + name[:20])
            assert "q quit" in stage.lines[-1]
            if troubled.brokers[name].kind is Kind.SERVERLESS:
                assert "offers no nodes" in stage.text
                continue
            heading = "NODE" if resource == "nodes" else "ALARM"
            assert stage.line_with(heading) != ""


@pytest.mark.parametrize("size", SIZES)
async def test_help_and_the_sort_picker_fit(troubled: Fleet, size: tuple[int, int]) -> None:
    async with FleetStage(troubled, size=size) as stage:
        for key in ("question_mark", "s"):
            await stage.press(key)
            assert_it_fits(stage, size)
            await stage.press("escape")


@pytest.mark.parametrize("size", [(59, 24), (80, 14), (30, 5), (10, 3)])
async def test_a_terminal_that_is_too_small_is_told_so_instead_of_a_picture_in_pieces(
    troubled: Fleet, size: tuple[int, int]
) -> None:
    async with FleetStage(troubled, size=size) as stage:
        shown = stage.text.replace("\n", "")
        assert shown.startswith("The term")
        assert "DEPLOYMENT" not in shown


async def test_a_terminal_made_larger_shows_everything_again(troubled: Fleet) -> None:
    async with FleetStage(troubled, size=(50, 10)) as stage:
        assert "too small" in stage.text
        await stage.pilot.resize_terminal(80, 24)
        await stage.until(lambda: "DEPLOYMENT" in stage.text)
        assert_it_fits(stage, (80, 24))
        assert "too small" not in stage.text


async def test_a_terminal_made_smaller_and_larger_loses_nothing(troubled: Fleet) -> None:
    async with FleetStage(troubled, size=(120, 36), opened="plant") as stage:
        before = stage.text
        await stage.pilot.resize_terminal(60, 15)
        await stage.until(lambda: len(stage.lines) == 15 and "NODE" in stage.text)
        assert_it_fits(stage, (60, 15))
        await stage.pilot.resize_terminal(120, 36)
        await stage.until(lambda: stage.text == before)


def assert_it_fits(stage: Stage, size: tuple[int, int]) -> None:
    """As many lines as there are, each as wide as it is or less."""
    strips = stage.app.screen._compositor.render_strips()
    assert len(strips) == size[1]
    assert {strip.cell_length for strip in strips} == {size[0]}
    assert not stage.app.screen.show_vertical_scrollbar
    assert not stage.app.screen.show_horizontal_scrollbar
