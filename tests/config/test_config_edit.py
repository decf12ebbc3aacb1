import contextlib
import dataclasses
import errno
import fcntl
import os
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from emqx_tui.config import ConfigError, Deployment, InlineSecret, KeyringSecret, Secret, edit, load
from emqx_tui.config.draft import Draft
from emqx_tui.config.edit import add, change, read_draft, remove
from emqx_tui.config.keys import DEPLOYMENT_KEYS


CANARY = "s3cr3t-canary"
ROOT = Path(__file__).parents[2]

TEXT = """\
refresh = 5  # the usual

# Production
[[deployments]]
name = "prod"
url = "https://prod.example/api/v5"   # as the console shows it
api_key = "id"  # theirs
api_secret_env = "PROD"
verify = true  # said aloud

# The lab
[[deployments]]
name = "lab"
url = "localhost:18083"
ca_file = "ca.pem"
"""

NEW = Draft(name="new", url="https://new.example/api/v5")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_bytes(TEXT.encode())
    path.chmod(0o644)
    (tmp_path / "ca.pem").touch()
    return path


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(ConfigError) as caught:
        action()
    return str(caught.value)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def beside(file: Path) -> set[str]:
    return {path.name for path in file.parent.iterdir()} - {"config.toml", "ca.pem"}


def test_a_draft_has_the_keys_of_the_table_of_keys() -> None:
    assert [each.name for each in dataclasses.fields(Draft)] == [key.name for key in DEPLOYMENT_KEYS]


def test_adding_writes_the_new_table_at_the_end_for_its_owner_only(file: Path) -> None:
    draft = Draft(
        name="new", url="https://n", app_id="i", app_secret=Secret('a"\\\n'), verify=True, refresh=2.0, tags=("x", "y")
    )
    add(file, draft)
    assert file.read_text() == (
        TEXT + '\n[[deployments]]\nname = "new"\nurl = "https://n"\napp_id = "i"\n'
        'app_secret = "a\\"\\\\\\n"\nrefresh = 2\ntags = ["x", "y"]\n'
    )
    assert mode(file) == 0o600
    assert beside(file) == set()
    assert load(file).settings.deployments[-1].secret == InlineSecret(Secret('a"\\\n'))
    remove(file, "new")
    assert file.read_text() == TEXT


