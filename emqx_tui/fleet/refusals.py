"""Why there are no rows, in words that name what is asked for: the same on the screen and on the command line."""

from emqx_tui.api.result_codes import Explanation, explain
from emqx_tui.domain.errors import BrokerError, Forbidden, Unsupported
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import _
from emqx_tui.resources.spec import Asked
from emqx_tui.resources.wording import KINDS


def why_not(asked: Asked, error: BrokerError, kind: Kind | None, version: str | None) -> Explanation:
    """Why a list that was asked for did not come.

    Args:
        asked: What was asked for.
        error: What came instead.
        kind: What answers there, if that is known.
        version: Its version, if that is known.
    """
    if isinstance(error, Unsupported):
        since = _("It is offered by {which}.").format(which=_(asked.offered)) if asked.offered else ""
        return Explanation(not_offered(kind, version), since, _where_else(error, kind))
    if isinstance(error, Forbidden) and asked.scope:
        return Explanation(
            _("Needs scope {scope}.").format(scope=asked.scope),
            explain(error, kind).why,
            _("Give the API key the scope {scope} or the role that has it.").format(scope=asked.scope),
        )
    return explain(error, kind)


def _where_else(error: BrokerError, kind: Kind | None) -> str:
    """What else it may be: a tenant's part of the API, or something in between that lets only some paths through."""
    if kind is Kind.SERVERLESS:
        return _("The API of Serverless has no more than clients, their subscriptions and publishing.")
    # An adapter that asks nothing knows that this kind of broker has no such list.
    if error.status is None:
        return ""
    told = _("If this broker is one of them, a gateway or proxy before it does not let {path} through ({status}).")
    return told.format(path=error.path, status=error.status)


def not_offered(kind: Kind | None, version: str | None) -> str:
    """That this broker has no such list, as in: Not offered by EMQX 4.4.19."""
    product = " ".join(part for part in (KINDS.get(kind, "EMQX") if kind else "", version or "") if part)
    return _("Not offered by {product}.").format(product=product or _("this broker"))
