"""The connection test: it goes through the steps of a poll one by one, and names the one that fails.

A name and a port are tried by themselves first, so that each has its time; everything after is asked by the poller
itself, so that what passes here also works there.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from emqx_tui.api.address import repair
from emqx_tui.api.resolve import is_address, resolve
from emqx_tui.api.result_codes import explain
from emqx_tui.config import Api, Deployment, InlineSecret, Secret, SecretError, read_secret
from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.errors import (
    BadAddress,
    BrokerError,
    CredentialsMissing,
    Forbidden,
    PlainHttpRefused,
    RateLimited,
    ServerError,
    Step,
    Unauthorized,
    Unreachable,
)
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.advice import Advice, Place, advise
from emqx_tui.fleet.connecting import connect
from emqx_tui.fleet.dial import dial, door
from emqx_tui.fleet.measured import found_in_words, latency, look
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


PATIENCE = 4.0
"""Seconds that a look-up and a connection may take, as long as a poll waits for a connection."""

_SHOWN = 3
_CERTIFICATES = "TLS: "


class Stage(StrEnum):
    """The steps on the way to an answer, in their order."""

    ADDRESS = "address"
    SECRET = "secret"  # noqa: S105  the name of a step
    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    CREDENTIALS = "credentials"
    API = "api"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one step went.

    Attributes:
        stage: The step.
        ok: None when it was not reached, which leaves `words` empty, or does not apply, which `words` says.
        words: What was found, or what failed and why. Safe to show.
        next: What to do about it; may be empty.
        seconds: How long it took, where that was measured.
    """

    stage: Stage
    ok: bool | None
    words: str = ""
    next: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How the test went.

    Attributes:
        outcomes: One for each stage, in their order.
        found: What answers, such as `EMQX 5.8.9, 3 nodes, 12 ms`; empty when the test failed.
    """

    outcomes: tuple[Outcome, ...]
    found: str = ""

    @property
    def failed(self) -> Outcome | None:
        """The step that failed."""
        return next((outcome for outcome in self.outcomes if outcome.ok is False), None)

    @property
    def ok(self) -> bool:
        """The deployment can be watched."""
        return self.failed is None


async def diagnose(
    deployment: Deployment, *, secret: Secret | None = None, progress: Callable[[Outcome], None] = lambda _outcome: None
) -> Diagnosis:
    """Test the connection to a deployment, step by step up to the first one that fails.

    Cancelled, it closes what it opened and leaves nothing behind that anybody has to wait for.

    Args:
        deployment: What to test; it need not be in the configuration.
        secret: A secret to use instead of the configured one, which is then not read.
        progress: Told of each step as soon as its outcome is known, and at the end of those that were not reached.
    """
    if secret is not None:
        deployment = replace(deployment, secret=InlineSecret(secret))
    return await _Test(deployment, progress).run()


class _Test:
    """One run of the test."""

    def __init__(self, deployment: Deployment, progress: Callable[[Outcome], None]) -> None:
        self._deployment = deployment
        self._progress = progress
        self._outcomes: dict[Stage, Outcome] = {}
        self._found = ""
        self._place: Place | None = None
        self._doors: list[tuple[str, int]] = []
        self._addresses: list[str] = []

    async def run(self) -> Diagnosis:
        for step in (self._read_address, self._read_secret, self._look_up, self._dial, self._ask):
            if not await step():
                break
        for stage in Stage:
            if stage not in self._outcomes:
                self._skip(stage)
        return Diagnosis(tuple(self._outcomes[stage] for stage in Stage), self._found)

    def _tell(self, outcome: Outcome) -> None:
        self._outcomes[outcome.stage] = outcome
        self._progress(outcome)

    def _pass(self, stage: Stage, words: str, *, since: float | None = None, seconds: float | None = None) -> bool:
        taken = seconds if since is None else time.monotonic() - since
        self._tell(Outcome(stage, ok=True, words=words, seconds=taken))
        return True

    def _skip(self, stage: Stage, words: str = "") -> bool:
        self._tell(Outcome(stage, ok=None, words=words))
        return True

    def _refuse(self, stage: Stage, error: BrokerError, kind: Kind | None = None) -> bool:
        explained = explain(error, kind)
        found = Advice() if self._place is None else advise(error, self._place)
        words = found.words or ": ".join(part for part in (explained.what, explained.why) if part)
        self._tell(Outcome(stage, ok=False, words=words, next=found.next or explained.next))
        return False

    async def _read_address(self) -> bool:
        try:
            address = repair(self._deployment.url)
        except BadAddress as error:
            return self._refuse(Stage.ADDRESS, error)
        asked = _("asked at {bases}").format(bases=", ".join(address.bases))
        try:
            # Made as a poll makes it, and closed before anything is asked: it knows what is refused.
            bare = replace(self._deployment, secret=None, api=Api.AUTO)
            await (await connect(bare, Remembered(address.bases[0], Kind.EMQX5))).aclose()
        except BadAddress as error:
            if not error.detail.startswith(_CERTIFICATES):
                return self._refuse(Stage.ADDRESS, error)
            self._pass(Stage.ADDRESS, asked)
            return self._refuse_certificates(error.detail.removeprefix(_CERTIFICATES))
        except PlainHttpRefused as error:
            return self._refuse(Stage.ADDRESS, error)
        self._place = Place(address.bases[0], address, self._deployment)
        proxy = self._deployment.proxy
        self._doors = list(dict.fromkeys(door(base) for base in ([proxy] if proxy else address.bases)))
        return self._pass(Stage.ADDRESS, asked)

    def _refuse_certificates(self, reason: str) -> bool:
        words = _("a certificate file cannot be used: {reason}").format(reason=reason)
        self._tell(Outcome(Stage.TLS, ok=False, words=words, next=_("Check ca_file, client_cert and client_key")))
        return False

    async def _read_secret(self) -> bool:
        source = self._deployment.secret
        if source is None:
            return self._skip(Stage.SECRET, _("none is set"))
        started = time.monotonic()
        try:
            secret = await read_secret(source)
        except SecretError as error:
            return self._refuse(Stage.SECRET, CredentialsMissing(str(error)))
        # Read once: a command or a keyring may ask its owner each time.
        self._deployment = replace(self._deployment, secret=InlineSecret(secret))
        return self._pass(Stage.SECRET, _("read"), since=started)

    async def _look_up(self) -> bool:
        host = self._doors[0][0]
        if is_address(host):
            self._addresses = [host]
            return self._skip(Stage.DNS, self._said(_("the host is an address")))
        started = time.monotonic()
        try:
            self._addresses = await resolve(host, PATIENCE)
        except socket.gaierror as error:
            return self._refuse(Stage.DNS, Unreachable(Step.DNS, f"{sanitize(host)}: {sanitize(error.strerror or '')}"))
        shown = [*self._addresses[:_SHOWN], *(["…"] if len(self._addresses) > _SHOWN else [])]
        words = self._said(_("{host} is {addresses}").format(host=sanitize(host), addresses=", ".join(shown)))
        return self._pass(Stage.DNS, words, since=started)

    async def _dial(self) -> bool:
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            dialled = {port: group.create_task(dial(self._addresses, port, PATIENCE)) for _host, port in self._doors}
        reasons = {port: task.result() for port, task in dialled.items()}
        open_ports = [str(port) for port, reason in reasons.items() if not reason]
        if not open_ports:
            told = ", ".join(f"{port}: {reason}" for port, reason in reasons.items())
            return self._refuse(Stage.TCP, Unreachable(Step.CONNECT, self._said(told)))
        words = self._said(_("connected to port {ports}").format(ports=", ".join(open_ports)))
        return self._pass(Stage.TCP, words, since=started)

    async def _ask(self) -> bool:
        (state,), clock = await look([self._deployment])
        if state.failed and state.error is not None:
            return self._failed(state.error, state.kind)
        self._tell_tls()
        self._tell_credentials_accepted()
        self._found = found_in_words(state, clock)
        return self._pass(Stage.API, self._noted(state), seconds=latency(state))

    def _noted(self, state: DeploymentState) -> str:
        """What was found, and what is not as it should be."""
        notes = [explain(part.error, state.kind).what for part in state.parts.values() if part.error is not None]
        if state.apart_since is not None:
            notes = [_("the list of nodes does not answer, probably because a node hangs")]
        return "; ".join(dict.fromkeys([self._found, *notes]))

    def _failed(self, error: BrokerError, kind: Kind | None) -> bool:
        stage = self._stage_of(error)
        if stage in {Stage.CREDENTIALS, Stage.API}:
            self._tell_tls()
        if stage is Stage.API and isinstance(error, Forbidden | RateLimited | ServerError):
            self._tell_credentials_accepted()
        if stage is Stage.TLS and isinstance(error, Unreachable) and error.step is Step.CONNECT:
            error = Unreachable(Step.TLS, error.detail, path=error.path)
        return self._refuse(stage, error, kind)

    def _stage_of(self, error: BrokerError) -> Stage:
        match error:
            case Unreachable(step=Step.CONNECT):
                # The port has just answered: what fails now is the handshake, or the way on from the proxy.
                return Stage.TCP if self._plain or self._deployment.proxy else Stage.TLS
            case Unreachable(step=step):
                return {Step.DNS: Stage.DNS, Step.TLS: Stage.TLS}.get(step, Stage.API)
            case Unauthorized():
                return Stage.CREDENTIALS
            case _:
                return Stage.API

    @property
    def _plain(self) -> bool:
        return self._place is None or self._place.address.plain

    def _tell_tls(self) -> None:
        if self._plain:
            self._skip(Stage.TLS, _("plain HTTP"))
        elif self._deployment.verify:
            self._pass(Stage.TLS, _("certificate verified"))
        else:
            self._pass(Stage.TLS, _("certificate not verified"))

    def _tell_credentials_accepted(self) -> None:
        if self._deployment.app_id:
            self._pass(Stage.CREDENTIALS, _("accepted"))
        else:
            self._skip(Stage.CREDENTIALS, _("none are set, and none are asked for"))

    def _said(self, words: str) -> str:
        """What concerns the proxy says so."""
        return _("proxy: {words}").format(words=words) if self._deployment.proxy else words
