import os
import re
from pathlib import Path

import pytest

from emqx_tui.config import (
    Api,
    ConfigError,
    Confirm,
    EnvironmentSecret,
    FileSecret,
    InlineSecret,
    KeyringSecret,
    Loaded,
    Secret,
    Severity,
    load,
)


HEAD = '[[deployments]]\nname = "a"\nurl = "https://a.example:8443/api/v5"\n'
GOOD = '\n[[deployments]]\nname = "good"\nurl = "https://b.example/api/v5"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def loaded(file: Path, text: str | bytes) -> Loaded:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    file.chmod(0o600)
    return load(file, environ={})


def told(found: Loaded) -> list[str]:
    return [str(problem) for problem in found.problems]


def names(found: Loaded) -> list[str]:
    return [deployment.name for deployment in found.settings.deployments]


def test_everything_that_can_be_said_about_a_deployment_is_understood(file: Path) -> None:
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (file.parent / name).touch()
    found = loaded(
        file,
        'refresh = 2\n[[deployments]]\nname = "prod"\nurl = "https://a.example:8443/api/v5"\napp_id = "id"\n'
        'app_secret_env = "S"\napi = "v5"\nca_file = "ca.pem"\nclient_cert = "cert.pem"\nclient_key = "key.pem"\n'
        'verify = false\nallow_http = true\nproxy = "http://p:3128"\nrefresh = 1.5\nwrite = true\ncolour = "red"\n'
        'confirm = "name"\nmax_bulk = 3\ndashboard = "d.example/#/{page}"\ntags = ["x", "y"]\n',
    )
    (prod,) = found.settings.deployments
    assert (found.problems, found.exists, found.settings.refresh) == ((), True, 2.0)
    assert (prod.name, prod.url, prod.app_id, prod.api) == ("prod", "https://a.example:8443/api/v5", "id", Api.V5)
    assert prod.secret == EnvironmentSecret("S")
    assert (prod.ca_file, prod.client_cert) == (file.parent / "ca.pem", file.parent / "cert.pem")
    assert (prod.client_key, prod.proxy) == (file.parent / "key.pem", "http://p:3128")
    assert (prod.verify, prod.allow_http, prod.write, prod.refresh) == (False, True, True, 1.5)
    assert (prod.confirm, prod.max_bulk) == (Confirm.NAME, 3)
    assert prod.dashboard == "http://d.example/#/{page}"
    assert (prod.colour, prod.tags) == ("red", ("x", "y"))


def test_what_is_left_out_is_safe(file: Path) -> None:
    (a,) = loaded(file, HEAD).settings.deployments
    assert (a.verify, a.allow_http, a.write, a.secret, a.proxy) == (True, False, False, None, None)
    assert (a.api, a.refresh) == (Api.AUTO, None)
    assert (a.confirm, a.max_bulk) == (Confirm.ASK, None)


def test_the_names_of_emqx_5_mean_the_same(file: Path) -> None:
    (a,) = loaded(file, HEAD + 'api_key = "k"\napi_secret_keyring = "emqx"\n').settings.deployments
    assert (a.app_id, a.secret) == ("k", KeyringSecret("emqx", "k"))


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ('app_secret = "s"', InlineSecret(Secret("s"))),
        ('api_secret = "s"', InlineSecret(Secret("s"))),
        ('app_secret_file = "/x/s"', FileSecret(Path("/x/s"))),
        ('app_secret_file = "~/s"', FileSecret(Path.home() / "s")),
        ('app_secret_keyring = "emqx:me"', KeyringSecret("emqx", "me")),
    ],
)
def test_sources_of_secrets(file: Path, line: str, source: object) -> None:
    (a,) = loaded(file, f'{HEAD}app_id = "i"\n{line}\n').settings.deployments
    assert a.secret == source


