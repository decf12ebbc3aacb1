"""Licences: over, ending, filling, and those of which little is said."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.system import License
from samples import HOSTILE, HUGE, NOW


DAY = 86400.0
ROWS = [
    Entry("prod", License(), NOW),
    *(
        Entry(
            "prod",
            License(f"{HOSTILE} {ends} {used} {limit}", HOSTILE, HOSTILE, HOSTILE, used, limit, limit, 0.0, ends),
            NOW,
        )
        for ends, used, limit in product(
            [None, 0.0, NOW - DAY, NOW + DAY / 2, NOW + 20 * DAY, NOW + 400 * DAY, 1e10],
            [None, 0, 85, 100],
            [None, 0, 100],
        )
    ),
    Entry("prod", License("huge", "", "", "", HUGE, HUGE, HUGE, 1e10, 1e10), NOW),
    Entry("prod", License("said", expired=True, ends_at=NOW + 99 * DAY), NOW),
]
