"""The table of keys (`emqx_tui.keyboard.table`) as Textual wants it: bindings, the user's changes, and the key bar.

The classes of screens and widgets are given the bindings of the table. Textual puts the user's keys in their place by
the id of a binding, wherever it stands, which is why a screen may bind an id of the table to an action of its own.
"""

from collections.abc import Collection, Mapping, Sequence

from textual.binding import Binding

from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.keyboard.table import BY_ID, Key, Place, keys_of
from emqx_tui.tui.widgets.key_bar import KeyHint


UNBOUND = "unbound"
"""The name of no key. Textual's keymap can give a binding other keys, but it cannot take all of them away."""


def bindings_of(*places: Place) -> list[Binding]:
    """Textual's bindings for these places."""
    return [_binding(key, key.action) for key in keys_of(*places)]


def binding(id: str, action: str) -> Binding:  # noqa: A002  what the table calls it
    """The keys of an id of the table, for an action of a screen's own."""
    return _binding(BY_ID[id], action)


def _binding(key: Key, action: str) -> Binding:
    return Binding(key.keys, action, key.label, show=False, id=key.id, priority=key.priority)


def changes_of(keymap: Keymap) -> Mapping[str, str]:
    """What the user changes, for `App.set_keymap`."""
    return {id_: ",".join(keys) or UNBOUND for id_, keys in keymap.changed.items()}


def hints_of(keymap: Keymap, *places: Place, without: Collection[str] = ()) -> Sequence[KeyHint]:
    """What the key bar shows in these places, but for the ids that are left out."""
    return [
        KeyHint(keymap.short(key.id), key.label, key.action, key.rank)
        for key in keys_of(*places)
        if key.rank is not None and keymap.keys(key.id) and key.id not in without
    ]
