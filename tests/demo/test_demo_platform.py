"""The simulated platform API of EMQX Cloud: an account's deployments, who may see them and how often."""

import asyncio
import json
from base64 import b64encode
from urllib.parse import urlsplit

import pytest

from emqx_tui.demo import start_fleet
from emqx_tui.demo.exchange import Answer, Request
from emqx_tui.demo.platform import KEY, KEY_WITHOUT_RIGHTS, SECRET, PlatformApi


NOW = 1_800_000_003.25
LISTED = {
    "deploymentID": str,
    "deploymentName": str,
    "deploymentType": str,
    "status": str,
    "version": str,
    "connections": int,
    "tps": int,
    "platform": str,
    "region": str,
    "projectName": str,
    "createAt": str,
}


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def account(clock: Hands) -> PlatformApi:
    return PlatformApi(clock)


def ask(account: PlatformApi, path: str, *, method: str = "GET", key: str = KEY, secret: str = SECRET) -> Answer:
    headers = {"authorization": f"Basic {b64encode(f'{key}:{secret}'.encode()).decode()}"}
    return account.answer(Request(method, f"/public_api/v1{path}", "", headers))


def test_list_is_a_bare_array_of_deployments_and_tells_no_address_and_no_key(account: PlatformApi) -> None:
    rows = json.loads(ask(account, "/deployments").body)
    assert [{name: type(value) for name, value in row.items()} for row in rows] == [LISTED] * 5
    assert {"prod-eu", "plant-cn", "serverless"} < {row["deploymentName"] for row in rows}
    assert {row["deploymentType"] for row in rows} == {"serverless", "dedicated", "dedicatedFlex"}
    assert {row["status"] for row in rows} == {"running", "stopped"}
    assert "127.0.0.1" not in json.dumps(rows)


def test_one_deployment_is_told_without_project_and_version(account: PlatformApi) -> None:
    first = json.loads(ask(account, "/deployments").body)[0]
    one = json.loads(ask(account, f"/deployments/{first['deploymentID']}").body)
    assert one == {name: value for name, value in first.items() if name not in {"projectName", "version"}}
    assert ask(account, "/deployments/nobody").status == 404
    assert ask(account, "/nope").status == 404


def test_projects_are_those_of_the_deployments(account: PlatformApi) -> None:
    projects = json.loads(ask(account, "/projects").body)
    assert all(set(project) == {"projectID", "projectName", "description"} for project in projects)
    named = {row["projectName"] for row in json.loads(ask(account, "/deployments").body)}
    assert {project["projectName"] for project in projects} == named


def test_who_may_not_is_refused(account: PlatformApi) -> None:
    assert ask(account, "/deployments", secret="wrong").status == 401
    assert ask(account, "/deployments", key="demo", secret="demo-secret").status == 401
    assert account.answer(Request("GET", "/public_api/v1/deployments", "", {})).status == 401
    assert ask(account, "/deployments", key=KEY_WITHOUT_RIGHTS).status == 403
    assert ask(account, "/deployments/pd4f81c0/stop", method="POST").status == 403
    assert json.loads(ask(account, "/deployments").body)[0]["status"] == "running"


def test_more_than_sixty_calls_an_hour_are_too_many(account: PlatformApi, clock: Hands) -> None:
    for call in range(60):
        clock.now = NOW + 10 * call
        assert ask(account, "/deployments").status == 200
    refused = ask(account, "/deployments")
    assert refused.status == 429
    assert dict(refused.headers)["retry-after"] == str(3600 - 590)
    assert ask(account, "/projects").status == 200

    clock.now = NOW + 3599.5
    assert dict(ask(account, "/deployments").headers)["retry-after"] == "1"
    clock.now = NOW + 3600
    assert ask(account, "/deployments").status == 200
    assert ask(account, "/deployments").status == 429


@pytest.mark.asyncio
async def test_fleet_says_where_the_account_is() -> None:
    fleet = await start_fleet()
    url = urlsplit(fleet.platform.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    credentials = b64encode(f"{fleet.platform.key}:{fleet.platform.secret}".encode()).decode()
    writer.write(
        f"GET {url.path}/deployments HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Basic {credentials}\r\n\r\n".encode()
    )
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await fleet.stop()
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(json.loads(body)) == 5
