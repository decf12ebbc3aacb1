"""Who may use a broker: bans, and the chains of authenticators and authorization sources."""

from collections.abc import Mapping, Sequence
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


class CheckOnNode(NamedTuple):
    """How an authenticator or an authorization source stands on one node.

    Attributes:
        status: The broker's word: `connected`, `disconnected`, `connecting`, `stopped` …
        reason: Why it is not connected; empty when the node did not say.
        counts: What it said there since the node's start, as in `Standing`.
    """

    node: str
    status: str = ""
    reason: str = ""
    counts: Mapping[str, float] = {}


class Standing(NamedTuple):
    """How an authenticator or an authorization source stands, and what it has said (API reference, 3B.7).

    Attributes:
        status: One word for all nodes; `inconsistent` where they differ.
        nodes: Node by node.
        counts: `total`, `success`, `failed` and `nomatch` of an authenticator, `total`, `allow`, `deny`, `ignore` and
            `nomatch` of a source: checks since the start. `rate`, `rate_last5m` and `rate_max`: checks a second.
        calls: What went to its backend, by the names of `domain.integration.Figures`; empty where it has none.
    """

    status: str = ""
    nodes: Sequence[CheckOnNode] = ()
    counts: Mapping[str, float] = {}
    calls: Mapping[str, float] = {}


class Check(NamedTuple):
    """An authenticator, or an authorization source. Of its configuration nothing else is kept: it is full of secrets.

    Attributes:
        id: As the API addresses it: `password_based:http`, of a source its type; on EMQX 4 the plugin.
        place: Its place in the chain, 1 is asked first; None where the broker does not say.
        mechanism: `password_based`, `jwt`, `scram` …; empty for a source, `plugin` or `module` on EMQX 4.
        backend: What it asks: `built_in_database`, `http`, `file` …
        standing: Where it comes with the list (EMQX 4).
    """

    id: str
    place: int | None = None
    mechanism: str = ""
    backend: str = ""
    enabled: bool | None = None
    standing: Standing | None = None


class Undecided(NamedTuple):
    """What becomes of a request that no authorization source decides.

    Attributes:
        no_match: `allow` or `deny`.
        deny_action: What is done to a client that is denied: `ignore` or `disconnect`.
        cached: Decisions are kept for a while; None when the broker does not say.
    """

    no_match: str = ""
    deny_action: str = ""
    cached: bool | None = None


class OffersAccess(Protocol):
    """What can be asked of access; an adapter answers what its generation offers."""

    async def bans(self, query: Query, after: str | None) -> Page[Ban]:
        """The ban list, expired entries included as long as the broker keeps them."""
        raise Unsupported(path="/banned")

    async def authenticators(self, query: Query, after: str | None) -> Page[Check]:
        """The authentication chain, in its order."""
        raise Unsupported(path="/authentication")

    async def authenticator_standing(self, check: Check) -> Standing:
        """How an authenticator stands on each node, and what it has said."""
        raise Unsupported(path=f"/authentication/{check.id}/status")

    async def authorization_sources(self, query: Query, after: str | None) -> Page[Check]:
        """The authorization sources, in their order."""
        raise Unsupported(path="/authorization/sources")

    async def source_standing(self, check: Check) -> Standing:
        """How an authorization source stands on each node, and what it has said."""
        raise Unsupported(path=f"/authorization/sources/{check.id}/status")

    async def undecided(self) -> Undecided:
        """What becomes of what no authorization source decides."""
        raise Unsupported(path="/authorization/settings")
