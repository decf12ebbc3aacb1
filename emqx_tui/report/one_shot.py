"""One look at deployments, printed, or look after look: data on standard output, talk on standard error."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TextIO

from emqx_tui.api.detect import ADAPTERS
from emqx_tui.api.result_codes import explain
from emqx_tui.config import Deployment
from emqx_tui.domain.broker import Attention, Part
from emqx_tui.domain.errors import BadAddress, BrokerError, CredentialsMissing, PlainHttpRefused, Unsupported
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.refusals import not_offered
from emqx_tui.fleet.state_file import StateFiles
from emqx_tui.fleet.store import DeploymentState, Store
from emqx_tui.fleet.views import snapshot
from emqx_tui.i18n import N_, _
from emqx_tui.report.output import Output
from emqx_tui.report.wish import Wish
from emqx_tui.resources import NODES, wording
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.spec import Resource
from emqx_tui.resources.table import filter_rows, sort_rows


DONE = 0
UNREAD = 1
REFUSED = 2

_REFUSALS = (BadAddress, PlainHttpRefused, CredentialsMissing)
"""What is wrong with the configuration or the command line, not with the broker: nothing was asked."""

_BY_NAME: Final = {"nodes": "node", DEPLOYMENTS.name: ""}
"""Orders other than that of the screen: nodes by their names, deployments as they are configured."""


_APART: Final = N_("the lists of nodes do not answer, probably because a node hangs: nodes were asked one by one")

_TAKES: Final = {
    **dict.fromkeys(("in", "out", "drop"), Part.METRICS),
    **dict.fromkeys(("received_per_second", "sent_per_second", "dropped_per_second"), Part.METRICS),
    "alarms": Part.ALARMS,
}
"""Columns of nodes that a look does not bring, and keys of their records."""


def code_of(error: BrokerError) -> int:
    """What the program exits with when a deployment fails like this."""
    return REFUSED if isinstance(error, _REFUSALS) else UNREAD


async def show(  # noqa: PLR0913  what a command line says
    resource: Resource[Any],
    deployments: Sequence[Deployment],
    wish: Wish,
    *,
    files: StateFiles,
    out: TextIO,
    err: TextIO,
) -> int:
    """Look at the deployments, all at the same time, and print the rows; with `wish.watch` until it is called off.

    Returns:
        0; 1 when a deployment could not be read, the others are printed all the same; 2 when one could not even
        be asked, because its address or its secret is wrong where it is written down.
    """
    fleet = resource is DEPLOYMENTS
    besides = _besides(resource, wish)
    store = Store()
    poller = Poller(store, files=files)
    if wish.watch is not None:
        deployments = [replace(one, refresh=wish.watch) for one in deployments]
    poller.add(deployments, Attention.HEARTBEAT if fleet else Attention.LOOK, besides)
    output = Output(resource, wish, out, err, several=len(deployments) > 1 and not fleet)
    async with poller.looking(twice=fleet or Part.METRICS in besides):
        while True:
            code = _print(resource, wish, store, poller, output)
            if wish.watch is None:
                return code
            await asyncio.sleep(wish.watch)


def _besides(resource: Resource[Any], wish: Wish) -> tuple[Part, ...]:
    """What has to be asked besides what a look asks anyway.

    Rates and alarms of nodes take more questions and two seconds, so they are asked for if somebody names them, or
    watches.
    """
    if resource is not NODES:
        return () if resource.part is None else (resource.part,)
    if wish.watch is not None:
        return (Part.METRICS, Part.ALARMS)
    terms = () if wish.filter is None else wish.filter.terms
    named = {*wish.columns, wish.sort.lstrip("-"), *(re.split("[!=<>]", term.name)[0] for term in terms)}
    return tuple(dict.fromkeys(part for name, part in _TAKES.items() if name in named))


def _print(resource: Resource[Any], wish: Wish, store: Store, poller: Poller, output: Output) -> int:
    code = DONE
    rows: list[Any] = []
    output.begin()
    for state in store.deployments.values():
        seen = snapshot(state, poller.clock)
        if state.failed and state.error is not None:
            output.tell(state.name, str(explain(state.error, state.kind)))
            code = max(code, code_of(state.error))
            if resource is not DEPLOYMENTS:
                continue
        found = filter_rows(resource, resource.rows(seen), wish.filter)
        missing = "" if found else _missing(resource, state, seen.deployment.version)
        if missing:
            output.tell(state.name, missing)
            code = max(code, UNREAD)
        else:
            for note in _notes(resource, state):
                output.tell(state.name, note)
        rows += sort_rows(resource, found, _BY_NAME.get(resource.name, resource.sort))
    output.rows(sort_rows(resource, rows, wish.sort) if wish.sort else rows)
    output.end()
    return code


def _missing(resource: Resource[Any], state: DeploymentState, version: str | None) -> str:
    """Why there are no rows, in words; empty when there are none because there is nothing."""
    if resource.part is None or state.failed:
        return ""
    error = state.parts[resource.part].error
    offered = state.kind is None or resource.part in ADAPTERS[state.kind].paced[Attention.OPEN]
    if isinstance(error, Unsupported) or not offered:
        return not_offered(state.kind, version)
    if error is None and state.apart_since is not None:
        return _(_APART)
    return "" if error is None else str(explain(error, state.kind))


def _notes(resource: Resource[Any], state: DeploymentState) -> list[str]:
    """What else a reader of the rows has to know."""
    notes = [_(wording.WARNINGS[warning]) for warning in state.warnings]
    if state.kind is Kind.SERVERLESS and resource.part is None and resource is not DEPLOYMENTS:
        notes.append(_(wording.SERVERLESS_LIMITS))
    if state.apart_since is not None:
        notes.append(_(_APART))
    notes += [
        f"/{part.value}: {explain(known.error, state.kind)}"
        for part, known in state.parts.items()
        if known.error is not None
    ]
    return notes
