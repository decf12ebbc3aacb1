"""Whether the terminal is dark or light: told by the environment, or by the terminal when it is asked.

The question is OSC 11, followed by one that every terminal answers (DA1). The second answer says that no first one
will come, so that only a terminal which answers nothing at all, or is far away, is waited for.
"""

import os
import re
import select
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, Self


PATIENCE: Final = 0.1
"""Seconds that the start waits for the terminal, at most."""

QUESTION: Final = b"\x1b]11;?\x1b\\\x1b[c"
"""What is the background's colour, and what kind of terminal is this."""

_PART = "([0-9a-fA-F]{1,4})"
_COLOUR = re.compile(rf"\x1b\]11;rgba?:{_PART}/{_PART}/{_PART}")
_ATTRIBUTES = re.compile(r"\x1b\[\?[0-9;]*c")
_ANSWERS = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[\?[0-9;]*c")
_STARTED = re.compile(r"(?:\x1b\][^\x07\x1b]{0,64}\x1b?|\x1b\[(?:\?[0-9;]{0,64})?)\Z")
_MUTE = re.compile(r"\Z|dumb|unknown|linux|vt\d|cons\d|eterm|emacs|screen")


class Shade(StrEnum):
    """What the terminal's background is."""

    DARK = "dark"
    LIGHT = "light"


def from_colorfgbg(text: str) -> Shade | None:
    """What `COLORFGBG` says, such as `15;0` or `0;default;15`: the last number is the background."""
    last = text.rpartition(";")[2]
    if not (last.isascii() and last.isdigit()) or int(last) > 15:
        return None
    return Shade.DARK if int(last) in {0, 1, 2, 3, 4, 5, 6, 8} else Shade.LIGHT


def from_answer(answer: str) -> Shade | None:
    """What a terminal's answer to OSC 11 says, with 1 to 4 hexadecimal digits for each part of the colour."""
    found = _COLOUR.search(answer)
    if found is None:
        return None
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    return Shade.LIGHT if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else Shade.DARK


def theme_for(setting: str, shade: Shade | None, environ: Mapping[str, str]) -> str:
    """The theme to start with: the one that is set, or for `auto` what suits the terminal."""
    if setting != "auto":
        return setting
    if environ.get("TERM", "").startswith("linux"):
        # Of near-black shades the console makes one black: with its own colours more can be told apart.
        return "terminal"
    return "dark" if shade is None else shade.value


def worth_asking(setting: str, environ: Mapping[str, str]) -> bool:
    """Whether the answer would matter and the terminal can be expected to know it, or to keep quiet."""
    if setting != "auto" or environ.get("NO_COLOR") or from_colorfgbg(environ.get("COLORFGBG", "")) is not None:
        return False
    return bool(environ.get("TMUX")) or _MUTE.match(environ.get("TERM", "")) is None


class Sieve:
    """Keeps back what the terminal answers, in however many pieces it comes; what the user types passes.

    Attributes:
        done: The last answer has come, and nothing is kept back any more.
    """

    def __init__(self) -> None:
        self.done = False
        self._started = ""

    def pass_on(self, text: str) -> str:
        """What is no answer. The start of one waits for the next piece of input."""
        if self.done:
            return text
        text = self._started + text
        self.done = _ATTRIBUTES.search(text) is not None
        text = _ANSWERS.sub("", text)
        started = None if self.done else _STARTED.search(text)
        self._started = "" if started is None else started[0]
        return text if started is None else text[: started.start()]


class Question:
    """Asks the terminal when it is entered. Between that and `wait` is time for what takes time at the start.

    The terminal's modes are put back with the last answer, or else on leaving: until then an answer that is late
    would be shown as text. The app therefore runs inside.

    Args:
        setting: The theme that is set; only for `auto` is anything asked.
        environ: The environment.
        source: Where the terminal's input is read.
        target: Where the terminal is written to.
    """

    def __init__(self, setting: str, environ: Mapping[str, str], *, source: int = 0, target: int = 1) -> None:
        self.sieve = Sieve()
        self.typed = ""
        self._shade = from_colorfgbg(environ.get("COLORFGBG", ""))
        self._source, self._target = source, target
        self._wanted = worth_asking(setting, environ)
        self._asked = False
        self._modes: list[Any] | None = None

    def __enter__(self) -> Self:
        if self._wanted and sys.platform != "win32" and os.isatty(self._source) and os.isatty(self._target):
            self._ask()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.late:
            # Whatever has come since would else be typed into the shell.
            self._read(PATIENCE)
        self._put_back()

    @property
    def late(self) -> bool:
        """An answer may yet come."""
        return self._asked and not self.sieve.done

    def wait(self, patience: float = PATIENCE) -> Shade | None:
        """What is known of the background, after so many seconds at most. To be called before the app runs."""
        if self.late:
            answer = self._read(patience)
            self._shade = from_answer(answer) or self._shade
            if not self.late:
                self._put_back()
            if self.late or self.typed:
                _look_after_input(self)
        return self._shade

    def _ask(self) -> None:
        import termios  # noqa: PLC0415  not on every system

        try:
            if _in_background(self._source):
                return
            self._modes = termios.tcgetattr(self._source)
            quiet = termios.tcgetattr(self._source)
            quiet[0] &= ~termios.ICRNL
            quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
            termios.tcsetattr(self._source, termios.TCSANOW, quiet)
            os.write(self._target, QUESTION)
            self._asked = True
        except (OSError, termios.error):
            self._put_back()

    def _read(self, patience: float) -> str:
        """What comes until the last answer; `typed` grows by what is none."""
        end = time.monotonic() + patience
        decoder = getincrementaldecoder("utf-8")("replace")
        answer = ""
        try:
            while self.late and select.select([self._source], [], [], max(0.0, end - time.monotonic()))[0]:
                got = os.read(self._source, 1024)
                if not got:
                    break
                text = decoder.decode(got)
                answer += text
                self.typed += self.sieve.pass_on(text)
                if time.monotonic() > end:
                    # Whoever holds a key down does not hold up the start.
                    break
        except OSError:
            # The terminal is gone: the app will tell.
            return answer
        return answer

    def _put_back(self) -> None:
        if self._modes is None:
            return
        import termios  # noqa: PLC0415  not on every system

        modes, self._modes = self._modes, None
        try:
            if self.late:
                termios.tcflush(self._source, termios.TCIFLUSH)
            termios.tcsetattr(self._source, termios.TCSANOW, modes)
        except termios.error:
            # The terminal is gone, and its modes with it.
            return


def _look_after_input(question: Question) -> None:
    """Have Textual take what was typed before it could read, and drop answers that are late.

    Its parser makes keys of every sequence that it does not know: an answer would open the prompt.
    """
    # Imported here: rarely needed, and the question is to be put before anything else takes time.
    from textual._xterm_parser import XTermParser  # noqa: PLC0415
    from textual.message import Message  # noqa: PLC0415

    from emqx_tui.tui.driver import TerminalDriver  # noqa: PLC0415

    class Parser(XTermParser):
        def feed(self, data: str) -> Iterable[Message]:
            passed = question.sieve.pass_on(data)
            # nothing would mean the end of all input
            return super().feed(passed) if passed or not data else ()

        def tick(self) -> Iterable[Message]:
            typed, question.typed = question.typed, ""
            if typed:
                yield from super().feed(typed)
            yield from super().tick()

    TerminalDriver.parser = Parser


def _in_background(terminal: int) -> bool:
    """Whether changing the terminal's modes would stop us: another program is using it."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:
        return False
