"""Data integration: rules, the actions and sources they go through, and the connectors behind those.

The names are EMQX 5's. On EMQX 4 an action stands inside a rule and a connector is a "resource"; up to EMQX 5.3 a
"bridge" is an action or a source and its connector at once (API reference, 3A.5 and 3B.6).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.listing import Page, Query


CONNECTED = "connected"
DISCONNECTED = "disconnected"
CONNECTING = "connecting"
INCONSISTENT = "inconsistent"
STOPPED = "stopped"
ENABLED = "enabled"
DISABLED = "disabled"

Counts = Mapping[str, float]


class Figures(NamedTuple):
    """What has gone through a rule, an action or a source.

    Attributes:
        counts: By EMQX 5's names, such as `matched`, `failed.exception`, `dropped.queue_full`; counters are since the
            last reset, rates (`rate`, `matched.rate`) are messages a second as the broker works them out.
        nodes: The same by node.
        growing: More waits than at the reading before (and than comes in a second), and it has not fallen since.
        failing: More has failed or was dropped than at the reading before; of a first reading, anything has and
            messages come.
    """

    counts: Counts
    nodes: Sequence[tuple[str, Counts]] = ()
    growing: bool = False
    failing: bool = False


class NodeStatus(NamedTuple):
    """How a link stands on one node."""

    node: str
    status: str
    reason: str = ""


class Rule(NamedTuple):
    """A rule.

    Attributes:
        id: Its id; on EMQX 4 with `rule:` in front.
        name: Its name, where there is one.
        enabled: None when the broker does not say.
        sql: The statement.
        topics: What it selects from.
        actions: Ids of its actions (`type:name`), and names of what is built in (`republish`, `console`).
        built_in: Those of `actions` that are built in: they have no connector and no status.
        created_at: Seconds since 1970.
        parts: The actions themselves, where they stand inside the rule (EMQX 4).
        figures: Where they come with the list (EMQX 4).
    """

    id: str
    name: str = ""
    enabled: bool | None = None
    sql: str = ""
    topics: Sequence[str] = ()
    actions: Sequence[str] = ()
    built_in: frozenset[str] = frozenset()
    description: str = ""
    created_at: float | None = None
    parts: "Sequence[Link]" = ()
    figures: Figures | None = None


class Link(NamedTuple):
    """An action, a source or a connector.

    Attributes:
        id: As the API addresses it: `type:name` on EMQX 5, an id of its own on EMQX 4.
        type: Such as `http` or `mqtt`.
        name: Its name, without the type.
        enabled: None when the broker does not say.
        status: The broker's word: one of the constants of this module, or another one; empty when it tells none.
        reason: Why it is not connected, in the broker's words.
        nodes: How it stands on each node.
        rules: Ids of the rules that use it.
        connector: The id or the name of the connector behind it, where it is told.
        actions: Names of the actions of a connector.
        sources: Names of the sources of a connector.
        address: Host and port of the other end; only where they are told apart from secrets.
        created_at: Seconds since 1970.
        fallback: It is only taken when the action of that id fails (EMQX 4).
        figures: Where they come with the list.
    """

    id: str
    type: str = ""
    name: str = ""
    enabled: bool | None = None
    status: str = ""
    reason: str = ""
    nodes: Sequence[NodeStatus] = ()
    rules: Sequence[str] = ()
    connector: str = ""
    actions: Sequence[str] = ()
    sources: Sequence[str] = ()
    address: str = ""
    description: str = ""
    created_at: float | None = None
    fallback: str = ""
    figures: Figures | None = None

    @property
    def state(self) -> str:
        """The status in one word: what is disabled is that, whatever else is said; empty when nothing is known."""
        if self.enabled is False:
            return DISABLED
        return self.status or (ENABLED if self.enabled else "")


class Neighbours(NamedTuple):
    """What one rule, action, source or connector hangs together with, as far as that was asked for."""

    rules: Sequence[Rule] = ()
    actions: Sequence[Link] = ()
    sources: Sequence[Link] = ()
    connectors: Sequence[Link] = ()


def of_type(links: Sequence[Link], kind: str, name: str) -> Link | None:
    """The link of that name: of the same type, else the only one there is.

    An action and its connector have the same type nearly always, and only names are told of the other.
    """
    named = [link for link in links if link.name == name]
    same = [link for link in named if link.type == kind]
    return same[0] if same else named[0] if len(named) == 1 else None


def connector_of(link: Link, connectors: Sequence[Link], *, source: bool = False) -> Link | None:
    """The connector behind an action or a source; None when it is not among these."""
    if link.connector:
        found = next((one for one in connectors if one.id == link.connector), None)
        return found or of_type(connectors, link.type, link.connector)
    using = [one for one in connectors if link.name in (one.sources if source else one.actions)]
    same = [one for one in using if one.type == link.type]
    return same[0] if same else using[0] if len(using) == 1 else None


RULE_FAILURES = ("failed.exception", "actions.failed")
"""What fails of a rule. Its `failed` also counts what its SQL just did not select, so it is not one of these."""

LOSSES = ("failed", "dropped")
"""What an action has lost: given up, or thrown away before it was sent (expired, queue full …)."""


def failures(counts: Counts) -> float | None:
    """How many messages were lost or failed; None when nothing of it is told."""
    names = RULE_FAILURES if any(name in counts for name in RULE_FAILURES) else LOSSES
    told = [counts[name] for name in names if name in counts]
    return sum(told) if told else None


def rate(counts: Counts) -> float | None:
    """Messages a second, as the broker works it out."""
    return counts.get("rate", counts.get("matched.rate"))


WORTH = 1.0
"""Seconds: what waits is no queue before it is more than comes in them. A busy action always has some under way."""


def waiting(counts: Counts) -> float:
    """How many messages wait: an action's queue, or what a rule has given its actions and they have not done yet."""
    if "queuing" in counts or "actions.total" not in counts:
        return counts.get("queuing", 0.0)
    done = sum(counts.get(f"actions.{name}", 0.0) for name in ("success", "failed", "discarded"))
    return max(0.0, counts["actions.total"] - done)


