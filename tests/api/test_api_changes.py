"""A change goes to exactly the thing that stands in the row, whatever had to be done to show its name."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest

from emqx_tui.api import v4_access, v4_changes, v4_clients, v5_access, v5_changes, v5_clients, v5_messages
from emqx_tui.api.permitted import encoded, permitted
from emqx_tui.api.v5_monitoring import alarm
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.changes import AddBan, Change, Part, ResetMetrics, Restart, Switch, object_of
from emqx_tui.domain.models import Kind
from emqx_tui.domain.rows import AlarmRow
from emqx_tui.resources import named
from emqx_tui.resources.operations import BAN, DEACTIVATE, DELETE_RETAINED, KICK, UNBAN, UNSUBSCRIBE
from emqx_tui.text import Altered, exact, sanitize, shown
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]

NAMES = [
    "plain",
    "a/b",
    "100%",
    " blank ",
    "a..b",
    "no\u00a0break",
    "\x1b[2Jgone",
    "\u202eevil",
    "zero\u200bwidth",
    "new\nline",
    "x" * 5000,
    "é" * 1025,
    "null",
    "\ufffd",
]


class Found(NamedTuple):
    """A row as a screen has it."""

    item: Any


def _filled(kind: str) -> dict[str, str]:
    return {"as": kind, "for": "1h", "reason": ""}


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
def test_the_name_that_is_sent_is_the_one_that_the_broker_gave(name: str) -> None:
    row5 = {"clientid": name, "username": name, "ip_address": "10.0.0.1", "topic": name, "as": "clientid", "who": name}
    client5, client4 = v5_clients.client(row5), v4_clients.client(row5, {})
    for client in (client5, client4):
        assert KICK.change(Found(client), {}, 0.0) == (name,)
        for kind in ("clientid", "username"):
            change = BAN.change(Found(client), _filled(kind), 0.0)
            assert isinstance(change, AddBan)
            assert (change.ban.kind, change.ban.who) == (kind, name)
            assert BAN.lacks(Found(client), _filled(kind)) == ""
    for ban in (v5_access.ban(row5), v4_access.ban(row5)):
        assert ban is not None
        assert sanitize(ban.who, 70_000) == ban.who
        assert UNBAN.change(Found(ban), {}, 0.0) == ("clientid", name)
    subscription = v5_messages.subscription(row5)
    assert UNSUBSCRIBE.change(Found(subscription), {}, 0.0) == (name, name)
    retained = v5_messages.retained(row5)
    assert DELETE_RETAINED.change(Found(retained), {}, 0.0) == (name,)


def test_the_name_of_an_alarm_is_the_one_that_the_broker_gave() -> None:
    found = alarm({"name": "conn_congestion/\u202ec1/u", "node": "n1", "message": "m"})
    row = AlarmRow("prod", found, found.activated_at, 0.0)
    assert DEACTIVATE.change(row, {}, 0.0) == ("conn_congestion/\u202ec1/u", "n1")
    assert "\u202e" not in found.name


def test_only_what_was_altered_is_kept_apart() -> None:
    assert shown("plain") == "plain"
    assert type(shown("plain")) is str
    altered = shown("a\x1bb")
    assert isinstance(altered, Altered)
    assert (altered, exact(altered), exact("a")) == ("a␛b", "a\x1bb", "a")


@pytest.mark.parametrize("name", ["..", ".", "%2e%2e", "a/../b", "\x00", "\ud800", "", "../monitor"])
@pytest.mark.parametrize("kind", [Kind.EMQX4, Kind.EMQX5])
def test_a_name_that_is_no_segment_of_a_path_is_refused_before_anything_is_sent(kind: Kind, name: str) -> None:
    request = {Kind.EMQX4: v4_changes.request, Kind.EMQX5: v5_changes.request}[kind]
    client = v5_clients.client({"clientid": name})
    asked = request(KICK.change(Found(client), {}, 0.0))
    assert permitted(kind, asked.method, asked.path) is None
    assert encoded(name).isascii()


def test_rows_that_look_alike_are_not_taken_for_each_other() -> None:
    """A no-break space is shown as a blank, and whatever cannot be seen as one and the same sign."""
    alike = ("a b", "a\u00a0b"), ("a\u200bb", "a\u200cb")
    for pair in alike:
        told = [{"clientid": one, "topic": one, "as": "clientid", "who": one, "name": one} for one in pair]
        made: dict[str, list[Any]] = {
            "clients": [Found(v5_clients.client(one)) for one in told],
            "subscriptions": [Found(v5_messages.subscription(one)) for one in told],
            "retained": [Found(v5_messages.retained(one)) for one in told],
            "banned": [Found(v5_access.ban(one)) for one in told],
            "alarms": [AlarmRow("it", alarm(one), 0.0, 0.0) for one in told],
        }
        for name, rows in made.items():
            assert len({named(name).key(row) for row in rows}) == 2, name


def test_a_ban_is_of_somebody() -> None:
    nameless = Found(v5_clients.client({"clientid": "c1", "username": None}))
    for kind in ("username", "peerhost"):
        assert "c1 has no" in BAN.lacks(nameless, _filled(kind))
    assert BAN.lacks(nameless, _filled("clientid")) == ""


BRIDGE = {"type": "webhook", "name": "hook", "enable": True, "status": "connected", "direction": "egress"}


async def test_before_5_4_what_is_switched_is_the_bridge(connect: Connect) -> None:
    changes: list[Change] = [Switch(Part.ACTION, "webhook:hook", on=False), Restart(Part.ACTION, "webhook:hook")]
    changes += [ResetMetrics(Part.ACTION, "webhook:hook")]
    async with Tape() as tape:
        tape.answer("/api/v5/bridges", body=[BRIDGE])
        base = tape.url + "/api/v5"
        broker: Any = await connect(base, remembered=Remembered(base, Kind.EMQX5))
        paths = [broker.request(one).path for one in changes]
        assert paths[0] == "/actions/webhook%3Ahook/enable/false"
        (link,) = (await broker.actions({}, None)).items
        assert link.id == "webhook:hook"
        assert [str(broker.request(one)) for one in changes] == [
            "PUT /bridges/webhook%3Ahook/enable/false",
            "POST /bridges/webhook%3Ahook/restart",
            "PUT /bridges/webhook%3Ahook/metrics/reset",
        ]
        assert [object_of(one) for one in changes] == ["webhook:hook"] * 3


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (Switch(Part.RULE, "rule:a/b", on=False), "/rules/rule:a%2Fb"),
        (ResetMetrics(Part.RULE, "rule:1234"), "/rules/rule:1234/reset_metrics"),
        (Restart(Part.CONNECTOR, "resource:5"), "/resources/resource:5"),
        (Restart(Part.LISTENER, "mqtt:tcp:external"), "/listeners/mqtt:tcp:external/restart"),
    ],
)
def test_a_colon_stays_as_it_is_on_emqx_4_for_4_2_does_not_decode_it(change: Change, path: str) -> None:
    asked = v4_changes.request(change)
    assert asked.path == path
    assert permitted(Kind.EMQX4, asked.method, asked.path)
