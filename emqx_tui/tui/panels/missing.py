"""What stands in place of rows that the poller knows anyway, where there are none."""

from emqx_tui.api.result_codes import explain
from emqx_tui.domain.errors import BrokerError
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.store import DeploymentState
from emqx_tui.i18n import _
from emqx_tui.resources import ALARMS
from emqx_tui.resources.spec import Cell, Resource, Tone
from emqx_tui.resources.wording import SERVERLESS_LIMITS
from emqx_tui.tui.panels.strip import explanation_lines
from emqx_tui.tui.widgets.cells import wrapped


def missing(resource: Resource[object], state: DeploymentState, width: int) -> list[Cell]:
    """Why there are no rows: not offered, not answered, not allowed; or that there is nothing."""
    if resource.asked is None and state.kind is Kind.SERVERLESS and not state.failed:
        return [Cell(line) for line in wrapped(_(SERVERLESS_LIMITS), max(20, width - 2))]
    # What has happened stands above already when it is the deployment as a whole.
    error, told = (state.error, False) if state.failed else (_error(resource, state), True)
    if error is not None:
        lines = explanation_lines(explain(error, state.kind), width - 4, headline=told)
        return [Cell("".join(span.text for span in line), line[0].tone) for line in lines]
    if state.answered_at is None:
        return [Cell(_("Waiting for the first answer of {url} …").format(url=state.base or state.url), Tone.MUTED)]
    if resource is ALARMS and state.kind is Kind.NANOMQ:
        return [Cell(_("NanoMQ offers no alarms."), Tone.MUTED)]
    return [Cell(line, Tone.MUTED) for line in wrapped(_(resource.empty), max(20, width - 2))]


def _error(resource: Resource[object], state: DeploymentState) -> BrokerError | None:
    """Why the question that brings these rows failed."""
    return None if resource.part is None else state.parts[resource.part].error
