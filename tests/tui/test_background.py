import os
import pty
import select
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

import emqx_tui
from emqx_tui.tui.background import (
    PATIENCE,
    QUESTION,
    Question,
    Shade,
    Sieve,
    from_answer,
    from_colorfgbg,
    theme_for,
    worth_asking,
)
from emqx_tui.tui.driver import TerminalDriver


ATTRIBUTES = b"\x1b[?62;22c"
WHITE = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
BLACK = b"\x1b]11;rgb:0000/0000/0000\x07"
XTERM = {"TERM": "xterm-256color"}
ANSWERS = ("\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;22c", "\x1b]11;rgb:ff/ff/ff\x07\x1b[?1;2c", "\x1b[?6c")

keys = st.text(st.characters(codec="utf-8", exclude_characters="\x1b\x9b"), max_size=8)


class FakeTerminal:
    """The far end of a pseudo-terminal: answers the question with `answer`, `later` seconds after it has come."""

    def __init__(self, answer: bytes) -> None:
        self.master, self.slave = pty.openpty()
        self.answer = answer
        self.asked = b""
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.live, daemon=True)
        self.thread.start()

    def live(self) -> None:
        while not self.stopped.is_set():
            if not select.select([self.master], [], [], 0.02)[0]:
                continue
            try:
                self.asked += os.read(self.master, 1024)
            except OSError:
                return
            if self.asked.endswith(QUESTION) and self.answer:
                os.write(self.master, self.answer)

    def says(self, text: bytes) -> None:
        os.write(self.master, text)

    def modes(self) -> list[object]:
        return list(termios.tcgetattr(self.slave))

    def unread(self) -> bytes:
        """What a shell would get that read on."""
        quiet = termios.tcgetattr(self.slave)
        quiet[3] &= ~termios.ICANON
        termios.tcsetattr(self.slave, termios.TCSANOW, quiet)
        return os.read(self.slave, 1024) if select.select([self.slave], [], [], 0)[0] else b""

    def close(self) -> None:
        self.stopped.set()
        self.thread.join()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal() -> Iterator[Callable[[bytes], FakeTerminal]]:
    made: list[FakeTerminal] = []

    def make(answer: bytes) -> FakeTerminal:
        made.append(FakeTerminal(answer))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch) -> Callable[[], XTermParser]:
    """Makes the parser that Textual would read its input with; the one of before is put back at the end."""
    monkeypatch.setattr(TerminalDriver, "parser", TerminalDriver.parser)

    def make() -> XTermParser:
        reading = TerminalDriver.parser()
        assert isinstance(reading, XTermParser)
        return reading

    return make


def question(terminal: FakeTerminal, setting: str = "auto") -> Question:
    return Question(setting, XTERM, source=terminal.slave, target=terminal.slave)


@pytest.mark.parametrize(
    ("text", "shade"),
    [
        ("15;0", Shade.DARK),
        ("0;15", Shade.LIGHT),
        ("0;default;7", Shade.LIGHT),
        ("12;8", Shade.DARK),
        ("15;default", None),
        ("", None),
        ("0;99", None),
        ("0;²", None),
    ],
)
def test_the_last_number_of_colorfgbg_is_the_background(text: str, shade: Shade | None) -> None:
    assert from_colorfgbg(text) is shade


@given(st.text())
def test_any_colorfgbg_is_read_or_ignored(text: str) -> None:
    assert from_colorfgbg(text) in {None, *Shade}


