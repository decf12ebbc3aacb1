"""The dialog before an action: what is asked, whom it touches, what follows, what is sent. Cancel is the default."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from emqx_tui.domain.actions import Outcome, Result
from emqx_tui.i18n import N_, _, ngettext
from emqx_tui.keyboard.table import Place
from emqx_tui.resources.operations import Action, Field, FieldKind, Filled, problem_of
from emqx_tui.resources.spec import Cell, Column, Tone
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.screens.selecting import Dialog
from emqx_tui.tui.widgets import fields as forms
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine
from emqx_tui.tui.widgets.live_table import LiveTable


MOST_NAMED = 6
"""Objects that are named one by one; the others are counted."""


class Asked(NamedTuple):
    """What the dialog is about.

    Attributes:
        action: What is to be done.
        deployment: Where.
        objects: To what, as names.
        request: Gives the first request as it would be sent, or why there is none, for what is filled in.
        by_name: The deployment's name has to be typed.
    """

    action: Action
    deployment: str
    objects: Sequence[str]
    request: Callable[[Filled], str]
    by_name: bool = False


class ActScreen(Dialog, ModalScreen[Filled | None]):
    """Gives what was filled in when the action is wanted, else None."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.DIALOG)]
    DEFAULT_CSS: ClassVar[str] = """
    ActScreen {
        #act-about, #act-objects, #act-request { height: auto; margin: 0 0 1 0; }
        #act-buttons { height: 1; margin: 1 0 0 0; }
        #act-fields { height: auto; max-height: 60%; }
        Button { min-width: 10; margin: 0 2 0 0; }
        .row { height: 1; }
        .label { width: 14; color: $text-muted; }
        .note { height: auto; margin: 0 0 0 14; color: $text-muted; }
        .note.-wrong { color: $text-warning; }
        Input, Select { width: 1fr; }
    }
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self._asked = asked

    def compose(self) -> ComposeResult:
        """Question, fields, objects, consequence, request, buttons."""
        asked = self._asked
        action = asked.action
        what = _("{verb} {things} in {deployment}?").format(
            verb=_(action.label), things=action.things(max(1, len(asked.objects))), deployment=asked.deployment
        )
        with VerticalScroll(id="dialog", can_focus=False):
            yield Lines([(Span(what[:1].upper() + what[1:], Tone.WARNING, bold=True),)], id="dialog-title")
            if asked.objects:
                yield Lines(self._objects(), id="act-objects", auto_height=True)
            with Vertical(id="act-fields"):
                for field in action.fields:
                    yield from forms.row(field.id, _(field.label), _control(field))
                if asked.by_name:
                    yield from forms.row(
                        "name", _("type its name"), forms.Field(id="name", placeholder=asked.deployment)
                    )
            yield Static(_(action.about), id="act-about", markup=False)
            yield Lines(id="act-request", auto_height=True)
            with Horizontal(id="act-buttons"):
                yield Button(_("cancel"), id="cancel", compact=True)
                yield Button(_(action.label), id="go", variant="warning", compact=True)

    def _objects(self) -> list[SpanLine]:
        named = self._asked.objects[:MOST_NAMED]
        lines: list[SpanLine] = [(Span("  " + name, Tone.STRONG),) for name in named]
        more = len(self._asked.objects) - len(named)
        if more:
            told = ngettext("and {count} more", "and {count} more", more).format(count=more)
            lines.append((Span("  " + told, Tone.MUTED),))
        return lines

    def on_mount(self) -> None:
        """Enter does no harm: Cancel has the focus, unless something is to be filled in."""
        for field in self._asked.action.fields:
            self._note(field.id, _(field.about) if field.about else "")
        if self._asked.by_name:
            told = _("This deployment wants its name typed before anything is changed: {name}")
            self._note("name", told.format(name=self._asked.deployment))
        if not self._asked.action.fields:
            self.set_focus(self.query_one("#cancel"))
        else:
            self.set_focus(self.query_one(f"#{self._asked.action.fields[0].id}"))
        self._show()

    @property
    def filled(self) -> Filled:
        """What stands in the fields now."""
        found: dict[str, str] = {}
        for field in self._asked.action.fields:
            control = self.query_one(f"#{field.id}")
            found[field.id] = str(control.value) if isinstance(control, Input | Select) else ""
        return found

    @on(Input.Changed)
    @on(Select.Changed)
    def _changed(self, event: Input.Changed | Select.Changed) -> None:
        event.stop()
        self._show()

    def _show(self) -> None:
        filled = self.filled
        wrong, why = problem_of(self._asked.action.fields, filled)
        told = "" if wrong else self._asked.request(filled)
        self.query_one("#act-request", Lines).show([(Span(told, Tone.MUTED),)] if told else [])
        self._go.disabled = not self._may_go(wrong)
        for field in self._asked.action.fields:
            # An empty field is not complained about before something was typed.
            complaint = why if field.id == wrong and filled[field.id] else ""
            self._note(field.id, complaint or _(field.about) if field.about or complaint else "", wrong=bool(complaint))

    @property
    def _go(self) -> Button:
        return self.query_one("#go", Button)

    def _may_go(self, wrong: str) -> bool:
        named = not self._asked.by_name or self.query_one("#name", Input).value.strip() == self._asked.deployment
        return named and not wrong

    def _note(self, name: str, text: str, *, wrong: bool = False) -> None:
        note = self.query_one(f"#note-{name}", Static)
        note.update(text)
        note.display = bool(text)
        note.set_class(wrong, "-wrong")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field, and at last to Cancel."""
        event.stop()
        self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take the answer."""
        event.stop()
        if event.button.id != "go":
            self.dismiss(None)
        elif self._may_go(problem_of(self._asked.action.fields, self.filled)[0]):
            self.dismiss(self.filled)

    def action_leave(self) -> None:
        """Nothing is done."""
        self.leave()


def _control(field: Field) -> forms.Field | Select[str]:
    if field.kind is FieldKind.CHOICE:
        return Select(
            [(choice, choice) for choice in field.choices],
            value=field.value or field.choices[0],
            allow_blank=False,
            compact=True,
            id=field.id,
        )
    return forms.Field(field.value, id=field.id)


OUTCOMES: dict[Outcome, tuple[str, str, Tone]] = {
    Outcome.DONE: ("✔", N_("done"), Tone.GOOD),
    Outcome.STILL_THERE: ("✖", N_("nothing changed"), Tone.CRITICAL),
    Outcome.FAILED: ("✖", N_("failed"), Tone.CRITICAL),
    Outcome.UNVERIFIED: ("?", N_("not verified"), Tone.WARNING),
    Outcome.NOT_TRIED: ("○", N_("not sent"), Tone.MUTED),
}
"""What became of a change: symbol, word, tone."""


def _outcome(result: Result) -> Cell:
    mark, word, tone = OUTCOMES[result.outcome]
    return Cell(f"{mark} {_(word)}", tone)


_COLUMNS: tuple[Column[tuple[int, Result]], ...] = (
    Column("outcome", N_("OUTCOME"), 17, lambda one: _outcome(one[1]), lambda one: one[1].outcome),
    Column("object", N_("WHAT"), 20, lambda one: Cell(one[1].object), lambda one: one[1].object, grows=True),
    Column("why", N_("WHY"), 24, lambda one: Cell(one[1].why, Tone.MUTED), lambda one: one[1].why, grows=True),
)


class OutcomesScreen(Dialog, ModalScreen[None]):
    """What became of an action, object by object."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.DIALOG)]
    DEFAULT_CSS: ClassVar[str] = """
    OutcomesScreen #dialog { width: 110; }
    """

    def __init__(self, title: str, results: Sequence[Result], note: str = "") -> None:
        super().__init__()
        self._title = title
        self._results = tuple(enumerate(results))
        self._told = note

    def compose(self) -> ComposeResult:
        """The title and the list."""
        with Vertical(id="dialog"):
            yield Lines([(Span(self._title, Tone.ACCENT, bold=True),)], id="dialog-title")
            yield LiveTable(_COLUMNS, lambda one: str(one[0]), id="outcomes")
            yield Static(self._told, markup=False)

    def on_mount(self) -> None:
        """Show them."""
        table = self.query_one(LiveTable)
        table.styles.height = min(20, len(self._results) + 1)
        table.show(self._results)
        table.focus()

    def on_live_table_row_chosen(self, event: LiveTable.RowChosen) -> None:
        """It has been read."""
        event.stop()
        self.dismiss()

    def action_leave(self) -> None:
        """It has been read."""
        self.leave()
