"""How often a deployment is asked: pause, interval, and the end of a sweep."""

from emqx_tui.fleet.store import DeploymentState, Phase
from emqx_tui.tui.screens.doing import Doing
from emqx_tui.tui.screens.reading import Looking


INTERVALS = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0)
"""Seconds between two polls that `+` and `-` go through."""


class Pacing(Doing):
    """The keys of a deployment's screen by which less or more is asked."""

    deployment: str
    _looking: Looking

    @property
    def state(self) -> DeploymentState:
        """What is known of the deployment."""
        return self.poller.store.deployments[self.deployment]

    def action_pause(self) -> None:
        """Stop asking, or go on."""
        self.poller.watches[self.deployment].pause(paused=self.state.phase is not Phase.PAUSED)

    def action_change_interval(self, steps: int) -> None:
        """Ask less or more often."""
        now = self.state.interval
        if steps > 0:
            wanted = next((one for one in INTERVALS if one > now), INTERVALS[-1])
        else:
            wanted = next((one for one in reversed(INTERVALS) if one < now), INTERVALS[0])
        self.poller.watches[self.deployment].set_interval(wanted)

    def action_stop_sweep(self) -> None:
        """Stop looking through all clients; what was found stays."""
        if self._looking.stop_sweep():
            self.draw()
