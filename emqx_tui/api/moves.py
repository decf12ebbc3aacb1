"""Evacuations and rebalances, which EMQX Enterprise 4.4 tells as 5 and 6 do (API reference, 3B.1)."""

from emqx_tui.api import wire
from emqx_tui.api.integration import mapping, names, prose
from emqx_tui.domain.system import Move


GLOBAL = "/load_rebalance/global_status"
LOCAL = "/node_eviction/status"

_LISTS = {"evacuations": "evacuation", "rebalances": "rebalance", "purges": "purge"}


def moves(body: wire.Json) -> list[Move]:
    """What `/load_rebalance/global_status` says goes on."""
    found = []
    for listed, kind in _LISTS.items():
        rows = body.get(listed)
        found += [_move(kind, row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return found


def _move(kind: str, row: wire.Json) -> Move:
    told = mapping(row.get("stats"))

    def figure(name: str, average: str) -> int | None:
        return wire.count(told[name] if name in told else row.get(average))

    goal = row.get("session_goal", row.get("disconnected_session_goal"))
    return Move(
        kind,
        wire.text(row.get("node")) or wire.text(row.get("coordinator_node")) or "",
        prose(row.get("state"), 40).casefold(),
        names(row.get("donors")),
        names(row.get("recipients")) or names(row.get("session_recipients")),
        figure("current_connected", "donor_conn_avg"),
        wire.count(told.get("initial_connected")),
        wire.count(row.get("connection_goal")),
        figure("current_sessions", "donor_sess_avg"),
        wire.count(told.get("initial_sessions")),
        wire.count(goal),
        wire.count(row.get("connection_eviction_rate")),
        wire.count(row.get("session_eviction_rate", row.get("purge_rate"))),
    )


def eviction(body: wire.Json) -> Move | None:
    """What `/node_eviction/status` says of the node that answered; None where it turns nobody away."""
    if body.get("status") != "enabled":
        return None
    told = mapping(body.get("stats"))
    connections, sessions = wire.count(told.get("connections")), wire.count(told.get("sessions"))
    return Move("eviction", connections=connections, sessions=sessions)
