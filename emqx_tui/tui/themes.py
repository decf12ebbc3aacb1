"""Our themes and the colours of deployments. The only place with colours in it; all else names what they mean."""

import difflib
import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from textual.app import App
from textual.color import Color, ColorParseError
from textual.theme import Theme

from emqx_tui.i18n import N_, _


DARK = Theme(
    name="emqx-dark",
    dark=True,
    primary="#1f9d74",
    secondary="#5b8fb9",
    accent="#2fd0a0",
    success="#7ccf6b",
    warning="#e8b84a",
    error="#ff6f6f",
    foreground="#d5dbd9",
    background="#0d1011",
    surface="#131718",
    panel="#1a1f21",
    variables={
        "chart": "#289273",
        "text-accent": "#2fd0a0",
        "text-success": "#7ccf6b",
        "text-warning": "#e8b84a",
        "text-error": "#ff6f6f",
        "text-muted": "#99a4a1",
        "block-cursor-background": "#1d3a33",
        "block-cursor-foreground": "#f2f6f5",
        "block-cursor-blurred-background": "#1c2426",
        "block-cursor-blurred-foreground": "#d5dbd9",
        "border": "#1f9d74",
        "border-blurred": "#2a3133",
        "footer-key-foreground": "#2fd0a0",
        "screen-selection-background": "#1f7a5c",
        "screen-selection-foreground": "#ffffff",
    },
)
"""Calm near-black with EMQX's green; what a terminal is given unless the user asks for another."""

LIGHT = Theme(
    name="emqx-light",
    dark=False,
    primary="#0b7a57",
    secondary="#2c5f8a",
    accent="#00785a",
    success="#2f7418",
    warning="#855800",
    error="#bb1f2d",
    foreground="#1d2422",
    background="#f7f9f8",
    surface="#eef2f0",
    panel="#e3e9e6",
    variables={
        "chart": "#3d886c",
        "text-accent": "#00705a",
        "text-success": "#2a6a15",
        "text-warning": "#7a5000",
        "text-error": "#b01a28",
        "text-muted": "#56615d",
        "block-cursor-background": "#c9e7dc",
        "block-cursor-foreground": "#101614",
        "block-cursor-blurred-background": "#e0e8e5",
        "block-cursor-blurred-foreground": "#1d2422",
        "border": "#0b7a57",
        "border-blurred": "#c4cecb",
        "footer-key-foreground": "#00705a",
        "screen-selection-background": "#0b7a57",
        "screen-selection-foreground": "#ffffff",
    },
)
"""The same meanings on paper."""


CONTRAST = Theme(
    name="emqx-contrast",
    dark=True,
    primary="#7fe9ff",
    secondary="#ffffff",
    accent="#7fe9ff",
    success="#7dff8a",
    warning="#ffd84a",
    error="#ffb0a8",
    foreground="#ffffff",
    background="#000000",
    surface="#080808",
    panel="#121212",
    variables={
        "chart": "#5ab4c8",
        "text": "#ffffff",
        "text-accent": "#7fe9ff",
        "text-success": "#7dff8a",
        "text-warning": "#ffd84a",
        "text-error": "#ffb0a8",
        "text-muted": "#cfcfcf",
        "text-disabled": "#cfcfcf",
        "block-cursor-background": "#00307a",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#1e1e1e",
        "block-cursor-blurred-foreground": "#ffffff",
        "border": "#ffffff",
        "border-blurred": "#cfcfcf",
        "footer-key-foreground": "#7fe9ff",
        "screen-selection-background": "#ffffff",
        "screen-selection-foreground": "#000000",
    },
)
"""Every text at 7:1 or more against whatever is behind it: level AAA of WCAG."""

COLOURBLIND = Theme(
    name="emqx-colourblind",
    dark=True,
    primary="#4a9fd8",
    secondary="#9aa5ae",
    accent="#dda6cb",
    success="#56b4e9",
    warning="#f0e442",
    error="#f2703d",
    foreground="#dfe5ea",
    background="#0c0f12",
    surface="#12161a",
    panel="#191e23",
    variables={
        "chart": "#4383b2",
        "text-accent": "#dda6cb",
        "text-success": "#56b4e9",
        "text-warning": "#f0e442",
        "text-error": "#f2703d",
        "text-muted": "#9aa5ae",
        "block-cursor-background": "#152a3d",
        "block-cursor-foreground": "#f2f6f9",
        "block-cursor-blurred-background": "#1c2329",
        "block-cursor-blurred-foreground": "#dfe5ea",
        "border": "#4a9fd8",
        "border-blurred": "#2b3238",
        "footer-key-foreground": "#dda6cb",
        "screen-selection-background": "#2b6ca3",
        "screen-selection-foreground": "#ffffff",
    },
)
"""Okabe and Ito's blue, yellow and vermillion, the last one lighter to be read on black. Their orange is no warning
here: whoever lacks green takes it for vermillion."""

