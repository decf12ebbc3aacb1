"""What the lists of access and of the system say of trouble: chains, plugins, licences, clusters, bans."""

import time
from typing import Any

import pytest

from emqx_tui.domain.access import Ban, Check, CheckOnNode, Standing
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.listing import Entry
from emqx_tui.domain.models import Node
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.domain.rows import NodeRow, Snapshot
from emqx_tui.domain.system import ClusterNode, License, Plugin, PluginOnNode, Topology
from emqx_tui.resources import named
from emqx_tui.resources.facts import Grid, Note
from emqx_tui.resources.wording import clock_time
from samples import NOW, rows_of


DAY = 86400.0


def cells(name: str, row: Entry[Any]) -> dict[str, str]:
    return {column.id: column.cell(row).text for column in named(name).columns}


def notes(name: str, row: Entry[Any], more: object = None) -> str:
    detail = named(name).detail
    assert detail is not None
    return " ".join(fact.text for fact in detail(row, more) if isinstance(fact, Note))


# The chain


def standing(*states: str) -> Standing:
    counts = {"total": 30.0, "success": 10.0, "failed": 5.0, "nomatch": 15.0, "rate": 1.5}
    nodes = [
        CheckOnNode(f"emqx@{at}", state, "" if state == "connected" else "timeout", counts)
        for at, state in enumerate(states)
    ]
    return Standing(states[0] if len(set(states)) == 1 else "inconsistent", nodes, counts)


def test_a_backend_that_one_node_does_not_reach_is_named_with_the_node_and_the_reason() -> None:
    check = Check("password_based:http", 2, "password_based", "http", enabled=True)
    row = Entry("prod", check, NOW, standing("connected", "disconnected", "connected"))
    told = cells("authentication", row)
    assert (told["mark"], told["status"], told["nodes"]) == ("▲", "inconsistent", "2 of 3")
    assert (told["success"], told["failed"], told["nomatch"], told["rate"]) == ("10", "5", "15", "1.5")
    assert told["reason"] == "emqx@1: timeout"
    assert "refuses the client when none is left" in notes("authentication", row)


def test_what_works_nowhere_is_worse_than_what_works_somewhere_and_what_is_off_is_no_trouble() -> None:
    problem = named("authentication").problem
    assert problem is not None

    def rank(enabled: bool, *states: str) -> int:
        return problem(Entry("prod", Check("x", 1, enabled=enabled), NOW, standing(*states)))

    nowhere, somewhere = rank(True, "disconnected", "disconnected"), rank(True, "connected", "disconnected")
    assert nowhere > somewhere > rank(True, "connected", "connected") == rank(False, "stopped", "stopped") == 0


def test_before_it_is_known_how_an_authenticator_stands_nothing_is_claimed() -> None:
    told = cells("authentication", Entry("prod", Check("x", 1, enabled=True), NOW))
    assert {told[name] for name in ("status", "nodes", "success", "failed", "rate", "reason")} == {"-"}


# Plugins


@pytest.mark.parametrize(
    ("states", "health", "status"),
    [
        (("running", "running"), "", "running"),
        (("running", "stopped"), "", "on 1 of 2"),
        (("stopped", "stopped"), "", "stopped"),
        (("running", "running"), "error", "not healthy"),
        (("", ""), "", "not known"),
        (("loaded", "loaded"), "", "stopped"),
    ],
)
def test_a_plugin_runs_everywhere_somewhere_or_nowhere(states: tuple[str, ...], health: str, status: str) -> None:
    nodes = [PluginOnNode(f"emqx@{at}", state) for at, state in enumerate(states)]
    assert cells("plugins", Entry("prod", Plugin("geo", health=health, nodes=nodes), NOW))["status"] == status


# The licence


@pytest.mark.parametrize(
    ("used", "limit", "days", "expired", "status"),
    [
        (10, 100, 400, None, "valid"),
        (10, 100, 29, None, "ends soon"),
        (10, 100, 31, None, "valid"),
        (80, 100, 400, None, "nearly full"),
        (100, 100, 400, None, "limit reached"),
        (10, 100, -1, None, "expired"),
        (10, 100, -1, False, "ends soon"),
        (10, 100, 400, True, "expired"),
        (None, None, None, None, "valid"),
    ],
)
def test_a_licence_warns_thirty_days_before_its_end_and_when_it_is_nearly_used_up(
    used: int | None, limit: int | None, days: int | None, expired: bool | None, status: str
) -> None:
    ends = None if days is None else NOW + days * DAY
    found = License("Plant AG", sessions=used, sessions_limit=limit, ends_at=ends, expired=expired)
    assert cells("license", Entry("prod", found, NOW))["status"] == status


