"""What an answer changes in the state, beyond what the other tests of the fleet show."""

import time

from emqx_tui.domain.models import Alarm, Kind
from emqx_tui.fleet.arrivals import Arrivals
from emqx_tui.fleet.store import DeploymentState
from fleet.fakes import A, FakeClock


def test_many_alarms_of_one_node_cost_no_time() -> None:
    state = DeploymentState("prod", "http://127.0.0.1", 5.0)
    active = [Alarm(f"conn_congestion/{number}", A) for number in range(50_000)]
    began = time.process_time()
    Arrivals(state, FakeClock()).alarms(active)
    assert time.process_time() - began < 1.0
    assert state.alarms == {A: tuple(active)}


def test_the_gauges_of_nanomq_come_with_two_answers_and_both_stay() -> None:
    state = DeploymentState("edge", "http://127.0.0.1", 5.0, kind=Kind.NANOMQ)
    arrivals = Arrivals(state, FakeClock())
    arrivals.metrics({"": {"topics.count": 4, "messages.sent": 9}})
    arrivals.gauges({"": {"memory.used": 11}})
    assert state.gauges == {"": {"topics.count": 4, "memory.used": 11}}
    arrivals.metrics({"": {"topics.count": 5, "messages.sent": 9}})
    assert state.gauges[""]["memory.used"] == 11
