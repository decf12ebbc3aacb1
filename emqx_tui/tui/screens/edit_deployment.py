"""The form of one deployment: adding, changing, duplicating. It tests the connection."""

import importlib.util
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Select, Static

from emqx_tui.config import ConfigError, Deployment, Problem, Secret, SecretError, load, store_in_keyring
from emqx_tui.config.draft import Draft
from emqx_tui.config.edit import add, change
from emqx_tui.fleet.diagnosis import diagnose
from emqx_tui.i18n import N_, _
from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP, Keymap
from emqx_tui.keyboard.table import BY_ID, Place
from emqx_tui.resources.spec import Tone
from emqx_tui.text import sanitize
from emqx_tui.tui.aside import aside
from emqx_tui.tui.bindings import bindings_of
from emqx_tui.tui.filled import PLACES, Filled, Keep, asked_at, checked, complaints, draft_of, filled_from, reference_of
from emqx_tui.tui.introduction import introduction
from emqx_tui.tui.screens.ask import AskScreen
from emqx_tui.tui.screens.selecting import Selecting
from emqx_tui.tui.widgets.fields import Field, SecretField, Tick, row
from emqx_tui.tui.widgets.lines import Lines, Span, SpanLine, left_and_right
from emqx_tui.tui.widgets.stages import STAGES, Stages


if TYPE_CHECKING:
    from textual.worker import Worker

    from emqx_tui.tui.panels.help import Section


FORMS: Final = N_(
    "https://….emqx.cloud:8443/api/v5 (5.x), …:8443/api (4.x)\n"
    "http://127.0.0.1:18083 (EMQX), http://127.0.0.1:8081 (NanoMQ)"
)
"""What addresses look like."""

_NO_VERIFY: Final = N_("▲ The server is not checked: whoever is in between can read the secret.")
_PLAIN_HTTP: Final = N_("▲ The secret crosses the network unencrypted: whoever is in between can read it.")


@dataclass(frozen=True, slots=True)
class Saved:
    """The deployment as it stands in the file now, and what it was called before; None for a new one."""

    was: str | None
    deployment: Deployment


@dataclass(frozen=True, slots=True)
class DemoWanted:
    """The user would rather look at the simulated fleet."""


Result: TypeAlias = Saved | DemoWanted | None
"""How the form was left; None without having changed anything."""