def compared(before: Figures | None, now: Figures) -> Figures:
    """The figures of now with what the reading before says of where they go."""
    failed, queued, speed = failures(now.counts) or 0.0, waiting(now.counts), rate(now.counts) or 0.0
    if before is None:
        return now._replace(growing=False, failing=failed > 0 and speed > 0)
    if now.counts is before.counts:
        # What came with a list is the same answer until the list is read again.
        return before
    was_queued = waiting(before.counts)
    grows = queued > was_queued or (before.growing and queued == was_queued)
    return now._replace(growing=grows and queued > speed * WORTH, failing=failed > (failures(before.counts) or 0.0))


class OffersIntegration(Protocol):
    """What can be asked of data integration; an adapter answers what its generation offers."""

    async def rules(self, query: Query, after: str | None) -> Page[Rule]:
        """The rules."""
        raise Unsupported(path="/rules")

    async def actions(self, query: Query, after: str | None) -> Page[Link]:
        """The actions."""
        raise Unsupported(path="/actions")

    async def sources(self, query: Query, after: str | None) -> Page[Link]:
        """The sources."""
        raise Unsupported(path="/sources")

    async def connectors(self, query: Query, after: str | None) -> Page[Link]:
        """The connectors."""
        raise Unsupported(path="/connectors")

    async def rule_figures(self, rule: Rule) -> Figures:
        """What has gone through a rule."""
        raise Unsupported(path=f"/rules/{rule.id}/metrics")

    async def action_figures(self, action: Link) -> Figures:
        """What has gone through an action."""
        raise Unsupported(path=f"/actions/{action.id}/metrics")

    async def source_figures(self, source: Link) -> Figures:
        """What has gone through a source."""
        raise Unsupported(path=f"/sources/{source.id}/metrics")

    async def beside_rule(self, rule: Rule) -> Neighbours:
        """The actions of a rule and the connectors behind them, in two requests at most."""
        raise Unsupported(path=f"/rules/{rule.id}")

    async def beside_action(self, action: Link) -> Neighbours:
        """The rules that use an action and the connector behind it, in two requests at most."""
        raise Unsupported(path=f"/actions/{action.id}")

    async def beside_source(self, source: Link) -> Neighbours:
        """The rules that read from a source and the connector behind it, in two requests at most."""
        raise Unsupported(path=f"/sources/{source.id}")

    async def beside_connector(self, connector: Link) -> Neighbours:
        """The actions and sources of a connector with the rules that use them, in two requests at most.

        Where a connector's status by node is told only of a single one, it stands in `connectors`.
        """
        raise Unsupported(path=f"/connectors/{connector.id}")
