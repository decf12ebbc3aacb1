"""Adding, changing and removing one deployment in the user's file, which keeps everything else as it was.

The functions write to disk and may wait for another process: in a program with a screen, call them in a thread.
"""

import os
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from emqx_tui.config.atomic import PATIENCE, Busy, content_or_none, locked, make_folder, replaced
from emqx_tui.config.deployments import read_deployment
from emqx_tui.config.document import Document, missing_file, open_document, plain_name, refused, tables_of
from emqx_tui.config.draft import Draft
from emqx_tui.config.keys import DEPLOYMENT_KEYS, Key, key_called
from emqx_tui.config.lines import find_lines, line_of
from emqx_tui.config.load import LARGEST, Unreadable, load_content, values_of
from emqx_tui.config.model import Deployment
from emqx_tui.config.paths import expanded
from emqx_tui.config.problems import ConfigError, Problem, Severity
from emqx_tui.config.rewrite import with_changes, with_table, without_table
from emqx_tui.config.table import Notes, Table, key_name
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


_Found = TypeVar("_Found")

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Edit:
    """A new text, and what it must mean: which table is another one, before and after, and what that one is now."""

    text: str = field(repr=False)
    before: int | None
    after: int | None
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    deployment: Deployment | None = None


def add(path: Path, deployment: Draft) -> None:
    """Add a deployment at the end of the file, which is made when there is none.

    Raises:
        ConfigError: the name is in use, the draft is wrong, or the file cannot be read, edited or written. The file
            is what it was.
    """
    _apply(path, lambda document: _added(document, deployment), create=True)


def change(path: Path, name: str, draft: Draft, *, base: Draft | None = None) -> None:
    """Change the deployment to what the draft says. Only the lines of keys that mean something else are rewritten.

    Args:
        path: the configuration file.
        name: the deployment's name up to now.
        draft: what is to stand there, under a new name perhaps.
        base: what the draft was made from. With it only the keys in which the two differ are changed, and what
            somebody else changed in this deployment meanwhile is kept.

    Raises:
        ConfigError: there is no such deployment, the draft is wrong, a key that is to be changed was changed by
            somebody else, or the file cannot be read, edited or written. The file is what it was.
    """
    _apply(path, lambda document: _changed(document, name, draft, base))


def remove(path: Path, name: str) -> None:
    """Remove the deployment, with the comments in its table.

    Raises:
        ConfigError: there is no such deployment, or the file cannot be read, edited or written. The file is what it
            was.
    """
    _apply(path, lambda document: _removed(document, name))


def read_draft(path: Path, name: str) -> Draft:
    """What the file says of the deployment now.

    Raises:
        ConfigError: there is no such deployment, or a value in it is of a wrong type, which no draft can hold.
    """
    found = _attempted(path, lambda: _draft(path, name))
    if isinstance(found, Draft):
        return found
    raise ConfigError(found)


def _apply(path: Path, edit: Callable[[Document], _Edit], *, create: bool = False) -> None:
    problems = _attempted(path, lambda: _write(path, edit, create=create))
    # Raised here, where no text with somebody's secret is at hand that a traceback could show.
    if problems:
        raise ConfigError(problems)


def _attempted(path: Path, action: Callable[[], _Found]) -> _Found | tuple[Problem, ...]:
    """What the action gives, or the problems that it met."""
    message, hint = "", ""
    try:
        return action()
    except ConfigError as error:
        return error.problems
    except Unreadable as why:
        return (why.problem(path),)
    except Busy:
        message = _("is being changed by another process, which did not end within {seconds:g} seconds")
        message, hint = message.format(seconds=PATIENCE), _("Nothing was changed; try again.")
    except OSError as error:
        message = _("cannot be changed, and is what it was: {reason}")
        message = message.format(reason=error.strerror or type(error).__name__)
        hint = _("Check who owns the file and its folder, and whether the disk is full.")
    return (Problem(path, None, "", message, hint),)


# Reading and writing


def _write(path: Path, edit: Callable[[Document], _Edit], *, create: bool) -> tuple[Problem, ...]:
    file = expanded(path)
    # A link stays: what it leads to is replaced.
    target = Path(os.path.realpath(file))
    if target.exists() and not target.is_file() and not (target.is_dir() and target.name):
        message, hint = _("is no regular file"), _("Name a file with --config.")
        return (Problem(file, None, "", message, hint),)
    if create:
        make_folder(target.parent)
    elif not target.exists():
        raise missing_file(file)
    with locked(target, PATIENCE):
        for _attempt in range(_ATTEMPTS):
            before = content_or_none(target)
            document = open_document(file, before or b"")
            content = _verified(document, edit(document))
            if content == before or replaced(target, content, before):
                return ()
    message = _("was changed by another program again and again while it was to be written")
    return (Problem(file, None, "", message, _("Nothing was changed; close that program and try again.")),)


def _draft(path: Path, name: str) -> Draft:
    file = expanded(path)
    content = content_or_none(Path(os.path.realpath(file)))
    if content is None:
        raise missing_file(file)
    document = open_document(file, content)
    index, table = document.table(name)
    draft = Draft.of(table)
    held = draft.values()
    lost = {
        key_name(("deployments", index, name))
        for key in DEPLOYMENT_KEYS
        for name in key.names
        if held.get(key.name) in (None, "") and table.get(name) != ""
    }
    notes = Notes(file, find_lines(document.text))
    read_deployment(Table(table, ("deployments", index), notes), file.absolute().parent)
    errors = [problem for problem in notes.problems if problem.severity is Severity.ERROR and problem.key in lost]
    if errors:
        raise ConfigError(errors)
    return draft


# Edits


