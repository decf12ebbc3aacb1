"""`emqx-tui config …`: the configuration file from the command line, without a screen."""

import argparse
import getpass
import json
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from emqx_tui.command_line import DONE, SECRET_VARIABLE, USAGE, nothing_configured, parser_for
from emqx_tui.config import Api, ConfigError, Confirm, Secret, config_path, load
from emqx_tui.config.draft import Draft
from emqx_tui.config.keys import DEPLOYMENT_KEYS
from emqx_tui.i18n import N_, _, ngettext
from emqx_tui.text import sanitize


_UNSET: Final = tuple(key.name for key in DEPLOYMENT_KEYS if not key.required)
_SECRETS: Final = tuple(key.name for key in DEPLOYMENT_KEYS if key.secret)


class _Refusal(Exception):
    """What cannot be done, said for the user."""


def command_parser() -> argparse.ArgumentParser:
    """The parser of `emqx-tui config`."""
    made = parser_for("config", _("See and change the configuration."), one=False)
    configure(made)
    return made


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `emqx-tui config` its commands.

    Options of a deployment that the caller has read already, such as `--url`, are kept as they are in the namespace.
    """
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND", title=_("commands"))

    def command(name: str, about: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=about, description=about, allow_abbrev=False)

    command("path", _("print where the configuration is"))
    command("check", _("tell what is wrong with the configuration"))
    adding = command("add", _("add a deployment"))
    adding.add_argument("name", metavar="NAME", help=_("yours to choose; each is used once"))
    editing = command("edit", _("change a deployment; what is not given stays"))
    editing.add_argument("name", metavar="NAME", help=_("the deployment's name"))
    editing.add_argument("--rename", metavar="NEW", help=_("its new name"))
    editing.add_argument(
        "--unset",
        metavar="KEY",
        action="append",
        choices=_UNSET,
        help=_("remove a key: {keys}").format(keys=", ".join(_UNSET)),
    )
    for each in (adding, editing):
        _add_options(each)
    _add_secret_options(adding)
    _add_secret_options(editing).add_argument(
        "--ask-secret",
        action="store_true",
        help=_("ask for the secret, or read it from {variable}").format(variable=SECRET_VARIABLE),
    )
    removing = command("remove", _("remove a deployment"))
    removing.add_argument("name", metavar="NAME", help=_("the deployment's name"))
    removing.add_argument("--yes", action="store_true", help=_("do not ask"))
    showing = command("show", _("print the configuration with its secrets masked"))
    showing.add_argument("name", metavar="NAME", nargs="?", help=_("only this deployment"))
    command("schema", _("print a JSON schema of the configuration file, for editors"))
    command("keys", _("print what keys can do, for the configuration's table [keys]"))


def run(options: argparse.Namespace) -> int:
    """Do what the command says.

    Returns:
        0 done, 2 usage or configuration.
    """
    try:
        return _COMMANDS[options.what](options)
    except (ConfigError, _Refusal) as error:
        _say(str(error))
        return USAGE


# Options


_TEXTS: Final = (
    ("--url", "url", "URL", N_("the API's address, such as http://127.0.0.1:18083/api/v5")),
    ("--app-id", "app_id", "ID", N_("App ID or API key")),
    ("--proxy", "proxy", "URL", N_("an HTTP proxy")),
    ("--dashboard", "dashboard", "URL", N_("the EMQX dashboard")),
    ("--colour", "colour", "COLOUR", N_("a name, or #rrggbb")),
    ("--platform-id", "platform_id", "ID", N_("its id in the EMQX Cloud account, where it has another name there")),
)
_FILES: Final = (
    ("--ca-file", "ca_file", N_("trust this certificate authority")),
    ("--client-cert", "client_cert", N_("show this certificate")),
    ("--client-key", "client_key", N_("the key of the certificate")),
)
_FLAGS: Final = (
    ("--no-verify", "no_verify", N_("do not verify the server's certificate")),
    ("--allow-http", "allow_http", N_("allow plain HTTP to another machine")),
    ("--write", "write", N_("allow actions in it that change something")),
)


def _values(kind: type[StrEnum]) -> tuple[str, ...]:
    """The words, as argparse is to print them when none of them was given."""
    return tuple(one.value for one in kind)


def _add_options(parser: argparse.ArgumentParser) -> None:
    # Without a default nothing overwrites what the caller has put into the namespace.
    group = parser.add_argument_group(_("the deployment"), argument_default=argparse.SUPPRESS)
    for flag, name, value, about in _TEXTS:
        group.add_argument(flag, dest=name, metavar=value, help=_(about))
    group.add_argument("--api", choices=_values(Api), help=_("what answers there"))
    for flag, name, about in _FILES:
        group.add_argument(flag, dest=name, type=Path, metavar="FILE", help=_(about))
    for flag, name, about in _FLAGS:
        group.add_argument(flag, dest=name, action="store_true", default=argparse.SUPPRESS, help=_(about))
    group.add_argument("--confirm", choices=_values(Confirm), help=_("what is wanted before an action"))
    group.add_argument("--max-bulk", type=int, metavar="N", help=_("how many things one action may touch"))
    group.add_argument("--refresh", type=float, metavar="N", help=_("seconds between two looks at it"))
    group.add_argument(
        "--tag", action="append", metavar="T", help=_("a word to filter by; may be given more than once")
    )


def _add_secret_options(parser: argparse.ArgumentParser) -> "argparse._MutuallyExclusiveGroup":
    group = parser.add_argument_group(
        _("where the secret is"), _("It is never an argument: the command line can be read by others.")
    ).add_mutually_exclusive_group()
    group.add_argument("--secret-env", metavar="VAR", help=_("in this environment variable"))
    group.add_argument("--secret-file", metavar="FILE", type=Path, help=_("in this file"))
    group.add_argument("--secret-command", metavar="CMD", help=_("what this command prints"))
    group.add_argument("--secret-keyring", metavar="SERVICE", help=_("in the system's keyring"))
    return group


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The keys that options were given for, as a draft has them."""
    told = vars(options)
    names = (*(name for _flag, name, _value, _about in _TEXTS), "api", "refresh", "confirm", "max_bulk")
    values = {name: told.get(name) for name in names}
    values |= {name: _path(told[name]) for _flag, name, _about in _FILES if told.get(name) is not None}
    values |= {
        "tags": tuple(told["tag"]) if told.get("tag") else None,
        "verify": False if told.get("no_verify") else None,
    }
    values |= {name: told.get(name) or None for name in ("allow_http", "write")}
    return {name: value for name, value in values.items() if value is not None}


