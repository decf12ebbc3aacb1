"""The demonstration fleet: six deployments of every kind, each behind its own port of the loopback interface."""

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from emqx_tui.demo.exchange import Clock, Service
from emqx_tui.demo.http import HOST, Server
from emqx_tui.demo.nanomq import NanoMq
from emqx_tui.demo.plans import biggest_cluster, lone_node, older_cluster
from emqx_tui.demo.platform import BASE as PLATFORM_BASE
from emqx_tui.demo.platform import KEY as PLATFORM_KEY
from emqx_tui.demo.platform import SECRET as PLATFORM_SECRET
from emqx_tui.demo.platform import PlatformApi
from emqx_tui.demo.scenario import nodes_of, outage_of
from emqx_tui.demo.serverless import EmqxServerless
from emqx_tui.demo.v4 import Emqx4
from emqx_tui.demo.v5 import Emqx5
from emqx_tui.demo.world import Cluster
from emqx_tui.i18n import N_


APP_ID = "demo"
APP_SECRET = "demo-secret"  # noqa: S105  opens nothing but the simulation
_WRONG_SECRET = "not-the-secret"  # noqa: S105  wrong on purpose
_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class DemoDeployment:
    """How to reach one simulated deployment, and in `about` what it shows (to be translated where it is shown)."""

    name: str
    url: str
    app_id: str
    app_secret: str
    about: str


class DemoPlatform(NamedTuple):
    """How to reach the platform API of the account that some of the deployments belong to."""

    url: str
    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class _Stall:
    """One deployment to be: without a service its port refuses connections."""

    name: str
    base: str
    about: str
    service: Service | None
    secret: str = APP_SECRET


class _ClosedPort:
    """A port that is taken but not listened on: whoever connects is refused, and nobody else can have it."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self.port = 0

    async def start(self, port: int) -> None:
        """Take this port, a free one for 0; raises OSError when it is taken."""
        try:
            self._socket.bind((HOST, port))
        except OSError:
            self._socket.close()
            raise
        self.port = self._socket.getsockname()[1]

    async def stop(self) -> None:
        """Give the port back."""
        self._socket.close()


class DemoFleet:
    """A running fleet: its deployments, the account's platform API, and `stop` to end it."""

    def __init__(
        self,
        deployments: tuple[DemoDeployment, ...],
        platform: DemoPlatform,
        servers: tuple[Server | _ClosedPort, ...],
    ) -> None:
        self.deployments = deployments
        self.platform = platform
        self._servers = servers

    async def stop(self) -> None:
        """End all servers and their connections; answers that are still due are not waited for."""
        await _stop(self._servers)


async def start_fleet(
    scenario: str = "healthy",
    *,
    nodes: int | None = None,
    port: int = 0,
    seed: int = 7,
    clock: Clock | None = None,
) -> DemoFleet:
    """Start the simulated fleet in the running event loop; the platform API takes the port after the others.

    Args:
        scenario: one of SCENARIOS; ValueError for another.
        nodes: how many nodes the biggest 5.x cluster has.
        port: the first port, the others follow in order; 0 takes free ones. OSError when one is taken.
        seed: the same seed and clock give the same numbers.
        clock: gives the seconds since 1970; the system's clock if left out.
    """
    now = clock or time.time
    stalls = _stalls(scenario, nodes_of(scenario, nodes), str(seed), now)
    if port and not 0 < port <= _HIGHEST_PORT - len(stalls):
        raise ValueError(f"port must leave room for {len(stalls) + 1} ports, {port} does not")
    servers: list[Server | _ClosedPort] = []
    deployments: list[DemoDeployment] = []
    try:
        for place, stall in enumerate(stalls):
            server = _ClosedPort() if stall.service is None else Server(stall.service, now)
            await server.start(port + place if port else 0)
            servers.append(server)
            url = f"http://{HOST}:{server.port}{stall.base}"
            deployments.append(DemoDeployment(stall.name, url, APP_ID, stall.secret, stall.about))
        account = Server(PlatformApi(now), now)
        await account.start(port + len(stalls) if port else 0)
        servers.append(account)
        url = f"http://{HOST}:{account.port}{PLATFORM_BASE}"
    except BaseException:
        await _stop(servers)
        raise
    return DemoFleet(tuple(deployments), DemoPlatform(url, PLATFORM_KEY, PLATFORM_SECRET), tuple(servers))


async def _stop(servers: Iterable[Server | _ClosedPort]) -> None:
    for server in servers:
        await server.stop()


def _stalls(scenario: str, nodes: int, seed: str, clock: Clock) -> list[_Stall]:
    start, outage = clock(), outage_of(scenario)
    biggest = Cluster(biggest_cluster(nodes), f"{seed}-prod-eu", start, outage)
    older = Cluster(older_cluster(), f"{seed}-plant-cn", start, outage)
    tenant = Cluster(
        lone_node("10.40.0.5", version="5.8.9", edition="Enterprise", sessions=640, received=55),
        f"{seed}-serverless",
        start,
    )
    gateway = Cluster(
        lone_node("10.50.0.2", version="0.25.4-5", edition="", sessions=140, received=48),
        f"{seed}-edge-gw",
        start,
    )
    lab = Cluster(
        lone_node("10.60.0.9", version="5.8.9", edition="Opensource", sessions=35, received=12),
        f"{seed}-lab",
        start,
    )
    credentials = (APP_ID, APP_SECRET, clock)
    return [
        _Stall("prod-eu", "/api/v5", N_("EMQX 5.8 Enterprise cluster with alarms"), Emqx5(biggest, *credentials)),
        _Stall("plant-cn", "/api/v4", N_("EMQX 4.4 cluster of two nodes"), Emqx4(older, *credentials)),
        _Stall(
            "serverless",
            "/api/v5",
            N_("EMQX Serverless: clients and subscriptions only"),
            EmqxServerless(tenant, *credentials),
        ),
        _Stall("edge-gw", "/api/v4", N_("NanoMQ gateway at the edge"), NanoMq(gateway, *credentials)),
        _Stall("staging", "/api/v5", N_("EMQX 5 that is down: it refuses connections"), None),
        _Stall("lab", "/api/v5", N_("EMQX 5.8 with a wrong secret"), Emqx5(lab, *credentials), _WRONG_SECRET),
    ]