@pytest.mark.parametrize(
    ("url", "completed"),
    [
        ("a.example:8443/api", "https://a.example:8443/api"),
        ("x.ala.eu.emqxsl.com/api/v5", "https://x.ala.eu.emqxsl.com/api/v5"),
        ("localhost:18083", "http://localhost:18083"),
        (" https://[::1]:8081/api/v4 ", "https://[::1]:8081/api/v4"),
    ],
)
def test_an_address_without_protocol_is_completed(file: Path, url: str, completed: str) -> None:
    (a,) = loaded(file, f'[[deployments]]\nname = "a"\nurl = "{url}"\n').settings.deployments
    assert a.url == completed


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("refresh = '5'", "deployments[1].refresh: expected a number, not text. Write it without quotes, in seconds."),
        ("refresh = 0.5", "deployments[1].refresh: must be 1 or more, in seconds"),
        ("refresh = nan", "deployments[1].refresh: must be 1 or more, in seconds"),
        ("refresh = inf", "deployments[1].refresh: must be 1 or more, in seconds"),
        ("refresh = true", "deployments[1].refresh: expected a number, not true or false"),
        ('verify = "false"', "deployments[1].verify: expected true or false, not text. Write it without quotes."),
        ("write = 1", "deployments[1].write: expected true or false, not a number"),
        ("confirm = 'Name'", "deployments[1].confirm: must be one of ask, name. Did you mean 'name'?"),
        ("confirm = true", "deployments[1].confirm: expected text, not true or false. Put it in quotes."),
        ("max_bulk = '5'", "deployments[1].max_bulk: expected a whole number, not text. Write it without quotes."),
        ("max_bulk = 0", "deployments[1].max_bulk: must be a whole number, 1 or more"),
        ("max_bulk = 2.5", "deployments[1].max_bulk: must be a whole number, 1 or more"),
        ("max_bulk = true", "deployments[1].max_bulk: expected a whole number, not true or false"),
        ("max-bulk = 5", "deployments[1].max-bulk: unknown key. Did you mean 'max_bulk'?"),
        ("app_id = 5", "deployments[1].app_id: expected text, not a number. Put it in quotes."),
        ('app_id = " "', "deployments[1].app_id: is empty. Give it a value or remove the line."),
        ("proxy = {}", "deployments[1].proxy: expected text, not a table. Put it in quotes."),
        ("tags = 'x'", "deployments[1].tags: expected a list of texts, not text. Write it like this:"),
        ("tags = ['x', 1]", "deployments[1].tags: expected a list of texts, but not all of it is text."),
        ("colour = 2026-01-01", "deployments[1].colour: expected text, not a date or time. Put it in quotes."),
        ("api = 'V5'", "deployments[1].api: must be one of auto, v4, v5, nanomq. Did you mean 'v5'?"),
        ("veryfy = false", "deployments[1].veryfy: unknown key. Did you mean 'verify'?"),
        ("ca-file = 'x'", "deployments[1].ca-file: unknown key. Did you mean 'ca_file'?"),
        ("app_secret_fil = 'x'", "deployments[1].app_secret_fil: unknown key. Did you mean 'app_secret_file'?"),
        ("password = 'x'", "deployments[1].password: unknown key. Did you mean 'app_secret'?"),
        ("insecure = true", "deployments[1].insecure: unknown key. Did you mean 'verify'?"),
        ("ca_file = 'none.pem'", "deployments[1].ca_file: there is no file "),
        ('client_cert = "a\\u0000b"', "deployments[1].client_cert: there is no file "),
        ("client_key = 'config.toml'", "deployments[1].client_key: is of no use without client_cert."),
        ("app_secret_env = 'X'", "deployments[1].app_secret_env: a secret is given, but no app_id."),
        ("dashboard = 'http://u:hunter2@p'", "deployments[1].dashboard: must not hold a user or password"),
        ("proxy = 'http://u:hunter2@p'", "deployments[1].proxy: must not hold a user or password"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_costs_only_its_deployment(file: Path, line: str, message: str) -> None:
    found = loaded(file, HEAD + line + GOOD)
    assert told(found)[0].startswith(f"config.toml:4: {message}")
    assert names(found) == ["good"]
    assert found.problems[0].deployment == "a"
    assert "hunter2" not in str(found)
    with pytest.raises(ConfigError, match=re.escape(message)):
        found.require()


@pytest.mark.parametrize(
    "line",
    ["apii = 'v5'", "nonsense = 1", "color = 'red'", "colour = 'not a colour'", '"\\u001b[2J" = 1'],
)
def test_a_harmless_mistake_is_told_and_costs_nothing(file: Path, line: str) -> None:
    found = loaded(file, HEAD + line)
    assert [problem.severity for problem in found.problems] == [Severity.WARNING]
    assert told(found)[0].startswith("config.toml:4: deployments[1].")
    assert "\x1b" not in told(found)[0]
    assert found.require().deployments[0].name == "a"


@pytest.mark.parametrize(
    "url",
    [
        "https://admin:hunter2@a.example:8443/api/v5",
        "https://admin:hun/ter2@a.example/",
        "admin:hunter2@a.example",
    ],
)
def test_credentials_in_an_address_are_refused_and_never_repeated(file: Path, url: str) -> None:
    found = loaded(file, f'[[deployments]]\nname = "a"\nurl = "{url}"\n')
    assert told(found) == [
        (
            "config.toml:3: deployments[1].url: must not hold a user or password, for addresses are shown and "
            "logged. Use app_id and app_secret_command instead."
        )
    ]
    assert not names(found)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mqtts://a.example:8883", "must begin with https:// or http://"),
        ("file:///etc/passwd", "is no address"),
        ("https://", "is no address"),
        ("https:/a.example", "is no address"),
        ("https://a.example:99999", "is no address"),
        ("https://[::1", "is no address"),
        ("https://a b", "is no address"),
        ("https://a\\u001b", "is no address"),
        ("", "is empty"),
    ],
)
def test_an_address_that_is_none(file: Path, url: str, message: str) -> None:
    found = loaded(file, f'[[deployments]]\nname = "a"\nurl = "{url}"\n{GOOD}')
    assert told(found)[0].startswith(f"config.toml:3: deployments[1].url: {message}")
    assert names(found) == ["good"]


