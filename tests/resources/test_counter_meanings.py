"""What counters are said to count is what EMQX counts under that name."""

import pytest

from emqx_tui.resources.counter_meanings import COUNTERS, GAUGES


@pytest.mark.parametrize("name", ["messages.dropped.expired", "messages.dropped.await_pubrel_timeout"])
def test_two_names_of_messages_that_never_were_released(name: str) -> None:
    """EMQX 4.2 has the first for what 4.3 and later call the second; no message's time to live is in it."""
    assert "PUBREL" in COUNTERS[name]


def test_a_quota_loses_only_what_nobody_can_be_told_of() -> None:
    """EMQX refuses QoS 1 and 2 with a reason code; until 6.0 it counts a quota under `dropped`."""
    assert "quota" in COUNTERS["packets.publish.dropped"]
    for name in ("packets.publish.quota_exceeded", "messages.dropped.quota_exceeded"):
        assert "QoS 0" in COUNTERS[name]


def test_the_license_counts_sessions_that_are_there_and_not_those_that_have_ended() -> None:
    assert "license" in GAUGES["sessions"]
    assert "license" not in GAUGES["cluster_sessions"]
