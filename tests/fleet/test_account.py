"""The deployments of an EMQX Cloud account, asked of the demo's platform API."""

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from emqx_tui.config import EnvironmentSecret, InlineSecret, Platform, Secret
from emqx_tui.demo.exchange import Answer
from emqx_tui.demo.platform import BASE, KEY, KEY_WITHOUT_RIGHTS, SECRET
from emqx_tui.domain.account import AccountDeployment, unconfigured
from emqx_tui.fleet.account import LEAST, NAME, Account
from fleet.clouds import Cloud, running_cloud
from fleet.fakes import FakeClock


NAMES = ["prod-eu", "plant-cn", "serverless", "orders-us", "trial-apac"]


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[Cloud]:
    async with running_cloud(tmp_path / "state", FakeClock()) as found:
        yield found


async def test_the_deployments_of_the_account_are_listed_with_what_the_platform_tells(cloud: Cloud) -> None:
    account = cloud.account()
    await account.ask()
    assert [one.name for one in account.deployments] == NAMES
    assert account.failure is None
    assert account.read_at == cloud.clock.wall()
    assert account.deployments[3] == AccountDeployment(
        "u81b5e44", "orders-us", "dedicatedFlex", "running", "v6", 50_000, 10_000, "Google Cloud",
        "Iowa (us-central1)", "production", "2026-01-14 13:03",
    )  # fmt: skip
    (request,) = cloud.service.asked
    assert (request.method, request.path) == ("GET", f"{BASE}/deployments")


async def test_two_starts_within_a_minute_ask_once_and_a_later_one_asks_again(cloud: Cloud) -> None:
    await cloud.account().ask()
    again = cloud.account()
    await cloud.clock.advance(LEAST - 1)
    await again.ask()
    assert len(cloud.service.asked) == 1
    assert [one.name for one in again.deployments] == NAMES
    await cloud.clock.advance(2)
    await cloud.account().ask()
    assert len(cloud.service.asked) == 2


async def test_a_failed_call_counts_as_well_and_the_last_list_stays(cloud: Cloud) -> None:
    await cloud.account().ask()
    await cloud.clock.advance(LEAST + 1)
    cloud.service.instead = Answer(500, b"oops")
    failing = cloud.account()
    await failing.ask()
    assert failing.failure is not None
    assert [one.name for one in failing.deployments] == NAMES
    later = cloud.account()
    await later.ask()
    assert len(cloud.service.asked) == 2
    assert later.failure == failing.failure


async def test_the_list_is_kept_privately_and_without_secrets(cloud: Cloud) -> None:
    await cloud.account().ask()
    file = cloud.state / NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text("utf-8")
    assert SECRET not in text
    assert KEY not in text
    assert len(json.loads(text)["deployments"]) == len(NAMES)


async def test_the_list_of_another_account_is_not_taken_for_this_one(cloud: Cloud) -> None:
    await cloud.account().ask()
    other = cloud.account(key=KEY_WITHOUT_RIGHTS)
    await other.ask()
    assert other.deployments == ()
    assert len(cloud.service.asked) == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b"\xff", b'{"format": 9, "whose": ""}'])
async def test_a_file_that_is_broken_is_left_aside(cloud: Cloud, content: bytes) -> None:
    cloud.state.mkdir()
    (cloud.state / NAME).write_bytes(content)
    account = cloud.account()
    await account.ask()
    assert [one.name for one in account.deployments] == NAMES


@pytest.mark.parametrize(
    ("key", "secret", "what"),
    [
        (KEY, "wrong", "the platform API refused the key"),
        ("demo", SECRET, "the platform API refused the key"),
        (KEY_WITHOUT_RIGHTS, SECRET, "the platform key may not list deployments"),
    ],
)
async def test_a_key_that_does_not_do_is_told_in_words(cloud: Cloud, key: str, secret: str, what: str) -> None:
    account = cloud.account(key, secret)
    await account.ask()
    assert account.failure is not None
    assert account.failure.what == what
    assert secret not in str(account.failure)


