"""The real app on a simulated terminal, over brokers and a clock of which the test is the master."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget

import emqx_tui.tui
from emqx_tui.fleet.poller import Poller
from emqx_tui.tui.app import EmqxTui
from emqx_tui.tui.screens.base import ListScreen
from emqx_tui.tui.widgets.cells import width_of
from emqx_tui.tui.widgets.live_table import LiveTable
from fleet.fakes import FakeClock, Fleet


if TYPE_CHECKING:
    from textual.pilot import Pilot


ROUNDS = 1000
"""How often a condition is looked at before it counts as never met."""


class Recording(App[None]):
    """Keeps what is sent to the terminal."""

    sent: list[str]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.sent.append(renderable.render_segments(self.console))
        super()._display(screen, renderable)


class Watched(EmqxTui, Recording):
    """The real app; what it sends to the terminal is kept."""

    CSS_PATH = str(Path(emqx_tui.tui.__file__).parent / "styles" / "app.tcss")

    def __init__(self, poller: Poller, **options: Any) -> None:  # noqa: ANN401  what the app takes
        super().__init__(poller, **options)
        self.sent = []


class Stage:
    """The app from `async with` to its end.

    Args:
        poller: What the app runs; its brokers and clock are fakes.
        clock: The poller's clock.
        size: Columns and lines of the terminal.
        options: What the app takes besides.
    """

    def __init__(
        self,
        poller: Poller,
        clock: FakeClock,
        *,
        size: tuple[int, int] = (100, 30),
        **options: Any,  # noqa: ANN401  what the app takes
    ) -> None:
        self.clock = clock
        self.poller = poller
        self.app = Watched(poller, **options)
        self._running = self.app.run_test(size=size, notifications=True)
        self.pilot: Pilot[None]

    async def __aenter__(self) -> Self:
        self.pilot = await self._running.__aenter__()
        try:
            await self.settle()
        except BaseException:
            await self._running.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._running.__aexit__(*error)  # type: ignore[arg-type]

    # Time and keys

    async def settle(self) -> None:
        """Let everything happen that has to happen at this moment, and have it drawn."""
        await self.clock.idle()
        await self.pilot.pause()
        for _ in range(ROUNDS):
            await self.clock.idle()
            if not self._asking:
                break
            await self.pilot.pause()
        else:
            raise AssertionError("it never comes to rest; the screen shows:\n" + self.text)
        await self.redraw()

    @property
    def _asking(self) -> bool:
        """A question is under way that waits for the network and not for the clock."""
        return False

    async def redraw(self) -> None:
        """Have the screen told now what else it would be told within 50 ms."""
        self.app._tell_screen()
        await self.pilot.pause()

    async def advance(self, seconds: float) -> None:
        """Let time pass for the poller, and have the result drawn."""
        await self.clock.advance(seconds)
        await self.settle()

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, and have what they did drawn."""
        await self.pilot.press(*keys)
        await self.redraw()

    async def drag(self, start: tuple[int, int], *path: tuple[int, int], release: bool = True) -> None:
        """Press the mouse at a cell of the screen, go to others, and let go; have what it did drawn."""
        self.point(events.MouseDown, start)
        for place in path:
            self.point(events.MouseMove, place)
        if release:
            self.point(events.MouseUp, path[-1])
        await self.redraw()

    async def click(self, place: tuple[int, int], *, times: int = 1) -> None:
        """Click on a cell of the screen, so often that it counts as one click, a double click, and so on."""
        for _ in range(times):
            self.point(events.MouseDown, place)
            self.point(events.MouseUp, place)
        await self.redraw()
        await self.settle()

    def point(self, kind: type[events.MouseEvent], place: tuple[int, int]) -> None:
        """Send one event of the mouse."""
        # What a terminal sends goes through the app, which makes clicks of it; what the pilot sends does not.
        x, y = place
        assert self.app._driver is not None
        self.app._driver.process_message(kind(None, x, y, 0, 0, 1, False, False, False))

    def place_of(self, part: str, *, within: str = "") -> tuple[int, int]:
        """The cell of the screen where a text begins, in the first line that has `within` as well."""
        y = next(number for number, line in enumerate(self.lines) if part in line and within in line)
        return width_of(self.lines[y].partition(part)[0]), y

    @property
    def highlighted(self) -> list[str]:
        """The texts that are highlighted as selected, line by line, with the blanks among them."""
        found = []
        for strip in self.app.screen._compositor.render_strips():
            wanted = self.app.screen.get_component_styles("screen--selection").background.rich_color
            texts = [one.text for one in strip if one.style is not None and one.style.bgcolor == wanted]
            found += ["".join(texts)] if texts else []
        return found

    async def wheel(self, widget: Widget, *, down: bool = True) -> None:
        """Turn the mouse wheel by one notch over the middle of a widget, and have what it did drawn."""
        kind = events.MouseScrollDown if down else events.MouseScrollUp
        middle = (widget.region.width // 2, widget.region.height // 2)
        await self.pilot._post_mouse_events([kind], widget, middle)
        await self.redraw()

    async def type(self, text: str) -> None:
        """Type a text at the prompt and enter it."""
        names = {" ": "space", ":": "colon", "/": "slash", "!": "exclamation_mark", "-": "minus", "@": "at"}
        await self.press(*(names.get(one, one) for one in text), "enter")
        await self.settle()

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait for what comes about by itself, looking a bounded number of times."""
        for _ in range(ROUNDS):
            if met():
                return
            await self.pilot.pause()
        raise AssertionError("it never came about; the screen shows:\n" + self.text)

    # What is seen

    @property
    def lines(self) -> list[str]:
        """What the terminal shows, without the blanks at the ends of lines."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(self.lines)

    def line_with(self, *parts: str) -> str:
        """The first line that has all the parts."""
        return next((line for line in self.lines if all(part in line for part in parts)), "")

    def row_of(self, part: str) -> int:
        """The number of the first line that has the part."""
        return next(number for number, line in enumerate(self.lines) if part in line)

    @property
    def sent(self) -> str:
        """Everything that was sent to the terminal."""
        return "".join(self.app.sent)

    @property
    def screen(self) -> ListScreen:
        """The list screen in front."""
        screen = self.app.screen
        assert isinstance(screen, ListScreen)
        return screen

    @property
    def table(self) -> LiveTable[Any]:
        """The list in front."""
        return self.screen.table

    @property
    def ended(self) -> bool:
        """The app is on its way out."""
        return self.app._exit


class FleetStage(Stage):
    """The app over a fleet of fake brokers.

    Args:
        fleet: The brokers, all added.
        options: What the app and the stage take.
    """

    def __init__(self, fleet: Fleet, **options: Any) -> None:  # noqa: ANN401  what the app takes
        super().__init__(fleet.poller, fleet.clock, **options)
        self.fleet = fleet
