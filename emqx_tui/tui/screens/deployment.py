"""One deployment: the home screen of whoever is on call."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.geometry import Size

from emqx_tui.api.result_codes import explain
from emqx_tui.domain.history import STEP
from emqx_tui.domain.models import Kind
from emqx_tui.domain.roster import NodeState
from emqx_tui.domain.rows import NodeRow, Snapshot
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import Phase
from emqx_tui.fleet.views import deployment_row, snapshot
from emqx_tui.i18n import _
from emqx_tui.keyboard.table import Place
from emqx_tui.resources import NODES
from emqx_tui.resources.queries import offered_filters
from emqx_tui.resources.spec import Cell, Column, Resource
from emqx_tui.resources.wording import KINDS, SERVERLESS_LIMITS
from emqx_tui.tui.bindings import bindings_of, hints_of
from emqx_tui.tui.messages import DeploymentChosen, FleetWanted
from emqx_tui.tui.panels import totals
from emqx_tui.tui.panels.counted import COUNTED, counted_line
from emqx_tui.tui.panels.detail import node_detail
from emqx_tui.tui.panels.facts import fact_lines
from emqx_tui.tui.panels.header import deployment_header
from emqx_tui.tui.panels.listing import listing_line, nothing
from emqx_tui.tui.panels.missing import missing
from emqx_tui.tui.panels.strip import explanation_lines, strip
from emqx_tui.tui.remembered import RememberedViews
from emqx_tui.tui.screens.base import FIND
from emqx_tui.tui.screens.pacing import Pacing
from emqx_tui.tui.screens.reading import PAUSE, Looking, idle_keys, names_of, settles
from emqx_tui.tui.widgets.key_bar import KeyBar, KeyHint
from emqx_tui.tui.widgets.lines import Lines, SpanLine
from emqx_tui.tui.widgets.live_table import LiveTable
from emqx_tui.tui.widgets.prompt import Prompt


if TYPE_CHECKING:
    from emqx_tui.tui.panels.help import Section

DETAIL_WORTHWHILE = 8
"""Lines that have to be left over below the rows for the detail to be shown unasked."""


class DeploymentScreen(Pacing):
    """Header, what is wrong, totals, the live table, and the detail of the row under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.DEPLOYMENT)]
    PLACES: ClassVar[tuple[Place, ...]] = (Place.DEPLOYMENT, Place.LIST, Place.EVERYWHERE)
    CLEARING = "view.back"
    deployment: str

    def __init__(self, poller: Poller, remembered: RememberedViews, name: str, resource: Resource[Any]) -> None:
        super().__init__(poller, resource, remembered, deployment=name)
        self.deployment = name
        self._table_height = "1fr"
        self._seen: Snapshot | None = None
        self._looking = Looking(poller, name)
        self._drawn: tuple[int, Size] | None = None
        self._drawn_at = 0.0

    def compose_above(self) -> ComposeResult:
        """What is wrong, and the totals."""
        yield Lines(id="strip", auto_height=True)
        yield Lines(id="totals", auto_height=True)

    def compose_body(self, table: LiveTable[Any]) -> ComposeResult:
        """The table, and the detail beside or below it."""
        with Container(id="body"):
            yield table
            with VerticalScroll(id="detail", can_focus=False):
                yield Lines(id="detail-lines", auto_height=True)

    def on_mount(self) -> None:
        """Have the deployment watched closely from now on."""
        self._looking.begin(self.resource)
        self.table.stays_on_top = settles(self.resource) and self._restored is None
        super().on_mount()
        self.poller.open(self.deployment)

    def on_unmount(self) -> None:
        """A heartbeat is enough again."""
        self._looking.end()
        self.poller.leave(self.deployment)

    def show_resource(self, resource: Resource[Any]) -> None:
        """Show another kind of row of the deployment."""
        if resource is self.resource:
            return
        self.resource = resource
        self.filter = None
        self._restored = None
        self.clear_selection()
        self._looking.begin(resource)
        self.forget_marks()
        table = self.table
        table.show([])
        table.change(resource.columns, resource.key)
        table.stays_on_top = settles(resource)
        self.draw()

    # Drawing

    def draw(self) -> None:
        """Read the store and draw."""
        state, clock = self.state, self.poller.clock
        seen = self._seen = snapshot(state, clock)
        width = self.size.width - 2
        self._drawn, self._drawn_at = self._drawing, clock.monotonic()
        self._draw_top(seen)
        self._draw_totals(width)
        self.show_rows(self.resource.rows(seen), self._nothing(width))
        self._draw_detail()
        self.query_one(KeyBar).show_hints(self.hints)
        self._look()

    @property
    def partly(self) -> bool:
        """The broker has more rows than have been read."""
        listing = self._looking.listing
        return listing is not None and not listing.complete and listing.answered_at is not None

    def _draw_totals(self, width: int) -> None:
        """What a list that is asked for has brought, else the totals."""
        state, now = self.state, self.poller.clock.monotonic()
        if self._looking.listing is not None:
            lines = listing_line(self.resource, self._looking.listing, now, width, self.keymap)
        elif self._counted:
            lines = counted_line(self.resource, state, self.poller.clock, self.keymap, width)
        else:
            lines = (totals.tall if self._roomy else totals.compact)(state, now, width)
        self.query_one("#totals", Lines).show(lines)

    def _look(self, *, moved: bool = False) -> None:
        filtered = self.filter is not None and bool(self.filter.text.strip())
        self._looking.look(self.table, detail=self.detail_shown, filtered=filtered, moved=moved)

    @property
    def _drawing(self) -> tuple[int, Size]:
        """What a drawing is of; the room for the detail is settled only after a resize was drawn once."""
        return self.state.version, self.query_one("#detail").size

    def draw_time(self) -> bool:
        """The ages in header and strip, when nothing else is new since the last drawing."""
        state, seen = self.state, self._seen
        aged = self.poller.clock.monotonic() - self._drawn_at > STEP
        if seen is None or self._drawn != self._drawing or aged:
            return False
        now = deployment_row(state, self.poller.clock)
        if now.fresh is not seen.deployment.fresh:
            return False
        self._draw_top(seen._replace(deployment=now))
        if self._looking.listing is not None or self._counted:
            self._draw_totals(self.size.width - 2)
            self._look()
        return True

    def _draw_top(self, seen: Snapshot) -> None:
        width = self.size.width - 2
        self.query_one("#header", Lines).show(deployment_header(seen.deployment, self.state, width))
        self.draw_doing()
        self.query_one("#strip", Lines).show(strip(seen, self.state, width, self._strip_lines(), self.keymap))

    @property
    def _roomy(self) -> bool:
        """There is room for charts of the totals, and there are figures for them."""
        room = self.size.height >= 30 and self.size.width - 2 >= totals.TALL_WIDTH
        return room and self.state.kind is not Kind.SERVERLESS and self.resource.asked is None and not self._counted

    @property
    def _counted(self) -> bool:
        """The rows are counters or gauges: totals above them would tell the same again."""
        return self.resource.part in COUNTED

    def _strip_lines(self) -> int:
        height = self.size.height
        return 4 if height >= 30 else 2 if height >= 20 else 1

    @property
    def offered(self) -> tuple[Column[Any], ...]:
        """Those that have something to tell of what answers; none where a service tells of no nodes."""
        kind = self.state.kind
        if kind is Kind.SERVERLESS and not self.state.roster and self.resource.asked is None:
            return ()
        shown = [one for one in self.resource.columns if self.state.mark is not None or not one.since_mark]
        return tuple(one for one in shown if kind is None or not one.kinds or kind in one.kinds)

    @property
    def hints(self) -> Sequence[KeyHint]:
        """Keys that would do nothing now are left out."""
        row = self.table.cursor_row
        idle = idle_keys(self.resource.asked, row)
        if not (isinstance(row, NodeRow) and row.member.state is NodeState.GONE):
            idle.add("node.dismiss")
        if not self.resource.marks or not self.state.readings:
            idle |= {"mark.set", "mark.clear"}
        elif self.state.mark is None:
            idle.add("mark.clear")
        if not self._looking.sweeping:
            idle.add("sweep.stop")
        if not self.has_actions:
            idle |= {"row.act", "row.mark", "row.unmark"}
        if not self.columns:
            idle |= {"view.filter", "view.sort", "view.invert", "view.detail", "view.columns"}
        return hints_of(self.keymap, *self.places, without=idle)

    @property
    def help_title(self) -> str:
        """What this is."""
        return f"{_(self.resource.title)} · {self.deployment}"

    def help_sections(self) -> "list[Section]":
        """What is to say about it; where it has no table, why."""
        from emqx_tui.tui.panels.help import Entry, Section  # noqa: PLC0415  rarely needed, and the start is to be quick

        limits = [] if self.columns else [Section(KINDS[Kind.SERVERLESS], (Entry("", _(SERVERLESS_LIMITS)),))]
        return [*limits, *super().help_sections()]

    def _nothing(self, width: int) -> list[Cell]:
        state, listing, seen = self.state, self._looking.listing, self._seen
        if self.resource.asked is None or listing is None or seen is None or state.failed or state.answered_at is None:
            return missing(self.resource, state, width)
        lines = nothing(self.resource, self.resource.asked, listing, seen.deployment, width)
        return [Cell(line[0].text, line[0].tone) for line in lines]

    def _draw_detail(self, *, again: bool = True) -> None:
        pane = self.query_one("#detail", VerticalScroll)
        pane.display = self.detail_shown
        self._share_height()
        if not self.detail_shown:
            return
        if again and not pane.size.width:
            # It has just been opened: how wide it is becomes known when it is laid out.
            self.call_after_refresh(self._draw_detail, again=False)
            return
        self.query_one("#detail-lines", Lines).show(self._detail_lines(max(20, pane.size.width - 2)))

    def _share_height(self) -> None:
        """Below the table the detail has what the rows leave, half of the room at least."""
        beside = not self.detail_shown or self.has_class("-wide")
        wanted = (
            "1fr" if beside else str(max(4, min(len(self.table.rows) + 1, self.query_one("#body").size.height // 2)))
        )
        if self._table_height != wanted:
            self._table_height = wanted
            self.table.styles.height = wanted

    def _detail_lines(self, width: int) -> list[SpanLine]:
        row = self.table.cursor_row
        if row is not None and self.resource.detail is not None:
            key = self.resource.key(row)
            known, error = self._looking.more(key), self._looking.why_incomplete(key)
            lines = fact_lines(self.resource.detail(row, None if known is None else known.value), width)
            if error is not None:
                lines += [(), *explanation_lines(explain(error, self.state.kind), width, headline=True)]
            return lines + fact_lines(self._looking.summary(), width)
        if isinstance(row, NodeRow):
            return node_detail(row, self.state, self.poller.clock.monotonic(), width)
        return []

    @property
    def detail_shown(self) -> bool:
        """As the user wants it, else where there is room for it."""
        if self.state.kind is Kind.SERVERLESS and self.resource.asked is None:
            return False
        if self.view.detail is not None:
            return self.view.detail
        if self.state.answered_at is None or not (self._rows or (self._looking.waiting and self.has_class("-wide"))):
            # What stands in place of rows is all there is to read; beside rows that are awaited the pane stays.
            return False
        # By what may stand above the rows, not by what does: a finding that comes and goes does not move the pane.
        around = 1 + self._strip_lines() + (4 if self._roomy else 1) + 1
        left_over = self.size.height - around - len(self.table.rows) - 1
        return self.has_class("-wide") or left_over >= DETAIL_WORTHWHILE

    def on_live_table_cursor_moved(self, event: LiveTable.CursorMoved) -> None:
        """The detail follows the cursor."""
        event.stop()
        if self._seen is not None:
            self._draw_detail()
            self.query_one(KeyBar).show_hints(self.hints)
            self.query_one("#detail", VerticalScroll).scroll_home(animate=False, immediate=True)
            self._look(moved=event.wanted)

    def on_live_table_row_chosen(self, event: LiveTable.RowChosen) -> None:
        """Show the detail of the row."""
        event.stop()
        if not self.detail_shown:
            self.action_toggle_detail()

    # Keys

    def action_back(self) -> None:
        """Clear the filter, else go back to the nodes, else to the fleet."""
        if self.clear_filter() or self._looking.clear():
            self.draw()
            return
        if self.resource is not NODES:
            self.post_message(DeploymentChosen(self.deployment, NODES.name))
            return
        self.post_message(FleetWanted())

    # What the broker filters by

    def action_open_find(self) -> None:
        """Type what the broker is to filter by."""
        asked = self.resource.asked
        if asked is None or not asked.filters:
            self.notify(_("The broker does not filter these rows; / filters what is shown."), markup=False)
            return
        self._open_prompt(FIND, self._looking.query_text(), names_of(offered_filters(asked, self.state.kind)))

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        """Filter while one types, the broker only after a pause."""
        super().on_prompt_changed(event)
        if event.prompt.prefix == FIND and event.prompt.display:
            line = event.value
            self._looking.wait_for(self.set_timer(PAUSE, lambda: self._find(line)))

    def _find(self, line: str) -> None:
        self._looking.ask(line, self.state.kind)
        self.draw()

    def on_prompt_submitted(self, event: Prompt.Submitted) -> None:
        """Ask the broker at once, or what every list does."""
        if event.prompt.prefix == FIND:
            self._find(event.value)
            if self._looking.complaint:
                self.notify(self._looking.complaint, severity="warning", markup=False)
        super().on_prompt_submitted(event)

    def on_prompt_cancelled(self, event: Prompt.Cancelled) -> None:
        """Have the broker filter by nothing again, or what every list does."""
        if event.prompt.prefix == FIND:
            self._looking.stop_waiting()
            self._looking.clear()
        super().on_prompt_cancelled(event)

    def action_toggle_detail(self) -> None:
        """Show or hide the detail pane."""
        self.view = self.view._replace(detail=not self.detail_shown)
        self.draw()

    def action_reveal(self) -> None:
        """Show what is shown of the row only when wanted, or hide it again."""
        if not self.detail_shown:
            self.action_toggle_detail()
        if not self._looking.reveal():
            self.notify(_("These rows have nothing more to show."), markup=False)

    def action_scroll_detail(self, lines: int) -> None:
        """Scroll the detail pane."""
        # At once, for what is put off does not know of the keys that came before it.
        self.query_one("#detail", VerticalScroll).scroll_relative(y=3 * lines, animate=False, immediate=True)

    def action_refresh_now(self) -> None:
        """Ask now."""
        if self.state.phase is Phase.PAUSED:
            key = self.keymap.long("poll.pause")
            self.notify(_("Paused: {key} goes on.").format(key=key) if key else _("Paused."), markup=False)
            return
        self.refresh_rows()

    def refresh_rows(self) -> None:
        """Read everything again now."""
        self.poller.watches[self.deployment].refresh()
        if self._looking.reading is not None:
            self._looking.reading.refresh()

    def action_mark(self, wanted: bool = True) -> None:  # noqa: FBT002  an argument of the table of keys
        """Count from now on, or no longer from the mark."""
        if not self.resource.marks:
            self.notify(_("The mark is for counters: :metrics."), markup=False)
            return
        self.poller.set_mark(self.deployment, wanted=wanted)
        self.draw()

    @property
    def places(self) -> tuple[Place, ...]:
        """Keys of actions are shown where there may be some."""
        return (*self.writing_places, *self.PLACES)

    def action_dismiss_node(self) -> None:
        """Take the node under the cursor off the list, if it is gone."""
        row = self.table.cursor_row
        if not isinstance(row, NodeRow):
            return
        if row.member.state is NodeState.GONE:
            self.poller.dismiss(self.deployment, [row.name])
            told = _("{node} is off the list; it returns when the API lists it again.")
            self.notify(told.format(node=row.name), markup=False)
        else:
            self.notify(_("Only a node that is gone can be taken off the list."), markup=False)
