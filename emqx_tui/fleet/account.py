"""The deployments of an EMQX Cloud account: asked for seldom, and kept between two runs.

The platform answers sixty times an hour, to everybody who has a key of the account. What it answered and when it was
asked is kept in a file, so that one program after the other asks no more often than one alone.
"""

import asyncio
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from emqx_tui.api.result_codes import Explanation, explain
from emqx_tui.api.wire import LARGEST_COUNT
from emqx_tui.config import Platform, SecretError, read_secret
from emqx_tui.domain.account import AccountDeployment
from emqx_tui.domain.broker import Endpoint
from emqx_tui.domain.errors import BrokerError, CredentialsMissing, RateLimited
from emqx_tui.fleet.clock import Clock
from emqx_tui.text import sanitize


LEAST = 60.0
"""Seconds between two calls, at least, whoever wants one."""

USUAL = 600.0
"""Seconds between two calls while nobody asks for one: deployments come and go by the week."""

NAME = "account.json"
"""The file in the state directory."""

FORMAT = 1
_LARGEST = 16 * 1024 * 1024

log = logging.getLogger(__name__)


class _Kept(NamedTuple):
    """What the file holds.

    Attributes:
        asked_at: When the platform was last asked, in seconds since 1970; 0 for never.
        next_at: Before then it must not be asked again.
        read_at: When it last answered with a list; 0 for never.
        failure: What is to be told of the last call; None when it went well.
    """

    deployments: tuple[AccountDeployment, ...] = ()
    asked_at: float = 0.0
    next_at: float = 0.0
    read_at: float = 0.0
    failure: Explanation | None = None


class Account:
    """Knows the account's deployments, first as they were kept, then as the platform answers.

    Args:
        platform: The account.
        file: Where it is kept between two runs; None keeps nothing.
        clock: Time.
        changed: Is called after each change.
    """

    def __init__(
        self, platform: Platform, file: Path | None, *, clock: Clock, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._platform = platform
        self._file = file
        self._clock = clock
        self.changed = changed
        self._wanted = asyncio.Event()
        self._known = _Kept()
        # Another account is another list; that of this key tells nothing of the key.
        self._whose = hashlib.sha256(f"{platform.url}\n{platform.app_id}".encode()).hexdigest()[:16]

    @property
    def deployments(self) -> Sequence[AccountDeployment]:
        """All deployments of the account, as far as they are known."""
        return self._known.deployments

    @property
    def failure(self) -> Explanation | None:
        """Why there is no newer list; None when the last call went well."""
        return self._known.failure

    @property
    def read_at(self) -> float | None:
        """When the list was read, in seconds since 1970; None when it never was."""
        return self._known.read_at or None

    def refresh(self) -> None:
        """Ask again as soon as that is allowed."""
        self._wanted.set()

    async def run(self) -> None:
        """Know the account until cancelled. No failure leaves it."""
        self._known = self._load()
        self.changed()
        while True:
            await self.ask()
            self._wanted.clear()
            await self._rest(max(self._known.asked_at + USUAL, self._known.next_at))

    async def _rest(self, until: float) -> None:
        """Wait until then, or until somebody wants an answer and one may be asked for."""
        while (left := until - self._clock.wall()) > 0:
            waited = asyncio.ensure_future(self._clock.sleep(left))
            wanted = asyncio.ensure_future(self._wanted.wait())
            try:
                await asyncio.wait({waited, wanted}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in (waited, wanted):
                    one.cancel()
            if self._wanted.is_set():
                self._wanted.clear()
                until = min(until, max(self._known.asked_at + LEAST, self._known.next_at))

    async def ask(self) -> None:
        """Ask the platform, unless that was done within the last minute or it said to wait; then nothing is sent."""
        kept, now = self._load(), self._clock.wall()
        if kept.asked_at > self._known.asked_at:
            self._known = kept
        # A clock that was set back does not keep it from asking for longer than it may.
        if now - LEAST < self._known.asked_at <= now or now < self._known.next_at <= now + 3600.0:
            self.changed()
            return
        # Written before it is asked: who starts meanwhile does not ask as well.
        self._known = self._known._replace(asked_at=now, next_at=now + LEAST)
        self._save()
        try:
            found = tuple(await self._answer())
        except BrokerError as error:
            log.warning("the platform API: %r %s", error, error.status or "")
            self._known = self._known._replace(failure=_words(error), next_at=_next(error, now))
        else:
            self._known = _Kept(found, now, now + LEAST, now)
        self._save()
        self.changed()

    async def _answer(self) -> Sequence[AccountDeployment]:
        # Imported here, so that what needs no network does not pay for it.
        from emqx_tui.api.platform import list_deployments  # noqa: PLC0415

        platform = self._platform
        try:
            secret = await read_secret(platform.secret)
        except SecretError as error:
            raise CredentialsMissing(str(error)) from None
        return await list_deployments(
            Endpoint(
                platform.url,
                platform.app_id,
                secret,
                ca_file=platform.ca_file,
                verify=platform.verify,
                allow_http=platform.allow_http,
                proxy=platform.proxy,
            )
        )

    # Keeping

    def _load(self) -> _Kept:
        if self._file is None:
            return self._known
        try:
            with self._file.open("rb") as file:
                return _decoded(json.loads(file.read(_LARGEST)), self._whose)
        except FileNotFoundError:
            return _Kept()
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            log.warning("%s is left aside: %r", self._file, error)
            return _Kept()

    def _save(self) -> None:
        if self._file is None:
            return
        kept = self._known
        content = {
            "format": FORMAT,
            "whose": self._whose,
            **kept._asdict(),
            "deployments": [one._asdict() for one in kept.deployments],
            "failure": None if kept.failure is None else list(kept.failure),
        }
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Nobody else may read a file that is made so.
            handle, temporary = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.stem)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(content, file, ensure_ascii=True, indent=1)
                Path(temporary).replace(self._file)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            log.warning("%s cannot be written: %r", self._file, error)


def _words(error: BrokerError) -> Explanation:
    from emqx_tui.api.platform import explain_platform  # noqa: PLC0415  as above

    return explain_platform(error) or explain(error, None)


def _next(error: BrokerError, now: float) -> float:
    wait = error.retry_after if isinstance(error, RateLimited) else None
    return now + max(LEAST, wait or 0.0)


def _decoded(content: Mapping[str, Any], whose: str) -> _Kept:
    if content["format"] != FORMAT or content["whose"] != whose:
        return _Kept()
    failure = content["failure"]
    return _Kept(
        tuple(_deployment(one) for one in content["deployments"]),
        asked_at=float(content["asked_at"]),
        next_at=float(content["next_at"]),
        read_at=float(content["read_at"]),
        failure=None if failure is None else Explanation(*(sanitize(str(part)) for part in failure)),
    )


def _deployment(item: Mapping[str, Any]) -> AccountDeployment:
    read = [_count(item[name]) if name in _COUNTS else sanitize(str(item[name])) for name in AccountDeployment._fields]
    return AccountDeployment._make(read)


_COUNTS = ("connections", "tps")


def _count(value: object) -> int | None:
    if value is None or (type(value) is int and 0 <= value <= LARGEST_COUNT):
        return value
    raise ValueError("not a count")
