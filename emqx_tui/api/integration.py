"""What the readers of data integration have in common. Configurations hold secrets: fields are picked, never copied."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from emqx_tui.api import wire
from emqx_tui.domain.integration import CONNECTED, DISCONNECTED, INCONSISTENT, Counts, NodeStatus
from emqx_tui.text import sanitize


LONGEST_SQL = 4096
LONGEST_REASON = 1024
MOST_NAMES = 1000
_MOST_COUNTS = 100
_HIDDEN = "******"

_TELLING: Final = (
    r"(?i)(pass(?:word|wd|phrase)?|secret(?:_?key)?|token|api_?key|access_?key\w*|authorization)"
    r"""(["'>}\\]*\s*(?:=>|[=:,])\s*)((?:basic|bearer)\s+)?(<<\\*"[^"]*"[^>]*>>|\\*"[^"]*"|'[^']*'|[^\s,;&})\]]+)"""
)
"""A secret in an error message, whose driver may quote its own options: EMQX leaves out only those that it knows.

It is compiled when there is a first reason to look through, not at the start."""

_USER_INFO: Final = r"(?<=://)[^/@\s\"']*@"


def prose(value: object, longest: int = LONGEST_REASON) -> str:
    """A text of the broker as one line of bounded length; empty when there is none."""
    if value is None or (isinstance(value, list | dict) and not value):
        return ""
    shown = value if isinstance(value, str) else wire.short(value)
    # Cut before it is looked through: a driver's error may be megabytes.
    line = " ".join(shown[: longest * 4].split())
    return wire.text(sanitize(line, longest)) or ""


def reason(value: object) -> str:
    """Why something is not connected, without what looks like a secret."""
    return prose(re.sub(_USER_INFO, _HIDDEN + "@", re.sub(_TELLING, rf"\1\2\3{_HIDDEN}", prose(value))))


def part(value: str) -> str:
    """An id as a part of a path; the colon in `http:dead` stays, which every version takes (trap 30)."""
    return quote(value, safe=":")


def counts(value: object) -> dict[str, float]:
    """Counters and rates by name; whatever is no figure is left out."""
    if not isinstance(value, dict):
        return {}
    read = ((sanitize(str(name)), _figure(item)) for name, item in list(value.items())[:_MOST_COUNTS])
    return {name: figure for name, figure in read if figure is not None}


def _figure(value: object) -> float | None:
    if isinstance(value, int):
        return wire.count(value)
    found = wire.number(value)
    return found if found is not None and 0 <= found <= wire.LARGEST_COUNT else None


def summed(nodes: Iterable[Counts]) -> dict[str, float]:
    """The figures of all nodes together. EMQX 5 adds up rates, the highest ones included, so they are here as well."""
    total: dict[str, float] = {}
    for one in nodes:
        for name, figure in one.items():
            total[name] = total.get(name, 0) + figure
    return total


def names(value: object) -> tuple[str, ...]:
    """The texts of a list."""
    if not isinstance(value, list):
        return ()
    return tuple(found for one in value[:MOST_NAMES] if isinstance(one, str) and (found := wire.text(one)))


def flag(value: object) -> bool | None:
    """A truth value; None for all else."""
    return value if isinstance(value, bool) else None


def when(value: object) -> float | None:
    """Seconds since 1970 from an RFC 3339 time or from milliseconds."""
    return wire.moment(value) if isinstance(value, str) else wire.milliseconds(value)


def together(nodes: Sequence[NodeStatus]) -> str:
    """One word for all nodes; empty without any."""
    states = {one.status for one in nodes}
    return "" if not states else states.pop() if len(states) == 1 else INCONSISTENT


def alive(value: object) -> str:
    """The word for a truth value."""
    return "" if not isinstance(value, bool) else CONNECTED if value else DISCONNECTED


def host(value: object) -> str:
    """The host and the port of a URL: never its user, path or query, which may hold secrets."""
    if not isinstance(value, str):
        return ""
    _, _, rest = value.rpartition("://")
    return prose(re.split(r"[/?#\s]", rest, maxsplit=1)[0].rpartition("@")[2], 255)


def mapping(value: object) -> Mapping[str, object]:
    """The object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}
