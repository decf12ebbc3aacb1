"""Rows of every kind of resource, a module each: the first row is bare, others are hostile, huge, zero and usual."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from emqx_tui.resources import NAMES, named
from emqx_tui.text import sanitize


NOW = 1_795_000_000.0
HOSTILE = sanitize("[@click=app.quit]x[/y]\x1b]0;x\x07\u202e漢字\U0001f469\u200d\U0001f4bb" * 40)
HUGE = 2**62


def rows_of(name: str) -> Sequence[Any]:
    """The sample rows of the resource of that name; one that shows the things of another has that one's rows."""
    made_of = next(one for one in (name, *NAMES) if _has_rows(one) and (one == name or _alike(one, name)))
    rows: Sequence[Any] = import_module(f"{__name__}.{made_of.replace('-', '_')}").ROWS
    return rows


def _has_rows(name: str) -> bool:
    return find_spec(f"{__name__}.{name.replace('-', '_')}") is not None


def _alike(one: str, other: str) -> bool:
    return named(one).record is named(other).record
