"""Changes on EMQX 5 and 6 (API reference, 3B.3 to 3B.6): how each is asked for, and what is looked at around it."""

import base64
from datetime import UTC, datetime

from emqx_tui.api import decode, wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.permitted import encoded
from emqx_tui.api.v5_asking import V5Asking
from emqx_tui.domain.changes import (
    AddBan,
    Change,
    Deactivate,
    DeleteRetained,
    Kick,
    Part,
    Publish,
    RemoveBan,
    Request,
    ResetMetrics,
    Restart,
    Sight,
    Switch,
    Unsubscribe,
    word_of,
)
from emqx_tui.domain.errors import BadRequest, NotFound, OnAnotherNode, Unsupported
from emqx_tui.text import exact


NOBODY = 16
"""MQTT's reason code for a message that no subscription matches."""

_LISTS = {Part.RULE: "rules", Part.ACTION: "actions", Part.SOURCE: "sources", Part.CONNECTOR: "connectors"}
_LISTS |= {Part.BRIDGE: "bridges", Part.LISTENER: "listeners"}
_BRIDGED = frozenset({Part.ACTION, Part.SOURCE, Part.CONNECTOR})
_RULE_FIELDS = ("name", "sql", "actions", "description", "metadata")
_COUNTED = ("matched", "received", "success", "failed", "dropped")
_BAN_PAGES = 50