def test_the_first_deployment_makes_the_file_and_its_private_folders(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "config.toml"
    add(file, NEW)
    assert load(file).require().deployments == (Deployment(name="new", url=NEW.url),)
    assert [mode(path) for path in (file, file.parent, file.parent.parent)] == [0o600, 0o700, 0o700]


def test_a_change_keeps_names_comments_and_what_means_the_same(file: Path) -> None:
    prod, lab = load(file).settings.deployments
    change(file, "prod", dataclasses.replace(Draft.of(prod), url="https://other.example", app_id="new", refresh=7.0))
    expected = TEXT.replace('"https://prod.example/api/v5"', '"https://other.example"').replace('"id"', '"new"')
    expected = expected.replace("# said aloud\n", "# said aloud\nrefresh = 7\n")
    assert file.read_text() == expected
    change(file, "lab", Draft.of(lab))
    assert file.read_text() == expected


def test_a_change_to_a_default_removes_the_line_and_a_rename_keeps_the_rest(file: Path) -> None:
    draft = read_draft(file, "prod")
    change(file, "prod", dataclasses.replace(draft, name="renamed", verify=False))
    assert 'name = "renamed"' in file.read_text()
    assert "verify = false  # said aloud" in file.read_text()
    change(file, "renamed", draft)
    assert file.read_text() == TEXT.replace("verify = true  # said aloud\n", "")


def test_another_place_for_the_secret_replaces_the_old_one(file: Path) -> None:
    draft = dataclasses.replace(read_draft(file, "prod"), app_secret_env=None, app_secret_keyring="emqx")
    change(file, "prod", draft)
    assert file.read_text() == TEXT.replace('api_secret_env = "PROD"\n', "").replace(
        "# said aloud\n", '# said aloud\napp_secret_keyring = "emqx"\n'
    )
    assert load(file).settings.deployments[0].secret == KeyringSecret("emqx", "id")


def test_a_draft_of_a_deployment_says_what_the_deployment_says(file: Path) -> None:
    for deployment in load(file).settings.deployments:
        add(file, dataclasses.replace(Draft.of(deployment), name=f"{deployment.name}-2"))
    prod, lab, prod_2, lab_2 = load(file).require().deployments
    assert (dataclasses.replace(prod_2, name="prod"), dataclasses.replace(lab_2, name="lab")) == (prod, lab)


@pytest.mark.parametrize(
    "source", ["command = \"pass 'a b'\"", 'file = "ca.pem"', 'keyring = "s:me"', f' = "{CANARY}"']
)
def test_every_place_of_a_secret_survives_being_a_draft(file: Path, source: str) -> None:
    text = (
        f'[[deployments]]\nname = "a"\nurl = "https://a"\napp_id = "i"\napp_secret{"_" * (source[0] != " ")}{source}\n'
    )
    file.write_text(text)
    (deployment,) = load(file).require().deployments
    assert CANARY not in repr(Draft.of(deployment)) + str(Draft.of(deployment))
    change(file, "a", Draft.of(deployment))
    assert file.read_text() == text
    add(file, dataclasses.replace(Draft.of(deployment), name="b"))
    assert load(file).require().deployments[1] == dataclasses.replace(deployment, name="b")


def test_what_somebody_else_changed_in_the_same_deployment_is_kept(file: Path) -> None:
    base = read_draft(file, "prod")
    file.write_text(TEXT.replace("# said aloud\n", "# said aloud\ncolour = 'red'\n"))
    change(file, "prod", dataclasses.replace(base, refresh=9.0), base=base)
    assert load(file).settings.deployments[0].colour == "red"
    said = refusal(lambda: change(file, "prod", dataclasses.replace(base, colour="blue"), base=base))
    assert said.startswith("config.toml: colour: was changed by somebody else meanwhile. Nothing was changed")
    assert load(file).settings.deployments[0].colour == "red"


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (
            lambda file: add(file, dataclasses.replace(NEW, name=" lab ")),
            "config.toml:13: a deployment lab is there already",
        ),
        (lambda file: change(file, "prod", dataclasses.replace(NEW, name="lab")), "a deployment lab is there already."),
        (lambda file: change(file, "prot", NEW), "there is no deployment prot. Did you mean 'prod'?"),
        (lambda file: remove(file, "\x1b[31m"), "there is no deployment \u241b[31m. There are: prod, lab."),
        (lambda file: read_draft(file, "x"), "there is no deployment x."),
        (
            lambda file: add(file, dataclasses.replace(NEW, url=f"https://me:{CANARY}@x")),
            "config.toml: url: must not hold a",
        ),
        (lambda file: add(file, dataclasses.replace(NEW, colour="#12")), "config.toml: colour: is no colour"),
        (
            lambda file: add(file, dataclasses.replace(NEW, ca_file="none.pem")),
            "config.toml: ca_file: there is no file",
        ),
        (lambda file: add(file, dataclasses.replace(NEW, app_secret=Secret(CANARY))), "no app_id"),
        (lambda file: add(file, dataclasses.replace(NEW, app_id="\udcff")), "cannot hold this: it is no Unicode text"),
        (lambda file: add(file, dataclasses.replace(NEW, app_id="x" * 2**20)), "would become larger than 1 MiB"),
        (lambda file: add(file.parent, NEW), "cannot be changed, and is what it was: Is a directory"),
        (lambda file: add(file / "x", NEW), "cannot be changed, and is what it was: "),
        (lambda file: remove(file.parent / "none.toml", "x"), "there is no configuration file"),
        (lambda file: read_draft(file.parent / "none.toml", "x"), "Add a deployment first; that makes the file."),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(
    file: Path, action: Callable[[Path], object], said: str
) -> None:
    told = refusal(lambda: action(file))
    assert said in told
    assert CANARY not in told
    assert file.read_text() == TEXT
    assert beside(file) == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("deployments = [{name = 'a', url = 'https://a'}]\n", "config.toml:1: deployments: is written as a value"),
        ("x = 1\n[deployments]\nname = 'a'\n", "config.toml:2: deployments: is written as a value"),
        ("name = \n", "config.toml:1: is not valid TOML"),
        (b"\xff\xfex", "config.toml:1: is UTF-16"),
        (
            "[[deployments]]\nname = 'a'\n[[deployments]]\nname = ' a'\n",
            "the name a is used more than once, in lines 1, 3",
        ),
        ("[[deployments]]\nname = 'a'\nurl = 'https://a'\nverfy = false\n", "config.toml: verfy: unknown key"),
        (
            "[[deployments]]\nname = 'a'\nurl = 'https://a'\nwrite = 'yes'\nrefresh = 1\n",
            "write: expected true or false",
        ),
    ],
)
def test_a_file_that_cannot_be_edited_safely_is_left_alone(file: Path, text: str | bytes, said: str) -> None:
    content = text.encode() if isinstance(text, str) else text
    file.write_bytes(content)
    base = dataclasses.replace(NEW, name="a")
    assert said in refusal(lambda: change(file, "a", dataclasses.replace(base, tags=("x",)), base=base))
    assert file.read_bytes() == content


