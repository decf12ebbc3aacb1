"""Running an action: one change after another, each verified by reading again, told and written down."""

import asyncio
import getpass
import itertools
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pytest

from emqx_tui.api.result_codes import explain
from emqx_tui.domain.actions import Attempt, Outcome, Result, Seen
from emqx_tui.domain.errors import (
    BadAnswer,
    BadRequest,
    BrokerError,
    Forbidden,
    NotFound,
    RateLimited,
    ReadOnly,
    ServerError,
    Step,
    Unauthorized,
    Unreachable,
    Unsupported,
)
from emqx_tui.domain.models import Kind
from emqx_tui.fleet import acting as module
from emqx_tui.fleet.acting import PAUSE, Acting, Refused, Report, Where, where
from emqx_tui.fleet.journal import Journal
from emqx_tui.fleet.store import DeploymentState
from fleet.fakes import NOON, FakeClock


PROD = Where("prod-eu", "k-1", Kind.EMQX5, 20)


class Clients:
    """A broker's clients, which can be kicked; what else a test wants comes from `kicking` and `reading`."""

    def __init__(self, names: Iterable[str], clock: FakeClock) -> None:
        self.there = dict.fromkeys(names, True)
        self.kicking: dict[str, BrokerError] = {}
        self.reading: dict[str, BrokerError] = {}
        self.stubborn: set[str] = set()
        self.sent: list[tuple[float, str]] = []
        self.read: list[str] = []
        self._clock = clock

    def change(self, name: str, *, looked_at: bool = True) -> Attempt:
        return Attempt(name, f"DELETE /clients/{name}", self._kick(name), self._look(name) if looked_at else None)

    def _kick(self, name: str) -> Callable[[], Awaitable[None]]:
        async def kick() -> None:
            self.sent.append((self._clock.monotonic(), name))
            if name in self.kicking:
                raise self.kicking[name]
            if name not in self.stubborn:
                self.there.pop(name, None)

        return kick

    def _look(self, name: str) -> Callable[[], Awaitable[Seen]]:
        async def look() -> Seen:
            self.read.append(name)
            if name in self.reading:
                raise self.reading[name]
            return Seen(done=name not in self.there, now="connected" if name in self.there else "")

        return look


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def clients(clock: FakeClock) -> Clients:
    return Clients(["a", "b", "c", "d"], clock)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.jsonl")


