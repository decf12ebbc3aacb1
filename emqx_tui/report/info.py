"""`emqx-tui info`: what whoever reads a bug report has to know of the program, the terminal and the deployments.

Keys and plain values are not translated: they are read by others than the one whose language the program speaks.
Neither secrets nor keys are looked at, and the home directory is shown as `~`, for it names its owner.
"""

import importlib.metadata
import locale
import os
import platform
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from emqx_tui import __version__
from emqx_tui.api.address import repair
from emqx_tui.api.result_codes import explain
from emqx_tui.config import Deployment, state_dir
from emqx_tui.domain.broker import Attention
from emqx_tui.domain.errors import BadAddress
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.measured import latency, look, milliseconds, nodes_in_words
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.fleet.views import deployment_row
from emqx_tui.logs import KEPT, LARGEST, Log
from emqx_tui.resources.deployments import kind_of
from emqx_tui.text import MISSING, sanitize


DONE = 0
UNREAD = 1

_LIBRARIES = ("textual", "rich", "httpx", "httpcore", "anyio", "platformdirs", "humanize", "tomli-w", "keyring")
_TERMINAL = ("TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG")
# Their values name machines and users; that they are there is what matters.
_PRESENT = ("TMUX", "STY", "SSH_CONNECTION", "WSL_DISTRO_NAME")

Line = tuple[str, str]

LONGEST = 30.0
"""Seconds that are waited for answers: with a hung node a broker takes a minute for each question."""


async def show(
    deployments: Sequence[Deployment],
    *,
    config: Path,
    log: Log,
    out: TextIO,
    environ: Mapping[str, str] = os.environ,
) -> int:
    """Print the program's surroundings, then look at each deployment once and print what was found.

    Args:
        deployments: What to look at; there may be none.
        config: Where the configuration is, or would be.
        log: Where the log is, or would be, and what is written into it.
        out: Where to print.
        environ: The environment to tell of.

    Returns:
        0, or 1 when a deployment could not be read; its error is part of the output.
    """
    _write(out, "program", _program())
    _write(out, "files", _files(config, log, environ))
    _write(out, "terminal", _terminal(environ))
    # Deployments may take a while to answer, or not to.
    out.flush()
    # Everything is asked, so that what the key may not read is named here, too.
    states, clock = await look(deployments, Attention.OPEN, LONGEST)
    for deployment, state in zip(deployments, states, strict=True):
        _write(out, f"deployment {deployment.name}", _deployment(deployment, state, clock))
    if not deployments:
        _write(out, "deployments", [("configured", "none")])
    return UNREAD if any(state.failed or state.kind is None for state in states) else DONE


def _write(out: TextIO, title: str, lines: Iterable[Line]) -> None:
    out.write(f"[{_shown(title)}]\n")
    out.writelines(f"{key}: {_shown(value) or MISSING}\n" for key, value in lines)
    out.write("\n")


def _shown(text: str) -> str:
    """The text as one safe line in which the home directory does not name its owner."""
    try:
        home = str(Path.home())
    except RuntimeError:
        home = ""
    if len(home) > 1:
        text = text.replace(home + os.sep, "~" + os.sep)
        text = "~" if text == home else text
    return sanitize(text)


def _program() -> Iterator[Line]:
    yield "emqx-tui", __version__
    yield "python", f"{platform.python_version()} ({platform.python_implementation()})"
    for name in _LIBRARIES:
        yield name, _version(name)
    yield "platform", platform.platform()


def _version(package: str) -> str:
    # From the installation's own records: importing Textual for its version would take longer than all the rest.
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _files(config: Path, log: Log, environ: Mapping[str, str]) -> Iterator[Line]:
    for key, path in (("config", config), ("state", state_dir(environ=environ)), ("log", log.path)):
        yield key, f"{path} ({_condition(path)})"
    yield "log level", f"{log.level} ({log.source})" if log.source else log.level
    yield "log rotation", f"at {LARGEST / 1e6:g} MB, {KEPT} older files are kept"


def _condition(path: Path) -> str:
    try:
        found = path.stat()
    except FileNotFoundError:
        return "does not exist"
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}"
    kind = "directory" if stat.S_ISDIR(found.st_mode) else "file" if stat.S_ISREG(found.st_mode) else "neither"
    return f"{kind}, mode {stat.S_IMODE(found.st_mode):04o}"


def _terminal(environ: Mapping[str, str]) -> Iterator[Line]:
    for name in _TERMINAL:
        yield name, environ.get(name, "not set")
    for name in _PRESENT:
        yield name, "set" if environ.get(name) else "not set"
    yield "encoding", f"{_encoding(sys.stdout)} (output), {locale.getencoding()} (locale)"
    for name, stream in (("stdin", sys.stdin), ("stdout", sys.stdout), ("stderr", sys.stderr)):
        yield name, "terminal" if _is_terminal(stream) else "no terminal"
    yield "size", _size()


def _encoding(stream: TextIO | None) -> str:
    return getattr(stream, "encoding", None) or "none"


def _is_terminal(stream: TextIO | None) -> bool:
    # A stream is None when the program was started with it closed.
    return stream is not None and not stream.closed and stream.isatty()


def _size() -> str:
    for number in range(3):
        try:
            columns, lines = os.get_terminal_size(number)
        except OSError:
            continue
        return f"{columns}x{lines}"
    return "unknown"


def _deployment(deployment: Deployment, state: DeploymentState, clock: Clock) -> Iterator[Line]:
    row = deployment_row(state, clock)
    yield "url", state.base or _url(deployment)
    yield "api", deployment.api.value
    yield "proxy", "set" if deployment.proxy else "not set"
    yield "warnings", ", ".join(state.warnings) or "none"
    if state.failed and state.error is not None:
        yield "error", str(explain(state.error, state.kind))
        return
    if state.kind is None:
        yield "error", _unanswered()
        return
    yield "kind", " ".join(part for part in (kind_of(row), row.edition) if part)
    yield "nodes", nodes_in_words(row)
    yield "latency", milliseconds(latency(state))
    yield "clock offset", "" if state.clock_offset is None else f"{state.clock_offset:+.1f} s"
    for name, part in state.parts.items():
        if part.error is not None:
            yield f"error of {name.value}", str(explain(part.error, state.kind))
        elif part.answered_at is None:
            yield f"error of {name.value}", _unanswered()


def _unanswered() -> str:
    return f"no answer within {LONGEST:g} s"


def _url(deployment: Deployment) -> str:
    """The addresses that were asked, never the URL as it was written: there may be a password in it."""
    try:
        return ", ".join(repair(deployment.url).bases)
    except BadAddress:
        return "not an address"
