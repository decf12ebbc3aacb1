"""The input thread, on a real pseudo-terminal."""

import asyncio
import os
import pty
import signal
import threading
import tty
from collections.abc import AsyncIterator
from selectors import SelectorKey
from typing import Any, cast

import pytest
from textual import events
from textual.message import Message

from emqx_tui.tui.driver import Selector, TerminalDriver


class Watched(TerminalDriver):
    """Keeps what it is told instead of handing it to an app."""

    def __init__(self, app: "App", terminal: int) -> None:
        super().__init__(cast(Any, app))
        self.fileno = terminal
        self.keys: list[str] = []
        self.told = threading.Event()

    def write(self, data: str) -> None:
        """What would switch the terminal's mouse on and off."""

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self.keys.append(message.key)
            self.told.set()

    def wait_for_key(self) -> str:
        assert self.told.wait(5), "no key came"
        self.told.clear()
        return self.keys[-1]

    def begin(self) -> None:
        """Only the input thread; the terminal's modes are not what is tested here."""
        self._wake = os.pipe()
        self._key_thread = threading.Thread(target=self.run_input_thread)
        self._key_thread.start()

    def end(self) -> None:
        self.disable_input()
        self.close()

    @property
    def ended(self) -> bool:
        assert self._key_thread is not None
        return not self._key_thread.is_alive()


class App:
    """What the driver needs of one."""

    def __init__(self) -> None:
        self.exit_code = asyncio.get_running_loop().create_future()

    def exit(self, *, return_code: int) -> None:
        self.exit_code.set_result(return_code)


class Terminal:
    """A driver on one end of a pseudo-terminal, and the other end."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.user, self._terminal = pty.openpty()
        self.driver = Watched(app, self._terminal)

    def type(self, text: bytes) -> None:
        os.write(self.user, text)

    def close(self) -> None:
        self.driver.end()
        for end in (self.user, self._terminal):
            try:
                os.close(end)
            except OSError:
                continue


@pytest.fixture
async def terminal() -> AsyncIterator[Terminal]:
    one = Terminal(App())
    # Raw, as the program sets it: nothing waits for the end of a line.
    tty.setraw(one._terminal)
    yield one
    one.close()


async def test_what_is_typed_arrives_key_by_key(terminal: Terminal) -> None:
    terminal.driver.begin()
    for typed, key in ((b"a", "a"), (b"\x1b[A", "up"), ("\N{LATIN SMALL LETTER U WITH DIAERESIS}".encode(), "ü")):
        terminal.type(typed)
        assert await asyncio.to_thread(terminal.driver.wait_for_key) == key


async def test_an_escape_that_nothing_follows_is_the_escape_key(terminal: Terminal) -> None:
    terminal.driver.begin()
    terminal.type(b"\x1b")
    assert await asyncio.to_thread(terminal.driver.wait_for_key) == "escape"


async def test_bytes_that_are_no_text_do_not_end_the_input(terminal: Terminal) -> None:
    terminal.driver.begin()
    terminal.type(b"\xff\xfe")
    terminal.type(b"a")
    while terminal.driver.keys[-1:] != ["a"]:
        await asyncio.to_thread(terminal.driver.wait_for_key)


async def test_a_thread_that_waits_for_a_key_ends_at_once(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    asleep = threading.Event()
    original = Selector.select

    def select(self: Any, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:  # noqa: ANN401  of two
        if timeout is None or timeout > 1:
            asleep.set()
        return original(self, timeout)

    monkeypatch.setattr(Selector, "select", select)
    terminal.driver.begin()
    # It looks for nothing by itself once no key can be unfinished: an idle program costs nothing.
    assert await asyncio.to_thread(asleep.wait, 5)
    terminal.driver.disable_input()
    assert terminal.driver.ended


async def test_input_can_be_taken_up_again(terminal: Terminal) -> None:
    terminal.driver.begin()
    terminal.driver.end()
    terminal.driver.begin()
    terminal.type(b"b")
    assert await asyncio.to_thread(terminal.driver.wait_for_key) == "b"


async def test_a_terminal_that_is_gone_ends_the_program(terminal: Terminal) -> None:
    terminal.driver.begin()
    os.close(terminal.user)
    assert await asyncio.wait_for(terminal.app.exit_code, 5) == 128 + signal.SIGHUP
