"""Topics that are counted one by one."""

from collections.abc import Mapping

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.comparing import Measure
from emqx_tui.domain.listing import Entry, Page, Query
from emqx_tui.domain.models import Kind
from emqx_tui.domain.monitoring import TopicMetrics
from emqx_tui.i18n import N_, _
from emqx_tui.resources.facts import Fact, Grid, Heading, Note, Pair, Title
from emqx_tui.resources.spec import Align, Asked, Cell, Column, Resource, Scalar, Sign, Tone, listed
from emqx_tui.resources.wording import clock_time
from emqx_tui.text import exact_number, short_duration, short_number, short_rate


_IN, _OUT, _DROPPED = "messages.in", "messages.out", "messages.dropped"


def _losing(row: Entry[TopicMetrics]) -> bool:
    return (row.item.rates.get(_DROPPED) or 0.0) > 0


def _mark(row: Entry[TopicMetrics]) -> Cell:
    return Cell("▲", Tone.WARNING) if _losing(row) else Cell("●", Tone.GOOD)


def _age(row: Entry[TopicMetrics]) -> float | None:
    since = row.item.reset_at or row.item.since
    return None if since is None else max(0.0, row.now - since)


def record(row: Entry[TopicMetrics]) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; rates are messages per second, times seconds since 1970 by the broker's clock."""
    counts, rates = row.item.counts, row.item.rates
    return {
        "deployment": row.deployment,
        "topic": row.item.topic,
        **{f"{name}_count": counts.get(f"messages.{name}") for name in ("in", "out", "dropped")},
        **{f"{name}_rate": rates.get(f"messages.{name}") for name in ("in", "out", "dropped")},
        **{
            f"qos{qos}_{way}_count": counts.get(f"messages.qos{qos}.{way}") for qos in range(3) for way in ("in", "out")
        },
        "since": row.item.since,
        "reset_at": row.item.reset_at,
    }


FIELDS = (
    *("deployment", "topic"),
    *("in_count", "out_count", "dropped_count"),
    *("in_rate", "out_rate", "dropped_rate"),
    *(f"qos{qos}_{way}_count" for qos in range(3) for way in ("in", "out")),
    *("since", "reset_at"),
)


def detail(row: Entry[TopicMetrics], _more: object) -> list[Fact]:
    """Everything that is counted of a topic, by QoS."""
    item = row.item
    lines = [(_("all"), _IN, _OUT)]
    lines += [(f"QoS {qos}", f"messages.qos{qos}.in", f"messages.qos{qos}.out") for qos in range(3)]
    grid = [
        (
            Cell(label),
            Cell(exact_number(item.counts.get(arrived))),
            Cell(short_rate(item.rates.get(arrived))),
            Cell(exact_number(item.counts.get(sent))),
            Cell(short_rate(item.rates.get(sent))),
        )
        for label, arrived, sent in lines
    ]
    lost = Tone.WARNING if _losing(row) else Tone.NORMAL
    dropped = (Cell(exact_number(item.counts.get(_DROPPED)), lost), Cell(short_rate(item.rates.get(_DROPPED)), lost))
    facts: list[Fact] = [Title(_mark(row), item.topic, Cell(_("dropping"), lost) if _losing(row) else Cell(""))]
    if item.since is not None:
        facts.append(Pair(_("since"), clock_time(item.since, row.now)))
    if item.reset_at is not None:
        facts.append(Pair(_("reset"), clock_time(item.reset_at, row.now)))
    facts.append(Heading(_("Messages")))
    facts.append(Grid((_("QoS"), _("in"), _("in/s"), _("out"), _("out/s")), grid))
    facts.append(Pair(_("dropped"), f"{dropped[0].text}  {dropped[1].text}/s", lost))
    facts.append(Note(_("Out counts each delivery: with ten subscribers one message in makes ten out."), Tone.MUTED))
    return facts


async def page(broker: Broker, query: Query, after: str | None) -> Page[TopicMetrics]:
    """Asks the broker."""
    return await broker.topic_metrics(query, after)


def _count(name: str, title: str, key: str, about: str, priority: int) -> Column[Entry[TopicMetrics]]:
    return Column(
        name,
        title,
        8,
        lambda row: Cell(short_number(row.item.counts.get(key))),
        lambda row: row.item.counts.get(key),
        Align.RIGHT,
        priority=priority,
        about=about,
    )


def _rate(name: str, title: str, key: str, about: str, priority: int) -> Column[Entry[TopicMetrics]]:
    return Column(
        name,
        title,
        7,
        lambda row: Cell(
            short_rate(row.item.rates.get(key)), Tone.WARNING if key == _DROPPED and _losing(row) else Tone.NORMAL
        ),
        lambda row: row.item.rates.get(key),
        Align.RIGHT,
        priority=priority,
        about=about,
    )


TOPIC_METRICS: Resource[Entry[TopicMetrics]] = Resource(
    name="topic-metrics",
    title=N_("Topic metrics"),
    rows=listed("topic-metrics"),
    key=lambda row: row.item.topic,
    columns=(
        Column(
            "mark", "", 1, _mark, lambda row: int(_losing(row)), about=N_("▲ messages of the topic are dropped now")
        ),
        Column(
            "topic",
            N_("TOPIC"),
            24,
            lambda row: Cell(row.item.topic),
            lambda row: row.item.topic,
            grows=True,
            about=N_("The topic, without wildcards"),
        ),
        _rate("in", N_("IN/S"), _IN, N_("Messages published to it per second"), 0),
        _rate("out", N_("OUT/S"), _OUT, N_("Deliveries to subscribers per second"), 0),
        _rate("drop", N_("DROP/S"), _DROPPED, N_("Messages of it dropped per second"), 1),
        _count("in_count", N_("MSGS IN"), _IN, N_("Messages published to it since it is counted"), 2),
        _count("out_count", N_("MSGS OUT"), _OUT, N_("Deliveries to subscribers since it is counted"), 3),
        _count("drop_count", N_("DROPPED"), _DROPPED, N_("Messages dropped since it is counted"), 1),
        Column(
            "since",
            N_("COUNTED"),
            9,
            lambda row: Cell(short_duration(_age(row))),
            _age,
            Align.RIGHT,
            priority=4,
            about=N_("For how long it has been counted: d days, h hours, m minutes"),
            kinds=(Kind.EMQX5, Kind.SERVERLESS),
            measure=Measure.SECONDS,
        ),
    ),
    fields=FIELDS,
    record=record,
    matches=lambda row: (row.item.topic,),
    sort="-in",
    empty=N_("No topic is counted one by one: add some in the dashboard, Topic Metrics (512 at most, no wildcards)."),
    signs=(
        Sign("▲", N_("dropping"), N_("Messages of the topic are dropped now."), Tone.WARNING),
        Sign("●", N_("counted"), N_("Nothing is dropped now."), Tone.GOOD),
    ),
    asked=Asked(page, whole=True, offered=N_("EMQX 4 and later"), scope="monitoring"),
    detail=detail,
    problem=lambda row: int(_losing(row)),
    page=lambda _row: "topic-metrics",
)
