"""Which topics fit which filters, as MQTT 5 says in 4.7 and 4.8, and what clients give when they subscribe."""

import pytest

from emqx_tui.domain.topics import Subscribed, meet, subscribed, within


FITS = [
    # 4.7.1.2: # stands for the level above it and everything below.
    ("sport/tennis/player1", "sport/tennis/player1/#"),
    ("sport/tennis/player1/ranking", "sport/tennis/player1/#"),
    ("sport/tennis/player1/score/wimbledon", "sport/tennis/player1/#"),
    ("sport", "sport/#"),
    ("a", "#"),
    ("/", "#"),
    # 4.7.1.3: + stands for one level, an empty one, too.
    ("sport/tennis/player1", "sport/tennis/+"),
    ("sport/tennis/player1/ranking", "sport/tennis/+/ranking"),
    ("sport/", "sport/+"),
    ("/finance", "+/+"),
    ("/finance", "/+"),
    ("a/b/c", "a/+/c"),
    ("a/b/c", "+/+/#"),
    ("a/b", "a/b/#"),
    # 4.7.2: what begins with $ is found by what spells it out.
    ("$SYS/broker", "$SYS/#"),
    ("$SYS/monitor/Clients", "$SYS/monitor/+"),
    ("$SYS", "$SYS/#"),
    ("a/$b", "a/+"),
    ("a/$b", "a/#"),
    # 4.7.3: letters count, blanks count, and every level counts.
    ("ACCOUNTS", "ACCOUNTS"),
    ("sp ace/ü", "sp ace/+"),
    ("a+b/c", "a+b/c"),
]
MISSES = [
    ("sport/tennis/player1/ranking", "sport/tennis/+"),
    ("sport", "sport/+"),
    ("/finance", "+"),
    ("a/b/c", "a/+"),
    ("a", "a/b/#"),
    ("a/b", "a/b/+/#"),
    ("$SYS/monitor/Clients", "+/monitor/Clients"),
    ("$SYS/broker", "#"),
    ("$SYS", "+"),
    ("$SYS/a/b", "+/#"),
    ("Accounts", "ACCOUNTS"),
    ("/finance", "finance"),
    ("finance", "/finance"),
    ("finance/", "finance"),
    ("a+b/c", "a+c/c"),
    ("", "#"),
    ("a", ""),
]


@pytest.mark.parametrize(("topic", "wanted"), FITS)
def test_a_topic_fits_a_filter(topic: str, wanted: str) -> None:
    assert meet(topic, wanted)
    assert meet(wanted, topic)
    assert within(topic, wanted)


@pytest.mark.parametrize(("topic", "wanted"), MISSES)
def test_a_topic_does_not_fit_a_filter(topic: str, wanted: str) -> None:
    assert not meet(topic, wanted)
    assert not meet(wanted, topic)
    assert not within(topic, wanted)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("a/+/c", "a/b/#", True),
        ("a/+", "+/b", True),
        ("a/#", "+/+/c", True),
        ("#", "+", True),
        ("+/#", "a", True),
        ("a/+/c", "a/+/d", False),
        ("a/+", "b/+", False),
        ("$SYS/#", "#", False),
        ("$SYS/+", "+/uptime", False),
        ("$SYS/+/a", "$SYS/#", True),
        ("a/b/+", "a/b", False),
        ("a/b/+/#", "a/b", False),
    ],
)
def test_two_filters_meet_when_a_topic_fits_both(one: str, other: str, both: bool) -> None:
    assert meet(one, other) is meet(other, one) is both


@pytest.mark.parametrize(
    ("inner", "outer", "inside"),
    [
        ("sensors/+/temp", "sensors/#", True),
        ("sensors/#", "sensors/#", True),
        ("sensors/6/#", "sensors/+/#", True),
        ("sensors/+", "sensors/+", True),
        ("#", "sensors/#", False),
        ("sensors/#", "sensors/+", False),
        ("sensors/+", "sensors/a", False),
        ("+/temp", "#", True),
        ("$SYS/#", "#", False),
        ("a/#", "a", False),
        ("", "#", False),
    ],
)
def test_a_filter_is_within_another_when_that_has_all_its_topics(inner: str, outer: str, inside: bool) -> None:
    assert within(inner, outer) is inside


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a/+/c", Subscribed("a/+/c")),
        ("$share/g1/jobs/#", Subscribed("jobs/#", "g1")),
        ("$share/g1//finance", Subscribed("/finance", "g1")),
        ("$share/$queue/jobs/all", Subscribed("jobs/all", "$queue")),
        ("$queue/jobs/all", Subscribed("jobs/all", "$queue")),
        ("$exclusive/a/b", Subscribed("a/b")),
        ("$SYS/#", Subscribed("$SYS/#")),
        # None of these can be subscribed to; whatever a broker lists stays what it is.
        ("$share/g1", Subscribed("$share/g1")),
        ("$share//a", Subscribed("$share//a")),
        ("$share/g1/", Subscribed("$share/g1/")),
        ("$queue/", Subscribed("$queue/")),
        ("$exclusive/", Subscribed("$exclusive/")),
        ("", Subscribed("")),
    ],
)
def test_what_was_subscribed_is_taken_apart(text: str, parts: Subscribed) -> None:
    assert subscribed(text) == parts
