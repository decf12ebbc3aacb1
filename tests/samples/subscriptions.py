"""Subscriptions: alone and shared, with and without options."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.messages import Subscription
from samples import HOSTILE, HUGE, NOW


ROWS = [
    Entry("prod", Subscription("bare", "t"), NOW),
    *(
        Entry("prod", Subscription(f"c{flag}{handling}", topic, qos, node, flag, flag, handling, flag), NOW)
        for topic, (qos, node), flag, handling in product(
            ["a/+/c", "$share/g1/a/#", "$queue/q/#", "$share/$queue/q/#", "$exclusive/e", "$share/", HOSTILE],
            [(0, None), (2, "emqx@10.0.0.1"), (HUGE, HOSTILE)],
            [True, False, None],
            [0, 2, 9, None],
        )
    ),
]
