"""The network between the program and the simulated fleet, in the time of a test: nothing waits, nothing races."""

import errno
from types import SimpleNamespace

import httpx

from emqx_tui.api.http import READ_TIMEOUT
from emqx_tui.demo import DemoFleet
from emqx_tui.demo.exchange import Answer, Request, Service
from emqx_tui.demo.http import Server
from fleet.fakes import FakeClock


class Network(httpx.AsyncBaseTransport):
    """What httpx sends requests through; the whole client above it is the real one.

    Args:
        fleet: Whose services answer, each at its port.
        clock: In whose time answers that are due later come, and time-outs end.

    Attributes:
        down: Nobody can be reached any more.
    """

    def __init__(self, fleet: DemoFleet, clock: FakeClock) -> None:
        self._services: dict[int | None, Service] = {
            server.port: server._service for server in fleet._servers if isinstance(server, Server)
        }
        self._clock = clock
        self.down = False
        self._pool = SimpleNamespace()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The service's answer, when it is due."""
        service = None if self.down else self._services.get(request.url.port)
        if service is None:
            raise httpx.ConnectError("refused") from ConnectionRefusedError(errno.ECONNREFUSED, "")
        path, _mark, query = request.url.raw_path.decode().partition("?")
        answer = await self._in_time(service, Request(request.method, path, query, dict(request.headers)))
        if answer.status is None:
            raise httpx.RemoteProtocolError("closed")
        return httpx.Response(answer.status, headers=list(answer.headers), content=answer.body)

    async def _in_time(self, service: Service, request: Request) -> Answer:
        waited = 0.0
        while (answer := service.answer(request)).after:
            await self._clock.sleep(min(answer.after, READ_TIMEOUT - waited))
            waited += answer.after
            if waited >= READ_TIMEOUT:
                raise httpx.ReadTimeout("late")
            if not answer.again:
                break
        return answer
