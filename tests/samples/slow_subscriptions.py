"""Slow subscriptions, slow and very slow."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.monitoring import SlowSubscription
from samples import HOSTILE, NOW


ROWS = [
    Entry("prod", SlowSubscription("bare", "t"), NOW),
    *(
        Entry("prod", SlowSubscription(client, f"{topic} {seconds} {at}", node, seconds, at), NOW)
        for (client, topic, node), seconds, at in product(
            [("pump-1", "plant/1", "emqx@10.0.0.1"), (HOSTILE, HOSTILE, HOSTILE)],
            [None, 0.0, 0.504, 14.885, 3700.0, 1e10],
            [None, 0.0, NOW - 60, NOW + 5],
        )
    ),
]
