import asyncio
import copy
import logging
import os
import pickle
import sys
import time
import traceback
from pathlib import Path

import pytest

from emqx_tui.config import (
    CommandSecret,
    ConfigError,
    EnvironmentSecret,
    FileSecret,
    InlineSecret,
    KeyringSecret,
    Secret,
    SecretError,
    SecretSource,
    load,
    read_secret,
    store_in_keyring,
)


CANARY = "k4nari3-v0gel"


def python(code: str) -> CommandSecret:
    return CommandSecret(sys.executable, ("-c", code))


async def refusal(source: SecretSource, limit: float | None = None) -> str:
    """What a user reads; the canary must not be in it nor in the traceback with every local variable."""
    with pytest.raises(SecretError) as caught:
        await read_secret(source, environ={"EMPTY": ""}, limit=limit)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert CANARY not in shown
    assert CANARY not in repr(source)
    return str(caught.value)


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret(CANARY)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>30}", "%s %r" % (secret, secret), f"{[secret]}"]  # noqa: UP031
    assert all(CANARY not in text and "Secret('…')" in text for text in shown)
    assert not hasattr(secret, "__dict__")
    assert secret.reveal() == CANARY
    with pytest.raises(TypeError, match="not pickled") as caught:
        pickle.dumps(secret)
    assert CANARY not in str(caught.value)


def test_secrets_compare_by_their_text_and_survive_copying() -> None:
    assert Secret("ä\ud800") == Secret("ä\ud800")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert copy.deepcopy(InlineSecret(Secret("a"))) == InlineSecret(Secret("a"))
    assert (bool(Secret("")), bool(Secret("a"))) == (False, True)


def test_a_secret_is_in_no_log_problem_or_traceback_of_a_configuration(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        f'[[deployments]]\nname = "a"\nurl = "https://x:{CANARY}@a"\napp_id = "i"\napp_secret = "{CANARY}"\n'
        f'api = "{CANARY}"\n[[deployments]]\nname = "b"\nurl = "https://b"\napi_key = "i"\napi_secret = "{CANARY}"\n'
        f'[[deployments]]\nname = "c"\nurl = "{CANARY}@b"\napp_secret_command = "echo \'{CANARY}"\n'
    )
    found = load(file, environ={})
    logging.getLogger("test").warning("%s %r", found, found.settings)
    with pytest.raises(ConfigError) as caught:
        found.require()
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert found.settings.deployments[0].secret == InlineSecret(Secret(CANARY))
    assert CANARY not in shown + caplog.text + "".join(map(str, found.problems)) + repr(found)


@pytest.mark.parametrize("text", ["app_secret = {}\nx = [", "app_secret = {}", "x = '{}' '{}'"])
def test_a_secret_is_not_in_what_is_said_about_bad_syntax(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text.replace("{}", CANARY))
    found = load(file, environ={})
    assert found.errors
    assert CANARY not in repr(found) + str(found.errors[0])


async def test_secrets_from_the_file_itself_and_from_the_environment() -> None:
    assert (await read_secret(InlineSecret(Secret(CANARY)))).reveal() == CANARY
    assert (await read_secret(EnvironmentSecret("S"), environ={"S": CANARY})).reveal() == CANARY
    assert await refusal(EnvironmentSecret("NONE")) == (
        "The environment variable NONE is not set. Set it before the program starts."
    )
    assert "EMPTY is empty" in await refusal(EnvironmentSecret("EMPTY"))


@pytest.mark.parametrize("content", [CANARY, f"{CANARY}\n", f"{CANARY}\r\n"])
async def test_a_secret_from_a_file_comes_without_its_line_break(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content.encode())
    assert (await read_secret(FileSecret(file))).reveal() == CANARY


@pytest.mark.parametrize("content", [b"", b"\n", CANARY.encode() + b"\xff", CANARY.encode() * 10_000])
async def test_a_file_without_a_usable_secret(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    assert "holds no usable text" in await refusal(FileSecret(file))


async def test_a_secret_file_that_is_missing_or_no_file(tmp_path: Path) -> None:
    assert "does not exist" in await refusal(FileSecret(tmp_path / "none"))
    assert "no regular file" in await refusal(FileSecret(tmp_path))
    assert "does not exist" in await refusal(FileSecret(Path("a\0b")))


async def test_a_command_gives_its_first_line_and_is_no_shell() -> None:
    source = python(f"import sys; sys.stderr.write('x'); print('{CANARY}'); print('more\\n' * 200_000)")
    assert (await read_secret(source)).reveal() == CANARY
    assert (await read_secret(CommandSecret("echo", ("$HOME; true",)))).reveal() == "$HOME; true"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (f"import sys; print('{CANARY}'); sys.stderr.write('{CANARY}'); sys.exit(7)", "it ended with status 7"),
        ("print()", "its first line is empty"),
        (f"print('{CANARY}' * 10_000)", "longer than 64 KiB"),
        (f"import sys; sys.stdout.buffer.write(b'{CANARY}\\xff')", "not UTF-8"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "it ended with status -9"),
    ],
)
async def test_a_command_that_gives_no_secret_is_named_without_what_it_printed(code: str, reason: str) -> None:
    said = await refusal(python(code))
    assert said.startswith(f"The command {sys.executable} gave no secret: ")
    assert reason in said
    assert said.endswith("Try app_secret_command in a shell.")


