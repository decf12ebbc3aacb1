"""Every key of the program, in one table: bindings, key bar, help, `docs/keys.md` and the checks are made from it."""

from collections.abc import Sequence
from typing import Final

from emqx_tui.i18n import N_
from emqx_tui.keyboard.dialogs import DIALOG_KEYS
from emqx_tui.keyboard.spec import Key, Place


__all__ = ["BY_ID", "KEYS", "MOUSE", "SECTIONS", "TAKEN", "TOGETHER", "Key", "Place", "keys_of"]

_ANY, _LIST, _TABLE, _FLEET, _FILE = Place.EVERYWHERE, Place.LIST, Place.TABLE, Place.FLEET, Place.FILE
_OPEN, _PROMPT, _FORM, _DIALOG, _QUESTION = Place.DEPLOYMENT, Place.PROMPT, Place.FORM, Place.DIALOG, Place.QUESTION
_HELP, _COLUMNS, _WRITING = Place.HELP, Place.COLUMNS, Place.WRITING

KEYS: tuple[Key, ...] = (
    Key("fleet.clear", "escape", "screen.clear_filter", N_("clear"), N_("Clear the filter"), _FLEET),
    Key("file.add", "a", "screen.edit_file('add')", N_("add"), N_("Add a deployment"), _FILE, 4),
    Key("file.edit", "e", "screen.edit_file('edit')", N_("edit"), N_("Change the deployment"), _FILE, 5),
    Key(
        "file.duplicate",
        "D",
        "screen.edit_file('duplicate')",
        N_("duplicate"),
        N_("Add another deployment with what is set for this one"),
        _FILE,
    ),
    Key(
        "file.remove",
        "ctrl+d",
        "screen.edit_file('remove')",
        N_("remove"),
        N_("Take it out of the configuration file, after a question"),
        _FILE,
    ),
    Key("view.back", "escape", "screen.back", N_("back"), N_("Clear the filter, or go back"), _OPEN, 2),
    Key(
        "app.prompt",
        "colon",
        "screen.open_prompt",
        N_("go to"),
        N_("Go to a resource or a deployment by name"),
        _LIST,
        3,
    ),
    Key(
        "app.back",
        "left_square_bracket",
        "screen.walk(-1)",
        N_("previous"),
        N_("Back to the screen seen before, as it was left"),
        _LIST,
        7,
    ),
    Key(
        "app.forward",
        "right_square_bracket",
        "screen.walk(1)",
        N_("next"),
        N_("Ahead again, after going back"),
        _LIST,
        7,
    ),
    Key(
        "view.filter",
        "slash",
        "screen.open_filter",
        N_("filter"),
        N_("Show rows by words, !not, /a pattern/ or comparisons such as live>100"),
        _LIST,
        1,
    ),
    Key(
        "view.find",
        "f",
        "screen.open_find",
        N_("find"),
        N_("Have the broker itself filter the list: by part of a name, by node, and more"),
        _OPEN,
        2,
    ),
    Key("view.detail", "d", "screen.toggle_detail", N_("detail"), N_("Show or hide the detail pane"), _OPEN, 1),
    Key(
        "row.reveal",
        "v",
        "screen.reveal",
        N_("payload"),
        N_("Show the beginning of the message under the cursor, or hide it again"),
        _OPEN,
        3,
    ),
    Key("view.sort", "s", "screen.pick_sort", N_("sort"), N_("Choose the column to sort by"), _LIST, 2),
    Key("view.invert", "i", "screen.invert_sort", N_("invert"), N_("Turn the order round"), _LIST, 6),
    Key(
        "view.columns", "C", "screen.choose_columns", N_("columns"), N_("Show, hide, move and widen columns"), _LIST, 8
    ),
    Key(
        "view.wide",
        "w",
        "screen.toggle_wide",
        N_("wide"),
        N_("All columns, and left and right scroll; or what fits"),
        _LIST,
    ),
    Key(
        "mark.set",
        "m",
        "screen.mark(True)",
        N_("mark"),
        N_("Set the mark: counters are told since now as well, in the column SINCE MARK"),
        _OPEN,
        3,
    ),
    Key("mark.clear", "M", "screen.mark(False)", N_("no mark"), N_("Take the mark away"), _OPEN, 5),
    Key(
        "view.export",
        "ctrl+s",
        "screen.export",
        N_("export"),
        N_("Export what is shown into a file: CSV, JSON, text or a picture"),
        _LIST,
    ),
    Key("row.open", "o", "screen.open_page", N_("dashboard"), N_("Open the row's page in the EMQX dashboard"), _LIST),
    Key("poll.pause", "p", "screen.pause", N_("pause"), N_("Stop asking the broker, and go on"), _OPEN, 4),
    Key(
        "poll.slower",
        "plus,equals_sign",
        "screen.change_interval(1)",
        N_("slower"),
        N_("Ask less often"),
        _OPEN,
        6,
    ),
    Key(
        "poll.faster",
        "minus",
        "screen.change_interval(-1)",
        N_("faster"),
        N_("Ask more often, each second at most"),
        _OPEN,
        6,
    ),
    Key(
        "poll.now",
        "ctrl+r",
        "screen.refresh_now",
        N_("now"),
        N_("Ask now, also what was refused before or waits for its next try"),
        _LIST,
        3,
    ),
    Key("row.copy", "y", "screen.copy_row(False)", N_("copy"), N_("Copy the name of the row"), _LIST),
    Key("row.copy_all", "Y", "screen.copy_row(True)", N_("copy row"), N_("Copy the whole row"), _LIST),
    Key(
        "node.dismiss",
        "x",
        "screen.dismiss_node",
        N_("dismiss"),
        N_("Take the node under the cursor off the list, if it is gone"),
        _OPEN,
        5,
    ),
    Key(
        "row.act",
        "a",
        "screen.act",
        N_("actions"),
        N_("Do something with the row, or with the marked ones"),
        _WRITING,
        1,
    ),
    Key("row.mark", "space", "screen.mark_row", N_("mark"), N_("Mark the row, or take the mark off it"), _WRITING, 4),
    Key("row.unmark", "backslash", "screen.unmark", N_("unmark"), N_("Take all marks off"), _WRITING),
    Key(
        "message.publish",
        "P",
        "screen.publish",
        N_("publish"),
        N_("Publish a message, after a form"),
        _WRITING,
        5,
    ),
    Key(
        "sweep.stop",
        "S",
        "screen.stop_sweep",
        N_("stop"),
        N_("Stop the sweep over all clients"),
        _OPEN,
        1,
    ),
    Key(
        "detail.down",
        "J,shift+down",
        "screen.scroll_detail(1)",
        N_("detail ↓"),
        N_("Scroll the detail pane down"),
        _OPEN,
    ),
    Key(
        "detail.up",
        "K,shift+up",
        "screen.scroll_detail(-1)",
        N_("detail ↑"),
        N_("Scroll the detail pane up"),
        _OPEN,
    ),
    Key(
        "table.choose",
        "enter",
        "choose",
        N_("open"),
        N_("Open the deployment, show the detail of the row, or choose"),
        _TABLE,
    ),
    Key("table.up", "up,k", "move(-1)", N_("up"), N_("One row up"), _TABLE),
    Key("table.down", "down,j", "move(1)", N_("down"), N_("One row down"), _TABLE),
    Key("table.page_up", "pageup", "move_pages(-1)", N_("page up"), N_("One page up"), _TABLE),
    Key("table.page_down", "pagedown", "move_pages(1)", N_("page down"), N_("One page down"), _TABLE),
    Key("table.first", "home,g", "move_first", N_("first"), N_("First row"), _TABLE),
    Key("table.last", "end,G", "move_last", N_("last"), N_("Last row"), _TABLE),
    Key("table.left", "left", "scroll_columns(-1)", N_("columns left"), N_("Columns to the left"), _TABLE),
    Key("table.right", "right", "scroll_columns(1)", N_("columns right"), N_("Columns to the right"), _TABLE),
    *DIALOG_KEYS,
    Key("app.help", "question_mark", "app.help", N_("help"), N_("This help"), _ANY, 0, also=(_HELP,)),
    Key(
        "app.help_typing",
        "f1",
        "app.help",
        N_("help"),
        N_("This help, also in the form and while typing"),
        _ANY,
        priority=True,
    ),
    Key(
        "app.palette",
        "ctrl+p",
        "app.command_palette",
        N_("palette"),
        N_("Go to a deployment or a resource by its name; themes and more"),
        _ANY,
    ),
    Key(
        "app.redraw",
        "ctrl+l",
        "app.redraw",
        N_("redraw"),
        N_("Draw the whole screen again"),
        _ANY,
        priority=True,
    ),
    Key(
        "app.suspend",
        "ctrl+z",
        "app.suspend_process",
        N_("suspend"),
        N_("Back to the shell; fg returns"),
        _ANY,
        priority=True,
    ),
    Key("app.quit", "q,ctrl+q", "app.quit", N_("quit"), N_("Quit"), _ANY, 0),
    Key(
        "app.interrupt",
        "ctrl+c",
        "app.interrupt",
        N_("quit"),
        N_("Copy what is selected, else quit"),
        _ANY,
        priority=True,
        stays=True,
    ),
)

