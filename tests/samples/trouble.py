"""Clients in trouble: of every kind of trouble alone and together, hostile and huge."""

from itertools import combinations
from typing import Any

from emqx_tui.domain.clients import Client
from emqx_tui.domain.listing import Entry
from emqx_tui.domain.trouble import Matter, Trouble, trouble
from samples import HOSTILE, HUGE, NOW
from samples.clients import client


_FIGURES: dict[Matter, dict[str, Any]] = {
    Matter.QUEUE: {"queue": 900, "queue_max": 1000},
    Matter.DROPPED: {"queue_dropped": 4797},
    Matter.INFLIGHT: {"inflight": 32, "inflight_max": 32},
    Matter.MAILBOX: {"mailbox": 4000},
}


def _troubled() -> list[Trouble]:
    several = [each for count in range(1, 5) for each in combinations(_FIGURES, count)]
    clients = [
        Client(f"{HOSTILE if len(each) == 2 else ''} {' '.join(each)}", node=HOSTILE, connected=len(each) > 2)._replace(
            **{name: value for one in each for name, value in _FIGURES[one].items()}
        )
        for each in several
    ]
    clients += [client("huge", HUGE), Client("endless", queue=HUGE)]
    return [found for one in clients if (found := trouble(one)) is not None]


ROWS = [Entry("prod", Trouble(Client("bare"), 0.0, ()), NOW), *(Entry("prod", one, NOW) for one in _troubled())]
