"""Alarms that are over, with and without what a broker says of them."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.models import Alarm
from samples import HOSTILE, NOW


ROWS = [
    Entry("prod", Alarm("bare"), NOW),
    *(
        Entry("prod", Alarm(name, node, text, begun, ((text or "k", text),), over), NOW)
        for (name, node, text), begun, over in product(
            [
                ("high_cpu_usage", "emqx@10.0.0.1", "81% cpu usage"),
                (HOSTILE, HOSTILE, HOSTILE),
                ("connector:http:x", None, ""),
            ],
            [None, 0.0, NOW - 600],
            [None, 0.0, NOW - 60, NOW + 5, 1e10],
        )
    ),
]
