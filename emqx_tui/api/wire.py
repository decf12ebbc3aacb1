"""Tolerant readers of what brokers put on the wire. Every text from outside is sanitised here, once.

Types drift between versions (API reference, trap 7): a load is a number or a text, a limit may be "infinity",
a user name may be null or the text "undefined". A reader gives the value, or None when there is none.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, cast

from emqx_tui.domain.errors import BadAnswer
from emqx_tui.text import sanitize, shown


Json = Mapping[str, Any]

_ABSENT = frozenset({"", "undefined", "null", "none", "nan"})
_MEMORY = re.compile(r"([0-9]{1,24}(?:\.[0-9]{1,24})?)\s*([KMGTP]?)(?:i?B)?", re.IGNORECASE)
_MEMORY_UNITS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
_UPTIME = re.compile(r"([0-9]{1,12})\s*(day|hour|minute|second)s?", re.IGNORECASE)
_UPTIME_UNITS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_LONGEST_DETAIL = 240
_MOST_COUNTERS = 500
_LONGEST_NAME = 100
_LONGEST_CHOSEN = 65_535
"""Characters: MQTT's limit for a topic and a client id. What is compared must not be cut."""

_LONGEST_FIGURE = 80
"""Characters: no broker writes a size or a duration longer, and patterns take long over long texts."""

LARGEST_COUNT = 2**64 - 1
"""No broker counts further; a larger number is no figure."""

LATEST = 1e10
"""Seconds: no time since 1970 (to the year 2286) and no duration is longer; later ones break what shows them."""


def text(value: object) -> str | None:
    """A sanitised text; None for null, the empty text and EMQX 4's "undefined"."""
    if value is None or isinstance(value, dict | list):
        return None
    told = shown(value if isinstance(value, str) else str(value))
    return None if told.casefold() in _ABSENT else told


def name(value: object) -> str | None:
    """A sanitised text that somebody chose, however long: even one called `null` or `undefined` is one."""
    return shown(value, _LONGEST_CHOSEN) if isinstance(value, str) and value else None


def number(value: object) -> float | None:
    """A finite number from a number or a numeric text; None for "infinity", "undefined" and all else."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        try:
            value = float(value.strip().rstrip("%"))
        except ValueError:
            return None
    if not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def count(value: object) -> int | None:
    """A whole number of at most 64 bits that is not negative; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value <= LARGEST_COUNT else None
    read = number(value)
    return int(read) if read is not None and 0 <= read <= LARGEST_COUNT else None


def memory(value: object) -> int | None:
    """Bytes from `937.97M`, `512`, a number; K, M and G are 1024-based (API reference, 4.1)."""
    if not isinstance(value, str):
        return count(value)
    found = _MEMORY.fullmatch(value.strip()) if len(value) <= _LONGEST_FIGURE else None
    if found is None:
        return None
    size = float(found[1]) * 1024 ** _MEMORY_UNITS[found[2].upper()]
    return round(size) if size <= LARGEST_COUNT else None


def uptime_text(value: object) -> float | None:
    """Seconds from `3 days, 4 hours, 21 minutes, 19 seconds`, NanoMQ's `0 Hours, 1 minutes, 45 seconds`.

    Right after its start EMQX 4 gives an empty text, which is None.
    """
    if not isinstance(value, str):
        return _seconds(number(value))
    found = _UPTIME.findall(value) if len(value) <= _LONGEST_FIGURE else []
    if not found:
        return None
    return _seconds(sum(float(amount) * _UPTIME_UNITS[unit.lower()] for amount, unit in found))


def milliseconds(value: object) -> float | None:
    """Seconds from milliseconds; a text of EMQX 4's kind is understood as well."""
    read = number(value)
    return uptime_text(value) if read is None else _seconds(read / 1000)


def moment(value: object) -> float | None:
    """Seconds since 1970 from an RFC 3339 time with its offset (5.x)."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return _seconds(parsed.timestamp()) if parsed.tzinfo is not None else None


def epoch(value: object) -> float | None:
    """Seconds since 1970 from a number of them; "infinity" is None."""
    return _seconds(number(value))


def microseconds(value: object) -> float | None:
    """Seconds since 1970 from EMQX 4's microseconds; "infinity" is None."""
    read = number(value)
    return None if read is None else _seconds(read / 1_000_000)


def http_date(value: str | None) -> float | None:
    """Seconds since 1970 from a date as header fields have it."""
    try:
        return _seconds(parsedate_to_datetime(value).timestamp()) if value else None
    except (TypeError, ValueError, OverflowError):
        return None


def _seconds(value: float | None) -> float | None:
    """A time or a duration that can be shown; None for what cannot be one."""
    return value if value is not None and 0 <= value <= LATEST else None


def counters(value: object) -> dict[str, int]:
    """The whole numbers of a map by their dotted names; whatever else is in it is left out."""
    if not isinstance(value, dict) or not value:
        return {}
    # Hundreds of counters a node come every few seconds, nearly always plain numbers under the same names.
    amounts = value.values()
    if len(value) <= _MOST_COUNTERS and set(map(type, value)) == {str} and set(map(type, amounts)) == {int}:
        short, real = max(map(len, value)) <= _LONGEST_NAME, min(amounts) >= 0 and max(amounts) <= LARGEST_COUNT
        if short and real:
            return dict(zip(_counter_names(tuple(value)), amounts, strict=True))
    read = ((sanitize(name), count(item)) for name, item in value.items() if isinstance(name, str))
    return {name: amount for name, amount in read if amount is not None}


@lru_cache(maxsize=16)
def _counter_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(sanitize, names))


def details(value: object) -> tuple[tuple[str, str], ...]:
    """A free map as (key, text) pairs."""
    if not isinstance(value, dict):
        return ()
    return tuple((sanitize(str(key)), short(item)) for key, item in value.items())


def short(value: object) -> str:
    """Any value as one sanitised line of bounded length, for showing what a broker said."""
    try:
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        told = "\N{HORIZONTAL ELLIPSIS}"
    return sanitize(" ".join(told.split()), _LONGEST_DETAIL)


def explained(value: object) -> str:
    """A broker's error message as one line: JSON inside the text is unpacked (5.x validation errors)."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return short(value)
    if isinstance(value, dict) and "reason" in value:
        reason, path = value["reason"], value.get("path")
        if isinstance(reason, dict) and "expected" in reason:
            reason = f"expected {reason['expected']}"
        return short(f"{path}: {reason}" if path else reason)
    return short(value)


def rows(value: object, path: str) -> list[Json]:
    """The objects of a list; what is no object is left out.

    Raises:
        BadAnswer: It is no list.
    """
    if not isinstance(value, list):
        raise BadAnswer(short(value), path=path)
    return [cast(Json, item) for item in value if isinstance(item, dict)]


def mapping(value: object, path: str) -> Json:
    """The object itself.

    Raises:
        BadAnswer: It is no object.
    """
    if not isinstance(value, dict):
        raise BadAnswer(short(value), path=path)
    return cast(Json, value)
