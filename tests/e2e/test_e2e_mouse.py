"""The mouse of a real terminal: what it sends, and what it is told to copy."""

from base64 import b64encode

from e2e.conftest import Watching
from tape import Tape


VERSION = "EMQX 5.8.9"


def copying(text: str) -> bytes:
    """What makes a terminal copy a text (OSC 52)."""
    return b"\x1b]52;c;" + b64encode(text.encode()) + b"\x07"


async def test_dragging_over_a_text_and_ctrl_c_copies_it_into_the_terminals_clipboard(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod") as terminal:
        await terminal.shows(rf"{VERSION} .* 2/2 nodes .* live")
        x, y = terminal.place_of(VERSION)
        end = x + len(VERSION) - 1
        plain = terminal.background((end, y))
        terminal.drag((x, y), (end, y))
        await terminal.background_becomes((end, y), lambda colour: colour != plain)
        terminal.send("\x03")
        await terminal.is_sent(copying(VERSION))
        await terminal.shows(rf"copied {len(VERSION)} characters")
        terminal.send("\x1b")
        await terminal.background_becomes((end, y), lambda colour: colour == plain)
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []


async def test_the_wheel_and_a_click_on_a_key_work_in_a_real_terminal(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod") as terminal:
        await terminal.shows(rf"{VERSION} .* 2/2 nodes")
        place = terminal.place_of("? help")
        terminal.mouse(0, place)
        terminal.mouse(0, place, up=True)
        await terminal.shows("Show or hide the detail pane")
        middle = (50, 15)
        for _ in range(50):
            terminal.mouse(65, middle)
        await terminal.shows("live connection +The open socket")
        place = terminal.place_of("esc back")
        terminal.mouse(0, place)
        terminal.mouse(0, place, up=True)
        await terminal.shows(rf"{VERSION} .* 2/2 nodes")
        terminal.send("q")
        assert await terminal.ended() == 0