def test_a_value_of_a_wrong_type_is_told_with_its_line_instead_of_being_lost(file: Path) -> None:
    file.write_text(TEXT.replace("verify = true", "verify = 'false'"))
    assert refusal(lambda: read_draft(file, "prod")).startswith("config.toml:9: deployments[1].verify: expected true")


def test_a_faulty_deployment_is_no_obstacle_and_can_be_removed(file: Path) -> None:
    faulty = "\n[[deployments]]\nname = 'bad'\nurl = 5\nrefresh = nan\n"
    file.write_text(TEXT + faulty)
    add(file, NEW)
    assert faulty in file.read_text()
    remove(file, "bad")
    assert [each.name for each in load(file).require().deployments] == ["prod", "lab", "new"]


def test_line_breaks_and_a_byte_order_mark_stay(file: Path) -> None:
    content = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    file.write_bytes(content)
    add(file, NEW)
    change(file, "lab", dataclasses.replace(read_draft(file, "lab"), colour="red"))
    written = file.read_bytes()
    assert written.startswith(content[:-2])
    assert written.count(b"\n") == written.count(b"\r\n")


def test_a_link_stays_and_what_it_leads_to_is_replaced(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "there" / "link.toml"
    link.parent.mkdir()
    link.symlink_to(file)
    (link.parent / "ca.pem").touch()
    add(link, NEW)
    assert link.is_symlink()
    assert len(load(file).settings.deployments) == 3
    assert [path.name for path in link.parent.iterdir() if path.name != "ca.pem"] == ["link.toml"]


# What goes wrong on the way to the disk


@pytest.mark.parametrize("step", ["os.write", "os.fsync", "os.replace", "os.close", "pathlib.Path.chmod"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()])
def test_a_failure_at_any_step_leaves_the_old_file_and_nothing_beside_it(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    close = os.close

    def fail(*arguments: object, **_named: object) -> None:
        if step == "os.close":
            close(arguments[0])  # type: ignore[arg-type]
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(step, fail)
        with pytest.raises((ConfigError, KeyboardInterrupt)) as caught:
            add(file, NEW)
    if isinstance(error, OSError) and step != "os.close":
        assert "cannot be changed, and is what it was: No space left on device. Check who" in str(caught.value)
    assert file.read_text() == TEXT
    assert beside(file) == set()
    add(file, NEW)


def test_a_folder_that_cannot_be_synced_is_no_failure(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    add(file, NEW)
    assert len(load(file).settings.deployments) == 3


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_process_that_dies_on_the_way_leaves_the_old_file_and_the_next_one_clears_up(file: Path, step: str) -> None:
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom emqx_tui.config.draft import Draft\n"
        "from emqx_tui.config.edit import add\n"
        f"os.{step} = lambda *_: os._exit(9)\nadd(Path(sys.argv[1]), Draft(name='x', url='https://x'))\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(file)], cwd=ROOT, check=False).returncode == 9
    assert file.read_text() == TEXT
    add(file, NEW)
    assert beside(file) == set()


def test_two_processes_that_add_at_the_same_time_lose_nothing(file: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom emqx_tui.config.draft import Draft\n"
        "from emqx_tui.config.edit import add\nsys.stdin.readline()\n"
        "for number in range(20):\n"
        "    add(Path(sys.argv[1]), Draft(name=f'{sys.argv[2]}-{number}', url='https://x'))\n"
    )
    with contextlib.ExitStack() as stack:
        writers = [
            stack.enter_context(
                subprocess.Popen([sys.executable, "-c", program, str(file), name], cwd=ROOT, stdin=subprocess.PIPE)
            )
            for name in ("one", "two")
        ]
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write(b"\n")
            writer.stdin.flush()
        assert [writer.wait(60) for writer in writers] == [0, 0]
    names = [each.name for each in load(file).require().deployments]
    assert sorted(names) == sorted(["prod", "lab", *(f"{who}-{n}" for who in ("one", "two") for n in range(20))])
    assert file.read_text().startswith(TEXT)
    assert beside(file) == set()


def test_a_lock_that_is_not_let_go_of_is_not_waited_for_without_end(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit, "PATIENCE", 0.05)
    with (file.parent / ".config.toml.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = refusal(lambda: add(file, NEW))
    assert "is being changed by another process, which did not end within 0.05 seconds. Nothing was changed" in said
    add(file, NEW)
    assert beside(file) == set()


@pytest.mark.parametrize(("times", "done"), [(1, True), (9, False)])
def test_what_an_editor_saves_in_the_last_moment_is_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch, times: int, done: bool
) -> None:
    saved, fsync = list[str](), os.fsync

    def save(descriptor: int) -> None:
        fsync(descriptor)
        if len(saved) < times and not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            saved.append(f"# saved {len(saved)}\n")
            file.write_text(TEXT + saved[-1])

    monkeypatch.setattr(os, "fsync", save)
    if done:
        add(file, NEW)
    else:
        assert "was changed by another program again and again" in refusal(lambda: add(file, NEW))
    assert file.read_text().startswith(TEXT + saved[-1])
    assert (len(load(file).settings.deployments) == 3) is done
    assert beside(file) == set()


def test_a_text_that_would_say_something_else_is_never_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "would not say what it should after this change, so it was not made"
    wrongs: list[Callable[[str, object], str]] = [
        lambda text, _values: text,
        lambda text, _values: text.replace("lab", "x"),
        lambda _text, _values: "[",
        lambda _text, _values: "",
    ]
    for wrong in wrongs:
        monkeypatch.setattr(edit, "with_table", wrong)
        assert said in refusal(lambda: add(file, NEW))
    monkeypatch.setattr(edit, "without_table", lambda text, _index: text)
    assert said in refusal(lambda: remove(file, "lab"))
    assert file.read_text() == TEXT


def test_no_secret_is_in_the_traceback_of_a_refusal(file: Path) -> None:
    file.write_text(TEXT + f"\n[[deployments]]\nname = 'c'\nurl = 'https://c'\napp_id = 'i'\napp_secret = '{CANARY}'\n")
    draft = dataclasses.replace(read_draft(file, "c"), url="ftp://c")
    with pytest.raises(ConfigError) as changing:
        change(file, "c", draft)
    with pytest.raises(ConfigError) as adding:
        add(file, dataclasses.replace(draft, name="d"))
    for error in (changing.value, adding.value):
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert "must begin with https://" in shown
        assert CANARY not in shown


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can edit somebody else's file")
def test_a_file_stays_its_owners(file: Path) -> None:
    os.chown(file, 12345, 12345)
    add(file, NEW)
    assert (file.stat().st_uid, file.stat().st_gid, mode(file)) == (12345, 12345, 0o600)
