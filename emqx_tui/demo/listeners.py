"""The listeners of a simulated cluster, one object for each node that has one."""

from typing import NamedTuple

from emqx_tui.demo.world import Cluster, Node


class Listener(NamedTuple):
    """A listener on one node: `most` connections (None: no limit); `shutdowns` counts why connections ended."""

    type: str
    name: str
    bind: str
    acceptors: int
    node: str
    enabled: bool
    running: bool
    current: int
    most: int | None
    shutdowns: tuple[tuple[str, int], ...]

    @property
    def id(self) -> str:
        """As in EMQX 5's paths."""
        return f"{self.type}:{self.name}"


SHARES = 16
"""The clients with a connection are spread over the listeners in sixteenths, see `listener_of`."""

_KINDS: tuple[tuple[str, int, int, int, int | None], ...] = (
    ("tcp", 1883, 16, 10, None),
    ("ssl", 8883, 16, 3, 20_000),
    ("ws", 8083, 16, 2, None),
    ("wss", 8084, 16, 1, 1500),
)
"""Type, port, acceptors, sixteenths of the clients, most connections a node."""

_BY_SHARE = tuple(kind for kind, _, _, share, _ in _KINDS for _ in range(share))


def listener_of(mixed: int) -> str:
    """The listener, `type:name`, of the client that has this number by lot."""
    return f"{_BY_SHARE[mixed % SHARES]}:default"


def listeners(cluster: Cluster, now: float) -> list[Listener]:
    """All listeners of the running nodes. wss:default does not run on the last node of a cluster."""
    return [found for node in cluster.running(now) for found in listeners_of(cluster, node, now)]


def listeners_of(cluster: Cluster, node: Node, now: float) -> list[Listener]:
    """The listeners of one node."""
    live, ended = node.live(now), node.traffic(now).connects
    found = []
    for kind, port, acceptors, share, most in _KINDS:
        before = not (kind == "wss" and len(cluster.nodes) > 1 and node is cluster.nodes[-1])
        running = cluster.changes.listener_runs(f"{kind}:default", node.plan.name, before=before)
        current = live * share // SHARES if running else 0
        reasons = (("keepalive_timeout", 7), ("tcp_closed", 60), ("normal", 25), ("kicked", 1))
        shutdowns = tuple((reason, ended * share * part // (SHARES * 100)) for reason, part in reasons)
        found.append(
            Listener(
                kind,
                "default",
                f"0.0.0.0:{port}",
                acceptors,
                node.plan.name,
                enabled=cluster.changes.listeners.get((f"{kind}:default", None), True),
                running=running,
                current=min(current, most) if most else current,
                most=most,
                shutdowns=shutdowns if running else (),
            )
        )
    return found
