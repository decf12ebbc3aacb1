"""Actions, sources and connectors in every state."""

from itertools import product

from emqx_tui.domain.integration import Figures, Link, NodeStatus
from emqx_tui.domain.listing import Entry
from samples import HOSTILE, HUGE, NOW


COUNTERS = ("matched", "received", "success", "failed", "dropped", "dropped.expired", "queuing", "queuing_bytes")
STATES = ("", "connected", "disconnected", "connecting", "inconsistent", "stopped", HOSTILE)


def _figures(count: float, *, growing: bool = False, failing: bool = False) -> Figures:
    counts = {**dict.fromkeys(COUNTERS, count), "rate": count / 10}
    nodes = tuple((f"emqx@10.0.0.{at}", counts) for at in range(6 if growing else 2))
    return Figures(counts, (*nodes, (HOSTILE, {})), growing, failing)


_FIGURES = [None, _figures(0), _figures(HUGE, growing=True), _figures(4.2, failing=True)]


def _link(kind: str, state: str, at: int) -> Link:
    words = HOSTILE if state == HOSTILE else "Connection refused"
    nodes = tuple(NodeStatus(f"emqx@10.0.0.{node}", state, words) for node in range(at))
    if at == 2:
        nodes = (*nodes, NodeStatus("emqx@10.0.0.9", "connected"))
    return Link(
        f"{kind}:{words} {state} {at}",
        kind,
        f"{words} {state} {at}",
        enabled=[None, True, False][at % 3],
        status=state,
        reason=words if state != "connected" else "",
        nodes=nodes,
        rules=("r1", words),
        connector=words,
        actions=(words,) * at,
        address="10.0.0.7:1883",
        description=words,
        created_at=[None, 0.0, NOW - 60, 1e10][at % 4],
    )


ROWS = [
    Entry("prod", Link("bare"), NOW),
    *(
        Entry("prod", _link("http", state, at), NOW, _FIGURES[at % len(_FIGURES)])
        for state, at in product(STATES, range(12))
    ),
]
