"""The configuration file, read as a whole: what is right in it is used, what is wrong is told."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from emqx_tui.config.deployments import read_deployment, read_platform
from emqx_tui.config.keymap import read_keymap
from emqx_tui.config.keys import LEAST_REFRESH, SECRET_KEYS, SETTING_KEYS
from emqx_tui.config.lines import find_lines
from emqx_tui.config.model import LOG_LEVELS, THEMES, Deployment, Platform, Settings
from emqx_tui.config.paths import CONFIG_VARIABLE, config_path
from emqx_tui.config.problems import ConfigError, Problem, Severity
from emqx_tui.config.table import Notes, Table, did_you_mean, nearest, one_of, type_name
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


LARGEST: Final = 1024 * 1024
"""Bytes of a configuration file, at most."""

_POSITION = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")
_KEYS = tuple(key.name for key in SETTING_KEYS)
_EXAMPLE = '[[deployments]]\nname = "…"'


class Loaded(NamedTuple):
    """What a configuration file gave.

    Attributes:
        settings: everything in it that is right; the defaults for the rest.
        path: the file.
        problems: everything in it that is wrong, in the file's order.
        exists: whether there is such a file.
    """

    settings: Settings
    path: Path
    problems: tuple[Problem, ...] = ()
    exists: bool = True

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that took something away."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def require(self) -> Settings:
        """The settings, for callers that want all of the file or nothing.

        Raises:
            ConfigError: something in the file is an error.
        """
        if self.errors:
            raise ConfigError(self.errors)
        return self.settings


class Unreadable(Exception):
    """Why a file as a whole is of no use, with the line where one is known."""

    def __init__(self, message: str, suggestion: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.suggestion, self.line = message, suggestion, line

    def problem(self, file: Path) -> Problem:
        """The problem that this is for a file."""
        return Problem(file, self.line, "", self.message, self.suggestion)


def load(path: Path | None = None, *, environ: Mapping[str, str] = os.environ) -> Loaded:
    """Read the configuration file. Nothing in it and nothing about it raises: problems are in the result.

    Args:
        path: the file; None means the one that the environment names, else the platform's usual one, which
            need not exist.
        environ: where environment variables are looked up.
    """
    file = config_path(path, environ=environ)
    wanted = path is not None or bool(environ.get(CONFIG_VARIABLE))
    try:
        content = content_of(file)
    except FileNotFoundError:
        missing = Problem(file, None, "", *_missing(file))
        return Loaded(Settings(), file, (missing,) if wanted else (), exists=False)
    except Unreadable as why:
        return Loaded(Settings(), file, (why.problem(file),))
    return load_content(file, content)


def _missing(file: Path) -> tuple[str, str]:
    message = _("there is no configuration file {path}").format(path=sanitize(str(file)))
    return message, _("Check --config and {variable}.").format(variable=CONFIG_VARIABLE)


def content_of(file: Path) -> bytes:
    """The content of a configuration file.

    Raises:
        FileNotFoundError: there is no such file.
        Unreadable: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except FileNotFoundError:
        raise
    except IsADirectoryError:
        raise Unreadable(_("is a directory, not a file"), _("Name the file in it.")) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        message = _("cannot be read: {reason}").format(reason=reason or type(error).__name__)
        raise Unreadable(message, _("Check who owns it and its permissions.")) from None
    return content


def load_content(file: Path, content: bytes) -> Loaded:
    """What a configuration file would give if this were its content."""
    try:
        text = text_of(content)
        values = values_of(text)
    except Unreadable as why:
        return Loaded(Settings(), file, (why.problem(file),))
    notes = Notes(file, find_lines(text))
    if content.startswith(b"\xef\xbb\xbf"):
        message, hint = _("begins with a byte order mark"), _("Save it as UTF-8 without one.")
        notes.problems.append(Problem(file, 1, "", message, hint, severity=Severity.WARNING))
    settings = _settings(values, notes)
    problems = sorted(notes.problems, key=lambda problem: problem.line or 0)
    return Loaded(settings, file, tuple(problems))


