"""Access on EMQX 5 and 6: bans, authentication, authorization (API reference, 3B.5 and 3B.7)."""

import re
from collections.abc import Mapping

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.integration import counts, flag, mapping, part, prose, reason
from emqx_tui.api.v5_asking import V5Asking
from emqx_tui.domain.access import Ban, Check, CheckOnNode, Standing, Undecided
from emqx_tui.domain.listing import Page, Query


FOREVER = "infinity"


def ban(row: wire.Json) -> Ban | None:
    """An element of `/banned`; None when it says of nobody."""
    who = wire.name(row.get("who"))
    if who is None:
        return None
    until = row.get("until")
    return Ban(
        kind=wire.text(row.get("as")) or "?",
        who=who,
        by=wire.text(row.get("by")),
        reason=wire.text(row.get("reason")),
        at=wire.moment(row.get("at")),
        until=wire.moment(until),
        forever=until == FOREVER,
    )


BANNED_AS: Mapping[str, tuple[str, ...]] = {
    "clientid": ("clientid",),
    "username": ("username",),
    "peerhost": ("peerhost",),
    "like_clientid": ("clientid", "clientid_re"),
    "like_username": ("username", "username_re"),
    "like_peerhost": ("peerhost",),
    "like_peerhost_net": ("peerhost_net",),
}
"""Which bans each filter of `/banned` is about."""


def fits(found: Ban, query: Query) -> bool:
    """The ban has what is asked for: before 5.8.1 the broker takes no filters and answers with all bans."""
    return all(
        found.kind in BANNED_AS.get(name, ())
        and (wanted in found.who if name.startswith("like_") else wanted == found.who)
        for name, wanted in query.items()
    )


def asked_of_bans(query: Query) -> Query:
    """What the broker is to filter by: it takes one filter only, and a part of a name as a regular expression."""
    name = min(query, key=lambda one: one.startswith("like_"), default=None)
    if name is None:
        return {}
    return {name: re.escape(query[name]) if name.startswith("like_") else query[name]}


def authenticator(row: wire.Json, place: int) -> Check | None:
    """An element of `/authentication`; None without an id or what one is made of."""
    mechanism, backend = prose(row.get("mechanism"), 80), prose(row.get("backend"), 80)
    identity = wire.text(row.get("id")) or ":".join(word for word in (mechanism, backend) if word)
    if not identity:
        return None
    return Check(identity, place, mechanism, backend, flag(row.get("enable")))


def source(row: wire.Json, place: int) -> Check | None:
    """An element of the `sources` of `/authorization/sources`; None without a type."""
    kind = wire.text(row.get("type"))
    return None if kind is None else Check(kind, place, "", kind, flag(row.get("enable")))


def standing(row: wire.Json) -> Standing:
    """The answer of a path that ends with `/status`; nodes that are only counted or only complain are there as well."""
    states = {name: prose(one.get("status"), 40).casefold() for name, one in _by_node(row.get("node_status"))}
    # A reason may quote what was sent to the backend.
    reasons = {name: reason(one.get("error")) for name, one in _by_node(row.get("node_error"))}
    counted = {name: counts(one.get("metrics")) for name, one in _by_node(row.get("node_metrics"))}
    nodes = [
        CheckOnNode(name, states.get(name, ""), reasons.get(name, ""), counted.get(name, {}))
        for name in dict.fromkeys((*states, *reasons, *counted))
    ]
    told = prose(row.get("status"), 40).casefold()
    return Standing(told, nodes, counts(row.get("metrics")), counts(row.get("resource_metrics")))


def _by_node(value: object) -> list[tuple[str, wire.Json]]:
    rows = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    return [(name, one) for one in rows if (name := wire.text(one.get("node")))]


class AccessV5(V5Asking):
    """What EMQX 5 tells of access."""

    @guarded
    async def bans(self, query: Query, after: str | None) -> Page[Ban]:
        """`/banned`, whose filters came with 5.8.1; what the broker does not filter is left out here."""

        def wanted(row: wire.Json) -> Ban | None:
            found = ban(row)
            return found if found is not None and fits(found, query) else None

        return await self._page("/banned", wanted, after, asked_of_bans(query))

    @guarded
    async def authenticators(self, query: Query, after: str | None) -> Page[Check]:  # noqa: ARG002  one answer
        """`/authentication`: the chain for all listeners, in its order."""
        rows = wire.rows(await self._get("/authentication"), "/authentication")
        return Page([one for place, row in enumerate(rows, 1) if (one := authenticator(row, place))])

    @guarded
    async def authenticator_standing(self, check: Check) -> Standing:
        """`/authentication/{id}/status`."""
        path = f"/authentication/{part(check.id)}/status"
        return standing(wire.mapping(await self._get(path), path))

    @guarded
    async def authorization_sources(self, query: Query, after: str | None) -> Page[Check]:  # noqa: ARG002  one answer
        """`/authorization/sources`, in their order."""
        path = "/authorization/sources"
        rows = wire.rows(wire.mapping(await self._get(path), path).get("sources"), path)
        return Page([one for place, row in enumerate(rows, 1) if (one := source(row, place))])

    @guarded
    async def source_standing(self, check: Check) -> Standing:
        """`/authorization/sources/{type}/status`."""
        path = f"/authorization/sources/{part(check.id)}/status"
        return standing(wire.mapping(await self._get(path), path))

    @guarded
    async def undecided(self) -> Undecided:
        """`/authorization/settings`."""
        path = "/authorization/settings"
        row = wire.mapping(await self._get(path), path)
        cached = flag(mapping(row.get("cache")).get("enable"))
        return Undecided(prose(row.get("no_match"), 40), prose(row.get("deny_action"), 40), cached)
