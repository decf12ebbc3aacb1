"""What the form of a deployment holds: made from a draft, made into one, and checked as the loader checks the file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from emqx_tui.api.address import repair
from emqx_tui.config import Deployment, Problem, Secret
from emqx_tui.config.deployments import read_deployment
from emqx_tui.config.draft import Draft
from emqx_tui.config.table import Notes, Table
from emqx_tui.domain.errors import BadAddress
from emqx_tui.i18n import N_, _
from emqx_tui.text import sanitize


LONGEST: Final = 4096
"""Characters that a field takes."""


class Keep(StrEnum):
    """Where the secret is kept: the key of the file that says so."""

    INLINE = "app_secret"
    ENVIRONMENT = "app_secret_env"
    FILE = "app_secret_file"
    COMMAND = "app_secret_command"
    KEYRING = "app_secret_keyring"


PLACES: Final = (
    (Keep.INLINE, N_("the configuration file (mode 0600)"), "", ""),
    (Keep.ENVIRONMENT, N_("an environment variable"), N_("Variable"), "EMQX_PROD_EU_SECRET"),
    (Keep.FILE, N_("a file of its own"), N_("File"), "~/.config/emqx-prod-eu.secret"),
    (Keep.COMMAND, N_("a command that prints it"), N_("Command"), "pass show emqx/prod-eu"),
    (Keep.KEYRING, N_("the keyring of the system"), N_("Entry"), "emqx-tui/prod-eu"),
)
"""Where a secret may be kept: in words, what the reference to it is called, and an example of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The form's fields, as they are shown.

    Attributes:
        secret: The secret that was typed; empty when none was.
        reference: Where the secret is, for every `keep` but the file itself: a variable, a file, a command, an entry.
    """

    name: str = ""
    url: str = ""
    app_id: str = ""
    keep: Keep = Keep.INLINE
    secret: Secret = field(default_factory=lambda: Secret(""))
    # A command line may hold a password.
    reference: str = field(default="", repr=False)
    ca_file: str = ""
    verify: bool = True
    allow_http: bool = False
    colour: str = ""


FIELDS: Final[Mapping[str, str]] = {
    "name": "name",
    "url": "url",
    "app_id": "app_id",
    "api_key": "app_id",
    **dict.fromkeys(("app_secret", "api_secret"), "secret"),
    **{f"{stem}_{end}": "reference" for stem in ("app_secret", "api_secret") for end in ("env", "file", "command")},
    **dict.fromkeys(("app_secret_keyring", "api_secret_keyring"), "reference"),
    "ca_file": "ca_file",
    "colour": "colour",
}
"""Beside which field of the form a problem with a key of the file is told."""


def filled_from(draft: Draft) -> Filled:
    """How a draft looks in the form. No secret is shown."""
    keep = next((one for one in Keep if getattr(draft, one.value) is not None), Keep.INLINE)
    return Filled(
        name=_shown(draft.name),
        url=_shown(draft.url),
        app_id=_shown(draft.app_id),
        keep=keep,
        reference=reference_of(draft, keep),
        ca_file=_shown(draft.ca_file),
        verify=draft.verify is not False,
        allow_http=draft.allow_http is True,
        colour=_shown(draft.colour),
    )


def reference_of(draft: Draft, keep: Keep) -> str:
    """What the draft says of this place for the secret; for a keyring that it does not name, an entry of its own."""
    if keep is Keep.INLINE:
        return ""
    found = _shown(getattr(draft, keep.value))
    if found or keep is not Keep.KEYRING:
        return found
    # A colon would part the entry from its user.
    return f"emqx-tui/{draft.name.replace(':', '-')}" if draft.name else "emqx-tui"


def draft_of(filled: Filled, start: Draft) -> Draft:
    """The draft that the form makes of the one it started with. What the form does not show stays."""
    shown = filled_from(start)
    texts = {
        name: getattr(start, name) if getattr(filled, name) == getattr(shown, name) else getattr(filled, name) or None
        for name in ("app_id", "ca_file", "colour")
    }
    return replace(
        start,
        name=start.name if filled.name == shown.name else filled.name,
        url=start.url if filled.url == shown.url else filled.url,
        verify=start.verify if filled.verify == shown.verify else filled.verify,
        allow_http=start.allow_http if filled.allow_http == shown.allow_http else filled.allow_http,
        **texts,
        **_secret(filled, start, shown),
    )


def _secret(filled: Filled, start: Draft, shown: Filled) -> dict[str, Any]:
    keys: dict[str, Any] = dict.fromkeys(one.value for one in Keep)
    if filled.keep is not Keep.INLINE:
        untouched = filled.keep is shown.keep and filled.reference == shown.reference
        keys[filled.keep.value] = getattr(start, filled.keep.value) if untouched else filled.reference
    elif filled.secret:
        keys[Keep.INLINE.value] = filled.secret
    elif filled.app_id:
        keys[Keep.INLINE.value] = start.app_secret
    return keys


def checked(draft: Draft, path: Path) -> tuple[Deployment | None, tuple[Problem, ...]]:
    """The deployment that the draft makes in this file, and what is wrong with it."""
    notes = Notes(path, {})
    deployment = read_deployment(Table(draft.values(), (), notes), path.absolute().parent)
    return deployment, tuple(notes.problems)


def complaints(filled: Filled, draft: Draft, problems: Collection[Problem]) -> dict[str, str]:
    """What is wrong, by the field that it concerns; the empty name has what concerns none."""
    told: dict[str, str] = {}
    for problem in problems:
        key = problem.key.rpartition(".")[2]
        words = f"{problem.message}. {problem.suggestion}".strip()
        told.setdefault(FIELDS.get(key, ""), words if key in FIELDS or not key else f"{key}: {words}")
    for name, value in (("name", filled.name), ("url", filled.url)):
        if not value.strip():
            told[name] = _("is missing")
    if filled.keep is not Keep.INLINE and not filled.reference.strip():
        told["reference"] = _("is missing")
    if filled.keep is Keep.INLINE and draft.app_id and not draft.app_secret:
        told["secret"] = _("is missing. Type it, or choose where else it is kept.")
    return told


def asked_at(url: str) -> tuple[str, bool]:
    """What the URL is repaired to, or why it cannot be; and whether a secret would cross the network in clear."""
    try:
        address = repair(url)
    except BadAddress as error:
        return f"✖ {sanitize(error.detail)}", False
    return "→ " + ", ".join(address.bases), address.plain and not address.loopback


def _shown(text: str | None) -> str:
    return sanitize(text or "", LONGEST)
