"""What the simulated deployments are: their nodes and sizes. The numbers that move come from the world."""

from dataclasses import dataclass


GIGABYTE = 1 << 30
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node: its share of the cluster's work, how long it was up at the start (s), the part of memory it uses."""

    name: str
    role: str = "core"
    weight: float = 1.0
    uptime: float = 12 * DAY
    memory: float = 0.42
    memory_total: int = 16 * GIGABYTE
    dropping: float = 0.0004


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """One cluster: sessions and received messages a second on an average day, and messages sent for each received."""

    name: str
    version: str
    edition: str
    otp_release: str
    nodes: tuple[NodePlan, ...]
    sessions: float
    received: float
    fan_out: float = 2.3
    topics: int = 3100
    retained: int = 1240
    shared: int = 24


def biggest_cluster(nodes: int) -> ClusterPlan:
    """The 5.8.9 cluster: a few cores, the rest replicants; one node is short of memory."""
    cores = min(nodes, 2 if nodes < 10 else 3)
    plans = tuple(
        NodePlan(
            name=f"emqx@10.20.{index // 200}.{11 + index % 200}",
            role="core" if index < cores else "replicant",
            weight=(1.0, 1.12, 0.93, 1.05)[index % 4],
            uptime=12 * DAY + 15660 - 660 * (index % 30),
            memory=0.79 if index == min(2, nodes - 1) else 0.37 + 0.02 * (index % 5),
            dropping=0.0021 if index == min(2, nodes - 1) else 0.0004,
        )
        for index in range(nodes)
    )
    return ClusterPlan(
        name="emqxcl",
        version="5.8.9",
        edition="Enterprise",
        otp_release="26.2.5.2/14.2.5.4",
        nodes=plans,
        sessions=48_000 if nodes < 10 else max(62_000, 1250 * nodes),
        received=4200 if nodes < 10 else 280 * nodes,
        topics=31_000,
    )


def older_cluster() -> ClusterPlan:
    """The 4.4.19 cluster of two nodes."""
    return ClusterPlan(
        name="emqxcl",
        version="4.4.19",
        edition="Opensource",
        otp_release="24.3.4.2/12.3.2.2",
        nodes=(
            NodePlan("emqx@10.30.0.21", uptime=41 * DAY + 8000, memory=0.74, memory_total=8 * GIGABYTE),
            NodePlan("emqx@10.30.0.22", weight=0.86, uptime=41 * DAY + 7100, memory=0.48, memory_total=8 * GIGABYTE),
        ),
        sessions=17_500,
        received=1650,
        fan_out=1.4,
        topics=9400,
    )


def lone_node(address: str, *, version: str, edition: str, sessions: float, received: float) -> ClusterPlan:
    """A deployment of one node."""
    return ClusterPlan(
        name="emqxcl",
        version=version,
        edition=edition,
        otp_release="26.2.5.2/14.2.5.4",
        nodes=(NodePlan(f"emqx@{address}", uptime=6 * 3600 + 1260.0, memory_total=4 * GIGABYTE),),
        sessions=sessions,
        received=received,
        topics=max(12, int(sessions / 4)),
        retained=40,
        shared=2,
    )
