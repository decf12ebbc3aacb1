"""Secrets: where they come from, and a wrapping that keeps them out of logs, tracebacks and screens."""

import asyncio
import contextlib
import hmac
import importlib.util
import os
import shlex
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Never, Self

from emqx_tui.config.paths import expanded, is_file
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


COMMAND_LIMIT: Final = 10.0
"""Seconds that a command may take to give a secret."""

KEYRING_LIMIT: Final = 60.0
"""Seconds that a keyring may take; its owner may have to type a password first."""

_LARGEST = 65536
_ENDING = 1.0
_ABSENT = 3
_ASK_KEYRING = f"""
import sys, keyring
found = keyring.get_password(sys.argv[1], sys.argv[2])
if found is None:
    sys.exit({_ABSENT})
sys.stdout.buffer.write(found.encode())
"""
_FILL_KEYRING = f"""
import sys, keyring
service, user, secret = sys.argv[1], sys.argv[2], sys.stdin.buffer.read().decode()
keyring.set_password(service, user, secret)
if keyring.get_password(service, user) != secret:
    sys.exit({_ABSENT})
"""


class Secret:
    """A secret text that shows itself only to `reveal()`: not as text, not in a repr, not pickled."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The secret itself. Hand it to whoever sends it, keep it nowhere."""
        return self.__text

    def __repr__(self) -> str:
        return "Secret('…')"

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        return hash((Secret, self.__text))

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce_ex__(self, _protocol: object) -> Never:
        raise TypeError("a secret is not pickled")

    def __getstate__(self) -> Never:
        raise TypeError("a secret is not pickled")


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class InlineSecret:
    """A secret that stands in the configuration file."""

    secret: Secret


@dataclass(frozen=True, slots=True)
class EnvironmentSecret:
    """A secret in an environment variable."""

    variable: str


@dataclass(frozen=True, slots=True)
class FileSecret:
    """A secret that is the content of a file, without the line break at its end."""

    path: Path


@dataclass(frozen=True, slots=True)
class CommandSecret:
    """A secret that is the first line that a command prints; the command runs without a shell."""

    program: str
    arguments: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class KeyringSecret:
    """A secret in the keyring of the operating system."""

    service: str
    user: str


SecretSource = InlineSecret | EnvironmentSecret | FileSecret | CommandSecret | KeyringSecret


class SecretError(Exception):
    """A secret could not be had; the text says what happened, why, and what to do."""


def split_command(line: str) -> CommandSecret:
    """The command of a command line, split as a POSIX shell would split it, with `~` of its program resolved.

    Raises:
        ValueError: a quote is not closed, or there is no word in it.
    """
    words = shlex.split(line)
    if not words or "\0" in line:
        raise ValueError
    return CommandSecret(str(expanded(Path(words[0]))) if words[0].startswith("~") else words[0], tuple(words[1:]))


async def read_secret(
    source: SecretSource, *, environ: Mapping[str, str] = os.environ, limit: float | None = None
) -> Secret:
    """The secret from where it is kept, without ever blocking the event loop for long.

    Args:
        source: where it is kept.
        environ: where environment variables are looked up.
        limit: seconds that a command or keyring may take; None means ten, and sixty for a keyring.

    Raises:
        SecretError: it could not be had. Neither its text nor its traceback holds a secret or a command's output.
    """
    # An exception raised where a secret's text is a local variable would carry it in its traceback.
    found = await _find(source, environ, limit)
    if isinstance(found, Secret):
        return found
    raise SecretError(found)


async def _find(source: SecretSource, environ: Mapping[str, str], limit: float | None) -> Secret | str:
    """The secret, or why there is none."""
    match source:
        case InlineSecret(secret):
            return secret
        case EnvironmentSecret(variable):
            return _from_environment(variable, environ)
        case FileSecret(path):
            return _from_file(path)
        case CommandSecret(program, arguments):
            return await _from_command((program, *arguments), COMMAND_LIMIT if limit is None else limit)
        case KeyringSecret(service, user):
            return await _from_keyring(service, user, KEYRING_LIMIT if limit is None else limit)


async def store_in_keyring(service: str, user: str, secret: Secret, *, limit: float = KEYRING_LIMIT) -> None:
    """Keep the secret in the keyring of the operating system, in place of the one that the entry had.

    Args:
        service: the entry's service, which `app_secret_keyring` names.
        user: the entry's user.
        secret: what to keep. It is handed over in a pipe, never as an argument.
        limit: seconds that it may take; the keyring's owner may have to type a password.

    Raises:
        SecretError: it was not kept. Neither its text nor its traceback holds the secret.
    """
    reason = await _to_keyring(service, user, secret, limit)
    if reason:
        raise SecretError(reason)


async def _to_keyring(service: str, user: str, secret: Secret, limit: float) -> str:
    """Why the secret was not kept; empty when it was."""
    if importlib.util.find_spec("keyring") is None:
        return _(
            "The secret cannot be kept in the keyring, for support for it is not installed. "
            "Run: pip install 'emqx-tui[keyring]'"
        )
    ran = await _run((sys.executable, "-P", "-c", _FILL_KEYRING, service, user), limit, told=secret)
    if isinstance(ran, str):
        reason = ran
    elif ran.status == _ABSENT:
        reason = _("it took the secret, but does not give it back; choose another place for the secret")
    elif ran.status != 0:
        reason = _("it is locked, or no keyring runs in this session; try: keyring set")
    else:
        return ""
    message = _("The keyring did not keep the secret for {user} of {service}: {reason}")
    return message.format(user=sanitize(user), service=sanitize(service), reason=reason)


