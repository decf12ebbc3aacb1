"""A log trace, which EMQX 4.4 tells as 5 and 6 do."""

from emqx_tui.api import wire
from emqx_tui.api.integration import prose
from emqx_tui.domain.system import Trace


def trace(row: wire.Json) -> Trace | None:
    """An element of `/trace`; None without a name. What is traced stands under the name of its type."""
    name = wire.name(row.get("name"))
    if name is None:
        return None
    kind = prose(row.get("type"), 40)
    return Trace(
        name,
        kind,
        wire.name(row.get(kind)) or "",
        prose(row.get("status"), 40).casefold(),
        wire.moment(row.get("start_at")),
        wire.moment(row.get("end_at")),
        wire.counters(row.get("log_size")),
        prose(row.get("payload_encode"), 40),
        prose(row.get("formatter"), 40),
    )
