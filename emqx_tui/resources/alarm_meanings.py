"""What the alarms of EMQX 4.4 to 6.3 mean, and what to do about them.

Names are EMQX's own; many have an id in them, so they are recognised by patterns. Whoever embeds EMQX or writes a
plugin can raise others: those have no meaning here, and are shown as they come.
"""

import re
from typing import Final, NamedTuple

from emqx_tui.domain.models import Alarm
from emqx_tui.i18n import N_


class Meaning(NamedTuple):
    """An alarm in words.

    Attributes:
        means: What has happened, and from which limit on, marked with `N_`.
        do: What to do, the first thing first, marked with `N_`.
    """

    means: str
    do: str


NAMED: Final[dict[str, Meaning]] = {
    "high_system_memory_usage": Meaning(
        N_("The machine or container of this node uses more memory than the high watermark (70 % unless changed)."),
        N_(
            "Look at the node's memory chart and at sessions, queued and retained messages: they grow with it. Shorten "
            "session expiry and message queues, add memory or a node. A node that runs out is killed. On 4.x and some "
            "containers the host's memory is counted, so compare it with what the container may use. "
            "Setting: sysmon.os.sysmem_high_watermark (4.x: os_mon.sysmem_high_watermark)."
        ),
    ),
    "high_process_memory_usage": Meaning(
        N_("A single Erlang process holds more than its share of the memory (5 % of the machine unless changed)."),
        N_(
            "It is mostly a connection with a long queue or a mailbox that grows: look for clients with many queued "
            "messages, and in the broker's log for large_heap. Disconnecting that client frees it. "
            "Setting: sysmon.os.procmem_high_watermark (4.x: os_mon.procmem_high_watermark)."
        ),
    ),
    "high_cpu_usage": Meaning(
        N_("The machine of this node was busier than the high watermark (80 %); it ends below the low one (60 %)."),
        N_(
            "Compare the nodes: if one alone is busy, its clients are unevenly spread or a rule or authentication "
            "works "
            "there. If all are, compare rates of messages and connections with an hour ago, and add nodes or "
            "processors. "
            "Setting: sysmon.os.cpu_high_watermark (4.x: os_mon.cpu_high_watermark)."
        ),
    ),
    "too_many_processes": Meaning(
        N_("More than 80 % of the Erlang processes that this node may have are in use; each connection takes a few."),
        N_(
            "When the limit is reached the node refuses connections and may stop. Spread clients over more nodes, or "
            "raise node.process_limit and restart the node. Setting: sysmon.vm.process_high_watermark "
            "(4.x: vm_mon.process_high_watermark)."
        ),
    ),
    "runq_overload": Meaning(
        N_("More work waits for the processors of this node than they can do: overload protection has noticed it."),
        N_(
            "Everything on the node is late now, its API too. Look for a wave of connections, of publications to many "
            "subscribers, or an expensive rule. With overload_protection enabled the node delays and refuses new "
            "connections by itself; else limit connection rates at listeners, or add processors or nodes."
        ),
    ),
    "process_overload": Meaning(
        N_("One or more Erlang processes have more messages in their mailbox than the limit; the details name them."),
        N_(
            "Look in the details at what they are: a connection (slow client), a resource worker (slow target), or a "
            "part of the broker, for which the nodes' load and the log tell more. "
            "Setting: sysmon.overall_mailbox_size_monitor."
        ),
    ),
    "mnesia_transaction_manager_overload": Meaning(
        N_("The process that writes routes and other tables of the cluster cannot keep up on this node."),
        N_(
            "Clients subscribe, unsubscribe or reconnect faster than the tables can be changed: look at rates of "
            "connections and subscriptions, and slow down whoever makes them. Many core nodes make writing slower: let "
            "clients connect to replicants. Setting: sysmon.mnesia_tm_mailbox_size_alarm_threshold."
        ),
    ),
    "broker_pool_overload": Meaning(
        N_("The workers that make and remove subscriptions on this node have a long queue."),
        N_(
            "Many clients subscribe or unsubscribe at the same time, as after a network failure. It passes by "
            "itself; if "
            "not, look at connection rates and at clients with many subscriptions. "
            "Setting: sysmon.broker_pool_mailbox_size_alarm_threshold."
        ),
    ),
    "partition": Meaning(
        N_("This node has lost another member of the cluster, and both may work on without each other."),
        N_(
            "Messages do not reach subscribers on the other side, and routes differ. Check the network between the "
            "nodes, then look at :nodes. With autoheal the smaller part restarts by itself once they see each other; "
            "without it, restart the nodes of one part. Clients whose session was there connect again."
        ),
    ),
    "broker_heal": Meaning(
        N_("The cluster is putting its tables right after a partition: clients and routes are registered anew."),
        N_(
            "Wait until it is over; figures of clients and subscriptions are not complete meanwhile. If it stays, look "
            "into the log of this node, and at whether another node is still separated."
        ),
    ),
    "license_expiry": Meaning(
        N_("The license has less than 30 days left, or has expired; the details or the message give the day."),
        N_(
            "Get a new key from EMQ and set it (dashboard, Overview, License; or `emqx ctl license update`). "
            "After the day, depending on the kind of license, new connections are refused."
        ),
    ),
    "license_quota": Meaning(
        N_("The cluster has more sessions than 80 % of what the license allows; it ends below 75 %."),
        N_(
            "When the limit is reached new clients are refused. Look at who has grown, let unused persistent sessions "
            "expire sooner (they count on 5.x and later), or get a larger license. "
            "Setting: license.connection_high_watermark."
        ),
    ),
    "license_tps": Meaning(
        N_("More messages a second went through the cluster than the license allows; details have peak and limit."),
        N_(
            "Find out whether it was a single peak (observed_at) or steady growth, and get a larger license for "
            "the latter."
        ),
    ),
    "invalid_namespaced_configs": Meaning(
        N_("The configuration of one or more namespaces cannot be used; the details name them and the reason."),
        N_("Put right what is named, mostly after an upgrade that no longer takes a value, and load it again."),
    ),
    "security_profile_divergence": Meaning(
        N_("Nodes of this cluster run with different security profiles: this one is hardened, others are legacy."),
        N_(
            "During a rolling upgrade it is expected. Else set the same EMQX_SECURITY_PROFILE on the nodes that the "
            "details name and restart them: till then a client may be let in by one node and refused by another."
        ),
    ),
}
"""Alarms whose name is a word."""

