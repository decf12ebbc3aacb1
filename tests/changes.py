"""Requests that change something: the ones that the program is for, and the ones that it must never send."""

from typing import Final

from emqx_tui.domain.models import Kind


VERBS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT")

WANTED: Final = {
    Kind.EMQX4: {
        ("DELETE", "/clients/c1"),
        ("POST", "/banned"),
        ("DELETE", "/banned/clientid/c1"),
        ("DELETE", "/banned/peerhost/192.0.2.7"),
        ("POST", "/mqtt/unsubscribe"),
        ("POST", "/mqtt/publish"),
        ("POST", "/alarms/deactivated"),
        ("PUT", "/rules/rule:1234"),
        ("PUT", "/rules/rule:1234/reset_metrics"),
        ("POST", "/resources/resource:5"),
        ("PUT", "/listeners/mqtt:tcp:external/restart"),
    },
    Kind.EMQX5: {
        ("DELETE", "/clients/c%2F1"),
        ("POST", "/clients/kickout/bulk"),
        ("POST", "/banned"),
        ("DELETE", "/banned/username_re/%5Ebad"),
        ("POST", "/clients/c1/unsubscribe"),
        ("POST", "/publish"),
        ("DELETE", "/mqtt/retainer/message/a%2Fb"),
        ("POST", "/alarms/force_deactivate"),
        ("PUT", "/rules/r1"),
        ("PUT", "/rules/r1/metrics/reset"),
        *(("PUT", f"/{kind}/mqtt:a/metrics/reset") for kind in ("actions", "sources", "bridges")),
        *(
            ("PUT", f"/{kind}/mqtt%3Aa/enable/{on}")
            for kind in ("actions", "sources", "connectors", "bridges")
            for on in ("true", "false")
        ),
        *(
            ("POST", f"/{kind}/mqtt:a/{what}")
            for kind in ("actions", "sources", "connectors", "bridges")
            for what in ("start", "restart")
        ),
        ("POST", "/bridges/mqtt:a/stop"),
        *(("POST", f"/listeners/tcp:default/{what}") for what in ("start", "stop", "restart")),
    },
    Kind.NANOMQ: {("POST", "/mqtt/publish")},
}

DESTRUCTIVE: Final = [
    ("DELETE", "/monitor"),
    ("DELETE", "/alarms"),
    ("DELETE", "/alarms/deactivated"),
    ("DELETE", "/banned"),
    ("DELETE", "/banned/clientid"),
    ("DELETE", "/clients"),
    ("DELETE", "/mqtt/retainer/messages"),
    ("DELETE", "/mqtt/retainer/messages/a"),
    ("DELETE", "/mqtt/retainer/message"),
    ("DELETE", "/mqtt/delayed/messages/a/b"),
    ("DELETE", "/slow_subscriptions"),
    ("DELETE", "/trace"),
    ("DELETE", "/rules/r1"),
    ("DELETE", "/actions/mqtt:a"),
    ("DELETE", "/connectors/mqtt:a"),
    ("DELETE", "/resources/resource:5"),
    ("DELETE", "/listeners/tcp:default"),
    ("DELETE", "/deployments/d1"),
    ("POST", "/deployments/d1/start"),
    ("POST", "/deployments/d1/stop"),
    ("POST", "/deployments"),
    ("POST", "/data/import"),
    ("POST", "/ctrl/stop"),
    ("POST", "/ctrl/restart"),
    ("POST", "/rules"),
    ("POST", "/actions"),
    ("POST", "/connectors"),
    ("POST", "/resources"),
    ("POST", "/login"),
    ("POST", "/api_key"),
    ("POST", "/config_update"),
    ("POST", "/publish/bulk"),
    ("POST", "/mqtt/publish_batch"),
    ("POST", "/load_rebalance/n1/start"),
    ("PUT", "/configs"),
    ("PUT", "/configs/mqtt"),
    ("PUT", "/listeners/tcp:default"),
    ("PUT", "/actions/mqtt:a"),
    ("PUT", "/connectors/mqtt:a"),
    ("PUT", "/bridges/mqtt:a"),
    ("PUT", "/nodes/n1/plugins/p/unload"),
    ("PUT", "/cluster/n1/force_leave"),
    ("DELETE", "/cluster/n1/force_leave"),
    ("PUT", "/license/setting"),
    ("POST", "/connectors/mqtt:a/stop"),
]

NO_NAMES: Final = [
    "",
    ".",
    "..",
    "%2e",
    "%2E%2e",
    ".%2E",
    "%252e%252E",
    "..%2Fx",
    "x%2F..",
    "x%2F..%2F..%2Fmonitor",
    "x%2f.%2fy",
    "x%252F..%252F..",
    "x%25252F..%25252F..%25252F",
    "%25252525252e",
    "x%5C..%5Cy",
    "..%3Bx",
    "x%2F..%3B%2Fy",
    "%c0%ae%c0%ae",
    "a/b",
    "a b",
    "a?b",
    "a#b",
    "a&b",
    "a;b",
    "a\\b",
    "a%",
    "a%2",
    "a%zz",
    "a+b",
    "ä",
    "a\n",
    "%00",
    "a%2500",
    "{clientid}",
]
