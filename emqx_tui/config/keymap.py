"""The table `[keys]`: what is right in it becomes the user's keymap, what is wrong is noted and left out."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from emqx_tui.config.keys import SETTING_KEYS
from emqx_tui.config.lines import Place, line_of
from emqx_tui.config.problems import Severity
from emqx_tui.config.table import Notes, did_you_mean, nearest, type_name
from emqx_tui.i18n import _
from emqx_tui.keyboard import names
from emqx_tui.keyboard.keymap import Keymap, clash_in
from emqx_tui.keyboard.table import BY_ID, TAKEN, Key
from emqx_tui.keyboard.table import Place as Where
from emqx_tui.text import sanitize


TABLE = "keys"
"""The table's name."""

_SETTINGS = frozenset(key.name for key in SETTING_KEYS)


class Entry(NamedTuple):
    """What stands for an id: its place in the file, and the value, which may be anything."""

    place: Place
    id: str
    value: object


def entries(table: Mapping[str, object]) -> Iterator[Entry]:
    """The table's entries in their order; `view.sort = "O"` without quotes makes tables in it, and means the same."""
    for name, value in table.items():
        if isinstance(value, dict):
            for rest, inner in value.items():
                yield Entry((TABLE, name, rest), f"{name}.{rest}", inner)
        else:
            yield Entry((TABLE, name), name, value)


def read_keymap(table: object, notes: Notes) -> Keymap:
    """The keymap that the table gives."""
    if not isinstance(table, dict):
        _wrong(notes, (TABLE,), _("expected a table, not {found}").format(found=type_name(table)), _example())
        return Keymap()
    changed: dict[str, tuple[str, ...]] = {}
    places: dict[str, Place] = {}
    for place, id_, value in entries(table):
        key = BY_ID.get(id_)
        if key is None:
            _wrong(notes, place, _("unknown action"), _meant(id_))
        elif id_ in changed:
            line = line_of(notes.lines, places[id_])
            _wrong(notes, place, _("has its keys since line {line}").format(line=line), _("Remove one of the two."))
        else:
            found = _keys(key, value, place, notes)
            if found is not None:
                changed[id_], places[id_] = found, place
    return _without_clashes(changed, places, notes)


def _meant(id_: str) -> str:
    if id_ in _SETTINGS:
        return _("It belongs above the line [{table}].").format(table=TABLE)
    return did_you_mean(nearest(id_, BY_ID)) or _("All there are: emqx-tui config keys")


def _keys(key: Key, value: object, place: Place, notes: Notes) -> tuple[str, ...] | None:
    """The keys that an entry wants; None when it is wrong."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        _wrong(notes, place, _("expected a key or a list of keys, not {found}").format(found=_kind(value)), _example())
        return None
    keys: dict[str, None] = {}
    for text in [] if value == "" else texts:
        try:
            found = names.parse_key(text)
            _usable(key, found)
        except names.Unusable as why:
            _wrong(notes, place, f"'{sanitize(text)}' {why.message}", why.suggestion)
            return None
        keys[found] = None
    first = key.keys.split(",")[0]
    if key.stays and first not in keys:
        message = _("must keep '{key}', for there might be no way out without it").format(key=names.plain(first))
        _wrong(notes, place, message, _("Add it to the list."))
        return None
    return tuple(keys)


def _usable(key: Key, wanted: str) -> None:
    """Whether the key can do this where it is to be done.

    Raises:
        Unusable: something else has it there.
    """
    if wanted in key.keys.split(","):
        return
    # What has priority everywhere is before every line of text.
    where = Where.PROMPT if key.place is Where.EVERYWHERE and key.priority else key.place
    if where in {Where.PROMPT, Where.FORM} and names.types(wanted):
        raise names.Unusable(_("types a character there"), _("Choose one like ctrl+r or f5."))
    if wanted in TAKEN.get(where, ()):
        raise names.Unusable(_("is needed there to type and to move"), _("Choose another."))


def _without_clashes(changed: dict[str, tuple[str, ...]], places: dict[str, Place], notes: Notes) -> Keymap:
    order = list(changed)
    while changed and (clash := clash_in(Keymap(changed))):
        left_out = max((id_ for id_ in (clash.one, clash.other) if id_ in changed), key=order.index)
        kept = clash.one if left_out == clash.other else clash.other
        key = names.plain(clash.key)
        if kept in changed:
            line = line_of(notes.lines, places[kept])
            message = _("'{key}' is the key of {id} in line {line}").format(key=key, id=kept, line=line)
        else:
            message = _("'{key}' is the key of {id}").format(key=key, id=kept)
        hint = _("Choose another.") if BY_ID[kept].stays else _("Choose another, or give {id} another, too.")
        _wrong(notes, places[left_out], message, hint.format(id=kept))
        del changed[left_out]
    return Keymap(changed)


def _kind(value: object) -> str:
    return _("a list with something else in it") if isinstance(value, list) else type_name(value)


def _example() -> str:
    return _("Write it like this: {example}").format(example=f'[{TABLE}] "view.sort" = "O"')


def _wrong(notes: Notes, place: Place, message: str, hint: str) -> None:
    # A warning: no deployment is left out for it.
    notes.add(place, message, hint, severity=Severity.WARNING)
