"""Actions on rows: offered where writing is allowed, asked for in a dialog, verified, told and written down."""

import json
from pathlib import Path

import pytest

from emqx_tui.domain.access import Ban
from emqx_tui.domain.changes import Change, RemoveBan, Request, Sight
from emqx_tui.domain.clients import Client
from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.listing import Page, Query
from emqx_tui.resources.operations import UNBAN
from emqx_tui.tui.carrying_out import Proposal, Wanted
from fleet.fakes import FakeBroker, Fleet, deployment
from tui.screens.stage import FleetStage


class Gatekeeper:
    """A broker with a ban list that can be changed; it reports success whatever it does.

    Attributes:
        banned: Who is banned.
        sent: What was sent.
        deaf: Nothing is done about what is sent.
        takes: Seconds that each change takes.
    """

    def __init__(self, broker: FakeBroker, *banned: str) -> None:
        self.banned = list(banned)
        self.sent: list[Change] = []
        self.deaf = False
        self.takes = 0.0
        self._clock = broker.clock
        for name in ("bans", "request", "change", "sight"):
            setattr(broker, name, getattr(self, name))

    async def bans(self, _query: Query, _after: str | None) -> Page[Ban]:
        return Page([Ban("clientid", one, by="mgmt_api", reason="noise", forever=True) for one in self.banned])

    def request(self, change: Change) -> Request:
        if not isinstance(change, RemoveBan):
            raise Unsupported(path="/x")
        return Request("DELETE", f"/banned/{change.kind}/{change.who}")

    async def change(self, change: Change) -> str:
        assert isinstance(change, RemoveBan)
        self.sent.append(change)
        if self.takes:
            await self._clock.sleep(self.takes)
        if not self.deaf and change.who in self.banned:
            self.banned.remove(change.who)
        return ""

    async def sight(self, change: Change) -> Sight:
        assert isinstance(change, RemoveBan)
        return Sight(there=change.who in self.banned)


def words(stage: FleetStage) -> str:
    """What stands on the screen, whatever line it is broken over; a message has frames at its side."""
    return " ".join(stage.text.replace("▌", " ").split())


async def opened(stage: FleetStage) -> None:
    await stage.press("enter", "colon")
    await stage.type("banned")
    await stage.advance(1)


def gatekeeper(fleet: Fleet, *banned: str, write: bool = True, by_name: bool = False, most: int = 20) -> Gatekeeper:
    kept = Gatekeeper(fleet.add(), *banned)
    state = fleet.state()
    state.write, state.confirm_by_name, state.max_bulk = write, by_name, most
    return kept


def journal(tmp_path: Path) -> list[dict[str, str]]:
    file = tmp_path / "state" / "journal.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


async def test_read_only_shows_no_key_of_actions_and_says_how_writing_is_allowed(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "rogue", write=False)
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        assert "actions" not in stage.lines[-1]
        await stage.press("a", "space", "P")
        assert "read-only" in words(stage)
        assert "--write" in words(stage)
        assert kept.sent == []


async def test_what_follows_and_what_is_sent_is_told_and_cancel_is_the_default(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "rogue")
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        assert "actions" in stage.lines[-1]
        await stage.press("a", "enter")
        shown = stage.text
        assert "Unban 1 ban in prod?" in shown
        assert "clientid/rogue" in shown
        assert "can connect again at once" in shown
        assert "sends DELETE /banned/clientid/rogue" in shown
        await stage.press("enter")
        assert kept.sent == [], "Enter is Cancel"
        await stage.press("a", "enter", "escape")
        assert kept.sent == []


async def test_a_change_is_made_verified_told_and_the_list_is_read_again(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "rogue", "zeta")
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("a", "enter", "tab", "enter")
        await stage.advance(2)
        assert [change.who for change in kept.sent if isinstance(change, RemoveBan)] == ["rogue"]
        assert "1 of 1 ban done" in words(stage)
        assert "rogue" not in stage.text
        assert stage.line_with("zeta")


async def test_success_that_changed_nothing_is_told_as_that(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "rogue")
    kept.deaf = True
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("a", "enter", "tab", "enter")
        await stage.advance(5)
        assert "nothing changed" in stage.text
        assert "the broker reported success" in words(stage)
        await stage.press("escape")
        assert stage.line_with("rogue")


async def test_marked_rows_are_changed_together_and_more_than_max_bulk_are_refused(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "a", "b", "c", most=2)
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("space", "space")
        assert "max_bulk" not in words(stage)
        await stage.press("space")
        assert "3 are too many for one action, 2 may be" in words(stage)
        assert "max_bulk" in words(stage)
        assert "2 rows marked" in stage.text
        await stage.press("a", "enter")
        assert "Unban 2 bans in prod?" in stage.text
        assert kept.sent == []
        await stage.press("tab", "enter")
        await stage.advance(5)
        assert len(kept.sent) == 2


