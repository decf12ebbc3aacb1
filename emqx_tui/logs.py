"""The log file: what the program did and what brokers answered, never a secret and never a body."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path


LARGEST = 2_000_000
KEPT = 3


def log_to(path: Path, level: int = logging.INFO) -> str:
    """Write the log to a file of at most two megabytes, three old ones kept, readable by the user alone.

    Returns:
        Why it cannot be written; empty when it can. The program works without.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        handler = RotatingFileHandler(
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
