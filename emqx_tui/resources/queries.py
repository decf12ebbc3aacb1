"""What a user types for the broker to filter by: `like_clientid=pump node=emqx@10.0.0.1`, or just `pump`."""

from typing import NamedTuple

from emqx_tui.domain.listing import Query
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import _
from emqx_tui.resources.spec import Asked, ServerFilter


SHORTEST = 3
"""Characters from which on a search is asked for: each one makes the broker look at every row."""


class Wanted(NamedTuple):
    """A line that was read.

    Attributes:
        query: What the broker is to filter by.
        searches: It makes the broker look at every row, so it waits for a pause in typing.
        complaint: Why the line, or a part of it, cannot be asked; empty when it can.
    """

    query: Query
    searches: bool = False
    complaint: str = ""


def offered_filters(asked: Asked, kind: Kind | None) -> list[ServerFilter]:
    """The filters that what answers here has."""
    return [one for one in asked.filters if kind is None or not one.kinds or kind in one.kinds]


def parse_query(text: str, asked: Asked, kind: Kind | None = None) -> Wanted:
    """Read a line: `name=value` words apart by blanks, and words without a name for the usual filter."""
    offered = {one.id: one for one in offered_filters(asked, kind)}
    query: dict[str, str] = {}
    searches = False
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals or (name not in offered and asked.bare in offered):
            # Topics and ids may have blanks.
            name, value = asked.bare, f"{query[asked.bare]} {word}" if asked.bare in query else word
        found = offered.get(name)
        if found is None:
            known = ", ".join(offered) or "-"
            return Wanted(
                query,
                searches,
                _("{name} is no filter here. There are: {known}").format(name=name or word, known=known),
            )
        if found.choices and value and value not in found.choices:
            choices = ", ".join(found.choices)
            return Wanted(query, searches, _("{name} is one of: {choices}").format(name=name, choices=choices))
        if found.takes is not None and value and not found.takes(value):
            return Wanted(query, searches, _("{name}: {about}").format(name=name, about=_(found.about)))
        if found.searches and len(value) < SHORTEST:
            return Wanted(
                query, searches, _("{name} needs at least {count} characters").format(name=name, count=SHORTEST)
            )
        if value:
            query[name] = value
            searches = searches or found.searches
    return Wanted(query, searches)


def told(query: Query) -> str:
    """The query as one could type it."""
    return " ".join(f"{name}={value}" for name, value in query.items())
