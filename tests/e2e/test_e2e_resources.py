"""Every resource of every kind of broker, opened in a real terminal: rows, or the reason why there are none."""

import re
from pathlib import Path

import pytest

from e2e.terminal import Terminal
from emqx_tui.i18n import _
from emqx_tui.resources import NAMES, named


DEPLOYMENTS = ("prod-eu", "plant-cn", "serverless", "edge-gw")

REASONS = (
    r"Not offered by",
    r"offers no",
    r"are off",
    r"is off",
    r"No active alarms",
    r"Nothing found",
    r"Nobody is banned",
)
"""Beginnings of what an empty list says; `empty` of the resource is another one."""


ROW = r"^ *[●○✖▲◆◐?] "


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
async def test_a_list_has_rows_or_says_why_it_has_none(tmp_path: Path, deployment: str) -> None:
    polled = {"nodes", "alarms", "metrics", "stats"} if deployment == "serverless" else set()
    async with Terminal("demo", "-d", deployment, home=tmp_path, size=(120, 36)) as terminal:
        await terminal.shows(rf"^ {deployment}  ")
        for name in [one for one in NAMES if one not in polled]:
            resource = named(name)
            heading = {"nodes": r"^ +NODE", "alarms": r"^ +ALARM"}.get(name, rf"^ {re.escape(_(resource.title))}\b")
            empty = re.escape(_(resource.empty)[:30])
            terminal.send(f":{name}\r")
            await terminal.shows(rf"(?ms)({heading}.*)({ROW}|{'|'.join(REASONS)}|{empty})")
            await terminal.shows("q quit")
        terminal.send("q")
        assert await terminal.ended() == 0
        assert terminal.left_behind() == []


async def test_a_client_is_banned_after_a_dialog_and_the_ban_list_has_it(tmp_path: Path) -> None:
    async with Terminal("demo", "--write", "-d", "prod-eu", home=tmp_path, size=(120, 36)) as terminal:
        await terminal.shows(r"^ prod-eu .*  write  ● live")
        terminal.send(":clients\r")
        await terminal.shows(r"of \d+k loaded")
        terminal.send("a")
        await terminal.shows("Do what with 1 client")
        terminal.send("j\r")
        await terminal.shows("Ban 1 client in prod-eu")
        terminal.send("\x1b")
        await terminal.shows_no("Ban 1 client")
        terminal.send("a")
        await terminal.shows("Do what with 1 client")
        terminal.send("j\r")
        await terminal.shows("Ban 1 client in prod-eu")
        terminal.send("\t\t\t\t\r")
        await terminal.shows(r"ban: 1 of 1 client done")
        terminal.send(":banned\r")
        await terminal.shows(r"clientid .*emqx-tui")
        terminal.send("q")
        assert await terminal.ended() == 0


async def test_nothing_can_be_changed_where_it_is_not_allowed(tmp_path: Path) -> None:
    async with Terminal("demo", "-d", "prod-eu", home=tmp_path, size=(120, 36)) as terminal:
        await terminal.shows(r"^ prod-eu .*  read-only  ● live")
        terminal.send(":clients\r")
        await terminal.shows(r"of \d+k loaded")
        await terminal.shows_no("a actions")
        terminal.send("a")
        await terminal.shows("prod-eu is read-only")
        terminal.send("q")
        assert await terminal.ended() == 0
    assert not (tmp_path / "state" / "journal.jsonl").exists()
