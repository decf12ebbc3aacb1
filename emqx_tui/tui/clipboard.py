"""Copying to the clipboard of whoever sits before the terminal, across SSH: the terminal does it (OSC 52).

tmux and GNU screen stand between the program and the terminal and keep such a sequence to themselves unless it is
wrapped. tmux is told twice: wrapped, which it passes on where `allow-passthrough` is on (always before 3.3), and plain,
which it takes itself where `set-clipboard` is on. Either way the same text arrives; with both off, as tmux 3.3 has it
by default, nothing does, and nobody tells the program.
"""

import os
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from textual.app import App

from emqx_tui.i18n import _, ngettext
from emqx_tui.text import exact_number, sanitize


LIMIT: Final = 74_994
"""Bytes of text that are copied at most: as base64 with what surrounds it 100 000, which is what terminals take."""

_BEGIN: Final = "\x1b]52;c;"
_END: Final = "\x07"
_STRING_BEGIN, _STRING_END = "\x1bP", "\x1b\\"
_TMUX_BEGIN: Final = "\x1bPtmux;"
_SCREEN_CHUNK: Final = 768 - len(_STRING_BEGIN) - len(_STRING_END)
# What separates the cells and the rows that are copied; everything else that could steer a terminal is no text.
_SEPARATORS: Final = ("\n", "\t")


class Copied(NamedTuple):
    """What was handed to the terminal, which does not say whether it took it.

    Attributes:
        characters: How many characters.
        truncated: There were more than the terminal takes.
    """

    characters: int
    truncated: bool = False

    def __str__(self) -> str:
        """For the user."""
        shown = ngettext("copied {count} character", "copied {count} characters", self.characters)
        told = shown.format(count=exact_number(self.characters))
        if not self.truncated:
            return told
        return _("{copied}: the beginning, for a terminal takes {limit} bytes").format(
            copied=told, limit=exact_number(LIMIT)
        )


def safe(text: str) -> str:
    """The text without anything that could steer the terminal in which it is pasted; line breaks and tabs stay."""
    return _safe(text, _SEPARATORS)


def _safe(text: str, separators: tuple[str, ...]) -> str:
    if not separators:
        return sanitize(text, len(text) + 1)
    return separators[0].join(_safe(part, separators[1:]) for part in text.split(separators[0]))


def cut(text: str, limit: int = LIMIT) -> str:
    """As much of the beginning of the text as fits into so many bytes, in whole characters."""
    return text.encode(errors="replace")[:limit].decode(errors="ignore")


def sequence(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """What makes the terminal copy the text, wrapped for tmux or GNU screen where the program runs in one."""
    plain = f"{_BEGIN}{b64encode(text.encode(errors='replace')).decode()}{_END}"
    if environ.get("TMUX"):
        return plain + _TMUX_BEGIN + plain.replace("\x1b", "\x1b\x1b") + _STRING_END
    if environ.get("STY"):
        # A longer string would be cut by screen, and its rest printed on the screen.
        chunks = (plain[at : at + _SCREEN_CHUNK] for at in range(0, len(plain), _SCREEN_CHUNK))
        return "".join(_STRING_BEGIN + chunk + _STRING_END for chunk in chunks)
    return plain


def copy(app: App[Any], text: str, environ: Mapping[str, str] = os.environ) -> Copied:
    """Copy the text, made safe and cut to what terminals take."""
    wanted = safe(text)
    taken = cut(wanted)
    # Textual's own copy_to_clipboard knows neither tmux nor screen; what it keeps for pasting within the app is kept.
    app._clipboard = taken  # noqa: SLF001
    if app._driver is not None:  # noqa: SLF001
        app._driver.write(sequence(taken, environ))  # noqa: SLF001
    return Copied(len(taken), truncated=len(taken) < len(wanted))
