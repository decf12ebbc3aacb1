"""`emqx-tui state …`: what is remembered between two runs, from the command line."""

import argparse
import sys
from typing import Final

from emqx_tui.command_line import DONE, USAGE, parser_for
from emqx_tui.config import load, state_dir
from emqx_tui.fleet.account import NAME as ACCOUNT
from emqx_tui.fleet.state_file import ROSTERS, StateFiles
from emqx_tui.i18n import _, ngettext
from emqx_tui.text import sanitize
from emqx_tui.tui.views_file import NAME, Document, NotKept, ViewsFile, forget, lines_of, tables


FAILED: Final = 1


def command_parser() -> argparse.ArgumentParser:
    """The parser of `emqx-tui state`."""
    made = parser_for("state", _("What is remembered between two runs: see where, and forget it."), one=False)
    commands = made.add_subparsers(dest="what", required=True, metavar="COMMAND", title=_("commands"))
    where = _("print the directory of what is remembered")
    commands.add_parser("path", help=where, description=where, allow_abbrev=False)
    about = _("forget what was set on the screens: sorting, columns, detail pane, and what was typed at the prompts")
    resetting = commands.add_parser(
        "reset",
        help=about,
        description=about,
        allow_abbrev=False,
        epilog=_("A program that runs meanwhile keeps what it knows, and writes it when something is set in it."),
    )
    resetting.add_argument("name", metavar="DEPLOYMENT", nargs="?", help=_("only of this deployment"))
    resetting.add_argument(
        "--all", action="store_true", help=_("forget the nodes too: those that died are then unknown")
    )
    return made


def run(options: argparse.Namespace) -> int:
    """Do what the command says.

    Returns:
        0 done, 1 it could not be done, 2 usage.
    """
    if options.what == "path":
        sys.stdout.write(f"{state_dir()}\n")
        return DONE
    name = options.name or options.deployment
    try:
        return _reset(options.all) if name is None else _reset_one(options, name)
    except NotKept as error:
        _say(_("{path} stays as it is: {reason}").format(path=state_dir() / NAME, reason=error))
    except OSError as error:
        _say(_("{path} cannot be deleted: {reason}").format(path=error.filename, reason=error.strerror))
    return FAILED


def _reset(everything: bool) -> int:
    file = ViewsFile(state_dir() / NAME)
    there = file.path.exists()
    try:
        held = file.read()
    except NotKept:
        held = {}
    file.remove()
    told = _told(held)
    if there and not told:
        told = [_("{path}, which held nothing").format(path=file.path)]
    if everything and (count := StateFiles(state_dir() / ROSTERS).forget_all()):
        told.append(_("the nodes of {count} deployments").format(count=count))
    account = state_dir() / ACCOUNT
    if everything and account.exists():
        account.unlink(missing_ok=True)
        told.append(_("the deployments of the account"))
    _tell(told)
    return DONE


def _told(held: Document) -> list[str]:
    """What the file remembers, in words."""
    names = [name for name, _views in tables(held.get("deployments"))]
    screens = [*([_("the fleet")] if tables(held.get("fleet")) else []), *names]
    lines = sum(len(one) for one in lines_of(held).values())
    typed = ngettext("{count} line typed at the prompts", "{count} lines typed at the prompts", lines)
    return [
        *([_("what was set on the screens of {names}").format(names=", ".join(screens))] if screens else []),
        *([typed.format(count=lines)] if lines else []),
    ]


def _reset_one(options: argparse.Namespace, name: str) -> int:
    file = ViewsFile(state_dir() / NAME)
    remembered = [one for one, _views in tables(file.read().get("deployments"))]
    configured = {one.name: one.url for one in load(options.config).settings.deployments}
    told = []
    if name in remembered:
        file.change([forget(name)])
        told.append(_("what was set on the screens of {names}").format(names=name))
    others = [(one, url) for one, url in configured.items() if one != name]
    if options.all and StateFiles(state_dir() / ROSTERS).forget_all(name, but=others):
        told.append(_("the nodes of {name}").format(name=name))
    if not told and name not in configured:
        known = ", ".join(dict.fromkeys([*configured, *remembered])) or _("none")
        advice = _("No deployment {name}. There are: {names}.")
        _say(advice.format(name=name, names=known))
        return USAGE
    _tell(told)
    return DONE


def _tell(forgotten: list[str]) -> None:
    if forgotten:
        _say(_("Forgotten: {what}.").format(what="; ".join(forgotten)))
    else:
        _say(_("Nothing was remembered."))


def _say(text: str) -> None:
    sys.stderr.write(f"{sanitize(text)}\n")
