"""Delayed messages that wait and that are due."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.messages import Delayed
from samples import HOSTILE, HUGE, NOW


ROWS = [
    Entry("prod", Delayed("bare", "t"), NOW),
    *(
        Entry("prod", Delayed(str(number), topic, node, qos, at, at, left, left, node, node), NOW)
        for number, (topic, node, qos, at, left) in enumerate(
            product(["d/one", HOSTILE], [None, HOSTILE], [0, HUGE], [None, 0.0, 1e10], [None, 0.0, 600.0, 1e10])
        )
    ),
]
