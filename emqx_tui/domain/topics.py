"""Topics, topic filters and the groups that share subscriptions, as MQTT 5 has them (sections 4.7 and 4.8)."""

from typing import Final, NamedTuple


QUEUE: Final = "$queue"
"""The group of `$queue/filter`, which EMQX 4 lists as `$share/$queue/filter`."""

_SHARED = "$share/"
_QUEUED = "$queue/"
_EXCLUSIVE = "$exclusive/"
_ONE, _REST = "+", "#"


class Subscribed(NamedTuple):
    """What a client gave when it subscribed, taken apart.

    Attributes:
        filter: The topic filter itself.
        group: The clients among which messages are shared; None when each subscriber gets all of them.
    """

    filter: str
    group: str | None = None


def subscribed(text: str) -> Subscribed:
    """`$share/group/filter`, `$queue/filter`, `$exclusive/filter` or a filter, taken apart.

    A `$share/` without a group or a filter is none of these: it is given back as it is.
    """
    if text.startswith(_SHARED):
        group, slash, rest = text.removeprefix(_SHARED).partition("/")
        return Subscribed(rest, group) if group and slash and rest else Subscribed(text)
    if text.startswith(_QUEUED) and text != _QUEUED:
        return Subscribed(text.removeprefix(_QUEUED), QUEUE)
    if text.startswith(_EXCLUSIVE) and text != _EXCLUSIVE:
        return Subscribed(text.removeprefix(_EXCLUSIVE))
    return Subscribed(text)


def meet(one: str, other: str) -> bool:
    """Whether there is a topic that fits both topic filters.

    A topic is a filter without wildcards, so that this is also whether a topic fits a filter. Wildcards at the
    beginning leave out topics that begin with `$`, and `#` takes in the level above it (MQTT 5, 4.7.1.2 and 4.7.2).
    """
    if not one or not other:
        return False
    ones, others = one.split("/"), other.split("/")
    # What begins with $ is found only by what spells it out.
    for first, against in ((ones[0], others[0]), (others[0], ones[0])):
        if first.startswith("$") and against in {_ONE, _REST}:
            return False
    for mine, theirs in zip(ones, others, strict=False):
        if _REST in (mine, theirs):
            return True
        if mine != theirs and _ONE not in (mine, theirs):
            return False
    longer = ones if len(ones) > len(others) else others
    left = longer[min(len(ones), len(others)) :]
    return not left or left == [_REST]


def within(inner: str, outer: str) -> bool:
    """Whether every topic that fits the filter `inner` fits `outer`, too."""
    if not inner or not outer:
        return False
    inners, outers = inner.split("/"), outer.split("/")
    if inners[0].startswith("$") and outers[0] in {_ONE, _REST}:
        return False
    for mine, theirs in zip(inners, outers, strict=False):
        if theirs == _REST:
            return True
        if mine == _REST or theirs not in {mine, _ONE}:
            return False
    return len(inners) == len(outers) or outers[len(inners) :] == [_REST]
