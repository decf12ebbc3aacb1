"""Log traces: what EMQX writes down of a client, a topic, an address or a rule, until when, and how much it is."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.domain.system import RUNNING, Trace
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.links import or_missing, texts
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import MISSING, exact, exact_number, short_bytes, short_duration


_STATES: Mapping[str, tuple[str, str, Tone]] = {
    RUNNING: ("●", N_("running"), Tone.GOOD),
    "waiting": ("◐", N_("waiting"), Tone.NORMAL),
    "stopped": ("○", N_("stopped"), Tone.MUTED),
}
_ORDER = (RUNNING, "waiting", "stopped")


def _looks(row: Entry[Trace]) -> tuple[str, str, Tone]:
    """Symbol, word and tone."""
    told = row.item.status
    if told in _STATES:
        mark, word, tone = _STATES[told]
        return mark, _(word), tone
    return "?", told or _("not known"), Tone.MUTED


def _mark(row: Entry[Trace]) -> Cell:
    mark, _word, tone = _looks(row)
    return Cell(mark, tone)


def _status(row: Entry[Trace]) -> Cell:
    _mark, word, tone = _looks(row)
    return Cell(word, tone)


def _place(row: Entry[Trace]) -> int:
    """What runs comes first, then what will run."""
    return _ORDER.index(row.item.status) if row.item.status in _ORDER else len(_ORDER)


def _left(row: Entry[Trace]) -> float | None:
    """Seconds until it ends; None when it does not run or its end is not told."""
    ends = row.item.ends_at
    return None if ends is None or row.item.status not in {RUNNING, "waiting"} else max(0.0, ends - row.now)


def _age(row: Entry[Trace]) -> float | None:
    """Seconds since it began; None before."""
    starts = row.item.starts_at
    return None if starts is None or starts > row.now else row.now - starts


def record(row: Entry[Trace]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; times are seconds since 1970 by the broker's clock."""
    item = row.item
    return {
        "deployment": row.deployment,
        "name": item.name,
        "type": item.kind or None,
        "value": item.value or None,
        "status": item.status or None,
        "starts_at": item.starts_at,
        "ends_at": item.ends_at,
        "log_bytes": item.size,
        "payloads": item.payloads or None,
        "format": item.form or None,
    }


def detail(row: Entry[Trace], _more: object) -> list[Fact]:
    """Everything about a trace, with its log on each node."""
    item = row.item
    facts: list[Fact] = [
        Title(_mark(row), item.name, _status(row)),
        Pair(item.kind or _("what"), item.value or MISSING),
        Pair(_("since"), MISSING if item.starts_at is None else clock_time(item.starts_at, row.now)),
        Pair(_("until"), MISSING if item.ends_at is None else clock_time(item.ends_at, row.now)),
    ]
    facts += [Pair(_("payloads"), item.payloads)] if item.payloads else []
    facts += [Pair(_("format"), item.form)] if item.form else []
    facts += [Heading(_("Log"))]
    sizes = [(Cell(node), Cell(short_bytes(size)), Cell(exact_number(size))) for node, size in item.sizes.items()]
    facts.append(Grid((_("node"), _("size"), _("bytes")), sizes) if sizes else Note(_("No node tells its size.")))
    if item.status == RUNNING and not item.size and item.sizes:
        facts.append(Note(_("Nothing has been written so far: whoever is traced did nothing, or is not there.")))
    facts.append(Note(_("The log itself is read and downloaded in the dashboard."), Tone.MUTED))
    return facts


async def page(broker: Broker, query: Query, after: str | None) -> Page[Trace]:
    """Asks the broker."""
    return await broker.traces(query, after)


TRACES: Resource[Entry[Trace]] = Resource(
    name="traces",
    title=N_("Log traces"),
    rows=listed("traces"),
    key=lambda row: exact(row.item.name),
    columns=(
        Column("mark", "", 1, _mark, _place, about=N_("The state as a symbol")),
        Column(
            "name",
            N_("TRACE"),
            16,
            lambda row: Cell(row.item.name),
            lambda row: row.item.name,
            grows=True,
            about=N_("The name that whoever began it gave it"),
        ),
        Column(
            "status",
            N_("STATUS"),
            9,
            _status,
            lambda row: (_place(row), row.item.status),
            about=N_("running, waiting until it begins, or stopped: over, or by somebody"),
            value=lambda row: row.item.status or None,
        ),
        Column(
            "type",
            N_("TYPE"),
            10,
            lambda row: or_missing(row.item.kind),
            lambda row: row.item.kind or None,
            priority=2,
            about=N_("What is traced: clientid, topic, ip_address or ruleid"),
        ),
        Column(
            "value",
            N_("OF"),
            18,
            lambda row: or_missing(row.item.value),
            lambda row: row.item.value or None,
            grows=True,
            about=N_("The client id, topic, address or rule that is traced"),
        ),
        Column(
            "size",
            N_("LOG"),
            7,
            lambda row: Cell(short_bytes(row.item.size)),
            lambda row: row.item.size,
            Align.RIGHT,
            priority=1,
            about=N_("Size of the log on all nodes together, in steps of 1024 bytes"),
            measure=Measure.BYTES,
        ),
        Column(
            "ends",
            N_("ENDS IN"),
            9,
            lambda row: Cell(short_duration(_left(row))),
            _left,
            Align.RIGHT,
            priority=1,
            about=N_("How long until it ends by itself: d days, h hours, m minutes, s seconds"),
            measure=Measure.SECONDS,
        ),
        Column(
            "since",
            N_("SINCE"),
            9,
            lambda row: Cell(short_duration(_age(row))),
            _age,
            Align.RIGHT,
            priority=4,
            about=N_("How long ago it began"),
            measure=Measure.SECONDS,
        ),
        Column(
            "payloads",
            N_("PAYLOADS"),
            8,
            lambda row: or_missing(row.item.payloads),
            lambda row: row.item.payloads or None,
            priority=3,
            about=N_("How payloads stand in the log: text, hex or hidden"),
            kinds=(Kind.EMQX5,),
        ),
    ),
    fields=(
        "deployment",
        "name",
        "type",
        "value",
        "status",
        "starts_at",
        "ends_at",
        "log_bytes",
        "payloads",
        "format",
    ),
    record=record,
    matches=lambda row: texts(row.item.name, row.item.kind, row.item.value, row.item.status),
    sort="status",
    empty=N_("Nothing is traced."),
    signs=(
        Sign("●", N_("running"), N_("EMQX writes down what happens to it."), Tone.GOOD),
        Sign("◐", N_("waiting"), N_("It begins later, at the time that it was given.")),
        Sign(
            "○",
            N_("stopped"),
            N_("It is over, or somebody stopped it; its log is kept until it is deleted."),
            Tone.MUTED,
        ),
        Sign("?", N_("not known"), N_("The broker has another word for its state, or none."), Tone.MUTED),
    ),
    asked=Asked(
        page,
        whole=True,
        offered=N_("EMQX 4.4 and later"),
        scope="monitoring",
        ctl="emqx ctl traces list",
    ),
    detail=detail,
    page=lambda _row: "log-trace",
)
