"""The command line: argparse chooses a command, and only then is imported what the command needs."""

import argparse
import asyncio
import difflib
import errno
import getpass
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from emqx_tui import __version__
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


if TYPE_CHECKING:
    from emqx_tui.config import Deployment, Loaded, Secret
    from emqx_tui.logs import Log

DONE, UNREAD, USAGE = 0, 1, 2

SECRET_VARIABLE = "EMQX_TUI_APP_SECRET"  # noqa: S105  the name of a variable
"""The environment variable with the secret for `--url`."""

_APIS = ("auto", "v4", "v5", "nanomq")
_LEVELS = ("debug", "info", "warning", "error")
_SCENARIOS = ("healthy", "node-down", "node-hung", "large")


class _Parser(argparse.ArgumentParser):
    """argparse whose complaint never repeats a secret that was given as an argument."""

    def error(self, message: str) -> NoReturn:
        """Complain and exit with 2."""
        self.print_usage(sys.stderr)
        told = re.sub(r"(--?[\w-]+)=.*", r"\1=…", message)
        told = re.sub(r"(value: |choice: |explicit argument )'.*?'(?= \(choose|$)", r"\1…", told)
        self.exit(USAGE, f"{self.prog}: {sanitize(told)}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Returns:
        0 done, 1 a deployment could not be read, 2 usage or configuration.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if any(
        word.split("=")[0].rstrip("s") in {"--app-secret", "--secret", "--password", "--api-secret"} for word in words
    ):
        _parser().error(
            _("a secret is never an argument: set {variable}, or wait for the question").format(
                variable=SECRET_VARIABLE
            )
        )
    options, rest = _common().parse_known_args(words)
    run, parser = _COMMANDS.get(rest[0] if rest else "", (_run_tui, _tui_parser))
    told = rest if run is _run_tui else rest[1:]
    parser().parse_args(told, namespace=options)
    if options.url and not options.app_id and run is not _run_config:
        _parser().error(_("--url needs --app-id: the AppID or API key"))
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


def _discard_output() -> None:
    """Whoever read the output has seen enough; the interpreter must not complain about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# Parsers


def _common(*, one_deployment: bool = True) -> argparse.ArgumentParser:
    parser = _Parser(prog="emqx-tui", add_help=False, allow_abbrev=False, argument_default=None)
    parser.add_argument("--config", type=Path, metavar="FILE", help=_("the configuration file"))
    parser.add_argument("--log-file", type=Path, metavar="FILE", help=_("where to write the log"))
    parser.add_argument(
        "--log-level", type=str.lower, choices=_LEVELS, help=_("what is written into the log (default: info)")
    )
    parser.add_argument("-d", "--deployment", metavar="NAME", help=_("open this deployment, whatever its name"))
    if not one_deployment:
        return parser
    one = parser.add_argument_group(_("one deployment without a configuration file"))
    one.add_argument("--url", help=_("the API's address, such as http://127.0.0.1:18083/api/v5"))
    one.add_argument(
        "--app-id",
        metavar="ID",
        help=_("AppID or API key; the secret comes from {variable} or a question").format(variable=SECRET_VARIABLE),
    )
    one.add_argument("--api", choices=_APIS, help=_("what answers there (default: found out)"))
    one.add_argument("--allow-http", action="store_true", help=_("allow plain HTTP to another machine"))
    one.add_argument("--ca-file", type=Path, metavar="FILE", help=_("trust this certificate authority"))
    one.add_argument("--client-cert", type=Path, metavar="FILE", help=_("show this certificate"))
    one.add_argument("--client-key", type=Path, metavar="FILE", help=_("the key of the certificate"))
    one.add_argument("--no-verify", action="store_true", help=_("do not verify the server's certificate"))
    return parser


def _parser(command: str = "", about: str = "", *, epilog: str = "", one: bool = True) -> argparse.ArgumentParser:
    return _Parser(
        prog=f"emqx-tui {command}".strip(),
        description=about,
        epilog=epilog,
        parents=[_common(one_deployment=one)],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _tui_parser() -> argparse.ArgumentParser:
    parser = _parser(
        about=_("Watch EMQX clusters, EMQX Cloud deployments and NanoMQ in the terminal."),
        epilog=_(
            "commands:\n"
            "  emqx-tui nodes [DEPLOYMENT ...]  print the nodes as table, JSON or CSV\n"
            "  emqx-tui info [DEPLOYMENT ...]   print what belongs into a bug report, without secrets\n"
            "  emqx-tui demo                    watch a simulated fleet\n"
            "  emqx-tui demo serve              run only the simulated fleet\n"
            "  emqx-tui config add|edit|remove|show|schema|keys|path|check\n"
            "  emqx-tui state path|reset        where what is remembered is, and forgetting it"
        ),
    )
    parser.add_argument("name", nargs="?", metavar="DEPLOYMENT", help=_("open this deployment; none: the fleet"))
    parser.add_argument("--version", action="version", version=f"emqx-tui {__version__}")
    return parser


def _nodes_parser() -> argparse.ArgumentParser:
    parser = _parser("nodes", _("Print the nodes of deployments, all at once; without a name of every deployment."))
    parser.add_argument("names", nargs="*", metavar="DEPLOYMENT")
    parser.add_argument("-o", "--output", choices=("table", "json", "csv"), default="table")
    return parser


def _info_parser() -> argparse.ArgumentParser:
    parser = _parser("info", _("Print what a bug report should say; it holds no secrets."))
    parser.add_argument("names", nargs="*", metavar="DEPLOYMENT")
    return parser


def _demo_parser() -> argparse.ArgumentParser:
    about = _("Watch a simulated fleet, or with `serve` run only the fleet and print its addresses.")
    parser = _parser("demo", about, one=False)
    parser.add_argument("serve", nargs="?", choices=("serve",), help=_("only the simulated brokers, in the foreground"))
    parser.add_argument("--scenario", choices=_SCENARIOS, default="healthy")
    parser.add_argument("--nodes", type=int, metavar="N", help=_("nodes of the largest cluster"))
    parser.add_argument("--port", type=int, default=0, metavar="N", help=_("the first port (default: free ones)"))
    return parser


def _config_parser() -> argparse.ArgumentParser:
    from emqx_tui.config_commands import configure  # noqa: PLC0415

    parser = _parser("config", _("See and change the configuration."), one=False)
    configure(parser)
    return parser


def _state_parser() -> argparse.ArgumentParser:
    from emqx_tui.state_commands import configure  # noqa: PLC0415

    return configure(_parser("state", _("What is remembered between two runs: see where, and forget it."), one=False))


# Commands


def _run_tui(options: argparse.Namespace) -> int:
    from emqx_tui.tui.opening import no_terminal, on_screen  # noqa: PLC0415

    refusal = no_terminal()
    if refusal:
        sys.stderr.write(refusal + "\n")
        return USAGE
    loaded, deployments = _deployments(options)
    wanted = options.deployment or options.name
    if wanted is not None and wanted not in {deployment.name for deployment in deployments}:
        return _unknown([wanted], deployments, loaded)
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
            first_run=loaded is not None and not deployments and not (loaded.exists and loaded.errors),
            config_path=None if loaded is None else loaded.path,
            refresh=settings.refresh,
            state=state_dir(),
            log=_log(options, loaded),
            theme=theme,
            ascii_only=ascii_only,
            keymap=settings.keys,
        )

    return on_screen(settings, start)


def _run_nodes(options: argparse.Namespace) -> int:
    loaded, chosen = _chosen(options)
    if loaded is not None and not chosen:
        from emqx_tui.config_commands import nothing_configured  # noqa: PLC0415

        sys.stderr.write(nothing_configured(loaded.path) + "\n")
        return USAGE
    from emqx_tui.config import state_dir  # noqa: PLC0415
    from emqx_tui.fleet.state_file import ROSTERS, StateFiles  # noqa: PLC0415
    from emqx_tui.report.one_shot import show  # noqa: PLC0415
    from emqx_tui.resources import NODES  # noqa: PLC0415

    _log(options, loaded, written=bool(options.log_file or options.log_level))
    files = StateFiles(state_dir() / ROSTERS)
    code = asyncio.run(show(NODES, chosen, output=options.output, files=files, out=sys.stdout, err=sys.stderr))
    sys.stdout.flush()
    left_out = loaded is not None and bool(loaded.errors) and not (options.names or options.deployment)
    return max(UNREAD, code) if left_out else code


def _run_info(options: argparse.Namespace) -> int:
    from emqx_tui.config import config_path  # noqa: PLC0415
    from emqx_tui.report.info import show  # noqa: PLC0415

    loaded, chosen = _chosen(options)
    return asyncio.run(
        show(
            chosen,
            config=config_path(options.config) if loaded is None else loaded.path,
            log=_log(options, loaded, written=False),
            out=sys.stdout,
        )
    )


def _run_demo(options: argparse.Namespace) -> int:
    if options.serve:
        from emqx_tui.demo.serve import serve  # noqa: PLC0415

        return serve(options.scenario, nodes=options.nodes, port=options.port)
    from emqx_tui.tui.opening import no_terminal, on_screen  # noqa: PLC0415

    refusal = no_terminal()
    if refusal:
        sys.stderr.write(refusal + "\n")
        return USAGE
    if not 0 <= options.port <= 65530 or not 1 <= (options.nodes or 1) <= 1000:
        _demo_parser().error(_("--port goes from 1 to 65530, --nodes from 1 to 1000"))
    from emqx_tui.config import Settings  # noqa: PLC0415

    def start(theme: str, ascii_only: bool) -> int:
        from emqx_tui.tui.run import run_demo  # noqa: PLC0415

        return run_demo(
            options.scenario,
            nodes=options.nodes,
            port=options.port,
            opened=options.deployment,
            log=_log(options, None),
            theme=theme,
            ascii_only=ascii_only,
        )

    return on_screen(Settings(), start)


def _run_config(options: argparse.Namespace) -> int:
    from emqx_tui.config_commands import run  # noqa: PLC0415

    return run(options)


def _run_state(options: argparse.Namespace) -> int:
    from emqx_tui.state_commands import run  # noqa: PLC0415

    return run(options)


_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], Callable[[], argparse.ArgumentParser]]] = {
    "nodes": (_run_nodes, _nodes_parser),
    "info": (_run_info, _info_parser),
    "demo": (_run_demo, _demo_parser),
    "config": (_run_config, _config_parser),
    "state": (_run_state, _state_parser),
}


# What they share


def _deployments(options: argparse.Namespace) -> "tuple[Loaded | None, list[Deployment]]":
    from emqx_tui.config import load  # noqa: PLC0415

    if options.url:
        return None, [_ad_hoc(options)]
    loaded = load(options.config)
    return loaded, list(loaded.settings.deployments)


def _chosen(options: argparse.Namespace) -> "tuple[Loaded | None, list[Deployment]]":
    """The deployments that are named, each once, or all; ends the program at a name that is unknown."""
    loaded, deployments = _deployments(options)
    known = {deployment.name: deployment for deployment in deployments}
    names = list(dict.fromkeys([*options.names, *([options.deployment] if options.deployment else [])]))
    missing = [name for name in names if name not in known]
    if missing:
        raise SystemExit(_unknown(missing, deployments, loaded))
    for problem in () if loaded is None else loaded.problems:
        sys.stderr.write(f"{problem}\n")
    return loaded, [known[name] for name in names] or deployments


def _ad_hoc(options: argparse.Namespace) -> "Deployment":
    from urllib.parse import urlsplit  # noqa: PLC0415

    from emqx_tui.api.address import repair  # noqa: PLC0415
    from emqx_tui.config import Api, Deployment, InlineSecret  # noqa: PLC0415
    from emqx_tui.domain.errors import BadAddress  # noqa: PLC0415

    url: str = options.url
    try:
        place = urlsplit(repair(url).bases[0]).netloc
    except BadAddress as error:
        # The URL itself is not repeated: a password may stand in it.
        _parser().error(_("--url cannot be used: {reason}").format(reason=error.detail))
    return Deployment(
        name=sanitize(place),
        url=url,
        app_id=options.app_id,
        secret=InlineSecret(_ask_secret(sanitize(place))),
        api=Api(options.api or "auto"),
        ca_file=options.ca_file,
        client_cert=options.client_cert,
        client_key=options.client_key,
        verify=not options.no_verify,
        allow_http=options.allow_http,
    )


def _ask_secret(place: str) -> "Secret":
    from emqx_tui.config import Secret  # noqa: PLC0415

    if SECRET_VARIABLE in os.environ:
        return Secret(os.environ[SECRET_VARIABLE])
    if not sys.stdin.isatty():
        sys.stderr.write(_("Set {variable} to the AppSecret or API secret.").format(variable=SECRET_VARIABLE) + "\n")
        raise SystemExit(USAGE)
    return Secret(getpass.getpass(_("AppSecret or API secret for {place}: ").format(place=place), stream=sys.stderr))


def _unknown(names: Sequence[str], deployments: "Sequence[Deployment]", loaded: "Loaded | None") -> int:
    for problem in () if loaded is None else loaded.problems:
        sys.stderr.write(f"{problem}\n")
    known = [deployment.name for deployment in deployments]
    for name in names:
        close = difflib.get_close_matches(name, known, n=1)
        advice = _("Did you mean {name}?").format(name=close[0]) if close else ""
        listed = advice or _("There are: {names}.").format(names=", ".join(known) or _("none"))
        sys.stderr.write(
            _("No deployment or command {name}. {advice}").format(name=sanitize(name), advice=listed) + "\n"
        )
    return USAGE


def _log(options: argparse.Namespace, loaded: "Loaded | None", *, written: bool = True) -> "Log":
    """The log, which is written from now on if it can be; what is wrong with it is told."""
    from emqx_tui.config import Settings, log_dir  # noqa: PLC0415
    from emqx_tui.logs import choose, silence, start  # noqa: PLC0415

    settings = Settings() if loaded is None else loaded.settings
    log = choose(options.log_file or log_dir() / "emqx-tui.log", options.log_level, settings.log_level)
    log = start(log) if written else silence(log)
    sys.stderr.writelines(f"{problem}\n" for problem in log.problems)
    return log
