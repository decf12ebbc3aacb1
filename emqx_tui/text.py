"""Texts for a terminal: made safe, cut and padded by cells, and numbers in few characters.

A leaf: it imports nothing of the package. Widths are terminal cells, never characters.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache


LONGEST = 1024
"""Characters of a text from outside that are kept; more is cut with an ellipsis."""

LONGEST_DURATION = 100 * 365 * 86400
"""Seconds: no node runs for a century."""

MISSING = "-"
"""What stands where the API gave nothing. Never 0."""

_REPLACED = "\N{REPLACEMENT CHARACTER}"
_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_STYLES = frozenset("\ufe0e\ufe0f")
_KEYCAP = "\u20e3"
_HARMLESS_SPACES = frozenset("\u00a0\u202f\u2007\u3000")
# Printable by Unicode's categories, and yet nothing is to be seen of them.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")

_WIDENED_SPANS = (
    "23 2a 30-39 a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 2328 23cf 23ed-23ef 23f1-23f2 23f8-23fa 24c2 "
    "25aa-25ab 25b6 25c0 25fb-25fc 2600-2604 260e 2611 2618 261d 2620 2622-2623 2626 262a 262e-262f 2638-263a "
    "2640 2642 265f-2660 2663 2665-2666 2668 267b 267e 2692 2694-2697 2699 269b-269c 26a0 26a7 26b0-26b1 26c8 "
    "26cf 26d1 26d3 26e9 26f0-26f1 26f4 26f7-26f9 2702 2708-2709 270c-270d 270f 2712 2714 2716 271d 2721 "
    "2733-2734 2744 2747 2763-2764 27a1 2934-2935 2b05-2b07 1f170-1f171 1f17e-1f17f 1f321 1f324-1f32c 1f336 "
    "1f37d 1f396-1f397 1f399-1f39b 1f39e-1f39f 1f3cb-1f3ce 1f3d4-1f3df 1f3f3 1f3f5 1f3f7 1f43f 1f441 1f4fd "
    "1f549-1f54a 1f56f-1f570 1f573-1f579 1f587 1f58a-1f58d 1f590 1f5a5 1f5a8 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 "
    "1f5d1-1f5d3 1f5dc-1f5de 1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa 1f6cb 1f6cd-1f6cf 1f6e0-1f6e5 1f6e9 1f6f0 1f6f3"
)
_WIDENED = frozenset(
    chr(code)
    for span in _WIDENED_SPANS.split()
    for code in range(int(span.split("-")[0], 16), int(span.split("-")[-1], 16) + 1)
)
"""Characters of one cell that take two as an emoji, which a selector behind them makes of them (Unicode 17)."""

# Wide since Unicode 16, and skin tones, which take no cell of their own behind an emoji: Python's own table is older.
_WIDE = re.compile("[\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff\U0001d300-\U0001d356\U0001d360-\U0001d376]")
_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
_INNER_JAMO = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")


def sanitize(text: str, longest: int = LONGEST) -> str:
    """The text with everything that could steer a terminal made visible or replaced, and cut to `longest`.

    C0 controls become their pictures (ESC is shown as U+241B), DEL U+2421; C1 controls, bidirectional overrides,
    zero-width and other invisible characters, private-use and surrogate code points become U+FFFD. Joined emoji
    and combining marks stay. Idempotent.
    """
    if len(text) > longest:
        text = text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    if text.isprintable() and (text.isascii() or _INVISIBLE.search(text) is None):
        return text
    safe: list[str] = []
    for character, after in zip(text, text[1:] + " ", strict=True):
        safe.append(_safe(safe[-1] if safe else "", character, after))
    return "".join(safe)


class Altered(str):
    """A text that had to be altered to be shown, with what it was.

    Attributes:
        exact: What it was. It is sent back to whom it came from, and never shown.
    """

    __slots__ = ("exact",)
    exact: str


def shown(text: str, longest: int = LONGEST) -> str:
    """The text sanitised, from which `exact` has it again as it was."""
    safe = sanitize(text, longest)
    if safe == text:
        return text
    altered = Altered(safe)
    altered.exact = text
    return altered


def exact(text: str) -> str:
    """What the text was before `shown` altered it: a name that somebody chose is asked for as it is."""
    return text.exact if isinstance(text, Altered) else text


def _safe(before: str, character: str, after: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character == _JOINER:
        joins = (before in _STYLES or _emoji(before) or _SKIN_TONE.match(before)) and _emoji(after)
        return character if joins else _REPLACED
    if character in _STYLES:
        styles = _emoji(before) or (before in _WIDENED and (not before.isascii() or after == _KEYCAP))
        return character if styles else _REPLACED
    if character.isprintable() and _INVISIBLE.match(character) is None:
        return character
    return " " if character in _HARMLESS_SPACES else _REPLACED


def _emoji(character: str) -> bool:
    """It may be an emoji; the pictures of control characters and the replacement are none."""
    if not character or character == _REPLACED or "\u2400" <= character <= "\u243f":
        return False
    return unicodedata.category(character) == "So"


@lru_cache(maxsize=8192)
def cell_width(text: str) -> int:
    """Terminal cells that the text takes, by the same table by which the screen is drawn."""
    if text.isascii():
        return len(text)
    return sum(cells for _, cells in _clusters(text))


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """What must not be cut apart, with its cells: a character, its combining marks and what is joined to it."""
    cluster, width, widened = "", 0, ""
    position = 0
    while position < len(text):
        character = text[position]
        taken = text[position : position + 2] if character == _JOINER else character
        cells = 0
        if character == _EMOJI_STYLE:
            cells, widened = int(widened in _WIDENED), ""
        elif character != _JOINER and (cells := _character_width(character)):
            if cluster:
                yield cluster, width
                cluster, width = "", 0
            widened = character
        cluster += taken
        width += cells
        position += len(taken)
    if cluster:
        yield cluster, width


@lru_cache(maxsize=4096)
def _character_width(character: str) -> int:
    marks = unicodedata.category(character).startswith("M") or character == _JOINER
    if marks or _INNER_JAMO.match(character) or _SKIN_TONE.match(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" or _WIDE.match(character) else 1


def crop(text: str, width: int) -> str:
    """The text in at most `width` cells; what is cut off is marked with an ellipsis."""
    if width <= 0:
        return ""
    if cell_width(text) <= width:
        return text
    kept: list[str] = []
    room = width - 1
    for cluster, needed in _clusters(text):
        if needed > room:
            break
        kept.append(cluster)
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
    if size < 0.5:
        return "0"
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
    """A number in full, thousands apart by a space: `161 204`. Missing is `-`."""
    if value is None or not math.isfinite(value):
        return MISSING
    if float(value).is_integer():
        return f"{int(value):,}".replace(",", " ")
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


def long_duration(seconds: float | None) -> str:
    """A duration in words, to the second below a day and to the minute above: `12 days, 4 hours and 21 minutes`.

    Missing is `-`.
    """
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    # Imported here: tables, which the start waits for, never need it.
    import humanize  # noqa: PLC0415

    whole = int(min(max(0.0, seconds), LONGEST_DURATION))
    unit = "seconds" if whole < 86400 else "minutes"
    return humanize.precisedelta(whole, minimum_unit=unit, suppress=["months", "years"], format="%d")


def bar(fraction: float | None, width: int, *, ascii: bool = False) -> str:  # noqa: A002  the word that says it
    """A bar of `width` characters. Full only at 1 or more, empty only at 0; blank when nothing is known."""
    width = max(width, 0)
    full, empty = ("#", ".") if ascii else ("▇", "▁")
    if fraction is None or not math.isfinite(fraction):
        return " " * width
    fraction = min(max(fraction, 0.0), 1.0)
    filled = int(fraction * width)
    if fraction > 0:
        filled = max(filled, min(1, width))
    return full * filled + empty * (width - filled)


def percent(share: float | None) -> str:
    """A share of 0 to 1 in whole per cent: `81 %`. Missing is `-`."""
    return MISSING if share is None else f"{share * 100:.0f} %"