def rfc3339(at: float) -> str:
    """Seconds since 1970 as EMQX 5 takes them."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def request(change: Change) -> Request:  # noqa: C901, PLR0911  one for each change
    """What is sent for a change. A rule is switched by sending it whole, so that its body is added when it is known."""
    match change:
        case Kick(clientid):
            return Request("DELETE", f"/clients/{encoded(clientid)}")
        case AddBan(ban):
            body = {
                "as": ban.kind,
                "who": ban.who,
                "until": "infinity" if ban.until is None else rfc3339(ban.until),
                "by": ban.by or "emqx-tui",
                "reason": ban.reason or "",
            }
            return Request("POST", "/banned", body)
        case RemoveBan(kind, who):
            return Request("DELETE", f"/banned/{kind}/{encoded(who)}")
        case Unsubscribe(clientid, topic):
            return Request("POST", f"/clients/{encoded(clientid)}/unsubscribe", {"topic": topic})
        case Publish(topic, payload, qos, retain):
            text = base64.b64encode(payload).decode()
            message = {"topic": topic, "payload": text, "payload_encoding": "base64", "qos": qos, "retain": retain}
            return Request("POST", "/publish", message)
        case DeleteRetained(topic):
            return Request("DELETE", f"/mqtt/retainer/message/{encoded(topic)}")
        case Deactivate(name):
            return Request("POST", "/alarms/force_deactivate", {"name": name})
        case Switch(Part.RULE, id_):
            return Request("PUT", f"/rules/{encoded(id_)}")
        case Switch(Part.LISTENER, id_, on):
            return Request("POST", f"/listeners/{encoded(id_)}/{'start' if on else 'stop'}")
        case Switch(part, id_, on):
            return Request("PUT", f"/{_LISTS[part]}/{encoded(id_)}/enable/{'true' if on else 'false'}")
        case Restart(part, id_) if part is not Part.RULE:
            return Request("POST", f"/{_LISTS[part]}/{encoded(id_)}/{_restarting(part)}")
        case ResetMetrics(part, id_) if part not in {Part.CONNECTOR, Part.LISTENER}:
            return Request("PUT", f"/{_LISTS[part]}/{encoded(id_)}/metrics/reset")
    raise Unsupported(path=f"/{word_of(change)}")


def _restarting(part: Part) -> str:
    # What hangs on a connector is only ever started: it has no connection of its own to be closed.
    return "start" if part in {Part.ACTION, Part.SOURCE, Part.CONNECTOR} else "restart"


def _counted(metrics: wire.Json) -> int | None:
    """What has gone through: a rule and an action count what matches, a source what it receives."""
    known = [found for name in _COUNTED if (found := wire.count(metrics.get(name))) is not None]
    return sum(known) if known else None


class ChangesV5(V5Asking):
    """What EMQX 5 can be made to do."""

    _answering: dict[str, str]

    def request(self, change: Change) -> Request:
        """What is sent."""
        return request(self._placed(change))

    def _placed(self, change: Change) -> Change:
        """The change as this version has it: up to 5.3 actions, sources and connectors are bridges."""
        if isinstance(change, Switch | Restart | ResetMetrics) and change.part in _BRIDGED:
            listed = self._answering.get(_LISTS[change.part])
            return change._replace(part=Part.BRIDGE) if listed == "/bridges" else change
        return change

    @guarded
    async def change(self, change: Change) -> str:
        """Send it, once."""
        asked = self.request(change)
        if isinstance(change, Switch) and change.part is Part.RULE:
            asked = asked._replace(body=await self._switched_rule(change))
        answer = await self._send(asked.method, asked.path, asked.body)
        try:
            told = decode.v5_done(answer, asked.path)
        except BadRequest as error:
            if isinstance(change, Deactivate) and error.detail == "not_found":
                raise OnAnotherNode(path=asked.path, status=error.status) from None
            raise
        if isinstance(change, Publish) and isinstance(told, dict) and told.get("reason_code") == NOBODY:
            return "no_matching_subscribers"
        return ""

    async def _switched_rule(self, change: Switch) -> dict[str, object]:
        """The rule as it is, but for the switch: EMQX 5 takes only whole rules."""
        path = f"/rules/{encoded(change.id)}"
        rule = wire.mapping(await self._get(path), path)
        return {**{name: rule[name] for name in _RULE_FIELDS if name in rule}, "enable": change.on}

    @guarded
    async def sight(self, change: Change) -> Sight:
        """Look at what it is about."""
        try:
            return await self._sight(self._placed(change))
        except NotFound:
            return Sight(there=False)

    async def _sight(self, change: Change) -> Sight:  # noqa: PLR0911  one for each change
        match change:
            case Kick(clientid):
                path = f"/clients/{encoded(clientid)}"
                row = wire.mapping(await self._get(path), path)
                return Sight(there=True, mark=wire.text(row.get("connected_at")) or "")
            case AddBan(ban):
                return Sight(there=await self._is_banned(ban.kind, ban.who))
            case RemoveBan(kind, who):
                return Sight(there=await self._is_banned(kind, who))
            case Unsubscribe(clientid, topic):
                path = f"/clients/{encoded(clientid)}/subscriptions"
                rows = wire.rows(await self._get(path), path)
                return Sight(there=any(row.get("topic") == topic for row in rows))
            case DeleteRetained(topic):
                path = f"/mqtt/retainer/message/{encoded(topic)}"
                row = wire.mapping(await self._get(path), path)
                return Sight(there=True, mark=wire.text(row.get("msgid")) or "")
            case Deactivate(name, node):
                return Sight(
                    there=any(name == exact(one.name) and node in {None, one.node} for one in await self.alarms())
                )
            case Switch(part, id_) | Restart(part, id_):
                return await self._part(part, id_)
            case ResetMetrics(part, id_):
                path = f"/{_LISTS[part]}/{encoded(id_)}/metrics"
                metrics = wire.mapping(await self._get(path), path).get("metrics")
                return Sight(counted=_counted(metrics) if isinstance(metrics, dict) else None)
        return Sight()

    async def _is_banned(self, kind: str, who: str) -> bool | None:
        after: str | None = None
        for _page in range(_BAN_PAGES):
            page = await self._page("/banned", lambda row: (row.get("as"), row.get("who")), after)
            if (kind, who) in page.items:
                return True
            after = page.after
            if after is None:
                return False
        return None

    async def _part(self, part: Part, id_: str) -> Sight:
        if part is Part.LISTENER:
            rows = wire.rows(await self._get("/listeners"), "/listeners")
            row = next((one for one in rows if one.get("id") == id_), None)
            if row is None:
                raise NotFound(path="/listeners")
            status = row.get("status")
            running = status.get("running") if isinstance(status, dict) else None
            return Sight(there=running if isinstance(running, bool) else None, state=wire.short(running))
        path = f"/{_LISTS[part]}/{encoded(id_)}"
        row = wire.mapping(await self._get(path), path)
        enabled = row.get("enable")
        return Sight(there=enabled if isinstance(enabled, bool) else None, state=wire.text(row.get("status")) or "")