def _from_environment(variable: str, environ: Mapping[str, str]) -> Secret | str:
    if environ.get(variable):
        return Secret(environ[variable])
    message = (
        _("The environment variable {variable} is empty. Set it before the program starts.")
        if variable in environ
        else _("The environment variable {variable} is not set. Set it before the program starts.")
    )
    return message.format(variable=sanitize(variable))


def _from_file(path: Path) -> Secret | str:
    shown = sanitize(str(path))
    if not is_file(path):
        message = _(
            "The secret's file {path} does not exist or is no regular file. Create it or change app_secret_file."
        )
        return message.format(path=shown)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        message = _("The secret's file {path} cannot be read: {reason}. Check who owns it and its permissions.")
        return message.format(path=shown, reason=error.strerror or type(error).__name__)
    return _decoded(content) or _(
        "The secret's file {path} holds no usable text: it is empty, not UTF-8, or larger than 64 KiB."
    ).format(path=shown)


def _decoded(content: bytes) -> Secret | None:
    """The content without the line breaks at its end; None when it is empty, too large or not UTF-8."""
    try:
        text = content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return None
    return Secret(text) if text and len(content) <= _LARGEST else None


async def _from_command(words: Sequence[str], limit: float) -> Secret | str:
    program = sanitize(words[0])
    ran = await _run(words, limit)
    if isinstance(ran, str):
        reason = ran
    elif ran.status != 0:
        reason = _("it ended with status {status}").format(status=ran.status)
    elif ran.secret is None:
        reason = _("its first line is empty, not UTF-8, or longer than 64 KiB")
    else:
        return ran.secret
    message = _("The command {program} gave no secret: {reason}. Try app_secret_command in a shell.")
    return message.format(program=program, reason=reason)


async def _from_keyring(service: str, user: str, limit: float) -> Secret | str:
    if importlib.util.find_spec("keyring") is None:
        return _(
            "The secret is kept in the keyring, but support for it is not installed. "
            "Run: pip install 'emqx-tui[keyring]'"
        )
    # In a process of its own: a keyring that waits for its owner's password can be given up on.
    ran = await _run((sys.executable, "-P", "-c", _ASK_KEYRING, service, user), limit)
    if isinstance(ran, str):
        reason = ran
    elif ran.status == _ABSENT:
        reason = _("it has no such entry; add it with: keyring set {service} {user}")
        reason = reason.format(service=shlex.quote(sanitize(service)), user=shlex.quote(sanitize(user)))
    elif ran.status != 0 or ran.secret is None:
        reason = _("it is locked, or no keyring runs in this session; try: keyring get")
    else:
        return ran.secret
    message = _("The keyring gave no secret for {user} of {service}: {reason}")
    return message.format(user=sanitize(user), service=sanitize(service), reason=reason)


@dataclass(frozen=True, slots=True)
class _Ran:
    """How a command ended, and the first line that it printed."""

    status: int
    secret: Secret | None


async def _run(words: Sequence[str], limit: float, *, told: Secret | None = None) -> _Ran | str:
    """How the command ended, or why it could not run to its end; `told` is what it reads."""
    stdin = asyncio.subprocess.DEVNULL if told is None else asyncio.subprocess.PIPE
    quiet = asyncio.subprocess.DEVNULL
    try:
        # A session of its own: the whole group can be ended, and no prompt gets at our terminal.
        process = await asyncio.create_subprocess_exec(
            *words, stdin=stdin, stdout=asyncio.subprocess.PIPE, stderr=quiet, start_new_session=True
        )
    except FileNotFoundError:
        return _("there is no such program")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        return _("it cannot be started ({reason})").format(reason=reason or type(error).__name__)
    try:
        async with asyncio.timeout(limit):
            await _tell(process, told)
            secret = await _first_line(process)
            return _Ran(await process.wait(), secret)
    except TimeoutError:
        return _("it did not end within {limit:g} seconds").format(limit=limit)
    finally:
        await _end(process)


async def _tell(process: asyncio.subprocess.Process, secret: Secret | None) -> None:
    if process.stdin is None or secret is None:
        return
    # One that ends without reading says why by its status.
    with contextlib.suppress(ConnectionError):
        process.stdin.write(_bytes(secret))
        await process.stdin.drain()
    process.stdin.close()


async def _first_line(process: asyncio.subprocess.Process) -> Secret | None:
    """The first line that the process prints; the rest is read as well, or the process could not end."""
    printed = b""
    while process.stdout is not None and (part := await process.stdout.read(_LARGEST)):
        if len(printed) <= _LARGEST:
            printed += part
    return _decoded(printed.partition(b"\n")[0])


async def _end(process: asyncio.subprocess.Process) -> None:
    """See the process out, with everything that it has started."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ENDING):
            await _first_line(process)
            await process.wait()
