"""Gauges on several nodes, with and without their highest figure."""

from itertools import product

from emqx_tui.domain.counting import GaugeRow, Level
from emqx_tui.domain.freshness import Freshness
from samples import HOSTILE, HUGE


ROWS = [
    GaugeRow("prod", "bare", (Level("n", 0),)),
    *(
        GaugeRow(
            "prod",
            f"{name}.{value}.{peak}.{fresh}",
            tuple(Level(node, value, peak) for node in ("emqx@10.0.0.1", HOSTILE, "")),
            name == "topics",
            fresh,
        )
        for name, value, peak, fresh in product(
            ["connections", "topics", HOSTILE], [0, 7, HUGE], [None, 0, HUGE], Freshness
        )
    ),
]
