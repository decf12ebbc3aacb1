"""The authentication chain: whom the broker asks who a client is, in which order, and how each of them stands."""

from emqx_tui.domain.access import Check, Standing
from emqx_tui.domain.broker import Broker
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.i18n import N_, _
from emqx_tui.resources import checks
from emqx_tui.resources.facts import Fact, Note
from emqx_tui.resources.spec import Asked, Resource, Tone, listed


VERDICTS = ("success", "failed", "nomatch")


def detail(row: Entry[Check], _more: object) -> list[Fact]:
    """Everything about an authenticator, node by node."""
    words = (("success", N_("accepted")), ("failed", N_("refused")), ("nomatch", N_("no answer")))
    facts = checks.detail(row, words)
    if checks.problem(row) and row.item.place is not None:
        told = _(
            "Where it cannot be asked it decides nothing: EMQX goes on to the next one of the chain, and refuses the "
            "client when none is left."
        )
        facts.append(Note(told, Tone.WARNING))
    if row.item.mechanism == "plugin":
        facts.append(Note(_("EMQX 4 tells whether a plugin runs, not how what it asks is doing."), Tone.MUTED))
    return facts


async def page(broker: Broker, query: Query, after: str | None) -> Page[Check]:
    """Asks the broker."""
    return await broker.authenticators(query, after)


async def figures(broker: Broker, check: Check) -> Standing:
    """Asks how one of them stands, where the list does not say."""
    return check.standing or await broker.authenticator_standing(check)


AUTHENTICATION: Resource[Entry[Check]] = Resource(
    name="authentication",
    title=N_("Authentication"),
    rows=listed("authentication"),
    key=lambda row: row.item.id,
    columns=checks.columns(
        (
            ("failed", N_("FAILED"), N_("Clients that it refused, since the nodes started")),
            ("success", N_("SUCCESS"), N_("Clients that it accepted, since the nodes started")),
            ("nomatch", N_("NOMATCH"), N_("Clients of whom it could say nothing, so that the next one was asked")),
        ),
        mechanisms=True,
    ),
    fields=checks.fields(VERDICTS),
    record=lambda row: checks.record(row, VERDICTS),
    matches=checks.matches,
    sort="place",
    empty=N_("There is no authenticator: whoever connects is let in."),
    signs=checks.SIGNS,
    asked=Asked(page, whole=True, figures=figures, offered=N_("EMQX 4 and later"), scope="access_control"),
    detail=detail,
    problem=checks.problem,
)
