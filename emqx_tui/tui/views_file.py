"""The file in which views are kept between two runs: small, private, and shared by all programs that run.

    {"format": 1,
     "fleet":       {"fleet": {"sort": "deployment"}},
     "deployments": {"prod-eu": {"nodes": {"sort": "-memory", "detail": false}}},
     "history":     {":": ["alarms prod-eu"], "/": ["emqx@10"]}}

A view is whatever keys one resource of one deployment has; a key that a program does not know it leaves as it is, so
that a later one may add keys without another format. Nothing here imports Textual.
"""

import json
import logging
import stat
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from emqx_tui.i18n import _


FORMAT: Final = 1

NAME: Final = "views.json"
"""The file's name in the state directory."""

DELAY: Final = 2.0
"""Seconds in which changes are gathered; a crash loses no more than these."""

LARGEST: Final = 1 << 20
"""Bytes of a file that is read."""

MOST_DEPLOYMENTS: Final = 500
"""Deployments whose views are kept; the one that was changed longest ago gives way."""

MOST_LINES: Final = 50
"""Lines of one prompt that are kept."""

_PATIENCE: Final = 1.0

Document = dict[str, Any]
"""What the file says. Anybody may have written it: nothing in it is certain but that it is a table."""

Change = Callable[[Document], None]

log = logging.getLogger(__name__)


class NotKept(Exception):
    """The file cannot be used or was left as it is; the text says why."""


class _Damaged(NotKept):
    """What is in the file is of no use to anybody."""


