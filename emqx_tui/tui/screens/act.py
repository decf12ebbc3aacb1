"""The dialog before an action: what is asked, whom it touches, what follows, what is sent. Cancel is the default."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, Static

from emqx_tui.domain.actions import Outcome, Result
from emqx_tui.i18n import N_, _, ngettext
from emqx_tui.keyboard.table import Place
from emqx_tui.resources.operations import Action, Field, FieldKind, Filled, problem_of
from emqx_tui.resources.spec import Tone
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.screens.selecting import Dialog
from emqx_tui.tui.widgets import fields as forms
from emqx_tui.tui.widgets.cells import wrapped
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine


MOST_NAMED = 6
"""Objects that are named one by one; the others are counted."""

ROOMY = 30
"""Lines of a terminal from which on there is room for margins."""

_AROUND = 16
"""Lines of the dialog without objects and fields: what stands in it, and what is round it."""


class Asked(NamedTuple):
    """What the dialog is about.

    Attributes:
        action: What is to be done.
        deployment: Where.
        objects: To what, as names, for what is filled in.
        number: How many things it touches.
        request: Gives the first request as it would be sent, or why there is none, for what is filled in.
        lacks: Why it cannot be done for what is filled in; empty when it can.
        by_name: The deployment's name has to be typed.
        unseen: That some of them are not in sight; empty when all are.
    """

    action: Action
    deployment: str
    objects: Callable[[Filled], Sequence[str]]
    number: int
    request: Callable[[Filled], str]
    lacks: Callable[[Filled], str] = lambda _filled: ""
    by_name: bool = False
    unseen: str = ""


class ActScreen(Dialog, ModalScreen[Filled | None]):
    """Gives what was filled in when the action is wanted, else None."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(Place.DIALOG)]
    DEFAULT_CSS: ClassVar[str] = """
    ActScreen {
        &.-low #act-buttons { margin: 0; }
        #act-about, #act-objects, #act-request { height: auto; margin: 0 0 1 0; }
        #act-unseen, #act-lacking { height: auto; margin: 0 0 1 0; color: $text-warning; }
        #act-buttons { height: 1; margin: 1 0 0 0; }
        #act-fields { height: auto; max-height: 60%; margin: 0 0 1 0; }
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
            verb=_(action.label), things=action.things(asked.number), deployment=asked.deployment
        )
        with VerticalScroll(id="dialog", can_focus=False):
            yield Lines([(Span(what[:1].upper() + what[1:], Tone.WARNING, bold=True),)], id="dialog-title")
            yield Lines(id="act-objects", auto_height=True)
            yield Static(self._asked.unseen, id="act-unseen", markup=False)
            with Vertical(id="act-fields") as fields:
                fields.display = bool(action.fields) or asked.by_name
                for field in action.fields:
                    yield from forms.row(field.id, _(field.label), _control(field))
                if asked.by_name:
                    yield from forms.row(
                        "name", _("type its name"), forms.Field(id="name", placeholder=asked.deployment)
                    )
            yield Static("", id="act-lacking", markup=False)
            yield Static(_(action.about), id="act-about", markup=False)
            yield Lines(id="act-request", auto_height=True)
            with Horizontal(id="act-buttons"):
                yield Button(_("cancel"), id="cancel", compact=True)
                yield Button(_(action.label), id="go", variant="warning", compact=True)

    def _objects(self, filled: Filled) -> list[SpanLine]:
        objects = self._asked.objects(filled)
        named = objects[: self._most_named]
        lines: list[SpanLine] = [(Span("  " + name, Tone.STRONG),) for name in named]
        more = len(objects) - len(named)
        if more > 0:
            told = ngettext("and {count} more", "and {count} more", more).format(count=more)
            lines.append((Span("  " + told, Tone.MUTED),))
        return lines

    def on_resize(self) -> None:
        """Take what room there is."""
        self.set_class(self.app.size.height < ROOMY, "-low")
        if self.is_mounted:
            self._show()

    @property
    def _most_named(self) -> int:
        """So many that the buttons stay in sight."""
        fields = self._asked.action.fields
        taken = _AROUND + sum(2 if field.about else 1 for field in fields)
        taken += 2 * self._asked.by_name + 2 * bool(self._asked.unseen)
        return max(1, min(MOST_NAMED, self.app.size.height - taken))

    def on_mount(self) -> None:
        """Enter does no harm: it leads from field to field and to Cancel, which has the focus where there are none."""
        for field in self._asked.action.fields:
            self._note(field.id, _(field.about) if field.about else "")
        if self._asked.by_name:
            told = _("nothing is changed before {name} stands here")
            self._note("name", told.format(name=self._asked.deployment))
        first = [
            *(field.id for field in self._asked.action.fields),
            *(["name"] if self._asked.by_name else []),
            "cancel",
        ]
        self.set_focus(self.query_one(f"#{first[0]}"))
        self.query_one("#act-unseen").display = bool(self._asked.unseen)
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
        objects = self.query_one("#act-objects", Lines)
        objects.show(self._objects(filled))
        objects.display = bool(self._asked.objects(filled))
        self.query_one("#act-request", Lines).show([(Span(told, Tone.MUTED),)] if told else [])
        lacking = "" if wrong else self._asked.lacks(filled)
        missing = self.query_one("#act-lacking", Static)
        missing.update(lacking)
        missing.display = bool(lacking)
        self._go.disabled = bool(lacking) or not self._may_go(wrong)
        for field in self._asked.action.fields:
            # An empty field is not complained about before something was typed.
            complaint = why if field.id == wrong and filled[field.id] else ""
            self._note(field.id, complaint or _(field.about) if field.about or complaint else "", wrong=bool(complaint))

    @property
    def _go(self) -> Button:
        return self.query_one("#go", Button)

    def _may_go(self, wrong: str) -> bool:
        if wrong or not self._asked.by_name:
            return not wrong
        return self.query_one("#name", Input).value.strip() == self._asked.deployment.strip()

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
            return
        filled = self.filled
        if self._may_go(problem_of(self._asked.action.fields, filled)[0]) and not self._asked.lacks(filled):
            self.dismiss(filled)

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


class OutcomesScreen(Dialog, ModalScreen[None]):
    """What became of an action, object by object, in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(Place.DIALOG),
        Binding("enter", "leave", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    OutcomesScreen {
        #dialog { width: 110; }
        #outcomes { height: auto; max-height: 20; }
        #outcomes-note { height: auto; margin: 1 0 0 0; color: $text-warning; }
    }
    """

    def __init__(self, title: str, results: Sequence[Result], note: str = "") -> None:
        super().__init__()
        self._title = title
        self._results = tuple(results)
        self._told = note

    def compose(self) -> ComposeResult:
        """The title and the outcomes."""
        with Vertical(id="dialog"):
            yield Lines([(Span(self._title, Tone.ACCENT, bold=True),)], id="dialog-title")
            with VerticalScroll(id="outcomes"):
                yield Lines(id="outcome-lines", auto_height=True)
            yield Static(self._told, id="outcomes-note", markup=False)

    def on_mount(self) -> None:
        """Show them."""
        self.query_one("#outcomes-note").display = bool(self._told)
        self.query_one("#outcomes").focus()
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        lines: list[SpanLine] = []
        width = max(20, self.query_one("#outcomes").size.width - 2)
        for result in self._results:
            mark, word, tone = OUTCOMES[result.outcome]
            lines.append((Span(f"{mark} {_(word)}  ", tone), Span(result.object, Tone.STRONG)))
            lines += [(Span("  " + line, Tone.MUTED),) for line in wrapped(result.why, width - 2)] if result.why else []
        self.query_one("#outcome-lines", Lines).show(lines)

    def action_leave(self) -> None:
        """It has been read."""
        self.leave()
