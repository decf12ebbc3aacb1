"""One look at deployments, printed: data on standard output, talk on standard error."""

from collections.abc import Sequence
from typing import Any, TextIO

from emqx_tui.api.result_codes import explain
from emqx_tui.config import Deployment
from emqx_tui.domain.broker import Attention
from emqx_tui.domain.errors import BadAddress, CredentialsMissing, PlainHttpRefused
from emqx_tui.domain.models import Kind
from emqx_tui.domain.rows import Snapshot
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.state_file import StateFiles
from emqx_tui.fleet.store import DeploymentState, Store
from emqx_tui.fleet.views import snapshot
from emqx_tui.i18n import _
from emqx_tui.resources import wording
from emqx_tui.resources.formats import FORMATS
from emqx_tui.resources.spec import Resource
from emqx_tui.resources.table import sort_rows


DONE = 0
UNREAD = 1
REFUSED = 2

_REFUSALS = (BadAddress, PlainHttpRefused, CredentialsMissing)
"""What is wrong with the configuration or the command line, not with the broker: nothing was asked."""


async def show(  # noqa: PLR0913  what a command line says
    resource: Resource[Any],
    deployments: Sequence[Deployment],
    *,
    output: str,
    files: StateFiles,
    out: TextIO,
    err: TextIO,
) -> int:
    """Look at the deployments once, all at the same time, and print the rows.

    Returns:
        0; 1 when a deployment could not be read, the others are printed all the same; 2 when one could not even
        be asked, because its address or its secret is wrong where it is written down.
    """
    store = Store()
    poller = Poller(store, files=files)
    poller.add(deployments, Attention.LOOK)
    await poller.look()
    code = DONE
    rows: list[Any] = []
    for state in store.deployments.values():
        if state.failed and state.error is not None:
            err.write(f"{state.name}: {explain(state.error, state.kind)}\n")
            code = max(code, REFUSED if isinstance(state.error, _REFUSALS) else UNREAD)
            continue
        err.writelines(f"{state.name}: {note}\n" for note in _notes(state))
        rows += _rows(resource, snapshot(state, poller.clock))
    FORMATS[output](resource, rows, out, several=len(deployments) > 1)
    return code


def _rows(resource: Resource[Any], seen: Snapshot) -> list[Any]:
    return sort_rows(resource, resource.rows(seen), resource.columns[1].id)


def _notes(state: DeploymentState) -> list[str]:
    """What else a reader of the rows has to know."""
    notes = [_(wording.WARNINGS[warning]) for warning in state.warnings]
    if state.kind is Kind.SERVERLESS:
        notes.append(_(wording.SERVERLESS_LIMITS))
    if state.apart_since is not None:
        notes.append(_("the lists of nodes do not answer, probably because a node hangs: nodes were asked one by one"))
    notes += [
        f"/{part.value}: {explain(known.error, state.kind)}"
        for part, known in state.parts.items()
        if known.error is not None
    ]
    return notes
