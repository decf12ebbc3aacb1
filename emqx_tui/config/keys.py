"""The keys of the configuration file. Reading, editing, showing and the schema all go by these tables."""

from enum import Enum
from typing import Final, NamedTuple

from emqx_tui.config.model import LOG_LEVELS, THEMES, Api, Confirm, Settings
from emqx_tui.i18n import N_


class Kind(Enum):
    """What a key's value is."""

    TEXT = "text"
    ADDRESS = "address"
    FILE = "file"
    CHOICE = "choice"
    COLOUR = "colour"
    FLAG = "flag"
    SECONDS = "seconds"
    COUNT = "count"
    TEXTS = "texts"
    TABLES = "tables"
    TABLE = "table"
    KEYS = "keys"


class Key(NamedTuple):
    """One key.

    Attributes:
        name: as it stands in the file.
        kind: what its value is.
        about: what it is for, marked for translation.
        alias: another name that means the same; empty when there is none.
        default: what holds when it is left out; None when nothing does.
        required: whether it must not be left out.
        secret: whether it says where the secret is; a deployment has one of these at most.
        grave: whether a misspelling must not go unheeded, for the deployment would be less safe than its owner
            believes.
        choices: the values that there are, when they are few.
        mistaken: what other programs call it.
    """

    name: str
    kind: Kind
    about: str
    alias: str = ""
    default: object = None
    required: bool = False
    secret: bool = False
    grave: bool = False
    choices: tuple[str, ...] = ()
    mistaken: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names that the file may use for it."""
        return (self.name, self.alias) if self.alias else (self.name,)


LEAST_REFRESH: Final = 1.0
"""Seconds between two looks at a deployment, at least."""

COLOUR_PATTERN: Final = "#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-z][a-z_0-9]*"
"""What a colour looks like: a name, `#rgb` or `#rrggbb`."""

SETTING_KEYS: Final = (
    Key(
        name="refresh",
        kind=Kind.SECONDS,
        about=N_("Seconds between two looks at the deployment that is open."),
        default=Settings().refresh,
    ),
    Key(
        name="theme",
        kind=Kind.CHOICE,
        about=N_("The colours; auto takes what suits the terminal."),
        default=Settings().theme,
        choices=THEMES,
    ),
    Key(name="ascii", kind=Kind.FLAG, about=N_("Draw with ASCII only; found out by the terminal when left out.")),
    Key(name="utc", kind=Kind.FLAG, about=N_("Show times in UTC rather than in this machine's zone."), default=False),
    Key(
        name="max_bulk",
        kind=Kind.COUNT,
        about=N_("How many things one action may touch at most."),
        default=Settings().max_bulk,
    ),
    Key(
        name="log_level",
        kind=Kind.CHOICE,
        about=N_("From which level on something is written into the log file; debug has every request."),
        default=Settings().log_level,
        choices=LOG_LEVELS,
    ),
    Key(name="keys", kind=Kind.KEYS, about=N_("Keys of your own, by what they do.")),
    Key(name="platform", kind=Kind.TABLE, about=N_("The EMQX Cloud account whose deployments are shown as well.")),
    Key(name="deployments", kind=Kind.TABLES, about=N_("The EMQX clusters, EMQX Cloud deployments and NanoMQ.")),
)
"""The keys at the top of the file."""

DEPLOYMENT_KEYS: Final = (
    Key(name="name", kind=Kind.TEXT, about=N_("Yours to choose; each is used once."), required=True),
    Key(
        name="url",
        kind=Kind.ADDRESS,
        about=N_("The address of the HTTP API, without user and password."),
        required=True,
        mistaken=("host", "address", "base_url", "endpoint"),
    ),
    Key(
        name="app_id",
        kind=Kind.TEXT,
        about=N_("The App ID, which EMQX 5 calls the API key."),
        alias="api_key",
        mistaken=("user", "username", "login"),
    ),
    Key(
        name="app_secret",
        kind=Kind.TEXT,
        about=N_("The secret itself; nobody else may read the file."),
        alias="api_secret",
        secret=True,
        grave=True,
        mistaken=("password", "passwd", "token"),
    ),
    Key(
        name="app_secret_env",
        kind=Kind.TEXT,
        about=N_("The environment variable that holds the secret."),
        alias="api_secret_env",
        secret=True,
        grave=True,
    ),
    Key(
        name="app_secret_file",
        kind=Kind.TEXT,
        about=N_("The file that holds the secret."),
        alias="api_secret_file",
        secret=True,
        grave=True,
    ),
    Key(
        name="app_secret_command",
        kind=Kind.TEXT,
        about=N_("The command that prints the secret; it runs without a shell."),
        alias="api_secret_command",
        secret=True,
        grave=True,
    ),
    Key(
        name="app_secret_keyring",
        kind=Kind.TEXT,
        about=N_("The entry of the system's keyring: service, or service:user."),
        alias="api_secret_keyring",
        secret=True,
        grave=True,
    ),
    Key(
        name="api",
        kind=Kind.CHOICE,
        about=N_("What answers there; auto finds out."),
        default=Api.AUTO.value,
        choices=tuple(Api),
    ),
    Key(
        name="ca_file",
        kind=Kind.FILE,
        about=N_("Certificates of the authorities to trust instead of the usual ones."),
        grave=True,
    ),
    Key(name="client_cert", kind=Kind.FILE, about=N_("A certificate to show, for servers that ask for one.")),
    Key(name="client_key", kind=Kind.FILE, about=N_("The key of client_cert, unless that holds it.")),
    Key(
        name="verify",
        kind=Kind.FLAG,
        about=N_("Check the server's certificate."),
        default=True,
        grave=True,
        mistaken=("insecure", "skip_verify", "tls_verify", "ssl_verify"),
    ),
    Key(
        name="allow_http",
        kind=Kind.FLAG,
        about=N_("Send the secret over unencrypted http."),
        default=False,
        grave=True,
    ),
    Key(name="proxy", kind=Kind.ADDRESS, about=N_("An HTTP proxy, without user and password.")),
    Key(
        name="dashboard",
        kind=Kind.ADDRESS,
        about=N_("The address of the dashboard, {page} where the page goes; of EMQX 5 it is known from url."),
    ),
    Key(name="refresh", kind=Kind.SECONDS, about=N_("Seconds between two looks at this deployment.")),
    Key(
        name="write",
        kind=Kind.FLAG,
        about=N_("Allow actions that change something; without it the deployment is only read."),
        default=False,
        grave=True,
        mistaken=("read_only", "readonly"),
    ),
    Key(
        name="confirm",
        kind=Kind.CHOICE,
        about=N_("What is wanted before an action: ask, or name for this deployment's name typed."),
        default=Confirm.ASK.value,
        choices=tuple(Confirm),
        grave=True,
    ),
    Key(
        name="max_bulk",
        kind=Kind.COUNT,
        about=N_("How many things one action may touch at most in this deployment."),
        grave=True,
    ),
    Key(name="colour", kind=Kind.COLOUR, about=N_("A name, or #rrggbb, for telling deployments apart.")),
    Key(name="tags", kind=Kind.TEXTS, about=N_("Words to filter the list of deployments by."), default=()),
    Key(
        name="platform_id",
        kind=Kind.TEXT,
        about=N_("Its id in the EMQX Cloud account, where it has another name there."),
    ),
)
"""The keys of a deployment's table."""

