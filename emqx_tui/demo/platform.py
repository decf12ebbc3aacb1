"""A simulated EMQX Cloud platform API: the deployments of an account (EMQX API reference, chapter 2)."""

import re
from collections import deque
from math import ceil
from typing import NamedTuple

from emqx_tui.demo.exchange import JSON, Answer, Clock, Request, basic_credentials, dump


BASE = "/public_api/v1"
KEY = "demo-platform"
SECRET = "demo-platform-secret"  # noqa: S105  opens nothing but the simulation
KEY_WITHOUT_RIGHTS = "demo-platform-tls"
"""A key that exists, with the same secret, and that may only manage certificates."""

CALLS = 60
WINDOW_SECONDS = 3600.0
"""Each reading endpoint may be called so many times within so many seconds."""

_ONE = re.compile(r"/deployments/([^/]+)")
_CHANGES = re.compile(r"/deployments(?:/[^/]+(?:/(?:start|stop))?)?")
_FEWER = frozenset({"projectName", "version"})
"""What the list says about a deployment and the deployment's own answer does not."""


class _Entry(NamedTuple):
    deploymentID: str  # noqa: N815  the names are EMQX Cloud's
    deploymentName: str  # noqa: N815
    deploymentType: str  # noqa: N815
    status: str
    version: str
    connections: int
    tps: int
    platform: str
    region: str
    projectName: str  # noqa: N815
    createAt: str  # noqa: N815


_ENTRIES = (
    _Entry(
        "pd4f81c0",
        "prod-eu",
        "dedicated",
        "running",
        "v5",
        100_000,
        20_000,
        "AWS",
        "Frankfurt (eu-central-1)",
        "production",
        "2024-03-18 09:12",
    ),
    _Entry(
        "c27e09aa",
        "plant-cn",
        "dedicated",
        "running",
        "v4",
        25_000,
        5000,
        "Alibaba Cloud",
        "Hangzhou (cn-hangzhou)",
        "production",
        "2022-11-02 16:40",
    ),
    _Entry(
        "sa7310d2",
        "serverless",
        "serverless",
        "running",
        "v5",
        1000,
        1000,
        "AWS",
        "N. Virginia (us-east-1)",
        "default",
        "2025-06-30 07:55",
    ),
    _Entry(
        "u81b5e44",
        "orders-us",
        "dedicatedFlex",
        "running",
        "v6",
        50_000,
        10_000,
        "Google Cloud",
        "Iowa (us-central1)",
        "production",
        "2026-01-14 13:03",
    ),
    _Entry(
        "t0c6629f",
        "trial-apac",
        "dedicated",
        "stopped",
        "v5",
        1000,
        500,
        "Azure",
        "Singapore (southeastasia)",
        "default",
        "2025-09-09 04:21",
    ),
)

_PROJECTS = (
    {"projectID": "p1f0a6c3", "projectName": "default", "description": "Default Project"},
    {"projectID": "p93be217", "projectName": "production", "description": "What customers depend on"},
)


class PlatformApi:
    """The account's API: one key may read everything, nothing may be changed."""

    idle_seconds: float | None = 60.0
    garbage = Answer(400, headers=(("connection", "close"),))

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}

    def answer(self, request: Request) -> Answer:
        """The answer to one request: credentials come first, then rights, then the limit of calls."""
        path = request.path.rstrip("/")
        if not path.startswith(f"{BASE}/"):
            return _error(404, "NOT_FOUND", "Not Found")
        key, secret = basic_credentials(request.headers.get("authorization", "")) or ("", "")
        if key not in {KEY, KEY_WITHOUT_RIGHTS} or secret != SECRET:
            return _error(401, "UNAUTHORIZED", "API Key authentication failed")
        path = path.removeprefix(BASE)
        changes = request.method != "GET" and _CHANGES.fullmatch(path) is not None
        if key == KEY_WITHOUT_RIGHTS or changes:
            return _error(403, "FORBIDDEN", "API Key does not have permission to access")
        return self._read(path) if request.method == "GET" else _error(404, "NOT_FOUND", "Not Found")

    def _read(self, path: str) -> Answer:
        one = _ONE.fullmatch(path)
        if one is None and path not in {"/deployments", "/projects"}:
            return _error(404, "NOT_FOUND", "Not Found")
        wait = self._counted("/deployments/:id" if one else path)
        if wait:
            return _error(429, "TOO_MANY_REQUESTS", "Request limit exceeded", ("retry-after", str(wait)))
        if one is None:
            return _json(200, _PROJECTS if path == "/projects" else [entry._asdict() for entry in _ENTRIES])
        found = next((entry for entry in _ENTRIES if entry.deploymentID == one[1]), None)
        if found is None:
            return _error(404, "NOT_FOUND", "Deployment not found")
        return _json(200, {name: value for name, value in found._asdict().items() if name not in _FEWER})

    def _counted(self, endpoint: str) -> int:
        """Count a call of this endpoint; if there were too many, the seconds until the next is allowed, else 0."""
        now = self._clock()
        calls = self._calls.setdefault(endpoint, deque())
        while calls and calls[0] <= now - WINDOW_SECONDS:
            calls.popleft()
        if len(calls) >= CALLS:
            return max(1, ceil(calls[0] + WINDOW_SECONDS - now))
        calls.append(now)
        return 0


def _json(status: int, value: object, *headers: tuple[str, str]) -> Answer:
    return Answer(status, dump(value), (JSON, *headers), dated=True)


def _error(status: int, code: str, message: str, *headers: tuple[str, str]) -> Answer:
    return _json(status, {"code": code, "message": message}, *headers)
