"""Nodes in every state."""

from itertools import product
from typing import Any

from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import Node
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.domain.rows import NodeRow
from samples import HOSTILE, HUGE, NOW


def figures(number: int) -> dict[str, Any]:
    names = ("uptime", "sessions", "live_connections", "load1", "load5", "load15", "memory_used", "memory_total")
    return dict.fromkeys((*names, "processes_used", "processes_limit", "fd_limit"), number)


def _nodes() -> list[NodeRow]:
    lasts = [
        Node("bare"),
        Node("zero", **figures(0)),
        Node("huge", **figures(HUGE)),
        Node("words", role=HOSTILE, version=HOSTILE, description=HOSTILE, otp_release=HOSTILE, datetime=HOSTILE),
        Node("usual", role="core", version="5.8.9", memory_used=81, memory_total=100, load1=3.81),
    ]
    rows: list[NodeRow] = []
    for last, state, number in product(lasts, NodeState, [None, 0.0, 0.01, 4.2, 1e18]):
        name = f"{HOSTILE if last.name == 'words' else last.name} {state} {number}"
        since = None if number is None else NOW - number if number < 1e9 else 0.0
        member = Member(name, state, last, NOW, since, exact=number != 4.2)
        alarms = None if number is None else int(number)
        fresh = list(Freshness)[len(rows) % len(Freshness)]
        rows.append(NodeRow("prod", member, number, number, number, alarms, fresh, NOW))
    rows.append(NodeRow("prod", Member("", NodeState.RUNNING, Node(None)), None, None, None, None, Freshness.LIVE, NOW))
    return rows


ROWS = _nodes()
