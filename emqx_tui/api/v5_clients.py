"""Clients on EMQX 5 and 6 (API reference, 3B.3).

`/clients_v2` goes on from a cursor, where `/clients` looks through everything before a page anew. It is there from
5.7 on and undocumented, so it is tried once. `fields` (5.7) has the broker send what is read here and no more; a
version that does not know one of the names refuses it, and is then asked for everything.
"""

import asyncio
import time
from functools import lru_cache
from types import NoneType
from typing import Any, ClassVar, NamedTuple

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.permitted import encoded
from emqx_tui.api.v5_asking import V5Asking
from emqx_tui.domain.clients import PROTOCOLS, Client, ClientDetail, Subscribed, moment_of
from emqx_tui.domain.errors import BadRequest, BrokerError, NotFound, Unsupported
from emqx_tui.domain.listing import Page, Query
from emqx_tui.text import sanitize, shown


CLIENTS = "/clients"
CURSORS = "/clients_v2"

SCREENFUL = 500
"""Rows of a page unless told otherwise: half a megabyte, which is read without a key having to wait."""

_CURSOR = "@"
"""Before a cursor in `Page.after`; without it that is the number of a page."""

_NUMBERS = (
    *("port", "proto_ver", "keepalive", "expiry_interval", "subscriptions_cnt", "mqueue_len", "mqueue_dropped"),
    *("inflight_cnt", "awaiting_rel_cnt", "mailbox_len", "heap_size", "reductions", "recv_msg", "recv_msg.dropped"),
    *("recv_pkt", "recv_oct", "send_msg", "send_msg.dropped", "send_pkt", "send_oct"),
)
"""What numbers are called, in the order of `Client`."""

_FIELDS = ",".join(
    (
        *("clientid", "username", "node", "connected", "ip_address", "listener", "mountpoint", "proto_name"),
        *("clean_start", "durable", "is_bridge", "connected_at", "created_at", "disconnected_at"),
        *("subscriptions_max", "mqueue_max", "inflight_max", "awaiting_rel_max"),
        *_NUMBERS,
    )
)
_PLAIN = frozenset({int})
_SPARSE = frozenset({int, NoneType})


class _Way(NamedTuple):
    """How pages are asked for."""

    cursor: bool
    fields: bool


_WAYS = tuple(_Way(cursor=cursor, fields=fields) for cursor in (True, False) for fields in (True, False))
"""All there are, the best first."""


@lru_cache(maxsize=4096)
def _known(value: str) -> str | None:
    return wire.text(value)


def word(value: object) -> str | None:
    """A text that many rows share: nodes, listeners, addresses."""
    return _known(value) if type(value) is str else wire.text(value)


def numbers(values: list[Any]) -> list[int | None]:
    """Whole numbers, at once where all of them are, as they nearly always are: this is done a million times."""
    types = set(map(type, values))
    if types == _PLAIN and min(values) >= 0 and max(values) <= wire.LARGEST_COUNT:
        return values
    if types <= _SPARSE:
        return [value if value is None or 0 <= value <= wire.LARGEST_COUNT else None for value in values]
    return [wire.count(value) for value in values]


def limit(value: object) -> int | None:
    """A limit; None for "infinity" and 0, which both mean that there is none."""
    return value if type(value) is int and 0 < value <= wire.LARGEST_COUNT else (wire.count(value) or None)


def truth(value: object) -> bool | None:
    """True, False, or None for anything else."""
    return value if isinstance(value, bool) else None


def client(row: wire.Json) -> Client | None:
    """An element of `/clients`; None when it has no id. An offline durable session has little more than that."""
    given = row.get("clientid")
    if not isinstance(given, str):
        return None
    told, name, get = sanitize(given), row.get("username"), row.get
    return Client(
        told,
        None if told == given else given,
        shown(name) if isinstance(name, str) and name else None,
        word(get("node")),
        truth(get("connected")),
        word(get("ip_address")),
        word(get("listener")),
        word(get("zone")),
        word(get("mountpoint")),
        word(get("proto_name")),
        truth(get("clean_start")),
        truth(get("durable")),
        truth(get("is_bridge")),
        wire.moment(get("connected_at")),
        wire.moment(get("created_at")),
        wire.moment(get("disconnected_at")),
        None,
        limit(get("subscriptions_max")),
        limit(get("mqueue_max")),
        limit(get("inflight_max")),
        limit(get("awaiting_rel_max")),
        *numbers(list(map(get, _NUMBERS))),
    )


def subscribed(row: wire.Json) -> Subscribed | None:
    """An element of a client's subscriptions; None without a topic."""
    topic = wire.text(row.get("topic"))
    if topic is None:
        return None

    def flag(name: str) -> bool | None:
        found = wire.count(row.get(name))
        return None if found is None else found > 0

    return Subscribed(topic, wire.count(row.get("qos")), flag("nl"), flag("rap"), wire.count(row.get("rh")))


