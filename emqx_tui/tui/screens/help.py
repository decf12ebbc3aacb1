"""Help: what concerns the screen one comes from, then everything else, to be read and searched."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import ModalScreen

from emqx_tui.i18n import _, ngettext
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.keyboard.table import Place
from emqx_tui.resources.spec import Tone
from emqx_tui.tui.bindings import binding, bindings_of, hints_of
from emqx_tui.tui.panels.help import Section, arranged, found_in, nothing_found, pattern_of, words_of
from emqx_tui.tui.screens.selecting import Dialog
from emqx_tui.tui.widgets.key_bar import KeyBar
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine, left_and_right
from emqx_tui.tui.widgets.pages import Pages
from emqx_tui.tui.widgets.prompt import Prompt


class HelpScreen(Dialog, ModalScreen[None]):
    """The help, which a search narrows to the lines that have all of its words.

    Args:
        subject: The screen that one comes from.
        sections: What is told.
    """

    CSS_PATH = "../styles/help.tcss"
    # Nothing but the search takes the focus, and that only while one types.
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(Place.HELP),
        binding("app.help", "leave"),
        binding("table.up", "scroll(-1)"),
        binding("table.down", "scroll(1)"),
        binding("table.page_up", "scroll_pages(-1)"),
        binding("table.page_down", "scroll_pages(1)"),
        binding("table.first", "scroll_to_edge(False)"),
        binding("table.last", "scroll_to_edge(True)"),
    ]

    def __init__(self, subject: str, sections: Sequence[Section], keymap: Keymap) -> None:
        super().__init__()
        self._subject = subject
        self._sections = tuple(sections)
        self._keymap = keymap
        self._search = ""
        self._found = True
        self._before = 0
        """The line that was on top before the search."""

    def compose(self) -> ComposeResult:
        """The title, the text, and below it the search or the keys."""
        yield Lines(id="help-title")
        with Container(id="help-body"):
            yield Pages(id="help-pages")
        yield Lines(id="help-search", auto_height=True)
        yield Prompt(id="prompt")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show all of it."""
        self.query_one(Prompt).display = False
        self.query_one(KeyBar).show_hints(hints_of(self._keymap, Place.HELP))
        self._show()

    @property
    def _pages(self) -> Pages:
        return self.query_one(Pages)

    def _show(self, *, top: int = 0) -> None:
        words = words_of(self._search)
        found = found_in(self._sections, words) if words else list(self._sections)
        self._found = bool(found)
        arrange = partial(arranged, found) if found else partial(nothing_found, self._search)
        self._pages.show_arranged(arrange, match=pattern_of(words) if found else None, top=top)
        self._show_search(sum(len(section.entries) for section in found))

    def _show_search(self, count: int) -> None:
        line = self.query_one("#help-search", Lines)
        if not words_of(self._search) or self.query_one(Prompt).display:
            line.show([])
            return
        key = self._keymap.short("help.back")
        told = ngettext("{count} place found, {key} clears", "{count} places found, {key} clears", count)
        spans = (Span("/" + self._search, Tone.ACCENT), Span("  " + told.format(count=count, key=key), Tone.MUTED))
        line.show([spans])

    @on(Pages.Moved)
    def _show_place(self) -> None:
        self.query_one("#help-title", Lines).show_arranged(self._title)

    def _title(self, width: int) -> Sequence[SpanLine]:
        left = [Span(_("Help"), Tone.ACCENT, bold=True)]
        if self._subject:
            left.append(Span("  " + self._subject, Tone.STRONG))
        page = self._pages.page if self._found else ""
        return [left_and_right(left, [Span(page, Tone.MUTED)], width)]

    # Keys

    def action_scroll(self, lines: int) -> None:
        """Move down by so many lines."""
        self._pages.scroll_lines(lines)

    def action_scroll_pages(self, pages: int) -> None:
        """Move down by so many pages."""
        self._pages.scroll_pages(pages)

    def action_scroll_to_edge(self, end: bool) -> None:
        """Go to the beginning or the end."""
        self._pages.scroll_to_edge(end=end)

    def action_leave(self) -> None:
        """Back to where one was."""
        self.leave()

    def action_back(self) -> None:
        """Clear the search, else leave."""
        if self._search:
            self._clear()
        else:
            self.dismiss()

    def action_search(self) -> None:
        """Type what lines must have."""
        if not self._search:
            self._before = self._pages.top
        prompt = self.query_one(Prompt)
        prompt.display = True
        self.query_one(KeyBar).display = False
        prompt.open("/", self._search)
        self._show_search(0)

    def take_typed(self, text: str) -> bool:
        """Type it into the search; False when it is not open."""
        prompt = self.query_one(Prompt)
        if prompt.display:
            prompt.insert(text)
        return bool(prompt.display)

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        """Search while one types."""
        if event.prompt.display:
            self._search = event.value
            self._show()

    def on_prompt_submitted(self) -> None:
        """Keep what was found."""
        self._close_prompt()
        if words_of(self._search):
            self._show()
        else:
            self._clear()

    def on_prompt_cancelled(self) -> None:
        """Forget what was typed."""
        self._close_prompt()
        self._clear()

    def _clear(self) -> None:
        self._search = ""
        self._show(top=self._before)

    def _close_prompt(self) -> None:
        self.query_one(Prompt).display = False
        self.query_one(KeyBar).display = True
        self.set_focus(None)
