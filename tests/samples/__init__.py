"""Rows of every kind of resource, a module each: the first row is bare, others are hostile, huge, zero and usual."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from emqx_tui.text import sanitize


NOW = 1_795_000_000.0
HOSTILE = sanitize("[@click=app.quit]x[/y]\x1b]0;x\x07\u202e漢字\U0001f469\u200d\U0001f4bb" * 40)
HUGE = 2**62


def rows_of(name: str) -> Sequence[Any]:
    """The sample rows of the resource of that name."""
    rows: Sequence[Any] = import_module(f"{__name__}.{name.replace('-', '_')}").ROWS
    return rows
