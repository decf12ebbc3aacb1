"""The command line: argparse chooses a command, and only then is imported what the command needs."""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from emqx_tui import __version__
from emqx_tui.command_line import (
    DONE,
    SECRET_VARIABLE,
    SESSION,
    UNREAD,
    USAGE,
    add_session_flags,
    common,
    deployments_of,
    parser_for,
    start_log,
    unknown,
)
from emqx_tui.i18n import _
from emqx_tui.resources import NAMES


Run = Callable[[argparse.Namespace], int]
"""Does what a command says; what it returns is the program's exit code."""

MakeParser = Callable[[], argparse.ArgumentParser]
"""Makes the parser of a command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Returns:
        0 done, 1 a deployment could not be read, 2 usage or configuration.
    """
    words = _joined(sys.argv[1:] if arguments is None else arguments)
    if any(
        word.split("=")[0].rstrip("s") in {"--app-secret", "--secret", "--password", "--api-secret"} for word in words
    ):
        parser_for().error(
            _("a secret is never an argument: set {variable}, or wait for the question").format(
                variable=SECRET_VARIABLE
            )
        )
    options, rest = common().parse_known_args(words)
    first = next((word for word in rest if word not in SESSION), "")
    name = first if first in _COMMANDS else ""
    if name:
        rest.remove(name)
    run, parser_of = _COMMANDS.get(name, (_run_tui, _tui_parser))
    made = parser_of()
    # Names of deployments may stand between options.
    parse = made.parse_intermixed_args if name in _RESOURCES else made.parse_args
    parse(rest, namespace=options)
    if options.url and not options.app_id and name != "config":
        parser_for().error(_("--url needs --app-id: the AppID or API key"))
    if sys.stdout is None or sys.stderr is None:
        return USAGE
    try:
        code = run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _discard_output()
        return DONE
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _discard_output()
        sys.stderr.write(_("the output cannot be written: {reason}").format(reason=error.strerror) + "\n")
        return UNREAD
    return code


def _joined(words: Sequence[str]) -> list[str]:
    """The words, with `--sort -queue` as `--sort=-queue`, and `--watch prod` as `--watch=5 prod`.

    What begins with a dash would be taken for an option, and a deployment's name for seconds.
    """
    joined: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--sort" and left:
            word += "=" + left.pop(0)
        elif word == "--watch" and left and not left[0].startswith("-"):
            word += "=" + (left.pop(0) if left[0].replace(".", "", 1).isdigit() else "5")
        joined.append(word)
    return joined


def _discard_output() -> None:
    """Whoever read the output has seen enough; the interpreter must not complain about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tui_parser() -> argparse.ArgumentParser:
    made = parser_for(
        about=_("Watch EMQX clusters, EMQX Cloud deployments and NanoMQ in the terminal."),
        epilog=_(
            "commands:\n"
            "  emqx-tui RESOURCE [DEPLOYMENT ..] print rows as table, JSON or CSV, see emqx-tui nodes --help:\n"
            "    {resources}\n"
            "  emqx-tui account                 print the deployments of the EMQX Cloud account, configured or not\n"
            "  emqx-tui info [DEPLOYMENT ...]   print what belongs into a bug report, without secrets\n"
            "  emqx-tui demo                    watch a simulated fleet\n"
            "  emqx-tui demo serve              run only the simulated fleet\n"
            "  emqx-tui config add|edit|remove|show|schema|keys|path|check\n"
            "  emqx-tui journal [DEPLOYMENT ..] print what this program changed in deployments\n"
            "  emqx-tui state path|reset        where what is remembered is, and forgetting it"
        ).format(resources=",\n    ".join(", ".join(_RESOURCES[at : at + 7]) for at in range(0, len(_RESOURCES), 7))),
    )
    made.add_argument("name", nargs="?", metavar="DEPLOYMENT", help=_("open this deployment; none: the fleet"))
    add_session_flags(made)
    made.add_argument("--version", action="version", version=f"emqx-tui {__version__}")
    return made


def _run_tui(options: argparse.Namespace) -> int:
    from emqx_tui.tui.opening import no_terminal, on_screen  # noqa: PLC0415

    loaded, deployments = deployments_of(options)
    wanted = options.deployment or options.name
    refusal = no_terminal()
    # Without a terminal, too: a command that somebody mistyped in a script needs none.
    stranger = wanted is not None and wanted not in {deployment.name for deployment in deployments}
    if wanted is not None and stranger:
        unknown([wanted], deployments, loaded, () if options.deployment else tuple(_COMMANDS))
    if refusal:
        sys.stderr.write(refusal + "\n")
    if refusal or stranger:
        return USAGE
    from emqx_tui.config import Settings, state_dir  # noqa: PLC0415

    settings = Settings() if loaded is None else loaded.settings
    # That there is no file yet is no mistake here: the form makes it.
    problems = loaded.problems if loaded is not None and loaded.exists else ()

    def start(theme: str, ascii_only: bool) -> int:
        from emqx_tui.tui.run import run  # noqa: PLC0415

        return run(
            deployments,
            opened=deployments[0].name if options.url else wanted,
            problems=tuple(str(problem) for problem in problems),
            first_run=loaded is not None
            and not deployments
            and settings.platform is None
            and not (loaded.exists and loaded.errors),
            config_path=None if loaded is None else loaded.path,
            refresh=settings.refresh,
            state=state_dir(),
            log=start_log(options, loaded),
            theme=theme,
            ascii_only=ascii_only,
            keymap=settings.keys,
            write=options.write,
            max_bulk=settings.max_bulk,
            platform=settings.platform,
        )

    return on_screen(settings, start)


def _from(module: str) -> tuple[Run, MakeParser]:
    """A command's `run` and `command_parser`, out of a module that is imported when one of them is called."""

    def run(options: argparse.Namespace) -> int:
        code: int = import_module(f"emqx_tui.{module}").run(options)
        return code

    def command_parser() -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = import_module(f"emqx_tui.{module}").command_parser()
        return made

    return run, command_parser


def _of(name: str) -> tuple[Run, MakeParser]:
    """The command that prints rows of that name."""

    def run(options: argparse.Namespace) -> int:
        code: int = import_module("emqx_tui.resource_commands").run(options, name)
        return code

    def command_parser() -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = import_module("emqx_tui.resource_commands").command_parser(name)
        return made

    return run, command_parser


_RESOURCES: Final = (*NAMES, "deployments")

_COMMANDS: Final[dict[str, tuple[Run, MakeParser]]] = {
    "info": _from("info_command"),
    "account": _from("account_command"),
    "demo": _from("demo_command"),
    "config": _from("config_commands"),
    "state": _from("state_commands"),
    "journal": _from("journal_command"),
    **{name: _of(name) for name in _RESOURCES},
}
