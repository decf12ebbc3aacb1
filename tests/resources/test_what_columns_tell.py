"""A broker has no column for what it never tells; what matters of the rest is seen in 80 columns."""

import pytest

from emqx_tui.domain.models import Kind
from emqx_tui.resources import named
from emqx_tui.tui.widgets.columns import arrange


def seen(resource: str, kind: Kind, width: int) -> list[str]:
    """The columns that a terminal of that many cells shows, from the left; without the symbol."""
    known = named(resource)
    offered = [one for one in known.columns if (not one.kinds or kind in one.kinds) and not one.since_mark]
    placed = arrange(offered, width - 3, {}, kept=known.sort.removeprefix("-"))
    return [place.column.id for place in placed if place.column.title]


@pytest.mark.parametrize(
    ("resource", "kind", "columns"),
    [
        ("rules", Kind.NANOMQ, ["status", "rule", "sql"]),
        ("connectors", Kind.EMQX4, ["status", "name", "type", "description"]),
        ("connectors", Kind.NANOMQ, ["status", "name", "type", "address"]),
        ("actions", Kind.EMQX4, ["status", "name", "matched", "success", "failed", "rules"]),
        ("authentication", Kind.EMQX4, ["id", "mechanism", "backend", "status", "nodes"]),
        ("authorization", Kind.EMQX4, ["id", "backend", "status", "nodes"]),
    ],
)
def test_a_broker_has_no_column_for_what_it_never_tells(resource: str, kind: Kind, columns: list[str]) -> None:
    assert seen(resource, kind, 200) == columns


@pytest.mark.parametrize(
    ("resource", "kind", "columns"),
    [
        ("rules", Kind.EMQX4, {"status", "rule", "matched", "failed", "rate"}),
        ("banned", Kind.EMQX5, {"who", "as", "until", "reason"}),
        ("cluster", Kind.EMQX5, {"node", "status", "role", "version", "uptime"}),
        ("authentication", Kind.EMQX5, {"place", "id", "status", "failed", "success"}),
        ("clients", Kind.EMQX5, {"clientid", "connected", "queue", "dropped"}),
    ],
)
def test_what_matters_most_is_seen_in_80_columns(resource: str, kind: Kind, columns: set[str]) -> None:
    assert columns <= set(seen(resource, kind, 80))
