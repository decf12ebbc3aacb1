"""Whatever ends the program, the terminal is given back."""

import asyncio
import signal
from pathlib import Path

import pytest

from e2e.conftest import Watching
from e2e.terminal import PATIENCE, Terminal, output_of
from tape import Tape


async def test_ctrl_c_quits_and_restores_the_terminal(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod") as terminal:
        await terminal.shows("running")
        assert "alternate screen" in terminal.left_behind()
        assert "mouse" in terminal.left_behind()
        terminal.send("\x03")
        assert await terminal.ended() in {0, 130}
        assert terminal.left_behind() == []


async def test_ctrl_c_quits_also_while_a_command_is_typed(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape) as terminal:
        await terminal.shows("q quit")
        terminal.send(":nod")
        await terminal.shows("^: nod")
        terminal.send("\x03")
        assert await terminal.ended() in {0, 130}
        assert terminal.left_behind() == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
async def test_a_signal_ends_it_with_the_shells_code_and_restores_the_terminal(
    watching: Watching, number: signal.Signals, code: int
) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod") as terminal:
        await terminal.shows("running")
        terminal.signal(number)
        assert await terminal.ended() == code
        assert terminal.left_behind() == []


async def test_it_ends_at_once_while_the_broker_answers_nothing(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.hang("/")
        async with watching(tape, "prod") as terminal:
            await terminal.shows("waiting")
            await tape.until(lambda: tape.hanging > 0)
            terminal.send("q")
            async with asyncio.timeout(3):
                assert await terminal.ended() == 0
            assert terminal.left_behind() == []


async def test_closing_the_terminal_ends_it(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod") as terminal:
        await terminal.shows("running")
        await terminal.close()
        async with asyncio.timeout(PATIENCE):
            assert await terminal.ended() != 0


async def test_without_a_terminal_it_says_which_command_prints_text(tmp_path: Path) -> None:
    code, out, err = await output_of(home=tmp_path)
    assert code == 2
    assert out == ""
    assert "this is no terminal" in err
    assert "emqx-tui nodes" in err


async def test_a_terminal_that_cannot_draw_is_refused(tmp_path: Path) -> None:
    async with Terminal(home=tmp_path, size=(160, 24), environ={"TERM": "dumb"}) as terminal:
        assert await terminal.ended() == 2
        assert "TERM=dumb" in terminal.text
        assert "emqx-tui nodes" in terminal.text
        assert b"\x1b" not in terminal.raw


BUG = """
import sys
from emqx_tui.cli import main
from emqx_tui.tui.screens import fleet

def broken(*told):
    password = "canary-9c1d"
    raise RuntimeError("boom")

fleet.fleet_header = broken
sys.exit(main())
"""


async def test_a_bug_ends_it_with_1_and_a_short_word_that_names_the_log_and_tells_no_values(tmp_path: Path) -> None:
    async with Terminal(home=tmp_path, size=(160, 30), script=BUG) as terminal:
        assert await terminal.ended() == 1
        assert terminal.left_behind() == []
        log = tmp_path / "state" / "log" / "emqx-tui.log"
        assert "emqx-tui stopped because of a bug: RuntimeError." in terminal.text
        assert f"The log has the details: {log}" in terminal.text
        assert "Traceback" not in terminal.text
        assert b"canary" not in terminal.raw
    written = log.read_text("utf-8")
    assert "RuntimeError: boom" in written
    assert "in broken" in written
    assert "canary" not in written


async def test_who_is_stopped_without_being_asked_goes_on_and_ends(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod") as terminal:
        await terminal.shows("running")
        for number in (signal.SIGSTOP, signal.SIGCONT):
            terminal.signal(number)
        # What is typed before the terminal is taken over again is dropped with what came while it was not.
        await terminal.is_sent(b"\x1b[?1049h", times=2)
        terminal.send("?")
        await terminal.shows("Keys of this screen")
        terminal.send("q")
        await terminal.shows("q quit")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []
