"""Replacing a file as a whole: at any moment it is either the old one or the new one."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path


if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


PATIENCE = 5.0
"""Seconds that another process may hold the file."""

_PAUSE = 0.02
_PRIVATE = 0o600


class Busy(Exception):
    """Another process held the file all the time."""


def make_folder(folder: Path) -> None:
    """Make the folder and those above it that are missing; nobody but their owner may look into them."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(0o700, exist_ok=True)


@contextlib.contextmanager
def locked(path: Path, patience: float) -> Iterator[None]:
    """Keep other processes of this program from changing the file; the lock is a file beside it.

    Raises:
        Busy: another process did not let go of it for `patience` seconds.
        OSError: the lock cannot be made.
    """
    lock = path.with_name(f".{path.name}.lock")
    until = time.monotonic() + patience
    while (held := _taken(lock)) is None:
        if time.monotonic() >= until:
            raise Busy
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()
        os.close(held)


def _taken(lock: Path) -> int | None:
    """The lock's descriptor, None when somebody else has it."""
    held = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _PRIVATE)
    try:
        if sys.platform == "win32":
            msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever had it before removed the file: a lock on a file without a name keeps nobody out.
        mine = os.path.samestat(os.fstat(held), lock.lstat())
    except (BlockingIOError, FileNotFoundError, PermissionError):
        mine = False
    except BaseException:
        os.close(held)
        raise
    if mine:
        return held
    os.close(held)
    return None


def content_or_none(path: Path) -> bytes | None:
    """The content of the file, None when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def replaced(path: Path, content: bytes, before: bytes | None) -> bool:
    """Put new content in the file's place, readable for its owner only. The file must be `locked`.

    Returns:
        False when the file's content is not `before` any more; then it is left alone.

    Raises:
        OSError: the new content cannot be written; the file is what it was.
    """
    # Only one process is here at a time, so what stands under this name was left by one that died.
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        _write(fresh, content)
        _keep_owner(fresh, path)
        if content_or_none(path) != before:
            return False
        os.replace(fresh, path)  # noqa: PTH105  the tests break this call by its name
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    opened = os.open(path, flags, _PRIVATE)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(opened, rest) :]
        os.fsync(opened)
    finally:
        os.close(opened)
    # The process's umask may have taken more than the mode asks for.
    path.chmod(_PRIVATE)


def _keep_owner(fresh: Path, path: Path) -> None:
    """Root may edit somebody's file; it stays that user's."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    with contextlib.suppress(FileNotFoundError):
        owner = path.stat()
        os.chown(fresh, owner.st_uid, owner.st_gid)


def _sync_folder(folder: Path) -> None:
    """Make the new name last. The new file is in its place, whether or not the file system can promise more."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
