"""One deployment's table of the configuration file, and that of the account, checked."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from emqx_tui.config.keys import (
    COLOUR_PATTERN,
    DEPLOYMENT_KEYS,
    DEPLOYMENT_NAMES,
    LEAST_REFRESH,
    PLATFORM_NAMES,
    SECRET_KEYS,
    key_called,
)
from emqx_tui.config.model import Api, Confirm, Deployment, Platform
from emqx_tui.config.paths import expanded, is_file
from emqx_tui.config.secrets import (
    EnvironmentSecret,
    FileSecret,
    InlineSecret,
    KeyringSecret,
    Secret,
    SecretSource,
    split_command,
)
from emqx_tui.config.table import Table, did_you_mean, nearest, one_of
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


_MEANT = {word: key.name for key in DEPLOYMENT_KEYS for word in key.mistaken}
_GRAVE = frozenset(name for key in DEPLOYMENT_KEYS if key.grave for name in key.names)

CLOUD = (".emqx.cloud", ".emqxsl.com", ".emqxsl.cn", ".mqttce.net")
"""What the hosts of EMQX Cloud end with."""

_SCHEME_ONLY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:/|$)")
_COLOUR = re.compile(COLOUR_PATTERN)


def read_deployment(table: Table, folder: Path) -> Deployment | None:
    """The deployment of a table, None when something in it is wrong; what is wrong is noted.

    Args:
        table: the deployment's table.
        folder: where relative paths in it begin.
    """
    name = _name(table)
    _unknown_keys(table, DEPLOYMENT_NAMES)
    url = _address(table, "url")
    if "url" not in table.values:
        table.wrong("", _("url is missing"), _('Add the address of the API: url = "https://…"'))
    app_id = _app_id(table)
    secret = _secret(table, app_id, folder)
    client_cert = _file(table, "client_cert", folder)
    client_key = _file(table, "client_key", folder)
    if "client_key" in table.values and "client_cert" not in table.values:
        table.wrong("client_key", _("is of no use without client_cert"), _("Add client_cert or remove it."))
    deployment = Deployment(
        name=name or "",
        url=url or "",
        app_id=app_id,
        secret=secret,
        api=_api(table),
        ca_file=_file(table, "ca_file", folder),
        client_cert=client_cert,
        client_key=client_key,
        verify=_flag(table, "verify"),
        allow_http=_flag(table, "allow_http"),
        proxy=_address(table, "proxy"),
        dashboard=_address(table, "dashboard"),
        refresh=table.seconds("refresh", least=LEAST_REFRESH),
        write=_flag(table, "write"),
        confirm=_confirm(table),
        max_bulk=table.count("max_bulk"),
        colour=_colour(table),
        tags=table.texts("tags"),
        platform_id=table.text("platform_id"),
    )
    return None if table.faulty else deployment


def read_platform(table: Table, folder: Path) -> Platform | None:
    """The account of its table, None when something in it is wrong; what is wrong is noted.

    Args:
        table: the account's table.
        folder: where relative paths in it begin.
    """
    _unknown_keys(table, PLATFORM_NAMES)
    url, app_id = _address(table, "url"), _app_id(table)
    secret = _secret(table, app_id, folder)
    if "url" not in table.values:
        table.wrong("", _("url is missing"), _('Add the address of the platform API: url = "https://…/public_api/v1"'))
    if not {"app_id", "api_key"} & table.values.keys():
        table.wrong("", _("app_id is missing"), _("Add the platform API key, which the console shows once."))
    elif not set(SECRET_KEYS) & table.values.keys():
        table.wrong("", _("the secret is missing"), _("Add app_secret_command, or another place of the secret."))
    ca_file, proxy = _file(table, "ca_file", folder), _address(table, "proxy")
    verify, allow_http = _flag(table, "verify"), _flag(table, "allow_http")
    if table.faulty or url is None or app_id is None or secret is None:
        return None
    return Platform(
        url=url, app_id=app_id, secret=secret, ca_file=ca_file, verify=verify, allow_http=allow_http, proxy=proxy
    )


def _name(table: Table) -> str | None:
    if "name" not in table.values:
        table.wrong("", _("name is missing"), _('Add one that is not in use yet: name = "…"'))
        return None
    name = table.text("name")
    if name is None:
        return None
    name = name.strip()
    table.deployment = sanitize(name)
    if sanitize(name) != name:
        table.wrong("name", _("holds characters that cannot be shown, or is too long"), _("Choose a plain name."))
    return name


def _unknown_keys(table: Table, known: tuple[str, ...]) -> None:
    for key in table.values:
        if key in known:
            continue
        meant = _MEANT.get(key.lower()) or nearest(key, known)
        table.wrong(key, _("unknown key"), did_you_mean(meant), warning=meant not in _GRAVE)


def _address(table: Table, key: str) -> str | None:
    """An http or https address. No message repeats it, for a password may be in it."""
    text = table.text(key)
    if text is None:
        return None
    text = text.strip()
    if "@" in text:
        why = _("must not hold a user or password, for addresses are shown and logged")
        hint = _("Use app_id and app_secret_command instead.") if key == "url" else _("Use a proxy without one.")
        table.wrong(key, why, hint)
        return None
    if "://" not in text and not _SCHEME_ONLY.match(text):
        text = _completed(text)
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0 and text.isprintable() and " " not in text
    except ValueError:
        parts, usable = None, False
    if parts is None or not usable:
        table.wrong(key, _("is no address"), _("It looks like this: https://host:port/path"))
    elif parts.scheme not in {"http", "https"}:
        table.wrong(key, _("must begin with https:// or http://"), _("It is the address of the HTTP API."))
    else:
        return text
    return None


def _completed(address: str) -> str:
    """An address that came without its protocol: https for what looks like EMQX Cloud, else http."""
    host = address.partition("/")[0]
    name, _colon, port = host.partition(":")
    return f"https://{address}" if port == "8443" or name.endswith(CLOUD) else f"http://{address}"


def _app_id(table: Table) -> str | None:
    if "app_id" in table.values and "api_key" in table.values:
        table.wrong("api_key", _("is another name of app_id, and both are given"), _("Remove one of them."))
    return table.text("app_id" if "app_id" in table.values else "api_key")


def _secret(table: Table, app_id: str | None, folder: Path) -> SecretSource | None:
    given = [key for key in SECRET_KEYS if key in table.values]
    if not given:
        return None
    key, *others = given
    if others:
        message = _("more than one secret is given: {keys}").format(keys=", ".join(given))
        table.wrong(others[-1], message, _("Keep one of them."))
        return None
    if not {"app_id", "api_key"} & table.values.keys():
        table.wrong(key, _("a secret is given, but no app_id"), _("Add the App ID or API key that it belongs to."))
    text = table.text(key)
    return None if text is None else _source(table, key, text, app_id, folder)


def _source(table: Table, key: str, text: str, app_id: str | None, folder: Path) -> SecretSource | None:
    """Where the secret is. No message repeats the text, for it may be a secret put in the wrong place."""
    match key.removeprefix("app_secret").removeprefix("api_secret"):
        case "_env":
            return EnvironmentSecret(text)
        case "_file":
            return FileSecret(expanded(Path(text), folder))
        case "_command":
            try:
                return split_command(text)
            except ValueError:
                table.wrong(key, _("is no command: a quote is not closed, or there is no word in it"))
                return None
        case "_keyring":
            service, _colon, user = text.partition(":")
            return KeyringSecret(service, user or app_id or "")
    return InlineSecret(Secret(text))


def _api(table: Table) -> Api:
    text = table.text("api")
    if text is None:
        return Api.AUTO
    try:
        return Api(text)
    except ValueError:
        table.wrong("api", one_of(Api), did_you_mean(nearest(text, Api)))
        return Api.AUTO


def _confirm(table: Table) -> Confirm:
    text = table.text("confirm")
    if text is None:
        return Confirm.ASK
    try:
        return Confirm(text)
    except ValueError:
        table.wrong("confirm", one_of(Confirm), did_you_mean(nearest(text, Confirm)))
        return Confirm.ASK


def _file(table: Table, key: str, folder: Path) -> Path | None:
    text = table.text(key)
    if text is None:
        return None
    path = expanded(Path(text), folder)
    if not is_file(path):
        message = _("there is no file {path}, or it cannot be reached").format(path=sanitize(str(path)))
        table.wrong(key, message, _("Relative paths begin at the configuration file's folder."))
    return path


def _flag(table: Table, name: str) -> bool:
    key = key_called(name)
    return table.flag(name, default=key is not None and key.default is True)


def _colour(table: Table) -> str | None:
    text = table.text("colour")
    if text is None or _COLOUR.fullmatch(text):
        return text
    table.wrong("colour", _("is no colour"), _("It is a name such as red, or #rrggbb."), warning=True)
    return None
