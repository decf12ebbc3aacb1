"""The kinds of rows of a deployment, in menu order: a file each, and a line each in `NAMES`, the only list of them."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, overload


if TYPE_CHECKING:
    from emqx_tui.resources.alarms import ALARMS
    from emqx_tui.resources.nodes import NODES
    from emqx_tui.resources.spec import Resource

__all__ = ["ALARMS", "NAMES", "NODES", "RESOURCES", "named"]

NAMES: Final = (
    "nodes",
    "alarms",
    "alarm-history",
    "clients",
    "offline",
    "trouble",
    "subscriptions",
    "topics",
    "retained",
    "delayed",
    "listeners",
    "metrics",
    "stats",
    "slow-subscriptions",
    "topic-metrics",
    "traces",
    "rules",
    "actions",
    "sources",
    "connectors",
    "banned",
    "authentication",
    "authorization",
    "plugins",
    "gateways",
    "license",
    "cluster",
    "rebalance",
)
"""Each is the word in the prompt and on the command line, and the module here whose constant of that name it is.

What is `slow-subscriptions` there is `SLOW_SUBSCRIPTIONS` in `slow_subscriptions`."""


def __getattr__(name: str) -> "Resource[Any]":
    # The command line reads NAMES at every start: what they stand for is imported when it is used.
    if name not in {"ALARMS", "NODES"}:
        raise AttributeError(name)
    return named(name.lower())


@cache
def named(name: str) -> "Resource[Any]":
    """The kind of row of that name, imported when it is first wanted: a start waits for none that it does not show.

    Raises:
        KeyError: There is none.
    """
    if name not in NAMES:
        raise KeyError(name)
    constant = name.replace("-", "_")
    found: Resource[Any] = getattr(import_module(f"emqx_tui.resources.{constant}"), constant.upper())
    return found


class _Registry(Sequence["Resource[Any]"]):
    def __len__(self) -> int:
        return len(NAMES)

    @overload
    def __getitem__(self, at: int) -> "Resource[Any]": ...
    @overload
    def __getitem__(self, at: slice) -> "Sequence[Resource[Any]]": ...
    def __getitem__(self, at: int | slice) -> "Resource[Any] | Sequence[Resource[Any]]":
        if isinstance(at, slice):
            return [named(name) for name in NAMES[at]]
        return named(NAMES[at])


RESOURCES: "Final[Sequence[Resource[Any]]]" = _Registry()
"""All of them; looking at one imports it. Who needs only names takes `NAMES`."""
