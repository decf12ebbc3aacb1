"""How far a list that is asked for has been read, and what stands in place of rows where there are none."""

from emqx_tui.api.result_codes import Explanation, explain
from emqx_tui.domain.rows import DeploymentRow
from emqx_tui.fleet.listed import ListingState
from emqx_tui.fleet.refusals import why_not
from emqx_tui.i18n import _
from emqx_tui.resources.queries import told
from emqx_tui.resources.spec import Asked, Resource, Tone
from emqx_tui.text import exact_number, short_duration, short_number
from emqx_tui.tui.widgets.cells import wrapped
from emqx_tui.tui.widgets.lines import Span, SpanLine, crop_spans


def listing_line(resource: Resource[object], listing: ListingState, now: float, width: int) -> list[SpanLine]:
    """One line: how many of how many are loaded, what the broker filters by, how old it is, and what went wrong."""
    asked = resource.asked
    if asked is None:
        return []
    spans = [Span(_(resource.title) + "  ", Tone.STRONG), Span(_loaded(listing), Tone.NORMAL)]
    if listing.query:
        spans.append(Span("  " + _("the broker filters by {query}").format(query=told(listing.query)), Tone.ACCENT))
    if listing.loading:
        spans.append(Span("  " + _("reading …"), Tone.MUTED))
    elif listing.answered_at is not None:
        age = short_duration(max(0.0, now - listing.answered_at))
        spans.append(Span("  " + _("read {age} ago").format(age=age), Tone.MUTED))
    if listing.error is not None and listing.entries:
        spans.append(Span("  ▲ " + explain(listing.error).what, Tone.WARNING))
    return [crop_spans(spans, width)]


def _loaded(listing: ListingState) -> str:
    count, total = len(listing.entries), listing.total
    if listing.answered_at is None:
        return ""
    if listing.complete:
        return _("{count} rows").format(count=exact_number(count))
    if total is not None and total > count:
        return _("{count} of {total} loaded").format(count=exact_number(count), total=short_number(total))
    return _("{count} loaded, there are more").format(count=exact_number(count))


def nothing(
    resource: Resource[object], asked: Asked, listing: ListingState, row: DeploymentRow, width: int
) -> list[SpanLine]:
    """What an empty list says: what is missing and why, or that there is nothing."""
    if listing.error is not None:
        return _refused(why_not(asked, listing.error, row.kind, row.version), width)
    if listing.answered_at is None:
        return [(Span(_("Reading …"), Tone.MUTED),)]
    if listing.query:
        return [(Span(_("The broker has nothing that fits {query}.").format(query=told(listing.query)), Tone.MUTED),)]
    return [(Span(line, Tone.MUTED),) for line in wrapped(_(resource.empty), width)]


def _refused(told: Explanation, width: int) -> list[SpanLine]:
    lines: list[SpanLine] = [
        (Span("▲ " + line if not at else "  " + line, Tone.WARNING),)
        for at, line in enumerate(wrapped(told.what, width - 2))
    ]
    for text in (told.why, told.next):
        lines += [(Span("  " + line, Tone.NORMAL),) for line in wrapped(text, width - 2)] if text else []
    return lines
