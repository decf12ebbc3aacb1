"""What the list screens share: header, table, prompt and key bar; filtering and sorting."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import ScreenResume
from textual.geometry import Size
from textual.screen import Screen

from emqx_tui.domain.filters import Filter, stands_in
from emqx_tui.fleet.poller import Poller
from emqx_tui.i18n import _
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.keyboard.table import Place
from emqx_tui.resources import NAMES
from emqx_tui.resources.spec import Cell, Resource, Tone
from emqx_tui.resources.table import Arrangement, fields_of, filter_of
from emqx_tui.resources.wording import flaw
from emqx_tui.text import exact_number
from emqx_tui.tui.bindings import bindings_of, hints_of
from emqx_tui.tui.commands import is_plain
from emqx_tui.tui.messages import CommandGiven, StoreChanged, WalkWanted
from emqx_tui.tui.remembered import RememberedViews
from emqx_tui.tui.screens.exporting import Exporting
from emqx_tui.tui.screens.opening_page import OpeningPage
from emqx_tui.tui.screens.selecting import Selecting
from emqx_tui.tui.visits import Visit
from emqx_tui.tui.widgets.key_bar import KeyBar, KeyHint
from emqx_tui.tui.widgets.lines import Lines, Span
from emqx_tui.tui.widgets.live_table import LiveTable
from emqx_tui.tui.widgets.prompt import Prompt


if TYPE_CHECKING:
    from emqx_tui.tui.app import EmqxTui
    from emqx_tui.tui.panels.help import Section

FILTER, COMMAND, FIND = "/", ":", "find "

SMALLEST = (60, 15)
"""Columns and lines below which nothing is drawn but that it is too small."""


class ListScreen(Exporting, OpeningPage, Selecting, Screen[None]):
    """A screen around one live table. A subclass says what is above and below it, and where its rows come from.

    Args:
        poller: Watches the deployments.
        resource: The kind of row.
        remembered: What was set on the screens before.
        deployment: Whose rows they are; None for the fleet.
    """

    AUTO_FOCUS = "LiveTable"
    HORIZONTAL_BREAKPOINTS = [
        (0, "-thin"),
        (SMALLEST[0], "-narrow"),
        (100, "-medium"),
        (150, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (SMALLEST[1], "-low"), (30, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.LIST)]
    PLACES: ClassVar[tuple[Place, ...]] = (Place.LIST, Place.EVERYWHERE)
    """Where the keys of its key bar work."""
    CLEARING: ClassVar[str]
    """The id of the key that clears the filter."""

    def __init__(
        self, poller: Poller, resource: Resource[Any], remembered: RememberedViews, *, deployment: str | None = None
    ) -> None:
        super().__init__()
        self.poller = poller
        self.resource = resource
        self.filter: Filter | None = None
        self._remembered = remembered
        self.deployment = deployment
        self._rows: Sequence[Any] = ()
        self._arrangement = Arrangement[Any]()
        self._drawn_for: Size | None = None
        self._restored: Visit | None = None

    @property
    def keymap(self) -> Keymap:
        """The keys that work."""
        return cast("EmqxTui", self.app).keymap

    @property
    def places(self) -> tuple[Place, ...]:
        """Whose keys the key bar shows."""
        return self.PLACES

    @property
    def hints(self) -> Sequence[KeyHint]:
        """What the key bar shows."""
        return hints_of(self.keymap, *self.places)

    @property
    def help_title(self) -> str:
        """What this is."""
        return _(self.resource.title)

    def help_sections(self) -> "list[Section]":
        """What is to say about it."""
        from emqx_tui.tui.panels.help import of_table  # noqa: PLC0415  rarely needed, and the start is to be quick

        return of_table(self.keymap, self.places, self.resource, self.columns)

    def compose(self) -> ComposeResult:
        """The widgets from the top to the bottom."""
        self._take_size(self.app.size)
        yield Lines(id="header", auto_height=True)
        yield from self.compose_above()
        table = LiveTable[Any](self.resource.columns, self.resource.key, id="table")
        yield from self.compose_body(table)
        yield Lines(id="filter-line", auto_height=True)
        yield from self.compose_below()
        yield Prompt(id="prompt", history=self._remembered.lines)
        yield KeyBar(id="keys")
        yield Lines(id="too-small")

    def _take_size(self, size: Size) -> None:
        """Have the classes of the size before there is a widget to be styled anew for them."""
        for edge, points in ((size.width, self.HORIZONTAL_BREAKPOINTS), (size.height, self.VERTICAL_BREAKPOINTS)):
            self.update_classes(dict.fromkeys(self._get_breakpoint_classes(edge, points), True), update=False)

    def compose_above(self) -> ComposeResult:
        """What stands between header and table."""
        yield from ()

    def compose_below(self) -> ComposeResult:
        """What stands below the table."""
        yield from ()

    def compose_body(self, table: LiveTable[Any]) -> ComposeResult:
        """The table and what belongs beside it."""
        yield table

    def on_mount(self) -> None:
        """Draw what is known already."""
        self.query_one(Prompt).display = False
        self.query_one(KeyBar).show_hints(self.hints)
        told = _("The terminal is too small: emqx-tui needs {columns} x {lines}.").format(
            columns=SMALLEST[0], lines=SMALLEST[1]
        )
        self.query_one("#too-small", Lines).show([(Span(told, Tone.WARNING),)])
        self.draw()

    @on(StoreChanged)
    def _store_changed(self) -> None:
        if not self.draw_time():
            self.draw()

    def draw_time(self) -> bool:
        """Draw what the passing of time alone changes; False when more than that has changed."""
        return False

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Draw what has changed while another screen was in front."""
        if self._drawn_for is None:
            # It is the first time: everything has just been styled.
            event.refresh_styles = False
        elif self.query(LiveTable):
            self.draw()

    def on_resize(self) -> None:
        """Draw for the new size."""
        if self._drawn_for != self.size:
            self._drawn_for = self.size
            self.call_after_refresh(self.draw)

    @abstractmethod
    def draw(self) -> None:
        """Read the store and draw."""

    # Rows

    @property
    def table(self) -> LiveTable[Any]:
        """The list."""
        return self.query_one(LiveTable)

    def show_rows(self, rows: Sequence[Any], empty: Sequence[Cell]) -> None:
        """Filter, sort and show the rows."""
        self._rows = rows
        columns, wide = self.columns, bool(self.view.wide)
        shown = self._arrangement.of(self.resource, rows, self.sort, self.filter)
        table = self.table
        if (table.columns, table.wide) != (columns, wide):
            table.show_columns(columns, wide=wide)
        name = self.sort.removeprefix("-")
        table.sorted_by = (name, self.sort.startswith("-")) if name else None
        if not shown:
            hidden = _("No row has what the filter asks for.") if rows else ""
            table.empty = [Cell(hidden, Tone.MUTED)] if hidden else list(empty)
        if shown is not table.rows:
            table.show(shown)
        if self._restored is not None and shown:
            table.place(self._restored.cursor, self._restored.top)
            self._restored = None
        self._draw_filter(len(shown), len(rows))

    def _draw_filter(self, shown: int, of: int) -> None:
        line = self.query_one("#filter-line", Lines)
        if self.filter is not None and self.filter.flaw is not None:
            line.show([(Span("▲ " + flaw(self.filter.flaw), Tone.WARNING),)])
            return
        if self.filter is None or not self.filter.text.strip() or self.query_one(Prompt).display:
            line.show([])
            return
        key = self.keymap.long(self.CLEARING)
        told = _("{shown} of {count} loaded rows") if self.partly else _("{shown} of {count} rows")
        told = told.format(shown=exact_number(shown), count=exact_number(of))
        told += ", " + _("{key} clears").format(key=key) if key else ""
        line.show([(Span("/" + self.filter.text, Tone.ACCENT), Span("  " + told, Tone.MUTED))])

    # Walking back and forth

    def action_walk(self, direction: int) -> None:
        """Go back or ahead through the screens visited."""
        self.post_message(WalkWanted(direction))

    @property
    def visit(self) -> Visit:
        """What it shows, and how."""
        cursor = top = None
        if self._restored is not None:
            cursor, top = self._restored.cursor, self._restored.top
        elif self.query(LiveTable):
            cursor, top = self.table.cursor_key, self.table.top_key
        shown = "" if self.filter is None else self.filter.text
        return Visit(self.deployment, self.resource.name, cursor, top, shown)

    def restore(self, visit: Visit) -> None:
        """Show it as it was left; the rows as soon as there are any, as far as they are still there."""
        self.filter = filter_of(self.resource, visit.filter) if visit.filter else None
        self._restored = visit
        if self.is_mounted:
            # In the fleet the worst deployment matters more than the one that was looked at.
            self.table.stays_on_top = self.table.stays_on_top and self.deployment is None
            self.draw()

    # Prompt

    def action_open_filter(self) -> None:
        """Type what rows must have."""
        names = [one.id for one in self.offered if one.title]
        names += ["!" + name for name in names]
        self._open_prompt(FILTER, "" if self.filter is None else self.filter.text, names)

    def action_open_prompt(self) -> None:
        """Type where to go."""
        names = [*NAMES, "fleet", "help", "quit", "theme", *self.poller.store.deployments]
        self._open_prompt(COMMAND, "", names)

    def _open_prompt(self, prefix: str, value: str, words: Sequence[str]) -> None:
        prompt = self.query_one(Prompt)
        prompt.display = True
        self.query_one(KeyBar).display = False
        prompt.open(prefix, value, words)
        self.draw()

    def _close_prompt(self) -> None:
        self.query_one(Prompt).display = False
        self.query_one(KeyBar).display = True
        self.set_focus(self.table)
        self.draw()

    def take_typed(self, text: str) -> bool:
        """Type it into the prompt; False when none is open."""
        prompt = self.query_one(Prompt)
        if prompt.display:
            prompt.insert(text)
        return bool(prompt.display)

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        """Filter while one types."""
        if event.prompt.prefix == FILTER and event.prompt.display:
            self.filter = filter_of(self.resource, event.value)
            self.draw()

    def on_prompt_submitted(self, event: Prompt.Submitted) -> None:
        """Keep the filter, or go where the command says."""
        prefix, line = event.prompt.prefix, event.value.strip()
        if line and self._is_known(prefix, line):
            self._remembered.keep_line(prefix, line)
        self._close_prompt()
        if prefix == COMMAND and line:
            self.post_message(CommandGiven(line))

    def _is_known(self, prefix: str, line: str) -> bool:
        """The line says nothing that is not known anyway: anything else could be a secret, pasted by mistake."""
        if prefix == COMMAND:
            return is_plain(line, list(self.poller.store.deployments))
        return stands_in(line, self._rows, self.resource.matches, fields_of(self.resource))

    def on_prompt_cancelled(self, event: Prompt.Cancelled) -> None:
        """Forget what was typed."""
        if event.prompt.prefix == FILTER:
            self.filter = None
        self._close_prompt()

    def clear_filter(self) -> bool:
        """Show all rows again; False when they are."""
        if self.filter is None or not self.filter.text.strip():
            return False
        self.filter = None
        self.draw()
        return True
