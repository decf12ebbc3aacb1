"""Counters on several nodes, with and without a rate and a mark."""

from itertools import product

from emqx_tui.domain.counting import Count, CounterRow
from emqx_tui.domain.freshness import Freshness
from samples import HOSTILE, HUGE


def _rows() -> list[CounterRow]:
    rows = [CounterRow("prod", "bare", (Count("n", 0),))]
    names = [
        "messages.received",
        "delivery.dropped.queue_full",
        "messages.retained",
        HOSTILE,
        "messages.dropped.no_subscribers",
    ]
    figures = [(0, None, None), (7, 0.0, 0), (9, 4.2, 5), (HUGE, 1e18, HUGE)]
    for name, (value, rate, since), fresh, again in product(names, figures, Freshness, [False, True]):
        nodes = tuple(Count(node, value, rate, since, again) for node in ("emqx@10.0.0.1", HOSTILE, ""))
        shown = f"{name}.{value}.{fresh}.{again}"
        rows.append(CounterRow("prod", shown, nodes, name == "messages.retained", fresh, again))
    return rows


ROWS = _rows()
