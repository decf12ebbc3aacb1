"""`emqx-tui RESOURCE …`: rows of a kind, printed."""

import argparse
import asyncio
import io
import sys
import textwrap
from typing import TYPE_CHECKING, Any, Final

from emqx_tui.command_line import UNREAD, USAGE, chosen_deployments, nothing_configured, parser_for, start_log
from emqx_tui.i18n import _


if TYPE_CHECKING:
    from emqx_tui.config import Deployment
    from emqx_tui.report.wish import Wish
    from emqx_tui.resources.spec import Resource

DEPLOYMENTS: Final = "deployments"
"""The command that prints the fleet: its rows are deployments, so it is none of the resources of one."""

OUTPUTS: Final = ("table", "wide", "json", "jsonl", "csv")
"""The words after `-o`. They are those of `resources.formats`, which need not be imported for the usage."""

WATCH: Final = 5.0
"""Seconds between two prints unless told otherwise."""


def command_parser(name: str) -> argparse.ArgumentParser:
    """The parser of `emqx-tui nodes` and of all others."""
    made = parser_for(name, _about(name), epilog=_epilog(name))
    made.add_argument("names", nargs="*", metavar="DEPLOYMENT", help=_("which ones (default: all)"))
    made.add_argument("-o", "--output", choices=OUTPUTS, default="table", help=_("the format (default: table)"))
    made.add_argument(
        "--columns", default="", metavar="A,B", help=_("only these: columns of a table, keys of json, jsonl and csv")
    )
    made.add_argument("--sort", default="", metavar="COLUMN", help=_("the order; with - before it descending"))
    made.add_argument("--filter", default="", metavar="TEXT", help=_("only rows with this: eu queue>100 status!=up"))
    asked = _resource(name).asked
    about = _("have the broker filter by this") if asked is not None and asked.filters else argparse.SUPPRESS
    made.add_argument("--find", default="", metavar="NAME=VALUE", help=about)
    made.add_argument("--limit", type=_count, metavar="N", help=_("print N rows, and ask for no more than it takes"))
    made.add_argument(
        "--watch",
        nargs="?",
        type=_seconds,
        const=WATCH,
        metavar="SECONDS",
        help=_("print again and again (default: every {count} seconds)").format(count=f"{WATCH:.0f}"),
    )
    made.add_argument(
        "--curl", action="store_true", help=_("print the requests as curl commands, and send none of them")
    )
    return made


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(_("a number from 1 on"))
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1.0 <= seconds <= 86400.0:
        raise argparse.ArgumentTypeError(_("seconds, 1 to 86400"))
    return seconds


def _resource(name: str) -> "Resource[Any]":
    if name == DEPLOYMENTS:
        from emqx_tui.resources.deployments import DEPLOYMENTS as FLEET  # noqa: PLC0415  of no other command

        return FLEET
    from emqx_tui.resources import named  # noqa: PLC0415  for this command alone

    return named(name)


def _about(name: str) -> str:
    if name == DEPLOYMENTS:
        return _("Print the deployments themselves; without a name all of them.")
    return _("Print {what} of deployments; without a name of every deployment.").format(what=name)


def _epilog(name: str) -> str:
    """What there is to name in the options: columns, what the broker can filter by, keys."""
    resource = _resource(name)
    asked = resource.asked
    lines = [_("columns, for --columns, --sort and --filter:")]
    lines += _terms([(column.id, _(column.about)) for column in resource.columns])
    if resource.problem is not None:
        lines += _terms([("problems", _("the worst first; for --sort only"))])
    if asked is not None and asked.filters:
        lines += ["", _("what the broker itself can filter by, for --find:")]
        for one in asked.filters:
            choices = f" ({', '.join(one.choices)})" if one.choices else ""
            lines += _terms([(f"{one.id}=", _(one.about) + choices)])
    lines += ["", _("keys of json, jsonl and csv, for --columns:")]
    lines += textwrap.wrap(", ".join(resource.fields), 98, initial_indent="  ", subsequent_indent="  ")
    lines += ["", _("examples:"), *(f"  {line}" for line in _examples(name, resource))]
    return "\n".join(lines)


def _terms(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"  {term:<17} {about}" for term, about in pairs]


def _examples(name: str, resource: "Resource[Any]") -> list[str]:
    told = [column for column in resource.columns if column.title]
    numbers = [column.id for column in told if column.align == "right"]
    examples = [f"emqx-tui {name} prod-eu"]
    if numbers:
        examples.append(f"emqx-tui {name} --sort -{numbers[0]} --limit 20 --columns {told[0].id},{numbers[0]}")
        examples.append(f"emqx-tui {name} prod-eu --filter '{numbers[0]}>10' -o jsonl")
    else:
        examples.append(f"emqx-tui {name} prod-eu -o jsonl")
    if resource.asked is not None and resource.asked.filters:
        one = resource.asked.filters[0]
        examples.append(f"emqx-tui {name} prod-eu --find '{one.id}={one.choices[0] if one.choices else 'pump'}'")
    return examples


def _curl(resource: "Resource[Any]", chosen: "list[Deployment]", wish: "Wish") -> int:
    from emqx_tui.config import state_dir  # noqa: PLC0415
    from emqx_tui.fleet.state_file import ROSTERS, StateFiles  # noqa: PLC0415
    from emqx_tui.report.curl import curl  # noqa: PLC0415

    return asyncio.run(curl(resource, chosen, wish, files=StateFiles(state_dir() / ROSTERS), out=sys.stdout))


def run(options: argparse.Namespace, name: str) -> int:
    """Print the rows.

    Returns:
        0 done, 1 a deployment could not be read, 2 usage or configuration.
    """
    from emqx_tui.report.wish import Mistaken, Wish, checked  # noqa: PLC0415  for who gets so far

    resource = _resource(name)
    wish = Wish(options.output, sort=options.sort, find=options.find, limit=options.limit, watch=options.watch)
    try:
        wish = checked(resource, wish, columns=options.columns, filtered=options.filter)
    except Mistaken as mistake:
        sys.stderr.write(f"{mistake}\n")
        return USAGE
    loaded, chosen = chosen_deployments(options)
    if options.curl:
        return _curl(resource, chosen, wish)
    if loaded is not None and not chosen:
        sys.stderr.write(nothing_configured(loaded.path) + "\n")
        return USAGE
    from emqx_tui.config import state_dir  # noqa: PLC0415
    from emqx_tui.fleet.state_file import ROSTERS, StateFiles  # noqa: PLC0415

    if resource.asked is None:
        from emqx_tui.report.one_shot import show as printed  # noqa: PLC0415
    else:
        from emqx_tui.report.stream import stream as printed  # noqa: PLC0415

    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that lacks a character shows another one in its place; nothing is left out for it.
        sys.stdout.reconfigure(errors="replace")
    start_log(options, loaded, written=bool(options.log_file or options.log_level))
    files = StateFiles(state_dir() / ROSTERS)
    code = asyncio.run(printed(resource, chosen, wish, files=files, out=sys.stdout, err=sys.stderr))
    sys.stdout.flush()
    left_out = loaded is not None and bool(loaded.errors) and not (options.names or options.deployment)
    return max(UNREAD, code) if left_out else code
