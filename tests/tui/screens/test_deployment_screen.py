"""One deployment, read without a key press: is it live, what is wrong, what flows, and what is under the cursor."""

import re

from emqx_tui.config import Deployment
from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.errors import Forbidden, RateLimited, ServerError, Step, Unauthorized, Unreachable, Unsupported
from emqx_tui.domain.models import Alarm, Kind, Sample, Totals
from fleet.fakes import NOON, A, B, C, FakeBroker, Fleet, alarm, deployment, node
from tui.screens.stage import FleetStage


REFUSED = Unreachable(Step.CONNECT, "Connection refused")


def counting(broker: FakeBroker, step: int = 0) -> None:
    """Counters that have gone on by so many seconds of 100 in, 200 out and 2 dropped messages."""
    for name in broker.rows:
        broker.counters[name] = {
            "messages.received": 1000 + 100 * step,
            "messages.sent": 5000 + 200 * step,
            "messages.dropped": 2 * step,
        }


async def test_the_header_says_who_it_is_how_many_nodes_run_and_that_it_is_live(fleet: Fleet) -> None:
    broker = fleet.add("prod-eu", [A, B, C])
    broker.rows[C] = node(C, running=False)
    async with FleetStage(fleet, size=(120, 30), opened="prod-eu") as stage:
        assert stage.lines[0].startswith(" prod-eu  EMQX 5.8.9 · 2/3 nodes ")
        assert stage.lines[0].endswith("read-only  ● live 0 s · every 5 s")
        await stage.advance(3)
        assert "● live 1 s" in stage.lines[0], "the counters were asked again after 2 s, to have rates soon"


async def test_a_deployment_opened_for_writing_says_so_all_the_time(fleet: Fleet) -> None:
    fleet.add("prod")
    fleet.poller.store.deployments["prod"].write = True
    async with FleetStage(fleet, opened="prod") as stage:
        assert "write  ● live" in stage.lines[0]
        assert "read-only" not in stage.text


async def test_plain_http_and_an_unverified_certificate_stay_in_sight(fleet: Fleet) -> None:
    fleet.add("prod")
    fleet.poller.add([Deployment(name="lax", url="http://10.0.0.1:8081", app_id="key", allow_http=True, verify=False)])
    fleet.brokers["lax"] = fleet.brokers["prod"]
    async with FleetStage(fleet, size=(60, 30), opened="lax") as stage:
        assert stage.lines[1] == " ▲ plain HTTP · certificate not verified"
        await stage.advance(60)
        assert stage.lines[1] == " ▲ plain HTTP · certificate not verified"


async def test_what_is_wrong_is_listed_worst_first_and_what_has_no_room_is_counted(fleet: Fleet) -> None:
    broker = fleet.add("prod", [A, B, C])
    broker.active = [alarm(f"alarm_{number}", on=C, at=NOON - 60 - number) for number in range(5)]
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        broker.rows[B] = node(B, running=False)
        await stage.advance(2)
        await stage.advance(42)
        assert stage.lines[1].startswith(f" ✖ {B} stopped, 42 s (core, had 10 sessions)")
        assert stage.lines[2].startswith(f" ▲ alarm alarm_0 on {C}, 1 m 44 s: 85 % of the processors are busy")
        assert stage.lines[4].startswith(" ▲ alarm alarm_2")
        assert stage.lines[4].endswith("+2 more")


async def test_a_node_that_was_down_before_the_first_look_is_dated_before_it(fleet: Fleet) -> None:
    fleet.add("prod").rows[B] = node(B, running=False)
    async with FleetStage(fleet, opened="prod") as stage:
        assert f"✖ {B} stopped, before 11:06" in stage.lines[1]


async def test_a_node_that_vanished_stays_on_screen_as_gone_with_what_it_had(fleet: Fleet) -> None:
    broker = fleet.add("prod", kind=Kind.EMQX4)
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        del broker.rows[B]
        await stage.advance(6)
        assert "1/2 nodes" in stage.lines[0]
        row = stage.line_with("○", B)
        assert "gone" in row
        assert "(10)" in row
        assert f"{B} gone" in stage.lines[1]


async def test_a_deployment_that_stops_answering_keeps_its_rows_and_says_why_and_when_it_is_tried_again(
    fleet: Fleet,
) -> None:
    broker = fleet.add("prod")
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.advance(4)
        broker.fail(REFUSED)
        await stage.advance(4)
        assert "✖ stale" in stage.lines[0]
        assert "every" not in stage.lines[0]
        told = stage.lines[1]
        assert "✖ unreachable: no connection (Connection refused) · next try in" in told
        assert "now with Ctrl-R" in told
        assert told.endswith("s old")
        assert stage.line_with("●", A) != ""
        assert stage.line_with("●", B) != ""
        broker.says.clear()
        await stage.press("ctrl+r")
        await stage.settle()
        assert "● live 0 s" in stage.lines[0]
        assert "unreachable" not in stage.text


