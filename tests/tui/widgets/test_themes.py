import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorType
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES, Theme

import emqx_tui
from emqx_tui.fleet.poller import Poller
from emqx_tui.fleet.store import Store
from emqx_tui.resources.spec import Cell, Column, Tone
from emqx_tui.tui import themes
from emqx_tui.tui.app import EmqxTui
from emqx_tui.tui.themes import (
    ABOUT,
    COLOURBLIND,
    DARK,
    LIGHT,
    TERMINAL,
    THEMES,
    choose,
    contrast,
    deployment_colour,
    native_colour,
    readable_on,
    theme_names,
)
from emqx_tui.tui.widgets.key_bar import KeyBar, KeyHint
from emqx_tui.tui.widgets.lines import Lines, Span
from emqx_tui.tui.widgets.live_table import LiveTable
from emqx_tui.tui.widgets.pages import Pages
from emqx_tui.tui.widgets.painted import BOLD, SELECTED, TONES, Look, Painted, badge
from emqx_tui.tui.widgets.prompt import Prompt


READABLE = {"dark": 4.5, "light": 4.5, "contrast": 7.0, "colourblind": 4.5}
"""The contrast that WCAG asks of text: AA, and AAA of the theme that is for it."""

DRAWN = {"dark": 3.0, "light": 3.0, "contrast": 4.5, "colourblind": 3.0}
"""The contrast that WCAG asks of what is no text: charts, which are large and must not outshine the words."""

APART = 20.0
"""Distance in CIE Lab from which two colours are taken for two at a glance; 2.3 is just noticeable side by side."""

Matrix = tuple[tuple[float, float, float], ...]

