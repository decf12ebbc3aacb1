"""Keys of the user's own, from the file to the terminal."""

from pathlib import Path

from e2e.conftest import Watching
from e2e.terminal import Terminal, output_of
from tape import Tape


F5, F10 = "\x1b[15~", "\x1b[21~"


async def test_a_key_of_ones_own_works_and_the_usual_one_does_not(watching: Watching, tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        terminal = watching(tape, "prod")
        with (tmp_path / "config.toml").open("a") as config:
            config.write('[keys]\n"view.sort" = "f5"\napp.quit = ["f10"]\n')
        async with terminal:
            await terminal.shows(r"F5 sort.* F10 quit$")
            terminal.send("sq" + F5)
            await terminal.shows("Sort by")
            terminal.send("\x1b")
            await terminal.shows_no("Sort by")
            terminal.send(F10)
            assert await terminal.ended() == 0
            assert terminal.left_behind() == []


async def test_a_key_that_cannot_be_is_told_on_the_screen_and_by_the_check_and_the_rest_works(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[keys]\n"view.sort" = "i"\n"app.quit" = "Q"\n', "utf-8")
    code, out, err = await output_of("config", "check", home=tmp_path)
    assert (code, out.endswith(": 0 deployments can be used\n")) == (0, True)
    wrong = "config.toml:2: keys.view.sort: 'i' is the key of view.invert."
    assert err.startswith(wrong)
    async with Terminal(home=tmp_path, size=(140, 30)) as terminal:
        await terminal.shows("Open the demo")
        terminal.send("\x1b")
        await terminal.shows(rf"▲ {wrong}".replace(".", r"\."))
        await terminal.shows(r"s sort.* Q quit$")
        terminal.send("Q")
        assert await terminal.ended() == 0
