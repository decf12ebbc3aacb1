"""Characters that not every terminal has, and what stands for them on one that lacks them.

The stand-ins are put in where Textual hands over finished lines, so that they also reach borders, scroll bars, toasts
and the palette, which Textual draws. With the mode off there is nothing in the way. Text from outside keeps all
characters that are not in the table: a Chinese client id stays one.
"""

import re
from collections.abc import Mapping
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


STATES: Final[Mapping[str, str]] = {
    "●": "*",
    "✖": "X",
    "▲": "!",
    "○": "o",
    "◆": "+",
    "◐": "%",
    "‖": "=",
}
"""The symbols beside states and findings. Their stand-ins differ from each other, for they are what is seen first."""

_SIGNS: Final = {
    "…": "~",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}": ">",
    "⏎": "<",
    "·": "-",
    "•": "*",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "x",
    "✓": "v",
    "✔": "v",
    "▶": ">",
    "◀": "<",
    "▼": "v",
    "\N{REPLACEMENT CHARACTER}": "?",
    "\N{LEFT-POINTING MAGNIFYING GLASS}": "/ ",
    "\N{RIGHT-POINTING MAGNIFYING GLASS}": "/ ",
}

_BARS: Final = dict(zip("▁▂▃▄▅▆▇█", ".:-=+*#@", strict=True))
_CONTROLS: Final = dict.fromkeys(map(chr, range(0x2400, 0x2427)), "?")
_HORIZONTAL: Final = dict.fromkeys("─━┄┅┈┉╌╍═╴╶╸╺╼╾▔▀", "-")
_VERTICAL: Final = dict.fromkeys("│┃┆┇┊┋╎╏║╵╷╹╻╽╿▉▊▋▌▍▎▏▐▕", "|")
_CORNERS: Final = dict.fromkeys(
    [*map(chr, range(0x250C, 0x254C)), *map(chr, range(0x2552, 0x2571)), *map(chr, range(0x2596, 0x25A0))], "+"
)

GLYPHS: Final[Mapping[str, str]] = {
    **_CORNERS,
    **_HORIZONTAL,
    **_VERTICAL,
    **_BARS,
    **_CONTROLS,
    **_SIGNS,
    **STATES,
}
"""Every character beyond ASCII that the program or Textual draws of itself, and what stands for it in as many cells."""

_TABLE: Final = str.maketrans(dict(GLYPHS))
_POOR_TERMINALS: Final = re.compile(r"linux|vt\d|cons\d|dumb")


class AsciiLines(LineFilter):
    """Puts the stand-ins into finished lines: one of the filters that an app's `get_line_filters` tells Textual."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  every filter's
        """The same line in characters that every terminal has."""
        return [
            segment if segment.text.isascii() else Segment(in_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def in_ascii(text: str) -> str:
    """The text with stand-ins for our characters, in as many cells; other characters stay."""
    return text if text.isascii() else text.translate(_TABLE)


def ascii_wanted(environ: Mapping[str, str], encoding: str, setting: bool | None) -> bool:
    """Whether to draw in ASCII only.

    Args:
        environ: The environment, for `TERM` and the locale.
        encoding: In which the terminal is written to, such as `sys.stderr.encoding`.
        setting: What the user asks for; None leaves it to the terminal.
    """
    if setting is not None:
        return setting
    if _POOR_TERMINALS.match(environ.get("TERM", "")):
        # UTF-8 reaches these consoles, but their fonts have a few hundred characters.
        return True
    if encoding.casefold().replace("-", "").replace("_", "") not in {"utf8", "utf8sig"}:
        return True
    # Python writes UTF-8 whatever the locale C says, unless a locale is named that it can take instead.
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return locale in {"C", "POSIX"}
