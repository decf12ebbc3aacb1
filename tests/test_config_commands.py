import argparse
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emqx_tui.config import CommandSecret, Deployment, EnvironmentSecret, FileSecret, InlineSecret, Secret, load
from emqx_tui.config_commands import configure, run


CANARY = "s3cr3t-canary"
URL = "https://a.example/api/v5"
TEXT = f'# mine\n[[deployments]]\nname = "a"\nurl = "{URL}"  # why\napp_id = "i"\napp_secret = "{CANARY}"\n'


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT)
    path.chmod(0o600)
    monkeypatch.setenv("EMQX_TUI_CONFIG", str(path))
    monkeypatch.delenv("EMQX_TUI_APP_SECRET", raising=False)
    monkeypatch.chdir(tmp_path)
    return path


class Terminal(io.StringIO):
    """Where a user sits and types."""

    def isatty(self) -> bool:
        return True


def emqx_tui(*words: str, **read_before: object) -> int:
    """Runs the command as the command line does: options of a deployment may have been read before."""
    parser = argparse.ArgumentParser("emqx-tui config")
    configure(parser)
    common = {"config": None, "url": None, "app_id": None, "api": None, "allow_http": False, "no_verify": False}
    namespace = argparse.Namespace(**{**common, **read_before})
    return run(parser.parse_args(words, namespace=namespace))


def deployments() -> dict[str, Deployment]:
    return {each.name: each for each in load().require().deployments}


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))


def test_path_and_check_tell_where_the_file_is_and_what_is_wrong(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert emqx_tui("path") == 0
    assert emqx_tui("check") == 0
    assert capsys.readouterr() == (f"{file}\n{file}: 1 deployment can be used\n", "")
    file.write_text(TEXT + "[[deployments]]\n")
    assert emqx_tui("check") == 2
    out, err = capsys.readouterr()
    assert out == f"{file}: 1 deployment can be used\n"
    assert err.startswith("config.toml:7: deployments[2]: name is missing.")
    file.unlink()
    assert emqx_tui("check") == 2
    assert f"No deployment is configured in {file}. Add one with: emqx-tui config add" in capsys.readouterr().err
    assert emqx_tui("path", config=Path("/x/y.toml")) == 0
    assert capsys.readouterr().out == "/x/y.toml\n"


def test_add_writes_every_option(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ca.pem", "c.pem", "k.pem"):
        Path(name).touch()
    words = (
        "add new --url localhost:8081/api/v4 --app-id id --secret-env S --api v4 --ca-file ca.pem --client-cert c.pem "
        "--client-key k.pem --no-verify --allow-http --proxy http://p:3128 --refresh 7 --colour red --tag x "
        "--tag y --write --confirm name --max-bulk 5 --platform-id ab12"
    )
    assert emqx_tui(*words.split()) == 0
    folder = file.parent
    assert file.read_text() == TEXT + (
        '\n[[deployments]]\nname = "new"\nurl = "localhost:8081/api/v4"\napp_id = "id"\napp_secret_env = "S"\n'
        'api = "v4"\n'
        f'ca_file = "{folder}/ca.pem"\nclient_cert = "{folder}/c.pem"\nclient_key = "{folder}/k.pem"\nverify = false\n'
        'allow_http = true\nproxy = "http://p:3128"\nrefresh = 7\nwrite = true\nconfirm = "name"\nmax_bulk = 5\n'
        'colour = "red"\ntags = ["x", "y"]\nplatform_id = "ab12"\n'
    )
    assert capsys.readouterr() == ("", f"new was added to {file}.\n")


@pytest.mark.parametrize(("option", "words"), [("--confirm", ("ask", "name")), ("--api", ("auto", "v4", "v5"))])
def test_a_word_that_there_is_not_is_refused_with_those_there_are(
    option: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        emqx_tui("edit", "a", option, "yes")
    told = capsys.readouterr().err.rpartition("choose from ")[2]
    assert all(word in told for word in words)
    assert "<" not in told


def test_options_that_were_read_before_count_and_are_not_overwritten() -> None:
    assert emqx_tui("add", "b", "--secret-command", "pass b", url=URL, app_id="x", api="v5", no_verify=True) == 0
    found = deployments()["b"]
    assert (found.url, found.app_id, found.api, found.verify) == (URL, "x", "v5", False)
    assert found.secret == CommandSecret("pass", ("b",))


def test_the_places_of_secrets_begin_where_the_command_line_is(file: Path) -> None:
    Path("below").mkdir()
    assert emqx_tui("add", "b", "--url", URL, "--app-id", "x", "--secret-file", "below/s") == 0
    assert deployments()["b"].secret == FileSecret(file.parent / "below" / "s")
    assert emqx_tui("add", "c", "--url", URL, "--app-id", "x", "--secret-file", "~/s") == 0
    assert 'app_secret_file = "~/s"' in file.read_text()


def test_a_keyrings_entry_is_named_with_the_way_to_fill_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert emqx_tui("add", "b", "--url", URL, "--app-id", "my id", "--secret-keyring", "emqx") == 0
    assert "put it there: keyring set emqx 'my id'\n" in capsys.readouterr().err


def test_without_a_place_for_it_the_secret_is_read_from_the_environment_or_asked_for(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert emqx_tui("add", "b", "--url", URL, "--app-id", "x") == 2
    assert "There is no secret: set EMQX_TUI_APP_SECRET, or say where it is" in capsys.readouterr().err
    typed(monkeypatch, "")
    monkeypatch.setattr("getpass.getpass", lambda _prompt, stream: "asked" if stream is sys.stderr else "")
    assert emqx_tui("add", "b", "--url", URL, "--app-id", "x") == 0
    monkeypatch.setenv("EMQX_TUI_APP_SECRET", "told")
    assert emqx_tui("add", "c", "--url", URL, "--app-id", "x") == 0
    assert emqx_tui("add", "d", "--url", URL) == 0
    found = [deployments()[name].secret for name in "bcd"]
    assert found == [InlineSecret(Secret("asked")), InlineSecret(Secret("told")), None]
    assert file.stat().st_mode & 0o777 == 0o600
    assert "asked" not in capsys.readouterr().err


@pytest.mark.parametrize("answer", ["", EOFError()])
def test_an_empty_answer_is_no_secret(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str | EOFError
) -> None:
    def ask(_prompt: str, **_stream: object) -> str:
        if isinstance(answer, EOFError):
            raise answer
        return answer

    typed(monkeypatch, "")
    monkeypatch.setattr("getpass.getpass", ask)
    assert emqx_tui("edit", "a", "--ask-secret") == 2
    assert capsys.readouterr().err == "No secret was given, and nothing was changed.\n"
    assert file.read_text() == TEXT


def test_edit_changes_only_what_is_told(file: Path) -> None:
    assert emqx_tui("edit", "a", "--rename", "z", "--refresh", "2.5", url="https://z.example") == 0
    expected = TEXT.replace('"a"', '"z"').replace(URL, "https://z.example") + "refresh = 2.5\n"
    assert file.read_text() == expected
    assert emqx_tui("edit", "z", "--unset", "refresh", "--tag", "t") == 0
    assert file.read_text() == expected.replace("refresh = 2.5\n", 'tags = ["t"]\n')


def test_edit_moves_and_renews_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    assert emqx_tui("edit", "a", "--secret-env", "S") == 0
    assert deployments()["a"].secret == EnvironmentSecret("S")
    monkeypatch.setenv("EMQX_TUI_APP_SECRET", "told")
    assert emqx_tui("edit", "a", "--tag", "x") == 0
    assert deployments()["a"].secret == EnvironmentSecret("S")
    assert emqx_tui("edit", "a", "--ask-secret") == 0
    assert deployments()["a"].secret == InlineSecret(Secret("told"))
    assert emqx_tui("edit", "a", "--unset", "app_id", "--unset", "app_secret") == 0
    assert (deployments()["a"].app_id, deployments()["a"].secret) == (None, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "a", "--url", URL], "config.toml:3: a deployment a is there already. Choose another name.\n"),
        (["add", "b"], "A deployment needs the address of its API: --url https://…\n"),
        (["add", "b", "--url", f"https://u:{CANARY}@x"], "config.toml: url: must not hold a user or password"),
        (["add", "b", "--url", URL, "--refresh", "0"], "config.toml: refresh: must be 1 or more, in seconds\n"),
        (["add", "b", "--url", URL, "--colour", ""], "config.toml: colour: is empty."),
        (["edit", "a"], "Nothing to change: say what, as in --refresh 10."),
        (["edit", "\x1b[2J", "--tag", "x"], "there is no deployment \u241b[2J. There are: a.\n"),
        (["edit", "a", "--unset", "app_id"], "config.toml: app_secret: a secret is given, but no app_id"),
        (["remove", "b", "--yes"], "config.toml: there is no deployment b."),
        (["remove", "b"], "config.toml: there is no deployment b."),
        (["remove", "a"], "There is no terminal to ask on whether to remove a: add --yes.\n"),
        (["show", "b"], "config.toml: there is no deployment b."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_ends_with_2(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert emqx_tui(*words) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""
    assert CANARY not in err
    assert file.read_text() == TEXT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: COMMAND"),
        (["edit", "a", "--unset", "name"], "invalid choice: 'name'"),
        (["add", "b", "--secret-env", "A", "--secret-file", "B"], "not allowed with argument"),
        (["add", "b", "--api", "v3"], "invalid choice: 'v3'"),
    ],
)
def test_wrong_usage_is_a_matter_of_the_parser(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as caught:
        emqx_tui(*words)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "removed"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_remove_asks_and_takes_only_yes_for_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str, removed: bool
) -> None:
    typed(monkeypatch, answer)
    assert emqx_tui("remove", "a") == (0 if removed else 2)
    out, err = capsys.readouterr()
    assert f'app_secret = "***"\nRemove a from {file}? [y/N] ' in err
    assert err.endswith(f"a was removed from {file}.\n" if removed else "Nothing was removed.\n")
    assert (out, CANARY in err) == ("", False)
    assert file.read_text() == ("# mine\n" if removed else TEXT)


def test_remove_with_yes_does_not_ask(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert emqx_tui("remove", "a", "--yes") == 0
    assert capsys.readouterr().err == f"a was removed from {file}.\n"


def test_show_masks_secrets_and_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert emqx_tui("show", "a") == emqx_tui("show") == 0
    shown = capsys.readouterr().out
    assert shown.count('app_secret = "***"') == 2
    assert CANARY not in shown
    assert emqx_tui("schema") == 0
    assert json.loads(capsys.readouterr().out)["$defs"]["deployment"]["required"] == ["name", "url"]


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["path"], ["check"], ["add"], ["edit"], ["remove"], ["show"], ["schema"]):
        with pytest.raises(SystemExit) as caught:
            emqx_tui(*words, "--help")
        assert caught.value.code == 0
    assert "--secret-keyring SERVICE" in capsys.readouterr().out


def chunks(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            read = os.read(terminal, 1024)
        except OSError:
            return
        if not read:
            return
        yield read


def test_a_secret_that_is_typed_into_a_real_terminal_is_not_echoed(file: Path) -> None:
    program = (
        "import argparse, sys\nfrom emqx_tui.config_commands import configure, run\n"
        "parser = argparse.ArgumentParser()\nconfigure(parser)\n"
        "sys.exit(run(parser.parse_args(sys.argv[1:], namespace=argparse.Namespace(config=None))))\n"
    )
    ours, theirs = pty.openpty()
    words = [sys.executable, "-c", program, "add", "b", "--url", URL, "--app-id", "x"]
    with subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, cwd=Path(__file__).parents[1]
    ) as running:
        os.close(theirs)
        said, sent = b"", False
        for read in chunks(ours):
            said += read
            if not sent and b"secret: " in said:
                os.write(ours, b"typed-secret\n")
                sent = True
    os.close(ours)
    assert running.returncode == 0, said
    assert b"typed-secret" not in said
    assert deployments()["b"].secret == InlineSecret(Secret("typed-secret"))
    assert file.read_text().startswith(TEXT)


def test_keys_prints_what_keys_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert emqx_tui("keys") == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "| `view.sort`       | `s`         | Choose the column to sort by |" in out


def test_check_tells_of_keys_and_counts_them_as_no_error(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(TEXT + '[keys]\n"view.sort" = "j"\n')
    assert emqx_tui("check") == 0
    out, err = capsys.readouterr()
    assert out == f"{file}: 1 deployment can be used\n"
    assert err.startswith("config.toml:8: keys.view.sort: 'j' is the key of table.down.")