EYES: dict[str, Matrix] = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What linear red, green and blue become (Machado, Oliveira and Fernandes 2009, at full severity)."""

TO_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)


def times(matrix: Matrix, vector: Sequence[float]) -> list[float]:
    return [sum(share * part for share, part in zip(row, vector, strict=True)) for row in matrix]


def lab(color: Color, eye: Matrix) -> tuple[float, float, float]:
    """Lightness, green to red and blue to yellow, as that eye has it."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (part / 255 for part in color.rgb)
    ]
    seen = [min(1.0, max(0.0, part)) for part in times(eye, linear)]
    x, y, z = (
        share ** (1 / 3) if share > (6 / 29) ** 3 else share / (3 * (6 / 29) ** 2) + 4 / 29
        for share in (part / white for part, white in zip(times(TO_XYZ, seen), (0.95047, 1.0, 1.08883), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: Color, other: Color, eye: Matrix) -> float:
    pairs = zip(lab(one, eye), lab(other, eye), strict=True)
    return float(sum((here - there) ** 2 for here, there in pairs) ** 0.5)


def colours(style: Style) -> tuple[Color, Color]:
    assert style.color is not None
    assert style.bgcolor is not None
    return Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)


def unreadable(widget: Painted, theme: str, *below: str) -> Iterator[tuple[str, float]]:
    for tone, look in TONES.items():
        found = contrast(*colours(widget.style_of((*below, look))))
        if found < (DRAWN if tone is Tone.CHART else READABLE)[theme]:
            yield " ".join((*below, look)), found


@pytest.mark.parametrize("name", READABLE)
async def test_every_tone_is_readable_also_under_the_cursor(host: Callable[..., Any], name: str) -> None:
    table: LiveTable[str] = LiveTable((), str)
    async with host(table) as (app, pilot):
        choose(app, name)
        for focused in (True, False):
            app.set_focus(table if focused else None)
            await pilot.pause()
            assert [*unreadable(table, name), *unreadable(table, name, "live-table--cursor")] == []


@pytest.mark.parametrize("name", READABLE)
async def test_every_tone_is_readable_also_where_it_is_marked_as_found(host: Callable[..., Any], name: str) -> None:
    pages = Pages()
    async with host(pages) as (app, pilot):
        choose(app, name)
        await pilot.pause()
        assert [*unreadable(pages, name), *unreadable(pages, name, "pages--match")] == []


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize("background", ["background", "surface", "panel"])
async def test_every_tone_is_readable_on_every_background(host: Callable[..., Any], name: str, background: str) -> None:
    lines = Lines()
    async with host(lines) as (app, pilot):
        choose(app, name)
        await pilot.pause()
        lines.styles.background = app.theme_variables[background]
        await pilot.pause()
        assert list(unreadable(lines, name)) == []


@pytest.mark.parametrize("name", READABLE)
async def test_what_is_selected_is_readable_and_told_from_the_cursor(host: Callable[..., Any], name: str) -> None:
    table: LiveTable[str] = LiveTable((), str)
    async with host(table) as (app, pilot):
        choose(app, name)
        await pilot.pause()
        for below in ((), ("live-table--cursor",)):
            for tone in TONES.values():
                selected, plain = table.style_of((*below, tone, SELECTED)), table.style_of((*below, tone))
                assert contrast(*colours(selected)) >= READABLE[name]
                assert distance(colours(selected)[1], colours(plain)[1], EYES["all cones"]) > APART


@pytest.mark.parametrize("eye", EYES)
def test_states_are_told_apart_by_colour_whatever_eyes_one_has(eye: str) -> None:
    tones = {
        name: Color.parse(COLOURBLIND.variables[f"text-{name}"]) for name in ("success", "warning", "error", "muted")
    }
    tones["normal"] = Color.parse(COLOURBLIND.foreground or "")
    states = {"success", "warning", "error"}
    near = {
        (one, other): distance(tones[one], tones[other], EYES[eye])
        for one, other in itertools.combinations(tones, 2)
        if {one, other} & states
    }
    assert {pair: apart for pair, apart in near.items() if apart < APART} == {}


def test_the_measure_of_distance_sees_what_the_dark_theme_hides_from_some() -> None:
    good, critical = Color.parse(DARK.success or ""), Color.parse(DARK.error or "")
    assert distance(good, critical, EYES["all cones"]) > 2 * distance(good, critical, EYES["deuteranopia"])
    white, black = Color(255, 255, 255), Color(0, 0, 0)
    assert distance(white, black, EYES["all cones"]) == pytest.approx(100, abs=0.01)


async def test_the_dark_theme_is_the_default(host: Callable[..., Any]) -> None:
    async with host() as (app, _pilot):
        assert app.theme == DARK.name


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
async def test_tones_differ_in_more_than_nothing(host: Callable[..., Any], theme: Theme) -> None:
    table: LiveTable[str] = LiveTable((), str)
    async with host(table) as (app, pilot):
        app.theme = theme.name
        await pilot.pause()
        tones = [Tone.NORMAL, Tone.MUTED, Tone.ACCENT, Tone.GOOD, Tone.WARNING, Tone.CRITICAL]
        styles = [table.style_of((TONES[tone],)) for tone in tones]
        assert len({(style.color, style.dim) for style in styles}) == len(tones)


def test_only_the_themes_know_colours() -> None:
    package = Path(emqx_tui.__file__).parent / "tui" / "widgets"
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|rgba?\(|hsla?\(")
    assert [path.name for path in package.glob("*.py") if literal.search(path.read_text("utf-8"))] == []


# Choosing


def test_themes_have_names_and_words() -> None:
    assert theme_names() == ["dark", "light", "contrast", "colourblind", "terminal"]
    assert {name: theme.name for name, theme in THEMES.items()} == {name: f"emqx-{name}" for name in THEMES}
    assert list(ABOUT) == theme_names()
    assert not set(theme_names()) & set(BUILTIN_THEMES)


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("light", "emqx-light"),
        (" Contrast ", "emqx-contrast"),
        ("colorblind", "emqx-colourblind"),
        ("emqx-terminal", "emqx-terminal"),
        ("nord", "nord"),
    ],
)
def test_a_theme_is_chosen_by_either_name_also_one_of_textual(wanted: str, chosen: str) -> None:
    app = App[None]()
    themes.register(app)
    assert app.theme == "emqx-dark"
    choose(app, wanted)
    assert app.theme == chosen


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("contrasts", "There is no theme contrasts. Did you mean contrast?"),
        ("gruvbx", "There is no theme gruvbx. Did you mean gruvbox?"),
        ("zzz", "There is no theme zzz. There are: dark, light, contrast, colourblind, terminal."),
    ],
)
def test_an_unknown_theme_is_refused_with_a_suggestion(wanted: str, told: str) -> None:
    app = App[None]()
    themes.register(app, "light")
    with pytest.raises(ValueError, match=re.escape(told)):
        choose(app, wanted)
    assert app.theme == "emqx-light"