class EditDeploymentScreen(Selecting, ModalScreen[Result]):
    """The form.

    Args:
        path: The configuration file.
        start: What the form holds at first.
        editing: The deployment that is changed; None adds one.
        taken: Names that other deployments have.
        first: Nothing is configured yet: the demo is offered as well.
        keymap: The keys that work.
    """

    CSS_PATH = "../styles/edit_deployment.tcss"
    AUTO_FOCUS = "#name"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(Place.FORM, Place.DIALOG),
        Binding("up,left", "app.focus_previous", show=False),
        Binding("down,right", "app.focus_next", show=False),
    ]

    def __init__(  # noqa: PLR0913  what the form is of
        self,
        path: Path,
        start: Draft,
        *,
        editing: str | None = None,
        taken: Collection[str] = (),
        first: bool = False,
        keymap: Keymap = DEFAULT_KEYMAP,
    ) -> None:
        super().__init__()
        self._path = path
        self._start = start
        self._editing = editing
        self._taken = frozenset(taken)
        self._first = first
        self._keymap = keymap
        self._initial = filled_from(start)
        self._testing: Worker[None] | None = None
        self._tested: Filled | None = None
        self._saving: Worker[None] | None = None
        self._writing = False

    # The widgets

    def compose(self) -> ComposeResult:
        """The fields from the top to the bottom, below them the steps of the test, and the buttons."""
        yield Lines(id="form-title")
        with VerticalScroll(id="form", can_focus=False):
            if told := introduction(self._start, self._path, first=self._first):
                yield Static(told, id="about-first", markup=False)
            yield from self._compose_fields()
            yield Stages(id="stages")
        yield Static(id="verdict", markup=False)
        with Horizontal(id="buttons"):
            yield Button(_("Test"), id="test", variant="primary", compact=True)
            yield Button(_("Save"), id="save", variant="success", compact=True)
            yield Button(_("Cancel"), id="cancel", compact=True)
            if self._first:
                yield Button(_("Open the demo"), id="demo", compact=True)

    def _compose_fields(self) -> ComposeResult:
        shown = self._initial
        yield from row("name", _("Name"), Field(shown.name, id="name", placeholder=_("such as prod-eu")))
        yield from row("url", _("URL"), Field(shown.url, id="url", placeholder=_("the address of the API")))
        yield from row("allow_http", "", Tick(_("Allow plain HTTP"), shown.allow_http, id="allow_http"))
        yield from row("app_id", _("AppID or key"), Field(shown.app_id, id="app_id"))
        yield from row("secret", _("AppSecret"), SecretField(id="secret"))
        yield from row("keep", _("Kept in"), Select(self._places(), allow_blank=False, value=shown.keep, id="keep"))
        yield from row("reference", "", Field(shown.reference, id="reference"))
        yield from row("verify", _("TLS"), Tick(_("Verify the certificate"), shown.verify, id="verify"))
        usual = _("authorities to trust instead of the usual ones")
        yield from row("ca_file", _("CA file"), Field(shown.ca_file, id="ca_file", placeholder=usual))
        yield from row("colour", _("Colour"), Field(shown.colour, id="colour", placeholder=_("a name, or #rrggbb")))
        yield Static(id="note-form", classes="note", markup=False)

    def _places(self) -> Iterator[tuple[str, Keep]]:
        for keep, words, _label, _example in PLACES:
            known = keep is not Keep.KEYRING or self._initial.keep is keep
            if known or importlib.util.find_spec("keyring") is not None:
                yield _(words), keep

    def on_mount(self) -> None:
        """Draw what depends on the fields."""
        for widget in self.query("Select, Checkbox"):
            widget.add_class("-textual-compact")
        self.query_one("#form-title", Lines).show_arranged(lambda width: (self._title(width),))
        self._draw()

    @property
    def help_title(self) -> str:
        """What this is."""
        if self._editing is not None:
            return _("Edit {name}").format(name=sanitize(self._editing))
        return _("Add deployment")

    def help_sections(self) -> "list[Section]":
        """What is to say about it."""
        from emqx_tui.tui.panels.help import of_form  # noqa: PLC0415  rarely needed

        return of_form(self._keymap)

    def _title(self, width: int) -> SpanLine:
        known = [BY_ID[id_] for id_ in ("form.test", "form.save", "dialog.leave", "app.help_typing")]
        bound = [key for key in known if self._keymap.keys(key.id)]
        keys = "  ".join(f"{self._keymap.short(key.id)} {_(key.label)}" for key in bound)
        left = (Span(self.help_title, Tone.ACCENT, bold=True), Span("  " + sanitize(str(self._path)), Tone.MUTED))
        return left_and_right(left, [Span(keys, Tone.MUTED)], width)

    # What the fields hold

    def _filled(self) -> Filled:
        keep = self.query_one("#keep", Select).value
        return Filled(
            name=self._text("name"),
            url=self._text("url"),
            app_id=self._text("app_id"),
            keep=keep if isinstance(keep, Keep) else Keep.INLINE,
            secret=Secret(self._text("secret")),
            reference="" if keep is Keep.INLINE else self._text("reference"),
            ca_file=self._text("ca_file"),
            verify=self.query_one("#verify", Checkbox).value,
            allow_http=self.query_one("#allow_http", Checkbox).value,
            colour=self._text("colour"),
        )

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    @on(Input.Changed)
    @on(Checkbox.Changed)
    def _changed(self) -> None:
        self._draw()

    @on(Select.Changed)
    def _place_changed(self, event: Select.Changed) -> None:
        if isinstance(event.value, Keep) and self.is_mounted:
            start = replace(self._start, name=self._text("name"))
            self.query_one("#reference", Input).value = reference_of(start, event.value)
        self._draw()

    def action_next_field(self) -> None:
        """Go on from a field; elsewhere Enter is what it is."""
        if not isinstance(self.focused, Input):
            raise SkipAction
        self.focus_next()

    # What is told beside them

    def _draw(self) -> None:
        """Show what follows from the fields; a test of other values than these is stopped and forgotten."""
        filled = self._filled()
        if self._tested is not None and filled != self._tested:
            self._forget_test()
        asked, plain = asked_at(filled.url)
        self._note("url", asked if filled.url.strip() else _(FORMS))
        self.query_one("#row-allow_http").display = plain
        self._note("allow_http", _(_PLAIN_HTTP) if plain else "", "-warning")
        self._note("verify", "" if filled.verify else _(_NO_VERIFY), "-warning")
        self.query_one("#row-reference").display = filled.keep is not Keep.INLINE
        label, example = next((label, example) for keep, _words, label, example in PLACES if keep is filled.keep)
        self.query_one("#label-reference", Static).update(_(label) if label else "")
        self.query_one("#reference", Input).placeholder = example
        self.query_one("#secret", Input).placeholder = self._about_secret(filled)
        for name in ("name", "app_id", "secret", "reference", "ca_file", "colour", "form"):
            self._note(name, "")

    def _about_secret(self, filled: Filled) -> str:
        if filled.keep is Keep.INLINE:
            return _("kept as it is, unless typed") if self._start.app_secret else ""
        if filled.keep is Keep.KEYRING:
            return _("to be put there; empty when it is there")
        return _("for the test only, it is not saved")

    def _note(self, name: str, words: str, tone: str = "") -> None:
        note = self.query_one(f"#note-{name}", Static)
        note.set_class(bool(words), "-told")
        note.remove_class("-warning", "-wrong")
        if tone:
            note.add_class(tone)
        note.update(words)

    def _complain(self, told: dict[str, str]) -> None:
        for name, words in told.items():
            self._note(name or "form", f"✖ {words}", "-wrong")
        first = next((one for one in self.query(Input) if one.id in told), None)
        if first is not None:
            self.set_focus(first)
        else:
            self.call_after_refresh(self.query_one("#note-form").scroll_visible, animate=False)

    def _say(self, words: str, tone: str = "") -> None:
        verdict = self.query_one("#verdict", Static)
        verdict.remove_class("-warning", "-wrong", "-good")
        verdict.set_class(bool(words), "-told")
        if tone:
            verdict.add_class(tone)
        verdict.update(words)

    # The buttons

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "test":
            self.action_test()
        elif event.button.id == "save":
            self.action_save()
        elif event.button.id == "demo":
            self._leave_with(DemoWanted())
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Stop what is under way, else leave; what was typed is asked about."""
        if self._writing:
            return
        if self._saving is not None:
            self._saving.cancel()
            self._saved_not()
        elif self._testing is not None:
            self._forget_test()
        else:
            self._leave_with(None)

    def _leave_with(self, result: Result) -> None:
        if self._filled() == self._initial:
            self.dismiss(result)
            return

        def answered(leave: bool | None) -> None:
            if leave:
                self.dismiss(result)

        about = _("What you typed is not saved.")
        self.app.push_screen(AskScreen(_("Leave the form?"), about, yes=_("Leave"), no=_("Stay")), answered)

    # Testing

    def action_test(self) -> None:
        """Go through the steps of a connection with what the form holds; nothing is saved."""
        filled = self._filled()
        if self._saving is not None:
            return
        # A name is of no concern here; a secret that was typed is used, wherever it is to be kept.
        tried = replace(filled, name="test", keep=Keep.INLINE if filled.secret else filled.keep)
        draft = draft_of(tried, self._start)
        deployment, problems = checked(draft, self._path)
        if deployment is None:
            self._complain(complaints(tried, draft, problems))
            return
        self._forget_test()
        self._tested = filled
        self.query_one(Stages).start()
        self._say(_("Testing … {key} stops it.").format(key=self._keymap.long("dialog.leave")))
        self._testing = self.run_worker(self._test(deployment), name="test", group="test", exclusive=True)

    async def _test(self, deployment: Deployment) -> None:
        stages = self.query_one(Stages)
        found = await diagnose(deployment, progress=stages.tell)
        self._testing = None
        if found.failed is None:
            self._say(f"✓ {found.found}", "-good")
        else:
            told = _("✖ The test failed at: {stage}. It can be saved all the same.")
            self._say(told.format(stage=_(STAGES[found.failed.stage])), "-wrong")
        # What is said below takes a line of the form: first that, then the scrolling.
        self.call_after_refresh(stages.bring_up, found.failed)

    def _forget_test(self) -> None:
        if self._testing is not None:
            self._testing.cancel()
        self._testing = self._tested = None
        self.query_one(Stages).clear()
        self._say("")

    # Saving

    def action_save(self) -> None:
        """Check it as the loader would, write it into the file, and leave."""
        if self._saving is not None:
            return
        filled = self._filled()
        draft = draft_of(filled, self._start)
        told = complaints(filled, draft, checked(draft, self._path)[1])
        if filled.name.strip() in self._taken:
            told["name"] = _("is the name of another deployment")
        if told:
            self._complain(told)
            return
        self._forget_test()
        self._say(_("Saving …"))
        self._saving = self.run_worker(self._save(filled, draft), name="save", group="save")

    async def _save(self, filled: Filled, draft: Draft) -> None:
        try:
            if filled.keep is Keep.KEYRING and filled.secret:
                service, _colon, user = filled.reference.partition(":")
                await store_in_keyring(service, user or filled.app_id, filled.secret)
            self._writing = True
            deployment = await aside(partial(_written, self._path, self._editing, draft, self._start))
        except SecretError as error:
            self._saved_not({"secret": str(error)})
        except ConfigError as error:
            self._saved_not(complaints(filled, draft, error.problems))
        else:
            self.dismiss(Saved(self._editing, deployment))

    def _saved_not(self, told: dict[str, str] | None = None) -> None:
        self._saving, self._writing = None, False
        self._say("")
        self._complain(told or {})


def _written(path: Path, editing: str | None, draft: Draft, start: Draft) -> Deployment:
    """The deployment as the file has it, once it is written.

    Raises:
        ConfigError: It was not, and the file is what it was.
    """
    if editing is None:
        add(path, draft)
    else:
        change(path, editing, draft, base=start)
    found = [one for one in load(path).settings.deployments if one.name == draft.name.strip()]
    if not found:
        raise ConfigError([Problem(path, None, "", _("was changed by another program in the same moment"))])
    return found[0]
