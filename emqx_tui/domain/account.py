"""An EMQX Cloud account: the deployments that its platform API lists (API reference, 2)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class AccountDeployment(NamedTuple):
    """A deployment as the platform lists it. It tells neither the address of its API nor a key.

    Attributes:
        id: The platform's id.
        kind: `dedicated`, `serverless`, `dedicatedFlex` …
        status: `running`, `stopped` … in the platform's words.
        version: The generation: `v4`, `v5`, `v6`.
        connections: How many connections the plan has.
        tps: How many messages a second the plan has.
        platform: The provider of the cloud, in the words of the console.
        region: Likewise.
        created_at: The platform's text: local time without a zone, to the minute.
    """

    id: str
    name: str
    kind: str = ""
    status: str = ""
    version: str = ""
    connections: int | None = None
    tps: int | None = None
    platform: str = ""
    region: str = ""
    project: str = ""
    created_at: str = ""


def unconfigured(
    listed: Sequence[AccountDeployment], configured: Iterable[tuple[str, str | None]]
) -> list[AccountDeployment]:
    """Those that are not configured.

    Args:
        listed: All of the account.
        configured: Name and platform id, where there is one, of each configured deployment. One with an id stands for
            the deployment of that id, and by its name for none.
    """
    pairs = list(configured)
    ids = {identity for _, identity in pairs if identity}
    names = {name.casefold() for name, identity in pairs if not identity}
    return [one for one in listed if one.id not in ids and one.name.casefold() not in names]