_SHARED = ("app_id", "ca_file", "verify", "allow_http", "proxy")

PLATFORM_KEYS: Final = (
    Key(
        name="url",
        kind=Kind.ADDRESS,
        about=N_("The address of the platform API, which ends with /public_api/v1; the console shows it."),
        required=True,
        mistaken=("host", "address", "base_url", "endpoint"),
    ),
    *(key for key in DEPLOYMENT_KEYS if key.secret or key.name in _SHARED),
)
"""The keys of the account's table. Key and secret are called as in a deployment's."""

SECRET_KEYS: Final = tuple(
    [key.name for key in DEPLOYMENT_KEYS if key.secret] + [key.alias for key in DEPLOYMENT_KEYS if key.secret]
)
"""The keys that say where a secret is, with the names that EMQX 4 and EMQX 5 have for it."""

PLATFORM_NAMES: Final = tuple(name for key in PLATFORM_KEYS for name in key.names)
"""Every key that the account's table may have."""

DEPLOYMENT_NAMES: Final = tuple(name for key in DEPLOYMENT_KEYS for name in key.names)
"""Every key that a deployment's table may have."""


def key_called(name: str) -> Key | None:
    """The key of a deployment's table that has this name, or has it as its other name."""
    return next((key for key in DEPLOYMENT_KEYS if name in key.names), None)
