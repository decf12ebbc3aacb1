"""A simulated fleet to try the monitor on: every kind of deployment, behind real HTTP servers on loopback.

It knows nothing of the code that talks to brokers, so that the two cannot share a mistake: the shapes of its answers
are those of recorded ones.
"""

from emqx_tui.demo.fleet import DemoDeployment, DemoFleet, DemoPlatform, start_fleet
from emqx_tui.demo.scenario import SCENARIOS


__all__ = ["SCENARIOS", "DemoDeployment", "DemoFleet", "DemoPlatform", "start_fleet"]
