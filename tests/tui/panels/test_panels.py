"""What the lines around the table say, and that they fit the width they are given."""

import pytest
from rich.cells import cell_len

from emqx_tui.domain.broker import Part
from emqx_tui.domain.errors import Forbidden, RateLimited, ServerError, Step, Unreachable, Unsupported
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.history import Ring
from emqx_tui.domain.models import Alarm, Kind, Node, Series, Totals
from emqx_tui.domain.rates import Reading
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.domain.rows import AlarmRow
from emqx_tui.fleet.store import DeploymentState, Phase
from emqx_tui.fleet.views import deployment_row, node_rows, snapshot
from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP
from emqx_tui.resources.alarms import detail as alarm_facts
from emqx_tui.resources.spec import Tone
from emqx_tui.tui.panels import totals
from emqx_tui.tui.panels.detail import node_detail
from emqx_tui.tui.panels.facts import fact_lines
from emqx_tui.tui.panels.header import deployment_header, fleet_header
from emqx_tui.tui.panels.strip import strip
from emqx_tui.tui.widgets.lines import SpanLine, spans_width
from fleet.fakes import NOON, A, B, FakeClock, alarm, node


WIDTHS = [58, 78, 118, 198]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def state() -> DeploymentState:
    """A deployment of two nodes that answered a second ago."""
    made = DeploymentState("prod", "http://127.0.0.1", 5.0, kind=Kind.EMQX5, phase=Phase.POLLING, looked=True)
    made.answered_at = 999.0
    made.roster = {name: Member(name, NodeState.RUNNING, node(name), NOON) for name in (A, B)}
    made.totals = Totals(sessions=20, live_connections=18, received_rate=5.0, topics=7)
    return made


def words(lines: list[SpanLine]) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for line in lines]


def tones(lines: list[SpanLine], text: str) -> set[Tone]:
    """The tones of the spans that say this."""
    return {span.tone for line in lines for span in line if span.text.strip() == text}


def shown(state: DeploymentState, clock: FakeClock, most: int = 9, width: int = 300) -> list[str]:
    return words(strip(snapshot(state, clock), state, width, most, DEFAULT_KEYMAP))


def test_a_deployment_that_is_well_has_an_empty_strip(state: DeploymentState, clock: FakeClock) -> None:
    assert shown(state, clock) == []


def test_why_it_cannot_be_read_comes_before_what_is_wrong_with_it(state: DeploymentState, clock: FakeClock) -> None:
    state.failed, state.error, state.next_try = True, Unreachable(Step.DNS), 1007.0
    state.phase = Phase.WAITING
    state.alarms = {A: (alarm(),)}
    told = shown(state, clock)
    assert told[0] == (
        "✖ unreachable: the host's name cannot be resolved · next try in 7 s, now with Ctrl-R · figures are 1 s old"
    )
    assert told[1].startswith("▲ alarm high_cpu")


def test_a_try_under_way_says_so(state: DeploymentState, clock: FakeClock) -> None:
    state.failed, state.error, state.answered_at = True, ServerError(status=500), None
    assert shown(state, clock) == ["✖ server error (500) · trying again"]


def test_the_last_line_counts_what_has_no_room(state: DeploymentState, clock: FakeClock) -> None:
    state.alarms = {A: tuple(alarm(f"a{number}") for number in range(6))}
    told = shown(state, clock, most=2, width=100)
    assert len(told) == 2
    assert told[1].endswith("+4 more")
    assert len(told[1]) == 100


def test_thousands_of_congested_clients_are_one_line(state: DeploymentState, clock: FakeClock) -> None:
    state.alarms = {A: tuple(alarm(f"conn_congestion/c{number}", at=NOON - 60) for number in range(2000))}
    assert shown(state, clock) == ["▲ 2.0k clients congested, 1 m"]


def test_what_is_not_offered_and_what_lacks_a_scope_are_told_apart(state: DeploymentState, clock: FakeClock) -> None:
    state.parts[Part.ALARMS].settled, state.parts[Part.ALARMS].error = True, Unsupported(status=404)
    state.parts[Part.STATS].settled, state.parts[Part.STATS].error = True, Forbidden(scope="monitoring")
    assert shown(state, clock) == [
        "· not offered here: /alarms",
        "▲ the key may not read /stats: needs scope monitoring",
    ]


def test_a_part_that_fails_is_named_by_its_path_in_the_api(state: DeploymentState, clock: FakeClock) -> None:
    state.parts[Part.TOTALS].error = RateLimited(status=429)
    assert shown(state, clock) == ["▲ /monitor_current: too many requests (429)"]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_header_keeps_freshness_in_sight_and_warnings_on_a_line_of_their_own(
    state: DeploymentState, clock: FakeClock, width: int
) -> None:
    state.name = "a-long-name-" * 6
    (line,) = deployment_header(deployment_row(state, clock), state, width)
    assert spans_width(line) <= width
    assert words([line])[0].endswith("● live 1 s · every 5 s")
    state.warnings = ("plain-http", "no-verify")
    first, second = deployment_header(deployment_row(state, clock), state, width)
    assert first == line
    assert words([second]) == ["▲ plain HTTP · certificate not verified"]
    assert {span.tone for span in second} == {Tone.WARNING}


