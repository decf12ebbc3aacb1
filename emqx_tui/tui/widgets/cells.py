"""Texts measured and cut the way Textual does it, for everything that is drawn line by line.

Textual cuts lines by Rich's table of widths. A text measured by another table would stand where Textual does not
think it stands, and every cell to the right of it would be drawn in the wrong place.
"""

from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size, set_cell_size

from emqx_tui.text import sanitize


_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_JOINERS = dict.fromkeys((0x200D, 0xFE0E, 0xFE0F))


def drawable(text: str) -> str:
    """The text as it may reach the terminal: no control characters, nothing that joins or changes a neighbour.

    Terminals disagree on how many cells a joined emoji takes, so the parts are drawn one after the other.
    """
    if text.isascii() and text.isprintable():
        return text
    return _drawable(text)


@lru_cache(maxsize=4096)
def _drawable(text: str) -> str:
    text = sanitize(text).translate(_JOINERS)
    # an accent at the start would land on whatever stands to the left
    return "\N{REPLACEMENT CHARACTER}" + text[1:] if _combines(text[:1]) else text


def width_of(text: str) -> int:
    """Terminal cells that a drawable text takes."""
    return len(text) if text.isascii() else cell_len(text)


def cropped(text: str, width: int) -> str:
    """The text in at most `width` cells; what is cut off is marked with an ellipsis."""
    if width_of(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip(" ") + _ELLIPSIS


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells; `right` puts it against the right edge."""
    if len(text) <= width and text.isascii() and text.isprintable():
        return text.rjust(width) if right else text.ljust(width)
    text = cropped(drawable(text), width)
    padding = " " * (width - width_of(text))
    return padding + text if right else text + padding


def parted(text: str, low: int, high: int) -> tuple[str, str, str]:
    """What stands before the cells from `low` to `high`, in them, and after them.

    A wide character is in them when half of it is, and an accent is where its letter is.
    """
    if text.isascii():
        low, high = max(0, low), max(0, low, high)
        return text[:low], text[low:high], text[high:]
    before: list[str] = []
    within: list[str] = []
    after: list[str] = []
    part, at = before, 0
    for character in text:
        width = get_character_cell_size(character)
        if width:
            part = before if at + width <= low else within if at < high else after
        part.append(character)
        at += width
    return "".join(before), "".join(within), "".join(after)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, one at least, broken between words; a longer word is broken too."""
    width = max(width, 2)
    lines = [""]
    for word in drawable(text).split(" "):
        line = f"{lines[-1]} {word}" if lines[-1] else word
        if width_of(line) <= width:
            lines[-1] = line
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while width_of(rest) > width:
            lines[-1] = _head(rest, width)
            rest = rest[len(lines[-1]) :]
            lines += [""] if rest else []
        lines[-1] = rest or lines[-1]
    return lines


def _head(word: str, width: int) -> str:
    """As much of the word as fits, up to a slash where it has one, with what is combined with it; never nothing."""
    taken, room = 0, width
    for character in word:
        cells = get_character_cell_size(character)
        if cells > room and taken:
            break
        taken += 1
        room -= cells
    return word[: word.rfind("/", 1, taken) + 1 or taken]


def common_prefix(one: str, other: str) -> int:
    """Characters from the start that look the same in both, none of them half of a combined character."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    while count and (_combines(one[count : count + 1]) or _combines(other[count : count + 1])):
        count -= 1
    return count


def common_suffix(one: str, other: str) -> int:
    """Characters from the end that look the same in both, none of them half of a combined character."""
    count = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        count += 1
    while count and _combines(one[-count]):
        count -= 1
    return count


def _combines(character: str) -> bool:
    return bool(character) and not character.isascii() and get_character_cell_size(character) == 0
