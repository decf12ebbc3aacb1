"""What the words mean, in EMQX's and MQTT's terms: one table for every view that explains itself."""

from typing import NamedTuple

from emqx_tui.i18n import N_


class Term(NamedTuple):
    """A word and what it means, both marked with `N_`."""

    word: str
    meaning: str


GLOSSARY: tuple[Term, ...] = (
    # What is watched
    Term(N_("deployment"), N_("One EMQX cluster, one service of EMQX Cloud or one NanoMQ, as it is configured.")),
    Term(
        N_("broker"),
        N_(
            "An MQTT server: it takes messages from clients that publish and hands them to those that subscribe. "
            "Here it is what answers the API of a deployment."
        ),
    ),
    Term(
        N_("node"),
        N_("One running EMQX of a cluster, with a name of the form name@host. NanoMQ is a single one without a name."),
    ),
    Term(
        N_("core"),
        N_("A node of EMQX 5 and later that stores the tables of the cluster and takes part in writing them."),
    ),
    Term(
        N_("replicant"),
        N_(
            "A node of EMQX 5 and later that copies the tables of the cores and serves clients. It may come and "
            "go, so that one that is gone is only a warning."
        ),
    ),
    Term(
        N_("gone"),
        N_("A node that the API no longer lists. EMQX 4.x drops dead nodes from every list; emqx-tui remembers them."),
    ),
    Term(
        N_("listener"),
        N_(
            "Where a node takes connections from clients: a protocol, an address and a port, such as tcp:default "
            "on 1883."
        ),
    ),
    # Editions and keys
    Term(
        N_("Serverless"),
        N_(
            "EMQX Cloud on clusters that customers share. Its API tells of sessions and clients, but of no nodes, "
            "counters or alarms."
        ),
    ),
    Term(N_("Dedicated"), N_("EMQX Cloud with a cluster of one's own, which EMQX runs.")),
    Term(
        N_("BYOC"),
        N_("Bring your own cloud: EMQX runs a cluster of one's own in the customer's account with a cloud provider."),
    ),
    Term(
        N_("NanoMQ"),
        N_(
            "A small MQTT broker for the edge, a single process. Its API is like that of EMQX 4 and tells less: "
            "no alarms."
        ),
    ),
    Term(
        N_("AppID, AppSecret"),
        N_(
            "What one signs in to the API with on EMQX 4.x and in EMQX Cloud, whose console makes them for a "
            "deployment."
        ),
    ),
    Term(
        N_("API key"),
        N_(
            "What one signs in to the API with on EMQX 5 and later, as with AppID and AppSecret before: a key and "
            "its secret, made in the dashboard (System, API Key). A user of the dashboard cannot sign in there."
        ),
    ),
    # Clients
    Term(
        N_("session"),
        N_(
            "What the broker keeps for a client: its subscriptions, and messages that wait for it. A persistent "
            "one outlives the connection. What EMQX's API calls connections are sessions, disconnected ones "
            "included."
        ),
    ),
    Term(
        N_("live connection"),
        N_(
            "The open socket of a client: TCP, TLS, WebSocket or QUIC. EMQX before 4.4, and 5.0, do not tell how "
            "many there are."
        ),
    ),
    Term(
        N_("subscription"),
        N_("What a session asked to be sent: a topic, or a topic filter with the wildcards + and #, with a QoS."),
    ),
    Term(
        N_("shared subscription"),
        N_(
            "$share/group/filter: each message goes to one subscriber in the group only. $queue/filter is a group "
            "without a name."
        ),
    ),
    Term(
        N_("topic"),
        N_(
            "What a message is published to, such as plant/7/temperature. The figure counts topics and topic "
            "filters that have a subscriber, in the whole cluster."
        ),
    ),
    Term(
        N_("retained"),
        N_(
            "A message that the broker keeps as the last one of its topic and sends to whoever subscribes later. "
            "The figure counts them in the whole cluster."
        ),
    ),
    Term(
        N_("QoS"),
        N_("Quality of service: a message arrives at most once (0), at least once (1) or exactly once (2)."),
    ),
    Term(
        N_("in-flight window"),
        N_(
            "Messages of QoS 1 and 2 that were sent to a client and are not acknowledged yet. It holds so many at "
            "most; the others wait in the message queue."
        ),
    ),
    Term(
        N_("message queue"),
        N_(
            "Messages that wait in a session because its in-flight window is full or its client is away (mqueue). "
            "A full one drops messages."
        ),
    ),
    # Figures
    Term(N_("in/s"), N_("Messages that clients published to the broker, a second.")),
    Term(
        N_("out/s"),
        N_("Messages that the broker sent to clients, a second: more than in/s where several subscribe to the same."),
    ),
    Term(
        N_("dropped"),
        N_(
            "Messages that the broker threw away before any session had them, a second; most often because nobody "
            "subscribes to their topic. What a full message queue drops is counted apart, as deliveries dropped."
        ),
    ),
    Term(
        N_("load"),
        N_(
            "The load average of the host in the last minute: how many processes run or wait for their turn. At "
            "the number of its CPU cores the host is busy all the time."
        ),
    ),
    Term(
        N_("memory"),
        N_(
            "Memory in use of what the host, or its container, has. Before EMQX 4.3.16 and 4.4.5 it was that of "
            "the Erlang VM."
        ),
    ),
    Term(
        N_("live, slow, stale"),
        N_(
            "How old figures are: live while younger than one and a half intervals, slow up to three, then stale; "
            "stale at once when the last poll failed. Figures that are not live are grey."
        ),
    ),
    Term(N_("paused"), N_("A deployment that is asked nothing until you go on; its figures stay as they were.")),
    # What is wrong
    Term(
        N_("alarm"),
        N_(
            "What EMQX itself raises, and clears when its cause is gone: high use of memory or CPU, a resource of "
            "a rule that is down, a congested client."
        ),
    ),
    Term(
        N_("finding"),
        N_(
            "What emqx-tui concludes is wrong, worst first: ✖ critical, such as a node that is down; ▲ warning, "
            "such as an active alarm."
        ),
    ),
    Term(N_("before 03:12"), N_("It was already so when emqx-tui first looked, at 03:12; since when is not known.")),
    Term(
        N_("resource"),
        N_("A kind of row that a deployment has, which one can go to by its name: nodes, clients, rules and more."),
    ),
)
"""The terms, grouped by what they are about."""
