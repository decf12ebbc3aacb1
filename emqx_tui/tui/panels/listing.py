"""How far a list that is asked for has been read, and what stands in place of rows where there are none."""

from emqx_tui.api.result_codes import Explanation, explain
from emqx_tui.domain.rows import DeploymentRow
from emqx_tui.fleet.listed import MOST_SEEN, ListingState
from emqx_tui.fleet.refusals import why_not
from emqx_tui.i18n import _, ngettext
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.resources.queries import told
from emqx_tui.resources.spec import Asked, Resource, Tone
from emqx_tui.text import exact_number, short_duration, short_number
from emqx_tui.tui.panels.sweep import sweep_spans
from emqx_tui.tui.widgets.cells import wrapped
from emqx_tui.tui.widgets.lines import Span, SpanLine, crop_spans


def listing_line(
    resource: Resource[object], listing: ListingState, now: float, width: int, keymap: Keymap
) -> list[SpanLine]:
    """One line: how many of how many are loaded, what the broker filters by, how old it is, and what went wrong."""
    asked = resource.asked
    if asked is None:
        return []
    if listing.swept is not None:
        return [crop_spans(sweep_spans(resource, listing, listing.swept, now, keymap), width)]
    spans = [Span(_(resource.title) + "  ", Tone.STRONG), Span(_loaded(listing), Tone.NORMAL)]
    if listing.query:
        by = _("the broker filters by {query}") if listing.seen is None else _("by {query}")
        spans.append(Span("  " + by.format(query=told(listing.query)), Tone.ACCENT))
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
    if listing.seen is not None:
        return _searched(listing, listing.seen)
    if listing.complete:
        return ngettext("{count} row", "{count} rows", count).format(count=exact_number(count))
    if total is not None and total > count:
        return _("{count} of {total} loaded").format(count=exact_number(count), total=short_number(total))
    return _("{count} loaded, there are more").format(count=exact_number(count))


def _searched(listing: ListingState, seen: int) -> str:
    """What was found here, among how many rows."""
    found, among = exact_number(len(listing.entries)), exact_number(seen)
    if listing.complete:
        one, many = "{count} row, matched here among all {seen}", "{count} rows, matched here among all {seen}"
        return ngettext(one, many, len(listing.entries)).format(count=found, seen=among)
    if seen >= MOST_SEEN:
        return _("{count} rows, matched here among the first {seen}: no more is read").format(count=found, seen=among)
    if listing.total is not None and listing.total > seen:
        total = short_number(listing.total)
        so_far = _("{count} rows so far, matched here among {seen} of {total}")
        return so_far.format(count=found, seen=among, total=total)
    return _("{count} rows so far, matched here among {seen}").format(count=found, seen=among)


def nothing(
    resource: Resource[object], asked: Asked, listing: ListingState, row: DeploymentRow, width: int
) -> list[SpanLine]:
    """What an empty list says: what is missing and why, or that there is nothing."""
    if listing.error is not None:
        return _refused(why_not(asked, listing.error, row.kind, row.version), width)
    if listing.answered_at is None:
        return [(Span(_("Reading …"), Tone.MUTED),)]
    if listing.swept is not None and not listing.complete:
        return [(Span(_("Nothing found so far."), Tone.MUTED),)]
    if not listing.complete and listing.seen is not None:
        return [(Span(_("Nothing that fits so far, and not all rows were looked through."), Tone.MUTED),)]
    if listing.query and listing.swept is None:
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