def _added(document: Document, draft: Draft) -> _Edit:
    _must_be_free(document, draft.name, but=None)
    written = {name: value for name, value in draft.values().items() if not _is_default(name, value)}
    deployment = _checked(document.file, written, written)
    text = with_table(document.text, written)
    return _Edit(text, None, len(document.tables), written, deployment)


def _changed(document: Document, name: str, draft: Draft, base: Draft | None) -> _Edit:
    index, table = document.table(name)
    _must_be_free(document, draft.name, but=index)
    changes = _changes(document.file, table, draft, base)
    merged = {key: value for key, value in {**table, **changes}.items() if value is not None}
    deployment = _checked(document.file, merged, changes)
    return _Edit(with_changes(document.text, index, changes), index, index, merged, deployment)


def _removed(document: Document, name: str) -> _Edit:
    index, _values = document.table(name)
    return _Edit(without_table(document.text, index), index, None)


def _must_be_free(document: Document, name: str, *, but: int | None) -> None:
    wanted = sanitize(name.strip())
    for index, table in enumerate(document.tables):
        if index != but and plain_name(table) == wanted:
            line = line_of(find_lines(document.text), ("deployments", index, "name"))
            message = _("a deployment {name} is there already").format(name=wanted)
            raise refused(document.file, message, _("Choose another name."), line=line)


def _checked(file: Path, values: Mapping[str, object], meant: Collection[str]) -> Deployment:
    """The deployment that these values make. What is new in it must be without fault, the rest without error."""
    notes = Notes(file, {})
    deployment = read_deployment(Table(values, (), notes), file.absolute().parent)
    wrong = [problem for problem in notes.problems if problem.severity is Severity.ERROR or problem.key in meant]
    if deployment is None or wrong:
        raise ConfigError(wrong)
    return deployment


def _changes(file: Path, table: Mapping[str, object], draft: Draft, base: Draft | None) -> dict[str, object]:
    """New values by the names that the table uses; None for keys that are to disappear."""
    wanted = draft.values()
    now, then = _meaning(file, table), _meaning(file, wanted)
    based = None if base is None else base.values()
    origin = None if based is None else _meaning(file, based)
    changes: dict[str, object] = {}
    for key in DEPLOYMENT_KEYS:
        name = next((name for name in key.names if name in table), key.name)
        old, new = table.get(name), wanted.get(key.name)
        untouched = based is not None and based.get(key.name) == new
        if untouched or _alike(key, (old, now), (new, then)):
            continue
        if based is not None and not _alike(key, (old, now), (based.get(key.name), origin)):
            message = _("was changed by somebody else meanwhile")
            hint = _("Nothing was changed; look at the deployment again, then change it.")
            raise refused(file, message, hint, key=name)
        changes[name] = None if _is_default(name, new) else new
    return changes


def _meaning(file: Path, values: Mapping[str, object]) -> Deployment | None:
    return read_deployment(Table(values, (), Notes(file, {})), file.absolute().parent)


def _alike(key: Key, one: tuple[object, Deployment | None], other: tuple[object, Deployment | None]) -> bool:
    """Whether two tables say the same by a key, in other words perhaps; each comes as value and whole meaning."""
    (mine, my_whole), (yours, your_whole) = one, other
    if _normal(key, mine) == _normal(key, yours):
        return True
    if mine is None or yours is None or my_whole is None or your_whole is None:
        return False
    attribute = "secret" if key.secret else key.name
    return bool(getattr(my_whole, attribute) == getattr(your_whole, attribute))


def _normal(key: Key, value: object) -> object:
    value = key.default if value is None else value
    return tuple(value) if isinstance(value, list) else value


def _is_default(name: str, value: object) -> bool:
    key = key_called(name)
    return key is not None and _normal(key, value) == key.default


# Certainty


def _verified(document: Document, edit: _Edit) -> bytes:
    """The file's new content, once it is certain that it says what it said and what was wanted, and nothing else."""
    file = document.file
    try:
        content = document.content(edit.text)
    except UnicodeEncodeError:
        content = None
    if content is None:
        raise refused(file, _("cannot hold this: it is no Unicode text"), _("Use other characters."))
    if len(content) > LARGEST:
        raise refused(file, _("would become larger than 1 MiB, which is not read"), _("Nothing was changed."))
    if not _as_wanted(document, edit, content):
        message = _("would not say what it should after this change, so it was not made")
        raise refused(file, message, _("Change the file in an editor."))
    return content


def _as_wanted(document: Document, edit: _Edit, content: bytes) -> bool:
    try:
        values = values_of(edit.text.replace("\r\n", "\n"))
        kept = _others(document.text, edit.before) == _others(edit.text, edit.after)
    except (Unreadable, ValueError):
        return False
    if edit.after is not None and tables_of(values)[edit.after : edit.after + 1] != [edit.values]:
        return False
    old = document.tables[edit.before] if edit.before is not None else None
    before = load_content(document.file, document.content(document.text)).settings
    after = load_content(document.file, content).settings
    new = None if edit.deployment is None else edit.deployment.name
    if edit.deployment is not None and edit.deployment not in after.deployments:
        return False
    rest = [
        [each for each in part if each.name != name]
        for part, name in ((before.deployments, plain_name(old)), (after.deployments, new))
    ]
    return kept and rest[0] == rest[1] and before.refresh == after.refresh


def _others(text: str, index: int | None) -> tuple[dict[str, object], list[object]]:
    """All that a text says beside one deployment. Numbers are compared as they are written, for nan is not nan."""
    values = tomllib.loads(text, parse_float=str)
    tables = values.pop("deployments", [])
    return values, [table for number, table in enumerate(tables) if number != index]
