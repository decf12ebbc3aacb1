"""Access on EMQX 5 and 6: the ban list (API reference, 3B.5)."""

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.v5_asking import V5Asking
from emqx_tui.domain.access import Ban
from emqx_tui.domain.listing import Page, Query


FOREVER = "infinity"


def ban(row: wire.Json) -> Ban | None:
    """An element of `/banned`; None when it says of nobody."""
    who = wire.text(row.get("who"))
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


class AccessV5(V5Asking):
    """What EMQX 5 tells of access."""

    @guarded
    async def bans(self, query: Query, after: str | None) -> Page[Ban]:  # noqa: ARG002  filters came with 5.8.1
        """`/banned`."""
        return await self._page("/banned", ban, after)
