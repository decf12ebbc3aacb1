"""The `:` prompt and the command palette: going somewhere by name."""

from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from emqx_tui.i18n import _
from emqx_tui.resources import NAMES
from emqx_tui.text import sanitize
from emqx_tui.tui.themes import ABOUT as THEMES


if TYPE_CHECKING:
    from emqx_tui.tui.app import EmqxTui


class Command(NamedTuple):
    """A parsed line of the prompt.

    Attributes:
        verb: `fleet`, `add`, `help`, `quit`, or `show`.
        resource: What to show.
        deployment: Of which deployment; None for the one that is open.
        complaint: Why the line cannot be followed; empty when it can.
    """

    verb: str
    resource: str = NAMES[0]
    deployment: str | None = None
    complaint: str = ""
    theme: str = ""


_VERBS = {
    "fleet": "fleet",
    "deployments": "fleet",
    "add": "add",
    "help": "help",
    "?": "help",
    "q": "quit",
    "quit": "quit",
    "q!": "quit",
}


def parse_command(line: str, deployments: list[str]) -> Command:
    """What a line of the prompt asks for: `nodes prod-eu`, `alarms`, `prod-eu`, `fleet`, `help`, `quit`.

    A deployment may be shortened as long as it stays the only one.
    """
    first, _blank, rest = line.partition(" ")
    if first == "theme":
        return Command("theme", theme=rest.strip())
    if first in _VERBS:
        return Command(_VERBS[first])
    resources = list(NAMES)
    resource = first if first in resources else None
    wanted = rest.strip() if resource else line
    if not wanted:
        return Command("show", resource or resources[0])
    found = [wanted] if wanted in deployments else [name for name in deployments if name.startswith(wanted)]
    if len(found) == 1:
        return Command("show", resource or resources[0], found[0])
    known = ", ".join([*resources, "fleet", "theme", "help", "quit"])
    if found:
        return Command("", complaint=_("Several deployments begin so: {names}").format(names=", ".join(found)))
    return Command(
        "", complaint=_("There is no {name}. Try a deployment's name, or: {known}").format(name=wanted, known=known)
    )


def is_plain(line: str, deployments: list[str]) -> bool:
    """Whether the line can be followed and has nothing in it but words of the program and names of deployments."""
    first, _blank, rest = line.partition(" ")
    command = parse_command(line, deployments)
    if command.verb == "theme":
        return command.theme in {"", *THEMES}
    return not command.complaint and not (first in _VERBS and rest.strip())


class GoTo(Provider):
    """Deployments and their resources in the command palette. Their names are only text there."""

    async def discover(self) -> Hits:
        """Everything there is."""
        for line in self._lines():
            shown = sanitize(line)
            yield DiscoveryHit(Content(shown), lambda line=line: self._go(line), text=shown, help=None)

    async def search(self, query: str) -> Hits:
        """What fits the query."""
        matcher = self.matcher(query)
        for line in self._lines():
            score = matcher.match(line)
            if score > 0:
                shown = sanitize(line)
                yield Hit(score, Content(shown), lambda line=line: self._go(line), text=shown)

    def _lines(self) -> list[str]:
        names = list(self._monitor.poller.store.deployments)
        return ["fleet", "add", *(f"{one} {name}" for name in names for one in NAMES)]

    @property
    def _monitor(self) -> "EmqxTui":
        return cast("EmqxTui", self.app)

    async def _go(self, line: str) -> None:
        await self._monitor.follow(line)
