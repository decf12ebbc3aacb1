"""Evacuations, rebalances and what else moves clients, at every step."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.system import Move
from samples import HOSTILE, HUGE, NOW


ROWS = [
    Entry("prod", Move("eviction"), NOW),
    *(
        Entry(
            "prod",
            Move(
                kind,
                f"{HOSTILE} {state} {now} {goal}",
                state,
                (HOSTILE, "emqx@10.0.0.1"),
                (HOSTILE, "emqx@10.0.0.2"),
                now,
                100,
                goal,
                now,
                None,
                goal,
                HUGE,
                0,
            ),
            NOW,
        )
        for kind, state, now, goal in product(
            ["evacuation", "rebalance", "purge", HOSTILE],
            ["evicting_conns", "waiting_takeover", "prohibiting", HOSTILE, ""],
            [None, 0, 40, HUGE],
            [None, 0, 100],
        )
    ),
]
