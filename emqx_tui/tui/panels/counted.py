"""The line above counters and gauges: of how many nodes they are, how old, and since when they are counted."""

from emqx_tui.domain.broker import Part
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import _, ngettext
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.resources.spec import Resource, Tone
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import exact_number, short_duration
from emqx_tui.tui.widgets.lines import Span, SpanLine, crop_spans


COUNTED = frozenset({Part.METRICS, Part.STATS})
"""What the poller asks for rows that this line stands above."""


def counted_line(
    resource: Resource[object], state: DeploymentState, clock: Clock, keymap: Keymap, width: int
) -> list[SpanLine]:
    """One line; the mark with its age, or the key that sets one, only above counters."""
    spans = [Span(_(resource.title) + "  ", Tone.STRONG)]
    nodes = len(state.gauges if resource.part is Part.STATS else state.readings)
    if nodes:
        told = ngettext("of {count} node", "of {count} nodes", nodes).format(count=exact_number(nodes))
        spans.append(Span(told + "  "))
    at = max(_read_at(resource, state), default=None)
    if at is not None:
        age = short_duration(max(0.0, clock.monotonic() - at))
        spans.append(Span(_("read {age} ago").format(age=age) + "  ", Tone.MUTED))
    spans += _mark(state, clock, keymap) if resource.marks and nodes else []
    return [crop_spans(spans, width)]


def _read_at(resource: Resource[object], state: DeploymentState) -> list[float]:
    """When they were last read: with a list, or node by node."""
    part = None if resource.part is None else state.parts[resource.part].answered_at
    apart = [one.monotonic for one in state.readings.values()] if resource.part is Part.METRICS else []
    return apart if part is None else [part, *apart]


def _mark(state: DeploymentState, clock: Clock, keymap: Keymap) -> list[Span]:
    key = keymap.long("mark.set")
    if state.mark is None:
        return [Span(_("{key} sets a mark to count from").format(key=key), Tone.MUTED)] if key else []
    age = short_duration(max(0.0, clock.monotonic() - state.mark.at))
    at = clock_time(state.mark.wall, clock.wall())
    return [Span(_("mark set {age} ago, at {time}").format(age=age, time=at), Tone.ACCENT)]
