"""Clients on NanoMQ (its behaviour: fields, query strings).

It gives the whole list at once and filters only by exact values, of which it decodes nothing, and refuses every
parameter that it does not know; before 0.24.14 it ignores them all. So what it is asked for only lessens the answer,
and everything is filtered here.
"""

import re
from collections.abc import Callable
from typing import Any

from emqx_tui.api import decode, wire
from emqx_tui.api.base import HttpBroker
from emqx_tui.api.guard import guarded
from emqx_tui.api.v5_clients import CLIENTS, subscribed, truth, word
from emqx_tui.domain.clients import PROTOCOLS, Client, ClientDetail
from emqx_tui.domain.errors import BrokerError
from emqx_tui.domain.listing import Page, Query
from emqx_tui.text import sanitize


_AS_IT_IS = re.compile(r"[A-Za-z0-9._~-]+")
"""What no HTTP client encodes, and so arrives as it is."""

_SUBSCRIPTIONS = "/subscriptions"


def client(row: wire.Json) -> Client | None:
    """An element of `/clients`; None when it has no id. It tells neither addresses nor figures.

    `clean_start` says true of every client that is away, whatever it connected with.
    """
    given = row.get("client_id")
    if not isinstance(given, str):
        return None
    shown, name, state = sanitize(given), row.get("username"), row.get("conn_state")
    connected = None if not isinstance(state, str) else state == "connected"
    return Client(
        clientid=shown,
        exact=None if shown == given else given,
        username=sanitize(name) if isinstance(name, str) and name else None,
        connected=connected,
        protocol_name=word(row.get("proto_name")),
        clean_start=truth(row.get("clean_start")) if connected else None,
        protocol=wire.count(row.get("proto_ver")),
        keepalive=wire.count(row.get("keepalive")),
    )


_TESTS: dict[str, Callable[[Client, str], bool]] = {
    "clientid": lambda one, value: value in {one.id, one.clientid},
    "like_clientid": lambda one, value: value in one.id,
    "username": lambda one, value: one.username == value,
    "like_username": lambda one, value: value in (one.username or ""),
    "state": lambda one, value: one.connected is (value == "connected"),
    "proto": lambda one, value: one.protocol == PROTOCOLS[value],
}

_PARAMETERS: dict[str, tuple[str, Callable[[str], str]]] = {
    "clientid": ("clientid", str),
    "username": ("username", str),
    "state": ("conn_state", str),
    "proto": ("proto_ver", lambda value: str(PROTOCOLS[value])),
}


class ClientsNanoMq(HttpBroker):
    """What NanoMQ tells of clients."""

    async def _asked(self, path: str, params: dict[str, str | int] | None = None) -> Any:  # noqa: ANN401  JSON
        return decode.v4(await self._client.get(path, params), path)

    @guarded
    async def clients(self, query: Query, after: str | None, rows: int | None = None) -> Page[Client]:  # noqa: ARG002
        """`/clients`: all of them at once."""
        params: dict[str, str | int] = {}
        for name, value in query.items():
            parameter, written = _PARAMETERS.get(name, ("", str))
            if parameter and _AS_IT_IS.fullmatch(written(value)):
                params[parameter] = written(value)
        found = [one for row in wire.rows(await self._asked(CLIENTS, params), CLIENTS) if (one := client(row))]
        kept = [one for one in found if all(_TESTS[name](one, value) for name, value in query.items())]
        return Page(kept, None, len(kept))

    @guarded
    async def client(self, client_: Client) -> ClientDetail:
        """Its row of `/clients` and its subscriptions, by path where its id can stand in one."""
        page = await self.clients({"clientid": client_.id}, None)
        if not page.items:
            return ClientDetail(None)
        name = client_.id
        try:
            path = f"{_SUBSCRIPTIONS}/{name}" if _AS_IT_IS.fullmatch(name) else _SUBSCRIPTIONS
            told = wire.rows(await self._asked(path), _SUBSCRIPTIONS)
        except BrokerError:
            return ClientDetail(page.items[0])
        own = [row for row in told if row.get("clientid") == name]
        return ClientDetail(page.items[0], {}, [one for row in own if (one := subscribed(row)) is not None])
