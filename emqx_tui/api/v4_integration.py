"""Data integration on EMQX 4: rules with their actions and metrics inside, and resources (API reference, 3A.5)."""

from collections.abc import Iterator, Mapping
from typing import Any

from emqx_tui.api import integration, wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.integration import flag, names, part, prose, when
from emqx_tui.api.v4_asking import V4Asking
from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.integration import Counts, Figures, Link, Neighbours, NodeStatus, Rule
from emqx_tui.domain.listing import EVERYTHING, Page, Query


NAMES = {
    "taken": "matched",
    "exception": "failed.exception",
    "no_result": "failed.no_result",
    "speed": "matched.rate",
    "speed_max": "matched.rate.max",
    "speed_last5m": "matched.rate.last5m",
}
"""EMQX 4's names of figures, and EMQX 5's for the same thing."""

_MOST_FALLBACKS = 20


def figures(value: object) -> Figures | None:
    """A list of metrics by node; None when there is none."""
    rows = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    nodes: list[tuple[str, Counts]] = [
        (
            wire.text(one.get("node")) or "?",
            {NAMES.get(name, name): figure for name, figure in integration.counts(one).items() if name != "node"},
        )
        for one in rows
    ]
    return Figures(integration.summed(counts for _, counts in nodes), tuple(nodes)) if nodes else None


def rule(row: wire.Json) -> Rule | None:
    """An element of `/rules`; None without an id."""
    identity = wire.text(row.get("id"))
    if identity is None:
        return None
    enabled = flag(row.get("enabled"))
    parts = tuple(_actions(row.get("actions"), identity, enabled))
    return Rule(
        id=identity,
        name="",
        enabled=enabled,
        sql=prose(row.get("rawsql"), integration.LONGEST_SQL),
        topics=names(row.get("for")),
        actions=tuple(one.id for one in parts),
        built_in=frozenset(one.id for one in parts if not one.connector),
        description=prose(row.get("description")),
        created_at=when(row.get("created_at")),
        parts=parts,
        figures=_with_actions(figures(row.get("metrics")), parts),
    )


def _with_actions(own: Figures | None, parts: tuple[Link, ...]) -> Figures | None:
    """A rule's figures with what its actions did, as EMQX 5 tells them together."""
    if own is None:
        return None
    told = [one.figures.counts for one in parts if one.figures is not None]
    whole = {f"actions.{name}": sum(one[name] for one in told if name in one) for name in ("success", "failed")}
    return own._replace(counts={**own.counts, **(whole if told else {})})


def _actions(value: object, of: str, enabled: bool | None, fallback: str = "", depth: int = 0) -> Iterator[Link]:
    listed = value if isinstance(value, list) else []
    for one in listed[: integration.MOST_NAMES if not depth else _MOST_FALLBACKS]:
        identity = wire.text(one.get("id")) if isinstance(one, dict) else None
        if identity is None:
            continue
        # `params` is what the user has set up, with whatever is secret in it: only the resource's id is taken.
        connector = wire.text(integration.mapping(one.get("params")).get("$resource")) or ""
        name = wire.text(one.get("name")) or "?"
        yield Link(
            id=identity,
            type=name,
            name=identity,
            enabled=enabled,
            rules=(of,),
            connector=connector,
            fallback=fallback,
            figures=figures(one.get("metrics")),
        )
        if not depth:
            yield from _actions(one.get("fallbacks"), of, enabled, identity, 1)


def resource(row: wire.Json) -> Link | None:
    """An element of `/resources`, or a single one, whose status is told by node; its `config` is never looked at."""
    identity = wire.text(row.get("id"))
    if identity is None:
        return None
    status = row.get("status")
    rows: list[Mapping[str, Any]] = [one for one in status if isinstance(one, dict)] if isinstance(status, list) else []
    nodes = tuple(
        NodeStatus(wire.text(one.get("node")) or "?", integration.alive(one.get("is_alive")) or "?") for one in rows
    )
    return Link(
        id=identity,
        type=wire.text(row.get("type")) or "",
        name=identity,
        status=integration.together(nodes) or integration.alive(status),
        nodes=nodes,
        description=prose(row.get("description")),
        created_at=when(row.get("created_at")),
    )


class IntegrationV4(V4Asking):
    """What EMQX 4 tells of data integration."""

    @guarded
    async def rules(self, query: Query, after: str | None) -> Page[Rule]:  # noqa: ARG002  no filters are sure
        """`/rules`, which asks every node for the metrics inside."""
        return await self._page("/rules", rule, after)

    @guarded
    async def actions(self, query: Query, after: str | None) -> Page[Link]:
        """The actions inside `/rules`: `/actions` tells which kinds there are."""
        page = await self.rules(query, after)
        return Page([part for one in page.items for part in one.parts], page.after)

    @guarded
    async def connectors(self, query: Query, after: str | None) -> Page[Link]:  # noqa: ARG002  no filters are sure
        """`/resources`."""
        return await self._page("/resources", resource, after)

    async def rule_figures(self, rule: Rule) -> Figures:
        """They came with the list."""
        return _come(rule.figures, f"/rules/{rule.id}")

    async def action_figures(self, action: Link) -> Figures:
        """They came with the list."""
        return _come(action.figures, "/rules")

    @guarded
    async def beside_rule(self, rule: Rule) -> Neighbours:
        """`/resources`, where an action has one."""
        wanted = {one.connector for one in rule.parts if one.connector}
        if not wanted:
            return Neighbours(actions=rule.parts)
        page = await self.connectors(EVERYTHING, None)
        return Neighbours(actions=rule.parts, connectors=[one for one in page.items if one.id in wanted])

    @guarded
    async def beside_action(self, action: Link) -> Neighbours:
        """`/rules/{id}`, and `/resources/{id}` where it has one."""
        rules: list[Rule] = []
        for identity in action.rules[:1]:
            path = f"/rules/{part(identity)}"
            found = rule(wire.mapping(await self._get(path), path))
            rules += [found] if found else []
        connectors = [await self._resource(action.connector)] if action.connector else []
        return Neighbours(rules=rules, connectors=[one for one in connectors if one])

    @guarded
    async def beside_connector(self, connector: Link) -> Neighbours:
        """`/resources/{id}` for its status by node, and `/rules` for who uses it."""
        single = await self._resource(connector.id)
        page = await self.rules(EVERYTHING, None)
        using = [one for one in page.items if any(action.connector == connector.id for action in one.parts)]
        actions = [action for one in using for action in one.parts if action.connector == connector.id]
        return Neighbours(using, actions, (), [single] if single else [])

    async def _resource(self, identity: str) -> Link | None:
        path = f"/resources/{part(identity)}"
        return resource(wire.mapping(await self._get(path), path))


def _come(found: Figures | None, path: str) -> Figures:
    if found is None:
        raise Unsupported(path=path)
    return found
