"""The line above counters: how many there are, and since when they are counted."""

from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import _, ngettext
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.resources.spec import Resource, Tone
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import exact_number, short_duration
from emqx_tui.tui.widgets.lines import Span, SpanLine, crop_spans


def mark_line(
    resource: Resource[object], state: DeploymentState, clock: Clock, keymap: Keymap, width: int
) -> list[SpanLine]:
    """One line: from how many nodes, and the mark with its age, or the key that sets one."""
    nodes = len(state.readings)
    told = ngettext("of {count} node", "of {count} nodes", nodes).format(count=exact_number(nodes))
    spans = [Span(_(resource.title) + "  ", Tone.STRONG), Span(told if nodes else "")]
    key = keymap.long("mark.set")
    if state.mark is not None:
        age = short_duration(max(0.0, clock.monotonic() - state.mark.at))
        shown = _("mark set {age} ago, at {time}").format(age=age, time=clock_time(state.mark.wall, clock.wall()))
        spans.append(Span("  " + shown, Tone.ACCENT))
    elif key:
        spans.append(Span("  " + _("{key} sets a mark to count from").format(key=key), Tone.MUTED))
    return [crop_spans(spans, width)]
