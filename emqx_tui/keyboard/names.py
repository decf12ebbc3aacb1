"""How keys are written: by users, on the key bar, in sentences, and as Textual names them.

A key is Textual's name of it, such as `s`, `S`, `ctrl+r`, `shift+down`, `f5` or `question_mark`, with its modifiers in
the order of the alphabet. Every way of writing that is shown is understood again.
"""

import difflib
import functools
import re
import string
import unicodedata
from typing import Final

from emqx_tui.i18n import _


PLAIN: Final = ("enter", "escape", "tab", "space", "backspace")
"""Keys with a name that terminals send without modifiers only, but for Shift-Tab."""

MODIFIABLE: Final = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *(f"f{number}" for number in range(1, 25)),
)
"""Keys with a name that terminals send with modifiers too."""

_UNICODE: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Signs that Textual calls otherwise than Unicode does."""

_SHORT: Final = {
    "enter": "⏎",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "insert": "ins",
    "delete": "del",
    **{key: key.upper() for key in MODIFIABLE if key[-1].isdigit()},
}
_LONG: Final = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn"}

_ALSO: Final = {
    **{sign: key for key, sign in _SHORT.items()},
    **_UNICODE,
    "return": "enter",
    "page_up": "pageup",
    "page_down": "pagedown",
}
"""Other names of keys."""

_SAME_WITH_CTRL: Final = {"h": "backspace", "i": "tab", "m": "enter"}

_MODIFIER: Final = re.compile(r"(ctrl|control|alt|shift)[+-](?=.)", re.IGNORECASE)


class Unusable(ValueError):
    """Why a text cannot stand for a key, without a full stop, and what to do instead, as a sentence."""

    def __init__(self, message: str, suggestion: str) -> None:
        super().__init__(message)
        self.message, self.suggestion = message, suggestion


def parse_key(written: str) -> str:
    """The key that a user writes: `s`, `/`, `slash`, `ctrl+r`, `Ctrl-R`, `^r`, `f5`, `esc`, `pageup`, `space`.

    Raises:
        Unusable: it is no key, or one that terminals do not send.
    """
    text = written if len(written) == 1 else written.strip()
    modifiers: set[str] = set()
    if len(text) == 2 and text[0] == "^":
        modifiers, text = {"ctrl"}, text[1]
    while found := _MODIFIER.match(text):
        modifiers.add(found[1].lower().replace("control", "ctrl"))
        text = text[found.end() :]
    base = _base(text)
    return _with(modifiers, base) if modifiers else base


def _base(text: str) -> str:
    """The key without modifiers.

    Raises:
        Unusable: there is none of that name.
    """
    name = text.lower().replace(" ", "_")
    if len(text) == 1 and text not in _ALSO and text.isprintable():
        return "space" if text == " " else _name(text)
    name = _ALSO.get(name, name)
    if name in PLAIN or name in MODIFIABLE or name in _signs():
        return name
    near = difflib.get_close_matches(name, [*PLAIN, *MODIFIABLE, *_ALSO, *_signs()], n=1)
    hint = _("Did you mean '{word}'?").format(word=near[0]) if near else _("Keys are written like a, A, /, ctrl+r, f5.")
    raise Unusable(_("is no key"), hint)


def _with(modifiers: set[str], base: str) -> str:
    """The key with its modifiers.

    Raises:
        Unusable: terminals do not send it, or as another one.
    """
    letter = len(base) == 1 and base.isascii() and base.isalpha()
    if base in MODIFIABLE or (base == "tab" and modifiers == {"shift"}):
        return "+".join([*sorted(modifiers), base])
    if letter and modifiers == {"ctrl"} and base.lower() not in _SAME_WITH_CTRL:
        return f"ctrl+{base.lower()}"
    if letter and modifiers == {"shift"}:
        return base.upper()
    if letter and "ctrl" not in modifiers:
        return f"alt+shift+{base.lower()}" if "shift" in modifiers or base.isupper() else f"alt+{base}"
    if modifiers == {"alt"} and base in string.digits:
        return f"alt+{base}"
    if letter and modifiers == {"ctrl"}:
        same = _SAME_WITH_CTRL[base.lower()]
        raise Unusable(_("is the same as {key} to a terminal").format(key=same), _("Choose another."))
    if modifiers == {"shift"} and base not in PLAIN:
        raise Unusable(_("is not what terminals send"), _("Write the sign that it types."))
    hint = _("Ctrl goes with letters, Alt with letters and digits, and each with arrows and function keys.")
    raise Unusable(_("is not sent by all terminals"), hint)


def short(key: str) -> str:
    """The key for the key bar and the help: `s`, `^r`, `esc`, `⏎`, `F5`, `shift-↓`."""
    *modifiers, base = key.split("+")
    sign = _SHORT.get(base) or _sign(base)
    return f"^{sign}" if modifiers == ["ctrl"] and len(base) == 1 else "-".join([*modifiers, sign])


def long(key: str) -> str:
    """The key for sentences: `s`, `Ctrl-R`, `Esc`, `Enter`, `F5`, `Shift-Down`."""
    *modifiers, base = key.split("+")
    if base in PLAIN or base in MODIFIABLE:
        sign = _LONG.get(base, base.capitalize())
    elif modifiers in (["ctrl"], ["alt", "shift"]):
        sign, modifiers = base.upper(), modifiers[:1]
    else:
        sign = _sign(base)
    return "-".join([*map(str.capitalize, modifiers), sign])


def plain(key: str) -> str:
    """The key as it stands in the configuration: `s`, `ctrl+r`, `escape`, `/`, `f5`, `shift+down`."""
    *modifiers, base = key.split("+")
    return "+".join([*modifiers, _sign(base)])


def types(key: str) -> bool:
    """Whether it types a character where there is something to type into."""
    return key == "space" or not ("+" in key or key in PLAIN or key in MODIFIABLE)


def _name(sign: str) -> str:
    """What Textual calls the key of a sign."""
    if sign.isalnum():
        return sign
    name = unicodedata.name(sign, sign).lower().replace("-", "_").replace(" ", "_")
    return _UNICODE.get(name, name)


@functools.cache
def _signs() -> dict[str, str]:
    """The signs of ASCII by the names of their keys."""
    return {_name(sign): sign for sign in string.punctuation}


def _sign(base: str) -> str:
    """The sign that a key types; its own name when it types none."""
    if len(base) == 1 or base in PLAIN or base in MODIFIABLE:
        return base
    try:
        return _signs().get(base) or unicodedata.lookup(base.replace("_", " "))
    except KeyError:
        return base
