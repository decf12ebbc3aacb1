"""How far a figure on the screen can be trusted to be of now."""

from enum import StrEnum


class Freshness(StrEnum):
    """Live, slow or stale; waiting before the first answer."""

    WAITING = "waiting"
    LIVE = "live"
    SLOW = "slow"
    STALE = "stale"
    PAUSED = "paused"


def freshness(age: float | None, interval: float, *, failed: bool) -> Freshness:
    """The freshness of an answer.

    Args:
        age: Seconds since the newest answer; None when there was none yet.
        interval: Seconds between two polls.
        failed: The last poll failed.
    """
    if failed:
        return Freshness.STALE
    if age is None:
        return Freshness.WAITING
    if age < 1.5 * interval:
        return Freshness.LIVE
    return Freshness.SLOW if age <= 3 * interval else Freshness.STALE
