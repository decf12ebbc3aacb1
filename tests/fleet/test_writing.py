"""Which deployments may be changed: the session's word goes before the configuration's."""

import pytest

from emqx_tui.config import Confirm, Deployment, Settings
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import Store
from fleet.fakes import A, FakeBroker, FakeClock, Load, deployment


@pytest.mark.parametrize(
    ("session", "configured", "expected"),
    [
        (None, False, False),
        (None, True, True),
        (True, False, True),
        (True, True, True),
        (False, True, False),
        (False, False, False),
    ],
)
async def test_a_deployment_is_open_for_writing_as_the_session_or_else_the_configuration_says(
    *, session: bool | None, configured: bool, expected: bool
) -> None:
    clock, connected = FakeClock(), list[bool]()

    async def connect(one: Deployment, _remembered: Remembered | None) -> Broker:
        connected.append(one.write)
        return FakeBroker(clock, [A], Kind.EMQX5, Load())

    one = Deployment(name="prod", url=deployment("prod").url, app_id="x", write=configured)
    poller = Poller(Store(), clock=clock, connect_to=connect, write=session)
    poller.add([one])
    assert poller.store.deployments["prod"].write is expected
    await poller.watches["prod"]._connect_to(None)
    # What the form saves while the program runs is no way round the session's word.
    await poller.replace("prod", one)
    assert poller.store.deployments["prod"].write is expected
    await poller.watches["prod"]._connect_to(None)
    assert connected == [expected, expected]


@pytest.mark.parametrize(("own", "expected"), [(None, 7), (3, 3), (50, 50)])
def test_what_an_action_wants_and_may_touch_is_known_of_a_deployment(own: int | None, expected: int) -> None:
    poller = Poller(Store(), clock=FakeClock(), max_bulk=7)
    poller.add([Deployment(name="a", url="http://127.0.0.1:1", max_bulk=own, confirm=Confirm.NAME)])
    poller.add([Deployment(name="b", url="http://127.0.0.1:1")])
    a, b = poller.store.deployments["a"], poller.store.deployments["b"]
    assert (a.max_bulk, a.confirm_by_name) == (expected, True)
    assert (b.max_bulk, b.confirm_by_name) == (7, False)
    assert Poller(Store())._max_bulk == Settings().max_bulk, "the usual is the usual everywhere"
