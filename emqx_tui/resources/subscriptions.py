"""Subscriptions: who gets which topics, and, with `match`, who gets messages of one topic."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.messages import Subscription
from emqx_tui.domain.models import Kind
from emqx_tui.domain.topics import QUEUE
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Note, Pair, Title
from emqx_tui.resources.operations import UNSUBSCRIBE
from emqx_tui.resources.spec import (
    Align,
    Asked,
    Cell,
    Column,
    Resource,
    Scalar,
    ServerFilter,
    Sign,
    Tone,
    listed,
)
from emqx_tui.text import MISSING, exact


_EMQX = (Kind.EMQX4, Kind.EMQX5, Kind.SERVERLESS)
_EMQX5 = (Kind.EMQX5, Kind.SERVERLESS)

QOS: Mapping[int, str] = {0: N_("at most once"), 1: N_("at least once"), 2: N_("exactly once")}
"""What the levels of QoS promise."""

_HANDLING: Mapping[int, str] = {
    0: N_("sent each time it subscribes"),
    1: N_("sent when it subscribes for the first time"),
    2: N_("not sent"),
}


def qos_cell(qos: int | None) -> Cell:
    """The level as a cell."""
    return Cell(MISSING, Tone.MUTED) if qos is None else Cell(str(qos))


def qos_words(qos: int | None) -> str:
    """The level with what it promises."""
    if qos is None:
        return MISSING
    return f"{qos}, {_(QOS[qos])}" if qos in QOS else str(qos)


def _mark(row: Entry[Subscription]) -> Cell:
    return Cell("●", Tone.GOOD) if row.item.parts.group is None else Cell("◆", Tone.ACCENT)


def _group(row: Entry[Subscription]) -> Cell:
    group = row.item.parts.group
    return Cell(MISSING, Tone.MUTED) if group is None else Cell(group, Tone.ACCENT)


def _options(row: Entry[Subscription]) -> str | None:
    """The options that are set, as EMQX calls them; None where nothing is known of them."""
    one = row.item
    if one.no_local is one.retain_as_published is one.retain_handling is None:
        return None
    handling = f"rh{one.retain_handling}" if one.retain_handling else ""
    return " ".join(filter(None, ("nl" if one.no_local else "", "rap" if one.retain_as_published else "", handling)))


def _yes(value: bool | None) -> str:
    return MISSING if value is None else _("yes") if value else _("no")


def record(row: Entry[Subscription]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; `topic` is as the broker lists it, `filter` and `group` are its parts."""
    one = row.item
    return {
        "deployment": row.deployment,
        "clientid": one.clientid,
        "topic": one.topic,
        "filter": one.parts.filter,
        "group": one.parts.group,
        "qos": one.qos,
        "node": one.node,
        "no_local": one.no_local,
        "retain_as_published": one.retain_as_published,
        "retain_handling": one.retain_handling,
        "durable": one.durable,
    }


def detail(row: Entry[Subscription], _more: object) -> list[Fact]:
    """Everything about a subscription, its options in words."""
    one, (topic, group) = row.item, row.item.parts
    if group is None:
        note = _("Each message of these topics is sent to this client.")
    elif group == QUEUE:
        note = _("Each message of these topics is sent to one of the clients that share this queue.")
    else:
        note = _("Each message of these topics is sent to one of the clients in the group.")
    facts: list[Fact] = [
        Title(_mark(row), topic, Cell(_("own"), Tone.GOOD) if group is None else Cell(_("shared"), Tone.ACCENT)),
        Note(note, Tone.MUTED),
        Pair(_("client"), one.clientid),
        Pair(_("group"), group or MISSING),
        Pair(_("QoS"), qos_words(one.qos)),
        Pair(_("node"), one.node or (_("all nodes") if one.durable else MISSING)),
    ]
    if _options(row) is not None:
        handling = _HANDLING.get(one.retain_handling if one.retain_handling is not None else -1)
        facts += [
            Pair(_("own msgs"), _("are not sent back to it (nl)") if one.no_local else _("are sent back to it")),
            Pair(_("retained"), _(handling) + f" (rh {one.retain_handling})" if handling else MISSING),
            Pair(_("retain flag"), _("as published (rap)") if one.retain_as_published else _("only on retained ones")),
        ]
    if one.durable is not None:
        facts.append(Pair(_("durable"), _yes(one.durable)))
    return facts


