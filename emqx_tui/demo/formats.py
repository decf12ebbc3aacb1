"""Times and sizes as the brokers write them."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache


HOURS_EAST = 8
"""The hosts of the EMQX 4 cluster keep Chinese time, and EMQX 4 writes local time without saying so."""

_STEP = 1024
_MINUTE = 60_000


def kmg(size: float) -> str:
    """Bytes as EMQX writes them: 1024-based, two decimals, `937.97M`; whole when small."""
    if size <= _STEP:
        return str(int(size))
    for unit in "KM":
        size /= _STEP
        if size < _STEP:
            return f"{size:.2f}{unit}"
    return f"{size / _STEP:.2f}G"


def uptime_words(seconds: float) -> str:
    """An uptime as EMQX 4 writes it: `3 days, 0 hours, 21 minutes, 9 seconds`, leading zeros left out."""
    left = int(seconds)
    words: list[str] = []
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if left >= size or words:
            words.append(f"{left // size} {unit}")
        left %= size
    return ", ".join([*words, f"{left} seconds"])


def local_time(now: float, hours_east: int) -> str:
    """A time as EMQX 4 writes it: the server's local time, without a zone."""
    zone = timezone(timedelta(hours=hours_east))
    return datetime.fromtimestamp(now, zone).strftime("%Y-%m-%d %H:%M:%S")


def rfc3339(now: float) -> str:
    """A time as EMQX 5 writes it: with milliseconds and an offset."""
    minute, second = divmod(now, 60)
    milliseconds = min(round(second * 1_000_000) // 1000, _MINUTE - 1)
    return f"{_minute(int(minute))}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}+00:00"


@lru_cache(maxsize=8192)
def _minute(minutes: int) -> str:
    """A minute since 1970 as text: of a page of clients many connected in the same ones."""
    return datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%M")


def rfc3339_seconds(now: float) -> str:
    """A time as EMQX 5 writes it where whole seconds do: bans and topic metrics."""
    return datetime.fromtimestamp(int(now), UTC).isoformat(timespec="seconds")
