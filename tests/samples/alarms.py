"""Alarms with and without a node, a time and a message."""

from itertools import product

from emqx_tui.domain.models import Alarm
from emqx_tui.domain.rows import AlarmRow
from samples import HOSTILE, NOW


def _alarms() -> list[AlarmRow]:
    names = ["high_cpu", HOSTILE, "conn_congestion/x"]
    times = [None, NOW - 42, NOW + 5, 0.0, 1e300]
    return [
        AlarmRow("prod", Alarm(f"{name} {at}", node, HOSTILE if at else "", at), at, NOW)
        for name, node, at in product(names, [None, "emqx@10.0.0.1"], times)
    ]


def _congested() -> list[AlarmRow]:
    members = [
        Alarm(f"conn_congestion/c{at}/{HOSTILE if at else 'u'}", f"n{at % 2}", "", at or None) for at in range(99)
    ]
    details = (("usage", "81.2"), (HOSTILE, HOSTILE), ("", ""))
    return [
        AlarmRow("prod", members[0], None, NOW, tuple(members)),
        AlarmRow("prod", Alarm("connector:http:dead", "emqx@10.0.0.1", "down", NOW - 9, details), NOW - 9, NOW),
    ]


ROWS = [*_alarms(), *_congested()]