async def test_an_address_that_is_none_is_told_in_words(cloud: Cloud) -> None:
    account = cloud.account(url=cloud.url.removesuffix(BASE) + "/api/v5")
    await account.ask()
    assert account.failure is not None
    assert account.failure.what == "there is no platform API at this address"


async def test_a_secret_that_cannot_be_read_is_told_and_nothing_is_sent(cloud: Cloud) -> None:
    platform = Platform(url=cloud.url, app_id=KEY, secret=EnvironmentSecret("NO_SUCH_VARIABLE"))
    account = Account(platform, None, clock=cloud.clock)
    await account.ask()
    assert account.failure is not None
    assert "NO_SUCH_VARIABLE" in account.failure.why
    assert cloud.service.asked == []


async def test_the_secret_goes_to_another_machine_only_over_tls() -> None:
    platform = Platform(url="http://cloud.example/public_api/v1", app_id=KEY, secret=InlineSecret(Secret(SECRET)))
    account = Account(platform, None, clock=FakeClock())
    await account.ask()
    assert account.failure is not None
    assert account.failure.what == "the address of the platform API is plain HTTP"


async def test_a_redirect_is_not_followed(cloud: Cloud) -> None:
    cloud.service.instead = Answer(302, headers=(("location", "http://127.0.0.1:9/elsewhere"),))
    account = cloud.account()
    await account.ask()
    assert account.failure is not None
    assert len(cloud.service.asked) == 1


async def test_who_was_asked_too_often_is_left_alone_for_as_long_as_it_wants(cloud: Cloud) -> None:
    cloud.service.instead = Answer(429, b'{"code": "X", "message": "slow"}', headers=(("retry-after", "600"),))
    account = cloud.account()
    await account.ask()
    assert account.failure is not None
    assert account.failure.what == "the platform API was asked too often"
    cloud.service.instead = None
    await cloud.clock.advance(500)
    await cloud.account().ask()
    assert len(cloud.service.asked) == 1
    await cloud.clock.advance(101)
    await account.ask()
    assert len(cloud.service.asked) == 2
    assert account.failure is None


async def test_a_clock_that_was_set_back_does_not_silence_it(cloud: Cloud) -> None:
    await cloud.account().ask()
    content = json.loads((cloud.state / NAME).read_bytes())
    content |= {"asked_at": cloud.clock.wall() + 1e6, "next_at": cloud.clock.wall() + 1e6}
    (cloud.state / NAME).write_text(json.dumps(content))
    await cloud.account().ask()
    assert len(cloud.service.asked) == 2


async def test_what_is_no_list_is_no_list(cloud: Cloud) -> None:
    cloud.service.instead = Answer(200, b'{"deployments": []}')
    account = cloud.account()
    await account.ask()
    assert account.failure is not None
    assert account.deployments == ()


async def test_elements_without_a_name_are_left_out_and_text_is_made_safe(cloud: Cloud) -> None:
    rows = [
        {"deploymentID": "a"},
        7,
        {"deploymentID": "b", "deploymentName": "x\x1b[2J", "status": ["odd"], "tps": "n"},
    ]
    cloud.service.instead = Answer(200, json.dumps(rows).encode())
    account = cloud.account()
    await account.ask()
    assert account.deployments == (AccountDeployment("b", "x␛[2J"),)


def test_what_is_configured_is_matched_by_its_id_else_by_its_name() -> None:
    listed = [AccountDeployment("1", "Prod"), AccountDeployment("2", "lab"), AccountDeployment("3", "edge")]
    assert unconfigured(listed, []) == listed
    assert unconfigured(listed, [("prod", None), ("mine", "2")]) == [listed[2]]
    # One that stands for another deployment of the account does not stand for that of its own name.
    assert unconfigured(listed, [("edge", "1")]) == [listed[1], listed[2]]
