"""A simulated EMQX Serverless: the part of EMQX 5 that a tenant may see (EMQX API reference, chapter 1)."""

from emqx_tui.demo.exchange import Answer, Clock, Request
from emqx_tui.demo.v5 import Emqx5
from emqx_tui.demo.v5_errors import error, refused
from emqx_tui.demo.world import Cluster


_CLIENTS = "/api/v5/clients"
_OFFERED = (_CLIENTS, "/api/v5/subscriptions", "/api/v5/publish", "/api/v5/publish/bulk")


class EmqxServerless:
    """One simulated Serverless deployment: clients, subscriptions and publishing; every other path is not found."""

    idle_seconds: float | None = 60.0
    garbage = Emqx5.garbage

    def __init__(self, cluster: Cluster, app_id: str, app_secret: str, clock: Clock) -> None:
        self._credentials = (app_id, app_secret)
        self._whole = Emqx5(cluster, app_id, app_secret, clock)

    def answer(self, request: Request) -> Answer:
        """The answer to one request."""
        path = request.path.rstrip("/")
        if path in _OFFERED or path.startswith(f"{_CLIENTS}/"):
            return self._whole.answer(request)
        return refused(request, *self._credentials) or error(404, "NOT_FOUND", "Request Path Not Found")
