"""Texts for a terminal: made safe, cut and padded by cells, and numbers in few characters.

A leaf: it imports nothing of the package. Widths are terminal cells, never characters.
"""

import math
import unicodedata
from functools import lru_cache


LONGEST = 1024
"""Characters of a text from outside that are kept; more is cut with an ellipsis."""

MISSING = "-"
"""What stands where the API gave nothing. Never 0."""

_REPLACED = "\N{REPLACEMENT CHARACTER}"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
_HARMLESS_SPACES = frozenset("\u00a0\u202f\u2007\u3000")


def sanitize(text: str, longest: int = LONGEST) -> str:
    """The text with everything that could steer a terminal made visible or replaced, and cut to `longest`.

    C0 controls become their pictures (ESC is shown as U+241B), DEL U+2421; C1 controls, bidirectional overrides,
    zero-width and other invisible characters, private-use and surrogate code points become U+FFFD. Joined emoji
    and combining marks stay. Idempotent.
    """
    if len(text) > longest:
        text = text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    if text.isprintable():
        return text
    return "".join(_safe(character) for character in text)


def _safe(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character.isprintable() or character in _JOINERS:
        return character
    if character in _HARMLESS_SPACES:
        return " "
    return _REPLACED


@lru_cache(maxsize=8192)
def cell_width(text: str) -> int:
    """Terminal cells that the text takes."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or character in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def crop(text: str, width: int) -> str:
    """The text in at most `width` cells; what is cut off is marked with an ellipsis."""
    if width <= 0:
        return ""
    if cell_width(text) <= width:
        return text
    kept: list[str] = []
    room = width - 1
    for character in text:
        needed = _character_width(character)
        if needed > room:
            break
        kept.append(character)
        room -= needed
    return "".join(kept) + "\N{HORIZONTAL ELLIPSIS}"


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells, cut or padded; `right` puts it against the right edge."""
    text = crop(text, width)
    padding = " " * (width - cell_width(text))
    return padding + text if right else text + padding


def short_number(value: float | None) -> str:
    """A count in at most five cells: `0`, `7`, `999`, `1.2k`, `84k`, `161k`, `2.4M`. Missing is `-`."""
    if value is None or not math.isfinite(value):
        return MISSING
    sign, size = ("-", -value) if value < 0 else ("", value)
    if size < 999.5:  # the next step would read 1000
        return f"{sign}{size:.0f}"
    for unit in "kMGTP":
        size /= 1000
        if size < 9.95:  # one decimal while it fits
            return f"{sign}{size:.1f}{unit}"
        if size < 999.5:
            return f"{sign}{size:.0f}{unit}"
    return f"{sign}{size:.0f}P"


def short_rate(value: float | None) -> str:
    """A rate per second in at most five cells; below ten with one decimal, so that a trickle is not 0."""
    if value is None or not math.isfinite(value):
        return MISSING
    if 0 < value < 0.05:  # would round to 0, which it is not
        return "<0.1"
    if 0 < abs(value) < 9.95:
        return f"{value:.1f}"
    return short_number(value)


def exact_number(value: float | None) -> str:
    """A number in full, thousands apart by a narrow space: `161 204`. Missing is `-`."""
    if value is None or not math.isfinite(value):
        return MISSING
    if float(value).is_integer():
        return f"{int(value):,}".replace(",", "\N{THIN SPACE}").replace("\N{THIN SPACE}", " ")
    return f"{value:,.2f}".replace(",", " ")


def short_bytes(value: float | None) -> str:
    """Bytes in at most six cells with 1024-based units: `812 B`, `1.2 G`. Missing is `-`."""
    if value is None or not math.isfinite(value):
        return MISSING
    size = float(value)
    for unit in ("B", "K", "M", "G", "T"):
        if size < 999.5 or unit == "T":
            return f"{size:.1f} {unit}" if size < 9.95 and unit != "B" else f"{size:.0f} {unit}"
        size /= 1024
    return MISSING


def short_duration(seconds: float | None) -> str:
    """A duration in its two largest units: `42 s`, `3 m 20 s`, `4 h 21 m`, `12 d 4 h`. Missing is `-`."""
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    left = max(0, int(seconds))
    parts: list[str] = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if left >= size or (unit == "s" and not parts):
            parts.append(f"{left // size} {unit}")
            left %= size
        elif parts:
            break
    return " ".join(parts[:2])


def bar(share: float | None, width: int) -> str:
    """A share of 0 to 1 as a bar of exactly `width` cells; blank when it is missing."""
    if share is None:
        return " " * width
    filled = round(max(0.0, min(1.0, share)) * width)
    return "\u2587" * filled + "\u2581" * (width - filled)


def percent(share: float | None) -> str:
    """A share of 0 to 1 in whole per cent: `81 %`. Missing is `-`."""
    return MISSING if share is None else f"{share * 100:.0f} %"
