"""Data integration on EMQX 5 and 6 (API reference, 3B.6)."""

from collections.abc import Mapping, Sequence
from typing import Any

from emqx_tui.api import integration, wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.http import Client
from emqx_tui.api.integration import flag, names, part, prose, reason, when
from emqx_tui.api.v5_asking import V5Asking
from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.integration import (
    Counts,
    Figures,
    Link,
    Neighbours,
    NodeStatus,
    Rule,
    connector_of,
)
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.topics import meet


BRIDGES = "/bridges"

PATHS: Mapping[str, tuple[str, ...]] = {
    "actions": ("/actions_summary", "/actions", BRIDGES),
    "sources": ("/sources_summary", "/sources", BRIDGES),
    "connectors": ("/connectors", BRIDGES),
}
"""Where each list is, the lightest first: summaries came after 5.4, bridges were all there was before it."""

_FILTERS = {"id": "like_id", "description": "like_description", "enabled": "enable"}

READS_FROM = ("$bridges/", "$sources/")
"""What a rule's topic begins with when it reads from a source; the source's id comes behind it."""

_MOST_RULES = 100


def rule(row: wire.Json) -> Rule | None:
    """An element of `/rules`; None without an id."""
    identity = wire.text(row.get("id"))
    if identity is None:
        return None
    actions: list[str] = []
    built_in: set[str] = set()
    listed = row.get("actions")
    for one in listed[: integration.MOST_NAMES] if isinstance(listed, list) else []:
        if isinstance(one, dict):
            name = wire.text(one.get("function")) or "?"
            built_in.add(name)
        else:
            name = wire.text(one) or "?"
        actions.append(name)
    return Rule(
        id=identity,
        name=wire.text(row.get("name")) or "",
        enabled=flag(row.get("enable")),
        sql=prose(row.get("sql"), integration.LONGEST_SQL),
        topics=names(row.get("from")),
        actions=tuple(actions),
        built_in=frozenset(built_in),
        description=prose(row.get("description")),
        created_at=when(row.get("created_at")),
    )


def link(row: wire.Json) -> Link | None:
    """An element of a list of actions, sources, connectors or bridges; None without a name."""
    kind, name = wire.text(row.get("type")), wire.text(row.get("name"))
    if kind is None or name is None:
        return None
    told = [one for one in _objects(row.get("node_status")) if wire.text(one.get("node"))]
    nodes = [
        NodeStatus(
            wire.text(one.get("node")) or "",
            prose(one.get("status"), 40).casefold(),
            reason(one.get("status_reason")),
        )
        for one in told
    ]
    return Link(
        id=f"{kind}:{name}",
        type=kind,
        name=name,
        enabled=flag(row.get("enable")),
        status=prose(row.get("status"), 40).casefold() or integration.together(nodes),
        reason=reason(row.get("status_reason")) or next((one.reason for one in nodes if one.reason), ""),
        nodes=tuple(nodes),
        rules=names(row.get("rules")),
        connector=wire.text(row.get("connector")) or "",
        actions=names(row.get("actions")),
        sources=names(row.get("sources")),
        description=prose(row.get("description")),
        created_at=when(row.get("created_at")),
        figures=figures(row) if "metrics" in row else None,
    )


def figures(row: wire.Json) -> Figures:
    """The answer of a path that ends with `/metrics`; up to 5.0.18 lists of bridges have the same inside."""
    nodes: list[tuple[str, Counts]] = [
        (wire.text(one.get("node")) or "?", integration.counts(one.get("metrics")))
        for one in _objects(row.get("node_metrics"))
    ]
    return Figures(integration.counts(row.get("metrics")), tuple(nodes))


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _direction(row: wire.Json) -> frozenset[str]:
    """Which lists a bridge belongs to: only MQTT has both ways in one."""
    ways = {"ingress": "sources", "egress": "actions"}
    found = {ways[word] for word in ways if row.get(word) or row.get("direction") == word}
    if not found:
        found = {"sources" if str(row.get("type")).endswith("_consumer") else "actions"}
    return frozenset({*found, "connectors"})


def _bridge(row: wire.Json) -> Link | None:
    """A bridge, which is its own connector."""
    found = link(row)
    if found is None:
        return None
    ways = _direction(row)
    return found._replace(
        connector=found.name,
        actions=(found.name,) if "actions" in ways else (),
        sources=(found.name,) if "sources" in ways else (),
    )


