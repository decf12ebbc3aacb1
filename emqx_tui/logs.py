"""The log file: what the program did and what brokers answered, never a secret and never a body.

Only this program's own records are written at the chosen level. Of the libraries (httpx, httpcore, asyncio, Textual,
keyring) and of Python's own warnings nothing below a warning passes, whatever the level: they would say each request
again, with the headers of its answer. What passes goes to the file too; without a handler Python would print it over
the screen.
"""

import contextlib
import logging
import os
import stat
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import NamedTuple, cast

from emqx_tui import __version__
from emqx_tui.config.atomic import make_folder
from emqx_tui.config.model import LOG_LEVELS
from emqx_tui.config.table import did_you_mean, nearest, one_of
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


LEVEL_VARIABLE = "EMQX_TUI_LOG_LEVEL"
"""The environment variable that says what is written down; it wins over the configuration file."""

LARGEST = 2_000_000
"""Bytes of the log file, at most; then another one is begun."""

KEPT = 3
"""Older files that are kept, as `.1` to `.3`."""


class Log(NamedTuple):
    """Where the log is and what is written into it.

    Attributes:
        path: The file.
        level: One of `LOG_LEVELS`.
        source: What said the level, an option or a variable; empty when the configuration or the default did.
        complaint: What is wrong with the level that the environment asks for; empty when nothing is.
        refusal: Why the file cannot be written; empty when it can.
    """

    path: Path
    level: str = "info"
    source: str = ""
    complaint: str = ""
    refusal: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """What the user should know of, a line each."""
        refusal = _("no log: {reason}").format(reason=self.refusal) if self.refusal else ""
        return tuple(one for one in (self.complaint, refusal) if one)


def choose(path: Path, given: str | None, configured: str, *, environ: Mapping[str, str] = os.environ) -> Log:
    """The log as it is wanted: the option wins over the environment, that one over the configuration.

    Args:
        path: The file.
        given: The level that an option names; None without one.
        configured: The level of the configuration, or its default.
        environ: Where the variable is looked up.
    """
    asked = environ.get(LEVEL_VARIABLE, "").strip()
    level, complaint = asked.lower(), ""
    if asked and level not in LOG_LEVELS:
        told = (f"{LEVEL_VARIABLE}: {one_of(LOG_LEVELS)}.", did_you_mean(nearest(level, LOG_LEVELS)))
        level, complaint = "", " ".join(filter(None, told))
    if given is not None:
        return Log(path, given, "--log-level", complaint)
    if level:
        return Log(path, level, LEVEL_VARIABLE)
    return Log(path, configured, "", complaint)


def start(log: Log) -> Log:
    """Write the log from now on, into a file that only the user can read.

    Returns:
        The log, with the reason when it cannot be written. The program works without.
    """
    handler: logging.Handler
    refusal = ""
    try:
        make_folder(log.path.parent)
        handler = PrivateFileHandler(log.path)
    except OSError as error:
        refusal = f"{sanitize(str(log.path))}: {error.strerror or type(error).__name__}"
        # Without any handler Python would print warnings over the screen.
        handler = logging.NullHandler()
    handler.setFormatter(_Lines("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    everything, ours = logging.getLogger(), logging.getLogger("emqx_tui")
    for one in [one for one in everything.handlers if isinstance(one, PrivateFileHandler)]:
        everything.removeHandler(one)
        one.close()
    everything.addHandler(handler)
    level = logging.getLevelNamesMapping()[log.level.upper()]
    everything.setLevel(max(level, logging.WARNING))
    ours.setLevel(level)
    logging.captureWarnings(capture=True)
    python = ".".join(str(number) for number in sys.version_info[:3])
    ours.info("emqx-tui %s on Python %s, log level %s", __version__, python, log.level)
    return log._replace(refusal=refusal)


def silence(log: Log) -> Log:
    """Write no log: a command that prints what is wrong in its own words has it said once.

    Returns:
        The log, as it was.
    """
    # Without any handler Python would print warnings on standard error.
    logging.getLogger().addHandler(logging.NullHandler())
    return log


class PrivateFileHandler(RotatingFileHandler):
    """Its file is the user's alone, each new one after a rotation too, whatever the umask.

    What cannot be written is left out without a word, for there is only the screen to say it on; the next line that
    can be written tells how many are missing. Several programs may write to the same file: whichever rotates it, the
    others follow.
    """

    def __init__(self, path: Path) -> None:
        self._missing = 0
        self._why = ""
        super().__init__(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> TextIOWrapper:
        path, mode = self.baseFilename, self.mode
        # The handler closes it. A Path takes no opener.
        opened = open(path, mode, encoding=self.encoding, errors=self.errors, opener=_private)  # noqa: SIM115
        return cast(TextIOWrapper, opened)

    def emit(self, record: logging.LogRecord) -> None:
        """Write it down, if that can be done."""
        missing = self._missing
        super().emit(record)
        if missing == self._missing:
            self._missing = 0

    def format(self, record: logging.LogRecord) -> str:
        """The lines for it, after a word about those that are missing."""
        lines = super().format(record)
        if not self._missing:
            return lines
        # The last one may have been written in part.
        return f"\n(here {self._missing} records are missing: {self._why})\n{lines}"

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802  the name that logging gives it
        """Whether another file is to be begun; one that somebody else has begun is taken."""
        if self.stream is not None and not self._is_current(self.stream):
            self._let_go()
        return bool(super().shouldRollover(record))

    def _is_current(self, stream: TextIOWrapper) -> bool:
        try:
            return os.path.samestat(Path(self.baseFilename).stat(), os.fstat(stream.fileno()))
        except FileNotFoundError:
            return False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  the names that logging gives them
        """Count it; what is held back of it is given up, or it would be tried again with every line."""
        error = sys.exception()
        self._missing += 1
        self._why = getattr(error, "strerror", None) or type(error).__name__
        self._let_go()

    def _let_go(self) -> None:
        # It is opened again with the next line.
        stream, self.stream = self.stream, None
        with contextlib.suppress(OSError, ValueError):
            if stream is not None:
                stream.close()


class _Lines(logging.Formatter):
    """Text from outside is only text in here too, and cannot pretend to be a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n    ".join(sanitize(line) for line in super().format(record).split("\n"))


def _private(path: str, flags: int) -> int:
    # A pipe that nobody reads is refused rather than waited for.
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)
    if stat.S_ISREG(os.fstat(handle).st_mode):  # and not /dev/null, which is everybody's
        os.fchmod(handle, 0o600)  # it may be there already, from before
    return handle
