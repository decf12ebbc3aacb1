"""Bans with and without an end."""

from itertools import product

from emqx_tui.domain.access import Ban
from emqx_tui.domain.listing import Entry
from samples import HOSTILE, NOW


ROWS = [
    Entry("prod", Ban("?", "bare"), NOW),
    *(
        Entry("prod", Ban(kind, f"{who} {at} {until}", by, by, at, until, forever=until is None), NOW)
        for (kind, who, by), at, until in product(
            [("clientid", "rogue", None), ("peerhost", HOSTILE, HOSTILE), ("username", "u", "flapping detector")],
            [None, 0.0, NOW - 60],
            [None, 0.0, NOW + 300, 1e10],
        )
    ),
]
