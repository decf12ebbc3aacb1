"""Actions in a real terminal: what is sent, what is kept of it, and that nothing of what was typed stays anywhere."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from e2e.terminal import Terminal, output_of
from tape import Tape


Watching = Callable[..., Terminal]

TYPED = "canary-typed-8d1f"


def kept(tmp_path: Path) -> dict[str, bytes]:
    """Everything that the program has written down."""
    return {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def journal(tmp_path: Path) -> list[dict[str, Any]]:
    (file,) = [content for name, content in kept(tmp_path).items() if name.endswith("journal.jsonl")]
    return [json.loads(line) for line in file.splitlines()]


async def form(terminal: Terminal) -> None:
    """The form for a message is open, and a payload is typed into it."""
    await terminal.shows(r"^ prod .*  write  ● live")
    terminal.send("P")
    await terminal.shows(r"Publish 1 message in prod\?")
    terminal.send("a/b\t")
    await terminal.shows("sends POST /publish")
    terminal.send(f"{TYPED}")
    await terminal.shows(TYPED)


async def test_a_payload_is_sent_and_is_nowhere_else_afterwards(watching: Watching, tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/publish", body={"reason_code": 16, "message": "no_matching_subscribers"}, status=202)
        async with watching(tape, "prod", "--write", "--log-level", "debug", size=(100, 36)) as terminal:
            await form(terminal)
            terminal.send("\t\t\t\t\t\r")
            await terminal.shows("nobody subscribes to it")
            terminal.send("\x1b")
            await terminal.shows_no("nobody subscribes to it")
            terminal.send("q")
            assert await terminal.ended() == 0
        (sent,) = [seen for seen in tape.requests if seen.method != "GET"]
    assert json.loads(sent.body)["topic"] == "a/b"
    (entry,) = journal(tmp_path)
    assert (entry["action"], entry["object"], entry["request"]) == ("publish", "a/b", "POST /publish")
    assert not [name for name, content in kept(tmp_path).items() if TYPED.encode() in content]
    code, out, _err = await output_of("journal", home=tmp_path)
    assert code == 0
    assert "publish" in out
    assert TYPED not in out


async def test_what_was_typed_and_not_sent_is_kept_nowhere(watching: Watching, tmp_path: Path) -> None:
    async with (
        Tape("emqx-5.8.9-cluster") as tape,
        watching(tape, "prod", "--write", "--log-level", "debug", size=(100, 36)) as terminal,
    ):
        await form(terminal)
        terminal.send(f"\x1b[Z{TYPED}-as-a-topic")
        await terminal.shows("as-a-topic")
        terminal.send("\x1b")
        await terminal.shows_no("Publish 1 message")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert {seen.method for seen in tape.requests} == {"GET"}
    assert not [name for name, content in kept(tmp_path).items() if TYPED.encode() in content]
    assert not [name for name in kept(tmp_path) if "journal" in name]


async def test_who_leaves_while_a_broker_hangs_leaves_at_once_and_finds_that_nobody_knows(
    watching: Watching, tmp_path: Path
) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.hang("/api/v5/publish")
        async with watching(tape, "prod", "--write", size=(100, 36)) as terminal:
            await form(terminal)
            terminal.send("\t\t\t\t\t\r")
            await terminal.shows("publish in prod: 0 of 1")
            await tape.until(lambda: tape.hanging > 0)
            terminal.send("q")
            async with asyncio.timeout(3):
                assert await terminal.ended() == 0
            assert terminal.left_behind() == []
    (entry,) = journal(tmp_path)
    assert (entry["outcome"], entry["object"]) == ("not-verified", "a/b")
    assert "left before" in entry["reason"]
    assert not [name for name, content in kept(tmp_path).items() if TYPED.encode() in content]
