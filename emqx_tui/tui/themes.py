"""Our two themes. The only place with colours in it; everything else names what they mean."""

from typing import Any

from textual.app import App
from textual.theme import Theme


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
        "chart": "#2fb88c",
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
        "chart": "#00694b",
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
    },
)
"""The same meanings on paper."""


def register(app: App[Any]) -> None:
    """Make both themes known to the app and choose the dark one."""
    app.register_theme(DARK)
    app.register_theme(LIGHT)
    app.theme = DARK.name
