"""Nodes of clusters: cores, replicants with and without one, in every state."""

from itertools import product

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.roster import NodeState
from emqx_tui.domain.system import ClusterNode, Topology
from samples import HOSTILE, HUGE, NOW


WHOLE = Topology(
    "emqxcl", "emqx@core1", ("emqx@core1", HOSTILE, "emqx@lost"), {"emqx@core1": (HOSTILE, "emqx@r2"), "emqx@core2": ()}
)
ROWS = [
    Entry("prod", ClusterNode("bare"), NOW),
    Entry("prod", ClusterNode("emqx@core1", "running", "core", "5.8.9", 0.0, (), WHOLE), NOW),
    Entry("prod", ClusterNode(HOSTILE, "running", "replicant", HOSTILE, HUGE, ("emqx@core1",), WHOLE), NOW),
    Entry("prod", ClusterNode("emqx@lost", "running", "replicant", "5.8.9", 7.0, (), WHOLE), NOW),
    *(
        Entry("prod", ClusterNode(f"emqx@{state} {role}", state, role, topology=whole), NOW)
        for state, role, whole in product([*map(str, NodeState), HOSTILE], ["core", "replicant", HOSTILE, ""], [WHOLE])
    ),
]
