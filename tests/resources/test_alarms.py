"""What is told of alarms: folded where there are thousands, and with a meaning where it is known."""

import pytest

from emqx_tui.domain.models import Alarm
from emqx_tui.domain.rows import AlarmRow
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.fleet.views import alarm_rows, deployment_row, node_rows
from emqx_tui.resources import ALARMS
from emqx_tui.resources.alarm_meanings import meaning_of
from emqx_tui.resources.alarms import detail
from emqx_tui.resources.facts import Grid, Heading, Note, Pair
from fleet.fakes import NOON, FakeClock
from samples import NOW


KNOWN = [
    *("high_system_memory_usage", "high_process_memory_usage", "high_cpu_usage", "too_many_processes", "runq_overload"),
    *("process_overload", "mnesia_transaction_manager_overload", "broker_pool_overload", "partition", "broker_heal"),
    *("license_expiry", "license_quota", "license_tps", "invalid_namespaced_configs", "security_profile_divergence"),
    *("conn_congestion/pump-1/operator", "resource/web_hook/resource:1/down", "pinned_plugin_unavailable:x-1.0.0"),
    *("connector:http:dead", "action:http:deadact:connector:http:dead", "source:kafka:in:connector:kafka:k"),
    *("ns:one:connector:http:dead", "bridge:webhook:w", "cluster_link:metrics:eu", "emqx_authn_http:ab12"),
    *("emqx_authz_redis:cd34", "messages/0A1B: waiting for cluster upgrade"),
]


@pytest.mark.parametrize("name", KNOWN)
def test_every_alarm_of_emqx_has_a_meaning_and_an_advice(name: str) -> None:
    meaning = meaning_of(Alarm(name))
    assert meaning is not None
    assert len(meaning.means) > 40
    assert len(meaning.do) > 40


def test_kinds_of_alarms_are_told_apart() -> None:
    names = ["connector:http:x", "action:http:x:connector:http:x", "bridge:http:x", "emqx_authn_http:x", "emqx_authz_x"]
    assert len({meaning_of(Alarm(name)) for name in names}) == len(names)


@pytest.mark.parametrize(
    "alarm",
    [
        Alarm("dashboard_sso_ldap", details=(("reason", "resource_down"), ("resource_id", "x"))),
        Alarm("whatever:1", message="resource down: timeout"),
    ],
)
def test_whatever_emqx_connects_to_is_known_by_what_it_says_of_it(alarm: Alarm) -> None:
    meaning = meaning_of(alarm)
    assert meaning is not None
    assert "reachable" in meaning.do


@pytest.mark.parametrize("name", ["made_up_two", "test/alarm-1", "", "high_cpu_usage2", "conn_congestion"])
def test_a_name_that_is_not_known_is_said_to_be_so(name: str) -> None:
    assert meaning_of(Alarm(name)) is None
    facts = detail(AlarmRow("prod", Alarm(name), None, NOW), None)
    assert "This name is not known to this version of emqx-tui." in [one.text for one in facts if isinstance(one, Note)]


def test_details_are_pairs_and_times_and_the_way_to_the_history_are_told() -> None:
    alarm = Alarm("high_cpu_usage", "n1", "90% cpu usage", NOW - 130, (("usage", "90"), ("high_watermark", "80")))
    facts = detail(AlarmRow("prod", alarm, NOW - 130, NOW), None)
    pairs = {one.label: one.text for one in facts if isinstance(one, Pair)}
    assert pairs["usage"] == "90"
    assert pairs["high_watermark"] == "80"
    assert pairs["since"].endswith("2 m 10 s")
    assert [one.text for one in facts if isinstance(one, Heading)] == ["Details", "Meaning", "What to do", "History"]
    assert any(":alarm-history" in one.text for one in facts if isinstance(one, Note))


def congested(count: int) -> dict[str, tuple[Alarm, ...]]:
    by_node: dict[str, tuple[Alarm, ...]] = {}
    for at in range(count):
        name = f"n{at % 2}"
        one = Alarm(f"conn_congestion/client-{at}/user", name, "connection congested", NOON - 60 - at)
        by_node[name] = (*by_node.get(name, ()), one)
    return by_node


def test_congested_connections_are_one_row_with_their_number_and_the_counts_elsewhere_stay() -> None:
    state, clock = DeploymentState("prod", "http://x", 5.0), FakeClock()
    state.alarms = {**congested(120), "n3": (Alarm("high_cpu_usage", "n3", "", NOON - 5),)}
    rows = alarm_rows(state, clock)
    assert [ALARMS.key(row) for row in rows] == ["n3/high_cpu_usage", "conn_congestion/*"]
    cells = {column.id: column.cell(rows[1]).text for column in ALARMS.columns}
    assert cells["name"] == "conn_congestion/* (120)"
    assert cells["node"] == "2 nodes"
    assert cells["message"] == "120 clients congested"
    assert rows[1].since == NOON - 60 - 119, "since the one that has been congested longest"
    assert deployment_row(state, clock).alarms == 121
    assert node_rows(state, clock) == []
    record = ALARMS.record(rows[1])
    assert (record["name"], record["node"], record["count"]) == ("conn_congestion/*", "n0 n1", 120)


def test_the_members_of_a_folded_row_are_in_its_detail_and_a_filter_finds_them() -> None:
    state, clock = DeploymentState("prod", "http://x", 5.0), FakeClock()
    state.alarms = congested(60)
    (row,) = alarm_rows(state, clock)
    facts = detail(row, None)
    (grid,) = (one for one in facts if isinstance(one, Grid))
    assert grid.rows[0][0].text == "client-59/user"
    assert grid.rows[0][1].text == "n1"
    assert len(grid.rows) == 50
    assert "and 10 more" in [one.text for one in facts if isinstance(one, Note)]
    assert any("client-3/user" in text for text in ALARMS.matches(row))


def test_a_single_congested_connection_is_a_row_like_any_other() -> None:
    state, clock = DeploymentState("prod", "http://x", 5.0), FakeClock()
    state.alarms = congested(1)
    (row,) = alarm_rows(state, clock)
    assert ALARMS.columns[1].cell(row).text == "conn_congestion/client-0/user"
    assert row.members == ()
