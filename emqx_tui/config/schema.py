"""A JSON schema of the configuration file, for editors that complete and check TOML."""

from collections.abc import Sequence

from emqx_tui.config.keys import (
    COLOUR_PATTERN,
    DEPLOYMENT_KEYS,
    LEAST_REFRESH,
    PLATFORM_KEYS,
    SECRET_KEYS,
    SETTING_KEYS,
    Key,
    Kind,
)
from emqx_tui.i18n import _
from emqx_tui.keyboard import names, table


_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = r"\S"
_ADDRESS = r"^\s*(?:[Hh][Tt][Tt][Pp][Ss]?://)?(?![A-Za-z][A-Za-z0-9+.-]*:/)[^@\s/][^@\s]*\s*$"


def schema() -> dict[str, object]:
    """The schema, as JSON's objects and lists."""
    return {
        "$schema": _DIALECT,
        "title": _("The configuration of emqx-tui"),
        **_table(SETTING_KEYS),
        "$defs": {
            "deployment": {"title": _("A deployment"), **_table(DEPLOYMENT_KEYS), **_together()},
            "platform": {"title": _("An EMQX Cloud account"), **_table(PLATFORM_KEYS), **_credentials()},
            "key": {
                "title": _("A key, or a list of them; an empty one takes the key away"),
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            },
        },
    }


def _table(keys: Sequence[Key]) -> dict[str, object]:
    required = [key.name for key in keys if key.required]
    return {
        "type": "object",
        "properties": {name: _property(key) for key in keys for name in key.names},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _property(key: Key) -> dict[str, object]:
    shape: dict[str, object] = {"description": _(key.about), **_shape(key)}
    if key.default is not None:
        shape["default"] = list(key.default) if isinstance(key.default, tuple) else key.default
    return shape


def _shape(key: Key) -> dict[str, object]:
    if key.kind is Kind.KEYS:
        return _actions()
    texts: dict[Kind, dict[str, object]] = {
        Kind.TEXT: {"pattern": _TEXT},
        Kind.FILE: {"pattern": _TEXT},
        Kind.ADDRESS: {"pattern": _ADDRESS},
        Kind.COLOUR: {"pattern": f"^(?:{COLOUR_PATTERN})$"},
        Kind.CHOICE: {"enum": list(key.choices)},
    }
    others: dict[Kind, dict[str, object]] = {
        Kind.FLAG: {"type": "boolean"},
        Kind.SECONDS: {"type": "number", "minimum": LEAST_REFRESH},
        Kind.COUNT: {"type": "integer", "minimum": 1},
        Kind.TEXTS: {"type": "array", "items": {"type": "string"}},
        Kind.TABLES: {"type": "array", "items": {"$ref": "#/$defs/deployment"}},
        Kind.TABLE: {"$ref": "#/$defs/platform"},
    }
    return others.get(key.kind) or {"type": "string", **texts[key.kind]}


def _actions() -> dict[str, object]:
    """What keys do, by ids in quotes, `"view.sort" = "O"`, and by the tables that the same makes without quotes."""
    whole: dict[str, object] = {}
    parts: dict[str, dict[str, object]] = {}
    for each in table.KEYS:
        default = [names.plain(key) for key in each.keys.split(",")]
        group, _dot, name = each.id.partition(".")
        whole[each.id] = {"description": _(each.about), "$ref": "#/$defs/key", "default": default}
        parts.setdefault(group, {})[name] = whole[each.id]
    groups = {group: _closed(properties) for group, properties in parts.items()}
    return _closed({**whole, **groups})


def _closed(properties: dict[str, object]) -> dict[str, object]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _credentials() -> dict[str, object]:
    """A key and a secret, one of each."""
    secrets = [{"required": [name]} for name in SECRET_KEYS]
    users = [{"required": [name]} for key in PLATFORM_KEYS if key.name == "app_id" for name in key.names]
    return {"allOf": [{"oneOf": secrets}, {"oneOf": users}]}


def _together() -> dict[str, object]:
    """Which keys go together, and which do not."""
    secrets = [{"required": [name]} for name in SECRET_KEYS]
    users = [{"required": [name]} for key in DEPLOYMENT_KEYS if key.name == "app_id" for name in key.names]
    none: dict[str, object] = {"not": {"anyOf": secrets}}
    return {
        "dependentRequired": {"client_key": ["client_cert"]},
        "allOf": [
            {"oneOf": [none, *secrets]},
            {"oneOf": [{"not": {"anyOf": users}}, *users]},
            {"anyOf": [none, *users]},
        ],
    }
