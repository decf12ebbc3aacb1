"""What a broker says reaches the terminal as text and as nothing else."""

import codecs
import re

from e2e.conftest import Watching
from tape import Tape


OURS = re.compile(
    rb"\x1b\[[0-9;:]*m"  # colours
    rb"|\x1b\[[0-9;]*[ABCDGHKX]"  # where to write
    rb"|\x1b\[\?[0-9;]*[hl]"  # modes
    rb"|\x1b\[[<>=?][0-9;]*[umc]|\x1b\[[0-9;]*c|\x1b\[\?u|\x1b\[\?[0-9;]*\$p"  # keyboard, and what the terminal can do
    rb"|\x1b\[[0-9;]*[tn]|\x1b\[[0-9 ]*q"
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
)
"""The sequences that the program has a use for. Of OSC there is one, of DCS and APC none."""

HOSTILE = (
    "\x1b]0;pwned\x07\x1b[2J\x1b]52;c;cHduZWQ=\x07\x1b[?1049l\x1bP+q\x1b\\"
    "\x9b31m\x90\x9d0;pwned\x9c\u202egnp.exe\u2066\x08\x7f\r\n[@click=app.quit]q[/] x[/y] [red]r[/]"
)


async def test_hostile_names_and_alarms_send_no_sequence_to_the_terminal(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        name = "emqx@" + HOSTILE
        tape.answer(
            "/api/v5/nodes",
            body=[
                {"node": name, "node_status": "running", "version": "5.8.9" + HOSTILE, "role": "core" + HOSTILE},
                {"node": "emqx@well", "node_status": "running", "version": "5.8.9", "uptime": 1000},
            ],
        )
        tape.answer(
            "/api/v5/alarms",
            body={
                "data": [{"node": name, "name": "alarm" + HOSTILE, "message": HOSTILE, "duration": 5, "details": {}}],
                "meta": {"page": 1, "limit": 100, "count": 1, "hasnext": False},
            },
        )
        async with watching(tape, "prod", size=(140, 40)) as terminal:
            await terminal.shows(r"emqx@well .*running")
            await terminal.shows("alarm␛")
            for keys in ("\r", "j", ":alarms\r"):
                terminal.send(keys)
            await terminal.shows(r"^ +ALARM")
            assert_only_ours(terminal.raw)
            assert "alternate screen" in terminal.left_behind(), "it was not left for them"
            terminal.send("q")
            assert await terminal.ended() == 0
            assert_only_ours(terminal.raw)


async def test_a_hostile_error_is_shown_as_text(watching: Watching) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/", status=500, body={"code": HOSTILE, "message": "boom" + HOSTILE})
        async with watching(tape, "prod", size=(140, 40)) as terminal:
            await terminal.shows(r"server error \(500\)")
            await terminal.shows("boom␛")
            assert_only_ours(terminal.raw)
            assert "alternate screen" in terminal.left_behind(), "it was not left for them"
            terminal.send("q")
            assert await terminal.ended() == 0


def assert_only_ours(raw: bytes | bytearray) -> None:
    """No control byte is left when our own sequences are taken out, and none of the C1 or bidi characters."""
    rest = OURS.sub(b"", re.sub(rb"\x1b[^a-zA-Z]*$", b"", raw))  # the last sequence may still be on its way
    foreign = re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", rest)
    assert foreign is None, rest[max(0, foreign.start() - 40) : foreign.end() + 40]
    text = codecs.getincrementaldecoder("utf-8")().decode(rest)  # the last character may still be on its way
    assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069]", text)
