"""What every command of the command line shares: the options of all, the deployments that are meant, the log."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from emqx_tui.i18n import _
from emqx_tui.text import sanitize


if TYPE_CHECKING:
    from emqx_tui.config import Deployment, Loaded, Secret
    from emqx_tui.logs import Log

DONE: Final = 0
UNREAD: Final = 1
USAGE: Final = 2
"""What the program exits with: done, a deployment could not be read, usage or configuration."""

SECRET_VARIABLE: Final = "EMQX_TUI_APP_SECRET"  # noqa: S105  the name of a variable
"""The environment variable with the secret, for `--url` and for whoever has no terminal to be asked on."""

LEVELS: Final = ("debug", "info", "warning", "error")
"""The values of `--log-level`. The configuration has them, too, but need not be imported for the usage."""

_APIS: Final = ("auto", "v4", "v5", "nanomq")


class Parser(argparse.ArgumentParser):
    """argparse whose complaint never repeats a secret that was given as an argument."""

    def error(self, message: str) -> NoReturn:
        """Complain and exit with 2."""
        self.print_usage(sys.stderr)
        told = re.sub(r"(--?[\w-]+)=.*", r"\1=…", message)
        told = re.sub(r"(value: |choice: |explicit argument )'.*?'(?= \(choose|$)", r"\1…", told)
        self.exit(USAGE, f"{self.prog}: {sanitize(told)}\n")


def common(*, one_deployment: bool = True) -> argparse.ArgumentParser:
    """A parser of the options that come with every command, before or after its name.

    Args:
        one_deployment: Whether the options that describe a deployment on the command line are among them.
    """
    parser = Parser(prog="emqx-tui", add_help=False, allow_abbrev=False, argument_default=None)
    parser.add_argument("--config", type=Path, metavar="FILE", help=_("the configuration file"))
    parser.add_argument("--log-file", type=Path, metavar="FILE", help=_("where to write the log"))
    parser.add_argument(
        "--log-level", type=str.lower, choices=LEVELS, help=_("what is written into the log (default: info)")
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


def parser_for(command: str = "", about: str = "", *, epilog: str = "", one: bool = True) -> argparse.ArgumentParser:
    """The parser of a command; `one` is `one_deployment` of `common`."""
    return Parser(
        prog=f"emqx-tui {command}".strip(),
        description=about,
        epilog=epilog,
        parents=[common(one_deployment=one)],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


SESSION: Final = ("--write", "--read-only")
"""The flags that `add_session_flags` adds."""


def add_session_flags(parser: argparse.ArgumentParser) -> None:
    """Let the parser take `--write` and `--read-only`: `options.write` is then True, False or, with neither, None."""
    session = parser.add_mutually_exclusive_group()
    about = _("allow actions in all deployments, whatever the configuration says; the screen says so")
    session.add_argument("--write", action="store_const", const=True, default=None, help=about)
    about = _("only read, whatever the configuration says")
    session.add_argument("--read-only", action="store_const", const=False, default=None, dest="write", help=about)


def deployments_of(options: argparse.Namespace) -> "tuple[Loaded | None, list[Deployment]]":
    """All deployments there are, in the file's order; without a file the one that the options describe."""
    from emqx_tui.config import load  # noqa: PLC0415

    if options.url:
        return None, [_ad_hoc(options)]
    loaded = load(options.config)
    return loaded, list(loaded.settings.deployments)


def chosen_deployments(options: argparse.Namespace) -> "tuple[Loaded | None, list[Deployment]]":
    """The deployments that are named, each once, or all; ends the program at a name that is unknown."""
    loaded, deployments = deployments_of(options)
    known = {deployment.name: deployment for deployment in deployments}
    names = list(dict.fromkeys([*options.names, *([options.deployment] if options.deployment else [])]))
    missing = [name for name in names if name not in known]
    if missing:
        raise SystemExit(unknown(missing, deployments, loaded))
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
        parser_for().error(_("--url cannot be used: {reason}").format(reason=error.detail))
    return Deployment(
        name=sanitize(place),
        url=url,
        app_id=options.app_id,
        # What only tells of requests needs no secret.
        secret=None if getattr(options, "curl", False) else InlineSecret(_ask_secret(sanitize(place))),
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
    import getpass  # noqa: PLC0415  for who is asked

    return Secret(getpass.getpass(_("AppSecret or API secret for {place}: ").format(place=place), stream=sys.stderr))


def unknown(
    names: Sequence[str], deployments: "Sequence[Deployment]", loaded: "Loaded | None", commands: Sequence[str] = ()
) -> int:
    """Tell that there are no deployments of these names, and which ones there are; `commands` may be meant, too.

    Returns:
        What the program exits with.
    """
    import difflib  # noqa: PLC0415  for who mistyped

    for problem in () if loaded is None else loaded.problems:
        sys.stderr.write(f"{problem}\n")
    known = [deployment.name for deployment in deployments]
    for name in names:
        close = difflib.get_close_matches(name, [*known, *commands], n=1)
        advice = _("Did you mean {name}?").format(name=close[0]) if close else ""
        listed = advice or _("There are: {names}.").format(names=", ".join(known) or _("none"))
        sys.stderr.write(
            _("No deployment or command {name}. {advice}").format(name=sanitize(name), advice=listed) + "\n"
        )
    return USAGE


def start_log(options: argparse.Namespace, loaded: "Loaded | None", *, written: bool = True) -> "Log":
    """The log, which is written from now on if it can be and is `written`; what is wrong with it is told."""
    from emqx_tui.config import Settings, log_dir  # noqa: PLC0415
    from emqx_tui.logs import choose, silence, start  # noqa: PLC0415

    settings = Settings() if loaded is None else loaded.settings
    log = choose(options.log_file or log_dir() / "emqx-tui.log", options.log_level, settings.log_level)
    log = start(log) if written else silence(log)
    sys.stderr.writelines(f"{problem}\n" for problem in log.problems)
    return log


def nothing_configured(path: Path) -> str:
    """What to tell whoever asks for deployments where there are none."""
    return _(
        "No deployment is configured in {path}. Add one with: emqx-tui config add, or use --url and --app-id, "
        "or try: emqx-tui demo"
    ).format(path=path)
