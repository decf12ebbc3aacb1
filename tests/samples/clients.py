"""Clients: bare, hostile, huge, with nothing waiting, and usual ones with figures or without."""

from itertools import product
from typing import Any

from emqx_tui.domain.clients import Client
from emqx_tui.domain.listing import Entry
from samples import HOSTILE, HUGE, NOW


_TEXTS: dict[str, Any] = dict.fromkeys(
    ("username", "node", "address", "listener", "zone", "mountpoint", "protocol_name", "local_time"), HOSTILE
)
_TIMES = ("connected_at", "created_at", "disconnected_at")
NUMBERS = Client._fields[Client._fields.index("subscriptions_max") :]


def client(clientid: str, number: int, **fields: Any) -> Client:  # noqa: ANN401  any of its fields
    """A client whose every figure is this, apart from what is given."""
    figures: dict[str, Any] = dict.fromkeys(NUMBERS, number)
    return Client(clientid, **{**figures, **fields})


def _clients() -> list[Client]:
    rows = [Client("bare"), Client("words", exact="\x1b[2J", connected=True, **_TEXTS)]
    for number, at, connected in product([0, 1, 81, HUGE], [None, 0.0, NOW - 60, 1e10], [None, True, False]):
        name = f"{HOSTILE if number == 81 else ''} {number} {at} {connected}"
        # The limit of 100 is what fills up.
        limits = {"queue_max": 100, "inflight_max": 100}
        rows.append(client(name, number, connected=connected, **dict.fromkeys(_TIMES, at), **limits))
    return rows


ROWS = [Entry("prod", one, NOW) for one in _clients()]
