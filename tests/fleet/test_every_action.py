"""Every action of every kind of row, on every generation that offers it, over HTTP and through to the verdict."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from emqx_tui.config import Deployment, InlineSecret, Secret
from emqx_tui.demo import fleet as demo
from emqx_tui.demo.exchange import Answer, Request
from emqx_tui.demo.http import Server
from emqx_tui.domain.actions import Outcome, Result
from emqx_tui.domain.broker import Broker
from emqx_tui.domain.changes import AddBan, Part
from emqx_tui.domain.integration import CONNECTED, Link
from emqx_tui.domain.listing import Entry
from emqx_tui.domain.models import Kind
from emqx_tui.domain.rows import AlarmRow
from emqx_tui.fleet.acting import Acting, Where
from emqx_tui.fleet.changing import attempt_of
from emqx_tui.fleet.clock import SystemClock
from emqx_tui.fleet.connecting import connect
from emqx_tui.fleet.journal import Journal
from emqx_tui.resources import RESOURCES
from emqx_tui.resources.operations import PUBLISH, Action, Filled, problem_of, restarting
from emqx_tui.resources.spec import Resource


START = 1_800_000_003.25
WHERE = {Kind.EMQX5: "prod-eu", Kind.EMQX4: "plant-cn", Kind.SERVERLESS: "serverless", Kind.NANOMQ: "edge-gw"}
TAKEN = {"publish", "restart"}
"""What leaves nothing to read again: of it one knows only that the broker took it."""


class Case(NamedTuple):
    """One action on one kind of row of one generation."""

    kind: Kind
    resource: Resource[Any] | None
    action: Action

    def __str__(self) -> str:
        return f"{self.kind.value} {'' if self.resource is None else self.resource.name} {self.action.id}"


CASES = [
    *(Case(kind, resource, action) for resource in RESOURCES for action in resource.actions for kind in action.kinds),
    *(Case(kind, None, PUBLISH) for kind in PUBLISH.kinds),
]
every_case = pytest.mark.parametrize("case", CASES, ids=str)


class Impatient(SystemClock):
    """Waits for nothing."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(0)


class Simulated:
    """The simulated fleet at one moment.

    Attributes:
        seen: Every request that came, with its body.
        deaf: Changes are answered with this status and nothing is done.
    """

    def __init__(self) -> None:
        self.urls: dict[str, Any] = {}
        self.seen: list[Request] = []
        self.deaf: int | None = None

    async def connect(self, kind: Kind, *, write: bool) -> Broker:
        one = self.urls[WHERE[kind]]
        secret = InlineSecret(Secret(one.app_secret))
        return await connect(Deployment(name="it", url=one.url, app_id=one.app_id, secret=secret, write=write), None)

    @property
    def methods(self) -> list[str]:
        return [one.method for one in self.seen]

    @property
    def sent(self) -> list[Request]:
        return [one for one in self.seen if one.method != "GET"]


class _Noting:
    def __init__(self, service: Any, fleet: Simulated) -> None:  # noqa: ANN401  any of the simulated brokers
        self._service, self._fleet = service, fleet

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._service, name)

    def answer(self, request: Request) -> Answer:
        self._fleet.seen.append(request)
        if request.method != "GET" and self._fleet.deaf is not None:
            return Answer(self._fleet.deaf, b'{"code": 0}' if self._fleet.deaf == 200 else b"")
        found: Answer = self._service.answer(request)
        return found


@pytest.fixture
async def fleet(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulated]:
    made = Simulated()
    monkeypatch.setattr(demo, "Server", lambda service, now: Server(_Noting(service, made), now))
    running = await demo.start_fleet(clock=lambda: START)
    made.urls = {one.name: one for one in running.deployments}
    yield made
    await running.stop()


async def rows(broker: Broker, resource: Resource[Any] | None) -> list[Any]:
    """The rows of the first pages."""
    if resource is None:
        return [None]
    if resource.asked is None:
        return [AlarmRow("it", one, one.activated_at, START) for one in await broker.alarms()]
    found: list[Any] = []
    after: str | None = None
    for _page in range(3):
        page = await resource.asked.page(broker, {}, after)
        found += page.items
        after = page.after
        if after is None or len(found) > 50:
            break
    return [Entry("it", one, START) for one in found]


def fillings(action: Action, broker: Broker) -> list[Filled]:
    """What may be filled in: each choice once."""
    if action.id == "ban":
        kinds = ("clientid", "username", "peerhost")
        return [
            {"as": kind, "for": lasts, "reason": reason}
            for kind in kinds
            for lasts, reason in (("1h", ""), ("for ever", "noise"))
        ]
    if action.id == "publish":
        payloads = [("text", "canary ä"), ("base64", "AP8="), ("hex", "00 ff 10"), ("text", "")]
        return [
            {"topic": "test/here", "payload": payload, "encoding": encoding, "qos": qos, "retain": retain}
            for (encoding, payload), qos, retain in zip(payloads, "0120", ("no", "yes", "no", "no"), strict=True)
        ]
    return [{}]


async def done(
    broker: Broker,
    case: Case,
    row: Any,  # noqa: ANN401  any row
    filled: Filled,
    journal: Journal | None = None,
) -> Result:
    """What became of it."""

    async def ask(question: Any) -> Any:  # noqa: ANN401  any question, any answer
        return await question(broker)

    attempt = await attempt_of(ask, case.action.change(row, filled, START))
    acting = Acting(journal or Journal(None), clock=Impatient())
    report = await acting.run(Where("it", "key", case.kind, 20), case.action.id, [attempt])
    return report.results[0]


