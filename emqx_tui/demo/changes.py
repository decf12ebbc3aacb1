"""What writes have changed in a simulated cluster: everything else about it follows from the seed and the clock.

One `Changes` belongs to each `Cluster` (`cluster.changes`). The functions that give the simulated objects (see
`integration`, `listeners`, `messages`, `access`, `watch`, `alarms`, `Population`) take it into account themselves; a
service that accepts a write only has to note it here.
"""

from typing import NamedTuple


BACK_SECONDS = 6.0
"""A kicked client that had a connection connects again after so many seconds, unless it is banned."""


class Ban(NamedTuple):
    """Who may not connect: `kind` is what `who` is (clientid, username, peerhost …); seconds since 1970.

    `until` None: for ever.
    """

    kind: str
    who: str
    by: str
    reason: str
    at: float
    until: float | None

    def holds(self, now: float) -> bool:
        """Whether it has begun and is not over."""
        return self.at <= now and (self.until is None or now < self.until)


class Retained(NamedTuple):
    """A retained message; `published_at` in seconds since 1970; `username` None when the publisher had none."""

    topic: str
    payload: bytes
    qos: int
    published_at: float
    clientid: str
    username: str | None
    msgid: str


class SlowSettings(NamedTuple):
    """How slow subscriptions are looked for: threshold in ms, expiry in seconds, how many are kept."""

    enabled: bool
    threshold: int = 500
    expires: int = 300
    most: int = 10
    measure: str = "whole"


class RuleEdit(NamedTuple):
    """What a rule was replaced with; None leaves that part as it was. Actions as they were sent."""

    name: str | None
    sql: str | None
    description: str | None
    enabled: bool | None
    actions: tuple[object, ...] | None
    at: float


class Changes:
    """What was written since the start; times in seconds since 1970."""

    def __init__(self) -> None:
        self.kicked: dict[str, float] = {}
        """When each client was last kicked."""
        self.bans: dict[tuple[str, str], Ban | None] = {}
        """By kind and who: a ban that was added, None for one that was lifted."""
        self.unsubscribed: set[tuple[str, str]] = set()
        """Client id and topic."""
        self.subscribed: dict[str, dict[str, int]] = {}
        """By client id: topics with their QoS that were subscribed for it."""
        self.enabled: dict[tuple[str, str], bool] = {}
        """Switched by hand: ("action" | "source" | "connector" | "plugin", `type:name`) to whether it is enabled."""
        self.rules: dict[str, RuleEdit] = {}
        self.listeners: dict[tuple[str, str | None], bool] = {}
        """`type:name` and node (None: all nodes) to whether it was started or stopped last; the later one wins."""
        self.restarted: dict[tuple[str, str], float] = {}
        """("action" | "source" | "connector" | "listener", id) to when it was last started again."""
        self.retained: dict[str, Retained | None] = {}
        """By topic: a message that was published retained, None for one that was deleted."""
        self.deactivated: dict[tuple[str, str], float] = {}
        """Alarms by name and node that were deactivated by hand, and when."""
        self.forgotten_before = 0.0
        """Past alarms that were over by then are forgotten."""
        self.resets: dict[tuple[str, str], float] = {}
        """("rule" | "action" | "source" | "topic", id) to when its metrics were reset."""
        self.slow_settings: SlowSettings | None = None
        """None as long as they are what the cluster started with."""
        self.slow_cleared = 0.0

    def switch_listener(self, listener: str, *, running: bool, node: str | None = None) -> None:
        """Start or stop a listener, on all nodes or on one."""
        if node is None:
            for known in [known for known in self.listeners if known[0] == listener]:
                del self.listeners[known]
        self.listeners.pop((listener, node), None)
        self.listeners[listener, node] = running

    def listener_runs(self, listener: str, node: str, *, before: bool) -> bool:
        """Whether a listener runs on a node that ran there `before` any write."""
        for (name, place), running in self.listeners.items():
            if name == listener and place in {None, node}:
                before = running
        return before

    def kick(self, clientid: str, now: float) -> None:
        """End a client's session."""
        self.kicked[clientid] = now

    def banned(self, clientid: str, username: str | None, address: str, now: float) -> bool:
        """Whether a ban that was written keeps this client out."""
        wanted = (("clientid", clientid), ("username", username or ""), ("peerhost", address))
        found = (self.bans.get(key) for key in wanted)
        return any(ban is not None and ban.holds(now) for ban in found)
