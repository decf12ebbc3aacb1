"""The command line: what goes where, what it exits with, and what it refuses."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from emqx_tui import __version__, cli, command_line
from emqx_tui.resources import NAMES, named
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.tui import opening
from report.looks import ROOT, Printed, ran
from tape import Tape


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration, the only one that this process sees."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("EMQX_TUI_CONFIG", str(path))
    monkeypatch.setenv("EMQX_TUI_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("EMQX_TUI_APP_SECRET", raising=False)
    monkeypatch.delenv("EMQX_TUI_LOG_LEVEL", raising=False)
    return path


def table(name: str, url: str = "http://127.0.0.1:9") -> str:
    return f'[[deployments]]\nname = "{name}"\nurl = "{url}"\napp_id = "admin"\napp_secret = "public"\n\n'


@pytest.fixture
def called(config: Path, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401  a function
    """The program called in this process."""

    def call(*arguments: str) -> Printed:
        try:
            code = cli.main(list(arguments))
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        out, err = capsys.readouterr()
        return Printed(code, out, err)

    return call


def test_an_unknown_name_is_refused_with_the_one_that_was_meant(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod-eu") + table("staging"))
    printed = called("nodes", "prod-ue")
    assert (printed.code, printed.out) == (2, "")
    assert "prod-ue" in printed.err
    assert "Did you mean prod-eu?" in printed.err


@pytest.mark.parametrize("reason", ["", "emqx-tui cannot open: this is no terminal."])
def test_a_mistyped_command_is_refused_with_the_one_that_was_meant(
    config: Path,
    called: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
) -> None:
    monkeypatch.setattr(opening, "no_terminal", lambda: reason)
    config.write_text(table("prod-eu"))
    printed = called("client")
    assert (printed.code, printed.out) == (2, "")
    assert "Did you mean clients?" in printed.err


def test_an_unknown_name_that_is_like_no_other_lists_what_there_is(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod-eu") + table("staging"))
    assert "There are: prod-eu, staging." in called("nodes", "\x1b[31mzzz").err
    assert "\x1b" not in called("nodes", "\x1b[31mzzz").err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--app-secret", "canary"],
        ["--app-secret=canary"],
        ["nodes", "--app-secret", "canary"],
        ["nodes", "--url", "http://127.0.0.1:9", "--app-id", "a", "--app-secret", "canary"],
        ["nodes", "--password", "canary"],
        ["nodes", "--api-secret=canary"],
    ],
)
def test_a_secret_as_an_argument_is_refused_without_being_repeated(called: Any, arguments: list[str]) -> None:  # noqa: ANN401
    printed = called(*arguments)
    assert printed.code == 2
    assert "EMQX_TUI_APP_SECRET" in printed.err
    assert "canary" not in printed.out + printed.err


def test_a_url_needs_a_key(called: Any) -> None:  # noqa: ANN401
    printed = called("nodes", "--url", "http://127.0.0.1:9")
    assert printed.code == 2
    assert "--app-id" in printed.err


def test_a_secret_that_nobody_can_be_asked_for_is_named(
    called: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    printed = called("nodes", "--url", "http://127.0.0.1:9", "--app-id", "a")
    assert printed.code == 2
    assert "EMQX_TUI_APP_SECRET" in printed.err


def test_without_a_configuration_it_says_how_to_get_one(config: Path, called: Any) -> None:  # noqa: ANN401
    printed = called("nodes")
    assert (printed.code, printed.out) == (2, "")
    assert "--url" in printed.err
    assert "emqx-tui demo" in printed.err


@pytest.mark.parametrize("arguments", [[], ["prod-eu"], ["-d", "prod-eu"], ["demo"]])
async def test_without_a_terminal_it_refuses_and_names_the_command_that_prints(
    arguments: list[str], tmp_path: Path
) -> None:
    printed = await ran(arguments, tmp_path)
    assert (printed.code, printed.out) == (2, "")
    assert "emqx-tui nodes" in printed.err


def test_config_path_prints_the_path_whether_or_not_there_is_a_file(config: Path, called: Any) -> None:  # noqa: ANN401
    assert called("config", "path") == Printed(0, f"{config}\n", "")
    other = config.with_name("other.toml")
    assert called("config", "path", "--config", str(other)).out == f"{other}\n"


def test_config_check_counts_what_can_be_used(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod") + table("test"))
    config.chmod(0o600)
    printed = called("config", "check")
    assert (printed.code, printed.err) == (0, "")
    assert "2 deployments" in printed.out


def test_config_check_names_file_line_and_key_of_a_mistake(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod") + '[[deployments]]\nname = "bad"\nurl = 5\n')
    config.chmod(0o600)
    printed = called("config", "check")
    assert printed.code == 2
    assert "config.toml:9: deployments[2].url" in printed.err
    assert ": 1 deployment can be used" in printed.out


def test_config_check_without_a_file_says_so(called: Any) -> None:  # noqa: ANN401
    assert called("config", "check").code == 2


async def test_a_faulty_deployment_is_told_with_its_line_and_the_others_are_printed(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-single") as tape:
        config = tmp_path / "config.toml"
        config.write_text('[[deployments]]\nname = "bad"\nurl = 5\n\n' + table("well", tape.url))
        config.chmod(0o600)
        printed = await ran(["nodes", "-o", "json"], tmp_path)
        only = await ran(["nodes", "well", "-o", "json"], tmp_path)
    assert printed.code == 1
    assert [row["deployment"] for row in printed.rows] == ["well"]
    assert "config.toml:3: deployments[1].url" in printed.err
    assert only.code == 0, "the faulty one was not asked for"


async def test_a_deployment_whose_name_is_a_commands_is_reached_with_d(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-single") as tape:
        (tmp_path / "config.toml").write_text(table("nodes", tape.url) + table("other"))
        printed = await ran(["nodes", "-d", "nodes", "-o", "csv"], tmp_path)
    assert printed.code == 0
    assert [line.partition(",")[0] for line in printed.out.splitlines()] == ["deployment", "nodes"]


@pytest.mark.parametrize(
    ("arguments", "opened"),
    [([], None), (["other"], "other"), (["-d", "nodes"], "nodes"), (["--deployment", "config"], "config")],
)
def test_the_screen_opens_the_deployment_that_was_named(
    config: Path,
    called: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    opened: str | None,
) -> None:
    config.write_text(table("nodes") + table("config") + table("other"))
    seen: dict[str, Any] = {}

    def run(deployments: Any, **named: Any) -> int:  # noqa: ANN401  as the screen's own
        seen.update(named, names=[deployment.name for deployment in deployments])
        return 0

    screen = ModuleType("emqx_tui.tui.run")
    monkeypatch.setattr(screen, "run", run, raising=False)
    monkeypatch.setitem(sys.modules, "emqx_tui.tui.run", screen)
    monkeypatch.setattr(opening, "no_terminal", lambda: "")
    assert called("--log-file", str(config.with_name("log")), *arguments).code == 0
    assert seen["opened"] == opened
    assert seen["names"] == ["nodes", "config", "other"]


@pytest.mark.parametrize(
    ("arguments", "write"),
    [
        ([], None),
        (["--write"], True),
        (["--read-only"], False),
        (["prod", "--write"], True),
        (["--write", "prod"], True),
        (["demo"], None),
        (["demo", "--write"], True),
        (["--write", "demo"], True),
        (["--read-only", "demo"], False),
    ],
)
def test_a_session_is_opened_for_writing_or_closed_by_a_flag(
    config: Path,
    called: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    *,
    write: bool | None,
) -> None:
    config.write_text(table("prod"))
    seen: list[bool | None] = []

    def run(_what: Any, **named: Any) -> int:  # noqa: ANN401  as the screen's own
        seen.append(named["write"])
        return 0

    screen = ModuleType("emqx_tui.tui.run")
    for name in ("run", "run_demo"):
        monkeypatch.setattr(screen, name, run, raising=False)
    monkeypatch.setitem(sys.modules, "emqx_tui.tui.run", screen)
    monkeypatch.setattr(opening, "no_terminal", lambda: "")
    assert called("--log-file", str(config.with_name("log")), *arguments).code == 0
    assert seen == [write]


def test_a_session_is_not_both_written_and_read_only(called: Any) -> None:  # noqa: ANN401
    assert called("--write", "--read-only").code == 2
    assert "not allowed with" in called("--write", "--read-only").err
    assert called("nodes", "--write").code == 2, "what only reads has nothing to allow"


async def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        process = await asyncio.create_subprocess_exec(
            "/bin/sh",
            "-c",
            '{ "$0" -m emqx_tui nodes --url "$1" --app-id admin -o json; echo "exit $?" >&2; } | head -c 1',
            sys.executable,
            tape.url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={
                **os.environ,
                "EMQX_TUI_APP_SECRET": "public",
                "EMQX_TUI_STATE_DIR": str(tmp_path),
                "PYTHONPATH": str(ROOT),
            },
        )
        out, err = await asyncio.wait_for(process.communicate(), 30)
    assert out == b"["
    assert err == b"exit 0\n"


def test_the_version_is_told(called: Any) -> None:  # noqa: ANN401
    assert called("--version") == Printed(0, f"emqx-tui {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["nodes"], ["info"], []])
def test_a_password_in_the_url_is_refused_before_anything_and_not_repeated(
    called: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:
    monkeypatch.setattr(opening, "no_terminal", lambda: "")
    monkeypatch.setattr(command_line, "_ask_secret", lambda _place: pytest.fail("nothing is to be asked"))
    printed = called(*arguments, "--url", "http://admin:canary@127.0.0.1:9", "--app-id", "a")
    assert (printed.code, printed.out) == (2, "")
    assert "--url cannot be used: user and password do not belong into the URL" in printed.err
    assert "canary" not in printed.err
    assert "admin" not in printed.err


@pytest.mark.parametrize(
    "arguments", [["nodes", "--token=canary"], ["--token=canary"], ["demo", "--token=canary"], ["info", "--x=canary"]]
)
def test_a_complaint_does_not_repeat_what_stands_behind_an_equals_sign(called: Any, arguments: list[str]) -> None:  # noqa: ANN401
    printed = called(*arguments)
    assert printed.code == 2
    assert arguments[-1].partition("=")[0] + "=…" in printed.err
    assert "canary" not in printed.err


@pytest.mark.parametrize("url", ["ftp://10.0.0.1", "http://10.0.0.1:99999"])
def test_an_address_that_cannot_be_one_is_refused_with_2(called: Any, url: str) -> None:  # noqa: ANN401
    printed = called("nodes", "--url", url, "--app-id", "a")
    assert (printed.code, printed.out) == (2, "")
    assert "--url cannot be used: " in printed.err


def test_plain_http_to_another_machine_is_refused_with_2(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod", "http://10.0.0.1:8081"))
    config.chmod(0o600)
    printed = called("nodes", "prod", "-o", "json")
    assert (printed.code, printed.out) == (2, "[]\n")
    assert "prod: plain HTTP refused" in printed.err


async def test_what_cannot_be_read_is_told_once_and_in_words(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(table("a", "http://192.0.2.1"))
    config.chmod(0o600)
    printed = await ran(["nodes"], tmp_path)
    assert printed.code == 2
    [line] = printed.err.splitlines()
    assert line.startswith("a: plain HTTP refused. ")
    told = await ran(["info"], tmp_path)
    assert (told.err, "error: plain HTTP refused. " in told.out) == ("", True)


def test_a_secret_that_is_not_there_is_2(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod").replace('app_secret = "public"', 'app_secret_env = "EMQX_TUI_TEST_NOT_SET"'))
    printed = called("nodes", "prod", "-o", "json")
    assert (printed.code, printed.out) == (2, "[]\n")
    assert "EMQX_TUI_TEST_NOT_SET" in printed.err


def test_a_deployment_that_does_not_answer_is_1(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod"))
    config.chmod(0o600)
    assert called("nodes", "prod", "-o", "json").code == 1


def test_the_help_of_demo_offers_nothing_that_a_simulation_has_no_use_for(called: Any) -> None:  # noqa: ANN401
    printed = called("demo", "--help")
    assert (printed.code, printed.err) == (0, "")
    assert "--scenario" in printed.out
    for option in ("--url", "--app-id", "--allow-http", "--no-verify"):
        assert option not in printed.out
        assert option in called("nodes", "--help").out


def test_info_is_a_command_that_the_help_tells_of(config: Path, called: Any) -> None:  # noqa: ANN401
    assert "emqx-tui info [DEPLOYMENT ...]" in called("--help").out
    config.write_text(table("prod"))
    printed = called("info", "prdo")
    assert (printed.code, printed.out) == (2, "")
    assert "Did you mean prod?" in printed.err


async def test_rows_of_several_deployments_say_whose_they_are(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-single") as tape:
        (tmp_path / "config.toml").write_text(table("one", tape.url) + table("two", tape.url))
        both = await ran(["nodes"], tmp_path)
        single = await ran(["nodes", "one"], tmp_path)
    assert (both.code, single.code) == (0, 0)
    assert [line.split()[0] for line in both.out.splitlines()] == ["DEPLOYMENT", "one", "two"]
    assert single.out.startswith("NODE ")


def test_an_argument_that_nobody_knows_is_refused_safely(called: Any) -> None:  # noqa: ANN401
    printed = called("nodes", "--wrong\x1b[31m")
    assert printed.code == 2
    assert "\x1b" not in printed.err


# The log


@pytest.mark.parametrize(
    ("variable", "arguments", "expected"),
    [
        (None, [], "warning"),
        ("error", [], "error (EMQX_TUI_LOG_LEVEL)"),
        ("error", ["--log-level", "DEBUG"], "debug (--log-level)"),
    ],
)
def test_the_level_of_the_log_is_the_options_else_the_environments_else_the_files(
    config: Path,
    called: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    arguments: list[str],
    *,
    expected: str,
) -> None:
    config.write_text('log_level = "warning"\n')
    if variable is not None:
        monkeypatch.setenv("EMQX_TUI_LOG_LEVEL", variable)
    assert f"log level: {expected}\n" in called("info", *arguments).out


def test_a_level_that_does_not_exist_is_told_with_its_line_and_the_usual_one_taken(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text('refresh = 5\nlog_level = "warn"\n')
    printed = called("info")
    mistake = "config.toml:2: log_level: must be one of debug, info, warning, error. Did you mean 'warning'?"
    assert mistake in printed.err
    assert "log level: info\n" in printed.out
    assert mistake in called("config", "check").err


def test_a_level_that_the_environment_has_wrong_is_told_too(called: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    monkeypatch.setenv("EMQX_TUI_LOG_LEVEL", "inof")
    printed = called("info")
    assert "EMQX_TUI_LOG_LEVEL: must be one of debug, info, warning, error. Did you mean 'info'?\n" in printed.err
    assert "log level: info\n" in printed.out


def test_a_level_that_does_not_exist_is_no_option(called: Any) -> None:  # noqa: ANN401
    printed = called("--log-level", "verbose")
    assert printed.code == 2
    assert "--log-level" in printed.err


@pytest.mark.parametrize(
    ("arguments", "written"),
    [([], False), (["--log-level", "debug"], True), (["--log-level", "debug", "--log-file", "LOG"], True)],
)
async def test_a_look_from_a_script_is_logged_where_that_is_wanted(
    tmp_path: Path, arguments: list[str], *, written: bool
) -> None:
    log = tmp_path / "own.log" if "LOG" in arguments else tmp_path / "log" / "emqx-tui.log"
    async with Tape("emqx-5.8.9-single") as tape:
        (tmp_path / "config.toml").write_text(table("prod", tape.url))
        told = [str(log) if one == "LOG" else one for one in arguments]
        printed = await ran(["nodes", "-o", "json", *told], tmp_path)
    assert printed.code == 0
    assert log.exists() is written
    assert not written or "GET " in log.read_text()


def test_every_resource_is_a_command_whose_help_tells_of_its_columns_and_filters(called: Any) -> None:  # noqa: ANN401
    for name in (*NAMES, "deployments"):
        printed = called(name, "--help")
        assert (printed.code, printed.err) == (0, ""), name
        resource = DEPLOYMENTS if name == "deployments" else named(name)
        told = [line.split()[0] for line in printed.out.splitlines() if line.startswith("  ") and line.strip()]
        assert {column.id for column in resource.columns} <= set(told), name
        assert {f"{one.id}=" for one in (resource.asked.filters if resource.asked else ())} <= set(told), name
        assert f"  emqx-tui {name} prod-eu" in printed.out
        assert name in called("--help").out


def test_a_mistaken_column_order_or_filter_is_2_before_anything_is_asked(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod"))
    for arguments in (["--columns", "quue"], ["--sort", "-quue"], ["--filter", "quue>1"], ["--find", "pump"]):
        printed = called("clients", *arguments)
        assert (printed.code, printed.out) == (2, ""), arguments
        assert printed.err.startswith(arguments[0] + ": ")
    for arguments in (["--limit", "0"], ["--watch", "0.2"], ["-o", "xml"]):
        assert called("clients", *arguments).code == 2, arguments


def test_what_no_broker_filters_by_is_told_and_not_only_unknown(config: Path, called: Any) -> None:  # noqa: ANN401
    config.write_text(table("prod"))
    printed = called("listeners", "--find", "type=tcp")
    assert printed.code == 2
    assert "use --filter" in printed.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["prod", "--sort", "-dropped", "other", "-o", "jsonl"],
        ["--sort=-dropped", "-o", "jsonl", "prod", "other"],
        ["-o", "jsonl", "--watch", "prod", "other", "--sort", "-dropped"],
        ["-o", "jsonl", "--watch", "7", "prod", "other", "--sort", "-dropped"],
    ],
)
def test_an_order_with_a_dash_and_names_between_options_are_understood(
    config: Path,
    called: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:
    config.write_text(table("prod") + table("other") + table("third"))
    seen: dict[str, Any] = {}

    async def stream(_resource: Any, deployments: Any, wish: Any, **_named: Any) -> int:  # noqa: ANN401
        seen.update(names=[one.name for one in deployments], wish=wish)
        return 0

    monkeypatch.setattr("emqx_tui.report.stream.stream", stream)
    assert called("clients", *arguments).code == 0
    assert seen["names"] == ["prod", "other"]
    wish = seen["wish"]
    assert (wish.sort, wish.output) == ("-dropped", "jsonl")
    assert wish.watch == (None if "--watch" not in arguments else 7.0 if "7" in arguments else 5.0)


def test_telling_of_requests_asks_for_no_secret_and_sends_nothing(called: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    monkeypatch.setattr(command_line, "_ask_secret", lambda _place: pytest.fail("nothing is to be asked"))
    printed = called("rules", "--curl", "--url", "http://127.0.0.1:9/api/v5", "--app-id", "a")
    assert (printed.code, printed.err) == (0, "")
    assert "http://127.0.0.1:9/api/v5/rules" in printed.out


async def test_watching_ends_quietly_with_ctrl_c(tmp_path: Path) -> None:
    async with Tape("emqx-5.8.9-single") as tape:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "emqx_tui", "nodes", "--url", tape.url, "--app-id", "admin"),
            *("-o", "jsonl", "--watch", "1"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # Whatever runs the tests in the background has it ignored, and a program keeps that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env={
                **os.environ,
                "EMQX_TUI_APP_SECRET": "public",
                "EMQX_TUI_STATE_DIR": str(tmp_path),
                "PYTHONPATH": str(ROOT),
            },
        )
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        assert line.startswith(b'{"at": ')
        process.send_signal(signal.SIGINT)
        _out, err = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, err) == (130, b"")


def test_the_names_of_commands_cost_the_start_nothing() -> None:
    program = "import sys, emqx_tui.cli; print(*(name for name in sys.modules if name.startswith('emqx_tui')))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert loaded == {
        "emqx_tui",
        "emqx_tui.cli",
        "emqx_tui.command_line",
        "emqx_tui.i18n",
        "emqx_tui.resources",
        "emqx_tui.text",
    }
