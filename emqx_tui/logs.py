"""The log file: what the program did and what brokers answered, never a secret and never a body."""

import logging
import os
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import cast


LARGEST = 2_000_000
KEPT = 3


class PrivateFileHandler(RotatingFileHandler):
    """Its file is the user's alone, each new one after a rotation too, whatever the umask."""

    def _open(self) -> TextIOWrapper:
        path, mode = self.baseFilename, self.mode
        # The handler closes it. A Path takes no opener.
        opened = open(path, mode, encoding=self.encoding, errors=self.errors, opener=_private)  # noqa: SIM115
        return cast(TextIOWrapper, opened)


def _private(path: str, flags: int) -> int:
    handle = os.open(path, flags, 0o600)
    os.fchmod(handle, 0o600)  # it may be there already, from before
    return handle


def log_to(path: Path, level: int = logging.INFO) -> str:
    """Write the log to a file of at most two megabytes, three old ones kept, readable by the user alone.

    Returns:
        Why it cannot be written; empty when it can. The program works without.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = PrivateFileHandler(
            path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
        )
    except OSError as error:
        return f"{path}: {error.strerror}"
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("emqx_tui")
    root.addHandler(handler)
    root.setLevel(level)
    root.propagate = False
    return ""
