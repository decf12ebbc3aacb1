"""What counters and gauges count whose names do not say it: one sentence each, by the names of EMQX 4.2 to 6.3."""

from typing import Final

from emqx_tui.i18n import N_


_REPLACED: Final = N_("Sessions that another connection with the same client id took over without losing messages.")
_AWAITING: Final = N_(
    "QoS 2 messages given up because the publisher never sent PUBREL (mqtt.await_rel_timeout, 5 minutes at first)."
)

COUNTERS: Final[dict[str, str]] = {
    "bytes.received": N_("Bytes of MQTT packets that came from clients."),
    "bytes.sent": N_("Bytes of MQTT packets that went to clients."),
    "packets.received": N_("MQTT packets of all kinds from clients; a QoS 2 message is several."),
    "packets.sent": N_("MQTT packets of all kinds to clients; a QoS 2 message is several."),
    "packets.connack.error": N_("Connections that were refused: wrong credentials, banned, too many, or not legal."),
    "packets.connack.auth_error": N_("Connections that were refused because authentication said no."),
    "packets.publish.error": N_("PUBLISH packets with an error, such as a topic that is not legal."),
    "packets.publish.auth_error": N_("PUBLISH packets that authorization refused."),
    "packets.publish.dropped": N_("PUBLISH packets thrown away: too many QoS 2 messages open, or a quota used up."),
    "packets.publish.quota_exceeded": N_(
        "PUBLISH packets refused because a quota was used up; only those of QoS 0 are lost."
    ),
    "packets.publish.inuse": N_("PUBLISH packets with a packet id that was still in use: the client makes a mistake."),
    "packets.puback.inuse": N_("PUBACK packets with a packet id that was still in use."),
    "packets.puback.missed": N_("PUBACK packets for messages that nobody waits for any more."),
    "packets.pubrec.inuse": N_("PUBREC packets with a packet id that was still in use."),
    "packets.pubrec.missed": N_("PUBREC packets for messages that nobody waits for any more."),
    "packets.pubrel.missed": N_("PUBREL packets for messages that are not known: the session was lost, or it is late."),
    "packets.pubcomp.inuse": N_("PUBCOMP packets with a packet id that was still in use."),
    "packets.pubcomp.missed": N_("PUBCOMP packets for messages that nobody waits for any more."),
    "packets.subscribe.error": N_("SUBSCRIBE packets with an error."),
    "packets.subscribe.auth_error": N_("Subscriptions that authorization refused."),
    "packets.unsubscribe.error": N_("UNSUBSCRIBE packets with an error."),
    "packets.auth.received": N_("AUTH packets: steps of MQTT 5's enhanced authentication."),
    "messages.received": N_("Messages from clients, the broker's own included."),
    "messages.sent": N_("Messages to subscribers: one message in makes as many as there are subscribers."),
    "messages.publish": N_("Messages that were published, by clients, by the API and by the broker itself."),
    "messages.forward": N_("Messages that went to other nodes, because subscribers are there."),
    "messages.delivered": N_("Messages that were handed to subscribers' connections."),
    "messages.acked": N_("Messages that subscribers have acknowledged (QoS 1 and 2)."),
    "messages.retained": N_("Retained messages that are stored now: one figure for the whole cluster."),
    "messages.delayed": N_("Messages that wait for their time of publication: one figure for the whole cluster."),
    "messages.persisted": N_("Messages written to the durable storage, for sessions that outlive a node."),
    "messages.dropped": N_("Messages lost before any delivery: nobody subscribed, or a publisher did not finish."),
    "messages.dropped.no_subscribers": N_(
        "Messages to topics that nobody subscribed to: mostly no fault of the broker."
    ),
    "messages.dropped.await_pubrel_timeout": _AWAITING,
    "messages.dropped.expired": _AWAITING,
    "messages.dropped.quota_exceeded": N_(
        "QoS 0 messages thrown away because a quota of the client or its namespace was used up."
    ),
    "messages.dropped.receive_maximum": N_("QoS 2 messages refused because the client had too many open at a time."),
    "messages.validation_failed": N_("Messages that a schema validation refused."),
    "messages.validation_succeeded": N_("Messages that passed a schema validation."),
    "messages.transformation_failed": N_("Messages that a message transformation could not change."),
    "messages.transformation_succeeded": N_("Messages that a message transformation has changed."),
    "delivery.dropped": N_("Deliveries to single subscribers that were thrown away; the next counters say why."),
    "delivery.dropped.no_local": N_(
        "Not delivered because the subscriber asked not to get its own messages (No Local)."
    ),
    "delivery.dropped.too_large": N_("Not delivered because the message is larger than the client takes."),
    "delivery.dropped.qos0_msg": N_(
        "QoS 0 messages not kept because the client is away or slow and mqueue_store_qos0 is off."
    ),
    "delivery.dropped.queue_full": N_(
        "Messages pushed out of a client's full queue: it takes less than it is sent, or is away. Look at :clients."
    ),
    "delivery.dropped.expired": N_("Not delivered because their time to live was over while they waited in a queue."),
    "delivery.dropped.filter": N_("Not delivered because the subscription's own filter did not take them."),
    "client.connect": N_("CONNECT packets, before anything was checked."),
    "client.connack": N_("Answers to CONNECT, good ones and refusals."),
    "client.connected": N_("Clients that were let in."),
    "client.disconnected": N_("Clients whose connection ended, for whatever reason."),
    "client.authenticate": N_("How often authentication ran."),
    "client.authorize": N_("How often authorization ran, for each publication and subscription."),
    "client.check_acl": N_("How often access rules were looked at, for each publication and subscription."),
    "client.post_authn": N_("Clients that went through what follows a good authentication."),
    "client.auth.success": N_("Authentications that went well."),
    "client.auth.success.anonymous": N_("Clients let in without any authentication."),
    "client.auth.anonymous": N_("Clients let in without any authentication."),
    "client.auth.failure": N_("Authentications that were refused: wrong credentials, or nobody to ask."),
    "client.acl.allow": N_("Publications and subscriptions that access rules allowed."),
    "client.acl.deny": N_("Publications and subscriptions that access rules refused."),
    "client.acl.cache_hit": N_("Decisions of access rules that came from the client's cache."),
    "authentication.success": N_("Authentications that went well."),
    "authentication.success.anonymous": N_("Clients let in because no authenticator is configured."),
    "authentication.failure": N_("Authentications that were refused: wrong credentials, or nobody to ask."),
    "authorization.allow": N_("Publications and subscriptions that were allowed."),
    "authorization.deny": N_("Publications and subscriptions that were refused."),
    "authorization.matched.allow": N_("Allowed because a rule matched."),
    "authorization.matched.deny": N_("Refused because a rule matched."),
    "authorization.nomatch": N_("No rule matched: authorization.no_match decided."),
    "authorization.superuser": N_("Allowed without looking at rules, because the client is a superuser."),
    "authorization.cache_hit": N_("Decisions that came from the client's cache."),
    "authorization.cache_miss": N_("Decisions that had to be asked for anew."),
    "session.created": N_("Sessions that began anew."),
    "session.resumed": N_("Clients that came back to the session they had."),
    "session.takenover": _REPLACED,
    "session.takeovered": _REPLACED,
    "session.discarded": N_("Sessions thrown away because the same client id connected with a clean start."),
    "session.terminated": N_("Sessions that ended, with all that waited in them."),
    "session.disconnected": N_("Sessions whose client went away and that are kept for its return."),
    "overload_protection.delay.ok": N_("Connections that were held up because the node was overloaded, then went on."),
    "overload_protection.delay.timeout": N_("Connections that were held up for as long as allowed: overload stayed."),
    "overload_protection.hibernation": N_("Times that hibernating was left out because the node was overloaded."),
    "overload_protection.gc": N_("Times that garbage collection was put off because the node was overloaded."),
    "overload_protection.new_conn": N_("New connections that were closed because the node was overloaded."),
    "rules.matched": N_("How often rules had a message that they are for."),
    "actions.success": N_("Actions of rules that went well."),
    "actions.failure": N_("Actions of rules that failed."),
    "actions.executed": N_("Actions that rules have run."),
    "actions.messages": N_("Messages that actions have got."),
}