async def ran(clock: FakeClock, work: Awaitable[Report]) -> Report:
    """What it comes to; time passes while it sleeps, and real threads have theirs."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.wait({task}, timeout=0.001)
        await clock.advance(0.05)
    return await task


async def test_changes_are_made_one_after_another_with_a_pause_and_verified(
    clients: Clients, clock: FakeClock, journal: Journal
) -> None:
    told: list[Result] = []
    acting = Acting(journal, clock=clock, user="ada")
    report = await ran(clock, acting.run(PROD, "kick", [clients.change(name) for name in "abc"], told.append))
    assert [(result.object, result.outcome, result.why) for result in report.results] == [
        ("a", Outcome.DONE, ""),
        ("b", Outcome.DONE, ""),
        ("c", Outcome.DONE, ""),
    ]
    assert (report.unwritten, tuple(told)) == ("", report.results)
    assert [name for _at, name in clients.sent] == clients.read == ["a", "b", "c"]
    times = [at for at, _name in clients.sent]
    assert all(later - sooner >= PAUSE for sooner, later in itertools.pairwise(times))
    entries = list(journal.entries())
    assert [(entry.object, entry.request, entry.outcome, entry.reason) for entry in entries] == [
        (name, f"DELETE /clients/{name}", Outcome.DONE, "") for name in "abc"
    ]
    assert {(entry.deployment, entry.user, entry.app_id, entry.action) for entry in entries} == {
        ("prod-eu", "ada", "k-1", "kick")
    }
    assert all(NOON <= entry.at < NOON + 60 for entry in entries)


async def test_too_many_are_refused_before_anything_is_sent(
    clients: Clients, clock: FakeClock, journal: Journal
) -> None:
    changes = [clients.change(name) for name in "abcd"]
    with pytest.raises(Refused, match="4 are too many for one action, 3 may be: nothing was sent") as told:
        await Acting(journal, clock=clock).run(PROD._replace(max_bulk=3), "kick", changes)
    assert "max_bulk" in str(told.value)
    assert clients.sent == []
    assert list(journal.entries()) == []
    report = await ran(clock, Acting(journal, clock=clock).run(PROD._replace(max_bulk=4), "kick", changes))
    assert {result.outcome for result in report.results} == {Outcome.DONE}


async def test_success_that_is_only_reported_is_told_as_what_it_is(
    clients: Clients, clock: FakeClock, journal: Journal
) -> None:
    clients.stubborn = {"a"}
    report = await ran(
        clock, Acting(journal, clock=clock).run(PROD, "kick", [clients.change("a"), clients.change("b")])
    )
    still, done = report.results
    assert still.outcome is Outcome.STILL_THERE
    assert still.why == "connected, although the broker reported success, as it also does for what it did not find"
    assert done.outcome is Outcome.DONE, "the next one is tried all the same"
    assert clients.read == ["a", "a", "a", "b"], "a broker may need a moment"
    assert [entry.outcome for entry in journal.entries()] == [Outcome.STILL_THERE, Outcome.DONE]


async def test_a_broker_that_needs_a_moment_has_it(clients: Clients, clock: FakeClock) -> None:
    clients.stubborn = {"a"}
    task = asyncio.ensure_future(Acting(Journal(None), clock=clock).run(PROD, "kick", [clients.change("a")]))
    await clock.advance(0)
    assert clients.read == ["a"]
    del clients.there["a"]
    await clock.advance(2)
    (result,) = task.result().results
    assert result.outcome is Outcome.DONE
    assert result.seconds == pytest.approx(0.3)


async def test_a_change_that_one_thing_refuses_does_not_stop_the_others(
    clients: Clients, clock: FakeClock, journal: Journal
) -> None:
    clients.kicking = {
        "a": NotFound("Client ID not found", path="/clients/a", status=404, code="CLIENTID_NOT_FOUND"),
        "b": BadRequest('{"value":"canary"}', status=400, code="INVALID_PARAMETER"),
        "c": ServerError("canary", status=500),
    }
    report = await ran(clock, Acting(journal, clock=clock).run(PROD, "kick", [clients.change(name) for name in "abcd"]))
    assert [result.outcome for result in report.results] == [Outcome.FAILED] * 3 + [Outcome.DONE]
    for result, error in zip(report.results, clients.kicking.values(), strict=False):
        assert (result.why, result.error) == (str(explain(error, Kind.EMQX5)), error)
    assert clients.read == ["d"], "what was refused is not looked for"
    reasons = [entry.reason for entry in journal.entries()]
    assert "not found: /clients/a" in reasons[0]
    assert "bad request (400)" in reasons[1]
    assert "canary" not in str(reasons), "a broker may repeat what was sent to it"


@pytest.mark.parametrize(
    "error",
    [
        Unauthorized(status=401),
        Forbidden(),
        ReadOnly(path="/clients/a"),
        Unsupported(path="/clients/a", status=404),
        RateLimited(),
        Unreachable(Step.CONNECT),
        Unreachable(Step.DNS),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_all_would_fail_of_is_not_tried_again(
    clients: Clients, clock: FakeClock, journal: Journal, error: BrokerError
) -> None:
    clients.kicking["b"] = error
    report = await ran(clock, Acting(journal, clock=clock).run(PROD, "kick", [clients.change(name) for name in "abcd"]))
    assert [result.outcome for result in report.results] == [
        Outcome.DONE,
        Outcome.FAILED,
        Outcome.NOT_TRIED,
        Outcome.NOT_TRIED,
    ]
    assert report.results[2].why.startswith("not sent, because one before it failed: ")
    assert [name for _at, name in clients.sent] == ["a", "b"]
    assert [entry.object for entry in journal.entries()] == ["a", "b"], "the journal has what was sent"


@pytest.mark.parametrize("step", [Step.TIMEOUT, Step.CLOSED])
async def test_without_an_answer_what_is_there_tells_whether_it_was_done(
    clients: Clients, clock: FakeClock, step: Step
) -> None:
    clients.kicking = {"a": Unreachable(step), "b": Unreachable(step)}
    del clients.there["a"]
    report = await ran(
        clock, Acting(Journal(None), clock=clock).run(PROD, "kick", [clients.change(name) for name in "abc"])
    )
    assert [result.outcome for result in report.results] == [Outcome.DONE, Outcome.FAILED, Outcome.NOT_TRIED]
    assert [name for _at, name in clients.sent] == ["a", "b"], "nothing is sent twice"


async def test_what_cannot_be_read_again_is_not_said_to_be_done(
    clients: Clients, clock: FakeClock, journal: Journal
) -> None:
    clients.reading = {"a": ServerError(status=500), "b": Unreachable(Step.TIMEOUT)}
    clients.kicking = {"b": Unreachable(Step.TIMEOUT)}
    report = await ran(
        clock, Acting(journal, clock=clock).run(PROD, "kick", [clients.change("a"), clients.change("b")])
    )
    assert [result.outcome for result in report.results] == [Outcome.UNVERIFIED] * 2
    assert report.results[0].why.startswith("it was sent, but could not be read again: server error (500)")
    assert [entry.outcome.value for entry in journal.entries()] == ["not-verified"] * 2
    first, _second = journal.entries()
    assert first.reason.startswith("it was sent, but could not be read again: server error (500)")


async def test_what_a_broker_does_not_want_to_do_is_told_in_its_words_and_not_written_down(
    clients: Clients, clock: FakeClock, journal: Journal
) -> None:
    clients.kicking = {"a": BadRequest("connector not enabled", path="/x", status=400, code="BAD_REQUEST")}
    report = await ran(clock, Acting(journal, clock=clock).run(PROD, "kick", [clients.change("a")]))
    assert report.results[0].why == "refused: connector not enabled"
    (entry,) = journal.entries()
    assert "not enabled" not in entry.reason
    assert "bad request (400)" in entry.reason


async def test_without_an_answer_and_with_nothing_that_shows_it_nobody_knows(
    clients: Clients, clock: FakeClock
) -> None:
    async def look() -> Seen:
        return Seen(None, "the broker took it")

    clients.kicking = {"a": Unreachable(Step.CLOSED)}
    change = clients.change("a")._replace(look=look)
    report = await ran(clock, Acting(Journal(None), clock=clock).run(PROD, "publish", [change]))
    assert report.results[0].outcome is Outcome.UNVERIFIED
    assert "no answer came" in report.results[0].why
    assert "asked again" not in report.results[0].why, "a change is never sent again"


async def test_what_leaves_nothing_to_read_is_told_as_taken(clients: Clients, clock: FakeClock) -> None:
    clients.kicking = {"b": Unreachable(Step.CLOSED)}
    changes = [clients.change("a", looked_at=False), clients.change("b", looked_at=False)]
    report = await ran(clock, Acting(Journal(None), clock=clock).run(PROD, "publish", changes))
    taken, lost = report.results
    assert (taken.outcome, taken.why) == (
        Outcome.UNVERIFIED,
        "the broker took it; there is nothing to read again",
    )
    assert lost.outcome is Outcome.UNVERIFIED
    assert lost.why.startswith("it was sent, but no answer came: unreachable")


async def test_a_journal_that_cannot_be_written_hinders_nothing_and_is_told(
    clients: Clients, clock: FakeClock, tmp_path: Path
) -> None:
    (tmp_path / "journal.jsonl").mkdir()
    acting = Acting(Journal(tmp_path / "journal.jsonl"), clock=clock)
    report = await ran(clock, acting.run(PROD, "kick", [clients.change("a"), clients.change("b")]))
    assert [result.outcome for result in report.results] == [Outcome.DONE] * 2
    assert report.unwritten.startswith(f"the journal {tmp_path}")
    assert "could not be written" in report.unwritten


async def test_leaving_while_a_change_is_under_way_writes_down_that_nobody_knows(
    clock: FakeClock, journal: Journal
) -> None:
    begun = asyncio.Event()

    async def never() -> None:
        begun.set()
        await asyncio.get_running_loop().create_future()

    acting = Acting(journal, clock=clock)
    task = asyncio.ensure_future(acting.run(PROD, "kick", [Attempt("a", "DELETE /clients/a", never)]))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (entry,) = journal.entries()
    assert (entry.object, entry.outcome) == ("a", Outcome.UNVERIFIED)
    assert "left before there was an answer" in entry.reason


async def test_names_of_things_are_made_harmless(clients: Clients, clock: FakeClock, journal: Journal) -> None:
    hostile = "\x1b]0;x\x07"
    report = await ran(clock, Acting(journal, clock=clock).run(PROD, "kick", [clients.change(hostile)]))
    (entry,) = journal.entries()
    assert "\x1b" not in report.results[0].object + entry.object + entry.request


def test_where_it_is_done_is_told_without_the_secret() -> None:
    state = DeploymentState("prod", "http://127.0.0.1:1", interval=5.0, app_id="k-2", kind=Kind.EMQX4, max_bulk=7)
    assert where(state) == Where("prod", "k-2", Kind.EMQX4, 7)


def test_who_does_it_is_whom_the_machine_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    assert module._user()
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert module._user(), "a container may have a user without a name"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (BadAnswer("canary", path="/clients/a"), "answer cannot be read"),
        (ServerError("canary", status=502), "no answer came"),
        (ServerError("canary", status=504), "no answer came"),
    ],
    ids=["BadAnswer", "502", "504"],
)
async def test_what_may_have_been_done_without_a_word_of_the_broker_is_looked_for(
    clients: Clients, clock: FakeClock, journal: Journal, error: BrokerError, told: str
) -> None:
    clients.kicking = {"a": error, "b": error}
    del clients.there["b"]
    report = await ran(clock, Acting(journal, clock=clock).run(PROD, "kick", [clients.change(name) for name in "ab"]))
    assert [result.outcome for result in report.results] == [Outcome.FAILED, Outcome.DONE]
    assert told in report.results[0].why
    assert "canary" not in str(list(journal.entries()))


async def test_a_mistake_of_this_program_is_written_down_as_what_may_have_been_sent(
    clients: Clients, clock: FakeClock, journal: Journal
) -> None:
    async def look() -> Seen:
        raise ZeroDivisionError

    changes = [clients.change("a")._replace(look=look), clients.change("b")]
    report = await ran(clock, Acting(journal, clock=clock).run(PROD, "kick", changes))
    assert [result.outcome for result in report.results] == [Outcome.UNVERIFIED, Outcome.DONE]
    assert "mistake" in report.results[0].why
    assert [entry.outcome for entry in journal.entries()] == [Outcome.UNVERIFIED, Outcome.DONE]