def _path(path: Path) -> str:
    """The path as the file is to have it: there, relative ones begin elsewhere than on the command line."""
    return str(path) if str(path).startswith("~") else str(path.absolute())


def _source(options: argparse.Namespace) -> dict[str, Any]:
    """Where the options say that the secret is; empty when they do not."""
    file = None if options.secret_file is None else _path(options.secret_file)
    values = {
        "app_secret_env": options.secret_env,
        "app_secret_file": file,
        "app_secret_command": options.secret_command,
        "app_secret_keyring": options.secret_keyring,
    }
    return {name: value for name, value in values.items() if value is not None}


def _asked() -> Secret:
    if os.environ.get(SECRET_VARIABLE):
        return Secret(os.environ[SECRET_VARIABLE])
    if not sys.stdin.isatty():
        message = _("There is no secret: set {variable}, or say where it is with --secret-env or --secret-command.")
        raise _Refusal(message.format(variable=SECRET_VARIABLE))
    try:
        secret = Secret(getpass.getpass(_("AppSecret or API secret: "), stream=sys.stderr))
    except EOFError:
        secret = Secret("")
    if not secret:
        raise _Refusal(_("No secret was given, and nothing was changed."))
    return secret


# Commands


def _where(options: argparse.Namespace) -> int:
    sys.stdout.write(f"{config_path(options.config)}\n")
    return DONE


