"""An exception while an answer is being read becomes `BadAnswer`, logged: no answer may end the program."""

import functools
import logging
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from emqx_tui.domain.errors import BadAnswer, BrokerError


P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_READING = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)


def guarded(ask: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The same question, which raises nothing but `BrokerError`."""

    @functools.wraps(ask)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await ask(*args, **kwargs)
        except BrokerError:
            raise
        except _READING as error:
            log.exception("%s could not be read", ask.__name__)
            raise BadAnswer(type(error).__name__, path=ask.__name__) from None

    return asked
