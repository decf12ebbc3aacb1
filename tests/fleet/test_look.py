"""One look at deployments, as the command line takes it: it ends when all is known, however that turns out."""

import asyncio

import pytest

from emqx_tui.domain.broker import Attention
from emqx_tui.domain.errors import BrokerError, Forbidden, RateLimited, Step, Unauthorized, Unreachable, Unsupported
from emqx_tui.domain.models import Kind, Node
from fleet.fakes import HANG, A, B, Fleet


REFUSED = Unreachable(Step.CONNECT, "Connection refused")


async def look(fleet: Fleet) -> float:
    """Look, and tell how many seconds it took."""
    began = fleet.clock.monotonic()
    looking = asyncio.ensure_future(fleet.poller.look())
    ended: list[float] = []
    looking.add_done_callback(lambda _looking: ended.append(fleet.clock.monotonic() - began))
    for _ in range(100):
        await fleet.clock.advance(0.25)
        if ended:
            await looking
            return ended[0]
    looking.cancel()
    raise AssertionError("the look never ends")


@pytest.mark.parametrize("kind", Kind)
async def test_a_look_ends_when_everything_has_its_answer(fleet: Fleet, kind: Kind) -> None:
    broker = fleet.add(kind=kind, attention=Attention.LOOK)
    wanted = {part.value for part in broker.parts(Attention.LOOK)}
    broker.takes = dict.fromkeys(wanted, 0.5)
    assert await look(fleet) <= 1.0
    assert set(broker.questions()) == {"connect", *wanted}
    assert broker.closed


async def test_a_look_at_4_x_tells_what_brokers_describe_too(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4, attention=Attention.LOOK)
    broker.says["brokers"] = [Node(A, running=True, description="EMQX", otp_release="25", datetime="2026-11-21")]
    await look(fleet)
    last = fleet.nodes()[A].node
    assert (last.description, last.otp_release, last.datetime) == ("EMQX", "25", "2026-11-21")


async def test_a_look_waits_for_the_slowest_and_not_for_the_dead(fleet: Fleet) -> None:
    fleet.add("slow", attention=Attention.LOOK).takes["nodes"] = 3.0
    fleet.add("dead", attention=Attention.LOOK).fail(REFUSED)
    fleet.add("down", attention=Attention.LOOK).fail(REFUSED, "nodes")
    assert await look(fleet) == 3.0
    assert fleet.row("slow").up == 2
    assert "Connection refused" in fleet.row("dead").reason
    assert "Connection refused" in fleet.row("down").reason
    assert len(fleet.brokers["dead"].times("connect")) <= 2


@pytest.mark.parametrize(
    ("question", "error"),
    [
        *[(question, Unauthorized(status=401)) for question in ("connect", "nodes")],
        *[(question, RateLimited(retry_after=600.0)) for question in ("connect", "nodes")],
        *[(question, REFUSED) for question in ("connect", "nodes")],
        ("connect", Unsupported(status=404)),
    ],
)
async def test_a_look_ends_at_an_error(fleet: Fleet, question: str, error: BrokerError) -> None:
    fleet.add(attention=Attention.LOOK).fail(error, question)
    assert await look(fleet) == 0.0
    assert fleet.row().reason != ""


async def test_a_look_with_nodes_that_may_not_be_asked_shows_the_stand_in(fleet: Fleet) -> None:
    broker = fleet.add(attention=Attention.LOOK)
    broker.fail(Forbidden(), "nodes")
    assert await look(fleet) == 0.0
    assert fleet.states() == {A: "running", B: "running"}


@pytest.mark.parametrize("kind", [Kind.EMQX4, Kind.EMQX5])
async def test_a_look_at_a_cluster_with_a_hung_node_ends_with_a_word_on_every_node(fleet: Fleet, kind: Kind) -> None:
    broker = fleet.add(kind=kind, attention=Attention.LOOK)
    broker.hang(B)
    assert await look(fleet) <= 2 * HANG
    assert fleet.states() == {A: "running", B: "unreachable"}
    assert broker.own.most[f"node {B}"] == 1
    assert fleet.row().reason == ""


async def test_a_look_at_a_broker_that_hangs_wholly_ends(fleet: Fleet) -> None:
    fleet.add(attention=Attention.LOOK).hang_whole()
    assert await look(fleet) <= 2 * HANG
    assert fleet.row().reason != ""


async def test_what_a_look_saw_is_kept(fleet: Fleet) -> None:
    broker = fleet.add(attention=Attention.LOOK)
    await look(fleet)
    del broker.rows[B]
    broker.closed = False
    fleet.poller = fleet._new_poller()
    fleet.add(nodes=[A], attention=Attention.LOOK)
    await look(fleet)
    assert fleet.states() == {A: "running", B: "gone"}


async def test_a_bug_in_an_adapter_ends_a_look_loudly(fleet: Fleet) -> None:
    fleet.add(attention=Attention.LOOK).says["nodes"] = [object()]
    with pytest.raises(ExceptionGroup):
        await look(fleet)


async def test_two_lists_that_fail_together_start_one_round_of_the_nodes(fleet: Fleet) -> None:
    broker = fleet.add(kind=Kind.EMQX4, attention=Attention.LOOK)
    broker.fail(Unreachable(Step.CLOSED), "nodes", "brokers")
    broker.takes["members"] = 0.5
    await look(fleet)
    assert fleet.states() == {A: "running", B: "running"}
    assert (len(broker.times("members")), len(broker.times(f"node {A}"))) == (1, 1)
