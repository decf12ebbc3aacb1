"""Every key of the program, in one table: bindings, key bar and help are made from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding

from emqx_tui.i18n import N_
from emqx_tui.tui.widgets.key_bar import KeyHint


class Place(StrEnum):
    """Where a key works."""

    EVERYWHERE = "everywhere"
    LIST = "list"
    FLEET = "fleet"
    FILE = "file"
    DEPLOYMENT = "deployment"
    FORM = "form"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes:
        id: Stable name, for rebinding.
        keys: Textual's names of the keys, apart by commas.
        shown: As it is printed on the keyboard.
        action: The action it runs.
        label: One or two words for the key bar, marked with `N_`.
        about: A sentence for the help screen, marked with `N_`.
        rank: On the key bar hints give way from the highest number down; None keeps it off the bar.
    """

    id: str
    keys: str
    shown: str
    action: str
    label: str
    about: str
    place: Place
    rank: int | None = None
    priority: bool = False


_ANY, _LIST, _FLEET, _FILE, _OPEN = Place.EVERYWHERE, Place.LIST, Place.FLEET, Place.FILE, Place.DEPLOYMENT
_FORM, _HELP = Place.FORM, Place.HELP

KEYS: tuple[Key, ...] = (
    Key(
        "fleet.open", "enter", "⏎", "screen.open_row", N_("open"), N_("Open the deployment under the cursor"), _FLEET, 1
    ),
    Key("fleet.clear", "escape", "esc", "screen.clear_filter", N_("clear"), N_("Clear the filter"), _FLEET),
    Key("file.add", "a", "a", "screen.edit_file('add')", N_("add"), N_("Add a deployment"), _FILE, 4),
    Key("file.edit", "e", "e", "screen.edit_file('edit')", N_("edit"), N_("Change the deployment"), _FILE, 5),
    Key(
        "file.duplicate",
        "D",
        "D",
        "screen.edit_file('duplicate')",
        N_("duplicate"),
        N_("Add another deployment with what is set for this one"),
        _FILE,
    ),
    Key(
        "file.remove",
        "ctrl+d",
        "^d",
        "screen.edit_file('remove')",
        N_("remove"),
        N_("Take it out of the configuration file, after a question"),
        _FILE,
    ),
    Key("view.back", "escape", "esc", "screen.back", N_("back"), N_("Clear the filter, or go back"), _OPEN, 2),
    Key(
        "app.prompt",
        "colon",
        ":",
        "screen.open_prompt",
        N_("go to"),
        N_("Go to a resource or a deployment by name"),
        _LIST,
        3,
    ),
    Key(
        "view.filter",
        "slash",
        "/",
        "screen.open_filter",
        N_("filter"),
        N_("Show rows that have the words, not those after !, or match /a pattern/"),
        _LIST,
        1,
    ),
    Key("view.detail", "d", "d", "screen.toggle_detail", N_("detail"), N_("Show or hide the detail pane"), _OPEN, 1),
    Key("view.sort", "s", "s", "screen.pick_sort", N_("sort"), N_("Choose the column to sort by"), _LIST, 2),
    Key("view.invert", "i", "i", "screen.invert_sort", N_("invert"), N_("Turn the order round"), _LIST, 6),
    Key("poll.pause", "p", "p", "screen.pause", N_("pause"), N_("Stop asking the broker, and go on"), _OPEN, 4),
    Key(
        "poll.slower",
        "plus,equals_sign",
        "+",
        "screen.change_interval(1)",
        N_("slower"),
        N_("Ask less often"),
        _OPEN,
        6,
    ),
    Key(
        "poll.faster",
        "minus",
        "-",
        "screen.change_interval(-1)",
        N_("faster"),
        N_("Ask more often, each second at most"),
        _OPEN,
        6,
    ),
    Key(
        "poll.now",
        "ctrl+r",
        "^r",
        "screen.refresh_now",
        N_("now"),
        N_("Ask now, also what was refused before or waits for its next try"),
        _LIST,
        3,
    ),
    Key("row.copy", "y", "y", "screen.copy_row(False)", N_("copy"), N_("Copy the name of the row"), _LIST),
    Key("row.copy_all", "Y", "Y", "screen.copy_row(True)", N_("copy row"), N_("Copy the whole row"), _LIST),
    Key(
        "node.dismiss",
        "x",
        "x",
        "screen.dismiss_node",
        N_("dismiss"),
        N_("Take the node under the cursor off the list, if it is gone"),
        _OPEN,
        5,
    ),
    Key(
        "detail.down",
        "J,shift+down",
        "J",
        "screen.scroll_detail(1)",
        N_("detail ↓"),
        N_("Scroll the detail pane down"),
        _OPEN,
    ),
    Key(
        "detail.up",
        "K,shift+up",
        "K",
        "screen.scroll_detail(-1)",
        N_("detail ↑"),
        N_("Scroll the detail pane up"),
        _OPEN,
    ),
    Key(
        "form.test",
        "ctrl+t",
        "^t",
        "screen.test",
        N_("test"),
        N_("Test the connection step by step; nothing is saved"),
        _FORM,
        1,
    ),
    Key("form.save", "ctrl+s", "^s", "screen.save", N_("save"), N_("Save it in the configuration file"), _FORM, 1),
    Key(
        "form.leave",
        "escape,q",
        "esc",
        "screen.leave",
        N_("cancel"),
        N_("Stop a test, or leave the form; what was typed is asked about"),
        _FORM,
        1,
    ),
    Key(
        "help.search",
        "slash",
        "/",
        "screen.search",
        N_("search"),
        N_("Only what has all the words stays; Enter keeps it so"),
        _HELP,
        1,
    ),
    Key("help.back", "escape", "esc", "screen.back", N_("back"), N_("Clear the search, or leave the help"), _HELP, 0),
    Key("help.leave", "q,question_mark,f1,enter", "q", "screen.leave", N_("leave"), N_("Leave the help"), _HELP),
    Key("app.help", "question_mark", "?", "app.help", N_("help"), N_("This help"), _ANY, 0),
    Key(
        "app.help_typing", "f1", "F1", "app.help", N_("help"), N_("This help, also in the form and while typing"), _ANY
    ),
    Key(
        "app.palette",
        "ctrl+p",
        "^p",
        "app.command_palette",
        N_("palette"),
        N_("Go to a deployment or a resource by its name; themes and more"),
        _ANY,
    ),
    Key("app.redraw", "ctrl+l", "^l", "app.redraw", N_("redraw"), N_("Draw the whole screen again"), _ANY),
    Key("app.suspend", "ctrl+z", "^z", "app.suspend_process", N_("suspend"), N_("Back to the shell; fg returns"), _ANY),
    Key("app.quit", "q", "q", "app.quit", N_("quit"), N_("Quit"), _ANY, 0),
    Key(
        "app.interrupt",
        "ctrl+c",
        "^c",
        "app.interrupt",
        N_("quit"),
        N_("Copy what is selected, else quit"),
        _ANY,
        None,
        priority=True,
    ),
)

