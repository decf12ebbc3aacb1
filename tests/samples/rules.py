"""Rules in every state, with and without figures."""

from itertools import product

from emqx_tui.domain.integration import Figures, Link, Rule
from emqx_tui.domain.listing import Entry
from samples import HOSTILE, HUGE, NOW


NAMES = ("matched", "passed", "failed", "failed.exception", "failed.no_result", "actions.success", "actions.failed")


def _figures(count: float, *, failing: bool = False) -> Figures:
    counts = {**dict.fromkeys(NAMES, count), "matched.rate": count / 10, "matched.rate.max": count}
    return Figures(counts, (("emqx@10.0.0.1", counts), (HOSTILE, {})), failing=failing)


_PART = Link("republish_1", "republish", "republish_1", rules=("rule:1",), connector="resource:1")

ROWS = [
    Entry("prod", Rule("bare"), NOW),
    *(
        Entry("prod", rule._replace(id=f"{rule.id} {enabled} {at}", enabled=enabled), NOW, figures)
        for (at, figures), rule, enabled in product(
            enumerate([None, _figures(0), _figures(HUGE, failing=True), _figures(4.2)]),
            [
                Rule("r1", "bridge", sql='SELECT * FROM "t/#"', topics=("t/#",), actions=("http:dead", "console"),
                     built_in=frozenset({"console"}), created_at=NOW - 60),
                Rule(HOSTILE, HOSTILE, sql=HOSTILE, topics=(HOSTILE,) * 30,
                     actions=tuple(f"{HOSTILE}{at}" for at in range(40)), description=HOSTILE, created_at=0.0),
                Rule("rule:1", parts=(_PART,), actions=("republish_1",), figures=_figures(7), created_at=1e10),
            ],
            [None, True, False],
        )
    ),
]  # fmt: skip
