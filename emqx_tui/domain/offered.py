"""All that a broker may be asked only while somebody looks at it; each family stands beside its models."""

from typing import Protocol

from emqx_tui.domain.access import OffersAccess
from emqx_tui.domain.changes import OffersChanges
from emqx_tui.domain.clients import OffersClients
from emqx_tui.domain.integration import OffersIntegration
from emqx_tui.domain.messages import OffersMessages
from emqx_tui.domain.monitoring import OffersMonitoring
from emqx_tui.domain.system import OffersSystem


class Offered(
    OffersAccess,
    OffersMonitoring,
    OffersIntegration,
    OffersChanges,
    OffersClients,
    OffersMessages,
    OffersSystem,
    Protocol,
):
    """Every question is answered with "not offered" here; an adapter answers those of its generation."""
