"""Access on EMQX 4: the ban list, and the plugins that check who may do what (API reference, 3A.4 and 3A.5)."""

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.integration import together
from emqx_tui.api.v4_asking import V4Asking
from emqx_tui.api.v4_system import put_together
from emqx_tui.domain.access import Ban, Check, CheckOnNode, Standing
from emqx_tui.domain.errors import BrokerError
from emqx_tui.domain.integration import DISABLED, ENABLED, NodeStatus
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.system import RUNNING, Plugin


CHECKS = ("emqx_auth_", "emqx_acl_")
"""How the names of plugins begin that authenticate and, nearly all of them, authorize as well."""

INTERNAL = "emqx_mod_acl_internal"
"""The module that goes by the file `acl.conf`."""

FOR_EVER = 10_000_000_000
"""Seconds since 1970, in the year 2286: EMQX 4 knows no ban without an end, and ends one that says nothing in 5 min."""

_NEVER = "infinity"


def ban(row: wire.Json) -> Ban | None:
    """An element of `/banned`, whose times are seconds since 1970; None when it says of nobody."""
    who = wire.name(row.get("who"))
    if who is None:
        return None
    until = wire.epoch(row.get("until"))
    forever = row.get("until") == _NEVER or (until is not None and until >= FOR_EVER)
    return Ban(
        kind=wire.text(row.get("as")) or "?",
        who=who,
        by=wire.text(row.get("by")),
        reason=wire.text(row.get("reason")),
        at=wire.epoch(row.get("at")),
        until=None if forever else until,
        forever=forever,
    )


def check(plugin: Plugin, mechanism: str) -> Check:
    """A plugin or a module as one that checks; that it runs says nothing of what it asks."""
    words = {RUNNING: ENABLED, "stopped": DISABLED}
    nodes = [CheckOnNode(one.node, words.get(one.status, one.status)) for one in plugin.nodes]
    status = together([NodeStatus(one.node, one.status) for one in nodes])
    backend = next((plugin.name.removeprefix(begin) for begin in CHECKS if plugin.name.startswith(begin)), "file")
    enabled = None if not any(one.status for one in nodes) else plugin.running > 0
    return Check(plugin.name, None, mechanism, backend, enabled, Standing(status, nodes))


class AccessV4(V4Asking):
    """What EMQX 4 tells of access."""

    @guarded
    async def bans(self, query: Query, after: str | None) -> Page[Ban]:  # noqa: ARG002  EMQX 4 filters no bans
        """`/banned`; entries that have run out linger."""
        return await self._page("/banned", ban, after)

    @guarded
    async def authenticators(self, query: Query, after: str | None) -> Page[Check]:  # noqa: ARG002  one answer
        """The plugins of `/plugins` that authenticate, and on which nodes they run."""
        return Page(await self._checks())

    @guarded
    async def authorization_sources(self, query: Query, after: str | None) -> Page[Check]:  # noqa: ARG002  one answer
        """The same plugins, and the module for `acl.conf`, which `/modules` has."""
        found = await self._checks()
        try:
            modules = put_together(wire.rows(await self._get("/modules"), "/modules"), "modules")
        except BrokerError:
            modules = []
        return Page([*found, *(check(one, "module") for one in modules if one.name == INTERNAL)])

    async def _checks(self) -> list[Check]:
        plugins = put_together(wire.rows(await self._get("/plugins"), "/plugins"))
        return [check(one, "plugin") for one in plugins if one.name.startswith(CHECKS)]
