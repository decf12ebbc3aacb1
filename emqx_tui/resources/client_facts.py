"""What is told of one client, in the lists of clients and in the detail."""

from collections.abc import Mapping, Sequence

from emqx_tui.domain.clients import Client, ClientDetail, Subscribed
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Gauge, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.tones import Cell, Tone
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, exact_number, long_duration, percent, short_bytes, short_duration, short_number


WARNS = 0.8
"""The share of a limit from which on it is a warning."""

ORDER = "▲?○●"
"""The symbols of a client's state, what is worth a look first."""

_PROTOCOLS = {3: "3.1", 4: "3.1.1", 5: "5.0"}
_MOST_SUBSCRIPTIONS = 50
_FOR_EVER = 0xFFFFFFFF

_DROPS: Mapping[str, str] = {
    "send_msg.dropped.queue_full": N_("queue full"),
    "send_msg.dropped.expired": N_("too old"),
    "send_msg.dropped.too_large": N_("too large"),
    "recv_msg.dropped.await_pubrel_timeout": N_("not released"),
    "recv_msg.dropped.expired": N_("not released"),
}
"""Why messages were dropped, by EMQX's names."""


def fills_up(client: Client) -> bool:
    """Most of what may wait for it does."""
    share = client.queue_share
    return share is not None and share >= WARNS


def mark(client: Client) -> Cell:
    """Its state as a symbol."""
    if fills_up(client):
        return Cell("▲", Tone.WARNING)
    if client.connected is None:
        return Cell("?", Tone.MUTED)
    return Cell("●", Tone.GOOD) if client.connected else Cell("○", Tone.MUTED)


def state(client: Client) -> Cell:
    """Its state in words."""
    if client.connected is None:
        return Cell(_("unknown"), Tone.MUTED)
    return Cell(_("connected"), Tone.GOOD) if client.connected else Cell(_("not connected"), Tone.MUTED)


def protocol(number: int | None) -> str:
    """The version of MQTT as people write it."""
    return MISSING if number is None else _PROTOCOLS.get(number, short_number(number))


def queue(part: int | None, whole: int | None, *, share: bool = True) -> Cell:
    """How many wait, and the share of how many may: `630 63 %`."""
    if part is None:
        return Cell(MISSING)
    used = None if not whole else part / whole
    tone = Tone.WARNING if used is not None and used >= WARNS else Tone.NORMAL
    told = f" {percent(min(used, 99.99)):>5}" if used and share else ""
    return Cell(short_number(part) + told, tone)


def seconds_since(client: Client, now: float) -> float | None:
    """How long it has been connected, or not."""
    at = client.disconnected_at if client.connected is False else client.connected_at
    return None if at is None else max(0.0, now - at)


def since(client: Client, now: float) -> Cell:
    """How long it has been connected; muted and how long ago it left, when it has."""
    seconds = seconds_since(client, now)
    if seconds is None:
        # A node's local time, of which the day says less than the time.
        return Cell((client.local_time or MISSING)[-8:], Tone.MUTED)
    return Cell(short_duration(seconds), Tone.MUTED if client.connected is False else Tone.NORMAL)


def detail_of(client: Client, more: ClientDetail | None, now: float) -> list[Fact]:
    """Everything about a client: of the list, and once it is there of its own answer, which is newer."""
    gone = more is not None and more.client is None
    known = more.client if more is not None and more.client is not None else client
    facts: list[Fact] = [Title(mark(known), known.clientid, Cell(_("gone"), Tone.WARNING) if gone else state(known))]
    if gone:
        facts.append(Note(_("The broker knows it no longer. This is what it last said."), Tone.WARNING))
    facts += _identity(known, now)
    facts += _waiting(known)
    if more is not None and more.subscriptions is not None:
        facts += _subscriptions(more.subscriptions)
    facts += _traffic(known, {} if more is None else more.counters)
    return facts


def _text(value: str | None) -> str:
    return value or MISSING


def _at(at: float | None, now: float) -> str:
    if at is None:
        return MISSING
    ago = _("{duration} ago").format(duration=short_duration(max(0.0, now - at)))
    return f"{clock_time(at, now)}, {ago}"


def _identity(one: Client, now: float) -> list[Fact]:
    address = f"{one.address or MISSING}" + (f":{one.port}" if one.port is not None else "")
    local = _("{time}, the node's own time").format(time=one.local_time) if one.local_time else MISSING
    facts: list[Fact] = [
        Pair(_("user name"), _text(one.username)),
        Pair(_("node"), _text(one.node)),
        Pair(_("address"), address if one.address or one.port is not None else MISSING),
        Pair(_("listener"), _text(one.listener or one.zone)),
        Pair(_("MQTT"), protocol(one.protocol)),
        Pair(_("connected"), _at(one.connected_at, now) if one.connected_at is not None else local),
    ]
    if one.connected is False:
        facts.append(Pair(_("left"), _at(one.disconnected_at, now)))
    facts += [
        Heading(_("session")),
        Pair(_("began"), _at(one.created_at, now)),
        Pair(_("clean start"), MISSING if one.clean_start is None else _("yes") if one.clean_start else _("no")),
        Pair(_("expires"), _expiry(one)),
        Pair(_("keepalive"), MISSING if one.keepalive is None else f"{one.keepalive} s"),
    ]
    if one.durable:
        facts.append(Pair(_("kept"), _("in durable storage")))
    if one.bridge:
        facts.append(Pair(_("bridge"), _("yes")))
    if one.mountpoint:
        facts.append(Pair(_("mountpoint"), one.mountpoint))
    return facts


