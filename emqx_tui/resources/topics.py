"""Topics: the topic filters that have subscribers, and on which nodes."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.messages import Topic
from emqx_tui.domain.models import Kind
from emqx_tui.domain.topics import Subscribed, subscribed
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Note, Pair, Title
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, ServerFilter, Sign, Tone, listed
from emqx_tui.text import MISSING, exact_number


_EMQX = (Kind.EMQX4, Kind.EMQX5)

MOST_NAMED = 50
"""Subscribers that are named in the detail."""


def _parts(row: Entry[Topic]) -> Subscribed:
    return subscribed(row.item.topic)


def _filter(row: Entry[Topic]) -> str:
    one = row.item
    if one.level is not None:
        return _("{topic} (level {number})").format(topic=one.topic, number=one.level)
    return _parts(row).filter


def _mark(row: Entry[Topic]) -> Cell:
    if row.item.level is not None:
        return Cell("◐", Tone.WARNING)
    return Cell("●", Tone.GOOD) if _parts(row).group is None else Cell("◆", Tone.ACCENT)


def _state(row: Entry[Topic]) -> Cell:
    if row.item.level is not None:
        return Cell(_("a level only"), Tone.WARNING)
    return Cell(_("own"), Tone.GOOD) if _parts(row).group is None else Cell(_("shared"), Tone.ACCENT)


def _place(row: Entry[Topic]) -> str | None:
    return row.item.node or row.item.session


def _key(row: Entry[Topic]) -> str:
    one = row.item
    # Levels of different parents have the same name: who subscribes tells them apart.
    named = one.clients or () if one.level is not None else ()
    return "\0".join((one.topic, _place(row) or "", str(one.level or ""), *named))


def _subscribers(row: Entry[Topic]) -> int | None:
    return None if row.item.clients is None else len(row.item.clients)


def record(row: Entry[Topic]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; `level` is set where only the name of a level is known."""
    one, parts = row.item, _parts(row)
    return {
        "deployment": row.deployment,
        "topic": one.topic,
        "filter": parts.filter,
        "group": parts.group,
        "node": one.node,
        "session": one.session,
        "listed": one.listed,
        "subscribers": _subscribers(row),
        "level": one.level,
    }


def detail(row: Entry[Topic], _more: object) -> list[Fact]:
    """Everything about a topic."""
    one = row.item
    facts: list[Fact] = [Title(_mark(row), _filter(row), _state(row))]
    if one.level is not None:
        told = _("NanoMQ gave the levels of its tree without saying which is below which: the topic ends so.")
        facts.append(Note(told, Tone.MUTED))
    if one.listed > 1:
        told = _("It is listed {count} times: once for each group that shares it, which are not named, or for itself.")
        facts.append(Note(told.format(count=one.listed), Tone.MUTED))
    facts.append(Pair(_("group"), _parts(row).group or MISSING))
    if one.session is not None:
        facts.append(Pair(_("session"), _("{session}, durable").format(session=one.session)))
    elif one.node is not None:
        facts.append(Pair(_("node"), one.node))
    if one.clients is not None:
        named = ", ".join(one.clients[:MOST_NAMED])
        left = len(one.clients) - MOST_NAMED
        facts.append(Pair(_("clients"), exact_number(len(one.clients))))
        facts.append(Note(named + (_(" and {count} more").format(count=exact_number(left)) if left > 0 else "")))
    return facts


async def page(broker: Broker, query: Query, after: str | None) -> Page[Topic]:
    """Asks the broker."""
    return await broker.topics(query, after)


TOPICS: Resource[Entry[Topic]] = Resource(
    name="topics",
    title=N_("Topics"),
    rows=listed("topics"),
    key=_key,
    columns=(
        Column(
            "mark",
            "",
            1,
            _mark,
            lambda row: (row.item.level is not None, _parts(row).group is not None),
            about=N_("● each subscriber gets all, ◆ shared by a group, ◐ only a level is known"),
        ),
        Column(
            "filter",
            N_("TOPIC FILTER"),
            30,
            lambda row: Cell(_filter(row)),
            _filter,
            grows=True,
            about=N_("What is subscribed: + stands for one level, # for all that follow"),
        ),
        Column(
            "group",
            N_("GROUP"),
            12,
            lambda row: Cell(_parts(row).group or MISSING, Tone.ACCENT if _parts(row).group else Tone.MUTED),
            lambda row: _parts(row).group,
            priority=1,
            about=N_("Among whom the messages are shared; EMQX 4 does not tell it here"),
        ),
        Column(
            "node",
            N_("NODE"),
            20,
            lambda row: Cell(_place(row) or MISSING, Tone.NORMAL if _place(row) else Tone.MUTED),
            _place,
            grows=True,
            priority=2,
            about=N_("The node that has subscribers, or the durable session"),
            kinds=_EMQX,
        ),
        Column(
            "subscribers",
            N_("CLIENTS"),
            7,
            lambda row: Cell(exact_number(_subscribers(row)), Tone.MUTED if _subscribers(row) is None else Tone.NORMAL),
            _subscribers,
            Align.RIGHT,
            priority=2,
            about=N_("How many clients subscribe to it"),
            kinds=(Kind.NANOMQ,),
        ),
    ),
    fields=("deployment", "topic", "filter", "group", "node", "session", "listed", "subscribers", "level"),
    record=record,
    matches=lambda row: (row.item.topic, _place(row) or "", *(row.item.clients or ())[:MOST_NAMED]),
    sort="filter",
    empty=N_("Nobody subscribes to anything."),
    signs=(
        Sign("●", N_("own"), N_("Each subscriber gets every message."), Tone.GOOD),
        Sign("◆", N_("shared"), N_("Each message is sent to one client of the group."), Tone.ACCENT),
        Sign("◐", N_("a level only"), N_("The name of the last level; what is above it is not known."), Tone.WARNING),
    ),
    asked=Asked(
        page,
        filters=(
            ServerFilter("topic", N_("The topic filter, exactly"), kinds=_EMQX),
            ServerFilter("node", N_("The node that has subscribers"), kinds=(Kind.EMQX5,)),
        ),
        bare="topic",
        offered=N_("EMQX 4 and later, and NanoMQ"),
        scope="connections",
        ctl="emqx ctl topics list",
        ctl4="emqx_ctl routes list",
    ),
    detail=detail,
)
