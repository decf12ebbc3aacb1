from collections.abc import Callable
from typing import Any

import pytest

from emqx_tui.tui.widgets.prompt import Prompt, completions


WORDS = ("nodes", "clients", "node-eu", "Alarms")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("no", ["nodes", "node-eu"]),
        ("clients no", ["clients nodes", "clients node-eu"]),
        ("al", ["Alarms"]),
        ("", []),
        ("nodes", []),
        ("nodes ", []),
    ],
)
def test_the_last_word_is_completed(value: str, expected: list[str]) -> None:
    assert completions(value, WORDS) == expected


async def test_it_tells_what_is_typed_submitted_and_given_up(host: Callable[..., Any]) -> None:
    prompt = Prompt()
    async with host(prompt) as (app, pilot):
        prompt.open("/")
        await pilot.press("a", "[", "enter", "escape")
        told = app.heard_of(Prompt.Changed, Prompt.Submitted, Prompt.Cancelled)
        assert [(type(message).__name__, message.value) for message in told] == [
            ("Changed", "a"),
            ("Changed", "a["),
            ("Submitted", "a["),
            ("Cancelled", "a["),
        ]
        assert all(message.control is prompt for message in told)


async def test_the_prefix_and_hostile_input_are_shown_as_typed(host: Callable[..., Any]) -> None:
    prompt = Prompt()
    async with host(prompt) as (app, pilot):
        prompt.open("/", "[red]x[/] [@click=app.quit]y[/] \x1b[31m")
        await pilot.pause()
        assert app.lines()[0] == "/ [red]x[/] [@click=app.quit]y[/] ␛[31m"


async def test_tab_completes_and_goes_through_what_fits(host: Callable[..., Any]) -> None:
    prompt = Prompt()
    async with host(prompt) as (_app, pilot):
        prompt.open(":", words=WORDS)
        await pilot.press("n", "o")
        seen = []
        for _ in range(3):
            await pilot.press("tab")
            seen.append(prompt.value)
        assert seen == ["nodes", "node-eu", "nodes"]
        assert prompt.has_focus_within
        await pilot.press("space", "c", "tab")
        assert prompt.value == "nodes clients"


async def test_the_rest_of_a_word_is_offered_while_typing(host: Callable[..., Any]) -> None:
    prompt = Prompt()
    async with host(prompt) as (app, pilot):
        prompt.open(":", words=WORDS)
        await pilot.press("c", "l")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.lines()[0] == ": clients"
        assert prompt.value == "cl"


async def test_up_and_down_go_through_what_was_submitted(host: Callable[..., Any]) -> None:
    prompt = Prompt()
    async with host(prompt) as (_app, pilot):
        for entry in ("one", "two", "two"):
            prompt.open("/", entry)
            await pilot.press("enter")
        prompt.open("/", "draft")
        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(prompt.value)
        assert seen == ["two", "one", "one", "two", "draft", "draft"]
        prompt.open(":")
        await pilot.press("up")
        assert prompt.value == ""