def test_days_are_told_before_and_after_the_end() -> None:
    def ends(seconds: float) -> str:
        return cells("license", Entry("prod", License(ends_at=NOW + seconds), NOW))["ends"]

    assert [ends(1.5 * DAY), ends(40 * DAY), ends(-3 * DAY)] == ["1 day", "40 days", "3 days ago"]
    assert ends(DAY / 2) == "12 h", "the last day is not no day"


# The cluster

WHOLE = Topology("emqxcl", "emqx@a", ("emqx@a", "emqx@r", "emqx@lost"), {"emqx@a": ("emqx@r",)})


def test_a_replicant_that_no_core_knows_is_red() -> None:
    row = Entry("prod", ClusterNode("emqx@lost", "running", "replicant", topology=WHOLE), NOW)
    told = cells("cluster", row)
    assert (told["mark"], told["status"], told["core"]) == ("✖", "no core", "none")
    assert "No core knows of this replicant" in notes("cluster", row)


def test_the_detail_draws_the_tree_with_who_answers_and_who_hangs_on_nothing() -> None:
    detail = named("cluster").detail
    assert detail is not None
    row = Entry("prod", ClusterNode("emqx@r", "running", "replicant", "5.8.9", 9.0, ("emqx@a",), WHOLE), NOW)
    grid = next(fact for fact in detail(row, None) if isinstance(fact, Grid))
    assert [(one.text, about.text) for one, about in grid.rows] == [
        ("emqx@a", "asked"),
        ("└ emqx@r", "this one"),
        ("emqx@lost", "on no core"),
    ]


def test_what_is_known_of_nodes_is_put_in_and_those_that_the_cluster_no_longer_names_are_rows_as_well() -> None:
    listed = [
        Entry("prod", ClusterNode("emqx@a", "running", "core", "5.8.9", 9.0, (), WHOLE), NOW),
        Entry("prod", ClusterNode("emqx@r", topology=WHOLE), NOW),
    ]
    members = {
        "emqx@r": Member(
            "emqx@r", NodeState.UNREACHABLE, Node("emqx@r", role="replicant", version="5.8.8", uptime=7.0)
        ),
        "emqx@gone": Member("emqx@gone", NodeState.GONE, Node("emqx@gone", role="core", version="5.8.7")),
    }
    nodes = tuple(NodeRow("prod", member, None, None, None, 0, Freshness.LIVE, NOW) for member in members.values())
    deployment = rows_of("fleet")[0]
    rows = named("cluster").rows(Snapshot(deployment, nodes, (), (), {"cluster": listed}))
    told = [(row.item.name, row.item.status, row.item.role, row.item.version, row.item.uptime) for row in rows]
    assert told == [
        ("emqx@a", "running", "core", "5.8.9", 9.0),
        ("emqx@r", "unreachable", "replicant", "5.8.8", None),
        ("emqx@gone", "gone", "core", "5.8.7", None),
    ]
    assert [row.item.name for row in named("cluster").rows(Snapshot(deployment, nodes, (), (), {}))] == []


# Bans


def test_whom_the_flapping_detector_banned_is_marked_and_told_why() -> None:
    row = Entry("prod", Ban("clientid", "pump", "flapping detector", "flapping is detected", NOW, NOW + 60), NOW)
    assert cells("banned", row)["mark"] == "◆"
    assert "two devices with one client id" in notes("banned", row)
    by_hand = Entry("prod", Ban("clientid", "pump", "ops", "", NOW, NOW + 60), NOW)
    assert cells("banned", by_hand)["mark"] == "●"
    assert notes("banned", by_hand) == ""


def test_the_end_of_a_ban_in_years_fits_into_its_column() -> None:
    column = next(one for one in named("banned").columns if one.id == "until")
    told = column.cell(Entry("prod", Ban("clientid", "pump", until=NOW + 3650 * DAY + 7200), NOW)).text
    assert told == "3650 d 2 h"
    assert len(told) <= column.width


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0.0, "10:26"),
        (-1.0, "17 Nov 10:26"),
        (100.0, "26 Feb 10:26"),
        (1000.0, "14 Aug 2029 10:26"),
        (-400.0, "14 Oct 2025 10:26"),
    ],
)
def test_a_time_that_is_far_away_has_its_year(monkeypatch: pytest.MonkeyPatch, days: float, shown: str) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    at = 1_794_997_600.0  # 18 Nov 2026
    assert clock_time(at + days * DAY, at) == shown
    monkeypatch.undo()
    time.tzset()
