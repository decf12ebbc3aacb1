"""`emqx-tui journal`: what was changed in deployments by this program, printed."""

import argparse
import csv
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from emqx_tui.command_line import DONE, UNREAD, parser_for
from emqx_tui.config import state_dir
from emqx_tui.domain.actions import Entry
from emqx_tui.fleet.journal import NAME, Journal, moment, record
from emqx_tui.i18n import N_, _
from emqx_tui.text import cell_width, fit, sanitize


_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def command_parser() -> argparse.ArgumentParser:
    """The parser of `emqx-tui journal`."""
    made = parser_for(
        "journal",
        _("Print what this program changed in deployments, the oldest first; times are in UTC."),
        one=False,
    )
    made.add_argument("names", nargs="*", metavar="DEPLOYMENT", help=_("only what was done in these"))
    made.add_argument("-o", "--output", choices=tuple(_FORMATS), default="table")
    made.add_argument(
        "--since",
        type=_since,
        metavar="WHEN",
        help=_("only what is not older: 90s, 15m, 2h, 3d, 1w, or a time such as 2026-11-22T09:00Z"),
    )
    made.add_argument("--limit", type=_limit, metavar="N", help=_("only the newest N"))
    return made


def _since(told: str) -> float:
    """The moment, in seconds since 1970."""
    if found := re.fullmatch(r"(\d{1,9})([smhdw])", told.strip().lower()):
        return time.time() - int(found[1]) * _SECONDS[found[2]]
    try:
        at = datetime.fromisoformat(told.strip())
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(_("expected a time span such as 2h, or a time")) from None


def _limit(told: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,8}", told.strip()):
        raise argparse.ArgumentTypeError(_("expected a whole number, 1 or more"))
    return int(told)


def run(options: argparse.Namespace) -> int:
    """Print the entries.

    Returns:
        0 done, also when there are none, 1 the journal cannot be read.
    """
    journal = Journal(state_dir() / NAME)
    # A deployment that was renamed or removed is not configured any more, but what was done in it stays.
    names = {sanitize(name) for name in [*options.names, *([options.deployment] if options.deployment else [])]}
    since = -1.0 if options.since is None else options.since
    try:
        found = [entry for entry in journal.entries() if entry.at >= since and (not names or entry.deployment in names)]
    except OSError as error:
        told = _("{path} cannot be read: {reason}").format(path=journal.path, reason=error.strerror or error)
        sys.stderr.write(f"{sanitize(told)}\n")
        return UNREAD
    if options.limit is not None:
        found = found[-options.limit :]
    if not found:
        sys.stderr.write(_("There are no entries.") + "\n")
    _FORMATS[options.output](found)
    return DONE


_COLUMNS: Final[Sequence[tuple[str, Callable[[Entry], str]]]] = (
    (N_("TIME"), lambda entry: f"{moment(entry.at)[:19]}Z"),
    (N_("DEPLOYMENT"), lambda entry: entry.deployment),
    (N_("USER"), lambda entry: entry.user),
    (N_("KEY"), lambda entry: entry.app_id),
    (N_("ACTION"), lambda entry: entry.action),
    (N_("OBJECT"), lambda entry: entry.object),
    (N_("OUTCOME"), lambda entry: entry.outcome.value),
    (N_("REASON"), lambda entry: entry.reason),
)


def _table(entries: Iterable[Entry]) -> None:
    lines = [[_(title) for title, _text in _COLUMNS], *([text(one) for _title, text in _COLUMNS] for one in entries)]
    if len(lines) == 1:
        return
    widths = [max(cell_width(line[at]) for line in lines) for at in range(len(_COLUMNS))]
    for line in lines:
        cells = [fit(text, width) for text, width in zip(line, widths, strict=True)]
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _json(entries: Iterable[Entry]) -> None:
    json.dump([record(entry) for entry in entries], sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _jsonl(entries: Iterable[Entry]) -> None:
    for entry in entries:
        sys.stdout.write(json.dumps(record(entry), ensure_ascii=False) + "\n")


def _csv(entries: Iterable[Entry]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_FIELDS)
    for entry in entries:
        told: Mapping[str, Any] = record(entry)
        writer.writerow([_field(told[name]) for name in _FIELDS])


def _field(value: object) -> object:
    """What a spreadsheet would take for a formula is marked as text: a client's id is chosen by the client."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t"} else value


_FIELDS: Final = ("time", "deployment", "user", "app_id", "action", "object", "request", "outcome", "reason", "seconds")

_FORMATS: Final[Mapping[str, Callable[[Iterable[Entry]], None]]] = {
    "table": _table,
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
}
"""By the word after `-o`."""
