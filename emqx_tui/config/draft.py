"""A deployment as it is to stand in the configuration file: plain values under the file's own names."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self

from emqx_tui.config.keys import DEPLOYMENT_KEYS, Kind
from emqx_tui.config.model import Deployment
from emqx_tui.config.secrets import (
    CommandSecret,
    EnvironmentSecret,
    FileSecret,
    InlineSecret,
    KeyringSecret,
    Secret,
    SecretSource,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One deployment's table, not checked yet. None is a key that does not stand in the file.

    What the keys mean is said in `keys.DEPLOYMENT_KEYS`. Of the `app_secret` keys one at most is given.
    """

    name: str
    url: str
    app_id: str | None = None
    app_secret: Secret | None = None
    app_secret_env: str | None = None
    app_secret_file: str | None = None
    # A command line may hold a password; a repr ends up in logs.
    app_secret_command: str | None = field(default=None, repr=False)
    app_secret_keyring: str | None = None
    api: str | None = None
    ca_file: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    verify: bool | None = None
    allow_http: bool | None = None
    proxy: str | None = None
    dashboard: str | None = None
    refresh: float | None = None
    write: bool | None = None
    confirm: str | None = None
    max_bulk: int | None = None
    colour: str | None = None
    tags: tuple[str, ...] | None = None
    platform_id: str | None = None

    @classmethod
    def of(cls, source: Deployment | Mapping[str, object]) -> Self:
        """What a deployment, or its table in the file, says; values of a wrong type are left out.

        Args:
            source: the deployment or the table. A table keeps what it says as it says it; of a deployment, what is
                a default counts as left out, and its files come with their whole path.
        """
        values = _plain(source) if isinstance(source, Deployment) else source
        found: dict[str, object] = {}
        for key in DEPLOYMENT_KEYS:
            given = [values[name] for name in key.names if name in values]
            found[key.name] = _typed(key.kind, given[0]) if given else None
        secret = found["app_secret"]
        found["app_secret"] = Secret(secret) if isinstance(secret, str) else None
        texts = {name: found[name] if isinstance(found[name], str) else "" for name in ("name", "url")}
        # The kind of every value was looked at by the table of keys, which mypy cannot follow.
        return cls(**{**found, **texts})  # type: ignore[arg-type]

    def values(self) -> dict[str, object]:
        """The table that this is. The secret in it is plain text: hand it to nobody."""
        values: dict[str, object] = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, Secret):
                values[entry.name] = value.reveal()
            elif value is not None:
                values[entry.name] = list(value) if isinstance(value, tuple) else value
        return values


def _typed(kind: Kind, value: object) -> object:
    """The value, None when it is not of the kind."""
    match kind:
        case Kind.FLAG:
            return value if isinstance(value, bool) else None
        case Kind.SECONDS:
            return value if isinstance(value, int | float) and not isinstance(value, bool) else None
        case Kind.COUNT:
            return value if isinstance(value, int) and not isinstance(value, bool) else None
        case Kind.TEXTS:
            fits = isinstance(value, list | tuple) and all(isinstance(entry, str) for entry in value)
            return tuple(value) if fits and isinstance(value, list | tuple) else None
        case _:
            return value if isinstance(value, str) else None


def _plain(deployment: Deployment) -> dict[str, object]:
    """The table that says what the deployment says, without defaults."""
    values: dict[str, object] = {}
    for key in DEPLOYMENT_KEYS:
        value = None if key.secret else getattr(deployment, key.name)
        if value is not None and value != key.default:
            values[key.name] = str(value) if key.kind is Kind.FILE or key.choices else value
    if deployment.secret is not None:
        name, text = _source(deployment.secret, deployment.app_id)
        values[name] = text
    return values


def _source(source: SecretSource, app_id: str | None) -> tuple[str, str]:
    match source:
        case InlineSecret(secret):
            return "app_secret", secret.reveal()
        case EnvironmentSecret(variable):
            return "app_secret_env", variable
        case FileSecret(path):
            return "app_secret_file", str(path)
        case CommandSecret(program, arguments):
            return "app_secret_command", shlex.join((program, *arguments))
        case KeyringSecret(service, user):
            return "app_secret_keyring", service if user == (app_id or "") else f"{service}:{user}"