BY_ID: Final = {key.id: key for key in KEYS}

SECTIONS: Final[tuple[tuple[str, tuple[Place, ...]], ...]] = (
    (N_("Fleet"), (_FLEET,)),
    (N_("Fleet, with a configuration file"), (_FILE,)),
    (N_("Deployment"), (_OPEN,)),
    (N_("Deployment that is open for writing"), (_WRITING,)),
    (N_("Lists"), (_LIST, _TABLE)),
    (N_("Filter and command prompt"), (_PROMPT,)),
    (N_("Form of a deployment"), (_FORM,)),
    (N_("Choosing columns"), (_COLUMNS,)),
    (N_("Dialogs"), (_DIALOG, _QUESTION)),
    (N_("Help"), (_HELP,)),
    (N_("Everywhere"), (_ANY,)),
)
"""The order in which keys are told of, with titles."""

TOGETHER: Final[tuple[tuple[Place, ...], ...]] = (
    (_FLEET, _FILE, _LIST, _TABLE, _ANY),
    (_OPEN, _WRITING, _LIST, _TABLE, _ANY),
    (_PROMPT,),
    (_FORM, _DIALOG),
    (_TABLE, _DIALOG, _COLUMNS),
    (_QUESTION, _DIALOG),
    (_HELP, _TABLE),
)
"""Places whose keys work at the same time, so that a key can mean one thing in them; `priority` comes to each."""

