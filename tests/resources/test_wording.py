"""Findings and times in words."""

import time
from collections.abc import Iterator

import pytest

from emqx_tui.domain.findings import Finding, Severity
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.health import CONGESTION, findings
from emqx_tui.domain.models import Alarm, Kind, Node
from emqx_tui.domain.roster import Member, NodeState
from emqx_tui.resources import wording


NODE = "emqx@10.0.0.3"


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


AT = 1_795_231_920.0
"""2026-11-21 03:32 UTC."""


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Finding("node.stopped", Severity.CRITICAL, NODE, {"role": "core", "sessions": 81_000}, AT - 42),
            "emqx@10.0.0.3 stopped, 42 s (core, had 81k sessions)",
        ),
        (
            Finding("node.unreachable", Severity.CRITICAL, NODE, {"role": None, "sessions": 1}, AT - 200),
            "emqx@10.0.0.3 unreachable, 3 m 20 s (had 1 session)",
        ),
        (
            Finding("node.gone", Severity.WARNING, NODE, {"role": "replicant"}, AT - 5),
            "emqx@10.0.0.3 gone, 5 s (replicant)",
        ),
        (Finding("node.stopped", Severity.CRITICAL, "", {}, None), "the broker stopped"),
        (
            Finding("node.gone", Severity.CRITICAL, NODE, {}, AT - 1200, exact=False),
            "emqx@10.0.0.3 gone, before 03:12",
        ),
        (
            Finding("alarm.active", Severity.WARNING, NODE, {"name": "high_cpu", "message": "85 % busy"}, AT - 60),
            "alarm high_cpu on emqx@10.0.0.3, 1 m: 85 % busy",
        ),
        (Finding("alarm.active", Severity.WARNING, "", {"name": "license", "message": ""}), "alarm license"),
        (Finding("alarm.active", Severity.WARNING, "", {"name": "same", "message": "same"}), "alarm same"),
        (Finding("alarm.congestion", Severity.WARNING, values={"count": 1}), "1 client congested"),
        (Finding("alarm.congestion", Severity.WARNING, values={"count": 4200}), "4.2k clients congested"),
        (Finding("rule.of.later", Severity.NOTICE, NODE), "emqx@10.0.0.3 rule.of.later"),
    ],
)
def test_a_finding_is_one_line(found: Finding, words: str) -> None:
    assert wording.finding(found, AT) == words


def test_every_rule_that_can_find_something_has_words_of_its_own() -> None:
    roster = {state.value: Member(state.value, state, Node(state.value), since=AT) for state in NodeState}
    alarms = [Alarm("high_cpu", NODE), Alarm(CONGESTION + "c1"), Alarm(CONGESTION + "c2")]
    found = findings(roster, alarms)
    assert len(found) == 5
    for one in found:
        assert one.rule not in wording.finding(one, AT)


@pytest.mark.parametrize(
    ("at", "exact", "words"),
    [
        (None, True, ""),
        (None, False, ""),
        (AT - 42, True, "42 s"),
        (AT + 10, True, "0 s"),
        (AT - 1200, False, "before 03:12"),
        (AT - 86_400, False, "before 20 Nov 03:32"),
    ],
)
def test_since_when_it_is_so(at: float | None, exact: bool, words: str) -> None:
    assert wording.since(at, AT, exact=exact) == words


def test_every_state_kind_and_severity_has_its_word_and_its_mark() -> None:
    assert set(wording.STATES) == set(wording.STATE_MARKS) == set(wording.STATE_TONES) == set(wording.STATE_MEANINGS)
    assert set(wording.STATES) == set(NodeState)
    assert len(set(wording.STATE_MARKS.values())) == len(NodeState)
    assert set(wording.KINDS) == set(Kind)
    assert set(wording.SEVERITY_MARKS) == set(wording.SEVERITY_TONES) == set(Severity)
    assert set(wording.FRESHNESS) == set(Freshness)
    assert len({sign.mark for sign in wording.FRESHNESS.values()}) == len(Freshness)
