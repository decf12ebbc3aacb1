"""Topics with a node, a durable session or named subscribers, and bare levels."""

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.messages import Topic
from samples import HOSTILE, HUGE, NOW


ROWS = [
    Entry("prod", one, NOW)
    for one in (
        Topic("bare"),
        Topic("t/#", "emqx@10.0.0.1"),
        Topic("t/#", "emqx@10.0.0.2", listed=3),
        Topic("t/#", None, "session-1"),
        Topic("$share/g1/t/#", "emqx@10.0.0.1"),
        Topic("$queue/q", "emqx@10.0.0.1", listed=HUGE),
        Topic(HOSTILE, HOSTILE),
        Topic("c", clients=("c1",), level=3),
        Topic("c", clients=("c2",), level=3),
        Topic("c", clients=("c2",), level=4),
        Topic("site/1", clients=tuple(f"{HOSTILE}{number}" for number in range(120))),
        Topic("site/2", clients=()),
    )
]
