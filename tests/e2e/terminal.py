"""The program in a pseudo-terminal, read by the event loop of the test, so that servers of the test go on answering."""

import asyncio
import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

import pyte


PATIENCE: Final = 20.0
"""Seconds until something that has to come counts as never coming."""

PRIVATE_MODES: Final = {
    1049: "alternate screen",
    1000: "mouse",
    1002: "mouse drags",
    1003: "mouse moves",
    1006: "mouse in SGR form",
    1004: "focus events",
    2004: "bracketed paste",
}


class Terminal:
    """A terminal of which the program under test is the only one that writes, from `async with` to its end.

    Args:
        arguments: What stands behind `emqx-tui` on the command line.
        home: Where the program keeps its state and its configuration.
        size: Columns and lines.
        environ: Variables besides the few that a shell sets.
        script: Python that is run instead of the program's own start.
    """

    def __init__(
        self,
        *arguments: str,
        home: Path,
        size: tuple[int, int] = (100, 30),
        environ: Mapping[str, str] | None = None,
        script: str | None = None,
    ) -> None:
        self.home = home
        self.raw = bytearray()
        self.code: int | None = None
        self._command = command(*arguments) if script is None else (sys.executable, "-c", script, *arguments)
        self._size = size
        self._environ = environment(home, environ)
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._news = asyncio.Event()
        self._hung_up = False
        self._master = -1
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._master, slave = pty.openpty()
        columns, lines = self._size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.set_blocking(self._master, False)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=self._environ,
                cwd=self.home,
                start_new_session=True,
                preexec_fn=_own_terminal,
            )
        finally:
            os.close(slave)
        asyncio.get_running_loop().add_reader(self._master, self._read)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def arguments(self) -> bytes:
        """What the list of processes shows of the program and of those it started, on systems that have `/proc`."""
        assert self._process is not None
        session = os.getsid(self._process.pid)
        shown = b""
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.getsid(int(process.name)) == session:
                    shown += (process / "cmdline").read_bytes()
        return shown

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hung_up = True
            asyncio.get_running_loop().remove_reader(self._master)
        self.raw += data
        self._feed(data)
        self._news.set()

    def _feed(self, data: bytes) -> None:
        # pyte knows neither the keyboard protocols nor requests, and prints what it takes for the rest of them
        self._stream.feed(re.sub(rb"\x1b\[[<>=?][0-9;]*[uqmc]|\x1b\[\?[0-9;]*\$p|\x1b\[>[0-9;]*[a-z]", b"", data))

    # What the user does

    def send(self, keys: str) -> None:
        """Type this."""
        os.write(self._master, keys.encode())

    def mouse(self, button: int, place: tuple[int, int], *, up: bool = False) -> None:
        """Send what a terminal in SGR mode does: 0 is the left button, 32 more a move with it, 64 and 65 the wheel."""
        x, y = place
        self.send(f"\x1b[<{button};{x + 1};{y + 1}{'m' if up else 'M'}")

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag with the left button."""
        self.mouse(0, start)
        self.mouse(32, end)
        self.mouse(0, end, up=True)

    def place_of(self, text: str) -> tuple[int, int]:
        """The cell of the screen at which a text of ASCII begins, in the first line that has it."""
        y = next(number for number, line in enumerate(self.lines) if text in line)
        return self.lines[y].index(text), y

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        assert self._process is not None
        self._process.send_signal(number)

    async def close(self) -> None:
        """Close the terminal, as when a window is closed or a connection breaks."""
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            self._master = -1

    # What the user sees

    @property
    def lines(self) -> list[str]:
        """The screen, without the blanks at the ends of lines."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(self.lines)

    async def shows(self, pattern: str, *, never: str | None = None) -> str:
        """Wait until some part of the screen matches; give that part."""
        found = ""

        def look() -> bool:
            nonlocal found
            match = re.search(pattern, self.text, re.MULTILINE)
            assert never is None or not re.search(never, self.text), f"{never} is on the screen:\n{self.text}"
            found = match[0] if match else ""
            return match is not None

        await self._until(look, pattern)
        return found

    async def shows_no(self, pattern: str) -> None:
        """Wait until no part of the screen matches any more."""
        await self._until(lambda: not re.search(pattern, self.text, re.MULTILINE), f"no {pattern}")

    async def is_sent(self, sequence: bytes, times: int = 1) -> None:
        """Wait until the program has sent this to the terminal, so many times."""
        await self._until(lambda: self.raw.count(sequence) >= times, repr(sequence))

    def backgrounds(self) -> set[str]:
        """The colours that stand behind the characters of the screen."""
        columns, lines = self._size
        return {self._screen.buffer[y][x].bg for y in range(lines) for x in range(columns)}

    def background(self, place: tuple[int, int]) -> str:
        """The colour that stands behind a cell."""
        x, y = place
        return str(self._screen.buffer[y][x].bg)

    async def background_becomes(self, place: tuple[int, int], wanted: Callable[[str], bool]) -> None:
        """Wait until the colour behind a cell is one that is wanted."""
        await self._until(lambda: wanted(self.background(place)), "another background")

    async def _until(self, met: Callable[[], bool], wanted: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not met():
                    assert not self._hung_up, f"it ended without {wanted}:\n{self.text}"
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{wanted} never came; the screen shows:\n{self.text}") from None

    # The end

    async def ended(self) -> int:
        """Wait for the program's end; its exit code."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE):
            self.code = await self._process.wait()
        with contextlib.suppress(OSError):
            while self._master >= 0 and (data := os.read(self._master, 65536)):
                self.raw += data
                self._feed(data)
        return self.code

    def left_behind(self) -> list[str]:
        """What the program has switched on in the terminal and not off again."""
        last = {
            int(mode): on
            for modes, on in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", self.raw)
            for mode in modes.split(b";")
        }
        left = [name for mode, name in PRIVATE_MODES.items() if last.get(mode) == b"h"]
        if last.get(25) == b"l":
            left.append("hidden cursor")
        pushed = len(re.findall(rb"\x1b\[>[0-9]+u", self.raw)) - len(re.findall(rb"\x1b\[<[0-9]*u", self.raw))
        return [*left, *(["keyboard protocol"] if pushed > 0 else [])]


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def command(*arguments: str) -> Sequence[str]:
    """The command line of the program under test."""
    return (sys.executable, "-m", "emqx_tui", *arguments)


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the program sees of its environment: nothing of whoever runs the tests."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "COLORFGBG": "15;0",  # the background is known, so that the terminal is not asked for it
        "TZ": "UTC",
        "EMQX_TUI_STATE_DIR": str(home / "state"),
        "EMQX_TUI_CONFIG": str(home / "config.toml"),
        **(more or {}),
    }


async def output_of(*arguments: str, home: Path, environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Exit code, output and error output of the program without a terminal."""
    process = await asyncio.create_subprocess_exec(
        *command(*arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(home, environ),
        cwd=home,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode(), err.decode()
