"""The messages of the screen. They carry names at most, never rows: whoever gets one reads the store."""

from enum import StrEnum

from textual.message import Message


class StoreChanged(Message, bubble=False):
    """Something in the store, or just the time, is different. Any number of them in the queue become one."""

    def can_replace(self, message: Message) -> bool:
        """An older one that waits is as good."""
        return isinstance(message, StoreChanged)


class DeploymentChosen(Message):
    """A deployment was chosen to be opened.

    Attributes:
        name: The deployment.
        resource: What to show of it.
    """

    def __init__(self, name: str, resource: str = "nodes") -> None:
        super().__init__()
        self.name = name
        self.resource = resource


class FleetWanted(Message):
    """Back to the fleet."""


class WalkWanted(Message):
    """Back or ahead through the screens visited.

    Attributes:
        direction: -1 for back, 1 for ahead.
    """

    def __init__(self, direction: int) -> None:
        super().__init__()
        self.direction = direction


class Wish(StrEnum):
    """What is to be done with the configuration file."""

    ADD = "add"
    EDIT = "edit"
    DUPLICATE = "duplicate"
    REMOVE = "remove"
    ADOPT = "adopt"


class EditWanted(Message):
    """A deployment is to be added, changed, duplicated or removed.

    Attributes:
        wish: Which of them. To adopt is to add one that the EMQX Cloud account lists.
        name: The deployment; None when there is none yet, or none under the cursor.
        platform_id: Its id in the account, of one that is adopted.
    """

    def __init__(self, wish: Wish, name: str | None = None, platform_id: str | None = None) -> None:
        super().__init__()
        self.wish = wish
        self.name = name
        self.platform_id = platform_id


class CommandGiven(Message):
    """A line was entered at the `:` prompt."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line
