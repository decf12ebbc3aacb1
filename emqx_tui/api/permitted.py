"""Everything that this program can change on a broker: verbs and paths, a list that is all there is.

A request that is not on it is not sent (`api/http`). Some of the harmless paths are one character or one segment away
from one that wipes a table, stops a deployment or imports a backup (API reference, trap 45), and names in a path are
chosen by whoever connects to the broker. Hence a path matches segment by segment, and what stands for a name is one
encoded segment that no decoding on the way can turn into another path.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from emqx_tui.domain.models import Kind


class Permitted(NamedTuple):
    """One kind of request.

    Attributes:
        action: What it does, as a word of ours.
        method: The HTTP method.
        path: The path below the base. `{name}` stands for any one segment, `{a|b}` for one of these words.
    """

    action: str
    method: str
    path: str


_BANNED_BY: Final = "{clientid|username|peerhost|clientid_re|username_re|peerhost_net}"

_V4: Final = (
    Permitted("kick", "DELETE", "/clients/{clientid}"),
    Permitted("ban", "POST", "/banned"),
    Permitted("unban", "DELETE", f"/banned/{_BANNED_BY}/{{who}}"),
    Permitted("unsubscribe", "POST", "/mqtt/unsubscribe"),
    Permitted("publish", "POST", "/mqtt/publish"),
    Permitted("deactivate", "POST", "/alarms/deactivated"),
    Permitted("change rule", "PUT", "/rules/{id}"),
    Permitted("reset metrics", "PUT", "/rules/{id}/reset_metrics"),
    Permitted("start resource", "POST", "/resources/{id}"),
    Permitted("restart listener", "PUT", "/listeners/{identifier}/restart"),
)

_V5: Final = (
    Permitted("kick", "DELETE", "/clients/{clientid}"),
    Permitted("kick", "POST", "/clients/kickout/bulk"),
    Permitted("ban", "POST", "/banned"),
    Permitted("unban", "DELETE", f"/banned/{_BANNED_BY}/{{who}}"),
    Permitted("unsubscribe", "POST", "/clients/{clientid}/unsubscribe"),
    Permitted("publish", "POST", "/publish"),
    Permitted("delete retained", "DELETE", "/mqtt/retainer/message/{topic}"),
    Permitted("deactivate", "POST", "/alarms/force_deactivate"),
    Permitted("change rule", "PUT", "/rules/{id}"),
    Permitted("reset metrics", "PUT", "/rules/{id}/metrics/reset"),
    Permitted("reset metrics", "PUT", "/{actions|sources|bridges}/{id}/metrics/reset"),
    Permitted("switch", "PUT", "/{actions|sources|connectors|bridges}/{id}/enable/{true|false}"),
    Permitted("operate", "POST", "/{actions|sources|connectors}/{id}/{start|restart}"),
    Permitted("operate", "POST", "/bridges/{id}/{start|stop|restart}"),
    Permitted("operate", "POST", "/listeners/{id}/{start|stop|restart}"),
)

_NANOMQ: Final = (Permitted("publish", "POST", "/mqtt/publish"),)

PERMITTED: Final[Mapping[Kind, Sequence[Permitted]]] = {
    Kind.EMQX4: _V4,
    Kind.EMQX5: _V5,
    Kind.SERVERLESS: _V5,
    Kind.NANOMQ: _NANOMQ,
}
"""What may be sent, by what answers."""

# A name that was encoded: unreserved characters, the two that names of EMQX hold and paths may, and escapes.
_NAME = re.compile(r"(?:[A-Za-z0-9._~:@-]|%[0-9A-Fa-f]{2})+")
_CLIMBING = re.compile(r"(?:^|[/\\])\.{1,2}(?:$|[/\\;?#])")
_MOST_DECODINGS = 4

LONGEST = 60_000
"""Characters of a path: httpx takes few more. A client id may have 65,535 bytes, each of which may become three."""


def permitted(kind: Kind, method: str, path: str) -> Permitted | None:
    """The entry of the list that the request is, None when it is none of them."""
    if len(path) > LONGEST:
        return None
    found = (entry for entry in PERMITTED[kind] if entry.method == method and _fits(entry.path, path))
    return next(found, None)


def encoded(name: str) -> str:
    """The name as a segment of a path. Some names cannot be one, and a path with them is not permitted: `..`."""
    # Half a surrogate pair, which JSON can hold, is no text that could be sent; as its bytes it is not permitted.
    return quote(name, safe="", errors="surrogatepass")


def _fits(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("/"), path.split("/")
    return len(wanted) == len(given) and all(map(_segment_fits, wanted, given))


def _segment_fits(wanted: str, given: str) -> bool:
    if not wanted.startswith("{"):
        return given == wanted
    choices = wanted[1:-1].split("|")
    return given in choices if len(choices) > 1 else _is_name(given)


def _is_name(segment: str) -> bool:
    """Whether this is one encoded segment, which stays one wherever it is decoded.

    Cowboy, below EMQX, decodes segments before it takes `.` and `..` for what they mean, and a proxy in front of it
    may decode the whole path: `a%2F..%2F..%2Fmonitor` would be another request than the one that was permitted.
    """
    if not _NAME.fullmatch(segment):
        return False
    decoded = segment
    for _time in range(_MOST_DECODINGS):
        if _CLIMBING.search(decoded) or "\0" in decoded:
            return False
        try:
            before, decoded = decoded, unquote(decoded, errors="strict")
        except UnicodeDecodeError:
            return False  # no name that came as JSON is written like this, but an overlong `.` may be
        if decoded == before:
            return True
    return False
