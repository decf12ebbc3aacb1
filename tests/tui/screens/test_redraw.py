"""The screen is drawn whole again whenever the terminal may have lost it."""

from textual import events
from textual.geometry import Size

from fleet.fakes import Fleet
from tui.screens.stage import FleetStage


async def test_a_resize_that_ends_at_the_old_size_draws_everything_again(fleet: Fleet) -> None:
    fleet.add("prod-eu")
    async with FleetStage(fleet, size=(100, 30)) as stage:
        await stage.settle()
        before = len(stage.sent)
        size = Size(100, 30)
        stage.app.post_message(events.Resize(size, size))
        await stage.settle()
        assert "prod-eu" in stage.sent[before:]
        assert "DEPLOYMENT" in stage.sent[before:]


async def test_coming_back_from_the_shell_draws_everything_again(fleet: Fleet) -> None:
    fleet.add("prod-eu")
    async with FleetStage(fleet, size=(100, 30)) as stage:
        await stage.settle()
        before = len(stage.sent)
        stage.app.app_resume_signal.publish(stage.app)
        await stage.settle()
        assert "prod-eu" in stage.sent[before:]


async def test_ctrl_l_draws_everything_again(fleet: Fleet) -> None:
    fleet.add("prod-eu")
    async with FleetStage(fleet, size=(100, 30)) as stage:
        await stage.settle()
        before = len(stage.sent)
        await stage.press("ctrl+l")
        assert "prod-eu" in stage.sent[before:]