_CONNECTOR = Meaning(
    N_("A connector has lost, or never had, its connection to the system behind it; the message says why."),
    N_(
        "Check from this node that the target is up and reachable, and that its credentials, certificate and "
        "address are "
        "right. Actions that use it queue messages until their buffer is full, then drop them. It connects again by "
        "itself."
    ),
)
_ACTION = Meaning(
    N_("An action or source is not working: mostly because its connector is not connected; the message says why."),
    N_(
        "If there is an alarm of its connector, begin there. Else look at what the action needs on the other side: "
        "table, topic, queue, rights. Look at its queuing, failed and dropped counters for what is lost."
    ),
)
_BRIDGE = Meaning(
    N_("A data bridge is not connected to its target; the message says why."),
    N_(
        "Check that the target is up and reachable from this node, and address and credentials. Messages wait in the "
        "bridge's buffer until it is full, then are dropped."
    ),
)
_AUTHENTICATION = Meaning(
    N_("An authenticator cannot reach the database or service that it asks."),
    N_(
        "Clients are then passed to the next authenticator, or refused when there is none. Check that the service "
        "is up "
        "and reachable from this node, its latency, and its credentials."
    ),
)
_AUTHORIZATION = Meaning(
    N_("A source of authorization rules cannot reach the database or service that it asks."),
    N_(
        "The next source decides, and in the end authorization.no_match, so clients may be let or kept out wrongly. "
        "Check that the service is up and reachable from this node, and its credentials."
    ),
)
_RESOURCE = Meaning(
    N_("Something that EMQX connects to is not reachable from this node; the name is its id, the message says why."),
    N_("Check that the target is up and reachable from this node, and its address and credentials; it is tried again."),
)

PATTERNS: Final[tuple[tuple[re.Pattern[str], Meaning], ...]] = (
    (
        re.compile(r"conn_congestion/"),
        Meaning(
            N_(
                "A client takes messages more slowly than they come: data waits in its TCP connection. client/user "
                "follow."
            ),
            N_(
                "Look at the client's network and at what it subscribes to; its queue and messages dropped in its "
                "detail. "
                "Many at a time point at the network or a load balancer instead. It ends a minute after the last "
                "congestion "
                "(conn_congestion.min_alarm_sustain_duration)."
            ),
        ),
    ),
    (
        re.compile(r"resource/.*/down"),
        Meaning(
            N_("A resource of the rule engine (4.x) is not connected; the name has its type and id."),
            N_(
                "Check that the target is up and reachable from this node, and its credentials. Actions of rules "
                "that use "
                "it fail until it is back; their failed counters tell how many messages are lost."
            ),
        ),
    ),
    (
        re.compile(r"pinned_plugin_unavailable:"),
        Meaning(
            N_("A plugin that is pinned in the configuration does not run on this node; the name has it with version."),
            N_("Check that its package lies in plugins.install_dir of the node, and look into the node's log for why."),
        ),
    ),
    (
        re.compile(r"cluster_link\b"),
        Meaning(
            N_("The link to another cluster is down; the message says why."),
            N_(
                "Messages are not exchanged with that cluster meanwhile. Check that its address is reachable from this "
                "node, the credentials of the link, and that the link is enabled on both sides."
            ),
        ),
    ),
    (
        re.compile(r".+/.+: waiting for cluster upgrade"),
        Meaning(
            N_("A shard of the durable storage waits until all nodes with a copy of it run the newer version."),
            N_("Finish the rolling upgrade: its messages are neither written nor read until then."),
        ),
    ),
    (re.compile(r"(ns:[^:]*:)?connector:"), _CONNECTOR),
    (re.compile(r"(ns:[^:]*:)?(action|source):"), _ACTION),
    (re.compile(r"(ns:[^:]*:)?bridge:"), _BRIDGE),
    (re.compile(r"(ns:[^:]*:)?(emqx_authn|authn)"), _AUTHENTICATION),
    (re.compile(r"(ns:[^:]*:)?(emqx_authz|authz)"), _AUTHORIZATION),
)
"""Alarms whose name begins so."""

_DOWN = "resource down"


def meaning_of(alarm: Alarm) -> Meaning | None:
    """What this alarm means; None when this version does not know."""
    known = NAMED.get(alarm.name)
    if known is not None:
        return known
    for pattern, meaning in PATTERNS:
        if pattern.match(alarm.name):
            return meaning
    # Whatever else EMQX connects to has alarms of one kind, under ids of many kinds.
    down = ("reason", "resource_down") in alarm.details or alarm.message.startswith(_DOWN)
    return _RESOURCE if down else None
