"""A deployment on the tape, asked as the program asks it: detected, with the tape's credentials, closed at the end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from emqx_tui.api import detect
from emqx_tui.config import Secret
from emqx_tui.domain.broker import Broker, Endpoint
from tape import PASSWORD, USER


@pytest.fixture
def endpoint() -> Callable[..., Endpoint]:
    """An endpoint at a URL with the tape's credentials; whatever else is given takes their place."""

    def at(url: str, **choices: Any) -> Endpoint:  # noqa: ANN401  any of Endpoint's fields
        fields: dict[str, Any] = {"url": url, "app_id": USER, "secret": Secret(PASSWORD)}
        return Endpoint(**fields | choices)

    return at


@pytest.fixture
async def connect(endpoint: Callable[..., Endpoint]) -> AsyncIterator[Callable[..., Awaitable[Broker]]]:
    """Connect to what answers at a URL."""
    opened: list[Broker] = []

    async def connected(url: str, **choices: Any) -> Broker:  # noqa: ANN401  any of Endpoint's fields
        remembered = choices.pop("remembered", None)
        broker = await detect.connect(endpoint(url, **choices), remembered)
        opened.append(broker)
        return broker

    yield connected
    for broker in opened:
        await broker.aclose()
