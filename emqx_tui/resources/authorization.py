"""Authorization: whom the broker asks what a client may do, in which order, and how each of them stands."""

from emqx_tui.domain.access import Check, Standing, Undecided
from emqx_tui.domain.broker import Broker
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.i18n import N_, _
from emqx_tui.resources import checks
from emqx_tui.resources.facts import Fact, Heading, Note, Pair
from emqx_tui.resources.spec import Asked, Resource, Tone, listed


VERDICTS = ("allow", "deny", "ignore", "nomatch")


def detail(row: Entry[Check], more: object) -> list[Fact]:
    """Everything about a source, node by node, and what becomes of what none of them decides."""
    words = (("allow", N_("allowed")), ("deny", N_("denied")), ("ignore", N_("ignored")), ("nomatch", N_("no rule")))
    facts = checks.detail(row, words)
    if row.item.mechanism in {"plugin", "module"}:
        facts.append(Note(_("EMQX 4 tells whether it runs, not how what it asks is doing."), Tone.MUTED))
    if isinstance(more, Undecided) and more.no_match:
        tone = Tone.WARNING if more.no_match == "allow" else Tone.NORMAL
        facts += [Heading(_("All sources")), Pair(_("what no source decides"), more.no_match, tone)]
        facts += [Pair(_("a client that is denied"), more.deny_action)] if more.deny_action else []
        if more.cached is not None:
            facts.append(Pair(_("cache of decisions"), _("on") if more.cached else _("off")))
    return facts


async def page(broker: Broker, query: Query, after: str | None) -> Page[Check]:
    """Asks the broker."""
    return await broker.authorization_sources(query, after)


async def figures(broker: Broker, check: Check) -> Standing:
    """Asks how one of them stands, where the list does not say."""
    return check.standing or await broker.source_standing(check)


async def more(broker: Broker, check: Check) -> Undecided | None:
    """Asks what becomes of what no source decides; EMQX 4 does not tell."""
    return None if check.standing is not None else await broker.undecided()


AUTHORIZATION: Resource[Entry[Check]] = Resource(
    name="authorization",
    title=N_("Authorization"),
    rows=listed("authorization"),
    key=lambda row: row.item.id,
    columns=checks.columns(
        (
            ("deny", N_("DENY"), N_("What it refused, since the nodes started")),
            ("allow", N_("ALLOW"), N_("What it allowed, since the nodes started")),
            ("nomatch", N_("NOMATCH"), N_("What it has no rule for, so that the next one was asked")),
        ),
        mechanisms=False,
    ),
    fields=checks.fields(VERDICTS),
    record=lambda row: checks.record(row, VERDICTS),
    matches=checks.matches,
    sort="place",
    empty=N_("There is no authorization source: the broker's own rule for no match decides."),
    signs=checks.SIGNS,
    asked=Asked(page, whole=True, figures=figures, more=more, offered=N_("EMQX 4 and later"), scope="access_control"),
    detail=detail,
    problem=checks.problem,
)
