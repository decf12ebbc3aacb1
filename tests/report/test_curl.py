"""`--curl`: commands that a shell understands, that the brokers answer, and in which no secret stands."""

import asyncio
import io
import os
import re
import shlex
from base64 import b64encode
from collections.abc import AsyncIterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from emqx_tui.config import Api, Deployment, InlineSecret, Secret
from emqx_tui.demo.fleet import APP_ID, APP_SECRET, DemoFleet, start_fleet
from emqx_tui.domain.broker import Remembered
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.state_file import Kept, StateFiles
from emqx_tui.report.curl import curl
from emqx_tui.report.wish import Wish
from emqx_tui.resources import NAMES, named
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.spec import Resource
from report.looks import of


EVERY = [named(name) for name in NAMES] + [DEPLOYMENTS]
KINDS = {
    "prod-eu": Kind.EMQX5,
    "plant-cn": Kind.EMQX4,
    "serverless": Kind.SERVERLESS,
    "edge-gw": Kind.NANOMQ,
}
ENTERPRISE = {"rebalance"}
"""What the simulated EMQX 4, which has no such edition, does not offer."""


@pytest.fixture
async def fleet() -> AsyncIterator[DemoFleet]:
    started = await start_fleet(nodes=1)
    yield started
    await started.stop()


async def commands(
    resource: Resource[Any], *deployments: Deployment, state: Path | None = None, find: str = ""
) -> tuple[int, str]:
    out = io.StringIO()
    code = await curl(resource, deployments, Wish(find=find), files=StateFiles(state), out=out)
    return code, out.getvalue()


def urls(text: str) -> list[str]:
    """The addresses of the usual way, without those that are for brokers that do not offer it."""
    found = []
    for line in text.splitlines():
        if line.startswith("#") and "(404)" in line:
            break
        if line.startswith("curl "):
            found.append(shlex.split(line)[-1])
    return found


def status(url: str) -> int:
    token = b64encode(f"{APP_ID}:{APP_SECRET}".encode()).decode()
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc, timeout=10)
    try:
        connection.request("GET", f"{place.path}?{place.query}", headers={"Authorization": f"Basic {token}"})
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("resource", EVERY, ids=lambda resource: resource.name)
async def test_the_broker_answers_what_the_commands_ask(
    resource: Resource[Any], fleet: DemoFleet, tmp_path: Path
) -> None:
    for one in fleet.deployments:
        if one.name not in KINDS:
            continue
        files = StateFiles(tmp_path)
        files.save(one.name, one.url, Kept(remembered=Remembered(one.url, KINDS[one.name])))
        code, text = await commands(resource, of(one), state=tmp_path)
        assert code == 0
        assert one.app_secret not in text
        asked = urls(text)
        assert asked or "Not offered by " in text, (one.name, text)
        if "Not offered" not in text and KINDS[one.name] in {Kind.EMQX4, Kind.EMQX5}:
            answers = {await asyncio.to_thread(status, url) for url in asked}
            missing = KINDS[one.name] is Kind.EMQX4 and resource.name in ENTERPRISE
            assert answers in ([{404}] if missing else [{200}, {200, 404}]), (one.name, text)


@pytest.mark.parametrize("resource", EVERY, ids=lambda resource: resource.name)
async def test_without_a_configuration_both_generations_are_shown(resource: Resource[Any]) -> None:
    code, text = await commands(resource)
    assert code == 0
    assert re.findall(r"^# EMQX (?:4|5, 6)$", text, re.MULTILINE) == ["# EMQX 5, 6", "# EMQX 4"]
    assert all(line.startswith(("curl ", "# ")) for line in text.splitlines() if line)
    assert "http://127.0.0.1:18083/api/v5/" in text


async def test_of_serverless_only_what_its_api_has_is_asked(fleet: DemoFleet, tmp_path: Path) -> None:
    one = fleet.deployments[2]
    files = StateFiles(tmp_path)
    files.save(one.name, one.url, Kept(remembered=Remembered(one.url, Kind.SERVERLESS)))
    for name, asked in (("clients", True), ("subscriptions", True), ("retained", False), ("rules", False)):
        _code, text = await commands(named(name), of(one), state=tmp_path)
        answers = {await asyncio.to_thread(status, url) for url in urls(text)}
        assert answers in (({200}, {200, 404}) if asked else (set(),)), text
        assert ("# Not offered by EMQX Serverless.\n" in text) is not asked


async def test_a_shell_reads_the_options_as_they_are_configured(tmp_path: Path) -> None:
    deployment = Deployment(
        name="prod\x1b[31m",
        url="https://[2001:db8::1]:18083/api/v5",
        app_id="a$b`c\"'d",
        secret=InlineSecret(Secret("canary")),
        ca_file=tmp_path / "my ca.pem",
        proxy="http://user:canary@proxy:3128",
        verify=False,
        api=Api.V5,
    )
    code, text = await commands(named("clients"), deployment, find="like_clientid=a&b=c'd$e")
    assert code == 0
    assert "canary" not in text
    assert "\x1b" not in text
    command = next(line for line in text.splitlines() if line.startswith("curl "))
    script = command.replace("curl ", 'printf "%s\\n" ', 1)
    shell = await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        script,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "EMQX_TUI_APP_SECRET": "secret", "PROXY": "proxy"},
    )
    words = (await shell.communicate())[0].decode().splitlines()
    assert words[words.index("-u") + 1] == "a$b`c\"'d:secret"
    assert words[words.index("--cacert") + 1] == str(tmp_path / "my ca.pem")
    assert words[words.index("--proxy") + 1] == "proxy"
    assert "--insecure" in words
    assert "--globoff" in words
    assert words[-1].startswith("https://[2001:db8::1]:18083/api/v5/clients_v2?like_clientid=a%26b%3Dc%27d%24e&")


async def test_the_command_of_a_node_is_named_as_its_generation_calls_it() -> None:
    _code, text = await commands(named("topics"))
    assert "# the same on a node: emqx ctl topics list\n" in text
    assert "# the same on a node: emqx_ctl routes list\n" in text
    _code, text = await commands(named("nodes"))
    assert "# the same on a node: emqx ctl cluster status\n" in text
    assert "# the same on a node: emqx_ctl cluster status\n" in text


async def test_what_older_versions_are_asked_instead_is_told() -> None:
    _code, text = await commands(named("actions"))
    paths = re.findall(r"api/v5(/\w+)", text)
    assert paths == ["/actions_summary", "/actions", "/bridges"]
    assert text.count("# where that is not offered (404):") == 2


async def test_an_address_that_cannot_be_one_is_told_and_the_others_are_shown() -> None:
    wrong = Deployment(name="wrong", url="ftp://10.0.0.1", app_id="a")
    right = Deployment(name="right", url="http://127.0.0.1:18083", app_id="a", api=Api.V5)
    code, text = await commands(named("banned"), wrong, right)
    assert code == 2
    assert text.startswith("# wrong: ")
    assert "curl -sS -u a:\"$EMQX_TUI_APP_SECRET\" 'http://127.0.0.1:18083/api/v5/banned?page=1&limit=1000'\n" in text
