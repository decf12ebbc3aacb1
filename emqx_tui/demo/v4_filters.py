"""What EMQX 4.4 finds clients and subscriptions by (EMQX API reference, 3A.2 and 3A.3; measured on 4.4.19)."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emqx_tui.demo.population import Accept, Client
from emqx_tui.demo.search import ClientFilter, SubscriptionFilter


_DEFAULT_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that was asked for."""

    page: int
    limit: int

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (max(1, self.page) - 1) * self.limit

    @property
    def wanted(self) -> range:
        """The numbers of the page's rows among all of them."""
        return range(self.offset, self.offset + self.limit)

    def meta(self, count: int, *, known: bool = True) -> dict[str, object]:
        """What stands beside the rows of a list that has no `hasnext`."""
        return {"page": self.page, "limit": self.limit, "count": count if known else -1}


def paging(parameters: Mapping[str, str]) -> Paging | None:
    """The page that the parameters ask for; None for what EMQX 4 answers with an internal error."""
    try:
        page, limit = int(parameters.get("_page", "1")), int(parameters.get("_limit", str(_DEFAULT_LIMIT)))
    except ValueError:
        return None
    return Paging(page, limit) if limit >= 0 else None


_NOBODY = "undefined"
"""What EMQX 4 writes for the user name of a client that has none."""


class FilterError(Exception):
    """A filter's value is none of the type that EMQX 4.4 wants there."""

    def __init__(self, value: str, wanted: str) -> None:
        super().__init__(f'Can\'t convert <<"{value}">> to {wanted} type')


def _integer(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise FilterError(value, "integer") from None


def _address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise FilterError(value, "ip") from None


def _truth(value: str) -> bool:
    if value not in {"true", "false"}:
        raise FilterError(value, "atom")
    return value == "true"


def _text(value: str) -> str:
    return value


_Read = Callable[[Client], object]
_EXACT: dict[str, tuple[Callable[[str], object], _Read]] = {
    "clientid": (_text, lambda client: client.clientid),
    "username": (_text, lambda client: client.username or _NOBODY),
    "zone": (_text, lambda _: "external"),
    "ip_address": (_address, lambda client: client.ip_address),
    "conn_state": (_text, lambda client: "connected" if client.connected else "disconnected"),
    "clean_start": (_truth, lambda client: client.expiry == 0),
    "proto_name": (_text, lambda client: "MQIsdp" if client.proto_ver == 3 else "MQTT"),
    "proto_ver": (_integer, lambda client: client.proto_ver),
}
_LIKE: dict[str, Callable[[Client], str]] = {
    "_like_clientid": lambda client: client.clientid,
    "_like_username": lambda client: client.username or _NOBODY,
}
_RANGE: dict[str, Callable[[Client], int]] = {
    "created_at": lambda client: int(client.connected_at),
    "connected_at": lambda client: int(client.connected_at),
    "mqueue_len": lambda client: client.queued,
    "mqueue_dropped": lambda client: client.dropped,
}


def client_filter(parameters: Mapping[str, str]) -> Accept | None:
    """Whether a client passes; None without any filter. Unknown names are ignored; raises FilterError."""
    tests: list[Accept] = []
    for name, value in parameters.items():
        if name in _EXACT:
            convert, read = _EXACT[name]
            tests.append(_equal(read, convert(value)))
        elif name in _LIKE:
            tests.append(_contains(_LIKE[name], value))
        elif name[:5] in {"_gte_", "_lte_"} and name[5:] in _RANGE:
            tests.append(_bounded(_RANGE[name[5:]], _integer(value), least=name.startswith("_gte_")))
    return (lambda client: all(test(client) for test in tests)) if tests else None


_NAMES = frozenset(
    {*_EXACT, *_LIKE, *(f"{bound}{name}" for bound in ("_gte_", "_lte_") for name in _RANGE)},
)
_SEARCHED = frozenset(
    {"username", "conn_state", "clean_start", "proto_ver", "ip_address", "_like_clientid", "_like_username"}
)
_STATES = {"connected": True, "disconnected": False}


def client_search(parameters: Mapping[str, str]) -> ClientFilter | None:
    """The filter as a search, which is remembered from page to page; None when it asks for what a search cannot."""
    asked = {name: value for name, value in parameters.items() if name in _NAMES}
    like = asked.get("_like_username")
    if not asked or not set(asked) <= _SEARCHED or (like is not None and like in _NOBODY):
        return None
    if asked.get("conn_state", "connected") not in _STATES:
        return None
    user = asked.get("username")
    return ClientFilter(
        usernames=None if user is None else frozenset({None if user == _NOBODY else user}),
        like_clientid=asked.get("_like_clientid"),
        like_username=like,
        ip_address=_address(asked["ip_address"]) if "ip_address" in asked else None,
        connected=_STATES.get(asked.get("conn_state", "")),
        clean_start=_truth(asked["clean_start"]) if "clean_start" in asked else None,
        proto_ver=_integer(asked["proto_ver"]) if "proto_ver" in asked else None,
    )


def _equal(read: _Read, value: object) -> Accept:
    return lambda client: read(client) == value


def _contains(read: Callable[[Client], str], value: str) -> Accept:
    return lambda client: value in read(client)


def _bounded(read: Callable[[Client], int], bound: int, *, least: bool) -> Accept:
    return lambda client: read(client) >= bound if least else read(client) <= bound


def subscription_filter(parameters: Mapping[str, str]) -> SubscriptionFilter:
    """What is asked of a subscription; raises FilterError."""
    qos = parameters.get("qos")
    return SubscriptionFilter(
        clientid=parameters.get("clientid"),
        topic=parameters.get("topic"),
        under=parameters.get("_match_topic"),
        group=parameters.get("share"),
        qos=None if qos is None else _integer(qos),
    )


def written(topic: str) -> str:
    """The topic of a subscription as EMQX 4.4 writes it: a queue is a group of that name."""
    return f"$share/{topic}" if topic.startswith("$queue/") else topic
