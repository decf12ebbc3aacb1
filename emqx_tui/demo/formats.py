"""Times and sizes as the brokers write them."""

from datetime import UTC, datetime, timedelta, timezone


HOURS_EAST = 8
"""The hosts of the EMQX 4 cluster keep Chinese time, and EMQX 4 writes local time without saying so."""

_STEP = 1024


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
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")


def rfc3339_seconds(now: float) -> str:
    """A time as EMQX 5 writes it where whole seconds do: bans and topic metrics."""
    return datetime.fromtimestamp(int(now), UTC).isoformat(timespec="seconds")
