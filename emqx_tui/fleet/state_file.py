"""What is kept of a deployment between two runs: the roster, and what answered. A JSON file each, never the user's."""

import hashlib
import json
import logging
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.models import Kind, Node
from emqx_tui.domain.roster import Member, NodeState, Roster
from emqx_tui.text import sanitize


FORMAT = 1

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
        slug = re.sub(r"[^a-zA-Z0-9_-]+", "-", name).strip("-")[:40] or "deployment"
        digest = hashlib.sha256(f"{name}\n{url}".encode()).hexdigest()[:10]
        return self._directory / f"{slug}-{digest}.json"

    def load(self, name: str, url: str) -> Kept:
        """What was kept of the deployment; empty when there is nothing, or nothing that can be read."""
        path = self.path(name, url)
        if path is None or not path.exists():
            return Kept()
        try:
            return _decoded(json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
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
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(_encoded(kept), file, ensure_ascii=True, indent=1)
            Path(temporary).replace(path)
        except OSError as error:
            log.warning("%s cannot be written: %r", path, error)


def _encoded(kept: Kept) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "remembered": None if kept.remembered is None else asdict(kept.remembered),
        "roster": [asdict(member) for member in kept.roster.values()],
    }


def _decoded(content: Mapping[str, Any]) -> Kept:
    if content["format"] != FORMAT:
        return Kept()
    found = content["remembered"]
    remembered = None if found is None else Remembered(str(found["base"]), Kind(found["kind"]))
    members = [_member(item) for item in content["roster"]]
    return Kept({member.name: member for member in members}, remembered)


def _member(item: Mapping[str, Any]) -> Member:
    known = {one.name for one in fields(Node)}
    last = {name: _clean(value) for name, value in item["last"].items() if name in known}
    return Member(
        name=sanitize(item["name"]),
        state=NodeState(item["state"]),
        last=Node(**last),
        seen_at=item["seen_at"],
        since=item["since"],
        exact=bool(item["exact"]),
    )


def _clean(value: object) -> Any:  # noqa: ANN401  a field of Node
    return sanitize(value) if isinstance(value, str) else value