_ARROWS = frozenset({"up", "down", "left", "right"})
_EDITING = frozenset(
    {
        *("left", "right", "home", "end", "backspace", "delete", "enter"),
        *(f"{modifier}+{key}" for modifier in ("shift", "ctrl", "ctrl+shift") for key in ("left", "right")),
        *("shift+home", "shift+end", *(f"ctrl+{letter}" for letter in "acdekuvwx")),
    }
)

TAKEN: Final = {
    _PROMPT: _EDITING,
    _FORM: _EDITING | _ARROWS,
    _QUESTION: _ARROWS | {"enter", "tab", "shift+tab"},
}
"""Keys that a line of text, the fields of a form and the buttons of a question need themselves."""


def keys_of(*places: Place) -> Sequence[Key]:
    """The keys that work in these places, in the table's order."""
    return [key for key in KEYS if key.place in places]


MOUSE: Final[Sequence[tuple[str, str]]] = (
    (N_("wheel"), N_("Scroll what is below the pointer")),
    (N_("click"), N_("Go to the row, sort by the heading, do what the key at the bottom does")),
    (N_("double click"), N_("Open the row; elsewhere, select the word")),
    (N_("drag"), N_("Select text: ^c copies what is highlighted, esc ends it")),
    (N_("shift drag"), N_("The terminal's own selection; with Option in iTerm2, Fn in Apple's Terminal")),
)
"""What the mouse does, for the help screen."""
