"""The program in a terminal, over what real brokers answered."""

import signal
from pathlib import Path

import pytest

from e2e.conftest import REFUSED, Refused, Watching
from tape import Tape


ALL_RUN = r"(\d)/\1 nodes"


@pytest.mark.parametrize(
    ("recorded", "api", "nodes"), [("emqx-4.4.19-cluster", "v4", 2), ("emqx-5.8.9-cluster", "v5", 2)]
)
async def test_it_shows_the_nodes_of_a_cluster_and_quits_on_q(
    watching: Watching, recorded: str, api: str, nodes: int
) -> None:
    async with Tape(recorded) as tape, watching(tape, "prod", api=api) as terminal:
        await terminal.shows(rf"prod  EMQX [45]\.\d+\.\d+ .*{nodes}/{nodes} nodes.* live")
        for number in range(1, nodes + 1):
            await terminal.shows(rf"^ [●▲] emqx\d{number}@127.0.0.1 +running")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []


async def test_it_shows_nanomq_which_has_no_node_names(watching: Watching) -> None:
    async with Tape("nanomq-0.25.3") as tape, watching(tape, "prod", api="v4") as terminal:
        await terminal.shows(r"prod  NanoMQ 0\.25.* live")
        await terminal.shows(r"● \(the broker\) +running")
        terminal.send("q")
        assert await terminal.ended() == 0


@pytest.mark.parametrize(("version", "api", "state"), [("4.4.19", "v4", "gone"), ("5.8.9", "v5", "stopped")])
async def test_a_killed_node_is_on_the_screen_with_what_became_of_it(
    watching: Watching, version: str, api: str, state: str
) -> None:
    async with Tape(f"emqx-{version}-cluster") as tape, watching(tape, "prod", api=api) as terminal:
        await terminal.shows(ALL_RUN)
        tape.lay(f"emqx-{version}-node-killed")
        await terminal.shows(rf"^ ✖ \S+ {state}, \d+ s")
        await terminal.shows(rf"^ [✖○] \S+ +{state}")
        await terminal.shows(r"1/2 nodes")


@pytest.mark.parametrize(("version", "api", "hung"), [("4.4.19", "v4", "emqx42"), ("5.8.9", "v5", "emqx52")])
async def test_a_hung_peer_is_unreachable_while_the_other_node_stays_live(
    watching: Watching, version: str, api: str, hung: str
) -> None:
    async with Tape(f"emqx-{version}-cluster") as tape, watching(tape, "prod", api=api) as terminal:
        await terminal.shows(ALL_RUN)
        tape.lay(f"emqx-{version}-node-hung")
        await terminal.shows(r"lists do not answer")
        await terminal.shows(rf"(?s)\A[^\n]* ● live.*\? {hung}@127.0.0.1 +unreachable")
        await terminal.shows(rf"^ [●▲] {hung.replace('2', '1')}@127.0.0.1 +running +\d")


async def test_a_server_that_goes_away_is_stale_with_the_reason_and_live_again_when_it_returns(
    watching: Watching,
) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod", size=(140, 30)) as terminal:
        await terminal.shows(r"live \d s")
        await tape.pause()
        await terminal.shows(r"✖ stale \d+ s")
        await terminal.shows(r"✖ unreachable: no connection.* next try in \d+ s, now with Ctrl-R · figures are \d+ s")
        await terminal.shows(r"emqx51@127.0.0.1")
        await tape.resume()
        terminal.send("\x12")
        await terminal.shows(r"● live \d s")
        await terminal.shows_no("unreachable")


async def test_a_node_that_died_before_the_start_is_known_from_the_run_before(watching: Watching) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        async with watching(tape, "prod", api="v4") as terminal:
            await terminal.shows(r"2/2 nodes")
            terminal.send("q")
            assert await terminal.ended() == 0
        tape.lay("emqx-4.4.19-node-killed")
        async with watching(tape, "prod", api="v4") as terminal:
            await terminal.shows(r"1/2 nodes")
            await terminal.shows(r"^ ✖ emqx42@127.0.0.1 gone, before \d\d:\d\d")
            await terminal.shows(r"^ ○ emqx42@127.0.0.1 +gone")


