"""Clients on EMQX 4 (API reference, 3A.2)."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from emqx_tui.api import decode, wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.permitted import encoded
from emqx_tui.api.v4_asking import V4Asking
from emqx_tui.api.v5_clients import CLIENTS, SCREENFUL, limit, numbers, subscribed, traffic, truth, word
from emqx_tui.domain.clients import PROTOCOLS, Client, ClientDetail, Subscribed, moment_of
from emqx_tui.domain.errors import BadRequest, BrokerError, NotFound, Unsupported
from emqx_tui.domain.listing import Page, Query
from emqx_tui.text import sanitize, shown


_NUMBERS = (
    *("port", "proto_ver", "keepalive", "expiry_interval", "subscriptions_cnt", "mqueue_len", "mqueue_dropped"),
    *("inflight", "awaiting_rel", "mailbox_len", "heap_size", "reductions", "recv_msg", "recv_msg.dropped"),
    *("recv_pkt", "recv_oct", "send_msg", "send_msg.dropped", "send_pkt", "send_oct"),
)
"""What numbers are called, in the order of `Client`."""

_PARAMETERS = {"state": "conn_state", "like_clientid": "_like_clientid", "like_username": "_like_username"}
_NAMELESS = "undefined"
_QUARTER = 900
"""Seconds: offsets of zones are multiples of it."""

_FARTHEST = 15 * 3600
_PATIENCE = 2.0
"""Seconds for which rows wait until it is known in which zone their times are."""

Zones = Mapping[str, int]
"""By how many seconds the local time of each node is ahead of UTC, now."""


def client(row: wire.Json, zones: Zones) -> Client | None:
    """An element of `/clients`; None when it has no id.

    Its times are local times of its node without a zone. They are right as long as the zone of that node is known
    and has been the same since; a time from before a change to or from summer time is an hour off. Where the zone
    is not known, `local_time` has the text and the times are None.
    """
    given = row.get("clientid")
    if not isinstance(given, str):
        return None
    told, name, get = sanitize(given), row.get("username"), row.get
    node = word(get("node"))
    zone = zones.get(node) if node is not None else None
    return Client(
        told,
        None if told == given else given,
        shown(name) if isinstance(name, str) and name not in {"", _NAMELESS} else None,
        node,
        truth(get("connected")),
        word(get("ip_address")),
        None,
        word(get("zone")),
        word(get("mountpoint")),
        word(get("proto_name")),
        truth(get("clean_start")),
        None,
        truth(get("is_bridge")),
        local_moment(get("connected_at"), zone),
        local_moment(get("created_at"), zone),
        local_moment(get("disconnected_at"), zone),
        wire.text(get("connected_at")) if zone is None else None,
        limit(get("max_subscriptions")),
        limit(get("max_mqueue")),
        limit(get("max_inflight")),
        limit(get("max_awaiting_rel")),
        *numbers(list(map(get, _NUMBERS))),
    )


def local_moment(value: object, zone: int | None) -> float | None:
    """Seconds since 1970 of a local time that is `zone` seconds ahead of UTC; None without a zone."""
    if zone is None or not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    at = read.replace(tzinfo=UTC).timestamp() - zone
    return at if 0 <= at <= wire.LATEST else None


class ClientsV4(V4Asking):
    """What EMQX 4 tells of clients."""

    _zones: Zones | None = None

    @guarded
    async def clients(self, query: Query, after: str | None, rows: int | None = None) -> Page[Client]:
        """`/clients`, `/nodes/{node}/clients`, or `/clients/{id}` where the id is all that is asked for."""
        if set(query) == {"clientid"}:
            zones, row = await asyncio.gather(self.local_times(), self._client_row(query["clientid"]))
            return Page([found] if row is not None and (found := client(row, zones)) is not None else [])
        params = self._parameters(query)
        node = params.pop("node", None)
        path = CLIENTS if node is None else f"/nodes/{encoded(str(node)).replace('%40', '@')}{CLIENTS}"
        asked = self._page(path, lambda row: row, after, params, rows=rows or SCREENFUL)
        try:
            zones, page = await asyncio.gather(self.local_times(), asked)
        except Unsupported as error:
            if node is None:
                raise
            # "Not found." is the answer to a node of which the broker has never heard.
            raise NotFound(error.detail, path=error.path, status=error.status) from None
        items = [found for row in page.items if (found := client(row, zones)) is not None]
        return Page(items, page.after, page.total)

    @guarded
    async def client(self, client_: Client) -> ClientDetail:
        """`/clients/{id}` and `/subscriptions/{id}`."""
        zones, row, topics = await asyncio.gather(
            self.local_times(), self._client_row(client_.id), self._subscribed(client_.id)
        )
        return ClientDetail(None) if row is None else ClientDetail(client(row, zones), traffic(row), topics)

    async def _subscribed(self, clientid: str) -> list[Subscribed] | None:
        path = f"/subscriptions/{encoded(clientid)}"
        try:
            told = wire.rows(await self._get(path), path)
        except BrokerError:
            return None
        return [one for row in told if (one := subscribed(row)) is not None]

    async def _client_row(self, clientid: str) -> wire.Json | None:
        path = f"{CLIENTS}/{encoded(clientid)}"
        found = wire.rows(await self._get(path), path)
        return found[0] if found else None

    async def local_times(self) -> Zones:
        """The zones of the nodes: their clocks in `/brokers` beside the `Date` of the answer, which is UTC.

        Asked once; without an answer, or without a date in it, none is known, and the next page asks again.
        """
        if self._zones is not None:
            return self._zones
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._client.get("/brokers")
            brokers = wire.rows(decode.v4(answer, "/brokers"), "/brokers")
        except (BrokerError, TimeoutError):
            return {}
        utc = wire.http_date(answer.headers.get("date"))
        zones: dict[str, int] = {}
        for row in brokers if utc is not None else []:
            name, local = wire.text(row.get("node")), local_moment(row.get("datetime"), 0)
            if name is None or local is None or utc is None:
                continue
            ahead = round((local - utc) / _QUARTER) * _QUARTER
            if abs(ahead) <= _FARTHEST:
                zones[name] = ahead
        self._zones = zones or None
        return zones

    def _parameters(self, query: Query) -> dict[str, str | int]:
        params: dict[str, str | int] = {}
        for name, value in query.items():
            if name == "proto":
                params["proto_ver"] = PROTOCOLS[value]
            elif name == "connected_since":
                now = time.time() + (self._client.clock_offset or 0.0)
                at = moment_of(value, now)
                if at is None:
                    raise BadRequest(f"connected_since={value}", path=CLIENTS)
                params["_gte_connected_at"] = max(0, int(at))
            else:
                params[_PARAMETERS.get(name, name)] = value
        return params