def _check(options: argparse.Namespace) -> int:
    loaded = load(options.config)
    for problem in loaded.problems:
        _say(str(problem))
    if not loaded.exists:
        raise _Refusal(nothing_configured(loaded.path))
    count = len(loaded.settings.deployments)
    told = ngettext("{path}: {count} deployment can be used", "{path}: {count} deployments can be used", count)
    sys.stdout.write(told.format(path=loaded.path, count=count) + "\n")
    if loaded.settings.platform is not None:
        account = _("{path}: the EMQX Cloud account can be asked: emqx-tui account")
        sys.stdout.write(account.format(path=loaded.path) + "\n")
    return USAGE if loaded.errors else DONE


def _add(options: argparse.Namespace) -> int:
    from emqx_tui.config.edit import add  # noqa: PLC0415

    given = {**_given(options), **_source(options)}
    if "url" not in given:
        raise _Refusal(_("A deployment needs the address of its API: --url https://…"))
    if "app_id" in given and not given.keys() & set(_SECRETS):
        given["app_secret"] = _asked()
    path = config_path(options.config)
    draft = Draft(name=options.name, **given)
    add(path, draft)
    _say(_("{name} was added to {path}.").format(name=sanitize(draft.name), path=sanitize(str(path))))
    _remind(draft, given)
    return DONE


def _edit(options: argparse.Namespace) -> int:
    from emqx_tui.config.edit import change, read_draft  # noqa: PLC0415

    path = config_path(options.config)
    source = _source(options)
    changes: dict[str, Any] = dict.fromkeys(options.unset or ())
    changes |= _given(options)
    if options.rename is not None:
        changes["name"] = options.rename
    if not (changes or source or options.ask_secret):
        raise _Refusal(_("Nothing to change: say what, as in --refresh 10. All there is: emqx-tui config edit --help"))
    base = read_draft(path, options.name)
    if options.ask_secret:
        source = {"app_secret": _asked()}
    if source:
        changes |= {**dict.fromkeys(_SECRETS), **source}
    draft = replace(base, **changes)
    change(path, options.name, draft, base=base)
    _say(_("{name} was changed in {path}.").format(name=sanitize(draft.name), path=sanitize(str(path))))
    _remind(draft, source)
    return DONE


def _remind(draft: Draft, given: dict[str, Any]) -> None:
    """A keyring's entry is named in the file, but put into the keyring by hand."""
    if "app_secret_keyring" not in given or draft.app_secret_keyring is None:
        return
    service, _colon, user = draft.app_secret_keyring.partition(":")
    words = " ".join(shlex.quote(sanitize(word)) for word in (service, user or draft.app_id or ""))
    _say(_("Unless the secret is in the keyring already, put it there: keyring set {words}").format(words=words))


def _remove(options: argparse.Namespace) -> int:
    from emqx_tui.config.edit import remove  # noqa: PLC0415
    from emqx_tui.config.show import show  # noqa: PLC0415

    path, name = config_path(options.config), sanitize(options.name)
    if not options.yes:
        shown = show(path, options.name)
        if not sys.stdin.isatty():
            raise _Refusal(_("There is no terminal to ask on whether to remove {name}: add --yes.").format(name=name))
        sys.stderr.write(shown + _("Remove {name} from {path}? [y/N] ").format(name=name, path=sanitize(str(path))))
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise _Refusal(_("Nothing was removed."))
    remove(path, options.name)
    _say(_("{name} was removed from {path}.").format(name=name, path=sanitize(str(path))))
    return DONE


def _show(options: argparse.Namespace) -> int:
    from emqx_tui.config.show import show  # noqa: PLC0415

    sys.stdout.write(show(config_path(options.config), options.name))
    return DONE


def _schema(_options: argparse.Namespace) -> int:
    from emqx_tui.config.schema import schema  # noqa: PLC0415

    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
    return DONE


def _keys(_options: argparse.Namespace) -> int:
    from emqx_tui.keyboard.listing import listing  # noqa: PLC0415

    sys.stdout.write(listing())
    return DONE


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "path": _where,
    "check": _check,
    "add": _add,
    "edit": _edit,
    "remove": _remove,
    "show": _show,
    "schema": _schema,
    "keys": _keys,
}


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
