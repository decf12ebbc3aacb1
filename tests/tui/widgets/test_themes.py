import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color
from textual.theme import Theme

import emqx_tui
from emqx_tui.resources.spec import Tone
from emqx_tui.tui.themes import DARK, LIGHT
from emqx_tui.tui.widgets.live_table import LiveTable
from emqx_tui.tui.widgets.painted import TONES


READABLE = 4.5
"""The contrast that WCAG AA asks of text."""


def contrasts(table: LiveTable[str]) -> Iterator[tuple[str, float]]:
    for name in TONES.values():
        for look in ((name,), ("live-table--cursor", name)):
            style = table.style_of(look)
            assert style.color is not None
            assert style.bgcolor is not None
            darker, lighter = sorted((luminance(style.color), luminance(style.bgcolor)))
            yield " ".join(look), (lighter + 0.05) / (darker + 0.05)


def luminance(color: Color) -> float:
    """As WCAG defines it."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (part / 255 for part in color.get_truecolor())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name])
async def test_every_tone_is_readable_also_under_the_cursor(host: Callable[..., Any], theme: str) -> None:
    table: LiveTable[str] = LiveTable((), str)
    async with host(table) as (app, pilot):
        app.theme = theme
        for focused in (True, False):
            app.set_focus(table if focused else None)
            await pilot.pause()
            assert {look: ratio for look, ratio in contrasts(table) if ratio < READABLE} == {}


async def test_the_dark_theme_is_the_default(host: Callable[..., Any]) -> None:
    async with host() as (app, _pilot):
        assert app.theme == DARK.name


@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_tones_differ_in_more_than_nothing(host: Callable[..., Any], theme: Theme) -> None:
    table: LiveTable[str] = LiveTable((), str)
    async with host(table) as (app, pilot):
        app.theme = theme.name
        await pilot.pause()
        tones = [Tone.NORMAL, Tone.MUTED, Tone.ACCENT, Tone.GOOD, Tone.WARNING, Tone.CRITICAL]
        assert len({table.style_of((TONES[tone],)).color for tone in tones}) == len(tones)


def test_only_the_themes_know_colours() -> None:
    package = Path(emqx_tui.__file__).parent / "tui" / "widgets"
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|rgba?\(|hsla?\(")
    assert [path.name for path in package.glob("*.py") if literal.search(path.read_text("utf-8"))] == []
