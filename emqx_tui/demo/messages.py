"""Retained and delayed messages of a simulated cluster: found by number, so that a page costs what a page costs."""

import json
from typing import TYPE_CHECKING, NamedTuple

from emqx_tui.demo.changes import Retained
from emqx_tui.demo.world import Cluster


if TYPE_CHECKING:
    from collections.abc import Sequence


_PREFIXES = ("state/meter", "state/pump", "config/gateway", "site/north/status", "site/south/status", "firmware/valve")
_USERS = (None, "line-a", "depot", "field")
_ODD = 2654435761
_MASK = 0xFFFFFFFF
_BIG = 96 * 1024


def retained_count(cluster: Cluster, now: float) -> int:
    """How many retained messages there are; `cluster.retained` with what was written taken into account."""
    changed = cluster.changes.retained
    seeded = [topic for topic in changed if _number(topic, cluster, now) is not None]
    return cluster.retained(now) - len(seeded) + sum(found is not None for found in changed.values())


def retained(cluster: Cluster, now: float, offset: int, limit: int, matching: str | None = None) -> list[Retained]:
    """The retained messages from `offset` on, at most `limit`; of those under the topic filter `matching`.

    Their payloads are left out, as in the lists of EMQX: `retained_at` has them.
    """
    changed = cluster.changes.retained
    numbers: Sequence[int] = range(cluster.retained(now))
    if changed or matching is not None:
        topics = ((number, _topic(number)) for number in numbers)
        numbers = [
            number
            for number, topic in topics
            if topic not in changed and (matching is None or matches(topic, matching))
        ]
    written = [found._replace(payload=b"") for found in changed.values() if found is not None]
    rows = [_head(cluster, number) for number in numbers[offset : offset + limit]]
    first = max(0, offset - len(numbers))
    more = [found for found in written if matching is None or matches(found.topic, matching)]
    return rows + more[first : first + limit - len(rows)]


def retained_at(cluster: Cluster, now: float, topic: str) -> Retained | None:
    """The retained message of one topic; None if there is none."""
    if topic in cluster.changes.retained:
        return cluster.changes.retained[topic]
    number = _number(topic, cluster, now)
    return None if number is None else _head(cluster, number)._replace(payload=_payload(topic, number))


def matches(topic: str, wanted: str) -> bool:
    """Whether a topic is under a topic filter, as MQTT says; $share/… and $queue/… count as what they share."""
    if wanted.startswith("$share/"):
        wanted = wanted.split("/", 2)[2] if wanted.count("/") > 1 else ""
    elif wanted.startswith("$queue/"):
        wanted = wanted.removeprefix("$queue/")
    have, parts = topic.split("/"), wanted.split("/")
    if have[0].startswith("$") and parts[0] in {"+", "#"}:
        return False
    for place, part in enumerate(parts):
        if part == "#":
            return True
        if place >= len(have) or part not in {"+", have[place]}:
            return False
    return len(have) == len(parts)


def msgid(number: int, at: float) -> str:
    """A message id as EMQX writes it: 32 hexadecimal digits, growing with time."""
    return f"{int(at * 1_000_000):016X}{(number * _ODD) & _MASK:08X}{number & 0xFFFF:08X}"


def _topic(number: int) -> str:
    prefix = _PREFIXES[number % 7 % len(_PREFIXES)]
    return f"{prefix}/{number:05d}" if number % 40 else f"alerts/{number:05d}/last"


def _number(topic: str, cluster: Cluster, now: float) -> int | None:
    """The number of a seeded message; None for a topic that none has."""
    for part in topic.split("/"):
        if len(part) == 5 and part.isascii() and part.isdigit():
            number = int(part)
            return number if number < cluster.retained(now) and _topic(number) == topic else None
    return None


def _lot(number: int) -> int:
    mixed = ((number + 1) * _ODD) & _MASK
    return mixed ^ mixed >> 15


def _head(cluster: Cluster, number: int) -> Retained:
    """A message without its payload."""
    mixed = _lot(number)
    at = cluster.start - 60 - (mixed >> 4) % (90 * 86_400)
    username = _USERS[mixed >> 3 & 3]
    clientid = f"gateway-{mixed % 7000:07d}"
    return Retained(_topic(number), b"", mixed % 3, at, clientid, username, msgid(number, at))


def _payload(topic: str, number: int) -> bytes:
    """JSON mostly; a firmware block is binary and big, as every hundredth configuration is long."""
    mixed = _lot(number)
    if topic.startswith("firmware/"):
        return bytes([0x7F, 0x45, 0x4C, 0x46]) + bytes(mixed >> place & 255 for place in range(24)) * (
            mixed % _BIG // 24
        )
    if topic.startswith("config/"):
        entries = 400 if number % 100 == 2 else 3 + mixed % 9
        return json.dumps(
            {"version": mixed % 40, "entries": {f"key{n}": mixed >> n & 255 for n in range(entries)}}
        ).encode()
    if topic.startswith("site/"):
        return b"online" if mixed & 7 else b"offline"
    return json.dumps({"v": round((mixed % 9000) / 90, 2), "ok": bool(mixed & 3)}).encode()


class Delayed(NamedTuple):
    """A delayed message, held by one node; `interval` in seconds, the times in seconds since 1970."""

    topic: str
    payload: bytes
    qos: int
    node: str
    interval: int
    published_at: float
    expected_at: float
    clientid: str
    username: str | None
    msgid: str


_DELAYED = (("reports/daily/close", 86_400), ("irrigation/zone-2/open", 5400), ("jobs/pump/restart", 600), ("a/b", 90))


def delayed(cluster: Cluster, now: float) -> list[Delayed]:
    """The delayed messages that wait: each is published anew as soon as it was delivered. Small deployments: none."""
    nodes = cluster.running(now)
    if cluster.small or not nodes:
        return []
    found = []
    for number, (topic, interval) in enumerate(_DELAYED * 3):
        at = cluster.start + (now - cluster.start) // interval * interval - number * 7 - 1
        if at + interval <= now:
            at += interval
        node, user = nodes[number % len(nodes)].plan.name, _USERS[number % len(_USERS)]
        found.append(
            Delayed(
                f"{topic}/{number}",
                b'{"run": true}',
                number % 2,
                node,
                interval,
                at,
                at + interval,
                f"panel-{number:07d}",
                user,
                msgid(number, at),
            )
        )
    return found