async def test_a_limit_that_was_lowered_after_rows_were_marked_holds(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "a", "b", "c")
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("space", "space", "space")
        fleet.state().max_bulk = 2
        await stage.press("a")
        assert "3 are too many" in words(stage)
        assert kept.sent == []


async def test_a_production_deployment_wants_its_name_typed(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "rogue", by_name=True)
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("a", "enter", "tab", "tab", "enter")
        await stage.advance(2)
        assert kept.sent == [], "the button does nothing before the name stands there"
        await stage.press("escape")
        await stage.press("a", "enter", *"prod", "tab", "tab", "enter")
        await stage.advance(2)
        assert len(kept.sent) == 1


async def test_the_journal_has_who_did_what_to_what_and_no_payload(fleet: Fleet, tmp_path: Path) -> None:
    gatekeeper(fleet, "rogue")
    async with FleetStage(fleet, size=(120, 30), state=tmp_path / "state") as stage:
        await opened(stage)
        await stage.press("a", "enter", "tab", "enter")
        await stage.advance(2)
        await stage.until(lambda: "1 of 1 ban done" in words(stage))
    (entry,) = journal(tmp_path)
    assert entry["action"] == "unban"
    assert entry["object"] == "clientid/rogue"
    assert entry["request"] == "DELETE /banned/clientid/rogue"
    assert entry["outcome"] == "done"


async def test_where_rows_have_no_actions_no_key_is_offered_for_them(fleet: Fleet) -> None:
    gatekeeper(fleet, "rogue")
    async with FleetStage(fleet, size=(150, 30)) as stage:
        await stage.press("enter")
        assert "publish" in stage.lines[-1]
        assert "actions" not in stage.lines[-1]
        await stage.press("space")
        assert "none is marked" in words(stage)
        await stage.press("colon")
        await stage.type("banned")
        await stage.advance(1)
        assert "actions" in stage.lines[-1]


async def test_how_far_it_is_stands_there_and_no_other_action_begins_meanwhile(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "a", "b", "c")
    kept.takes = 10
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("space", "space", "space")
        assert "3 rows marked" in stage.text
        await stage.press("a", "enter", "tab", "enter")
        await stage.advance(1)
        assert "… unban in prod: 0 of 3" in stage.text
        await stage.press("a")
        assert "Wait for the end" in words(stage)
        await stage.press("P")
        assert not stage.app.screen.is_modal
        await stage.advance(11)
        await stage.until(lambda: "unban in prod: 1 of 3" in stage.text)
        await stage.advance(11)
        await stage.advance(11)
        await stage.until(lambda: "3 of 3 bans done" in words(stage))
        assert "… unban" not in stage.text
        assert "marked" not in stage.text
        assert len(kept.sent) == 3


async def test_who_looks_elsewhere_breaks_nothing_off(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "a", "b")
    kept.takes = 10
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("space", "space", "a", "enter", "tab", "enter")
        await stage.advance(1)
        await stage.press("colon")
        await stage.type("fleet")
        for _time in range(4):
            await stage.advance(6)
        await stage.until(lambda: "2 of 2 bans done" in words(stage))
        assert len(kept.sent) == 2


@pytest.mark.parametrize("name", [None, "prod", "renamed"])
async def test_a_deployment_that_is_taken_away_during_an_action_is_told_of_and_written_down(
    fleet: Fleet, tmp_path: Path, name: str | None
) -> None:
    kept = gatekeeper(fleet, "a", "b", "c")
    kept.takes = 10
    fleet.brokers["renamed"] = fleet.brokers["prod"]
    async with FleetStage(fleet, size=(120, 30), state=tmp_path / "state") as stage:
        await opened(stage)
        await stage.press("space", "space", "space", "a", "enter", "tab", "enter")
        await stage.advance(1)
        await stage.press("colon")
        await stage.type("fleet")
        if name is None:
            await fleet.poller.remove("prod")
        else:
            await fleet.poller.replace("prod", deployment(name))
        await stage.advance(2)
        await stage.until(lambda: "not verified clientid/a" in words(stage))
        assert "0 of 3 bans done" in words(stage)
        assert words(stage).count("not sent clientid") == 2
        assert len(kept.sent) == 1
    (entry,) = journal(tmp_path)
    assert (entry["object"], entry["outcome"]) == ("clientid/a", "not-verified")


