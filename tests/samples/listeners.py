"""Listeners in every state."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.monitoring import Listener, ListenerNode
from samples import HOSTILE, HUGE, NOW


def _node(at: int, running: bool | None, number: int | None) -> ListenerNode:
    return ListenerNode(
        HOSTILE if at else "emqx@10.0.0.1",
        running,
        HOSTILE if at else "0.0.0.0:1883",
        number,
        number,
        unlimited=number is None and at == 1,
        shutdowns={"normal": 3, HOSTILE: HUGE, "kicked": 0} if running else {},
        error=HOSTILE if running is None else "",
    )


ROWS = [
    Entry("prod", Listener("bare", "tcp"), NOW),
    *(
        Entry(
            "prod",
            Listener(
                f"{HOSTILE if number else 'tcp:default'} {first} {second} {enabled} {number}",
                HOSTILE if number else "ssl",
                None if number is None else HOSTILE,
                enabled,
                number,
                (_node(0, first, number), _node(1, second, number)),
            ),
            NOW,
        )
        for first, second, enabled, number in product(
            [True, False, None], [True, False, None], [True, False, None], [None, 0, 5, HUGE]
        )
    ),
]