def test_what_may_be_changed_is_told_in_a_word_and_a_colour_of_its_own(
    state: DeploymentState, clock: FakeClock
) -> None:
    modes = []
    for state.write in (False, True):
        (line,) = deployment_header(deployment_row(state, clock), state, 78)
        (mode,) = [span for span in line if span.text in {"write", "read-only"}]
        modes.append((mode.text, mode.tone, mode.bold))
    assert modes == [("read-only", Tone.MUTED, False), ("write", Tone.WARNING, True)]


def test_the_interval_is_left_out_while_the_last_poll_failed(state: DeploymentState, clock: FakeClock) -> None:
    state.failed, state.error = True, Unreachable(Step.DNS)
    (line,) = words(deployment_header(deployment_row(state, clock), state, 78))
    assert line.endswith("read-only  ✖ stale 1 s")
    assert "every" not in line


@pytest.mark.parametrize(("colour", "text"), [(None, "prod"), ("#a03030", " prod "), ("no colour", "prod")])
def test_a_deployment_with_a_colour_shows_its_name_as_a_badge(
    state: DeploymentState, clock: FakeClock, colour: str | None, text: str
) -> None:
    state.colour = colour
    name = deployment_header(deployment_row(state, clock), state, 78)[0][0]
    assert (name.text, name.bold) == (text, True)
    assert (None if name.colour is None else name.colour.hex) == ("#A03030" if text == " prod " else None)


def test_the_header_of_the_fleet_does_not_call_well_what_has_not_answered(
    state: DeploymentState, clock: FakeClock
) -> None:
    assert "all well" in words(fleet_header([deployment_row(state, clock)], "", 100))[0]
    state.answered_at = None
    assert "all well" not in words(fleet_header([deployment_row(state, clock)], "", 100))[0]


def test_the_header_of_the_fleet_counts_what_is_down_apart_from_other_findings_and_what_is_paused(
    state: DeploymentState, clock: FakeClock
) -> None:
    well = deployment_row(state, clock)
    state.alarms = {A: (alarm(),)}
    warned = deployment_row(state, clock)
    state.roster = {**state.roster, B: Member(B, NodeState.STOPPED, node(B), NOON, NOON)}
    down = deployment_row(state, clock)
    (line,) = words(fleet_header([well, down, warned, down, well], "", 118))
    assert line == "emqx-tui  5 deployments  ✖ 2 with a node down  ▲ 1 with findings"
    state.phase = Phase.PAUSED
    paused = deployment_row(state, clock)._replace(worst=None)
    (line,) = words(fleet_header([well, paused], "", 118))
    assert line == "emqx-tui  2 deployments  ‖ 1 paused"
    assert tones(fleet_header([down], "", 118), "✖ 1 with a node down") == {Tone.CRITICAL}
    assert tones(fleet_header([warned], "", 118), "▲ 1 with findings") == {Tone.WARNING}


def test_totals_are_muted_while_the_deployment_failed(state: DeploymentState) -> None:
    state.totals = Totals(sessions=20, live_connections=18, received_rate=5.0, dropped_rate=3.0)
    assert tones(totals.compact(state, 0.0, 78), "20") == {Tone.STRONG}
    assert tones(totals.compact(state, 0.0, 78), "3.0") == {Tone.WARNING}
    state.failed = True
    for lines in (totals.compact(state, 0.0, 78), totals.tall(state, 0.0, 100)):
        for figure in ("18", "20", "5.0", "3.0"):
            assert tones(lines, figure) == {Tone.MUTED}


@pytest.mark.parametrize("width", WIDTHS)
def test_totals_fit_the_width_they_have(state: DeploymentState, width: int) -> None:
    state.totals = Totals(10**9, 10**9, 10**6, 10**6, 10**6, 1e9, 1e9, 1e9)
    for series in Series:
        for second in range(60):
            state.history[series].add(second * 60.0, float(second))
    (line,) = totals.compact(state, 3600.0, width)
    assert spans_width(line) <= max(width, 75)


@pytest.mark.parametrize("width", [totals.TALL_WIDTH, 78, 118, 198])
def test_every_figure_stands_above_its_chart(state: DeploymentState, width: int) -> None:
    state.totals = Totals(10**9, 10**9, 10**6, 10**6, 10**6, 9.9e6, 9.9e6, 9.9e6)
    for second in range(0, 3600, 10):
        state.history[Series.DROPPED].add(float(second), 1.0)
    heading, chart, _bottom, _rest = words(totals.tall(state, 3600.0, width))
    assert len(heading) <= width
    assert heading.index("dropped/s") == len(chart) - len(chart.strip())


