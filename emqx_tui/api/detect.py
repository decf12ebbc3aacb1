"""What answers at an address: the first question of the usual poll, read for what it says of the one who answers.

In the usual case this costs no request of its own: the answer to `/nodes` is handed on to the adapter, whose first
question it is (API reference, 1.6).
"""

import asyncio
import logging
from collections.abc import Mapping

from emqx_tui.api import decode
from emqx_tui.api.address import repair
from emqx_tui.api.base import HttpBroker
from emqx_tui.api.http import Answer, Client
from emqx_tui.api.nanomq import NanoMqBroker
from emqx_tui.api.v4 import V4Broker
from emqx_tui.api.v5 import ServerlessBroker, V5Broker
from emqx_tui.domain.broker import Broker, Endpoint, Remembered
from emqx_tui.domain.errors import BadAnswer, BrokerError, Step, Unauthorized, Unreachable, Unsupported
from emqx_tui.domain.models import Kind


PATIENCE = 2.0
"""Seconds after which the first question is taken to wait for a hung peer."""

NODES = "/nodes"
CLIENTS = "/clients"

log = logging.getLogger(__name__)

ADAPTERS: Mapping[Kind, type[HttpBroker]] = {
    Kind.EMQX4: V4Broker,
    Kind.EMQX5: V5Broker,
    Kind.SERVERLESS: ServerlessBroker,
    Kind.NANOMQ: NanoMqBroker,
}

_LOCAL: Mapping[Kind, tuple[str, Mapping[str, str | int]]] = {
    Kind.EMQX4: ("/routes", {"_limit": 50}),
    Kind.EMQX5: ("/cluster", {}),
}

_SET_BY_USER = {"v4": Kind.EMQX4, "v5": Kind.EMQX5, "nanomq": Kind.NANOMQ}
_SUBSETS = {Kind.SERVERLESS: Kind.EMQX5}


async def connect(endpoint: Endpoint, remembered: Remembered | None = None) -> Broker:
    """The adapter for what answers at the endpoint.

    Args:
        endpoint: Where and how to ask.
        remembered: What was found there before, passed over where the user says otherwise. It is taken at its
            word, without a request: if something else answers there now, the first answer shows it, and the caller
            comes back without it.

    Raises:
        BrokerError: Nothing usable answers, with the reason of the most telling attempt.
    """
    address = repair(endpoint.url)
    if remembered is not None and remembered.base in address.bases and _fits(remembered.kind, endpoint):
        return ADAPTERS[remembered.kind](Client(remembered.base, endpoint, address))
    reasons: list[BrokerError] = []
    for base in address.bases:
        client = Client(base, endpoint, address)
        try:
            found = await _try(client, endpoint)
        except BrokerError as error:
            await client.aclose()
            reasons.append(error)
            if isinstance(error, Unauthorized):
                raise
            continue
        except BaseException:
            await client.aclose()
            raise
        log.info("%s answers at %s", found.kind, base)
        return found
    raise _most_telling(reasons)


def _fits(kind: Kind, endpoint: Endpoint) -> bool:
    """The kind is what the user has said that it is, or the user has said nothing."""
    wanted = _SET_BY_USER.get(endpoint.api)
    return wanted is None or _SUBSETS.get(kind, kind) is wanted


async def _try(client: Client, endpoint: Endpoint) -> HttpBroker:
    guess = _by_suffix(client.base, endpoint)
    asked = asyncio.ensure_future(client.get(NODES))
    try:
        if guess is not None and await _hangs(client, asked, guess):
            return ADAPTERS[guess](client)
        answer = await asked
    except Unreachable as error:
        if not error.hung or guess is None:
            raise
        client.prime(NODES, error)
        return ADAPTERS[guess](client)
    finally:
        asked.cancel()
    kind = _kind(answer, endpoint)
    if kind is None:
        kind = await _without_nodes(client, answer, endpoint)
    if kind is not Kind.SERVERLESS:
        client.prime(NODES, answer)
    return ADAPTERS[kind](client)


async def _hangs(client: Client, asked: "asyncio.Future[Answer]", guess: Kind) -> bool:
    """The first question waits for a hung peer, but the broker is what its address says.

    A question that the broker answers by itself shows it; the adapter then asks the nodes one by one.
    """
    await asyncio.wait({asked}, timeout=PATIENCE)
    if asked.done() or guess not in _LOCAL:
        return False
    path, params = _LOCAL[guess]
    try:
        return (await client.get(path, params)).status == 200 and not asked.done()
    except BrokerError:
        return False


def _by_suffix(base: str, endpoint: Endpoint) -> Kind | None:
    if endpoint.api in _SET_BY_USER:
        return _SET_BY_USER[endpoint.api]
    return Kind.EMQX5 if base.endswith("/api/v5") else Kind.EMQX4 if base.endswith("/api/v4") else None


def _kind(answer: Answer, endpoint: Endpoint) -> Kind | None:
    """What the answer to `/nodes` shows; None when it takes another question.

    Raises:
        Unauthorized: The credentials were refused.
    """
    if answer.status == 401:
        decode.v4(answer, NODES)
    body = decode.body_json(answer)
    if endpoint.api in _SET_BY_USER and answer.status not in {404, 405}:
        return _SET_BY_USER[endpoint.api]
    if isinstance(body, list):
        return Kind.EMQX5
    if isinstance(body, dict) and isinstance(body.get("code"), int) and "data" in body:
        return Kind.NANOMQ if _nameless(body["data"]) else Kind.EMQX4
    if answer.status == 403 or (isinstance(body, dict) and isinstance(body.get("code"), str) and answer.status >= 500):
        return Kind.EMQX5
    if answer.status in {204, 500} and not isinstance(body, dict | list) and "html" not in _content_type(answer):
        return Kind.EMQX4
    return None


def _nameless(data: object) -> bool:
    return isinstance(data, list) and bool(data) and all(isinstance(row, dict) and "node" not in row for row in data)


def _content_type(answer: Answer) -> str:
    return answer.headers.get("content-type", "").lower()


async def _without_nodes(client: Client, answer: Answer, endpoint: Endpoint) -> Kind:
    """A service that does not offer `/nodes`: older EMQX Cloud has `/brokers`, Serverless has `/clients`.

    Raises:
        BrokerError: It offers neither.
    """
    set_by_user = _SET_BY_USER.get(endpoint.api)
    if set_by_user is not Kind.EMQX5 and not client.base.endswith("/api/v5"):
        brokers = await client.get("/brokers")
        if isinstance(body := decode.body_json(brokers), dict) and isinstance(body.get("data"), list):
            client.prime("/brokers", brokers)
            return Kind.NANOMQ if _nameless(body["data"]) else Kind.EMQX4
    if set_by_user not in {Kind.EMQX4, Kind.NANOMQ}:
        clients = await client.get(CLIENTS, {"limit": 1})
        body = decode.body_json(clients)
        if clients.status == 200 and isinstance(body, dict) and "meta" in body and "code" not in body:
            return Kind.SERVERLESS
    decode.v5(answer, NODES)
    raise BadAnswer(path=NODES, status=answer.status)


def _most_telling(reasons: list[BrokerError]) -> BrokerError:
    """Of several attempts the one that came furthest: an answer tells more than none, another error more than 404."""

    def telling(error: BrokerError) -> int:
        if isinstance(error, Unreachable):
            return [Step.DNS, Step.CONNECT, Step.TLS, Step.CLOSED, Step.TIMEOUT].index(error.step)
        return 5 if isinstance(error, Unsupported) else 6

    return max(reasons, key=telling)
