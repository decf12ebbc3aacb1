"""Who may use a broker: bans, and the chains of authenticators and authorization sources."""

from typing import NamedTuple, Protocol

from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.listing import Page, Query


class Ban(NamedTuple):
    """One entry of the ban list (API reference, 3A.4 and 3B.5).

    Attributes:
        kind: What is banned: `clientid`, `username`, `peerhost`, on 5.6 and later also `clientid_re`,
            `username_re`, `peerhost_net`. EMQX calls it `as`.
        who: The client id, user name, address or pattern.
        at: Since when, in seconds since 1970 by the broker's clock.
        until: Until when, likewise; None with `forever` unset when the broker does not say.
        forever: It has no end.
    """

    kind: str
    who: str
    by: str | None = None
    reason: str | None = None
    at: float | None = None
    until: float | None = None
    forever: bool = False


class OffersAccess(Protocol):
    """What can be asked of access; an adapter answers what its generation offers."""

    async def bans(self, query: Query, after: str | None) -> Page[Ban]:
        """The ban list, expired entries included as long as the broker keeps them."""
        raise Unsupported(path="/banned")
