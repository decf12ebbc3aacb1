"""How long to leave a deployment alone after failures."""

import random


LONGEST = 60.0
SHORTEST = 1.0
JITTER = 0.1


def backoff(failures: int, interval: float, rng: random.Random) -> float:
    """Seconds to wait after so many failures in a row: exponential with full jitter, one second to a minute."""
    ceiling = min(LONGEST, interval * 2 ** min(failures, 10))
    return max(SHORTEST, rng.uniform(0, ceiling))


def jittered(interval: float, rng: random.Random) -> float:
    """The interval, up to a tenth longer or shorter, so that many watchers do not ask in step."""
    return interval * rng.uniform(1 - JITTER, 1 + JITTER)