async def row_for(broker: Broker, case: Case, filled: Filled) -> Any:  # noqa: ANN401  any row
    """A row that the action fits; where all run, one is switched off for it."""
    found = await rows(broker, case.resource)
    banned = {(ban.kind, ban.who) for ban in (await broker.bans({}, None)).items} if case.action.id == "ban" else set()
    for row in sorted(found, key=_down):
        if not case.action.fits(row) or case.action.lacks(row, filled):
            continue
        change = case.action.change(row, filled, START)
        if not (isinstance(change, AddBan) and (change.ban.kind, change.ban.who) in banned):
            return row
    assert case.action.id == "enable", f"the simulator has no row for {case}"
    assert case.resource is not None
    off = next(one for one in case.resource.actions if one.id == "disable")
    if broker.kind in off.kinds and getattr(broker, "_client")._writing is not None:  # noqa: B009
        await broker.change(off.change(found[0], {}, START))
    return found[0]


def _down(row: Any) -> bool:  # noqa: ANN401  any row
    """It is a link whose other end does not answer: to reconnect it fails, and the broker says so."""
    return isinstance(row, Entry) and isinstance(row.item, Link) and row.item.status != CONNECTED


@every_case
async def test_an_action_is_made_and_verified(fleet: Simulated, case: Case) -> None:
    broker = await fleet.connect(case.kind, write=True)
    try:
        for filled in fillings(case.action, broker):
            row = await row_for(broker, case, filled)
            fleet.seen.clear()
            result = await done(broker, case, row, filled)
            wanted = {Outcome.UNVERIFIED} if case.action.id in TAKEN else {Outcome.DONE}
            if case.action.id == "restart" and _down(row):
                wanted = {Outcome.FAILED, Outcome.STILL_THERE}
            assert result.outcome in wanted, result
            assert len(fleet.sent) == 1
    finally:
        await broker.aclose()


@every_case
async def test_a_deployment_that_is_read_only_is_only_ever_asked_with_get(fleet: Simulated, case: Case) -> None:
    broker = await fleet.connect(case.kind, write=False)
    try:
        for filled in fillings(case.action, broker):
            row = await row_for(broker, case, filled)
            result = await done(broker, case, row, filled)
            assert result.outcome is Outcome.FAILED
            assert "nothing was sent" in result.why
        assert set(fleet.methods) == {"GET"}
    finally:
        await broker.aclose()


@pytest.mark.parametrize("case", [one for one in CASES if one.action.id not in TAKEN], ids=str)
async def test_a_broker_that_reports_success_and_does_nothing_is_found_out(fleet: Simulated, case: Case) -> None:
    broker = await fleet.connect(case.kind, write=True)
    try:
        filled = fillings(case.action, broker)[0]
        row = await row_for(broker, case, filled)
        fleet.deaf = 200 if case.kind is Kind.EMQX4 else 204
        result = await done(broker, case, row, filled)
        assert result.outcome is Outcome.STILL_THERE
        assert "although the broker reported success" in result.why
    finally:
        await broker.aclose()


async def test_an_alarm_that_another_node_has_says_where_it_can_be_cleared(fleet: Simulated) -> None:
    broker = await fleet.connect(Kind.EMQX5, write=True)
    alarms = next(one for one in RESOURCES if one.name == "alarms")
    case = Case(Kind.EMQX5, alarms, alarms.actions[0])
    results = [await done(broker, case, row, {}) for row in await rows(broker, alarms)]
    await broker.aclose()
    elsewhere = [one for one in results if one.outcome is Outcome.FAILED]
    assert elsewhere
    assert all("each node clears only its own" in one.why for one in elsewhere)


@pytest.mark.parametrize("kind", [Kind.EMQX5, Kind.EMQX4, Kind.SERVERLESS], ids=str)
async def test_a_shared_subscription_is_taken_off_and_a_second_time_nothing_is_sent(
    fleet: Simulated, kind: Kind
) -> None:
    broker = await fleet.connect(kind, write=True)
    subscriptions = next(one for one in RESOURCES if one.name == "subscriptions")
    case = Case(kind, subscriptions, subscriptions.actions[0])
    shared = next(one for one in await rows(broker, subscriptions) if one.item.topic.startswith("$share/"))
    first, second = [await done(broker, case, shared, {}) for _time in range(2)]
    await broker.aclose()
    assert first.outcome is Outcome.DONE
    assert (second.outcome, second.why) == (Outcome.FAILED, "it was not there any more; nothing was sent.")
    assert len(fleet.sent) == 1


async def test_nothing_goes_to_a_topic_that_is_a_filter(fleet: Simulated) -> None:
    for topic in ("a/+", "#", "", "a\0b", "x" * 65536, "\ud800"):
        filled = {"topic": topic, "payload": "", "encoding": "text", "qos": "0", "retain": "no"}
        assert problem_of(PUBLISH.fields, filled)[0] == "topic"


async def test_what_is_disabled_is_not_restarted_and_neither_is_what_serves_http(fleet: Simulated) -> None:
    broker = await fleet.connect(Kind.EMQX4, write=True)
    listeners = next(one for one in RESOURCES if one.name == "listeners")
    found = {row.item.id: row for row in await rows(broker, listeners)}
    await broker.aclose()
    restart = next(one for one in listeners.actions if one.id == "restart")
    assert restart.fits(found["mqtt:tcp:external"])
    assert not restart.fits(found["http:dashboard"])
    assert not restarting(Part.ACTION).fits(Entry("it", Link("http:a", enabled=False), START))
    assert restarting(Part.ACTION).fits(Entry("it", Link("http:a", enabled=True), START))
