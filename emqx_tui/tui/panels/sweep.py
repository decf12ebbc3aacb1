"""How far a sweep has come, in one line."""

from emqx_tui.api.result_codes import explain
from emqx_tui.fleet.listed import ListingState, Swept
from emqx_tui.i18n import _
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.resources.queries import told
from emqx_tui.resources.spec import Resource, Tone
from emqx_tui.text import bar, exact_number, percent, short_duration, short_number
from emqx_tui.tui.widgets.lines import Span


_BAR = 10


def sweep_spans(
    resource: Resource[object], listing: ListingState, swept: Swept, now: float, keymap: Keymap
) -> list[Span]:
    """The share that is covered, the key that stops it or goes on, what was found, and what is asked a second."""
    spans = [Span(_(resource.title) + "  ", Tone.STRONG)]
    if listing.error is not None and not swept.covered:
        # Why stands in place of the rows.
        return spans
    covered, total, age = exact_number(swept.covered), listing.total, ""
    if swept.ended_at is not None:
        took, age = short_duration(swept.ended_at - swept.began_at), short_duration(max(0.0, now - swept.ended_at))
        spans += [*_found(listing, swept), Span("  ")]
        spans.append(Span(_("all {count} swept in {took}, {age} ago").format(count=covered, took=took, age=age)))
    else:
        # What is listed may be more than what is counted, and is not at its end before the end is reached.
        share = None if not total else min(0.99, swept.covered / total)
        if share is not None:
            spans.append(Span(bar(share, _BAR) + " ", Tone.CHART))
        of = _("{count} of {total} swept") if total is not None else _("{count} swept")
        shown = of.format(count=covered, total=short_number(total))
        spans.append(Span(f"{percent(share)}, {shown}" if share is not None else shown))
    spans.append(Span(*_goes_on(listing, swept, now, keymap)))
    if swept.ended_at is None:
        # What stands at the end is the first to be cut off: as long as it goes on, how far it is matters more.
        spans += [Span("  "), *_found(listing, swept)]
    if swept.ended_at is None and swept.stopped_at is None and listing.error is None:
        pages = _("at most {count} pages/s").format(count=f"{swept.most:g}")
        spans.append(Span(", " + pages, Tone.MUTED))
    if listing.query:
        spans.append(Span("  " + _("the broker filters by {query}").format(query=told(listing.query)), Tone.ACCENT))
    return spans


def _found(listing: ListingState, swept: Swept) -> list[Span]:
    found, kept = swept.found, len(listing.entries)
    told_of = _("{found} in trouble, the worst {kept} kept") if found > kept else _("{found} in trouble")
    return [Span(told_of.format(found=exact_number(found), kept=kept), Tone.WARNING if found else Tone.GOOD)]


def _goes_on(listing: ListingState, swept: Swept, now: float, keymap: Keymap) -> tuple[str, Tone]:
    again, stop = keymap.long("poll.now"), keymap.long("sweep.stop")
    if listing.error is not None and not listing.complete:
        return "  ▲ " + explain(listing.error).what, Tone.WARNING
    if swept.ended_at is not None:
        return ("  " + _("{key} sweeps again").format(key=again) if again else ""), Tone.MUTED
    if swept.stopped_at is not None:
        age = short_duration(max(0.0, now - swept.stopped_at))
        told_of = _("stopped {age} ago, {key} goes on") if again else _("stopped {age} ago")
        return "  ‖ " + told_of.format(age=age, key=again), Tone.WARNING
    return (", " + _("{key} stops").format(key=stop) if stop else ""), Tone.MUTED
