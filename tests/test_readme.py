"""What the README says can be done can be done."""

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from emqx_tui import cli
from emqx_tui.config import load
from emqx_tui.demo_command import SCENARIOS
from emqx_tui.keyboard import names
from emqx_tui.keyboard.table import Place, keys_of


ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    """The blocks of code of this kind; those of commands have none."""
    return [found[3] for found in BLOCK.finditer(README) if found[2] == kind]


def commands() -> Iterator[list[str]]:
    """The words of each command, wherever it stands in its line."""
    for line in "".join(blocks("")).splitlines():
        for command in re.split(r"&&|\||;|& *$", re.sub(r" #.*", "", line)):
            yield shlex.split(command)


def ours() -> Iterator[list[str]]:
    """What stands after the program's name, where a line starts it, here or on another machine."""
    for words in commands():
        if words[:1] == ["emqx-tui"] or (words[:1] == ["ssh"] and "emqx-tui" in words):
            after = words[words.index("emqx-tui") + 1 :]
            yield after[: after.index(">")] if ">" in after else after


def test_there_are_commands_to_try() -> None:
    assert len(list(ours())) > 10


@pytest.mark.parametrize("words", list(ours()), ids=" ".join)
def test_a_command_of_ours_is_understood(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    understood: list[argparse.Namespace] = []

    def run(options: argparse.Namespace) -> int:
        understood.append(options)
        return 0

    monkeypatch.setattr(cli, "_run_tui", partial(run))
    monkeypatch.setattr(cli, "_COMMANDS", {name: (run, parser) for name, (_run, parser) in cli._COMMANDS.items()})
    assert cli.main(words) == 0
    assert len(understood) == 1


def test_what_is_made_can_be_made() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {words[1] for words in commands() if words[:1] == ["make"]} | set(re.findall(r"`make (\w+)", README))
    assert targets
    assert {target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


def test_the_scenarios_are_those_of_the_demo() -> None:
    named = set(re.findall(r"--scenario ([\w-]+)", README))
    assert named
    assert named <= set(SCENARIOS)


@pytest.mark.parametrize("text", blocks("toml"))
def test_a_configuration_is_one(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    loaded = load(path)
    assert loaded.problems == ()
    assert len(loaded.settings.deployments) == len(tomllib.loads(text)["deployments"])


def test_every_key_is_told() -> None:
    table = README.partition("| key |")[2].partition("\n\n")[0]
    told = set(re.findall(r"`([^`]+)`", "\n".join(row.split("|")[1] for row in table.splitlines() if "|" in row)))
    everyday = keys_of(Place.FLEET, Place.FILE, Place.DEPLOYMENT, Place.WRITING, Place.LIST, Place.EVERYWHERE)
    assert {names.long(key.keys.split(",")[0]) for key in everyday} - told == set()


def test_what_is_linked_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link.partition("#")[0]).exists()] == []
