"""What the configuration file says, checked and typed."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from emqx_tui.config.secrets import SecretSource
from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP, Keymap


THEMES = ("auto", "dark", "light", "contrast", "colourblind", "terminal")
"""The values of `theme`."""

LOG_LEVELS = ("debug", "info", "warning", "error")
"""The values of `log_level`, from the one that writes the most down."""


class Api(StrEnum):
    """The kind of API that a deployment speaks; AUTO finds out by asking."""

    AUTO = "auto"
    V4 = "v4"
    V5 = "v5"
    NANOMQ = "nanomq"


class Confirm(StrEnum):
    """What an action is confirmed by: ASK wants one key or click, NAME the deployment's name typed."""

    ASK = "ask"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One configured EMQX cluster or service, or one NanoMQ.

    Attributes:
        name: unique, and safe to show.
        url: the API's address, `http` or `https`, without credentials in it.
        app_id: the App ID or API key; None asks without credentials.
        secret: where the App Secret is kept; None means that there is none.
        api: the kind of API.
        ca_file: certificates of the authorities to trust instead of the usual ones.
        client_cert: a certificate to show to the server; it may hold the key as well.
        client_key: the key of `client_cert`.
        verify: whether the server's certificate is checked.
        allow_http: whether credentials may be sent without encryption.
        proxy: the address of an HTTP proxy, without credentials in it.
        dashboard: the address of the EMQX dashboard, with `{page}` where the page goes; None derives it from `url`.
        refresh: seconds between two looks at this deployment; None means the usual ones.
        write: whether actions that change something are offered.
        confirm: what is wanted before an action.
        max_bulk: how many things one action may touch at most; None means as many as the settings say.
        colour: a colour's name or `#rrggbb`, for telling deployments apart.
        tags: words to filter by.
        platform_id: its id in the EMQX Cloud account; None means that its name there is the same.
    """

    name: str
    url: str
    app_id: str | None = None
    secret: SecretSource | None = None
    api: Api = Api.AUTO
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    verify: bool = True
    allow_http: bool = False
    proxy: str | None = None
    dashboard: str | None = None
    refresh: float | None = None
    write: bool = False
    confirm: Confirm = Confirm.ASK
    max_bulk: int | None = None
    colour: str | None = None
    tags: tuple[str, ...] = ()
    platform_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The platform API of an EMQX Cloud account, which lists its deployments.

    Attributes:
        url: the API's address, without credentials in it.
        app_id: the platform API key.
        secret: where its secret is kept.
        ca_file: certificates of the authorities to trust instead of the usual ones.
        verify: whether the server's certificate is checked.
        allow_http: whether credentials may be sent without encryption.
        proxy: the address of an HTTP proxy, without credentials in it.
    """

    url: str
    app_id: str
    secret: SecretSource
    ca_file: Path | None = None
    verify: bool = True
    allow_http: bool = False
    proxy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration.

    Attributes:
        refresh: seconds between two looks at the open deployment, at least 1.
        theme: a theme's name, or `auto` for what suits the terminal.
        ascii: whether nothing but ASCII is drawn; None finds out by the terminal.
        utc: whether times are shown in UTC rather than in the machine's zone.
        max_bulk: how many things one action may touch at most, where a deployment says nothing else.
        log_level: from which level on something is written into the log, one of `LOG_LEVELS`.
        keys: the keys that work, with those that the user has changed.
        platform: the EMQX Cloud account whose deployments are shown as well; None for none.
        deployments: in the file's order.
    """

    refresh: float = 5.0
    theme: str = "auto"
    ascii: bool | None = None
    utc: bool = False
    max_bulk: int = 20
    log_level: str = "info"
    keys: Keymap = DEFAULT_KEYMAP
    platform: Platform | None = None
    deployments: tuple[Deployment, ...] = ()
