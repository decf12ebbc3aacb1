"""Authenticators and authorization sources in every state."""

from collections.abc import Sequence
from itertools import product

from emqx_tui.domain.access import Check, CheckOnNode, Standing
from emqx_tui.domain.listing import Entry
from samples import HOSTILE, HUGE, NOW


STATES = ("connected", "connecting", "disconnected", "inconsistent", "stopped", "enabled", HOSTILE, "")


def _standing(status: str, number: int, names: Sequence[str]) -> Standing:
    counts = dict.fromkeys((*names, "total", "rate", "rate_last5m", "rate_max"), number)
    nodes = (
        CheckOnNode("emqx@10.0.0.1", "connected", "", counts),
        CheckOnNode(HOSTILE, status, HOSTILE if status != "connected" else "", {}),
    )
    return Standing(status, nodes, counts, dict.fromkeys(("matched", "failed", "late_reply"), number))


def rows(*names: str) -> list[Entry[Check]]:
    """With these counts."""
    return [
        Entry("prod", Check("bare"), NOW),
        Entry("prod", Check("empty", 1, enabled=True, standing=Standing()), NOW),
        *(
            Entry(
                "prod",
                Check(
                    f"{status} {enabled} {number}", number % 9 + 1, mechanism, HOSTILE if number else "http", enabled
                ),
                NOW,
                _standing(status, number, names),
            )
            for status, enabled, (number, mechanism) in product(
                STATES, [True, False, None], [(0, "jwt"), (7, HOSTILE), (HUGE, "")]
            )
        ),
        Entry("prod", Check("emqx_auth_http", None, "plugin", "http", True, _standing("inconsistent", 0, ())), NOW),
    ]
