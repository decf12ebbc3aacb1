"""What a text means, as tones; which colour that is, is said where it is drawn."""

from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """What a text means; never its colour. A tone is always beside a word or a symbol, never alone."""

    NORMAL = "normal"
    MUTED = "muted"
    STRONG = "strong"
    ACCENT = "accent"
    GOOD = "good"
    WARNING = "warning"
    CRITICAL = "critical"
    CHART = "chart"


class Cell(NamedTuple):
    """One field of a row, ready to be drawn: clean text and what it means."""

    text: str
    tone: Tone = Tone.NORMAL
