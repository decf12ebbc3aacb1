"""The form of a deployment: the first screen of all, filled in, tested and saved."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from textual.widgets import Button, Select
from textual.worker import WorkerFailed

from emqx_tui.config import Secret, load
from emqx_tui.config.draft import Draft
from emqx_tui.config.edit import add
from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP
from emqx_tui.logs import Log
from emqx_tui.tui import run as running
from emqx_tui.tui.app import EmqxTui
from emqx_tui.tui.aside import aside
from emqx_tui.tui.filled import Filled, Keep, draft_of, filled_from
from emqx_tui.tui.screens import edit_deployment
from emqx_tui.tui.screens.edit_deployment import EditDeploymentScreen
from emqx_tui.tui.screens.fleet import FleetScreen
from emqx_tui.tui.screens.help import HelpScreen
from fleet.fakes import Fleet
from tape import PASSWORD, USER, Tape
from tui.screens.form import (
    CANARY,
    FormStage,
    back,
    fill,
    mode_of,
    opened,
    text_of,
    there,
    try_it,
    value,
    write,
)
from tui.screens.stage import FleetStage
from tui.screens.test_sizes import assert_it_fits


SET = "emqx-5.8.9-cluster"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "emqx-tui" / "config.toml"


# The first run


async def test_the_first_run_goes_from_the_form_to_a_deployment_that_is_watched(path: Path) -> None:
    async with Tape(SET) as tape, FormStage(path) as stage:
        await opened(stage)
        assert "Add deployment" in stage.lines[0]
        assert "open the demo" in stage.text
        for text in ("prod-eu", tape.url, USER, PASSWORD):
            await stage.type(text)
        assert tape.url + "/api/v5" in stage.text
        assert isinstance(stage.app.focused, Select)
        await try_it(stage, "EMQX 5.8.9, 2 nodes")
        await stage.until(lambda: bool(stage.line_with("✓ credentials", "accepted")))
        assert not there(path)
        stage.app.screen.query_one("#save", Button).press()
        await back(stage)
        await stage.until(lambda: bool(stage.line_with("prod-eu", "2/2")))
        (saved,) = load(path).settings.deployments
        assert (saved.name, saved.url, saved.app_id) == ("prod-eu", tape.url, USER)
        assert mode_of(path) == 0o600


async def test_the_demo_is_opened_in_the_same_process(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with FormStage(path) as stage:
        await opened(stage)
        stage.app.screen.query_one("#demo", Button).press()
        await stage.until(lambda: stage.ended)
        assert stage.app.demo_wanted

    def leave(app: EmqxTui) -> None:
        assert app._first_run
        app.demo_wanted = True

    monkeypatch.setattr(EmqxTui, "run", leave)
    monkeypatch.setattr(running, "run_demo", lambda scenario, **_: 7)
    options: dict[str, Any] = {
        "opened": None,
        "problems": (),
        "first_run": True,
        "refresh": 5.0,
        "theme": "dark",
        "ascii_only": False,
        "keymap": DEFAULT_KEYMAP,
    }
    assert running.run([], config_path=path, state=path.parent, log=Log(path), **options) == 7


async def test_the_form_stays_closed_without_a_configuration_file(fleet: Fleet) -> None:
    async with FleetStage(fleet, size=(160, 30)) as stage:
        assert isinstance(stage.app.screen, FleetScreen)
        assert "a add" not in stage.lines[-1]
        await stage.press("a")
        await stage.until(lambda: "no configuration file" in stage.text)
        assert isinstance(stage.app.screen, FleetScreen)


# The test of the connection


async def test_a_wrong_secret_fails_at_the_credentials_and_is_saved_all_the_same(path: Path) -> None:
    async with Tape(SET) as tape, FormStage(path) as stage:
        await opened(stage)
        await fill(stage, name="prod", url=tape.url, app_id=USER, secret=CANARY)
        await try_it(stage, "The test failed at: credentials")
        await stage.until(lambda: bool(stage.line_with("✖ credentials")))
        assert CANARY not in stage.sent
        await stage.press("ctrl+s")
        await back(stage)
        assert [one.name for one in load(path).settings.deployments] == ["prod"]


async def test_a_closed_port_fails_at_tcp(path: Path) -> None:
    async with Tape() as tape, FormStage(path) as stage:
        await tape.pause()
        await opened(stage)
        await fill(stage, url=tape.url, app_id=USER, secret=PASSWORD)
        await try_it(stage, "The test failed at: TCP")
        await stage.until(lambda: bool(stage.line_with("✖ TCP")))
        assert "→" in stage.text


async def test_a_web_site_fails_at_the_api(path: Path) -> None:
    async with Tape() as tape, FormStage(path, size=(120, 36)) as stage:
        tape.answer("/", text="<html>hello</html>", headers={"content-type": "text/html"})
        await opened(stage)
        await fill(stage, url=tape.url, app_id=USER, secret=PASSWORD)
        await try_it(stage, "The test failed at: API")
        await stage.until(lambda: bool(stage.line_with("✖ API")))


async def test_what_is_no_address_is_told_beside_the_field_and_by_the_test(path: Path) -> None:
    async with FormStage(path) as stage:
        await opened(stage)
        assert "https://….emqx.cloud:8443/api/v5" in stage.text
        await fill(stage, url="mqtt://broker:1883", app_id=USER, secret=PASSWORD)
        assert stage.line_with("✖", "mqtt is not http or https")
        await stage.press("ctrl+t")
        assert stage.line_with("✖ must begin with https:// or http://")


@pytest.mark.parametrize("how", ["escape", "typing"])
async def test_a_test_that_hangs_is_stopped_by_esc_and_by_typing(path: Path, how: str) -> None:
    async with Tape(SET) as tape, FormStage(path) as stage:
        tape.hang("/")
        await opened(stage)
        await fill(stage, url=tape.url, app_id=USER, secret=PASSWORD)
        await stage.press("ctrl+t")
        await tape.until(lambda: tape.hanging > 0)
        assert "Testing" in stage.text
        await stage.press("escape" if how == "escape" else "x")
        await tape.until(lambda: tape.hanging == 0)
        assert "Testing" not in stage.text
        assert "✓" not in stage.text
        assert isinstance(stage.app.screen, EditDeploymentScreen)


async def test_the_secret_for_a_test_is_not_saved_when_it_is_kept_elsewhere(path: Path) -> None:
    async with Tape(SET) as tape, FormStage(path) as stage:
        await opened(stage)
        await fill(stage, name="p", url=tape.url, app_id=USER, secret=PASSWORD, keep=Keep.ENVIRONMENT)
        assert "Variable" in stage.text
        await try_it(stage, "EMQX 5.8.9, 2 nodes")
        await fill(stage, reference="EMQX_SECRET")
        await stage.press("ctrl+s")
        await back(stage)
        assert 'app_secret_env = "EMQX_SECRET"' in text_of(path)
        assert PASSWORD not in text_of(path)


# Fields


async def test_plain_http_is_asked_about_only_where_it_matters(path: Path) -> None:
    async with FormStage(path) as stage:
        await opened(stage)
        for url in ("http://127.0.0.1:18083", "https://emqx.example", ""):
            await fill(stage, url=url)
            assert "Allow plain HTTP" not in stage.text
        await fill(stage, url="http://192.0.2.1:18083")
        assert stage.line_with("[ ] Allow plain HTTP")
        assert "unencrypted" in stage.text
        await fill(stage, verify=False, name="a", app_id="k", secret="s", allow_http=True)
        assert stage.line_with("[ ] Verify the certificate")
        assert "The server is not checked" in stage.text


async def test_what_is_wrong_is_told_beside_its_field(path: Path) -> None:
    async with FormStage(path, size=(120, 40)) as stage:
        await opened(stage)
        await stage.press("ctrl+s")
        assert stage.text.count("✖ is missing") == 2
        assert stage.app.focused is not None
        assert stage.app.focused.id == "name"
        await fill(stage, name="a", url="https://x", app_id="k", ca_file="/no/such", colour="!", keep=Keep.COMMAND)
        await stage.press("ctrl+s")
        assert stage.line_with("✖ there is no file /no/such")
        assert stage.line_with("✖ is no colour")
        assert stage.lines[stage.row_of("Command") + 1].strip() == "✖ is missing"
        await fill(stage, keep=Keep.INLINE)
        await stage.press("ctrl+s")
        assert stage.line_with("✖ is missing. Type it")
        assert not there(path)


async def test_a_name_that_the_file_has_already_is_refused(path: Path) -> None:
    async with FormStage(path) as stage:
        await opened(stage)
        add(path, Draft(name="prod", url="https://x"))
        await fill(stage, name="prod", url="https://y")
        await stage.press("ctrl+s")
        await stage.until(lambda: "prod is there already" in stage.text)
        assert isinstance(stage.app.screen, EditDeploymentScreen)


async def test_a_secret_for_the_keyring_goes_there_and_nowhere_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, str, str]] = []

    async def store(service: str, user: str, secret: Any) -> None:  # noqa: ANN401
        kept.append((service, user, secret.reveal()))

    found = edit_deployment.importlib.util.find_spec  # type: ignore[attr-defined]
    keyring = ModuleType("keyring")
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *rest: keyring if name == "keyring" else found(name))
    monkeypatch.setattr(edit_deployment, "store_in_keyring", store)
    async with FormStage(path) as stage:
        await opened(stage)
        await fill(stage, name="prod", url="https://127.0.0.1:1", app_id="key", secret=CANARY, keep=Keep.KEYRING)
        assert value(stage, "reference") == "emqx-tui/prod"
        await stage.press("ctrl+s")
        await stage.until(lambda: there(path))
        await back(stage)
    assert kept == [("emqx-tui/prod", "key", CANARY)]
    assert 'app_secret_keyring = "emqx-tui/prod"' in text_of(path)
    assert CANARY not in text_of(path)


async def test_no_keyring_is_offered_where_there_is_none(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    async with FormStage(path) as stage:
        await opened(stage)
        offered = [one for _, one in stage.app.screen.query_one("#keep", Select)._options]
        assert offered == [Keep.INLINE, Keep.ENVIRONMENT, Keep.FILE, Keep.COMMAND]


async def test_the_palette_goes_nowhere_while_the_form_is_open(path: Path) -> None:
    async with FormStage(path) as stage:
        await opened(stage)
        await stage.app.follow("fleet")
        assert isinstance(stage.app.screen, EditDeploymentScreen)


# What must not be seen


async def test_the_secret_is_nowhere_to_be_seen(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    copied: list[str] = []
    async with Tape(SET) as tape, FormStage(path) as stage:
        monkeypatch.setattr(stage.app, "copy_to_clipboard", copied.append)
        await opened(stage)
        await fill(stage, name="prod", url=tape.url, app_id=USER)
        stage.app.screen.query_one("#secret").focus()
        await stage.press(*CANARY.replace("-", "_"), "home", "shift+end", "ctrl+x")
        await fill(stage, secret=CANARY)
        await try_it(stage, "failed at: credentials")
        form = stage.app.screen
        assert isinstance(form, EditDeploymentScreen)
        shown = [repr(form._filled()), repr(draft_of(form._filled(), form._start)), stage.text, stage.sent, caplog.text]
        assert [text for text in shown if CANARY in text] == []
        # a folder that cannot be written in
        write(path.parent, "")
        await stage.press("ctrl+s")
        await stage.until(lambda: "cannot be" in stage.text)
        assert CANARY not in stage.sent + caplog.text
    assert CANARY.replace("-", "_") not in "".join(copied)


async def test_a_crash_shows_no_secret(
    path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(edit_deployment, "add", fails)
    with pytest.raises(WorkerFailed, match="a bug"):  # noqa: PT012  the app raises it where it ends
        async with FormStage(path) as stage:
            await opened(stage)
            await fill(stage, name="a", url="https://x", app_id="k", secret=CANARY)
            await stage.press("ctrl+s")
            await stage.until(lambda: stage.app._exception is not None)
    assert CANARY not in stage.sent + caplog.text + "".join(capsys.readouterr())
    assert "a bug" in caplog.text


async def test_help_that_is_opened_while_it_saves_does_not_keep_the_form_from_closing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, done = asyncio.Event(), asyncio.Event()

    async def slowly(work: Callable[[], Any]) -> Any:  # noqa: ANN401  what the work gives
        await written.wait()
        found = await aside(work)
        done.set()
        return found

    monkeypatch.setattr(edit_deployment, "aside", slowly)
    async with FormStage(path) as stage:
        await opened(stage)
        await fill(stage, name="slow", url="http://127.0.0.1:1", app_id="k", secret="s")
        await stage.press("ctrl+s", "f1")
        assert isinstance(stage.app.screen, HelpScreen)
        written.set()
        await stage.until(done.is_set)
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, HelpScreen)
        await stage.press("escape")
        await back(stage)
        assert "slow" in stage.poller.store.deployments


# Sizes


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_the_form_fits_and_every_field_can_be_reached(path: Path, size: tuple[int, int]) -> None:
    async with FormStage(path, size=size) as stage:
        await opened(stage)
        assert_it_fits(stage, size)
        await fill(stage, url="http://192.0.2.1:18083", verify=False, keep=Keep.FILE)
        reached: list[str | None] = []
        while (focused := stage.app.focused) is not None and focused.id not in reached:
            reached.append(focused.id)
            assert 0 < focused.region.y < size[1]
            assert focused.region.height >= 1
            await stage.press("tab")
        fields = "name url allow_http app_id secret keep reference verify ca_file colour"
        assert reached == [*fields.split(), "test", "save", "cancel", "demo"]
        await stage.press("shift+tab")
        assert_it_fits(stage, size)
        assert "Save" in stage.lines[-1]


async def test_a_hung_resolver_does_not_keep_the_form_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released = asyncio.Event()
    monkeypatch.setattr(edit_deployment, "diagnose", lambda *_, **__: released.wait())
    async with FormStage(path) as stage:
        await opened(stage)
        await fill(stage, url="https://emqx.example", app_id="k", secret="s")
        await stage.press("ctrl+t", "ctrl+c")
        await stage.until(lambda: stage.ended)


# The values behind the fields


@pytest.mark.parametrize(
    "draft",
    [
        Draft(name="a", url="https://x"),
        Draft(name="a", url="x", app_id="k\x1b", app_secret_command="sh -c 'x\x1b'", verify=True, allow_http=False),
        Draft(name="a", url="x", app_id="k", app_secret_keyring="s:u", ca_file="~/ca.pem", colour="red", tags=("t",)),
    ],
)
def test_what_nobody_touched_stays_as_it_was_written(draft: Draft) -> None:
    assert draft_of(filled_from(draft), draft) == draft


def test_an_app_id_that_is_emptied_takes_its_secret_along() -> None:
    start = Draft(name="a", url="https://x", app_id="k", app_secret=Secret(CANARY))
    assert draft_of(Filled(name="a", url="https://x"), start) == Draft(name="a", url="https://x")
