"""The messages of the screen. They carry names at most, never rows: whoever gets one reads the store."""

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


class CommandGiven(Message):
    """A line was entered at the `:` prompt."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line
