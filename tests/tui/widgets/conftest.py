"""An app that hosts widgets and keeps the screen of a terminal that got its output, as a user would see it."""

from collections.abc import Callable
from typing import Any

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from emqx_tui.tui import themes
from emqx_tui.tui.screens.selecting import Selecting
from emqx_tui.tui.widgets.painted import Painted


def _alike(one: pyte.screens.Char, other: pyte.screens.Char) -> bool:
    blank = not one.data.strip() and not other.data.strip()
    # the colour of the text that is not there is nobody's business, but its background is
    return one.bg == other.bg if blank else one == other


class HostScreen(Selecting, Screen[None]):
    """A screen on which text is selected, as on all of ours."""


class Hosting(App[None]):
    """Shows widgets one below the other; writes to a simulated terminal what a real one would be sent."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget, size: tuple[int, int] = (80, 24)) -> None:
        super().__init__()
        self.widgets = widgets
        # else the terminal that runs the tests would decide which colours can be told apart
        self.console._color_system = ColorSystem.TRUECOLOR
        self.terminal = pyte.Screen(*size)
        self.stream = pyte.Stream(self.terminal)
        self.sent: list[str] = []
        self.heard: list[Message] = []
        self.actions_run: list[str] = []

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def get_default_screen(self) -> Screen[None]:
        return HostScreen()

    def on_mount(self) -> None:
        themes.register(self)

    def action_note(self, what: str) -> None:
        self.actions_run.append(what)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            output = renderable.render_segments(self.console)
            self.sent.append(output)
            self.stream.feed(output)
        super()._display(screen, renderable)

    def lines(self) -> list[str]:
        """What the terminal shows, without the blanks at the ends."""
        return [line.rstrip() for line in self.terminal.display]

    def repainted(self) -> pyte.Screen:
        """A terminal that got a repaint of everything."""
        screen = pyte.Screen(*self.screen.size)
        stream = pyte.Stream(screen)
        for row, strip in enumerate(self.screen._compositor.render_strips(), 1):
            stream.feed(f"\x1b[{row};1H" + strip.render(self.console))
        return screen

    def full_paint(self) -> list[str]:
        """The lines that a repaint of everything would show."""
        return [line.rstrip() for line in self.repainted().display]

    def differences(self) -> list[tuple[int, int]]:
        """Cells that a repaint of everything would show otherwise, in text or colour."""
        shown, wanted = self.terminal.buffer, self.repainted().buffer
        width, height = self.screen.size
        return [(x, y) for y in range(height) for x in range(width) if not _alike(shown[y][x], wanted[y][x])]

    def highlighted(self) -> str:
        """The text on the colour of what is selected, without scroll thumb and blanks at the ends of lines."""
        wanted = self.screen.get_component_styles("screen--selection").background.hex6[1:].lower()
        buffer = self.terminal.buffer
        width, height = self.screen.size
        found = [[buffer[y][x].data for x in range(width) if buffer[y][x].bg == wanted] for y in range(height)]
        return "\n".join("".join(line).rstrip("┃ ") for line in found if line).rstrip("\n")

    def heard_of(self, *kinds: type[Message]) -> list[Any]:
        """The messages of these kinds, each once however far it bubbled."""
        once = {id(message): message for message in self.heard if type(message) in kinds}
        return list(once.values())


@pytest.fixture
def host() -> Callable[..., Any]:
    """Starts an app with these widgets: `async with host(table) as (app, pilot)`."""

    class Host:
        def __init__(self, *widgets: Widget, size: tuple[int, int] = (80, 24)) -> None:
            self.app = Hosting(*widgets, size=size)
            self.running = self.app.run_test(size=size, message_hook=self.app.heard.append)

        async def __aenter__(self) -> tuple[Hosting, Pilot[None]]:
            pilot = await self.running.__aenter__()
            await pilot.pause()
            return self.app, pilot

        async def __aexit__(self, *error: object) -> None:
            await self.running.__aexit__(*error)  # type: ignore[arg-type]

    return Host


@pytest.fixture
def wheel() -> Callable[..., Any]:
    """Turns the mouse wheel over a widget."""

    async def turn(pilot: Pilot[None], widget: Widget, *, down: bool = True) -> None:
        kind = MouseScrollDown if down else MouseScrollUp
        await pilot._post_mouse_events([kind], widget, (3, 3))
        await pilot.pause()

    return turn


@pytest.fixture
def refreshes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Region, ...]]:
    """The regions of each refresh call of a drawing widget from here on."""
    calls: list[tuple[Region, ...]] = []
    refresh = Widget.refresh

    def spy(self: Widget, *regions: Region, **options: bool) -> Widget:
        if isinstance(self, Painted):
            calls.append(regions)
        return refresh(self, *regions, **options)

    monkeypatch.setattr(Widget, "refresh", spy)
    return calls
