"""What happens when a deployment cannot be read: how long it is left alone, and what stays on the screen."""

import itertools
import logging
import random

import pytest

from emqx_tui.domain.broker import Part
from emqx_tui.domain.errors import (
    BadAddress,
    BadAnswer,
    BrokerError,
    CredentialsMissing,
    PlainHttpRefused,
    RateLimited,
    ServerError,
    Step,
    Unauthorized,
    Unreachable,
)
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.backoff import backoff, jittered
from emqx_tui.fleet.store import Phase
from fleet.fakes import A, B, Fleet, alarm


REFUSED = Unreachable(Step.CONNECT, "Connection refused")


async def test_a_dead_deployment_is_asked_ever_less_often_up_to_once_a_minute(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(REFUSED)
    await fleet.clock.advance(400)
    times = broker.times("nodes")
    gaps = [later - earlier for earlier, later in itertools.pairwise(times[1:])]
    assert [round(gap) for gap in gaps[:6]] == [5, 10, 20, 30, 30, 30], "half of 10, 20, 40, 60, 60 … seconds"


def test_the_back_off_takes_any_time_up_to_its_ceiling_so_that_many_watchers_come_back_apart() -> None:
    rng = random.Random(1)  # noqa: S311  jitter
    waits = [backoff(3, 5.0, rng) for _ in range(500)]
    assert min(waits) < 4
    assert 36 < max(waits) <= 40
    assert all(1.0 <= backoff(failures, 5.0, rng) <= 60.0 for failures in (1, 5, 50, 5000))


def test_jitter_is_a_tenth_of_the_interval_at_most() -> None:
    rng = random.Random(1)  # noqa: S311  jitter
    waits = [jittered(15.0, rng) for _ in range(500)]
    assert 13.5 <= min(waits) < 13.7
    assert 16.3 < max(waits) <= 16.5


async def test_a_deployment_that_comes_back_is_asked_as_before_and_shows_no_error(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(REFUSED)
    await fleet.clock.advance(30)
    assert fleet.row().reason != ""
    broker.says.clear()
    await fleet.clock.advance(40)
    row = fleet.row()
    assert (row.reason, row.fresh, row.waits) == ("", "live", None)
    assert fleet.state().failures == 0
    assert {round(b - a) for a, b in zip(broker.times("nodes")[-3:], broker.times("nodes")[-2:], strict=False)} == {5}


async def test_an_outage_is_logged_once_for_each_reason_and_so_is_its_end(
    fleet: Fleet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "emqx_tui.fleet.outage")
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(REFUSED)
    await fleet.clock.advance(100)
    broker.fail(ServerError("boom", status=500))
    await fleet.clock.advance(100)
    broker.says.clear()
    await fleet.clock.advance(100)
    told = [(one.levelname, one.getMessage()) for one in caplog.records if one.name == "emqx_tui.fleet.outage"]
    assert told[:2] == [
        ("WARNING", "prod cannot be read: connect: Unreachable('Connection refused')"),
        ("WARNING", "prod cannot be read: ServerError('boom')"),
    ]
    assert told[2][0] == "INFO"
    assert "prod can be read again, after" in told[2][1]
    assert len(told) == 3


async def test_only_the_first_question_is_asked_of_a_deployment_that_failed(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(REFUSED)
    await fleet.clock.advance(6)
    failed_at = fleet.clock.monotonic()
    await fleet.clock.advance(200)
    assert set(broker.questions(since=failed_at)) == {"nodes"}


async def test_an_error_leaves_the_old_rows_with_the_error_and_their_age_beside_them(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.active = [alarm()]
    await fleet.start("prod")
    broker.fail(REFUSED)
    await fleet.clock.advance(9)
    seen = fleet.seen()
    assert [(row.name, row.member.state.value, row.node.sessions) for row in seen.nodes] == [
        (A, "running", 10),
        (B, "running", 10),
    ]
    assert len(seen.alarms) == 1
    assert seen.deployment.reason == "unreachable: no connection (Connection refused)"
    assert seen.deployment.fresh == "stale"
    assert seen.deployment.age == 9
    assert seen.deployment.waits is not None
    assert 0 <= seen.deployment.waits <= 60


@pytest.mark.parametrize("part", ["alarms", "metrics", "stats", "totals", "history", "members"])
@pytest.mark.parametrize("error", [ServerError(status=500), BadAnswer("<html>", status=200), REFUSED], ids=repr)
async def test_an_error_of_one_part_is_no_failure_of_the_deployment(
    fleet: Fleet, part: str, error: BrokerError
) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(error, part)
    await fleet.clock.advance(6)
    row = fleet.row()
    assert (row.reason, row.fresh, row.up) == ("", "live", 2)
    assert broker.times("nodes")[-1] >= fleet.clock.monotonic() - 5


async def test_a_part_that_fails_keeps_what_it_said_before_and_is_left_alone_longer_each_time(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.active = [alarm()]
    await fleet.start("prod")
    broker.fail(ServerError(status=500), "alarms")
    await fleet.clock.advance(300)
    assert fleet.row().alarms == 1
    assert fleet.state().parts[Part.ALARMS].error is not None
    assert len(broker.times("alarms")) < 18
    broker.says.clear()
    broker.active = []
    await fleet.clock.advance(65)
    assert fleet.row().alarms == 0


@pytest.mark.parametrize(
    "error",
    [Unauthorized(status=401), CredentialsMissing("no such file"), PlainHttpRefused("http://h"), BadAddress("empty")],
    ids=lambda error: type(error).__name__,
)
async def test_what_only_the_user_can_mend_stops_the_polling_until_refresh(fleet: Fleet, error: BrokerError) -> None:
    broker = fleet.add()
    broker.fail(error, "connect")
    await fleet.start("prod")
    await fleet.clock.advance(3600)
    assert broker.questions() == ["connect"]
    row = fleet.row()
    assert row.halted
    assert row.reason != ""
    broker.says.clear()
    fleet.poller.watches["prod"].refresh()
    await fleet.clock.advance(1)
    assert (fleet.row().halted, fleet.row().reason, fleet.row().up) == (False, "", 2)


@pytest.mark.parametrize("part", ["nodes", "totals", "alarms"])
async def test_a_refused_password_is_sent_no_second_time_whichever_part_it_came_from(fleet: Fleet, part: str) -> None:
    broker = fleet.add()
    await fleet.start()
    broker.fail(Unauthorized(status=401), part)
    await fleet.clock.advance(15)
    before = len(broker.asked)
    await fleet.clock.advance(3600)
    assert len(broker.asked) == before
    assert fleet.row().halted
    assert "401" in fleet.row().reason


async def test_after_a_refused_password_nothing_that_still_waited_for_its_turn_is_asked(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(1)
    broker.fail(Unauthorized(status=401))
    broker.takes = dict.fromkeys(broker.says, 0.1)
    before = len(broker.asked)
    await fleet.clock.advance(60)
    assert len(broker.asked) - before <= 2, "those that were under way already"


async def test_another_answer_that_was_under_way_does_not_hide_that_the_password_was_refused(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    broker.fail(Unauthorized(status=401), "totals")
    broker.takes["nodes"] = 2.0
    await fleet.clock.advance(30)
    assert fleet.row().halted
    assert "401" in fleet.row().reason


async def test_another_failure_that_was_under_way_does_not_start_the_polling_again(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.NANOMQ)
    await fleet.start("prod")
    broker.fail(Unauthorized(status=401), "metrics")
    broker.fail(REFUSED, "nodes")
    broker.takes["nodes"] = 2.0
    await fleet.clock.advance(10)
    before = len(broker.asked)
    await fleet.clock.advance(600)
    assert len(broker.asked) == before
    assert "401" in fleet.row().reason


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("part", ["nodes", "alarms"])
async def test_the_time_that_the_broker_asks_for_is_obeyed(fleet: Fleet, status: int, part: str) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(2)
    broker.fail(RateLimited(status=status, retry_after=120.0), part)
    await fleet.clock.advance(5)
    broker.says.clear()
    before = len(broker.asked)
    assert fleet.row().waits == 120
    assert str(status) in fleet.row().reason
    await fleet.clock.advance(119)
    assert len(broker.asked) == before
    await fleet.clock.advance(2)
    assert len(broker.asked) > before
    assert fleet.row().reason == ""


async def test_an_answer_that_was_under_way_does_not_shorten_the_time_that_was_asked_for(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start()
    broker.fail(RateLimited(retry_after=100.0), "totals")
    broker.takes["nodes"] = 2.0
    await fleet.clock.advance(17)
    broker.says.clear()
    before = len(broker.asked)
    await fleet.clock.advance(97)
    assert len(broker.asked) == before
    assert "429" in fleet.row().reason
    await fleet.clock.advance(10)
    assert fleet.row().reason == ""


async def test_another_failure_does_not_shorten_the_time_that_was_asked_for(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.NANOMQ)
    await fleet.start("prod")
    broker.fail(RateLimited(retry_after=300.0), "metrics")
    broker.fail(REFUSED, "nodes")
    broker.takes["nodes"] = 2.0
    await fleet.clock.advance(8)
    before = len(broker.asked)
    await fleet.clock.advance(290)
    assert len(broker.asked) == before


async def test_a_broker_that_asks_for_less_than_the_interval_gets_the_interval(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(RateLimited(retry_after=0.0), "nodes")
    await fleet.clock.advance(60)
    assert len(broker.times("nodes")) <= 13


async def test_too_many_requests_without_a_time_is_backed_off_from(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(RateLimited())
    await fleet.clock.advance(300)
    assert len(broker.asked) < 30


async def test_refresh_asks_a_deployment_that_waits_at_once(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(REFUSED)
    await fleet.clock.advance(200)
    broker.says.clear()
    fleet.poller.watches["prod"].refresh()
    await fleet.clock.advance(0)
    assert fleet.row().reason == ""
    assert broker.times("nodes")[-1] == fleet.clock.monotonic()


async def test_refresh_does_not_lift_the_time_that_the_broker_asked_for(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    broker.fail(RateLimited(retry_after=100.0), "nodes")
    await fleet.clock.advance(5)
    broker.says.clear()
    before = len(broker.asked)
    for _ in range(9):
        fleet.poller.watches["prod"].refresh()
        await fleet.clock.advance(10)
    assert len(broker.asked) == before
    assert (fleet.row().waits, fleet.state().phase) == (7, Phase.WAITING)
    await fleet.clock.advance(11)
    assert fleet.row().reason == ""


async def test_refresh_forces_one_round_a_second_at_most(fleet: Fleet) -> None:
    broker = fleet.add()
    await fleet.start("prod")
    await fleet.clock.advance(3)
    before = len(broker.times("nodes"))
    for _ in range(100):
        fleet.poller.watches["prod"].refresh()
        await fleet.clock.advance(0.02)
    assert len(broker.times("nodes")) - before == 2
    assert len(broker.times("history")) == 1, "the past was answered and stays as it was"


async def test_the_past_that_failed_is_asked_again_until_it_comes(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.fail(ServerError(status=500), "history")
    await fleet.start("prod")
    await fleet.clock.advance(60)
    assert 1 < len(broker.times("history")) < 10
    broker.says.clear()
    await fleet.clock.advance(61)
    asked = len(broker.times("history"))
    await fleet.clock.advance(600)
    assert len(broker.times("history")) == asked


async def test_a_deployment_that_is_down_at_the_start_is_found_when_it_comes(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.fail(REFUSED, "connect")
    await fleet.start()
    assert fleet.state().phase is Phase.WAITING
    assert fleet.row().fresh == "stale"
    broker.says.clear()
    await fleet.clock.advance(61)
    assert fleet.row().up == 2


async def test_a_deployment_paused_while_it_waits_stays_paused(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.takes["nodes"] = 3.0
    broker.fail(REFUSED, "nodes")
    await fleet.start("prod")
    fleet.poller.watches["prod"].pause(paused=True)
    await fleet.clock.advance(300)
    assert fleet.state().phase is Phase.PAUSED
    assert len(broker.times("nodes")) == 1
