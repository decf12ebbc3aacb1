"""Where the pages of a dashboard are, and that a browser has nothing of the terminal."""

import sys
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.domain.models import Kind
from emqx_tui.resources import RESOURCES
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.spec import Resource
from emqx_tui.tui.dashboard import has_browser, open_page, page_address
from fleet.fakes import A, Fleet
from samples import rows_of
from tui.screens.stage import FleetStage


OWN = "http://10.0.0.1:18083/api/v5"
CLOUD = "https://x.emqx.cloud:8443/api/v5"


@pytest.mark.parametrize(
    ("configured", "base", "kind", "address"),
    [
        (None, OWN, Kind.EMQX5, "http://10.0.0.1:18083/#/alarm"),
        (None, "https://h/emqx/api/v5/", Kind.EMQX5, "https://h/emqx/#/alarm"),
        (None, CLOUD, Kind.EMQX5, None),
        (None, "http://h:8081/api/v4", Kind.EMQX4, None),
        (None, "http://h:8081/api/v4", Kind.NANOMQ, None),
        (None, OWN, None, None),
        ("https://dash", OWN, Kind.EMQX5, "https://dash/#/alarm"),
        ("https://dash/#/dashboard/overview", OWN, Kind.EMQX5, "https://dash/#/alarm"),
        (
            "https://cloud.emqx.com/console/deployments/x",
            CLOUD,
            Kind.EMQX5,
            "https://cloud.emqx.com/console/deployments/x",
        ),
        ("http://h:18083", "http://h:8081/api/v4", Kind.EMQX4, "http://h:18083"),
        ("http://h/#/{page}?x=1", "http://h:8081/api/v4", Kind.EMQX4, "http://h/#/alarm?x=1"),
    ],
)
def test_a_page_is_where_the_dashboard_is(configured: str | None, base: str, kind: Kind | None, address: str) -> None:
    assert page_address(configured, base, kind, "alarm") == address


@pytest.mark.parametrize("resource", [*RESOURCES, DEPLOYMENTS], ids=lambda one: one.name)
def test_what_a_broker_says_cannot_leave_its_part_of_the_address(resource: Resource[Any]) -> None:
    if resource.page is None:
        return
    for row in rows_of(resource.name):
        page = resource.page(row)
        assert page.isascii()
        assert page.isprintable()
        assert not set(page) & set(" #?&\\{}<>\"'")
        assert not page.startswith("/")
        assert len(page) < 10_000


@pytest.mark.parametrize(
    ("environ", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "a b c d"}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", False),
        ({"SSH_CONNECTION": "a b c d", "BROWSER": "/x/open-at-home"}, "linux", True),
    ],
)
def test_a_browser_is_where_the_user_is(environ: dict[str, str], platform: str, there: bool) -> None:
    assert has_browser(environ, platform) is there


def browser(place: Path, *, fails: bool = False) -> Path:
    """A browser that writes where a terminal would show it, and tells a file what it was given."""
    program = place / "browser"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        f"print('SEEN'); print('SEEN', file=sys.stderr)\n"
        f"open({str(place / 'told')!r}, 'w').write(sys.argv[1] + ' ' + str(any(os.isatty(n) for n in range(3))))\n"
        f"sys.exit({int(fails)})\n"
    )
    program.chmod(0o700)
    return program


def test_the_browser_has_nothing_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROWSER", f"{browser(tmp_path)} %s")
    (tmp_path / "webbrowser.py").write_text("raise SystemExit('a file of the current directory was run')")
    monkeypatch.chdir(tmp_path)
    assert open_page("http://h/#/alarm")
    assert (tmp_path / "told").read_text() == "http://h/#/alarm False"
    assert capfd.readouterr() == ("", "")


async def test_without_a_browser_the_address_is_shown_and_copied(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "a b c d")
    fleet.add("prod")
    fleet.state().base = OWN
    async with FleetStage(fleet, size=(120, 40), opened="prod") as stage:
        fleet.state().base = OWN
        await stage.press("o")
        address = f"http://10.0.0.1:18083/#/dashboard/nodes/{A.replace('@', '%40')}"
        assert address in "".join(stage.text.replace("▌", " ").split())
        assert stage.app.clipboard == address


async def test_a_browser_that_fails_leaves_the_address_to_the_user(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BROWSER", f"{browser(tmp_path, fails=True)} %s")
    monkeypatch.setenv("PATH", "")
    fleet.add("prod")
    async with FleetStage(fleet, size=(120, 40)) as stage:
        fleet.state().base = OWN
        await stage.press("o")
        assert "opening" in stage.text
        await stage.until(lambda: stage.app.clipboard == "http://10.0.0.1:18083/#/dashboard/overview")


async def test_where_the_dashboard_is_not_known_the_key_to_set_is_told(fleet: Fleet) -> None:
    fleet.add("old", kind=Kind.EMQX4)
    async with FleetStage(fleet, size=(120, 40), opened="old") as stage:
        await stage.press("o")
        assert "set dashboard for old in the configuration" in " ".join(stage.text.replace("▌", " ").split())
