"""A ranked statement of what is wrong, as ids and values: words are put to it where it is shown."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Severity(StrEnum):
    """How bad it is."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"


RANK = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
"""Worst first."""


class Finding(NamedTuple):
    """One thing that is wrong.

    Attributes:
        rule: Stable id of the rule that found it, such as `node.stopped`.
        subject: The node's name, or empty for the whole deployment.
        values: The evidence by name; texts are sanitised.
        since: Seconds since 1970 by our clock, or None when not known.
        exact: False when it was already so at the first look, so that `since` is an upper bound.
    """

    rule: str
    severity: Severity
    subject: str = ""
    values: Mapping[str, str | int | float | None] = MappingProxyType({})
    since: float | None = None
    exact: bool = True


def ranked(findings: list[Finding]) -> tuple[Finding, ...]:
    """Worst first, then the newest first, then by name, so that equal ones keep their order from poll to poll."""
    return tuple(sorted(findings, key=lambda one: (RANK[one.severity], -(one.since or 0.0), one.rule, one.subject)))