TABLE_KEYS: tuple[tuple[str, str], ...] = (
    ("↑ ↓ j k", N_("One row up or down")),
    ("PgUp PgDn", N_("One page up or down")),
    ("g G Home End", N_("First or last row")),
    ("← →", N_("Columns that have no room")),
)
"""Keys of every list, for the help screen."""

FORM_KEYS: tuple[tuple[str, str], ...] = (
    ("Tab ⏎ ↑ ↓", N_("The next or the previous field")),
    ("Space ⏎", N_("Set a tick, open a choice, press a button")),
)
"""Keys of a form, for the help screen."""

READING_KEYS: tuple[tuple[str, str], ...] = (
    ("↑ ↓ j k", N_("One line up or down")),
    ("PgUp PgDn", N_("One page up or down")),
    ("g G Home End", N_("The beginning or the end")),
)
"""Keys of the help screen itself."""


def keys_of(*places: Place) -> list[Key]:
    """The keys that work in these places, in the table's order."""
    return [key for key in KEYS if key.place in places]


def key_called(name: str) -> Key:
    """The key with this id."""
    return next(key for key in KEYS if key.id == name)


def bindings_of(*places: Place) -> list[Binding]:
    """Textual's bindings for these places."""
    return [_binding(key) for key in keys_of(*places)]


def bindings_called(*names: str) -> list[Binding]:
    """Textual's bindings for the keys with these ids."""
    return [_binding(key_called(name)) for name in names]


def _binding(key: Key) -> Binding:
    return Binding(key.keys, key.action, key.label, show=False, id=key.id, priority=key.priority)


def hints_of(*places: Place) -> Sequence[KeyHint]:
    """What the key bar shows in these places."""
    return [KeyHint(key.shown, key.label, key.action, key.rank) for key in keys_of(*places) if key.rank is not None]