def test_totals_of_before_are_grey_and_their_charts_are_not(state: DeploymentState) -> None:
    state.history[Series.SESSIONS].add(3590.0, 9.0)
    for draw in (totals.tall, totals.compact):
        state.failed = False
        assert Tone.STRONG in {span.tone for line in draw(state, 3600.0, 118) for span in line}
        state.failed = True
        assert {span.tone for line in draw(state, 3600.0, 118) for span in line} == {Tone.MUTED, Tone.CHART}


def test_where_nothing_could_be_read_no_room_is_kept_for_charts(state: DeploymentState) -> None:
    state.failed, state.totals = True, None
    assert len(totals.tall(state, 0.0, 118)) == 1


def test_what_is_not_known_is_a_dash_and_never_a_nought(state: DeploymentState) -> None:
    state.totals = None
    assert words(totals.compact(state, 0.0, 78))[0].split() == [
        *("live", "-", "sessions", "-", "in/s", "-", "out/s", "-", "dropped/s", "-")
    ]


def test_totals_without_a_silent_node_say_that_they_are_partial(state: DeploymentState) -> None:
    state.totals = Totals(sessions=10, partial=True)
    assert "without the nodes that do not answer" in words(totals.tall(state, 0.0, 100))[3]


@pytest.mark.parametrize("width", [40, 95, 96, 160])
def test_the_detail_tells_everything_once_in_one_column_or_two(
    state: DeploymentState, clock: FakeClock, width: int
) -> None:
    state.readings[A] = Reading(1000.0, NOON, {"messages.received": 12_345_678}, 86_400.0)
    state.rates[A] = {"messages.received": 42.0}
    text = "\n".join(words(node_detail(node_rows(state, clock)[0], state, 1000.0, width)))
    for once in (A, "version", "memory", "load", "messages received"):
        assert text.count(once) == 1, once
    assert "12 345 678" in text
    assert "42" in text


def test_the_detail_tells_since_when_a_node_is_up_and_for_how_long(state: DeploymentState, clock: FakeClock) -> None:
    up = 12 * 86_400 + 4 * 3600 + 21 * 60
    state.roster = {A: Member(A, NodeState.RUNNING, node(A, uptime=float(up)), NOON)}
    told = words(node_detail(node_rows(state, clock)[0], state, 1000.0, 80))
    assert "uptime      12 days, 4 hours and 21 minutes" in told
    assert "started     06 Nov 06:45" in told


@pytest.mark.parametrize(("fresh", "grey"), [(Freshness.LIVE, False), (Freshness.SLOW, True), (Freshness.STALE, True)])
def test_figures_in_the_detail_that_are_not_of_now_are_grey_and_its_charts_are_not(
    state: DeploymentState, clock: FakeClock, fresh: Freshness, grey: bool
) -> None:
    state.readings[A] = Reading(1000.0, NOON, {"messages.received": 12_345_678}, 86_400.0)
    state.alarms = {A: (alarm(),)}
    state.node_history[A] = {Series.LIVE: Ring()}
    state.node_history[A][Series.LIVE].add(990.0, 9.0)
    row = node_rows(state, clock)[0]._replace(fresh=fresh)
    lines = node_detail(row, state, 1000.0, 80)
    for text in ("12 345 678", "running", "▲ high_cpu", "25 %"):
        assert (tones(lines, text) == {Tone.MUTED}) is grey, text
    assert tones(lines, "5.8.9") == {Tone.NORMAL}
    assert tones(lines, "▇") == {Tone.CHART}


@pytest.mark.parametrize("width", [20, 40, 118])
def test_everything_that_a_broker_says_of_an_alarm_can_be_read(width: int) -> None:
    said = "resource down: " + "#{error => not_added_yet} " * 5 + "x" * 60 + " 中文" * 9
    row = AlarmRow("prod", Alarm("a", A, said, NOON, (("reason", said),)), NOON, NOON)
    told = words(fact_lines(alarm_facts(row, None), width))
    assert max(map(cell_len, told)) <= width
    together = "".join(line[12:].replace(" ", "") for line in told)
    assert together.count(said.replace(" ", "")) == 2


def test_memory_without_a_total_is_a_plain_figure(state: DeploymentState, clock: FakeClock) -> None:
    state.roster = {A: Member(A, NodeState.RUNNING, node(A, memory_used=11 << 20, memory_total=None), NOON)}
    told = words(node_detail(node_rows(state, clock)[0], state, 1000.0, 80))
    assert [line for line in told if line.startswith("memory")] == ["memory      11 M"]


def test_counters_that_a_node_does_not_have_get_no_heading(state: DeploymentState, clock: FakeClock) -> None:
    state.readings[A] = Reading(1000.0, NOON, {}, None)
    text = "\n".join(words(node_detail(node_rows(state, clock)[0], state, 1000.0, 80)))
    assert "counters since its start" not in text


def test_the_only_node_of_nanomq_has_words_for_a_name(state: DeploymentState, clock: FakeClock) -> None:
    state.kind = Kind.NANOMQ
    state.roster = {"": Member("", NodeState.RUNNING, Node(None, running=True, version="0.25"), NOON)}
    assert words(node_detail(node_rows(state, clock)[0], state, 1000.0, 80))[0] == "● (the broker)  running"