GAUGES: Final[dict[str, str]] = {
    "channels": N_("Processes of clients: of connections, and of sessions that wait for a client."),
    "connections": N_("Sessions: clients that are connected, and those that are away and have their session kept."),
    "live_connections": N_("Clients that are connected now: open sockets."),
    "sessions": N_("Sessions in memory; close to connections. Newer licenses count those of all nodes."),
    "cluster_sessions": N_(
        "Sessions of the whole cluster; with broker.session_history_retain, for that time also those that have ended."
    ),
    "topics": N_("Topic filters that anyone in the cluster subscribes to."),
    "routes": N_("Topic filters with the nodes on which they have subscribers."),
    "suboptions": N_("Options of subscriptions that are stored: one for each subscription."),
    "subscribers": N_("Subscribers by topic filter."),
    "subscriptions": N_("Subscriptions of clients on the node, shared ones included."),
    "subscriptions.shared": N_("Subscriptions in shared groups ($share and $queue)."),
    "durable_subscriptions": N_("Subscriptions of sessions that are kept in the durable storage."),
    "retained": N_("Retained messages that are stored."),
    "delayed": N_("Messages that wait for their time of publication."),
    "rules": N_("Rules of the rule engine."),
    "actions": N_("Actions of rules."),
    "resources": N_("Resources of the rule engine."),
    "memory.used": N_("Bytes that the broker's process holds."),
}