async def test_choosing_the_theme_that_is_shown_styles_nothing_anew(
    host: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with host() as (app, pilot):
        await pilot.pause()
        styled: list[str] = []
        monkeypatch.setattr(app, "_watch_theme", styled.append)
        choose(app, "dark")
        assert styled == []


# The terminal's own colours, and none


COLUMNS: tuple[Column[Tone], ...] = (
    Column("tone", "TONE", 10, lambda tone: Cell(tone.value, tone), str),
    Column("about", "ABOUT", 10, lambda tone: Cell("▇▇▁", tone), str),
)


class Gallery(App[None]):
    """Every kind of thing that we draw, every tone, a badge, a frame and a scroll bar."""

    CSS = """
    #table { height: 6; }
    #lines { border: solid $border; background: $surface; height: 12; }
    """

    def __init__(self, theme: str, *, native: bool | None = None) -> None:
        super().__init__(ansi_color=native)
        themes.register(self, theme)

    def compose(self) -> ComposeResult:
        yield LiveTable(COLUMNS, str, id="table")
        yield Lines([(Span(tone.value, tone), Span(" bold", tone, bold=True)) for tone in Tone], id="lines")
        yield Prompt()
        yield KeyBar()

    def on_mount(self) -> None:
        table = self.query_one(LiveTable)
        table.show(list(Tone))
        table.sorted_by = ("tone", True)
        self.query_one(KeyBar).show_hints([KeyHint("?", "help", "screen.help")])
        self.query_one(Prompt).open(":", "nodes", ["nodes"])


def strips(app: App[Any]) -> list[Strip]:
    return list(app.screen._compositor.render_strips())


def kinds(lines: Sequence[Strip]) -> set[ColorType]:
    """The kinds of colours that the terminal is sent."""
    styles = [segment.style for strip in lines for segment in strip if segment.style is not None]
    return {color.type for style in styles for color in (style.color, style.bgcolor) if color is not None}


async def test_the_terminal_theme_sends_only_the_sixteen_colours() -> None:
    app = Gallery("terminal")
    async with app.run_test() as pilot:
        for focused in (app.query_one(LiveTable), None):
            app.set_focus(focused)
            await pilot.pause()
            assert kinds(strips(app)) == {ColorType.DEFAULT, ColorType.STANDARD}


async def test_the_whole_program_in_the_terminal_theme_sends_only_the_sixteen_colours() -> None:
    app = EmqxTui(Poller(Store()))
    choose(app, "terminal")
    async with app.run_test(tooltips=True, notifications=True) as pilot:
        for key in ("question_mark", "escape", "s", "escape", "slash", "x", "escape", "ctrl+p"):
            await pilot.press(key)
            await pilot.pause()
            assert kinds(strips(app)) <= {ColorType.DEFAULT, ColorType.STANDARD}, key
        app.notify("a toast", markup=False)
        await pilot.pause()
        assert kinds(strips(app)) <= {ColorType.DEFAULT, ColorType.STANDARD}


async def test_the_terminal_theme_can_be_left_and_taken_again() -> None:
    app = Gallery("dark")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert kinds(strips(app)) == {ColorType.TRUECOLOR}
        choose(app, "terminal")
        await pilot.pause()
        assert kinds(strips(app)) == {ColorType.DEFAULT, ColorType.STANDARD}
        choose(app, "light")
        await pilot.pause()
        assert kinds(strips(app)) == {ColorType.TRUECOLOR}


async def test_muted_is_dim_in_the_terminals_own_colours() -> None:
    app = Gallery("terminal")
    async with app.run_test() as pilot:
        await pilot.pause()
        style = app.query_one(Lines).style_of((TONES[Tone.MUTED],))
        assert style.dim
        assert style.color is not None
        assert style.color.is_default


def test_no_color_counts_when_it_is_not_empty() -> None:
    assert native_colour({"NO_COLOR": "1"}) is True
    assert native_colour({"NO_COLOR": "0"}) is True
    assert native_colour({}) is None
    environ = {"NO_COLOR": ""}
    assert native_colour(environ) is None
    assert environ == {}


@pytest.mark.parametrize("theme", THEMES)
async def test_no_color_sends_no_colour_in_any_theme(monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Gallery(theme, native=native_colour({"NO_COLOR": "1"}))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert kinds(strips(app)) == {ColorType.DEFAULT}


async def test_without_colour_the_cursor_is_reversed_and_states_stand_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Gallery("dark", native=True)
    async with app.run_test() as pilot:
        app.query_one(LiveTable).focus()
        await pilot.pause()
        reversed_rows = [
            y
            for y, strip in enumerate(strips(app))
            if any(one.style is not None and one.style.reverse for one in strip)
        ]
        assert reversed_rows == [1]
        lines = app.query_one(Lines)

        def attributes(tone: Tone) -> tuple[bool, bool, bool]:
            style = lines.style_of((TONES[tone],))
            return bool(style.bold), bool(style.underline), bool(style.dim)

        assert attributes(Tone.NORMAL) == (False, False, False)
        assert attributes(Tone.MUTED) == (False, False, True)
        assert attributes(Tone.WARNING) == (True, False, False)
        assert attributes(Tone.CRITICAL) == (True, True, False)


# The colours of deployments


@pytest.mark.parametrize(
    ("text", "rgb"),
    [
        ("red", (255, 0, 0)),
        ("RebeccaPurple", (102, 51, 153)),
        ("#b00020", (176, 0, 32)),
        (" #ABC ", (170, 187, 204)),
    ],
)
def test_a_deployment_has_a_colour_by_name_or_number(text: str, rgb: tuple[int, int, int]) -> None:
    colour = deployment_colour(text)
    assert colour is not None
    assert colour.rgb == rgb


@pytest.mark.parametrize(
    "text",
    [None, "", "nocolour", "ansi_red", "auto", "transparent", "#12345", "#ff000080", "rgb(1,2,3)", "red 50%", "$panel"],
)
def test_what_is_no_colour_is_none(text: str | None) -> None:
    assert deployment_colour(text) is None


@given(st.one_of(st.text(), st.from_regex(r"[#a-z]{1,2}[a-z0-9_]{0,9}", fullmatch=True)))
def test_whatever_is_said_a_deployment_has_an_opaque_colour_or_none(text: str) -> None:
    colour = deployment_colour(text)
    assert colour is None or (colour.a == 1.0 and colour.ansi is None)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_badge_is_readable_whatever_its_colour(rgb: tuple[int, int, int]) -> None:
    colour = Color(*rgb)
    assert contrast(readable_on(colour), colour) >= READABLE["dark"]


PRODUCTION: Look = (TONES[Tone.ACCENT], BOLD, badge(Color(176, 0, 32)))


@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_a_badge_has_its_own_colour_in_every_theme(host: Callable[..., Any], theme: Theme) -> None:
    lines = Lines()
    async with host(lines) as (app, pilot):
        app.theme = theme.name
        await pilot.pause()
        style = lines.style_of(PRODUCTION)
        assert colours(style) == (Color(255, 255, 255), Color(176, 0, 32))
        assert style.bold


@pytest.mark.parametrize("colour", ["#b00020", "orange", "navy", "#123456", "white", "black", "hotpink"])
async def test_a_badge_takes_the_nearest_of_the_terminals_colours(host: Callable[..., Any], colour: str) -> None:
    lines = Lines()
    async with host(lines) as (app, pilot):
        app.theme = TERMINAL.name
        await pilot.pause()
        found = deployment_colour(colour)
        assert found is not None
        style = lines.style_of((*PRODUCTION[:-1], badge(found)))
        assert style.color is not None
        assert style.bgcolor is not None
        assert {style.color.type, style.bgcolor.type} == {ColorType.STANDARD}
        assert style.color != style.bgcolor


async def test_a_badge_is_reversed_where_there_is_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Gallery("dark", native=True)
    async with app.run_test() as pilot:
        await pilot.pause()
        style = app.query_one(Lines).style_of(PRODUCTION)
        assert style.reverse
        assert style.bold
