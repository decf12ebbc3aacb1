"""The configuration as text that may be shown and sent to others: what is secret in it is masked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from emqx_tui.config.document import missing_file, plain_name, tables_of, unknown
from emqx_tui.config.keymap import entries
from emqx_tui.config.keys import DEPLOYMENT_NAMES, PLATFORM_NAMES, SETTING_KEYS, Kind, key_called
from emqx_tui.config.load import Unreadable, content_of, text_of, values_of
from emqx_tui.config.paths import expanded
from emqx_tui.config.problems import ConfigError
from emqx_tui.config.rewrite import toml
from emqx_tui.keyboard.table import BY_ID
from emqx_tui.text import sanitize


MASK = "***"
"""What stands in the place of a secret."""

_USER = re.compile(r"(?<=//)\S*@")


def show(path: Path, name: str | None = None) -> str:
    """The configuration as TOML, or one deployment of it, without comments, for a secret may be in one.

    Unknown keys are shown without their values: they may be misspelt secrets.

    Args:
        path: the configuration file.
        name: the only deployment to show.

    Raises:
        ConfigError: the file cannot be read, or there is no such deployment.
    """
    file = expanded(path)
    found = _values(file)
    if isinstance(found, ConfigError):
        raise found
    tables = tables_of(found)
    if name is None:
        return _text(_blocks(found, tables))
    wanted = [table for table in tables if plain_name(table) == sanitize(name.strip())]
    if not wanted:
        raise unknown(file, name, tables)
    return _text(map(_deployment, wanted))


def _text(blocks: Iterable[list[str]]) -> str:
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _values(file: Path) -> Mapping[str, object] | ConfigError:
    try:
        return values_of(text_of(content_of(file)))
    except FileNotFoundError:
        return missing_file(file)
    except Unreadable as why:
        return ConfigError([why.problem(file)])


def _blocks(values: Mapping[str, object], tables: list[object]) -> Iterator[list[str]]:
    known = {key.name for key in SETTING_KEYS if key.kind is not Kind.TABLES}
    keys = values.get("keys")
    shown = [
        _line(key, value if key in known else MASK)
        for key, value in values.items()
        if not (key == "deployments" and isinstance(value, list))
        and not (key in {"keys", "platform"} and isinstance(value, dict))
    ]
    if shown:
        yield shown
    if isinstance(keys, dict):
        yield ["[keys]", *(_line(each.id, each.value if each.id in BY_ID else MASK) for each in entries(keys))]
    platform = values.get("platform")
    if isinstance(platform, dict):
        yield ["[platform]", *(_line(key, _masked(key, value, PLATFORM_NAMES)) for key, value in platform.items())]
    yield from (_deployment(table) for table in tables)


def _deployment(table: object) -> list[str]:
    entries = table.items() if isinstance(table, dict) else [("?", MASK)]
    return ["[[deployments]]", *(_line(key, _masked(key, value, DEPLOYMENT_NAMES)) for key, value in entries)]


def _masked(key: str, value: object, known: tuple[str, ...]) -> object:
    meant = key_called(key)
    if key not in known or meant is None or meant.name == "app_secret":
        return MASK
    if meant.kind is Kind.ADDRESS and isinstance(value, str) and "@" in value:
        # A password may hold any character: all that stands before the last @ goes.
        scheme, slashes, rest = value.partition("//") if "//" in value else ("", "", value)
        return f"{scheme}{slashes}{MASK}@{rest.rpartition('@')[2]}"
    return value


def _line(key: str, value: object) -> str:
    written = toml(_without_user(value))
    bare = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else toml(key)
    line = f"{bare} = {written}"
    return sanitize(line, len(line) + 1)


def _without_user(value: object) -> object:
    """The value without a user and a password in an address, wherever in a text it stands."""
    if isinstance(value, str):
        return _USER.sub(f"{MASK}@", value)
    if isinstance(value, list):
        return [_without_user(entry) for entry in value]
    # A wrong kind of value, such as a table, may hold anything.
    return value if isinstance(value, bool | int | float) else MASK
