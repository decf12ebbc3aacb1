"""The steps of a connection test, a line each, filled in as it goes on."""

from collections.abc import Mapping
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from emqx_tui.fleet.diagnosis import Outcome, Stage
from emqx_tui.i18n import N_, _
from emqx_tui.text import sanitize


STAGES: Final[Mapping[Stage, str]] = {
    Stage.ADDRESS: N_("address"),
    Stage.SECRET: N_("secret"),
    Stage.DNS: N_("DNS"),
    Stage.TCP: N_("TCP"),
    Stage.TLS: N_("TLS"),
    Stage.CREDENTIALS: N_("credentials"),
    Stage.API: N_("API"),
}
"""The steps' names."""

_MARKS: Final = {True: ("✓", "-good"), False: ("✖", "-wrong"), None: ("·", "")}
_TONES: Final = ("-good", "-wrong")


def outcome_words(outcome: Outcome) -> str:
    """What a step found, how long it took, and what to do about it."""
    words = outcome.words
    taken = round((outcome.seconds or 0.0) * 1000)
    if taken and not words.endswith(" ms"):
        words += _(", {count} ms").format(count=taken)
    return f"{words}\n→ {outcome.next}" if outcome.next else words


class Stages(Vertical):
    """All the steps; hidden until a test starts."""

    def compose(self) -> ComposeResult:
        """A line for each step."""
        for stage in Stage:
            with Horizontal(classes="row"):
                yield Static(id=f"stage-{stage.value}", classes="stage", markup=False)
                yield Static(id=f"words-{stage.value}", classes="words", markup=False)

    def start(self) -> None:
        """Show all steps as not reached."""
        for stage in Stage:
            self.tell(Outcome(stage, ok=None))
        self.display = True

    def tell(self, outcome: Outcome) -> None:
        """Show how a step went."""
        mark, tone = _MARKS[outcome.ok]
        title = self.query_one(f"#stage-{outcome.stage.value}", Static)
        words = self.query_one(f"#words-{outcome.stage.value}", Static)
        for widget in (title, words):
            widget.remove_class(*_TONES)
        if tone:
            title.add_class(tone)
        if outcome.ok is False:
            words.add_class(tone)
        title.update(f"{mark} {_(STAGES[outcome.stage])}")
        # What an error says of next steps may have line breaks of ours only.
        words.update("\n".join(sanitize(line) for line in outcome_words(outcome).split("\n")))

    def bring_up(self, failed: Outcome | None) -> None:
        """Scroll to the step that failed, or to all of them."""
        shown = self if failed is None else self.query_one(f"#words-{failed.stage.value}")
        shown.scroll_visible(animate=False)

    def clear(self) -> None:
        """Show nothing: what was tested is no longer what stands in the form."""
        self.display = False
