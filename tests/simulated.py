"""A simulated EMQX 5 without a socket: asked in a line, on a clock that a test sets."""

import json
from base64 import b64encode
from typing import Any, NamedTuple

from emqx_tui.demo.exchange import Request
from emqx_tui.demo.plans import ClusterPlan, biggest_cluster
from emqx_tui.demo.scenario import outage_of
from emqx_tui.demo.v5 import Emqx5
from emqx_tui.demo.world import Cluster


START = 1_800_000_003.25
_CREDENTIALS = "Basic " + b64encode(b"demo:demo-secret").decode()


class Told(NamedTuple):
    """An answer: its status, its JSON (None for an empty body), and after how many seconds it comes."""

    status: int | None
    body: Any
    after: float
    headers: dict[str, str]


class SimulatedV5:
    """One simulated cluster; `now` is seconds since 1970 and may be moved on."""

    def __init__(self, plan: ClusterPlan | None = None, *, scenario: str = "healthy") -> None:
        self.now = START
        self.cluster = Cluster(plan or biggest_cluster(3), "7", START, outage_of(scenario))
        self._service = Emqx5(self.cluster, "demo", "demo-secret", lambda: self.now)

    def ask(self, method: str, target: str, body: object = None, *, kind: str = "application/json") -> Told:
        """The answer to a request below /api/v5; `body` as JSON, bytes as they are."""
        path, _, query = target.partition("?")
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": _CREDENTIALS, "accept": "application/json"}
        headers |= {"content-type": kind} if sent else {}
        answer = self._service.answer(Request(method, f"/api/v5{path}", query, headers, sent))
        parsed = json.loads(answer.body) if answer.body else None
        return Told(answer.status, parsed, answer.after, dict(answer.headers))

    def get(self, target: str) -> Any:  # noqa: ANN401  JSON
        """The JSON of a GET that goes well."""
        told = self.ask("GET", target)
        assert told.status == 200, told
        return told.body

    def pages(self, target: str, limit: int) -> list[dict[str, Any]]:
        """All rows of a list with pages."""
        rows: list[dict[str, Any]] = []
        joint, page = "&" if "?" in target else "?", 1
        while True:
            body = self.get(f"{target}{joint}page={page}&limit={limit}")
            rows += body["data"]
            if not body["meta"]["hasnext"]:
                return rows
            page += 1
