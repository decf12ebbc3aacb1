"""Topics with and without figures."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.monitoring import TopicMetrics
from samples import HOSTILE, HUGE, NOW


NAMES = [
    *(f"messages.{name}" for name in ("in", "out", "dropped")),
    *(f"messages.qos{qos}.{way}" for qos in range(3) for way in ("in", "out")),
]

ROWS = [
    Entry("prod", TopicMetrics("bare"), NOW),
    *(
        Entry(
            "prod",
            TopicMetrics(
                f"{topic} {number} {since}",
                since,
                since,
                dict.fromkeys(NAMES, number),
                dict.fromkeys(NAMES, float(number)),
            ),
            NOW,
        )
        for topic, number, since in product(["t/1/temp", HOSTILE], [0, 7, HUGE], [None, 0.0, NOW - 90, NOW + 5])
    ),
]
