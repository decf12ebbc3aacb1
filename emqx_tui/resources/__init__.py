"""The kinds of rows, in menu order. One file each; this registry is the only list of them."""

from typing import Any

from emqx_tui.resources.alarms import ALARMS
from emqx_tui.resources.nodes import NODES
from emqx_tui.resources.spec import Resource


__all__ = ["ALARMS", "NODES", "RESOURCES"]

RESOURCES: tuple[Resource[Any], ...] = (NODES, ALARMS)
"""What a deployment has."""
