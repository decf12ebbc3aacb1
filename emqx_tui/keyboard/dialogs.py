"""The keys of what is in front of a list: prompt, form, dialogs, help. They belong to the one table of keys."""

from typing import Final

from emqx_tui.i18n import N_
from emqx_tui.keyboard.spec import Key, Place


_PROMPT, _FORM, _COLUMNS, _DIALOG = Place.PROMPT, Place.FORM, Place.COLUMNS, Place.DIALOG
_QUESTION, _HELP = Place.QUESTION, Place.HELP

DIALOG_KEYS: Final[tuple[Key, ...]] = (
    Key(
        "prompt.complete",
        "tab",
        "prompt('complete')",
        N_("complete"),
        N_("Complete the last word, then with the next one"),
        _PROMPT,
    ),
    Key("prompt.earlier", "up", "prompt('earlier')", N_("earlier"), N_("What was entered before"), _PROMPT),
    Key("prompt.later", "down", "prompt('later')", N_("later"), N_("What was entered after it"), _PROMPT),
    Key(
        "prompt.cancel",
        "escape",
        "prompt('cancel')",
        N_("cancel"),
        N_("Leave the line, and clear the filter"),
        _PROMPT,
        stays=True,
    ),
    Key("form.test", "ctrl+t", "test", N_("test"), N_("Test the connection, step by step"), _FORM),
    Key("form.save", "ctrl+s", "save", N_("save"), N_("Save the deployment"), _FORM),
    # What is typed fast after these must not land in the field before, where a secret would be seen.
    Key("form.next", "tab", "app.focus_next", N_("next"), N_("The next field"), _FORM, priority=True),
    Key(
        "form.previous", "shift+tab", "app.focus_previous", N_("previous"), N_("The field before"), _FORM, priority=True
    ),
    Key(
        "form.enter",
        "enter",
        "next_field",
        N_("go on"),
        N_("From a line of text to the next field"),
        _FORM,
        priority=True,
    ),
    Key("columns.toggle", "space", "toggle_column", N_("show"), N_("Show or hide the column"), _COLUMNS),
    Key(
        "columns.left",
        "less_than_sign,shift+up",
        "move_column(-1)",
        N_("left"),
        N_("Move the column to the left"),
        _COLUMNS,
    ),
    Key(
        "columns.right",
        "greater_than_sign,shift+down",
        "move_column(1)",
        N_("right"),
        N_("Move the column to the right"),
        _COLUMNS,
    ),
    Key("columns.wider", "plus,equals_sign", "widen_column(1)", N_("wider"), N_("Make it wider"), _COLUMNS),
    Key("columns.narrower", "minus", "widen_column(-1)", N_("narrower"), N_("Make it narrower"), _COLUMNS),
    Key("columns.reset", "r", "reset_columns", N_("reset"), N_("All columns as they are by default"), _COLUMNS),
    Key(
        "dialog.leave",
        "escape,q",
        "leave",
        N_("cancel"),
        N_("Leave a dialog or the form without a change"),
        _DIALOG,
        stays=True,
    ),
    Key("question.yes", "y", "answer(True)", N_("yes"), N_("Answer a question with yes"), _QUESTION),
    Key("question.no", "n", "answer(False)", N_("no"), N_("Answer a question with no"), _QUESTION),
    Key(
        "help.search",
        "slash",
        "screen.search",
        N_("search"),
        N_("Only what has all the words stays; Enter keeps it so"),
        _HELP,
        1,
    ),
    Key(
        "help.back",
        "escape",
        "screen.back",
        N_("back"),
        N_("Clear the search, or leave the help"),
        _HELP,
        0,
        stays=True,
    ),
    Key("help.leave", "q", "screen.leave", N_("leave"), N_("Leave the help"), _HELP),
)
"""In the order in which the help tells of them."""
