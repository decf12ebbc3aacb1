"""The configuration file as text and values at once, for whoever edits or shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emqx_tui.config.lines import find_lines, line_of
from emqx_tui.config.load import text_of, values_of
from emqx_tui.config.problems import ConfigError, Problem
from emqx_tui.config.rewrite import written_inline
from emqx_tui.config.table import did_you_mean, nearest
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Document:
    """A configuration file that can be edited.

    Attributes:
        file: its path, for problems and for relative paths in it.
        marked: whether it begins with a byte order mark.
        text: its text, with its own line breaks.
        values: what the text says.
    """

    file: Path
    marked: bool
    text: str = field(repr=False)
    values: Mapping[str, object] = field(repr=False)

    @property
    def tables(self) -> list[object]:
        """The deployments as they stand in it."""
        return tables_of(self.values)

    def content(self, text: str) -> bytes:
        """The file's content with this text in it; its byte order mark stays."""
        return (_MARK if self.marked else b"") + text.encode()

    def table(self, name: str) -> tuple[int, dict[str, object]]:
        """The deployment of that name and its number, from 0.

        Raises:
            ConfigError: there is none, or more than one.
        """
        wanted = sanitize(name.strip())
        found = [
            (index, table)
            for index, table in enumerate(self.tables)
            if isinstance(table, dict) and plain_name(table) == wanted
        ]
        if not found:
            raise unknown(self.file, name, self.tables)
        if len(found) > 1:
            places = find_lines(self.text)
            lines = ", ".join(str(places.get(("deployments", index), "?")) for index, _table in found)
            message = _("the name {name} is used more than once, in lines {lines}").format(name=wanted, lines=lines)
            raise refused(self.file, message, _("Give each a name of its own first, in an editor."))
        return found[0]


def open_document(file: Path, content: bytes) -> Document:
    """The document that a file's content is.

    Raises:
        Unreadable: it is no valid TOML.
        ConfigError: its deployments are written in a way that cannot be edited.
    """
    values = values_of(text_of(content))
    text = content.removeprefix(_MARK).decode()
    if not isinstance(values.get("deployments", []), list) or written_inline(text):
        line = line_of(find_lines(text), ("deployments",))
        message = _("is written as a value, which cannot be edited without losing what stands around it")
        hint = _("Write each deployment as a table of its own, below a line [[deployments]].")
        raise refused(file, message, hint, line=line, key="deployments")
    return Document(file, content.startswith(_MARK), text, values)


def tables_of(values: Mapping[str, object]) -> list[object]:
    """The deployments among a file's values; none when they are no list."""
    tables = values.get("deployments", [])
    return list(tables) if isinstance(tables, list) else []


def plain_name(table: object) -> str | None:
    """The name that a deployment's table gives it, as it is shown."""
    name = table.get("name") if isinstance(table, dict) else None
    return sanitize(name.strip()) if isinstance(name, str) else None


def refused(file: Path, message: str, hint: str = "", *, line: int | None = None, key: str = "") -> ConfigError:
    """The error that says why something cannot be done with a file."""
    return ConfigError([Problem(file, line, key, message, hint)])


def missing_file(file: Path) -> ConfigError:
    """The error that says that there is no file."""
    message = _("there is no configuration file {path}").format(path=sanitize(str(file)))
    return refused(file, message, _("Add a deployment first; that makes the file."))


def unknown(file: Path, name: str, tables: Sequence[object]) -> ConfigError:
    """The error that says that none of the tables is the deployment of that name."""
    wanted = sanitize(name.strip())
    names = [known for known in map(plain_name, tables) if known]
    listed = _("There are: {names}.").format(names=", ".join(names) or _("none"))
    message = _("there is no deployment {name}").format(name=wanted)
    return refused(file, message, did_you_mean(nearest(wanted, names)) or listed)
