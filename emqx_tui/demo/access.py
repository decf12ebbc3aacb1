"""Who may connect and do what: bans, the authentication chain, authorization sources; plugins and the licence."""

from collections.abc import Mapping
from typing import NamedTuple

from emqx_tui.demo.changes import Ban
from emqx_tui.demo.world import RATE_SECONDS, Cluster, Node


HOUR = 3600.0
DAY = 24 * HOUR
FLAPPING_SECONDS = 300.0
"""How long the flapping detector bans; in the simulation the same clients are caught again and again."""


def bans(cluster: Cluster, now: float) -> list[Ban]:
    """The bans that hold now, the newest last: those of the seed, of the flapping detector, and written ones."""
    start, flapping = cluster.start, (now - cluster.start) // FLAPPING_SECONDS * FLAPPING_SECONDS
    found = [
        Ban("username", "contractor-7", "ops@plant", "contract ended", start - 21 * DAY, None),
        Ban("peerhost", "192.0.2.7", "mgmt_api", "port scans", start - 3 * DAY, start + 27 * DAY),
        Ban("clientid", "valve-9000001", "admin", "stolen device", start - 9 * DAY, None),
        Ban("clientid", "tracker-9000417", "mgmt_api", "firmware 1.2 floods retained", start - 5 * HOUR, start + DAY),
    ]
    caught = (("forklift-9000012", 41.0), ("gateway-9000350", 97.0), ("meter-9000099", 204.0))
    for clientid, late in caught:
        at = start + flapping + late - FLAPPING_SECONDS
        found.append(Ban("clientid", clientid, "flapping detector", "flapping is detected", at, at + FLAPPING_SECONDS))
    changed = cluster.changes.bans
    rows = [ban for ban in found if (ban.kind, ban.who) not in changed]
    rows += [ban for ban in changed.values() if ban is not None]
    return sorted((ban for ban in rows if ban.holds(now)), key=lambda ban: ban.at)


class NodeState(NamedTuple):
    """How something fares on one node: status in EMQX 5's words, and the reason where it is not connected."""

    node: str
    status: str
    reason: str = ""


class Authenticator(NamedTuple):
    """One element of the authentication chain: `mechanism:backend`, `settings` as configured (secrets hidden)."""

    mechanism: str
    backend: str
    enabled: bool
    states: tuple[NodeState, ...]
    settings: Mapping[str, object]

    @property
    def id(self) -> str:
        """As in EMQX 5's paths."""
        return f"{self.mechanism}:{self.backend}" if self.backend else self.mechanism


class Source(NamedTuple):
    """One authorization source: its type (file, built_in_database, http …), `settings` as configured."""

    type: str
    enabled: bool
    states: tuple[NodeState, ...]
    settings: Mapping[str, object]


class Verdicts(NamedTuple):
    """Counted since the node's boot, and rates a second: what one authenticator or source said on one node.

    `success` is accepted or allowed, `failed` refused or denied, `nomatch` nothing to say.
    """

    total: int
    success: int
    failed: int
    nomatch: int
    rate: float
    rate_last5m: float
    rate_max: float


SICK_BACKEND = "timeout: no answer from http://auth.plant.example:8080/mqtt/auth within 5000 ms"


def authenticators(cluster: Cluster, now: float) -> list[Authenticator]:
    """The authentication chain in order; the HTTP backend does not answer one of the nodes."""
    running = cluster.running(now)
    hash_algorithm = {"name": "sha256", "salt_position": "suffix"}
    built_in = Authenticator(
        "password_based",
        "built_in_database",
        enabled=True,
        states=_all(running, "connected"),
        settings={"password_hash_algorithm": hash_algorithm, "user_id_type": "username"},
    )
    if cluster.small:
        return [built_in]
    http = Authenticator(
        "password_based",
        "http",
        enabled=True,
        states=tuple(
            NodeState(node.plan.name, "disconnected", SICK_BACKEND)
            if node.index == 1
            else NodeState(node.plan.name, "connected")
            for node in running
        ),
        settings={"method": "post", "url": "http://auth.plant.example:8080/mqtt/auth", "pool_size": 8},
    )
    jwt = Authenticator("jwt", "", enabled=False, states=_all(running, "stopped"), settings={"algorithm": "hmac-based"})
    return [built_in, http, jwt]


