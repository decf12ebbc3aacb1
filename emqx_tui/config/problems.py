"""What is wrong in the configuration file, said so that it can be put right."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from emqx_tui.text import sanitize


class Severity(StrEnum):
    """How much a problem takes away: an error its deployment, a warning nothing."""

    ERROR = "error"
    WARNING = "warning"


class Problem(NamedTuple):
    """One mistake in the configuration file. `str()` of it is a line for the user.

    Attributes:
        file: the configuration file.
        line: counted from 1; None when it concerns the whole file.
        key: such as `deployments[2].url`, counted from 1; empty when it concerns no key.
        message: what is wrong and why, without a full stop.
        suggestion: what to do, as a sentence; empty when the message says it.
        deployment: the name of the deployment that it concerns.
        severity: whether it leaves the deployment out.
    """

    file: Path
    line: int | None
    key: str
    message: str
    suggestion: str = ""
    deployment: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = sanitize(self.file.name)
        if self.line is not None:
            place = f"{place}:{self.line}"
        parts = [place, self.key, self.message] if self.key else [place, self.message]
        text = ": ".join(parts)
        return f"{text}. {self.suggestion}" if self.suggestion else text


class ConfigError(Exception):
    """The configuration cannot be used as it is; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