def text_of(content: bytes) -> str:
    """The text that a file's content is, with plain line breaks and without a byte order mark.

    Raises:
        Unreadable: it is too large, or no text.
    """
    if len(content) > LARGEST:
        raise Unreadable(_("is larger than 1 MiB, which no configuration is"), _("Name another file."))
    hint = _("Save the file as UTF-8.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(_("is UTF-16, but must be UTF-8"), hint, 1)
    failed = None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        failed = error.start
    raise Unreadable(_("is not UTF-8 from this line on"), hint, content.count(b"\n", 0, failed) + 1)


def values_of(text: str) -> dict[str, object]:
    """The values of a TOML text.

    Raises:
        Unreadable: it is not valid.
    """
    try:
        return tomllib.loads(text)
    except ValueError as error:
        said = str(error)
    except RecursionError:
        said = _("brackets are nested too deeply")
    position = _POSITION.search(said)
    line = text.rstrip().count("\n") + 1 if position else None
    if position and position[1]:
        line = int(position[1])
    reason = sanitize(_POSITION.sub("", said))
    hint = _('Text stands in quotes: url = "https://…"') if reason == "Invalid value" else ""
    if "Unescaped" in reason:
        hint = _("Put text with a backslash in single quotes.")
    raise Unreadable(_("is not valid TOML: {reason}").format(reason=reason), hint, line)


def _settings(values: Mapping[str, object], notes: Notes) -> Settings:
    top = Table(values, (), notes)
    for key in values:
        if key not in _KEYS:
            top.wrong(key, _("unknown key"), did_you_mean(nearest(key, _KEYS)), warning=True)
    refresh = top.seconds("refresh", least=LEAST_REFRESH)
    max_bulk = top.count("max_bulk")
    deployments = _deployments(values.get("deployments", []), top)
    return Settings(
        refresh=Settings().refresh if refresh is None else refresh,
        theme=_choice(top, "theme", THEMES, Settings().theme),
        ascii=top.flag("ascii", default=False) if "ascii" in values else None,
        utc=top.flag("utc", default=False),
        max_bulk=Settings().max_bulk if max_bulk is None else max_bulk,
        log_level=_choice(top, "log_level", LOG_LEVELS, Settings().log_level),
        keys=read_keymap(values.get("keys", {}), notes),
        platform=_platform(values["platform"], top) if "platform" in values else None,
        deployments=deployments,
    )


def _choice(top: Table, key: str, choices: tuple[str, ...], default: str) -> str:
    name = top.text(key)
    if name is None or name in choices:
        return name or default
    top.wrong(key, one_of(choices), did_you_mean(nearest(name, choices)), warning=True)
    return default


def _platform(entry: object, top: Table) -> Platform | None:
    if not isinstance(entry, dict):
        message = _("expected a table, not {found}").format(found=type_name(entry))
        hint = _("Write it like this: {example}").format(example='[platform] url = "https://…/public_api/v1"')
        top.wrong("platform", message, hint)
        return None
    table = Table(entry, ("platform",), top.notes)
    platform = read_platform(table, top.notes.file.absolute().parent)
    _warn_of_readers(table)
    return platform


def _deployments(entries: object, top: Table) -> tuple[Deployment, ...]:
    hint = _("Write it like this: {example}").format(example=_EXAMPLE.replace("\n", " "))
    if not isinstance(entries, list):
        message = _("expected a list of tables, not {found}").format(found=type_name(entries))
        top.wrong("deployments", message, hint)
        return ()
    found: dict[str, Deployment] = {}
    lines: dict[str, int | None] = {}
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            place = ("deployments", index)
            message = _("expected a table, not {found}").format(found=type_name(entry))
            top.notes.add(place, message, hint)
            continue
        table = Table(entry, ("deployments", index), top.notes)
        deployment = read_deployment(table, top.notes.file.absolute().parent)
        _warn_of_readers(table)
        name = table.deployment
        if name in lines:
            table.wrong("name", _("is in use since line {line}").format(line=lines[name]), _("Choose another."))
        elif name is not None:
            lines[name] = table.line("name")
            if deployment is not None:
                found[name] = deployment
    return tuple(found.values())


def _warn_of_readers(table: Table) -> None:
    """A secret in a file that others may read is no secret any more."""
    inline = next((key for key in SECRET_KEYS if key.endswith("secret") and key in table.values), None)
    file = table.notes.file
    if inline is None or os.name != "posix":
        return
    try:
        mode = file.stat().st_mode
    except OSError:
        return
    if mode & 0o077:
        hint = _("Run: chmod 600 {file}").format(file=sanitize(str(file)))
        table.wrong(inline, _("the secret is in a file that other users can read"), hint, warning=True)
