"""Rules: what they select, how much goes through them, and whether their actions get it to where it should go."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.changes import Part
from emqx_tui.domain.integration import Figures, Neighbours, Rule, compared
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import N_
from emqx_tui.resources.facts import Fact
from emqx_tui.resources.link_columns import counter, description_column, leading, rate_column
from emqx_tui.resources.links import (
    RULE_SIGNS,
    figure,
    figures_of,
    or_missing,
    problem,
    speed,
    state_of,
    texts,
    whole,
    word_cell,
)
from emqx_tui.resources.operations import EMQX, resetting, switches
from emqx_tui.resources.pipeline import rule_facts
from emqx_tui.resources.spec import Asked, Cell, Column, Resource, Scalar, ServerFilter, listed
from emqx_tui.text import exact


_COUNTERS = {
    "matched": "matched",
    "passed": "passed",
    "no_result": "failed.no_result",
    "exceptions": "failed.exception",
    "actions_done": "actions.success",
    "actions_failed": "actions.failed",
    "actions_discarded": "actions.discarded",
    "actions_total": "actions.total",
    "failed": "failed",
}
_RATES = {"matched_last5m_per_second": "matched.rate.last5m", "matched_max_per_second": "matched.rate.max"}


def record(row: Entry[Rule]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; `created_at` is in seconds since 1970."""
    rule, figures = row.item, figures_of(row)
    return {
        "deployment": row.deployment,
        "id": rule.id,
        "name": rule.name or None,
        "enabled": rule.enabled,
        "sql": rule.sql or None,
        "from": " ".join(rule.topics) or None,
        "actions": " ".join(rule.actions) or None,
        "description": rule.description or None,
        "created_at": rule.created_at,
        **{name: whole(figure(row, counted)) for name, counted in _COUNTERS.items()},
        "matched_per_second": speed(row),
        **{name: figure(row, counted) for name, counted in _RATES.items()},
        "failing": None if figures is None else figures.failing,
    }


def detail(row: Entry[Rule], more: object) -> Sequence[Fact]:
    """Everything about a rule, and the way to its connectors."""
    return rule_facts(row, more if isinstance(more, Neighbours) else None)


async def page(broker: Broker, query: Query, after: str | None) -> Page[Rule]:
    """Asks the broker."""
    return await broker.rules(query, after)


async def figures(broker: Broker, rule: Rule) -> Figures:
    """Asks for what has gone through a rule."""
    return compared(None, await broker.rule_figures(rule))


async def more(broker: Broker, rule: Rule) -> Neighbours:
    """Asks for its actions and connectors."""
    return await broker.beside_rule(rule)


def _matches(row: Entry[Rule]) -> Sequence[str]:
    rule = row.item
    return texts(
        rule.id, rule.name, word_cell(state_of(row)).text, rule.description, rule.sql, *rule.topics, *rule.actions
    )


_EMQX5 = (Kind.EMQX5,)

RULES: Resource[Entry[Rule]] = Resource(
    name="rules",
    title=N_("Rules"),
    rows=listed("rules"),
    key=lambda row: exact(row.item.id),
    columns=(
        *leading(N_("● enabled, ▲ something fails or waits, ○ disabled, ? unknown")),
        Column(
            "rule",
            N_("RULE"),
            22,
            lambda row: Cell(row.item.id),
            lambda row: row.item.id,
            grows=True,
            about=N_("The id of the rule"),
        ),
        Column(
            "name",
            N_("NAME"),
            16,
            lambda row: or_missing(row.item.name),
            lambda row: row.item.name or None,
            grows=True,
            priority=8,
            about=N_("The name of the rule, where it has one"),
            kinds=_EMQX5,
        ),
        description_column(3),
        counter(
            "matched", N_("MATCHED"), N_("Messages and events that came in since the last reset"), "matched", priority=1
        ),
        counter("passed", N_("PASSED"), N_("Those that the SQL has selected"), "passed", priority=3),
        counter(
            "no_result",
            N_("NO RES"),
            N_("Those that the SQL did not select: no failure"),
            "failed.no_result",
            priority=7,
        ),
        counter(
            "exceptions",
            N_("SQL ERR"),
            N_("Those at which the SQL broke off with an exception"),
            "failed.exception",
            priority=5,
            bad=True,
        ),
        counter(
            "done", N_("ACT OK"), N_("Actions that were done; a rule may have several"), "actions.success", priority=6
        ),
        counter(
            "failed",
            N_("ACT FAIL"),
            N_("Actions that failed; amber while they become more"),
            "actions.failed",
            priority=2,
            warns=lambda found: found.failing,
        ),
        rate_column(2),
        Column[Entry[Rule]](
            "from",
            N_("FROM"),
            12,
            lambda row: or_missing(", ".join(row.item.topics)),
            lambda row: ", ".join(row.item.topics) or None,
            grows=True,
            priority=3,
            about=N_("The topics and events that the rule selects from"),
            kinds=EMQX,
        ),
        Column[Entry[Rule]](
            "sql",
            N_("SQL"),
            30,
            lambda row: or_missing(" ".join(row.item.sql.split())),
            lambda row: row.item.sql or None,
            grows=True,
            about=N_("What it selects, and from what: NanoMQ tells nothing else of it"),
            kinds=(Kind.NANOMQ,),
        ),
    ),
    fields=(
        "deployment",
        "id",
        "name",
        "enabled",
        "sql",
        "from",
        "actions",
        "description",
        "created_at",
        *_COUNTERS,
        "matched_per_second",
        *_RATES,
        "failing",
    ),
    record=record,
    matches=_matches,
    sort="status",
    empty=N_("There are no rules."),
    signs=RULE_SIGNS,
    asked=Asked(
        page,
        every=15.0,
        whole=True,
        filters=(
            ServerFilter("id", N_("a part of the rule's id"), searches=True, kinds=_EMQX5),
            ServerFilter("description", N_("a part of the description"), searches=True, kinds=_EMQX5),
            ServerFilter("topic", N_("rules that select from this topic"), kinds=_EMQX5),
            ServerFilter("enabled", N_("enabled or not"), choices=("true", "false"), kinds=_EMQX5),
        ),
        bare="id",
        figures=figures,
        compared=compared,
        more=more,
        offered=N_("EMQX 4 and later, and NanoMQ"),
        scope="data_integration",
        ctl="emqx ctl rules list",
    ),
    detail=detail,
    problem=problem,
    page=lambda _row: "rule/rules",
    actions=(*switches(Part.RULE, EMQX, lambda row: row.item.enabled), resetting(Part.RULE)),
)
