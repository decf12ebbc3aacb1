"""The broker that a watch has, and what is being asked of it: when it goes, that is called off first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from emqx_tui.domain.broker import Broker
from emqx_tui.domain.errors import BadAnswer, BrokerError, Step, Unreachable


T = TypeVar("T")

log = logging.getLogger(__name__)


class Held:
    """At most one broker.

    Attributes:
        broker: The adapter, or None while nothing is connected.
    """

    def __init__(self) -> None:
        self.broker: Broker | None = None
        self._asking: set[asyncio.Future[Any]] = set()

    def start(self, group: asyncio.TaskGroup, asking: Coroutine[None, None, None]) -> None:
        """Ask in a task of the group."""
        task = group.create_task(asking)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def ask(self, question: Callable[[Broker], Awaitable[T]], now: bool) -> T:
        """Ask from a task of another's.

        Args:
            question: What to ask.
            now: It may be asked now.

        Raises:
            BrokerError: It may not, nothing is connected, the connections were closed meanwhile, or the question's own.
        """
        if self.broker is None or not now:
            # Nothing was sent, which is another thing than no answer: a change was surely not made.
            raise Unreachable(Step.CONNECT)
        asking = asyncio.ensure_future(question(self.broker))
        self._asking.add(asking)
        try:
            await asyncio.wait({asking})
        finally:
            asking.cancel()
            self._asking.discard(asking)
        if asking.cancelled():
            # Something else answers there than was found, or the watch has ended.
            raise Unreachable(Step.CLOSED)
        try:
            return asking.result()
        except BrokerError:
            raise
        except Exception as bug:
            # One list that cannot be read must not take the whole monitor with it.
            log.exception("an answer could not be read")
            raise BadAnswer(type(bug).__name__) from None

    def told(self, question: Callable[[Broker], T]) -> T:
        """What the adapter says without asking anybody.

        Raises:
            BrokerError: Nothing is connected, or the adapter's own.
        """
        if self.broker is None:
            raise Unreachable(Step.CLOSED)
        return question(self.broker)

    async def drop(self) -> None:
        """Call off what was asked, then close the connections."""
        broker, self.broker = self.broker, None
        others = self._asking - {asyncio.current_task()}
        for asking in others:
            asking.cancel()
        if others:
            await asyncio.wait(others)
        if broker is not None:
            await broker.aclose()
