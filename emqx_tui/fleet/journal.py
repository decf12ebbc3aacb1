"""The journal of actions: a line of JSON for each change to a deployment, in a file of the user's own.

    {"time": "2026-11-22T09:15:02.318Z", "deployment": "prod-eu", "user": "ada", "app_id": "k-1", "action": "kick",
     "object": "c-17", "request": "DELETE /clients/c-17", "outcome": "done", "reason": "", "seconds": 0.412}

It is only ever appended to, under a lock, so that lines of two programs stay whole. A full file is put aside and
`KEPT` older ones are kept.
"""

import errno
import json
import logging
import math
import os
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from emqx_tui.domain.actions import Entry, Outcome
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


NAME: Final = "journal.jsonl"
"""The file's name in the state directory."""

LARGEST: Final = 1 << 20
"""Bytes of a file, about four thousand lines; the one line more that crosses it begins the next."""

KEPT: Final = 4
"""Full files that are kept beside the newest: `journal.1.jsonl` is the youngest of them."""

_PATIENCE: Final = 1.0
_PRIVATE: Final = 0o600
_LONGEST: Final = 2048

log = logging.getLogger(__name__)


class NotWritten(Exception):
    """The entry is not in the journal; the text says why."""


class Journal:
    """The journal at a path; without one nothing is kept. The file need not exist, and neither need its directory."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def append(self, entry: Entry) -> None:
        """Write the entry. Blocks for a second at most while another program writes.

        Raises:
            NotWritten: It could not be written.
        """
        from emqx_tui.config.atomic import Busy, locked, make_folder  # noqa: PLC0415  rarely needed

        if self.path is None:
            return
        line = json.dumps(record(entry), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        try:
            make_folder(self.path.parent)
            with locked(self.path, _PATIENCE):
                self._rotate(len(line))
                _append(self.path, line)
        except Busy:
            raise NotWritten(_("another program is writing it all the time")) from None
        except OSError as error:
            raise NotWritten(error.strerror or str(error)) from error

    def entries(self) -> Iterator[Entry]:
        """All entries that are kept, the oldest first. Lines that cannot be read are left out, with a word in the log.

        Raises:
            OSError: A file is there and cannot be read.
        """
        if self.path is None:
            return
        for path in [*(self._older(number) for number in range(KEPT, 0, -1)), self.path]:
            try:
                mode = path.stat().st_mode
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(mode):
                # To open a pipe would wait for whoever writes to it.
                raise OSError(errno.EINVAL, _("it is no file"), str(path))
            with path.open("rb") as opened:
                for number, line in enumerate(opened, 1):
                    entry = _read(line)
                    if entry is not None:
                        yield entry
                    elif line.strip():
                        log.warning("%s:%d is no entry and left out", path, number)

    def _older(self, number: int) -> Path:
        path = self.path or Path(NAME)
        return path.with_name(f"{path.stem}.{number}{path.suffix}")

    def _rotate(self, more: int) -> None:
        """Put the file aside when there is no room in it; the oldest one goes."""
        if self.path is None:
            return
        try:
            if self.path.stat().st_size + more <= LARGEST:
                return
        except FileNotFoundError:
            return
        for number in range(KEPT, 1, -1):
            if self._older(number - 1).exists():
                self._older(number - 1).replace(self._older(number))
        self.path.replace(self._older(1))


def _append(path: Path, line: bytes) -> None:
    # O_NONBLOCK: to open a pipe that somebody has put there would wait for whoever reads it.
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    opened = os.open(path, flags, _PRIVATE)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(opened, _PRIVATE)
        # A program that was killed, or a full disk, may have left half a line: it must not swallow this one.
        if (size := os.lseek(opened, 0, os.SEEK_END)) and _last_byte(opened, size) != b"\n":
            line = b"\n" + line
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(opened, rest) :]
        os.fsync(opened)
    finally:
        os.close(opened)


def _last_byte(opened: int, size: int) -> bytes:
    os.lseek(opened, size - 1, os.SEEK_SET)
    return os.read(opened, 1)


def record(entry: Entry) -> dict[str, Any]:
    """The entry as it is written, and as JSON and CSV show it: safe to show, the time in UTC."""
    texts = {name: sanitize(value, _LONGEST) for name, value in entry._asdict().items() if isinstance(value, str)}
    return {
        "time": moment(entry.at),
        **{name: texts[name] for name in ("deployment", "user", "app_id", "action", "object", "request")},
        "outcome": entry.outcome.value,
        "reason": texts["reason"],
        "seconds": round(entry.seconds, 3),
    }


def moment(at: float) -> str:
    """A time since 1970 in UTC, as RFC 3339 has it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(line: bytes) -> Entry | None:
    """The entry of a line. Anybody may have written the file: whatever comes out is safe to show."""
    try:
        found: Mapping[str, Any] = json.loads(line)
        text = {name: sanitize(str(found.get(name, "")), _LONGEST) for name in Entry._fields}
        seconds = float(found.get("seconds", 0.0))
        told = datetime.fromisoformat(found["time"])
        return Entry(
            at=told.timestamp() if told.tzinfo is not None else told.replace(tzinfo=UTC).timestamp(),
            deployment=text["deployment"],
            user=text["user"],
            app_id=text["app_id"],
            action=text["action"],
            object=text["object"],
            request=text["request"],
            outcome=Outcome(found["outcome"]),
            reason=text["reason"],
            seconds=seconds if math.isfinite(seconds) else 0.0,
        )
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        return None