TERMINAL = Theme(
    name="emqx-terminal",
    ansi=True,
    dark=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_magenta",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "chart": "ansi_cyan",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_blue",
        "border-blurred": "ansi_bright_black",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
        "footer-key-foreground": "ansi_magenta",
    },
)
"""The terminal's own sixteen colours on its own background: half the bytes, and whatever its user has set them to."""

THEMES: Final[Mapping[str, Theme]] = {
    "dark": DARK,
    "light": LIGHT,
    "contrast": CONTRAST,
    "colourblind": COLOURBLIND,
    "terminal": TERMINAL,
}
"""Our themes by the names that the setting and `:theme` have for them."""

AUTO: Final = "auto"
"""The setting that leaves the choice to what the terminal tells of itself."""

ABOUT: Final[Mapping[str, str]] = {
    "dark": N_("EMQX's green on near-black"),
    "light": N_("the same meanings on paper"),
    "contrast": N_("every text at 7:1 or more"),
    "colourblind": N_("blue, yellow, vermillion: told apart by all eyes"),
    "terminal": N_("the terminal's own 16 colours and background"),
}
"""A few words about each theme, for choosing one."""

_COLOUR: Final = re.compile(r"#[0-9a-f]{3}|#[0-9a-f]{6}|(?!ansi_|auto|transparent)[a-z][a-z_0-9]*")
_BLACK: Final = Color(0, 0, 0)
_WHITE: Final = Color(255, 255, 255)


def register(app: App[Any], name: str = "dark") -> None:
    """Make our themes known to the app and choose one of them, or one of Textual's.

    Raises:
        ValueError: There is no theme of that name; the message is for the user. Ours are known all the same.
    """
    for theme in THEMES.values():
        app.register_theme(theme)
    choose(app, name)


def theme_names() -> list[str]:
    """What `:theme` offers. Textual's own themes are not among them, though they may be named."""
    return list(THEMES)


def choose(app: App[Any], name: str) -> None:
    """Use a theme from now on: one of ours by its short or full name, or one of Textual's.

    Raises:
        ValueError: There is no theme of that name; the message is for the user.
    """
    wanted = name.strip().casefold()
    ours = THEMES.get(wanted.replace("color", "colour"))
    full = wanted if ours is None else ours.name
    if full not in app.available_themes:
        raise ValueError(_unknown(wanted, list(app.available_themes)))
    if app.theme != full:
        # A change of theme styles every widget anew.
        app.theme = full


def native_colour(environ: MutableMapping[str, str]) -> bool | None:
    """What Textual's App is to be given as `ansi_color`: True when `NO_COLOR` is set, else None.

    With it Textual sends no colour at all, where it would else send greys. A variable that is empty asks for
    nothing, says the convention; it is taken away, for Textual would take it as asking.
    """
    if environ.get("NO_COLOR"):
        return True
    environ.pop("NO_COLOR", None)
    return None


def _unknown(name: str, registered: list[str]) -> str:
    close = difflib.get_close_matches(name, [*THEMES, *registered], n=1)
    told = _("There is no theme {name}.").format(name=name)
    if close:
        return told + " " + _("Did you mean {name}?").format(name=close[0])
    return told + " " + _("There are: {names}.").format(names=", ".join(THEMES))


def deployment_colour(text: str | None) -> Color | None:
    """The colour that a deployment is given in the configuration: a name of CSS, `#rgb` or `#rrggbb`; else None."""
    wanted = (text or "").strip().casefold()
    if not _COLOUR.fullmatch(wanted):
        return None
    try:
        return Color.parse(wanted)
    except ColorParseError:
        return None


def readable_on(colour: Color) -> Color:
    """Black or white, whichever is easier to read on the colour: 4.5:1 at the least."""
    return max(_BLACK, _WHITE, key=lambda text: contrast(text, colour))


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours as WCAG defines it, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (part / 255 for part in colour.rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
