"""What JSON values look like, and where one value is none that another allows."""

from collections.abc import Iterator
from dataclasses import dataclass, field


FREE_MAPS = frozenset({"details", "client_attrs", "disconn_props", "params", "shutdown_count", "actions[]", "log_size"})
"""Objects whose keys are the business of whoever raised, connected, configured, or left for some reason; or nodes."""

NOT_RECORDED = {
    # No node's own list with a past alarm was recorded; in the list of all nodes the time is a number.
    "/data[]/deactivate_at": {"int"},
    # EMQX 5 with a listener that does not run on all nodes, or one with a limit: from its source.
    "[]/status/running": {"str"},
    "[]/status/max_connections": {"int"},
    "[]/node_status[]/status/max_connections": {"int"},
}


@dataclass(slots=True)
class Shape:
    """What values look like: their types, and of objects the keys, those that all have and those that some have."""

    types: set[str] = field(default_factory=set)
    always: set[str] | None = None
    keys: "dict[str, Shape]" = field(default_factory=dict)
    items: "Shape | None" = None

    def add(self, value: object) -> "Shape":
        self.types.add(type(value).__name__)
        if isinstance(value, dict):
            self.always = set(value) if self.always is None else self.always & set(value)
            for key, inner in value.items():
                self.keys.setdefault(key, Shape()).add(inner)
        elif isinstance(value, list):
            self.items = self.items or Shape()
            for inner in value:
                self.items.add(inner)
        return self


def differences(real: Shape, ours: Shape, at: str = "") -> Iterator[str]:
    """Where our shape is none that the real one allows."""
    if not ours.types or not real.types:
        return
    if not ours.types <= real.types | NOT_RECORDED.get(at, set()):
        yield f"{at or '/'}: {ours.types} instead of {real.types}"
    if at.rpartition("/")[2] in FREE_MAPS:
        return
    if "dict" in ours.types and (missing := (real.always or set()) - (ours.always or set())):
        yield f"{at or '/'}: without {missing}"
    if extra := set(ours.keys) - set(real.keys):
        yield f"{at or '/'}: with {extra}"
    for key in set(ours.keys) & set(real.keys):
        yield from differences(real.keys[key], ours.keys[key], f"{at}/{key}")
    if real.items is not None and ours.items is not None:
        yield from differences(real.items, ours.items, f"{at}[]")
