"""Reads the terminal without looking for input ten times a second.

Textual's own driver (8.2.8) does, which is nine tenths of what an idle program costs, and it notices only at the next
look that the program ends: a fifth of a second at every quit. This one sleeps until there is input or the end.
"""

import os
import selectors
import signal
import sys
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import constants
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message


if TYPE_CHECKING:
    from textual.app import App

Selector: Final = selectors.SelectSelector if sys.platform == "darwin" else selectors.PollSelector
"""What waits for the terminal: on macOS only `select` knows terminals, elsewhere it knows 1024 descriptors only."""

_ASLEEP: Final = 5.0
_AT_ONCE: Final = 4096
_TICK: Final = 0.02
_SETTLED: Final = 2 * _TICK
"""Seconds after the parser's own patience with an unfinished key, after which it waits for nothing."""


class TerminalDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, with an input thread that sleeps.

    Attributes:
        parser: Makes keys of what the terminal sends.
    """

    parser: ClassVar[type[XTermParser]] = XTermParser

    def __init__(
        self, app: "App[Any]", *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._wake: tuple[int, int] | None = None

    def start_application_mode(self) -> None:
        """Take the terminal over; anew where it was not given back before.

        A terminal that is gone sends SIGCONT after SIGHUP, and SIGSTOP lets nobody suspend anything: the thread that
        still reads would sleep for ever, and the program with it.
        """
        if self._key_thread is not None and self._key_thread.is_alive():
            self.suspend_application_mode()
        self._forget_wake()
        self._wake = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Give back what the driver holds."""
        super().close()
        self._forget_wake()

    def _forget_wake(self) -> None:
        wake, self._wake = self._wake, None
        for end in wake or ():
            os.close(end)

    def disable_input(self) -> None:
        """End the input thread, which may be asleep."""
        if self._wake is not None:
            os.write(self._wake[1], b"\0")
        super().disable_input()

    def run_input_thread(self) -> None:
        """Hand on what is typed, until the input is disabled or the terminal is gone."""
        if self._wake is None:
            return
        woken = self._wake[0]
        parser = self.parser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        unsettled = time.monotonic() + constants.ESCAPE_DELAY + _SETTLED
        with Selector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            while True:
                now = time.monotonic()
                ready = {key.fd for key, _events in selector.select(_TICK if now < unsettled else _ASLEEP)}
                # Whatever else may go wrong at the end: a program that nobody uses any more is not kept alive by this.
                if woken in ready or not threading.main_thread().is_alive():
                    break
                if self.fileno in ready:
                    typed = self._typed()
                    if not typed:
                        self._gone()
                        break
                    # An Esc may be the beginning of another key: only time tells.
                    unsettled = time.monotonic() + constants.ESCAPE_DELAY + _SETTLED
                    if text := decode(typed):
                        self._hand_on(parser.feed(text))
                self._hand_on(parser.tick())
        with suppress(EOFError, ParseError):
            tuple(parser.feed(""))

    def _typed(self) -> bytes:
        try:
            return os.read(self.fileno, _AT_ONCE)
        except OSError:
            return b""

    def _hand_on(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)

    def _gone(self) -> None:
        """Nobody can see or quit the program any more; a lost connection does not always bring the signal as well."""
        leave = partial(self._app.exit, return_code=128 + signal.SIGHUP)
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(leave)
