"""What a simulated NanoMQ has beside clients: its routes, topic tree, rules and bridges (measured on 0.25.3)."""

from collections.abc import Iterable
from typing import NamedTuple

from emqx_tui.demo.population import Subscription


ROUTES = (
    ("GET", "/brokers/", "list_brokers", "A list of brokers in the cluster"),
    ("GET", "/nodes/", "list_nodes", "A list of nodes in the cluster"),
    ("GET", "/clients/", "list_clients", "A list of clients on current node"),
    ("GET", "/clients/:clientid", "lookup_client", "Lookup a client in the cluster"),
    ("GET", "/clients/username/:username", "lookup_client_via_username", "Lookup a client via username in the cluster"),
    ("GET", "/subscriptions/", "list_subscriptions", "A list of subscriptions in the cluster"),
    ("GET", "/subscriptions/:clientid", "lookup_client_subscriptions", "A list of subscriptions of a client"),
    ("GET", "/rules/", "list_rules", "Get rule list"),
    ("GET", "/rules/:ruleid", "get_rule_details", "Get the details of a rule"),
    ("PUT", "/rules/:ruleid", "update_rule", "Update the rule and return the rule ID"),
    ("POST", "/mqtt/subscribe", "mqtt_subscribe", "Subscribe a topic"),
    ("GET", "/bridges/:bridge_name", "get_mqtt_bridges", "Get the details of bridge"),
    ("POST", "/bridges/switch/:bridge_name", "put_mqtt_bridge_switch", "trun on or off a bridge channel"),
    ("DELETE", "/bridges/:bridge_name", "delete_mqtt_bridge", "DELETE a bridge client"),
    ("POST", "/mqtt/publish", "mqtt_publish", "Publish a MQTT message"),
    ("POST", "/mqtt/unsubscribe", "mqtt_unsubscribe", "Unsubscribe a topic"),
    ("POST", "/mqtt/publish_batch", "mqtt_publish_batch", "Batch publish MQTT messages"),
    ("GET", "/topic-tree/", "list_topic-tree", "A list of topic-tree in the cluster"),
    ("GET", "/metrics", "metrics", "Returns all statistical metrics"),
    ("GET", "/prometheus", "prometheus", "Returns all prometheus data"),
)
"""What it says that it offers: some of it (subscribe, unsubscribe, DELETE bridges) answers 404, as in the real one."""


class Rule(NamedTuple):
    """A rule: `name` is where it leads to."""

    name: str
    rawsql: str
    id: int
    enabled: bool


RULES = (
    Rule("repub", 'select payload, qos from "alerts/#" where qos > 0', 1, enabled=True),
    Rule("sqlite", 'select payload.v as v, topic from "state/#"', 2, enabled=True),
    Rule("mysql", 'select * from "legacy/#"', 3, enabled=False),
)


class Bridge(NamedTuple):
    """A bridge to another broker: topics as pairs of remote and local, the subscribed ones with their QoS."""

    name: str
    server: str
    clientid: str
    password: str
    enabled: bool
    forwards: tuple[tuple[str, str], ...]
    subscriptions: tuple[tuple[str, str, int], ...]


BRIDGES = (
    Bridge(
        "uplink",
        "tls+mqtt-tcp://uplink.cloud.example:8883",
        "edge-gw-01",
        "edge-secret",
        enabled=True,
        forwards=(("plant/edge/state/#", "state/#"), ("plant/edge/alerts/#", "alerts/#")),
        subscriptions=(("plant/edge/cmd/#", "cmd/#", 1),),
    ),
    Bridge(
        "spare",
        "mqtt-tcp://10.50.0.3:1883",
        "edge-gw-01-spare",
        "edge-secret",
        enabled=False,
        forwards=(("#", "#"),),
        subscriptions=(),
    ),
)


def bridges(found: Iterable[Bridge]) -> object:
    """The data of /bridges with these bridges, passwords in clear as NanoMQ gives them."""
    cache = {
        "enable": False,
        "disk_cache_size": 102_400,
        "flush_mem_threshold": 100,
        "resend_interval": 0,
        "mounted_file_path": None,
    }
    return {"bridge": {"nodes": [_bridge(one) for one in found], "sqlite": cache}}


def _bridge(bridge: Bridge) -> object:
    return {
        "name": bridge.name,
        "enable": bridge.enabled,
        "parallel": 2,
        "connector": {
            "server": bridge.server,
            "proto_ver": 4,
            "clientid": bridge.clientid,
            "clean_start": False,
            "username": bridge.clientid,
            "password": bridge.password,
            "keepalive": 60,
        },
        "forwards": [{"remote_topic": remote, "local_topic": local} for remote, local in bridge.forwards],
        "subscription": [
            {"remote_topic": remote, "local_topic": local, "qos": qos} for remote, local, qos in bridge.subscriptions
        ],
        "tls": {
            "enable": bridge.server.startswith("tls"),
            "url": None,
            "key_password": None,
            "key": None,
            "cert": None,
            "cacert": None,
            "verify_peer": False,
            "fail_if_no_peer_cert": False,
        },
    }


class _Level:
    """One level of the topics that are subscribed."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.below: dict[str, _Level] = {}
        self.clients: list[str] = []

    def written(self) -> dict[str, object]:
        """As NanoMQ writes it: the clients only where there are any."""
        place: dict[str, object] = {"topic": self.topic, "cld_cnt": len(self.below)}
        return place | {"clientid": self.clients} if self.clients else place


def topic_tree(subscriptions: Iterable[Subscription]) -> list[list[dict[str, object]]]:
    """The tree of subscribed topics, level by level and without links to the parents; the last level is empty."""
    root = _Level("")
    for row in subscriptions:
        place = root
        for topic in row.topic.split("/"):
            place = place.below.setdefault(topic, _Level(topic))
        place.clients.append(row.clientid)
    tree: list[list[dict[str, object]]] = []
    standing = [root]
    while standing:
        tree.append([level.written() for level in standing])
        standing = [below for level in standing for below in level.below.values()]
    return [*tree, []]
