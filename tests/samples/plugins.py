"""Plugins in every state."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.system import Plugin, PluginOnNode
from samples import HOSTILE, NOW


ROWS = [
    Entry("prod", Plugin("bare"), NOW),
    *(
        Entry(
            "prod",
            Plugin(
                f"{first} {second} {health}",
                HOSTILE if health == HOSTILE else "1.4.0",
                HOSTILE,
                HOSTILE,
                HOSTILE,
                health,
                HOSTILE if health else "",
                (PluginOnNode("emqx@10.0.0.1", first), PluginOnNode(HOSTILE, second)),
            ),
            NOW,
        )
        for first, second, health in product(
            ["running", "stopped", HOSTILE, ""], ["running", "stopped", ""], ["", "ok", HOSTILE]
        )
    ),
]
