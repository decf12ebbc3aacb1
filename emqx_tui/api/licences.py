"""How a licence is read, whichever generation it comes from (API reference, 3A.1 and 3B.7)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from emqx_tui.api import wire
from emqx_tui.api.integration import flag, prose
from emqx_tui.domain.system import License


CUSTOMER_TYPES: Mapping[int, str] = {
    0: "small",
    1: "medium",
    2: "large",
    3: "business critical",
    4: "BYOC",
    5: "education or non-profit",
    10: "evaluation",
    11: "developer",
}
"""What EMQX's numbers mean (its `emqx_license.hrl`); others are shown as they come."""


def day(value: object) -> float | None:
    """Seconds since 1970 from `2026-03-01`, `2026-03-01 10:00:00` or RFC 3339; without an offset it is UTC."""
    if not isinstance(value, str):
        return wire.epoch(value)
    try:
        parsed = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    aware = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
    return wire.moment(aware.isoformat())


def license_of(row: wire.Json, sessions: int | None) -> License:
    """The answer of `/license`; 5.9 and later say `max_sessions` for what was `max_connections`."""
    number = row.get("customer_type")
    kind = CUSTOMER_TYPES.get(number) if isinstance(number, int) and not isinstance(number, bool) else None
    limit = wire.count(row.get("max_sessions"))
    return License(
        customer=prose(row.get("customer"), 200),
        deployment=prose(row.get("deployment"), 200),
        kind=prose(row.get("type"), 80),
        customer_type=kind or prose(number, 80),
        sessions=sessions,
        sessions_limit=limit if limit is not None else wire.count(row.get("max_connections")),
        tps_limit=wire.count(row.get("max_tps")),
        starts_at=day(row.get("start_at")),
        ends_at=day(row.get("expiry_at")),
        expired=flag(row.get("expiry")),
    )
