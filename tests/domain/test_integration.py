"""What readings of rules and actions tell when they are compared, and which connector is behind what."""

import pytest

from emqx_tui.domain.integration import Figures, Link, compared, connector_of, failures, rate


def read(*readings: dict[str, float]) -> Figures:
    """The last of some readings, compared one with the other."""
    found: Figures | None = None
    for counts in readings:
        found = compared(found, Figures(counts))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("queued", "growing"),
    [
        ([38], False),
        ([38, 39], True),
        ([38, 38], False),
        ([38, 39, 39], True),
        ([38, 39, 39, 38], False),
        ([5, 0], False),
        ([0, 0], False),
        ([0, 1], True),
        ([0, 3, 0], False),
    ],
)
def test_a_queue_grows_from_one_reading_to_the_next_until_it_falls(queued: list[float], growing: bool) -> None:
    assert read(*({"queuing": value} for value in queued)).growing is growing


@pytest.mark.parametrize(
    ("rate", "queued", "growing"), [(2000.0, [0, 40], False), (2000.0, [0, 2001], True), (1.6, [0, 2], True)]
)
def test_a_busy_action_always_has_some_under_way(rate: float, queued: list[float], growing: bool) -> None:
    assert read(*({"queuing": value, "rate": rate} for value in queued)).growing is growing


def test_a_rule_whose_actions_do_not_get_done_is_told_as_a_queue() -> None:
    first = {"matched": 48, "matched.rate": 1.6, "actions.total": 96, "actions.success": 48, "actions.failed": 0}
    more = {**first, "actions.total": 112, "actions.success": 56}
    done = {**more, "actions.success": 110, "actions.failed": 1, "actions.discarded": 1}
    assert not read(first).growing
    assert read(first, more).growing
    assert not read(first, more, done).growing


@pytest.mark.parametrize(
    ("readings", "failing"),
    [
        ([{"failed": 3, "rate": 1.5}], True),
        ([{"failed": 3, "rate": 0.0}], False),
        ([{"failed": 0, "rate": 9.0}], False),
        ([{"failed": 3, "rate": 1.5}, {"failed": 3, "rate": 1.5}], False),
        ([{"failed": 3, "rate": 0.0}, {"failed": 4, "rate": 0.0}], True),
        ([{"failed": 0, "dropped": 7, "rate": 1.0}, {"failed": 0, "dropped": 8, "rate": 1.0}], True),
        ([{"failed": 9, "rate": 1.0}, {"failed": 0, "rate": 1.0}], False),
        ([{"failed": 1900, "failed.no_result": 1900, "failed.exception": 0, "matched.rate": 39.0}], False),
        ([{"failed": 1, "failed.exception": 1, "matched.rate": 39.0}], True),
        ([{"failed": 0, "failed.exception": 0, "actions.failed": 2, "matched.rate": 39.0}], True),
        ([{}], False),
    ],
)
def test_what_fails_now_is_told_from_what_failed_once(readings: list[dict[str, float]], failing: bool) -> None:
    assert read(*readings).failing is failing


def test_the_same_answer_looked_at_twice_tells_what_it_told_before() -> None:
    first, second = Figures({"failed": 3}), Figures({"failed": 4})
    found = compared(compared(None, first), second)
    assert found.failing
    assert compared(found, second).failing
    assert not compared(found, Figures({"failed": 4})).failing


def test_what_is_not_told_is_not_0() -> None:
    assert failures({"matched": 1}) is None
    assert rate({"matched": 1}) is None
    assert (rate({"rate": 1.5}), rate({"matched.rate": 2.5})) == (1.5, 2.5)


HTTP = Link("http:a", "http", "a", actions=("out",))
MQTT = Link("mqtt:a", "mqtt", "a", actions=("out",), sources=("in",))
OTHER = Link("mqtt:b", "mqtt", "b", sources=("alone",))


@pytest.mark.parametrize(
    ("link", "source", "found"),
    [
        (Link("http:out", "http", "out"), False, HTTP),
        (Link("mqtt:out", "mqtt", "out"), False, MQTT),
        (Link("kafka:out", "kafka", "out"), False, None),
        (Link("http:out", "http", "out", connector="a"), False, HTTP),
        (Link("kafka:out", "kafka", "out", connector="b"), False, OTHER),
        (Link("kafka:out", "kafka", "out", connector="a"), False, None),
        (Link("x", "republish", connector="mqtt:a"), False, MQTT),
        (Link("mqtt:in", "mqtt", "in"), True, MQTT),
        (Link("mqtt:in", "mqtt", "in"), False, None),
        (Link("kafka:alone", "kafka", "alone"), True, OTHER),
    ],
)
def test_a_connector_is_found_by_its_id_by_its_name_or_by_who_it_names(
    link: Link,
    source: bool,
    found: Link | None,
) -> None:
    assert connector_of(link, [HTTP, MQTT, OTHER], source=source) == found


@pytest.mark.parametrize(
    ("link", "state"),
    [
        (Link("x"), ""),
        (Link("x", enabled=True), "enabled"),
        (Link("x", enabled=True, status="connecting"), "connecting"),
        (Link("x", enabled=False, status="stopped"), "disabled"),
        (Link("x", status="stopped"), "stopped"),
    ],
)
def test_what_is_disabled_is_that_whatever_else_is_said(link: Link, state: str) -> None:
    assert link.state == state