async def test_refused_credentials_are_not_tried_again_until_the_user_wants_it(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    broker.fail(Unauthorized(status=401))
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        assert "credentials refused (401) · not asked again until Ctrl-R" in stage.lines[1]
        assert "→ Check both" in stage.text
        asked = len(broker.asked)
        await stage.advance(3600)
        assert len(broker.asked) == asked
        broker.says.clear()
        await stage.press("ctrl+r")
        await stage.settle()
        assert stage.line_with("●", A) != ""


async def test_an_empty_screen_says_what_is_waited_for(fleet: Fleet) -> None:
    fleet.add("prod").hang_whole()
    async with FleetStage(fleet, opened="prod") as stage:
        assert "… waiting" in stage.lines[0]
        assert "Waiting for the first answer of http://127.0.0.1/prod …" in stage.text


async def test_what_the_service_does_not_offer_is_named_instead_of_looking_empty(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    broker.fail(Unsupported(status=404), "alarms", "history")
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        assert "· not offered here:" in stage.lines[1]
        assert {"/alarms", "/monitor"} == set(stage.lines[1].partition("here:")[2].replace(",", " ").split())
        assert stage.line_with(A).split()[-1] == "-", "the number of alarms is not known, so it is not 0"


async def test_a_scope_that_the_key_lacks_is_named_with_what_cannot_be_read(fleet: Fleet) -> None:
    fleet.add("prod").fail(Forbidden(code="UNAUTHORIZED_ROLE", scope="monitoring"), "alarms", "metrics")
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        told = stage.line_with("▲ the key may not read")
        assert "needs scope monitoring" in told
        assert "/alarms" in told
        assert "/metrics" in told
        assert stage.line_with("●", A) != ""


async def test_one_question_that_fails_is_told_and_the_others_go_on(fleet: Fleet) -> None:
    fleet.add("prod").fail(ServerError("boom", status=500), "alarms")
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        assert "● live" in stage.lines[0]
        assert "▲ /alarms: server error (500)" in stage.text


async def test_a_broker_that_asks_to_wait_is_left_alone_for_so_long(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    broker.fail(RateLimited(status=429, retry_after=40))
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        assert "too many requests (429) · next try in 40 s" in stage.lines[1]


async def test_a_hung_peer_makes_its_node_unreachable_while_the_others_stay_live(fleet: Fleet) -> None:
    broker = fleet.add("prod", [A, B, C])
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        await stage.advance(6)
        broker.hang(B)
        await stage.advance(20)
        assert "● live" in stage.lines[0]
        assert "unreachable" in stage.line_with("?", B, "-")
        assert "running" in stage.line_with("●", A)
        assert f"✖ {B} unreachable" in stage.lines[1]
        assert "▲ lists do not answer since 11:06, as when a node hangs: nodes are asked one by one" in stage.lines[2]
        broker.wake()
        await stage.advance(70)
        assert "running" in stage.line_with("●", B)
        assert "lists do not answer" not in stage.text


async def test_totals_have_rates_and_a_chart_of_the_last_hour(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    broker.current = Totals(
        sessions=243_000, live_connections=161_000, topics=31_000, received_rate=4200, sent_rate=9800, dropped_rate=3
    )
    broker.past = [Sample(float(age), Totals(live_connections=160_000 - age)) for age in range(3600, 0, -60)]
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        heading = stage.line_with("live 161k")
        for shown in ("sessions 243k", "in/s 4.2k", "out/s 9.8k", "dropped/s 3.0"):
            assert shown in heading
        assert "topics 31k" in stage.text
        assert "charts: 1 h" in stage.text
        at = stage.row_of("live 161k")
        assert stage.lines[at + 2].count("█") > 15


async def test_rates_of_a_node_come_from_its_counters_two_seconds_after_opening(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    counting(broker)
    async with FleetStage(fleet, size=(120, 40), opened="prod") as stage:
        assert stage.line_with("●", A, "running").split().count("-") >= 2
        counting(broker, 2)
        await stage.advance(2)
        shown = stage.line_with("●", A, "running").split()
        for rate in ("100", "200", "2.0"):
            assert rate in shown


async def test_the_detail_follows_the_cursor_with_identity_limits_charts_counters_and_alarms(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    broker.rows[A] = node(A, otp_release="26.2.5", processes_used=500, processes_limit=1000, fd_limit=100)
    broker.active = [Alarm("high_cpu", A, "85 % of the processors are busy", NOON - 60)]
    counting(broker)
    async with FleetStage(fleet, size=(120, 50), opened="prod") as stage:
        counting(broker, 2)
        await stage.advance(2)
        detail = stage.lines[stage.row_of("● " + A + "  running") :]
        text = "\n".join(detail)
        for shown in (
            "core",
            "version     5.8.9",
            "uptime      1 day",
            "started     17 Nov 11:06",
            "Erlang/OTP  26.2.5",
            "memory      ▇▇▇▇▁▁▁▁▁▁▁▁▁▁▁▁  25 % 1.0 G of 4.0 G",
            "processes   ▇▇▇▇▇▇▇▇▁▁▁▁▁▁▁▁  50 % 500 of 1.0k",
            "9 live of 100",
            "load        0.50",
            "▲ high_cpu",
            "1 m 2 s  85 % of the processors are busy",
        ):
            assert shown in text, shown
        assert stage.line_with("messages received").split()[-3:] == ["1", "200", "100"]
        assert stage.line_with("messages dropped").split()[-2:] == ["4", "2.0"]
        await stage.press("j")
        assert f"● {B}  running" in stage.text
        assert "▲ high_cpu  1 m" not in stage.text


async def test_the_detail_of_a_gone_node_says_since_when_what_it_means_and_how_to_get_rid_of_it(fleet: Fleet) -> None:
    broker = fleet.add("prod", kind=Kind.EMQX4)
    async with FleetStage(fleet, size=(120, 40), opened="prod") as stage:
        del broker.rows[B]
        await stage.advance(5)
        await stage.advance(62)
        await stage.press("g")
        text = stage.text
        assert "for 1 m" in text
        assert "The API no longer lists it. What is shown is what it last said." in text
        assert "Last figures: 11:06" in text
        assert "x takes it off the list" in text


async def test_alarms_of_a_broker_whose_clock_is_wrong_are_dated_by_ours(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    broker.clock_offset = 7200.0
    broker.active = [alarm(at=NOON + 7200 - 60)]
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        assert f"alarm high_cpu on {A}, 1 m" in stage.lines[1]


async def test_what_was_remembered_of_an_earlier_run_is_shown_before_anything_answers(fleet: Fleet) -> None:
    fleet.add("prod", kind=Kind.EMQX4)
    await fleet.start("prod")
    await fleet.clock.advance(1)
    await fleet.stop()
    fleet.brokers["prod"].closed = False
    fleet.brokers["prod"].hang_whole()
    fleet.poller = fleet._new_poller()
    fleet.poller.add([deployment("prod")])
    async with FleetStage(fleet, size=(120, 30), opened="prod") as stage:
        assert fleet.connects[-1] == ("prod", Remembered(fleet.brokers["prod"].base, Kind.EMQX4))
        assert A in stage.text
        assert "… waiting" in stage.lines[0]


async def test_a_deployment_with_a_colour_has_a_badge_of_it(fleet: Fleet) -> None:
    fleet.add("prod")
    fleet.poller.store.deployments["prod"].colour = "#a03030"
    async with FleetStage(fleet, opened="prod") as stage:
        assert stage.lines[0].startswith("  prod   EMQX 5.8.9")
        badge = next(part for part in stage.app.screen._compositor.render_strips()[0] if part.text == " prod ")
        assert badge.style is not None
        assert badge.style.bgcolor is not None
        assert badge.style.bgcolor.name == "#a03030"


async def test_a_node_that_came_back_says_so_for_an_hour(fleet: Fleet) -> None:
    broker = fleet.add("prod")
    async with FleetStage(fleet, size=(149, 30), opened="prod") as stage:
        broker.rows[B] = node(B, running=False)
        await stage.advance(5)
        broker.rows[B] = node(B)
        await stage.advance(5)
        await stage.advance(55)
        assert re.search(rf"{B} +core +running +back 5\d s ", stage.line_with("●", B, "back"))
        assert "back" not in stage.line_with("●", A)
        await stage.advance(3600)
        assert "back" not in stage.line_with("●", B)


async def test_one_outage_has_one_beginning_whatever_the_api_calls_it(fleet: Fleet) -> None:
    broker = fleet.add("prod", [A, B, C], kind=Kind.EMQX4)
    async with FleetStage(fleet, size=(160, 30), opened="prod") as stage:
        broker.rows[B] = node(B, running=False)
        await stage.advance(5)
        assert f" ✖ {B} stopped, " in stage.lines[1]
        await stage.advance(60)
        del broker.rows[B]
        await stage.advance(5)
        gone = re.match(rf" ✖ {B} gone, 1 m (\d+) s ", stage.lines[1])
        assert gone is not None, stage.lines[1]
        assert int(gone[1]) <= 10


async def test_serverless_has_words_about_its_plan_instead_of_a_heading_without_nodes(fleet: Fleet) -> None:
    broker = fleet.add("small", kind=Kind.SERVERLESS)
    broker.rows.clear()
    async with FleetStage(fleet, size=(120, 30), opened="small") as stage:
        assert "EMQX Cloud Serverless tells the number of sessions" in stage.text
        assert "Limits of the plan: 1,000 messages/s" in " ".join(stage.text.split())
        assert "NODE" not in stage.text
        assert "STATUS" not in stage.text


async def test_nanomq_offers_no_alarms_and_says_so(fleet: Fleet) -> None:
    fleet.add("edge", [""], kind=Kind.NANOMQ)
    async with FleetStage(fleet, size=(120, 30), opened="edge") as stage:
        await stage.app.follow("alarms")
        await stage.settle()
        assert "NanoMQ offers no alarms." in stage.text
        assert "No active alarms." not in stage.text
