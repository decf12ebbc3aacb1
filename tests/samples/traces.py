"""Log traces that run, wait and are over, small and huge."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.system import Trace
from samples import HOSTILE, HUGE, NOW


ROWS = [
    Entry("prod", Trace("bare"), NOW),
    *(
        Entry(
            "prod",
            Trace(
                f"{HOSTILE} {status} {size} {starts}",
                kind,
                HOSTILE,
                status,
                starts,
                None if starts is None else starts + 600,
                {} if size is None else {"emqx@10.0.0.1": size, HOSTILE: 0},
                HOSTILE,
                HOSTILE,
            ),
            NOW,
        )
        for (status, kind), size, starts in product(
            [
                ("running", "clientid"),
                ("waiting", "topic"),
                ("stopped", "ip_address"),
                (HOSTILE, HOSTILE),
                ("", "ruleid"),
            ],
            [None, 0, 4096, HUGE],
            [None, 0.0, NOW - 60, NOW + 3600],
        )
    ),
]
