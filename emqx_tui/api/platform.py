"""The platform API of an EMQX Cloud account: the list of its deployments, and nothing else of it (API reference, 2).

It goes the way of every request: GET only, no redirects, the same caps and TLS, credentials to that host only.
"""

from collections.abc import Sequence

from emqx_tui.api import decode, wire
from emqx_tui.api.address import repair
from emqx_tui.api.guard import guarded
from emqx_tui.api.http import Client
from emqx_tui.api.result_codes import Explanation
from emqx_tui.domain.account import AccountDeployment
from emqx_tui.domain.broker import Endpoint
from emqx_tui.domain.errors import (
    BrokerError,
    CredentialsMissing,
    Forbidden,
    NotFound,
    PlainHttpRefused,
    RateLimited,
    Unauthorized,
    Unsupported,
)
from emqx_tui.i18n import N_, _


DEPLOYMENTS = "/deployments"
MOST = 10_000
"""Deployments that are taken from a list, which has no pages."""


def deployment(row: wire.Json) -> AccountDeployment | None:
    """An element of `/deployments`; None without an id and a name."""
    identity, name = wire.text(row.get("deploymentID")), wire.text(row.get("deploymentName"))
    if identity is None or name is None:
        return None

    def text(key: str) -> str:
        value = row.get(key)
        return wire.short(value) if isinstance(value, str) else ""

    return AccountDeployment(
        id=identity,
        name=name,
        kind=text("deploymentType"),
        status=text("status"),
        version=text("version"),
        connections=wire.count(row.get("connections")),
        tps=wire.count(row.get("tps")),
        platform=text("platform"),
        region=text("region"),
        project=text("projectName"),
        created_at=text("createAt"),
    )


@guarded
async def list_deployments(endpoint: Endpoint) -> Sequence[AccountDeployment]:
    """`/deployments` of the account.

    Args:
        endpoint: Where the platform API is; its URL is taken as it stands.

    Raises:
        BrokerError: There is no list to be had.
    """
    # What is repaired there is the path of a deployment's API; of the platform's only the host matters for it.
    address = repair(endpoint.url)
    client = Client(endpoint.url.rstrip("/"), endpoint, address)
    try:
        body = decode.v5(await client.get(DEPLOYMENTS), DEPLOYMENTS)
    finally:
        await client.aclose()
    return [one for row in wire.rows(body, DEPLOYMENTS)[:MOST] if (one := deployment(row)) is not None]


def explain_platform(error: BrokerError) -> Explanation | None:
    """What an answer of the platform means where it is another than a broker's; None where it is not."""
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return Explanation(*(_(part) if part else "" for part in words))
    if isinstance(error, CredentialsMissing):
        return Explanation(_("the secret of the platform key cannot be read"), error.detail)
    return None


_NO_API = (N_("there is no platform API at this address"), "", N_("It ends with /public_api/v1: see the console"))

_WORDS: tuple[tuple[type[BrokerError], tuple[str, str, str]], ...] = (
    (
        Unauthorized,
        (
            N_("the platform API refused the key"),
            N_("A deployment's key does not open the platform API"),
            N_("Check app_id and app_secret in [platform]"),
        ),
    ),
    (
        Forbidden,
        (
            N_("the platform key may not list deployments"),
            "",
            N_("Give it the right to read deployments in the console, or take another one"),
        ),
    ),
    (NotFound, _NO_API),
    (Unsupported, _NO_API),
    (
        RateLimited,
        (
            N_("the platform API was asked too often"),
            N_("It answers 60 times an hour, whoever asks"),
            "",
        ),
    ),
    (
        PlainHttpRefused,
        (
            N_("the address of the platform API is plain HTTP"),
            "",
            N_("Take https, or set allow_http in [platform]"),
        ),
    ),
)
