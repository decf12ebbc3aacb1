"""What a simulated EMQX 4.4 says that it offers; the telemetry plugin is off, and its routes are there all the same."""

from typing import NamedTuple


class Route(NamedTuple):
    """One line of the list that `GET /api/v4` gives."""

    method: str
    path: str
    name: str
    descr: str


ROUTES = tuple(
    Route(*route)
    for route in (
        ("GET", "/alarms", "list_all_alarms", "List all alarms in the cluster"),
        ("GET", "nodes/:node/alarms", "list_node_alarms", "List all alarms on a node"),
        ("GET", "/alarms/activated", "list_all_activated_alarms", "List all activated alarm in the cluster"),
        ("GET", "nodes/:node/alarms/activated", "list_node_activated_alarms", "List all activated alarm on a node"),
        ("GET", "/alarms/deactivated", "list_all_deactivated_alarms", "List all deactivated alarm in the cluster"),
        (
            "GET",
            "nodes/:node/alarms/deactivated",
            "list_node_deactivated_alarms",
            "List all deactivated alarm on a node",
        ),
        ("POST", "/alarms/deactivated", "deactivate_alarm", "Delete the special alarm on a node"),
        ("GET", "/banned/", "list_banned", "List banned"),
        ("POST", "/banned/", "create_banned", "Create banned"),
        ("DELETE", "/banned/:who", "delete_banned", "Delete banned"),
        ("GET", "/brokers/", "list_brokers", "A list of brokers in the cluster"),
        ("GET", "/brokers/:node", "get_broker", "Get broker info of a node"),
        ("GET", "/clients/", "list_clients", "A list of clients on current node"),
        ("GET", "nodes/:node/clients/", "list_node_clients", "A list of clients on specified node"),
        ("GET", "/clients/:clientid", "lookup_client", "Lookup a client in the cluster"),
        ("GET", "nodes/:node/clients/:clientid", "lookup_node_client", "Lookup a client on the node"),
        (
            "GET",
            "/clients/username/:username",
            "lookup_client_via_username",
            "Lookup a client via username in the cluster",
        ),
        (
            "GET",
            "/nodes/:node/clients/username/:username",
            "lookup_node_client_via_username",
            "Lookup a client via username on the node",
        ),
        ("DELETE", "/clients/:clientid", "kickout_client", "Kick out the client in the cluster"),
        ("GET", "/listeners/", "list_listeners", "A list of listeners in the cluster"),
        ("GET", "/nodes/:node/listeners", "list_node_listeners", "A list of listeners on the node"),
        ("PUT", "/listeners/:identifier/restart", "restart_listener", "Restart a listener in the cluster"),
        ("GET", "/metrics", "list_all_metrics", "A list of metrics of all nodes in the cluster"),
        ("GET", "/nodes/:node/metrics", "list_node_metrics", "A list of metrics of a node"),
        ("GET", "/nodes/", "list_nodes", "A list of nodes in the cluster"),
        ("GET", "/nodes/:node", "get_node", "Lookup a node in the cluster"),
        ("GET", "/plugins/", "list_all_plugins", "List all plugins in the cluster"),
        ("GET", "/nodes/:node/plugins/", "list_node_plugins", "List all plugins on a node"),
        ("POST", "/mqtt/subscribe", "mqtt_subscribe", "Subscribe a topic"),
        ("POST", "/mqtt/publish", "mqtt_publish", "Publish a MQTT message"),
        ("POST", "/mqtt/unsubscribe", "mqtt_unsubscribe", "Unsubscribe a topic"),
        ("POST", "/mqtt/subscribe_batch", "mqtt_subscribe_batch", "Batch subscribes topics"),
        ("POST", "/mqtt/publish_batch", "mqtt_publish_batch", "Batch publish MQTT messages"),
        ("POST", "/mqtt/unsubscribe_batch", "mqtt_unsubscribe_batch", "Batch unsubscribes topics"),
        ("GET", "/routes/", "list_routes", "List routes"),
        ("GET", "/routes/:topic", "lookup_routes", "Lookup routes to a topic"),
        ("GET", "/stats/", "list_stats", "A list of stats of all nodes in the cluster"),
        ("GET", "/nodes/:node/stats/", "lookup_node_stats", "A list of stats of a node"),
        ("GET", "/subscriptions/", "list_subscriptions", "A list of subscriptions in the cluster"),
        ("GET", "/nodes/:node/subscriptions/", "list_node_subscriptions", "A list of subscriptions on a node"),
        ("GET", "/subscriptions/:clientid", "lookup_client_subscriptions", "A list of subscriptions of a client"),
        (
            "GET",
            "/nodes/:node/subscriptions/:clientid",
            "lookup_client_subscriptions_with_node",
            "A list of subscriptions of a client on the node",
        ),
        ("PUT", "/rules/:id", "update_rule", "Update a rule"),
        ("GET", "/rules/", "list_rules", "A list of all rules"),
        ("GET", "/rules/:id", "show_rule", "Show a rule"),
        ("PUT", "/rules/:id/reset_metrics", "reset_metrics", "reset a rule metrics"),
        ("GET", "/resources/", "list_resources", "A list of all resources"),
        ("GET", "/resources/:id", "show_resource", "Show a resource"),
        ("GET", "/resource_status/:id", "get_resource_status", "Get status of a resource"),
        ("POST", "/resources/:id", "start_resource", "Start a resource"),
        ("GET", "/telemetry/status", "get_telemetry_status", "Get telemetry status"),
        ("GET", "/telemetry/data", "get_telemetry_data", "Get reported telemetry data"),
        ("GET", "/slow_subscriptions", "get_history", "Get slow topics statistics record data"),
        ("GET", "/topic-metrics", "list_all_topic_metrics", "A list of all topic metrics of all nodes in the cluster"),
        (
            "GET",
            "/topic-metrics/:topic",
            "list_topic_metrics",
            "A list of specfied topic metrics of all nodes in the cluster",
        ),
        ("GET", "/trace/", "list_trace", "list all traces"),
        ("DELETE", "/trace/:name", "delete_trace", "delete trace"),
        ("GET", "/modules/", "list_all_modules", "List all modules in the cluster"),
        ("GET", "/nodes/:node/modules/", "list_node_modules", "List all modules on a node"),
        ("PUT", "/modules/:module/load", "load_module", "load a module in the cluster"),
        ("PUT", "/modules/:module/unload", "unload_module", "Unload a module in the cluster"),
    )
)
