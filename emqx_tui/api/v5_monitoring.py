"""How EMQX 5 and 6 do: past alarms, listeners, slow subscriptions, single topics (API reference, 3B.5)."""

from emqx_tui.api import wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.topic_figures import topic_figures
from emqx_tui.api.v5_asking import V5Asking
from emqx_tui.domain.errors import BrokerError, SwitchedOff
from emqx_tui.domain.listing import Page, Query
from emqx_tui.domain.models import Alarm
from emqx_tui.domain.monitoring import Listener, ListenerNode, SlowSubscription, TopicMetrics


NO_LIMIT = "infinity"


def alarm(row: wire.Json) -> Alarm:
    """An alarm from an element of `/alarms`."""
    return Alarm(
        name=wire.text(row.get("name")) or "?",
        node=wire.text(row.get("node")),
        message=wire.explained(row.get("message") or ""),
        activated_at=wire.moment(row.get("activate_at")),
        details=wire.details(row.get("details")),
        deactivated_at=wire.moment(row.get("deactivate_at")),
    )


def listener(row: wire.Json) -> Listener | None:
    """An element of `/listeners`; None when it has no id."""
    name = wire.text(row.get("id"))
    if name is None:
        return None
    told = row.get("node_status")
    bind = wire.text(row.get("bind"))
    return Listener(
        id=name,
        kind=wire.text(row.get("type")) or name.partition(":")[0],
        bind=bind,
        enabled=_flag(row.get("enable")),
        acceptors=wire.count(row.get("acceptors")),
        nodes=tuple(_on_node(one) for one in (told if isinstance(told, list) else ()) if isinstance(one, dict)),
    )


def _on_node(row: wire.Json) -> ListenerNode:
    told = row.get("status")
    status: wire.Json = told if isinstance(told, dict) else {}
    limit = status.get("max_connections")
    return ListenerNode(
        node=wire.text(row.get("node")) or "?",
        running=_flag(status.get("running")),
        connections=wire.count(status.get("current_connections")),
        limit=wire.count(limit),
        unlimited=limit == NO_LIMIT,
    )


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def slow_subscription(row: wire.Json) -> SlowSubscription | None:
    """An element of `/slow_subscriptions`, whose times are milliseconds; None when it says of nobody."""
    client, topic = wire.name(row.get("clientid")), wire.name(row.get("topic"))
    if client is None or topic is None:
        return None
    return SlowSubscription(
        client_id=client,
        topic=topic,
        node=wire.text(row.get("node")),
        seconds=wire.milliseconds(row.get("timespan")),
        at=wire.milliseconds(row.get("last_update_time")),
    )


def topic_metrics(row: wire.Json) -> TopicMetrics | None:
    """An element of `/mqtt/topic_metrics`; None when it says of no topic."""
    topic = wire.name(row.get("topic"))
    if topic is None:
        return None
    counts, rates = topic_figures(row.get("metrics"))
    since, reset = wire.moment(row.get("create_time")), wire.moment(row.get("reset_time"))
    return TopicMetrics(topic, since, reset, counts, rates)


class MonitoringV5(V5Asking):
    """What EMQX 5 tells of how it does."""

    @guarded
    async def past_alarms(self, query: Query, after: str | None) -> Page[Alarm]:  # noqa: ARG002  EMQX filters none
        """`/alarms?activated=false`, kept for a day and up to 1000."""
        return await self._page("/alarms", alarm, after, {"activated": "false"})

    @guarded
    async def listeners(self, query: Query, after: str | None) -> Page[Listener]:  # noqa: ARG002  one answer
        """`/listeners`: all of them; a hung peer holds it up for a minute."""
        rows = wire.rows(await self._get("/listeners"), "/listeners")
        return Page([one for row in rows if (one := listener(row)) is not None])

    @guarded
    async def slow_subscriptions(self, query: Query, after: str | None) -> Page[SlowSubscription]:  # noqa: ARG002
        """`/slow_subscriptions`, and when there are none its settings: they are also empty while it is off."""
        page = await self._page("/slow_subscriptions", slow_subscription, after)
        if not page.items and after is None and await self._slow_is_off():
            raise SwitchedOff(feature="slow_subscriptions", path="/slow_subscriptions")
        return page

    async def _slow_is_off(self) -> bool:
        try:
            settings = await self._get("/slow_subscriptions/settings")
        except BrokerError:
            # That it is empty is known; why it is so may be asked by other keys.
            return False
        return isinstance(settings, dict) and settings.get("enable") is False

    @guarded
    async def topic_metrics(self, query: Query, after: str | None) -> Page[TopicMetrics]:  # noqa: ARG002  one answer
        """`/mqtt/topic_metrics`: 512 topics at most."""
        rows = wire.rows(await self._get("/mqtt/topic_metrics"), "/mqtt/topic_metrics")
        return Page([one for row in rows if (one := topic_metrics(row)) is not None])