async def test_an_order_that_was_chosen_is_found_again_after_a_quit_and_after_a_kill(
    watching: Watching, tmp_path: Path
) -> None:
    views = tmp_path / "state" / "views.json"
    async with Tape("emqx-5.8.9-cluster") as tape:
        async with watching(tape, "prod") as terminal:
            await terminal.shows(r"STATUS↑")
            terminal.send("s")
            await terminal.shows("Sort by")
            terminal.send("gj\r")
            await terminal.shows(r"NODE↑")
            terminal.send("q")
            assert await terminal.ended() == 0
        async with watching(tape, "prod") as terminal:
            await terminal.shows(r"NODE↑")
            terminal.send("i")
            await terminal.shows(r"NODE↓")
            await tape.until(lambda: '"-node"' in views.read_text("utf-8"))
            terminal.signal(signal.SIGKILL)
            assert await terminal.ended() == -signal.SIGKILL
        async with watching(tape, "prod") as terminal:
            await terminal.shows(r"NODE↓")


async def test_what_is_typed_in_one_burst_over_a_slow_line_is_all_taken(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod") as terminal:
        await terminal.shows(ALL_RUN)
        terminal.send(":alarms\r")
        await terminal.shows(r"^ +ALARM")
        terminal.send(":nodes\r")
        await terminal.shows(r"^ +NODE")


async def test_the_secret_is_neither_on_the_terminal_nor_in_the_process_list_nor_in_the_log_nor_in_the_state(
    watching: Watching, tmp_path: Path
) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape, watching(tape, "prod", secret="canary-7f3a") as terminal:
        await terminal.shows(r"credentials refused \(401\)")
        await terminal.shows(r"not asked again until Ctrl-R")
        assert b"canary" not in terminal.arguments
        terminal.send("q")
        assert await terminal.ended() == 0
        assert b"canary" not in terminal.raw
    kept = files_below(tmp_path)
    assert any(path.suffix == ".log" for path in kept)
    assert not [path for path, content in kept.items() if b"canary" in content]


@pytest.mark.parametrize(("answer", "colours"), [("ffff/ffff/ffff", "light"), ("0000/0000/0000", "dark")])
async def test_the_terminal_is_asked_for_its_background_before_anything_is_drawn(
    refused: Refused, answer: str, colours: str
) -> None:
    async with refused(COLORFGBG="") as terminal:
        await terminal.is_sent(b"\x1b]11;?\x1b\\\x1b[c")
        assert terminal.raw.startswith(b"\x1b]11;?")
        terminal.send(f"\x1b]11;rgb:{answer}\x1b\\\x1b[?62;22c")
        await terminal.shows(REFUSED)
        assert brightness(terminal.backgrounds()) == colours
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.raw.count(b"\x1b]11;?") == 1


@pytest.mark.parametrize(("known", "colours"), [("0;15", "light"), ("15;0", "dark")])
async def test_a_terminal_whose_background_is_known_is_not_asked(refused: Refused, known: str, colours: str) -> None:
    async with refused(COLORFGBG=known) as terminal:
        await terminal.shows(REFUSED)
        assert brightness(terminal.backgrounds()) == colours
        assert b"\x1b]11;?" not in terminal.raw


@pytest.mark.parametrize(("key", "colours"), [('theme = "light"', "light"), ('theme = "dark"', "dark")])
async def test_a_theme_that_is_configured_is_used_and_nothing_is_asked(
    refused: Refused, key: str, colours: str
) -> None:
    async with refused(key, COLORFGBG="") as terminal:
        await terminal.shows(REFUSED)
        assert brightness(terminal.backgrounds()) == colours
        assert b"\x1b]11;?" not in terminal.raw


async def test_plain_characters_and_universal_time_are_configured(refused: Refused) -> None:
    async with refused(TZ="Asia/Tokyo") as terminal:
        await terminal.shows(REFUSED)
        await terminal.shows(r"\d JST$")
        await terminal.shows("⏎ open")
    async with refused("ascii = true\nutc = true", TZ="Asia/Tokyo") as terminal:
        await terminal.shows(r"X +prod .*unreachable")
        await terminal.shows(r"\d UTC$")
        assert terminal.text.isascii(), terminal.text


def brightness(colours: set[str]) -> str:
    """Whether these colours are all light or all dark ones."""
    light = {sum(bytes.fromhex(colour)) > 3 * 128 for colour in colours if colour != "default"}
    assert len(light) == 1, colours
    return "light" if light == {True} else "dark"


def files_below(directory: Path) -> dict[Path, bytes]:
    """The contents of all files below a directory."""
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
