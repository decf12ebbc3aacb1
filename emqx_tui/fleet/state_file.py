"""What is kept of a deployment between two runs: the roster, and what answered. A JSON file each, never the user's."""

import hashlib
import json
import logging
import os
import re
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_type_hints

from emqx_tui.api.wire import LARGEST_COUNT
from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.models import Kind, Node
from emqx_tui.domain.roster import Member, NodeState, Roster
from emqx_tui.text import sanitize


FORMAT = 1

ROSTERS = "rosters"
"""The folder of these files in the state directory."""

_LAST_TIME = 253_402_300_799.0
"""The end of the year 9999: no later time can be shown."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a state file holds."""

    roster: Roster = field(default_factory=dict)
    remembered: Remembered | None = None


class StateFiles:
    """The state files of all deployments in one directory; without a directory nothing is kept.

    A file that cannot be read or written costs a line in the log, nothing more: it holds nothing irreplaceable.
    """

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def path(self, name: str, url: str) -> Path | None:
        """The file of a deployment: its name for people, its URL for telling two of one name apart."""
        if self._directory is None:
            return None
        digest = hashlib.sha256(f"{name}\n{url}".encode()).hexdigest()[:10]
        return self._directory / f"{_slug(name)}-{digest}.json"

    def load(self, name: str, url: str) -> Kept:
        """What was kept of the deployment; empty when there is nothing, or nothing that can be read."""
        path = self.path(name, url)
        if path is None:
            return Kept()
        try:
            return _decoded(json.loads(path.read_bytes()))
        except FileNotFoundError:
            return Kept()
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            log.warning("%s is left aside: %r", path, error)
            return Kept()

    def save(self, name: str, url: str, kept: Kept) -> None:
        """Keep it. The file is replaced whole, so that a crash leaves the old one."""
        path = self.path(name, url)
        if path is None:
            return
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(_encoded(kept), file, ensure_ascii=True, indent=1)
                Path(temporary).replace(path)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("%s cannot be written: %r", path, error)

    def forget(self, name: str, url: str) -> None:
        """Delete what was kept of the deployment."""
        path = self.path(name, url)
        if path is None:
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s cannot be deleted: %r", path, error)

    def forget_all(self, name: str | None = None, *, but: Collection[tuple[str, str]] = ()) -> int:
        """Delete what was kept of all deployments, or of those with the name, at whatever URL.

        Args:
            name: The deployment; None for all.
            but: Names and URLs of others, whose files stay: on disk names may look alike.

        Returns:
            The number of files.

        Raises:
            OSError: One of them cannot be deleted.
        """
        if self._directory is None or not self._directory.is_dir():
            return 0
        wanted = "" if name is None else re.escape(_slug(name)) + r"-[0-9a-f]{10}\.json$"
        found = {path for path in self._directory.iterdir() if re.match(wanted, path.name) and path.is_file()}
        found -= {self.path(*other) for other in but}
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)


def _slug(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]+", "-", name).strip("-")[:40] or "deployment"


def _encoded(kept: Kept) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "remembered": None if kept.remembered is None else kept.remembered._asdict(),
        "roster": [{**member._asdict(), "last": member.last._asdict()} for member in kept.roster.values()],
    }


def _decoded(content: Mapping[str, Any]) -> Kept:
    if content["format"] != FORMAT:
        return Kept()
    found = content["remembered"]
    remembered = None if found is None else Remembered(str(found["base"]), Kind(found["kind"]))
    members = [_member(item) for item in content["roster"]]
    return Kept({member.name: member for member in members}, remembered)


def _member(item: Mapping[str, Any]) -> Member:
    known = get_type_hints(Node)
    last = {name: _clean(value, known[name]) for name, value in item["last"].items() if name in known}
    return Member(
        name=sanitize(item["name"]),
        state=NodeState(item["state"]),
        last=Node(**last),
        seen_at=_time(item["seen_at"]),
        since=_time(item["since"]),
        exact=_clean(item["exact"], bool),
    )


def _clean(value: object, wanted: Any) -> Any:  # noqa: ANN401  a field of Node and its type
    """The value made safe; only what has the wanted type comes in, and None for a number that no figure can be.

    Raises:
        ValueError: It has another type.
    """
    kinds = get_args(wanted) or (wanted,)
    kind = float if type(value) is int and float in kinds else type(value)
    if kind not in kinds:
        raise ValueError(f"not of the type that was kept: {value!r:.40}")
    if isinstance(value, int | float) and not -LARGEST_COUNT <= value <= LARGEST_COUNT:  # NaN is not between either
        return None
    return sanitize(value) if isinstance(value, str) else value


def _time(value: object) -> float | None:
    found: float | None = _clean(value, float | None)
    return found if found is not None and 0 <= found <= _LAST_TIME else None