def traffic(row: wire.Json) -> dict[str, int]:
    """The counters of a client's traffic by their own names."""
    return wire.counters({name: value for name, value in row.items() if name.startswith(("recv_", "send_"))})


class ClientsV5(V5Asking):
    """What EMQX 5 tells of clients."""

    both_styles: ClassVar[bool] = False
    """Parameters are sent as EMQX 4 names them, too."""

    _ways: tuple[_Way, ...] = _WAYS

    @guarded
    async def clients(self, query: Query, after: str | None, rows: int | None = None) -> Page[Client]:
        """`/clients_v2` or `/clients`; `/clients/{id}` where the id is all that is asked for, which is not a scan."""
        if set(query) == {"clientid"}:
            row = await self._client_row(query["clientid"])
            return Page([found] if row is not None and (found := client(row)) is not None else [])
        wanted, size = self._parameters(query), rows or SCREENFUL
        if after is not None:
            way = _Way(after.startswith(_CURSOR), self._ways[0].fields)
            return await self._clients_page(way, wanted, after, size)
        refused: BrokerError | None = None
        ways = self._ways
        if "node" in query:
            # By cursor there is no such filter: unknown to it, it would give the clients of all nodes.
            ways = tuple(dict.fromkeys(way._replace(cursor=False) for way in ways))
        for way in ways:
            if isinstance(refused, Unsupported | NotFound) and way.cursor:
                continue
            try:
                page = await self._first_page(way, wanted, size)
            except (Unsupported, NotFound, BadRequest) as error:
                refused = error
            else:
                # Of one node nothing was learned but which fields there are.
                same = tuple(one for one in self._ways if one.fields is way.fields)
                self._ways = same if "node" in query else (way,)
                return page
        raise refused or Unsupported(path=CLIENTS)

    @guarded
    async def client(self, client_: Client) -> ClientDetail:
        """`/clients/{id}` and `/clients/{id}/subscriptions`."""
        row, topics = await asyncio.gather(self._client_row(client_.id), self._subscribed(client_.id))
        return ClientDetail(None) if row is None else ClientDetail(client(row), traffic(row), topics)

    async def _subscribed(self, clientid: str) -> list[Subscribed] | None:
        path = f"{CLIENTS}/{encoded(clientid)}/subscriptions"
        try:
            told = wire.rows(await self._get(path), path)
        except BrokerError:
            return None
        return [one for row in told if (one := subscribed(row)) is not None]

    async def _client_row(self, clientid: str) -> wire.Json | None:
        try:
            path = f"{CLIENTS}/{encoded(clientid)}"
            return wire.mapping(await self._get(path), path)
        except NotFound:
            return None

    async def _first_page(self, way: _Way, wanted: dict[str, str | int], size: int) -> Page[Client]:
        if not way.cursor or wanted:
            return await self._clients_page(way, wanted, None, size)
        # A page by cursor does not tell how many there are in all.
        page, total = await asyncio.gather(self._clients_page(way, wanted, None, size), self._clients_total())
        return page._replace(total=total)

    async def _clients_total(self) -> int | None:
        try:
            body = wire.mapping(await self._get(CLIENTS, {"limit": 1}), CLIENTS)
        except BrokerError:
            return None
        told = body.get("meta")
        return wire.count(told.get("count")) if isinstance(told, dict) else None

    async def _clients_page(
        self, way: _Way, wanted: dict[str, str | int], after: str | None, size: int
    ) -> Page[Client]:
        params = {**wanted, "fields": _FIELDS} if way.fields else wanted
        if not way.cursor:
            if self.both_styles:
                params = {**params, "_page": after or 1, "_limit": size}
            return await self._page(CLIENTS, client, after, params, rows=size)
        if after is not None:
            params = {**params, "cursor": after.removeprefix(_CURSOR)}
        body = wire.mapping(await self._get(CURSORS, {**params, "limit": size}), CURSORS)
        # A page takes as long to be read as to be decoded: between the two keys have their turn.
        await asyncio.sleep(0)
        found = wire.rows(body.get("data"), CURSORS)
        told = body.get("meta")
        cursor = told.get("cursor") if isinstance(told, dict) else None
        goes_on = isinstance(cursor, str) and cursor != "" and bool(found)
        items = [item for row in found if (item := client(row)) is not None]
        return Page(items, f"{_CURSOR}{cursor}" if goes_on else None)

    def _parameters(self, query: Query) -> dict[str, str | int]:
        params: dict[str, str | int] = {}
        for name, value in query.items():
            if name == "state":
                params["conn_state"] = value
            elif name == "proto":
                params["proto_ver"] = PROTOCOLS[value]
            elif name == "connected_since":
                now = time.time() + (self._client.clock_offset or 0.0)
                at = moment_of(value, now)
                if at is None:
                    raise BadRequest(f"connected_since={value}", path=CLIENTS)
                params["gte_connected_at"] = max(0, int(at * 1000))
            else:
                params[name] = value
                if self.both_styles and name.startswith("like_"):
                    params[f"_{name}"] = value
        return params
