"""The screens visited, in their order: what `[` and `]` walk through."""

from collections.abc import Callable
from typing import Final, NamedTuple

from emqx_tui.resources.deployments import DEPLOYMENTS


MOST: Final = 50
"""Visits that are remembered; the oldest give way."""


class Visit(NamedTuple):
    """A screen, and how it was left. The order of its rows is kept elsewhere, for longer.

    Attributes:
        deployment: The deployment that it shows; None for the fleet.
        resource: The name of the kind of rows.
        cursor: The key of the row under the cursor; None when there was none.
        top: The key of the first row in sight; None when there was none.
        filter: What was typed for the filter.
    """

    deployment: str | None
    resource: str
    cursor: str | None = None
    top: str | None = None
    filter: str = ""

    @property
    def place(self) -> tuple[str | None, str]:
        """Where it was: two visits of one place may have left it differently."""
        return self.deployment, self.resource


FLEET: Final = Visit(None, DEPLOYMENTS.name)
"""The fleet as it is at first."""


class Visits:
    """What was visited, and where in it one is.

    Every arrival at another place is a visit, the one by Esc too: what was seen last is always one step back, and who
    looks at one deployment after the other, through the fleet each time, finds all of them again. (Were Esc a step
    back, opening the second one would cut off the first.) Showing again what is shown is no visit, and neither is a
    filter or a dialog: they belong to the visit.

    Args:
        first: Where it begins.
        most: How many visits are remembered.
    """

    def __init__(self, first: Visit, *, most: int = MOST) -> None:
        self._visits = [first]
        self._at = 0
        self._most = most

    @property
    def here(self) -> Visit:
        """Where one is, as it was when one came or was there last."""
        return self._visits[self._at]

    def leave(self, visit: Visit) -> None:
        """Keep how the place is left; that of another place is not ours to keep."""
        if visit.place == self.here.place:
            self._visits[self._at] = visit

    def go(self, visit: Visit) -> None:
        """Arrive somewhere. What was ahead is cut off, unless it is just where this leads."""
        if visit.place == self.here.place:
            return
        ahead = self._visits[self._at + 1 : self._at + 2]
        if ahead and ahead[0].place == visit.place:
            self._at += 1
            return
        del self._visits[self._at + 1 :]
        self._visits.append(visit)
        del self._visits[: -self._most]
        self._at = len(self._visits) - 1

    def step(self, direction: int, exists: Callable[[str], bool]) -> Visit | None:
        """The next visit back (-1) or ahead (1), where one is from now on; None at the end.

        Visits of deployments that are no longer there are passed over, and so is what is then the same place again.
        """
        at = self._at + direction
        while 0 <= at < len(self._visits):
            visit = self._visits[at]
            if visit.place != self.here.place and (visit.deployment is None or exists(visit.deployment)):
                self._at = at
                return visit
            at += direction
        return None
