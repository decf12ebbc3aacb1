"""What a key of the program is."""

from enum import StrEnum
from typing import NamedTuple


class Place(StrEnum):
    """Where a key works."""

    EVERYWHERE = "everywhere"
    LIST = "list"
    TABLE = "table"
    FLEET = "fleet"
    FILE = "file"
    DEPLOYMENT = "deployment"
    WRITING = "writing"
    PROMPT = "prompt"
    FORM = "form"
    COLUMNS = "columns"
    DIALOG = "dialog"
    QUESTION = "question"
    HELP = "help"


class Key(NamedTuple):
    """What can be done with a key, and the keys that do it unless the user wants others.

    Attributes:
        id: Stable name, for rebinding.
        keys: Textual's names of the keys, apart by commas.
        action: The action it runs.
        label: One or two words for the key bar, marked with `N_`.
        about: A sentence for the help screen, marked with `N_`.
        rank: On the key bar hints give way from the highest number down; 0 never does, None keeps it off the bar.
        priority: It goes before what has the focus, and before dialogs.
        also: Other places in which it works.
        stays: The first of its keys cannot be taken away: without it there might be no way out.
    """

    id: str
    keys: str
    action: str
    label: str
    about: str
    place: Place
    rank: int | None = None
    priority: bool = False
    stays: bool = False
    also: tuple[Place, ...] = ()
