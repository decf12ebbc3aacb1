"""Which keys do what now: the table's, but for what the user changes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from emqx_tui.keyboard import names
from emqx_tui.keyboard.table import BY_ID, KEYS, TOGETHER, Place


class Keymap(NamedTuple):
    """The keys that work.

    Attributes:
        changed: The keys, by Textual's names, of the ids that have others than the table's; none for one that the user
            wants no key for.
    """

    changed: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def keys(self, id: str) -> tuple[str, ...]:  # noqa: A002  what the table calls it
        """The keys of an id of the table, the first one the one to show."""
        own = self.changed.get(id)
        return tuple(BY_ID[id].keys.split(",")) if own is None else own

    def short(self, id: str) -> str:  # noqa: A002
        """The key for the key bar, such as `^r`; empty when there is none."""
        return next(map(names.short, self.keys(id)), "")

    def long(self, id: str) -> str:  # noqa: A002
        """The key for a sentence, such as `Ctrl-R`; empty when there is none."""
        return next(map(names.long, self.keys(id)), "")


DEFAULT_KEYMAP = Keymap()
"""The keys of the table."""


class Clash(NamedTuple):
    """Two ids that have the same key where both work."""

    one: str
    other: str
    key: str


def clash_in(keymap: Keymap) -> Clash | None:
    """The first clash that there is."""
    for places in TOGETHER:
        owners: dict[str, str] = {}
        for each in KEYS:
            here = not {each.place, *each.also}.isdisjoint(places)
            if here or (each.place is Place.EVERYWHERE and each.priority):
                for key in keymap.keys(each.id):
                    if owners.setdefault(key, each.id) != each.id:
                        return Clash(owners[key], each.id, key)
    return None
