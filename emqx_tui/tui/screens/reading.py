"""The part of a deployment's screen that has the broker asked for rows while they are looked at."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from emqx_tui.domain.errors import BrokerError, Unsupported
from emqx_tui.fleet.listed import MOST_SEEN, ListingState, More
from emqx_tui.fleet.listing import Reading
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.sweep import Sweep
from emqx_tui.resources.facts import Fact
from emqx_tui.resources.queries import Wanted, parse_query, told
from emqx_tui.resources.spec import Asked, Resource
from emqx_tui.tui.widgets.live_table import LiveTable


if TYPE_CHECKING:
    from emqx_tui.domain.models import Kind

PAUSE = 0.5
"""Seconds without a key after which a search is asked for."""


class Looking:
    """Which list is read for a screen, and what is asked about the rows in sight.

    Args:
        poller: Reads.
        deployment: Whose list it is.
    """

    def __init__(self, poller: Poller, deployment: str) -> None:
        self._poller = poller
        self._deployment = deployment
        self._reading: Reading | None = None
        self._timer: Timer | None = None
        self._summed: tuple[Sequence[Any], Sequence[Fact]] | None = None
        self.complaint = ""
        """Why what is typed cannot be asked; empty when it can."""

    @property
    def reading(self) -> Reading | None:
        """What is being read; None when the rows need no asking."""
        return self._reading

    @property
    def listing(self) -> ListingState | None:
        """How far it has been read."""
        return None if self._reading is None else self._reading.state

    @property
    def waiting(self) -> bool:
        """The first answer is still to come."""
        listing = self.listing
        return listing is not None and listing.answered_at is None and listing.error is None

    def begin(self, resource: Resource[Any]) -> None:
        """Read what this resource needs from now on, and nothing else."""
        self.end()
        if resource.asked is not None:
            self._reading = self._poller.read(self._deployment, resource)

    def end(self) -> None:
        """Read nothing any longer."""
        self.stop_waiting()
        self.complaint = ""
        if self._reading is not None:
            self._poller.end_reading(self._deployment, self._reading)
            self._reading = None

    def look(self, table: LiveTable[Any], *, detail: bool, filtered: bool, moved: bool = False) -> None:
        """Tell the reading what is in sight, and have more read when the end of it is.

        With a filter of one's own over what is loaded only a move to the end reads on: else little that fits would make
        a whole list be read.
        """
        reading = self._reading
        if reading is None:
            return
        visible = table.visible_rows
        reading.look_at(visible, table.cursor_row if detail else None)
        seen = reading.state.seen
        if table.near_end and (moved or not filtered) if seen is None else seen < MOST_SEEN:
            reading.want_more()

    def more(self, key: str) -> More | None:
        """What was asked about the row of that key alone."""
        return None if self._reading is None else self._reading.state.more.get(key)

    def why_incomplete(self, key: str) -> BrokerError | None:
        """Why something that was asked about the row of that key did not come."""
        known = self.more(key)
        if known is not None and known.error is not None:
            return known.error
        error = None if self._reading is None else self._reading.rows.figures_error(key)
        # What its adapter does not even ask for is nothing that failed.
        return None if isinstance(error, Unsupported) and error.status is None else error

    def stop_sweep(self) -> bool:
        """End the sweep where it is; False when there is none under way."""
        return isinstance(self._reading, Sweep) and self._reading.stop()

    @property
    def sweeping(self) -> bool:
        """A sweep is under way."""
        return isinstance(self._reading, Sweep) and self._reading.under_way

    def reveal(self) -> bool:
        """Ask for what is shown of the row under the cursor only when wanted, or hide it; False: there is nothing."""
        return self._reading is not None and self._reading.rows.reveal()

    def summary(self) -> Sequence[Fact]:
        """What is to be told of all rows that are loaded; worked out anew only when there are others."""
        if self._reading is None or self._reading.resource.summary is None:
            return ()
        entries = self._reading.state.entries
        if self._summed is None or self._summed[0] is not entries:
            self._summed = (entries, self._reading.resource.summary(entries))
        return self._summed[1]

    # What the broker filters by

    def query_text(self) -> str:
        """The filter, as one could type it."""
        return "" if self._reading is None else told(self._reading.state.query)

    def ask(self, text: str, kind: "Kind | None") -> Wanted | None:
        """Have the broker filter by this line; None when nothing is asked here."""
        self.stop_waiting()
        if self._reading is None or self._reading.resource.asked is None:
            return None
        wanted = parse_query(text, self._reading.resource.asked, kind)
        self.complaint = wanted.complaint
        if not wanted.complaint:
            self._reading.ask(wanted.query)
        return wanted

    def wait_for(self, timer: Timer) -> None:
        """What is typed is asked for by this timer unless more is typed."""
        self.stop_waiting()
        self._timer = timer

    def stop_waiting(self) -> None:
        """Ask for nothing that was typed before."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def clear(self) -> bool:
        """Have the broker filter by nothing; False when it does not filter."""
        self.complaint = ""
        if self._reading is None or not self._reading.state.query:
            return False
        self._reading.ask({})
        return True


def names_of(filters: Sequence[Any]) -> list[str]:
    """What completes a line."""
    return [
        f"{one.id}=" if not one.choices else f"{one.id}={choice}"
        for one in filters
        for choice in (one.choices or ("",))
    ]


def idle_keys(asked: Asked | None, row: object) -> set[str]:
    """Of the keys that ask the broker for more those that would do nothing now."""
    idle = set() if asked is not None and asked.filters else {"view.find"}
    return idle if asked is not None and asked.reveal is not None and row is not None else {*idle, "row.reveal"}


def settles(resource: Resource[Any]) -> bool:
    """Whether rows find their order only bit by bit while they are read.

    The cursor then stays on top until the user moves it; anywhere else it stays on its row.
    """
    asked = resource.asked
    return asked is not None and (asked.worst is not None or asked.figures is not None)