def test_name_and_address_are_needed(file: Path) -> None:
    found = loaded(file, "# mine\n[[deployments]]\nverify = true\n")
    assert [line[:40] for line in told(found)] == [
        "config.toml:2: deployments[1]: name is m",
        "config.toml:2: deployments[1]: url is mi",
    ]


@pytest.mark.parametrize("name", ["", "  ", "a\\u001b[31m", "a\\nb", "a\\u202eb"])
def test_a_name_must_be_showable(file: Path, name: str) -> None:
    found = loaded(file, f'[[deployments]]\nname = "{name}"\nurl = "https://a.example"\n{GOOD}')
    assert names(found) == ["good"]
    assert told(found)[0].startswith("config.toml:2: deployments[1].name: ")
    assert all(line.isprintable() for line in told(found))


def test_of_two_deployments_with_one_name_the_first_stays(file: Path) -> None:
    found = loaded(file, HEAD + GOOD + HEAD.replace("https://a", "https://other"))
    assert names(found) == ["a", "good"]
    assert found.settings.deployments[0].url.startswith("https://a.")
    assert told(found) == ["config.toml:9: deployments[3].name: is in use since line 2. Choose another."]


@pytest.mark.parametrize(
    "line",
    [
        'app_secret = "s"\napp_secret_env = "E"',
        'app_secret = "s"\napi_secret = "s"',
        'api_secret_env = "s"\napi_secret = "s"',
    ],
)
def test_more_than_one_secret_is_a_mistake(file: Path, line: str) -> None:
    found = loaded(file, f'{HEAD}app_id = "i"\n{line}\n')
    assert "more than one secret is given: " in told(found)[-1]
    assert not names(found)


def test_both_names_of_the_app_id_are_a_mistake(file: Path) -> None:
    assert told(loaded(file, HEAD + 'app_id = "i"\napi_key = "k"\n')) == [
        "config.toml:5: deployments[1].api_key: is another name of app_id, and both are given. Remove one of them."
    ]


@pytest.mark.parametrize("command", ["pass 'show", " ", "a\\u0000b"])
def test_a_command_that_cannot_be_split(file: Path, command: str) -> None:
    found = loaded(file, f'{HEAD}app_id = "i"\napp_secret_command = "{command}"\n')
    assert told(found)[0].startswith("config.toml:5: deployments[1].app_secret_command: is ")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX systems")
def test_a_secret_in_a_file_that_others_can_read_is_told(file: Path) -> None:
    loaded(file, HEAD + 'app_id = "i"\napp_secret = "hunter2"\n')
    file.chmod(0o640)
    found = load(file, environ={})
    assert told(found) == [
        (
            "config.toml:5: deployments[1].app_secret: the secret is in a file that other users can read. "
            f"Run: chmod 600 {file}"
        )
    ]
    assert names(found) == ["a"]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", []),
        ("# nothing\n", []),
        (
            "refresh = '5'",
            ["config.toml:1: refresh: expected a number, not text. Write it without quotes, in seconds."],
        ),
        ("max_bulk = 0", ["config.toml:1: max_bulk: must be a whole number, 1 or more"]),
        ("\nrefresh = 0", ["config.toml:2: refresh: must be 1 or more, in seconds"]),
        ("refresh = -1000", ["config.toml:1: refresh: must be 1 or more, in seconds"]),
        ("[[deployment]]", ["config.toml:1: deployment: unknown key. Did you mean 'deployments'?"]),
        ("deployments = 5", ["config.toml:1: deployments: expected a list of tables, not a number. Write it like"]),
        ("[deployments.a]", ["config.toml:1: deployments: expected a list of tables, not a table. Write it like"]),
        ("deployments = [5]", ["config.toml:1: deployments[1]: expected a table, not a number. Write it like"]),
        ("a = 1\nb = \n", ["config.toml:2: is not valid TOML: Invalid value. Text stands in quotes:"]),
        ('a = "C:\\x"', ["config.toml:1: is not valid TOML: Unescaped '\\' in a string. Put text with a backslash in"]),
        ("a = [1,\n2\n\n", ["config.toml:2: is not valid TOML: Unclosed array"]),
        ("a = 'x'\na = 'y'", ["config.toml:2: is not valid TOML: Cannot overwrite a value"]),
        ("a = " + "[" * 100_000, ["config.toml: is not valid TOML: brackets are nested too deeply"]),
        (b"a = 1\n\xff = 2", ["config.toml:2: is not UTF-8 from this line on. Save the file as UTF-8."]),
        ("a = 1".encode("utf-16"), ["config.toml:1: is UTF-16, but must be UTF-8. Save the file as UTF-8."]),
        (b"x = 1\n" * 200_000, ["config.toml: is larger than 1 MiB, which no configuration is."]),
    ],
)
def test_files_as_a_whole(file: Path, text: str | bytes, messages: list[str]) -> None:
    found = loaded(file, text)
    assert [line[: len(message)] for line, message in zip(told(found), messages, strict=True)] == messages
    assert (found.settings.refresh, found.settings.deployments, found.exists) == (5.0, (), True)


def test_a_byte_order_mark_is_told_and_costs_nothing(file: Path) -> None:
    found = loaded(file, b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())
    assert told(found) == ["config.toml:1: begins with a byte order mark. Save it as UTF-8 without one."]
    assert names(found) == ["a"]


def test_deployments_on_one_line_are_told_by_the_line_of_the_list(file: Path) -> None:
    found = loaded(file, '\n\ndeployments = [\n  {name = "a", url = "https://a"},\n  {name = "b"},\n]\n')
    assert names(found) == ["a"]
    assert told(found)[0].startswith("config.toml:3: deployments[2]: url is missing")


def test_problems_come_in_the_order_of_the_file(file: Path) -> None:
    found = loaded(file, HEAD + 'write = 1\nx = 1\n[[deployments]]\nname = "b"\n[q]\n')
    assert [problem.line for problem in found.problems] == [4, 5, 6, 8]


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    assert "is a directory, not a file" in told(load(tmp_path, environ={}))[0]


def test_a_file_below_a_file_cannot_be_read(file: Path) -> None:
    file.touch()
    assert "config.toml: cannot be read: Not a directory." in told(load(file / "config.toml", environ={}))[0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_cannot_be_read(file: Path) -> None:
    file.touch(mode=0)
    assert "cannot be read: Permission denied" in told(load(file, environ={}))[0]


def test_no_file_is_no_mistake_unless_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    usual = load(environ={})
    assert (usual.exists, usual.problems) == (False, ())
    for named in (
        load(tmp_path / "none.toml", environ={}),
        load(environ={"EMQX_TUI_CONFIG": str(tmp_path / "none.toml")}),
    ):
        assert not named.exists
        assert told(named)[0].startswith("none.toml: there is no configuration file ")
