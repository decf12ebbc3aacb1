"""Who gets a topic, asked on the screen of the simulated fleet; payloads that are shown only when wanted."""

from collections.abc import Callable

import pytest

from emqx_tui.demo.messages import matches
from emqx_tui.domain.broker import Broker
from emqx_tui.domain.messages import Subscription
from emqx_tui.fleet.listed import ListingState
from emqx_tui.text import exact_number
from tui.screens.stage import ROUNDS, Stage
from tui.screens.test_goldens import demo


async def shown(stage: Stage, met: Callable[[], bool]) -> None:
    """Wait for answers that come over real connections while the clock stands still."""
    for _ in range(ROUNDS):
        await stage.clock.idle()
        await stage.redraw()
        if met():
            return
    raise AssertionError("it never came about; the screen shows:\n" + stage.text)


async def opened(stage: Stage, line: str) -> ListingState:
    """The list of that name, its first page read."""
    await stage.app.follow(line)
    await stage.settle()
    name, _, deployment = line.partition(" ")
    listing = stage.poller.store.deployments[deployment].listings[name]
    await shown(stage, lambda: listing.answered_at is not None)
    return listing


async def everything(stage: Stage, deployment: str) -> list[Subscription]:
    """All subscriptions, page by page."""
    rows: list[Subscription] = []

    async def ask(broker: Broker) -> None:
        page = await broker.subscriptions({}, None)
        rows.extend(page.items)
        while page.after is not None:
            page = await broker.subscriptions({}, page.after)
            rows.extend(page.items)

    await stage.poller.watches[deployment].ask(ask)
    return rows


@pytest.mark.parametrize("deployment", ["prod-eu", "plant-cn", "edge-gw"])
async def test_who_gets_this_topic_is_answered_from_all_subscriptions(
    monkeypatch: pytest.MonkeyPatch, deployment: str
) -> None:
    async with demo(monkeypatch, (120, 36)) as stage:
        listing = await opened(stage, f"subscriptions {deployment}")
        subscribed = await everything(stage, deployment)
        shared = next(one for one in subscribed if one.parts.group is not None)
        topic = shared.parts.filter.replace("+", "7").replace("#", "a/b")
        wanted = {(one.clientid, one.topic) for one in subscribed if matches(topic, one.topic)}

        await stage.press("f")
        await stage.type(topic)
        await shown(stage, lambda: listing.complete)

        assert {(one.item.clientid, one.item.topic) for one in listing.entries} == wanted
        told = f"{exact_number(len(wanted))} rows, matched here among all {exact_number(len(subscribed))}"
        await shown(stage, lambda: told in stage.text)
        row = stage.line_with("◆", shared.parts.filter)
        assert (shared.parts.group or "?") in row
        await stage.press("escape")
        await shown(stage, lambda: listing.seen is None and bool(listing.entries))
        assert "matched here" not in stage.text


async def test_a_topic_that_nobody_gets_is_said_to_be_nobodys_only_after_all_were_looked_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with demo(monkeypatch, (120, 36)) as stage:
        listing = await opened(stage, "subscriptions plant-cn")
        await stage.press("f")
        await stage.type("no/such/topic")
        await shown(stage, lambda: listing.complete)
        assert listing.seen == listing.total
        await shown(stage, lambda: "0 rows, matched here among all" in stage.text)
        assert "The broker has nothing that fits match=no/such/topic." in stage.text


async def test_a_payload_is_shown_while_it_is_wanted_and_not_on_another_row(monkeypatch: pytest.MonkeyPatch) -> None:
    async with demo(monkeypatch, (120, 60)) as stage:
        await opened(stage, "retained prod-eu")
        await stage.press("d")
        await shown(stage, lambda: bool(stage.line_with("Topics by prefix, of 1 000 loaded")))
        await stage.advance(1)
        await shown(stage, lambda: " bytes" in stage.line_with("size"))
        assert '{"v"' not in stage.text
        await stage.press("v")
        await shown(stage, lambda: '{"v"' in stage.text)
        await stage.press("v")
        assert '{"v"' not in stage.text
        await stage.press("v")
        await shown(stage, lambda: '{"v"' in stage.text)
        await stage.press("j")
        await stage.advance(1)
        await shown(stage, lambda: " bytes" in stage.line_with("size"))
        assert '{"v"' not in stage.text


async def test_a_key_for_payloads_says_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with demo(monkeypatch, (120, 36)) as stage:
        await opened(stage, "topics prod-eu")
        assert "v payload" not in stage.lines[-1]
        await stage.press("v")
        assert "These rows have nothing more to show." in stage.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("retained plant-cn", "EMQX 4 only counts them"),
        ("delayed edge-gw", "It is offered by EMQX 5 and later."),
        ("topics serverless", "The API of Serverless has no more"),
    ],
)
async def test_what_a_broker_lacks_is_named(monkeypatch: pytest.MonkeyPatch, line: str, said: str) -> None:
    async with demo(monkeypatch, (120, 36)) as stage:
        await stage.app.follow(line)
        await stage.settle()
        await shown(stage, lambda: "Not offered by" in stage.text)
        assert said in stage.text
