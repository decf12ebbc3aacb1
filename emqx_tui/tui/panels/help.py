"""The help: what concerns a screen, what holds everywhere, the glossary, and where log and configuration are."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from emqx_tui.config.keys import key_called
from emqx_tui.i18n import N_, _
from emqx_tui.keyboard import names
from emqx_tui.keyboard.keymap import Keymap
from emqx_tui.keyboard.table import BY_ID, MOUSE, Key, Place, keys_of
from emqx_tui.logs import KEPT, LARGEST, LEVEL_VARIABLE, Log
from emqx_tui.resources import NODES
from emqx_tui.resources.glossary import GLOSSARY
from emqx_tui.resources.spec import Column, Resource, Tone
from emqx_tui.resources.wording import FRESHNESS
from emqx_tui.text import MISSING
from emqx_tui.tui.widgets.cells import drawable, width_of, wrapped
from emqx_tui.tui.widgets.lines import Span, SpanLine


LONGEST_LEFT: Final = 20
"""Cells of the left column, at most; what is longer there stands on a line of its own."""

_INDENT, _GAP = "  ", "  "


class Entry(NamedTuple):
    """Something and what is to say about it; without a left part it is just a sentence."""

    left: str
    right: str
    tone: Tone = Tone.STRONG


class Section(NamedTuple):
    """Entries under a heading."""

    title: str
    entries: tuple[Entry, ...]


@runtime_checkable
class Explained(Protocol):
    """A screen that has help of its own."""

    @property
    def help_title(self) -> str:
        """What the screen is."""

    def help_sections(self) -> list[Section]:
        """What concerns it."""


# What is told


def of_table(
    keymap: Keymap, places: Sequence[Place], resource: Resource[Any], columns: Sequence[Column[Any]]
) -> list[Section]:
    """What concerns a screen with a table: its keys, its columns, the symbols and states of its rows.

    Args:
        keymap: The keys that work.
        places: Whose keys work there, beside those of every table.
        resource: What its rows are.
        columns: The columns that it has here; there may be none.
    """
    own = [*(place for place in places if place is not Place.EVERYWHERE), Place.TABLE]
    signs = [Entry(f"{one.mark} {_(one.word)}", _(one.about), one.tone) for one in resource.signs]
    ages = [Entry(f"{one.mark} {_(one.word)}", _(one.about), one.tone) for one in FRESHNESS.values()]
    # A column of one cell without a heading has the symbols.
    told = tuple(Entry(_heading(one), _(one.about)) for one in columns if one.title or one.width > 1)
    found = [
        Section(
            _("Keys of this screen"), _keys(keymap, [key for key in keys_of(*own) if key.id not in _idle(resource)])
        ),
        Section(_("Columns"), told),
        Section(_("States and symbols"), tuple(signs) if columns else ()),
        Section(_("How old the figures are"), tuple(ages)),
        Section(_("Filter"), tuple(Entry(_(left), _(right)) for left, right in _FILTER) if told else ()),
        Section(_("Signs and numbers"), tuple(Entry(_(left), _(right)) for left, right in _SIGNS)),
    ]
    return [section for section in found if section.entries]


def _idle(resource: Resource[Any]) -> set[str]:
    """Ids of keys that do nothing in a list of this kind, whatever is in it."""
    asked = resource.asked
    works = {
        "view.find": asked is not None and bool(asked.filters),
        "row.reveal": asked is not None and asked.reveal is not None,
        "sweep.stop": asked is not None and asked.worst is not None,
        "mark.set": resource.marks,
        "mark.clear": resource.marks,
        "node.dismiss": resource is NODES,
    }
    return {id_ for id_, does in works.items() if not does}


def of_form(keymap: Keymap) -> list[Section]:
    """What concerns the form of a deployment: its keys, its fields, and the steps of its test."""
    fields = [(label, known.about) for label, name in _FIELDS if (known := key_called(name)) is not None]
    keys = _keys(keymap, keys_of(Place.FORM, Place.DIALOG))
    steps = tuple(Entry(_(step), _(about)) for step, about in _STEPS)
    return [
        Section(
            _("Keys of this screen"),
            (*keys, *(Entry(left, _(about)) for left, about in _FORM_KEYS)),
        ),
        Section(_("Fields"), tuple(Entry(_(label), _(about)) for label, about in fields)),
        Section(_("Steps of the test"), steps),
    ]


def of_everything(keymap: Keymap, log: Log | None, config: Path | None, *, on_list: bool = True) -> list[Section]:
    """What concerns every screen.

    Args:
        keymap: The keys that work.
        log: Where the log is; None when there is none.
        config: Where the configuration is; None when none is in use.
        on_list: Whether the keys of all lists work on the screen in question.
    """
    title = _("Keys everywhere") if on_list else _("Keys of every list")
    terms = sorted(GLOSSARY, key=lambda one: _(one.word).casefold())
    return [
        Section(title, _keys(keymap, keys_of(Place.EVERYWHERE))),
        Section(_("Mouse"), tuple(Entry(_(what), _(about)) for what, about in MOUSE)),
        Section(_("Keys of this help"), _keys(keymap, [*keys_of(Place.HELP), *(BY_ID[id_] for id_ in _READING)])),
        Section(_("Glossary"), tuple(Entry(_(one.word), _(one.meaning)) for one in terms)),
        Section(_("Log and configuration"), tuple(_files(log, config))),
    ]


_SIGNS: Final = (
    (MISSING, N_("The API does not give this figure; it is not 0.")),
    ("1.2k 84k 2.4M", N_("Thousands and millions: 1.2k is 1 200.")),
    ("6.3 G", N_("Bytes in steps of 1024: K, M, G, T.")),
    ("<0.1", N_("Less than that and more than 0.")),
    ("4 h 21 m", N_("A duration in its two largest units: d days, h hours, m minutes, s seconds.")),
    ("↑ ↓", N_("At a heading: the table is sorted by this column, upwards or downwards.")),
    ("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}", N_("Beside the headings: there are more columns.")),
    ("▂▅█", N_("A chart of the last hour, now at its right; the highest block is its largest value.")),
    (N_("grey"), N_("Not of now, or not of importance.")),
)

_FILTER: Final = (
    ("eu core", N_("Rows that have both words, in whichever column; capitals do not matter.")),
    ("!stopped", N_("Rows that do not have it. ! goes before anything that is told here.")),
    ("/^emqx@10/", N_("Rows that match the pattern, a regular expression.")),
    ("live>100 in<=1.5k", N_("A column's number. Operators: = != > >= < <=. Units: k M G, KiB MiB GiB.")),
    ("mem>80%", N_("A share of the whole.")),
    ("uptime<2h since>1d12h", N_("Durations: s seconds, m minutes, h hours, d days, w weeks.")),
    ("status!=running", N_("A column's whole text.")),
    ("version=5.8*", N_("* stands for any characters, ? for one. In > and < 5.10 is more than 5.9.")),
    ('message="disk full"', N_("Text with blanks, or with a sign that means something else, is in double quotes.")),
    (N_("names"), N_("Columns are called as here, in small letters; a beginning that no other has will do.")),
    (N_("missing"), N_("What is missing satisfies != and no other comparison.")),
)

_FIELDS: Final = (
    (N_("Name"), "name"),
    (N_("URL"), "url"),
    (N_("Allow plain HTTP"), "allow_http"),
    (N_("AppID or key"), "app_id"),
    (N_("AppSecret"), "app_secret"),
    (N_("Variable"), "app_secret_env"),
    (N_("File"), "app_secret_file"),
    (N_("Command"), "app_secret_command"),
    (N_("Entry"), "app_secret_keyring"),
    (N_("Verify the certificate"), "verify"),
    (N_("CA file"), "ca_file"),
    (N_("Colour"), "colour"),
)
"""The labels of the form, with the keys of the configuration that they stand for."""

_FORM_KEYS: Final = (("↑ ↓", N_("The field above or below")), ("Space", N_("Set a tick, open a choice")))

_STEPS: Final = (
    (N_("address"), N_("The URL can be one of an API; a scheme, port or path that is missing is added.")),
    (N_("secret"), N_("The secret is read from where it is kept.")),
    (N_("DNS"), N_("The name of the host is looked up.")),
    (N_("TCP"), N_("Something takes connections at that port.")),
    (N_("TLS"), N_("The certificate is one to trust; without https there is none.")),
    (N_("credentials"), N_("AppID and AppSecret, or key and secret, are accepted.")),
    (N_("API"), N_("What answers is an EMQX or a NanoMQ: which version, how many nodes.")),
)


_LEVELS: Final = N_(
    "To change it: log_level in the configuration, {variable}, or --log-level, with debug, info, warning or error. "
    "It has requests, statuses and errors, no secret and no body."
)


_READING: Final = ("table.up", "table.down", "table.page_up", "table.page_down", "table.first", "table.last")


def _keys(keymap: Keymap, keys: Iterable[Key]) -> tuple[Entry, ...]:
    """The keys that have any."""
    return tuple(
        Entry(" ".join(map(names.short, bound)), _(key.about)) for key in keys if (bound := keymap.keys(key.id))
    )


def _heading(column: Column[Any]) -> str:
    """The heading; of a column without one its id, which is a word."""
    return _(column.title) if column.title else column.id.replace("_", " ")


def _files(log: Log | None, config: Path | None) -> Iterable[Entry]:
    if log is None:
        yield Entry(_("log"), _("none is written"))
    else:
        yield Entry(_("log"), str(log.path))
        if log.refusal:
            yield Entry(_("not written"), log.refusal, Tone.WARNING)
        told = _("{level}, set by {source}").format(level=log.level, source=log.source) if log.source else log.level
        yield Entry(_("log level"), told)
        yield Entry("", _(_LEVELS).format(variable=LEVEL_VARIABLE))
        yield Entry(
            _("rotation"),
            _("begun anew at {size:g} MB; {count} older files are kept beside it").format(
                size=LARGEST / 1e6, count=KEPT
            ),
        )
    yield Entry(_("configuration"), _("no file is in use here") if config is None else str(config))


# Searching


def words_of(search: str) -> tuple[str, ...]:
    """The words of a search; all of them have to be there, capitals do not matter."""
    return tuple(search.split())


def pattern_of(words: Sequence[str]) -> re.Pattern[str] | None:
    """What finds any of the words in a text; None without words."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in longest_first), re.IGNORECASE) if words else None


