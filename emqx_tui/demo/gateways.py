"""The gateways of a simulated EMQX 5.8: protocols other than MQTT, each with its listeners on every node."""

from typing import NamedTuple

from emqx_tui.demo.world import Cluster, Node


UNLOADED = "unloaded"

_PROTOCOLS = ("coap", "exproto", "lwm2m", "mqttsn", "stomp")
_ENTERPRISE = ("gbt32960", "jt808", "ocpp")


class GatewayListener(NamedTuple):
    """One listener of a gateway: `most` connections on each node."""

    type: str
    name: str
    bind: str
    most: int


class Gateway(NamedTuple):
    """A gateway: `clients` of a thousand that are connected come in by it; it does not run on the node `sick`."""

    name: str
    listeners: tuple[GatewayListener, ...] = ()
    clients: int = 0
    sick: int | None = None

    @property
    def loaded(self) -> bool:
        """Whether somebody has set it up."""
        return bool(self.listeners)

    def runs(self, node: Node) -> bool:
        """Whether it runs on a node."""
        return self.loaded and node.index != self.sick

    def connections(self, listener: GatewayListener, node: Node, now: float) -> int:
        """Connections of one of its listeners on a node; the first one has most of them."""
        if not self.runs(node):
            return 0
        every = node.live(now) * self.clients // 1000
        others = every // 5 if len(self.listeners) > 1 else 0
        return min(listener.most, every - others if listener is self.listeners[0] else others)


def gateways(cluster: Cluster) -> list[Gateway]:
    """All that there are, set up or not; small deployments have none set up."""
    names = sorted(_PROTOCOLS + (_ENTERPRISE if cluster.plan.edition == "Enterprise" else ()))
    if cluster.small:
        return [Gateway(name) for name in names]
    last = len(cluster.nodes) - 1
    up = {
        "stomp": Gateway(
            "stomp",
            (GatewayListener("tcp", "default", "61613", 1024), GatewayListener("ssl", "default", "61614", 512)),
            8,
        ),
        "mqttsn": Gateway("mqttsn", (GatewayListener("udp", "default", "1884", 512),), 26, last or None),
    }
    return [up.get(name, Gateway(name)) for name in names]
