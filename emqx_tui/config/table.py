"""One table of the configuration file, read key by key with types; mistakes are noted and never raised."""

import difflib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from emqx_tui.config.lines import Place, line_of
from emqx_tui.config.problems import Problem, Severity
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


class Notes:
    """The problems found so far in one file, with the lines on which its keys stand."""

    def __init__(self, file: Path, lines: Mapping[Place, int]) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []

    def add(
        self,
        place: Place,
        message: str,
        suggestion: str = "",
        *,
        deployment: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a problem at a place of the file."""
        line, key = line_of(self.lines, place), key_name(place)
        self.problems.append(Problem(self.file, line, key, message, suggestion, deployment, severity))


class Table:
    """The keys of one table; what is of the wrong type reads as absent and is noted.

    Args:
        values: the table.
        place: where it is in the file.
        notes: where problems go.
        deployment: the deployment that problems concern.
    """

    def __init__(self, values: Mapping[str, object], place: Place, notes: Notes, deployment: str | None = None) -> None:
        self.values = values
        self.place = place
        self.notes = notes
        self.deployment = deployment
        self.faulty = False

    def wrong(self, key: str, message: str, suggestion: str = "", *, warning: bool = False) -> None:
        """Note a problem with a key; with the whole table when the key is empty."""
        place = (*self.place, key) if key else self.place
        severity = Severity.WARNING if warning else Severity.ERROR
        self.faulty = self.faulty or not warning
        self.notes.add(place, message, suggestion, deployment=self.deployment, severity=severity)

    def line(self, key: str) -> int | None:
        """The line on which the key stands."""
        return line_of(self.notes.lines, (*self.place, key))

    def text(self, key: str) -> str | None:
        """A text that is not empty."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self._mistyped(key, value, _("text"), _("Put it in quotes."))
        elif not value.strip():
            self.wrong(key, _("is empty"), _("Give it a value or remove the line."))
        else:
            return value
        return None

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        unquoted = isinstance(value, str) and value.lower() in {"true", "false"}
        self._mistyped(key, value, _("true or false"), _("Write it without quotes.") if unquoted else "")
        return default

    def seconds(self, key: str, *, least: float) -> float | None:
        """A number of seconds, not below `least`."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            hint = _("Write it without quotes, in seconds.") if isinstance(value, str) else ""
            self._mistyped(key, value, _("a number"), hint)
        elif not least <= value < math.inf:
            message = _("must be {least:g} or more, in seconds")
            self.wrong(key, message.format(least=least))
        else:
            return float(value)
        return None

    def count(self, key: str) -> int | None:
        """A whole number, 1 or more."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            hint = _("Write it without quotes.") if isinstance(value, str) else ""
            self._mistyped(key, value, _("a whole number"), hint)
        elif not isinstance(value, int) or value < 1:
            self.wrong(key, _("must be a whole number, 1 or more"))
        else:
            return value
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.values.get(key)
        if value is None:
            return ()
        hint = _('Write it like this: {key} = ["one", "two"]').format(key=key)
        if not isinstance(value, list):
            self._mistyped(key, value, _("a list of texts"), hint)
        elif not all(isinstance(entry, str) for entry in value):
            self.wrong(key, _("expected a list of texts, but not all of it is text"), hint)
        else:
            return tuple(sanitize(entry) for entry in value)
        return ()

    def _mistyped(self, key: str, value: object, expected: str, hint: str) -> None:
        message = _("expected {expected}, not {found}")
        self.wrong(key, message.format(expected=expected, found=type_name(value)), hint)


def key_name(place: Place) -> str:
    """The name of a key for users, such as `deployments[2].url`; tables are counted from 1."""
    name = ""
    for part in place:
        if isinstance(part, int):
            name += f"[{part + 1}]"
        else:
            name += f".{sanitize(part)}" if name else sanitize(part)
    return name


def type_name(value: object) -> str:
    """The type of a TOML value in words."""
    match value:
        case bool():
            return _("true or false")
        case str():
            return _("text")
        case int() | float():
            return _("a number")
        case list():
            return _("a list")
        case dict():
            return _("a table")
    return _("a date or time")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant."""
    found = difflib.get_close_matches(word.lower(), tuple(known), n=1)
    return found[0] if found else None


def one_of(choices: Iterable[str]) -> str:
    """What is wrong with a value that is none of these."""
    return _("must be one of {known}").format(known=", ".join(choices))


def did_you_mean(word: str | None) -> str:
    """The question that suggests a word; empty without one."""
    return _("Did you mean '{word}'?").format(word=word) if word else ""