def found_in(sections: Sequence[Section], words: Sequence[str]) -> list[Section]:
    """The entries that have all the words, under their headings.

    Where no entry has them but a heading has, everything under that heading.
    """
    patterns = [re.compile(re.escape(word), re.IGNORECASE) for word in words]

    def has_all(*texts: str) -> bool:
        return all(any(pattern.search(text) for text in texts) for pattern in patterns)

    kept = [
        section._replace(entries=tuple(one for one in section.entries if has_all(one.left, one.right)))
        for section in sections
    ]
    found = [section for section in kept if section.entries]
    return found or [section for section in sections if has_all(section.title)]


# Arranging


def arranged(sections: Sequence[Section], width: int) -> list[SpanLine]:
    """The sections as lines of at most `width` cells, two columns under each heading."""
    longest = min(LONGEST_LEFT, width // 3)
    lines: list[SpanLine] = []
    for section in sections:
        lines += [()] if lines else []
        lines.append((Span(section.title, Tone.ACCENT, bold=True),))
        left = max((wide for entry in section.entries if (wide := _width(entry.left)) <= longest), default=0)
        for entry in section.entries:
            lines += _entry(entry, left, width)
    return lines


def nothing_found(search: str, width: int) -> list[SpanLine]:
    """What stands there when no line has what was searched for."""
    told = _("Nothing in this help has all of: {words}").format(words=search)
    return [(Span(line, Tone.MUTED),) for line in wrapped(told, width)]


def _width(text: str) -> int:
    return width_of(drawable(text))


def _entry(entry: Entry, left: int, width: int) -> Iterable[SpanLine]:
    texts = wrapped(entry.right, max(1, width - left - len(_INDENT) - len(_GAP)))
    beside = _INDENT + " " * left + _GAP
    if _width(entry.left) > left:
        for line in wrapped(entry.left, max(1, width - len(_INDENT))):
            yield (Span(_INDENT + line, entry.tone),)
    else:
        first = _INDENT + drawable(entry.left) + " " * (left - _width(entry.left)) + _GAP
        yield (Span(first, entry.tone), Span(texts.pop(0)))
    for text in texts:
        yield (Span(beside), Span(text))