def sources(cluster: Cluster, now: float) -> list[Source]:
    """The authorization sources in order."""
    running = cluster.running(now)
    file = Source("file", enabled=True, states=_all(running, "connected"), settings={"rules": "{allow, all}.\n"})
    if cluster.small:
        return [file]
    database = Source("built_in_database", enabled=True, states=_all(running, "connected"), settings={"max_rules": 100})
    return [database, file]


def verdicts_of_authenticator(found: Authenticator, node: Node, now: float) -> Verdicts:
    """What an authenticator said on a node."""
    if not found.enabled:
        return Verdicts(0, 0, 0, 0, 0.0, 0.0, 0.0)
    part, passed = (1.0, 0.62) if found.backend == "built_in_database" else (0.38, 0.0 if node.index == 1 else 0.93)
    return _verdicts(node, now, part, passed, connects=True)


def verdicts_of_source(found: Source, node: Node, now: float) -> Verdicts:
    """What an authorization source said on a node."""
    return _verdicts(node, now, 0.025, 0.97 if found.type == "file" else 0.31, connects=False)


def _verdicts(node: Node, now: float, part: float, passed: float, *, connects: bool) -> Verdicts:
    def count(at: float) -> float:
        traffic = node.since(at, now)
        return part * (traffic.connects if connects else traffic.received)

    total = int(count(now))
    success = int(total * passed)
    failed = int((total - success) * 0.2)
    rate = round((count(now) - count(now - RATE_SECONDS)) / RATE_SECONDS, 2)
    last5m = round((count(now) - count(now - 300)) / 300, 2)
    return Verdicts(total, success, failed, total - success - failed, rate, last5m, round(2.4 * last5m + 1, 2))


def _all(nodes: list[Node], status: str) -> tuple[NodeState, ...]:
    return tuple(NodeState(node.plan.name, status) for node in nodes)


class Plugin(NamedTuple):
    """A plugin: its version, and on which nodes it is `running`, `stopped` or `loaded`."""

    name: str
    version: str
    description: str
    author: str
    states: tuple[NodeState, ...]


def plugins(cluster: Cluster, now: float) -> list[Plugin]:
    """The installed plugins of a big cluster; small deployments have none."""
    running = cluster.running(now)
    if cluster.small:
        return []
    places = [("site_naming", "1.4.0", "Rewrites topics of old gateways", 0), ("geo_fence", "0.9.2", "Geo fencing", 1)]
    return [
        Plugin(
            name,
            version,
            about,
            "Plant IT",
            tuple(
                NodeState(
                    node.plan.name,
                    "running"
                    if cluster.changes.enabled.get(("plugin", f"{name}-{version}"), not (sick and node.index == 1))
                    else "stopped",
                )
                for node in running
            ),
        )
        for name, version, about, sick in places
    ]


class Licence(NamedTuple):
    """The licence of an Enterprise cluster; dates in seconds since 1970."""

    customer: str
    email: str
    deployment: str
    most_connections: int
    starts: float
    ends: float
    type: str
    customer_type: int

    def expired(self, now: float) -> bool:
        """Whether it is over."""
        return now >= self.ends


def licence(cluster: Cluster) -> Licence | None:
    """The licence, None for an open source edition; that of the simulation ends within a month."""
    if cluster.plan.edition != "Enterprise":
        return None
    most = 100_000 if cluster.plan.sessions > 50_000 else 60_000
    return Licence(
        "Example Plant AG",
        "mqtt@plant.example",
        "production",
        most,
        cluster.start - 342 * DAY,
        cluster.start + 23 * DAY,
        "official",
        1,
    )
