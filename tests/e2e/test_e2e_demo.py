"""The simulated fleet: to look around in, and to be watched from another terminal."""

import asyncio
import re
import signal
from pathlib import Path

import pytest

from e2e.terminal import PATIENCE, Terminal, command, environment, output_of


async def test_demo_shows_the_fleet_and_quits_on_q(tmp_path: Path) -> None:
    async with Terminal("demo", home=tmp_path, size=(160, 30)) as terminal:
        await terminal.shows(r"6 deployments")
        await terminal.shows(r"prod-eu +EMQX 5\.8\.9 +3/3")
        await terminal.shows(r"✖ +staging .*unreachable")
        await terminal.shows(r"✖ +lab .*credentials refused")
        terminal.send("i")
        await terminal.shows(r"STATE↓")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["log"], "nothing of the simulation is kept"


async def test_demo_opens_a_deployment_in_which_a_node_fails(tmp_path: Path) -> None:
    async with Terminal("demo", "-d", "prod-eu", "--nodes", "5", home=tmp_path) as terminal:
        await terminal.shows(r"prod-eu  EMQX 5\.8\.9 · Enterprise · 5/5 nodes")
        terminal.send("\x1b")
        await terminal.shows(r"6 deployments")
        terminal.send("q")
        assert await terminal.ended() == 0


async def test_a_session_for_writing_says_so_and_one_that_only_reads_too(tmp_path: Path) -> None:
    for flag, told in (("--write", "write"), ("--read-only", "read-only")):
        async with Terminal("demo", flag, "-d", "prod-eu", home=tmp_path, size=(100, 24)) as terminal:
            await terminal.shows(rf"prod-eu  EMQX .*  {told}  ● live")
            terminal.send("\x1b")
            await terminal.shows(r"6 deployments")
            terminal.send("q")
            assert await terminal.ended() == 0


async def test_help_is_opened_searched_and_left_as_fast_as_one_can_type(tmp_path: Path) -> None:
    async with Terminal("demo", home=tmp_path, size=(80, 24)) as terminal:
        await terminal.shows(r"6 deployments")
        terminal.send("?/q in-flight\r")
        await terminal.shows(r"^ +in-flight window +Messages of QoS 1 and 2")
        await terminal.shows(r"^ /q in-flight  2 places found, esc clears")
        terminal.send("\x1b")
        await terminal.shows_no("esc clears")
        await terminal.shows(r"^ +Keys of this screen")
        terminal.send("q")
        await terminal.shows(r"6 deployments")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_demo_serve_prints_addresses_and_credentials_that_work(tmp_path: Path, number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        *command("demo", "serve"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env=environment(tmp_path),
        cwd=tmp_path,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            told = (await process.stdout.readuntil(b"Ctrl-C ends it.\n")).decode()
        found = re.search(r"plant-cn +(\S+)\n +--app-id (\S+) +EMQX_TUI_APP_SECRET=(\S+)", told)
        assert found is not None
        code, out, err = await output_of(
            "nodes",
            "--url",
            found[1],
            "--app-id",
            found[2],
            home=tmp_path,
            environ={"EMQX_TUI_APP_SECRET": found[3]},
        )
        assert (code, err) == (0, "")
        assert "emqx@10.30.0.21" in out
        assert "running" in out
        process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