@pytest.mark.parametrize("how", ["edited", "removed", "closed to writing"])
async def test_nothing_is_sent_to_a_deployment_that_is_another_one_by_now(fleet: Fleet, how: str) -> None:
    kept = gatekeeper(fleet, "rogue")
    fleet.add("other")
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await stage.advance(1)
        asked_about = Proposal(UNBAN, [], fleet.poller.watches["prod"], fleet.clock)
        if how == "removed":
            await fleet.poller.remove("prod")
        else:
            await fleet.poller.replace("prod", deployment("prod"))
            fleet.state().write = how == "edited"
        ended: list[str] = []
        change = RemoveBan("clientid", "rogue")
        stage.app.carrying_out.start(Wanted(asked_about, [change], lambda: ended.append("it")))
        await stage.advance(2)
        assert "nothing was sent" in words(stage)
        assert (kept.sent, ended) == ([], [])


async def test_a_paused_deployment_says_so_and_nothing_is_sent(fleet: Fleet) -> None:
    kept = gatekeeper(fleet, "rogue")
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("p", "a", "enter", "tab", "enter")
        await stage.advance(2)
        assert "paused: nothing was sent" in words(stage)
        assert kept.sent == []


async def test_who_leaves_during_a_change_leaves_at_once_and_finds_it_in_the_journal(
    fleet: Fleet, tmp_path: Path
) -> None:
    kept = gatekeeper(fleet, "a", "b")
    kept.takes = 1000
    async with FleetStage(fleet, size=(120, 30), state=tmp_path / "state") as stage:
        await opened(stage)
        await stage.press("space", "space", "a", "enter", "tab", "enter")
        await stage.advance(1)
        await stage.press("q")
        assert stage.ended
    (entry,) = journal(tmp_path)
    assert (entry["object"], entry["outcome"]) == ("clientid/a", "not-verified")
    assert "left before" in entry["reason"]


async def test_marked_rows_that_are_not_in_sight_are_counted_and_told(fleet: Fleet) -> None:
    gatekeeper(fleet, "alpha", "beta", "gamma")
    async with FleetStage(fleet, size=(120, 30)) as stage:
        await opened(stage)
        await stage.press("space", "space", "space", "slash")
        await stage.type("alpha")
        assert "3 rows marked  2 of them are not in sight" in stage.text
        await stage.press("a", "enter")
        assert "Unban 3 bans in prod?" in stage.text
        assert "2 of them are not in sight" in words(stage)
        for name in ("alpha", "beta", "gamma"):
            assert f"clientid/{name}" in stage.text
        await stage.press("escape", "backslash")
        assert "marked" not in stage.text


async def test_nobody_is_banned_for_having_no_user_name(fleet: Fleet) -> None:
    broker = fleet.add()
    broker.sessions = [Client("c1", username="ada", connected=True), Client("c2", connected=True)]
    kept = Gatekeeper(broker)
    fleet.state().write = True
    async with FleetStage(fleet, size=(120, 36)) as stage:
        await stage.press("enter", "colon")
        await stage.type("clients")
        await stage.advance(1)
        await stage.press("space", "space", "a", "down", "enter")
        assert "Ban 2 clients" in stage.text
        stage.app.screen.query_one("#as").value = "username"  # type: ignore[attr-defined]
        await stage.settle()
        assert "c2 has no user name" in words(stage)
        assert stage.app.screen.query_one("#go").disabled
        assert kept.sent == []


async def test_the_fleet_tells_which_deployments_are_open_for_writing(fleet: Fleet) -> None:
    fleet.add("prod")
    fleet.add("lab")
    async with FleetStage(fleet, size=(80, 24)) as stage:
        assert "MODE" not in stage.text
        fleet.state("lab").write = True
        await stage.advance(20)
        assert "MODE" in stage.text
        assert "write" in stage.line_with("lab")
        assert "write" not in stage.line_with("prod")


@pytest.mark.parametrize("by_name", [False, True])
async def test_the_longest_dialog_fits_a_small_terminal_with_its_question_and_its_buttons(
    fleet: Fleet, by_name: bool
) -> None:
    broker = fleet.add()
    broker.sessions = [Client(f"client-{number}", connected=True) for number in range(12)]
    Gatekeeper(broker)
    state = fleet.state()
    state.write, state.confirm_by_name = True, by_name
    async with FleetStage(fleet, size=(80, 24)) as stage:
        await stage.press("enter", "colon")
        await stage.type("clients")
        await stage.advance(1)
        await stage.press(*["space"] * 12, "a", "down", "enter")
        assert "Ban 12 clients in prod?" in stage.text
        assert "clientid/client-0" in stage.text
        assert " more" in stage.text
        assert stage.line_with("cancel", "ban")
        if by_name:
            assert "type its name" in stage.text