async def page(broker: Broker, query: Query, after: str | None) -> Page[Subscription]:
    """Asks the broker."""
    return await broker.subscriptions(query, after)


SUBSCRIPTIONS: Resource[Entry[Subscription]] = Resource(
    name="subscriptions",
    title=N_("Subscriptions"),
    rows=listed("subscriptions"),
    key=lambda row: f"{exact(row.item.clientid)}\0{exact(row.item.topic)}\0{row.item.node or ''}",
    columns=(
        Column(
            "mark",
            "",
            1,
            _mark,
            lambda row: row.item.parts.group is not None,
            about=N_("● gets every message, ◆ shares them with a group"),
        ),
        Column(
            "filter",
            N_("TOPIC FILTER"),
            24,
            lambda row: Cell(row.item.parts.filter),
            lambda row: row.item.parts.filter,
            grows=True,
            about=N_("Which topics it gets: + stands for one level, # for all that follow"),
        ),
        Column(
            "group",
            N_("GROUP"),
            10,
            _group,
            lambda row: row.item.parts.group,
            priority=1,
            about=N_("Among whom the messages are shared; $queue is the group of $queue/…"),
        ),
        Column(
            "clientid",
            N_("CLIENT"),
            18,
            lambda row: Cell(row.item.clientid),
            lambda row: row.item.clientid,
            grows=True,
            about=N_("Who subscribes"),
        ),
        Column(
            "qos",
            N_("QOS"),
            3,
            lambda row: qos_cell(row.item.qos),
            lambda row: row.item.qos,
            Align.RIGHT,
            priority=2,
            about=N_("The highest QoS that messages are sent with"),
        ),
        Column(
            "node",
            N_("NODE"),
            16,
            lambda row: Cell(row.item.node or MISSING, Tone.NORMAL if row.item.node else Tone.MUTED),
            lambda row: row.item.node,
            grows=True,
            priority=3,
            about=N_("Where its session is; - for a durable one, which all nodes hold"),
            kinds=_EMQX,
        ),
        Column(
            "options",
            N_("OPTIONS"),
            10,
            lambda row: Cell(_options(row) or MISSING, Tone.NORMAL if _options(row) else Tone.MUTED),
            lambda row: _options(row) or None,
            priority=5,
            about=N_("nl: no own messages; rap: retain as published; rh1, rh2: fewer retained ones"),
            kinds=_EMQX5,
        ),
        Column(
            "durable",
            N_("DURABLE"),
            7,
            lambda row: Cell(_yes(row.item.durable), Tone.NORMAL if row.item.durable else Tone.MUTED),
            lambda row: row.item.durable,
            priority=6,
            about=N_("Whether it is kept on disk"),
            kinds=_EMQX5,
        ),
    ),
    fields=(
        "deployment",
        "clientid",
        "topic",
        "filter",
        "group",
        "qos",
        "node",
        "no_local",
        "retain_as_published",
        "retain_handling",
        "durable",
    ),
    record=record,
    matches=lambda row: (row.item.topic, row.item.clientid, row.item.node or ""),
    sort="filter",
    empty=N_("Nobody subscribes to anything."),
    signs=(
        Sign("●", N_("own"), N_("Each message is sent to this client."), Tone.GOOD),
        Sign("◆", N_("shared"), N_("Each message is sent to one client of the group."), Tone.ACCENT),
    ),
    asked=Asked(
        page,
        filters=(
            ServerFilter("match", N_("Who gets this topic? a/b/c; with + or # in it: who gets any such topic")),
            ServerFilter("within", N_("Only filters that lie within this one: a/# finds a/b and a/+/c")),
            ServerFilter("topic", N_("The filter exactly as subscribed, $share/group/… included")),
            ServerFilter("clientid", N_("The client id, exactly")),
            ServerFilter("share", N_("The group of shared subscriptions, exactly")),
            ServerFilter("qos", N_("The QoS: 0, 1 or 2"), choices=("0", "1", "2")),
            ServerFilter("node", N_("The node that has the session"), kinds=_EMQX),
        ),
        bare="match",
        offered=N_("EMQX 4 and later, and NanoMQ"),
        scope="connections",
        ctl="emqx ctl subscriptions list",
    ),
    detail=detail,
    actions=(UNSUBSCRIBE,),
)
