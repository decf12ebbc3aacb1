"""Work that blocks, in a thread that nobody waits for."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar


_Found = TypeVar("_Found")


async def aside(work: Callable[[], _Found]) -> _Found:
    """What the work gives or raises, done while the screen goes on.

    The thread is a daemon and none of asyncio's, which are joined at the end: work that hangs does not delay quitting.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Found] = loop.create_future()

    def run() -> None:
        try:
            found = work()
        except BaseException as error:  # noqa: BLE001  handed over whole to whoever waits
            tell(_fail, error)
        else:
            tell(_finish, found)

    def tell(how: Callable[..., None], what: object) -> None:
        # Whoever asked may be gone, and the loop with them.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(how, done, what)

    threading.Thread(target=run, name="aside", daemon=True).start()
    return await done


def _finish(done: "asyncio.Future[_Found]", found: _Found) -> None:
    if not done.done():
        done.set_result(found)


def _fail(done: "asyncio.Future[_Found]", error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
