"""How much room there is for connections: the columns of what takes them, a listener or a gateway."""

from collections.abc import Callable
from typing import Any

from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Item
from emqx_tui.i18n import N_, _
from emqx_tui.resources.spec import Align, Cell, Column, Tone
from emqx_tui.text import percent, short_number


FULL = 0.8
"""The share of the limit from which on it is a warning."""


def limit_text(unlimited: bool, limit: int | None) -> str:
    """How many connections are taken, in words where any number is."""
    return _("no limit") if unlimited else short_number(limit)


def share_cell(share: float | None) -> Cell:
    """The part of the limit that is taken; a warning where it is nearly all."""
    return Cell(percent(share), Tone.WARNING if share is not None and share >= FULL else Tone.NORMAL)


def room_columns(
    _of: type[Item], connections: str, limit: str, share: str, *, priorities: tuple[int, int, int]
) -> tuple[Column[Entry[Item]], Column[Entry[Item]], Column[Entry[Item]]]:
    """Connections, limit and share of rows whose items have `connections`, `limit`, `unlimited` and `share`.

    Args:
        _of: The type of the items.
        connections: What is to be told of the connections, marked with `N_`; likewise `limit` and `share`.
        limit: See `connections`.
        share: See `connections`.
        priorities: Of the three columns.
    """

    def figure(
        name: str, title: str, width: int, cell: Callable[[Any], Cell], sort: Callable[[Any], Any]
    ) -> Column[Any]:
        return Column(name, title, width, cell, sort, Align.RIGHT)

    taken = figure(
        "connections",
        N_("CONNS"),
        6,
        lambda row: Cell(short_number(row.item.connections)),
        lambda row: row.item.connections,
    )
    most = figure(
        "max",
        N_("MAX"),
        8,
        lambda row: Cell(limit_text(row.item.unlimited, row.item.limit)),
        lambda row: float("inf") if row.item.unlimited else row.item.limit,
    )
    use = figure("use", N_("USE"), 5, lambda row: share_cell(row.item.share), lambda row: row.item.share)
    return (
        taken._replace(about=connections, priority=priorities[0]),
        most._replace(about=limit, priority=priorities[1]),
        use._replace(about=share, priority=priorities[2], measure=Measure.SHARE),
    )
