"""One look at deployments that also measures a round trip, and what was found in a few words."""

import asyncio
import contextlib
from collections.abc import Iterable

from emqx_tui.config import Deployment
from emqx_tui.domain.broker import Attention, Broker, Remembered
from emqx_tui.domain.errors import BrokerError, Forbidden, Unsupported
from emqx_tui.domain.rows import DeploymentRow
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.connecting import connect
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import DeploymentState, Store
from emqx_tui.fleet.views import deployment_row
from emqx_tui.i18n import _, ngettext
from emqx_tui.resources.deployments import kind_of


_PATIENCE = 2.0


async def connect_measured(deployment: Deployment, remembered: Remembered | None) -> Broker:
    """The adapter for what answers at the deployment, with its connection open and nothing answered beforehand.

    Detection hands its own answer to the first question, which then seems to take no time. That answer is taken
    here, so that the next question travels, and over a connection that stands.

    Raises:
        BrokerError: Its secret cannot be read, or nothing usable answers.
    """
    broker = await connect(deployment, remembered)
    try:
        # The answer to take is there at once; where there is none, a peer hangs.
        async with asyncio.timeout(_PATIENCE):
            await _take_first_answer(broker)
    except TimeoutError:
        pass
    except BaseException:
        await broker.aclose()
        raise
    return broker


async def _take_first_answer(broker: Broker) -> None:
    with contextlib.suppress(BrokerError):
        try:
            await broker.nodes()
        except (Unsupported, Forbidden):
            await broker.brokers()


async def look(
    deployments: Iterable[Deployment], attention: Attention = Attention.LOOK, longest: float | None = None
) -> tuple[list[DeploymentState], Clock]:
    """Look at the deployments once, all at the same time, with the questions that a poll asks.

    Args:
        deployments: What to look at.
        attention: How much to ask; with that of an open deployment everything that is ever asked.
        longest: Seconds after which what has not answered is left out.

    Returns:
        What is known of each, in their order, and the clock by which its times are.
    """
    store = Store()
    poller = Poller(store, connect_to=connect_measured)
    poller.add(deployments, attention)
    await poller.look(longest)
    return list(store.deployments.values()), poller.clock


def latency(state: DeploymentState) -> float | None:
    """Seconds that the first question of those that were answered took; None when none was."""
    taken = (part.seconds for part in state.parts.values() if part.seconds is not None)
    return next(taken, None)


def nodes_in_words(row: DeploymentRow) -> str:
    """How many nodes: `3 nodes`, `2 of 3 nodes run`; empty where there are none to be told of."""
    if row.up is None or not row.known:
        return ""
    if row.up == row.known:
        return ngettext("{count} node", "{count} nodes", row.known).format(count=row.known)
    return _("{up} of {known} nodes run").format(up=row.up, known=row.known)


def milliseconds(seconds: float | None) -> str:
    """A duration in milliseconds: `12 ms`, `<1 ms`; empty when it is not known."""
    if seconds is None:
        return ""
    return _("{count} ms").format(count=f"{seconds * 1000:.0f}" if seconds >= 0.001 else "<1")


def found_in_words(state: DeploymentState, clock: Clock) -> str:
    """What answers: `EMQX 5.8.9, 3 nodes, 12 ms`."""
    row = deployment_row(state, clock)
    return ", ".join(part for part in (kind_of(row), nodes_in_words(row), milliseconds(latency(state))) if part)