def _expiry(one: Client) -> str:
    if one.expiry is None:
        return MISSING
    if one.expiry == 0:
        return _("with the connection")
    if one.expiry >= _FOR_EVER:
        return _("never")
    return _("{duration} after the connection").format(duration=long_duration(one.expiry))


def _gauge(label: str, part: int | None, whole: int | None) -> list[Fact]:
    if part is None:
        return []
    if whole is None:
        return [Pair(label, f"{exact_number(part)}, " + _("no limit"))]
    limit = _("of {limit}").format(limit=exact_number(whole))
    share = None if not whole else part / whole
    return [Gauge(label, share, f"{exact_number(part)} {limit}", WARNS)]


def _waiting(one: Client) -> list[Fact]:
    gauges = [
        *_gauge(_("queue"), one.queue, one.queue_max),
        *_gauge(_("in flight"), one.inflight, one.inflight_max),
        *_gauge(_("to release"), one.awaiting, one.awaiting_max),
        *_gauge(_("topics"), one.subscriptions, one.subscriptions_max),
    ]
    if one.mailbox is not None:
        gauges.append(Pair(_("mailbox"), exact_number(one.mailbox)))
    if one.heap is not None:
        gauges.append(Pair(_("heap"), _("{count} words").format(count=exact_number(one.heap))))
    if one.reductions is not None:
        gauges.append(Pair(_("reductions"), exact_number(one.reductions)))
    return [Heading(_("what waits")), *gauges] if gauges else []


def _subscriptions(rows: Sequence[Subscribed]) -> list[Fact]:
    if not rows:
        return [Heading(_("subscriptions")), Note(_("None."), Tone.MUTED)]
    grid = Grid(
        (_("TOPIC FILTER"), _("QOS"), _("OPTIONS")),
        [
            (Cell(one.topic), Cell(short_number(one.qos)), Cell(_options(one), Tone.MUTED))
            for one in rows[:_MOST_SUBSCRIPTIONS]
        ],
    )
    facts: list[Fact] = [Heading(_("subscriptions")), grid]
    if len(rows) > _MOST_SUBSCRIPTIONS:
        told = _("and {count} more").format(count=exact_number(len(rows) - _MOST_SUBSCRIPTIONS))
        facts.append(Note(told, Tone.MUTED))
    return facts


def _options(one: Subscribed) -> str:
    words = [
        word
        for wanted, word in (
            (one.no_local, "nl"),
            (one.retain_as_published, "rap"),
            (one.retain_handling, f"rh={one.retain_handling}"),
        )
        if wanted
    ]
    return " ".join(words)


def _traffic(one: Client, counters: Mapping[str, int]) -> list[Fact]:
    if one.received is None and one.sent is None and not counters:
        return []
    ways = (("recv", one.received, one.received_bytes), ("send", one.sent, one.sent_bytes))
    table: list[tuple[Cell, ...]] = [
        (Cell(_("messages")), *(Cell(exact_number(count)) for _way, count, _size in ways)),
        *(
            (Cell(f"QoS {qos}"), *(Cell(exact_number(counters.get(f"{way}_msg.qos{qos}"))) for way, *_rest in ways))
            for qos in range(3)
            if counters
        ),
        (Cell(_("packets")), Cell(exact_number(one.received_packets)), Cell(exact_number(one.sent_packets))),
        (Cell(_("bytes")), *(Cell(short_bytes(size)) for _way, _count, size in ways)),
        (Cell(_("dropped")), *(_dropped(count) for count in (one.received_dropped, one.sent_dropped))),
    ]
    facts: list[Fact] = [Heading(_("traffic")), Grid(("", _("FROM IT"), _("TO IT")), table)]
    reasons = [f"{_(word)} {exact_number(counters[name])}" for name, word in _DROPS.items() if counters.get(name)]
    if reasons:
        facts.append(Pair(_("dropped as"), ", ".join(reasons), Tone.WARNING))
    if one.queue_dropped:
        facts.append(Pair(_("by queue"), exact_number(one.queue_dropped), Tone.WARNING))
    return facts


def _dropped(count: int | None) -> Cell:
    return Cell(exact_number(count), Tone.WARNING if count else Tone.NORMAL)