async def test_a_command_that_cannot_be_started(tmp_path: Path) -> None:
    assert "there is no such program" in await refusal(CommandSecret("no-such-program-here"))
    assert "it cannot be started (Permission denied)" in await refusal(CommandSecret(str(tmp_path)))


async def test_a_command_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    code = f"sleep 60 & echo $! > {pid}; echo {CANARY}; wait"
    said = await refusal(CommandSecret("sh", ("-c", code)), limit=0.5)
    assert "it did not end within 0.5 seconds" in said
    with pytest.raises(ProcessLookupError):
        await ended(int(pid.read_text()))


async def test_the_event_loop_goes_on_while_a_command_runs() -> None:
    turns = 0
    reading = asyncio.ensure_future(read_secret(python(f"import time; time.sleep(0.1); print('{CANARY}')")))
    while not reading.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 3
    assert (await reading).reveal() == CANARY


async def test_reading_can_be_given_up(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    reading = asyncio.ensure_future(read_secret(CommandSecret("sh", ("-c", f"echo $$ > {pid}; sleep 60"))))
    while not written(pid):  # noqa: ASYNC110  a file is all that the command can tell us by
        await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    with pytest.raises(ProcessLookupError):
        await ended(int(pid.read_text()))


def written(file: Path) -> str:
    return file.read_text().strip() if file.exists() else ""


async def ended(pid: int) -> None:
    """Raises ProcessLookupError as soon as the process is gone; one that nobody has waited for counts as gone."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        os.kill(pid, 0)
        if written(Path(f"/proc/{pid}/stat")).rpartition(")")[2].lstrip().startswith("Z"):
            raise ProcessLookupError
        await asyncio.sleep(0.01)


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring with one entry, in a module of its own."""
    (tmp_path / "keyring.py").write_text(
        "def get_password(service, user):\n"
        "    if service == 'locked': raise RuntimeError('" + CANARY + "')\n"
        "    if service == 'slow': import time; time.sleep(60)\n"
        "    import pathlib; stored = pathlib.Path(__file__).with_name('stored')\n"
        "    if stored.exists(): return stored.read_text()\n"
        f"    return '{CANARY}' if (service, user) == ('emqx', 'me') else None\n"
        "def set_password(service, user, secret):\n"
        "    import pathlib, sys; folder = pathlib.Path(__file__).parent\n"
        "    if service == 'locked': raise RuntimeError('" + CANARY + "')\n"
        "    if service == 'slow': import time; time.sleep(60)\n"
        "    if service != 'null': (folder / 'stored').write_text(secret)\n"
        "    (folder / 'arguments').write_bytes(pathlib.Path('/proc/self/cmdline').read_bytes())\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("keyring")
async def test_a_secret_from_the_keyring() -> None:
    assert (await read_secret(KeyringSecret("emqx", "me"))).reveal() == CANARY
    assert "keyring set emqx 'some one'" in await refusal(KeyringSecret("emqx", "some one"))
    assert "it is locked" in await refusal(KeyringSecret("locked", "me"))
    assert "it did not end within 0.3 seconds" in await refusal(KeyringSecret("slow", "me"), limit=0.3)


async def test_without_keyring_support_the_way_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert "pip install 'emqx-tui[keyring]'" in await refusal(KeyringSecret("emqx", "me"))


@pytest.mark.usefixtures("keyring")
async def test_a_secret_is_stored_in_the_keyring_and_is_no_argument(tmp_path: Path) -> None:
    secret = Secret(f"{CANARY} \u00e9\n2")
    await store_in_keyring("emqx", "you", secret)
    assert (tmp_path / "stored").read_text() == secret.reveal()
    arguments = (tmp_path / "arguments").read_bytes()
    assert b"\0emqx\0you\0" in arguments
    assert CANARY.encode() not in arguments


@pytest.mark.usefixtures("keyring")
@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ("locked", "it is locked, or no keyring runs in this session; try: keyring set"),
        ("null", "it took the secret, but does not give it back"),
        ("slow", "it did not end within 0.5 seconds"),
    ],
)
async def test_a_keyring_that_keeps_no_secret_is_told(service: str, reason: str) -> None:
    with pytest.raises(SecretError) as caught:
        await store_in_keyring(service, "me", Secret(CANARY), limit=0.5)
    assert str(caught.value).startswith(f"The keyring did not keep the secret for me of {service}: {reason}")
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert CANARY not in shown


async def test_a_process_that_reads_nothing_does_not_hold_up_the_storing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SecretError, match="it is locked"):
        await store_in_keyring("emqx", "me", Secret(CANARY * 100_000))


async def test_without_keyring_support_nothing_is_stored_and_the_way_to_install_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(SecretError, match="pip install 'emqx-tui"):
        await store_in_keyring("emqx", "me", Secret(CANARY))
