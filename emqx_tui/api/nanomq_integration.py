"""Data integration on NanoMQ: rules without metrics, and bridges, whose answer holds passwords in clear."""

from typing import Any

from emqx_tui.api import decode, integration, wire
from emqx_tui.api.base import HttpBroker
from emqx_tui.api.guard import guarded
from emqx_tui.api.integration import flag, host, mapping, prose
from emqx_tui.domain.integration import Link, Neighbours, Rule
from emqx_tui.domain.listing import Page, Query


def rule(row: wire.Json) -> Rule | None:
    """An element of `/rules`; its id is a number, which paths have as `rule:1`."""
    identity = wire.text(row.get("id"))
    if identity is None:
        return None
    action = wire.text(row.get("name"))
    return Rule(
        id=identity if identity.startswith("rule:") else f"rule:{identity}",
        enabled=flag(row.get("enabled")),
        sql=prose(row.get("rawsql"), integration.LONGEST_SQL),
        actions=(action,) if action else (),
        built_in=frozenset({action} if action else ()),
    )


def bridge(row: wire.Json) -> Link | None:
    """An element of `/bridges`: its name, whether it is on, and where it goes; nothing else is taken."""
    name = wire.text(row.get("name"))
    if name is None:
        return None
    connector = mapping(row.get("connector"))
    return Link(
        id=name,
        type="mqtt",
        name=name,
        enabled=flag(row.get("enable")),
        status=prose(row.get("status"), 40).casefold() if isinstance(row.get("status"), str) else "",
        address=host(row.get("server") or connector.get("server") or row.get("address")),
    )


class IntegrationNano(HttpBroker):
    """What NanoMQ tells of data integration."""

    async def _rows_of(self, path: str) -> Any:  # noqa: ANN401  JSON
        return decode.v4(await self._client.get(path), path)

    @guarded
    async def rules(self, query: Query, after: str | None) -> Page[Rule]:  # noqa: ARG002  no filters, no pages
        """`/rules`."""
        rows = wire.rows(await self._rows_of("/rules"), "/rules")
        return Page([one for row in rows if (one := rule(row))])

    @guarded
    async def connectors(self, query: Query, after: str | None) -> Page[Link]:  # noqa: ARG002  no filters, no pages
        """`/bridges`, whose list stands below `bridge.nodes`."""
        data = wire.mapping(await self._rows_of("/bridges"), "/bridges")
        rows = wire.rows(mapping(data.get("bridge")).get("nodes"), "/bridges")
        return Page([one for row in rows if (one := bridge(row))])

    async def beside_rule(self, rule: Rule) -> Neighbours:  # noqa: ARG002  the same for all
        """Nothing: what a rule does is built in."""
        return Neighbours()

    async def beside_connector(self, connector: Link) -> Neighbours:  # noqa: ARG002  the same for all
        """Nothing: a bridge forwards topics, not what rules give it."""
        return Neighbours()
