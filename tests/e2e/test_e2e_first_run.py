"""The first start of the program, without any configuration."""

from pathlib import Path

from e2e.terminal import Terminal
from tape import PASSWORD, USER, Tape


async def test_a_deployment_is_added_and_watched(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    async with Tape("emqx-5.8.9-cluster") as tape, Terminal(home=tmp_path, size=(100, 30)) as terminal:
        await terminal.shows("Add deployment")
        terminal.send(f"prod\r{tape.url}\r{USER}\r{PASSWORD}\r")
        await terminal.shows(rf"AppSecret +{'•' * len(PASSWORD)}")
        assert PASSWORD not in terminal.text
        terminal.send("\x14")
        await terminal.shows(r"✓ EMQX 5\.8\.9, 2 nodes, \d+ ms")
        terminal.send("\x13")
        await terminal.shows(r"prod +.*2/2")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []
    assert PASSWORD in config.read_text("utf-8")


async def test_the_demo_opens_from_the_form_and_gives_the_terminal_back(tmp_path: Path) -> None:
    async with Terminal(home=tmp_path, size=(100, 30)) as terminal:
        await terminal.shows("Open the demo")
        terminal.send("\x1b[Z\r")
        await terminal.shows(r"6 deployments")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []
