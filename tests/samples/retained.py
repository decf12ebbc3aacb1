"""Retained messages of clients and of the broker."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.messages import Retained
from samples import HOSTILE, HUGE, NOW


ROWS = [
    Entry("prod", Retained("bare"), NOW),
    *(
        Entry("prod", Retained(f"{topic}/{number}", qos, at, by, by, by), NOW)
        for number, (topic, qos, at, by) in enumerate(
            product(
                ["r/state", "$SYS/brokers", HOSTILE],
                [0, 2, HUGE],
                [None, 0.0, NOW - 60, NOW + 300, 1e10],
                [None, "pump", HOSTILE],
            )
        )
    ),
]
