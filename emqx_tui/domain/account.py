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


def matched(
    listed: Sequence[AccountDeployment], configured: Iterable[tuple[str, str | None]]
) -> list[tuple[AccountDeployment, str | None]]:
    """Each with the name by which it is configured, None where it is not.

    Args:
        listed: All of the account.
        configured: Name and platform id, where there is one, of each configured deployment. One with an id stands for
            the deployment of that id, and by its name for none.
    """
    pairs = list(configured)
    ids = {identity: name for name, identity in pairs if identity}
    names = {name.casefold(): name for name, identity in pairs if not identity}
    return [(one, ids.get(one.id) or names.get(one.name.casefold())) for one in listed]


def unconfigured(
    listed: Sequence[AccountDeployment], configured: Iterable[tuple[str, str | None]]
) -> list[AccountDeployment]:
    """Those that are not configured; the arguments are those of `matched`."""
    return [one for one, name in matched(listed, configured) if name is None]