@given(st.integers(0, 255), st.sampled_from([2, 4]), st.sampled_from(["\x07", "\x1b\\"]), st.sampled_from(["", "a"]))
def test_a_grey_background_is_dark_or_light_whatever_the_form_of_the_answer(
    grey: int, digits: int, end: str, alpha: str
) -> None:
    part = f"{grey:02x}" * (digits // 2)
    opaque = f"/{'f' * digits}" if alpha else ""
    answer = f"\x1b]11;rgb{alpha}:{part}/{part}/{part}{opaque}{end}\x1b[?62c"
    assert from_answer(answer) is (Shade.LIGHT if grey >= 128 else Shade.DARK)


@given(st.text(st.sampled_from("\x1b]11;rgb:/0f\x07\\?c[")))
def test_any_answer_is_read_or_ignored(answer: str) -> None:
    assert from_answer(answer) in {None, *Shade}


@pytest.mark.parametrize(
    ("setting", "shade", "term", "theme"),
    [
        ("light", Shade.DARK, "xterm", "light"),
        ("auto", Shade.LIGHT, "xterm", "light"),
        ("auto", Shade.DARK, "xterm", "dark"),
        ("auto", None, "xterm", "dark"),
        ("auto", None, "linux", "terminal"),
        ("dark", None, "linux", "dark"),
    ],
)
def test_what_is_set_comes_before_what_the_terminal_tells(
    setting: str, shade: Shade | None, term: str, theme: str
) -> None:
    assert theme_for(setting, shade, {"TERM": term}) == theme


@pytest.mark.parametrize(
    ("environ", "asked"),
    [
        (XTERM, True),
        ({"TERM": "screen-256color", "TMUX": "default,1,0"}, True),
        ({"TERM": "screen"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "vt220"}, False),
        ({"TERM": "vte-256color"}, True),
        ({"TERM": "dumb"}, False),
        ({}, False),
        ({**XTERM, "COLORFGBG": "0;15"}, False),
        ({**XTERM, "COLORFGBG": "0;default"}, True),
        ({**XTERM, "NO_COLOR": "1"}, False),
    ],
)
def test_only_a_terminal_that_may_know_better_is_asked(environ: dict[str, str], asked: bool) -> None:
    assert worth_asking("auto", environ) is asked
    assert worth_asking("dark", environ) is False


@given(st.lists(keys, min_size=1, max_size=4), st.sampled_from(ANSWERS), st.data())
def test_a_late_answer_is_sifted_out_in_whatever_pieces_it_comes(
    typed: list[str], answer: str, data: st.DataObject
) -> None:
    whole = typed[0] + answer + "".join(typed[1:])
    # a piece that ends with a lone escape is the Escape key, which must not wait
    cuts = [at for at in range(len(whole) + 1) if not whole[:at].endswith("\x1b") or at == len(whole)]
    chosen = sorted(data.draw(st.sets(st.sampled_from(cuts))))
    pieces = [whole[start:end] for start, end in zip([0, *chosen], [*chosen, len(whole)], strict=True)]
    sieve = Sieve()
    assert "".join(sieve.pass_on(piece) for piece in pieces) == "".join(typed)
    assert sieve.done


@given(st.lists(st.sampled_from(["\x1b", "\x1b[A", "\x1b[<0;3;4M", "x", "\x1b[?2026;2$y", "\x1bOP", "é"])))
def test_keys_and_other_reports_pass_while_an_answer_is_awaited(pieces: list[str]) -> None:
    sieve = Sieve()
    assert "".join(map(sieve.pass_on, pieces)) == "".join(pieces)
    assert not sieve.done


@pytest.mark.parametrize(
    ("answer", "shade"),
    [
        (WHITE + ATTRIBUTES, Shade.LIGHT),
        (BLACK + ATTRIBUTES, Shade.DARK),
        (ATTRIBUTES, None),
        (b"\x1b]11;nonsense\x07" + ATTRIBUTES, None),
        (b"\x1b]11;rgb:zz/zz/zz\x1b\\" + ATTRIBUTES, None),
    ],
)
def test_an_answer_ends_the_wait_and_leaves_nothing_behind(
    terminal: Callable[[bytes], FakeTerminal], answer: bytes, shade: Shade | None
) -> None:
    screen = terminal(answer)
    before = screen.modes()
    with question(screen) as asked:
        # longer than the test may last, were it waited for
        assert asked.wait(60) is shade
        assert not asked.late
        assert screen.modes() == before
    assert screen.asked == QUESTION
    assert screen.unread() == b""


def test_a_terminal_that_answers_nothing_is_waited_for_a_tenth_of_a_second(
    terminal: Callable[[bytes], FakeTerminal], parser: Callable[[], object]
) -> None:
    screen = terminal(b"")
    before = screen.modes()
    with question(screen) as asked:
        start = time.monotonic()
        assert asked.wait() is None
        assert time.monotonic() - start < PATIENCE + 0.5
        assert asked.late
    assert screen.modes() == before


def test_an_answer_after_the_app_has_gone_does_not_reach_the_shell(
    terminal: Callable[[bytes], FakeTerminal], parser: Callable[[], object]
) -> None:
    screen = terminal(b"")
    with question(screen) as asked:
        asked.wait(0)
        screen.says(WHITE + ATTRIBUTES)
    assert screen.unread() == b""
    assert not asked.late


def interrupt(asked: Question) -> None:
    with asked:
        assert asked.late
        raise KeyboardInterrupt


def test_the_modes_are_put_back_whatever_happens(terminal: Callable[[bytes], FakeTerminal]) -> None:
    screen = terminal(b"")
    before = screen.modes()
    asked = question(screen)
    with pytest.raises(KeyboardInterrupt):
        interrupt(asked)
    assert screen.modes() == before


@pytest.mark.parametrize("setting", ["dark", "terminal"])
def test_nothing_is_asked_when_the_theme_is_set(terminal: Callable[[bytes], FakeTerminal], setting: str) -> None:
    screen = terminal(WHITE + ATTRIBUTES)
    before = screen.modes()
    with question(screen, setting) as asked:
        assert screen.modes() == before
        assert asked.wait(60) is None
    assert screen.asked == b""


def test_what_is_no_terminal_is_not_asked() -> None:
    source, target = os.pipe()
    try:
        with Question("auto", XTERM, source=source, target=target) as asked:
            assert asked.wait(60) is None
        assert not select.select([source], [], [], 0)[0]
    finally:
        os.close(source)
        os.close(target)


def characters(messages: list[object]) -> str:
    return "".join(message.character or "" for message in messages if isinstance(message, events.Key))


def test_textual_gets_what_was_typed_and_no_late_answer(
    terminal: Callable[[bytes], FakeTerminal],
    parser: Callable[[], XTermParser],
) -> None:
    screen = terminal(b"")
    with question(screen) as asked:
        screen.says(b":nod" + WHITE)
        assert asked.wait() is Shade.LIGHT
        assert asked.late
        reading = parser()
        assert characters(list(reading.tick())) == ":nod"
        assert list(reading.feed("\x1b[?62")) == []
        assert characters([*reading.feed(";22ces"), *reading.tick()]) == "es"
        assert not asked.late


def test_textual_reads_by_itself_when_all_is_answered(
    terminal: Callable[[bytes], FakeTerminal],
    parser: Callable[[], XTermParser],
) -> None:
    before = type(parser())
    screen = terminal(WHITE + ATTRIBUTES)
    with question(screen) as asked:
        asked.wait(60)
    assert type(parser()) is before


SCRIPT = """
import os, sys
from emqx_tui.tui.background import Question
with Question("auto", os.environ) as asked:
    shade = asked.wait(60)
print("Textual" if "textual" in sys.modules else "nothing", shade, flush=True)
"""


def test_a_program_in_a_terminal_learns_its_background_without_loading_textual(
    terminal: Callable[[bytes], FakeTerminal],
) -> None:
    screen = terminal(WHITE + ATTRIBUTES)
    environ = {**XTERM, "PYTHONPATH": str(Path(emqx_tui.__file__).parent.parent)}
    subprocess.run(
        [sys.executable, "-c", SCRIPT],
        stdin=screen.slave,
        stdout=screen.slave,
        env=environ,
        check=True,
        start_new_session=True,
        timeout=60,
    )
    screen.stopped.set()
    screen.thread.join()
    rest = os.read(screen.master, 1024) if select.select([screen.master], [], [], 0)[0] else b""
    assert (screen.asked + rest).removeprefix(QUESTION).strip() == b"nothing light"
