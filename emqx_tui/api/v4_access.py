"""Access on EMQX 4: the ban list (API reference, 3A.4)."""

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.v4_asking import V4Asking
from emqx_tui.domain.access import Ban
from emqx_tui.domain.listing import Page, Query


def ban(row: wire.Json) -> Ban | None:
    """An element of `/banned`, whose times are seconds since 1970; None when it says of nobody."""
    who = wire.text(row.get("who"))
    if who is None:
        return None
    return Ban(
        kind=wire.text(row.get("as")) or "?",
        who=who,
        by=wire.text(row.get("by")),
        reason=wire.text(row.get("reason")),
        at=wire.epoch(row.get("at")),
        until=wire.epoch(row.get("until")),
    )


class AccessV4(V4Asking):
    """What EMQX 4 tells of access."""

    @guarded
    async def bans(self, query: Query, after: str | None) -> Page[Ban]:  # noqa: ARG002  EMQX 4 filters no bans
        """`/banned`; entries that have run out linger."""
        return await self._page("/banned", ban, after)
