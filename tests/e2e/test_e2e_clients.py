"""Clients in the demo: found, scrolled through to the end, searched by the broker and swept, in a real terminal."""

import re
from pathlib import Path

from e2e.terminal import Terminal


async def test_clients_are_scrolled_through_to_the_end_and_searched(tmp_path: Path) -> None:
    async with Terminal("demo", "-d", "serverless", home=tmp_path, size=(100, 30)) as terminal:
        await terminal.shows("EMQX Serverless")
        terminal.send(":clients\r")
        await terminal.shows(r"Clients  500 of \d+ loaded")
        terminal.send("G")
        text = await terminal.shows(r"Clients  \d+ rows")
        told = re.search(r"Clients  (\d+) rows", text)
        assert told is not None
        terminal.send("G")
        await terminal.shows(rf"-0000{int(told[1]) - 1} ")
        terminal.send("flike_clientid=pump-\r")
        await terminal.shows(r"the broker filters by like_clientid=pump-")
        await terminal.shows(r"●  pump-\d{7}|● pump-\d{7}")
        terminal.send("q")
        assert await terminal.ended() == 0


async def test_clients_in_trouble_are_swept_for(tmp_path: Path) -> None:
    async with Terminal("demo", "-d", "plant-cn", home=tmp_path, size=(120, 30)) as terminal:
        await terminal.shows("plant-cn  EMQX 4.4.19")
        terminal.send(":trouble\r")
        await terminal.shows(r"%, [\d ]+ of \d+k swept, S stops")
        await terminal.shows(r"✖ +\w+-\d{7} +queue.* 100 %")
        terminal.send("S")
        await terminal.shows(r"‖ stopped \d+ s ago, Ctrl-R goes on")
        terminal.send("q")
        assert await terminal.ended() == 0
