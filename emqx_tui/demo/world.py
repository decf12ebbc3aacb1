"""The simulated clusters: what their nodes would count and gauge at a moment, from the seed and the clock alone."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from emqx_tui.demo.changes import Changes
from emqx_tui.demo.plans import ClusterPlan, NodePlan
from emqx_tui.demo.scenario import Fate, Outage
from emqx_tui.demo.tide import Jitter, Noise, Tide


MOVING_PART = 0.7
"""The part of a failed node's clients that finds another node; the rest waits for it."""

LIVE_PART = 0.93
"""The part of the sessions that has a connection; the rest are persistent sessions of clients that are away."""

RATE_SECONDS = 10.0
"""EMQX takes its rates over samples ten seconds apart (EMQX API reference, /monitor_current)."""

UNEVEN = 0.8
"""How much of the noise is in the messages; more would let a counter fall."""

UNEVEN_LOSS = 4.0
"""The same for dropped messages, which come in bursts."""

CHURN = 0.0004
"""Connects a second for each session."""

_HISTORY = 60 * 86400.0
_BIG = 1000


@dataclass(frozen=True, slots=True)
class Traffic:
    """Counted since a node's boot: connects, and messages in and out by QoS 0, 1, 2; each only ever grows."""

    received_qos: tuple[int, int, int] = (0, 0, 0)
    sent_qos: tuple[int, int, int] = (0, 0, 0)
    dropped: int = 0
    connects: int = 0

    @property
    def received(self) -> int:
        """Messages received."""
        return sum(self.received_qos)

    @property
    def sent(self) -> int:
        """Messages sent."""
        return sum(self.sent_qos)


class Node:
    """One node of a simulated cluster."""

    def __init__(self, plan: NodePlan, cluster: "Cluster", index: int, random: Random) -> None:
        self.plan = plan
        self.index = index
        self._cluster = cluster
        self.offset = random.randrange(1000)
        self.noises = tuple(Noise(random) for _ in range(3))
        self.first_boot = cluster.start - plan.uptime
        self._at_boot: tuple[float, tuple[float, float, float, float]] | None = None
        self.failing = cluster.outage is not None and index == cluster.failing
        share = plan.weight / cluster.weight
        self._sessions = cluster.plan.sessions * share
        received = cluster.plan.received * share
        self.weights = (received, received * cluster.plan.fan_out, received * plan.dropping)
        failing = cluster.plan.nodes[cluster.failing].weight
        others = cluster.weight - failing
        self.moving = 0.0 if self.failing or cluster.outage is None else MOVING_PART * failing / others

    @property
    def usual_sessions(self) -> int:
        """Sessions on an average day."""
        return int(self._sessions)

    def fate(self, now: float) -> Fate:
        """What is the matter with the node."""
        outage = self._cluster.outage
        return outage.fate(now - self._cluster.start) if outage and self.failing else Fate.RUNNING

    def runs(self, now: float) -> bool:
        """Whether the node had been started by then, and answers."""
        return self.first_boot <= now and self.fate(now) is Fate.RUNNING

    def booted(self, now: float) -> float:
        """When it last came up, in seconds since 1970."""
        outage = self._cluster.outage
        again = outage.restarted(now - self._cluster.start) if outage and self.failing else None
        return self.first_boot if again is None else self._cluster.start + again

    def uptime(self, now: float) -> float:
        """Seconds since it last came up."""
        return now - self.booted(now)

    def sessions(self, now: float) -> int:
        """Sessions on this node, those of clients that are away included."""
        moved = self._cluster.moved(now)
        part = 1 - moved if self.failing else 1 + self.moving * moved
        return int(self._sessions * part * self._cluster.tide.breath(now)) + self.jitter(now)

    def live(self, now: float) -> int:
        """Sessions with a connection."""
        return int(self.sessions(now) * LIVE_PART)

    def peak(self, now: float) -> int:
        """The most sessions since the boot."""
        moved = 0.0 if self.failing else self.moving
        if self.booted(now) > self.first_boot:
            return self.sessions(now) - self.jitter(now) + Jitter.HIGHEST
        return int(self._sessions * 1.22 * (1 + moved)) + Jitter.HIGHEST

    def jitter(self, now: float, kind: int = 0) -> int:
        """A small whole number that is another one every second; several kinds are unlike each other."""
        return self._cluster.restless.at(now, self.offset + 131 * kind)

    def traffic(self, now: float) -> Traffic:
        """What the node has counted since its boot."""
        boot = self.booted(now)
        if self._at_boot is None or self._at_boot[0] != boot:
            self._at_boot = (boot, self.passed(boot))
        before = self._at_boot[1]
        received, sent, dropped, connects = (
            max(0.0, after - at_boot) for after, at_boot in zip(self.passed(now), before, strict=True)
        )
        return Traffic(
            (int(received * 0.62), int(received * 0.3), int(received * 0.08)),
            (int(sent * 0.55), int(sent * 0.42), int(sent * 0.03)),
            int(dropped),
            int(connects),
        )

    def since(self, earlier: float, now: float) -> Traffic:
        """What the node had counted at the earlier time, nothing if it was not up by then."""
        return Traffic() if earlier <= self.booted(now) else self.traffic(earlier)

    def loads(self, now: float) -> tuple[float, float, float]:
        """The host's load over 1, 5 and 15 minutes."""
        level = self._cluster.tide.breath(now)
        return (
            round(1.05 * level + 0.021 * self.jitter(now, 1), 2),
            round(0.98 * level + 0.015 * self.jitter(now, 2), 2),
            round(0.95 + 0.012 * self.jitter(now, 3), 2),
        )

    def memory_used(self, now: float) -> int:
        """Bytes of the host's memory in use."""
        plan = self.plan
        breathing = 0.7 + 0.3 * self._cluster.tide.breath(now)
        return int(plan.memory_total * (plan.memory * breathing + 0.0016 * self.jitter(now, 4)))

    def passed(self, now: float) -> tuple[float, float, float, float]:
        """Messages in, out and dropped, and connects, since long before the start. A node that stands counts none."""
        cluster = self._cluster
        own, taken_over = now, 0.0
        if cluster.outage is not None:
            since = now - cluster.start
            if self.failing:
                own = now - cluster.outage.lost_seconds(since)
            else:
                taken_over = self.moving * cluster.outage.moved_seconds(since)
        rise = cluster.tide.rise(own) + taken_over
        weights = self.weights
        inwards, outwards, lost = (noise.at(own) for noise in self.noises)
        return (
            weights[0] * (rise + UNEVEN * inwards),
            weights[1] * (rise + UNEVEN * outwards),
            weights[2] * (rise + UNEVEN_LOSS * lost),
            self._sessions * CHURN * rise,
        )