class IntegrationV5(V5Asking):
    """What EMQX 5 tells of data integration."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self._answering: dict[str, str] = {}

    @guarded
    async def rules(self, query: Query, after: str | None) -> Page[Rule]:
        """`/rules`; metrics are apart (trap 29).

        Its `match_from` finds only filters below a filter, so that what a topic fits is looked for here.
        """
        params, topic = dict(query), query.get("topic")
        params.pop("topic", None)
        page = await self._page("/rules", rule, after, {_FILTERS.get(name, name): params[name] for name in params})
        if not topic:
            return page
        fit = [one for one in page.items if any(meet(given, topic) for given in one.topics)]
        return page._replace(items=fit, seen=len(page.items))

    @guarded
    async def actions(self, query: Query, after: str | None) -> Page[Link]:  # noqa: ARG002  no filters, no pages
        """`/actions_summary`, or what older versions have in its place."""
        return Page(await self._links("actions"))

    @guarded
    async def sources(self, query: Query, after: str | None) -> Page[Link]:  # noqa: ARG002  no filters, no pages
        """`/sources_summary`, or what older versions have in its place."""
        return Page(await self._links("sources"))

    @guarded
    async def connectors(self, query: Query, after: str | None) -> Page[Link]:  # noqa: ARG002  no filters, no pages
        """`/connectors`, or the bridges of older versions."""
        return Page(await self._links("connectors"))

    @guarded
    async def rule_figures(self, rule: Rule) -> Figures:
        """`/rules/{id}/metrics`."""
        path = f"/rules/{part(rule.id)}/metrics"
        return figures(wire.mapping(await self._get(path), path))

    @guarded
    async def action_figures(self, action: Link) -> Figures:
        """`/actions/{type:name}/metrics`."""
        return await self._figures("actions", action)

    @guarded
    async def source_figures(self, source: Link) -> Figures:
        """`/sources/{type:name}/metrics`."""
        return await self._figures("sources", source)

    @guarded
    async def beside_rule(self, rule: Rule) -> Neighbours:
        """The lists of actions and of connectors, and of sources where it reads from one."""
        wanted = {one for one in rule.actions if one not in rule.built_in}
        read = {name for topic in rule.topics for start in READS_FROM if (name := _after(start, topic))}
        actions = [one for one in await self._links("actions") if one.id in wanted] if wanted else []
        sources = [one for one in await self._links("sources") if one.id in read] if read else []
        if not actions and not sources:
            return Neighbours()
        return Neighbours((), actions, sources, await self._links("connectors"))

    @guarded
    async def beside_action(self, action: Link) -> Neighbours:
        """`/rules` by action, and the list of connectors."""
        return await self._beside("action", action)

    @guarded
    async def beside_source(self, source: Link) -> Neighbours:
        """`/rules` by source, and the list of connectors."""
        return await self._beside("source", source)

    @guarded
    async def beside_connector(self, connector: Link) -> Neighbours:
        """The lists of actions and of sources, as far as it has any."""
        actions = await self._links("actions") if connector.actions else []
        sources = await self._links("sources") if connector.sources else []
        only = [connector]
        return Neighbours(
            actions=[one for one in actions if one.name in connector.actions and connector_of(one, only)],
            sources=[one for one in sources if one.name in connector.sources and connector_of(one, only, source=True)],
        )

    async def _beside(self, way: str, item: Link) -> Neighbours:
        page = await self._page("/rules", rule, None, {way: item.id}, rows=_MOST_RULES)
        # A version that does not know the filter answers with all rules.
        using = [one for one in page.items if _uses(one, way, item)]
        connectors = await self._links("connectors")
        behind = connector_of(item, connectors, source=way == "source")
        return Neighbours(rules=using, connectors=[behind] if behind else [])

    async def _figures(self, what: str, item: Link) -> Figures:
        if item.figures is not None:
            return item.figures
        path = BRIDGES if self._answering.get(what) == BRIDGES else f"/{what}"
        path = f"{path}/{part(item.id)}/metrics"
        return figures(wire.mapping(await self._get(path), path))

    async def _links(self, what: str) -> Sequence[Link]:
        """The first of the paths that this version has, which is remembered.

        Raises:
            Unsupported: It has none of them.
        """
        known = self._answering.get(what)
        missing: Unsupported | None = None
        for path in (*((known,) if known else ()), *PATHS[what]):
            try:
                rows = wire.rows(await self._get(path), path)
            except Unsupported as error:
                missing = missing or error
                continue
            self._answering[what] = path
            if path == BRIDGES:
                return [one for row in rows if what in _direction(row) and (one := _bridge(row))]
            return [one for row in rows if (one := link(row))]
        raise missing or Unsupported(path=f"/{what}")


def _after(start: str, topic: str) -> str:
    return topic.removeprefix(start) if topic.startswith(start) else ""


def _uses(one: Rule, way: str, item: Link) -> bool:
    if way == "action":
        return item.id in one.actions
    return any(start + item.id in one.topics for start in READS_FROM)
