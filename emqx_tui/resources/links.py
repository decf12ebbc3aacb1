"""How rules, actions, sources and connectors are shown: their states and the columns that they share."""

from collections.abc import Sequence

from emqx_tui.domain.integration import (
    CONNECTED,
    CONNECTING,
    DISABLED,
    DISCONNECTED,
    ENABLED,
    INCONSISTENT,
    STOPPED,
    Figures,
    Link,
    Rule,
    rate,
)
from emqx_tui.domain.listing import Entry
from emqx_tui.i18n import N_, _
from emqx_tui.resources.spec import Cell, Sign, Tone
from emqx_tui.text import MISSING, short_number


FAILING = N_("failing")
GROWING = N_("queue grows")
UNKNOWN = N_("unknown")

_LOOKS: dict[str, tuple[str, Tone, int]] = {
    DISCONNECTED: ("✖", Tone.CRITICAL, 0),
    STOPPED: ("✖", Tone.CRITICAL, 0),
    INCONSISTENT: ("▲", Tone.WARNING, 1),
    CONNECTING: ("◐", Tone.WARNING, 1),
    FAILING: ("▲", Tone.WARNING, 2),
    GROWING: ("▲", Tone.WARNING, 2),
    CONNECTED: ("●", Tone.GOOD, 4),
    ENABLED: ("●", Tone.GOOD, 4),
    DISABLED: ("○", Tone.MUTED, 5),
}
_UNKNOWN = ("?", Tone.WARNING, 3)
_WORDS = {
    CONNECTED: N_("connected"),
    DISCONNECTED: N_("disconnected"),
    CONNECTING: N_("connecting"),
    INCONSISTENT: N_("inconsistent"),
    STOPPED: N_("stopped"),
    ENABLED: N_("enabled"),
    DISABLED: N_("disabled"),
    FAILING: FAILING,
    GROWING: GROWING,
}

_GOOD = Sign(
    "●", N_("connected"), N_("It is connected on every node, or enabled where there is nothing to connect."), Tone.GOOD
)
_AMBER = Sign(
    "▲",
    N_("look at it"),
    N_("More fails or more is queued than at the reading before, or its nodes differ (inconsistent)."),
    Tone.WARNING,
)
_OFF = Sign("○", N_("disabled"), N_("Somebody has switched it off: nothing goes through it."), Tone.MUTED)
_OPEN = Sign(
    "?", N_("unknown"), N_("The broker does not say how it stands, or in a word that is not known here."), Tone.WARNING
)

RULE_SIGNS = (
    _GOOD._replace(word=N_("enabled"), about=N_("It is enabled, and nothing of it fails now.")),
    _AMBER._replace(
        word=N_("look at it"),
        about=N_("More of its messages or actions fail than at the reading before, or more wait for an action."),
    ),
    _OFF,
    _OPEN,
)
CONNECTOR_SIGNS = (
    _GOOD,
    Sign("◐", N_("connecting"), N_("It is trying to connect."), Tone.WARNING),
    _AMBER._replace(word=N_("inconsistent"), about=N_("It is connected on some nodes and not on others.")),
    Sign("✖", N_("disconnected"), N_("It does not reach the other end: see the reason."), Tone.CRITICAL),
    _OFF,
    _OPEN,
)
LINK_SIGNS = tuple(_AMBER if sign.mark == "▲" else sign for sign in CONNECTOR_SIGNS)


def figures_of(row: Entry[Rule] | Entry[Link]) -> Figures | None:
    """What has gone through it: what was asked for by the row, else what came with the list."""
    return row.figures if isinstance(row.figures, Figures) else row.item.figures


def state_of(row: Entry[Rule] | Entry[Link]) -> str:
    """The state in one word, untranslated: what the broker says, or why a row that is well is worth a look."""
    item = row.item
    if isinstance(item, Rule):
        own = "" if item.enabled is None else ENABLED if item.enabled else DISABLED
    else:
        own = item.state
    figures = figures_of(row)
    if own not in {CONNECTED, ENABLED} or figures is None:
        return own
    return FAILING if figures.failing else GROWING if figures.growing else own


def _look(state: str) -> tuple[str, Tone, int]:
    return _LOOKS.get(state, _UNKNOWN)


def mark_cell(state: str) -> Cell:
    """The symbol of a state."""
    mark, tone, _rank = _look(state)
    return Cell(mark, tone)


def word_cell(state: str) -> Cell:
    """The word of a state; one that is not known is shown as the broker writes it."""
    word = _(_WORDS[state]) if state in _WORDS else state or _(UNKNOWN)
    return Cell(word, _look(state)[1])


def state_cell(state: str) -> Cell:
    """Symbol and word."""
    mark, word = mark_cell(state), word_cell(state)
    return Cell(f"{mark.text} {word.text}", word.tone)


def rank(row: Entry[Rule] | Entry[Link]) -> int:
    """Problems first: 0 is broken, 5 is switched off."""
    return _look(state_of(row))[2]


def problem(row: Entry[Rule] | Entry[Link]) -> int:
    """How bad it is: 3 is broken, 0 is well or switched off."""
    return max(0, 3 - rank(row))


def figure(row: Entry[Rule] | Entry[Link], *names: str) -> float | None:
    """The first of these figures that is known."""
    figures = figures_of(row)
    if figures is None:
        return None
    return next((figures.counts[name] for name in names if name in figures.counts), None)


def speed(row: Entry[Rule] | Entry[Link]) -> float | None:
    """Messages a second, as the broker says."""
    figures = figures_of(row)
    return None if figures is None else rate(figures.counts)


def whole(value: float | None) -> int | None:
    """A counter for JSON and CSV."""
    return None if value is None else int(value)


def texts(*values: str) -> Sequence[str]:
    """What a filter looks into: the texts that there are."""
    return [value for value in values if value]


def or_missing(text: str, tone: Tone = Tone.NORMAL) -> Cell:
    """The text, or the sign for what is not known."""
    return Cell(text, tone) if text else Cell(MISSING, Tone.MUTED)


def number(value: float | None, tone: Tone = Tone.NORMAL) -> Cell:
    """A counter in a cell."""
    return Cell(short_number(value), Tone.MUTED if value is None else tone)
