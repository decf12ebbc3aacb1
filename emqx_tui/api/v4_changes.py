"""Changes on EMQX 4 (API reference, 3A.2 to 3A.5), and the one that NanoMQ offers."""

import base64

from emqx_tui.api import decode, wire
from emqx_tui.api.guard import guarded
from emqx_tui.api.permitted import encoded
from emqx_tui.api.v4_access import FOR_EVER
from emqx_tui.api.v4_asking import V4Asking
from emqx_tui.domain.changes import (
    AddBan,
    Change,
    Deactivate,
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
from emqx_tui.domain.errors import NotFound, ResultCodeError, Unsupported
from emqx_tui.text import exact


CLIENT = "emqx-tui"
"""The client id that a published message comes from: EMQX 4 wants one."""

_BAN_PAGES = 50


def _id(name: str) -> str:
    """The id of a rule, a resource or a listener as a segment: EMQX 4.2 does not decode the colon that is in it."""
    return encoded(name).replace("%3A", ":")


def request(change: Change) -> Request:  # noqa: C901, PLR0911  one for each change
    """What is sent for a change."""
    match change:
        case Kick(clientid):
            return Request("DELETE", f"/clients/{encoded(clientid)}")
        case AddBan(ban):
            # A ban without a reason is an error 500 on 4.3 and 4.4 (trap 47).
            until = FOR_EVER if ban.until is None else int(ban.until)
            body = {"as": ban.kind, "who": ban.who, "by": ban.by or CLIENT, "reason": ban.reason or "", "until": until}
            return Request("POST", "/banned", body)
        case RemoveBan(kind, who):
            return Request("DELETE", f"/banned/{kind}/{encoded(who)}")
        case Unsubscribe(clientid, topic):
            return Request("POST", "/mqtt/unsubscribe", {"clientid": clientid, "topic": topic})
        case Publish(topic, payload, qos, retain):
            text = base64.b64encode(payload).decode()
            body = {"topic": topic, "clientid": CLIENT, "payload": text, "encoding": "base64"}
            return Request("POST", "/mqtt/publish", {**body, "qos": qos, "retain": retain})
        case Deactivate(name, node):
            return Request("POST", "/alarms/deactivated", {"name": name, "node": node or ""})
        case Switch(Part.RULE, id_, on):
            return Request("PUT", f"/rules/{_id(id_)}", {"enabled": on})
        case Restart(Part.LISTENER, id_):
            return Request("PUT", f"/listeners/{_id(id_)}/restart")
        case Restart(Part.CONNECTOR, id_):
            return Request("POST", f"/resources/{_id(id_)}")
        case ResetMetrics(Part.RULE, id_):
            return Request("PUT", f"/rules/{_id(id_)}/reset_metrics")
    raise Unsupported(path=f"/{word_of(change)}")


class ChangesV4(V4Asking):
    """What EMQX 4 can be made to do."""

    def request(self, change: Change) -> Request:
        """What is sent."""
        return request(change)

    @guarded
    async def change(self, change: Change) -> str:
        """Send it, once."""
        asked = request(change)
        decode.v4(await self._send(asked.method, asked.path, asked.body), asked.path)
        return ""

    @guarded
    async def sight(self, change: Change) -> Sight:
        """Look at what it is about."""
        try:
            return await self._sight(change)
        except NotFound:
            return Sight(there=False)
        except ResultCodeError as error:
            # The rule engine's own way of saying that there is none (API reference, 5.2).
            if error.code == 404:
                return Sight(there=False)
            raise

    async def _sight(self, change: Change) -> Sight:  # noqa: PLR0911  one for each change
        match change:
            case Kick(clientid):
                path = f"/clients/{encoded(clientid)}"
                rows = wire.rows(await self._get(path), path)
                return Sight(there=bool(rows), mark=wire.text(rows[0].get("connected_at")) or "" if rows else "")
            case AddBan(ban):
                return Sight(there=await self._is_banned(ban.kind, ban.who))
            case RemoveBan(kind, who):
                return Sight(there=await self._is_banned(kind, who))
            case Unsubscribe(clientid, topic):
                path = f"/subscriptions/{encoded(clientid)}"
                rows = wire.rows(await self._get(path), path)
                return Sight(there=any(row.get("topic") == topic for row in rows))
            case Deactivate(name, node):
                return Sight(
                    there=any(name == exact(one.name) and node in {None, one.node} for one in await self.alarms())
                )
            case Switch(Part.RULE, id_):
                path = f"/rules/{_id(id_)}"
                enabled = wire.mapping(await self._get(path), path).get("enabled")
                return Sight(there=enabled if isinstance(enabled, bool) else None)
            case Restart(Part.CONNECTOR, id_):
                path = f"/resources/{_id(id_)}"
                return Sight(there=_alive(wire.mapping(await self._get(path), path).get("status")))
            case ResetMetrics(Part.RULE, id_):
                path = f"/rules/{_id(id_)}"
                metrics = wire.rows(wire.mapping(await self._get(path), path).get("metrics"), path)
                return Sight(counted=sum(wire.count(row.get("matched")) or 0 for row in metrics))
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


def _alive(status: object) -> bool | None:
    """Whether a resource is up on every node; the list has a truth value, a single one says so for each node."""
    if isinstance(status, bool):
        return status
    if isinstance(status, list):
        return all(isinstance(one, dict) and one.get("is_alive") is True for one in status)
    return None