class Cluster:
    """A simulated cluster: its nodes, and what is counted over all of them. The first node answers the API."""

    def __init__(self, plan: ClusterPlan, seed: str, start: float, outage: Outage | None = None) -> None:
        random = Random(seed)  # noqa: S311  a simulation has to be repeatable
        self.plan = plan
        self.start = start
        self.outage = outage if len(plan.nodes) > 1 else None
        self.changes = Changes()
        self.failing = 1 if len(plan.nodes) > 1 else 0
        self.weight = sum(node.weight for node in plan.nodes)
        self.tide = Tide(random, start - _HISTORY)
        self.restless = Jitter(random)
        self.moved = lru_cache(maxsize=64)(self._moved)
        self.nodes = tuple(Node(node, self, index, random) for index, node in enumerate(plan.nodes))
        self._by_name = {node.plan.name: node for node in self.nodes}

    @property
    def small(self) -> bool:
        """Whether this is one of the deployments that have little beyond their clients set up."""
        return self.plan.sessions < _BIG

    def node(self, name: str) -> Node | None:
        """The node of this name, running or not."""
        return self._by_name.get(name)

    def running(self, now: float) -> list[Node]:
        """The nodes that run and answer."""
        return [node for node in self.nodes if node.runs(now)]

    def hung(self, now: float) -> Node | None:
        """The node that hangs."""
        node = self.nodes[self.failing]
        return node if node.fate(now) is Fate.HUNG else None

    def hung_for(self, now: float) -> float:
        """Seconds until the hung node wakes; 0 when none hangs."""
        return self.outage.remaining(now - self.start) if self.outage and self.outage.hangs else 0.0

    def sessions(self, now: float) -> int:
        """Sessions of the whole cluster, as each node reports them."""
        return sum(node.sessions(now) for node in self.running(now))

    def topics(self, now: float) -> int:
        """Topics of the whole cluster, as each node reports them."""
        return int(self.plan.topics * (0.9 + 0.1 * self.tide.breath(now))) + self.restless.at(now)

    def retained(self, now: float) -> int:
        """Retained messages of the whole cluster, as each node reports them."""
        return self.plan.retained + self.restless.at(now, 500)

    def _moved(self, now: float) -> float:
        return self.outage.moved(now - self.start) if self.outage else 0.0
