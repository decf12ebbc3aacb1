"""When which part of a deployment is asked next."""

import math
import random
from collections.abc import Iterator, Mapping

from emqx_tui.domain.broker import Pace, Part
from emqx_tui.fleet.apart import SLOW
from emqx_tui.fleet.backoff import jittered
from emqx_tui.fleet.store import PartState


class Schedule:
    """The rounds of a deployment, and the parts that keep a time of their own. Times are monotonic seconds.

    Attributes:
        round_due: When the next round begins.
    """

    def __init__(self, rng: random.Random) -> None:
        self.round_due = 0.0
        self._due: dict[Part, float] = {}
        self._rng = rng

    def soon(self) -> None:
        """Everything is due now."""
        self._due.clear()
        self.round_due = 0.0

    def again(self) -> None:
        """Everything is due now but what is asked once and has been."""
        self._due = {part: at for part, at in self._due.items() if at == math.inf}
        self.round_due = 0.0

    def within(self, at: float) -> None:
        """The next round begins at this time at the latest."""
        self.round_due = min(self.round_due, at)

    def missed(self, part: Part) -> None:
        """The part was due and could not be asked."""
        self._due.pop(part, None)

    def due(
        self, plan: Mapping[Part, Pace], parts: Mapping[Part, PartState], now: float, interval: float
    ) -> Iterator[Part]:
        """Parts that are due now; each is given once. A round that is due begins, and the next one is set."""
        round_due = now >= self.round_due
        if round_due:
            self.round_due = now + jittered(interval, self._rng)
        for part, pace in plan.items():
            due = round_due if pace is Pace.EACH else self._due.get(part, 0.0) <= now
            known = parts[part]
            if due and not known.settled and known.not_before <= now:
                yield part

    def asked(self, part: Part, pace: Pace, now: float) -> None:
        """The part is being asked: what is slow has its next time, what is asked once has none."""
        if pace is not Pace.EACH:
            self._due[part] = now + SLOW if pace is Pace.SLOW else math.inf

    def failed(self, part: Part) -> None:
        """The part brought no answer: what is asked once is tried again as soon as it may be."""
        if self._due.get(part) == math.inf:
            del self._due[part]

    def next_after(self, now: float, other: float | None) -> float:
        """The first moment after this one at which something is due, or the other one if that is earlier."""
        times = (self.round_due, *self._due.values(), math.inf if other is None else other)
        return min((at for at in times if now < at < math.inf), default=now + SLOW)
