"""What the page on coverage says is where it says, and no list of ours is left out of it."""

import argparse
import re
import shlex
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from emqx_tui import cli
from emqx_tui.report.wish import Wish, checked
from emqx_tui.resource_commands import DEPLOYMENTS as FLEET_COMMAND
from emqx_tui.resources import NAMES, named
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.spec import Resource


ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "coverage.md").read_text("utf-8")

NOWHERE = "\N{EN DASH}"
QUOTED = re.compile(r"`([^`]+)`")
WORD = re.compile(r"[a-z][a-z0-9_]+")
REASON = re.compile(r" \(([^()]+)\)$")


class Line(NamedTuple):
    """One question, and where it is answered."""

    there: str
    screen: str
    script: str
    covered: str


def rows(heading: str) -> list[list[str]]:
    """The cells of all tables whose heading begins so."""
    found = []
    inside = False
    for text in PAGE.splitlines():
        if not text.startswith("|"):
            inside = False
        elif text.startswith(f"| {heading} |"):
            inside = True
        elif inside and not text.startswith("| ---"):
            found.append([cell.strip() for cell in text.strip("|").split("|")])
    return found


LINES = [Line._make(cells) for cells in rows("there")]
OWN = [Line._make([*cells, "yes"]) for cells in rows("question")]
REASONS = {cells[0] for cells in rows("word")}
COMMANDS = sorted({told for told in QUOTED.findall(PAGE) if told.startswith("emqx-tui ")})
every_line = pytest.mark.parametrize("line", [*LINES, *OWN], ids=lambda line: line.there)


def resource_of(name: str) -> Resource[Any]:
    return DEPLOYMENTS if name in {DEPLOYMENTS.name, FLEET_COMMAND} else named(name)


def test_every_line_has_a_question_two_places_and_a_verdict() -> None:
    assert len(LINES) > 100
    assert all(len(cells) == 4 for cells in rows("there"))
    assert all(len(cells) == 3 for cells in [*rows("question"), *rows("word")])
    assert all(line.there and line.screen and line.script for line in LINES)


@every_line
def test_what_is_named_on_a_screen_is_there(line: Line) -> None:
    columns: set[str] = set()
    for told in QUOTED.findall(line.screen):
        if told.startswith(":"):
            columns = {column.id for column in resource_of(told[1:]).columns}
        elif WORD.fullmatch(told):
            assert told in columns, line.screen


@every_line
def test_the_keys_that_a_script_is_promised_are_there(line: Line) -> None:
    fields: tuple[str, ...] = ()
    for told in QUOTED.findall(line.script):
        if told.startswith("emqx-tui "):
            name = told.split()[1]
            fields = resource_of(name).fields if name in {*NAMES, FLEET_COMMAND} else ()
        else:
            assert told in fields, line.script


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_understood(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    understood: list[argparse.Namespace] = []

    def run(options: argparse.Namespace) -> int:
        understood.append(options)
        return 0

    commands = {name: (partial(run), parser) for name, (_run, parser) in cli._COMMANDS.items()}
    monkeypatch.setattr(cli, "_COMMANDS", commands)
    words = shlex.split(command)[1:]
    assert words[0] in cli._COMMANDS
    assert cli.main(words) == 0
    (options,) = understood
    if words[0] in {*NAMES, FLEET_COMMAND}:
        wish = Wish(options.output, sort=options.sort, find=getattr(options, "find", ""))
        checked(resource_of(words[0]), wish, columns=options.columns, filtered=options.filter)


def test_no_list_of_ours_is_left_out() -> None:
    on_screen = {told[1:] for line in [*LINES, *OWN] for told in QUOTED.findall(line.screen) if told.startswith(":")}
    in_scripts = {command.split()[1] for command in COMMANDS}
    assert {*NAMES, DEPLOYMENTS.name} <= on_screen
    assert {*NAMES, FLEET_COMMAND} <= in_scripts


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.there)
def test_a_line_is_answered_or_says_why_not(line: Line) -> None:
    verdict, _space, rest = line.covered.partition(" ")
    reason = REASON.search(line.covered)
    if reason is not None:
        assert reason[1] in REASONS
    match verdict:
        case "yes":
            assert not rest
            assert NOWHERE not in {line.screen, line.script}
        case "partly:":
            assert rest
        case "open":
            assert reason is not None
            assert (line.screen, line.script) == (NOWHERE, NOWHERE)
        case _:
            pytest.fail(line.covered)


def test_no_reason_is_given_for_nothing() -> None:
    given = {found[1] for line in LINES if (found := REASON.search(line.covered))}
    assert given == REASONS


def test_what_is_linked_is_there_and_the_readme_leads_to_the_page() -> None:
    titles = re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        path, _hash, anchor = link.partition("#")
        assert not path or (ROOT / "docs" / path).exists()
        assert path or anchor in headings
    assert "docs/coverage.md" in (ROOT / "README.md").read_text("utf-8")