class ViewsFile:
    """The file at a path. It need not exist, and neither need its directory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Document:
        """What the file says; empty when there is none.

        Raises:
            NotKept: It says nothing that this program understands.
        """
        content = self._content()
        return {} if content is None else _document(content)

    def change(self, changes: Iterable[Change], *, patience: float = _PATIENCE) -> None:
        """Put changes into what the file says now, which may be more than this program has read or written.

        A file that is damaged is begun anew; one of a later version is not touched. Blocks for `patience` seconds at
        most while another program writes.

        Raises:
            NotKept: The file is what it was.
        """

        def edit(before: bytes | None) -> bytes:
            document = _usable(before)
            for change in changes:
                change(document)
            return json.dumps(document, indent=1).encode() + b"\n"

        self._rewrite(edit, patience)

    def remove(self, *, patience: float = _PATIENCE) -> None:
        """Delete the file, whatever is in it.

        Raises:
            NotKept: It is still there.
        """
        from emqx_tui.config.atomic import Busy, locked  # noqa: PLC0415  rarely needed, and the start is to be quick

        if not self.path.parent.is_dir():
            return
        try:
            with locked(self.path, patience):
                self.path.unlink(missing_ok=True)
        except Busy:
            raise NotKept(_("another program is writing it all the time")) from None
        except OSError as error:
            raise NotKept(_reason(error)) from error

    def _rewrite(self, edit: Callable[[bytes | None], bytes], patience: float) -> None:
        from emqx_tui.config.atomic import Busy, locked, make_folder, replaced  # noqa: PLC0415  as above

        try:
            make_folder(self.path.parent)
            with locked(self.path, patience):
                before = self._content()
                content = edit(before)
                if len(content) > LARGEST:
                    raise NotKept(_("it would become too large"))
                if content != before and not replaced(self.path, content, before):
                    raise NotKept(_("another program changed it in the same moment"))
        except Busy:
            raise NotKept(_("another program is writing it all the time")) from None
        except RecursionError as error:
            raise NotKept(_("what is in it cannot be written again")) from error
        except OSError as error:
            raise NotKept(_reason(error)) from error

    def _content(self) -> bytes | None:
        try:
            found = self.path.stat()
            # To open a pipe would wait for whoever writes to it.
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
                raise NotKept(_("it is no file of this program"))
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NotKept(_reason(error)) from error


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _usable(content: bytes | None) -> Document:
    try:
        return {"format": FORMAT} if content is None else _document(content)
    except _Damaged as error:
        log.warning("views are begun anew: %s", error)
        return {"format": FORMAT}


def _document(content: bytes) -> Document:
    """What the content says.

    Raises:
        NotKept: A later version has written it, or it is damaged.
    """
    try:
        document = json.loads(content)
        version = document["format"]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise _Damaged(_("it is damaged")) from error
    if isinstance(version, int) and version > FORMAT:
        raise NotKept(_("a later version of this program has written it"))
    if not isinstance(document, dict) or version != FORMAT:
        raise _Damaged(_("it is damaged"))
    return document


# Reading and changing


def tables(value: object) -> list[tuple[str, Document]]:
    """The tables in a table by their names, and nothing else that may be in it."""
    if not isinstance(value, dict):
        return []
    return [(name, inner) for name, inner in value.items() if isinstance(inner, dict)]


def lines_of(document: Document) -> dict[str, list[str]]:
    """The lines of each prompt by its prefix, the oldest first."""
    history = document.get("history")
    found = history.items() if isinstance(history, dict) else ()
    return {
        prefix: [line for line in lines if isinstance(line, str)] for prefix, lines in found if isinstance(lines, list)
    }


def _table(parent: Document, name: str) -> Document:
    found = parent.get(name)
    if not isinstance(found, dict):
        found = parent[name] = {}
    return found


def put(deployment: str | None, resource: str, values: Document) -> Change:
    """Keep values of one view, of the fleet when there is no deployment; None takes a value out."""

    def change(document: Document) -> None:
        if deployment is None:
            views = _table(document, "fleet")
        else:
            deployments = _table(document, "deployments")
            # The last in the table is the one that was changed last.
            views = deployments[deployment] = _popped(deployments, deployment)
            for name in list(deployments)[:-MOST_DEPLOYMENTS]:
                del deployments[name]
        view = _table(views, resource)
        view.update(values)
        for name in [name for name in values if values[name] is None]:
            del view[name]

    return change


def _popped(parent: Document, name: str) -> Document:
    found = parent.pop(name, None)
    return found if isinstance(found, dict) else {}


def rename(was: str, now: str) -> Change:
    """Keep the views of a deployment under its new name."""

    def change(document: Document) -> None:
        deployments = _table(document, "deployments")
        if was in deployments:
            deployments[now] = _popped(deployments, was)

    return change


def forget(deployment: str) -> Change:
    """Keep nothing of the deployment."""

    def change(document: Document) -> None:
        _table(document, "deployments").pop(deployment, None)

    return change


def add_line(prefix: str, line: str) -> Change:
    """Keep a line of a prompt as its last one."""

    def change(document: Document) -> None:
        before = lines_of(document).get(prefix, [])
        _table(document, "history")[prefix] = with_line(before, line)

    return change


def with_line(lines: Sequence[str], line: str) -> list[str]:
    """The lines with this one as the last, each once, and the oldest dropped that are too many."""
    return [*(one for one in lines if one != line), line][-MOST_LINES:]


# Writing


class LateWriter:
    """Writes changes into the file, some seconds later and together, in a thread that nobody waits for.

    What cannot be written costs a line in the log; it is tried again with the next change, and at the end.

    Args:
        file: Where to.
        delay: Seconds in which changes are gathered.
    """

    def __init__(self, file: ViewsFile, *, delay: float = DELAY) -> None:
        self._file = file
        self._delay = delay
        self._changes: list[Change] = []
        self._mine = threading.Lock()
        self._at_once = threading.Event()
        self._thread: threading.Thread | None = None
        self._complaint = ""

    def add(self, change: Change) -> None:
        """Have the change written; takes no time."""
        with self._mine:
            self._changes.append(change)
            self._start()

    def close(self, patience: float = _PATIENCE) -> None:
        """Write at once what is not written yet, and wait for it `patience` seconds at most."""
        self._at_once.set()
        with self._mine:
            if self._changes:
                self._start()
            thread = self._thread
        if thread is not None:
            thread.join(patience)

    def _start(self) -> None:
        if self._thread is not None:
            return
        thread = threading.Thread(target=self._run, name="views", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # the system gives no more threads
            log.warning("views are not kept: %s", error)
        else:
            self._thread = thread

    def _run(self) -> None:
        while True:
            self._at_once.wait(self._delay)
            with self._mine:
                changes, self._changes = self._changes, []
                if not changes:
                    self._thread = None
                    return
            try:
                self._file.change(changes)
            except NotKept as error:
                with self._mine:
                    self._changes[:0] = changes
                    self._thread = None
                self._complain(str(error))
                return
            except Exception:
                # A bug: what was set is not kept, and the screen is not for its traceback.
                log.exception("%s is not written", self._file.path)
                with self._mine:
                    self._thread = None
                return

    def _complain(self, reason: str) -> None:
        if reason != self._complaint:
            self._complaint = reason
            log.warning("%s cannot be written: %s", self._file.path, reason)
