"""Files of what a list shows: what is in them, how they are called, and how they come to be."""

import os
import re
import stat
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from emqx_tui.i18n import N_, _
from emqx_tui.resources.formats import FORMATS
from emqx_tui.resources.spec import Column, Resource


class Kind(NamedTuple):
    """A kind of file: the end of its name, its name in the dialog and a sentence, marked with `N_`."""

    suffix: str
    label: str
    about: str


KINDS: Final[Mapping[str, Kind]] = {
    "csv": Kind(".csv", "CSV", N_("All that is known of each row, for a spreadsheet")),
    "json": Kind(".json", "JSON", N_("The same, for a program; as the command line prints it")),
    "table": Kind(".txt", N_("text"), N_("The columns that are shown, as a table")),
    "svg": Kind(".svg", N_("picture"), N_("The whole screen as it is seen now, as SVG")),
}
"""By the name of the format."""


class Wish(NamedTuple):
    """What is to be written, and where."""

    format: str
    path: Path


class NotWritten(Exception):
    """The file cannot be written; the text says why."""


def default_name(deployment: str | None, resource: str, at: float, suffix: str) -> str:
    """A name for the file: `prod-eu-nodes-20261121-033200.csv`."""
    said = resource if deployment is None else f"{deployment}-{resource}"
    safe = re.sub(r"[^\w.@-]+", "-", said).strip("-.") or "emqx"
    return f"{safe[:120]}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(at))}{suffix}"


def with_suffix(path: str, name: str) -> str:
    """The path with the format's end of its name, where it had that of another format."""
    for kind in KINDS.values():
        if path.endswith(kind.suffix):
            return path.removesuffix(kind.suffix) + KINDS[name].suffix
    return path


def content_of(name: str, resource: Resource[Any], rows: Sequence[Any], columns: Sequence[Column[Any]]) -> str:
    """The rows in a format: data as on the command line, a table of these columns."""
    out = StringIO()
    FORMATS[name](resource._replace(columns=tuple(columns)), rows, out)
    return out.getvalue()


def write(path: Path, content: str, *, replace: bool = False) -> None:
    """Make the file. Nothing else is ever written to: a link is replaced, not followed.

    Args:
        path: The file.
        content: What shall be in it.
        replace: What has this name may go, if it is a file or a link.

    Raises:
        FileExistsError: There is something of that name, and it is not to be replaced.
        NotWritten: It cannot be made; what was there still is.
    """
    data = content.encode("utf-8", "replace")
    try:
        if replace:
            _replace(path, data)
        else:
            with path.open("xb") as file:
                file.write(data)
    except FileExistsError:
        if not replace:
            raise
        raise NotWritten(_("it is no file")) from None
    except OSError as error:
        raise NotWritten(error.strerror or str(error)) from error


def _replace(path: Path, data: bytes) -> None:
    with suppress(FileNotFoundError):
        there = path.lstat().st_mode
        if not (stat.S_ISREG(there) or stat.S_ISLNK(there)):
            raise NotWritten(_("it is no file"))
    handle, name = tempfile.mkstemp(prefix=".emqx-tui-", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
