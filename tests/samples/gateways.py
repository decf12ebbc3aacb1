"""Gateways in every state, with listeners that run and that do not."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.system import Gateway, GatewayListener, GatewayOnNode
from samples import HOSTILE, HUGE, NOW


ROWS = [
    Entry("prod", Gateway("bare"), NOW),
    Entry("prod", Gateway("lwm2m", "unloaded"), NOW),
    *(
        Entry(
            "prod",
            Gateway(
                f"{first} {second} {used} {limit} {listens}",
                first,
                used,
                limit,
                limit is None,
                0.0 if used is None else NOW - 9000,
                NOW if first == "stopped" else None,
                (GatewayListener(f"{HOSTILE}:tcp:default", HOSTILE, listens),),
                (GatewayOnNode("emqx@10.0.0.1", first, used, limit), GatewayOnNode(HOSTILE, second, unlimited=True)),
            ),
            NOW,
        )
        for first, second, used, limit, listens in product(
            ["running", "stopped", HOSTILE, ""],
            ["running", "unloaded"],
            [None, 0, 9],
            [None, 0, 10],
            [True, False, None],
        )
    ),
    Entry("prod", Gateway("huge", "running", HUGE, HUGE, started_at=0.0), NOW),
]
